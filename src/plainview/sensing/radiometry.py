"""From the raw counts of a FLIR camera to temperatures, and back.

What reaches the detector is what the thing radiates, what it reflects, what the air on both sides
of the window radiates, and what the window does, each weakened by what lies before it. Counts are
proportional to radiation, so they add up, and Planck's law turns those of the thing alone into its
temperature.

Source:
    FLIR, "Toolkit IC2 Dig16 Developers Guide", as told in W. Minkina, S. Dudzik, "Infrared
    Thermography: Errors and Uncertainties", 2009, chapter 2; the air on each side of the window
    is half the distance.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview.model import Radiometry

__all__ = [
    "KELVIN_AT_0_C",
    "accuracy_k",
    "atmosphere_transmission",
    "celsius_text",
    "counts_from_temperature_k",
    "temperature_k_from_counts",
]

Array = npt.NDArray[np.float64]

KELVIN_AT_0_C: Final = 273.15
_WATER: Final = (1.5587, 6.939e-2, -2.7816e-4, 6.8455e-7)
"""Logarithm of the water in saturated air, by powers of its temperature in degrees Celsius."""


def temperature_k_from_counts(
    counts: npt.NDArray[np.uint16] | npt.NDArray[np.float64], radiometry: Radiometry
) -> Array:
    """Return the temperature of what each pixel sees.

    Args:
        counts: Raw values of the detector, of any shape.
        radiometry: What turns them into temperatures.

    Returns:
        Kelvin, of the same shape; NaN where the counts are those of no temperature.
    """
    gain, offset = _gain_and_offset(radiometry)
    own = gain * np.asarray(counts, np.float64) - offset
    return _temperature_k(own, radiometry)


def counts_from_temperature_k(temperature_k: Array, radiometry: Radiometry) -> Array:
    """Return the counts that things of some temperatures give; not rounded.

    Args:
        temperature_k: Kelvin, above 0, of any shape.
        radiometry: What turns counts into temperatures.
    """
    gain, offset = _gain_and_offset(radiometry)
    radiated = _radiation(np.asarray(temperature_k, np.float64), radiometry)
    return np.asarray((radiated + offset) / gain)


def accuracy_k(temperature_k: Any, radiometry: Radiometry) -> Any:
    """Return how far from the truth a reading may be by what the maker states, kelvin.

    Args:
        temperature_k: Readings, kelvin; a number or an array.
        radiometry: Of the camera.
    """
    celsius = np.abs(np.asarray(temperature_k, np.float64) - KELVIN_AT_0_C)
    return np.maximum(radiometry.accuracy_k, radiometry.accuracy_ratio * celsius)


def celsius_text(temperature_c: float, *, accuracy: float) -> str:
    """Return a temperature for people, with no digit beyond its accuracy.

    Args:
        temperature_c: Degrees Celsius.
        accuracy: How far it may be off, in the same degrees.

    >>> celsius_text(21.3374, accuracy=2.0)
    '21 ± 2 °C'
    >>> celsius_text(-0.4, accuracy=0.5)
    '-0.4 ± 0.5 °C'
    """
    n_digits = 0 if accuracy >= 1.0 else 1
    shown = round(temperature_c, n_digits) + 0.0  # no minus before nothing
    up = float(np.ceil(round(accuracy * 10**n_digits, 6))) / 10**n_digits
    return f"{shown:.{n_digits}f} ± {up:.{n_digits}f} °C"


def atmosphere_transmission(radiometry: Radiometry) -> float:
    """Return the share of radiation that half the air between camera and thing lets through."""
    celsius = radiometry.atmosphere_k - KELVIN_AT_0_C
    powers = sum(factor * celsius**power for power, factor in enumerate(_WATER))
    root_water = np.sqrt(radiometry.relative_humidity * np.exp(powers))
    root_distance = np.sqrt(0.5 * radiometry.object_distance_m)
    first, second = (
        np.exp(-root_distance * (alpha + beta * root_water))
        for alpha, beta in zip(
            radiometry.transmission_alpha, radiometry.transmission_beta, strict=True
        )
    )
    x = radiometry.transmission_x
    return float(x * first + (1.0 - x) * second)


def _gain_and_offset(radiometry: Radiometry) -> tuple[float, float]:
    """Return what the thing's own counts are of all counts: gain times them, less an offset."""
    air = atmosphere_transmission(radiometry)
    window, emissivity = radiometry.window_transmission, radiometry.emissivity
    from_reflected = (1.0 - emissivity) / emissivity
    from_near_air = (1.0 - air) / (emissivity * air)
    from_window = (1.0 - window) / (emissivity * air * window)
    from_far_air = (1.0 - air) / (emissivity * air * window * air)
    of_air = float(_radiation(np.float64(radiometry.atmosphere_k), radiometry))
    of_reflected = float(_radiation(np.float64(radiometry.reflected_k), radiometry))
    of_window = float(_radiation(np.float64(radiometry.window_k), radiometry))
    offset = (
        from_reflected * of_reflected
        + (from_near_air + from_far_air) * of_air
        + from_window * of_window
    )
    return 1.0 / (emissivity * air * window * air), offset


def _radiation(temperature_k: Any, radiometry: Radiometry) -> Any:
    """Return the counts of a black body right before the detector."""
    bodies = np.exp(radiometry.planck_b_k / temperature_k) - radiometry.planck_f
    return radiometry.planck_r1 / (radiometry.planck_r2 * bodies) - radiometry.planck_o


def _temperature_k(own: Array, radiometry: Radiometry) -> Array:
    """Return the temperature of a black body that gives such counts; NaN for none."""
    with np.errstate(divide="ignore", invalid="ignore"):
        bodies = radiometry.planck_r1 / (radiometry.planck_r2 * (own + radiometry.planck_o))
        temperature_k = radiometry.planck_b_k / np.log(bodies + radiometry.planck_f)
    is_known = (own + radiometry.planck_o > 0.0) & (temperature_k > 0.0)
    return np.where(is_known, temperature_k, np.nan)
