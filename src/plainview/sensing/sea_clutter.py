"""Sea clutter: the slopes of waves, and what a tilted facet of the sea shows of itself and the sky.

A facet of the sea that leans towards the camera is seen steeper: it emits more and mirrors a
higher, colder part of the sky. Waves longer than a pixel's footprint make pixels differ, shorter
ones only blur what a pixel sees, but for their groups.

The sea is the one that the twin draws: Elfouhaily's spectrum with its directions, its height that
of the fully grown sea, its waves in three bands, each of which is lowered where the sum of them
would hold more slope than was measured. What is left up to Cox and Munk's slopes is roughness
without waves.

Source:
    `WaveSpectrum`; W. J. Pierson, L. Moskowitz, "A proposed spectral form for fully developed
    wind seas", 1964: a significant height of 0.0246 U^2; C. Cox, W. Munk, 1954: `slope_variances`.
    The share of the slopes that waves may hold is assumed.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.sensing.sea_surface import slope_variances
from plainview.sensing.wave_spectrum import LEAST_WIND_M_S, WaveSpectrum

__all__ = ["FacetRadiance", "SlopeSpectrum", "facet_look", "slope_spectrum"]

Array = npt.NDArray[np.float64]
FacetRadiance = Callable[[Array, Array], Array]
"""From a facet's incidence and the elevation of what it mirrors, radians, to its radiance."""

_HIGHEST_WIND_M_S: Final = 20.0
_BAND: Final = 11.2
"""Wave number at the end of each band over that of the band before; of the first over the peak.
The twin's tiles hold these."""
_N_BANDS: Final = 3
_MOST_IN_WAVES: Final = 0.85
_LEAST_SHARE: Final = 0.02
_LONGEST: Final = 0.1
"""Wave number of the longest waves over that of the peak: there is nothing beyond."""
_N_WAVES: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SlopeSpectrum:
    """How the slopes of a sea are spread over its waves and their directions.

    Args:
        wind_m_s: At 10 m height.
        upwind: Variance of the slope along the wind, waves and roughness together.
        crosswind: Across it.
        low_1_m: Wave number of the longest waves, radians per metre.
        high_1_m: Of the shortest; what is shorter is roughness.
        height_m4: (n,) height's variance per area of wave numbers, the mean of all directions, at
            wave numbers between the two, evenly by their logarithm.
        spreading: (n,) how much more there is along the wind than that mean, 0 to 1.
    """

    wind_m_s: float
    upwind: float
    crosswind: float
    low_1_m: float
    high_1_m: float
    height_m4: Array
    spreading: Array

    def density(self, downwind_1_m: Array, crosswind_1_m: Array) -> Array:
        """Return the variance of height per area of wave numbers, waves of both ways together.

        Args:
            downwind_1_m: (...) wave numbers along the wind, radians per metre.
            crosswind_1_m: (...) across it.

        Returns:
            (...) m^4; its integral over the whole plane is the variance of height.
        """
        along, across = downwind_1_m**2, crosswind_1_m**2
        squared = along + across
        safe = np.maximum(squared, 1e-18)
        place = (0.5 * np.log(safe) - np.log(self.low_1_m)) * self._per_log
        index = np.rint(place).astype(np.int64)
        is_wave = (index >= 0) & (index < len(self.height_m4))
        index = np.where(is_wave, index, 0)
        towards = (along - across) / safe
        density: Array = np.where(
            is_wave, self.height_m4[index] * (1.0 + self.spreading[index] * towards), 0.0
        )
        return density

    def along(self, azimuth_rad: float) -> float:
        """Return the variance of the slope along a look, all waves and roughness.

        Args:
            azimuth_rad: Between the look and where the wind blows to.
        """
        cosine = float(np.cos(azimuth_rad))
        return self.upwind * cosine**2 + self.crosswind * (1.0 - cosine**2)

    @property
    def _per_log(self) -> float:
        return (len(self.height_m4) - 1) / float(np.log(self.high_1_m / self.low_1_m))


@lru_cache(maxsize=16)
def slope_spectrum(wind_m_s: float) -> SlopeSpectrum:
    """Return the slopes of a sea under a wind that has blown for long.

    Args:
        wind_m_s: At 10 m height, 0 to 20; below 0.5 the waves of 0.5 are taken.

    Raises:
        InputError: The wind is none of a sea that the model knows.
    """
    if not 0.0 <= wind_m_s <= _HIGHEST_WIND_M_S:
        raise InputError(
            where="wind_m_s",
            what=f"a wind of {wind_m_s:g} m/s is outside what the slopes were measured in.",
            mend=f"Give 0 to {_HIGHEST_WIND_M_S:g} m/s.",
        )
    wind = max(wind_m_s, LEAST_WIND_M_S)
    spectrum, measured = WaveSpectrum(wind_m_s=wind), slope_variances(wind)
    total = np.array([float(measured.upwind), float(measured.crosswind)])
    peak = spectrum.peak_wave_number_1_m
    low, high = _LONGEST * peak, _BAND**_N_BANDS * peak
    k = np.geomspace(low, high, _N_WAVES)
    height, spreading = spectrum.elevation_m3(k), spectrum.spreading(k)
    per_log = k * np.log(high / low) / (_N_WAVES - 1)
    height = height * (0.0246 * wind**2 / 4.0) ** 2 / np.sum(height * per_log)
    halves = 0.5 + 0.25 * np.stack([spreading, -spreading])
    slopes = halves * height * k**2 * per_log
    band = np.clip(np.log(k / peak) // np.log(_BAND), 0, _N_BANDS - 1)
    held = np.zeros(2)
    for n in range(_N_BANDS):
        own = slopes[:, band == n].sum(axis=1)
        share = float(np.min(np.clip((_MOST_IN_WAVES * total - held) / own, _LEAST_SHARE, 1.0)))
        height = np.where(band == n, share * height, height)
        held += share * own
    return SlopeSpectrum(
        wind_m_s=wind,
        upwind=float(total[0]),
        crosswind=float(total[1]),
        low_1_m=low,
        high_1_m=high,
        height_m4=height / (2.0 * np.pi * k),
        spreading=spreading,
    )


def facet_look(
    depression_rad: float, slope: Array, aside: Array | float = 0.0
) -> tuple[Array, Array]:
    """Return how a facet is seen, and what it mirrors.

    Args:
        depression_rad: Of the look, at the sea.
        slope: (...) of the facet, along the look, positive where it leans towards the camera.
        aside: (...) across the look.

    Returns:
        Its incidence from its own normal, and the elevation of the mirrored direction, both
        radians; a facet that faces away is taken as met edge-on, a direction below the horizon as
        the horizon.
    """
    per = 1.0 / np.sqrt(1.0 + slope**2 + np.square(aside))
    cosine = np.clip((np.sin(depression_rad) + slope * np.cos(depression_rad)) * per, 0.0, 1.0)
    rise = np.clip(2.0 * cosine * per - np.sin(depression_rad), 0.0, 1.0)
    return np.arccos(cosine), np.arcsin(rise)
