"""Bins of range, of signal and of look angle, the same in every score so that flights add up."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.tracking.score_intervals import independent_count, wilson_interval

__all__ = [
    "DEPRESSION_EDGES_DEG",
    "RANGE_EDGES_M",
    "SIGNAL_EDGES",
    "Bin",
    "ClusteredShare",
    "bins_with_rows",
    "clustered_share",
]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

_OPEN: Final = float("inf")

RANGE_EDGES_M: Final = (
    *(0.0, 250.0, 500.0, 750.0, 1000.0, 1500.0, 2000.0, 3000.0, 4000.0, 6000.0, 8000.0),
    *(10_000.0, 15_000.0, 20_000.0, 30_000.0, 50_000.0, _OPEN),
)
"""Of slant range from the true camera to the true thing."""

SIGNAL_EDGES: Final = (
    *(-_OPEN, 1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0, 15.0, 20.0, 50.0, 100.0, _OPEN),
)
"""Of the signal-to-noise that the truth says; a thing that is colder may have it below 0."""

DEPRESSION_EDGES_DEG: Final = (-90.0, 0.0, 2.0, 5.0, 10.0, 15.0, 20.0, 30.0, 45.0, 60.0, _OPEN)
"""Of the line to the thing below the camera's own horizontal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One bin: from an edge on, up to and without the next.

    Args:
        at_least: Lower edge; None where there is none.
        below: Upper edge; None where there is none.
    """

    at_least: float | None
    below: float | None


def bins_with_rows(values: Array, edges: Sequence[float]) -> Iterator[tuple[Bin, Indices]]:
    """Yield each bin that holds a value and the rows in it, from the lowest.

    Args:
        values: (n,); NaN lies in no bin.
        edges: Rising; an infinite first or last one makes the bin open, and the last bin
            holds infinity itself.
    """
    place = np.searchsorted(np.asarray(edges), values, side="right") - 1
    last = len(edges) - 2
    place[values == _OPEN] = last
    place[np.isnan(values)] = -1
    for index in range(last + 1):
        rows = np.flatnonzero(place == index).astype(np.int64)
        if len(rows):
            yield Bin(at_least=_told(edges[index]), below=_told(edges[index + 1])), rows


def _told(edge: float) -> float | None:
    return edge if np.isfinite(edge) else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusteredShare:
    """A share of trials that come in groups.

    Args:
        share: Of all trials.
        low: Lower end of its 95 % interval, in which each group counts as one trial.
        high: Upper end.
        n_trials: Trials.
        n_things: Groups.
        n_independent: What the groups are worth as independent trials.
    """

    share: float
    low: float
    high: float
    n_trials: int
    n_things: int
    n_independent: float


def clustered_share(is_success: Flags, group: Indices) -> ClusteredShare:
    """Return the share of successes among n trials, at least one.

    Args:
        is_success: (n,).
        group: (n,) which thing each trial is of; trials of one thing are taken as wholly
            dependent, things as independent.
    """
    sizes = np.unique(group, return_counts=True)[1]
    n_independent = independent_count(sizes.astype(np.float64))
    share = float(np.mean(is_success))
    low, high = wilson_interval(share, n_independent)
    return ClusteredShare(
        share=share,
        low=low,
        high=high,
        n_trials=len(is_success),
        n_things=len(sizes),
        n_independent=n_independent,
    )
