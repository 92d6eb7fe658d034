"""Checked fields: from a plain mapping to frozen dataclasses, refused by name and reason.

A dataclass states its fields once: name, type, range, default. ``build`` reads a mapping
against it, and every refusal says which field, what is wrong with it and what would do.
"""

import math
from collections.abc import Mapping, Sequence
from dataclasses import MISSING, Field, field, fields, is_dataclass
from datetime import UTC, datetime
from types import NoneType, UnionType
from typing import Any, Final, TypeVar, get_args, get_origin, get_type_hints

from plainview.errors import InputError

__all__ = [
    "build",
    "flag",
    "number",
    "numbers",
    "optional_number",
    "refusal",
    "sources",
    "text",
    "texts",
]

T = TypeVar("T")
_OTHERS: Final = "others"
_SOURCE_MEND: Final = (
    'Give `sources`: a text for all numbers of the table, or a table of field = "where it comes '
    'from", with `others` for the rest. "assumed" is a source.'
)


def flag() -> Any:
    """Declare a true or false that is false where it is left out."""
    return field(default=False)


def number(
    *,
    low: float,
    high: float,
    above: float = -math.inf,
    default: float | None = None,
    is_optional: bool = False,
) -> Any:
    """Declare a number within [low, high], above ``above`` where that is given.

    Where it is optional it is None when it is left out.
    """
    metadata = {"low": low, "high": high, "above": above}
    if default is None and not is_optional:
        return field(metadata=metadata)
    return field(metadata=metadata, default=default)


def optional_number(*, low: float, high: float) -> Any:
    """Declare a number within [low, high] that may be left out; it is None then."""
    return number(low=low, high=high, is_optional=True)


def numbers(*, low: float, high: float, n: int | None = None) -> Any:
    """Declare a list of n numbers, each within [low, high].

    Without n it has any number of them, and is empty where it is left out.
    """
    metadata = {"low": low, "high": high, "above": -math.inf, "n": n}
    return field(metadata=metadata) if n is not None else field(metadata=metadata, default=())


def texts() -> Any:
    """Declare a list of texts, which may be left out; it is empty then."""
    return field(default=())


def sources() -> Any:
    """Declare where the numbers of this table come from: a mapping of field to text.

    A table that has it is refused where a number is given without its source. What is made in
    code, not read, may leave it empty.
    """
    return field(metadata={"is_sources": True}, default_factory=dict, hash=False, compare=False)


def text(*, choices: tuple[str, ...] = (), default: str | None = None) -> Any:
    """Declare a text, one of the choices where any are given."""
    if default is None:
        return field(metadata={"choices": choices})
    return field(metadata={"choices": choices}, default=default)


def refusal(where: str, what: str, *, mend: str) -> InputError:
    """Return the error that says why a field is refused."""
    return InputError(where=where, what=what, mend=mend)


def build(kind: type[T], values: object, *, where: str) -> T:
    """Return a dataclass read from a mapping, each field checked against its declaration.

    Args:
        kind: A dataclass whose fields are numbers, flags, texts, instants, dataclasses, or tuples
            of dataclasses, numbers or texts; each may be None where it has that default.
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
                "is not a field of this table.",
                mend=f"Known here: {', '.join(known)}.",
            )
    hints = get_type_hints(kind)
    read = {
        name: _read(entry, hints[name], values=values, where=f"{where}, {name}")
        for name, entry in known.items()
        if (name in values or _must_be_given(entry)) and not _is_sources(entry)
    }
    if any(_is_sources(entry) for entry in known.values()):
        needed = [name for name in read if _needs_source(hints[name])]
        read["sources"] = _read_sources(values.get("sources"), needed=needed, where=where)
    return kind(**read)


def _is_sources(entry: Field[Any]) -> bool:
    return bool(entry.metadata.get("is_sources"))


def _needs_source(hint: Any) -> bool:
    """Return whether a field holds numbers whose source its own table does not say."""
    hint = _without_none(hint)
    if get_origin(hint) is tuple:
        return _needs_source(get_args(hint)[0])
    if is_dataclass(hint):
        return not any(_is_sources(entry) for entry in fields(hint))
    return hint in {int, float}


def _read_sources(value: object, *, needed: Sequence[str], where: str) -> dict[str, str]:
    """Return where each number comes from, by field."""
    where = f"{where}, sources"
    if isinstance(value, str):
        value = {_OTHERS: value}
    if not isinstance(value, Mapping):
        what = "are missing." if value is None else f"are {value!r}, neither text nor table."
        raise refusal(where, what, mend=_SOURCE_MEND)
    for name, said in value.items():
        if name not in needed and name != _OTHERS:
            mend = f"Numbers of this table: {', '.join(needed)}."
            raise refusal(f"{where}, {name}", "is of no number that is given.", mend=mend)
        if not isinstance(said, str) or not said.strip():
            raise refusal(f"{where}, {name}", f"is {said!r}, not a text.", mend=_SOURCE_MEND)
    for name in needed:
        if name not in value and _OTHERS not in value:
            raise refusal(f"{where}, {name}", "is missing.", mend=_SOURCE_MEND)
    return {name: value.get(name, value.get(_OTHERS, "")) for name in needed}


def _without_none(hint: Any) -> Any:
    """Return a type without the None that it may be instead."""
    if get_origin(hint) is UnionType:
        return next(part for part in get_args(hint) if part is not NoneType)
    return hint


def _must_be_given(entry: Field[Any]) -> bool:
    return entry.default is MISSING and entry.default_factory is MISSING


def _read(entry: Field[Any], hint: Any, *, values: Mapping[str, object], where: str) -> Any:
    if entry.name not in values:
        raise refusal(where, "is missing.", mend=f"Give it{_range(entry)}.")
    value = values[entry.name]
    hint = _without_none(hint)
    if get_origin(hint) is tuple:
        return _read_list(entry, get_args(hint)[0], value=value, where=where)
    if is_dataclass(hint) and isinstance(hint, type):
        return build(hint, value, where=where)
    if hint is datetime:
        return _read_instant(value, where=where)
    if hint is bool:
        return _read_flag(value, where=where)
    if hint is str:
        return _read_text(entry, value, where=where)
    return _read_number(entry, hint, value=value, where=where)


def _read_list(entry: Field[Any], kind: Any, *, value: object, where: str) -> tuple[Any, ...]:
    """Return a list of tables, numbers or texts."""
    if is_dataclass(kind) and isinstance(kind, type):
        return _read_rows(kind, value, where=where)
    if not isinstance(value, Sequence) or isinstance(value, str):
        raise refusal(where, f"is {value!r}, not a list.", mend="Give it in square brackets.")
    if kind is str:
        return tuple(_read_text(entry, each, where=where) for each in value)
    n = entry.metadata["n"]
    if n is not None and len(value) != n:
        raise refusal(where, f"has {len(value)} numbers.", mend=f"Give {n} of them.")
    return tuple(_read_number(entry, kind, value=each, where=where) for each in value)


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
