"""Terrain: a grid of heights as a value, sampled bilinearly between its nodes."""

import math
from dataclasses import dataclass, field
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from plainview.errors import GeometryError
from plainview.geo.ellipsoid import MEAN_EARTH_RADIUS_M, Array
from plainview.geo.geodetic import ecef_from_geodetic
from plainview.geo.vertical_datum import (
    DATUM_GRID_SIGMA_M,
    DatumGrid,
    VerticalDatum,
    height_hae_from_datum_m,
)

__all__ = ["TERRAIN_BLOCK", "TERRAIN_SIGMA_M", "Terrain"]

TERRAIN_SIGMA_M: Final = 10.0
"""1-sigma of a height model that does not state its own: SRTM's requirement, 16 m at 90 %
(T. G. Farr et al., "The Shuttle Radar Topography Mission", 2007); also covers low growth."""

TERRAIN_BLOCK: Final = 16
"""Cells along the side of a block for which the highest node is kept."""

_DEGREE_M: Final = np.radians(1.0) * MEAN_EARTH_RADIUS_M
_ROWS_A_CHUNK: Final = 256
_WIDE_DEG: Final = 60.0
"""A grid that is wider has a sphere of the whole Earth."""


def _block_maxima(grid: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """The highest node in each block and its eight neighbours; -inf where none is known."""
    n_rows, n_columns = (-(-size // TERRAIN_BLOCK) for size in grid.shape)
    padded = np.full((n_rows * TERRAIN_BLOCK, n_columns * TERRAIN_BLOCK), -np.inf, np.float32)
    padded[: grid.shape[0], : grid.shape[1]] = np.where(np.isnan(grid), -np.inf, grid)
    blocks = padded.reshape(n_rows, TERRAIN_BLOCK, n_columns, TERRAIN_BLOCK).max(axis=(1, 3))
    bordered = np.pad(blocks, 1, constant_values=-np.inf)
    windows = np.lib.stride_tricks.sliding_window_view(bordered, (3, 3))
    maxima: npt.NDArray[np.float32] = windows.max(axis=(2, 3))
    return maxima


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Terrain:
    """Heights on a regular grid of latitudes and longitudes; make it with `from_heights`.

    Args:
        grid_hae_m: (rows, columns) float32, above the ellipsoid, the first row northernmost;
            NaN in holes.
        north_deg: Latitude of the first row of nodes.
        west_deg: Longitude of the first column of nodes.
        latitude_step_deg: From one row to the next one southward, positive.
        longitude_step_deg: From one column to the next one eastward, positive.
        vertical_datum: Above what the source gave its heights.
        sigma_m: 1-sigma of the heights.
        name: Where it came from, for messages.
        lowest_hae_m: The lowest node; computed, as the highest is.
        block_maxima_hae_m: The highest node in each block of cells and those around it; computed.
        center_ecef_m: (3,) the middle of a sphere that holds all of it; computed.
        radius_m: Of that sphere; computed.
    """

    grid_hae_m: npt.NDArray[np.float32]
    north_deg: float
    west_deg: float
    latitude_step_deg: float
    longitude_step_deg: float
    vertical_datum: VerticalDatum
    sigma_m: float
    name: str = "terrain"
    lowest_hae_m: float = field(init=False)
    highest_hae_m: float = field(init=False)
    block_maxima_hae_m: npt.NDArray[np.float32] = field(init=False, repr=False)
    center_ecef_m: Array = field(init=False, repr=False)
    radius_m: float = field(init=False)

    def __post_init__(self) -> None:
        if self.grid_hae_m.ndim != 2 or min(self.grid_hae_m.shape) < 2:
            raise ValueError(f"a terrain has shape {self.grid_hae_m.shape}, not (2 or more, ...)")
        if self.latitude_step_deg <= 0.0 or self.longitude_step_deg <= 0.0:
            raise ValueError("a terrain's steps are positive, from its north-west node")
        self.grid_hae_m.flags.writeable = False
        object.__setattr__(self, "lowest_hae_m", float(np.nanmin(self.grid_hae_m)))
        object.__setattr__(self, "highest_hae_m", float(np.nanmax(self.grid_hae_m)))
        object.__setattr__(self, "block_maxima_hae_m", _block_maxima(self.grid_hae_m))
        center_ecef_m, radius_m = self._sphere()
        center_ecef_m.flags.writeable = False
        object.__setattr__(self, "center_ecef_m", center_ecef_m)
        object.__setattr__(self, "radius_m", radius_m)

    @classmethod
    def from_heights(
        cls,
        height_m: npt.NDArray[np.floating] | npt.NDArray[np.integer],
        *,
        north_deg: float,
        west_deg: float,
        latitude_step_deg: float,
        longitude_step_deg: float,
        vertical_datum: VerticalDatum,
        datum_grid: DatumGrid | None = None,
        sigma_m: float = TERRAIN_SIGMA_M,
        name: str = "terrain",
    ) -> Self:
        """Return the terrain of heights above a vertical datum; the grid is not shared.

        Args:
            height_m: (rows, columns), NaN in holes; the rest as for the class.
            north_deg: Latitude of the first row of nodes.
            west_deg: Longitude of the first column of nodes.
            latitude_step_deg: From one row to the next one southward, positive.
            longitude_step_deg: From one column to the next one eastward, positive.
            vertical_datum: Above what the heights are.
            datum_grid: How high that lies above the ellipsoid; None where it needs none.
            sigma_m: 1-sigma of the heights; a national grid adds its own.
            name: Where it came from, for messages.

        Raises:
            GeometryError: The heights cannot be placed above the ellipsoid, or none is known.
        """
        rows, columns = height_m.shape
        longitude = west_deg + longitude_step_deg * np.arange(columns)
        grid = np.empty((rows, columns), dtype=np.float32)
        for start in range(0, rows, _ROWS_A_CHUNK):
            chunk = slice(start, min(start + _ROWS_A_CHUNK, rows))
            latitude = north_deg - latitude_step_deg * np.arange(chunk.start, chunk.stop)
            grid[chunk] = height_hae_from_datum_m(
                height_m[chunk],
                latitude_deg=latitude[:, np.newaxis],
                longitude_deg=longitude,
                datum=vertical_datum,
                datum_grid=datum_grid,
            )
        if np.all(np.isnan(grid)):
            raise GeometryError(
                where=name,
                what="it has no known height at all.",
                mend="Give a height model that covers the place.",
            )
        return cls(
            grid_hae_m=grid,
            north_deg=north_deg,
            west_deg=west_deg,
            latitude_step_deg=latitude_step_deg,
            longitude_step_deg=longitude_step_deg,
            vertical_datum=vertical_datum,
            sigma_m=sigma_m
            if vertical_datum.is_global
            else math.hypot(sigma_m, DATUM_GRID_SIGMA_M),
            name=name,
        )

    @property
    def south_deg(self) -> float:
        """Latitude of the last row of nodes."""
        return float(self.north_deg - self.latitude_step_deg * (len(self.grid_hae_m) - 1))

    @property
    def east_deg(self) -> float:
        """Longitude of the last column of nodes; beyond 180 across the antimeridian."""
        return float(self.west_deg + self.longitude_step_deg * (self.grid_hae_m.shape[1] - 1))

    @property
    def cell_m(self) -> float:
        """The shorter side of a cell on the ground, metres."""
        widest = max(abs(self.north_deg), abs(self.south_deg))
        across = self.longitude_step_deg * float(np.cos(np.radians(min(widest, 89.9))))
        return float(min(self.latitude_step_deg, across) * _DEGREE_M)

    def _sphere(self) -> tuple[Array, float]:
        """Return the middle (3,) and the radius of a sphere that holds all ground."""
        middle_m = 0.5 * (self.highest_hae_m + self.lowest_hae_m)
        latitude = [self.north_deg, self.north_deg, self.south_deg, self.south_deg]
        longitude = [self.west_deg, self.east_deg, self.east_deg, self.west_deg]
        corners = ecef_from_geodetic(latitude, longitude, middle_m)
        middle_deg = 0.5 * (self.north_deg + self.south_deg), 0.5 * (self.west_deg + self.east_deg)
        center = ecef_from_geodetic(*middle_deg, middle_m)
        radius_m = float(np.linalg.norm(corners - center, axis=-1).max())
        radius_m += self.highest_hae_m - self.lowest_hae_m + radius_m**2 / MEAN_EARTH_RADIUS_M
        is_wide = max(self.north_deg - self.south_deg, self.east_deg - self.west_deg) > _WIDE_DEG
        return center, 2.0 * MEAN_EARTH_RADIUS_M + self.highest_hae_m if is_wide else radius_m

    def nodes_from_position(
        self, latitude_deg: npt.ArrayLike, longitude_deg: npt.ArrayLike
    ) -> tuple[Array, Array]:
        """Return rows and columns, with fractions, of places, each (...)."""
        row = (self.north_deg - np.asarray(latitude_deg, dtype=np.float64)) / self.latitude_step_deg
        middle_deg = 0.5 * (self.west_deg + self.east_deg)
        offset = np.asarray(longitude_deg, dtype=np.float64) - middle_deg
        column = (np.mod(offset + 180.0, 360.0) - 180.0 + middle_deg - self.west_deg) / (
            self.longitude_step_deg
        )
        return row, column

    def _corners(
        self, row: Array, column: Array
    ) -> tuple[tuple[Array, Array, Array, Array], Array, Array]:
        """Four nodes around each place (NaN outside), and the fractions down and right."""
        n_rows, n_columns = self.grid_hae_m.shape
        with np.errstate(invalid="ignore"):
            inside = (
                (row >= 0.0) & (row <= n_rows - 1) & (column >= 0.0) & (column <= n_columns - 1)
            )
        row, column = np.where(inside, row, 0.0), np.where(inside, column, 0.0)
        i = np.minimum(row.astype(np.intp), n_rows - 2)
        j = np.minimum(column.astype(np.intp), n_columns - 2)
        flat = self.grid_hae_m.ravel()
        k = i * n_columns + j
        mask = np.where(inside, 0.0, np.nan)
        a, b = flat[k] + mask, flat[k + 1] + mask
        c, d = flat[k + n_columns] + mask, flat[k + n_columns + 1] + mask
        return (a, b, c, d), row - i, column - j

    def height_at_nodes(self, row: Array, column: Array) -> Array:
        """Return heights above the ellipsoid at fractional rows and columns, (...)."""
        (a, b, c, d), f, g = self._corners(row, column)
        top, bottom = a + g * (b - a), c + g * (d - c)
        height: Array = top + f * (bottom - top)
        return height

    def height_hae_m(self, latitude_deg: npt.ArrayLike, longitude_deg: npt.ArrayLike) -> Array:
        """Return heights above the ellipsoid, bilinear between the four nodes around.

        Args:
            latitude_deg: (...), WGS84.
            longitude_deg: (...), WGS84, any turn.

        Returns:
            (...) metres; NaN outside the grid and where one of the four nodes is a hole.
        """
        return self.height_at_nodes(*self.nodes_from_position(latitude_deg, longitude_deg))

    def slopes(
        self, latitude_deg: npt.ArrayLike, longitude_deg: npt.ArrayLike
    ) -> tuple[Array, Array]:
        """Return the rise per metre eastward and northward, each (...); NaN as for heights."""
        latitude = np.asarray(latitude_deg, dtype=np.float64)
        (a, b, c, d), f, g = self._corners(*self.nodes_from_position(latitude, longitude_deg))
        per_column = (b - a) + f * ((d - c) - (b - a))
        per_row = (c - a) + g * ((d - b) - (c - a))
        column_m = self.longitude_step_deg * _DEGREE_M * np.cos(np.radians(latitude))
        return per_column / column_m, -per_row / (self.latitude_step_deg * _DEGREE_M)
