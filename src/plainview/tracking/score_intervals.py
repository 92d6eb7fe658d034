"""What a count is worth: intervals of shares and of rates, and how much dependent trials weigh."""

import math
from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["independent_count", "poisson_interval", "wilson_interval"]

_Z_95: Final = 1.959963984540054
"""Half-width of the central 95 % of a normal, over its sigma."""

_TAIL: Final = 0.025
_N_HALVINGS: Final = 200


def wilson_interval(share: float, n_independent: float) -> tuple[float, float]:
    """Return the 95 % interval of a share, by inverting the score test.

    Args:
        share: From 0 to 1.
        n_independent: Trials that it rests on, above 0; a fraction where trials depend on
            each other (`independent_count`).

    Source:
        E. B. Wilson, "Probable inference, the law of succession, and statistical inference",
        Journal of the American Statistical Association 22, 1927, pages 209 to 212.
    """
    z_squared = _Z_95**2
    scale = 1.0 / (1.0 + z_squared / n_independent)
    middle = (share + 0.5 * z_squared / n_independent) * scale
    spread = share * (1.0 - share) / n_independent + 0.25 * z_squared / n_independent**2
    half = _Z_95 * scale * math.sqrt(spread)
    low = 0.0 if share <= 0.0 else max(middle - half, 0.0)
    return low, 1.0 if share >= 1.0 else min(middle + half, 1.0)


def independent_count(weights: Sequence[float] | npt.NDArray[np.float64]) -> float:
    """Return how many independent trials groups of wholly dependent ones are worth.

    A share over all trials is the mean of the groups' shares, weighted by their size. The
    variance of one group's share is at most p (1 - p), so that the variance of the mean is at
    most that over this count: an interval made with it is rather too wide than too narrow.

    Args:
        weights: Trials of each group, above 0; at least one group.

    Returns:
        From 1 (one group has nearly all) to the number of groups (all are equal).

    Source:
        L. Kish, "Survey Sampling", Wiley, 1965: what a mean loses by unequal weights.
    """
    sizes = np.asarray(weights, dtype=np.float64)
    return float(sizes.sum() ** 2 / np.sum(sizes**2))


def _poisson_at_most(count: int, mean: float) -> float:
    """Return the probability that a Poisson count of this mean is at most this."""
    if mean <= 0.0:
        return 1.0
    log_mean = math.log(mean)
    return math.fsum(math.exp(k * log_mean - mean - math.lgamma(k + 1)) for k in range(count + 1))


def _mean_where_at_most(count: int, probability: float) -> float:
    """Return the mean of which a count of at most this has this probability, by bisection."""
    low, high = 0.0, count + 20.0 * math.sqrt(count + 1.0) + 20.0
    for _ in range(_N_HALVINGS):
        middle = 0.5 * (low + high)
        if _poisson_at_most(count, middle) > probability:
            low = middle
        else:
            high = middle
    return 0.5 * (low + high)


def poisson_interval(count: int) -> tuple[float, float]:
    """Return the exact 95 % interval of the mean of a Poisson count.

    Source:
        F. Garwood, "Fiducial limits for the Poisson distribution", Biometrika 28, 1936, pages
        437 to 442: the means of which so many or more, and so few or fewer, have 2.5 %.
    """
    low = 0.0 if count == 0 else _mean_where_at_most(count - 1, 1.0 - _TAIL)
    return low, _mean_where_at_most(count, _TAIL)
