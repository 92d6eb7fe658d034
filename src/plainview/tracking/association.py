"""Which detection belongs to which track: gate by place, then the exact best pairing.

The value of a pair is the logarithm of how much likelier the detection is from the track
than from clutter, against a miss; distances are Mahalanobis', not overlaps, which say
nothing of small things. A pair of no value is never made. Detections sorted by x and a
window for each track give the few candidates; tracks and detections that share candidates
form components, nearly all of one track and one detection, and only the others are solved.
"""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.model import LifeStage
from plainview.tracking.assignment import FORBIDDEN_COST, assign_rows
from plainview.tracking.compiled import compiled
from plainview.tracking.motion import measurement_sigmas_px
from plainview.tracking.track_record import Record, Records

__all__ = ["BELIEVED_BONUS", "associate", "hit_ratio", "log_size_ratio"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

BELIEVED_BONUS: Final = 5.0
"""Worth of a pair whose track is confirmed over one that is tentative: e**5 to 1."""

_MOST_SIZE_SIGMA: Final = 4.0
_TENTATIVE: Final = int(LifeStage.TENTATIVE)
_LEAST_SIZE_PX: Final = 0.5


@compiled
def _squared_distance(track: Record, rule: Record, offset_px: tuple[float, float]) -> float:
    """Return the squared Mahalanobis distance of an offset from the track's prediction."""
    sigma_x, sigma_y = measurement_sigmas_px(track, rule)
    s_xx, s_xy = track.cov[0, 0] + sigma_x * sigma_x, track.cov[0, 1]
    s_yy = track.cov[1, 1] + sigma_y * sigma_y
    dx, dy = offset_px
    squares = dx * dx * s_yy - 2.0 * dx * dy * s_xy + dy * dy * s_xx
    return squares / (s_xx * s_yy - s_xy * s_xy)


@compiled
def log_size_ratio(track: Record, rule: Record, size_px: tuple[float, float]) -> float:
    """Return how much a size speaks against the track, at most 0; minus infinity: it cannot be.

    The change of size is compared as a logarithm. Sizes never speak for a track, so that the
    test's rates hold whatever sizes clutter has.
    """
    total = 0.0
    for measured_px, known_px in ((size_px[0], track.width_px), (size_px[1], track.height_px)):
        known_px = max(known_px, _LEAST_SIZE_PX)
        sigma = math.hypot(rule.size_sigma_ratio, rule.size_sigma_px / known_px)
        total += (math.log(max(measured_px, _LEAST_SIZE_PX) / known_px) / sigma) ** 2
    if total > 2.0 * _MOST_SIZE_SIGMA**2:
        return -math.inf
    return -0.5 * total


@compiled
def _log_density(track: Record, rule: Record) -> float:
    """Return the logarithm of the highest likelihood of a detection, over that of clutter."""
    sigma_x, sigma_y = measurement_sigmas_px(track, rule)
    determinant = (track.cov[0, 0] + sigma_x * sigma_x) * (
        track.cov[1, 1] + sigma_y * sigma_y
    ) - track.cov[0, 1] * track.cov[0, 1]
    density = rule.detection_probability / (2.0 * math.pi * math.sqrt(determinant))
    return math.log(density / track.clutter_px2)


@compiled
def hit_ratio(track: Record, rule: Record, box_px: Array) -> float:
    """Return the likelihood of a detection from the track over the density of clutter.

    The probability of detection is in it. ``box_px`` is (4,).
    """
    offset_px = (
        box_px[0] + 0.5 * box_px[2] - track.state[0],
        box_px[1] + 0.5 * box_px[3] - track.state[1],
    )
    return math.exp(
        _log_density(track, rule)
        - 0.5 * _squared_distance(track, rule, offset_px)
        + log_size_ratio(track, rule, (box_px[2], box_px[3]))
    )


@compiled
def _append_pair(pairs: Indices, values: Array, n_pairs: int) -> tuple[Indices, Array]:
    """Return the buffers, of twice the size where they are full."""
    if n_pairs < len(values):
        return pairs, values
    more_pairs, more_values = np.empty((2 * n_pairs, 2), np.int64), np.empty(2 * n_pairs)
    more_pairs[:n_pairs] = pairs
    more_values[:n_pairs] = values
    return more_pairs, more_values


@compiled
def _find_pairs(tracks: Records, box_px: Array, rule: Record) -> tuple[Indices, Array]:
    """Return the candidate pairs (k, 2) of track and detection that are worth more than a miss.

    With their values (k,), the bonus of confirmed tracks included.
    """
    center_x = box_px[:, 0] + 0.5 * box_px[:, 2]
    order = np.argsort(center_x, kind="mergesort")
    sorted_x = center_x[order]
    pairs, values = np.empty((64, 2), np.int64), np.empty(64)
    n_pairs = 0
    for i in range(len(tracks)):
        track = tracks[i]
        miss = math.log(1.0 - rule.detection_probability * track.p_in_view)
        best = _log_density(track, rule) - miss
        bonus = 0.0 if track.life_stage == _TENTATIVE else BELIEVED_BONUS
        sigma_x, _ = measurement_sigmas_px(track, rule)
        reach = rule.gate_sigma * math.sqrt(track.cov[0, 0] + sigma_x * sigma_x)
        place = np.searchsorted(sorted_x, track.state[0] - reach)
        while place < len(order) and sorted_x[place] <= track.state[0] + reach:
            j = order[place]
            place += 1
            dy = box_px[j, 1] + 0.5 * box_px[j, 3] - track.state[1]
            distance = _squared_distance(track, rule, (center_x[j] - track.state[0], dy))
            if distance > rule.gate_sigma * rule.gate_sigma:
                continue
            size = log_size_ratio(track, rule, (box_px[j, 2], box_px[j, 3]))
            if not best - 0.5 * distance + size > 0.0:
                continue
            pairs, values = _append_pair(pairs, values, n_pairs)
            pairs[n_pairs, 0], pairs[n_pairs, 1] = i, j
            values[n_pairs] = best - 0.5 * distance + size + bonus
            n_pairs += 1
    return pairs[:n_pairs], values[:n_pairs]


@compiled
def _root(parent: Indices, node: int) -> int:
    while parent[node] != node:
        parent[node] = parent[parent[node]]
        node = parent[node]
    return node


@compiled
def _group_pairs(pairs: Indices, n_tracks: int, n_detections: int) -> tuple[Indices, Indices]:
    """Return the pairs in order of component, and where each component starts (and the end)."""
    parent = np.arange(n_tracks + n_detections)
    for k in range(len(pairs)):
        parent[_root(parent, pairs[k, 0])] = _root(parent, n_tracks + pairs[k, 1])
    count = np.zeros(len(parent) + 1, np.int64)
    for k in range(len(pairs)):
        count[_root(parent, pairs[k, 0]) + 1] += 1
    start = np.cumsum(count)
    order, filled = np.empty(len(pairs), np.int64), start[:-1].copy()
    for k in range(len(pairs)):
        root = _root(parent, pairs[k, 0])
        order[filled[root]] = k
        filled[root] += 1
    return order, start


@compiled
def _solve_component(pairs: Indices, values: Array, detection_of_track: Indices) -> None:
    """Pair the tracks and detections of one component; each track may also stay alone."""
    tracks, detections = np.unique(pairs[:, 0]), np.unique(pairs[:, 1])
    n_rows, n_columns = len(tracks), len(detections)
    cost = np.full((n_rows, n_columns + n_rows), FORBIDDEN_COST)
    for i in range(n_rows):
        cost[i, n_columns + i] = 0.0
    for k in range(len(values)):
        row = np.searchsorted(tracks, pairs[k, 0])
        cost[row, np.searchsorted(detections, pairs[k, 1])] = -values[k]
    column_of_row = assign_rows(cost)
    for i in range(n_rows):
        if column_of_row[i] < n_columns:
            detection_of_track[tracks[i]] = detections[column_of_row[i]]


@compiled
def associate(tracks: Records, box_px: Array, rule: Record) -> Indices:
    """Return the detection of each track, (n,), -1 where it has none.

    Args:
        tracks: n records, predicted into this frame.
        box_px: (m, 4) boxes.
        rule: The rules.
    """
    detection_of_track = np.full(len(tracks), -1, np.int64)
    pairs, values = _find_pairs(tracks, box_px, rule)
    order, start = _group_pairs(pairs, len(tracks), len(box_px))
    for component in range(len(start) - 1):
        members = order[start[component] : start[component + 1]]
        if len(members) == 1:
            detection_of_track[pairs[members[0], 0]] = pairs[members[0], 1]
        elif len(members) > 1:
            _solve_component(pairs[members], values[members], detection_of_track)
    return detection_of_track
