"""Exact assignment: each row to a column of its own at the least total cost."""

from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.tracking.compiled import compiled

__all__ = ["FORBIDDEN_COST", "assign_pairs", "assign_rows"]

Array = npt.NDArray[np.float64]
Indices = npt.NDArray[np.int64]

FORBIDDEN_COST: Final = 1e9
"""Of a pair that must not be; far above any sum of costs that may."""


@compiled
def _find_free_column(
    row: int, cost: Array, memory: tuple[Array, Array, Indices, Array, Indices]
) -> tuple[int, float]:
    """Grow the tree of shortest alternating paths from a row until it meets a free column.

    Args:
        row: Where the tree begins.
        cost: (n, m).
        memory: Prices of rows and columns and the row of each column; then, written, the
            length of the path to each column (infinite where the tree has not come) and
            the row before it.

    Returns:
        The free column and the length of its path.
    """
    row_price, column_price, row_of_column, length, row_before = memory
    n_columns = cost.shape[1]
    length[:] = np.inf
    row_before[:] = -1
    is_reached = np.zeros(n_columns, np.bool_)
    shortest, column = 0.0, -1
    while column < 0 or row_of_column[column] >= 0:
        if column >= 0:
            row = row_of_column[column]
        nearest, least = -1, np.inf
        for j in range(n_columns):
            if is_reached[j]:
                continue
            through = shortest + cost[row, j] - row_price[row] - column_price[j]
            if through < length[j]:
                length[j] = through
                row_before[j] = row
            is_tie_for_free = length[j] == least and row_of_column[j] < 0
            if length[j] < least or is_tie_for_free:
                nearest, least = j, length[j]
        column, shortest = nearest, least
        is_reached[column] = True
    for j in range(n_columns):
        if not is_reached[j]:
            length[j] = np.inf
    return column, shortest


@compiled
def assign_rows(cost: Array) -> Indices:
    """Return the column of each row in the assignment of least total cost.

    Args:
        cost: (n, m) with n at most m, finite.

    Returns:
        (n,) columns, all different.

    Source:
        R. Jonker, A. Volgenant, "A shortest augmenting path algorithm for dense and sparse
        linear assignment problems", 1987; rectangular as in D. F. Crouse, "On implementing
        2D rectangular assignment algorithms", 2016.
    """
    n_rows, n_columns = cost.shape
    row_price, column_price = np.zeros(n_rows), np.zeros(n_columns)
    column_of_row = np.full(n_rows, -1, np.int64)
    row_of_column = np.full(n_columns, -1, np.int64)
    length, row_before = np.empty(n_columns), np.empty(n_columns, np.int64)
    for start in range(n_rows):
        free, shortest = _find_free_column(
            start, cost, (row_price, column_price, row_of_column, length, row_before)
        )
        row_price[start] += shortest
        for j in range(n_columns):
            if np.isfinite(length[j]) and j != free:
                row_price[row_of_column[j]] += shortest - length[j]
                column_price[j] -= shortest - length[j]
        column = free
        while True:
            row = row_before[column]
            row_of_column[column] = row
            column_of_row[row], column = column, column_of_row[row]
            if row == start:
                break
    return column_of_row


def assign_pairs(cost: Array, is_allowed: npt.NDArray[np.bool_]) -> list[tuple[int, int]]:
    """Return the pairs of rows and columns: as many as are allowed, at the least total cost.

    Args:
        cost: (n, m), finite and below a thousandth of `FORBIDDEN_COST` where allowed.
        is_allowed: (n, m) which pairs may be.

    Returns:
        (row, column) of each pair, by row.
    """
    n_rows, n_columns = cost.shape
    if n_rows == 0 or n_columns == 0:
        return []
    weighed = np.where(is_allowed, cost, FORBIDDEN_COST)
    if n_rows > n_columns:
        flipped = assign_rows(np.ascontiguousarray(weighed.T))
        pairs = [(int(row), column) for column, row in enumerate(flipped)]
    else:
        pairs = [(row, int(column)) for row, column in enumerate(assign_rows(weighed))]
    return sorted((row, column) for row, column in pairs if is_allowed[row, column])
