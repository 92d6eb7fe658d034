"""Located points corrected by the slant range that was measured to the picture's middle."""

from dataclasses import replace
from typing import Final

import numpy as np

from plainview.geo.assumed_sigma import assumed_view_sigma
from plainview.geo.camera_rays import pixels_in_picture, principal_point_px, project_points
from plainview.geo.covariance import Rays
from plainview.geo.ellipsoid import Array
from plainview.geo.geodetic import ecef_from_enu, ecef_from_geodetic, geodetic_from_ecef
from plainview.geo.grazing import Grazing
from plainview.geo.ground_points import GroundPoints
from plainview.geo.range_fusion import FusedRange, RangedPoints, fuse_range
from plainview.geo.ray_outcome import RayOutcome
from plainview.geo.surface_look import SurfaceLook
from plainview.model import Sigma, View

__all__ = ["with_measured_range"]

_RANGED_SHARE: Final = 0.02
"""A range finder measures where the optical axis points; so near to it, as a share of the
picture's width, the errors of a pixel are those of the middle."""


def _sensor_covariances(view: View, turns: Array) -> tuple[Array, Array]:
    """Return the covariance of the sensor's place, total and shared, (n, 3, 3) ENU at points.

    Args:
        view: Its sigma, position and velocity.
        turns: (n, 3, 3) from east-north-up at the points to ECEF.
    """
    sigma = view.sigma or assumed_view_sigma(view.pose_basis)
    level, upward, time = sigma.position_horizontal_m, sigma.position_vertical_m, sigma.time_s
    velocity = np.array(view.velocity_enu_m_s or (0.0, 0.0, 0.0))
    enu = np.swapaxes(turns, 1, 2) @ ecef_from_enu(view.latitude_deg or 0, view.longitude_deg or 0)

    def turned(parts: tuple[float, float, float]) -> Array:
        own = np.diag(np.square([parts[0], parts[0], parts[1]]))
        own = own + parts[2] ** 2 * np.outer(velocity, velocity)
        cov: Array = enu @ own @ np.swapaxes(enu, 1, 2)
        return cov

    shared = turned((level.shared, upward.shared, time.shared))
    return turned((level.own, upward.own, time.own)) + shared, shared


def _fused(
    look: SurfaceLook, met: tuple[Rays, Grazing], turns: Array, *, measured: tuple[float, Sigma]
) -> FusedRange:
    """Return what the range makes of points whose pixels have no error of their own."""
    rays, grazing = met
    total, shared = look.covariances(rays, np.zeros((len(rays.range_m), 2)))
    sensor_total, sensor_shared = _sensor_covariances(look.view, turns)
    residual_m, sigma = measured
    return fuse_range(
        RangedPoints(
            tangent_enu=grazing.arrival_enu,
            normal_enu=grazing.normal_enu,
            cov_enu_m2=total,
            cov_shared_enu_m2=shared,
            sensor_cov_enu_m2=sensor_total,
            sensor_cov_shared_enu_m2=sensor_shared,
        ),
        np.full(len(rays.range_m), residual_m),
        sigma=sigma,
    )


def with_measured_range(
    look: SurfaceLook,
    found: GroundPoints,
    met: tuple[Rays, Grazing],
    *,
    measured_m: float,
    sigma: Sigma,
) -> GroundPoints:
    """Return points with those near the middle of the picture corrected by a measured range.

    What the range and the ray through the middle differ by corrects them; where that is more
    than their errors explain, they do not speak of the same thing and nothing there is located.
    What the correction would bring out of the frame's footprint, as the pose has it, stays.

    Args:
        look: What the pixels share.
        found: Where they lie by ray and surface alone.
        met: Their rays, and how those came in.
        measured_m: From the sensor to what the middle of the picture shows.
        sigma: Its 1-sigma.
    """
    rays, grazing = met
    middle_px = np.array([principal_point_px(look.camera)])
    middle, _, _ = look.locate(middle_px, np.zeros((1, 2)))
    offset_px = np.linalg.norm(rays.points_px - middle_px, axis=-1)
    is_near = found.is_located & (offset_px < _RANGED_SHARE * look.camera.width_px)
    if not (middle.is_located[0] and is_near.any()):
        return found
    turns = ecef_from_enu(found.latitude_deg, found.longitude_deg)
    residual_m = measured_m - float(middle.slant_range_m[0])
    fused = _fused(look, met, turns, measured=(residual_m, sigma))
    place = ecef_from_geodetic(found.latitude_deg, found.longitude_deg, found.height_hae_m)
    moved = geodetic_from_ecef(place + np.einsum("nij,nj->ni", turns, fused.shift_enu_m))
    seen_px = project_points(look.view, look.camera, *moved, refraction=look.refraction.coefficient)
    is_near &= fused.is_contradicted | pixels_in_picture(look.camera, seen_px)
    along_m = np.sum(fused.shift_enu_m * grazing.arrival_enu, axis=-1)
    pixel_cov = found.cov_enu_m2 - look.covariances(rays, np.zeros((len(rays.range_m), 2)))[0]
    is_wrong = is_near & fused.is_contradicted
    keep = np.where(is_wrong, np.nan, 1.0)

    def chosen(changed: Array, before: Array) -> Array:
        shape = (len(before), *(1,) * (before.ndim - 1))
        picked: Array = np.where(is_near.reshape(shape), changed, before) * keep.reshape(shape)
        return picked

    return replace(
        found,
        latitude_deg=chosen(moved[0], found.latitude_deg),
        longitude_deg=chosen(moved[1], found.longitude_deg),
        height_hae_m=chosen(moved[2], found.height_hae_m),
        slant_range_m=chosen(found.slant_range_m + along_m, found.slant_range_m),
        cov_enu_m2=chosen(fused.cov_enu_m2 + pixel_cov, found.cov_enu_m2),
        cov_shared_enu_m2=chosen(fused.cov_shared_enu_m2, found.cov_shared_enu_m2),
        outcome=np.where(is_wrong, RayOutcome.RANGE_CONTRADICTS, found.outcome).astype(np.uint8),
    )
