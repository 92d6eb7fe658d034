"""Radiance of the sea: how cold a sky it mirrors at each angle, as apparent temperature."""

from typing import Final

import numpy as np
import numpy.typing as npt

from bench.drawn_scene.scenario import Sea

__all__ = ["apparent_temperature_k", "sea_emissivity"]

Array = npt.NDArray[np.float64]

_VIEW_ANGLE_DEG: Final = np.array([0.0, 50.0, 60.0, 70.0, 75.0, 80.0, 85.0, 90.0])
_EMISSIVITY: Final = np.array([0.989, 0.975, 0.951, 0.895, 0.851, 0.798, 0.739, 0.68])
"""Of a wind-roughened sea, 8 to 12 micrometres, wind 10 m/s, against the angle from the
vertical: water's constants by Hale and Querry averaged over the facets of Cox and Munk
(Masuda's method, computed by us); the last one is extrapolated."""


def sea_emissivity(depression_rad: Array) -> Array:
    """Return the emissivity of the sea where a look meets it at a depression, (...)."""
    from_vertical_deg = 90.0 - np.degrees(depression_rad)
    emissivity: Array = np.interp(from_vertical_deg, _VIEW_ANGLE_DEG, _EMISSIVITY)
    return emissivity


def apparent_temperature_k(sea: Sea, depression_rad: Array) -> Array:
    """Return the apparent temperature of the sea over the water's own, (...) kelvin.

    The sea emits by its temperature and mirrors the sky for the rest; over the few tens of
    kelvin between them, radiance is taken as linear in temperature.
    """
    mirrored: Array = (1.0 - sea_emissivity(depression_rad)) * (
        sea.sky_temperature_c - sea.temperature_c
    )
    return mirrored
