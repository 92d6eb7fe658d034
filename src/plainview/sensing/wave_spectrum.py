"""Wave spectrum: how wind waves share their height over wave numbers and directions.

Directions are from where the waves run to: angle 0 is down wind. Waves run down wind only
(half of the plane), which keeps the spectrum's slopes along and across.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "LEAST_WIND_M_S",
    "MOST_WIND_M_S",
    "WaveSpectrum",
    "wave_frequency_rad_s",
]

Array = npt.NDArray[np.float64]

GRAVITY_M_S2: Final = 9.81
MOST_WIND_M_S: Final = 25.0
"""Beyond it the sea is no longer what the spectrum and the slopes were measured on."""
LEAST_WIND_M_S: Final = 0.5
"""A calmer sea is drawn as this one: its waves are millimetres."""

_K_M_1_M: Final = 370.0
_C_M_M_S: Final = 0.23
"""Where the phase speed is least, and that speed; equation 24 of the paper."""
_OMEGA_FULL: Final = 0.84
"""Inverse wave age of a fully developed sea."""


def wave_frequency_rad_s(wave_number_1_m: Array) -> Array:
    """Return the frequency of waves on deep water, with surface tension, (...)."""
    k = wave_number_1_m
    frequency: Array = np.sqrt(GRAVITY_M_S2 * k * (1.0 + (k / _K_M_1_M) ** 2))
    return frequency


@dataclass(frozen=True, slots=True, kw_only=True)
class WaveSpectrum:
    """The spectrum of a fully developed wind sea.

    Args:
        wind_m_s: Speed of the wind at 10 m.

    Source:
        T. Elfouhaily, B. Chapron, K. Katsaros, D. Vandemark, "A unified directional spectrum
        for long and short wind-driven waves", J. Geophys. Res. 102(C7), 1997.
    """

    wind_m_s: float

    @property
    def _wind(self) -> float:
        return max(self.wind_m_s, LEAST_WIND_M_S)

    @property
    def peak_wave_number_1_m(self) -> float:
        """Wave number of the highest waves, rad/m."""
        return GRAVITY_M_S2 * (_OMEGA_FULL / self._wind) ** 2

    @property
    def friction_velocity_m_s(self) -> float:
        """Of the air over the water (the paper's drag, its equation 61)."""
        return math.sqrt((0.8 + 0.065 * self._wind) * 1e-3) * self._wind

    def _phase_speed_m_s(self, k: Array) -> Array:
        speed: Array = np.sqrt(GRAVITY_M_S2 / k * (1.0 + (k / _K_M_1_M) ** 2))
        return speed

    def elevation_m3(self, wave_number_1_m: Array) -> Array:
        """Return the omnidirectional spectrum of height, m^3 for rad/m; equations 30 to 41."""
        k, k_p = wave_number_1_m, self.peak_wave_number_1_m
        c = self._phase_speed_m_s(k)
        c_p = math.sqrt(GRAVITY_M_S2 / k_p)
        root = np.sqrt(k / k_p) - 1.0
        sigma = 0.08 * (1.0 + 4.0 * _OMEGA_FULL**-3)
        peak = np.exp(-1.25 * (k_p / k) ** 2) * 1.7 ** np.exp(-(root**2) / (2.0 * sigma**2))
        long = 0.003 * _OMEGA_FULL**0.55 * c_p / c * peak
        long = long * np.exp(-_OMEGA_FULL / math.sqrt(10.0) * root)
        ratio = self.friction_velocity_m_s / _C_M_M_S
        alpha_m = 0.01 * (1.0 + (1.0 if ratio < 1.0 else 3.0) * math.log(ratio))
        short = 0.5 * max(alpha_m, 0.0) * _C_M_M_S / c
        short = short * peak * np.exp(-0.25 * (k / _K_M_1_M - 1.0) ** 2)
        spectrum: Array = (long + short) / k**3
        return spectrum

    def spreading(self, wave_number_1_m: Array) -> Array:
        """Return the share of up over across wind, tanh of equation 57, (...)."""
        c = self._phase_speed_m_s(wave_number_1_m)
        c_p = math.sqrt(GRAVITY_M_S2 / self.peak_wave_number_1_m)
        a_m = 0.13 * self.friction_velocity_m_s / _C_M_M_S
        delta: Array = np.tanh(
            0.25 * math.log(4.0) + 4.0 * (c / c_p) ** 2.5 + a_m * (_C_M_M_S / c) ** 2.5
        )
        return delta

    def density_m4(self, along_1_m: Array, across_1_m: Array) -> Array:
        """Return the spectrum of height over the plane of wave numbers, down-wind half only.

        Args:
            along_1_m: (...) wave number down wind, rad/m.
            across_1_m: (...) across wind.

        Returns:
            (...) m^4; its integral over the half plane is the variance of height.
        """
        k = np.maximum(np.hypot(along_1_m, across_1_m), 1e-9)
        cosine_2 = (along_1_m**2 - across_1_m**2) / k**2
        both = self.elevation_m3(k) * (1.0 + self.spreading(k) * cosine_2) / (2.0 * math.pi * k)
        density: Array = np.where(along_1_m > 0.0, 2.0 * both, 0.0)
        return density
