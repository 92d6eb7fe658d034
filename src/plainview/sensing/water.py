"""What water does to light that meets it: its refractive index, and Fresnel's equations.

The constants are of pure water at 25 degrees Celsius; what sea salt and another temperature
change is left out.
"""

from functools import cache, lru_cache
from importlib import resources
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.sensing.planck import spectral_radiance

__all__ = ["fresnel_reflectance", "water_reflectance", "water_refractive_index"]

Array = npt.NDArray[np.float64]
Complex = npt.NDArray[np.complex128]

_FILE: Final = "water_index.csv"
_WATER_K: Final = 290.0
"""Of the black body by which thermal bands are weighted."""
_THERMAL_FROM_UM: Final = 2.5
_N_WAVELENGTHS: Final = 41
_N_COSINES: Final = 1001


def water_refractive_index(wavelength_um: npt.ArrayLike) -> Complex:
    """Return the complex refractive index n + ik of water.

    Args:
        wavelength_um: (...) micrometres, 0.4 to 15.

    Raises:
        InputError: A wavelength lies outside the table.

    Source:
        G. M. Hale, M. R. Querry, Applied Optics 12, 555-563, 1973 (through the refractiveindex.info
        database); between its wavelengths n is linear, and k is linear in its logarithm.
    """
    wavelength = np.asarray(wavelength_um, np.float64)
    known_um, real, imaginary = _table()
    if not np.all((wavelength >= known_um[0]) & (wavelength <= known_um[-1])):
        raise InputError(
            where="wavelength_um",
            what="the refractive index of water is known from 0.4 to 15 um here.",
            mend="Give wavelengths in micrometres, inside that range.",
        )
    n = np.interp(wavelength, known_um, real)
    k = np.exp(np.interp(wavelength, known_um, np.log(imaginary)))
    return np.asarray(n + 1j * k)


def fresnel_reflectance(cosine: npt.ArrayLike, index: npt.ArrayLike) -> Array:
    """Return what share of unpolarised light a smooth surface reflects.

    Args:
        cosine: (...) of the angle between ray and normal, 0 to 1.
        index: (...) complex refractive index of what lies behind the surface; air before it.

    Source:
        Fresnel's equations, as in M. Born, E. Wolf, "Principles of Optics", section 1.5.
    """
    incident = np.asarray(cosine, np.complex128)
    squared = np.asarray(index, np.complex128) ** 2
    refracted = np.sqrt(squared - 1.0 + incident**2)
    across = (incident - refracted) / (incident + refracted)
    along = (squared * incident - refracted) / (squared * incident + refracted)
    return np.asarray(0.5 * (np.abs(across) ** 2 + np.abs(along) ** 2))


def water_reflectance(cosine: npt.ArrayLike, *, low_um: float, high_um: float) -> Array:
    """Return what share of the light of a band smooth water reflects; the rest is its emissivity.

    From 2.5 um on wavelengths weigh as in a black body of 290 K, below they weigh the same.

    Args:
        cosine: (...) of the angle between ray and normal, 0 to 1; clipped to it.
        low_um: Where the band begins, micrometres.
        high_um: Where it ends.

    Returns:
        (...) within 5e-5 of the mean of Fresnel's equations.

    Raises:
        InputError: The band is none, or water is not known in it.
    """
    table = _band_table(float(low_um), float(high_um))
    place = np.clip(np.asarray(cosine, np.float64), 0.0, 1.0)
    # The curve is steep at grazing looks, where the nodes lie close.
    return np.asarray(np.interp(np.sqrt(place), np.linspace(0.0, 1.0, _N_COSINES), table))


@lru_cache(maxsize=32)
def _band_table(low_um: float, high_um: float) -> Array:
    """Return the band's reflectance at even steps of the root of the cosine."""
    if not low_um < high_um:
        raise InputError(
            where="low_um, high_um",
            what=f"a band from {low_um:g} to {high_um:g} um is none.",
            mend="Give two wavelengths in micrometres, the shorter one first.",
        )
    wavelength = np.linspace(low_um, high_um, _N_WAVELENGTHS)
    index = water_refractive_index(wavelength)
    cosine = np.linspace(0.0, 1.0, _N_COSINES) ** 2
    reflectance = fresnel_reflectance(cosine[:, np.newaxis], index)
    is_thermal = low_um >= _THERMAL_FROM_UM
    weight = spectral_radiance(_WATER_K, wavelength) if is_thermal else np.ones_like(wavelength)
    weight[[0, -1]] *= 0.5  # the trapezium rule
    return np.asarray(reflectance @ (weight / weight.sum()))


@cache
def _table() -> tuple[Array, Array, Array]:
    """Return wavelength, n and k of the file that ships with the package."""
    text = resources.files("plainview.sensing").joinpath("data", _FILE).read_text()
    rows = [line.split(",") for line in text.splitlines() if line and not line.startswith("#")]
    wavelength, real, imaginary = np.array(rows, dtype=np.float64).T
    return wavelength, real, imaginary
