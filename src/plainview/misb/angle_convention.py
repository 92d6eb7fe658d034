"""How a source's numbers are to be read: its angles, its north, its heights and its scales.

The standards say it, and real encoders do otherwise. A convention is a value: the known ways
of reading, of which `convention_choice` finds the one that a source follows.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

__all__ = [
    "KNOWN_CONVENTIONS",
    "UNDECIDED",
    "AngleConvention",
    "AngleReference",
    "Conventions",
    "FieldReading",
    "HeightReading",
    "North",
    "OddLengthReading",
    "RangeReading",
    "convention_of_set",
]


class AngleReference(StrEnum):
    """What the angles of the line of sight are measured from."""

    PLATFORM = "platform"
    """From the platform's nose and its horizontal plane: azimuth, elevation and roll of a
    gimbal on yaw, pitch and roll (ST 0601 items 18 to 20)."""
    NORTH = "north"
    """Azimuth from north, elevation and roll from the horizon."""
    HORIZON = "horizon"
    """Azimuth from the platform's heading, elevation and roll from the horizon: a stabilised
    gimbal whose angles have the platform's pitch and roll taken out."""


class North(StrEnum):
    """What headings are clockwise from."""

    TRUE = "true"
    GRID = "grid"
    MAGNETIC = "magnetic"


class HeightReading(StrEnum):
    """What a height field holds."""

    AS_SENT = "as_sent"
    OTHER_DATUM = "other_datum"
    """Above the ellipsoid where the item says above the sea, or the other way round."""
    FEET = "feet"
    ELEVATION_ANGLE = "elevation_angle"
    """The elevation of the line of sight, in degrees: not a height."""
    UNUSABLE = "unusable"
    """It follows from nothing else that the source says."""


class RangeReading(StrEnum):
    """What a slant range is."""

    AS_SENT = "as_sent"
    FLAT_EARTH = "flat_earth"
    """Calculated: the distance to a flat earth at height 0 under the frame centre."""
    FLAT_GRID = "flat_grid"
    """The same, reckoned in the plane of the UTM grid."""
    FEET = "feet"
    UNUSABLE = "unusable"


class FieldReading(StrEnum):
    """What the fields of view are."""

    AS_SENT = "as_sent"
    HALF = "half"
    RADIANS = "radians"


class OddLengthReading(StrEnum):
    """How an item is read that has another length than its standard gives it."""

    UNREAD = "unread"
    STANDARD_STEP = "standard_step"
    """The step of the standard's own length: a 16-bit number in four bytes."""
    FULL_SCALE = "full_scale"
    """The standard's range over all the bits that were sent."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AngleConvention:
    """One way of reading a source.

    Args:
        name: Of how its angles are read: one of the known ones.
        reference: What they are measured from; None where nothing decides, so that no line
            of sight is made.
        north: What headings are clockwise from.
        grid_zone: Of UTM where north is the grid's; None takes the sensor's own.
        is_elevation_down: Whether elevations are positive below the horizon.
        is_in_radians: Whether the angles of the line of sight are radians.
        sensor_height: What the sensor's height field holds; frame_center_height likewise.
        slant_range: What the slant range is.
        fields_of_view: What the fields of view are.
        odd_lengths: How items of another length than the standard's are read.
        is_watched: Whether the source's numbers may overrule it where it contradicts them; not
            what a person has set. It is no part of the reading.
    """

    name: str
    reference: AngleReference | None
    north: North = North.TRUE
    grid_zone: int | None = None
    is_elevation_down: bool = False
    is_in_radians: bool = False
    sensor_height: HeightReading = HeightReading.AS_SENT
    frame_center_height: HeightReading = HeightReading.AS_SENT
    slant_range: RangeReading = RangeReading.AS_SENT
    fields_of_view: FieldReading = FieldReading.AS_SENT
    odd_lengths: OddLengthReading = OddLengthReading.UNREAD
    is_watched: bool = field(default=False, compare=False)

    @property
    def label(self) -> str:
        """The angles in words: name, north, sign and unit where they are not the usual ones."""
        parts = [self.name]
        if self.north is not North.TRUE:
            parts.append(f"{self.north} north")
        if self.is_elevation_down:
            parts.append("elevation positive down")
        if self.is_in_radians:
            parts.append("angles in radians")
        return ", ".join(parts)

    @property
    def is_decided(self) -> bool:
        """Whether it makes lines of sight."""
        return self.reference is not None


UNDECIDED: Final = AngleConvention(name="undecided", reference=None)
"""Nothing decides: Views are made without a line of sight, and nothing is located."""

KNOWN_CONVENTIONS: Final[Mapping[str, AngleConvention]] = {
    each.name: each
    for each in (
        AngleConvention(name="st0601", reference=AngleReference.PLATFORM),
        AngleConvention(name="eg0104", reference=AngleReference.NORTH),
        AngleConvention(name="north_referenced", reference=AngleReference.NORTH),
        AngleConvention(name="horizon_stabilised", reference=AngleReference.HORIZON),
    )
}
"""By name, north true and scales as sent. ``st0601`` and ``eg0104`` are the standards' own;
the others are what encoders put into the angle items in their stead, whichever set has them."""

Conventions = AngleConvention | Mapping[str, AngleConvention] | None
"""One for all of a source's sets, or one for each set by its name; None is the standards' own."""


def convention_of_set(conventions: Conventions, set_name: str) -> AngleConvention | None:
    """Return the convention of one kind of set; None where it is the standard's own."""
    if conventions is None or isinstance(conventions, AngleConvention):
        return conventions
    return conventions.get(set_name)
