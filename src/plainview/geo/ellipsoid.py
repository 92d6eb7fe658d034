"""The WGS84 ellipsoid: its constants, and where straight rays meet it."""

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "MEAN_EARTH_RADIUS_M",
    "WGS84_ECCENTRICITY_SQUARED",
    "WGS84_FLATTENING",
    "WGS84_RADII_M",
    "WGS84_SEMI_MAJOR_M",
    "WGS84_SEMI_MINOR_M",
    "Array",
    "Vectors",
    "intersect_ellipsoid",
    "up_from_ecef",
]

Array = npt.NDArray[np.float64]
Vectors = npt.NDArray[np.float64]
"""Shape (n, 3), components last."""

WGS84_SEMI_MAJOR_M: Final = 6_378_137.0
WGS84_FLATTENING: Final = 1.0 / 298.257223563
WGS84_SEMI_MINOR_M: Final = WGS84_SEMI_MAJOR_M * (1.0 - WGS84_FLATTENING)
WGS84_ECCENTRICITY_SQUARED: Final = WGS84_FLATTENING * (2.0 - WGS84_FLATTENING)
"""NGA.STND.0036_1.0.0_WGS84 (2014), table 3.1; the others follow from the first two."""

WGS84_RADII_M: Final = np.array([WGS84_SEMI_MAJOR_M, WGS84_SEMI_MAJOR_M, WGS84_SEMI_MINOR_M])
WGS84_RADII_M.flags.writeable = False

MEAN_EARTH_RADIUS_M: Final = 6_371_008.8
"""(2a + b) / 3 of WGS84: the radius of formulas for a spherical Earth."""


def up_from_ecef(position_ecef_m: Vectors) -> Vectors:
    """Return the unit normal of the ellipsoid below each point, within 20 microradians.

    Args:
        position_ecef_m: (..., 3) ECEF, metres, within 20 km of the ellipsoid.

    Returns:
        (..., 3) ECEF, unit length.
    """
    normal = position_ecef_m / WGS84_RADII_M**2
    up: Vectors = normal / np.linalg.norm(normal, axis=-1, keepdims=True)
    return up


def intersect_ellipsoid(origin_ecef_m: Vectors, direction_ecef: Vectors) -> Vectors:
    """Return where each ray first meets the WGS84 ellipsoid.

    Args:
        origin_ecef_m: Ray origins outside the ellipsoid, shape (n, 3), ECEF, metres.
        direction_ecef: Ray directions, shape (n, 3), ECEF, of any length but zero.

    Returns:
        Points of shape (n, 3), ECEF, metres; a row is NaN where the ray misses.

    Source:
        Scale each axis by its radius and meet the unit sphere: a quadratic in range.
    """
    origin, direction = origin_ecef_m / WGS84_RADII_M, direction_ecef / WGS84_RADII_M
    a = np.sum(direction**2, axis=-1)
    half_b = np.sum(origin * direction, axis=-1)
    c = np.sum(origin**2, axis=-1) - 1.0
    with np.errstate(invalid="ignore"):
        scale = (-half_b - np.sqrt(half_b**2 - a * c)) / a
    scale = np.where(scale >= 0.0, scale, np.nan)
    return origin_ecef_m + scale[:, np.newaxis] * direction_ecef
