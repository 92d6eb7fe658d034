"""A measured slant range at work away from the middle of the picture.

A range finder measures what the optical axis points at. How far that lies from where the ray
through the middle meets the surface tells of the errors that all pixels share: depression,
height, the level of the sea. With C the columns of a pixel's place (`covariance_columns`), S the
covariance of the errors themselves and e the row by which they change the range at the middle,
the place moves by the gain ``K = C S e / (e' S e + Var(range))`` times what range and ray differ
by, and its columns become ``C - K e'``.

Three things keep it honest. What it met may stand above the surface (a boat's side, a
wave): that is an error of the range here, large at a shallow look. The level of the sea is the
same everywhere in a picture; any other surface's height in the middle says nothing of its height
elsewhere and is an error of the range too. And a model of terrain is left alone: what is met
behind a crest or on a slope would be carried to ground that has neither.
"""

from typing import Final

import numpy as np

from plainview.geo.covariance import error_covariances
from plainview.geo.covariance_columns import Rays, ground_columns, ground_terms
from plainview.geo.ellipsoid import Array
from plainview.geo.geodetic import ecef_from_enu
from plainview.geo.grazing import Grazing
from plainview.geo.range_fusion import CONTRADICTION, FusedRange
from plainview.geo.surface import GeoidSurface, TerrainSurface
from plainview.geo.surface_look import SurfaceLook
from plainview.model import Sigma, View

__all__ = ["MET_HEIGHT_SIGMA_M", "fuse_range_of_middle"]

MET_HEIGHT_SIGMA_M: Final = 2.0
"""How high above the surface a range finder meets things there: boats' sides, waves, brush.
Assumed: up to 3 m, evenly, is 1.7 m off the surface in the root of the mean square."""


def fuse_range_of_middle(
    look: SurfaceLook,
    rays: Rays,
    middle: tuple[Rays, Grazing],
    *,
    sigma_px: Array,
    measured: tuple[float, Sigma],
) -> FusedRange | None:
    """Return what a range to the middle of the picture makes of places anywhere in it.

    Args:
        look: What the pixels share.
        rays: Where n pixels met the surface.
        middle: The one ray through the middle, and how it came in.
        sigma_px: (n, 2) of the pixels.
        measured: The measured range less the range to the surface in the middle, and its 1-sigma.

    Returns:
        What `fuse_range` does, the pixels' own errors included; None over terrain, and where
        range and surface are farther apart in the middle than their errors explain.

    Source:
        The Kalman update with a gain of one measurement, in Joseph's form for each part.
    """
    if isinstance(look.surface, TerrainSurface):
        return None
    errors = look.errors(sigma_px)
    own, shared = error_covariances(look.view, errors)
    by_error, met_variance = _range_by_error(look, *middle)
    residual_m, sigma = measured
    noise = np.array([sigma.own**2, sigma.shared**2 + met_variance])
    spread = (own + shared) @ by_error
    innovation = float(by_error @ spread + noise.sum())
    if abs(residual_m) > CONTRADICTION * np.sqrt(innovation):
        return None
    columns = np.moveaxis(ground_columns(look.view, look.camera, rays, errors=errors), 0, -1)
    gain = columns @ spread / innovation
    left = columns - gain[..., np.newaxis] * by_error
    square = gain[:, :, np.newaxis] * gain[:, np.newaxis, :]
    by_own, by_shared = (
        left @ cov @ np.swapaxes(left, 1, 2) + part * square
        for cov, part in zip((own, shared), noise.tolist(), strict=True)
    )
    return FusedRange(
        shift_enu_m=gain * residual_m,
        cov_enu_m2=by_own + by_shared,
        cov_shared_enu_m2=by_shared,
        is_contradicted=np.zeros(len(gain), np.bool_),
    )


def _range_by_error(look: SurfaceLook, rays: Rays, grazing: Grazing) -> tuple[Array, float]:
    """Return how errors change the range to the middle (p,), and the variance left beside them."""
    errors = look.errors(np.zeros((1, 2)))
    tangent, normal = grazing.arrival_enu[0], grazing.normal_enu[0]
    moved = ground_columns(look.view, look.camera, rays, errors=errors)[:, 0]
    by_error = (moved - _sensor_columns(look.view, rays)) @ tangent
    met = (MET_HEIGHT_SIGMA_M / float(normal @ tangent)) ** 2
    if not _is_sea(look):
        surface = ground_terms(look.view).index("surface_m")
        met += float(by_error[surface] * look.surface.sigma_m) ** 2
        by_error[surface] = 0.0
    return by_error, met


def _is_sea(look: SurfaceLook) -> bool:
    return isinstance(look.surface, GeoidSurface) and look.surface.altitude_msl_m == 0.0


def _sensor_columns(view: View, rays: Rays) -> Array:
    """Return where the sensor goes for one unit of each error, (p, 3), ENU at the one point."""
    terms = ground_terms(view)
    here = ecef_from_enu(rays.latitude_deg[0], rays.longitude_deg[0])
    enu = here.T @ ecef_from_enu(view.latitude_deg or 0.0, view.longitude_deg or 0.0)
    columns = np.zeros((len(terms), 3))
    columns[:3] = enu.T
    columns[terms.index("time_s")] = enu @ np.array(view.velocity_enu_m_s or (0.0, 0.0, 0.0))
    return columns
