"""The lag between two records of one motion."""

import numpy as np
import numpy.typing as npt
import pytest

from plainview.geo.motion_lag import LagEstimate, LagSettings, MotionWindow, estimate_lag

Array = npt.NDArray[np.float64]

FRAMES_PER_S = 25.0


def pan(time_s: Array) -> Array:
    """Return the summed motion (n, 3) of a turret that looks here and there, radians."""
    steps = [(4.0, 2.0), (9.0, -3.0), (15.0, 1.5), (20.0, -1.0)]
    across = sum(size * 0.5 * (1.0 + np.tanh((time_s - at) / 0.8)) for at, size in steps)
    down = sum(-0.4 * size * 0.5 * (1.0 + np.tanh((time_s - at) / 0.8)) for at, size in steps)
    moved: Array = np.radians(np.stack([across, down, 0.05 * np.sin(0.4 * time_s)], axis=-1))
    return moved


def differences(summed: Array) -> Array:
    return np.concatenate([np.full((1, 3), np.nan), np.diff(summed, axis=0)])


def window(
    lag_s: float,
    *,
    seed: int = 1,
    said_deg: float = 0.02,
    seen_deg: float = 0.001,
    length_s: float = 24.0,
    motion: npt.NDArray[np.float64] | None = None,
) -> MotionWindow:
    """Return what pictures and metadata say, the metadata late, each with its errors."""
    generator = np.random.default_rng(seed)
    time_s = np.arange(0.0, length_s, 1.0 / FRAMES_PER_S)
    said = pan(time_s - lag_s) if motion is None else motion
    said = said + np.radians(generator.normal(0.0, said_deg, said.shape))
    seen = differences(pan(time_s) if motion is None else motion)
    seen += np.radians(generator.normal(0.0, seen_deg, seen.shape))
    return MotionWindow(time_s=time_s, seen=seen, said=differences(said))


def known(estimate: LagEstimate) -> tuple[float, float, float]:
    assert estimate.reason is None
    assert estimate.lag_s is not None
    assert estimate.low_s is not None
    assert estimate.high_s is not None
    return estimate.lag_s, estimate.low_s, estimate.high_s


@pytest.mark.parametrize("lag_s", [-0.7, 0.0, 0.033, 0.2, 0.51, 1.0])
def test_a_lag_is_found_within_20_ms(lag_s: float) -> None:
    found_s, low_s, high_s = known(estimate_lag([window(lag_s)]))
    assert found_s == pytest.approx(lag_s, abs=0.02)
    assert low_s <= lag_s <= high_s
    assert high_s - low_s < 0.05


def test_the_interval_holds_the_truth_as_often_as_it_says() -> None:
    """95 % of 60 flights, and hardly wider than they need be."""
    lags_s = np.linspace(0.0, 1.0, 60)
    found = [known(estimate_lag([window(lag, seed=i)])) for i, lag in enumerate(lags_s.tolist())]
    inside = [low <= lag <= high for lag, (_, low, high) in zip(lags_s, found, strict=True)]
    errors_s = [lag - each for lag, (each, _, _) in zip(lags_s, found, strict=True)]
    half_widths_s = [0.5 * (high - low) for _, low, high in found]
    assert np.mean(inside) >= 0.9
    assert np.median(half_widths_s) < 6.0 * np.sqrt(np.mean(np.square(errors_s)))


def test_a_field_of_view_that_is_off_does_not_shift_the_lag() -> None:
    """Gains, a roll of some degrees and a slow drift are no lag."""
    one = window(0.3)
    turn = np.radians(4.0)
    mix = 1.06 * np.array(
        [[np.cos(turn), np.sin(turn), 0.0], [-np.sin(turn), np.cos(turn), 0.0], [0.0, 0.0, 1.0]]
    )
    drift = np.radians([0.002, -0.001, 0.0])
    off = MotionWindow(time_s=one.time_s, seen=one.seen, said=one.said @ mix + drift)
    assert known(estimate_lag([off]))[0] == pytest.approx(0.3, abs=0.02)


def test_single_packets_that_are_far_off_do_no_harm() -> None:
    one = window(0.3)
    said = one.said.copy()
    for row in (100, 251, 400):
        said[row] += np.radians([40.0, -10.0, 3.0])
        said[row + 1] -= np.radians([40.0, -10.0, 3.0])
    spiked = MotionWindow(time_s=one.time_s, seen=one.seen, said=said)
    assert known(estimate_lag([spiked]))[0] == pytest.approx(0.3, abs=0.02)


def test_metadata_without_roll_is_enough() -> None:
    one = window(0.3)
    said = one.said.copy()
    said[:, 2] = np.nan
    bare = MotionWindow(time_s=one.time_s, seen=one.seen, said=said)
    assert known(estimate_lag([bare, one]))[0] == pytest.approx(0.3, abs=0.02)


def test_a_camera_that_does_not_move_has_no_lag() -> None:
    estimate = estimate_lag([window(0.3, motion=np.zeros((600, 3)))])
    assert estimate.lag_s is None
    assert estimate.reason is not None
    assert "nothing moves enough" in estimate.reason


def test_a_steady_pan_has_no_lag() -> None:
    """Any shift of a straight line is a straight line."""
    steady = np.radians(np.linspace(0.0, 60.0, 600))[:, np.newaxis] * [1.0, 0.1, 0.0]
    estimate = estimate_lag([window(0.3, motion=steady)])
    assert estimate.lag_s is None
    assert estimate.reason is not None
    assert "only steadily" in estimate.reason


def test_another_motion_is_said_to_be_another() -> None:
    one = window(0.0)
    other = MotionWindow(time_s=one.time_s, seen=one.seen, said=window(0.0, seed=2).said[::-1])
    said = other.said.copy()
    said[[0, -1]] = 0.0
    estimate = estimate_lag([MotionWindow(time_s=one.time_s, seen=one.seen, said=said)])
    assert estimate.lag_s is None
    assert estimate.reason is not None
    assert "not that of the pictures" in estimate.reason


def test_a_motion_that_repeats_has_several_lags_or_the_right_one() -> None:
    time_s = np.arange(600) / FRAMES_PER_S
    swing = np.radians(np.stack([np.sin(2 * np.pi * time_s / 0.9)] * 3, axis=-1) * [2.0, 1.0, 0.0])
    generator = np.random.default_rng(3)
    said = differences(swing + np.radians(generator.normal(0.0, 0.05, swing.shape)))
    estimate = estimate_lag([MotionWindow(time_s=time_s, seen=differences(swing), said=said)])
    assert estimate.lag_s is None
    assert estimate.reason is not None
    assert "repeats itself" in estimate.reason


def test_a_lag_beyond_what_is_tried_is_not_given() -> None:
    estimate = estimate_lag([window(1.2)], settings=LagSettings(most_lag_s=0.6))
    assert estimate.lag_s is None


def test_short_stretches_say_nothing() -> None:
    assert estimate_lag([]).reason is not None
    short = estimate_lag([window(0.1, length_s=2.0)])
    assert (short.lag_s, short.low_s, short.high_s) == (None, None, None)


def test_several_windows_are_one_lag() -> None:
    whole = window(0.4, said_deg=0.1)
    halves = [
        MotionWindow(time_s=whole.time_s[part], seen=whole.seen[part], said=whole.said[part])
        for part in (slice(0, 350), slice(250, 600))
    ]
    one, both = (known(estimate_lag(each)) for each in (halves[:1], halves))
    assert both[0] == pytest.approx(0.4, abs=0.03)
    assert both[2] - both[1] < one[2] - one[1]
