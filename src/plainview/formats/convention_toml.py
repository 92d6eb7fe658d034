"""How a source's numbers are to be read, as the table `[metadata]` of a settings file says it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, Final

from plainview.errors import InputError
from plainview.misb import (
    KNOWN_CONVENTIONS,
    FieldReading,
    FixedReading,
    HeightReading,
    North,
    OddLengthReading,
    RangeReading,
)

__all__ = ["CONVENTION_FIELDS", "ConventionSetting", "convention_from_mapping"]

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


def convention_from_mapping(table: Mapping[str, Any], *, where: str) -> ConventionSetting:
    """Return what `[metadata]` sets of the convention.

    Raises:
        InputError: A word is none of those that its setting takes.
    """
    name = table.get("angle_convention")
    known = ("standard", *KNOWN_CONVENTIONS)
    if name is not None and name not in known:
        raise _refusal("angle_convention", name, known, where=where)
    changes: dict[str, Any] = {}
    for setting, (part, words) in _READINGS.items():
        if setting in table:
            allowed = tuple(str(word) for word in words)
            if table[setting] not in allowed:
                raise _refusal(setting, table[setting], allowed, where=where)
            changes[part] = words(table[setting])
    for setting, (part, meanings) in _SIGNS.items():
        if setting in table:
            if table[setting] not in meanings:
                raise _refusal(setting, table[setting], tuple(meanings), where=where)
            changes[part] = meanings[table[setting]]
    return ConventionSetting(angle_convention=name, fixed=replace(FixedReading(), **changes))


def _refusal(setting: str, value: Any, allowed: tuple[str, ...], *, where: str) -> InputError:
    return InputError(
        where=f"{where}, metadata.{setting}",
        what=f"is {value!r}, not one of {', '.join(allowed)}.",
        mend="docs/reference/settings.md shows every setting.",
    )
