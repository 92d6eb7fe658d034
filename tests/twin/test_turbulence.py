"""Dryden's gusts against the specification's own spectra."""

import math

import numpy as np
import pytest
from scipy.signal import welch

from plainview.sensing import shipped_platform
from plainview.twin.air_kernel import N_AIR_NOISE, N_AIR_STATE, advance_air
from plainview.twin.disturbance import GustMotion
from plainview.twin.turbulence import MODERATE_20FT_M_S, double_pole, dryden_at
from plainview.units import FOOT_M

STEP_S = 0.01


def test_intensity_and_scale_are_those_of_the_specification() -> None:
    found = dryden_at(200.0 * FOOT_M, 15.0)
    shape = 0.177 + 0.000823 * 200.0
    assert found.sigma_m_s == pytest.approx((1.5 / shape**0.4, 1.5 / shape**0.4, 1.5))
    assert found.scale_m == pytest.approx(
        (200.0 * FOOT_M / shape**1.2, 200.0 * FOOT_M / shape**1.2, 200.0 * FOOT_M)
    )
    high = dryden_at(3000.0, 15.0)
    assert high.sigma_m_s == pytest.approx((1.5, 1.5, 1.5))
    assert high.scale_m == pytest.approx((533.4, 533.4, 533.4))


def gusts(n_steps: int, *, seed: int = 1) -> tuple[np.ndarray, float]:
    """Return gusts (n, 3), read from a platform that they drag along at once, and the speed."""
    speed, generator = 50.0, np.random.default_rng(seed)
    rows = dryden_at(100.0, 15.0).filters(speed, STEP_S)
    turns = np.zeros((3, 6))
    noise = generator.standard_normal((n_steps, N_AIR_NOISE))
    found = advance_air(np.zeros(N_AIR_STATE), rows, turns, (STEP_S, 1.0 / STEP_S, 0.0, 0.0), noise)
    return found[2000:, 3:6], speed


def test_the_power_of_the_gusts_is_that_of_drydens_spectra() -> None:
    found, speed = gusts(600_000)
    air = dryden_at(100.0, 15.0)
    assert found.std(axis=0) == pytest.approx(air.sigma_m_s, rel=0.05)
    frequency_hz, power = welch(found, fs=1.0 / STEP_S, nperseg=8192, axis=0)
    band = (frequency_hz > 0.05) & (frequency_hz < 3.0)
    for axis, (sigma, scale) in enumerate(zip(air.sigma_m_s, air.scale_m, strict=True)):
        x = 2.0 * math.pi * frequency_hz[band] * scale / speed
        shape = 2.0 / (1.0 + x**2) if axis == 0 else (1.0 + 3.0 * x**2) / (1.0 + x**2) ** 2
        expected = 2.0 * sigma**2 * scale / speed * shape
        assert np.mean(power[band, axis] / expected) == pytest.approx(1.0, abs=0.03)


def test_a_double_pole_steps_exactly() -> None:
    decay, factor = double_pole(0.8, 1.0)
    half, small = double_pole(0.8, 0.5)
    step = half * np.array([[1.0, 0.5], [0.0, 1.0]])
    noise = np.array([[small[2], small[1]], [0.0, small[0]]])
    twice = step @ noise @ noise.T @ step.T + noise @ noise.T
    whole = np.array([[factor[2], factor[1]], [0.0, factor[0]]])
    assert step @ step == pytest.approx(decay * np.array([[1.0, 1.0], [0.0, 1.0]]))
    assert whole @ whole.T == pytest.approx(twice, rel=1e-9)


def test_the_kernel_does_what_its_python_says() -> None:
    generator = np.random.default_rng(5)
    rows = dryden_at(60.0, 10.0).filters(30.0, STEP_S)
    turns = generator.uniform(0.1, 0.9, (3, 6))
    noise = generator.standard_normal((50, N_AIR_NOISE))
    first, second = np.zeros((2, N_AIR_STATE))
    push = (STEP_S, 0.5, 0.9, 0.4)
    compiled = advance_air(first, rows, turns, push, noise)
    plain = advance_air.py_func(second, rows, turns, push, noise)  # type: ignore[attr-defined]
    assert compiled == pytest.approx(plain, rel=1e-9, abs=1e-12)
    assert first == pytest.approx(second, rel=1e-9, abs=1e-12)


def test_attitude_in_moderate_turbulence_wanders_as_the_platform_states() -> None:
    plane = shipped_platform("plane")
    motion = GustMotion(
        plane,
        airspeed_m_s=80.0,
        height_m=500.0,
        wind_20ft_m_s=MODERATE_20FT_M_S,
        step_s=STEP_S,
        generator=np.random.default_rng(3),
    )
    _, _, turns, rates = motion.next_nodes(400_001, height_m=500.0)
    stated = (plane.gust_roll_deg, plane.gust_pitch_deg, plane.gust_heading_deg)
    assert np.degrees(turns.std(axis=0)) == pytest.approx(stated, rel=0.08)
    off = np.gradient(turns, STEP_S, axis=0)[1:-1] - rates[1:-1]
    assert off.std() < 0.1 * rates.std()
