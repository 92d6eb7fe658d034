"""The tables that a journal holds, a row group at a time and cut to whole frames."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Final, TypeVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from plainview.formats.arrow_journal import read_journal_batches
from plainview.formats.frames_parquet import FRAMES_SCHEMA
from plainview.formats.row_groups import in_row_groups
from plainview.formats.source_camera import camera_order
from plainview.formats.tracks_parquet import TRACKS_SCHEMA
from plainview.mission.journal import Journal

__all__ = [
    "in_time_order",
    "journal_frames",
    "journal_tracks",
    "last_time_us",
    "last_track_us",
    "n_frames_in_tables",
    "sorted_by_time",
    "up_to",
]

_Rows = TypeVar("_Rows", pa.RecordBatch, pa.Table)

_MOST_APART_US: Final = 10_000_000
"""How far the cameras of a link may be apart before their rows are not in order."""


def _batches(journal: Journal, name: str) -> Iterator[pa.RecordBatch]:
    return read_journal_batches(journal.parts(name, ".arrow"))


def journal_frames(journal: Journal) -> Iterator[pa.Table]:
    """Yield the rows of all frames, in order; no part holds a frame of another."""
    return in_row_groups(_batches(journal, "frames"), schema=FRAMES_SCHEMA)


def journal_tracks(journal: Journal, *, last_frame_us: Mapping[str, int]) -> Iterator[pa.Table]:
    """Yield the rows of all tracks, in order, up to the last frame that can be read.

    A run that was killed may have left the tracks of frames that cannot be read. One that goes
    on makes the same tracks again and writes only what comes after them, so no part holds the
    tracks of a frame that another has.

    Args:
        journal: The journal.
        last_frame_us: When the last frame of each camera is, on the video's clock.
    """
    batches = _batches(journal, "tracks") if last_frame_us else ()
    return in_row_groups((up_to(batch, last_frame_us) for batch in batches), schema=TRACKS_SCHEMA)


def in_time_order(
    tables: Iterable[pa.Table], *, most_apart_us: int = _MOST_APART_US
) -> Iterator[pa.Table]:
    """Yield the rows of several cameras in the order of their times, those of each in their own.

    Of one instant the first camera's come first, as in a file. Rows are held until all that were
    so much earlier have come; one that is later still comes then, out of order.

    Args:
        tables: Rows in order within each camera, nearly so over all of them.
        most_apart_us: How much earlier a row may be than one before it.
    """
    held: pa.Table | None = None
    for table in tables:
        held = sorted_by_time(table if held is None else pa.concat_tables([held, table]))
        times_us = held["video_time_us"].to_numpy()
        n_sure = int(np.searchsorted(times_us, times_us[-1] - most_apart_us))
        if n_sure:
            yield held.slice(0, n_sure).combine_chunks()
            held = held.slice(n_sure)
    if held is not None:
        yield held.combine_chunks()


def sorted_by_time(rows: pa.Table) -> pa.Table:
    """Return rows in the order of their times, of one instant the first camera's first."""
    numbers = {name: camera_order(name) for name in pc.unique(rows["camera"]).to_pylist()}
    ranks = {name: rank for rank, name in enumerate(sorted(numbers, key=numbers.__getitem__))}
    cameras = np.array([ranks[name] for name in rows["camera"].to_pylist()], np.int64)
    return rows.take(np.lexsort((cameras, rows["video_time_us"].to_numpy())))


def up_to(rows: _Rows, last_us: Mapping[str, int]) -> _Rows:
    """Return the rows of tracks up to the last frame of their camera."""
    is_kept = pa.array(np.zeros(len(rows), np.bool_))
    for camera, time_us in last_us.items():
        is_of = pc.equal(rows["camera"], camera)
        is_kept = pc.or_(is_kept, pc.and_(is_of, pc.less_equal(rows["video_time_us"], time_us)))
    return rows if pc.all(is_kept).as_py() else rows.filter(is_kept)


def last_time_us(rows: pa.RecordBatch | pa.Table) -> dict[str, int]:
    """Return when the last row of each camera is, on the video's clock."""
    cameras, times_us = rows["camera"], rows["video_time_us"]
    return {
        name: pc.max(times_us.filter(pc.equal(cameras, name))).as_py()
        for name in pc.unique(cameras).to_pylist()
    }


def n_frames_in_tables(journal: Journal) -> int:
    """Return how many frames the tables hold."""
    return sum(len(batch) for batch in _batches(journal, "frames"))


def last_track_us(journal: Journal) -> dict[str, int]:
    """Return when the last row of each camera's tracks is, on the video's clock."""
    latest: dict[str, int] = {}
    for batch in _batches(journal, "tracks"):
        for camera, time_us in last_time_us(batch).items():
            latest[camera] = max(time_us, latest.get(camera, time_us))
    return latest
