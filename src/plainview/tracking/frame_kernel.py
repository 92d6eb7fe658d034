"""One frame of the tracker as one compiled function.

A frame is: drop what ended, move and warp, associate, correct, judge, end duplicates, measure
the clutter, begin new tracks. `plainview.tracking.frame_twin` says the same in NumPy; a test
holds the two equal.
"""

import math
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from plainview.model import LifeStage
from plainview.tracking.association import associate
from plainview.tracking.compiled import compiled
from plainview.tracking.duplicates import MOST_SHADOWED, end_duplicates, is_believed
from plainview.tracking.existence import (
    elapse,
    judge,
    prepare_elapse,
    probability_in_view,
    weigh,
)
from plainview.tracking.motion import (
    carry_forward,
    correct,
    innovation_cov_px2,
    smooth_size,
    warp,
)
from plainview.tracking.track_record import LEAST_CLUTTER_PER_PICTURE, Record, Records

__all__ = ["advance_tracks"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]
Frame: TypeAlias = tuple[Record, Record, Flags]
"""The rule, the step, and a mark for each detection."""

_TENTATIVE: Final = int(LifeStage.TENTATIVE)
_CONFIRMED: Final = int(LifeStage.CONFIRMED)
_COASTING: Final = int(LifeStage.COASTING)
_ENDED: Final = int(LifeStage.ENDED)
_IN_VIEW: Final = 0.5
"""A track whose centre is less likely in the picture than this is out of view."""

_LEAST_GROUND_SHIFT_PX: Final = 4.0
"""Of the ground under a thing since its track began, to tell whether it goes with the screen."""

_UNSTEADY_SHARE: Final = 0.25
"""Of a thing's size, by which the middle of its box wanders while it keeps still."""

_LONGEST_UNTOLD_S: Final = 1.2
"""That a new thing waits for the ground to move that far, where it keeps still on the screen."""

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
def _center_px(box_px: Array) -> tuple[float, float]:
    return box_px[0] + 0.5 * box_px[2], box_px[1] + 0.5 * box_px[3]


@compiled
def _cell(clutter: Array, step: Record, place_px: tuple[float, float]) -> tuple[int, int]:
    """Return the row and column of the cell in which a place lies, or the nearest."""
    n_rows, n_columns = clutter.shape
    row = math.floor(place_px[1] * n_rows / step.height_px)
    column = math.floor(place_px[0] * n_columns / step.width_px)
    return min(max(row, 0), n_rows - 1), min(max(column, 0), n_columns - 1)


@compiled
def _clutter_px2(clutter: Array, step: Record, place_px: tuple[float, float]) -> float:
    """Return the density of clutter at a place: of its cell or of the picture, the higher."""
    row, column = _cell(clutter, step, place_px)
    area_px2: float = step.width_px * step.height_px / clutter.size
    density_px2: float = max(clutter[row, column], step.mean_clutter) / area_px2
    return density_px2


@compiled
def _predict(tracks: Records, clutter: Array, frame: tuple[Record, Record]) -> None:
    """Bring all tracks into this frame; one that cannot be brought there ends."""
    rule, step = frame
    prepare_elapse(rule, step)
    for i in range(len(tracks)):
        track = tracks[i]
        carry_forward(track, rule, step.dt_s)
        if not warp(track, step.homography, step.motion_sigma_px):
            track.life_stage = _ENDED
        elapse(track, step)
        track.p_in_view = probability_in_view(track, step.width_px, step.height_px)
        track.clutter_px2 = _clutter_px2(clutter, step, (track.state[0], track.state[1]))


@compiled
def _is_over(track: Record, rule: Record) -> bool:
    """Say whether a track that was not seen in this frame ends."""
    is_in_view = track.p_in_view >= _IN_VIEW
    if track.life_stage == _TENTATIVE:
        is_rejected: bool = track.log_ratio <= rule.rejecting_score or not is_in_view
        return is_rejected
    coast_s = min(rule.longest_coast_s, rule.coast_share * track.seen_s)
    longest_s = coast_s if is_in_view else rule.out_of_view_memory_s
    is_over: bool = track.existence < rule.end_existence or track.unseen_s > longest_s
    return is_over


@compiled
def _goes_with_screen(track: Record) -> bool:
    """Say whether a thing may stay on the screen, rather than on the ground that moves under it.

    Burned-in overlay does, and a thing that the turret holds. While the ground has hardly moved
    nobody can tell, and what is still and new may be either.
    """
    born, ground, state = track.born_px, track.ground_px, track.state
    shift_px = math.hypot(ground[0] - born[0], ground[1] - born[1])
    off_screen_px = math.hypot(state[0] - born[0], state[1] - born[1])
    off_ground_px = math.hypot(state[0] - ground[0], state[1] - ground[1])
    if shift_px >= _LEAST_GROUND_SHIFT_PX:
        unsteady_px = _UNSTEADY_SHARE * math.sqrt(track.width_px * track.height_px)
        return off_screen_px < max(off_ground_px, unsteady_px)
    is_new: bool = track.age_s < _LONGEST_UNTOLD_S
    return is_new and off_screen_px < _LEAST_GROUND_SHIFT_PX


@compiled
def _is_sure(track: Record, rule: Record) -> bool:
    """Say whether a tentative track has enough behind it, and goes with no other."""
    is_old: bool = track.age_s >= rule.confirm_after_s
    is_steady: bool = track.seen_s >= rule.least_seen_share * track.age_s
    is_alone: bool = track.shadowed_s <= MOST_SHADOWED * track.age_s
    return track.log_ratio >= rule.confirming_score and is_old and is_steady and is_alone


@compiled
def _take_hit(track: Record, frame: tuple[Record, Record], detection: Record) -> None:
    """Correct a track by its detection."""
    rule, step = frame
    box_px = detection.box_px
    x, y = _center_px(box_px)
    correct(track, rule, (x - track.state[0], y - track.state[1]))
    track.n_hits += 1
    track.is_hit = 1
    track.seen_s += step.dt_s
    track.unseen_s = 0.0
    smooth_size(track, rule, (box_px[2], box_px[3]))
    track.score = detection.score
    track.label = detection.label
    track.detector = detection.detector
    judge(track)
    is_doubtful = step.is_overlay_known == 0 and _goes_with_screen(track)
    if track.life_stage != _TENTATIVE or (_is_sure(track, rule) and not is_doubtful):
        track.life_stage = _CONFIRMED


@compiled
def _take_miss(track: Record, rule: Record) -> None:
    """Let a track go on without a detection, or end."""
    track.is_hit = 0
    judge(track)
    if track.life_stage == _CONFIRMED:
        track.life_stage = _COASTING
    if track.life_stage == _ENDED or _is_over(track, rule):
        track.life_stage = _ENDED


@compiled
def _is_inside_a_track(tracks: Records, box_px: Array) -> bool:
    """Say whether a box's centre lies in the box of a track that is believed."""
    x, y = _center_px(box_px)
    for i in range(len(tracks)):
        track = tracks[i]
        if (
            abs(x - track.state[0]) < 0.5 * track.width_px
            and abs(y - track.state[1]) < 0.5 * track.height_px
            and is_believed(track)
        ):
            return True
    return False


@compiled
def _find_unexplained(tracks: Records, found: Records, found_of_track: Indices) -> Flags:
    """Return the detections (m,) that no track that is believed explains."""
    is_unexplained = np.ones(len(found), np.bool_)
    for i in range(len(tracks)):
        if found_of_track[i] >= 0 and tracks[i].life_stage == _CONFIRMED:
            is_unexplained[found_of_track[i]] = False
    for j in range(len(found)):
        if is_unexplained[j]:
            is_unexplained[j] = not _is_inside_a_track(tracks, found[j].box_px)
    return is_unexplained


@compiled
def _measure_clutter(clutter: Array, found: Records, frame: Frame) -> None:
    """Average the number of unexplained detections in each cell; after a cut, believe them."""
    rule, step, is_unexplained = frame
    weight = 1.0 - math.exp(-step.dt_s / rule.clutter_memory_s)
    if step.is_restart:
        clutter[:] = clutter.mean()
        weight = 1.0
    else:
        clutter *= 1.0 - weight
    for j in range(len(found)):
        if is_unexplained[j]:
            clutter[_cell(clutter, step, _center_px(found[j].box_px))] += weight
    step.mean_clutter = max(clutter.mean(), LEAST_CLUTTER_PER_PICTURE / clutter.size)


@compiled
def _begin(track: Record, frame: tuple[Record, Record], detection: Record) -> None:
    """Make a new tentative track; its identity and clutter density are set already."""
    rule, step = frame
    box_px = detection.box_px
    track.score = detection.score
    track.label = detection.label
    track.detector = detection.detector
    track.n_hits = 1
    track.is_hit = 1
    track.life_stage = _TENTATIVE
    track.width_px, track.height_px = box_px[2], box_px[3]
    track.cov[:] = 0.0
    variance_x, _, variance_y = innovation_cov_px2(track, rule)
    size_px = math.sqrt(box_px[2] * box_px[3])
    speed_px_s = rule.start_speed_px_s + rule.start_speed_sizes_s * size_px
    track.state[:] = 0.0
    track.state[0], track.state[1] = _center_px(box_px)
    track.born_px[0], track.born_px[1] = track.state[0], track.state[1]
    track.ground_px[0], track.ground_px[1] = track.state[0], track.state[1]
    track.cov[0, 0], track.cov[1, 1] = variance_x, variance_y
    track.cov[2, 2], track.cov[3, 3] = speed_px_s * speed_px_s, speed_px_s * speed_px_s
    track.age_s = 0.0
    track.seen_s = 0.0
    track.unseen_s = 0.0
    track.shadowed_s = 0.0
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
        _predict(tracks, clutter, (rule, step))
        return
    for i in range(len(tracks)):
        tracks[i].life_stage = _ENDED
        tracks[i].is_hit = 0


@compiled
def _take_all(tracks: Records, found: Records, frame: tuple[Record, Record]) -> Indices:
    """Give tracks their detections, and return the detection of each, -1 where it has none."""
    rule, _ = frame
    found_of_track, log_hit_ratio = associate(tracks, found, rule)
    for i in range(len(tracks)):
        if found_of_track[i] >= 0:
            weigh(tracks[i], rule, math.exp(log_hit_ratio[i]))
            _take_hit(tracks[i], frame, found[found_of_track[i]])
        else:
            weigh(tracks[i], rule, 0.0)
            _take_miss(tracks[i], rule)
    return found_of_track


@compiled
def _begin_all(memory: tuple[Records, Array], found: Records, frame: Frame) -> None:
    """Begin a track for each detection that no track took, in the rows that follow."""
    tracks, clutter = memory
    rule, step, is_unused = frame
    for j in range(len(found)):
        if not is_unused[j]:
            continue
        track = tracks[step.n_tracks]
        track.clutter_px2 = _clutter_px2(clutter, step, _center_px(found[j].box_px))
        track.track_id = step.next_id
        _begin(track, (rule, step), found[j])
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
    found_of_track = np.full(len(known), -1, np.int64)
    if not step.is_restart:
        found_of_track = _take_all(known, found, (rule, step))
        end_duplicates(known, rule, step)
    is_unexplained = _find_unexplained(known, found, found_of_track)
    _measure_clutter(clutter, found, (rule, step, is_unexplained))
    is_unused = np.ones(len(found), np.bool_)
    for i in range(len(known)):
        if found_of_track[i] >= 0:
            is_unused[found_of_track[i]] = False
    _begin_all(memory, found, (rule, step, is_unused))
    _tell_boxes(tracks[: step.n_tracks])
