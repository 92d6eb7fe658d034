"""Rows of ``tracks.parquet`` thinned for maps while they pass by, to a bounded number."""

from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc

from plainview.formats.track_history import THINNED_TO_S, TrackHistory, track_histories
from plainview.formats.tracks_parquet import TRACKS_SCHEMA
from plainview.units import microseconds_from_seconds

__all__ = ["MOST_POINTS", "TrackThinning"]

MOST_POINTS: Final = 20_000
"""Points of all tracks together, first and last places aside: map programs stay quick, and
memory stays what it is however long the mission is."""

_NOT_SHOWN: Final = frozenset({"frame_index", "geometry", "detector", "score", "life_stage"})
_COLUMNS: Final = tuple(
    name
    for name in TRACKS_SCHEMA.names
    if name not in _NOT_SHOWN and not name.endswith("_px") and "shared" not in name
)
_BEFORE_ALL: Final = -1

Integers = npt.NDArray[np.int64]
_Key = tuple[str, int]
"""A camera's name and a track's identity."""


class TrackThinning:
    """Keeps a point of a track a second, its first and its last place.

    Where the tracks of a mission have more than `MOST_POINTS` that way, a point every 2, 4, 8
    ... seconds is kept.
    """

    def __init__(self, *, most_points: int = MOST_POINTS) -> None:
        self.step_s = THINNED_TO_S
        self._most_points = most_points
        self._kept: list[pa.Table] = []
        self._n_kept = 0
        self._first_us: dict[_Key, int] = {}
        self._newest_us: dict[_Key, int] = {}
        self._last: dict[_Key, dict[str, Any]] = {}

    def add(self, rows: pa.Table) -> None:
        """Take the next rows; those of a track come in order of time."""
        located = rows.select(_COLUMNS).filter(pc.is_valid(rows["latitude_deg"]))
        if not len(located):
            return
        located = _in_order(located)
        starts, keys = _tracks_of(located)
        time_us = located["video_time_us"].to_numpy()
        for key, start in zip(keys, starts.tolist(), strict=True):
            self._first_us.setdefault(key, int(time_us[start]))
        self._keep(located.take(pa.array(self._new_rows(time_us, starts, keys))))
        last = located.take(pa.array(_ends(starts, len(located)) - 1)).to_pylist()
        self._last.update(zip(keys, last, strict=True))
        while self._n_kept > self._most_points + len(self._first_us):
            self._thin_more()

    def histories(self) -> list[TrackHistory]:
        """Return the history of every track that was ever located, by camera and identity."""
        last = [
            row for key, row in self._last.items() if row["video_time_us"] > self._newest_us[key]
        ]
        schema = pa.schema([TRACKS_SCHEMA.field(name) for name in _COLUMNS])
        return track_histories(
            pa.concat_tables([*self._kept, pa.Table.from_pylist(last, schema=schema)])
            if self._kept
            else schema.empty_table()
        )

    def _new_rows(self, time_us: Integers, starts: Integers, keys: list[_Key]) -> Integers:
        """Return the rows that are the first of a step of their track."""
        first_us = [self._first_us[key] for key in keys]
        newest_us = [self._newest_us.get(key) for key in keys]
        before = [
            _BEFORE_ALL if newest is None else (newest - first) // self._step_us
            for first, newest in zip(first_us, newest_us, strict=True)
        ]
        lengths = np.diff(starts, append=len(time_us))
        steps = (time_us - np.repeat(np.array(first_us, np.int64), lengths)) // self._step_us
        steps_before = np.r_[_BEFORE_ALL, steps[:-1]]
        steps_before[starts] = before
        return np.flatnonzero(steps > steps_before)

    def _keep(self, rows: pa.Table) -> None:
        self._kept.append(rows)
        self._n_kept += len(rows)
        if len(rows):
            starts, keys = _tracks_of(rows)
            newest_us = rows["video_time_us"].to_numpy()[_ends(starts, len(rows)) - 1]
            self._newest_us.update(zip(keys, newest_us.tolist(), strict=True))

    def _thin_more(self) -> None:
        """Double the step; what the longer one keeps is among what the shorter one kept."""
        self.step_s *= 2.0
        kept = _in_order(pa.concat_tables(self._kept))
        self._kept, self._n_kept, self._newest_us = [], 0, {}
        starts, keys = _tracks_of(kept)
        self._keep(
            kept.take(pa.array(self._new_rows(kept["video_time_us"].to_numpy(), starts, keys)))
        )

    @property
    def _step_us(self) -> int:
        return microseconds_from_seconds(self.step_s)


def _in_order(rows: pa.Table) -> pa.Table:
    """Return rows by camera, track and time."""
    return rows.sort_by(
        [("camera", "ascending"), ("track_id", "ascending"), ("video_time_us", "ascending")]
    ).combine_chunks()


def _tracks_of(rows: pa.Table) -> tuple[Integers, list[_Key]]:
    """Return where each track begins in rows that are in order, and its key."""
    ids = rows["track_id"].to_numpy()
    cameras = rows["camera"].combine_chunks().dictionary_encode()
    codes = cameras.indices.to_numpy(zero_copy_only=False)
    is_first = np.r_[True, (ids[1:] != ids[:-1]) | (codes[1:] != codes[:-1])]
    starts = np.flatnonzero(is_first)
    names = cameras.dictionary.to_pylist()
    keys = zip(codes[starts].tolist(), ids[starts].tolist(), strict=True)
    return starts, [(names[code], track_id) for code, track_id in keys]


def _ends(starts: Integers, n_rows: int) -> Integers:
    return np.append(starts[1:], n_rows)
