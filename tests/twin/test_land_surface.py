import math
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from plainview.errors import GeometryError, InputError
from plainview.geo import Terrain, VerticalDatum
from plainview.model import Band, Camera, View
from plainview.twin.land_surface import Cover, LandSurface
from plainview.twin.renderer import RenderedPicture, Renderer
from plainview.twin.world import SunPosition, World, WorldObject

ORIGIN = (46.0, 8.0, 50.0)


def terrain_of(heights: npt.NDArray[np.float64], *, north: float = 46.1) -> Terrain:
    return Terrain.from_heights(
        heights, north_deg=north, west_deg=7.9, latitude_step_deg=0.2 / (heights.shape[0] - 1),
        longitude_step_deg=0.2 / (heights.shape[1] - 1), name="made",
        vertical_datum=VerticalDatum.WGS84_ELLIPSOID,
    )  # fmt: skip


def land_of(heights: npt.NDArray[np.float64]) -> LandSurface:
    return LandSurface.of(terrain_of(heights), origin=ORIGIN, rng=np.random.default_rng(0))


def render(land: LandSurface | None, *, n_threads: int = 1, **changes: Any) -> RenderedPicture:
    view: dict[str, Any] = {
        "latitude_deg": 46.0, "longitude_deg": 8.0, "height_hae_m": 650.0,
        "camera_heading_deg": 0.0, "camera_elevation_deg": -12.0, "camera_roll_deg": 0.0,
        "horizontal_fov_deg": 10.0, "vertical_fov_deg": 8.0,
    }  # fmt: skip
    world: dict[str, Any] = {"latitude_deg": 46.0, "longitude_deg": 8.0, "sea_hae_m": 50.0}
    for name, value in changes.items():
        (view if name in view else world)[name] = value
    drawn = Renderer(World(**world, land=land), n_threads=n_threads)
    camera = Camera(name="thermal", width_px=160, height_px=128, band=Band.LWIR)
    return drawn.render([(camera, View(**view))], time_s=0.0)[0]


@pytest.mark.parametrize("elevation_deg", [-5.0, -12.0, -60.0])
def test_level_ground_lies_where_a_sea_of_its_height_does(elevation_deg: float) -> None:
    plateau = render(land_of(np.full((200, 200), 150.0)), camera_elevation_deg=elevation_deg)
    sea = render(None, sea_hae_m=150.0, camera_elevation_deg=elevation_deg)
    near = sea.range_m < 9000.0
    assert near.mean() > 0.4
    np.testing.assert_allclose(plateau.range_m[near], sea.range_m[near], rtol=1e-4)


def test_a_rolled_picture_finds_the_same_ground() -> None:
    land = land_of(np.full((200, 200), 150.0))
    rolled = render(land, camera_roll_deg=70.0)
    sea = render(None, sea_hae_m=150.0, camera_roll_deg=70.0)
    near = sea.range_m < 9000.0
    np.testing.assert_allclose(rolled.range_m[near], sea.range_m[near], rtol=1e-4)


def test_a_ridge_hides_what_lies_behind_it() -> None:
    y = np.linspace(46.1, 45.9, 401)[:, np.newaxis]
    ridge = 60.0 + 350.0 * np.exp(-(((y - 46.02) / 0.004) ** 2)) + np.zeros((1, 401))
    things = tuple(
        WorldObject(object_id=i + 1, kind="vehicle", east_m=20.0 * i, north_m=north)
        for i, north in enumerate((1600.0, 3500.0))
    )
    wide: dict[str, Any] = {
        "horizontal_fov_deg": 20.0,
        "vertical_fov_deg": 16.0,
        "camera_elevation_deg": -14.0,
    }
    picture = render(land_of(ridge), objects=things, **wide)
    assert picture.truth.visible_fraction[0] > 0.9
    assert picture.truth.visible_fraction[1] == 0.0
    # Things stand on the ground, 10 m above this sea.
    assert picture.truth.height_hae_m[1] == pytest.approx(60.0, abs=1.0)
    level = render(land_of(np.full((50, 50), 60.0)), objects=things, **wide)
    assert level.truth.visible_fraction[1] > 0.9


def test_the_sun_warms_the_slope_that_faces_it() -> None:
    x = np.linspace(-1.0, 1.0, 401)
    roof = 300.0 - 250.0 * np.abs(x)[np.newaxis, :] + np.zeros((401, 1))
    sun = SunPosition(azimuth_deg=90.0, elevation_deg=30.0)
    day, night = (render(land_of(roof), sun=each, horizontal_fov_deg=40.0) for each in (sun, None))
    differences = [p.radiance[64:, 90:].mean() - p.radiance[64:, :70].mean() for p in (day, night)]
    assert differences[0] - differences[1] > 0.05  # what covers either side differs by itself


def test_one_and_two_threads_draw_the_same_land() -> None:
    rng = np.random.default_rng(1)
    land = land_of(100.0 + 30.0 * rng.normal(size=(60, 60)).cumsum(axis=0).cumsum(axis=1) / 60.0)
    one, two = (render(land, n_threads=n, height_hae_m=2500.0) for n in (1, 2))
    assert one.radiance.tobytes() == two.radiance.tobytes()
    assert one.range_m.tobytes() == two.range_m.tobytes()


def test_ground_under_the_sea_is_sea() -> None:
    land = land_of(np.full((50, 50), 20.0))
    assert np.all(land.grid.cover == Cover.WATER)
    drawn, sea = render(land), render(None)
    np.testing.assert_array_equal(drawn.radiance, sea.radiance)


def test_holes_are_filled_from_beside_them_and_a_grid_of_holes_is_refused() -> None:
    heights = np.full((80, 80), 150.0)
    heights[30:40, 30:40] = np.nan
    assert float(land_of(heights).heights_m(np.array([-1000.0]), np.array([500.0]))[0]) == (
        pytest.approx(100.0, abs=0.5)
    )
    heights[:60] = np.nan
    with pytest.raises(InputError, match="more than half"):
        land_of(heights)


@pytest.mark.parametrize("north_deg", [10.0, -45.0])
def test_a_terrain_of_another_place_is_refused(north_deg: float) -> None:
    terrain = terrain_of(np.full((50, 50), 100.0), north=north_deg)
    with pytest.raises(InputError, match="does not reach"):
        LandSurface.of(terrain, origin=ORIGIN, rng=np.random.default_rng(0))


def test_a_camera_under_the_ground_is_refused() -> None:
    with pytest.raises(GeometryError, match="the ground is"):
        render(land_of(np.full((50, 50), 800.0)))
    assert math.isfinite(render(land_of(np.full((50, 50), 600.0))).radiance.mean())
