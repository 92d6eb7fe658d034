"""One place and one attitude in plain numbers, for metadata that come one set at a time.

Each function has a twin over arrays, whose formula, order of operations and source it has, and
whose value it gives some ten times sooner.
"""

import math

import numpy as np

from plainview.geo.attitude import BODY_FROM_LEVEL_CAMERA, LOCK_COSINE
from plainview.geo.ellipsoid import WGS84_ECCENTRICITY_SQUARED, WGS84_SEMI_MAJOR_M, Array
from plainview.geo.geodetic import NED_FROM_ENU
from plainview.geo.geoid import geoid_cell

__all__ = [
    "body_angles_of_rotation",
    "body_from_camera_of_angles",
    "ecef_from_enu_at",
    "ecef_from_ned_at",
    "ecef_of_place",
    "enu_m_of_place",
    "geoid_undulation_at",
    "ned_from_body_of_angles",
]

Angles = tuple[float, float, float]


def ecef_of_place(latitude_deg: float, longitude_deg: float, height_hae_m: float) -> Array:
    """Return the vector (3,) of a place, ECEF, metres; as `ecef_from_geodetic`."""
    latitude, longitude = math.radians(latitude_deg), math.radians(longitude_deg)
    sine, cosine = math.sin(latitude), math.cos(latitude)
    normal_m = WGS84_SEMI_MAJOR_M / math.sqrt(1.0 - WGS84_ECCENTRICITY_SQUARED * (sine * sine))
    across_m = (normal_m + height_hae_m) * cosine
    return np.array(
        [
            across_m * math.cos(longitude),
            across_m * math.sin(longitude),
            (normal_m * (1.0 - WGS84_ECCENTRICITY_SQUARED) + height_hae_m) * sine,
        ]
    )


def ecef_from_enu_at(latitude_deg: float, longitude_deg: float) -> Array:
    """Return the rotation (3, 3) from east-north-up at a place; as `ecef_from_enu`."""
    latitude, longitude = math.radians(latitude_deg), math.radians(longitude_deg)
    sin_lat, cos_lat = math.sin(latitude), math.cos(latitude)
    sin_lon, cos_lon = math.sin(longitude), math.cos(longitude)
    return np.array(
        [
            [-sin_lon, -sin_lat * cos_lon, cos_lat * cos_lon],
            [cos_lon, -sin_lat * sin_lon, cos_lat * sin_lon],
            [0.0, cos_lat, sin_lat],
        ]
    )


def ecef_from_ned_at(latitude_deg: float, longitude_deg: float) -> Array:
    """Return the rotation (3, 3) from north-east-down at a place; as `ecef_from_ned`."""
    ecef_from_ned: Array = ecef_from_enu_at(latitude_deg, longitude_deg) @ NED_FROM_ENU
    return ecef_from_ned


def enu_m_of_place(place: Angles, *, origin: Angles) -> Array:
    """Return a place (3,) in metres east, north, up of an origin; as `enu_m_from_geodetic`.

    Args:
        place: Latitude, longitude (degrees) and height above the ellipsoid (metres).
        origin: Likewise.
    """
    offset = ecef_of_place(*place) - ecef_of_place(*origin)
    enu_m: Array = offset @ ecef_from_enu_at(origin[0], origin[1])
    return enu_m


def geoid_undulation_at(latitude_deg: float, longitude_deg: float) -> float:
    """Return the geoid's height above the ellipsoid at a place; as `geoid_undulation_m`."""
    cell = geoid_cell(latitude_deg, longitude_deg)
    if cell is None:
        return math.nan
    f, g, ((south_west, south_east), (north_west, north_east)) = cell
    south = south_west + g * (south_east - south_west)
    north = north_west + g * (north_east - north_west)
    return south + f * (north - south)


def ned_from_body_of_angles(angles_deg: Angles) -> Array:
    """Return the attitude (3, 3) of heading, pitch and roll, degrees; as `ned_from_body`."""
    about_z, about_y, about_x = (_sine_and_cosine(angle) for angle in angles_deg)
    turn: Array = _rotation_z(*about_z) @ _rotation_y(*about_y) @ _rotation_x(*about_x)
    return turn


def body_from_camera_of_angles(angles_deg: Angles) -> Array:
    """Return the pose (3, 3) of azimuth, elevation and roll, degrees; as `body_from_camera`."""
    body_from_camera: Array = ned_from_body_of_angles(angles_deg) @ BODY_FROM_LEVEL_CAMERA
    return body_from_camera


def body_angles_of_rotation(ned_from_body: Array) -> Angles:
    """Return heading, pitch and roll, radians, of (3, 3); as `body_angles_from_rotation`."""
    (r00, r01, _), (r10, r11, _), (r20, r21, r22) = ned_from_body.tolist()
    cosine = float(np.hypot(r00, r10))
    is_locked = cosine < LOCK_COSINE
    heading = float(np.arctan2(-r01, r11) if is_locked else np.arctan2(r10, r00)) % (2.0 * np.pi)
    roll = 0.0 if is_locked else float(np.arctan2(r21, r22))
    return 0.0 if heading >= 2.0 * np.pi else heading, float(np.arctan2(-r20, cosine)), roll


def _sine_and_cosine(angle_deg: float) -> tuple[float, float]:
    angle_rad = math.radians(angle_deg)
    return math.sin(angle_rad), math.cos(angle_rad)


def _rotation_x(sine: float, cosine: float) -> Array:
    return np.array([[1.0, 0.0, 0.0], [0.0, cosine, -sine], [0.0, sine, cosine]])


def _rotation_y(sine: float, cosine: float) -> Array:
    return np.array([[cosine, 0.0, sine], [0.0, 1.0, 0.0], [-sine, 0.0, cosine]])


def _rotation_z(sine: float, cosine: float) -> Array:
    return np.array([[cosine, -sine, 0.0], [sine, cosine, 0.0], [0.0, 0.0, 1.0]])
