from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.imaging import (
    apply_homography,
    homography_from_opencv,
    level_homography,
    opencv_from_homography,
    warp_pixels,
)

small = st.floats(-0.2, 0.2)
tiny = st.floats(-1e-4, 1e-4)
shifts = st.floats(-50.0, 50.0)


@st.composite
def homographies(draw: st.DrawFn) -> np.ndarray:
    a, b, c, d = (draw(small) for _ in range(4))
    return np.array(
        [[1 + a, b, draw(shifts)], [c, 1 + d, draw(shifts)], [draw(tiny), draw(tiny), 1.0]]
    )


@given(homographies())
def test_there_and_back_is_the_same_homography(homography: np.ndarray) -> None:
    back = homography_from_opencv(opencv_from_homography(homography))
    np.testing.assert_allclose(back, homography / homography[2, 2], atol=1e-9)


@given(homographies(), st.floats(0.0, 640.0), st.floats(0.0, 480.0))
def test_a_point_is_moved_alike_in_both_conventions(
    homography: np.ndarray, x: float, y: float
) -> None:
    ours = apply_homography(homography, np.array([[x, y]]))
    theirs = apply_homography(opencv_from_homography(homography), np.array([[x - 0.5, y - 0.5]]))
    np.testing.assert_allclose(theirs + 0.5, ours, atol=1e-6)


def test_a_pure_shift_is_the_same_in_both_conventions() -> None:
    shifted = np.array([[1.0, 0.0, 3.0], [0.0, 1.0, -2.0], [0.0, 0.0, 1.0]])
    np.testing.assert_allclose(opencv_from_homography(shifted), shifted)


def test_doubling_about_the_outer_corner_is_what_opencv_resize_does() -> None:
    picture = np.random.default_rng(0).integers(0, 255, (24, 32)).astype(np.float32)
    picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), 2.0), np.float32)
    doubled = cv2.resize(picture, (64, 48), interpolation=cv2.INTER_LINEAR)
    homography = opencv_from_homography(np.diag([2.0, 2.0, 1.0]))
    warped = cv2.warpPerspective(picture, homography, (64, 48), borderMode=cv2.BORDER_REPLICATE)
    np.testing.assert_allclose(warped, doubled, atol=0.2)


@given(homographies(), st.sampled_from([0.5, 0.25, 0.125]))
def test_a_level_moves_its_points_as_the_full_picture_does(
    homography: np.ndarray, scale: float
) -> None:
    points = np.array([[10.0, 20.0], [300.0, 200.0]])
    full = apply_homography(homography, points)
    at_level = apply_homography(level_homography(homography, scale), points * scale)
    np.testing.assert_allclose(at_level, full * scale, atol=1e-6)


def test_no_points_are_moved_to_no_points() -> None:
    assert apply_homography(np.eye(3), np.empty((0, 2))).shape == (0, 2)


@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_warping_by_whole_pixels_moves_every_pixel(depth: type) -> None:
    picture: Any = np.random.default_rng(1).integers(1, 255, (20, 30)).astype(depth)
    homography = np.array([[1.0, 0.0, 4.0], [0.0, 1.0, 3.0], [0.0, 0.0, 1.0]])
    warped = warp_pixels(picture, homography)
    np.testing.assert_array_equal(warped[3:, 4:], picture[:-3, :-4])
    assert not warped[:3].any()
    assert not warped[:, :4].any()
    assert warped.dtype == depth
