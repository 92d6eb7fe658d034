"""How likely each reading of a source's numbers makes what it says of the ground.

The numbers are bound to each other: the bearing from sensor to frame centre is the heading of
the line of sight; elevation, distance, slant range and the two heights are one triangle. Each
reading of angles and heights predicts some of them from the others. The likelihood is always
of the same numbers (bearing, distance, slant range and frame-centre height as sent), so that
readings that use one of them to predict another can be compared with those that do not.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.ellipsoid import MEAN_EARTH_RADIUS_M
from plainview.geo.geodesic import distance_and_bearing
from plainview.misb.angle_convention import HeightReading, RangeReading
from plainview.misb.convention_hypotheses import AngleHypotheses, FixedReading
from plainview.misb.convention_samples import ConventionSamples, Sight
from plainview.misb.corner_sights import corner_roll_deg
from plainview.misb.ground_reading import (
    FLAT_RANGES,
    GroundReading,
    flat_sight,
    ground_readings,
    ground_sight,
    log_weight_of,
)
from plainview.misb.scale_mixture import Scales, log_likelihood
from plainview.units import FOOT_M

__all__ = ["Scored", "log_of_motion", "score_conventions"]

Array = npt.NDArray[np.float64]

N_BLOCKS: Final = 4
"""A clip is cut into as many pieces, and each counts once: errors of neighbours are one, and
they drift with the flight, so that more pieces would count one drift several times."""

_N_INDEPENDENT: Final = 4
"""Of a piece's instants at most so many tell anything new."""
_SIGMA_OF_MEDIAN: Final = 1.86
"""1-sigma of a median over the median absolute deviation, times the root of the number."""

ANGLE_SCALES: Final = Scales(least=2e-4, usual=0.05, most=90.0)
"""Degrees, between two ways to the same direction: sources reckon the frame centre from their own
angles, so that what is left is latency, a bore-sight that only one of them has, and rounding."""
_ROLL_SCALES: Final = Scales(least=1e-2, usual=2.0, most=180.0)
_RATIO_SCALES: Final = Scales(least=1e-6, usual=0.01, most=3.0)
"""Of ranges, in natural logarithms."""
_ANY_RANGE: Final = Scales(least=1e-4, usual=2.0, most=6.0)
_ANY_HEIGHT: Final = Scales(least=0.1, usual=2_000.0, most=30_000.0)
_SEA_HEIGHT: Final = Scales(least=0.1, usual=0.5, most=100.0)
_SEA_WEIGHT: Final = 0.3
_HEIGHT_IS_ANGLE: Final = Scales(least=1e-2, usual=0.1, most=90.0)
_RATE_SCALES: Final = Scales(least=1e-3, usual=0.1, most=30.0)

_TYPICAL_RANGE_M: Final = 3_000.0
_TYPICAL_GROUND_M: Final = 300.0
_NO_GROUND_M: Final = 20_000.0
"""Stands for the ground under a ray that has none: above the sensor, or never met."""
_METRE_SIGMA: Final = 0.02
"""1-sigma of a place's rounding to 4 bytes, metres."""
_REFRACTION_SIGMA: Final = 0.13
"""Sources reckon with straight rays or bent ones, which differ by this over twice the Earth's
curvature."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Scored:
    """The likelihood of every reading.

    Args:
        angles: The readings of the angles, a of them.
        grounds: The readings of heights and range, g of them.
        log_posterior: (a, g) natural logarithms, the whole summing to 1.
        bearing_miss_deg: (a, n) heading of the line of sight less the bearing, across the
            line of sight.
        n_blocks: Independent pieces.
    """

    angles: AngleHypotheses
    grounds: tuple[GroundReading, ...]
    log_posterior: Array
    bearing_miss_deg: Array
    n_blocks: int

    @property
    def probability(self) -> Array:
        """Return (a, g) probabilities."""
        posterior: Array = np.exp(self.log_posterior)
        return posterior


def score_conventions(
    samples: ConventionSamples,
    angles: AngleHypotheses,
    fixed: FixedReading,
    *,
    log_motion: Array | None = None,
) -> Scored:
    """Return how likely each reading is.

    Args:
        samples: What the source said; at least one instant with a frame centre.
        angles: The readings of its angles.
        fixed: What a person has set.
        log_motion: (a,) what the pictures' own motion says of each; None where it says nothing.
    """
    scorer = _Scorer(samples, angles)
    grounds = ground_readings(samples, fixed)
    total = np.stack([scorer.ground(reading) for reading in grounds], axis=1)
    total += (scorer.bearing() + scorer.roll() + angles.log_weight)[:, np.newaxis]
    if log_motion is not None:
        total += log_motion[:, np.newaxis]
    peak = total.max()
    log_sum = peak + np.log(np.exp(total - peak).sum())
    return Scored(
        angles=angles,
        grounds=grounds,
        log_posterior=total - log_sum,
        bearing_miss_deg=scorer.bearing_miss_deg,
        n_blocks=scorer.n_blocks,
    )


def log_of_motion(miss_deg_s: Array, sigma_deg_s: Array) -> Array:
    """Return what misses of turning rates (a, n), degrees a second, say of each reading, (a,).

    Args:
        miss_deg_s: The misses.
        sigma_deg_s: (n,) 1-sigma that is known of each.
    """
    return log_likelihood(miss_deg_s, sigma_deg_s, _RATE_SCALES)


class _Scorer:
    """Scores channel by channel; a channel that several readings share is scored once."""

    def __init__(self, samples: ConventionSamples, angles: AngleHypotheses) -> None:
        self._samples, self._angles = samples, angles
        self.n_blocks = min(N_BLOCKS, samples.n_samples)
        self._blocks = np.array_split(np.arange(samples.n_samples), self.n_blocks)
        place = samples.value["latitude_deg"], samples.value["longitude_deg"]
        self._distance_m, _ = distance_and_bearing(
            place, (samples.center_deg[:, 0], samples.center_deg[:, 1])
        )
        self._plain = samples.sight(
            samples.sensor_height_hae_m(HeightReading.AS_SENT), samples.center_geoid_m
        )
        self._done: dict[tuple[object, ...], Array] = {}
        self.bearing_miss_deg = self._bearing_miss_deg()

    def bearing(self) -> Array:
        """Return (a,): the bearing of the frame centre, given the heading."""
        sigma = np.hypot(self._heading_sigma_deg(), self._place_sigma_deg())
        return self._log(self.bearing_miss_deg, sigma, ANGLE_SCALES)

    def roll(self) -> Array:
        """Return (a,): how the reported corners lie about the line of sight, given the roll."""
        miss_deg = _roll_miss_deg(self._samples, self._angles)
        return self._log(miss_deg, np.zeros(self._samples.n_samples), _ROLL_SCALES)

    def ground(self, reading: GroundReading) -> Array:
        """Return (a,): distance, range and frame-centre height, given the elevation."""
        total = self._distance(reading) + self._range(reading) + self._center_height(reading)
        return total + log_weight_of(reading)

    def _distance(self, reading: GroundReading) -> Array:
        """Return (a,): the logarithm of the distance to the frame centre, given elevation."""
        has_range = reading.slant_range in (RangeReading.AS_SENT, RangeReading.FEET)
        is_by_height = reading.has_center_height or reading.is_sea
        if reading.slant_range in FLAT_RANGES and not reading.has_center_height:
            key = (reading.slant_range, reading.sensor_height)
            return self._by_sight(key, reading, is_by_range=False)
        if is_by_height:
            center = reading.center_height if reading.has_center_height else None
            by_height = GroundReading(
                sensor_height=reading.sensor_height,
                center_height=center,
                slant_range=None,
                is_sea=reading.is_sea,
            )
            return self._by_sight(
                ("height", reading.sensor_height, center), by_height, is_by_range=False
            )
        if has_range:
            return self._by_sight(("range", reading.slant_range), reading, is_by_range=True)
        return self._by_any_ground(reading.sensor_height)

    def _by_sight(
        self, key: tuple[object, ...], reading: GroundReading, *, is_by_range: bool
    ) -> Array:
        if key not in self._done:
            sight = ground_sight(self._samples, reading)
            elevation = np.radians(sight.elevation_deg)
            miss = self._angles.elevation_deg - sight.elevation_deg
            sine, cosine = np.abs(np.sin(elevation)), np.cos(elevation)
            slope = cosine / np.maximum(sine, 1e-3) if is_by_range else sine * cosine
            log_slope = np.log(np.degrees(np.maximum(slope, 1e-6)))
            is_plane = reading.slant_range in FLAT_RANGES and not reading.has_center_height
            sigma = self._elevation_sigma_deg(sight, is_by_range=is_by_range, is_plane=is_plane)
            log = self._log(miss, sigma, ANGLE_SCALES)
            self._done[key] = log + np.sum(self._medians(log_slope))
        return self._done[key]

    def _by_any_ground(self, how: HeightReading) -> Array:
        """Return (a,) where only the ground's own plausibility binds elevation and distance."""
        key = ("any ground", how)
        if key not in self._done:
            samples = self._samples
            height_m = samples.sensor_height_hae_m(how) - samples.center_geoid_m
            tangent = np.tan(np.radians(np.clip(self._angles.elevation_deg, -89.9, 89.9)))
            drop_m = self._distance_m**2 / (2.0 * MEAN_EARTH_RADIUS_M)
            ground_m = height_m + self._distance_m * tangent + drop_m
            is_under = (ground_m < height_m) & (tangent < 0.0)
            miss_m = np.where(is_under, ground_m, _NO_GROUND_M) - _TYPICAL_GROUND_M
            log_slope = np.log(np.maximum(self._distance_m * np.abs(tangent), 1e-3))
            log = self._log(miss_m, np.full(samples.n_samples, 0.3), _ANY_HEIGHT)
            self._done[key] = log + self._medians(log_slope).sum(axis=-1)
        return self._done[key]

    def _range(self, reading: GroundReading) -> Array:
        """Return (1,): the logarithm of the slant range."""
        how = reading.slant_range
        if how is None:
            return np.zeros(1)
        is_free = how is RangeReading.UNUSABLE or not (
            reading.has_center_height or reading.is_sea or how in FLAT_RANGES
        )
        key = ("any range",) if is_free else ("range is", *_of(reading))
        if key not in self._done:
            sent_m = self._samples.value["slant_range_m"]
            if is_free:
                miss, scales = np.log(sent_m / _TYPICAL_RANGE_M), _ANY_RANGE
            else:
                miss, scales = np.log(sent_m / self._expected_range_m(reading)), _RATIO_SCALES
            sigma = self._range_sigma_m(is_free=is_free) / sent_m
            self._done[key] = self._log(miss[np.newaxis], sigma, scales)
        return self._done[key]

    def _range_sigma_m(self, *, is_free: bool) -> Array:
        """Return the rounding of the range, (n,), and of the heights that predict it."""
        own_m = self._samples.sigma["slant_range_m"]
        if is_free:
            return own_m
        heights_m = np.hypot(self._sensor_height_sigma_m(), self._center_height_sigma_m())
        sine: Array = np.abs(np.sin(np.radians(self._plain.elevation_deg)))
        return np.hypot(own_m, heights_m * sine)

    def _expected_range_m(self, reading: GroundReading) -> Array:
        """Return the slant range that would be sent, (n,)."""
        if reading.slant_range in FLAT_RANGES:
            return flat_sight(self._samples, reading).range_m
        by_height = GroundReading(
            sensor_height=reading.sensor_height,
            center_height=reading.center_height,
            slant_range=None,
            is_sea=reading.is_sea,
        )
        range_m = ground_sight(self._samples, by_height).range_m
        return range_m / FOOT_M if reading.slant_range is RangeReading.FEET else range_m

    def _center_height(self, reading: GroundReading) -> Array:
        """Return (a,) or (1,): the frame centre's height as sent."""
        if reading.center_height is None:
            return np.zeros(1)
        is_angle = reading.center_height is HeightReading.ELEVATION_ANGLE
        key = ("center height", is_angle)
        if key not in self._done:
            sent = self._samples.raw_center_height_m()
            if is_angle:
                miss = sent - self._angles.elevation_deg
                self._done[key] = self._log(miss, self._center_height_sigma_m(), _HEIGHT_IS_ANGLE)
            else:
                self._done[key] = self._any_center_height(sent)
        return self._done[key]

    def _any_center_height(self, sent_m: Array) -> Array:
        """Return (1,): a height of the ground, which often is that of the sea."""
        sigma_m = self._center_height_sigma_m()
        land = self._log((sent_m - _TYPICAL_GROUND_M)[np.newaxis], sigma_m, _ANY_HEIGHT)
        sea = self._log(sent_m[np.newaxis], sigma_m, _SEA_HEIGHT)
        either: Array = np.logaddexp(land + np.log(1.0 - _SEA_WEIGHT), sea + np.log(_SEA_WEIGHT))
        return either

    def _medians(self, values: Array) -> Array:
        """Return the median of each piece, (..., b)."""
        known = np.where(np.isfinite(values), values, np.nan)
        with np.errstate(all="ignore"):
            return np.stack([_median(known[..., block]) for block in self._blocks], axis=-1)

    def _log(self, miss: Array, sigma: Array, scales: Scales) -> Array:
        """Return the log likelihood of misses (a, n) whose rounding is sigma (n,).

        A piece's median is no surer than the scatter inside the piece allows, however close
        the medians happen to lie.
        """
        middle = self._medians(miss)
        parts = zip(self._blocks, np.moveaxis(middle, -1, 0), strict=True)
        apart = [
            _median(np.abs(miss[..., block] - center[..., np.newaxis]))
            / np.sqrt(min(len(block), _N_INDEPENDENT))
            for block, center in parts
        ]
        scatter = np.nan_to_num(_SIGMA_OF_MEDIAN * np.stack(apart, axis=-1))
        return log_likelihood(middle, np.hypot(self._medians(sigma), scatter), scales)

    def _bearing_miss_deg(self) -> Array:
        miss = self._angles.heading_deg - self._plain.bearing_deg
        across = np.maximum(self._distance_m / self._plain.range_m, 0.02)
        wrapped: Array = ((miss + 180.0) % 360.0 - 180.0) * across
        return wrapped

    def _heading_sigma_deg(self) -> Array:
        parts = (
            self._samples.angles_sigma_deg[:, 0],
            self._samples.sigma["platform_heading_deg"],
        )
        return np.hypot(*(np.nan_to_num(part) for part in parts))

    def _place_sigma_deg(self) -> Array:
        return np.degrees(_METRE_SIGMA / np.maximum(self._distance_m, 1.0))

    def _elevation_sigma_deg(self, sight: Sight, *, is_by_range: bool, is_plane: bool) -> Array:
        samples = self._samples
        angles = [
            samples.angles_sigma_deg[:, 1],
            samples.sigma["platform_pitch_deg"],
            samples.sigma["platform_roll_deg"],
        ]
        turned = np.sqrt(sum(np.nan_to_num(part) ** 2 for part in angles))
        bent = np.degrees(_REFRACTION_SIGMA * self._distance_m / (2.0 * MEAN_EARTH_RADIUS_M))
        sine = np.maximum(np.abs(np.sin(np.radians(sight.elevation_deg))), 1e-3)
        if is_by_range:
            off_m = np.hypot(samples.sigma["slant_range_m"], _METRE_SIGMA) / sine
        else:
            off_m = np.hypot(self._sensor_height_sigma_m(), self._center_height_sigma_m())
        moved = np.degrees(off_m / np.maximum(sight.range_m, 1.0))
        total: Array = np.sqrt(turned**2 + (0.0 if is_plane else bent) ** 2 + moved**2)
        return total

    def _sensor_height_sigma_m(self) -> Array:
        sigma = self._samples.sigma
        return np.nan_to_num(
            np.where(
                np.isfinite(sigma["height_hae_m"]), sigma["height_hae_m"], sigma["altitude_msl_m"]
            )
        )

    def _center_height_sigma_m(self) -> Array:
        sigma = self._samples.sigma
        hae = sigma["frame_center_height_hae_m"]
        return np.nan_to_num(np.where(np.isfinite(hae), hae, sigma["frame_center_altitude_msl_m"]))


def _median(values: Array) -> Array:
    """Return the median along the last axis of what is known; NaN where nothing is."""
    if not np.isnan(values).any():
        median: Array = np.median(values, axis=-1)
        return median
    known = np.isfinite(values)
    filled = np.where(known.any(axis=-1, keepdims=True), values, 0.0)
    median = np.nanmedian(filled, axis=-1)
    return np.where(known.any(axis=-1), median, np.nan)


def _of(reading: GroundReading) -> tuple[object, ...]:
    return (
        reading.sensor_height,
        reading.center_height if reading.has_center_height else None,
        reading.slant_range,
        reading.is_sea,
    )


def _roll_miss_deg(samples: ConventionSamples, angles: AngleHypotheses) -> Array:
    """Return how far the corners' own upper edge is turned from that of the roll, (a, n)."""
    roll_deg = corner_roll_deg(samples)
    if not np.isfinite(samples.angles_deg[:, 2]).any():
        return np.full(angles.roll_deg.shape, np.nan)
    miss: Array = (angles.roll_deg - roll_deg + 180.0) % 360.0 - 180.0
    return miss
