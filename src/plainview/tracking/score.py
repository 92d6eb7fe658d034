"""The score of a mission whose truth is known: detection, continuity, place and its honesty."""

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from plainview.model import ELLIPSE_95_PER_SIGMA
from plainview.tracking.error_percentiles import (
    ErrorPercentiles,
    error_percentiles,
    predicted_errors_m,
)
from plainview.tracking.score_match import MatchedRows, match_mission
from plainview.tracking.score_tables import Columns, ScoreRules, TruthRows

__all__ = [
    "ObjectScore",
    "Score",
    "score_matched",
    "score_tracks",
]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]


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


def _is_found(matched: MatchedRows, rows: Indices, *, rules: ScoreRules) -> bool:
    on = matched.track_of_truth[rows]
    on = on[(on >= 0) & matched.truth.is_visible[rows]]
    on = on[matched.tracks.is_seen[on]]
    camera = matched.tracks.camera
    false = set(matched.kinds.false)
    true = [r for r in on if (camera[r], int(matched.tracks.track_id[r])) not in false]
    return len(true) >= rules.fewest_found_frames


def _score_object(matched: MatchedRows, rows: Indices, *, rules: ScoreRules) -> ObjectScore:
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
        position_error_m=error_percentiles(_known(matched.error_m[rows])).median,
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
    return score_matched(match_mission(tracks_columns, truth_columns, rules=rules), rules=rules)


def _object_rows(truth: TruthRows) -> list[Indices]:
    by_object: dict[tuple[str, int], list[int]] = {}
    for row, key in enumerate(zip(truth.camera, truth.object_id.tolist(), strict=True)):
        by_object.setdefault(key, []).append(row)
    return [np.array(by_object[key], np.int64) for key in sorted(by_object)]


def score_matched(matched: MatchedRows, *, rules: ScoreRules) -> Score:
    """Score rows that are matched already."""
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
        position_error_m=error_percentiles(matched.error_m[is_located]),
        predicted_error_m=error_percentiles(predicted_errors_m(cov)),
        inside_95_ellipse=_inside_95(matched.squared),
        false_track_ids=matched.kinds.false,
        duplicate_track_ids=matched.kinds.duplicate,
        objects=objects,
        rules=rules,
    )
