"""CLEAR MOT and identity metrics, small and slow, for tests."""

from dataclasses import dataclass

import numpy as np
from scipy.optimize import linear_sum_assignment

from tests.tracking.scenes import Array

Boxes = dict[int, dict[int, Array]]
"""Frame to identity to x, y, width, height."""


@dataclass(frozen=True, kw_only=True)
class ClearMetrics:
    mota: float
    idf1: float
    false_positives: int
    misses: int
    switches: int


def overlap(one: Array, other: Array) -> float:
    low = np.maximum(one[:2], other[:2])
    high = np.minimum(one[:2] + one[2:], other[:2] + other[2:])
    shared = float(np.prod(np.maximum(high - low, 0.0)))
    return shared / (float(np.prod(one[2:])) + float(np.prod(other[2:])) - shared)


def _pairs(truth: dict[int, Array], told: dict[int, Array]) -> dict[tuple[int, int], float]:
    found = {(t, m): overlap(truth[t], told[m]) for t in truth for m in told}
    return {pair: value for pair, value in found.items() if value >= 0.5}


def _match(pairs: dict[tuple[int, int], float], before: dict[int, int]) -> dict[int, int]:
    kept = {t: m for t, m in before.items() if (t, m) in pairs}
    free = [p for p in pairs if p[0] not in kept and p[1] not in kept.values()]
    rows, columns = sorted({t for t, _ in free}), sorted({m for _, m in free})
    cost = np.full((len(rows), len(columns)), 1e6)
    for t, m in free:
        cost[rows.index(t), columns.index(m)] = 1.0 - pairs[t, m]
    for row, column in zip(*linear_sum_assignment(cost), strict=True):
        if cost[row, column] < 1e6:
            kept[rows[row]] = columns[column]
    return kept


def _identity_f1(shared: dict[tuple[int, int], int], n_truth: int, n_told: int) -> float:
    rows, columns = sorted({t for t, _ in shared}), sorted({m for _, m in shared})
    gain = np.zeros((len(rows), len(columns)))
    for (t, m), count in shared.items():
        gain[rows.index(t), columns.index(m)] = count
    chosen = linear_sum_assignment(gain, maximize=True)
    return float(2.0 * gain[chosen].sum() / (n_truth + n_told))


def clear_metrics(truth: Boxes, told: Boxes) -> ClearMetrics:
    last: dict[int, int] = {}
    before: dict[int, int] = {}
    shared: dict[tuple[int, int], int] = {}
    switches = n_matched = 0
    for frame in sorted(truth):
        pairs = _pairs(truth[frame], told.get(frame, {}))
        for pair in pairs:
            shared[pair] = shared.get(pair, 0) + 1
        before = _match(pairs, before)
        switches += sum(last.get(t, m) != m for t, m in before.items())
        last.update(before)
        n_matched += len(before)
    n_truth, n_told = sum(map(len, truth.values())), sum(map(len, told.values()))
    false_positives, misses = n_told - n_matched, n_truth - n_matched
    return ClearMetrics(
        mota=1.0 - (false_positives + misses + switches) / n_truth,
        idf1=_identity_f1(shared, n_truth, n_told),
        false_positives=false_positives,
        misses=misses,
        switches=switches,
    )
