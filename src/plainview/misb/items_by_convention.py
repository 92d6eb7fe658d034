"""A source's numbers put into the meaning that their names have, by the convention it follows."""

import math
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from typing import Final

from plainview.geo.grid_north import grid_convergence_deg, utm_zone
from plainview.geo.magnetic import declination_deg
from plainview.misb.angle_convention import (
    AngleConvention,
    AngleReference,
    FieldReading,
    HeightReading,
    North,
    OddLengthReading,
    RangeReading,
)
from plainview.misb.view_heights import SensorHeight
from plainview.misb.view_items import (
    GIMBAL,
    NORTH,
    OddLength,
    Reading,
    ViewItems,
    plausible_reading,
    reading_of,
    with_value,
)
from plainview.misb.view_pose import view_pose
from plainview.model import RangeKind
from plainview.units import FOOT_M, MICROSECONDS_PER_SECOND

__all__ = [
    "camera_angles_under",
    "items_by_convention",
    "magnetic_declination_deg",
    "north_correction_deg",
    "odd_reading",
]

_UPRIGHT_DEG: Final = 90.0
_HALF_TURN_DEG: Final = 180.0
_RADIAN_DEG: Final = math.degrees(1.0)
_SIGMA_OF_STEP: Final = 1.0 / math.sqrt(12.0)
_FIELDS: Final = ("horizontal_fov_deg", "vertical_fov_deg")
_SENSOR_HEIGHTS: Final = ("height_hae_m", "altitude_msl_m")
_CENTER_HEIGHTS: Final = ("frame_center_height_hae_m", "frame_center_altitude_msl_m")
_NO_HEIGHT: Final = (HeightReading.ELEVATION_ANGLE, HeightReading.UNUSABLE)


def items_by_convention(
    items: ViewItems, convention: AngleConvention, *, time_us: int | None = None
) -> ViewItems:
    """Return what a source says, each number in the meaning of its name.

    Headings are from true north, angles in degrees with up positive, heights and ranges in
    metres; what is no height or no range is not known. Angles from north or the horizon stand
    in ``north_heading_deg``, ``horizon_elevation_deg`` and ``horizon_roll_deg``, and gimbal
    angles are then not known. Where the angles are not decided there are none.

    Args:
        items: As sent.
        convention: That of the source.
        time_us: UTC, for magnetic north.
    """
    read = _with_odd_lengths(items, convention.odd_lengths)
    changes: dict[str, object] = {**_heights(read, convention), **_fields(read, convention)}
    changes |= _range(read, convention)
    return replace(read, **changes, **_angles(read, convention, time_us=time_us))  # type: ignore[arg-type]


def camera_angles_under(
    items: ViewItems, convention: AngleConvention, *, time_us: int | None = None
) -> tuple[float, float, float] | None:
    """Return heading from true north, elevation and roll of the line of sight, degrees.

    None where the convention is undecided or the source says too little.
    """
    read = items_by_convention(items, convention, time_us=time_us)
    pose = view_pose(replace(read, corners=None), SensorHeight())
    return None if pose is None else pose.camera_deg


def north_correction_deg(
    items: ViewItems, convention: AngleConvention, *, time_us: int | None
) -> float | None:
    """Return what is added to a heading of the source to make it one from true north.

    None where it is not known: no place, no zone, no date for the magnetic model.
    """
    if convention.north is North.TRUE:
        return 0.0
    if items.latitude_deg is None or items.longitude_deg is None:
        return None
    latitude, longitude = items.latitude_deg.value, items.longitude_deg.value
    if convention.north is North.GRID:
        zone = convention.grid_zone or utm_zone(latitude, longitude)
        return None if zone is None else _convergence_deg(latitude, longitude, zone)
    return (
        None if time_us is None else magnetic_declination_deg(latitude, longitude, time_us=time_us)
    )


def odd_reading(odd: OddLength, how: OddLengthReading) -> Reading | None:
    """Return the number of an item of another length than its standard's; None where unread."""
    if how is OddLengthReading.UNREAD:
        return None
    step = odd.step if how is OddLengthReading.STANDARD_STEP else odd.full_step
    value = odd.code * step + odd.zero
    return Reading(value=value, sigma=step * _SIGMA_OF_STEP, age_s=odd.age_s)


def _convergence_deg(latitude_deg: float, longitude_deg: float, zone: int) -> float:
    return float(grid_convergence_deg(latitude_deg, longitude_deg, zone=zone))


def magnetic_declination_deg(
    latitude_deg: float, longitude_deg: float, *, time_us: int
) -> float | None:
    """Return the declination of a place to 0.005 degrees, on the day: it changes no faster."""
    try:
        at = datetime.fromtimestamp(time_us / MICROSECONDS_PER_SECOND, tz=UTC)
    except (OverflowError, ValueError, OSError):  # beyond the calendar
        return None
    midnight = datetime(at.year, at.month, at.day, tzinfo=UTC)
    return _declination_of_day(
        round(latitude_deg, 2), round(longitude_deg, 2), int(midnight.timestamp())
    )


@lru_cache(maxsize=4096)
def _declination_of_day(latitude_deg: float, longitude_deg: float, day_s: int) -> float | None:
    return declination_deg(latitude_deg, longitude_deg, time_us=day_s * MICROSECONDS_PER_SECOND)


def _with_odd_lengths(items: ViewItems, how: OddLengthReading) -> ViewItems:
    """Return the items with those of another length read, where they are not known otherwise."""
    if how is OddLengthReading.UNREAD or not items.odd_lengths:
        return items
    changes: dict[str, Reading] = {}
    for odd in items.odd_lengths:
        reading = odd_reading(odd, how)
        plausible = None if reading is None else plausible_reading(odd.quantity, reading)
        if plausible is not None and reading_of(items, odd.quantity) is None:
            changes[odd.quantity] = plausible
    return replace(items, **changes)  # type: ignore[arg-type]


def _heights(items: ViewItems, convention: AngleConvention) -> dict[str, Reading | None]:
    changes = _read_heights(items, _SENSOR_HEIGHTS, convention.sensor_height)
    return changes | _read_heights(items, _CENTER_HEIGHTS, convention.frame_center_height)


def _read_heights(
    items: ViewItems, names: tuple[str, str], how: HeightReading
) -> dict[str, Reading | None]:
    hae, msl = (reading_of(items, name) for name in names)
    if how in _NO_HEIGHT:
        return dict.fromkeys(names)
    if how is HeightReading.OTHER_DATUM:
        return dict(zip(names, (msl, hae), strict=True))
    if how is HeightReading.FEET:
        return dict(zip(names, (_scaled(hae, FOOT_M), _scaled(msl, FOOT_M)), strict=True))
    return {}


def _range(items: ViewItems, convention: AngleConvention) -> dict[str, Reading | RangeKind | None]:
    how = convention.slant_range
    if how is RangeReading.UNUSABLE:
        return {"slant_range_m": None}
    if how is RangeReading.FEET:
        return {"slant_range_m": _scaled(items.slant_range_m, FOOT_M)}
    return {} if how is RangeReading.AS_SENT else {"slant_range_kind": RangeKind.CALCULATED}


def _fields(items: ViewItems, convention: AngleConvention) -> Mapping[str, Reading | None]:
    how = convention.fields_of_view
    if how is FieldReading.AS_SENT:
        return {}
    factor = 2.0 if how is FieldReading.HALF else _RADIAN_DEG
    return {name: _plausible(name, _scaled(reading_of(items, name), factor)) for name in _FIELDS}


def _angles(
    items: ViewItems, convention: AngleConvention, *, time_us: int | None
) -> dict[str, Reading | None]:
    """Return the angles of the line of sight in the fields that say what they are."""
    empty: dict[str, Reading | None] = dict.fromkeys((*GIMBAL, *NORTH, "horizon_roll_deg"))
    north_deg = north_correction_deg(items, convention, time_us=time_us)
    sent = _sent_angles(items)
    if not convention.is_decided:
        return empty | {"corners": None}
    if sent is None or north_deg is None:
        return {} if sent is None else empty
    azimuth, elevation, roll = _in_degrees(sent, convention)
    if convention.reference is not AngleReference.PLATFORM and abs(elevation.value) > _UPRIGHT_DEG:
        azimuth, elevation, roll = _over_the_top(azimuth, elevation, roll)
    heading = _turned(items.platform_heading_deg, north_deg)
    if convention.reference is AngleReference.PLATFORM:
        names = (*GIMBAL, "platform_heading_deg")
        return empty | dict(zip(names, (azimuth, elevation, roll, heading), strict=True))
    changes: dict[str, Reading | None] = {
        "horizon_elevation_deg": elevation,
        "horizon_roll_deg": roll,
        "north_heading_deg": _turned(azimuth, north_deg),
    }
    if convention.reference is AngleReference.HORIZON:
        changes["north_heading_deg"] = None if heading is None else _sum(heading, azimuth)
        changes["platform_heading_deg"] = heading
    return empty | changes


def _sent_angles(items: ViewItems) -> tuple[Reading, Reading, Reading | None] | None:
    """Return azimuth, elevation and roll as they were sent; the gimbal's before the others."""
    azimuth, elevation = items.relative_azimuth_deg, items.relative_elevation_deg
    roll = items.relative_roll_deg
    if azimuth is None or elevation is None:
        azimuth, elevation = items.north_heading_deg, items.horizon_elevation_deg
        roll = items.horizon_roll_deg
    return None if azimuth is None or elevation is None else (azimuth, elevation, roll)


def _in_degrees(
    sent: tuple[Reading, Reading, Reading | None], convention: AngleConvention
) -> tuple[Reading, Reading, Reading | None]:
    azimuth, elevation, roll = sent
    factor = _RADIAN_DEG if convention.is_in_radians else 1.0
    up = -factor if convention.is_elevation_down else factor
    scaled_roll = None if roll is None else _wrapped(_times(roll, factor), "relative_roll_deg")
    return (
        _wrapped(_times(azimuth, factor), "relative_azimuth_deg"),
        _times(elevation, up),
        scaled_roll,
    )


def _over_the_top(
    azimuth: Reading, elevation: Reading, roll: Reading | None
) -> tuple[Reading, Reading, Reading | None]:
    """Return the same line of sight with an elevation of no more than 90 degrees."""
    upright_deg = math.copysign(_HALF_TURN_DEG, elevation.value) - elevation.value
    turned_roll = None
    if roll is not None:
        turned_roll = _wrapped(
            replace(roll, value=roll.value + _HALF_TURN_DEG), "relative_roll_deg"
        )
    return (
        _turned(azimuth, _HALF_TURN_DEG) or azimuth,
        replace(elevation, value=upright_deg),
        turned_roll,
    )


def _times(reading: Reading, factor: float) -> Reading:
    if factor == 1.0:
        return reading
    return replace(reading, value=reading.value * factor, sigma=reading.sigma * abs(factor))


def _scaled(reading: Reading | None, factor: float) -> Reading | None:
    return None if reading is None else _times(reading, factor)


def _sum(one: Reading, other: Reading) -> Reading:
    return _wrapped(
        Reading(
            value=one.value + other.value,
            sigma=math.hypot(one.sigma, other.sigma),
            age_s=max(one.age_s, other.age_s),
        ),
        "north_heading_deg",
    )


def _turned(reading: Reading | None, degrees: float) -> Reading | None:
    if reading is None:
        return None
    return _wrapped(with_value(reading, reading.value + degrees), "north_heading_deg")


def _wrapped(reading: Reading, name: str) -> Reading:
    """Return a reading wrapped as its name has it; the range of what came is not checked."""
    turned = with_value(reading, math.remainder(reading.value, 360.0))
    return plausible_reading(name, turned) or turned


def _plausible(name: str, reading: Reading | None) -> Reading | None:
    return None if reading is None else plausible_reading(name, reading)
