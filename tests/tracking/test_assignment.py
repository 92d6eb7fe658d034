import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from plainview.tracking.assignment import FORBIDDEN_COST, assign_pairs, assign_rows


@given(st.integers(1, 9), st.integers(0, 6), st.integers(0, 10_000), st.booleans())
@settings(deadline=None, max_examples=200)
def test_the_assignment_costs_as_little_as_scipys(
    n_rows: int, n_more: int, seed: int, is_integer: bool
) -> None:
    generator = np.random.default_rng(seed)
    cost = generator.normal(0.0, 10.0, (n_rows, n_rows + n_more))
    if is_integer:  # many ties
        cost = np.round(cost / 5.0)
    columns = assign_rows(cost)
    assert len(set(columns.tolist())) == n_rows
    rows, best = linear_sum_assignment(cost)
    mine, scipys = cost[np.arange(n_rows), columns].sum(), cost[rows, best].sum()
    assert abs(mine - scipys) < 1e-9


def test_the_assignment_of_a_large_matrix_costs_as_little_as_scipys() -> None:
    cost = np.random.default_rng(3).normal(0.0, 10.0, (120, 200))
    _, best = linear_sum_assignment(cost)
    np.testing.assert_array_equal(assign_rows(cost), best)


@given(st.integers(0, 7), st.integers(0, 7), st.integers(0, 10_000))
@settings(deadline=None, max_examples=200)
def test_pairs_are_as_many_as_allowed_and_none_is_forbidden(
    n_rows: int, n_columns: int, seed: int
) -> None:
    generator = np.random.default_rng(seed)
    cost = generator.random((n_rows, n_columns))
    is_allowed = generator.random((n_rows, n_columns)) < 0.4
    pairs = assign_pairs(cost, is_allowed)
    assert all(is_allowed[row, column] for row, column in pairs)
    assert len({row for row, _ in pairs}) == len({column for _, column in pairs}) == len(pairs)
    weighed = np.where(is_allowed, cost, FORBIDDEN_COST)
    rows, columns = linear_sum_assignment(weighed)
    assert len(pairs) == is_allowed[rows, columns].sum()
    total = sum(cost[pair] for pair in pairs)
    assert abs(total - cost[rows, columns][is_allowed[rows, columns]].sum()) < 1e-9
