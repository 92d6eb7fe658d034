"""Checked fields: from a plain mapping to frozen dataclasses, refused by name and reason.

A dataclass states its fields once: name, type, range, default. ``build`` reads a mapping
against it, and every refusal says which field, what is wrong with it and what would do.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, field, fields, is_dataclass
from datetime import UTC, datetime
from types import NoneType, UnionType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from plainview.errors import InputError

__all__ = ["build", "flag", "number", "optional_number", "refusal", "text"]

T = TypeVar("T")


def flag() -> Any:
    """Declare a true or false that is false where it is left out."""
    return field(default=False)


def number(
    *, low: float, high: float, above: float = -math.inf, default: float | None = None
) -> Any:
    """Declare a number within [low, high], above ``above`` where that is given."""
    metadata = {"low": low, "high": high, "above": above}
    if default is None:
        return field(metadata=metadata)
    return field(metadata=metadata, default=default)


def optional_number(*, low: float, high: float) -> Any:
    """Declare a number within [low, high] that may be left out; it is None then."""
    return field(metadata={"low": low, "high": high, "above": -math.inf}, default=None)


def text(*, choices: tuple[str, ...] = (), default: str | None = None) -> Any:
    """Declare a text, one of the choices where any are given."""
    if default is None:
        return field(metadata={"choices": choices})
    return field(metadata={"choices": choices}, default=default)


def refusal(where: str, what: str, *, mend: str) -> InputError:
    """Return the error that says why a scenario's field is refused."""
    return InputError(where=where, what=what, mend=mend)


def build(kind: type[T], values: object, *, where: str) -> T:
    """Return a dataclass read from a mapping, each field checked against its declaration.

    Args:
        kind: A dataclass whose fields are numbers, flags, texts, instants, dataclasses or tuples
            of dataclasses.
        values: What was given, as TOML gives it.
        where: Where it was given, for the errors.

    Raises:
        InputError: A field is missing, not known, of the wrong kind or out of range.
    """
    if not isinstance(values, Mapping):
        raise refusal(where, "is not a table of fields.", mend="Give its fields by name.")
    known = {entry.name: entry for entry in fields(kind)}  # type: ignore[arg-type]
    for name in values:
        if name not in known:
            raise refusal(
                f"{where}, {name}",
                "is not a field of a scenario.",
                mend=f"Known here: {', '.join(known)}.",
            )
    hints = get_type_hints(kind)
    read = {
        name: _read(entry, hints[name], values=values, where=f"{where}, {name}")
        for name, entry in known.items()
        if name in values or _must_be_given(entry)
    }
    return kind(**read)


def _must_be_given(entry: Field[Any]) -> bool:
    return entry.default is MISSING and entry.default_factory is MISSING


def _read(entry: Field[Any], hint: Any, *, values: Mapping[str, object], where: str) -> Any:
    if entry.name not in values:
        raise refusal(where, "is missing.", mend=f"Give it{_range(entry)}.")
    value = values[entry.name]
    if get_origin(hint) is UnionType:
        hint = next(part for part in get_args(hint) if part is not NoneType)
    if get_origin(hint) is tuple:
        return _read_rows(get_args(hint)[0], value, where=where)
    if is_dataclass(hint) and isinstance(hint, type):
        return build(hint, value, where=where)
    if hint is datetime:
        return _read_instant(value, where=where)
    if hint is bool:
        return _read_flag(value, where=where)
    if hint is str:
        return _read_text(entry, value, where=where)
    return _read_number(entry, hint, value=value, where=where)


def _read_rows(kind: type[T], value: object, *, where: str) -> tuple[T, ...]:
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise refusal(where, "is not a list of tables.", mend="Give one table for each.")
    return tuple(build(kind, row, where=f"{where} {n}") for n, row in enumerate(value, start=1))


def _read_instant(value: object, *, where: str) -> datetime:
    if not isinstance(value, datetime) or value.tzinfo is None:
        raise refusal(
            where,
            f"is {value!r}, not an instant with its zone.",
            mend="Give it as 2026-03-14T21:30:00Z.",
        )
    return value.astimezone(UTC)


def _read_flag(value: object, *, where: str) -> bool:
    if not isinstance(value, bool):
        raise refusal(where, f"is {value!r}, neither true nor false.", mend="Give true or false.")
    return value


def _read_text(entry: Field[Any], value: object, *, where: str) -> str:
    choices = entry.metadata.get("choices", ())
    if not isinstance(value, str) or not value:
        raise refusal(where, f"is {value!r}, not a text.", mend="Give it in quotation marks.")
    if choices and value not in choices:
        raise refusal(where, f"is {value!r}.", mend=f"Give one of {', '.join(choices)}.")
    return value


def _read_number(entry: Field[Any], hint: type, *, value: object, where: str) -> float | int:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise refusal(where, f"is {value!r}, not a number.", mend=f"Give it{_range(entry)}.")
    if hint is int and not isinstance(value, int):
        raise refusal(where, f"is {value!r}, not a whole number.", mend=f"Give it{_range(entry)}.")
    low, high = entry.metadata.get("low", -math.inf), entry.metadata.get("high", math.inf)
    if not low <= value <= high or not value > entry.metadata.get("above", -math.inf):
        raise refusal(where, f"is {value!r}, out of range.", mend=f"Give it{_range(entry)}.")
    return value if hint is int else float(value)


def _range(entry: Field[Any]) -> str:
    if "low" not in entry.metadata:
        return ""
    low, high, above = (entry.metadata[name] for name in ("low", "high", "above"))
    start = f"above {above:g} up to" if above >= low else f"from {low:g} to"
    return f" {start} {high:g}"
