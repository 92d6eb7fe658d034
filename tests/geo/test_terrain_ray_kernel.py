"""The compiled way to terrain equals the one in NumPy, ray by ray."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest

from plainview.formats.terrain_raster import read_terrain
from plainview.geo import (
    RayOutcome,
    Terrain,
    VerticalDatum,
    ecef_from_geodetic,
    ecef_from_ned,
    geodetic_from_ecef,
    points_on_rays,
)
from plainview.geo.terrain_rays import intersect_terrain
from plainview.geo.terrain_rays_in_numpy import intersect_terrain_in_numpy

Array = npt.NDArray[np.float64]
Place = tuple[float, float, float]


def drawn_rays(place: Place, seed: int, n_rays: int = 150) -> tuple[Array, Array]:
    """Return rays from a place in all directions, most of them shallow."""
    rng = np.random.default_rng(seed)
    heading = rng.uniform(0.0, 2.0 * np.pi, n_rays)
    elevation = np.radians(rng.choice([-60.0, -12.0, -5.0, -2.5, 1.0], n_rays))
    elevation += np.radians(rng.normal(0.0, 0.5, n_rays))
    local = np.stack(
        [
            np.cos(elevation) * np.cos(heading),
            np.cos(elevation) * np.sin(heading),
            -np.sin(elevation),
        ],
        axis=-1,
    )
    return ecef_from_geodetic(*place), local @ ecef_from_ned(*place[:2]).T


def assert_equal_to_twin(place: Place, terrain: Terrain, seed: int) -> npt.NDArray[np.uint8]:
    origin, directions = drawn_rays(place, seed)
    ranges, outcome = intersect_terrain(origin, directions, terrain=terrain)
    alone = [intersect_terrain_in_numpy(origin, d[np.newaxis], terrain=terrain) for d in directions]
    twin_ranges = np.array([one[0][0] for one in alone])
    twin_outcome = np.array([one[1][0] for one in alone])
    np.testing.assert_allclose(ranges, twin_ranges, atol=1e-3)
    twin_holes = twin_outcome == RayOutcome.HOLE
    np.testing.assert_array_equal(outcome[twin_holes], RayOutcome.HOLE)
    np.testing.assert_array_equal(outcome == RayOutcome.HIT, twin_outcome == RayOutcome.HIT)
    return outcome


@pytest.mark.parametrize("seed", [1, 2])
def test_on_real_ground(shared_data: Callable[[str], Path], seed: int) -> None:
    terrain = read_terrain(shared_data("dem/cobb.tif"), vertical_datum=VerticalDatum.EGM96)
    outcome = assert_equal_to_twin((33.9, -84.55, 900.0), terrain, seed)
    assert set(outcome.tolist()) >= {RayOutcome.HIT, RayOutcome.EDGE, RayOutcome.SKY}


def hills(north_deg: float, west_deg: float, *, has_holes: bool = False) -> Terrain:
    """Return hills of 400 m in cells of about 90 m, with round holes where asked."""
    row, column = np.mgrid[0:300, 0:300]
    height = 600.0 + 400.0 * np.sin(row / 9.0) * np.cos(column / 13.0)
    if has_holes:
        height[np.hypot(row % 50 - 25, column % 50 - 25) < 9] = np.nan
    return Terrain.from_heights(
        height,
        north_deg=north_deg,
        west_deg=west_deg,
        latitude_step_deg=3.0 / 3600.0,
        longitude_step_deg=3.0 / 3600.0 / np.cos(np.radians(min(north_deg, 80.0))),
        vertical_datum=VerticalDatum.WGS84_ELLIPSOID,
    )


def test_over_holes() -> None:
    outcome = assert_equal_to_twin((45.9, 10.17, 2500.0), hills(46.0, 10.0, has_holes=True), 3)
    assert np.count_nonzero(outcome == RayOutcome.HOLE) > 10
    assert np.count_nonzero(outcome == RayOutcome.HIT) > 30


@pytest.mark.parametrize("west_deg", [179.9, -180.1])
def test_across_the_antimeridian(west_deg: float) -> None:
    outcome = assert_equal_to_twin((-16.9, -179.99, 2500.0), hills(-16.75, west_deg), 4)
    assert np.count_nonzero(outcome == RayOutcome.HIT) > 50


def test_near_the_pole_longitude_runs_fast_and_ground_is_met_all_the_same() -> None:
    """Two kilometres from the pole a metre is 0.0005 degrees of longitude."""
    terrain = Terrain.from_heights(
        np.full((40, 361), 100.0),
        north_deg=90.0,
        west_deg=-180.0,
        latitude_step_deg=0.01,
        longitude_step_deg=1.0,
        vertical_datum=VerticalDatum.WGS84_ELLIPSOID,
    )
    place = (89.98, 30.0, 1100.0)
    origin, directions = drawn_rays(place, 5)
    ranges, outcome = intersect_terrain(origin, directions, terrain=terrain)
    is_steep = directions @ ecef_from_ned(*place[:2])[:, 2] > np.sin(np.radians(8.0))
    assert is_steep.sum() > 40
    np.testing.assert_array_equal(outcome[is_steep], RayOutcome.HIT)
    points = points_on_rays(origin, directions[is_steep], ranges[is_steep])
    np.testing.assert_allclose(geodetic_from_ecef(points)[2], 100.0, atol=0.05)


def test_a_global_grid_is_met_from_everywhere() -> None:
    terrain = Terrain.from_heights(
        np.full((181, 361), 50.0),
        north_deg=90.0,
        west_deg=-180.0,
        latitude_step_deg=1.0,
        longitude_step_deg=1.0,
        vertical_datum=VerticalDatum.WGS84_ELLIPSOID,
    )
    for place in [(0.0, 0.0, 1050.0), (-60.0, 179.9, 1050.0), (45.0, -179.99, 1050.0)]:
        origin, _ = drawn_rays(place, 6)
        down = ecef_from_ned(*place[:2])[:, 2]
        ranges, outcome = intersect_terrain(origin, down[np.newaxis], terrain=terrain)
        assert outcome[0] == RayOutcome.HIT
        assert ranges[0] == pytest.approx(1000.0, abs=0.01)
