from typing import Any

import numpy as np
import pytest

from plainview.imaging import combing_ratio, deinterlace_pixels, is_combed, square_pixels
from tests.conftest import SharedData
from tests.imaging.scenes import draw_ground, look, read_grey, shift, to_bytes


@pytest.mark.parametrize("shape", [(10, 8), (11, 8), (10, 8, 3), (1, 4)])
@pytest.mark.parametrize("depth", [np.uint8, np.uint16])
def test_the_upper_field_stays_where_it_is(shape: tuple[int, ...], depth: type) -> None:
    pixels: Any = np.random.default_rng(0).integers(0, 255, shape).astype(depth)
    shown = deinterlace_pixels(pixels)
    np.testing.assert_array_equal(shown[::2], pixels[::2])
    assert shown.dtype == pixels.dtype
    assert shown.shape == pixels.shape


def test_a_slope_down_the_picture_is_kept_true() -> None:
    ramp = np.tile(np.arange(0, 200, 4, dtype=np.uint8)[:, None], (1, 20))
    np.testing.assert_array_equal(deinterlace_pixels(ramp)[:-1], ramp[:-1])


def test_two_fields_of_a_moving_scene_are_combed_and_one_is_not() -> None:
    ground = draw_ground(3, contrast=40.0)
    early = to_bytes(look(ground, shift(0.0, 0.0)))
    woven = early.copy()
    woven[1::2] = to_bytes(look(ground, shift(6.0, 0.0), seed=1))[1::2]
    assert is_combed(woven)
    assert not is_combed(early)
    assert not is_combed(deinterlace_pixels(woven))


def test_noise_is_not_combing() -> None:
    noise = np.random.default_rng(0).normal(128.0, 30.0, (240, 320)).astype(np.uint8)
    assert combing_ratio(noise) == pytest.approx(1.0, abs=0.2)


def test_a_picture_too_small_to_tell_is_not_combed() -> None:
    assert not is_combed(np.zeros((4, 4), np.uint8))


def test_a_real_progressive_picture_is_not_combed(shared_data: SharedData) -> None:
    assert not is_combed(read_grey(shared_data("image_pairs/graf1.png")))


def test_square_pixels_are_left_alone() -> None:
    pixels = np.zeros((10, 20, 3), np.uint8)
    assert square_pixels(pixels, 1.0) is pixels


@pytest.mark.parametrize(("ratio", "width"), [(16 / 11, 512), (10 / 11, 320), (2.0, 704)])
def test_a_picture_is_widened_to_square_pixels(ratio: float, width: int) -> None:
    pixels = np.tile(np.linspace(0, 255, 352).astype(np.uint8), (8, 1))
    shown = square_pixels(pixels, ratio)
    assert shown.shape == (8, width)
    assert shown[4, width // 2] == pytest.approx(127, abs=2)
