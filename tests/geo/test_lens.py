"""Lens distortion both ways, with OpenCV beside it."""

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.geo import (
    GeoidSurface,
    LensCalibration,
    RayOutcome,
    distort_points,
    locate_points,
    undistort_points,
    view_with_fields,
)
from plainview.geo.lens import undistort_in_numpy
from plainview.model import Camera, Distortion
from tests.geo.views import make_view

LENSES = {
    "barrel": Distortion(radial=(-0.3, 0.1, -0.01), tangential=(0.001, -0.002)),
    "pincushion": Distortion(radial=(0.2, 0.05, 0.0), tangential=(-0.003, 0.001)),
    "plain": Distortion(),
}


def grid(half_width: float) -> np.ndarray:
    x, y = np.meshgrid(np.linspace(-half_width, half_width, 21), np.linspace(-0.4, 0.4, 15))
    return np.stack([x.ravel(), y.ravel()], axis=-1)


@pytest.mark.parametrize("lens", LENSES)
def test_distortion_agrees_with_opencv(lens: str) -> None:
    distortion = LENSES[lens]
    (k1, k2, k3), (p1, p2) = distortion.radial, distortion.tangential
    points = grid(0.7)
    rays = np.concatenate([points, np.ones((len(points), 1))], axis=-1)
    peer, _ = cv2.projectPoints(
        rays, np.zeros(3), np.zeros(3), np.eye(3), np.array([k1, k2, p1, p2, k3])
    )
    np.testing.assert_allclose(distort_points(points, distortion), peer[:, 0], atol=1e-12)


@pytest.mark.parametrize("lens", LENSES)
def test_undistorted_points_distort_to_where_they_were_seen(lens: str) -> None:
    points = grid(0.7)
    seen = distort_points(points, LENSES[lens])
    np.testing.assert_allclose(undistort_points(seen, LENSES[lens]), points, atol=1e-9)


@given(
    k1=st.floats(-0.4, 0.4),
    k2=st.floats(-0.2, 0.2),
    p1=st.floats(-0.005, 0.005),
    x=st.floats(-0.8, 0.8),
    y=st.floats(-0.6, 0.6),
)
def test_what_comes_back_was_seen_there_or_is_not_known(
    k1: float, k2: float, p1: float, x: float, y: float
) -> None:
    distortion = Distortion(radial=(k1, k2, 0.0), tangential=(p1, 0.0))
    seen = np.array([[x, y]])
    point = undistort_points(seen, distortion)
    if not np.isnan(point).any():
        np.testing.assert_allclose(distort_points(point, distortion), seen, atol=1e-8)


def test_beyond_the_fold_of_a_barrel_lens_nothing_is_told() -> None:
    distortion = Distortion(radial=(-0.5, 0.0, 0.0))  # folds at 1 / sqrt(1.5), seen at 0.544
    assert np.isnan(distort_points(np.array([[0.9, 0.0]]), distortion)).all()
    assert np.isnan(undistort_points(np.array([[0.6, 0.0]]), distortion)).all()
    np.testing.assert_allclose(
        undistort_points(distort_points(np.array([[0.7, 0.0]]), distortion), distortion),
        [[0.7, 0.0]],
        atol=1e-8,
    )


def test_no_lens_and_no_points_are_legal() -> None:
    points = grid(0.5)
    assert undistort_points(points, None) is points
    assert distort_points(points, None) is points
    assert undistort_points(np.empty((0, 2)), LENSES["barrel"]).shape == (0, 2)
    assert distort_points(np.empty((0, 2)), LENSES["barrel"]).shape == (0, 2)


def test_what_lies_at_the_fold_is_located_with_its_error_or_not_at_all() -> None:
    lens = Distortion(radial=(-0.9, 0.0, 0.0))
    camera = Camera(name="c", width_px=1280, height_px=720, distortion=lens)
    x, y = np.meshgrid(np.linspace(0.0, 1280.0, 6401), [360.0, 500.0])
    found = locate_points(
        make_view(horizontal_fov_deg=70.0, vertical_fov_deg=43.0, camera_elevation_deg=-50.0),
        camera,
        np.stack([x.ravel(), y.ravel()], axis=-1),
        surface=GeoidSurface(altitude_msl_m=0.0, sigma_m=1.2),
    )
    assert 0.2 < np.mean(found.is_located) < 0.95
    assert np.isfinite(found.cov_enu_m2[found.is_located]).all()
    assert RayOutcome.OUTSIDE_LENS in found.outcome


def test_a_calibrated_focal_length_stands_in_only_where_the_source_says_nothing() -> None:
    lens = LensCalibration(width_px=1280, height_px=720, focal_length_px=1500.0)
    silent = make_view(horizontal_fov_deg=None, vertical_fov_deg=None)
    found = view_with_fields(silent, lens)
    assert found.horizontal_fov_deg == pytest.approx(2 * np.degrees(np.arctan(640 / 1500)))
    assert found.vertical_fov_deg == pytest.approx(2 * np.degrees(np.arctan(360 / 1500)))
    assert found.is_locatable
    assert view_with_fields(make_view(), lens) == make_view()
    assert view_with_fields(silent, None) is silent


@pytest.mark.parametrize("lens", LENSES)
def test_points_one_by_one_come_out_as_all_together(lens: str) -> None:
    """The compiled kernel and its twin, also where no point maps there."""
    grid = np.linspace(-0.9, 0.9, 41)
    points = np.stack([part.ravel() for part in np.meshgrid(grid, grid)], axis=-1)
    points = np.concatenate([points, [[np.nan, 0.1], [5.0, 5.0]]])
    alone = undistort_points(points, LENSES[lens])
    together = undistort_in_numpy(points, LENSES[lens])
    np.testing.assert_allclose(alone, together, atol=1e-9)
