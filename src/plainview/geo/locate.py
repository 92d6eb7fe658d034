"""Locating: from pixels of a View to places on a surface, with their covariance."""

import numpy as np
import numpy.typing as npt

from plainview.geo.covariance import uncertainty_basis
from plainview.geo.ellipsoid import Array
from plainview.geo.ground_points import GroundPoints
from plainview.geo.pose_check import pose_outcome
from plainview.geo.range_fusion import MEASURED_RANGE_SIGMA
from plainview.geo.ranged_points import with_measured_range
from plainview.geo.ray_outcome import RayOutcome
from plainview.geo.surface import Surface
from plainview.geo.surface_look import Refraction, SurfaceLook
from plainview.model import Camera, RangeKind, Sigma, View

__all__ = ["Refraction", "locate_points"]


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
    refraction: Refraction = Refraction(),  # noqa: B008  (a frozen value)
    range_sigma: Sigma | None = None,
    asks_second_hits: bool = False,
) -> GroundPoints:
    """Return where pixels lie on a surface, with the covariance of each place.

    A pixel outside the picture is not located, nor a place that does not project back to
    its pixel: no located point lies outside its frame's footprint. Nor is one whose error
    reaches to where its ray would miss the ground. Where the View has a measured slant range,
    it corrects what lies in the middle of the picture, and over a level surface the rest too.

    Args:
        view: Where the camera was and how it looked; its ``sigma`` where it has one.
        camera: Its size, principal point and distortion.
        points_px: (n, 2) x, y from the outer corner of the top-left pixel.
        surface: What the rays are brought to; None locates nothing.
        point_sigma_px: 1-sigma of the pixels: one, (n,), or (n, 2) for x and y.
        refraction: How the air bends rays.
        range_sigma: 1-sigma of a slant range that was measured; None for what its source says,
            or the assumed one.
        asks_second_hits: Whether to fill ``second_hit_probability``; it costs as much again.

    Returns:
        A table of n rows, NaN where there is no place, with why in ``outcome``.
    """
    points = np.asarray(points_px, dtype=np.float64).reshape(-1, 2)
    told = pose_outcome(view)
    if surface is None or told is not RayOutcome.HIT or not len(points):
        outcome = RayOutcome.NO_VIEW if told is RayOutcome.HIT else told
        return GroundPoints.missed(len(points), outcome, basis=uncertainty_basis(view))
    look = SurfaceLook(
        view=view,
        camera=camera,
        surface=surface,
        refraction=refraction,
        asks_second_hits=asks_second_hits,
    )
    sigma_px = _sigmas_px(point_sigma_px, len(points))
    found, rays, grazing = look.locate(points, sigma_px)
    if view.slant_range_kind is not RangeKind.MEASURED or view.slant_range_m is None:
        return found
    sigma = range_sigma or view.slant_range_sigma_m or MEASURED_RANGE_SIGMA
    return with_measured_range(
        look,
        found,
        (rays, grazing),
        sigma_px=sigma_px,
        measured=(view.slant_range_m, sigma),
    )
