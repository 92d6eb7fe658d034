"""The one place where 1-sigma and covariance become the percentiles that people quote."""

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "CE90_PER_SIGMA",
    "ELLIPSE_95_PER_SIGMA",
    "LE90_PER_SIGMA",
    "ce90_from_covariance",
    "ellipse_from_covariance",
]

Array = npt.NDArray[np.float64]

CE90_PER_SIGMA: Final = float(np.sqrt(-2.0 * np.log(0.1)))
"""Radius of the circle that holds 90 % of a circular normal, over its sigma (2.146)."""

LE90_PER_SIGMA: Final = 1.6448536269514722
"""Half-width of the interval that holds 90 % of a normal, over its sigma."""

ELLIPSE_95_PER_SIGMA: Final = float(np.sqrt(-2.0 * np.log(0.05)))
"""Semi-axis of the ellipse that holds 95 % of a bivariate normal, over its sigma (2.448)."""

_N_ANGLES: Final = 4096


def _probability_inside(radius: Array, ratio: Array) -> Array:
    """Probability that a normal with semi-axes 1 and ratio lies inside the circle of radius."""
    angle = (np.arange(_N_ANGLES) + 0.5) * (np.pi / _N_ANGLES)
    spread = np.cos(angle) ** 2 + (np.sin(angle) / ratio[:, np.newaxis]) ** 2
    inside: Array = np.mean(
        (1.0 - np.exp(-0.5 * radius[:, np.newaxis] ** 2 * spread)) / spread, axis=1
    )
    return inside / ratio


def _tabulate_ce90(n_ratios: int = 41) -> tuple[Array, Array]:
    """CE90 over the larger sigma for each ratio of the smaller to the larger, by bisection."""
    ratio = np.linspace(0.0, 1.0, n_ratios)
    safe_ratio = np.maximum(ratio, 1e-3)
    low, high = np.full(n_ratios, 1.0), np.full(n_ratios, 3.0)
    for _ in range(40):
        middle = 0.5 * (low + high)
        is_short = _probability_inside(middle, safe_ratio) < 0.9
        low, high = np.where(is_short, middle, low), np.where(is_short, high, middle)
    factor = 0.5 * (low + high)
    factor[0] = LE90_PER_SIGMA
    return ratio, factor


_CE90_TABLE: list[tuple[Array, Array]] = []


def ellipse_from_covariance(cov_m2: Array) -> tuple[Array, Array, Array]:
    """Return the 1-sigma semi-axes and the heading of the major axis of horizontal covariances.

    Args:
        cov_m2: (n, k, k) with k >= 2, east-north(-up), metres squared.

    Returns:
        Semi-major (n,) and semi-minor (n,), metres, and the heading of the major axis (n,),
        degrees clockwise from north in [0, 180). NaN where the covariance is.
    """
    ee, en, nn = cov_m2[:, 0, 0], cov_m2[:, 0, 1], cov_m2[:, 1, 1]
    mean, half = 0.5 * (ee + nn), np.hypot(0.5 * (ee - nn), en)
    major = np.sqrt(np.maximum(mean + half, 0.0))
    minor = np.sqrt(np.maximum(mean - half, 0.0))
    heading_deg = np.degrees(0.5 * np.arctan2(2.0 * en, nn - ee)) % 180.0
    return major, minor, heading_deg


def ce90_from_covariance(cov_m2: Array) -> Array:
    """Return the radius of the circle that holds 90 % of each horizontal normal.

    Args:
        cov_m2: (n, k, k) with k >= 2, east-north(-up), metres squared.

    Returns:
        CE90 (n,), metres; between 1.645 (a line) and 2.146 (a circle) times the larger
        sigma, within 0.1 % of the integral. NaN where the covariance is.
    """
    if not _CE90_TABLE:
        _CE90_TABLE.append(_tabulate_ce90())
    major, minor, _ = ellipse_from_covariance(cov_m2)
    with np.errstate(invalid="ignore", divide="ignore"):
        ratio = np.where(major > 0.0, minor / major, 1.0)
    factor = np.interp(ratio, *_CE90_TABLE[0])
    return np.where(np.isnan(major), np.nan, factor * major)
