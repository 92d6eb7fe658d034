"""Planck's law: what a black body radiates at a wavelength and over a band, and back.

Radiances are in W m^-2 sr^-1 over a band, in W m^-2 sr^-1 um^-1 at a wavelength. Bands are
between two wavelengths in micrometres, with the same weight everywhere.

Source:
    The integral of Planck's law as a sum of exponentials: W. K. Widger, M. P. Woodall,
    "Integration of the Planck blackbody radiation function", Bulletin of the American
    Meteorological Society 57, 1976; constants of the SI of 2019.
"""

from functools import lru_cache
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError

__all__ = [
    "band_photon_radiance",
    "band_radiance",
    "band_radiance_slope",
    "brightness_temperature_k",
    "spectral_radiance",
]

Array = npt.NDArray[np.float64]

_PLANCK_J_S: Final = 6.62607015e-34
_LIGHT_M_S: Final = 299_792_458.0
_BOLTZMANN_J_K: Final = 1.380649e-23
_SECOND_UM_K: Final = 1e6 * _PLANCK_J_S * _LIGHT_M_S / _BOLTZMANN_J_K
"""The second radiation constant h c / k, 14,387.77 um K."""
_ENERGY: Final = 2.0 * _BOLTZMANN_J_K**4 / (_PLANCK_J_S**3 * _LIGHT_M_S**2)
"""Radiance over all wavelengths is this times T^4 times pi^4 / 15."""
_PHOTONS: Final = 2.0 * _BOLTZMANN_J_K**3 / (_PLANCK_J_S**3 * _LIGHT_M_S**2)
_N_TERMS: Final = 20
"""The last term of the sum is some 1e-9 of it where x is 1, and less beyond."""
_SMALL_ENERGY: Final = (1 / 3, -1 / 8, 1 / 60, 0.0, -1 / 5040, 0.0, 1 / 272160, 0.0, -1 / 13305600)
_SMALL_PHOTONS: Final = (1 / 2, -1 / 6, 1 / 48, 0.0, -1 / 4320, 0.0, 1 / 241920)
_ALL_ENERGY: Final = np.pi**4 / 15.0
_ALL_PHOTONS: Final = 2.4041138063191885
"""Twice Riemann's zeta of 3."""
_COLDEST_K: Final = 2.0
_HOTTEST_K: Final = 20_000.0
_N_KNOTS: Final = 600
_N_NEWTON_STEPS: Final = 3


def spectral_radiance(temperature_k: npt.ArrayLike, wavelength_um: npt.ArrayLike) -> Array:
    """Return the radiance of black bodies at wavelengths, W m^-2 sr^-1 um^-1.

    Args:
        temperature_k: (...) kelvin, from 0; NaN gives NaN.
        wavelength_um: (...) micrometres, above 0.

    Raises:
        InputError: A temperature lies below absolute zero, or a wavelength is not above 0.
    """
    temperature = _checked_temperature(temperature_k)
    wavelength = np.asarray(wavelength_um, np.float64)
    if np.any(wavelength <= 0.0):
        raise InputError(
            where="wavelength_um",
            what=f"a wavelength of {float(np.min(wavelength)):g} um is none.",
            mend="Give wavelengths above 0, in micrometres.",
        )
    first = 2e24 * _PLANCK_J_S * _LIGHT_M_S**2
    with np.errstate(divide="ignore", over="ignore"):
        x = _SECOND_UM_K / (wavelength * temperature)
        return np.asarray(first / wavelength**5 / np.expm1(x))


def band_radiance(temperature_k: npt.ArrayLike, *, low_um: float, high_um: float) -> Array:
    """Return the radiance of black bodies over a band, W m^-2 sr^-1, to some 1e-8 of it.

    Args:
        temperature_k: (...) kelvin, from 0; NaN gives NaN.
        low_um: Where the band begins, micrometres, above 0.
        high_um: Where it ends, above `low_um`.

    Raises:
        InputError: A temperature lies below absolute zero, or the band is none.

    >>> round(float(band_radiance(300.0, low_um=8.0, high_um=12.0)), 2)
    38.5
    """
    temperature, low_x, high_x = _band(temperature_k, low_um, high_um)
    return np.asarray(_ENERGY * temperature**4 * (_energy_beyond(high_x) - _energy_beyond(low_x)))


def band_radiance_slope(temperature_k: npt.ArrayLike, *, low_um: float, high_um: float) -> Array:
    """Return how much the radiance over a band grows a kelvin, W m^-2 sr^-1 K^-1.

    Args:
        temperature_k: (...) kelvin, from 0; NaN gives NaN.
        low_um: Where the band begins, micrometres, above 0.
        high_um: Where it ends, above `low_um`.

    Raises:
        InputError: A temperature lies below absolute zero, or the band is none.
    """
    temperature, low_x, high_x = _band(temperature_k, low_um, high_um)
    inside = _energy_beyond(high_x) - _energy_beyond(low_x)
    edges = _edge(high_x) - _edge(low_x)
    return np.asarray(_ENERGY * temperature**3 * (4.0 * inside + edges))


def band_photon_radiance(temperature_k: npt.ArrayLike, *, low_um: float, high_um: float) -> Array:
    """Return the photons that black bodies send out over a band, s^-1 m^-2 sr^-1.

    Args:
        temperature_k: (...) kelvin, from 0; NaN gives NaN.
        low_um: Where the band begins, micrometres, above 0.
        high_um: Where it ends, above `low_um`.

    Raises:
        InputError: A temperature lies below absolute zero, or the band is none.
    """
    temperature, low_x, high_x = _band(temperature_k, low_um, high_um)
    inside = _photons_beyond(high_x) - _photons_beyond(low_x)
    return np.asarray(_PHOTONS * temperature**3 * inside)


def brightness_temperature_k(radiance: npt.ArrayLike, *, low_um: float, high_um: float) -> Array:
    """Return the temperature of the black body that has a radiance over a band, kelvin.

    Args:
        radiance: (...) W m^-2 sr^-1.
        low_um: Where the band begins, micrometres, above 0.
        high_um: Where it ends, above `low_um`.

    Returns:
        (...) within 1e-6 of itself from 2 to 20,000 K; 0 for no radiance; NaN for a radiance
        below 0 or beyond those temperatures.

    Raises:
        InputError: The band is none.
    """
    value = np.asarray(radiance, np.float64)
    log_knots, inverse_knots = _inverse_knots(low_um, high_um)
    with np.errstate(divide="ignore", invalid="ignore"):
        log_radiance = np.log(value)
    is_known = (log_radiance >= log_knots[0]) & (log_radiance <= log_knots[-1])
    wanted = np.where(is_known, log_radiance, log_knots[-1])
    temperature = 1.0 / np.interp(wanted, log_knots, inverse_knots)
    for _ in range(_N_NEWTON_STEPS):  # in ln L over 1/T, which is nearly a line
        now = band_radiance(temperature, low_um=low_um, high_um=high_um)
        slope = band_radiance_slope(temperature, low_um=low_um, high_um=high_um)
        missing = (wanted - np.log(now)) * now / (slope * temperature)
        temperature = temperature / (1.0 - missing)
    return np.where(is_known, temperature, np.where(value == 0.0, 0.0, np.nan))


@lru_cache(maxsize=64)
def _inverse_knots(low_um: float, high_um: float) -> tuple[Array, Array]:
    """Return ln of the radiance and 1/T at temperatures where there is a radiance, rising."""
    inverse = np.linspace(1.0 / _COLDEST_K, 1.0 / _HOTTEST_K, _N_KNOTS)
    inverse = np.unique(np.concatenate([inverse, 1.0 / np.geomspace(10.0, _HOTTEST_K, _N_KNOTS)]))
    radiance = band_radiance(1.0 / inverse, low_um=low_um, high_um=high_um)
    is_any = radiance > 1e-300
    return np.log(radiance[is_any])[::-1], inverse[is_any][::-1]


def _checked_temperature(temperature_k: npt.ArrayLike) -> Array:
    temperature = np.asarray(temperature_k, np.float64)
    if np.any(temperature < 0.0):
        raise InputError(
            where="temperature_k",
            what=f"{float(np.nanmin(temperature)):g} K lies below absolute zero.",
            mend="Give temperatures in kelvin, from 0; 0 degrees Celsius are 273.15 K.",
        )
    return temperature


def _band(
    temperature_k: npt.ArrayLike, low_um: float, high_um: float
) -> tuple[Array, Array, Array]:
    """Return the temperatures, and h c / (wavelength k T) at both ends of the band."""
    if not 0.0 < low_um < high_um < np.inf:
        raise InputError(
            where="low_um, high_um",
            what=f"a band from {low_um:g} to {high_um:g} um is none.",
            mend="Give two wavelengths above 0, in micrometres, the shorter one first.",
        )
    temperature = _checked_temperature(temperature_k)
    with np.errstate(divide="ignore"):
        return (
            temperature,
            _SECOND_UM_K / (low_um * temperature),
            _SECOND_UM_K / (high_um * temperature),
        )


def _energy_beyond(x: Array) -> Array:
    """Return the integral of x^3 / (e^x - 1) from x on, (...)."""
    small = np.minimum(x, 1.0)
    near = _ALL_ENERGY - small**3 * _polynomial(_SMALL_ENERGY, small)
    large = np.clip(x, 1.0, 700.0)
    far = np.zeros_like(large)
    for n in range(_N_TERMS, 0, -1):
        terms = ((large / n + 3.0 / n**2) * large + 6.0 / n**3) * large + 6.0 / n**4
        far += np.exp(-n * large) * terms
    return np.where(x < 1.0, near, np.where(x > 700.0, 0.0 * small, far))


def _photons_beyond(x: Array) -> Array:
    """Return the integral of x^2 / (e^x - 1) from x on, (...)."""
    small = np.minimum(x, 1.0)
    near = _ALL_PHOTONS - small**2 * _polynomial(_SMALL_PHOTONS, small)
    large = np.clip(x, 1.0, 700.0)
    far = np.zeros_like(large)
    for n in range(_N_TERMS, 0, -1):
        far += np.exp(-n * large) * ((large / n + 2.0 / n**2) * large + 2.0 / n**3)
    return np.where(x < 1.0, near, np.where(x > 700.0, 0.0 * small, far))


def _edge(x: Array) -> Array:
    """Return x^4 / (e^x - 1), (...); 0 where x is endless."""
    large = np.minimum(x, 700.0)
    return np.asarray(np.where(x > 700.0, 0.0, large**4 / np.expm1(large)))


def _polynomial(factors: tuple[float, ...], x: Any) -> Any:
    value = np.zeros_like(x)
    for factor in reversed(factors):
        value = value * x + factor
    return value
