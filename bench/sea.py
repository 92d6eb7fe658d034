"""Things at sea: how much of their error the surface and the air add to the pose's own.

Each draw is a turret over some sea of the Earth, its place drawn so that geoid heights from
-60 to 60 m come equally often, and a thing on the water 5 to 40 km away. The truth is made
without plainview's rays: a sea off the geoid by tide, topography and the geoid's own error,
and light that is traced by Runge and Kutta's method through air that thins with height, its
coefficient at the sea drawn anew; positions by pymap3d.

The pixel in which the true pose sees the thing is located with the erroneous pose, once by
plainview, which knows sea and air by their means alone, and once by tracing light through the
true air to the true sea. What the two medians differ by is what surface and refraction add.
"""

import json
import math
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pymap3d

from bench.absurd import attitudes
from plainview.geo import SEA_LEVEL_SIGMA_M, GeoidSurface, geoid_undulation_m, locate_points
from plainview.model import Camera, PoseBasis, Sigma, UncertaintyBasis, View, ViewSigma

__all__ = ["N_DRAWS", "run"]

N_DRAWS: Final = 1_500
FIGURE: Final = 1.2
RANGES_M: Final = (5_000.0, 40_000.0)
GEOID_M: Final = (-60.0, 60.0)
HEIGHTS_M: Final = (600.0, 6_000.0)
LEAST_DEPRESSION_DEG: Final = 1.5
N_BINS: Final = 4

AIR_HEIGHT_M: Final = 8_000.0
"""Over which the bending of light falls to 1 / e, as the density of the air does."""
COEFFICIENT: Final = (0.13, 0.07)
"""Of refraction at the sea: mean and 1-sigma."""
SEA_SIGMAS_M: Final = (0.8, 0.6, 0.6)
"""Of the tide, the mean sea's topography and the geoid's own error."""
CHI_SQUARED_95: Final = 5.991464547107979
EARTH_RADIUS_M: Final = 6_371_008.8
STEP_M: Final = 500.0
N_SECANTS: Final = 8
LONGEST_M: Final = 120_000.0
N_PLACES: Final = 40_000

CAMERA: Final = Camera(name="camera-1", width_px=1280, height_px=720)
FIELD_DEG: Final = (2.0, 1.125)

INSTRUMENTS: Final = {
    "assumed": ViewSigma(
        position_horizontal_m=Sigma(own=0.5, shared=3.0),
        position_vertical_m=Sigma(own=1.0, shared=6.0),
        camera_heading_deg=Sigma(own=0.12, shared=0.55),
        camera_elevation_deg=Sigma(own=0.06, shared=0.25),
        camera_roll_deg=Sigma(own=0.06, shared=0.3),
        field_of_view_ratio=Sigma(own=0.002, shared=0.02),
        time_s=Sigma(own=0.0, shared=0.0),
        basis=UncertaintyBasis.ASSUMED,
    ),
    "survey": ViewSigma(
        position_horizontal_m=Sigma(own=0.1, shared=1.0),
        position_vertical_m=Sigma(own=0.1, shared=1.5),
        camera_heading_deg=Sigma(own=0.01, shared=0.03),
        camera_elevation_deg=Sigma(own=0.01, shared=0.03),
        camera_roll_deg=Sigma(own=0.01, shared=0.05),
        field_of_view_ratio=Sigma(own=0.0, shared=0.002),
        time_s=Sigma(own=0.0, shared=0.0),
        basis=UncertaintyBasis.INSTRUMENT,
    ),
}
"""The class that plainview assumes, and one of the best turrets with a survey-grade navigator."""

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, kw_only=True, eq=False)
class World:
    """What is true of n draws: the sea's height above the geoid and the air, each (n,)."""

    sea_m: Array
    coefficient: Array

    def sea_height_m(self, latitude_deg: Array, longitude_deg: Array) -> Array:
        return geoid_undulation_m(latitude_deg, longitude_deg) + self.sea_m

    def bend(self, position: Array, direction: Array) -> Array:
        """Return how the direction (n, 3) of light changes per metre."""
        latitude, longitude, height = pymap3d.ecef2geodetic(*position.T)
        lat, lon = np.radians(latitude), np.radians(longitude)
        level = np.cos(lat)
        up = np.stack([level * np.cos(lon), level * np.sin(lon), np.sin(lat)], axis=-1)
        curvature = self.coefficient * np.exp(-height / AIR_HEIGHT_M) / EARTH_RADIUS_M
        along = np.sum(up * direction, axis=-1, keepdims=True)
        bent: Array = -curvature[:, np.newaxis] * (up - along * direction)
        return bent

    def step(self, position: Array, direction: Array, step_m: Array) -> tuple[Array, Array]:
        """Return light (n, 3), (n, 3) a step further on, by Runge and Kutta's fourth order."""
        h = step_m[:, np.newaxis]

        def rate(p: Array, d: Array) -> tuple[Array, Array]:
            return d, self.bend(p, d)

        p1, d1 = rate(position, direction)
        p2, d2 = rate(position + 0.5 * h * p1, direction + 0.5 * h * d1)
        p3, d3 = rate(position + 0.5 * h * p2, direction + 0.5 * h * d2)
        p4, d4 = rate(position + h * p3, direction + h * d3)
        moved = position + h / 6.0 * (p1 + 2.0 * p2 + 2.0 * p3 + p4)
        turned = direction + h / 6.0 * (d1 + 2.0 * d2 + 2.0 * d3 + d4)
        return moved, turned / np.linalg.norm(turned, axis=-1, keepdims=True)

    def clearance_m(self, position: Array) -> Array:
        """Return heights (n,) above the true sea."""
        latitude, longitude, height = pymap3d.ecef2geodetic(*position.T)
        cleared: Array = height - self.sea_height_m(latitude, longitude)
        return cleared

    def trace(self, position: Array, direction: Array) -> Array:
        """Return where light (n, 3), (n, 3) ends on the sea, (n, 3) ECEF; NaN where nowhere."""
        end = np.full_like(position, np.nan)
        step_m = np.full(len(position), STEP_M)
        for _ in range(round(LONGEST_M / STEP_M)):
            moved, turned = self.step(position, direction, step_m)
            is_down = (self.clearance_m(moved) <= 0.0) & np.isnan(end[:, 0])
            if is_down.any():
                ended = self._ended(position, direction)
                end[is_down] = ended[is_down]
            if not np.isnan(end[:, 0]).any():
                break
            position, direction = moved, turned
        return end

    def _ended(self, position: Array, direction: Array) -> Array:
        """Return where light (n, 3) that is a step or less above the sea ends."""
        low, high = np.zeros(len(position)), np.full(len(position), STEP_M)
        above, below = self.clearance_m(position), np.zeros(len(position))
        moved, _ = self.step(position, direction, high)
        below = self.clearance_m(moved)
        for _ in range(N_SECANTS):
            with np.errstate(divide="ignore", invalid="ignore"):
                part = np.clip(above / (above - below), 0.0, 1.0)
            step_m = np.nan_to_num(low + part * (high - low))
            moved, _ = self.step(position, direction, step_m)
            gap = self.clearance_m(moved)
            is_above = gap > 0.0
            low, above = np.where(is_above, step_m, low), np.where(is_above, gap, above)
            high, below = np.where(is_above, high, step_m), np.where(is_above, below, gap)
        return moved


@dataclass(frozen=True, kw_only=True, eq=False)
class Poses:
    """Poses of n turrets: columns (n,) in degrees and metres, and the fields' stretch."""

    latitude_deg: Array
    longitude_deg: Array
    height_hae_m: Array
    heading_deg: Array
    elevation_deg: Array
    roll_deg: Array
    stretch: Array

    def light(self, pixels: Array) -> tuple[Array, Array]:
        """Return where light starts and its directions, each (n, 3) ECEF, for pixels (n, 2)."""
        half = 0.5 * np.array([CAMERA.width_px, CAMERA.height_px])
        tangents = np.tan(0.5 * np.radians(np.outer(self.stretch, FIELD_DEG)))
        plane = (pixels - half) / half * tangents
        ray = np.concatenate([plane, np.ones((len(plane), 1))], axis=-1)
        turn = attitudes(self.heading_deg, self.elevation_deg, self.roll_deg)
        north, east, down = np.einsum("nij,nj->in", turn, ray)
        start = np.stack(
            pymap3d.geodetic2ecef(self.latitude_deg, self.longitude_deg, self.height_hae_m), axis=-1
        )
        ahead = np.stack(
            pymap3d.ned2ecef(
                north, east, down, self.latitude_deg, self.longitude_deg, self.height_hae_m
            ),
            axis=-1,
        )
        way = ahead - start
        return start, way / np.linalg.norm(way, axis=-1, keepdims=True)

    def with_errors(self, sigma: ViewSigma, rng: np.random.Generator) -> "Poses":
        """Return what an instrument says of these poses."""
        n = len(self.latitude_deg)

        def drawn(part: Sigma | None) -> Array:
            assert part is not None
            return rng.normal(0.0, np.hypot(part.own, part.shared), n)

        level, upward = sigma.position_horizontal_m, sigma.position_vertical_m
        latitude, longitude, height = pymap3d.enu2geodetic(
            drawn(level),
            drawn(level),
            drawn(upward),
            self.latitude_deg,
            self.longitude_deg,
            self.height_hae_m,
        )
        return Poses(
            latitude_deg=latitude,
            longitude_deg=longitude,
            height_hae_m=height,
            heading_deg=self.heading_deg + drawn(sigma.camera_heading_deg),
            elevation_deg=self.elevation_deg + drawn(sigma.camera_elevation_deg),
            roll_deg=self.roll_deg + drawn(sigma.camera_roll_deg),
            stretch=1.0 + drawn(sigma.field_of_view_ratio),
        )

    def view(self, row: int, sigma: ViewSigma) -> View:
        """Return one of them as plainview is told it."""
        return View(
            latitude_deg=float(self.latitude_deg[row]),
            longitude_deg=float(self.longitude_deg[row]),
            height_hae_m=float(self.height_hae_m[row]),
            camera_heading_deg=float(self.heading_deg[row]) % 360.0,
            camera_elevation_deg=float(self.elevation_deg[row]),
            camera_roll_deg=float(self.roll_deg[row]),
            horizontal_fov_deg=float(FIELD_DEG[0] * self.stretch[row]),
            vertical_fov_deg=float(FIELD_DEG[1] * self.stretch[row]),
            pose_basis=PoseBasis.ABSOLUTE,
            sigma=sigma,
        )


def drawn_poses(n_draws: int, rng: np.random.Generator) -> Poses:
    """Return true poses that look at the sea 5 to 40 km away, geoid heights evenly spread."""
    latitude = np.degrees(np.arcsin(rng.uniform(-0.98, 0.98, N_PLACES)))
    longitude = rng.uniform(-180.0, 180.0, N_PLACES)
    geoid_m = geoid_undulation_m(latitude, longitude)
    order = np.argsort(geoid_m)
    wanted_m = rng.uniform(*GEOID_M, n_draws)
    place = order[np.minimum(np.searchsorted(geoid_m[order], wanted_m), N_PLACES - 1)]
    range_m, height_m = _ranges_and_heights(n_draws, rng)
    drop = height_m / range_m + range_m / (2.0 * EARTH_RADIUS_M) * (1.0 - COEFFICIENT[0])
    return Poses(
        latitude_deg=latitude[place],
        longitude_deg=longitude[place],
        height_hae_m=height_m + geoid_m[place],
        heading_deg=rng.uniform(0.0, 360.0, n_draws),
        elevation_deg=-np.degrees(np.arcsin(np.minimum(drop, 0.99))),
        roll_deg=rng.uniform(-10.0, 10.0, n_draws),
        stretch=np.ones(n_draws),
    )


def _ranges_and_heights(n_draws: int, rng: np.random.Generator) -> tuple[Array, Array]:
    """Return slant ranges and heights (n,), even in their logarithms, none looking too level."""
    log_range, log_height = (
        rng.uniform(math.log(low_m), math.log(high_m), 20 * n_draws)
        for low_m, high_m in (RANGES_M, HEIGHTS_M)
    )
    sine = np.exp(log_height - log_range)
    is_fit = (sine > np.sin(np.radians(LEAST_DEPRESSION_DEG))) & (sine < 0.9)
    rows = np.flatnonzero(is_fit)[:n_draws]
    return np.exp(log_range[rows]), np.exp(log_height[rows])


def horizontal_m(place: Array, truth: Array) -> Array:
    """Return how far places (n, 3) geodetic lie from the truth (n, 3), level, (n, 2)."""
    east, north, _ = pymap3d.geodetic2enu(*place.T, *truth.T)
    return np.stack([east, north], axis=-1)


def _located(told: Poses, pixels: Array, sigma: ViewSigma) -> tuple[Array, Array]:
    """Return where plainview says that pixels lie (n, 3), and its covariance (n, 2, 2)."""
    sea = GeoidSurface(altitude_msl_m=0.0, sigma_m=SEA_LEVEL_SIGMA_M)
    places, covs = np.full((len(pixels), 3), np.nan), np.full((len(pixels), 2, 2), np.nan)
    for row, pixel in enumerate(pixels):
        found = locate_points(told.view(row, sigma), CAMERA, pixel[np.newaxis], surface=sea)
        places[row] = found.latitude_deg[0], found.longitude_deg[0], found.height_hae_m[0]
        covs[row] = found.cov_enu_m2[0, :2, :2]
    return places, covs


def with_instrument(sigma: ViewSigma, *, n_draws: int, rng: np.random.Generator) -> dict[str, Any]:
    """Return what one class of instrument makes of its draws."""
    world = World(
        sea_m=rng.normal(0.0, np.linalg.norm(SEA_SIGMAS_M), n_draws),
        coefficient=rng.normal(*COEFFICIENT, n_draws),
    )
    true = drawn_poses(n_draws, rng)
    pixels = rng.uniform([0.0, 0.0], [CAMERA.width_px, CAMERA.height_px], (n_draws, 2))
    truth = np.stack(pymap3d.ecef2geodetic(*world.trace(*true.light(pixels)).T), axis=-1)
    told = true.with_errors(sigma, rng)
    known = np.stack(pymap3d.ecef2geodetic(*world.trace(*told.light(pixels)).T), axis=-1)
    found, covs = _located(told, pixels, sigma)
    ours, poses = horizontal_m(found, truth), horizontal_m(known, truth)
    range_m = np.linalg.norm(
        np.stack(pymap3d.geodetic2ecef(*truth.T), axis=-1) - true.light(pixels)[0], axis=-1
    )
    is_asked = (range_m >= RANGES_M[0]) & (range_m <= RANGES_M[1])
    is_both = is_asked & ~(np.isnan(ours[:, 0]) | np.isnan(poses[:, 0]))
    squared = np.einsum("ni,nij,nj->n", ours, np.linalg.pinv(np.nan_to_num(covs)), ours)
    edges = np.quantile(range_m[is_both], np.linspace(0.0, 1.0, N_BINS + 1))
    bins = np.digitize(range_m, edges[1:-1])
    row: dict[str, Any] = {"n": int(is_both.sum()), "not_located": int((is_asked & ~is_both).sum())}
    row |= _compared(ours[is_both], poses[is_both])
    row["inside_95_ellipse"] = round(float(np.mean(squared[is_both] < CHI_SQUARED_95)), 3)
    row["by_range"] = {
        f"{edges[b] / 1e3:.0f} to {edges[b + 1] / 1e3:.0f} km": _compared(
            ours[is_both & (bins == b)], poses[is_both & (bins == b)]
        )
        for b in range(N_BINS)
    }
    return row


def _compared(ours: Array, poses: Array) -> dict[str, float]:
    mine, alone = (float(np.median(np.hypot(*each.T))) for each in (ours, poses))
    return {
        "median_m": round(mine, 1),
        "pose_alone_m": round(alone, 1),
        "ratio": round(mine / alone, 3),
    }


def run(*, n_draws: int = N_DRAWS, seed: int = 1) -> dict[str, Any]:
    """Return the row; met where every class of instrument is."""
    rows = {
        name: with_instrument(sigma, n_draws=n_draws, rng=np.random.default_rng([seed, n]))
        for n, (name, sigma) in enumerate(INSTRUMENTS.items())
    }
    return {
        "figure": "5 to 40 km, geoid -60 to 60 m, refraction: median at most 1.2 x the pose's own",
        **rows,
        "is_met": all(row["ratio"] <= FIGURE for row in rows.values()),
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
