"""Readings of a source's angles against the motion that its pictures show.

Each reading turns the camera its own way while the platform turns and banks and the gimbal looks
about. What it says of the motion of the picture's middle and of the picture's turn about it is
held against what registration saw, step by step. What no reading can be blamed for is left free:
a lag of the metadata, some per cent of the fields of view, how high the ground is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.attitude import ned_from_camera
from plainview.geo.geodetic import ecef_from_geodetic, ecef_from_ned
from plainview.geo.view_motion import motion_of_homographies
from plainview.misb.angle_convention import (
    AngleConvention,
    AngleReference,
    HeightReading,
    North,
)
from plainview.misb.convention_hypotheses import AngleHypotheses, FixedReading, angle_hypotheses
from plainview.misb.convention_samples import ConventionSamples, aligned_samples
from plainview.misb.convention_score import log_of_motion
from plainview.misb.convention_verdict import EvidenceRow
from plainview.misb.seen_motion import ImageMotion, seen_between
from plainview.misb.view_items import ViewItems

__all__ = ["MotionEvidence", "MotionKey", "log_prior_of_key", "motion_evidence", "motion_key"]

Array = npt.NDArray[np.float64]
Rows = npt.NDArray[np.int64]

MotionKey = tuple[AngleReference | None, bool, bool]

_STEP_S: Final = 0.5
"""Between instants that are compared: a turn adds up over it, an error of one picture does not."""
_LONGEST_S: Final = 1.5
_LEAST_STEPS: Final = 8
_N_INDEPENDENT: Final = 12
"""More steps tell nothing new: what waves, lens and lag do to one they do to the next."""
_LAGS_S: Final = tuple(np.linspace(-1.0, 1.0, 21).tolist())
"""Metadata may come so much too late; each reading is given the lag that suits it best."""
_SIGMA_DEG_S: Final = 0.05
"""1-sigma of a turning rate over a step: what waves and the registration add to it."""
_SIGMA_SHARE: Final = 0.1
"""The same as a share of the motion: fields of view, lens, instants within a step."""
_GAIN: Final = (0.85, 1.2)
"""Of the turning that is seen over what is said: a field of view that is off by some per cent."""
_PARALLAX: Final = (0.5, 4.0)
"""Of the travel's motion over that on ground at sea level: high ground is nearer."""
_LEFT_DEG_S: Final = 0.15
_LEFT_SHARE: Final = 0.25
"""A reading that leaves more than both of them of the motion explains nothing."""
_LOWEST: Final = 0.03
"""Sine of the depression; a line of sight above it is taken to see nothing near."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionEvidence:
    """What the pictures' motion says of each reading of the angles.

    Args:
        log_likelihood: By reading, in natural logarithms; empty where nothing can be compared.
        rows: How far each is off, degrees a second.
        explains: The readings that explain what was seen.
    """

    log_likelihood: Mapping[MotionKey, float]
    rows: Mapping[MotionKey, EvidenceRow]
    explains: frozenset[MotionKey]


NO_EVIDENCE: Final = MotionEvidence(log_likelihood={}, rows={}, explains=frozenset())


def motion_key(convention: AngleConvention) -> MotionKey:
    """Return what of a reading shows in motion; which north headings are from does not."""
    return convention.reference, convention.is_elevation_down, convention.is_in_radians


def log_prior_of_key(key: MotionKey) -> float:
    """Return the logarithm of how common a reading is, its north left aside."""
    reference, is_down, is_radians = key
    usual = 0.0 if reference is AngleReference.PLATFORM else -2.0
    return usual - 3.5 * is_down - 4.6 * is_radians


def motion_evidence(items: Sequence[ViewItems], motion: ImageMotion) -> MotionEvidence:
    """Return what the motion of the pictures says of each reading of the angles.

    Args:
        items: What the source said, at the instants of the motion.
        motion: What the pictures showed.
    """
    samples = aligned_samples(items)
    first, last = _steps(motion.item_time_s[samples.rows], motion)
    if len(first) < _LEAST_STEPS:
        return NO_EVIDENCE
    time_s = motion.item_time_s[samples.rows]
    seen = [seen_between(motion, time_s[first] - lag_s, time_s[last] - lag_s) for lag_s in _LAGS_S]
    angles = angle_hypotheses(samples, FixedReading(), time_us=None)
    standard = "st0601" if samples.is_gimbal else "eg0104"
    log: dict[MotionKey, float] = {}
    misses: dict[MotionKey, Array] = {}
    explains = set()
    for row, convention in enumerate(angles.conventions):
        if convention.north is not North.TRUE:
            continue
        key = motion_key(convention)
        said = _said(samples, angles, row=row, steps=(first, last))
        log[key], misses[key], rates = _best_lag(seen, said, time_s[last] - time_s[first])
        if _is_explained(misses[key], rates):
            explains.add(key)
    usual = next((key for key in misses if _is_standard(key, standard)), None)
    rows = {
        key: _row(miss, None if usual is None else misses[usual]) for key, miss in misses.items()
    }
    return MotionEvidence(log_likelihood=log, rows=rows, explains=frozenset(explains))


def _is_standard(key: MotionKey, standard: str) -> bool:
    own = AngleReference.PLATFORM if standard == "st0601" else AngleReference.NORTH
    return key == (own, False, False)


def _steps(time_s: Array, motion: ImageMotion) -> tuple[Rows, Rows]:
    """Return where steps begin and end, rows of instants, over which pictures tell at any lag."""
    chosen = list(_spaced(time_s))
    first, last = np.array(chosen[:-1], np.int64), np.array(chosen[1:], np.int64)
    length_s = time_s[last] - time_s[first]
    is_known = (length_s > 0.0) & (length_s <= _LONGEST_S)
    for lag_s in (min(_LAGS_S), 0.0, max(_LAGS_S)):
        seen = seen_between(motion, time_s[first] - lag_s, time_s[last] - lag_s)
        is_known &= np.isfinite(seen).all(axis=1)
    return first[is_known], last[is_known]


def _spaced(time_s: Array) -> Iterator[int]:
    """Yield rows that lie a step apart or more; a clock that goes back begins anew."""
    before_s = -np.inf
    for row, now_s in enumerate(time_s.tolist()):
        if np.isfinite(now_s) and not before_s - _LONGEST_S < now_s < before_s + _STEP_S - 1e-3:
            before_s = now_s
            yield row


def _said(
    samples: ConventionSamples,
    angles: AngleHypotheses,
    *,
    row: int,
    steps: tuple[Rows, Rows],
) -> tuple[Array, Array]:
    """Return how a reading moves the scene over each step, (k, 3): by turning, and by travel.

    Source:
        A level plane at sea level under the sensor makes the homography ``R + t n' / d`` of
        normalised coordinates.
    """
    place = samples.value["latitude_deg"], samples.value["longitude_deg"]
    height_m = np.nan_to_num(samples.sensor_height_hae_m(HeightReading.AS_SENT))
    position = ecef_from_geodetic(*place, height_m)
    sight = ned_from_camera(
        heading_rad=np.radians(angles.heading_deg[row]),
        elevation_rad=np.radians(angles.elevation_deg[row]),
        roll_rad=np.radians(np.nan_to_num(angles.roll_deg[row])),
    )
    rotation = ecef_from_ned(*place) @ sight
    first, last = steps
    back = np.swapaxes(rotation[last], -1, -2)
    turned = back @ rotation[first]
    travel = np.einsum("kij,kj->ki", back, position[first] - position[last])
    down = sight[first, 2, :]  # the third row: where down is, in the camera
    above_m = np.maximum(height_m - samples.geoid_m, 1.0)[first]
    is_seen = down[:, 2] >= _LOWEST
    nearness = np.where(is_seen, 1.0 / above_m, 0.0)
    on_ground = turned + travel[:, :, None] * (nearness[:, None] * down)[:, None, :]
    by_turning, by_both = (_of_homographies(each) for each in (turned, on_ground))
    return by_turning, by_both - by_turning


def _of_homographies(now_from_before: Array) -> Array:
    """Return the motion of the picture's middle and its turn, (k, 3)."""
    shift, turn = motion_of_homographies(now_from_before, middle_px=(0.0, 0.0))
    return np.column_stack([shift, turn])


def _best_lag(
    seen: Sequence[Array], said: tuple[Array, Array], length_s: Array
) -> tuple[float, Array, Array]:
    """Return the best logarithm of the likelihood over lags, and misses and rates there, (k, 3)."""
    found = []
    for moved in seen:
        miss = np.degrees(_miss(moved, said)) / length_s[:, np.newaxis]
        rates = np.degrees(moved) / length_s[:, np.newaxis]
        found.append((_log_of(miss, rates), miss, rates))
    return max(found, key=lambda each: each[0])


def _miss(seen: Array, said: tuple[Array, Array]) -> Array:
    """Return what is left of the motion, (k, 3), with the best gain and the best parallax."""
    turned, travelled = said
    columns = np.stack([turned[:, :2].ravel(), travelled[:, :2].ravel()], axis=1)
    target = seen[:, :2].ravel()
    is_known = np.isfinite(columns).all(axis=1) & np.isfinite(target)
    gain, parallax = 1.0, 1.0
    for _ in range(3):
        gain = _share(
            columns[is_known, 0], target[is_known] - parallax * columns[is_known, 1], _GAIN
        )
        parallax = _share(
            columns[is_known, 1], target[is_known] - gain * columns[is_known, 0], _PARALLAX
        )
    left: Array = seen - turned * [gain, gain, 1.0] - travelled * parallax
    return left


def _share(column: Array, target: Array, limits: tuple[float, float]) -> float:
    """Return how much of a column makes a target, by least squares within limits."""
    square = float(column @ column)
    return float(np.clip(column @ target / square, *limits)) if square > 0.0 else 1.0


def _log_of(miss: Array, rates: Array) -> float:
    """Return the logarithm of the likelihood of misses (k, 3), tempered to what is independent."""
    size = np.linalg.norm(np.nan_to_num(rates), axis=1)
    sigma = np.hypot(_SIGMA_DEG_S, _SIGMA_SHARE * size)
    total = sum(float(log_of_motion(axis[np.newaxis], sigma)[0]) for axis in miss.T)
    return total * min(1.0, _N_INDEPENDENT / len(miss))


def _is_explained(miss: Array, rates: Array) -> bool:
    left, all_of_it = (float(np.nanmedian(np.linalg.norm(each, axis=1))) for each in (miss, rates))
    return left <= max(_LEFT_DEG_S, _LEFT_SHARE * all_of_it)


def _row(miss: Array, as_standard: Array | None) -> EvidenceRow:
    off = np.linalg.norm(miss, axis=1)
    low, high = np.nanpercentile(off, [16.0, 84.0]).tolist()
    other = None if as_standard is None else np.linalg.norm(as_standard, axis=1)
    return EvidenceRow(
        quantity="image motion",
        residual=float(np.nanmedian(off)),
        spread=0.5 * (high - low),
        residual_as_standard=None if other is None else float(np.nanmedian(other)),
        unit="deg/s",
        n_instants=len(miss),
    )
