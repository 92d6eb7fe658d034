"""The compiled stamp equals its twin, for every value of picture and ink."""

import numpy as np

from plainview.overlay.stamp_kernel import stamp_at, stamp_in_numpy


def _ink(height: int, width: int) -> tuple[np.ndarray, np.ndarray]:
    random = np.random.default_rng(2)
    keep, colour = random.integers(0, 256, (2, height, width, 3), np.uint8)
    return keep, colour


def test_every_pair_of_picture_and_ink_is_rounded_as_by_the_twin() -> None:
    values = np.arange(256, dtype=np.uint8)
    picture = np.repeat(np.broadcast_to(values[:, np.newaxis], (256, 256))[..., np.newaxis], 3, 2)
    keep = np.repeat(np.broadcast_to(values, (256, 256))[..., np.newaxis], 3, 2)
    _, colour = _ink(256, 256)
    expected = stamp_in_numpy(picture, keep, colour)
    stamp_at(picture, (keep, colour), (0, 0))
    np.testing.assert_array_equal(picture, expected)


def test_ink_that_keeps_all_and_adds_nothing_changes_nothing() -> None:
    picture, _ = _ink(20, 30)
    before = picture.copy()
    stamp_at(picture, (np.full_like(picture, 255), np.zeros_like(picture)), (0, 0))
    np.testing.assert_array_equal(picture, before)


def test_what_lies_outside_the_picture_is_cut_off() -> None:
    keep, colour = _ink(10, 12)
    for left, top in ((-5, -4), (22, 15), (3, -9), (-40, 2), (8, 90), (4, 5)):
        wide = np.full((220, 230, 3), 90, np.uint8)
        part = wide[100 + top : 110 + top, 100 + left : 112 + left]
        part[...] = stamp_in_numpy(part, keep, colour)
        picture = np.full((20, 30, 3), 90, np.uint8)
        stamp_at(picture, (keep, colour), (left, top))
        np.testing.assert_array_equal(picture, wide[100:120, 100:130])
