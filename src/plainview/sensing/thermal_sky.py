"""How the clear sky glows in the infrared: warm at the horizon, cold above.

What the sea mirrors at a grazing look is the low sky, and at a steep look the zenith. A layer of
air sends down what it takes: the radiance from a direction is the sum of each layer's black body,
times how much of the transmission from the ground is lost in that layer, along that direction.
The transmissions are those of the table of air paths, so sky and air belong together.
"""

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo import MEAN_EARTH_RADIUS_M
from plainview.sensing.atmosphere import AirBand, air_band_limits_um, air_path, nearest_air_band
from plainview.sensing.planck import band_radiance

__all__ = ["sky_emissivity", "thermal_sky_radiance"]

Array = npt.NDArray[np.float64]

_KILOMETRES: Final = np.arange(26.0)
_AIR_K: Final = np.concatenate(
    [
        [294.0, 290, 285, 279, 273, 267, 261, 255, 248, 242, 235, 229, 222],
        [216.0, 216, 216, 216, 216, 216, 217, 218, 219, 220, 222, 223, 224],
    ]
)
"""Mid-latitude summer, each kilometre: R. A. McClatchey et al., AFCRL-72-0497, 1972."""
_LAYER_TOPS_M: Final = np.concatenate([[2.0, 10.0, 30.0, 60.0], np.geomspace(100.0, 24_500.0, 80)])
_REFRACTION: Final = 0.167
_N_ELEVATIONS: Final = 241


def sky_emissivity(
    elevation_deg: npt.ArrayLike, *, band: AirBand, visibility_m: float = 23_000.0
) -> Array:
    """Return the sky's radiance as a share of a black body of the air's temperature at the ground.

    Args:
        elevation_deg: (...) above the horizon, 0 to 90; clipped to it.
        band: `MWIR` or `LWIR`; in the others no sky glows.
        visibility_m: Meteorological range, 1 to 300 km.

    Returns:
        (...) 0 to 1, falling with elevation.

    Raises:
        InputError: The visibility is beyond what the table of air paths has.
    """
    table = _emissivities(AirBand(band), float(visibility_m))
    elevation = np.clip(np.asarray(elevation_deg, np.float64), 0.0, 90.0)
    nodes = np.linspace(0.0, 1.0, _N_ELEVATIONS)  # close to each other near the horizon
    return np.asarray(np.interp(np.sqrt(elevation / 90.0), nodes, table))


def thermal_sky_radiance(
    elevation_deg: npt.ArrayLike,
    *,
    low_um: float,
    high_um: float,
    air_temperature_k: float,
    visibility_m: float = 23_000.0,
) -> Array:
    """Return what the clear sky radiates towards the ground, W m^-2 sr^-1 over a camera's band.

    The emissivity is that of the nearest band of the table of air paths.

    Args:
        elevation_deg: (...) above the horizon, 0 to 90; clipped to it.
        low_um: Where the camera's band begins, micrometres.
        high_um: Where it ends.
        air_temperature_k: Near the ground. The air above is as much colder as in the source's
            mid-latitude summer, in proportion of radiance; so is its water vapour.
        visibility_m: Meteorological range, 1 to 300 km.

    Raises:
        InputError: No air is known in the band, or temperature or visibility cannot be.
    """
    band = nearest_air_band(low_um, high_um)
    body = float(band_radiance(air_temperature_k, low_um=low_um, high_um=high_um))
    return body * sky_emissivity(elevation_deg, band=band, visibility_m=visibility_m)


@lru_cache(maxsize=32)
def _emissivities(band: AirBand, visibility_m: float) -> Array:
    """Return the emissivity at even steps of the root of the elevation."""
    low_um, high_um = air_band_limits_um(band)
    sine = np.sin(np.radians(90.0 * np.linspace(0.0, 1.0, _N_ELEVATIONS) ** 2))[:, np.newaxis]
    radius_m = MEAN_EARTH_RADIUS_M / (1.0 - _REFRACTION)
    drop = radius_m * sine
    slant_m = np.sqrt(drop**2 + 2.0 * radius_m * _LAYER_TOPS_M + _LAYER_TOPS_M**2) - drop
    through = air_path(
        band, altitude_m=_LAYER_TOPS_M, slant_range_m=slant_m, visibility_m=visibility_m
    ).transmission
    lost = -np.diff(through, axis=1, prepend=1.0)
    middle_m = 0.5 * (_LAYER_TOPS_M + np.concatenate([[0.0], _LAYER_TOPS_M[:-1]]))
    layer_k = np.interp(middle_m / 1000.0, _KILOMETRES, _AIR_K)
    bodies = band_radiance(np.append(layer_k, _AIR_K[0]), low_um=low_um, high_um=high_um)
    share = np.maximum(lost, 0.0) @ (bodies[:-1] / bodies[-1])
    return np.asarray(np.minimum.accumulate(share))
