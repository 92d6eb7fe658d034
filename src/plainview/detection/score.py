"""From how far something stands out to a score."""

import numpy as np
import numpy.typing as npt

__all__ = ["score_from_ratio"]

Array = npt.NDArray[np.float64]

_SCORE_AT_THRESHOLD = 0.3


def score_from_ratio(ratio: Array, least_ratio: float) -> Array:
    """Return a score in [0.3, 1): 0.3 at the threshold, 0.65 at twice it, 0.86 at five times it.

    Args:
        ratio: (n,) signal over clutter, at least least_ratio.
        least_ratio: The threshold.
    """
    relative = np.maximum(ratio / least_ratio, 1.0)
    return np.asarray(1.0 - (1.0 - _SCORE_AT_THRESHOLD) / relative)
