"""What a report is made from: plain columns and mappings, filled by whoever has the tables."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["Columns", "Datum", "ReportData"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """A place that a search is organised from.

    Args:
        name: What people call it.
        latitude_deg: WGS84; longitude likewise.
    """

    name: str
    latitude_deg: float
    longitude_deg: float


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

    def blobs(self, name: str) -> list[bytes | None]:
        """Return a column of n byte strings, None where null."""
        column = self.columns.get(name)
        if column is None:
            return [None] * len(self)
        return [value if isinstance(value, bytes) else None for value in column]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReportData:
    """Everything that a report shows.

    Args:
        mission: What ``mission.json`` holds.
        frames: Columns of ``frames.parquet``.
        tracks: Columns of ``tracks.parquet``; confirmed and coasting rows.
        events: What ``events.jsonl`` holds, a mapping each.
        thumbnails: Track to JPEG.
        datum: A place to give bearings from; None takes own ship's first position.
        title: What the mission is called; None takes the names of its inputs.
        is_simulated: Whether the source is the twin; the report then says so.
    """

    mission: Mapping[str, Any]
    frames: Columns
    tracks: Columns
    events: Sequence[Mapping[str, Any]] = ()
    thumbnails: Mapping[int, bytes] = field(default_factory=dict)
    datum: Datum | None = None
    title: str | None = None
    is_simulated: bool = False
