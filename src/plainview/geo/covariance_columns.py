"""Where a point goes for one unit of each error: the columns of its covariance.

Every error moves the point at the end of the ray. Errors of the pose move it at fixed range
(a shift, a turn about an axis, a stretch of the picture); the surface then takes the part
off that leaves it, along the ray::

    d_point = d_ray - t (n . d_ray - d_height) / (n . t)

with t the ray's direction where it arrives and n = (-slope east, -slope north, 1).
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from plainview.geo.camera_rays import camera_directions, ecef_from_camera
from plainview.geo.covariance_kernel import axes_of_turns
from plainview.geo.ellipsoid import Array, Vectors
from plainview.geo.geodetic import NED_FROM_ENU, ecef_from_enu
from plainview.geo.refraction import (
    REFRACTION_COEFFICIENT,
    REFRACTION_COEFFICIENT_SIGMA,
    ray_drop,
    tangents_of_rays,
)
from plainview.model import Camera, PoseBasis, View

__all__ = [
    "CAMERA_PARTS",
    "FOV_STEP",
    "RELATIVE_PARTS",
    "GroundErrors",
    "Rays",
    "ground_columns",
    "ground_terms",
    "picture_turns_in_numpy",
    "turns_of_view",
]

FOV_STEP: Final = 1e-3

RELATIVE_PARTS: Final = (
    "platform_heading_deg",
    "platform_pitch_deg",
    "platform_roll_deg",
    "relative_azimuth_deg",
    "relative_elevation_deg",
    "relative_roll_deg",
)
CAMERA_PARTS: Final = ("camera_heading_deg", "camera_elevation_deg", "camera_roll_deg")
_POSITION_TERMS: Final = ("position_east_m", "position_north_m", "position_vertical_m")
_LAST_TERMS: Final = (
    "time_s",
    "field_of_view_ratio",
    "pixel_x",
    "pixel_y",
    "refraction",
    "surface_m",
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rays:
    """Rays that have met a surface.

    Args:
        points_px: (n, 2) pixels that they left through.
        origin_ecef_m: (3,) where the camera is.
        direction_ecef: (n, 3) unit, as seen at the origin.
        range_m: (n,) to the surface.
        latitude_deg: (n,) of the point; longitude likewise.
        slopes: Rise of the surface per metre eastward and northward, each (n,).
    """

    points_px: Array
    origin_ecef_m: Array
    direction_ecef: Vectors
    range_m: Array
    latitude_deg: Array
    longitude_deg: Array
    slopes: tuple[Array, Array]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroundErrors:
    """What moves a point on the ground beside the View's own errors.

    Args:
        point_sigma_px: (n, 2) 1-sigma of the pixels in x and y.
        surface_sigma_m: 1-sigma of the surface's height.
        refraction: The coefficient k.
        refraction_sigma: Its 1-sigma.
    """

    point_sigma_px: Array
    surface_sigma_m: float
    refraction: float = REFRACTION_COEFFICIENT
    refraction_sigma: float = REFRACTION_COEFFICIENT_SIGMA


def ground_terms(view: View) -> tuple[str, ...]:
    """Return the names of the errors of a View's points, in the order of the columns."""
    is_relative = view.pose_basis is PoseBasis.RELATIVE
    return (*_POSITION_TERMS, *(RELATIVE_PARTS if is_relative else CAMERA_PARTS), *_LAST_TERMS)


def ground_columns(view: View, camera: Camera, rays: Rays, *, errors: GroundErrors) -> Array:
    """Return where points go for one unit of each error.

    Args:
        view: Its pose.
        camera: Its size, principal point and distortion.
        rays: Where they met the surface.
        errors: The refraction, and the pixels' 1-sigma, which are the unit of their columns.

    Returns:
        (p, n, 3) metres east, north and up at each point, p as `ground_terms` names them;
        NaN where a ray missed.
    """
    enu = ecef_from_enu(rays.latitude_deg, rays.longitude_deg)
    tangent_ecef = tangents_of_rays(
        rays.origin_ecef_m, rays.direction_ecef, rays.range_m, refraction=errors.refraction
    )
    tangent = np.einsum("nij,ni->nj", enu, tangent_ecef)
    normal = np.stack([-rays.slopes[0], -rays.slopes[1], np.ones(len(enu))], axis=-1)
    range_m = rays.range_m[:, np.newaxis]
    bend = range_m**2 * ray_drop(rays.origin_ecef_m, rays.direction_ecef)
    arms = range_m * rays.direction_ecef + errors.refraction * bend
    sensor = ecef_from_enu(view.latitude_deg or 0.0, view.longitude_deg or 0.0)
    turns, velocity = turns_of_view(view, sensor)
    turned = np.cross(turns[:, np.newaxis], arms)
    turned[-1] += velocity
    shifted = np.broadcast_to(sensor.T[:, np.newaxis], (3, *arms.shape))
    picture = range_m * picture_turns_in_numpy(view, camera, rays.points_px)
    picture[1:] *= errors.point_sigma_px.T[..., np.newaxis]
    moved = np.concatenate([shifted, turned, picture, bend[np.newaxis]])
    on_surface = _onto_surface(
        np.einsum("nij,pni->pnj", enu, moved), tangent_enu=tangent, normal_enu=normal
    )
    raised = tangent / np.sum(tangent * normal, axis=-1, keepdims=True)
    return np.concatenate([on_surface, raised[np.newaxis]])


def turns_of_view(view: View, enu: Array) -> tuple[Vectors, Array]:
    """Return how a View's errors turn and move its rays.

    Args:
        view: Its angles, and its rates of motion where they are known.
        enu: (3, 3) from east-north-up at the sensor to ECEF.

    Returns:
        Turns (t + 1, 3) ECEF per degree of each angle and per second; velocity (3,) ECEF.
    """
    turns = np.concatenate([math.radians(1.0) * _axes(view), _rate_turn(view)[np.newaxis]])
    velocity = enu @ np.array(view.velocity_enu_m_s or (0.0, 0.0, 0.0))
    return turns @ (enu @ NED_FROM_ENU).T, velocity


def picture_turns_in_numpy(view: View, camera: Camera, points_px: Array) -> Array:
    """Return what `turns_of_picture` does, for any lens; (3, n, 3) ECEF."""
    fields = np.array([view.horizontal_fov_deg or 0.0, view.vertical_fov_deg or 0.0])

    def directions(points_px: Array, stretch: float) -> Vectors:
        horizontal, vertical = (stretch * fields).tolist()
        return camera_directions(
            camera, points_px, horizontal_fov_deg=horizontal, vertical_fov_deg=vertical
        )

    points = points_px
    shifts = np.array([[0.5, 0.0], [-0.5, 0.0], [0.0, 0.5], [0.0, -0.5]])
    shifted = (points + shifts[:, np.newaxis]).reshape(-1, 2)
    right, left, low, high = directions(shifted, 1.0).reshape(4, len(points), 3)
    wide = directions(points, 1.0 + 0.5 * FOV_STEP) - directions(points, 1.0 - 0.5 * FOV_STEP)
    turned = np.stack([wide / FOV_STEP, right - left, low - high])
    in_ecef: Array = turned @ ecef_from_camera(view).T
    return in_ecef


def _radians(value_deg: float | None) -> float:
    return math.radians(value_deg or 0.0)


def _axes(view: View) -> Vectors:
    """Axes (t, 3), north-east-down, of the turret's six angles or the line of sight's three."""
    relative = view.pose_basis is PoseBasis.RELATIVE
    angles_deg = (
        (
            view.platform_heading_deg,
            view.platform_pitch_deg,
            view.platform_roll_deg,
            view.sensor_relative_azimuth_deg,
            view.sensor_relative_elevation_deg,
        )
        if relative
        else (view.camera_heading_deg, view.camera_elevation_deg, 0.0, 0.0, 0.0)
    )
    axes = axes_of_turns(np.array([_radians(angle_deg) for angle_deg in angles_deg]))
    return axes if relative else axes[:3]


def _rate_turn(view: View) -> Array:
    """Turn (3,) of the line of sight, north-east-down, radians a second; 0 if not known."""
    heading = _radians(view.camera_heading_deg)
    elevation_rate = _radians(view.camera_elevation_rate_deg_s)
    return np.array(
        [
            -math.sin(heading) * elevation_rate,
            math.cos(heading) * elevation_rate,
            _radians(view.camera_heading_rate_deg_s),
        ]
    )


def _onto_surface(moved_enu_m: Array, *, tangent_enu: Vectors, normal_enu: Vectors) -> Array:
    """Take displacements (p, n, 3) along the rays back onto the surface."""
    off = np.sum(moved_enu_m * normal_enu, axis=-1) / np.sum(tangent_enu * normal_enu, axis=-1)
    on_surface: Array = moved_enu_m - off[..., np.newaxis] * tangent_enu
    return on_surface
