"""Readings of a source's heights and slant range, and the line to the frame centre by each."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, TypeVar

import numpy as np
import numpy.typing as npt

from plainview.geo.geodesic import distance_and_bearing
from plainview.geo.grid_north import grid_position_m
from plainview.misb.angle_convention import HeightReading, RangeReading
from plainview.misb.convention_hypotheses import (
    CENTER_HEIGHT_WEIGHTS,
    RANGE_WEIGHTS,
    SENSOR_HEIGHT_WEIGHTS,
    FixedReading,
)
from plainview.misb.convention_samples import ConventionSamples, Sight
from plainview.units import FOOT_M

__all__ = [
    "FLAT_RANGES",
    "GroundReading",
    "flat_sight",
    "ground_readings",
    "ground_sight",
    "log_weight_of",
]

Array = npt.NDArray[np.float64]
_Kind = TypeVar("_Kind")

FLAT_RANGES: Final = (RangeReading.FLAT_EARTH, RangeReading.FLAT_GRID)
_HEIGHTS: Final = (HeightReading.AS_SENT, HeightReading.OTHER_DATUM, HeightReading.FEET)


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundReading:
    """One reading of heights and range.

    Args:
        sensor_height: What the sensor's height field holds.
        center_height: What the frame centre's holds; None where there is none.
        slant_range: What the slant range is; None where there is none.
        is_sea: Where the frame centre's height is not known: whether it lies at height 0.
    """

    sensor_height: HeightReading
    center_height: HeightReading | None
    slant_range: RangeReading | None
    is_sea: bool = False

    @property
    def has_center_height(self) -> bool:
        """Whether the frame centre's height field holds a height."""
        return self.center_height in _HEIGHTS


def ground_sight(samples: ConventionSamples, reading: GroundReading) -> Sight:
    """Return the lines from sensor to frame centre by one reading of heights and range.

    Where the frame centre's height is known it is used, else the slant range, else the sea's
    level; with a flat earth the triangle is a plane one.
    """
    sensor_m = samples.sensor_height_hae_m(reading.sensor_height)
    if reading.has_center_height and reading.center_height is not None:
        return samples.sight(sensor_m, samples.center_height_hae_m(reading.center_height))
    if reading.slant_range in FLAT_RANGES:
        return flat_sight(samples, reading)
    range_m = _range_m(samples, reading.slant_range)
    if reading.is_sea or range_m is None:
        return samples.sight(sensor_m, samples.center_geoid_m)
    return samples.sight(sensor_m, samples.center_height_at_range_m(sensor_m, range_m))


def _range_m(samples: ConventionSamples, how: RangeReading | None) -> Array | None:
    if how is RangeReading.AS_SENT:
        return samples.value["slant_range_m"]
    return samples.value["slant_range_m"] * FOOT_M if how is RangeReading.FEET else None


def flat_sight(samples: ConventionSamples, reading: GroundReading) -> Sight:
    """Return the plane triangle of a flat earth at height 0, as some sources reckon."""
    height_m = samples.sensor_height_hae_m(reading.sensor_height) - samples.geoid_m
    place = samples.value["latitude_deg"], samples.value["longitude_deg"]
    center = samples.center_deg[:, 0], samples.center_deg[:, 1]
    distance_m, bearing_deg = distance_and_bearing(place, center)
    zone = samples.grid_zone
    if reading.slant_range is RangeReading.FLAT_GRID and zone is not None:
        start, end = (grid_position_m(*each, zone=zone) for each in (place, center))
        distance_m = np.hypot(end[0] - start[0], end[1] - start[1])
    return Sight(
        bearing_deg=bearing_deg,
        elevation_deg=-np.degrees(np.arctan2(height_m, distance_m)),
        range_m=np.hypot(height_m, distance_m),
    )


def ground_readings(samples: ConventionSamples, fixed: FixedReading) -> tuple[GroundReading, ...]:
    """Return the readings that are tried, those that a person has excluded left out."""
    sensors = _allowed(SENSOR_HEIGHT_WEIGHTS, fixed.sensor_height)
    centers = _allowed(CENTER_HEIGHT_WEIGHTS, fixed.frame_center_height)
    ranges = _allowed(RANGE_WEIGHTS, fixed.slant_range)
    found = []
    for sensor in sensors:
        for center in centers if samples.has_center_height else [None]:
            for distance in ranges if samples.has("slant_range_m") else [None]:
                is_known = center in _HEIGHTS or distance in FLAT_RANGES
                found += [
                    GroundReading(
                        sensor_height=sensor,
                        center_height=center,
                        slant_range=distance,
                        is_sea=is_sea,
                    )
                    for is_sea in ((False,) if is_known else (False, True))
                ]
    return tuple(found)


def _allowed(weights: Mapping[_Kind, float], fixed: _Kind | None) -> list[_Kind]:
    return list(weights) if fixed is None else [fixed]


def log_weight_of(reading: GroundReading) -> float:
    """Return the logarithm of how common a reading is."""
    weight = SENSOR_HEIGHT_WEIGHTS.get(reading.sensor_height, 1.0)
    if reading.center_height is not None:
        weight *= CENTER_HEIGHT_WEIGHTS[reading.center_height]
    if reading.slant_range is not None:
        weight *= RANGE_WEIGHTS[reading.slant_range]
    is_split = not reading.has_center_height and reading.slant_range not in FLAT_RANGES
    return float(np.log(0.5 * weight if is_split else weight))
