"""How well residuals fit when nobody knows their size: a mixture over scales.

A source that computes its frame centre from its own angles agrees with them to the rounding of
the wire; another is off by tenths of a degree, by noise or by a bias. No single sigma serves
both. So each residual is own noise of an unknown scale plus a bias of an unknown scale, both
evenly likely in their logarithm up to what instruments do, and less and less beyond. A reading
that explains the numbers a hundred times better is so a hundred times more likely for each
independent number, whatever the source's quality.
"""

from dataclasses import dataclass
from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["Scales", "log_likelihood"]

Array = npt.NDArray[np.float64]

_STEP: Final = 2.5
"""Ratio of neighbouring scales; a Gaussian fits as well anywhere between two of them."""
_BEYOND: Final = 3.0
"""Power by which a scale beyond the usual ones becomes less likely."""
_LOG_TWO_PI: Final = float(np.log(2.0 * np.pi))


@dataclass(frozen=True, slots=True, kw_only=True)
class Scales:
    """The sizes that residuals of one kind may have, in their unit.

    Args:
        least: The smallest that is told from none.
        usual: Up to where all are evenly likely (in their logarithm).
        most: The largest that there is.
    """

    least: float
    usual: float
    most: float


@cache
def _grid(scales: Scales) -> tuple[Array, Array]:
    """Return scales (m,) and the logarithms of their weights (m,)."""
    n_scales = max(2, int(np.ceil(np.log(scales.most / scales.least) / np.log(_STEP))) + 1)
    sizes = np.geomspace(scales.least, scales.most, n_scales)
    weight = np.where(sizes <= scales.usual, 1.0, (scales.usual / sizes) ** _BEYOND)
    return sizes, np.log(weight / weight.sum())


def log_likelihood(residual: Array, wire_sigma: Array, scales: Scales) -> Array:
    """Return the logarithm of the likelihood of residuals of unknown scale.

    Args:
        residual: (a, b): b independent residuals under each of a readings; NaN where there
            is none.
        wire_sigma: (a, b) or (b,): 1-sigma of the rounding of each.
        scales: What sizes they may have.

    Returns:
        (a,), in natural logarithms of one over the residual's unit; 0 where there are none.

    Source:
        Gaussian with own and common variance (Sherman and Morrison for its inverse), summed
        over both scales.
    """
    sizes, log_weight = _grid(scales)
    known = np.isfinite(residual)
    value = np.where(known, np.clip(residual, -1e3 * scales.most, 1e3 * scales.most), 0.0)
    wire = np.broadcast_to(wire_sigma, residual.shape)
    variance = wire[:, np.newaxis, :] ** 2 + sizes[:, np.newaxis] ** 2
    weight = np.where(known[:, np.newaxis, :], 1.0 / variance, 0.0)
    total = weight.sum(axis=-1)
    safe_total = np.where(total > 0.0, total, 1.0)
    mean = (weight * value[:, np.newaxis, :]).sum(axis=-1) / safe_total
    spread = (weight * (value[:, np.newaxis, :] - mean[..., np.newaxis]) ** 2).sum(axis=-1)
    log_own = np.where(known[:, np.newaxis, :], np.log(variance) + _LOG_TWO_PI, 0.0).sum(axis=-1)
    common = sizes**2
    quad = spread[..., np.newaxis] + mean[..., np.newaxis] ** 2 / (
        1.0 / safe_total[..., np.newaxis] + common
    )
    log_det = log_own[..., np.newaxis] + np.log1p(common * total[..., np.newaxis])
    terms = -0.5 * (quad + log_det) + log_weight[:, np.newaxis] + log_weight
    flat = terms.reshape(len(terms), -1)
    peak = flat.max(axis=-1)
    summed: Array = peak + np.log(np.exp(flat - peak[:, np.newaxis]).sum(axis=-1))
    return np.where(known.any(axis=-1), summed, 0.0)
