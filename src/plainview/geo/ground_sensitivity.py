"""Where pixels meet a surface, and what one sigma of each error does at places on it."""

from dataclasses import dataclass
from typing import Final

import numpy as np

from plainview.geo.camera_rays import project_points, sensor_position_ecef_m
from plainview.geo.covariance import error_sigmas
from plainview.geo.covariance_columns import GroundErrors, Rays, ground_columns, ground_terms
from plainview.geo.ellipsoid import Array
from plainview.geo.geodetic import ecef_from_enu, ecef_from_geodetic, geodetic_from_ecef
from plainview.geo.pose_check import pose_outcome
from plainview.geo.ray_outcome import RayOutcome
from plainview.geo.refraction import apparent_directions
from plainview.geo.surface import Surface
from plainview.geo.surface_look import Refraction, SurfaceLook
from plainview.model import Camera, View

__all__ = ["GroundSensitivity", "ground_sensitivity", "places_of_pixels"]

_PIXELS: Final = ("pixel_x", "pixel_y")
_AIR: Final = Refraction()


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GroundSensitivity:
    """What errors do to places; n rows.

    Args:
        terms: Names of the p shared errors: those of the View, of the air and the surface.
        ecef_from_enu: (n, 3, 3) at the places.
        shared: (n, 3, p) metres east, north and up that one sigma of each shared error moves.
        pixel: (n, 3, 2) the same of the pixel in x and y.
        own_cov_enu_m2: (n, 3, 3) of the View's own errors, without the pixel's.
    """

    terms: tuple[str, ...]
    ecef_from_enu: Array
    shared: Array
    pixel: Array
    own_cov_enu_m2: Array


def places_of_pixels(view: View, camera: Camera, points_px: Array, *, surface: Surface) -> Array:
    """Return where pixels (n, 2) meet a surface by their rays alone, (n, 3) ECEF; NaN if not."""
    if pose_outcome(view) is not RayOutcome.HIT:
        return np.full((len(points_px), 3), np.nan)
    look = SurfaceLook(view=view, camera=camera, surface=surface, refraction=_AIR)
    met = look.meet(points_px)
    return ecef_from_geodetic(met.rays.latitude_deg, met.rays.longitude_deg, met.height_hae_m)


def ground_sensitivity(
    view: View,
    camera: Camera,
    places_ecef_m: Array,
    *,
    surface: Surface,
    point_sigma_px: Array,
) -> GroundSensitivity:
    """Return what each error of a View does to places on a surface.

    Args:
        view: Its pose and the 1-sigma of its parts, or the assumed one.
        camera: Its size, principal point and distortion.
        places_ecef_m: (n, 3) seen by it.
        surface: That they lie on.
        point_sigma_px: (n, 2) 1-sigma of their pixels.
    """
    origin = sensor_position_ecef_m(view)
    latitude, longitude, height = geodetic_from_ecef(places_ecef_m)
    rays = Rays(
        points_px=project_points(view, camera, latitude, longitude, height),
        origin_ecef_m=origin,
        direction_ecef=apparent_directions(origin, places_ecef_m),
        range_m=np.linalg.norm(places_ecef_m - origin, axis=-1),
        latitude_deg=latitude,
        longitude_deg=longitude,
        slopes=surface.slopes(latitude, longitude),
    )
    errors = GroundErrors(point_sigma_px=point_sigma_px, surface_sigma_m=surface.sigma_m)
    columns = np.moveaxis(ground_columns(view, camera, rays, errors=errors), 0, -1)
    terms = ground_terms(view)
    is_pixel = np.array([term in _PIXELS for term in terms])
    sigmas = error_sigmas(view, errors)
    own = columns * np.array([0.0 if p else s.own for s, p in zip(sigmas, is_pixel, strict=True)])
    shared = columns * np.array([sigma.shared for sigma in sigmas])
    return GroundSensitivity(
        terms=tuple(term for term in terms if term not in _PIXELS),
        ecef_from_enu=ecef_from_enu(latitude, longitude),
        shared=shared[..., ~is_pixel],
        pixel=columns[..., is_pixel],
        own_cov_enu_m2=own @ np.swapaxes(own, -1, -2),
    )
