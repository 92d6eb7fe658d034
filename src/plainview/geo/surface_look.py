"""From the pixels of one picture to a surface: places, covariance, how rays come in."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.camera_rays import pixels_in_picture, project_points, rays_from_view
from plainview.geo.covariance import GroundErrors, Rays, ground_covariance, uncertainty_basis
from plainview.geo.ellipsoid import Array
from plainview.geo.grazing import Grazing, grazing_of_rays
from plainview.geo.ground_points import GroundPoints
from plainview.geo.ray_kernels import places_on_rays
from plainview.geo.ray_outcome import RayOutcome
from plainview.geo.refraction import REFRACTION_COEFFICIENT, REFRACTION_COEFFICIENT_SIGMA
from plainview.geo.second_hit import second_hit_probability
from plainview.geo.surface import Surface, TerrainSurface
from plainview.model import Camera, View

__all__ = ["MetRays", "Refraction", "SurfaceLook"]

_ROUND_TRIP_PX: Final = 0.05
"""How far from its pixel a place may project before it is not believed."""

_BRIDGED_SIGMA: Final = 2.0
_BRIDGED_CELLS: Final = 2.0
"""A jump along the ray that is shorter lies within the place's own ellipse or the terrain's
own coarseness."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Refraction:
    """How the air bends rays.

    Args:
        coefficient: k, the curvature of a level ray over that of the Earth.
        sigma: Its 1-sigma, shared by all frames.
    """

    coefficient: float = REFRACTION_COEFFICIENT
    sigma: float = REFRACTION_COEFFICIENT_SIGMA


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MetRays:
    """Where rays met the surface, before anything is held against it.

    Args:
        rays: NaN where they met none.
        height_hae_m: (n,) of the points.
        outcome: (n,).
    """

    rays: Rays
    height_hae_m: Array
    outcome: npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurfaceLook:
    """What all pixels of one picture share on their way to a surface.

    Args:
        view: Where the camera was and how it looked.
        camera: Its size, principal point and distortion.
        surface: What the rays are brought to.
        refraction: How the air bends rays.
        asks_second_hits: Whether the probability of other ground is wanted; it costs as much
            again as all the rest.
    """

    view: View
    camera: Camera
    surface: Surface
    refraction: Refraction
    asks_second_hits: bool = False

    def meet(self, points_px: Array) -> MetRays:
        """Return where pixels (n, 2) meet the surface."""
        view, camera, k = self.view, self.camera, self.refraction.coefficient
        origin, direction = rays_from_view(view, camera, points_px)
        range_m, outcome = self.surface.intersect(origin, direction, refraction=k)
        latitude, longitude, height = places_on_rays(origin, direction, range_m, k).T
        seen_px = project_points(view, camera, latitude, longitude, height, refraction=k)
        with np.errstate(invalid="ignore"):
            is_back = np.max(np.abs(seen_px - points_px), axis=-1) < _ROUND_TRIP_PX
        is_off = (outcome == RayOutcome.HIT) & ~is_back
        outcome = np.where(np.isnan(direction[:, 0]), RayOutcome.OUTSIDE_LENS, outcome)
        is_off |= ~pixels_in_picture(camera, points_px)
        outcome = np.where(is_off, RayOutcome.OUTSIDE_PICTURE, outcome).astype(np.uint8)
        keep = np.where(outcome == RayOutcome.HIT, 1.0, np.nan)
        rays = Rays(
            points_px=points_px,
            origin_ecef_m=origin,
            direction_ecef=direction,
            range_m=range_m * keep,
            latitude_deg=latitude * keep,
            longitude_deg=longitude * keep,
            slopes=self.surface.slopes(latitude, longitude),
        )
        return MetRays(rays=rays, height_hae_m=height * keep, outcome=outcome)

    def errors(self, sigma_px: Array) -> GroundErrors:
        """Return what moves places beside the View's errors, for pixels with errors (n, 2)."""
        return GroundErrors(
            point_sigma_px=sigma_px,
            surface_sigma_m=self.surface.sigma_m,
            refraction=self.refraction.coefficient,
            refraction_sigma=self.refraction.sigma,
        )

    def covariances(self, rays: Rays, sigma_px: Array) -> tuple[Array, Array]:
        """Return total and shared covariance (n, 3, 3) for pixels with errors (n, 2)."""
        return ground_covariance(self.view, self.camera, rays, errors=self.errors(sigma_px))

    def grazing(self, rays: Rays, total: Array) -> Grazing:
        """Return how rays come in."""
        return grazing_of_rays(
            rays,
            total,
            surface_sigma_m=self.surface.sigma_m,
            refraction=self.refraction.coefficient,
        )

    def second_hits(self, rays: Rays, grazing: Grazing) -> Array:
        """Return how probable other ground is, (n,); nought on a level surface."""
        if not self.asks_second_hits:
            return np.full(len(rays.range_m), np.nan)
        if not isinstance(self.surface, TerrainSurface):
            return np.where(np.isnan(rays.range_m), np.nan, 0.0)
        terrain = self.surface.terrain
        with np.errstate(invalid="ignore"):
            gap_m = np.maximum(_BRIDGED_SIGMA * grazing.along_m, _BRIDGED_CELLS * terrain.cell_m)
        return second_hit_probability(
            (rays.origin_ecef_m, rays.direction_ecef, rays.range_m),
            terrain=terrain,
            ray_sigma_rad=grazing.across_m / rays.range_m,
            gap_m=gap_m,
            refraction=self.refraction.coefficient,
        )

    def locate(self, points_px: Array, sigma_px: Array) -> tuple[GroundPoints, Rays, Grazing]:
        """Return where pixels (n, 2) lie, by ray and surface alone, and how their rays came in."""
        met = self.meet(points_px)
        total, shared = self.covariances(met.rays, sigma_px)
        grazing = self.grazing(met.rays, total)
        is_doubtful = (met.outcome == RayOutcome.HIT) & grazing.misses_in_error(met.rays.range_m)
        is_blurred = (met.outcome == RayOutcome.HIT) & np.isnan(total).any(axis=(1, 2))
        keep = np.where(is_doubtful | is_blurred, np.nan, 1.0)
        blank = keep[:, np.newaxis, np.newaxis]
        outcome = np.where(is_doubtful, RayOutcome.HORIZON_IN_ERROR, met.outcome)
        # The lens maps nothing to the pixel beside it: how far its place is off cannot be told.
        outcome = np.where(is_blurred, RayOutcome.OUTSIDE_LENS, outcome).astype(np.uint8)
        points = GroundPoints(
            latitude_deg=met.rays.latitude_deg * keep,
            longitude_deg=met.rays.longitude_deg * keep,
            height_hae_m=met.height_hae_m * keep,
            slant_range_m=met.rays.range_m * keep,
            cov_enu_m2=total * blank,
            cov_shared_enu_m2=shared * blank,
            outcome=outcome,
            second_hit_probability=self.second_hits(met.rays, grazing) * keep,
            surface=self.surface.name,
            uncertainty_basis=uncertainty_basis(self.view),
        )
        return points, met.rays, grazing
