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

from dataclasses import dataclass
from typing import Final

import numpy as np

from plainview.geo.assumed_sigma import assumed_view_sigma
from plainview.geo.attitude import rotation_x, rotation_y, rotation_z
from plainview.geo.camera_rays import camera_directions, ecef_from_camera
from plainview.geo.ellipsoid import Array, Vectors
from plainview.geo.geodetic import ecef_from_enu, ecef_from_ned
from plainview.geo.refraction import (
    REFRACTION_COEFFICIENT,
    REFRACTION_COEFFICIENT_SIGMA,
    points_on_rays,
    ray_drop,
    tangents_of_rays,
)
from plainview.model import Camera, PoseBasis, Sigma, UncertaintyBasis, View, ViewSigma

__all__ = ["GroundErrors", "Rays", "ground_covariance", "uncertainty_basis"]

_Y: Final = np.array([0.0, 1.0, 0.0])
_Z: Final = np.array([0.0, 0.0, 1.0])
_X: Final = np.array([1.0, 0.0, 0.0])
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


@dataclass(frozen=True, slots=True, kw_only=True)
class _PictureStep:
    """A small change of the picture: a shift in x and y, a stretch of the fields of view."""

    shift_px: tuple[float, float] = (0.0, 0.0)
    fov_ratio: float = 0.0


def uncertainty_basis(view: View) -> UncertaintyBasis:
    """Return where the 1-sigma of this View's points come from; assumed where it has none."""
    return UncertaintyBasis.ASSUMED if view.sigma is None else view.sigma.basis


def _radians(value_deg: float | None) -> float:
    return float(np.radians(value_deg or 0.0))


def _relative_turns(view: View, sigma: ViewSigma) -> list[tuple[Array, Sigma | None]]:
    """Axis (north-east-down) and 1-sigma of the platform's and the gimbal's six angles."""
    yaw = rotation_z(_radians(view.platform_heading_deg))
    pitch = yaw @ rotation_y(_radians(view.platform_pitch_deg))
    body = pitch @ rotation_x(_radians(view.platform_roll_deg))
    pan = body @ rotation_z(_radians(view.sensor_relative_azimuth_deg))
    tilt = pan @ rotation_y(_radians(view.sensor_relative_elevation_deg))
    return [
        (_Z, sigma.platform_heading_deg),
        (yaw @ _Y, sigma.platform_pitch_deg),
        (pitch @ _X, sigma.platform_roll_deg),
        (body @ _Z, sigma.relative_azimuth_deg),
        (pan @ _Y, sigma.relative_elevation_deg),
        (tilt @ _X, sigma.relative_roll_deg),
    ]


def _camera_turns(view: View, sigma: ViewSigma) -> list[tuple[Array, Sigma | None]]:
    """Axis (north-east-down) and 1-sigma of the line of sight's three angles."""
    pan = rotation_z(_radians(view.camera_heading_deg))
    tilt = pan @ rotation_y(_radians(view.camera_elevation_deg))
    return [
        (_Z, sigma.camera_heading_deg),
        (pan @ _Y, sigma.camera_elevation_deg),
        (tilt @ _X, sigma.camera_roll_deg),
    ]


def _turn_terms(view: View, *, arms: Vectors, sigma: ViewSigma) -> list[tuple[Vectors, Sigma]]:
    """Displacement (n, 3) ECEF per degree of each angle, with its 1-sigma."""
    relative = view.pose_basis is PoseBasis.RELATIVE
    turns = _relative_turns(view, sigma) if relative else _camera_turns(view, sigma)
    local = ecef_from_ned(view.latitude_deg or 0.0, view.longitude_deg or 0.0)
    return [
        (np.cross(np.radians(1.0) * (local @ axis), arms), part)
        for axis, part in turns
        if part is not None
    ]


def _position_terms(view: View, *, n_rays: int, sigma: ViewSigma) -> list[tuple[Vectors, Sigma]]:
    """Displacement (n, 3) ECEF per metre of the sensor east, north and up."""
    axes = ecef_from_enu(view.latitude_deg or 0.0, view.longitude_deg or 0.0).T
    parts = (sigma.position_horizontal_m, sigma.position_horizontal_m, sigma.position_vertical_m)
    return [
        (np.broadcast_to(axis, (n_rays, 3)), part) for axis, part in zip(axes, parts, strict=True)
    ]


def _time_term(view: View, *, arms: Vectors) -> Vectors:
    """Displacement (n, 3) ECEF per second of the instant; what is not known stands still."""
    local = ecef_from_ned(view.latitude_deg or 0.0, view.longitude_deg or 0.0)
    east, north, up = view.velocity_enu_m_s or (0.0, 0.0, 0.0)
    across = rotation_z(_radians(view.camera_heading_deg)) @ _Y
    turn = _radians(view.camera_heading_rate_deg_s) * _Z
    turn = turn + _radians(view.camera_elevation_rate_deg_s) * across
    moved: Vectors = local @ np.array([north, east, -up]) + np.cross(local @ turn, arms)
    return moved


def _picture_term(view: View, camera: Camera, rays: Rays, *, step: _PictureStep) -> Vectors:
    """Displacement (n, 3) ECEF between the pixels' rays half a step ahead and half behind."""

    def directions(sign: float) -> Vectors:
        stretch = 1.0 + sign * 0.5 * step.fov_ratio
        return camera_directions(
            camera,
            rays.points_px + sign * 0.5 * np.array(step.shift_px),
            horizontal_fov_deg=stretch * (view.horizontal_fov_deg or 0.0),
            vertical_fov_deg=stretch * (view.vertical_fov_deg or 0.0),
        )

    turned = (directions(1.0) - directions(-1.0)) @ ecef_from_camera(view).T
    moved: Vectors = rays.range_m[:, np.newaxis] * turned
    return moved


def _view_terms(view: View, camera: Camera, rays: Rays) -> list[tuple[Vectors, Sigma]]:
    """Displacement (n, 3) ECEF at fixed range per unit of each error of the View."""
    sigma = assumed_view_sigma(view.pose_basis) if view.sigma is None else view.sigma
    arms = (
        points_on_rays(rays.origin_ecef_m, rays.direction_ecef, rays.range_m) - rays.origin_ecef_m
    )
    stretch = _picture_term(view, camera, rays, step=_PictureStep(fov_ratio=_FOV_STEP))
    return [
        *_position_terms(view, n_rays=len(arms), sigma=sigma),
        *_turn_terms(view, arms=arms, sigma=sigma),
        (_time_term(view, arms=arms), sigma.time_s),
        (stretch / _FOV_STEP, sigma.field_of_view_ratio),
    ]


def _onto_surface(moved_enu_m: Array, *, tangent_enu: Vectors, normal_enu: Vectors) -> Array:
    """Take displacements (p, n, 3) along the rays back onto the surface."""
    off = np.sum(moved_enu_m * normal_enu, axis=-1) / np.sum(tangent_enu * normal_enu, axis=-1)
    on_surface: Array = moved_enu_m - off[..., np.newaxis] * tangent_enu
    return on_surface


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
    enu = ecef_from_enu(rays.latitude_deg, rays.longitude_deg)
    tangent_ecef = tangents_of_rays(
        rays.origin_ecef_m, rays.direction_ecef, rays.range_m, refraction=errors.refraction
    )
    tangent = np.einsum("nij,ni->nj", enu, tangent_ecef)
    normal = np.stack([-rays.slopes[0], -rays.slopes[1], np.ones(len(enu))], axis=-1)
    terms = _view_terms(view, camera, rays)
    bend = rays.range_m[:, np.newaxis] ** 2 * ray_drop(rays.origin_ecef_m, rays.direction_ecef)
    pixels = [
        _picture_term(view, camera, rays, step=_PictureStep(shift_px=shift)) * width[:, np.newaxis]
        for shift, width in zip(((1.0, 0.0), (0.0, 1.0)), errors.point_sigma_px.T, strict=True)
    ]
    moved_ecef = np.stack([*(term for term, _ in terms), bend, *pixels])
    moved = np.einsum("nij,pni->pnj", enu, moved_ecef)
    on_surface = _onto_surface(moved, tangent_enu=tangent, normal_enu=normal)
    raised = tangent / np.sum(tangent * normal, axis=-1, keepdims=True)
    columns = np.concatenate([on_surface, raised[np.newaxis]])
    shared = [part.shared**2 for _, part in terms]
    shared += [errors.refraction_sigma**2, 0.0, 0.0, errors.surface_sigma_m**2]
    own = [part.own**2 for _, part in terms] + [0.0, 1.0, 1.0, 0.0]

    def covariance(variances: list[float]) -> Array:
        weighted = np.sqrt(np.array(variances))[:, np.newaxis, np.newaxis] * columns
        by_point = np.moveaxis(weighted, 0, -1)
        summed: Array = by_point @ np.swapaxes(by_point, -1, -2)
        return summed

    cov_shared = covariance(shared)
    return covariance(own) + cov_shared, cov_shared
