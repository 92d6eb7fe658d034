from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.drawn_scene import Scenario, SceneDrawer
from bench.drawn_scene.sea_geometry import depression_rad, fit_homography, scene_from_picture
from plainview.errors import GeometryError
from plainview.geo import GeoidSurface, enu_m_from_geodetic, locate_points, project_points


def _apply(
    homography: npt.NDArray[np.float64], points: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    there = np.concatenate([points, np.ones((len(points), 1))], axis=-1) @ homography.T
    return np.asarray(there[:, :2] / there[:, 2:])


@pytest.mark.parametrize("time_s", [0.0, 11.0, 23.0])
def test_the_homography_is_within_a_thirtieth_pixel_of_the_curved_sea(
    rescue: Scenario, time_s: float
) -> None:
    drawer = SceneDrawer(rescue, 2)
    drawer.advance(round(1e6 * time_s))
    view, camera = drawer.true_view(), drawer.camera
    homography = scene_from_picture(view, camera, drawer.scene)
    x, y = np.meshgrid(np.linspace(0, camera.width_px, 9), np.linspace(0, camera.height_px, 7))
    pixels = np.stack([x.ravel(), y.ravel()], axis=-1)
    places = drawer.scene.places(_apply(homography, pixels))
    again = project_points(
        view, camera, places.latitude_deg, places.longitude_deg, places.height_hae_m
    )
    assert np.max(np.abs(again - pixels)) < 0.03


def test_the_sea_of_the_picture_is_where_location_finds_it(rescue: Scenario) -> None:
    drawer = SceneDrawer(rescue, 2)
    view, camera = drawer.true_view(), drawer.camera
    pixels = np.array([[100.0, 60.0], [480.0, 270.0], [900.0, 500.0]])
    surface = GeoidSurface(altitude_msl_m=drawer.scene.level_m, sigma_m=0.0)
    found = locate_points(view, camera, pixels, surface=surface)
    there = enu_m_from_geodetic(
        found.latitude_deg, found.longitude_deg, found.height_hae_m, origin=drawer.scene.origin
    )
    drawn = _apply(scene_from_picture(view, camera, drawer.scene), pixels)
    np.testing.assert_allclose(drawn, there[:, :2], atol=0.05)


def test_a_picture_with_the_horizon_is_refused(rescue: Scenario) -> None:
    drawer = SceneDrawer(rescue, 2)
    level = replace(drawer.true_view(), camera_elevation_deg=-2.0)
    with pytest.raises(GeometryError, match="the horizon is in the picture"):
        scene_from_picture(level, drawer.camera, drawer.scene)


def test_depression_is_that_of_the_sight_line_in_the_middle(rescue: Scenario) -> None:
    drawer = SceneDrawer(rescue, 2)
    view = drawer.true_view()
    grid = np.degrees(depression_rad(view, drawer.camera, n_columns=3, n_rows=3))
    assert view.camera_elevation_deg is not None
    assert grid[1, 1] == pytest.approx(-view.camera_elevation_deg, abs=1e-9)
    assert grid[2, 1] > grid[1, 1] > grid[0, 1]


@given(
    st.lists(st.floats(-0.3, 0.3), min_size=4, max_size=4),
    st.lists(st.floats(-1e-4, 1e-4), min_size=2, max_size=2),
    st.lists(st.floats(-500.0, 500.0), min_size=2, max_size=2),
)
def test_a_homography_is_found_from_nine_points(
    linear: list[float], tilt: list[float], shift: list[float]
) -> None:
    true = np.array(
        [[1.0 + linear[0], linear[1], shift[0]], [linear[2], 1.0 + linear[3], shift[1]],
         [tilt[0], tilt[1], 1.0]]
    )  # fmt: skip
    x, y = np.meshgrid([0.0, 480.0, 960.0], [0.0, 270.0, 540.0])
    points = np.stack([x.ravel(), y.ravel()], axis=-1)
    found = fit_homography(points, _apply(true, points))
    np.testing.assert_allclose(_apply(found, points), _apply(true, points), atol=1e-6)
