"""Likelihood of residuals of unknown size."""

import numpy as np
import pytest

from plainview.misb.scale_mixture import Scales, log_likelihood

SCALES = Scales(least=1e-3, usual=1.0, most=100.0)
NONE = np.zeros(4)


def of(*rows: list[float]) -> np.ndarray:
    return log_likelihood(np.array(rows), NONE, SCALES)


def test_small_residuals_are_likelier_by_about_their_ratio_for_each_number() -> None:
    small, large = of([0.01, -0.01, 0.008, -0.009], [0.1, -0.1, 0.08, -0.09])
    assert small - large == pytest.approx(4.0 * np.log(10.0), rel=0.2)


def test_a_common_bias_counts_once() -> None:
    small, large = of([0.01, 0.011, 0.009, 0.01], [0.1, 0.101, 0.099, 0.1])
    assert small - large == pytest.approx(np.log(10.0), rel=0.3)


def test_sizes_beyond_the_usual_are_less_likely_than_their_ratio() -> None:
    usual, beyond = of([0.5] * 4, [50.0] * 4)
    assert usual - beyond > 2.0 * np.log(100.0)


def test_the_rounding_of_the_wire_bounds_what_can_be_told() -> None:
    fine = log_likelihood(np.array([[1e-4] * 4, [1e-3] * 4]), np.full(4, 0.1), SCALES)
    assert fine[0] - fine[1] == pytest.approx(0.0, abs=0.01)


def test_what_is_not_known_says_nothing() -> None:
    assert of([np.nan] * 4).tolist() == [0.0]
    known = log_likelihood(np.array([[0.01, np.nan]]), np.zeros(2), SCALES)
    assert known == pytest.approx(log_likelihood(np.array([[0.01]]), np.zeros(1), SCALES))


def test_a_miss_without_measure_stays_a_number() -> None:
    assert np.isfinite(of([1e12] * 4)).all()


def test_the_density_of_one_number_sums_to_one() -> None:
    at = np.concatenate([-np.geomspace(1e3, 1e-6, 4000), np.geomspace(1e-6, 1e3, 4000)])
    density = np.exp(log_likelihood(at[:, np.newaxis], np.zeros(1), SCALES))
    assert np.trapezoid(density, at) == pytest.approx(1.0, abs=0.01)
