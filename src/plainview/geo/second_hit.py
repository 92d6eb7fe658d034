"""Other ground along a ray: the crest that it may end on, the valley that it may end in.

At a grazing look over ridges a small error of the ray or of the terrain moves the place by a
jump, which no ellipse holds. How probable that is follows from the angle by which the ray
clears the crest before its place, or meets the one behind which it would go on.
"""

import math
from typing import Final

import numpy as np

from plainview.geo.ellipsoid import Array, Vectors, up_from_ecef
from plainview.geo.geodetic import geodetic_from_ecef
from plainview.geo.ray_kernels import bend_of_ray, range_to_ellipsoid
from plainview.geo.refraction import REFRACTION_COEFFICIENT, points_on_rays
from plainview.geo.second_hit_kernel import probabilities_of_second_hits
from plainview.geo.terrain import TERRAIN_BLOCK, Terrain
from plainview.geo.terrain_rays import kernel_grid

__all__ = ["second_hit_in_numpy", "second_hit_probability"]


_N_SIGMA: Final = 4.0
_MOST_PIECES: Final = 400
_SAMPLES_A_PIECE: Final = 2 * TERRAIN_BLOCK


def second_hit_probability(
    rays: tuple[Array, Vectors, Array],
    *,
    terrain: Terrain,
    ray_sigma_rad: Array,
    gap_m: Array,
    refraction: float = REFRACTION_COEFFICIENT,
) -> Array:
    """Return how probable it is that rays truly end on other ground than where they were met.

    Args:
        rays: Origin (3,) ECEF, metres, unit directions (n, 3) and the ranges (n,) of the hits.
        terrain: Heights, with their 1-sigma.
        ray_sigma_rad: (n,) 1-sigma of each ray's elevation.
        gap_m: (n,) jumps shorter than this lie within the place's own ellipse.
        refraction: The coefficient k.

    Returns:
        (n,) probability; NaN where a ray missed.

    Source:
        A normal error of the angle at the crest: the ray's, and the terrain's over the range.
    """
    origin, directions, ranges = (np.array(part, np.float64) for part in rays)
    hits = (ranges, np.array(ray_sigma_rad, np.float64), np.array(gap_m, np.float64))
    return probabilities_of_second_hits(
        origin, directions, hits, float(terrain.sigma_m), kernel_grid(terrain), float(refraction)
    )


def _angles(
    ray: tuple[Array, Array], ranges: Array, *, terrain: Terrain, refraction: float
) -> Array:
    """Angle of the ground above the ray, (m,) radians, at ranges (m,); NaN where not known."""
    origin, direction = ray
    directions = np.repeat(direction[np.newaxis], len(ranges), axis=0)
    points = points_on_rays(origin, directions, ranges, refraction=refraction)
    latitude, longitude, height = geodetic_from_ecef(points)
    slope = np.gradient(height, ranges)
    angles: Array = (
        (terrain.height_hae_m(latitude, longitude) - height) * np.sqrt(1.0 - slope**2) / ranges
    )
    return angles


def _jumps(angles: Array, ranges: Array, gap_m: float) -> tuple[Array, Array]:
    """Crests after which no ground is as high for longer than a gap: their angles and ranges."""
    known = ~np.isnan(angles)
    angles, ranges = angles[known], ranges[known]
    highest = np.maximum.accumulate(angles)
    is_record = np.r_[True, angles[1:] > highest[:-1]]
    crests, at = angles[is_record], ranges[is_record]
    is_far = np.diff(at) > gap_m
    return crests[:-1][is_far], at[:-1][is_far]


def second_hit_in_numpy(
    rays: tuple[Array, Array, float],
    *,
    terrain: Terrain,
    ray_sigma_rad: float,
    gap_m: float,
    refraction: float = REFRACTION_COEFFICIENT,
) -> float:
    """Return what the kernel does for one ray, from the whole profile; the twin of tests."""
    origin, direction, range_m = rays

    def tail(angle: float, at_m: float) -> float:
        sigma = math.hypot(ray_sigma_rad, terrain.sigma_m / at_m)
        return 0.5 * math.erfc(angle / (sigma * math.sqrt(2.0)))

    def angles_at(ranges: Array) -> Array:
        return _angles((origin, direction), ranges, terrain=terrain, refraction=refraction)

    up = up_from_ecef(origin[np.newaxis])[0]
    bend = bend_of_ray((up[0], up[1], up[2]), direction, refraction)
    level_m = terrain.highest_hae_m + _N_SIGMA * (ray_sigma_rad * range_m + terrain.sigma_m)
    first_m = range_to_ellipsoid(origin, direction, bend, level_m)
    first_m = max(first_m, 0.0) if first_m < range_m else 0.0
    block_m = TERRAIN_BLOCK * terrain.cell_m
    n_steps = _SAMPLES_A_PIECE * math.ceil((range_m - first_m) / block_m)
    samples = np.arange(n_steps, dtype=np.float64)
    ranges: Array = first_m + (range_m - first_m) / n_steps * samples
    ranges = ranges[ranges > 0.0]
    crests, at = _jumps(np.r_[angles_at(ranges), 0.0], np.r_[ranges, range_m], gap_m)
    before = tail(-min(crests[-1], 0.0), at[-1]) if len(crests) else 0.0
    step_m = block_m / _SAMPLES_A_PIECE
    samples = np.arange(1, _MOST_PIECES * _SAMPLES_A_PIECE, dtype=np.float64)
    ranges = range_m + step_m * samples
    angles = angles_at(ranges)
    enough = _N_SIGMA * math.hypot(ray_sigma_rad, terrain.sigma_m / range_m)
    is_end = np.isnan(angles) | (angles > enough)
    n_known = int(np.argmax(is_end)) if is_end.any() else len(angles)
    angles, ranges = np.r_[0.0, angles[:n_known]], np.r_[range_m, ranges[:n_known]]
    crests, at = _jumps(np.r_[angles, np.inf], np.r_[ranges, ranges[-1]], gap_m)
    return before + (tail(crests[0], at[0]) if len(crests) else 0.0)
