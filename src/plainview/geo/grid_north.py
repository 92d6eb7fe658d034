"""Grid north of the Universal Transverse Mercator projection: how far it lies from true north."""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.ellipsoid import (
    WGS84_ECCENTRICITY_SQUARED,
    WGS84_FLATTENING,
    WGS84_SEMI_MAJOR_M,
    Array,
)

__all__ = ["grid_convergence_deg", "grid_position_m", "utm_zone"]

_ZONE_DEG: Final = 6.0
_LOWEST_DEG: Final = -80.0
_HIGHEST_DEG: Final = 84.0

_N: Final = WGS84_FLATTENING / (2.0 - WGS84_FLATTENING)
"""Third flattening."""

_ALPHA: Final = (
    _N / 2.0 - 2.0 / 3.0 * _N**2 + 5.0 / 16.0 * _N**3,
    13.0 / 48.0 * _N**2 - 3.0 / 5.0 * _N**3,
    61.0 / 240.0 * _N**3,
)
"""Krueger's series to the third order: good to a millionth of a degree inside a zone."""

_FALSE_EASTING_M: Final = 500_000.0
_SCALE_M: Final = 0.9996 * WGS84_SEMI_MAJOR_M / (1.0 + _N) * (1.0 + _N**2 / 4.0 + _N**4 / 64.0)
"""Metres of a radian along the central meridian, with the zone's own scale."""


def utm_zone(latitude_deg: float, longitude_deg: float) -> int | None:
    """Return the zone of a place, 1 to 60, Norway's and Svalbard's wider ones included.

    Returns:
        The zone's number; None beyond 80 degrees south and 84 north, where it has none.

    Source:
        NGA.STND.0037, "Universal Grids and Grid Reference Systems", section 5.
    """
    if not _LOWEST_DEG <= latitude_deg < _HIGHEST_DEG:
        return None
    longitude = (longitude_deg + 180.0) % 360.0
    zone = min(int(longitude // _ZONE_DEG) + 1, 60)
    east = longitude - 180.0
    if 56.0 <= latitude_deg < 64.0 and 3.0 <= east < 12.0:
        return 32
    if latitude_deg >= 72.0 and 0.0 <= east < 42.0:
        return 31 + 2 * int((east + 3.0) // 12.0)
    return zone


def grid_convergence_deg(
    latitude_deg: npt.ArrayLike, longitude_deg: npt.ArrayLike, *, zone: int
) -> Array:
    """Return by how much grid north lies clockwise of true north.

    A grid bearing is the true one less this.

    Args:
        latitude_deg: (...), WGS84.
        longitude_deg: (...), WGS84.
        zone: Of UTM, 1 to 60.

    Returns:
        Degrees, (...), positive east of the central meridian on the northern half.

    Source:
        C. F. F. Karney, "Transverse Mercator with an accuracy of a few nanometers", J. Geodesy
        85 (2011), equations 7 to 9, 11, 23 to 26, with the series cut at the third order.

    >>> round(float(grid_convergence_deg(38.16, -77.36, zone=18)), 3)
    -1.458
    """
    conformal, away = _conformal(latitude_deg, longitude_deg, zone)
    xi, eta = _on_sphere(conformal, away)
    p, q = np.ones_like(xi), np.zeros_like(xi)
    for order, alpha in enumerate(_ALPHA, start=1):
        p = p + 2.0 * order * alpha * np.cos(2 * order * xi) * np.cosh(2 * order * eta)
        q = q + 2.0 * order * alpha * np.sin(2 * order * xi) * np.sinh(2 * order * eta)
    turned = np.arctan2(conformal * np.sin(away), np.hypot(1.0, conformal) * np.cos(away))
    convergence: Array = np.degrees(turned + np.arctan2(q, p))
    return convergence


def grid_position_m(
    latitude_deg: npt.ArrayLike, longitude_deg: npt.ArrayLike, *, zone: int
) -> tuple[Array, Array]:
    """Return easting and northing in a zone, metres, each (...).

    The northing is counted from the equator on both halves; the easting has 500 km on the
    central meridian.

    Args:
        latitude_deg: (...), WGS84.
        longitude_deg: (...), WGS84.
        zone: Of UTM, 1 to 60.

    Source:
        As for the convergence.
    """
    xi, eta = _on_sphere(*_conformal(latitude_deg, longitude_deg, zone))
    north, east = xi, eta
    for order, alpha in enumerate(_ALPHA, start=1):
        north = north + alpha * np.sin(2 * order * xi) * np.cosh(2 * order * eta)
        east = east + alpha * np.cos(2 * order * xi) * np.sinh(2 * order * eta)
    return _FALSE_EASTING_M + _SCALE_M * east, _SCALE_M * north


def _conformal(
    latitude_deg: npt.ArrayLike, longitude_deg: npt.ArrayLike, zone: int
) -> tuple[Array, Array]:
    """Return the tangent of the conformal latitude, and radians from the central meridian."""
    latitude = np.radians(np.asarray(latitude_deg, np.float64))
    middle_deg = _ZONE_DEG * zone - 183.0
    away_deg = (np.asarray(longitude_deg, np.float64) - middle_deg + 180.0) % 360.0 - 180.0
    tangent = np.tan(latitude)
    root = np.hypot(1.0, tangent)
    e = math.sqrt(WGS84_ECCENTRICITY_SQUARED)
    sigma = np.sinh(e * np.arctanh(e * tangent / root))
    conformal = tangent * np.hypot(1.0, sigma) - sigma * root
    return conformal, np.radians(away_deg)


def _on_sphere(conformal: Array, away: Array) -> tuple[Array, Array]:
    """Return northing and easting of the projection of the conformal sphere, radians."""
    northing = np.arctan2(conformal, np.cos(away))
    easting = np.arcsinh(np.sin(away) / np.hypot(conformal, np.cos(away)))
    return northing, easting
