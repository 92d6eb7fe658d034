"""The readings of a source's angles and heights that are tried, and how common each is.

The weights are judgement, not measurement: most sources follow their standard, and of those
that do not most have one defect. They only matter where the numbers of a source hardly do.
"""

import itertools
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.attitude import (
    body_from_camera,
    camera_angles_from_rotation,
    ned_from_body,
    ned_from_camera,
)
from plainview.geo.grid_north import grid_convergence_deg
from plainview.misb.angle_convention import (
    KNOWN_CONVENTIONS,
    AngleConvention,
    AngleReference,
    FieldReading,
    HeightReading,
    North,
    OddLengthReading,
    RangeReading,
)
from plainview.misb.convention_samples import ConventionSamples
from plainview.misb.items_by_convention import magnetic_declination_deg

__all__ = [
    "CENTER_HEIGHT_WEIGHTS",
    "RANGE_WEIGHTS",
    "SENSOR_HEIGHT_WEIGHTS",
    "AngleHypotheses",
    "FixedReading",
    "angle_hypotheses",
    "standard_of",
]

Array = npt.NDArray[np.float64]

_OWN_WEIGHT: Final = 0.8
_OTHER_WEIGHT: Final = 0.1
_NORTH_WEIGHTS: Final = {North.TRUE: 0.8, North.GRID: 0.1, North.MAGNETIC: 0.1}
_DOWN_WEIGHT: Final = 0.03
_RADIAN_WEIGHT: Final = 0.01
_MOST_RADIANS: Final = 2.0 * np.pi

SENSOR_HEIGHT_WEIGHTS: Final = {
    HeightReading.AS_SENT: 0.95,
    HeightReading.OTHER_DATUM: 0.04,
    HeightReading.FEET: 0.01,
}
CENTER_HEIGHT_WEIGHTS: Final = {
    HeightReading.AS_SENT: 0.9,
    HeightReading.OTHER_DATUM: 0.03,
    HeightReading.FEET: 0.01,
    HeightReading.ELEVATION_ANGLE: 0.02,
    HeightReading.UNUSABLE: 0.04,
}
RANGE_WEIGHTS: Final = {
    RangeReading.AS_SENT: 0.9,
    RangeReading.FLAT_EARTH: 0.04,
    RangeReading.FLAT_GRID: 0.01,
    RangeReading.FEET: 0.02,
    RangeReading.UNUSABLE: 0.03,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedReading:
    """What a person has set: it wins over what the numbers say. None leaves it to them.

    Args:
        reference: What angles are measured from; the others as in `AngleConvention`.
    """

    reference: AngleReference | None = None
    north: North | None = None
    is_elevation_down: bool | None = None
    is_in_radians: bool | None = None
    sensor_height: HeightReading | None = None
    frame_center_height: HeightReading | None = None
    slant_range: RangeReading | None = None
    fields_of_view: FieldReading | None = None
    odd_lengths: OddLengthReading | None = None

    def allows(self, convention: AngleConvention) -> bool:
        """Return whether a reading of the angles is one of those that are left."""
        pairs = (
            (self.reference, convention.reference),
            (self.north, convention.north),
            (self.is_elevation_down, convention.is_elevation_down),
            (self.is_in_radians, convention.is_in_radians),
        )
        return all(fixed is None or fixed == tried for fixed, tried in pairs)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class AngleHypotheses:
    """Lines of sight under each reading of the angles.

    Args:
        conventions: The readings, a of them.
        log_weight: (a,) how common each is.
        heading_deg: (a, n) from true north; elevation_deg and roll_deg likewise.
    """

    conventions: tuple[AngleConvention, ...]
    log_weight: Array
    heading_deg: Array
    elevation_deg: Array
    roll_deg: Array


def standard_of(samples: ConventionSamples) -> AngleConvention:
    """Return the reading of the standard that the angles are sent in."""
    return KNOWN_CONVENTIONS["st0601" if samples.is_gimbal else "eg0104"]


def angle_hypotheses(
    samples: ConventionSamples, fixed: FixedReading, *, time_us: int | None
) -> AngleHypotheses:
    """Return the lines of sight under each reading that the numbers allow.

    Args:
        samples: What the source said.
        fixed: What a person has set.
        time_us: UTC, for magnetic north, which is not tried without it.
    """
    norths = _north_corrections(samples, time_us=time_us)
    found = []
    for reference, is_down, is_radians in itertools.product(
        _references(samples), (False, True), (False, True)
    ):
        if is_radians and not _may_be_radians(samples):
            continue
        heading, elevation, roll = _lines_of_sight(
            samples, reference, is_down=is_down, is_radians=is_radians
        )
        for north, correction_deg in norths.items():
            convention, weight = _named(samples, reference, north)
            convention = replace(convention, is_elevation_down=is_down, is_in_radians=is_radians)
            weight *= _DOWN_WEIGHT if is_down else 1.0 - _DOWN_WEIGHT
            weight *= _RADIAN_WEIGHT if is_radians else 1.0 - _RADIAN_WEIGHT
            if fixed.allows(convention):
                found.append((convention, weight, heading + correction_deg, elevation, roll))
    columns = list(zip(*found, strict=True)) or [()] * 5
    shape = (len(found), samples.n_samples)
    return AngleHypotheses(
        conventions=tuple(columns[0]),
        log_weight=np.log(np.array(columns[1], np.float64)),
        heading_deg=np.array(columns[2]).reshape(shape) % 360.0,
        elevation_deg=np.array(columns[3]).reshape(shape),
        roll_deg=np.array(columns[4]).reshape(shape),
    )


def _references(samples: ConventionSamples) -> list[AngleReference]:
    """Return what angles may be measured from; the platform needs attitude and gimbal roll."""
    found = [AngleReference.NORTH]
    if samples.has("platform_heading_deg"):
        found.append(AngleReference.HORIZON)
        has_roll = bool(np.isfinite(samples.angles_deg[:, 2]).any())
        if samples.has("platform_pitch_deg") and samples.has("platform_roll_deg") and has_roll:
            found.append(AngleReference.PLATFORM)
    return found


def _may_be_radians(samples: ConventionSamples) -> bool:
    return bool(np.nanmax(np.abs(samples.angles_deg), initial=0.0) <= _MOST_RADIANS)


def _named(
    samples: ConventionSamples, reference: AngleReference, north: North
) -> tuple[AngleConvention, float]:
    standard = standard_of(samples)
    is_own = reference is standard.reference
    name = "north_referenced" if reference is AngleReference.NORTH else "horizon_stabilised"
    if reference is AngleReference.PLATFORM:
        name = "st0601"
    known = standard if is_own else KNOWN_CONVENTIONS[name]
    zone = samples.grid_zone if north is North.GRID else None
    weight = (_OWN_WEIGHT if is_own else _OTHER_WEIGHT) * _NORTH_WEIGHTS[north]
    return replace(known, north=north, grid_zone=zone), weight


def _north_corrections(samples: ConventionSamples, *, time_us: int | None) -> dict[North, Array]:
    """Return what each kind of north adds to a heading, (n,)."""
    latitude, longitude = samples.value["latitude_deg"], samples.value["longitude_deg"]
    found = {North.TRUE: np.zeros(samples.n_samples)}
    zone = samples.grid_zone
    if zone is not None:
        found[North.GRID] = grid_convergence_deg(latitude, longitude, zone=zone)
    declination = [
        None if time_us is None else magnetic_declination_deg(*place, time_us=time_us)
        for place in zip(latitude.tolist(), longitude.tolist(), strict=True)
    ]
    if declination and None not in declination:
        found[North.MAGNETIC] = np.array(declination, np.float64)
    return found


def _lines_of_sight(
    samples: ConventionSamples, reference: AngleReference, *, is_down: bool, is_radians: bool
) -> tuple[Array, Array, Array]:
    """Return heading, elevation, roll (n,) of the line of sight, degrees, north as sent."""
    azimuth, elevation, roll = samples.angles_deg.T * (np.degrees(1.0) if is_radians else 1.0)
    elevation = -elevation if is_down else elevation
    heading = samples.value["platform_heading_deg"]
    if reference is not AngleReference.PLATFORM:
        start = heading if reference is AngleReference.HORIZON else np.zeros_like(azimuth)
        level = np.nan_to_num(roll)
        sight = ned_from_camera(
            heading_rad=np.radians(start + azimuth),
            elevation_rad=np.radians(elevation),
            roll_rad=np.radians(level),
        )
        return _angles_deg(sight)
    body = ned_from_body(
        heading_rad=np.radians(heading),
        pitch_rad=np.radians(samples.value["platform_pitch_deg"]),
        roll_rad=np.radians(samples.value["platform_roll_deg"]),
    )
    gimbal = body_from_camera(
        azimuth_rad=np.radians(azimuth),
        elevation_rad=np.radians(elevation),
        roll_rad=np.radians(roll),
    )
    return _angles_deg(body @ gimbal)


def _angles_deg(ned_from_camera: Array) -> tuple[Array, Array, Array]:
    heading, elevation, roll = camera_angles_from_rotation(ned_from_camera)
    return np.degrees(heading), np.degrees(elevation), np.degrees(roll)
