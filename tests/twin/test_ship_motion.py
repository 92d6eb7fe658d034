"""A ship in waves: the sea's power, and the hull's answer where it is known."""

import math

import numpy as np
import pytest

from plainview.sensing import shipped_platform
from plainview.twin.ship_motion import ShipMotion, WaveSpectrum, hull_answer

HULL = shipped_platform("ship").sea_keeping
GRAVITY_M_S2 = 9.80665


def test_a_fully_developed_sea_is_that_of_pierson_and_moskowitz() -> None:
    sea = WaveSpectrum.of_wind(10.0, from_deg=0.0)
    speed = 10.26
    omega = np.linspace(0.3, 30.0, 200_000)
    published = (
        8.1e-3 * GRAVITY_M_S2**2 / omega**5 * np.exp(-0.74 * (GRAVITY_M_S2 / (omega * speed)) ** 4)
    )
    assert sea.density(omega) == pytest.approx(published, rel=1e-6, abs=1e-12)
    height_m = 4.0 * math.sqrt(np.trapezoid(sea.density(omega), omega))
    assert height_m == pytest.approx(sea.significant_height_m, rel=2e-3)
    assert sea.significant_height_m == pytest.approx(0.21 * speed**2 / GRAVITY_M_S2, rel=0.01)


def test_in_very_long_waves_a_hull_follows_the_surface() -> None:
    assert HULL is not None
    omega = np.array([0.1])
    number = omega**2 / GRAVITY_M_S2
    for toward in (0.0, 0.5 * np.pi, np.pi):
        answer, encounter = hull_answer(
            HULL, omega_rad_s=omega, toward_rad=np.array([toward]), speed_m_s=0.0
        )
        heave, roll, pitch = answer[0]
        assert abs(heave) == pytest.approx(1.0, abs=0.03)
        assert encounter == pytest.approx(omega)
        assert abs(pitch) == pytest.approx(number[0] * abs(math.cos(toward)), rel=0.05, abs=1e-6)
        assert abs(roll) == pytest.approx(number[0] * abs(math.sin(toward)), rel=0.05, abs=1e-6)


def test_a_following_wave_lifts_the_stern_first() -> None:
    assert HULL is not None
    answer, _ = hull_answer(
        HULL, omega_rad_s=np.array([0.1]), toward_rad=np.array([0.0]), speed_m_s=0.0
    )
    quarter_before_the_crest = np.exp(-0.5j * np.pi)
    assert (answer[0, 2] * quarter_before_the_crest).real < 0.0


def test_roll_is_greatest_at_its_own_period_and_by_its_damping() -> None:
    assert HULL is not None
    omega = np.linspace(0.4, 1.4, 2001)
    answer, _ = hull_answer(
        HULL, omega_rad_s=omega, toward_rad=np.full(2001, 0.5 * np.pi), speed_m_s=0.0
    )
    slope = np.abs(answer[:, 1]) / (omega**2 / GRAVITY_M_S2)
    assert omega[np.argmax(slope)] == pytest.approx(2.0 * np.pi / HULL.roll_period_s, rel=0.03)
    assert slope.max() == pytest.approx(0.5 / HULL.roll_damping_ratio, rel=0.12)


def test_a_ship_moves_as_its_hull_answers_the_spectrum() -> None:
    assert HULL is not None
    sea = WaveSpectrum.of_wind(9.0, from_deg=180.0)
    heaves = []
    for seed in range(12):
        ship = ShipMotion.draw(
            np.random.default_rng(seed), hull=HULL, sea=sea, heading_deg=0.0, speed_m_s=5.0
        )
        excursion, rates = ship.at(np.arange(0.0, 600.0, 0.1))
        assert np.gradient(excursion, 0.1, axis=0)[1:-1] == pytest.approx(rates[1:-1], abs=0.01)
        heaves.append(np.var(excursion[:, 0]))
    omega = np.linspace(0.35, 4.0, 400)
    spread = np.radians(np.linspace(-89.0, 89.0, 61))
    weight = np.cos(spread) ** 2 / np.sum(np.cos(spread) ** 2)
    expected = 0.0
    for angle, share in zip(spread, weight, strict=True):
        answer, _ = hull_answer(
            HULL, omega_rad_s=omega, toward_rad=np.full(400, angle), speed_m_s=5.0
        )
        expected += share * np.trapezoid(np.abs(answer[:, 0]) ** 2 * sea.density(omega), omega)
    assert np.mean(heaves) == pytest.approx(expected, rel=0.1)
