"""The gimbal: closed forms where there is no friction, and what a turret must do at its limits."""

import math
from collections.abc import Callable
from dataclasses import replace

import numpy as np
import pytest

from bench.gimbal import N_NODES, N_STEPS, PLAIN, sight_ned
from plainview.errors import InputError
from plainview.sensing import GimbalSpec, shipped_turret
from plainview.twin.gimbal_kernel import N_GIMBAL_STATE, N_RING, advance_gimbal
from plainview.twin.gimbal_motion import GIMBAL_RATE_HZ, GimbalMotion, loop_settings

STEP_S = 1.0 / GIMBAL_RATE_HZ
FOUR = replace(PLAIN, axes=4, inner_travel_deg=3.0, outer_loop_hz=6.0)
Curve = Callable[[np.ndarray], np.ndarray]


def still(time_s: np.ndarray) -> np.ndarray:
    return np.zeros((len(time_s), 3))


def looking(azimuth: float, elevation: float) -> Curve:
    """Return a direction north-east-down that stays."""
    level = math.cos(elevation)
    way = np.array([level * math.cos(azimuth), level * math.sin(azimuth), -math.sin(elevation)])
    return lambda time_s: np.tile(way, (len(time_s), 1))


def run(
    gimbal: GimbalSpec,
    asked: Curve,
    *,
    start: tuple[float, float],
    attitude: Curve = still,
    shake: Curve | None = None,
    push: Curve | None = None,
    length_s: float = 20.0,
    seed: int = 1,
) -> tuple[np.ndarray, np.ndarray]:
    """Return what the kernel says at each step (n, 10) and the line of sight there (n, 3) NED."""
    motion = GimbalMotion(
        gimbal, generator=np.random.default_rng(seed), start_rad=start, n_steps=N_STEPS
    )
    found = []
    for block in range(round(length_s / 0.1)):
        time_s = 0.1 * block + 0.01 * np.arange(N_NODES)
        step_s = 0.1 * block + STEP_S * np.arange(1, N_STEPS + 1)
        vibration = np.zeros((N_STEPS, 9))
        if shake is not None:
            vibration[:, :3] = shake(step_s)
            vibration[:, 3:6] = (shake(step_s + 1e-5) - shake(step_s - 1e-5)) / 2e-5
        if push is not None:
            vibration[:, 6:] = push(step_s)
        rates = (attitude(time_s + 1e-4) - attitude(time_s - 1e-4)) / 2e-4
        way = asked(time_s)
        turning = np.cross(way, (asked(time_s + 1e-4) - asked(time_s - 1e-4)) / 2e-4)
        nodes = (attitude(time_s), rates, way, turning)
        found.append(motion.next_block(nodes, vibration))
    rows = np.concatenate(found)
    return rows, sight_ned(rows)


def off_rad(sight: np.ndarray, way: np.ndarray) -> np.ndarray:
    cosine: np.ndarray = np.clip(np.sum(sight * way, axis=-1), -1.0, 1.0)
    return np.asarray(np.arccos(cosine))


def answer(gimbal: GimbalSpec, frequency_hz: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the line of sight to acceleration and to the gyro's error, by hand.

    s^2 x = a - C (s x + K x + n), C = wc (1 + wi / s) exp(-s T).
    """
    s = 2j * np.pi * frequency_hz
    wc, wi = 2.0 * np.pi * gimbal.rate_loop_hz, 0.4 * np.pi * gimbal.rate_loop_hz
    delay = 1e-3 * gimbal.loop_delay_ms + 0.5 * STEP_S
    control = wc * (1.0 + wi / s) * np.exp(-s * delay)
    whole = s**2 + control * (s + np.pi)
    return 1.0 / whole, control / whole


@pytest.mark.parametrize("rate_loop_hz", [10.0, 40.0, 80.0])
@pytest.mark.parametrize("frequency_hz", [3.0, 12.0, 40.0])
def test_what_imbalance_leaves_is_the_closed_form(rate_loop_hz: float, frequency_hz: float) -> None:
    gimbal = replace(PLAIN, rate_loop_hz=rate_loop_hz, imbalance_deg_s2_per_m_s2=10.0)

    def push(time_s: np.ndarray) -> np.ndarray:
        return np.stack([0.0 * time_s, np.sin(2 * np.pi * frequency_hz * time_s), 0 * time_s], 1)

    rows, _ = run(gimbal, looking(0.0, -0.4), start=(0.0, -0.4), push=push, length_s=8.0)
    to_push, _ = answer(gimbal, np.array([frequency_hz]))
    expected = math.radians(10.0) * abs(to_push[0]) / math.sqrt(2.0)
    assert rows[8000:, 1].std() == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("gimbal", [PLAIN, FOUR])
def test_what_the_gyros_noise_leaves_is_the_closed_form(gimbal: GimbalSpec) -> None:
    walk = 0.3
    noisy = replace(gimbal, gyro_random_walk_deg_rt_h=walk)
    _, sight = run(noisy, looking(0.0, 0.0), start=(0.0, 0.0), length_s=200.0)
    frequency_hz = np.linspace(0.005, 500.0, 400_001)
    _, to_gyro = answer(noisy, frequency_hz)
    density = 2.0 * (math.radians(walk) / 60.0) ** 2
    expected = math.sqrt(np.trapezoid(density * np.abs(to_gyro) ** 2, frequency_hz))
    assert sight[10_000:, 1:].std() == pytest.approx(expected, rel=0.1)


@pytest.mark.parametrize("gimbal", [PLAIN, FOUR])
def test_without_friction_the_base_turns_under_a_line_of_sight_at_rest(gimbal: GimbalSpec) -> None:
    def roll(time_s: np.ndarray) -> np.ndarray:
        swing = 0.1 * np.sin(2 * np.pi * 0.1 * time_s)
        return np.stack([swing, 0.3 * swing, 0.2 * swing], axis=1)

    way = looking(0.5, -0.6)
    _, sight = run(gimbal, way, start=(0.5, -0.6), attitude=roll, length_s=20.0)
    late = off_rad(sight[10_000:], way(np.zeros(1)))
    assert late.max() < (3e-5 if gimbal.axes == 2 else 1e-4)


def jitter_urad(rate_loop_hz: float) -> float:
    """Return the jitter in elevation of a gimbal with friction on a base of 5.5 mrad."""
    gimbal = replace(
        PLAIN, rate_loop_hz=rate_loop_hz, friction_deg_s2=60.0, gyro_random_walk_deg_rt_h=0.005
    )

    def shake(time_s: np.ndarray) -> np.ndarray:
        waves = [(5.0, 4e-4), (17.0, 1.2e-4), (21.0, 1e-4), (34.0, 6e-5)]
        tones = sum(peak * np.sin(2 * np.pi * hz * time_s) for hz, peak in waves)
        slow = 7.7e-3 * np.sin(2 * np.pi * 0.1 * time_s)
        return np.repeat((tones + slow)[:, np.newaxis], 3, axis=1)

    way = looking(0.0, -0.5)
    rows, sight = run(gimbal, way, start=(0.0, -0.5), shake=shake, length_s=40.0)
    assert rows[20_000:, 9].mean() < 0.05
    return 1e6 * float(np.arcsin(-sight[20_000:, 2]).std())


def test_jitter_falls_steeply_with_the_bandwidth_of_the_loop() -> None:
    left = [jitter_urad(hz) for hz in (10.0, 20.0, 40.0, 80.0)]
    ratios = np.array(left[:-1]) / left[1:]
    assert 50.0 < left[0] < 1000.0
    assert np.all(ratios > 1.4)
    assert left[-1] < left[0] / 10.0


@pytest.mark.parametrize("name", ["ball-10cm", "ball-64cm"])
def test_the_kernel_does_what_its_python_says(name: str) -> None:
    gimbal = shipped_turret(name).gimbal
    assert gimbal is not None
    generator = np.random.default_rng(4)
    attitude = 0.05 * generator.standard_normal((N_NODES, 3))
    nodes = (attitude, np.gradient(attitude, 0.01, axis=0), looking(0.4, -0.5)(np.zeros(N_NODES)))
    feed = 0.01 * generator.standard_normal((N_NODES, 3))
    vibration, noise = generator.standard_normal((N_STEPS, 9)), generator.normal(size=(N_STEPS, 2))
    both = []
    for kernel in (advance_gimbal, advance_gimbal.py_func):  # type: ignore[attr-defined]
        state, ring = np.zeros(N_GIMBAL_STATE), np.zeros((N_RING, 4))
        state[1] = -0.3
        settings = loop_settings(gimbal)
        found = kernel(state, ring, settings, (*nodes, feed), 1e-3 * vibration, noise)
        both.append((found, state, ring))
    for compiled, plain in zip(*both, strict=True):
        assert compiled == pytest.approx(plain, rel=1e-7, abs=1e-9)


def passing(aside_m: float, *, height_m: float = 300.0, speed_m_s: float = 60.0) -> Curve:
    """Return the way to a place that passes below, so far to the right of the track."""

    def way(time_s: np.ndarray) -> np.ndarray:
        ahead = 600.0 - speed_m_s * time_s
        row = np.stack([ahead, np.full_like(ahead, aside_m), np.full_like(ahead, height_m)], 1)
        return np.asarray(row / np.linalg.norm(row, axis=1, keepdims=True))

    return way


@pytest.mark.parametrize("name", ["ball-18cm", "ball-38cm", "ball-64cm"])
@pytest.mark.parametrize("aside_m", [0.0, 150.0, 400.0])
def test_a_place_that_passes_below_is_held(name: str, aside_m: float) -> None:
    """Straight over, and aside where the azimuth has the rate that it takes."""
    gimbal = shipped_turret(name).gimbal
    assert gimbal is not None
    limited = replace(gimbal, elevation_low_deg=-120.0)
    way = passing(aside_m)
    start = (math.atan2(aside_m, 600.0), -math.atan2(300.0, math.hypot(600.0, aside_m)))
    _, sight = run(limited, way, start=start, length_s=12.0)
    time_s = STEP_S * np.arange(1, len(sight) + 1)
    off = np.degrees(off_rad(sight, way(time_s)))
    assert off[2000:].max() < 0.15


def test_near_the_lock_the_line_of_sight_is_lost_for_a_moment_and_found_again() -> None:
    """8 m aside at 300 m the azimuth would need 430 degrees a second: physics forbids it."""
    way = passing(8.0)
    start = (math.atan2(8.0, 600.0), -math.atan2(300.0, 600.0))
    _, sight = run(PLAIN, way, start=start, length_s=12.0)
    time_s = STEP_S * np.arange(1, len(sight) + 1)
    off = np.degrees(off_rad(sight, way(time_s)))
    assert off.max() < 6.0
    assert off[time_s > 11.9].max() < 0.2


def circling(time_s: np.ndarray) -> np.ndarray:
    """Return a way that goes round clockwise once in 30 s, 30 degrees down."""
    turn = 2.0 * np.pi * time_s / 30.0
    level = math.cos(math.radians(30.0))
    return np.stack([level * np.cos(turn), level * np.sin(turn), np.full_like(turn, 0.5)], axis=1)


def test_cables_are_unwound_at_their_end_and_the_place_is_found_again() -> None:
    gimbal = replace(
        PLAIN, is_azimuth_endless=False, azimuth_low_deg=-270.0, azimuth_high_deg=270.0
    )
    rows, sight = run(gimbal, circling, start=(0.0, math.radians(-30.0)), length_s=45.0)
    azimuth_deg = np.degrees(rows[:, 0])
    assert 269.0 < azimuth_deg.max() <= 270.0 + 1e-9
    assert azimuth_deg.min() > -100.0
    time_s = STEP_S * np.arange(1, len(sight) + 1)
    off = np.degrees(off_rad(sight, circling(time_s)))
    assert off[(time_s > 2.0) & (time_s < 22.0)].max() < 0.2
    assert off[time_s > 35.0].max() < 0.2
    assert np.max(np.abs(np.gradient(azimuth_deg, STEP_S))) < 61.0


def test_a_gimbal_stops_at_its_elevation_limit() -> None:
    gimbal = replace(PLAIN, elevation_low_deg=-60.0)
    rows, _ = run(gimbal, looking(0.0, -1.4), start=(0.0, -0.5), length_s=6.0)
    assert np.degrees(rows[-1, 1]) == pytest.approx(-60.0, abs=0.05)
    assert np.degrees(rows[:, 1]).min() >= -60.0 - 1e-9


def test_a_slew_keeps_the_rate_and_settles_without_swinging() -> None:
    rows, sight = run(PLAIN, looking(2.0, -0.8), start=(0.0, -0.1), length_s=8.0)
    rate = np.degrees(np.gradient(rows[:, 0], STEP_S))
    assert 55.0 < rate.max() < 63.0
    assert off_rad(sight[-2000:], looking(2.0, -0.8)(np.zeros(1))).max() < 1e-3
    assert np.degrees(rows[:, 0]).max() < math.degrees(2.0) + 0.5


def test_the_same_seed_gives_the_same_line_of_sight() -> None:
    noisy = replace(PLAIN, gyro_random_walk_deg_rt_h=0.3, gyro_bias_deg_h=5.0)
    first, again, other = (
        run(noisy, looking(0.0, 0.0), start=(0.0, 0.0), length_s=0.5, seed=seed)[0]
        for seed in (1, 1, 2)
    )
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"elevation_low_deg": 40.0}, "elevation_high_deg"),
        (
            {"is_azimuth_endless": False, "azimuth_low_deg": 10.0, "azimuth_high_deg": -10.0},
            "azimuth_high_deg",
        ),
        ({"loop_delay_ms": 50.0}, "loop_delay_ms"),
        ({"rate_loop_hz": 200.0, "loop_delay_ms": 2.0}, "rate_loop_hz"),
    ],
)
def test_a_gimbal_that_cannot_work_is_refused_by_field(
    changes: dict[str, object], field: str
) -> None:
    gimbal = replace(PLAIN, **changes)  # type: ignore[arg-type]
    with pytest.raises(InputError, match=field) as refused:
        loop_settings(gimbal)
    assert refused.value.mend
