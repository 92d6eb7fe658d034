"""From pixel to ray and back."""

from dataclasses import replace

import numpy as np
import pymap3d
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.geo import (
    camera_directions,
    ecef_from_geodetic,
    focal_lengths_px,
    geodetic_from_ecef,
    pixels_in_picture,
    points_on_rays,
    project_directions,
    project_points,
    rays_from_view,
)
from plainview.model import Camera, Distortion
from tests.geo.views import HD, make_view

FIELDS = {"horizontal_fov_deg": 8.0, "vertical_fov_deg": 4.5}
CAMERAS = {
    "plain": HD,
    "off centre": replace(HD, principal_point_px=(600.0, 380.0)),
    "distorted": replace(HD, distortion=Distortion(radial=(-0.2, 0.05, 0.0))),
}


def angle_deg(a: np.ndarray, b: np.ndarray) -> float:
    return float(np.degrees(np.arctan2(np.linalg.norm(np.cross(a, b)), a @ b)))


@pytest.mark.parametrize("camera", ["plain", "off centre"])
@pytest.mark.parametrize("fov_deg", [0.2, 8.0, 60.0, 120.0])
def test_the_field_of_view_is_the_angle_between_the_pictures_outer_edges(
    camera: str, fov_deg: float
) -> None:
    taken = CAMERAS[camera]
    _, row = taken.principal_point_px or (0.0, 360.0)
    left, right = camera_directions(
        taken, [[0.0, row], [1280.0, row]], horizontal_fov_deg=fov_deg, vertical_fov_deg=4.5
    )
    assert angle_deg(left, right) == pytest.approx(fov_deg, rel=1e-9)
    column = (taken.principal_point_px or (640.0, 0.0))[0]
    top, bottom = camera_directions(
        taken, [[column, 0.0], [column, 720.0]], horizontal_fov_deg=8.0, vertical_fov_deg=fov_deg
    )
    assert angle_deg(top, bottom) == pytest.approx(fov_deg, rel=1e-9)


def test_the_middle_of_the_picture_looks_forward_and_its_right_and_lower_halves_that_way() -> None:
    middle, right, low = camera_directions(HD, [[640, 360], [1000, 360], [640, 700]], **FIELDS)
    np.testing.assert_allclose(middle, [0.0, 0.0, 1.0])
    assert right[0] > 0.0
    assert low[1] > 0.0


@pytest.mark.parametrize("fov_deg", [0.0, 180.0, -5.0, np.nan])
def test_an_impossible_field_of_view_gives_no_rays(fov_deg: float) -> None:
    assert np.isnan(focal_lengths_px(HD, horizontal_fov_deg=fov_deg, vertical_fov_deg=4.0)[0])
    rays = camera_directions(HD, [[1.0, 1.0]], horizontal_fov_deg=fov_deg, vertical_fov_deg=4.0)
    assert np.isnan(rays).any()


@pytest.mark.parametrize("camera", CAMERAS)
@given(x=st.floats(0.0, 1280.0), y=st.floats(0.0, 720.0))
def test_a_pixel_is_seen_where_its_ray_goes(camera: str, x: float, y: float) -> None:
    rays = camera_directions(CAMERAS[camera], [[x, y]], **FIELDS)
    np.testing.assert_allclose(np.linalg.norm(rays, axis=-1), 1.0)
    again = project_directions(CAMERAS[camera], 7.0 * rays, **FIELDS)
    np.testing.assert_allclose(again, [[x, y]], atol=1e-6)


def test_what_lies_behind_the_camera_has_no_pixel() -> None:
    assert np.isnan(project_directions(HD, np.array([[0.1, 0.1, -1.0]]), **FIELDS)).all()
    view = make_view(camera_elevation_deg=0.0, camera_heading_deg=0.0)
    assert np.isnan(project_points(view, HD, [58.2], [5.1], [1500.0])).all()


@given(heading=st.floats(0.0, 360.0), elevation=st.floats(-89.0, 20.0))
def test_the_optical_axis_points_where_pymap3d_points(heading: float, elevation: float) -> None:
    view = make_view(camera_heading_deg=heading, camera_elevation_deg=elevation)
    origin, direction = rays_from_view(view, HD, [[640.0, 360.0]])
    target = np.array(pymap3d.aer2ecef(heading, elevation, 1000.0, 58.3, 5.1, 1500.0))
    np.testing.assert_allclose(origin + 1000.0 * direction[0], target, atol=1e-6)


@given(
    x=st.floats(0.0, 1280.0),
    y=st.floats(0.0, 720.0),
    heading=st.floats(0.0, 360.0),
    elevation=st.floats(-90.0, 5.0),
    roll=st.floats(-180.0, 180.0),
    range_m=st.floats(10.0, 100_000.0),
)
def test_a_place_on_a_pixels_bent_ray_is_seen_at_that_pixel(
    x: float, y: float, heading: float, elevation: float, roll: float, range_m: float
) -> None:
    view = make_view(
        camera_heading_deg=heading, camera_elevation_deg=elevation, camera_roll_deg=roll
    )
    origin, direction = rays_from_view(view, CAMERAS["distorted"], [[x, y]])
    place = geodetic_from_ecef(points_on_rays(origin, direction, np.array([range_m])))
    seen = project_points(view, CAMERAS["distorted"], *place)
    np.testing.assert_allclose(seen, [[x, y]], atol=1e-4)


def test_rolling_the_camera_clockwise_lifts_the_right_of_the_scene_in_the_picture() -> None:
    place = geodetic_from_ecef(
        points_on_rays(
            *rays_from_view(make_view(camera_roll_deg=0.0), HD, [[1000.0, 360.0]]), np.array([5e3])
        )
    )
    seen = project_points(make_view(camera_roll_deg=10.0), HD, *place)
    assert seen[0, 1] < 360.0


@pytest.mark.parametrize(
    "missing", ["latitude_deg", "height_hae_m", "camera_roll_deg", "vertical_fov_deg"]
)
def test_a_view_that_cannot_locate_has_no_rays(missing: str) -> None:
    view = make_view(**{missing: None})
    origin, direction = rays_from_view(view, HD, [[1.0, 2.0], [3.0, 4.0]])
    assert np.isnan(origin).all()
    assert direction.shape == (2, 3)
    assert np.isnan(direction).all()
    assert np.isnan(project_points(view, HD, [58.2], [5.1], [0.0])).all()


def test_no_pixels_are_legal() -> None:
    none = np.empty((0, 2))
    assert rays_from_view(make_view(), HD, none)[1].shape == (0, 3)
    assert project_points(make_view(), HD, [], [], []).shape == (0, 2)
    assert pixels_in_picture(HD, none).shape == (0,)


def test_the_outer_edges_belong_to_the_picture() -> None:
    points = [[0.0, 0.0], [1280.0, 720.0], [-0.1, 5.0], [5.0, 720.1], [np.nan, 1.0]]
    assert pixels_in_picture(HD, points).tolist() == [True, True, False, False, False]


def test_the_origin_is_where_the_view_says() -> None:
    origin, _ = rays_from_view(make_view(), HD, [[0.0, 0.0]])
    np.testing.assert_array_equal(origin, ecef_from_geodetic(58.3, 5.1, 1500.0))


def test_scaling_the_picture_scales_its_pixels() -> None:
    half = Camera(name="half", width_px=640, height_px=360)
    points = np.array([[100.0, 50.0], [1279.5, 719.5]])
    np.testing.assert_allclose(
        camera_directions(HD, points, **FIELDS), camera_directions(half, 0.5 * points, **FIELDS)
    )
