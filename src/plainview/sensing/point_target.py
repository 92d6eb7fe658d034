"""Whether a warm spot stands out: signal over noise, and over noise and clutter together.

A spot of few pixels is searched with the filter that fits its blurred shape, after the mean of
its surroundings is taken away. What the filter lets through of the detector's noise and of the
waves says how far a spot stands out; the false alarms that are borne say how far it must.

Source:
    D. O. North's matched filter, as in W. K. Pratt, "Digital Image Processing", chapter 19, with
    the noise behind the filter taken from its spectrum; threshold and detection of a known signal
    in Gaussian noise after H. L. Van Trees, "Detection, Estimation, and Modulation Theory", 1968.
"""

from dataclasses import dataclass
from math import erf
from statistics import NormalDist
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.sensing.filtered_sea import BACKGROUND_PX
from plainview.sensing.system_mtf import OpticalChain, diffraction_mtf, gaussian_mtf

__all__ = [
    "FilteredSpot",
    "detection_probability",
    "filter_spot",
    "threshold_from_false_alarms",
]

Array = npt.NDArray[np.float64]

_EDGES: Final = np.geomspace(2e-4, 1.5, 81)
"""Spatial frequencies, cycles a pixel: rings about none."""
_RADII: Final = np.sqrt(0.5 * (_EDGES[1:] ** 2 + _EDGES[:-1] ** 2))
_ANGLES: Final = (np.arange(16) + 0.5) / 16.0 * (0.5 * np.pi)
"""One quarter of all directions: the others are alike."""
_CROSS: Final = _RADII[:, np.newaxis] * np.cos(_ANGLES)
_DOWN: Final = _RADII[:, np.newaxis] * np.sin(_ANGLES)
_ANYWHERE: Final = np.sinc(_CROSS) * np.sinc(_DOWN)
"""What is left where a spot lies anywhere within the pixel that the filter is centred on."""
_SAMPLED: Final = _CROSS - np.round(_CROSS), _DOWN - np.round(_DOWN)
"""The filter's own frequencies: it works on samples, and cannot tell those a whole cycle apart."""
_CELL: Final = np.diff(np.pi * _EDGES**2)[:, np.newaxis] / 16.0
"""Area of frequencies that each value stands for, all quarters together."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FilteredSpot:
    """What the filter makes of spots at n ranges.

    Args:
        signal: (n,) behind the filter, for a spot of one unit of radiance over its surroundings.
        noise: (n,) 1-sigma behind the filter for noise of one unit a pixel.
    """

    signal: Array
    noise: Array


def filter_spot(
    chain: OpticalChain,
    sides_m: tuple[float, float],
    *,
    range_m: Array,
) -> FilteredSpot:
    """Return what the filter lets through of a spot and of noise at each range.

    Args:
        chain: What blurs the picture.
        sides_m: Width and height of the spot across the line of sight.
        range_m: (n,) slant range.
    """
    pixel_m = (chain.pixel_mrad * 1e-3 * range_m)[:, np.newaxis, np.newaxis]
    sides_px = sides_m[0] / pixel_m, sides_m[1] / pixel_m
    shape = _shape(chain, sides_px, (_CROSS, _DOWN))
    sampled = _shape(chain, sides_px, _SAMPLED) * (1.0 - _surroundings(*_SAMPLED))
    searched = shape * (1.0 - _surroundings(_CROSS, _DOWN))
    area_px = sides_m[0] * sides_m[1] / pixel_m[:, 0, 0] ** 2
    return FilteredSpot(
        signal=area_px * np.sum(sampled * shape * _ANYWHERE * _CELL, axis=(1, 2)),
        noise=np.sqrt(np.sum(searched**2 * _CELL, axis=(1, 2))),
    )


def threshold_from_false_alarms(
    false_alarms_per_hour: float, *, pixels: int, frame_rate_hz: float
) -> float:
    """Return how many sigmas a spot must stand out, for so many false alarms an hour.

    Each pixel of each picture is taken as a trial of its own with Gaussian noise.

    Raises:
        InputError: So many, or so few, that no threshold gives them.
    """
    trials = pixels * frame_rate_hz * 3600.0
    share = false_alarms_per_hour / trials
    if not 1e-300 < share < 0.5:
        raise InputError(
            where="false_alarms_per_hour",
            what=f"no threshold gives {false_alarms_per_hour:g} of {trials:.3g} trials an hour.",
            mend="Give a number above 0, such as 1.",
        )
    return -NormalDist().inv_cdf(share)


def detection_probability(signal_to_noise: npt.ArrayLike, *, threshold: float) -> Array:
    """Return how likely one picture shows a spot above the threshold.

    Args:
        signal_to_noise: How far it stands out behind the filter, any shape.
        threshold: In sigmas.
    """
    above = (np.asarray(signal_to_noise, np.float64) - threshold) / np.sqrt(2.0)
    probability: Array = 0.5 + 0.5 * np.vectorize(erf, otypes=[float])(above)
    return probability


def _shape(
    chain: OpticalChain, sides_px: tuple[Array, Array], frequencies: tuple[Array, Array]
) -> Array:
    """Return what the camera leaves of a spot over frequencies; its pixels are square."""
    across, down = frequencies
    per_mrad = np.hypot(across, down) / chain.pixel_mrad
    lens = diffraction_mtf(per_mrad, cutoff=chain.cutoff_cycles_mrad) * gaussian_mtf(
        per_mrad, sigma=chain.gaussian_mrad
    )
    camera = lens * np.sinc(across) * np.sinc(down)
    left: Array = np.sinc(sides_px[0] * across) * np.sinc(sides_px[1] * down) * camera
    return left


def _surroundings(across: Array, down: Array) -> Array:
    """Return what the mean of the surroundings keeps."""
    kept: Array = np.sinc(BACKGROUND_PX * across) * np.sinc(BACKGROUND_PX * down)
    return kept
