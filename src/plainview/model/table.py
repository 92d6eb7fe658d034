"""What every frozen table of the model holds to: equal lengths, read-only columns."""

from collections.abc import Mapping

import numpy as np

__all__ = ["freeze_columns"]


def freeze_columns(
    columns: Mapping[str, np.ndarray | tuple[object, ...]],
    shapes: Mapping[str, tuple[int, ...]],
) -> int:
    """Check that all columns have the same number of rows, make them read-only, return it.

    Args:
        columns: Name to array (n, ...) or tuple of n.
        shapes: Name to the shape of one row, for the columns that are arrays.

    Returns:
        The number of rows.

    Raises:
        ValueError: A column has another number of rows or another shape of row.
    """
    n_rows = len(next(iter(columns.values())))
    for name, column in columns.items():
        if len(column) != n_rows:
            raise ValueError(f"column {name} has {len(column)} rows, not {n_rows}")
        if isinstance(column, np.ndarray):
            if column.shape[1:] != shapes.get(name, ()):
                raise ValueError(
                    f"column {name} has shape {column.shape}, not (n, {shapes.get(name, ())})"
                )
            column.setflags(write=False)
    return n_rows
