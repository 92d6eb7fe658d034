"""Bent rays to level surfaces: a height above the ellipsoid, or one that varies slowly."""

from collections.abc import Callable
from typing import Final

import numpy as np

from plainview.geo.ellipsoid import WGS84_RADII_M, Array, Vectors
from plainview.geo.geodetic import geodetic_from_ecef
from plainview.geo.refraction import REFRACTION_COEFFICIENT, points_on_rays, ray_drop

__all__ = ["SHALLOWEST_LOOK_RAD", "intersect_level"]

SHALLOWEST_LOOK_RAD: Final = 2e-4
"""A ray that comes in at less (1.5 km short of the horizon) is a miss: there a metre of height
is 5 km of range, and the geoid's own slope decides."""

_N_NEWTON_STEPS: Final = 10
_N_LEVEL_STEPS: Final = 12
_SETTLED_M: Final = 1e-4
_TOLERANCE_M: Final = 1e-2


def _quartic(
    origin: Array, direction: Vectors, *, height_m: Array, refraction: float
) -> tuple[Array, ...]:
    """Coefficients, from the constant up, of |(o + s d + k s^2 q) / radii|^2 - 1."""
    radii = WGS84_RADII_M + height_m[:, np.newaxis]
    o, d = origin / radii, direction / radii
    q = refraction * ray_drop(origin, direction) / radii
    return (
        np.sum(o * o, axis=-1) - 1.0,
        2.0 * np.sum(o * d, axis=-1),
        np.sum(d * d, axis=-1) + 2.0 * np.sum(o * q, axis=-1),
        2.0 * np.sum(d * q, axis=-1),
        np.sum(q * q, axis=-1),
    )


def _range_to_ellipsoid(
    origin: Array, direction: Vectors, *, height_m: Array, refraction: float
) -> Array:
    """Range (n,) at which each bent ray enters an ellipsoid of enlarged radii; NaN if never.

    The first three terms are all but the whole (the bend lies across the ray), so that
    their root is within metres and Newton's method settles at once. Where they have none,
    or the ray would come in at less than the shallowest look, it is a miss.
    """
    c0, c1, c2, c3, c4 = _quartic(origin, direction, height_m=height_m, refraction=refraction)
    s = (-c1 - np.sqrt(c1**2 - 4.0 * c2 * c0)) / (2.0 * c2)
    for _ in range(_N_NEWTON_STEPS):
        value = c0 + s * (c1 + s * (c2 + s * (c3 + s * c4)))
        slope = c1 + s * (2.0 * c2 + s * (3.0 * c3 + s * 4.0 * c4))
        step = value / np.where(slope < 0.0, slope, np.nan)
        s = s - step
        if not np.any(np.abs(step) > _SETTLED_M):
            break
    residual_m = 0.5 * WGS84_RADII_M[0] * np.abs(value)
    is_down = 0.5 * WGS84_RADII_M[0] * slope < -SHALLOWEST_LOOK_RAD
    is_hit = (c0 >= 0.0) & (s >= 0.0) & is_down & (residual_m < _TOLERANCE_M)
    return np.where(is_hit, s, np.nan)


def intersect_level(
    origin_ecef_m: Array,
    direction_ecef: Vectors,
    *,
    height_hae_m: Callable[[Array, Array], Array],
    refraction: float = REFRACTION_COEFFICIENT,
) -> Array:
    """Return the range at which each bent ray first meets a level surface from above.

    Args:
        origin_ecef_m: (3,) ECEF, metres.
        direction_ecef: (n, 3) ECEF, unit length, as seen at the origin.
        height_hae_m: Gives the surface's height above the ellipsoid, metres, (n,), from
            latitudes and longitudes, degrees, (n,); its slope must stay far below the
            angle at which rays come in (the geoid's is under 0.0002).
        refraction: The coefficient k.

    Returns:
        (n,) metres along the ray; NaN where it misses, comes in at less than
        `SHALLOWEST_LOOK_RAD`, or starts below the surface.
    """
    latitude, longitude, _ = geodetic_from_ecef(np.atleast_2d(origin_ecef_m))
    level = np.broadcast_to(height_hae_m(latitude, longitude), (len(direction_ecef),))
    with np.errstate(invalid="ignore"):
        for _ in range(_N_LEVEL_STEPS):
            range_m = _range_to_ellipsoid(
                origin_ecef_m, direction_ecef, height_m=level, refraction=refraction
            )
            points = points_on_rays(origin_ecef_m, direction_ecef, range_m, refraction=refraction)
            latitude, longitude, height = geodetic_from_ecef(points)
            error = height - height_hae_m(latitude, longitude)
            if not np.any(np.abs(error) > _SETTLED_M):
                break
            level = np.where(np.isnan(error), level, level - error)
        return np.where(np.abs(error) < _TOLERANCE_M, range_m, np.nan)
