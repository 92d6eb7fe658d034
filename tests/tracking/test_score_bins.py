"""Bins: each value lies in one, empty ones are not there, and their parts add up to the whole."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.tracking.score_bins import (
    DEPRESSION_EDGES_DEG,
    RANGE_EDGES_M,
    SIGNAL_EDGES,
    bins_with_rows,
    clustered_share,
)

ALL_EDGES = (RANGE_EDGES_M, SIGNAL_EDGES, DEPRESSION_EDGES_DEG)
VALUES = st.lists(
    st.one_of(
        st.floats(-1e3, 1e5), st.sampled_from([np.nan, np.inf, *(e for b in ALL_EDGES for e in b)])
    ),
    max_size=60,
)


def test_a_value_on_an_edge_begins_the_bin() -> None:
    values = np.array([999.999, 1000.0, 1499.999, 1500.0])
    bins = [
        (b.at_least, b.below, rows.tolist()) for b, rows in bins_with_rows(values, ALL_EDGES[0])
    ]
    assert bins == [(750.0, 1000.0, [0]), (1000.0, 1500.0, [1, 2]), (1500.0, 2000.0, [3])]


def test_open_bins_say_no_edge_and_hold_infinity() -> None:
    values = np.array([-np.inf, -3.0, np.inf, 1e9])
    bins = [
        (b.at_least, b.below, rows.tolist()) for b, rows in bins_with_rows(values, SIGNAL_EDGES)
    ]
    assert bins == [(None, 1.0, [0, 1]), (100.0, None, [2, 3])]


def test_what_is_not_known_or_lies_below_the_first_edge_is_in_no_bin() -> None:
    assert list(bins_with_rows(np.array([np.nan, -1.0]), RANGE_EDGES_M)) == []
    assert list(bins_with_rows(np.zeros(0), RANGE_EDGES_M)) == []


@given(VALUES, st.sampled_from(ALL_EDGES))
def test_each_value_lies_in_one_bin_that_holds_it(
    values: list[float], edges: tuple[float, ...]
) -> None:
    array = np.array(values, np.float64)
    seen: list[int] = []
    for each, rows in bins_with_rows(array, edges):
        assert len(rows), "an empty bin is left out"
        low = -np.inf if each.at_least is None else each.at_least
        assert np.all(array[rows] >= low)
        assert each.below is None or np.all(array[rows] < each.below)
        seen += rows.tolist()
    expected = np.flatnonzero(array >= edges[0]).tolist()
    assert sorted(seen) == expected


@given(st.lists(st.tuples(st.booleans(), st.integers(1, 5)), min_size=1, max_size=80), st.randoms())
def test_a_share_of_things_does_not_depend_on_the_order_of_its_trials(
    trials: list[tuple[bool, int]], random: object
) -> None:
    def told(rows: list[tuple[bool, int]]) -> tuple[float, float, float, int]:
        found = clustered_share(
            np.array([row[0] for row in rows]), np.array([row[1] for row in rows], np.int64)
        )
        return found.share, found.low, found.high, found.n_things

    shuffled = list(trials)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert told(shuffled) == pytest.approx(told(trials))
    assert told(trials)[0] == pytest.approx(np.mean([row[0] for row in trials]))
    assert told(trials)[3] == len({row[1] for row in trials})


def test_many_frames_of_one_thing_are_worth_one_trial() -> None:
    one = clustered_share(np.ones(1000, np.bool_), np.full(1000, 4, np.int64))
    alone = clustered_share(np.ones(1, np.bool_), np.array([4], np.int64))
    assert (one.low, one.high) == pytest.approx((alone.low, alone.high))
    assert (one.n_trials, one.n_independent) == pytest.approx((1000, 1.0))
