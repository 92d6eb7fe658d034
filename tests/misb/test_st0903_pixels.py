"""Pixel numbers of ST 0903 and our boxes."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.misb import box_from_pixel_numbers, pixel_numbers_from_box

WIDTH, HEIGHT = 640, 480


def numbers(*box_px: float) -> tuple[int, int, int] | None:
    x, y, width, height = box_px
    return pixel_numbers_from_box((x, y, width, height), width_px=WIDTH, height_px=HEIGHT)


def test_pixels_count_from_one_row_by_row() -> None:
    assert numbers(0, 0, 1, 1) == (1, 1, 1)
    assert numbers(639, 0, 1, 1) == (640, 640, 640)
    assert numbers(0, 1, 1, 1) == (641, 641, 641)
    assert numbers(639, 479, 1, 1) == (307200, 307200, 307200)


def test_the_example_of_the_standard_is_met() -> None:
    """Row 214 and column 640 of a picture 1920 wide is pixel 409600."""
    box = pixel_numbers_from_box((639.0, 213.0, 1.0, 1.0), width_px=1920, height_px=1080)
    assert box is not None
    assert box.centroid == 409600


@given(
    st.integers(0, WIDTH - 1), st.integers(0, HEIGHT - 1), st.integers(1, 50), st.integers(1, 50)
)
def test_a_box_of_whole_pixels_comes_back(x: int, y: int, width: int, height: int) -> None:
    width, height = min(width, WIDTH - x), min(height, HEIGHT - y)
    box = pixel_numbers_from_box((x, y, width, height), width_px=WIDTH, height_px=HEIGHT)
    assert box is not None
    back = box_from_pixel_numbers(box.top_left, box.bottom_right, width_px=WIDTH)
    assert back == (x, y, width, height)


@given(st.floats(-700, 700), st.floats(-700, 700), st.floats(0, 900), st.floats(0, 900))
def test_every_pixel_number_lies_in_the_picture_and_the_centroid_in_the_box(
    x: float, y: float, width: float, height: float
) -> None:
    box = pixel_numbers_from_box((x, y, width, height), width_px=WIDTH, height_px=HEIGHT)
    if box is None:
        assert x >= WIDTH or y >= HEIGHT or x + width < 0 or y + height < 0
        return
    back = box_from_pixel_numbers(box.top_left, box.bottom_right, width_px=WIDTH)
    assert back is not None
    left, top, n_columns, n_rows = back
    row, column = divmod(box.centroid - 1, WIDTH)
    assert left <= column < left + n_columns <= WIDTH
    assert top <= row < top + n_rows <= HEIGHT


def test_a_box_partly_outside_is_clipped() -> None:
    assert numbers(-10, -10, 20, 20) == (1, 1, 9 * WIDTH + 10)
    assert numbers(630, 470, 20, 20) == (307200, 470 * WIDTH + 631, 307200)


@pytest.mark.parametrize(
    "box", [(640, 0, 5, 5), (0, 480, 5, 5), (-9, 0, 5, 5), (0, -9, 5, 5), (math.nan, 0, 5, 5)]
)
def test_a_box_outside_or_of_no_number_has_no_pixels(
    box: tuple[float, float, float, float],
) -> None:
    assert numbers(*box) is None


@pytest.mark.parametrize(("first", "last"), [(0, 5), (10, 5), (700, 20)])
def test_numbers_that_span_no_box_give_none(first: int, last: int) -> None:
    assert box_from_pixel_numbers(first, last, width_px=WIDTH) is None
