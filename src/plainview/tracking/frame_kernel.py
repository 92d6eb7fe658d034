"""One frame of the tracker as one compiled function.

A frame is: drop what ended, move and warp, associate, correct, judge, measure the clutter,
begin new tracks. `plainview.tracking.frame_twin` says the same in NumPy; a test holds the
two equal.
"""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.model import LifeStage
from plainview.tracking.association import associate, hit_ratio
from plainview.tracking.compiled import compiled
from plainview.tracking.existence import elapse, judge, probability_in_view, weigh
from plainview.tracking.motion import (
    carry_forward,
    correct,
    measurement_sigmas_px,
    smooth_size,
    warp,
)
from plainview.tracking.track_record import LEAST_CLUTTER_PER_PICTURE, Record, Records

__all__ = ["advance_tracks"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_TENTATIVE: Final = int(LifeStage.TENTATIVE)
_CONFIRMED: Final = int(LifeStage.CONFIRMED)
_COASTING: Final = int(LifeStage.COASTING)
_ENDED: Final = int(LifeStage.ENDED)
_IN_VIEW: Final = 0.5
"""A track whose centre is less likely in the picture than this is out of view."""

_SHORTEST_STEP_S: Final = 0.03
"""Of the time in which new things may have come, for the first frame."""


@compiled
def _drop_ended(tracks: Records, n_tracks: int) -> int:
    n_kept = 0
    for i in range(n_tracks):
        if tracks[i].life_stage != _ENDED:
            if n_kept != i:
                tracks[n_kept] = tracks[i]
            n_kept += 1
    return n_kept


@compiled
def _clutter_px2(clutter: Array, step: Record, place_px: tuple[float, float]) -> float:
    """Return the density of clutter at a place: of its cell or of the picture, the higher."""
    n_rows, n_columns = clutter.shape
    row = int(place_px[1] * n_rows / step.height_px)
    column = int(place_px[0] * n_columns / step.width_px)
    row, column = min(max(row, 0), n_rows - 1), min(max(column, 0), n_columns - 1)
    least = LEAST_CLUTTER_PER_PICTURE / clutter.size
    per_cell = max(clutter[row, column], clutter.mean(), least)
    return per_cell * clutter.size / (step.width_px * step.height_px)


@compiled
def _predict(tracks: Records, clutter: Array, rule: Record, step: Record) -> None:
    """Bring all tracks into this frame; one that cannot be brought there ends."""
    for i in range(len(tracks)):
        track = tracks[i]
        carry_forward(track, rule, step.dt_s)
        if not warp(track, step.homography, step.motion_sigma_px):
            track.life_stage = _ENDED
        elapse(track, rule, step.dt_s)
        track.p_in_view = probability_in_view(track, step.width_px, step.height_px)
        track.clutter_px2 = _clutter_px2(clutter, step, (track.state[0], track.state[1]))


@compiled
def _is_over(track: Record, rule: Record) -> bool:
    """Say whether a track that was not seen in this frame ends."""
    is_in_view = track.p_in_view >= _IN_VIEW
    if track.life_stage == _TENTATIVE:
        return track.log_ratio <= rule.rejecting_score or not is_in_view
    longest_s = rule.longest_coast_s if is_in_view else rule.out_of_view_memory_s
    return track.existence < rule.end_existence or track.unseen_s > longest_s


@compiled
def _take_hit(track: Record, rule: Record, box_px: Array) -> None:
    weigh(track, rule, hit_ratio(track, rule, box_px))
    x = box_px[0] + 0.5 * box_px[2]
    y = box_px[1] + 0.5 * box_px[3]
    correct(track, rule, (x - track.state[0], y - track.state[1]))
    track.n_hits += 1
    track.is_hit = 1
    track.unseen_s = 0.0
    smooth_size(track, rule, (box_px[2], box_px[3]))
    judge(track)
    is_sure = track.log_ratio >= rule.confirming_score and track.age_s >= rule.confirm_after_s
    if track.life_stage != _TENTATIVE or is_sure:
        track.life_stage = _CONFIRMED


@compiled
def _take_miss(track: Record, rule: Record) -> None:
    weigh(track, rule, 0.0)
    track.is_hit = 0
    judge(track)
    if track.life_stage == _CONFIRMED:
        track.life_stage = _COASTING
    if track.life_stage == _ENDED or _is_over(track, rule):
        track.life_stage = _ENDED


@compiled
def _is_explained(tracks: Records, center_px: tuple[float, float]) -> bool:
    """Say whether a place lies in the box of a confirmed track that was seen in this frame."""
    for i in range(len(tracks)):
        track = tracks[i]
        if track.life_stage == _CONFIRMED and (
            abs(center_px[0] - track.state[0]) < 0.5 * track.width_px
            and abs(center_px[1] - track.state[1]) < 0.5 * track.height_px
        ):
            return True
    return False


@compiled
def _find_news(
    tracks: Records, box_px: Array, detection_of_track: Indices
) -> tuple[npt.NDArray[np.bool_], npt.NDArray[np.bool_]]:
    """Return which detections (m,) no confirmed track explains, and which begin a track."""
    is_clutter = np.ones(len(box_px), np.bool_)
    for i in range(len(tracks)):
        if detection_of_track[i] >= 0 and tracks[i].life_stage == _CONFIRMED:
            is_clutter[detection_of_track[i]] = False
    for j in range(len(box_px)):
        center_px = (box_px[j, 0] + 0.5 * box_px[j, 2], box_px[j, 1] + 0.5 * box_px[j, 3])
        if is_clutter[j] and _is_explained(tracks, center_px):
            is_clutter[j] = False
    begins = is_clutter.copy()
    for i in range(len(tracks)):
        if detection_of_track[i] >= 0:
            begins[detection_of_track[i]] = False
    return is_clutter, begins


@compiled
def _measure_clutter(clutter: Array, step: Record, box_px: Array, weight: float) -> None:
    """Average the number of unexplained detections in each cell; after a cut, believe the most."""
    if step.is_restart:
        clutter[:] = clutter.mean()
    else:
        clutter *= 1.0 - weight
    n_rows, n_columns = clutter.shape
    for j in range(len(box_px)):
        row = int((box_px[j, 1] + 0.5 * box_px[j, 3]) * n_rows / step.height_px)
        column = int((box_px[j, 0] + 0.5 * box_px[j, 2]) * n_columns / step.width_px)
        row, column = min(max(row, 0), n_rows - 1), min(max(column, 0), n_columns - 1)
        clutter[row, column] += 1.0 if step.is_restart else weight


@compiled
def _begin(track: Record, frame: tuple[Record, Record], box_px: Array) -> None:
    """Make a new tentative track of a box, (4,); its clutter density is set already."""
    rule, step = frame
    track.n_hits = 1
    track.is_hit = 1
    track.life_stage = _TENTATIVE
    track.width_px, track.height_px = box_px[2], box_px[3]
    sigma_x, sigma_y = measurement_sigmas_px(track, rule)
    size_px = math.sqrt(box_px[2] * box_px[3])
    speed_px_s = rule.start_speed_px_s + rule.start_speed_sizes_s * size_px
    track.state[0] = box_px[0] + 0.5 * box_px[2]
    track.state[1] = box_px[1] + 0.5 * box_px[3]
    track.state[2] = 0.0
    track.state[3] = 0.0
    track.cov[:] = 0.0
    track.cov[0, 0], track.cov[1, 1] = sigma_x * sigma_x, sigma_y * sigma_y
    track.cov[2, 2], track.cov[3, 3] = speed_px_s * speed_px_s, speed_px_s * speed_px_s
    track.age_s = 0.0
    track.unseen_s = 0.0
    track.log_ratio = 0.0
    track.p_observable, track.p_hidden, track.p_in_view = 1.0, 0.0, 1.0
    step_s = max(step.dt_s, _SHORTEST_STEP_S)
    births = rule.births_per_picture_s * step_s / (step.width_px * step.height_px)
    track.prior_log_odds = math.log(births / track.clutter_px2)
    judge(track)


@compiled
def _tell_boxes(tracks: Records) -> None:
    for i in range(len(tracks)):
        track = tracks[i]
        track.box_px[0] = track.state[0] - 0.5 * track.width_px
        track.box_px[1] = track.state[1] - 0.5 * track.height_px
        track.box_px[2] = track.width_px
        track.box_px[3] = track.height_px


@compiled
def _predict_or_end(memory: tuple[Records, Array], rule: Record, step: Record) -> None:
    """Bring all tracks into this frame; after a cut they end, where they were last."""
    tracks, clutter = memory
    if not step.is_restart:
        _predict(tracks, clutter, rule, step)
        return
    for i in range(len(tracks)):
        tracks[i].life_stage = _ENDED
        tracks[i].is_hit = 0


@compiled
def _take_all(tracks: Records, found: Records, rule: Record) -> Indices:
    """Give tracks their detections, and return the detection of each, -1 where it has none."""
    detection_of_track = associate(tracks, found.box_px, rule)
    for i in range(len(tracks)):
        j = detection_of_track[i]
        if j >= 0:
            _take_hit(tracks[i], rule, found[j].box_px)
            tracks[i].score = found[j].score
            tracks[i].label = found[j].label
            tracks[i].detector = found[j].detector
        elif tracks[i].life_stage != _ENDED:
            _take_miss(tracks[i], rule)
    return detection_of_track


@compiled
def _begin_all(
    memory: tuple[Records, Array], fresh: Records, frame: tuple[Record, Record]
) -> None:
    """Begin a track for each fresh detection, in the rows that follow."""
    tracks, clutter = memory
    rule, step = frame
    for j in range(len(fresh)):
        track, box_px = tracks[step.n_tracks], fresh[j].box_px
        center_px = (box_px[0] + 0.5 * box_px[2], box_px[1] + 0.5 * box_px[3])
        track.clutter_px2 = _clutter_px2(clutter, step, center_px)
        track.track_id = step.next_id
        track.score = fresh[j].score
        track.label = fresh[j].label
        track.detector = fresh[j].detector
        _begin(track, frame, box_px)
        step.n_tracks += 1
        step.next_id += 1


@compiled
def advance_tracks(
    memory: tuple[Records, Array], found: Records, frame: tuple[Records, Records]
) -> None:
    """Advance all tracks by one frame, in place.

    Ended tracks keep their row for one frame, so that they can be told.

    Args:
        memory: Track records, with room for one more a detection, and the unexplained
            detections a frame in each cell of the picture; both are updated.
        found: The detections, m records.
        frame: The rules and the step, a record each in an array; the step's counts of
            tracks and identities are updated.
    """
    tracks, clutter = memory
    rule, step = frame[0][0], frame[1][0]
    step.n_tracks = _drop_ended(tracks, step.n_tracks)
    known = tracks[: step.n_tracks]
    _predict_or_end((known, clutter), rule, step)
    detection_of_track = np.full(len(known), -1, np.int64)
    if not step.is_restart:
        detection_of_track = _take_all(known, found, rule)
    is_clutter, begins = _find_news(known, found.box_px, detection_of_track)
    weight = 1.0 - math.exp(-step.dt_s / rule.clutter_memory_s)
    _measure_clutter(clutter, step, found.box_px[is_clutter], weight)
    _begin_all(memory, found[begins], (rule, step))
    _tell_boxes(tracks[: step.n_tracks])
