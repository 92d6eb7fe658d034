"""Tables as a report reads them: plain columns, filled by whoever has the tables."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["CodedWords", "Columns"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class CodedWords:
    """A column of words as numbers of names: 4 bytes a row, however long the words are.

    Args:
        names: Each word once.
        codes: (n,) index of a name; below 0 where null.
    """

    names: tuple[str | None, ...]
    codes: npt.NDArray[np.signedinteger[Any]]

    def __len__(self) -> int:
        return len(self.codes)

    def __iter__(self) -> Iterator[str | None]:
        names = self.names
        return (names[code] if code >= 0 else None for code in self.codes.tolist())


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Columns:
    """A table as named columns, nulls as None or NaN; a column that is not there is all null.

    Args:
        columns: Name to n values, as ``frames.parquet`` and ``tracks.parquet`` name them.
    """

    columns: Mapping[str, Any] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(next(iter(self.columns.values()), ()))

    def numbers(self, name: str) -> Array:
        """Return a column (n,) of numbers, NaN where null."""
        column = self.columns.get(name)
        if column is None:
            return np.full(len(self), np.nan)
        values = np.asarray(column)
        if values.dtype == object:
            return np.array([np.nan if value is None else value for value in values], np.float64)
        return np.asarray(values, np.float64)

    def words(self, name: str) -> list[str | None]:
        """Return a column of n texts, None where null."""
        column = self.columns.get(name)
        if column is None:
            return [None] * len(self)
        return [value if isinstance(value, str) else None for value in column]
