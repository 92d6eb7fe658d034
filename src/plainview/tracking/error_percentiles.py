"""Percentiles of errors, and of what covariances say that they are."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.model import ellipse_from_covariance

__all__ = ["ErrorPercentiles", "error_percentiles", "predicted_errors_m"]

Array = npt.NDArray[np.float64]

_MOST_PREDICTED: Final = 4_000
"""Rows whose predicted errors are mixed; beyond, every so many are taken."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorPercentiles:
    """Median and 95th percentile of horizontal errors, metres; None where there are none."""

    median: float | None
    p95: float | None


def error_percentiles(values_m: Array) -> ErrorPercentiles:
    """Return the percentiles of errors (n,), none of them NaN."""
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
