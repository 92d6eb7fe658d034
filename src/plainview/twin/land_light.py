"""Land light: what each cover of the ground sends in two bands, by day and by night.

Reflectances, how far each cover's temperature lies from the air's, how the sun warms it and how
it differs from place to place are assumed, typical of a clear summer night and day.
"""

import math
from typing import Final

import numpy as np

from plainview.twin.band_light import AIR_RANGE_M, BandLight, sun_enu
from plainview.twin.land_kernel import LandLight
from plainview.twin.land_surface import Cover
from plainview.twin.world import World

__all__ = ["land_light"]

_EMISSIVITY: Final = 0.97
_COVERS: Final = {
    Cover.WATER: (0.03, 0.0, 0.0, 0.0, 0.0),
    Cover.GRASS: (0.12, 0.35, -3.0, 8.0, 0.7),
    Cover.FOREST: (0.06, 0.6, 0.0, 3.0, 0.8),
    Cover.ROCK: (0.22, 0.3, 3.0, 12.0, 1.5),
    Cover.SAND: (0.35, 0.15, -1.0, 15.0, 0.8),
    Cover.ROAD: (0.10, 0.1, 4.0, 18.0, 0.4),
    Cover.BUILDING: (0.30, 0.4, 3.0, 10.0, 1.5),
}
"""Reflectance in daylight and its relative 1-sigma, kelvin over the air, kelvin more where the
sun stands at right angles, and 1-sigma from place to place in kelvin."""


def land_light(world: World, bands: tuple[BandLight, BandLight]) -> LandLight:
    """Return what covers send in two bands."""
    rows = np.array([_COVERS[cover] for cover in Cover])
    own, slope = np.zeros((2, len(rows))), np.zeros((2, len(rows)))
    reflectance = np.zeros((2, len(rows)))
    for b, band in enumerate(bands):
        reflectance[b] = 1.0 - _EMISSIVITY if band.is_thermal else rows[:, 0]
        if band.is_thermal:
            for n, warmer_k in enumerate(rows[:, 2]):
                body = band.glow(world.air_k + warmer_k)
                own[b, n] = _EMISSIVITY * body
                slope[b, n] = _EMISSIVITY * (band.glow(world.air_k + warmer_k + 1.0) - body)
    is_day = world.sun is not None and world.sun.elevation_deg > 0.0
    return LandLight(
        own=own,
        own_grain=slope * rows[:, 4],
        reflectance=reflectance,
        grain=rows[:, 1],
        warmed=slope * rows[:, 3] * is_day,
        falls=np.array([[b.sun_irradiance, b.sky_irradiance, b.ground_irradiance] for b in bands]),
        sun=sun_enu(world) if is_day else np.zeros(3),
        wind=np.ascontiguousarray(world.downwind_enu[:, :2]),
        air=np.stack([[b.transmission, b.path] for b in bands]).astype(np.float32),
        most_range_m=AIR_RANGE_M,
        seed=int(math.fmod(world.seed, 2**31)),
    )
