"""Sea pixel: what a footprint of the sea sends, by the slope that it resolves and what it does not.

A pixel averages facets over all that is rougher than it resolves, each by the area that the look
sees of it. Footprints that lean towards the camera take more of the picture than others, so that
the slopes that are seen differ from those that are there.
"""

from dataclasses import dataclass
from math import erfc, exp, pi, sqrt
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.sensing.sea_clutter import FacetRadiance, facet_look

__all__ = ["PixelLight", "SeenSlopes", "hermite_terms", "pixel_light", "seen_slopes"]

Array = npt.NDArray[np.float64]

_REACH: Final = 4.0
_STEPS: Final[Array] = np.linspace(-_REACH, _REACH, 33)
_SHARE: Final = np.exp(-0.5 * _STEPS**2) / np.sum(np.exp(-0.5 * _STEPS**2))
_ASIDE, _ASIDE_SHARE = np.polynomial.hermite_e.hermegauss(3)
_HERMITE: Final = np.polynomial.hermite_e.hermevander(_STEPS, 8)
_ROUGHER: Final = 0.1
"""Share by which roughness is changed to see what it does."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenSlopes:
    """The slopes along a look that footprints resolve, as they are seen.

    Args:
        middle: Their mean; a level sea's is above 0, as what leans towards the look is seen more.
        sigma: Their standard deviation.
        rough: Variance of the slope along the look within footprints.
    """

    middle: float
    sigma: float
    rough: float


def seen_slopes(depression_rad: float, *, held: float, total: float) -> SeenSlopes:
    """Return the slopes that are seen, taken as Gaussian again.

    Args:
        depression_rad: Of the look.
        held: Variance of the slope along the look that footprints resolve.
        total: Of the whole sea.

    Source:
        Each facet counts by its area across the look, sin g + s cos g where that is above 0 (Cox
        and Munk, 1954): mean and variance of Gaussian slopes under that weight.
    """
    sigma, tangent = sqrt(total), float(np.tan(depression_rad))
    a = tangent / sigma
    density, chance = exp(-0.5 * a * a) / sqrt(2.0 * pi), 0.5 * erfc(-a / sqrt(2.0))
    seen = sigma * density + tangent * chance
    middle = held * chance / seen
    variance = held + held * held * density / (sigma * seen) - middle * middle
    return SeenSlopes(middle=middle, sigma=sqrt(max(variance, 0.0)), rough=max(total - held, 1e-6))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PixelLight:
    """What the pixels of a sea send, in the unit of the facets' radiance.

    Args:
        mean: Of all.
        terms: (8,) by the Hermite polynomials 1 to 8 of the seen slope over its sigma.
        by_roughness: Growth of the mean with the variance of the slope within footprints.
    """

    mean: float
    terms: Array
    by_roughness: float


def pixel_light(
    facet_radiance: FacetRadiance, depression_rad: float, slopes: SeenSlopes, *, aside: float
) -> PixelLight:
    """Return the radiance of pixels.

    Args:
        facet_radiance: Of a facet, from its incidence and what it mirrors.
        depression_rad: Of the look.
        slopes: That are seen.
        aside: Variance of the slope across the look.
    """
    leans = slopes.middle + slopes.sigma * _STEPS
    rough = slopes.rough * np.array([1.0, 1.0 - _ROUGHER, 1.0 + _ROUGHER])
    slope = leans[:, np.newaxis, np.newaxis] + np.sqrt(rough)[:, np.newaxis] * _STEPS
    tilts, across = np.broadcast_arrays(slope[..., np.newaxis], sqrt(aside) * _ASIDE)
    radiance = facet_radiance(*facet_look(depression_rad, tilts, across))
    seen = np.maximum(np.sin(depression_rad) + slope * np.cos(depression_rad), 1e-9) * _SHARE
    weight = seen[..., np.newaxis] * _ASIDE_SHARE
    sent = np.sum(weight * radiance, axis=(-2, -1)) / np.sum(weight, axis=(-2, -1))
    mean, less, more = _SHARE @ sent
    return PixelLight(
        mean=float(mean),
        terms=hermite_terms(sent[:, 0]),
        by_roughness=float((more - less) / (2.0 * _ROUGHER * slopes.rough)),
    )


def hermite_terms(values: Array) -> Array:
    """Return the terms 1 to 8 of values at 33 steps from -4 to 4 sigma, (33,) to (8,)."""
    return np.asarray((_SHARE * (values - _SHARE @ values)) @ _HERMITE[:, 1:])
