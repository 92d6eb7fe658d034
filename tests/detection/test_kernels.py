"""Each compiled kernel against its NumPy twin."""

from typing import Any

import numpy as np
import pytest

from plainview.detection.motion_response import (
    OUTSIDE,
    group_contrasts,
    group_points,
    moving_points,
)
from plainview.detection.spot_response import block_peaks, clutter_sigma, describe_peaks
from tests.detection import twins
from tests.imaging.scenes import add_blob


def noisy(seed: int, shape: tuple[int, int] = (101, 150)) -> np.ndarray:
    return np.random.default_rng(seed).normal(100.0, 10.0, shape).astype(np.float32)


@pytest.mark.parametrize("depth", [np.uint8, np.float32])
def test_blocks_hold_the_energy_and_the_peak_that_numpy_finds(depth: type) -> None:
    level: Any = noisy(0).astype(depth)
    energy, peaks = block_peaks(level)
    response = twins.spot_response(level)
    response[96:] = 0.0
    of_blocks = twins.blocks(response)
    np.testing.assert_allclose(energy, np.mean(of_blocks**2, axis=(2, 3)), rtol=1e-3, atol=1e-3)
    np.testing.assert_allclose(
        np.abs(peaks[..., 0]), np.abs(of_blocks).max(axis=(2, 3)), rtol=1e-3, atol=1e-3
    )
    rows, columns = peaks[..., 1].astype(int), peaks[..., 2].astype(int)
    np.testing.assert_allclose(response[rows, columns], peaks[..., 0], rtol=1e-3, atol=1e-3)


def test_the_clutter_of_a_block_leaves_out_itself_and_its_neighbours() -> None:
    energy = np.ones((20, 30), np.float32)
    energy[9:12, 14:17] = 1e6
    sigma = clutter_sigma(energy, floor=0.1, scene_share=0.0)
    assert sigma[10, 15] == pytest.approx(1.0)
    assert sigma[10, 18] > 10.0


def test_the_scene_and_the_floor_add_to_the_clutter() -> None:
    energy = np.full((20, 30), 4.0, np.float32)
    np.testing.assert_allclose(clutter_sigma(energy, floor=0.1, scene_share=0.0), 2.0)
    np.testing.assert_allclose(clutter_sigma(energy, floor=0.1, scene_share=1.0), np.sqrt(8.0))
    np.testing.assert_allclose(clutter_sigma(energy * 0.0, floor=0.3, scene_share=0.0), 0.3)


def test_a_peak_is_described_by_its_half_height_box() -> None:
    level = add_blob(np.full((96, 96), 50.0, np.float32), 40.5, 52.5, sigma_px=2.0, height=40.0)
    _, peaks = block_peaks(level)
    sigma = np.ones(peaks.shape[:2], np.float32)
    table = describe_peaks(level, peaks, sigma, 6.0, 0.5)
    x, y, width, height, ratio, sign = table[np.argmax(table[:, 4])]
    assert (x + width / 2, y + height / 2) == (40.5, 52.5)
    assert (width, height) == (5, 5)
    assert ratio == pytest.approx(np.abs(peaks[..., 0]).max())
    assert sign == 1.0


def test_a_thing_wider_than_the_window_is_left_to_a_coarser_scale() -> None:
    level = add_blob(np.full((96, 96), 50.0, np.float32), 40.5, 52.5, sigma_px=15.0, height=90.0)
    level[52, 40] += 30.0
    _, peaks = block_peaks(level)
    table = describe_peaks(level, peaks, np.ones(peaks.shape[:2], np.float32), 4.0, 0.0)
    assert np.all(table[:, 2:4] < 21)


def test_departures_are_what_numpy_finds() -> None:
    current, first, second = (noisy(seed) for seed in range(3))
    current[40:50, 60:75] += 60.0
    clutter = np.random.default_rng(0).uniform(0.0, 50.0, (12, 18)).astype(np.float32)
    match = np.array([[1.05, -4.0], [0.97, 3.0]])
    points, _ = moving_points(current, first, second, match, 12.0, 0.5, clutter, 2.0)
    expected = twins.moving_sigmas(
        (current, first, second), match, noise=12.0, edge=0.5, clutter=clutter
    )
    rows, columns = np.nonzero(expected >= 2.0)
    assert len(points) > 100
    np.testing.assert_array_equal(points[:, :2], np.stack((columns, rows), axis=1))
    np.testing.assert_allclose(points[:, 2], expected[rows, columns], rtol=1e-4)


def test_nothing_departs_where_either_picture_does_not_show_the_place() -> None:
    current, past = noisy(0) + np.float32(90.0), noisy(1)
    unseen = past.copy()
    unseen[:, :50] = OUTSIDE
    current[:, 100:] = OUTSIDE
    clutter = np.zeros((12, 18), np.float32)
    points, energy = moving_points(
        current, unseen, past, np.array([[1.0, 0.0], [1.0, 0.0]]), 5.0, 0.1, clutter, 4.0
    )
    assert points[:, 0].min() == 51
    assert points[:, 0].max() == 98
    assert not energy[:, :6].any()
    assert energy[:, 7:12].all()


def test_groups_are_what_numpy_joins() -> None:
    rng = np.random.default_rng(5)
    taken = np.unique(rng.integers(0, (60, 40), (120, 2)), axis=0)
    taken = taken[np.lexsort((taken[:, 0], taken[:, 1]))]
    points = np.column_stack((taken, rng.uniform(5.0, 9.0, len(taken)))).astype(np.float64)
    for reach_px in (1, 3):
        ours = group_points(points, (40, 60), reach_px)
        np.testing.assert_allclose(ours, twins.group_points(points, (40, 60), reach_px))


def test_no_points_are_no_groups() -> None:
    assert group_points(np.empty((0, 3)), (10, 10), 3).shape == (0, 6)


def test_a_box_stands_out_where_the_thing_is() -> None:
    then = add_blob(np.full((60, 80), 50.0, np.float32), 20.5, 30.5, sigma_px=2.0, height=40.0)
    now = add_blob(np.full((60, 80), 50.0, np.float32), 40.5, 30.5, sigma_px=2.0, height=40.0)
    groups = np.array([[18.0, 28.0, 5.0, 5.0, 9.0, 20.0], [38.0, 28.0, 5.0, 5.0, 9.0, 20.0]])
    contrast = group_contrasts(now, then, groups, 4)
    assert contrast[0] == pytest.approx([0.0, contrast[1, 0]], abs=1e-4)
    assert contrast[1, 0] > 20.0
    unseen = np.full_like(now, OUTSIDE)
    assert np.isnan(group_contrasts(now, unseen, groups, 4)[:, 1]).all()
