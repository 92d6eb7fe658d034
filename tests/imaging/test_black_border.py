import numpy as np

from plainview.imaging.black_border import find_scene


def picture() -> np.ndarray:
    return np.random.default_rng(0).integers(60, 200, (240, 360)).astype(np.uint8)


def test_a_picture_without_borders_is_all_scene() -> None:
    assert find_scene(picture()) == (0, 0, 360, 240)


def test_black_borders_are_not_scene() -> None:
    framed = picture()
    framed[:6], framed[-9:], framed[:, :12], framed[:, -3:] = 10, 14, 8, 20
    assert find_scene(framed) == (12, 6, 357, 231)


def test_a_dark_half_is_scene() -> None:
    night = picture()
    night[:120] = 5
    assert find_scene(night) == (0, 0, 360, 240)


def test_a_light_in_the_dark_keeps_its_row() -> None:
    night = picture()
    night[:30] = 5
    night[10, 200] = 90
    assert find_scene(night)[1] == 10


def test_an_all_black_picture_is_all_scene() -> None:
    assert find_scene(np.zeros((240, 360), np.uint8)) == (0, 0, 360, 240)
