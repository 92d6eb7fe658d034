"""Other ground along a ray, compiled; `second_hit.second_hits_in_numpy` is its twin.

Seen from the camera, ground at range s lies an angle above the ray or below it. Raised by an
angle, the ray meets the first ground that lies as high. So where that angle falls and stays
below for longer than a gap, behind a crest, the place jumps: the crest's angle decides how
probable that is.
"""

# ruff: noqa: PLR0917  (a compiled function takes no keywords)
import math
from typing import Final

import numpy as np

from plainview.geo.compiled import compiled
from plainview.geo.ellipsoid import Array, Vectors
from plainview.geo.ray_kernels import bend_of_ray, range_to_ellipsoid, up_of_position
from plainview.geo.terrain_ray_kernel import (
    TerrainGrid,
    block_top,
    clearance,
    fill_nodes,
)

__all__ = ["probabilities_of_second_hits"]

Vector = tuple[float, float, float]

_BLOCK: Final = 16
_N_SAMPLES: Final = 2 * _BLOCK
_N_SIGMA: Final = 4.0
_N_MOST_PIECES: Final = 400
_NODES_AT_ONCE: Final = 40


@compiled
def _tail(angle: float, ray_sigma: float, ground_sigma: float) -> float:
    """Probability that an error exceeds an angle."""
    sigma = math.sqrt(ray_sigma**2 + ground_sigma**2)
    if sigma == 0.0:
        return 0.0
    return 0.5 * math.erfc(angle / (sigma * math.sqrt(2.0)))


@compiled
def _before(
    ray: tuple[Array, Array, Vector],
    hit: tuple[float, float, float],
    sigmas: tuple[float, float],
    grid: TerrainGrid,
) -> float:
    """Probability that the ray truly ends on a crest before the hit (first range, range, gap)."""
    first_m, range_m, gap_m = hit
    ray_sigma, ground_sigma_m = sigmas
    block_m = _BLOCK * grid.levels[2]
    n_pieces = math.ceil((range_m - first_m) / block_m)
    if n_pieces < 1:
        return 0.0
    step_m = (range_m - first_m) / n_pieces
    highest, highest_m, found, found_m = -math.inf, first_m, -math.inf, 1.0
    nodes = np.empty((_NODES_AT_ONCE + 1, 3))
    for done in range(0, n_pieces, _NODES_AT_ONCE):
        n_now = min(_NODES_AT_ONCE, n_pieces - done)
        fill_nodes(nodes[: n_now + 1], ray, first_m + done * step_m, step_m, grid)
        for p in range(n_now):
            start, end = nodes[p], nodes[p + 1]
            start_m = first_m + (done + p) * step_m
            top_m = max(
                block_top(grid.tops, start[0], start[1]), block_top(grid.tops, end[0], end[1])
            )
            least = -_N_SIGMA * math.hypot(ray_sigma, ground_sigma_m / max(start_m, 1.0))
            cosine = math.sqrt(max(1.0 - ((end[2] - start[2]) / step_m) ** 2, 0.0))
            most = (top_m - min(start[2], end[2])) * cosine / (start_m + step_m)
            if most < max(highest, least):
                continue
            for index in range(_N_SAMPLES):
                part = index / _N_SAMPLES
                s = start_m + part * step_m
                height_m = start[2] + part * (end[2] - start[2])
                if s <= 0.0 or (top_m - height_m) * cosine < max(highest, least) * s:
                    continue
                angle = -clearance(grid.heights, start, end, part) * cosine / s
                if angle > highest:
                    if s - highest_m > gap_m and highest > -math.inf:
                        found, found_m = highest, highest_m
                    highest, highest_m = angle, s
    if range_m - highest_m > gap_m and highest > -math.inf:
        found, found_m = highest, highest_m
    if found == -math.inf:
        return 0.0
    return _tail(-min(found, 0.0), ray_sigma, ground_sigma_m / found_m)


@compiled
def _beyond(
    ray: tuple[Array, Array, Vector],
    hit: tuple[float, float],
    sigmas: tuple[float, float],
    grid: TerrainGrid,
) -> float:
    """Probability that the ray truly passes over the crest behind the hit (range, gap).

    Nothing is said where the terrain ends first, or has a hole.
    """
    range_m, gap_m = hit
    ray_sigma, ground_sigma_m = sigmas
    step_m = _BLOCK * grid.levels[2]
    highest, highest_m = 0.0, range_m
    enough = _N_SIGMA * math.hypot(ray_sigma, ground_sigma_m / range_m)
    nodes = np.empty((2, 3))
    for p in range(_N_MOST_PIECES):
        start_m = range_m + p * step_m
        fill_nodes(nodes, ray, start_m, step_m, grid)
        start, end = nodes[0], nodes[1]
        cosine = math.sqrt(max(1.0 - ((end[2] - start[2]) / step_m) ** 2, 0.0))
        for index in range(_N_SAMPLES):
            part = index / _N_SAMPLES
            s = start_m + part * step_m
            angle = -clearance(grid.heights, start, end, part) * cosine / s
            if math.isnan(angle) or angle > enough:
                return 0.0
            if s - highest_m > gap_m:
                return _tail(highest, ray_sigma, ground_sigma_m / highest_m)
            if angle > highest:
                highest, highest_m = angle, s
    return 0.0


@compiled
def probabilities_of_second_hits(
    origin: Array,
    directions: Vectors,
    hits: tuple[Array, Array, Array],
    ground_sigma_m: float,
    grid: TerrainGrid,
    refraction: float,
) -> Array:
    """Return how probable it is that rays truly end on other ground, (n,); NaN where they miss.

    Args:
        origin: (3,) ECEF, metres.
        directions: (n, 3) ECEF, unit length.
        hits: Ranges (n,), 1-sigma of each ray's elevation (n,), radians, and the shortest gap
            (n,), metres, that the place's own ellipse does not bridge.
        ground_sigma_m: 1-sigma of the terrain's heights.
        grid: The terrain.
        refraction: The coefficient k.
    """
    ranges, ray_sigmas, gaps_m = hits
    up = up_of_position(origin[0], origin[1], origin[2])
    probabilities = np.full(len(directions), np.nan)
    for n in range(len(directions)):
        if math.isnan(ranges[n]) or math.isnan(ray_sigmas[n]):
            continue
        bend = bend_of_ray(up, directions[n], refraction)
        level_m = grid.levels[1] + _N_SIGMA * (ray_sigmas[n] * ranges[n] + ground_sigma_m)
        first_m = range_to_ellipsoid(origin, directions[n], bend, level_m)
        first_m = max(first_m, 0.0) if first_m < ranges[n] else 0.0
        ray, sigmas = (origin, directions[n], bend), (ray_sigmas[n], ground_sigma_m)
        before = _before(ray, (first_m, ranges[n], gaps_m[n]), sigmas, grid)
        probabilities[n] = before + _beyond(ray, (ranges[n], gaps_m[n]), sigmas, grid)
    return probabilities
