"""Rays to terrain: the first ground they meet, holes, edges and ridges."""

import numpy as np
import numpy.typing as npt
import pytest

from plainview.geo import (
    RayOutcome,
    Terrain,
    TerrainSurface,
    VerticalDatum,
    destination,
    ecef_from_geodetic,
    ecef_from_ned,
    geodetic_from_ecef,
    points_on_rays,
)
from plainview.geo.terrain_rays import intersect_terrain

Array = npt.NDArray[np.float64]
LATITUDE, LONGITUDE = 46.0, 10.0
STEP_DEG = 1.0 / 3600.0


def make_terrain(height_of: object = None, n: int = 400) -> Terrain:
    """Return terrain around the camera's place, its heights a function of metres east, north."""
    index = np.arange(n) - n // 2
    east = index * STEP_DEG * 111_195.0 * np.cos(np.radians(LATITUDE))
    north = -index[:, np.newaxis] * STEP_DEG * 111_195.0
    heights = np.zeros((n, n)) if height_of is None else height_of(east, north)  # type: ignore[operator]
    return Terrain.from_heights(
        np.broadcast_to(heights, (n, n)).astype(np.float64),
        north_deg=LATITUDE + STEP_DEG * (n // 2),
        west_deg=LONGITUDE - STEP_DEG * (n // 2),
        latitude_step_deg=STEP_DEG,
        longitude_step_deg=STEP_DEG,
        vertical_datum=VerticalDatum.WGS84_ELLIPSOID,
    )


def rays(headings_deg: object, elevations_deg: object, *, height_m: float) -> tuple[Array, Array]:
    heading, elevation = np.broadcast_arrays(
        np.radians(np.atleast_1d(np.asarray(headings_deg, dtype=np.float64))),
        np.radians(np.atleast_1d(np.asarray(elevations_deg, dtype=np.float64))),
    )
    local = np.stack(
        [
            np.cos(elevation) * np.cos(heading),
            np.cos(elevation) * np.sin(heading),
            -np.sin(elevation),
        ],
        axis=-1,
    )
    return (
        ecef_from_geodetic(LATITUDE, LONGITUDE, height_m),
        local @ ecef_from_ned(LATITUDE, LONGITUDE).T,
    )


def rolling(east: Array, north: Array) -> Array:
    """Hills of 150 m, a kilometre and a half apart."""
    return 200.0 + 150.0 * np.sin(east / 240.0) * np.cos(north / 310.0)


def brute_force_range_m(
    terrain: Terrain, origin: Array, direction: Array, *, step_m: float = 0.5
) -> float:
    """Walk along one ray in small steps until it is below the ground; NaN if it never is."""
    ranges = np.arange(0.0, 9_000.0, step_m)
    points = points_on_rays(origin, np.repeat(direction[np.newaxis], len(ranges), axis=0), ranges)
    latitude, longitude, height = geodetic_from_ecef(points)
    below = height < terrain.height_hae_m(latitude, longitude)
    return float(ranges[np.argmax(below)]) if below.any() else float("nan")


def test_the_ground_below_is_met_straight_down() -> None:
    range_m, outcome = intersect_terrain(
        *rays(0.0, -90.0, height_m=1000.0), terrain=make_terrain(lambda e, n: 120.0 + 0.0 * e * n)
    )
    assert range_m[0] == pytest.approx(880.0, abs=0.01)
    assert outcome[0] == RayOutcome.HIT


def test_hits_lie_on_the_ground() -> None:
    terrain = make_terrain(rolling)
    headings = np.linspace(0.0, 360.0, 200)
    elevations = np.linspace(-80.0, -4.0, 200)
    origin, direction = rays(headings, elevations, height_m=900.0)
    range_m, outcome = intersect_terrain(origin, direction, terrain=terrain)
    assert np.mean(outcome == RayOutcome.HIT) > 0.9
    points = points_on_rays(origin, direction, range_m)
    latitude, longitude, height = geodetic_from_ecef(points)
    gap = np.abs(height - terrain.height_hae_m(latitude, longitude))
    assert np.nanmax(gap) < 0.05


def test_no_ridge_lies_between_the_camera_and_a_hit() -> None:
    terrain = make_terrain(rolling)
    headings = np.linspace(0.0, 357.0, 60)
    origin, direction = rays(headings, -6.0, height_m=700.0)
    range_m, outcome = intersect_terrain(origin, direction, terrain=terrain)
    for ray, found_m in zip(direction, range_m, strict=True):
        walked_m = brute_force_range_m(terrain, origin, ray)
        if np.isfinite(walked_m):
            assert found_m == pytest.approx(walked_m, abs=1.0)
    assert np.count_nonzero(outcome == RayOutcome.HIT) > 50


def wall(east: Array, north: Array) -> Array:
    """A ridge one cell wide, 300 m high, two kilometres north."""
    return np.where(np.abs(north - 2000.0) < 16.0, 300.0, 0.0) + 0.0 * east


def test_a_ridge_one_cell_wide_is_not_passed_through() -> None:
    origin, direction = rays(np.linspace(-30.0, 30.0, 41), -10.0, height_m=600.0)
    range_m, _ = intersect_terrain(origin, direction, terrain=make_terrain(wall))
    _, _, height = geodetic_from_ecef(points_on_rays(origin, direction, range_m))
    assert np.all(height > 100.0)
    assert np.all(range_m < 2_500.0)


def moat(east: Array, north: Array) -> Array:
    """Level ground with a ring of no heights from one to two kilometres out."""
    distance = np.hypot(east, north)
    return np.where((distance > 1000.0) & (distance < 2000.0), np.nan, 50.0)


def test_ground_in_a_hole_is_a_miss_and_ground_beyond_it_is_met() -> None:
    origin, direction = rays(45.0, [-60.0, -34.0, -19.0], height_m=1050.0)
    range_m, outcome = intersect_terrain(origin, direction, terrain=make_terrain(moat))
    assert outcome.tolist() == [RayOutcome.HIT, RayOutcome.HOLE, RayOutcome.HIT]
    assert np.isnan(range_m[1])


def test_a_ray_that_leaves_the_terrain_is_an_edge_and_one_upward_is_sky() -> None:
    origin, direction = rays(0.0, [-5.0, 2.0], height_m=1500.0)
    _, outcome = intersect_terrain(origin, direction, terrain=make_terrain())
    assert outcome.tolist() == [RayOutcome.EDGE, RayOutcome.SKY]


def test_a_ray_that_comes_in_over_the_edge_below_the_ground_is_no_hit_further_on() -> None:
    """It met ground before the edge, where none is known: what it meets later is behind."""
    terrain = make_terrain(lambda e, n: 0.1 * np.abs(n) + 0.0 * e)
    latitude, longitude = destination(LATITUDE, LONGITUDE, bearing_deg=180.0, distance_m=12_000.0)
    origin = ecef_from_geodetic(latitude, longitude, 1000.0)
    _, direction = rays(0.0, [-5.0, -4.0, -1.5], height_m=1000.0)
    range_m, outcome = intersect_terrain(origin, direction, terrain=terrain)
    assert outcome.tolist() == [RayOutcome.HOLE, RayOutcome.HOLE, RayOutcome.HIT]
    assert np.isnan(range_m[:2]).all()


def test_a_camera_far_outside_meets_the_terrain_it_looks_at() -> None:
    terrain = make_terrain(rolling)
    latitude, longitude = destination(LATITUDE, LONGITUDE, bearing_deg=180.0, distance_m=30_000.0)
    origin = ecef_from_geodetic(latitude, longitude, 3000.0)
    _, direction = rays(0.0, -5.1, height_m=0.0)
    range_m, outcome = intersect_terrain(origin, direction, terrain=terrain)
    assert outcome[0] == RayOutcome.HIT
    assert range_m[0] == pytest.approx(30_000.0, rel=0.1)


def test_a_camera_below_the_ground_meets_nothing() -> None:
    _, outcome = intersect_terrain(
        *rays(0.0, [-10.0, 10.0], height_m=100.0),
        terrain=make_terrain(lambda e, n: 300.0 + 0.0 * e * n),
    )
    assert np.all(outcome == RayOutcome.BELOW_TERRAIN)


def test_no_rays_are_legal() -> None:
    surface = TerrainSurface(terrain=make_terrain())
    origin, direction = rays(0.0, -90.0, height_m=100.0)
    range_m, outcome = surface.intersect(origin, direction[:0])
    assert range_m.shape == outcome.shape == (0,)


def test_many_rays_are_as_one_at_a_time() -> None:
    terrain = make_terrain(rolling)
    origin, direction = rays(
        np.linspace(0.0, 300.0, 9), np.linspace(-50.0, -3.0, 9), height_m=600.0
    )
    together, _ = intersect_terrain(origin, direction, terrain=terrain)
    alone = [intersect_terrain(origin, d[np.newaxis], terrain=terrain)[0][0] for d in direction]
    np.testing.assert_allclose(together, alone, atol=0.05)
