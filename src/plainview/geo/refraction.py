"""Refraction: the one place where rays bend.

Air thins upward, so a line of sight curves down, towards the Earth. The coefficient of
refraction k is the curvature of a level ray over the curvature of the Earth. At 10 km range
a ray drops by 1 m, at 50 km by 26 m; at a shallow look the ground point comes nearer by
many times that.
"""

from typing import Final

import numpy as np

from plainview.geo.ellipsoid import MEAN_EARTH_RADIUS_M, Array, Vectors, up_from_ecef

__all__ = [
    "REFRACTION_COEFFICIENT",
    "REFRACTION_COEFFICIENT_SIGMA",
    "apparent_directions",
    "points_on_rays",
    "ray_drop",
    "tangents_of_rays",
]

REFRACTION_COEFFICIENT: Final = 0.13
"""C. F. Gauss, from the triangulation of Hanover; the value of the design."""

REFRACTION_COEFFICIENT_SIGMA: Final = 0.07
"""Two sigma span none (-0.01) to well above the standard atmosphere's optical 0.17 (0.27).

It does not cover ducting close above warm or cold water, where |k| exceeds 1.
"""

_CURVATURE_1_M: Final = 1.0 / MEAN_EARTH_RADIUS_M
_N_STEPS: Final = 6


def ray_drop(origin_ecef_m: Vectors, direction_ecef: Vectors) -> Vectors:
    """Return by how much a ray falls, per square metre of range, for k = 1.

    A point at range s lies ``k * s**2 * ray_drop`` beside the straight ray.

    Args:
        origin_ecef_m: (3,) or (n, 3) ECEF, metres.
        direction_ecef: (n, 3) ECEF, unit length.

    Returns:
        (n, 3) ECEF, 1 / metres.

    Source:
        The ray equation r'' = grad n - (grad n . t) t with grad n = -(k / R) up, to
        second order in range.
    """
    up = up_from_ecef(origin_ecef_m)
    along = np.sum(up * direction_ecef, axis=-1, keepdims=True)
    drop: Vectors = -0.5 * _CURVATURE_1_M * (up - along * direction_ecef)
    return drop


def points_on_rays(
    origin_ecef_m: Vectors,
    direction_ecef: Vectors,
    range_m: Array,
    *,
    refraction: float = REFRACTION_COEFFICIENT,
) -> Vectors:
    """Return the points at given ranges along bent rays.

    Args:
        origin_ecef_m: (3,) or (n, 3) ECEF, metres.
        direction_ecef: (n, 3) ECEF, unit length, as seen at the origin.
        range_m: (n,).
        refraction: The coefficient k.

    Returns:
        (n, 3) ECEF, metres.
    """
    s = range_m[:, np.newaxis]
    drop = ray_drop(origin_ecef_m, direction_ecef)
    points: Vectors = origin_ecef_m + s * (direction_ecef + refraction * s * drop)
    return points


def tangents_of_rays(
    origin_ecef_m: Vectors,
    direction_ecef: Vectors,
    range_m: Array,
    *,
    refraction: float = REFRACTION_COEFFICIENT,
) -> Vectors:
    """Return in which direction bent rays go at given ranges, (n, 3) ECEF, near unit length.

    Args:
        origin_ecef_m: (3,) or (n, 3) ECEF, metres.
        direction_ecef: (n, 3) ECEF, unit length, as seen at the origin.
        range_m: (n,).
        refraction: The coefficient k.
    """
    drop = ray_drop(origin_ecef_m, direction_ecef)
    tangents: Vectors = direction_ecef + 2.0 * refraction * range_m[:, np.newaxis] * drop
    return tangents


def apparent_directions(
    origin_ecef_m: Vectors,
    target_ecef_m: Vectors,
    *,
    refraction: float = REFRACTION_COEFFICIENT,
) -> Vectors:
    """Return in which direction each target is seen; the inverse of :func:`points_on_rays`.

    Args:
        origin_ecef_m: (3,) or (n, 3) ECEF, metres.
        target_ecef_m: (n, 3) ECEF, metres.
        refraction: The coefficient k.

    Returns:
        (n, 3) ECEF, unit length, a little above the straight line; NaN where the target is
        the origin.
    """
    chord = target_ecef_m - origin_ecef_m
    lifted = chord
    with np.errstate(invalid="ignore"):
        for _ in range(_N_STEPS):
            range_m = np.linalg.norm(lifted, axis=-1, keepdims=True)
            drop = ray_drop(origin_ecef_m, lifted / range_m)
            lifted = chord - refraction * range_m**2 * drop
        directions: Vectors = lifted / np.linalg.norm(lifted, axis=-1, keepdims=True)
    return directions
