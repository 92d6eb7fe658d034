"""How a source's numbers are to be read, as the table `[metadata]` of a settings file says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from plainview.formats.toml_table import TomlTable
from plainview.misb import (
    KNOWN_CONVENTIONS,
    FieldReading,
    FixedReading,
    HeightReading,
    North,
    OddLengthReading,
    RangeReading,
)

__all__ = ["CONVENTION_FIELDS", "ConventionSetting", "convention_from_table"]

_STANDARDS: Final = ("standard", "st0601", "eg0104")
"""Names that mean each set's own reading."""

_READINGS: Final[Mapping[str, tuple[str, type[StrEnum]]]] = {
    "north": ("north", North),
    "sensor_height": ("sensor_height", HeightReading),
    "frame_center_height": ("frame_center_height", HeightReading),
    "slant_range": ("slant_range", RangeReading),
    "fields_of_view": ("fields_of_view", FieldReading),
    "odd_lengths": ("odd_lengths", OddLengthReading),
}
"""Setting to what it fixes, and the words that it takes."""

_SIGNS: Final[Mapping[str, tuple[str, Mapping[str, bool]]]] = {
    "elevation_sign": ("is_elevation_down", {"up": False, "down": True}),
    "angle_unit": ("is_in_radians", {"degrees": False, "radians": True}),
}

CONVENTION_FIELDS: Final = ("angle_convention", *_READINGS, *_SIGNS)
"""The settings of `[metadata]` that fix how numbers are read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ConventionSetting:
    """What a person has set of a source's convention.

    Args:
        angle_convention: Name of a known convention, or ``standard``; None leaves it to the
            numbers.
        fixed: The other readings that were set.
    """

    angle_convention: str | None = None
    fixed: FixedReading = field(default_factory=FixedReading)

    def for_set(self, set_name: str) -> FixedReading:
        """Return what is set of one kind of set."""
        name = self.angle_convention
        if name is None:
            return self.fixed
        own = set_name.lower() if name in _STANDARDS else name
        known = KNOWN_CONVENTIONS.get(own, KNOWN_CONVENTIONS["st0601"])
        return replace(self.fixed, reference=known.reference)


def convention_from_table(table: TomlTable) -> ConventionSetting:
    """Return what `[metadata]` sets of the convention.

    Raises:
        InputError: A word is none of those that its setting takes.
    """
    changes: dict[str, Any] = {}
    for setting, (part, words) in _READINGS.items():
        word = table.choice(setting, words)
        if word is not None:
            changes[part] = words(word)
    for setting, (part, meanings) in _SIGNS.items():
        word = table.choice(setting, meanings)
        if word is not None:
            changes[part] = meanings[word]
    return ConventionSetting(
        angle_convention=table.choice("angle_convention", ("standard", *KNOWN_CONVENTIONS)),
        fixed=replace(FixedReading(), **changes),
    )
