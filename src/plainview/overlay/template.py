"""Lines of text with names in braces that a frame's readings fill."""

from collections.abc import Mapping
from dataclasses import dataclass
from string import Formatter
from typing import Self

from plainview.overlay.readings import WIDEST_READINGS, Reading, on_one_line

__all__ = ["Template"]

Parts = tuple[tuple[str, str | None, str], ...]
"""Literal text, name of a reading or None, and its format."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Template:
    """One line of text, such as ``{own_latitude_deg:.4f}° LAT``.

    Args:
        parts: The line.
        absent: What stands there where a reading is not known, a line itself; where that
            lacks a reading too, or is empty, the line is left out.
        widest: The line with the widest reading of each name: the room that it needs.
    """

    parts: Parts
    absent: Parts
    widest: str

    @classmethod
    def parse(cls, text: str, *, absent: str = "") -> Self:
        """Make a template; only plain names of readings may stand in braces.

        Raises:
            ValueError: A name is not a reading, or its format does not fit.
        """
        parts, absent_parts = _parse(text), _parse(absent)
        try:
            widest = max(
                _fill(parts, WIDEST_READINGS), _fill(absent_parts, WIDEST_READINGS), key=len
            )
        except (ValueError, TypeError) as error:
            raise ValueError(f"has a format that cannot be used ({error})") from error
        return cls(parts=parts, absent=absent_parts, widest=widest)

    @property
    def names(self) -> frozenset[str]:
        """The readings that the line asks for."""
        return frozenset(name for _, name, _ in self.parts if name is not None)

    def fill(self, readings: Mapping[str, Reading]) -> str:
        """Return the line for these readings; empty where it is left out."""
        return _fill(self.parts, readings) or _fill(self.absent, readings)


def _parse(text: str) -> Parts:
    parts = []
    for literal, name, spec, conversion in Formatter().parse(text):
        if name is not None and name not in WIDEST_READINGS:
            raise ValueError(f"asks for `{name}`, which is not a reading")
        if conversion or (spec and "{" in spec):
            raise ValueError(f"has a format for `{name}` that cannot be used")
        parts.append((literal, name, spec or ""))
    return tuple(parts)


def _fill(parts: Parts, readings: Mapping[str, Reading]) -> str:
    """Return the filled line; empty where a reading is not known."""
    filled = []
    for literal, name, spec in parts:
        filled.append(literal)
        if name is not None:
            reading = readings.get(name)
            if reading is None:
                return ""
            filled.append(on_one_line(format(reading, spec)))
    return "".join(filled)
