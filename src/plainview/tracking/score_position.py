"""Position error and whether the stated covariance is true, per range and look angle."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.tracking.error_percentiles import (
    ErrorPercentiles,
    error_percentiles,
    predicted_errors_m,
)
from plainview.tracking.score_bins import (
    DEPRESSION_EDGES_DEG,
    RANGE_EDGES_M,
    Bin,
    bins_with_rows,
    clustered_share,
)
from plainview.tracking.sightings import Sightings

__all__ = ["PositionRow", "PositionScore", "score_position"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

_NOWHERE: Final = Bin(at_least=None, below=None)


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionRow:
    """Errors of places and what their covariances promise, in one bin or over all.

    Args:
        range_m: Bin of slant range; None where places are not told apart by it.
        depression_deg: Bin of the depression likewise.
        things: Things that were placed.
        places: A place a thing a frame.
        error_m: Horizontal distance from the truth.
        predicted_error_m: The same percentiles of what the covariances predict.
        inside_50_ellipse: Share of truths inside the ellipse that is to hold half of them.
        inside_90_ellipse: Likewise.
        inside_95_ellipse: Likewise.
        inside_95_low: Lower end of the 95 % interval of that share, a thing counting once.
        inside_95_high: Upper end likewise.
        median_normalised_error_squared: Median of the squared error over its covariance; 1.386
            (2 ln 2) where the covariances are true, more where they promise too much.
    """

    range_m: Bin | None
    depression_deg: Bin | None
    things: int
    places: int
    error_m: ErrorPercentiles
    predicted_error_m: ErrorPercentiles
    inside_50_ellipse: float
    inside_90_ellipse: float
    inside_95_ellipse: float
    inside_95_low: float
    inside_95_high: float
    median_normalised_error_squared: float


@dataclass(frozen=True, slots=True, kw_only=True)
class PositionScore:
    """How far off places are and whether they say so; bins without a place are left out.

    Args:
        overall: Over all; None where nothing was placed.
        by_range: By slant range; None where no range is known, as the next two.
        by_depression: By the look angle: the depression of the line to the thing.
        by_range_and_depression: By both.
    """

    overall: PositionRow | None
    by_range: tuple[PositionRow, ...] | None
    by_depression: tuple[PositionRow, ...] | None
    by_range_and_depression: tuple[PositionRow, ...] | None


def score_position(sightings: Sightings) -> PositionScore:
    """Score the places of the tracks on things."""
    placed = sightings.select(~np.isnan(sightings.squared))
    if not len(placed):
        none = () if len(sightings) and not np.all(np.isnan(sightings.range_m)) else None
        return PositionScore(
            overall=None, by_range=none, by_depression=none, by_range_and_depression=none
        )
    everything = np.arange(len(placed), dtype=np.int64)
    overall = _row(placed, everything, range_m=None, depression_deg=None)
    if np.all(np.isnan(placed.range_m)):
        return PositionScore(
            overall=overall, by_range=None, by_depression=None, by_range_and_depression=None
        )
    by_range = list(bins_with_rows(placed.range_m, RANGE_EDGES_M))
    return PositionScore(
        overall=overall,
        by_range=tuple(
            _row(placed, rows, range_m=each, depression_deg=None) for each, rows in by_range
        ),
        by_depression=tuple(_by_depression(placed, everything, range_m=None)),
        by_range_and_depression=tuple(
            row for each, rows in by_range for row in _by_depression(placed, rows, range_m=each)
        ),
    )


def _by_depression(
    placed: Sightings, rows: Indices, *, range_m: Bin | None
) -> Iterator[PositionRow]:
    for each, within in bins_with_rows(placed.depression_deg[rows], DEPRESSION_EDGES_DEG):
        yield _row(placed, rows[within], range_m=range_m, depression_deg=each)


def _row(
    placed: Sightings, rows: Indices, *, range_m: Bin | None, depression_deg: Bin | None
) -> PositionRow:
    squared = placed.squared[rows]
    held = clustered_share(squared <= _squared_of(0.95), placed.object_id[rows])
    return PositionRow(
        range_m=range_m,
        depression_deg=depression_deg,
        things=held.n_things,
        places=held.n_trials,
        error_m=error_percentiles(placed.error_m[rows]),
        predicted_error_m=error_percentiles(predicted_errors_m(placed.cov_en_m2[rows])),
        inside_50_ellipse=float(np.mean(squared <= _squared_of(0.5))),
        inside_90_ellipse=float(np.mean(squared <= _squared_of(0.9))),
        inside_95_ellipse=held.share,
        inside_95_low=held.low,
        inside_95_high=held.high,
        median_normalised_error_squared=float(np.median(squared)),
    )


def _squared_of(probability: float) -> float:
    """Return the squared radius, over the covariance, of a bivariate normal's ellipse.

    Source:
        The square of a bivariate normal over its covariance has a chi-square distribution of
        two degrees of freedom: 1 - exp(-x / 2).
    """
    return float(-2.0 * np.log1p(-probability))
