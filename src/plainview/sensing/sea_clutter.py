"""Sea clutter: the slopes of waves, and what a tilted facet of the sea shows of itself and the sky.

A facet of the sea that leans towards the camera is seen steeper: it emits more and mirrors a
higher, colder part of the sky. Waves longer than a pixel's footprint make pixels differ, shorter
ones only blur what a pixel sees.

Model, and what it leaves out:
    The slopes are Gaussian, without a direction of the wind, their variance that of Cox and Munk
    spread evenly over the octaves between the peak of a fully grown sea and the wave of equal
    gravity and surface tension. Waves that hide others, whitecaps, swell and glint are left out.

Source:
    C. Cox, W. Munk, "Measurement of the roughness of the sea surface from photographs of the
    sun's glitter", 1954: variance 0.003 + 0.00512 U. W. J. Pierson, L. Moskowitz, "A proposed
    spectral form for fully developed wind seas", 1964: the peak, and a spectrum that goes with
    the inverse cube of the wavenumber, which is as much slope variance in each octave.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError

__all__ = ["FacetRadiance", "SlopeSpectrum", "facet_look", "slope_spectrum"]

Array = npt.NDArray[np.float64]
FacetRadiance = Callable[[Array, Array], Array]
"""From a facet's incidence and the elevation of what it mirrors, radians, to its radiance."""

_GRAVITY_M_S2: Final = 9.81
_SHORTEST_1_M: Final = float(np.sqrt(1025.0 * _GRAVITY_M_S2 / 0.0728))
"""Wavenumber where gravity equals surface tension: sea water at 20 degrees, 371 rad/m."""
_PEAK: Final = 0.877**2
_LEAST_WIND_M_S: Final = 1.0
"""Below it a sea has no peak that a wind made; the waves of this wind are taken."""
_HIGHEST_WIND_M_S: Final = 20.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SlopeSpectrum:
    """How the slopes of a sea are spread over its waves.

    Args:
        variance: Of the slope, both directions together.
        low_1_m: Wavenumber of the longest waves, radians per metre.
        high_1_m: Of the shortest.
    """

    variance: float
    low_1_m: float
    high_1_m: float

    def density(self, across_1_m: Array, along_1_m: Array) -> Array:
        """Return the variance of the slope along the look, per unit of both wavenumbers.

        Args:
            across_1_m: Wavenumbers across the look, any shape.
            along_1_m: Along it, likewise.
        """
        squared = across_1_m**2 + along_1_m**2
        is_wave = (squared >= self.low_1_m**2) & (squared <= self.high_1_m**2)
        each = self.variance / np.log(self.high_1_m / self.low_1_m) / (2.0 * np.pi)
        safe = np.where(is_wave, squared, 1.0)
        density: Array = np.where(is_wave, each * along_1_m**2 / safe**2, 0.0)
        return density


def slope_spectrum(wind_m_s: float) -> SlopeSpectrum:
    """Return the slopes of a sea under a wind that has blown for long.

    Args:
        wind_m_s: At 12.5 m height, 0 to 20.

    Raises:
        InputError: The wind is none of a sea that the model knows.
    """
    if not 0.0 <= wind_m_s <= _HIGHEST_WIND_M_S:
        raise InputError(
            where="wind_m_s",
            what=f"a wind of {wind_m_s:g} m/s is outside what the slopes were measured in.",
            mend=f"Give 0 to {_HIGHEST_WIND_M_S:g} m/s.",
        )
    wind = max(wind_m_s, _LEAST_WIND_M_S)
    return SlopeSpectrum(
        variance=0.003 + 0.00512 * wind_m_s,
        low_1_m=_PEAK * _GRAVITY_M_S2 / wind**2,
        high_1_m=_SHORTEST_1_M,
    )


def facet_look(depression_rad: Array, slope: Array) -> tuple[Array, Array]:
    """Return how a facet is seen, and what it mirrors.

    Args:
        depression_rad: Of the look, at the sea.
        slope: Of the facet, along the look, positive where it leans towards the camera.

    Returns:
        Its incidence from its own normal, and the elevation of the mirrored direction, both
        radians; a direction below the horizon is taken as the horizon.
    """
    tilt = np.arctan(slope)
    incidence: Array = np.clip(0.5 * np.pi - depression_rad - tilt, 0.0, 0.5 * np.pi)
    mirrored = depression_rad + 2.0 * tilt
    elevation: Array = np.clip(np.minimum(mirrored, np.pi - mirrored), 0.0, 0.5 * np.pi)
    return incidence, elevation
