import numpy as np
import pytest
from scipy import integrate, optimize, stats

from plainview.model import (
    CE90_PER_SIGMA,
    ELLIPSE_95_PER_SIGMA,
    LE90_PER_SIGMA,
    ce90_from_covariance,
    ellipse_from_covariance,
)


def ce90_by_quadrature(major: float, minor: float) -> float:
    def missing(radius: float) -> float:
        def strip(x: float) -> float:
            half = np.sqrt(max(radius**2 - x**2, 0.0))
            return float(stats.norm.pdf(x, scale=major) * (2 * stats.norm.cdf(half / minor) - 1))

        return float(integrate.quad(strip, -radius, radius, limit=200)[0]) - 0.9

    return float(optimize.brentq(missing, 1.5 * major, 2.3 * major))


def test_the_constants_are_the_distributions_own() -> None:
    assert pytest.approx(np.sqrt(stats.chi2.ppf(0.90, 2))) == CE90_PER_SIGMA
    assert pytest.approx(np.sqrt(stats.chi2.ppf(0.95, 2))) == ELLIPSE_95_PER_SIGMA
    assert pytest.approx(stats.norm.ppf(0.95)) == LE90_PER_SIGMA


@pytest.mark.parametrize("ratio", [0.03, 0.11, 0.37, 0.5, 0.83, 1.0])
def test_ce90_is_the_integral_for_any_shape(ratio: float) -> None:
    angle = 0.7
    turn = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    cov = turn @ np.diag([100.0, 100.0 * ratio**2]) @ turn.T
    expected = ce90_by_quadrature(10.0, 10.0 * ratio)
    assert ce90_from_covariance(cov[np.newaxis])[0] == pytest.approx(expected, rel=2e-3)


def test_a_line_and_nothing_and_unknown_are_legal() -> None:
    cov = np.zeros((3, 3, 3))
    cov[0, 0, 0] = 4.0
    cov[2] = np.nan
    ce90 = ce90_from_covariance(cov)
    assert ce90[0] == pytest.approx(2.0 * LE90_PER_SIGMA, rel=1e-3)
    assert ce90[1] == 0.0
    assert np.isnan(ce90[2])
    assert ce90_from_covariance(np.empty((0, 3, 3))).shape == (0,)


def test_the_major_axis_heads_clockwise_from_north() -> None:
    headings = np.radians([0.0, 30.0, 90.0, 120.0])
    along = np.column_stack([np.sin(headings), np.cos(headings)])
    cov = 9.0 * along[:, :, None] * along[:, None, :] + np.eye(2)
    major, minor, heading_deg = ellipse_from_covariance(cov)
    assert major == pytest.approx(np.sqrt(10.0))
    assert minor == pytest.approx(1.0)
    assert heading_deg == pytest.approx([0.0, 30.0, 90.0, 120.0], abs=1e-6)
