"""Land surface: ground above the sea as a grid of heights and of what covers it.

The grid is level with the world's origin: east and north in metres, heights above the sea. It is
a terrain sampled anew; holes in it are filled from their known neighbours. What covers a place is
drawn from height, slope and the world's seed: it looks like land and is no map of any.
"""

import math
from dataclasses import dataclass
from enum import IntEnum
from typing import Final, NamedTuple, Self

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.geo import Terrain, enu_m_from_geodetic, geodetic_from_enu_m

__all__ = ["Cover", "LandGrid", "LandSurface"]

Array = npt.NDArray[np.float64]

_MOST_NODES: Final = 1024
_REACH_M: Final = 60_000.0
"""Land farther from the world's origin is not drawn."""
_MOST_HOLES: Final = 0.5
_N_FILLS: Final = 2000
_SHORE_M: Final = 0.3
"""Ground lower than this above the sea is under water."""


class Cover(IntEnum):
    """What covers the ground."""

    WATER = 0
    GRASS = 1
    FOREST = 2
    ROCK = 3
    SAND = 4
    ROAD = 5
    BUILDING = 6


class LandGrid(NamedTuple):
    """What the land kernel takes.

    Args:
        heights: (rows, columns) float32 metres above the sea, the first row southernmost; at
            most 0 where there is water.
        cover: (rows, columns) uint8 of `Cover`.
        frame: (5,) east of the first column, north of the first row, side of a cell, all metres;
            highest node; and steepest rise between nodes.
    """

    heights: npt.NDArray[np.float32]
    cover: npt.NDArray[np.uint8]
    frame: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LandSurface:
    """Land of a world; make it with `of`.

    Args:
        grid: Heights and cover.
        name: Of the terrain, for messages.
    """

    grid: LandGrid
    name: str

    @classmethod
    def of(
        cls,
        terrain: Terrain,
        *,
        origin: tuple[float, float, float],
        rng: np.random.Generator,
        cover_all_over: Cover | None = None,
    ) -> Self:
        """Return the land of a terrain about a world's origin.

        Args:
            terrain: Heights above the ellipsoid.
            origin: Latitude, longitude and height of the sea above the ellipsoid.
            rng: Draws the cover.
            cover_all_over: What covers all dry ground; None draws it.

        Raises:
            InputError: The terrain lies elsewhere, or more than half of it is not known.
        """
        west, south, east, north = _bounds_m(terrain, origin)
        cell_m = max(terrain.cell_m, (east - west) / _MOST_NODES, (north - south) / _MOST_NODES)
        x, y = np.meshgrid(np.arange(west, east, cell_m), np.arange(south, north, cell_m))
        if min(x.shape) < 2:
            raise _elsewhere(terrain)
        flat = np.stack([x, y, np.zeros_like(x)], axis=-1)
        latitude, longitude, _ = geodetic_from_enu_m(flat, origin=origin)
        heights = terrain.height_hae_m(latitude, longitude) - origin[2]
        inside = heights[1:-1, 1:-1] if min(heights.shape) > 4 else heights
        if float(np.mean(np.isnan(inside))) > _MOST_HOLES:
            raise InputError(
                where=terrain.name,
                what="more than half of it about the world's origin is not known.",
                mend="Give a terrain with fewer holes, or another origin.",
            )
        heights = _filled(heights)
        cover = _cover(heights, cell_m, rng)
        wet = cover == Cover.WATER
        if cover_all_over is not None:
            cover[~wet] = cover_all_over
        heights = np.where(wet, np.minimum(heights, 0.0) - 1.0, heights)
        rise = max(float(np.abs(np.diff(heights, axis=axis)).max()) for axis in (0, 1)) / cell_m
        frame = np.array([west, south, cell_m, heights.max(), 1.05 * math.sqrt(2.0) * rise])
        grid = LandGrid(heights.astype(np.float32), cover.astype(np.uint8), frame)
        return cls(grid=grid, name=terrain.name)

    def heights_m(self, east_m: Array, north_m: Array) -> Array:
        """Return how high the ground is above the sea, bilinear, (n,); 0 over water."""
        heights, frame = self.grid.heights, self.grid.frame
        rows, columns = heights.shape
        u, v = (east_m - frame[0]) / frame[2], (north_m - frame[1]) / frame[2]
        inside = (u >= 0.0) & (v >= 0.0) & (u <= columns - 1.001) & (v <= rows - 1.001)
        u, v = np.where(inside, u, 0.0), np.where(inside, v, 0.0)
        j, i = u.astype(np.intp), v.astype(np.intp)
        f, g = u - j, v - i
        low = (1.0 - f) * heights[i, j] + f * heights[i, j + 1]
        high = (1.0 - f) * heights[i + 1, j] + f * heights[i + 1, j + 1]
        ground: Array = np.where(inside, np.maximum((1.0 - g) * low + g * high, 0.0), 0.0)
        return ground


def _elsewhere(terrain: Terrain) -> InputError:
    return InputError(
        where=terrain.name,
        what=f"does not reach within {_REACH_M / 1000.0:g} km of the world's origin.",
        mend="Give the terrain of the place, or an origin inside it.",
    )


def _bounds_m(
    terrain: Terrain, origin: tuple[float, float, float]
) -> tuple[float, float, float, float]:
    """West, south, east and north of a terrain about an origin, metres."""
    latitude = np.array(
        [terrain.north_deg, terrain.north_deg, terrain.south_deg, terrain.south_deg]
    )
    longitude = np.array([terrain.west_deg, terrain.east_deg, terrain.east_deg, terrain.west_deg])
    corners = enu_m_from_geodetic(latitude, longitude, origin[2], origin=origin)
    if np.any(corners[:, 2] < -1e6):
        raise _elsewhere(terrain)
    low, high = corners[:, :2].min(axis=0), corners[:, :2].max(axis=0)
    west, south = np.maximum(low, -_REACH_M)
    east, north = np.minimum(high, _REACH_M)
    if west >= east or south >= north:
        raise _elsewhere(terrain)
    return float(west), float(south), float(east), float(north)


def _filled(heights: Array) -> Array:
    """Fill holes inward from the mean of what is known beside them."""
    filled = heights.copy()
    for _ in range(_N_FILLS):
        hole = np.isnan(filled)
        if not hole.any():
            break
        padded = np.pad(filled, 1, constant_values=np.nan)
        beside = np.stack(
            [padded[:-2, 1:-1], padded[2:, 1:-1], padded[1:-1, :-2], padded[1:-1, 2:]]
        )
        known = np.sum(~np.isnan(beside), axis=0)
        mean = np.nansum(beside, axis=0) / np.maximum(known, 1)
        filled = np.where(hole & (known > 0), mean, filled)
    return np.nan_to_num(filled)


def _cover(heights: Array, cell_m: float, rng: np.random.Generator) -> npt.NDArray[np.int64]:
    """Draw what covers each node, (rows, columns)."""
    north, east = np.gradient(heights, cell_m)
    slope = np.hypot(north, east)
    frequency = np.hypot(*np.meshgrid(*(np.fft.fftfreq(n) for n in heights.shape), indexing="ij"))
    frequency[0, 0] = np.inf
    noise = rng.normal(size=heights.shape)
    field = np.fft.ifft2(np.fft.fft2(noise) * frequency**-1.3).real
    field /= max(float(field.std()), 1e-12)
    cover = np.where(field > 0.1, int(Cover.FOREST), int(Cover.GRASS))
    cover[np.abs(field - 0.8) < 0.02] = Cover.ROAD
    cover[(noise > 2.6) & (np.abs(field + 0.6) < 0.4) & (slope < 0.15)] = Cover.BUILDING
    cover[(slope > 0.6) | (heights > 2500.0 + 200.0 * field)] = Cover.ROCK
    cover[heights < 3.0] = Cover.SAND
    cover[heights < _SHORE_M] = Cover.WATER
    return cover
