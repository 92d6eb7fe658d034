"""Other ground along a ray: its probability, against its twin and against Monte Carlo."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from plainview.formats.terrain_raster import read_terrain
from plainview.geo import (
    GeoidSurface,
    Terrain,
    TerrainSurface,
    VerticalDatum,
    ecef_from_geodetic,
    ecef_from_ned,
    geodetic_from_ecef,
    locate_points,
    points_on_rays,
)
from plainview.geo.second_hit import second_hit_in_numpy, second_hit_probability
from plainview.geo.terrain_rays import intersect_terrain
from tests.geo.views import HD, make_view

Array = npt.NDArray[np.float64]
LATITUDE, LONGITUDE = 46.0, 10.0
STEP_DEG = 1.0 / 3600.0
CELL_M = STEP_DEG * 111_195.0
TERRAIN_SIGMA_M = 4.0


def ridge_terrain(*, ridge_m: float = 150.0, width_m: float = 300.0) -> Terrain:
    """Return level ground with a rounded ridge four kilometres north of the camera."""
    n = 500
    north = (n - 50 - np.arange(n)[:, np.newaxis]) * CELL_M
    heights = ridge_m * np.exp(-(((north - 4000.0) / width_m) ** 2)) + np.zeros((n, 80))
    return Terrain.from_heights(
        heights,
        north_deg=LATITUDE + STEP_DEG * (n - 50),
        west_deg=LONGITUDE - STEP_DEG * 40,
        latitude_step_deg=STEP_DEG,
        longitude_step_deg=STEP_DEG,
        vertical_datum=VerticalDatum.WGS84_ELLIPSOID,
        sigma_m=TERRAIN_SIGMA_M,
    )


def northward(elevations_deg: npt.ArrayLike, height_m: float = 600.0) -> tuple[Array, Array]:
    elevation = np.radians(np.atleast_1d(np.asarray(elevations_deg, np.float64)))
    local = np.stack([np.cos(elevation), 0.0 * elevation, -np.sin(elevation)], axis=-1)
    return (
        ecef_from_geodetic(LATITUDE, LONGITUDE, height_m),
        local @ ecef_from_ned(LATITUDE, LONGITUDE).T,
    )


def brute_force_range_m(
    terrain: Terrain, rays: tuple[Array, Array], offsets_m: Array, *, step_m: float
) -> Array:
    """Walk along each ray until it is below the ground, raised by an offset each; NaN if never."""
    origin, directions = rays
    ranges = np.arange(step_m, 13_000.0, step_m)
    found = np.full(len(directions), np.nan)
    for row, direction in enumerate(directions):
        points = points_on_rays(
            origin, np.repeat(direction[np.newaxis], len(ranges), axis=0), ranges
        )
        latitude, longitude, height = geodetic_from_ecef(points)
        is_under = height < terrain.height_hae_m(latitude, longitude) + offsets_m[row]
        if is_under.any():
            found[row] = ranges[np.argmax(is_under)]
    return found


@pytest.mark.parametrize("height_m", [600.0, 400.0])
def test_the_probability_is_the_share_of_draws_that_end_elsewhere(height_m: float) -> None:
    """Rays at the crest, above it and below it; draws of the ray's angle and the terrain."""
    terrain, rng = ridge_terrain(), np.random.default_rng(5)
    crest_deg = float(np.degrees(np.arctan2(150.0 - height_m, 4000.0)))
    sigma_deg, n_draws = 0.1, 400
    for offset_deg in (-0.3, -0.12, -0.04, 0.05, 0.15, 0.5):
        elevation_deg = crest_deg + offset_deg
        origin, direction = northward(elevation_deg, height_m)
        ranges, _ = intersect_terrain(origin, direction, terrain=terrain)
        gap_m = 500.0
        probability = second_hit_probability(
            (origin, direction, ranges),
            terrain=terrain,
            ray_sigma_rad=np.radians([sigma_deg]),
            gap_m=np.array([gap_m]),
        )[0]
        draws = northward(elevation_deg + rng.normal(0.0, sigma_deg, n_draws), height_m)
        shifts = rng.normal(0.0, TERRAIN_SIGMA_M, n_draws)
        ends = brute_force_range_m(terrain, draws, shifts, step_m=6.0)
        is_crest_first = ranges[0] < 4200.0
        share = float(np.mean((ends > 4500.0) if is_crest_first else (ends < 4500.0)))
        slack = 3.0 * np.sqrt(max(share * (1.0 - share), 0.02) / n_draws)
        assert abs(probability - share) < slack, (offset_deg, probability, share)


def test_far_from_any_crest_there_is_no_other_ground() -> None:
    origin, direction = northward([-40.0, -20.0])
    terrain = ridge_terrain()
    ranges, _ = intersect_terrain(origin, direction, terrain=terrain)
    probability = second_hit_probability(
        (origin, direction, ranges),
        terrain=terrain,
        ray_sigma_rad=np.radians([0.1, 0.1]),
        gap_m=np.array([100.0, 100.0]),
    )
    np.testing.assert_array_equal(probability, 0.0)


@pytest.mark.parametrize("sigma_deg", [0.3, 0.03])
def test_the_kernel_equals_its_twin_on_real_ground(
    shared_data: Callable[[str], Path], sigma_deg: float
) -> None:
    terrain = read_terrain(shared_data("dem/cobb.tif"), vertical_datum=VerticalDatum.EGM96)
    place = (33.9, -84.55, 800.0)
    rng, n_rays = np.random.default_rng(6), 60
    heading, elevation = rng.uniform(0.0, 6.28, n_rays), np.radians(rng.uniform(-9.0, -3.0, n_rays))
    local = np.stack(
        [
            np.cos(elevation) * np.cos(heading),
            np.cos(elevation) * np.sin(heading),
            -np.sin(elevation),
        ],
        axis=-1,
    )
    origin, directions = ecef_from_geodetic(*place), local @ ecef_from_ned(*place[:2]).T
    ranges, _ = intersect_terrain(origin, directions, terrain=terrain)
    sigma = np.full(n_rays, np.radians(sigma_deg))
    gap_m = np.full(n_rays, 200.0)
    found = second_hit_probability(
        (origin, directions, ranges), terrain=terrain, ray_sigma_rad=sigma, gap_m=gap_m
    )
    np.testing.assert_array_equal(np.isnan(found), np.isnan(ranges))
    known = np.flatnonzero(~np.isnan(ranges))
    twin = [
        second_hit_in_numpy(
            (origin, directions[row], float(ranges[row])),
            terrain=terrain,
            ray_sigma_rad=float(sigma[row]),
            gap_m=200.0,
        )
        for row in known
    ]
    assert np.count_nonzero(np.array(twin) > 0.01) > 5
    np.testing.assert_allclose(found[known], twin, atol=1e-3)


def test_it_is_told_where_it_is_asked_for() -> None:
    terrain = ridge_terrain()
    view = make_view(
        latitude_deg=LATITUDE,
        longitude_deg=LONGITUDE,
        height_hae_m=600.0,
        camera_heading_deg=0.0,
        camera_roll_deg=0.0,
        camera_elevation_deg=-6.6,
        horizontal_fov_deg=2.0,
        vertical_fov_deg=1.5,
    )
    pixels = np.stack([np.full(40, 640.0), np.linspace(0.0, 720.0, 40)], axis=1)
    surface = TerrainSurface(terrain=terrain)
    points = locate_points(view, HD, pixels, surface=surface, asks_second_hits=True)
    assert points.is_located.all()
    assert points.second_hit_probability.max() > 0.3
    silent = locate_points(view, HD, pixels, surface=surface)
    assert np.isnan(silent.second_hit_probability).all()
    np.testing.assert_array_equal(silent.latitude_deg, points.latitude_deg)
    sea = GeoidSurface(altitude_msl_m=0.0, sigma_m=1.0)
    level = locate_points(view, HD, pixels, surface=sea, asks_second_hits=True)
    np.testing.assert_array_equal(level.second_hit_probability, 0.0)
