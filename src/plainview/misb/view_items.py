"""What a KLV stream says at one instant, in one vocabulary whatever set it uses."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from plainview.misb.reported_sigma import ReportedSigma
from plainview.model import RangeKind
from plainview.units import wrap_degrees_180, wrap_degrees_360

__all__ = [
    "LIMITS",
    "Corner",
    "Identity",
    "OddLength",
    "Reading",
    "ViewItems",
    "oldest_age_s",
    "plausible_reading",
    "reading_of",
    "value_of",
    "values_of",
    "with_value",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """One number of a set.

    Args:
        value: In the unit that the field's name says.
        sigma: 1-sigma of its rounding to the wire's steps, same unit.
        age_s: How long ago it was sent.
    """

    value: float
    sigma: float = 0.0
    age_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Corner:
    """Where one corner of the picture lies on the ground."""

    latitude_deg: Reading
    longitude_deg: Reading


@dataclass(frozen=True, slots=True, kw_only=True)
class OddLength:
    """An item that has another length than its standard gives it, so that it is not read.

    Args:
        quantity: What it would be, by its name in `ViewItems`.
        tag: Its number.
        n_bytes: As sent; standard_bytes as it should be.
        code: The integer that was sent.
        step: Of the standard's own length; full_step with the range over all bits sent.
        zero: What the code 0 stands for.
        age_s: How long ago it was sent.
    """

    quantity: str
    tag: int
    n_bytes: int
    standard_bytes: int
    code: int
    step: float
    full_step: float
    zero: float
    age_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who made the pictures and how they are marked; None for what is not said."""

    mission_id: str | None = None
    platform_designation: str | None = None
    platform_tail_number: str | None = None
    image_source: str | None = None
    security_marking: str | None = None
    core_identifier: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewItems:
    """What a stream says; None for what is not known.

    Args:
        latitude_deg: Of the sensor; longitude likewise.
        height_hae_m: Of the sensor above the ellipsoid, as sent.
        altitude_msl_m: Of the sensor above the geoid, as sent.
        platform_heading_deg: From true north; pitch and roll likewise.
        relative_azimuth_deg: Of the gimbal; elevation and roll likewise.
        north_heading_deg: Of the line of sight, where a set gives it so.
        horizon_elevation_deg: Of the line of sight above the horizontal, likewise.
        horizon_roll_deg: Of the picture from level, likewise.
        horizontal_fov_deg: Full field of view; vertical likewise.
        slant_range_m: From sensor to frame centre, and what it is worth.
        frame_center_latitude_deg: As sent; longitude and the heights likewise.
        target_altitude_msl_m: Of what is tracked, which some sources take for the frame centre.
        corners: Four, clockwise from the picture's top left.
        target_width_m: Width of the picture on the ground.
        ce90_m: Circular error of the target; le90_m the vertical one.
        leap_seconds: To add to the time stamp (ST 0601 item 136).
        correction_us: To add to the time stamp (ST 0601 item 137).
        identity: Names and markings.
        n_implausible: How many numbers were left out because they cannot be.
        sensor_key: What tells one sensor, field step or mode from another.
        odd_lengths: Items that were not read because their length is not the standard's.
        reported_sigma: What the source says of its errors (ST 0601 item 102).
    """

    latitude_deg: Reading | None = None
    longitude_deg: Reading | None = None
    height_hae_m: Reading | None = None
    altitude_msl_m: Reading | None = None
    platform_heading_deg: Reading | None = None
    platform_pitch_deg: Reading | None = None
    platform_roll_deg: Reading | None = None
    relative_azimuth_deg: Reading | None = None
    relative_elevation_deg: Reading | None = None
    relative_roll_deg: Reading | None = None
    north_heading_deg: Reading | None = None
    horizon_elevation_deg: Reading | None = None
    horizon_roll_deg: Reading | None = None
    horizontal_fov_deg: Reading | None = None
    vertical_fov_deg: Reading | None = None
    slant_range_m: Reading | None = None
    slant_range_kind: RangeKind = RangeKind.AMBIGUOUS
    frame_center_latitude_deg: Reading | None = None
    frame_center_longitude_deg: Reading | None = None
    frame_center_altitude_msl_m: Reading | None = None
    frame_center_height_hae_m: Reading | None = None
    target_altitude_msl_m: Reading | None = None
    corners: tuple[Corner, ...] | None = None
    target_width_m: Reading | None = None
    ce90_m: Reading | None = None
    le90_m: Reading | None = None
    leap_seconds: int | None = None
    correction_us: int | None = None
    identity: Identity = field(default_factory=Identity)
    n_implausible: int = 0
    sensor_key: tuple[object, ...] = ()
    odd_lengths: tuple[OddLength, ...] = ()
    reported_sigma: ReportedSigma | None = None


PLATFORM: Final = ("platform_heading_deg", "platform_pitch_deg", "platform_roll_deg")
GIMBAL: Final = ("relative_azimuth_deg", "relative_elevation_deg", "relative_roll_deg")
NORTH: Final = ("north_heading_deg", "horizon_elevation_deg")
PLACE: Final = ("latitude_deg", "longitude_deg")
FIELDS: Final = ("horizontal_fov_deg", "vertical_fov_deg")
LIMITS: Final[Mapping[str, tuple[float, float]]] = {
    "latitude_deg": (-90.0, 90.0),
    "longitude_deg": (-360.0, 360.0),
    "height_hae_m": (-1_000.0, 100_000.0),
    "altitude_msl_m": (-1_000.0, 100_000.0),
    "platform_heading_deg": (-360.0, 360.0),
    "platform_pitch_deg": (-90.0, 90.0),
    "platform_roll_deg": (-180.0, 180.0),
    "relative_azimuth_deg": (-360.0, 360.0),
    "relative_elevation_deg": (-180.0, 180.0),
    "relative_roll_deg": (-360.0, 360.0),
    "north_heading_deg": (-360.0, 360.0),
    "horizon_elevation_deg": (-90.0, 90.0),
    "horizontal_fov_deg": (1e-6, 179.999),
    "vertical_fov_deg": (1e-6, 179.999),
    "slant_range_m": (1e-6, 5e6),
    "frame_center_latitude_deg": (-90.0, 90.0),
    "frame_center_longitude_deg": (-360.0, 360.0),
    "frame_center_altitude_msl_m": (-1_000.0, 100_000.0),
    "frame_center_height_hae_m": (-1_000.0, 100_000.0),
    "target_altitude_msl_m": (-1_000.0, 100_000.0),
    "target_width_m": (0.0, 1e7),
    "ce90_m": (0.0, 1e6),
    "le90_m": (0.0, 1e6),
}
"""What each number can be; encoders without a mark for "not known" send what cannot be."""

_HALF_TURNS: Final = frozenset(
    {
        "longitude_deg",
        "frame_center_longitude_deg",
        "platform_roll_deg",
        "relative_azimuth_deg",
        "relative_roll_deg",
    }
)
_HEADINGS: Final = frozenset({"platform_heading_deg", "north_heading_deg"})


def plausible_reading(name: str, reading: Reading) -> Reading | None:
    """Return a number in the range that its name has; None where it cannot be.

    Longitudes, relative azimuths and rolls come out in [-180, 180), headings in [0, 360).
    """
    low, high = LIMITS[name]
    if not low <= reading.value <= high:
        return None
    if name in _HALF_TURNS:
        return with_value(reading, wrap_degrees_180(reading.value))
    if name in _HEADINGS:
        return with_value(reading, wrap_degrees_360(reading.value))
    return reading


def with_value(reading: Reading, value: float) -> Reading:
    """Return a number with another value, rounding and age as they were."""
    return Reading(value=value, sigma=reading.sigma, age_s=reading.age_s)


def reading_of(items: ViewItems, name: str) -> Reading | None:
    """Return one number of the items by its name."""
    reading = getattr(items, name)
    return reading if isinstance(reading, Reading) else None


def values_of(items: ViewItems, names: tuple[str, ...]) -> tuple[float, ...] | None:
    """Return the numbers of these names; None where one is not known."""
    values: list[float] = []
    for name in names:
        reading = getattr(items, name)
        if reading is None:
            return None
        values.append(reading.value)
    return tuple(values)


def oldest_age_s(items: ViewItems, names: tuple[str, ...]) -> float | None:
    """Return the age of the oldest of the numbers of these names; None where none is known."""
    oldest_s: float | None = None
    for name in names:
        reading = getattr(items, name)
        if reading is not None and (oldest_s is None or reading.age_s > oldest_s):
            oldest_s = reading.age_s
    return oldest_s


def value_of(items: ViewItems, name: str) -> float | None:
    """Return the value of one number; None where it is not known."""
    reading = reading_of(items, name)
    return None if reading is None else reading.value
