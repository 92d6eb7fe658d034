"""Bent rays to terrain in NumPy: what `terrain_ray_kernel` must equal, ray by ray."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.ellipsoid import MEAN_EARTH_RADIUS_M, Array, Vectors
from plainview.geo.geodetic import ecef_from_enu, geodetic_from_ecef
from plainview.geo.level_rays import intersect_level
from plainview.geo.ray_outcome import RayOutcome
from plainview.geo.refraction import REFRACTION_COEFFICIENT, points_on_rays, tangents_of_rays
from plainview.geo.terrain import TERRAIN_BLOCK, Terrain

__all__ = ["intersect_terrain_in_numpy"]

_SAMPLES: Final = np.linspace(0.0, 1.0, 4 * TERRAIN_BLOCK + 1)
_MARGIN_M: Final = 1.0
_N_BISECTIONS: Final = 20
_N_POLISHES: Final = 2
_TOLERANCE_M: Final = 0.05


def _span(origin: Array, direction: Vectors, *, terrain: Terrain, refraction: float) -> Array:
    """First and last range (n, 2) at which each ray may meet the terrain; NaN if nowhere."""
    center, radius_m = terrain.center_ecef_m, terrain.radius_m
    along = direction @ (center - origin)
    first, last = np.maximum(along - radius_m, 0.0), along + radius_m
    top_m, bottom_m = terrain.highest_hae_m + _MARGIN_M, terrain.lowest_hae_m - _MARGIN_M
    _, _, origin_height = geodetic_from_ecef(origin)
    if origin_height > top_m:
        enter = intersect_level(
            origin,
            direction,
            height_hae_m=lambda lat, _: np.full_like(lat, top_m),
            refraction=refraction,
        )
        first = np.maximum(first, enter)  # NaN where the ray stays above all ground
    leave = intersect_level(
        origin,
        direction,
        height_hae_m=lambda lat, _: np.full_like(lat, bottom_m),
        refraction=refraction,
    )
    last = np.fmin(last, leave)
    return np.where((first < last)[:, np.newaxis], np.stack([first, last], axis=-1), np.nan)


def _block_tops(terrain: Terrain, row: Array, column: Array) -> Array:
    """Highest node around each place, -inf where nothing is known."""
    maxima = terrain.block_maxima_hae_m
    with np.errstate(invalid="ignore"):
        i, j = np.floor(row / TERRAIN_BLOCK), np.floor(column / TERRAIN_BLOCK)
        inside = (i >= -1) & (i <= maxima.shape[0]) & (j >= -1) & (j <= maxima.shape[1])
    i = np.clip(np.where(inside, i, 0), 0, maxima.shape[0] - 1).astype(np.intp)
    j = np.clip(np.where(inside, j, 0), 0, maxima.shape[1] - 1).astype(np.intp)
    return np.where(inside, maxima[i, j], -np.inf)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Pieces:
    """Straight pieces of rays over terrain, from start to end, both (m, 3): row, column, height."""

    terrain: Terrain
    start: Array
    end: Array

    def clearance_m(self, fraction: Array) -> Array:
        """Return heights above the ground (m, k) at fractions (m, k); NaN where not known."""
        part = fraction[..., np.newaxis]
        places = self.start[:, np.newaxis] + part * (self.end - self.start)[:, np.newaxis]
        ground_m = self.terrain.height_at_nodes(places[..., 0], places[..., 1])
        clearance: Array = places[..., 2] - ground_m
        return clearance

    def first_under(self) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.bool_]]:
        """Return the first sample at which each goes under (-1 if none), and whether seen to.

        It is seen to where the sample before is known to be above.
        """
        samples = np.broadcast_to(_SAMPLES, (len(self.start), len(_SAMPLES)))
        gaps = self.clearance_m(samples)
        index = np.argmax(gaps <= 0.0, axis=1)
        rows = np.arange(len(index))
        is_under = gaps[rows, index] <= 0.0
        is_seen = is_under & (index > 0) & (gaps[rows, np.maximum(index - 1, 0)] > 0.0)
        return np.where(is_under, index, -1), is_seen

    def crossing(self, index: npt.NDArray[np.intp]) -> Array:
        """Return the fraction (m,) at which each goes under before the sample at index."""
        low, high = _SAMPLES[index - 1], _SAMPLES[index]
        for _ in range(_N_BISECTIONS):
            middle = 0.5 * (low + high)
            is_above = self.clearance_m(middle[:, np.newaxis])[:, 0] > 0.0
            low, high = np.where(is_above, middle, low), np.where(is_above, high, middle)
        return 0.5 * (low + high)


def _polish(
    origin: Array, direction: Vectors, range_m: Array, *, terrain: Terrain, refraction: float
) -> Array:
    """Bring found ranges from the straight pieces onto the bent rays; NaN if that fails."""
    for step in range(_N_POLISHES + 1):
        points = points_on_rays(origin, direction, range_m, refraction=refraction)
        latitude, longitude, height = geodetic_from_ecef(points)
        gap = height - terrain.height_hae_m(latitude, longitude)
        if step == _N_POLISHES:
            break
        tangent = tangents_of_rays(origin, direction, range_m, refraction=refraction)
        enu = np.einsum("nij,ni->nj", ecef_from_enu(latitude, longitude), tangent)
        east, north = terrain.slopes(latitude, longitude)
        closing = enu[:, 2] - east * enu[:, 0] - north * enu[:, 1]
        range_m = range_m - np.where(closing < 0.0, gap / closing, 0.0)
    with np.errstate(invalid="ignore"):
        return np.where(np.abs(gap) < _TOLERANCE_M, range_m, np.nan)


def _piece_ends(
    origin: Array, direction: Vectors, span: Array, *, terrain: Terrain, refraction: float
) -> tuple[Array, Array]:
    """Cut each ray's span into pieces as long as a block: ranges (m, p + 1) and places there.

    Places are row, column and height, (m, p + 1, 3).
    """
    length = span[:, 1] - span[:, 0]
    n_pieces = math.ceil(length.max() / (TERRAIN_BLOCK * terrain.cell_m))
    ranges = span[:, :1] + length[:, np.newaxis] * np.linspace(0.0, 1.0, n_pieces + 1)
    points = points_on_rays(
        origin, np.repeat(direction, n_pieces + 1, axis=0), ranges.ravel(), refraction=refraction
    )
    latitude, longitude, height = geodetic_from_ecef(points)
    row, column = terrain.nodes_from_position(latitude, longitude)
    return ranges, np.stack([row, column, height], axis=-1).reshape(*ranges.shape, 3)


def _march(ranges: Array, ends: Array, *, terrain: Terrain) -> tuple[Array, npt.NDArray[np.bool_]]:
    """Range (m,) of the first hit, NaN if none, and whether the ray went under unseen."""
    tops = _block_tops(terrain, ends[..., 0], ends[..., 1])
    sag_m = (TERRAIN_BLOCK * terrain.cell_m) ** 2 / (8.0 * MEAN_EARTH_RADIUS_M)
    lower = np.minimum(ends[:, :-1, 2], ends[:, 1:, 2]) - _MARGIN_M - sag_m
    may_hit = lower <= np.maximum(tops[:, :-1], tops[:, 1:])
    n_rays = len(ranges)
    under = np.full(n_rays, -1)
    piece = np.zeros(n_rays, dtype=np.intp)
    is_seen = np.zeros(n_rays, dtype=np.bool_)
    while (ray := np.flatnonzero(may_hit.any(axis=1))).size:
        piece[ray] = np.argmax(may_hit[ray], axis=1)
        pieces = _Pieces(
            terrain=terrain, start=ends[ray, piece[ray]], end=ends[ray, piece[ray] + 1]
        )
        under[ray], is_seen[ray] = pieces.first_under()
        may_hit[ray, piece[ray]] = False
        may_hit[ray[under[ray] >= 0]] = False
    hit = np.flatnonzero(is_seen)
    pieces = _Pieces(terrain=terrain, start=ends[hit, piece[hit]], end=ends[hit, piece[hit] + 1])
    step = ranges[hit, piece[hit] + 1] - ranges[hit, piece[hit]]
    found = np.full(n_rays, np.nan)
    found[hit] = ranges[hit, piece[hit]] + pieces.crossing(under[hit]) * step
    return found, (under >= 0) & ~is_seen


def intersect_terrain_in_numpy(
    origin_ecef_m: Array,
    direction_ecef: Vectors,
    *,
    terrain: Terrain,
    refraction: float = REFRACTION_COEFFICIENT,
) -> tuple[Array, npt.NDArray[np.uint8]]:
    """Return what `ranges_to_terrain` does: ranges (n,) and outcomes (n,).

    Pieces are as many for all rays as the longest needs; for the kernel's own pieces, give
    one ray at a time.
    """
    n_rays = len(direction_ecef)
    range_m, outcome = np.full(n_rays, np.nan), np.full(n_rays, RayOutcome.EDGE, dtype=np.uint8)
    if not n_rays:
        return range_m, outcome
    span = _span(origin_ecef_m, direction_ecef, terrain=terrain, refraction=refraction)
    can_hit = np.flatnonzero(~np.isnan(span[:, 0]))
    if can_hit.size:
        pieces = _piece_ends(
            origin_ecef_m,
            direction_ecef[can_hit],
            span[can_hit],
            terrain=terrain,
            refraction=refraction,
        )
        found, is_unseen = _march(*pieces, terrain=terrain)
        polished = _polish(
            origin_ecef_m, direction_ecef[can_hit], found, terrain=terrain, refraction=refraction
        )
        range_m[can_hit] = polished
        outcome[can_hit[is_unseen | ~np.isnan(found)]] = RayOutcome.HOLE
    outcome[~np.isnan(range_m)] = RayOutcome.HIT
    return range_m, outcome
