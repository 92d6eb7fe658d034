"""The score of a mission whose truth is known: detection, continuity, place and its honesty."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo import distance_and_bearing
from plainview.model import ELLIPSE_95_PER_SIGMA, ellipse_from_covariance
from plainview.tracking.score_tables import (
    Columns,
    ScoreRules,
    TrackRows,
    TruthRows,
    match_rows,
)

__all__ = [
    "ErrorPercentiles",
    "ObjectScore",
    "Score",
    "ScoreRules",
    "predicted_errors_m",
    "score_tracks",
]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_MOST_PREDICTED: Final = 4_000
"""Rows whose predicted errors are mixed; beyond, every so many are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPercentiles:
    """Median and 95th percentile of horizontal errors, metres; None where there are none."""

    median: float | None
    p95: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ObjectScore:
    """What became of one true object.

    Args:
        camera: That saw it.
        object_id: Of the truth.
        kind: What it is.
        is_counted: Whether it was visible long enough to be found or missed.
        is_found: Whether a true track was on it.
        visible_frames: Frames in which it was visible.
        matched_frames: Those of them in which a track was on it.
        track_ids: The tracks that were on it, in order.
        identity_switches: How often the track on it was another than before.
        fragments: How often it was lost while visible and a track came back.
        position_error_m: Median horizontal error of the tracks on it; None without a place.
        inside_95_ellipse: Fraction of those places whose 95 % ellipse held it; None likewise.
    """

    camera: str
    object_id: int
    kind: str
    is_counted: bool
    is_found: bool
    visible_frames: int
    matched_frames: int
    track_ids: tuple[int, ...]
    identity_switches: int
    fragments: int
    position_error_m: float | None
    inside_95_ellipse: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """How well a mission's tracks tell its truth.

    Args:
        truth_objects: Objects that count; each is found or missed.
        found: Of them, those that a true track was on.
        missed: The others.
        uncounted_objects: Objects that were hardly ever visible; in ``objects``, not above.
        tracks: Tracks that were ever confirmed.
        false_tracks: Those of them with nothing true there most of the time.
        duplicate_tracks: Those on something true that another track was on at the same
            time; none of them is a false track.
        detection_recall: Fraction of the visible frames of counted objects with a track on.
        identity_switches: Over all objects.
        fragments: Over all objects.
        located: Places that were compared.
        position_error_m: Horizontal distances of places from the truth.
        predicted_error_m: The same percentiles of what the covariances of these places
            predict: of the mixture of their normals.
        inside_95_ellipse: Fraction of truths inside the 95 % ellipse. In one mission the
            shared error is one draw, so that this is near 0.95 only over many missions.
        false_track_ids: Camera and identity of each false track; duplicate_track_ids likewise.
        objects: Each object.
        rules: What counted.
    """

    truth_objects: int
    found: int
    missed: int
    uncounted_objects: int
    tracks: int
    false_tracks: int
    duplicate_tracks: int
    detection_recall: float | None
    identity_switches: int
    fragments: int
    located: int
    position_error_m: ErrorPercentiles
    predicted_error_m: ErrorPercentiles
    inside_95_ellipse: float | None
    false_track_ids: tuple[tuple[str, int], ...]
    duplicate_track_ids: tuple[tuple[str, int], ...]
    objects: tuple[ObjectScore, ...]
    rules: ScoreRules = field(default_factory=ScoreRules)


def _percentiles(values_m: Array) -> ErrorPercentiles:
    if not len(values_m):
        return ErrorPercentiles(median=None, p95=None)
    median, p95 = np.percentile(values_m, [50.0, 95.0])
    return ErrorPercentiles(median=float(median), p95=float(p95))


def predicted_errors_m(cov_en_m2: Array) -> Array:
    """Return horizontal errors spread as covariances (n, 2, 2) predict, (k,), metres.

    Each covariance gives the same number of points of its normal, evenly spread over its
    probability, so that percentiles of all are percentiles of the mixture.
    """
    step = max(1, -(-len(cov_en_m2) // _MOST_PREDICTED))
    major, minor, _ = ellipse_from_covariance(cov_en_m2[::step])
    radius = np.sqrt(-2.0 * np.log1p(-(np.arange(60) + 0.5) / 60))
    angle = (np.arange(8) + 0.5) * (np.pi / 16.0)
    x, y = np.outer(radius, np.cos(angle)).ravel(), np.outer(radius, np.sin(angle)).ravel()
    spread: Array = np.hypot(major[:, None] * x, minor[:, None] * y).ravel()
    return spread


def _position_errors(
    tracks: TrackRows, truth: TruthRows, track_of_truth: Indices
) -> tuple[Array, Array]:
    """Return for each truth row, (n,), the horizontal error and its Mahalanobis square.

    NaN where there is no track, no place, or no covariance.
    """
    matched = np.flatnonzero(track_of_truth >= 0)
    error_m, squared = np.full(len(truth), np.nan), np.full(len(truth), np.nan)
    rows = track_of_truth[matched]
    true, told = truth.place_deg[matched], tracks.place_deg[rows]
    distance_m, bearing_deg = distance_and_bearing(
        (true[:, 0], true[:, 1]), (told[:, 0], told[:, 1])
    )
    bearing = np.radians(np.where(distance_m > 0.0, bearing_deg, 0.0))
    east, north = distance_m * np.sin(bearing), distance_m * np.cos(bearing)
    cov = tracks.cov_en_m2[rows]
    ee, en, nn = cov[:, 0, 0], cov[:, 0, 1], cov[:, 1, 1]
    with np.errstate(invalid="ignore", divide="ignore"):
        mahalanobis = (east**2 * nn - 2.0 * east * north * en + north**2 * ee) / (ee * nn - en**2)
    error_m[matched] = np.where(np.isnan(mahalanobis), np.nan, distance_m)
    squared[matched] = mahalanobis
    return error_m, squared


@dataclass(frozen=True, slots=True, kw_only=True)
class _TrackKinds:
    """Which tracks were ever confirmed, by camera and identity; which are not worth it."""

    confirmed: frozenset[tuple[str, int]]
    false: tuple[tuple[str, int], ...]
    duplicate: tuple[tuple[str, int], ...]


def _judge_tracks(
    tracks: TrackRows, found: tuple[Indices, Flags], *, rules: ScoreRules
) -> _TrackKinds:
    """Tell false and duplicate tracks by the frames in which they were confirmed."""
    track_of_truth, is_near = found
    is_on = np.zeros(len(tracks), np.bool_)
    is_on[track_of_truth[track_of_truth >= 0]] = True
    keys = list(zip(tracks.camera, tracks.track_id.tolist(), strict=True))
    seen = np.flatnonzero(tracks.is_seen).tolist()
    n_seen = Counter(keys[row] for row in seen)
    n_near = Counter(keys[row] for row in seen if is_near[row])
    n_on = Counter(keys[row] for row in seen if is_on[row])
    least = rules.least_true_fraction
    false = {key for key, n in n_seen.items() if n_near[key] < least * n}
    duplicate = {key for key, n in n_seen.items() if n_on[key] < least * n} - false
    return _TrackKinds(
        confirmed=frozenset(n_seen),
        false=tuple(sorted(false)),
        duplicate=tuple(sorted(duplicate)),
    )


def _continuity(track_ids: list[int], is_visible: list[bool]) -> tuple[int, int]:
    """Return identity switches and fragments of the tracks on an object, -1 for none."""
    switches, fragments, last, is_lost = 0, 0, -1, False
    for track_id, visible in zip(track_ids, is_visible, strict=True):
        if track_id < 0:
            is_lost = is_lost or (visible and last >= 0)
            continue
        switches += int(last >= 0 and track_id != last)
        fragments += int(is_lost)
        last, is_lost = track_id, False
    return switches, fragments


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Matched:
    """Tracks, truth, which is of which, and how far off."""

    tracks: TrackRows
    truth: TruthRows
    track_of_truth: Indices
    error_m: Array
    squared: Array
    kinds: _TrackKinds


def _is_found(matched: _Matched, rows: Indices, *, rules: ScoreRules) -> bool:
    on = matched.track_of_truth[rows]
    on = on[(on >= 0) & matched.truth.is_visible[rows]]
    on = on[matched.tracks.is_seen[on]]
    camera = matched.tracks.camera
    false = set(matched.kinds.false)
    true = [r for r in on if (camera[r], int(matched.tracks.track_id[r])) not in false]
    return len(true) >= rules.fewest_found_frames


def _score_object(matched: _Matched, rows: Indices, *, rules: ScoreRules) -> ObjectScore:
    """Score one object from its truth rows, in order of frame."""
    truth, on = matched.truth, matched.track_of_truth[rows]
    ids = [int(matched.tracks.track_id[row]) if row >= 0 else -1 for row in on]
    is_visible = truth.is_visible[rows]
    switches, fragments = _continuity(ids, is_visible.tolist())
    n_visible = int(is_visible.sum())
    squared = matched.squared[rows]
    squared = squared[~np.isnan(squared)]
    is_counted = n_visible >= rules.fewest_visible_frames
    return ObjectScore(
        camera=truth.camera[rows[0]],
        object_id=int(truth.object_id[rows[0]]),
        kind=truth.kind[rows[0]],
        is_counted=is_counted,
        is_found=is_counted and _is_found(matched, rows, rules=rules),
        visible_frames=n_visible,
        matched_frames=int(np.count_nonzero((on >= 0) & is_visible)),
        track_ids=tuple(dict.fromkeys(track_id for track_id in ids if track_id >= 0)),
        identity_switches=switches,
        fragments=fragments,
        position_error_m=_percentiles(_known(matched.error_m[rows])).median,
        inside_95_ellipse=_inside_95(squared),
    )


def _known(values: Array) -> Array:
    return values[~np.isnan(values)]


def _inside_95(squared: Array) -> float | None:
    known = _known(squared)
    return float(np.mean(known <= ELLIPSE_95_PER_SIGMA**2)) if len(known) else None


def score_tracks(
    tracks_columns: Columns, truth_columns: Columns, *, rules: ScoreRules | None = None
) -> Score:
    """Score tracks against truth.

    Args:
        tracks_columns: Columns of ``tracks.parquet`` by name, arrays or lists, None or NaN
            where not known; at least ``track_id``, ``frame_index``, ``life_stage`` and the
            box. Rows of tentative and ended tracks are left out.
        truth_columns: Columns of ``truth.parquet`` by name; at least ``object_id``,
            ``frame_index`` and the box.
        rules: What counts; see `ScoreRules`.
    """
    rules = ScoreRules() if rules is None else rules
    tracks = TrackRows.from_columns(tracks_columns)
    truth = TruthRows.from_columns(truth_columns, rules=rules)
    track_of_truth, is_near = match_rows(tracks, truth, rules=rules)
    error_m, squared = _position_errors(tracks, truth, track_of_truth)
    matched = _Matched(
        tracks=tracks,
        truth=truth,
        track_of_truth=track_of_truth,
        error_m=error_m,
        squared=squared,
        kinds=_judge_tracks(tracks, (track_of_truth, is_near), rules=rules),
    )
    return _summarise(matched, rules=rules)


def _object_rows(truth: TruthRows) -> list[Indices]:
    by_object: dict[tuple[str, int], list[int]] = {}
    for row, key in enumerate(zip(truth.camera, truth.object_id.tolist(), strict=True)):
        by_object.setdefault(key, []).append(row)
    return [np.array(by_object[key], np.int64) for key in sorted(by_object)]


def _summarise(matched: _Matched, *, rules: ScoreRules) -> Score:
    rows_of_objects = _object_rows(matched.truth)
    objects = tuple(_score_object(matched, rows, rules=rules) for rows in rows_of_objects)
    counted = [scored for scored in objects if scored.is_counted]
    n_visible = sum(scored.visible_frames for scored in counted)
    n_found = sum(scored.is_found for scored in counted)
    is_located = ~np.isnan(matched.squared)
    cov = matched.tracks.cov_en_m2[matched.track_of_truth[is_located]]
    return Score(
        truth_objects=len(counted),
        found=n_found,
        missed=len(counted) - n_found,
        uncounted_objects=len(objects) - len(counted),
        tracks=len(matched.kinds.confirmed),
        false_tracks=len(matched.kinds.false),
        duplicate_tracks=len(matched.kinds.duplicate),
        detection_recall=(
            sum(scored.matched_frames for scored in counted) / n_visible if n_visible else None
        ),
        identity_switches=sum(scored.identity_switches for scored in objects),
        fragments=sum(scored.fragments for scored in objects),
        located=int(is_located.sum()),
        position_error_m=_percentiles(matched.error_m[is_located]),
        predicted_error_m=_percentiles(predicted_errors_m(cov)),
        inside_95_ellipse=_inside_95(matched.squared),
        false_track_ids=matched.kinds.false,
        duplicate_track_ids=matched.kinds.duplicate,
        objects=objects,
        rules=rules,
    )
