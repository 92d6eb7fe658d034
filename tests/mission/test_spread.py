"""Spreads: the median of many numbers in bounded memory."""

import numpy as np
import pytest

from plainview.mission.spread import Spread


@pytest.mark.parametrize("scale", [1e-2, 1.0, 3e3])
def test_the_median_is_known_within_a_cell(scale: float) -> None:
    values = scale * np.random.default_rng(1).chisquare(2.0, 5000)
    spread = Spread()
    for value in values.tolist():
        spread.add(value)
    assert spread.n == 5000
    assert spread.median == pytest.approx(float(np.median(values)), rel=0.08)


def test_what_lies_beyond_the_ends_is_counted_there_and_nan_is_not() -> None:
    spread = Spread()
    assert np.isnan(spread.median)
    for value in (0.0, 1e12, float("nan")):
        spread.add(value)
    assert spread.n == 2
    assert len(spread.counts) == 200
