"""Located points corrected by the slant range that was measured to the picture's middle."""

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.assumed_sigma import assumed_view_sigma
from plainview.geo.camera_rays import pixels_in_picture, principal_point_px, project_points
from plainview.geo.covariance import Rays
from plainview.geo.ellipsoid import Array
from plainview.geo.geodetic import ecef_from_enu, ecef_from_geodetic, geodetic_from_ecef
from plainview.geo.grazing import Grazing
from plainview.geo.ground_points import GroundPoints
from plainview.geo.range_fusion import FusedRange, RangedPoints, fuse_range
from plainview.geo.range_in_picture import fuse_range_of_middle
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
    look: SurfaceLook,
    found: GroundPoints,
    met: tuple[Rays, Grazing],
    *,
    measured: tuple[float, Sigma],
) -> FusedRange:
    """Return what the range makes of points that it was measured to.

    Of the pixels' own errors it says nothing: they come on top as they were.
    """
    rays, grazing = met
    total, shared = look.covariances(rays, np.zeros((len(rays.range_m), 2)))
    turns = ecef_from_enu(found.latitude_deg, found.longitude_deg)
    sensor_total, sensor_shared = _sensor_covariances(look.view, turns)
    residual_m, sigma = measured
    fused = fuse_range(
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
    return replace(fused, cov_enu_m2=fused.cov_enu_m2 + (found.cov_enu_m2 - total))


def with_measured_range(
    look: SurfaceLook,
    found: GroundPoints,
    met: tuple[Rays, Grazing],
    *,
    sigma_px: Array,
    measured: tuple[float, Sigma],
) -> GroundPoints:
    """Return points corrected by a range that was measured to the middle of the picture.

    What the range and the ray through the middle differ by corrects what lies there, and over
    a level surface the errors that all pixels share (`range_in_picture`). Where it is more than
    their errors explain, they do not speak of the same thing: nothing in the middle is located
    and nothing elsewhere changes. What the correction would bring out of the frame's footprint,
    as the pose has it, stays where it was, and how far it should have moved is added to its
    error.

    Args:
        look: What the pixels share.
        found: Where they lie by ray and surface alone.
        met: Their rays, and how those came in.
        sigma_px: (n, 2) of the pixels.
        measured: From the sensor to what the middle of the picture shows, and its 1-sigma.
    """
    rays, grazing = met
    middle_px = np.array([principal_point_px(look.camera)])
    middle, middle_rays, middle_grazing = look.locate(middle_px, np.zeros((1, 2)))
    if not (middle.is_located[0] and found.is_located.any()):
        return found
    offset_px = np.linalg.norm(rays.points_px - middle_px, axis=-1)
    is_near = found.is_located & (offset_px < _RANGED_SHARE * look.camera.width_px)
    apart = (measured[0] - float(middle.slant_range_m[0]), measured[1])
    if is_near.any():
        fused = _fused(look, found, met, measured=apart)
        found = _corrected(look, found, grazing, fused=fused, is_meant=is_near)
    elsewhere = fuse_range_of_middle(
        look, rays, (middle_rays, middle_grazing), sigma_px=sigma_px, measured=apart
    )
    if elsewhere is None:
        return found
    return _corrected(look, found, grazing, fused=elsewhere, is_meant=found.is_located & ~is_near)


def _corrected(
    look: SurfaceLook,
    found: GroundPoints,
    grazing: Grazing,
    *,
    fused: FusedRange,
    is_meant: npt.NDArray[np.bool_],
) -> GroundPoints:
    """Return points with those that are meant moved, or withheld where they are contradicted."""
    turns = ecef_from_enu(found.latitude_deg, found.longitude_deg)
    place = ecef_from_geodetic(found.latitude_deg, found.longitude_deg, found.height_hae_m)
    moved = geodetic_from_ecef(place + np.einsum("nij,nj->ni", turns, fused.shift_enu_m))
    seen_px = project_points(look.view, look.camera, *moved, refraction=look.refraction.coefficient)
    is_moved = is_meant & pixels_in_picture(look.camera, seen_px)
    along_m = np.sum(fused.shift_enu_m * grazing.arrival_enu, axis=-1)
    is_wrong = is_meant & fused.is_contradicted
    keep = np.where(is_wrong, np.nan, 1.0)

    def chosen(is_chosen: npt.NDArray[np.bool_], changed: Array, before: Array) -> Array:
        shape = (len(before), *(1,) * (before.ndim - 1))
        picked: Array = np.where(is_chosen.reshape(shape), changed, before) * keep.reshape(shape)
        return picked

    stayed_m = np.where(is_moved[:, np.newaxis], 0.0, fused.shift_enu_m)
    square = stayed_m[:, :, np.newaxis] * stayed_m[:, np.newaxis, :]
    return replace(
        found,
        latitude_deg=chosen(is_moved, moved[0], found.latitude_deg),
        longitude_deg=chosen(is_moved, moved[1], found.longitude_deg),
        height_hae_m=chosen(is_moved, moved[2], found.height_hae_m),
        slant_range_m=chosen(is_moved, found.slant_range_m + along_m, found.slant_range_m),
        cov_enu_m2=chosen(is_meant, fused.cov_enu_m2 + square, found.cov_enu_m2),
        cov_shared_enu_m2=chosen(
            is_meant, fused.cov_shared_enu_m2 + square, found.cov_shared_enu_m2
        ),
        outcome=np.where(is_wrong, RayOutcome.RANGE_CONTRADICTS, found.outcome).astype(np.uint8),
    )
