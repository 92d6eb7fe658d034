"""Geodesics on WGS84: how far and in which direction, and where that leads."""

from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.ellipsoid import (
    WGS84_FLATTENING,
    WGS84_SEMI_MAJOR_M,
    WGS84_SEMI_MINOR_M,
    Array,
)

__all__ = ["destination", "distance_and_bearing"]

_F: Final = WGS84_FLATTENING
_N_STEPS: Final = 30
_SETTLED_RAD: Final = 1e-12


def _series(cos_sq_alpha: Array) -> tuple[Array, Array]:
    """Vincenty's A and B (equations 3 and 4)."""
    u_sq = cos_sq_alpha * (WGS84_SEMI_MAJOR_M**2 / WGS84_SEMI_MINOR_M**2 - 1.0)
    a = 1.0 + u_sq / 16384.0 * (4096.0 + u_sq * (-768.0 + u_sq * (320.0 - 175.0 * u_sq)))
    b = u_sq / 1024.0 * (256.0 + u_sq * (-128.0 + u_sq * (74.0 - 47.0 * u_sq)))
    return a, b


def _delta_sigma(b: Array, sigma: Array, cos_2m: Array) -> Array:
    """Vincenty's correction of the arc (equation 6)."""
    sine, cosine = np.sin(sigma), np.cos(sigma)
    inner = cosine * (2.0 * cos_2m**2 - 1.0) - b / 6.0 * cos_2m * (4.0 * sine**2 - 3.0) * (
        4.0 * cos_2m**2 - 3.0
    )
    return b * sine * (cos_2m + b / 4.0 * inner)


def _longitude_excess(sin_alpha: Array, sigma: Array, cos_2m: Array) -> Array:
    """Difference of longitude on the auxiliary sphere and on the ellipsoid (10, 11)."""
    cos_sq = 1.0 - sin_alpha**2
    c = _F / 16.0 * cos_sq * (4.0 + _F * (4.0 - 3.0 * cos_sq))
    inner = cos_2m + c * np.cos(sigma) * (2.0 * cos_2m**2 - 1.0)
    return (1.0 - c) * _F * sin_alpha * (sigma + c * np.sin(sigma) * inner)


def _reduced(latitude_deg: npt.ArrayLike) -> tuple[Array, Array]:
    """Sine and cosine of the reduced latitude."""
    latitude = np.radians(np.asarray(latitude_deg, dtype=np.float64))
    reduced = np.arctan2((1.0 - _F) * np.sin(latitude), np.cos(latitude))
    return np.sin(reduced), np.cos(reduced)


def _radians_between(from_deg: npt.ArrayLike, to_deg: npt.ArrayLike) -> Array:
    difference = np.asarray(to_deg, dtype=np.float64) - np.asarray(from_deg, dtype=np.float64)
    return np.radians(np.mod(difference + 180.0, 360.0) - 180.0)


def distance_and_bearing(
    from_deg: tuple[npt.ArrayLike, npt.ArrayLike], to_deg: tuple[npt.ArrayLike, npt.ArrayLike]
) -> tuple[Array, Array]:
    """Return the geodesic distance and the bearing at which it sets out.

    Args:
        from_deg: Latitudes (...) and longitudes (...), WGS84.
        to_deg: Latitudes (...) and longitudes (...), WGS84.

    Returns:
        Distance on the ellipsoid, metres, and true bearing at the start, degrees [0, 360),
        each (...). Both NaN within about half a degree of the antipode, where the method
        does not settle; the bearing of a point to itself is NaN.

    Source:
        T. Vincenty, "Direct and inverse solutions of geodesics on the ellipsoid", 1975.
    """
    (sin_u1, cos_u1), (sin_u2, cos_u2) = _reduced(from_deg[0]), _reduced(to_deg[0])
    difference = _radians_between(from_deg[1], to_deg[1])
    longitude = difference
    with np.errstate(invalid="ignore", divide="ignore"):
        for _ in range(_N_STEPS):
            across = cos_u2 * np.sin(longitude)
            along = cos_u1 * sin_u2 - sin_u1 * cos_u2 * np.cos(longitude)
            sine = np.hypot(across, along)
            cosine = sin_u1 * sin_u2 + cos_u1 * cos_u2 * np.cos(longitude)
            sigma = np.arctan2(sine, cosine)
            sin_alpha = np.where(sine > 0.0, cos_u1 * across / np.where(sine > 0, sine, 1.0), 0.0)
            cos_sq = 1.0 - sin_alpha**2
            is_equatorial = cos_sq < 1e-15
            cos_2m = np.where(
                is_equatorial,
                0.0,
                cosine - 2.0 * sin_u1 * sin_u2 / np.where(is_equatorial, 1.0, cos_sq),
            )
            updated = difference + _longitude_excess(sin_alpha, sigma, cos_2m)
            change, longitude = np.abs(updated - longitude), updated
            if not np.any(change > _SETTLED_RAD):
                break
        a, b = _series(cos_sq)
        distance_m = WGS84_SEMI_MINOR_M * a * (sigma - _delta_sigma(b, sigma, cos_2m))
        bearing_deg = np.degrees(np.arctan2(across, along)) % 360.0
    is_settled = (change <= _SETTLED_RAD) & (np.abs(longitude) <= np.pi)
    bearing_deg = np.where(bearing_deg >= 360.0, 0.0, bearing_deg)
    return (
        np.where(is_settled, distance_m, np.nan),
        np.where(is_settled & (sine > 0.0), bearing_deg, np.nan),
    )


def destination(
    latitude_deg: npt.ArrayLike,
    longitude_deg: npt.ArrayLike,
    *,
    bearing_deg: npt.ArrayLike,
    distance_m: npt.ArrayLike,
) -> tuple[Array, Array]:
    """Return where a geodesic of given bearing and length leads.

    Args:
        latitude_deg: (...), of the start, WGS84.
        longitude_deg: (...), of the start, WGS84.
        bearing_deg: (...), true, at the start.
        distance_m: (...), on the ellipsoid.

    Returns:
        Latitude [-90, 90] and longitude [-180, 180) of the end, degrees, each (...).

    Source:
        T. Vincenty, 1975, the direct solution.
    """
    sin_u1, cos_u1 = _reduced(latitude_deg)
    bearing = np.radians(np.asarray(bearing_deg, dtype=np.float64))
    sin_alpha = cos_u1 * np.sin(bearing)
    sigma_1 = np.arctan2(sin_u1, cos_u1 * np.cos(bearing))
    a, b = _series(1.0 - sin_alpha**2)
    plain = np.asarray(distance_m, dtype=np.float64) / (WGS84_SEMI_MINOR_M * a)
    sigma = plain
    for _ in range(_N_STEPS):
        cos_2m = np.cos(2.0 * sigma_1 + sigma)
        updated = plain + _delta_sigma(b, sigma, cos_2m)
        is_settled, sigma = not np.any(np.abs(updated - sigma) > _SETTLED_RAD), updated
        if is_settled:
            break
    cos_2m, sine, cosine = np.cos(2.0 * sigma_1 + sigma), np.sin(sigma), np.cos(sigma)
    along = cos_u1 * cosine - sin_u1 * sine * np.cos(bearing)
    latitude = np.arctan2(
        sin_u1 * cosine + cos_u1 * sine * np.cos(bearing),
        (1.0 - _F) * np.hypot(sin_alpha, sin_u1 * sine - cos_u1 * cosine * np.cos(bearing)),
    )
    east = np.arctan2(sine * np.sin(bearing), along)
    end_deg = np.asarray(longitude_deg, dtype=np.float64) + np.degrees(
        east - _longitude_excess(sin_alpha, sigma, cos_2m)
    )
    wrapped = np.mod(end_deg + 180.0, 360.0) - 180.0
    return np.degrees(latitude), np.where(wrapped >= 180.0, -180.0, wrapped)
