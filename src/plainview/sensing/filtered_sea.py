"""What a filter lets through of the sea: the clutter of waves, with what a straight model misses.

A pixel that covers several waves still varies: a facet's radiance is not straight in its slope, so
groups of waves, which are long, show in the mean of what they tilt. Slopes are Gaussian; the
covariance of any function of them is a sum of powers of their correlation.

Source:
    The sum over Hermite polynomials: J. S. Bendat, "Nonlinear Systems Techniques and
    Applications", 1998, chapter 2 (Price, Mehler).
"""

from dataclasses import dataclass
from math import factorial
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.sensing.sea_clutter import FacetRadiance, SlopeSpectrum, facet_look
from plainview.sensing.system_mtf import OpticalChain, diffraction_mtf, gaussian_mtf

__all__ = ["BACKGROUND_PX", "FilteredSea", "filter_sea"]

Array = npt.NDArray[np.float64]

BACKGROUND_PX: Final = 21.0
"""Side of the surroundings whose mean is taken away; assumed."""

_PATCH_PX: Final = 64
_PER_PX: Final = (16, 4)
"""Points of the sea for each pixel, down and across: a look that slants draws pixels long. Waves
that are shorter than two points are averaged over."""
_SHAPE: Final = (_PATCH_PX * _PER_PX[0], _PATCH_PX * _PER_PX[1])
_N_POINTS: Final = _SHAPE[0] * _SHAPE[1]
_STEP: Final = 1.0 / _PATCH_PX
_ACROSS: Final[Array] = np.fft.rfftfreq(_SHAPE[1], 1.0 / _PER_PX[1]).astype(np.float64)
_DOWN: Final[Array] = np.fft.fftfreq(_SHAPE[0], 1.0 / _PER_PX[0]).astype(np.float64)[:, np.newaxis]
_BOTH: Final = np.where((_ACROSS > 0.0) & (_ACROSS[-1] > _ACROSS), 2.0, 1.0)
"""How many columns each column of the half plane stands for: the other half is alike."""
_N_TERMS: Final = 5
_REACH: Final = 4.0
_STEPS: Final = np.linspace(-_REACH, _REACH, 41)
_SHARE: Final = np.exp(-0.5 * _STEPS**2) / np.sum(np.exp(-0.5 * _STEPS**2))
_LONG: Final = np.geomspace(1e-4, 1.0, 48)
"""Frequencies within the middle cell, over its half side, for waves longer than the patch."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class FilteredSea:
    """The sea at n ranges, in the unit of the facets' radiance.

    Args:
        mean: (n,) of what pixels see.
        pixel: (n,) 1-sigma from pixel to pixel, within 64 of them.
        behind: (n,) 1-sigma behind the filter.
    """

    mean: Array
    pixel: Array
    behind: Array


def filter_sea(
    facet_radiance: FacetRadiance,
    chain: OpticalChain,
    sides_m: tuple[float, float],
    *,
    range_m: Array,
    depression_rad: Array,
    spectrum: SlopeSpectrum,
) -> FilteredSea:
    """Return the sea's mean and its clutter, before and behind the filter of a spot.

    Args:
        facet_radiance: Of a facet, from its incidence and what it mirrors.
        chain: What blurs the picture.
        sides_m: Width and height of the spot across the line of sight.
        range_m: (n,) slant range.
        depression_rad: (n,) of the look at the sea.
        spectrum: Of the sea's slopes.
    """
    per_mrad = np.hypot(_ACROSS, _DOWN) / chain.pixel_mrad
    camera = (
        diffraction_mtf(per_mrad, cutoff=chain.cutoff_cycles_mrad)
        * gaussian_mtf(per_mrad, sigma=chain.gaussian_mrad)
        * np.sinc(_ACROSS)
        * np.sinc(_DOWN)
    )
    around = np.sinc(BACKGROUND_PX * _ACROSS) * np.sinc(BACKGROUND_PX * _DOWN)
    rows = []
    for distance_m, look_rad in zip(range_m, depression_rad, strict=True):
        pixel_m = chain.pixel_mrad * 1e-3 * float(distance_m)
        width_px, height_px = sides_m[0] / pixel_m, sides_m[1] / pixel_m
        shape = camera * (np.sinc(height_px * _DOWN) * np.sinc(width_px * _ACROSS))
        mean, power = _sea_power(facet_radiance, spectrum, pixel_m, look_rad=float(look_rad))
        seen = power * camera**2
        behind = seen * (shape * (1.0 - around)) ** 2
        rows.append((mean, np.sqrt(seen.sum()), np.sqrt(behind.sum())))
    columns = np.array(rows, np.float64).reshape(-1, 3)
    return FilteredSea(mean=columns[:, 0], pixel=columns[:, 1], behind=columns[:, 2])


def _sea_power(
    facet_radiance: FacetRadiance, spectrum: SlopeSpectrum, pixel_m: float, *, look_rad: float
) -> tuple[float, Array]:
    """Return the mean radiance, and its variance at each frequency of half the patch's plane."""
    across, along = 2.0 * np.pi / pixel_m, 2.0 * np.pi / pixel_m * np.sin(look_rad)
    drawn = spectrum.density(across * _ACROSS, along * _DOWN) * across * along * _STEP**2
    drawn[0, 0] = _long_waves(spectrum, across, along)
    large = float((drawn * _BOTH).sum())
    small = max(0.5 * spectrum.variance - large, 0.0)
    if large <= 0.0:
        mean, _ = _tilted(facet_radiance, look_rad, np.zeros(1), small=small)
        return float(mean[0]), np.zeros(drawn.shape)
    radiance, weight = _tilted(facet_radiance, look_rad, np.sqrt(large) * _STEPS, small=small)
    weight = weight / np.sum(_SHARE * weight)
    mean_radiance = float(np.sum(_SHARE * weight * radiance))
    departs = weight * (radiance - mean_radiance)
    correlation = np.fft.irfft2(drawn, _SHAPE) * (_N_POINTS / large)
    covariance = np.zeros(correlation.shape)
    powered = np.ones(correlation.shape)
    for n in range(1, _N_TERMS + 1):
        hermite = np.polynomial.hermite_e.hermeval(_STEPS, [0.0] * n + [1.0])
        part = float(np.sum(_SHARE * departs * hermite))
        powered *= correlation
        covariance += part**2 / factorial(n) * powered
    power = np.maximum(np.real(np.fft.rfft2(covariance)) / _N_POINTS, 0.0) * _BOTH
    power[0, 0] = 0.0
    return mean_radiance, power


def _long_waves(spectrum: SlopeSpectrum, across: float, along: float) -> float:
    """Return the variance of the slope in waves that are longer than the patch."""
    edges: Array = 0.5 * _STEP * np.concatenate([-_LONG[::-1], _LONG])
    middle: Array = 0.5 * (edges[1:] + edges[:-1])
    width = np.diff(edges)
    density = spectrum.density(across * middle, along * middle[:, np.newaxis])
    return float(np.sum(density * across * along * width * width[:, np.newaxis]))


def _tilted(
    facet_radiance: FacetRadiance, look_rad: float, slope: Array, *, small: float
) -> tuple[Array, Array]:
    """Return what tilted parts of the sea send out, their short waves averaged, and their weight.

    Args:
        facet_radiance: Of a facet.
        look_rad: Depression of the look.
        slope: (m,) of each part, along the look.
        small: Variance of the slope of its short waves.

    Returns:
        Radiance and the area that the look sees of each part, (m,).
    """
    tilts = slope[:, np.newaxis] + np.sqrt(small) * _STEPS
    seen = _SHARE * np.maximum(np.sin(look_rad) + tilts * np.cos(look_rad), 1e-9)
    radiance = facet_radiance(*facet_look(np.float64(look_rad) + np.zeros(1), tilts))
    weight = np.sum(seen, axis=1)
    return np.sum(seen * radiance, axis=1) / weight, weight
