"""Terrain as a value."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.errors import GeometryError
from plainview.geo import Terrain, VerticalDatum, geoid_undulation_m
from plainview.geo.terrain import TERRAIN_BLOCK


def make_terrain(heights: np.ndarray, west_deg: float = 10.0, **changes: object) -> Terrain:
    settings: dict[str, object] = {
        "north_deg": 46.0,
        "west_deg": west_deg,
        "latitude_step_deg": 0.001,
        "longitude_step_deg": 0.002,
        "vertical_datum": VerticalDatum.WGS84_ELLIPSOID,
    }
    return Terrain.from_heights(heights, **(settings | changes))  # type: ignore[arg-type]


def plane(rows: int = 40, columns: int = 50) -> np.ndarray:
    return 100.0 + 2.0 * np.arange(rows)[:, np.newaxis] + 3.0 * np.arange(columns)


@given(row=st.floats(0.0, 39.0), column=st.floats(0.0, 49.0))
def test_a_plane_is_a_plane_between_its_nodes(row: float, column: float) -> None:
    terrain = make_terrain(plane())
    height = terrain.height_hae_m(46.0 - 0.001 * row, 10.0 + 0.002 * column)
    if np.isfinite(height):
        assert height == pytest.approx(100.0 + 2.0 * row + 3.0 * column, abs=1e-3)
    else:  # rounding put the place a hair outside
        assert min(row, column, 39.0 - row, 49.0 - column) < 1e-9


def test_the_first_row_is_north_and_the_first_column_west() -> None:
    heights = plane()
    heights[0, -1] = 1000.0
    terrain = make_terrain(heights)
    north_east = terrain.height_hae_m(terrain.north_deg - 1e-9, terrain.east_deg - 1e-9)
    assert north_east == pytest.approx(1000.0, abs=0.01)


def test_outside_and_in_a_hole_there_is_no_height() -> None:
    heights = plane()
    heights[20, 20] = np.nan
    terrain = make_terrain(heights)
    latitude = np.array([46.001, 45.96, 45.99, 45.98, 45.9805, 45.9785])
    longitude = np.array([10.05, 10.05, 9.999, 10.04, 10.039, 10.0399])
    found = terrain.height_hae_m(latitude, longitude)
    assert np.isnan(found[:5]).all()
    assert np.isfinite(found[5])


def test_slopes_are_rise_per_metre_east_and_north() -> None:
    terrain = make_terrain(plane())
    east, north = terrain.slopes(np.array([45.98]), np.array([10.05]))
    column_m = 0.002 * 111_195.0 * np.cos(np.radians(45.98))
    assert east[0] == pytest.approx(3.0 / column_m, rel=1e-3)
    assert north[0] == pytest.approx(-2.0 / 111.195, rel=1e-3)


def test_heights_above_egm96_are_brought_to_the_ellipsoid_node_by_node() -> None:
    terrain = make_terrain(np.zeros((20, 20)), vertical_datum=VerticalDatum.EGM96)
    found = terrain.height_hae_m(45.9905, 10.017)
    assert found == pytest.approx(float(geoid_undulation_m(45.9905, 10.017)), abs=1e-3)


def test_a_datum_without_a_grid_is_refused() -> None:
    with pytest.raises(GeometryError, match="EGM2008"):
        make_terrain(plane(), vertical_datum=VerticalDatum.EGM2008)


def test_terrain_without_any_height_is_refused() -> None:
    with pytest.raises(GeometryError, match="no known height"):
        make_terrain(np.full((5, 5), np.nan))


@pytest.mark.parametrize("longitude", [179.995, -179.995, 180.005])
def test_terrain_may_cross_the_antimeridian(longitude: float) -> None:
    terrain = make_terrain(plane(), west_deg=179.95)
    column = ((longitude - 179.95) % 360.0) / 0.002
    assert terrain.height_hae_m(45.99, longitude) == pytest.approx(120.0 + 3.0 * column, abs=0.01)


@pytest.mark.parametrize("shape", [(1, 5), (5, 1), (5,)])
def test_a_grid_of_one_row_is_our_own_mistake(shape: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="shape"):
        Terrain(
            grid_hae_m=np.zeros(shape, np.float32),
            north_deg=0.0,
            west_deg=0.0,
            latitude_step_deg=1.0,
            longitude_step_deg=1.0,
            vertical_datum=VerticalDatum.EGM96,
            sigma_m=1.0,
        )


def test_block_maxima_cover_every_node_of_a_block_and_its_neighbours() -> None:
    rng = np.random.default_rng(6)
    heights = rng.normal(0.0, 100.0, (50, 70))
    heights[rng.random(heights.shape) < 0.1] = np.nan
    terrain = make_terrain(heights)
    grid = terrain.grid_hae_m
    for (i, j), highest in np.ndenumerate(terrain.block_maxima_hae_m):
        near = grid[
            max(i - 1, 0) * TERRAIN_BLOCK : (i + 2) * TERRAIN_BLOCK,
            max(j - 1, 0) * TERRAIN_BLOCK : (j + 2) * TERRAIN_BLOCK,
        ]
        assert highest == np.nanmax(near)


def test_the_value_is_read_only_and_not_the_callers() -> None:
    heights = plane().astype(np.float32)
    terrain = make_terrain(heights)
    heights[0, 0] = -1.0
    assert terrain.grid_hae_m[0, 0] == 100.0
    with pytest.raises(ValueError, match="read-only"):
        terrain.grid_hae_m[0, 0] = 0.0
