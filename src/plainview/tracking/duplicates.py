"""Two tracks of one thing: the one with less behind it gives way.

A detector that takes a thing apart, or sees now the whole and now a part, makes a second
track about the first one's place, that goes with it. Such a track is not confirmed while it
does, whether the first one is confirmed yet or not, and one that was ends after a while. Where
only the second is seen, the first takes over its place: the thing keeps its identity whether
its hull or its engine is detected.
Things that cross are told from that by their velocities, and things that pass close by the
time that it lasts.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.model import LifeStage
from plainview.tracking.compiled import compiled
from plainview.tracking.existence import judge
from plainview.tracking.track_record import Record, Records

__all__ = ["MOST_SHADOWED", "end_duplicates", "first_not_below", "is_believed"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_TENTATIVE: Final = int(LifeStage.TENTATIVE)
_CONFIRMED: Final = int(LifeStage.CONFIRMED)
_COASTING: Final = int(LifeStage.COASTING)
_ENDED: Final = int(LifeStage.ENDED)
MOST_SHADOWED: Final = 0.1
"""Of its age; a tentative track that went with a senior one for longer is not confirmed."""

_MARGIN_PX: Final = 1.0
_PART_RATIO: Final = 1.5
"""Of areas, beyond which the smaller may be a part of the larger, wherever in its box it is;
boxes more alike must lie on one another, or they are two things side by side."""
_ALIKE_SHARE: Final = 0.35
"""Of their size, within which the centres of boxes that are alike must be."""

_GATE: Final = 16.0
"""Squared sigmas between two velocities that may be the same."""

_DRIFT_PX2_S2: Final = 9.0
"""Variance of the velocity at which parts of a thing drift in it as it turns."""


@compiled
def first_not_below(ascending: Array, value: float) -> int:
    """Return the first place in a sorted array whose value is at least this one."""
    low, high = 0, len(ascending)
    while low < high:
        middle = (low + high) // 2
        if ascending[middle] < value:
            low = middle + 1
        else:
            high = middle
    return low


@compiled
def is_believed(track: Record) -> bool:
    """Say whether a track is confirmed, seen or not."""
    believed: bool = track.life_stage == _CONFIRMED or track.life_stage == _COASTING
    return believed


@compiled
def _goes_with(track: Record, other: Record) -> bool:
    """Say whether two are in one place, or one a part of the other, and move alike."""
    one, two = track.width_px * track.height_px, other.width_px * other.height_px
    share = 0.5 if max(one, two) > _PART_RATIO * min(one, two) else _ALIKE_SHARE
    across_px = share * max(track.width_px, other.width_px) + _MARGIN_PX
    down_px = share * max(track.height_px, other.height_px) + _MARGIN_PX
    if (
        abs(track.state[0] - other.state[0]) > across_px
        or abs(track.state[1] - other.state[1]) > down_px
    ):
        return False
    u, v = track.state[2] - other.state[2], track.state[3] - other.state[3]
    uu = track.cov[2, 2] + other.cov[2, 2] + _DRIFT_PX2_S2
    vv = track.cov[3, 3] + other.cov[3, 3] + _DRIFT_PX2_S2
    apart: float = u * u / uu + v * v / vv
    return apart < _GATE


@compiled
def _senior_of(track: Record, tracks: Records, living: tuple[Array, Indices, float]) -> int:
    """Return the row of a track that this one goes with and that has more behind it.

    Args:
        track: The track.
        tracks: All of them.
        living: Of those that have not ended x, ascending, and the row; and the widest half
            width.

    Returns:
        The row of the one with the most hits; -1 where there is none.
    """
    x, row, reach = living
    reach = max(reach, 0.5 * track.width_px) + _MARGIN_PX
    senior, most = -1, (track.n_hits, -track.track_id)
    place = first_not_below(x, track.state[0] - reach)
    while place < len(x) and x[place] <= track.state[0] + reach:
        other = tracks[row[place]]
        behind = (other.n_hits, -other.track_id)
        if behind > most and _goes_with(track, other):
            senior, most = row[place], behind
        place += 1
    return senior


@compiled
def _find_living(tracks: Records) -> tuple[Array, Indices, float]:
    """Return x of the tracks that go on, ascending, their rows, and the widest half width."""
    x, row, reach, n_living = np.empty(len(tracks)), np.empty(len(tracks), np.int64), 0.0, 0
    for i in range(len(tracks)):
        if tracks[i].life_stage != _ENDED:
            x[n_living], row[n_living] = tracks[i].state[0], i
            reach = max(reach, 0.5 * tracks[i].width_px)
            n_living += 1
    order = np.argsort(x[:n_living])
    return x[order], row[order], reach


@compiled
def _take_over(senior: Record, junior: Record) -> None:
    """Let a track that was not seen go on from one of the same thing that was.

    It keeps its size where the other is smaller: a part of it was seen, and the whole is
    what is looked for in the next frame.
    """
    senior.state[:] = junior.state
    senior.cov[:] = junior.cov
    senior.width_px = max(senior.width_px, junior.width_px)
    senior.height_px = max(senior.height_px, junior.height_px)
    senior.score, senior.label, senior.detector = junior.score, junior.label, junior.detector
    senior.p_observable, senior.p_hidden = junior.p_observable, junior.p_hidden
    senior.is_hit = 1
    senior.unseen_s = 0.0
    senior.life_stage = _CONFIRMED
    judge(senior)


@compiled
def end_duplicates(tracks: Records, rule: Record, step: Record) -> None:
    """Let tracks that went with a senior one for long enough end, or be taken over."""
    living = _find_living(tracks)
    for i in range(len(tracks)):
        track = tracks[i]
        if track.life_stage == _ENDED:
            continue
        senior = _senior_of(track, tracks, living)
        if senior < 0:
            track.shadowed_s = max(track.shadowed_s - step.dt_s, 0.0)
            continue
        track.shadowed_s = min(track.shadowed_s + step.dt_s, rule.duplicate_after_s)
        if track.shadowed_s < rule.duplicate_after_s or not is_believed(tracks[senior]):
            continue
        if track.is_hit and not tracks[senior].is_hit:
            _take_over(tracks[senior], track)
            track.life_stage = _ENDED
        elif track.life_stage != _TENTATIVE:
            track.life_stage = _ENDED
