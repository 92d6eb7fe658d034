"""How rays come in: how steeply, and with which error across themselves."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.covariance import Rays
from plainview.geo.ellipsoid import MEAN_EARTH_RADIUS_M, Array
from plainview.geo.ray_kernels import arrivals_on_rays

__all__ = ["Grazing", "grazing_of_rays"]

_HORIZON_SIGMA: Final = 2.0
"""A ray whose error reaches so many sigma past where it would miss the ground has no ellipse."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grazing:
    """How rays come in.

    Args:
        arrival_enu: (n, 3) unit, east-north-up at the point.
        normal_enu: (n, 3) of the surface, up, of any length.
        sine: (n,) of the angle between ray and surface.
        across_m: (n,) 1-sigma of the ray across itself, in its vertical plane.
        total_m: (n,) the same with the error of the surface's height.
        margin_rad: (n,) by how much the ray may rise before it passes over the horizon.
    """

    arrival_enu: Array
    normal_enu: Array
    sine: Array
    across_m: Array
    total_m: Array
    margin_rad: Array

    def misses_in_error(self, range_m: Array) -> npt.NDArray[np.bool_]:
        """Say where two sigma of the ray or the surface make it miss the ground, (n,)."""
        with np.errstate(invalid="ignore"):
            is_missed: npt.NDArray[np.bool_] = (
                _HORIZON_SIGMA * self.total_m > range_m * self.margin_rad
            )
        return is_missed

    @property
    def along_m(self) -> Array:
        """1-sigma of the place along the ray, (n,)."""
        along: Array = self.total_m / self.sine
        return along


def grazing_of_rays(
    rays: Rays, cov_enu_m2: Array, *, surface_sigma_m: float, refraction: float
) -> Grazing:
    """Return how rays come in.

    What moves a point along its ray, as the surface's height does, is no error across it, so
    that the ray's own error is what the point's covariance has in that direction.

    Args:
        rays: Where they met the surface.
        cov_enu_m2: (n, 3, 3) of those points, in total.
        surface_sigma_m: 1-sigma of the surface's height.
        refraction: The coefficient k.
    """
    places = np.stack([rays.latitude_deg, rays.longitude_deg], axis=-1)
    arrival = arrivals_on_rays(
        rays.origin_ecef_m, rays.direction_ecef, rays.range_m, places, refraction
    )
    east, north = rays.slopes
    level = np.hypot(arrival[:, 0], arrival[:, 1])
    is_down = level < 1e-9
    heading = arrival[:, :2] / np.where(is_down, 1.0, level)[:, np.newaxis]
    heading = np.where(is_down[:, np.newaxis], [1.0, 0.0], heading)
    across = np.concatenate([-arrival[:, 2:] * heading, level[:, np.newaxis]], axis=1)
    variance = np.einsum("ni,nij,nj->n", across, cov_enu_m2, across)
    across_m = np.sqrt(np.maximum(variance, 0.0))
    normal = np.stack([-east, -north, np.ones(len(east))], axis=-1)
    closing = np.abs(np.sum(normal * arrival, axis=-1))
    sine = closing / np.linalg.norm(normal, axis=-1)
    return Grazing(
        arrival_enu=arrival,
        normal_enu=normal,
        sine=sine,
        across_m=across_m,
        total_m=np.hypot(across_m, level * surface_sigma_m),
        margin_rad=_margin_rad(sine, rays.range_m, refraction),
    )


def _margin_rad(sine: Array, range_m: Array, refraction: float) -> Array:
    """By how much rays may rise before they pass over the horizon, (n,).

    Over an Earth of radius R a ray looks down by ``r / R + g`` where it arrives after r at the
    angle g, and the horizon by the root of ``(r / R + g)^2 - g^2``; refraction enlarges R.
    """
    turned = range_m * (1.0 - refraction) / MEAN_EARTH_RADIUS_M
    angle = np.arcsin(np.minimum(sine, 1.0))
    margin: Array = turned + angle - np.sqrt(turned**2 + 2.0 * turned * angle)
    return margin
