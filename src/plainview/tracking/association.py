"""Which detection belongs to which track: gate by place, then the exact best pairing.

The value of a pair is the logarithm of how much likelier the detection is from the track
than from clutter, against a miss; distances are Mahalanobis', not overlaps, which say
nothing of small things. A pair of no value is never made. Detections sorted by x and a
window for each track give the few candidates; tracks and detections that share candidates
form components, nearly all of one track and one detection, and only the others are solved.
"""

import math
from typing import Final, TypeAlias

import numpy as np
import numpy.typing as npt

from plainview.model import LifeStage
from plainview.tracking.assignment import FORBIDDEN_COST, assign_rows
from plainview.tracking.compiled import compiled
from plainview.tracking.duplicates import first_not_below
from plainview.tracking.motion import innovation_cov_px2
from plainview.tracking.track_record import Record, Records

__all__ = ["BELIEVED_BONUS", "associate"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Pairs: TypeAlias = tuple[Indices, Indices, Array]
"""Track, detection and logarithm of the hit ratio, each (k,)."""

BELIEVED_BONUS: Final = 5.0
"""Worth of a pair whose track is confirmed over one that is tentative: e**5 to 1."""

_MOST_SIZE_SIGMA: Final = 4.0
_TENTATIVE: Final = int(LifeStage.TENTATIVE)
_LEAST_SIZE_PX: Final = 0.5


@compiled
def _log_size_ratio(track: Record, rule: Record, size_px: tuple[float, float]) -> float:
    """Return how much a size speaks against the track, at most 0; minus infinity: it cannot be.

    The change of size is compared as a logarithm. Sizes never speak for a track, so that the
    test's rates hold whatever sizes clutter has.
    """
    total = 0.0
    for measured_px, known_px in (
        (max(size_px[0], _LEAST_SIZE_PX), max(track.width_px, _LEAST_SIZE_PX)),
        (max(size_px[1], _LEAST_SIZE_PX), max(track.height_px, _LEAST_SIZE_PX)),
    ):
        fixed = rule.size_sigma_px / known_px
        variance = rule.size_sigma_ratio * rule.size_sigma_ratio + fixed * fixed
        change = math.log(measured_px / known_px)
        total += change * change / variance
    if total > 2.0 * _MOST_SIZE_SIGMA * _MOST_SIZE_SIGMA:
        return -math.inf
    return -0.5 * total


@compiled
def _log_best_ratio(track: Record, rule: Record, determinant_px4: float) -> float:
    """Return the logarithm of the hit ratio of a detection just where it was predicted."""
    scale = 2.0 * math.pi * math.sqrt(determinant_px4) * track.clutter_px2
    return math.log(rule.detection_probability / scale)


@compiled
def _miss_value(track: Record, rule: Record) -> float:
    """Return the logarithm of a miss's likelihood, the bonus of a confirmed track taken off."""
    miss = math.log(1.0 - rule.detection_probability * track.p_in_view)
    return miss if track.life_stage == _TENTATIVE else miss - BELIEVED_BONUS


@compiled
def _with_room(pairs: Pairs, n_pairs: int) -> Pairs:
    """Return the buffers, of twice the size where they are full."""
    if n_pairs < len(pairs[0]):
        return pairs
    grown = (
        np.empty(2 * n_pairs, np.int64),
        np.empty(2 * n_pairs, np.int64),
        np.empty(2 * n_pairs),
    )
    grown[0][:n_pairs] = pairs[0]
    grown[1][:n_pairs] = pairs[1]
    grown[2][:n_pairs] = pairs[2]
    return grown


@compiled
def _find_pairs(tracks: Records, found: Records, rule: Record) -> Pairs:
    """Return the candidate pairs: within the gate, and likelier than a miss."""
    x = np.empty(len(found))
    for j in range(len(found)):
        x[j] = found[j].box_px[0] + 0.5 * found[j].box_px[2]
    order = np.argsort(x)
    x = x[order]
    pairs = (np.empty(64, np.int64), np.empty(64, np.int64), np.empty(64))
    n_pairs = 0
    gate = rule.gate_sigma * rule.gate_sigma
    for i in range(len(tracks)):
        track = tracks[i]
        s_xx, s_xy, s_yy = innovation_cov_px2(track, rule)
        determinant = s_xx * s_yy - s_xy * s_xy
        best = _log_best_ratio(track, rule, determinant)
        miss = math.log(1.0 - rule.detection_probability * track.p_in_view)
        reach = rule.gate_sigma * math.sqrt(s_xx)
        place = first_not_below(x, track.state[0] - reach)
        while place < len(x) and x[place] <= track.state[0] + reach:
            box_px = found[order[place]].box_px
            dx = x[place] - track.state[0]
            dy = box_px[1] + 0.5 * box_px[3] - track.state[1]
            distance = (dx * dx * s_yy - 2.0 * dx * dy * s_xy + dy * dy * s_xx) / determinant
            if distance <= gate and best - 0.5 * distance > miss:
                ratio = best - 0.5 * distance
                ratio += _log_size_ratio(track, rule, (box_px[2], box_px[3]))
                if ratio > miss:
                    pairs = _with_room(pairs, n_pairs)
                    pairs[0][n_pairs], pairs[1][n_pairs] = i, order[place]
                    pairs[2][n_pairs] = ratio
                    n_pairs += 1
            place += 1
    return pairs[0][:n_pairs], pairs[1][:n_pairs], pairs[2][:n_pairs]


@compiled
def _root(parent: Indices, node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@compiled
def _group_pairs(pairs: Pairs, n_tracks: int, n_found: int) -> tuple[Indices, Indices]:
    """Return the pairs in order of component, and where each component starts (and the end)."""
    track_of_pair, found_of_pair, _ = pairs
    parent = np.arange(n_tracks + n_found)
    for k in range(len(track_of_pair)):
        one, other = _root(parent, track_of_pair[k]), _root(parent, n_tracks + found_of_pair[k])
        parent[other] = one
    start = np.zeros(n_tracks + n_found + 1, np.int64)
    for k in range(len(track_of_pair)):
        start[_root(parent, track_of_pair[k]) + 1] += 1
    for node in range(n_tracks + n_found):
        start[node + 1] += start[node]
    order, filled = np.empty(len(track_of_pair), np.int64), start.copy()
    for k in range(len(track_of_pair)):
        root = _root(parent, track_of_pair[k])
        order[filled[root]] = k
        filled[root] += 1
    return order, start


@compiled
def _number_members(members: Indices, of_pair: Indices, place: Indices) -> Indices:
    """Return the different tracks or detections of some pairs; write where each stands."""
    different, n_different = np.empty(len(members), np.int64), 0
    for k in members:
        place[of_pair[k]] = -1
    for k in members:
        if place[of_pair[k]] < 0:
            place[of_pair[k]] = n_different
            different[n_different] = of_pair[k]
            n_different += 1
    return different[:n_different]


@compiled
def _solve_component(
    members: Indices, pairs: Pairs, memory: tuple[Array, Indices, Indices, Indices]
) -> None:
    """Choose the pairs of one component; each track may also stay alone.

    Args:
        members: Numbers of its pairs.
        pairs: All pairs.
        memory: Value of each track's miss; the pair of each track, written; room for the
            place of each track and of each detection.
    """
    miss_value, pair_of_track, row_of_track, column_of_found = memory
    tracks = _number_members(members, pairs[0], row_of_track)
    n_rows = len(tracks)
    n_columns = len(_number_members(members, pairs[1], column_of_found))
    cost = np.full((n_rows, n_columns + n_rows), FORBIDDEN_COST)
    for i in range(n_rows):
        cost[i, n_columns + i] = 0.0
    for k in members:
        value = pairs[2][k] - miss_value[pairs[0][k]]
        cost[row_of_track[pairs[0][k]], column_of_found[pairs[1][k]]] = -value
    column_of_row = assign_rows(cost)
    for k in members:
        if column_of_row[row_of_track[pairs[0][k]]] == column_of_found[pairs[1][k]]:
            pair_of_track[pairs[0][k]] = k


@compiled
def associate(tracks: Records, found: Records, rule: Record) -> tuple[Indices, Array]:
    """Return the detection of each track, -1 where it has none, and the log of its hit ratio.

    Args:
        tracks: n records, predicted into this frame.
        found: The detections, m records.
        rule: The rules.

    Returns:
        Two arrays (n,). The hit ratio is the likelihood of the detection from the track,
        the probability of detection included, over the density of clutter.
    """
    miss_value = np.empty(len(tracks))
    for i in range(len(tracks)):
        miss_value[i] = _miss_value(tracks[i], rule)
    pairs = _find_pairs(tracks, found, rule)
    order, start = _group_pairs(pairs, len(tracks), len(found))
    pair_of_track = np.full(len(tracks), -1, np.int64)
    rows, columns = np.empty(len(tracks), np.int64), np.empty(len(found), np.int64)
    for root in range(len(start) - 1):
        members = order[start[root] : start[root + 1]]
        if len(members) == 1:
            pair_of_track[pairs[0][members[0]]] = members[0]
        elif len(members) > 1:
            _solve_component(members, pairs, (miss_value, pair_of_track, rows, columns))
    found_of_track, log_ratio = np.full(len(tracks), -1, np.int64), np.zeros(len(tracks))
    for i in range(len(tracks)):
        if pair_of_track[i] >= 0:
            found_of_track[i] = pairs[1][pair_of_track[i]]
            log_ratio[i] = pairs[2][pair_of_track[i]]
    return found_of_track, log_ratio
