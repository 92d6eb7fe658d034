"""Bent rays to terrain: the first place where each ray goes below the ground.

A ray is followed in two strides. Coarse: pieces as long as a block of terrain; a piece that
stays above the highest node of the blocks around it is passed over. Fine: samples a quarter
of a cell apart, so that what a ridge can hide between two samples is its change of slope
times a sixteenth of a cell (2 m for a knife edge in a 30 m model, less than its error).
"""

import numpy as np
import numpy.typing as npt

from plainview.geo.ellipsoid import Array, Vectors
from plainview.geo.geodetic import geodetic_from_ecef
from plainview.geo.level_rays import intersect_level
from plainview.geo.ray_outcome import RayOutcome
from plainview.geo.refraction import REFRACTION_COEFFICIENT, points_on_rays
from plainview.geo.terrain import Terrain
from plainview.geo.terrain_ray_kernel import TerrainGrid, ranges_to_terrain

__all__ = ["intersect_terrain", "kernel_grid"]

Outcomes = npt.NDArray[np.uint8]


def _miss_outcomes(
    origin: Array, direction: Vectors, *, terrain: Terrain, refraction: float
) -> Outcomes:
    """Say where rays that met no known ground went: to the sky, into a hole or outside."""
    lowest_m = intersect_level(
        origin,
        direction,
        height_hae_m=lambda lat, _: np.full_like(lat, terrain.lowest_hae_m),
        refraction=refraction,
    )
    points = points_on_rays(origin, direction, lowest_m, refraction=refraction)
    latitude, longitude, _ = geodetic_from_ecef(points)
    row, column = terrain.nodes_from_position(latitude, longitude)
    n_rows, n_columns = terrain.grid_hae_m.shape
    with np.errstate(invalid="ignore"):
        inside = (row >= 0.0) & (row < n_rows) & (column >= 0.0) & (column < n_columns)
    below = np.where(inside, RayOutcome.HOLE, RayOutcome.EDGE)
    return np.where(np.isnan(lowest_m), RayOutcome.SKY, below).astype(np.uint8)


def kernel_grid(terrain: Terrain) -> TerrainGrid:
    """Return what the kernel needs of a terrain."""
    return TerrainGrid(
        heights=terrain.grid_hae_m,
        tops=terrain.block_maxima_hae_m,
        frame=(
            float(terrain.north_deg),
            float(terrain.west_deg),
            0.5 * (terrain.west_deg + terrain.east_deg),
            float(terrain.latitude_step_deg),
            float(terrain.longitude_step_deg),
        ),
        levels=(terrain.lowest_hae_m, terrain.highest_hae_m, terrain.cell_m),
        center=terrain.center_ecef_m,
        radius_m=terrain.radius_m,
    )


def _is_below_ground(origin: Array, terrain: Terrain) -> bool:
    latitude, longitude, height = geodetic_from_ecef(origin)
    return bool(height <= terrain.height_hae_m(latitude, longitude))


def _with_reasons(
    rays: tuple[Array, Vectors], met: tuple[Array, Outcomes], *, terrain: Terrain, refraction: float
) -> tuple[Array, Outcomes]:
    """Return ranges and outcomes with the reasons of those that met no ground."""
    origin, direction = rays
    range_m, outcome = met
    if _is_below_ground(origin, terrain):
        return np.full_like(range_m, np.nan), np.full_like(outcome, RayOutcome.BELOW_TERRAIN)
    missed = np.flatnonzero(outcome == RayOutcome.EDGE)
    if missed.size:
        outcome[missed] = _miss_outcomes(
            origin, direction[missed], terrain=terrain, refraction=refraction
        )
    return range_m, outcome


def intersect_terrain(
    origin_ecef_m: Array,
    direction_ecef: Vectors,
    *,
    terrain: Terrain,
    refraction: float = REFRACTION_COEFFICIENT,
) -> tuple[Array, Outcomes]:
    """Return the range at which each bent ray first meets the terrain.

    Args:
        origin_ecef_m: (3,) ECEF, metres, above the terrain or outside of it.
        direction_ecef: (n, 3) ECEF, unit length, as seen at the origin.
        terrain: Heights; a ray passes over holes that it clears before and after.
        refraction: The coefficient k.

    Returns:
        Ranges (n,), metres, NaN on a miss, and a `RayOutcome` (n,) for each. A ray that is
        below the ground when it comes out of a hole or in over the edge is a HOLE, never a
        hit further on.
    """
    origin, direction = (np.array(part, np.float64) for part in (origin_ecef_m, direction_ecef))
    met = ranges_to_terrain(origin, direction, kernel_grid(terrain), float(refraction))
    return _with_reasons((origin, direction), met, terrain=terrain, refraction=refraction)
