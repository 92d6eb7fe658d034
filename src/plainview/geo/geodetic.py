"""Geodetic positions, Earth-centred vectors and the local frames between them (WGS84)."""

from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.ellipsoid import (
    WGS84_ECCENTRICITY_SQUARED,
    WGS84_FLATTENING,
    WGS84_SEMI_MAJOR_M,
    WGS84_SEMI_MINOR_M,
    Array,
)

__all__ = [
    "NED_FROM_ENU",
    "ecef_from_enu",
    "ecef_from_geodetic",
    "ecef_from_ned",
    "enu_m_from_geodetic",
    "geodetic_from_ecef",
    "geodetic_from_enu_m",
]

NED_FROM_ENU: Final = np.array([[0.0, 1.0, 0.0], [1.0, 0.0, 0.0], [0.0, 0.0, -1.0]])
"""Its own inverse."""
NED_FROM_ENU.flags.writeable = False

_N_BOWRING_STEPS: Final = 2
"""Reaches rounding (0.01 micrometres) from 100 km below the ellipsoid to 1,000 km above."""


def ecef_from_geodetic(
    latitude_deg: npt.ArrayLike, longitude_deg: npt.ArrayLike, height_hae_m: npt.ArrayLike
) -> Array:
    """Return Earth-centred, Earth-fixed vectors of geodetic positions.

    Args:
        latitude_deg: (...), WGS84.
        longitude_deg: (...), WGS84.
        height_hae_m: (...), above the ellipsoid.

    Returns:
        (..., 3) ECEF, metres; NaN where an input is.

    Source:
        NGA.STND.0036, equation 4-14.
    """
    latitude, longitude, height = np.broadcast_arrays(
        np.radians(np.asarray(latitude_deg, dtype=np.float64)),
        np.radians(np.asarray(longitude_deg, dtype=np.float64)),
        np.asarray(height_hae_m, dtype=np.float64),
    )
    sine, cosine = np.sin(latitude), np.cos(latitude)
    normal_m = WGS84_SEMI_MAJOR_M / np.sqrt(1.0 - WGS84_ECCENTRICITY_SQUARED * sine**2)
    across_m = (normal_m + height) * cosine
    return np.stack(
        [
            across_m * np.cos(longitude),
            across_m * np.sin(longitude),
            (normal_m * (1.0 - WGS84_ECCENTRICITY_SQUARED) + height) * sine,
        ],
        axis=-1,
    )


def geodetic_from_ecef(position_ecef_m: npt.ArrayLike) -> tuple[Array, Array, Array]:
    """Return geodetic positions of Earth-centred, Earth-fixed vectors.

    Args:
        position_ecef_m: (..., 3) ECEF, metres.

    Returns:
        Latitude [-90, 90] and longitude [-180, 180), degrees, and height above the
        ellipsoid, metres, each (...); NaN where the vector is.

    Source:
        B. R. Bowring, "Transformation from spatial to geographical coordinates", 1976,
        iterated on the parametric latitude; height by the form that is stable everywhere.
    """
    x, y, z = np.moveaxis(np.asarray(position_ecef_m, dtype=np.float64), -1, 0)
    across_m = np.hypot(x, y)
    a, b, e2 = WGS84_SEMI_MAJOR_M, WGS84_SEMI_MINOR_M, WGS84_ECCENTRICITY_SQUARED
    ep2 = e2 / (1.0 - e2)
    parametric = np.arctan2(z, (1.0 - WGS84_FLATTENING) * across_m)
    for _ in range(_N_BOWRING_STEPS):
        sine, cosine = np.sin(parametric), np.cos(parametric)
        latitude = np.arctan2(z + ep2 * b * sine**3, across_m - e2 * a * cosine**3)
        parametric = np.arctan2((1.0 - WGS84_FLATTENING) * np.sin(latitude), np.cos(latitude))
    sine, cosine = np.sin(latitude), np.cos(latitude)
    height = across_m * cosine + z * sine - a * np.sqrt(1.0 - e2 * sine**2)
    longitude_deg = np.degrees(np.arctan2(y, x))
    return (
        np.degrees(latitude),
        np.where(longitude_deg >= 180.0, longitude_deg - 360.0, longitude_deg),
        height,
    )


def ecef_from_enu(latitude_deg: npt.ArrayLike, longitude_deg: npt.ArrayLike) -> Array:
    """Return the rotations from local east-north-up to ECEF.

    Args:
        latitude_deg: (...), of the frame's origin.
        longitude_deg: (...), of the frame's origin.

    Returns:
        (..., 3, 3); its columns are the unit vectors east, north, up in ECEF.
    """
    latitude, longitude = np.broadcast_arrays(
        np.radians(np.asarray(latitude_deg, dtype=np.float64)),
        np.radians(np.asarray(longitude_deg, dtype=np.float64)),
    )
    sin_lat, cos_lat = np.sin(latitude), np.cos(latitude)
    sin_lon, cos_lon = np.sin(longitude), np.cos(longitude)
    east = np.stack([-sin_lon, cos_lon, np.zeros_like(sin_lon)], axis=-1)
    north = np.stack([-sin_lat * cos_lon, -sin_lat * sin_lon, cos_lat], axis=-1)
    up = np.stack([cos_lat * cos_lon, cos_lat * sin_lon, sin_lat], axis=-1)
    return np.stack([east, north, up], axis=-1)


def ecef_from_ned(latitude_deg: npt.ArrayLike, longitude_deg: npt.ArrayLike) -> Array:
    """Return the rotations (..., 3, 3) from local north-east-down to ECEF.

    Args:
        latitude_deg: (...), of the frame's origin.
        longitude_deg: (...), of the frame's origin.
    """
    ecef_from_ned: Array = ecef_from_enu(latitude_deg, longitude_deg) @ NED_FROM_ENU
    return ecef_from_ned


def enu_m_from_geodetic(
    latitude_deg: npt.ArrayLike,
    longitude_deg: npt.ArrayLike,
    height_hae_m: npt.ArrayLike,
    *,
    origin: tuple[float, float, float],
) -> Array:
    """Return positions in the east-north-up frame of one origin.

    Args:
        latitude_deg: (...), WGS84.
        longitude_deg: (...), WGS84.
        height_hae_m: (...), above the ellipsoid.
        origin: Latitude, longitude (degrees) and height above the ellipsoid (metres).

    Returns:
        (..., 3) metres east, north, up.
    """
    offset = ecef_from_geodetic(latitude_deg, longitude_deg, height_hae_m) - ecef_from_geodetic(
        *origin
    )
    enu_m: Array = offset @ ecef_from_enu(origin[0], origin[1])
    return enu_m


def geodetic_from_enu_m(
    position_enu_m: npt.ArrayLike, *, origin: tuple[float, float, float]
) -> tuple[Array, Array, Array]:
    """Return geodetic positions of points in the east-north-up frame of one origin.

    Args:
        position_enu_m: (..., 3) metres east, north, up.
        origin: Latitude, longitude (degrees) and height above the ellipsoid (metres).

    Returns:
        Latitude and longitude, degrees, height above the ellipsoid, metres, each (...).
    """
    offset = np.asarray(position_enu_m, dtype=np.float64) @ ecef_from_enu(origin[0], origin[1]).T
    return geodetic_from_ecef(ecef_from_geodetic(*origin) + offset)
