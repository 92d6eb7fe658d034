"""The ground filter's two kinds of error, by Monte Carlo: each row is a draw of its own."""

from typing import Any

import numpy as np
import pytest

from plainview.geo import ecef_from_enu, ecef_from_geodetic
from plainview.tracking import LocatorSettings
from plainview.tracking.ground_error import told_covariances
from plainview.tracking.ground_filter import (
    GROUND_DTYPE,
    begin_places,
    correct_places,
    is_jump,
    predict_places,
    settle_places,
)
from plainview.tracking.track_record import Records
from tests.tracking.scenes import Array

N_DRAWS = 1000
ORIGIN = (54.3, 10.2, 40.0)
EXACT = LocatorSettings(own_error_memory_s=0.0)
INSIDE_95 = 5.991464547107979


def _turn(angle_rad: float) -> Array:
    c, s = np.cos(angle_rad), np.sin(angle_rad)
    return np.array([[c, -s, 0.0], [s, c, 0.0], [0.0, 0.0, 1.0]])


def _measure(
    truth_enu_m: Array, *, own: Array, shared: Array, told: tuple[Array, Array]
) -> Records:
    """Return measurements of places with drawn errors (n, 3) and told covariances (3, 3)."""
    measured = np.zeros(len(truth_enu_m), GROUND_DTYPE)
    frame = ecef_from_enu(*ORIGIN[:2])
    offset = truth_enu_m + own + shared
    measured["ecef_m"] = ecef_from_geodetic(*ORIGIN) + offset @ frame.T
    measured["cov"][:, :3, :3], measured["least_shared"] = told
    return measured


def _enu_m(places: Records) -> Array:
    frame = ecef_from_enu(*ORIGIN[:2])
    offset: Array = (places["ecef_m"] - ecef_from_geodetic(*ORIGIN)) @ frame
    return offset


OWN_COV = np.diag([36.0, 9.0, 0.04])
SHARED_ROOT = np.array([[25.0, 4.0, 0.0], [0.0, 12.0, 3.0], [0.0, 0.0, 1.0]])


class _Draws:
    """Many things at the same place, each with a mission of its own."""

    def __init__(self, *, seed: int, turn_rad_s: float = 0.0, told_scale: float = 1.0) -> None:
        self.generator = np.random.default_rng(seed)
        self.bias = self.generator.normal(0.0, 1.0, (N_DRAWS, 3))
        self.velocity = np.zeros((N_DRAWS, 3))
        self.velocity[:, :2] = self.generator.normal(0.0, 5.0, (N_DRAWS, 2))
        self.truth = np.zeros((N_DRAWS, 3))
        self.turn_rad_s, self.told_scale, self.time_s = turn_rad_s, told_scale, 0.0
        self.places: Records = np.zeros(0, GROUND_DTYPE)

    def measured(self) -> Records:
        root = _turn(self.turn_rad_s * self.time_s) @ SHARED_ROOT
        own = self.generator.multivariate_normal(np.zeros(3), OWN_COV, N_DRAWS)
        scale = self.told_scale**2
        told = (scale * OWN_COV, scale * root @ root.T)
        return _measure(self.truth, own=own, shared=self.bias @ root.T, told=told)

    def step(self, dt_s: float, settings: LocatorSettings, *, is_seen: bool = True) -> None:
        walk = settings.velocity_walk_m_s * np.sqrt(dt_s)
        jump = walk * self.generator.normal(0.0, 1.0, (2, N_DRAWS, 2))
        self.truth = self.truth + dt_s * self.velocity
        self.truth[:, :2] += dt_s * (0.5 * jump[0] + jump[1] / np.sqrt(12.0))
        self.velocity[:, :2] += jump[0]
        self.time_s += dt_s
        predict_places(self.places, dt_s=dt_s, settings=settings)
        if is_seen:
            correct_places(self.places, self.measured(), dt_s=dt_s, settings=settings)
        settle_places(self.places)

    def run(self, n_frames: int, *, dt_s: float = 0.2, settings: LocatorSettings = EXACT) -> None:
        self.places = begin_places(self.measured(), settings=settings)
        for _ in range(n_frames):
            self.step(dt_s, settings)

    def inside(self, *, shared_known: bool = False) -> float:
        """Fraction of truths inside the 95 % ellipse; or of the own part, the bias taken off."""
        error = _enu_m(self.places) - self.truth
        total, _ = told_covariances(self.places)
        if shared_known:
            error = error - np.einsum("nij,nj->ni", self.places["shared"][:, :3], self.bias)
            total = self.places["cov"][:, :3, :3]
        flat, cov = error[:, :2], total[:, :2, :2]
        squared = np.einsum("ni,nij,nj->n", flat, np.linalg.inv(cov), flat)
        return float(np.mean(squared < INSIDE_95))


@pytest.mark.parametrize("n_frames", [0, 5, 60])
def test_the_95_percent_ellipse_holds_95_percent_with_a_common_bias(n_frames: int) -> None:
    draws = _Draws(seed=n_frames)
    draws.run(n_frames)
    assert 0.93 < draws.inside() < 0.97


@pytest.mark.parametrize("told_scale", [0.75, 1.35])
def test_a_wrong_sigma_is_seen(told_scale: float) -> None:
    draws = _Draws(seed=1, told_scale=told_scale)
    draws.run(30)
    assert not 0.93 < draws.inside() < 0.97


def test_the_own_part_is_averaged_and_the_shared_part_is_not() -> None:
    draws = _Draws(seed=2)
    draws.run(60)
    total, shared = told_covariances(draws.places)
    own = total - shared
    assert own[0, 0, 0] < 0.3 * OWN_COV[0, 0]
    np.testing.assert_allclose(shared[0], SHARED_ROOT @ SHARED_ROOT.T, rtol=1e-3, atol=1e-3)


def test_the_own_part_alone_is_honest_too() -> None:
    draws = _Draws(seed=3)
    draws.run(40)
    factor = draws.places["factor"][0]
    np.testing.assert_allclose(factor @ factor.T, SHARED_ROOT @ SHARED_ROOT.T, rtol=1e-4, atol=1e-4)
    draws.bias = draws.bias @ np.linalg.solve(factor, SHARED_ROOT).T
    assert 0.93 < draws.inside(shared_known=True) < 0.97


def test_an_ellipse_is_never_less_than_its_shared_part_over_an_orbit() -> None:
    draws = _Draws(seed=4, turn_rad_s=0.03)
    draws.places = begin_places(draws.measured(), settings=EXACT)
    for _ in range(80):
        draws.step(1.2, EXACT)
        total, shared = told_covariances(draws.places)
        root = _turn(draws.turn_rad_s * draws.time_s) @ SHARED_ROOT
        lacking = np.linalg.eigvalsh(shared - root @ root.T)
        assert lacking.min() > -1e-2
        assert np.linalg.eigvalsh(total - shared).min() > -1e-9
    assert draws.inside() > 0.93


def test_coasting_grows_the_ellipse_and_still_holds_95_percent() -> None:
    draws = _Draws(seed=5)
    draws.run(40)
    before, _ = told_covariances(draws.places)
    for _ in range(20):
        draws.step(0.5, EXACT, is_seen=False)
    after, _ = told_covariances(draws.places)
    assert np.all(after[:, 0, 0] > before[:, 0, 0] + 50.0)
    assert 0.93 < draws.inside() < 0.97
    np.testing.assert_allclose(draws.places["unmeasured_s"], 10.0)


def test_frames_within_the_memory_of_own_errors_weigh_as_one() -> None:
    def own_variance(memory_s: float) -> Any:
        draws = _Draws(seed=6)
        draws.run(60, dt_s=1 / 30, settings=LocatorSettings(own_error_memory_s=memory_s))
        total, shared = told_covariances(draws.places)
        return (total - shared)[0, 0, 0]

    assert own_variance(0.3) > 1.8 * own_variance(0.0)


def test_a_jump_is_told_from_noise_and_another_surface_is_one() -> None:
    draws = _Draws(seed=7)
    draws.run(20)
    near = draws.measured()
    assert np.mean(is_jump(draws.places, near, settings=EXACT)) < 1e-3
    far = near.copy()
    far["ecef_m"] += 150.0
    assert np.all(is_jump(draws.places, far, settings=EXACT))
    near["surface"] = 3
    assert np.all(is_jump(draws.places, near, settings=EXACT))


def test_the_velocity_over_the_ground_is_found() -> None:
    draws = _Draws(seed=8)
    draws.run(100)
    error = draws.places["velocity_en_m_s"] - draws.velocity[:, :2]
    variance = draws.places["cov"][:, [3, 4], [3, 4]]
    np.testing.assert_allclose(np.mean(error**2 / variance), 1.0, atol=0.12)


def test_no_track_at_all_is_legal() -> None:
    none = np.zeros(0, GROUND_DTYPE)
    predict_places(none, dt_s=0.1, settings=EXACT)
    correct_places(none, none.copy(), dt_s=0.1, settings=EXACT)
    settle_places(none)
    total, shared = told_covariances(none)
    assert total.shape == shared.shape == (0, 3, 3)
