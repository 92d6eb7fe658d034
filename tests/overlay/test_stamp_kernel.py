"""The compiled stamp equals its twin, for every value of picture and ink."""

import numpy as np

from plainview.overlay.stamp_kernel import stamp_in_numpy, stamp_region


def test_every_pair_of_picture_and_ink_is_rounded_as_by_the_twin() -> None:
    values = np.arange(256, dtype=np.uint8)
    region = np.repeat(np.broadcast_to(values[:, np.newaxis], (256, 256))[..., np.newaxis], 3, 2)
    keep = np.repeat(np.broadcast_to(values, (256, 256))[..., np.newaxis], 3, 2)
    colour = np.random.default_rng(1).integers(0, 256, (256, 256, 3), np.uint8)
    expected = stamp_in_numpy(region, keep, colour)
    stamp_region(region, keep, colour)
    np.testing.assert_array_equal(region, expected)
    np.testing.assert_array_equal(
        stamp_in_numpy(region, np.full_like(keep, 255), np.zeros_like(colour)), region
    )


def test_a_part_of_a_picture_is_stamped_and_no_more() -> None:
    picture = np.full((20, 30, 3), 100, np.uint8)
    stamp_region(
        picture[5:10, 7:12], np.zeros((5, 5, 3), np.uint8), np.full((5, 5, 3), 9, np.uint8)
    )
    assert (picture[5:10, 7:12] == 9).all()
    assert int((picture == 9).sum()) == 75
