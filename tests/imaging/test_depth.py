import numpy as np
import pytest

from plainview.imaging import RangeFollower, RangeSettings
from plainview.imaging.depth import measure_range


def counts(seed: int = 0, *, low: float = 7000.0, high: float = 9000.0) -> np.ndarray:
    rng = np.random.default_rng(seed)
    return rng.uniform(low, high, (120, 160)).astype(np.uint16)


def test_the_scene_fills_the_levels() -> None:
    levels = RangeFollower().follow(counts(), video_time_us=0)
    assert levels.dtype == np.float32
    assert np.percentile(levels, 1) == pytest.approx(0.0, abs=2.0)
    assert np.percentile(levels, 99) == pytest.approx(255.0, abs=2.0)


def test_what_is_hotter_than_the_range_is_not_clipped() -> None:
    scene = counts()
    scene[50:53, 50:53] = 30_000
    assert RangeFollower().follow(scene, video_time_us=0)[51, 51] > 1000.0


def test_a_flat_scene_is_not_stretched_to_noise() -> None:
    scene = counts(low=8000.0, high=8004.0)
    levels = RangeFollower(RangeSettings(least_span=64.0)).follow(scene, video_time_us=0)
    assert np.ptp(levels) < 25.0


def test_the_same_counts_keep_their_level_while_the_scene_changes_a_little() -> None:
    follower = RangeFollower()
    first = follower.follow(counts(), video_time_us=0)
    second = follower.follow(counts(high=9400.0), video_time_us=33_333)
    counts_now, level_now = counts(high=9400.0).ravel(), second.ravel()
    order = np.argsort(counts_now)
    was = np.interp(8000.0, np.sort(counts().ravel()), np.sort(first.ravel()))
    now = np.interp(8000.0, counts_now[order], level_now[order])
    assert now == pytest.approx(was, abs=1.0)


def test_a_jump_is_taken_at_once() -> None:
    follower = RangeFollower()
    follower.follow(counts(), video_time_us=0)
    levels = follower.follow(counts(low=20_000.0, high=40_000.0), video_time_us=33_333)
    assert np.median(levels) == pytest.approx(127.0, abs=10.0)


def test_a_restored_follower_goes_on_to_the_same_levels() -> None:
    whole, first, second = RangeFollower(), RangeFollower(), RangeFollower()
    for follower in (whole, first):
        follower.follow(counts(), video_time_us=0)
    second.restore(first.state())
    np.testing.assert_array_equal(
        whole.follow(counts(1, high=9300.0), video_time_us=500_000),
        second.follow(counts(1, high=9300.0), video_time_us=500_000),
    )


@pytest.mark.parametrize("shape", [(120, 160), (512, 640), (3, 5), (1, 1), (301, 407)])
@pytest.mark.parametrize("span", [(0, 65_536), (8000, 8003), (65_500, 65_536)])
def test_the_range_is_numpys_percentiles_to_the_bit(
    shape: tuple[int, int], span: tuple[int, int]
) -> None:
    scene = np.random.default_rng(3).integers(*span, shape).astype(np.uint16)
    settings = RangeSettings(least_span=0.0)
    step = max(1, min(shape) // 128)
    expected = np.percentile(scene[::step, ::step], (1.0, 99.0))
    assert measure_range(scene, settings) == tuple(expected.tolist())


def test_levels_and_shown_pixels_are_numpys_to_the_bit() -> None:
    rng = np.random.default_rng(4)
    scene = np.rint(8000.0 + 300.0 * rng.standard_normal((97, 131))).astype(np.uint16)
    low, high = measure_range(scene, RangeSettings())
    line = np.float32(low), np.float32(255.0 / (high - low))
    expected = (scene.astype(np.float32) - line[0]) * line[1]
    np.testing.assert_array_equal(RangeFollower().follow(scene, video_time_us=0), expected)
    shown = np.clip(np.rint(expected), 0.0, 255.0).astype(np.uint8)
    np.testing.assert_array_equal(RangeFollower().show(scene, video_time_us=0), shown)
    assert shown.min() == 0
    assert shown.max() == 255
