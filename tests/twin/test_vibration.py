"""Vibration: its lines are what the platform states, at any instant."""

import numpy as np
import pytest

from plainview.sensing import shipped_platform
from plainview.twin.vibration import Vibration

STEP_S = 5e-4


def test_the_power_of_the_broadband_and_of_the_tones_is_what_is_stated() -> None:
    platform = shipped_platform("helicopter")
    points = platform.broadband
    frequency = np.exp(
        np.linspace(np.log(points[0].frequency_hz), np.log(points[-1].frequency_hz), 20_000)
    )
    density = np.exp(
        np.interp(
            np.log(frequency),
            np.log([point.frequency_hz for point in points]),
            np.log([point.angle_mrad2_hz for point in points]),
        )
    )
    tones = sum(0.5 * tone.angle_mrad**2 for tone in platform.tones)
    expected = np.trapezoid(density, frequency) + tones
    shake = Vibration.draw(np.random.default_rng(1), platform, n_steps=40_000, step_s=STEP_S)
    found = 1e3 * np.concatenate([shake.block(20.0 * number)[:, :3] for number in range(5)])
    assert np.mean(np.var(found, axis=0)) == pytest.approx(expected, rel=0.05)


def test_blocks_go_on_from_each_other_and_rates_are_those_of_the_angles() -> None:
    shake = Vibration.draw(
        np.random.default_rng(2), shipped_platform("plane"), n_steps=200, step_s=STEP_S
    )
    both = np.concatenate([shake.block(0.1 * number) for number in range(700, 703)])
    off = np.gradient(both[:, :3], STEP_S, axis=0)[1:-1] - both[1:-1, 3:6]
    assert off.std() < 0.1 * both[:, 3:6].std()
    assert shake.block(70.0) == pytest.approx(both[:200], abs=1e-12)
