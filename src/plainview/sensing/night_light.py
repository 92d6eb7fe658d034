"""How light it is outside: sun, twilight, moon and the glow of a moonless night."""

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["NIGHT_GLOW_LUX", "moon_illuminance_lux", "sun_illuminance_lux"]

Array = npt.NDArray[np.float64]

NIGHT_GLOW_LUX: Final = 0.002
"""Stars and airglow, clear and moonless: P. Schlyter, "Radiometry and photometry in astronomy"."""
_SUN: Final = (
    (20.0, (3.74, 3.97, -4.07, 1.47)),
    (5.0, (3.05, 13.28, -45.98, 64.33)),
    (-0.8, (2.88, 22.26, -207.64, 1034.30)),
    (-5.0, (2.88, 21.81, -258.11, -858.36)),
    (-12.0, (2.70, 12.17, -431.69, -1899.83)),
    (-18.0, (13.84, 262.72, 1447.42, 2797.93)),
)
"""Elevation from which each holds, and logarithm of lux by powers of elevation / 90 degrees."""
_MOON: Final = (
    (20.0, (-1.95, 4.06, -4.24, 1.56)),
    (5.0, (-2.58, 12.58, -42.58, 59.06)),
    (-0.8, (-2.79, 24.27, -252.95, 1321.29)),
)


def sun_illuminance_lux(elevation_deg: npt.ArrayLike) -> Array:
    """Return how light the sun makes level ground under a clear sky, sky included, lux.

    Args:
        elevation_deg: (...) of the sun's centre, without refraction.

    Returns:
        (...) lux; 0 from 18 degrees below the horizon, where the night's own glow is more.

    Source:
        P. K. Seidelmann (ed.), "Explanatory Supplement to the Astronomical Almanac", 1992,
        section 9.3, as in D. Vallado, "Fundamentals of Astrodynamics and Applications", table 5-1.
    """
    return _lux(_SUN, elevation_deg)


def moon_illuminance_lux(elevation_deg: npt.ArrayLike, phase_deg: npt.ArrayLike = 0.0) -> Array:
    """Return how light the moon makes level ground under a clear sky, lux; the mean distance.

    Args:
        elevation_deg: (...) of the moon's centre, without refraction.
        phase_deg: (...) angle at the moon between sun and Earth: 0 full, 90 half, 180 new.

    Source:
        As `sun_illuminance_lux`.
    """
    phase = np.clip(np.asarray(phase_deg, np.float64), 0.0, 180.0)
    dimmer = 10.0 ** (-8.68e-3 * phase - 2.2e-9 * phase**4)
    return np.asarray(_lux(_MOON, elevation_deg) * dimmer)


def _lux(
    table: tuple[tuple[float, tuple[float, float, float, float]], ...], elevation_deg: npt.ArrayLike
) -> Array:
    elevation = np.asarray(elevation_deg, np.float64)
    x = np.minimum(elevation, 90.0) / 90.0
    lux = np.where(np.isnan(elevation), np.nan, 0.0)
    for lowest, (a, b, c, d) in reversed(table):
        part = 10.0 ** np.clip(a + x * (b + x * (c + x * d)), -12.0, 6.0)
        lux = np.where(elevation >= lowest, part, lux)
    return np.asarray(lux)
