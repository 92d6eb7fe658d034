"""Intervals of shares and rates against published figures, a peer library, and what must hold."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binomtest, chi2

from plainview.tracking.score_intervals import (
    independent_count,
    poisson_interval,
    wilson_interval,
)


@pytest.mark.parametrize(
    ("successes", "trials"), [(0, 20), (1, 29), (15, 148), (81, 263), (7, 7), (1, 1), (500, 1000)]
)
def test_the_interval_of_a_share_is_that_of_the_peer(successes: int, trials: int) -> None:
    peer = binomtest(successes, trials).proportion_ci(method="wilson")
    told = wilson_interval(successes / trials, trials)
    assert told == pytest.approx((peer.low, peer.high), abs=1e-12)


def test_the_interval_of_a_share_by_hand() -> None:
    # 1 of 1: (1 + z²/2 ± z sqrt(z²/4)) / (1 + z²) has the lower end 1 / (1 + z²).
    low, high = wilson_interval(1.0, 1.0)
    assert (low, high) == pytest.approx((1.0 / (1.0 + 1.959963984540054**2), 1.0))


@pytest.mark.parametrize("count", [1, 2, 10, 25, 400])
def test_the_interval_of_a_count_is_that_of_the_peer(count: int) -> None:
    peer = chi2.ppf(0.025, 2 * count) / 2.0, chi2.ppf(0.975, 2 * count + 2) / 2.0
    assert poisson_interval(count) == pytest.approx(peer, rel=1e-9)


def test_the_interval_of_a_count_is_that_which_is_published() -> None:
    # graphpad.com on the Garwood method: of 25, 16.18 to 36.90; the manual of R's epitools,
    # pois.exact: of 0, up to 3.689.
    assert poisson_interval(25) == pytest.approx((16.18, 36.90), abs=0.005)
    assert poisson_interval(0) == pytest.approx((0.0, 3.689), abs=5e-4)


def test_equal_groups_are_worth_their_number_and_one_great_one_is_worth_one() -> None:
    assert independent_count([30.0, 30.0, 30.0, 30.0]) == pytest.approx(4.0)
    assert independent_count([100.0, 100.0, 1e-9]) == pytest.approx(2.0)
    assert independent_count([3.0, 1.0]) == pytest.approx(16.0 / 10.0)


@given(st.lists(st.floats(1.0, 1e4), min_size=1, max_size=30))
def test_groups_are_worth_from_one_to_their_number(weights: list[float]) -> None:
    assert 1.0 - 1e-9 <= independent_count(weights) <= len(weights) + 1e-9


@given(st.floats(0.0, 1.0), st.floats(0.5, 1e5))
def test_a_share_lies_in_its_interval(share: float, n_independent: float) -> None:
    low, high = wilson_interval(share, n_independent)
    assert 0.0 <= low <= share + 1e-12
    assert share - 1e-12 <= high <= 1.0


def test_an_interval_by_things_covers_the_truth_where_frames_go_together() -> None:
    """400 flights of 12 things, each seen or not in all of its frames: 19 of 20 intervals hold."""
    generator = np.random.default_rng(5)
    n_inside, n_by_frames = 0, 0
    for _ in range(400):
        sizes = generator.integers(20, 200, 12)
        is_seen = generator.random(12) < 0.7
        share = float(np.sum(sizes * is_seen) / np.sum(sizes))
        low, high = wilson_interval(share, independent_count(sizes.astype(float)))
        n_inside += low <= 0.7 <= high
        low, high = wilson_interval(share, float(np.sum(sizes)))
        n_by_frames += low <= 0.7 <= high
    assert n_inside >= 0.93 * 400
    assert n_by_frames < 0.4 * 400, "counting frames promises far too much"
