"""Locating: from pixels of a View to places on a surface, with their covariance."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.camera_rays import pixels_in_picture, project_points, rays_from_view
from plainview.geo.covariance import GroundErrors, Rays, ground_covariance, uncertainty_basis
from plainview.geo.ellipsoid import Array
from plainview.geo.ground_points import GroundPoints
from plainview.geo.ray_kernels import places_on_rays
from plainview.geo.ray_outcome import RayOutcome
from plainview.geo.refraction import REFRACTION_COEFFICIENT, REFRACTION_COEFFICIENT_SIGMA
from plainview.geo.surface import Surface
from plainview.model import Camera, View

__all__ = ["Refraction", "locate_points"]

_ROUND_TRIP_PX: Final = 0.05
"""How far from its pixel a place may project before it is not believed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refraction:
    """How the air bends rays.

    Args:
        coefficient: k, the curvature of a level ray over that of the Earth.
        sigma: Its 1-sigma, shared by all frames.
    """

    coefficient: float = REFRACTION_COEFFICIENT
    sigma: float = REFRACTION_COEFFICIENT_SIGMA


def _sigmas_px(point_sigma_px: npt.ArrayLike, n_rows: int) -> Array:
    """Return sigmas in x and y, (n, 2), from one, (n,) or (n, 2)."""
    sigma = np.asarray(point_sigma_px, dtype=np.float64)
    if sigma.ndim == 1:
        sigma = sigma[:, np.newaxis]
    return np.broadcast_to(sigma, (n_rows, 2))


def locate_points(
    view: View,
    camera: Camera,
    points_px: npt.ArrayLike,
    *,
    surface: Surface | None,
    point_sigma_px: npt.ArrayLike = 0.0,
    refraction: Refraction = Refraction(),
) -> GroundPoints:
    """Return where pixels lie on a surface, with the covariance of each place.

    A pixel outside the picture is not located, nor a place that does not project back to
    its pixel: no located point lies outside its frame's footprint.

    Args:
        view: Where the camera was and how it looked; its ``sigma`` where it has one.
        camera: Its size, principal point and distortion.
        points_px: (n, 2) x, y from the outer corner of the top-left pixel.
        surface: What the rays are brought to; None locates nothing.
        point_sigma_px: 1-sigma of the pixels: one, (n,), or (n, 2) for x and y.
        refraction: How the air bends rays.

    Returns:
        A table of n rows, NaN where the ray misses, with the reason in ``outcome``.
    """
    points = np.asarray(points_px, dtype=np.float64).reshape(-1, 2)
    if surface is None or not view.is_locatable or not len(points):
        return GroundPoints.missed(len(points), basis=uncertainty_basis(view))
    k = refraction.coefficient
    origin, direction = rays_from_view(view, camera, points)
    range_m, outcome = surface.intersect(origin, direction, refraction=k)
    latitude, longitude, height = places_on_rays(origin, direction, range_m, k).T
    seen_px = project_points(view, camera, latitude, longitude, height, refraction=k)
    with np.errstate(invalid="ignore"):
        is_back = np.max(np.abs(seen_px - points), axis=-1) < _ROUND_TRIP_PX
    is_inside = pixels_in_picture(camera, points) & (is_back | (outcome != RayOutcome.HIT))
    outcome = np.where(is_inside, outcome, RayOutcome.OUTSIDE_PICTURE).astype(np.uint8)
    keep = np.where(outcome == RayOutcome.HIT, 1.0, np.nan)
    rays = Rays(
        points_px=points,
        origin_ecef_m=origin,
        direction_ecef=direction,
        range_m=range_m * keep,
        latitude_deg=latitude * keep,
        longitude_deg=longitude * keep,
        slopes=surface.slopes(latitude, longitude),
    )
    errors = GroundErrors(
        point_sigma_px=_sigmas_px(point_sigma_px, len(points)),
        surface_sigma_m=surface.sigma_m,
        refraction=k,
        refraction_sigma=refraction.sigma,
    )
    total, shared = ground_covariance(view, camera, rays, errors=errors)
    return GroundPoints(
        latitude_deg=rays.latitude_deg,
        longitude_deg=rays.longitude_deg,
        height_hae_m=height * keep,
        slant_range_m=rays.range_m,
        cov_enu_m2=total,
        cov_shared_enu_m2=shared,
        outcome=outcome,
        surface=surface.name,
        uncertainty_basis=uncertainty_basis(view),
    )
