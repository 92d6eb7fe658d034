"""The row that proves ellipses bin by bin: right sigmas are told from wrong ones, either way."""

import numpy as np
import pytest

from bench.covariance_bins import INSIDE, Draw, Tally, allowed_share, judged, raw, tracked
from bench.drawn_fixes import Fix, Following
from bench.drawn_flights import BINS, draw_flight
from bench.drawn_scene import read_scenario
from bench.information import sensitivity, single_look_bound_m2, track_bound_m2

COV_M2 = np.diag([400.0, 25.0, 1.0])


@pytest.mark.parametrize(
    ("told", "is_met"), [(1.0, True), (1.0 / 3.0, False), (0.8, False), (1.2, False), (1.5, False)]
)
def test_only_ellipses_of_the_right_size_are_met(told: float, is_met: bool) -> None:
    generator, tally = np.random.default_rng(3), Tally()
    for error_m in generator.multivariate_normal(np.zeros(3), COV_M2, 2000):
        tally.add(Fix(error_enu_m=error_m, cov_enu_m2=told**2 * COV_M2), COV_M2)
    assert tally.is_met() is is_met


def test_an_ellipse_that_is_longer_than_it_need_be_is_not_met_though_it_is_honest() -> None:
    generator, tally = np.random.default_rng(4), Tally()
    for error_m in generator.multivariate_normal(np.zeros(3), 4.0 * COV_M2, 2000):
        tally.add(Fix(error_enu_m=error_m, cov_enu_m2=4.0 * COV_M2), COV_M2)
    assert np.mean(tally.inside) == pytest.approx(0.95, abs=0.02)
    assert not tally.is_met()


def test_few_draws_are_judged_by_what_chance_allows_and_many_by_the_figure() -> None:
    assert allowed_share(2000) == INSIDE
    low, high = allowed_share(30)
    assert low < 0.85
    assert high == 1.0
    assert allowed_share(100)[0] > low


@pytest.mark.parametrize("draw", [raw, tracked])
def test_stated_sigmas_are_met_and_scaled_ones_are_not(draw: Draw) -> None:
    tallies, _ = judged(draw, BINS[5], 24, seed=7)
    assert [tally.is_met() for tally in tallies] == [True, False, False]


def test_the_bound_of_a_track_of_one_look_is_that_of_the_look() -> None:
    errors = read_scenario("rescue").instrument
    drawn = draw_flight(BINS[6], np.random.default_rng(5), errors)
    look = sensitivity(drawn, 0.0, drawn.place())
    motion = Following(length_s=8.0, step_s=0.8, speed_sigma_m_s=3.0).motion
    single_m2 = single_look_bound_m2(look, drawn.sigma)
    np.testing.assert_allclose(
        track_bound_m2([look], drawn.sigma, motion), single_m2, rtol=1e-3, atol=1e-2
    )
    again_m2 = track_bound_m2([look] * 8, drawn.sigma, motion)
    assert np.all(np.linalg.eigvalsh(again_m2)[1:] < np.linalg.eigvalsh(single_m2)[1:])
