"""What a filter lets through of the sea: the clutter of waves, of their groups and of whitecaps.

Two scales: waves that a pixel's footprint resolves tilt it, and what it sends is no straight
function of its tilt; shorter waves are roughness within it, and where a group of them passes there
is more. Slopes are Gaussian, so that the covariance of any function of them is a sum of powers of
their own. The sea is white where it is steep down wind, by the share that is known.

Source:
    Two scales: J. W. Wright, "A new model for sea clutter", IEEE Transactions on Antennas and
    Propagation 16, 1968, there for radar. The sum over Hermite polynomials: J. S. Bendat,
    "Nonlinear Systems Techniques and Applications", 1998, chapter 2 (Price, Mehler).
"""

from dataclasses import dataclass
from math import factorial
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.sensing.sea_clutter import FacetRadiance, SlopeSpectrum
from plainview.sensing.sea_patch import PATCH_PX, SeaPatch, sea_patch
from plainview.sensing.sea_pixel import pixel_light, seen_slopes
from plainview.sensing.sea_surface import whitecap_fraction
from plainview.sensing.system_mtf import OpticalChain, diffraction_mtf, gaussian_mtf

__all__ = ["BACKGROUND_PX", "HEADING_SHARES", "FilteredSea", "filter_sea"]

Array = npt.NDArray[np.float64]

BACKGROUND_PX: Final = 21.0
"""Side of the surroundings whose mean is taken away; assumed."""
_NODES, _NODE_SHARES = np.polynomial.legendre.leggauss(3)
_AZIMUTHS_RAD: Final = 0.25 * np.pi * (1.0 + _NODES)
"""Looks from down wind to across it stand for all: waves look alike from both sides."""
HEADING_SHARES: Final[Array] = np.repeat(0.25 * _NODE_SHARES, 2)
"""Of all looks, for each heading that the sea is worked out at: three, and those opposite."""
_FINER: Final = 2.0
"""Footprints are those of half a pixel each way: the lens blurs before the pixels sample."""
_ACROSS: Final = np.fft.fftfreq(PATCH_PX, 1.0 / _FINER).astype(np.float64)
_DOWN: Final = _ACROSS[:, np.newaxis]
_IN_PIXEL: Final = np.sinc(_ACROSS) / np.sinc(_ACROSS / _FINER)
"""What the mean over the footprints of a pixel leaves, one way."""
_SAMPLED: Final = _ACROSS - np.round(_ACROSS)
"""The filter's own frequencies: it works on samples, and cannot tell those a whole cycle apart."""
_AROUND: Final = np.sinc(BACKGROUND_PX * _SAMPLED) * np.sinc(
    BACKGROUND_PX * _SAMPLED[:, np.newaxis]
)
_IS_EVEN: Final = np.array([0.0, 1.0] * 4)
"""Of Hermite terms 1 to 8, those that are alike from both sides."""
_LEAST_HELD: Final = 1e-12
_LEAST_WHITECAPS: Final = 1e-5
_MOST_WHITECAPS: Final = 0.4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FilteredSea:
    """The sea at n ranges, in the unit of the facets' radiance.

    Args:
        mean: (n,) of what pixels see, over all headings.
        pixel: (n,) 1-sigma from pixel to pixel, within 64 of them, over all headings.
        behind: (n, 6) 1-sigma behind the filter, by heading (`HEADING_SHARES`).
    """

    mean: Array
    pixel: Array
    behind: Array


@dataclass(frozen=True, slots=True)
class _Look:
    """One look at the sea: its light's mean, and its covariances between pixels.

    The last part changes its sign where the look turns round: whitecaps lie on one side of waves.
    """

    mean: float
    covariance: Array
    turning: Array


def filter_sea(
    facet_radiance: FacetRadiance,
    chain: OpticalChain,
    sides_m: tuple[float, float],
    *,
    range_m: Array,
    depression_rad: Array,
    spectrum: SlopeSpectrum | None,
    foam_radiance: float | None = None,
) -> FilteredSea:
    """Return the sea's mean and its clutter, before and behind the filter of a spot.

    Args:
        facet_radiance: Of a facet, from its incidence and what it mirrors.
        chain: What blurs the picture.
        sides_m: Width and height of the spot across the line of sight.
        range_m: (n,) slant range.
        depression_rad: (n,) of the look at the sea.
        spectrum: Of the sea's slopes; None for flat ground.
        foam_radiance: Of whitecaps; None where there are none.
    """
    n = len(range_m)
    mean, pixel, behind = np.empty(n), np.zeros(n), np.zeros((n, len(HEADING_SHARES)))
    if spectrum is None:
        level = 0.5 * np.pi - depression_rad, depression_rad
        mean[:] = facet_radiance(*level)
        return FilteredSea(mean=mean, pixel=pixel, behind=behind)
    camera = _lens(chain, _ACROSS) * _IN_PIXEL * _IN_PIXEL[:, np.newaxis]
    spot = _lens(chain, _SAMPLED) * (1.0 - _AROUND)
    for i in range(n):
        pixel_m = chain.pixel_mrad * 1e-3 * float(range_m[i])
        width_px, height_px = sides_m[0] / pixel_m, sides_m[1] / pixel_m
        across = np.sinc(_SAMPLED) * np.sinc(width_px * _SAMPLED)
        down = np.sinc(_SAMPLED) * np.sinc(height_px * _SAMPLED)
        sea = _Sea(facet_radiance, foam_radiance, spectrum, pixel_m / _FINER)
        looks = [sea.seen(float(depression_rad[i]), float(azimuth)) for azimuth in _AZIMUTHS_RAD]
        seen = np.stack([_power(one, s) for one in looks for s in (1.0, -1.0)]) * camera**2
        mean[i] = HEADING_SHARES[::2] @ [2.0 * one.mean for one in looks]
        pixel[i] = np.sqrt(HEADING_SHARES @ seen.sum(axis=(1, 2)))
        searched = spot * across * down[:, np.newaxis]
        behind[i] = np.sqrt((seen * searched**2).sum(axis=(1, 2)))
    return FilteredSea(mean=mean, pixel=pixel, behind=behind)


def _lens(chain: OpticalChain, frequency: Array) -> Array:
    """Return what lens and jitter leave, over frequencies down and across."""
    per_mrad = np.hypot(frequency, frequency[:, np.newaxis]) / chain.pixel_mrad
    left: Array = diffraction_mtf(per_mrad, cutoff=chain.cutoff_cycles_mrad) * gaussian_mtf(
        per_mrad, sigma=chain.gaussian_mrad
    )
    return left


def _power(look: _Look, sign: float) -> Array:
    """Return the variance at each frequency, (128, 128), none at 0."""
    covariance = look.covariance + sign * look.turning
    power = np.maximum(np.real(np.fft.fft2(covariance)) / PATCH_PX**2, 0.0)
    power[0, 0] = 0.0
    return np.asarray(power)


@dataclass(frozen=True, slots=True)
class _Sea:
    """A sea as footprints of one width across the look show it."""

    facet_radiance: FacetRadiance
    foam_radiance: float | None
    spectrum: SlopeSpectrum
    width_m: float

    def seen(self, depression_rad: float, azimuth_rad: float) -> _Look:
        """Return what a look meets; its azimuth is from down wind."""
        spectrum = self.spectrum
        patch = sea_patch(
            spectrum, self.width_m, depression_rad=depression_rad, azimuth_rad=azimuth_rad
        )
        held = max(float(patch.resolved[0, 0, 0]), _LEAST_HELD)
        total = spectrum.along(azimuth_rad)
        slopes = seen_slopes(depression_rad, held=held, total=total)
        aside = 0.5 * (spectrum.upwind + spectrum.crosswind)
        light = pixel_light(self.facet_radiance, depression_rad, slopes, aside=aside)
        bent, rougher = 0.5 * float(light.terms[1]) / held, light.by_roughness
        covariance = _series(patch.resolved[0] / held, light.terms**2)
        covariance += rougher**2 * patch.groups + 2.0 * rougher * bent * patch.mixed
        look = _Look(light.mean, covariance, np.zeros(covariance.shape))
        white = whitecap_fraction(spectrum.wind_m_s)
        if self.foam_radiance is None or float(white) < _LEAST_WHITECAPS:
            return look
        return self._with_whitecaps(look, patch, light.terms)

    def _with_whitecaps(self, look: _Look, patch: SeaPatch, terms: Array) -> _Look:
        white = float(whitecap_fraction(self.spectrum.wind_m_s))
        over, bare = (self.foam_radiance or 0.0) - look.mean, 1.0 - white
        along, upwind = (max(float(patch.resolved[i, 0, 0]), _LEAST_HELD) for i in (0, 1))
        steep = _steep_terms(white, upwind / self.spectrum.upwind)
        one_another = patch.resolved[2] / np.sqrt(along * upwind)
        both = 2.0 * bare * over * steep * terms
        covariance = bare**2 * look.covariance + _series(one_another, both * _IS_EVEN)
        covariance += over**2 * _series(patch.resolved[1] / upwind, steep**2)
        turning = _series(one_another, both * (1.0 - _IS_EVEN))
        return _Look(look.mean + white * over, covariance, turning)


def _series(correlation: Array, products: Array) -> Array:
    """Return the covariance of functions of Gaussian values from the products of their terms."""
    covariance, power = np.zeros(correlation.shape), np.ones(correlation.shape)
    for n, product in enumerate(products, start=1):
        power = power * correlation
        covariance += float(product) / factorial(n) * power
    return covariance


def _steep_terms(white: float, resolved: float) -> Array:
    """Return the Hermite terms 1 to 8 of the share of a footprint that is white.

    It is white where the slope down wind is below a limit: of the mean over the footprint and of
    what it does not resolve together.

    Args:
        white: Share of the sea.
        resolved: Share of the slope's variance that footprints resolve.
    """
    limit = NormalDist().inv_cdf(min(white, _MOST_WHITECAPS))
    hermite = np.polynomial.hermite_e.hermevander(limit, 7)[0]
    terms: Array = -NormalDist().pdf(limit) * hermite * np.sqrt(resolved) ** np.arange(1.0, 9.0)
    return terms
