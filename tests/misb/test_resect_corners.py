"""Poses from the corners of pictures, against pictures that were made."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.geo.camera_rays import rays_from_view
from plainview.geo.geodetic import ecef_from_geodetic, geodetic_from_ecef
from plainview.geo.level_rays import intersect_level
from plainview.misb.resect_corners import Resection, resect_corners
from plainview.model import Camera, View
from plainview.units import wrap_degrees_180
from tests.misb.view_examples import view_of

CAMERA = Camera(name="camera-1", width_px=640, height_px=480)
CORNERS_PX = np.array([[0.0, 0.0], [640.0, 0.0], [640.0, 480.0], [0.0, 480.0]])
GROUND_HAE_M = 120.0
Array = npt.NDArray[np.float64]
Corners = tuple[tuple[float, float], ...]


def looking(
    camera_deg: tuple[float, float, float], fov_deg: tuple[float, float] = (20.0, 15.0)
) -> View:
    return replace(
        view_of(height_hae_m=2000.0, longitude_deg=179.999),
        camera_heading_deg=camera_deg[0],
        camera_elevation_deg=camera_deg[1],
        camera_roll_deg=camera_deg[2],
        horizontal_fov_deg=fov_deg[0],
        vertical_fov_deg=fov_deg[1],
    )


def corners_of(view: View) -> Corners:
    origin, direction = rays_from_view(view, CAMERA, CORNERS_PX)
    range_m = intersect_level(
        origin,
        direction,
        height_hae_m=lambda latitude, _: np.full(len(latitude), GROUND_HAE_M),
        refraction=0.0,
    )
    latitude, longitude, _ = geodetic_from_ecef(origin + range_m[:, np.newaxis] * direction)
    assert not np.any(np.isnan(latitude))
    return tuple(zip(latitude.tolist(), longitude.tolist(), strict=True))


def place(view: View) -> tuple[float, float, float]:
    position = (view.latitude_deg, view.longitude_deg, view.height_hae_m)
    assert None not in position
    return position  # type: ignore[return-value]


def assert_looks_alike(found: Resection | None, truth: View, *, tolerance_deg: float) -> None:
    assert found is not None
    heading, elevation, roll = found.camera_deg
    assert truth.camera_heading_deg is not None
    sideways = wrap_degrees_180(heading - truth.camera_heading_deg)
    assert sideways == pytest.approx(0.0, abs=tolerance_deg)
    assert elevation == pytest.approx(truth.camera_elevation_deg, abs=tolerance_deg)
    assert wrap_degrees_180(roll - (truth.camera_roll_deg or 0.0)) == pytest.approx(
        0.0, abs=tolerance_deg
    )
    truth_fov = (truth.horizontal_fov_deg, truth.vertical_fov_deg)
    assert found.fov_deg == pytest.approx(truth_fov, rel=1e-3)


@given(
    heading=st.floats(0.0, 359.99),
    elevation=st.floats(-80.0, -25.0),
    roll=st.floats(-30.0, 30.0),
    fov=st.floats(0.5, 30.0),
)
@settings(max_examples=40, deadline=None)
def test_from_a_known_place_the_look_and_the_fields_come_back(
    heading: float, elevation: float, roll: float, fov: float
) -> None:
    truth = looking((heading, elevation, roll), (fov, 0.75 * fov))
    found = resect_corners(
        corners_of(truth), ground_height_hae_m=GROUND_HAE_M, sensor=place(truth), corner_sigma_m=0.1
    )
    assert_looks_alike(found, truth, tolerance_deg=1e-4)
    assert found is not None
    assert found.position_sigma_m == 0.0


@given(
    heading=st.floats(0.0, 359.99), elevation=st.floats(-75.0, -30.0), roll=st.floats(-20.0, 20.0)
)
@settings(max_examples=30, deadline=None)
def test_an_oblique_picture_of_known_fields_tells_where_its_camera_was(
    heading: float, elevation: float, roll: float
) -> None:
    truth = looking((heading, elevation, roll))
    found = resect_corners(
        corners_of(truth),
        ground_height_hae_m=GROUND_HAE_M,
        fov_deg=(20.0, 15.0),
        corner_sigma_m=0.1,
    )
    assert_looks_alike(found, truth, tolerance_deg=1e-3)
    assert_stands_alike(found, truth)


@given(
    heading=st.floats(0.0, 359.99), elevation=st.floats(-60.0, -30.0), roll=st.floats(10.0, 20.0)
)
@settings(max_examples=30, deadline=None)
def test_a_wide_oblique_rolled_picture_tells_place_and_fields(
    heading: float, elevation: float, roll: float
) -> None:
    truth = looking((heading, elevation, roll), (30.0, 22.0))
    found = resect_corners(corners_of(truth), ground_height_hae_m=GROUND_HAE_M, corner_sigma_m=0.1)
    assert_looks_alike(found, truth, tolerance_deg=1e-3)
    assert_stands_alike(found, truth)


def assert_stands_alike(found: Resection | None, truth: View) -> None:
    assert found is not None
    offset = ecef_from_geodetic(*found.position) - ecef_from_geodetic(*place(truth))
    assert np.linalg.norm(offset) < 0.1


def test_fields_that_are_given_make_an_unknown_place_surer() -> None:
    truth = looking((50.0, -45.0, 15.0), (30.0, 22.0))
    free = resect_corners(corners_of(truth), ground_height_hae_m=GROUND_HAE_M)
    tied = resect_corners(corners_of(truth), ground_height_hae_m=GROUND_HAE_M, fov_deg=(30.0, 22.0))
    assert free is not None
    assert tied is not None
    assert tied.position_sigma_m < free.position_sigma_m
    assert tied.fov_sigma_ratio == 0.0


def test_the_stated_sigma_is_that_of_many_noisy_pictures() -> None:
    truth = looking((50.0, -40.0, 3.0))
    corners = np.array(corners_of(truth))
    metres = np.array([111_035.0, 85_394.0])
    generator = np.random.default_rng(7)
    found = []
    for _ in range(300):
        noisy = corners + generator.normal(0.0, 5.0, (4, 2)) / metres
        one = resect_corners(
            tuple(map(tuple, noisy.tolist())),
            ground_height_hae_m=GROUND_HAE_M,
            sensor=place(truth),
            corner_sigma_m=5.0,
        )
        assert one is not None
        found.append([*one.camera_deg, one.fov_deg[0] / 20.0])
    spread = np.std(np.array(found), axis=0)
    stated = resect_corners(
        corners_of(truth), ground_height_hae_m=GROUND_HAE_M, sensor=place(truth), corner_sigma_m=5.0
    )
    assert stated is not None
    assert spread[:3] == pytest.approx(stated.camera_sigma_deg, rel=0.15)
    assert spread[3] <= 1.2 * stated.fov_sigma_ratio


@pytest.mark.parametrize(
    ("camera_deg", "fov_deg"),
    [
        ((0.0, -90.0, 0.0), (20.0, 15.0)),
        ((50.0, -40.0, 15.0), (0.8, 0.6)),
        ((50.0, -40.0, 0.0), (30.0, 22.0)),
    ],
    ids=["straight down", "narrow field", "level: width and tilt are one"],
)
def test_what_the_corners_do_not_determine_is_not_invented(
    camera_deg: tuple[float, float, float], fov_deg: tuple[float, float]
) -> None:
    corners = corners_of(looking(camera_deg, fov_deg))
    assert resect_corners(corners, ground_height_hae_m=GROUND_HAE_M) is None


@pytest.mark.parametrize(
    "order", [(1, 0, 3, 2), (0, 2, 1, 3), (0, 0, 0, 0)], ids=["mirrored", "crossed", "one point"]
)
def test_corners_that_are_no_picture_give_no_pose(order: tuple[int, ...]) -> None:
    truth = looking((50.0, -40.0, 3.0))
    corners = corners_of(truth)
    shuffled = tuple(corners[index] for index in order)
    for sensor in (None, place(truth)):
        found = resect_corners(shuffled, ground_height_hae_m=GROUND_HAE_M, sensor=sensor)
        assert found is None


def test_a_picture_that_starts_lower_right_is_the_same_picture_upside_down() -> None:
    truth = looking((50.0, -40.0, 3.0))
    corners = corners_of(truth)
    turned = corners[2:] + corners[:2]
    found = resect_corners(turned, ground_height_hae_m=GROUND_HAE_M, sensor=place(truth))
    assert found is not None
    assert found.camera_deg == pytest.approx((50.0, -40.0, -177.0), abs=1e-3)


def test_a_camera_under_the_ground_is_no_camera() -> None:
    truth = looking((50.0, -40.0, 3.0))
    latitude, longitude, _ = place(truth)
    below = (latitude, longitude, -5000.0)
    corners = corners_of(truth)
    assert resect_corners(corners, ground_height_hae_m=GROUND_HAE_M, sensor=below) is None
