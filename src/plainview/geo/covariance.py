"""Covariance on the ground: what each error of a View does to a located point.

Every error moves the point at the end of the ray. Errors of the pose move it at fixed range
(a shift, a turn about an axis, a stretch of the picture); the surface then takes the part
off that leaves it, along the ray::

    d_point = d_ray - t (n . d_ray - d_height) / (n . t)

with t the ray's direction where it arrives and n = (-slope east, -slope north, 1). So the
ellipse is long where the look is shallow, and what is left of the vertical is the surface's
own error and its slope. The derivatives are exact to first order; tests hold them equal to
finite differences of the whole path from View to ground.
"""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np

from plainview.geo.assumed_sigma import assumed_view_sigma
from plainview.geo.camera_rays import (
    camera_directions,
    ecef_from_camera,
    focal_lengths_px,
    principal_point_px,
)
from plainview.geo.covariance_kernel import (
    axes_of_turns,
    covariances_on_ground,
    turns_of_picture,
)
from plainview.geo.ellipsoid import Array, Vectors
from plainview.geo.geodetic import NED_FROM_ENU, ecef_from_enu
from plainview.geo.refraction import (
    REFRACTION_COEFFICIENT,
    REFRACTION_COEFFICIENT_SIGMA,
    ray_drop,
    tangents_of_rays,
)
from plainview.model import Camera, PoseBasis, Sigma, UncertaintyBasis, View, ViewSigma

__all__ = ["GroundErrors", "Rays", "ground_covariance", "uncertainty_basis"]

_PIXEL_SIGMAS: Final = (Sigma(own=1.0, shared=0.0),) * 2
"""Their displacements already carry the pixels' own sigma."""

_FOV_STEP: Final = 1e-3


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


def uncertainty_basis(view: View) -> UncertaintyBasis:
    """Return where the 1-sigma of this View's points come from; assumed where it has none."""
    return UncertaintyBasis.ASSUMED if view.sigma is None else view.sigma.basis


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


_RELATIVE_PARTS: Final = (
    "platform_heading_deg",
    "platform_pitch_deg",
    "platform_roll_deg",
    "relative_azimuth_deg",
    "relative_elevation_deg",
    "relative_roll_deg",
)
_CAMERA_PARTS: Final = ("camera_heading_deg", "camera_elevation_deg", "camera_roll_deg")


def _turn_sigmas(view: View, sigma: ViewSigma) -> list[Sigma]:
    """1-sigma of each turn; the assumed one where a part is missing, never none at all."""
    relative = view.pose_basis is PoseBasis.RELATIVE
    assumed = assumed_view_sigma(PoseBasis.RELATIVE if relative else PoseBasis.ABSOLUTE)
    parts = _RELATIVE_PARTS if relative else _CAMERA_PARTS
    return [getattr(sigma, part) or getattr(assumed, part) for part in parts]


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


def _turns(view: View, enu: Array) -> tuple[Vectors, Array]:
    """Turns (t + 1, 3) ECEF per degree of each angle and per second; velocity (3,) ECEF."""
    turns = np.concatenate([math.radians(1.0) * _axes(view), _rate_turn(view)[np.newaxis]])
    velocity = enu @ np.array(view.velocity_enu_m_s or (0.0, 0.0, 0.0))
    return turns @ (enu @ NED_FROM_ENU).T, velocity


def _sigmas(view: View, errors: GroundErrors) -> list[Sigma]:
    """1-sigma of every term, in the order of the kernel."""
    sigma = assumed_view_sigma(view.pose_basis) if view.sigma is None else view.sigma
    level = sigma.position_horizontal_m
    return [
        level,
        level,
        sigma.position_vertical_m,
        *_turn_sigmas(view, sigma),
        sigma.time_s,
        sigma.field_of_view_ratio,
        *_PIXEL_SIGMAS,
        Sigma(own=0.0, shared=errors.refraction_sigma),
        Sigma(own=0.0, shared=errors.surface_sigma_m),
    ]


def _picture_turns(view: View, camera: Camera, points_px: Array) -> Array:
    """How rays turn, (3, n, 3) ECEF, per unit of field of view and per pixel in x and in y."""
    if camera.distortion is not None:
        return picture_turns_in_numpy(view, camera, points_px)
    fields = (view.horizontal_fov_deg or 0.0, view.vertical_fov_deg or 0.0)
    focals_px = [
        focal_lengths_px(
            camera, horizontal_fov_deg=stretch * fields[0], vertical_fov_deg=stretch * fields[1]
        )
        for stretch in (1.0, 1.0 + 0.5 * _FOV_STEP, 1.0 - 0.5 * _FOV_STEP)
    ]
    return turns_of_picture(
        np.array(points_px),
        np.array(focals_px),
        principal_point_px(camera),
        ecef_from_camera(view),
        _FOV_STEP,
    )


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
    wide = directions(points, 1.0 + 0.5 * _FOV_STEP) - directions(points, 1.0 - 0.5 * _FOV_STEP)
    turned = np.stack([wide / _FOV_STEP, right - left, low - high])
    in_ecef: Array = turned @ ecef_from_camera(view).T
    return in_ecef


def _onto_surface(moved_enu_m: Array, *, tangent_enu: Vectors, normal_enu: Vectors) -> Array:
    """Take displacements (p, n, 3) along the rays back onto the surface."""
    off = np.sum(moved_enu_m * normal_enu, axis=-1) / np.sum(tangent_enu * normal_enu, axis=-1)
    on_surface: Array = moved_enu_m - off[..., np.newaxis] * tangent_enu
    return on_surface


def _covariance(columns: Array, sigmas: Array) -> Array:
    """Sum (n, 3, 3) of what errors (p,) make of displacements (p, n, 3) per unit of each."""
    by_point = np.moveaxis(sigmas[:, np.newaxis, np.newaxis] * columns, 0, -1)
    summed: Array = by_point @ np.swapaxes(by_point, -1, -2)
    return summed


def ground_covariance(
    view: View, camera: Camera, rays: Rays, *, errors: GroundErrors
) -> tuple[Array, Array]:
    """Return the covariance of where rays met the surface, in total and its shared part.

    The heights of terrain and sea and the refraction count as shared: the next frames look
    at the same cell of the same height model, in the same tide and air, so that a filter
    must not average them away. The pixel's error is new in each frame.

    Args:
        view: Its ``sigma``, or the assumed one where it has none.
        camera: Its size, principal point and distortion.
        rays: Where they met the surface.
        errors: 1-sigma of pixels, surface and refraction.

    Returns:
        Total and shared, (n, 3, 3), metres squared, east-north-up at each point; NaN where
        a ray missed.
    """
    enu = ecef_from_enu(view.latitude_deg or 0.0, view.longitude_deg or 0.0)
    turns, velocity = _turns(view, enu)
    sigmas = _sigmas(view, errors)
    return covariances_on_ground(
        (
            rays.origin_ecef_m,
            rays.direction_ecef,
            rays.range_m,
            rays.latitude_deg,
            rays.longitude_deg,
            *rays.slopes,
        ),
        (turns, velocity, enu),
        (_picture_turns(view, camera, rays.points_px), np.array(errors.point_sigma_px)),
        (np.array([part.own for part in sigmas]), np.array([part.shared for part in sigmas])),
        errors.refraction,
    )


def covariance_in_numpy(
    view: View, camera: Camera, rays: Rays, *, errors: GroundErrors
) -> tuple[Array, Array]:
    """Return what `ground_covariance` does, without its kernel: the twin that tests hold it to."""
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
    turns, velocity = _turns(view, sensor)
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
    columns = np.concatenate([on_surface, raised[np.newaxis]])
    sigmas = _sigmas(view, errors)
    cov_shared = _covariance(columns, np.array([part.shared for part in sigmas]))
    return _covariance(columns, np.array([part.own for part in sigmas])) + cov_shared, cov_shared
