"""A table of a TOML file that a person wrote: its values by name, each refused with its place."""

import math
import sys
from collections.abc import Iterable, Mapping
from typing import Any, Final, Self

from plainview.errors import InputError

__all__ = ["TomlTable"]

_LARGEST: Final = sys.float_info.max
"""TOML has integers of any size, and infinities."""


class TomlTable:
    """A table, and what to say of a value that cannot be used.

    Args:
        values: What stands there.
        where: The file.
        page: The page that describes it.
        place: The table's name in the file; empty for the file itself.
        holds: What it should hold, for the refusal of what is no table.

    Raises:
        InputError: It is no table.
    """

    def __init__(
        self, values: object, *, where: str, page: str, place: str = "", holds: str = ""
    ) -> None:
        self._where, self._page, self._place = where, page, place
        if not isinstance(values, Mapping):
            raise self.refusal("", f"is not a table{f' of {holds}' if holds else ''}.")
        self.values: Mapping[str, Any] = values

    def within(self, name: str, *, holds: str = "") -> Self:
        """Return the table of a name in this one; an empty one where there is none."""
        return type(self)(
            self.values.get(name, {}),
            where=self._where,
            page=self._page,
            place=self._joined(name),
            holds=holds,
        )

    def refusal(self, name: str, what: str) -> InputError:
        """Return the error of a value; of the table itself for an empty name."""
        place = self._joined(name)
        return InputError(
            where=f"{self._where}, {place}" if place else self._where,
            what=what,
            mend=f"{self._page} shows every table and field.",
        )

    def check_names(self, known: Iterable[str]) -> None:
        """Refuse a name that is not known.

        Raises:
            InputError: There is one; the known ones are named.
        """
        allowed = tuple(known)
        for name in self.values:
            if name not in allowed:
                raise self.refusal(name, f"is not one of {', '.join(allowed)}.")

    def number(
        self,
        name: str,
        *,
        low: float = -math.inf,
        high: float = math.inf,
        is_above: bool = False,
    ) -> float | None:
        """Return a number; None where it is left out.

        Args:
            name: Of the value.
            low: The least that is taken; with ``is_above`` even that is too little.
            high: The most that is taken.
            is_above: Whether it must be above ``low``.

        Raises:
            InputError: It is no number, or not within the limits.
        """
        value = self.values.get(name)
        return None if value is None else self._checked(name, low, high, is_above=is_above)

    def needed_number(self, name: str, *, low: float = -math.inf, high: float = math.inf) -> float:
        """Return a number that must be there."""
        return self._checked(name, low, high, is_above=False)

    def text(self, name: str) -> str | None:
        """Return a text; None where it is left out.

        Raises:
            InputError: It is none.
        """
        value = self.values.get(name)
        if value is not None and not isinstance(value, str):
            raise self.refusal(name, f"is {value!r}, not a text.")
        return value

    def choice(self, name: str, known: Iterable[str]) -> str | None:
        """Return one of several words; None where it is left out.

        Raises:
            InputError: It is none of them; they are named.
        """
        value, allowed = self.values.get(name), tuple(str(word) for word in known)
        if value is not None and value not in allowed:
            raise self.refusal(name, f"is {value!r}, not one of {', '.join(allowed)}.")
        return value

    def _checked(self, name: str, low: float, high: float, *, is_above: bool) -> float:
        value = self.values.get(name)
        if (
            isinstance(value, bool)
            or not isinstance(value, int | float)
            or not abs(value) <= _LARGEST
            or not low <= value <= high
            or (is_above and value == low)
        ):
            limits = _limits_text(low, high, is_above=is_above)
            raise self.refusal(name, f"is {value!r}, not a number{limits}.")
        return float(value)

    def _joined(self, name: str) -> str:
        return ".".join(part for part in (self._place, name) if part)


def _limits_text(low: float, high: float, *, is_above: bool) -> str:
    if is_above:
        return f" above {low:g}"
    if math.isfinite(high):
        return f" from {low:.10g} to {high:.10g}"
    return f" from {low:g} up" if math.isfinite(low) else ""
