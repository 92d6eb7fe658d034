"""The tables that a journal holds, a row group at a time and cut to whole frames."""

from collections.abc import Iterator

import pyarrow as pa
import pyarrow.compute as pc

from plainview.formats.arrow_journal import read_journal_batches
from plainview.formats.frames_parquet import FRAMES_SCHEMA
from plainview.formats.row_groups import in_row_groups
from plainview.formats.tracks_parquet import TRACKS_SCHEMA
from plainview.mission.journal import Journal

__all__ = ["journal_frames", "journal_tracks", "last_track_us", "n_frames_in_tables"]


def _batches(journal: Journal, name: str) -> Iterator[pa.RecordBatch]:
    return read_journal_batches(journal.parts(name, ".arrow"))


def journal_frames(journal: Journal) -> Iterator[pa.Table]:
    """Yield the rows of all frames, in order; no part holds a frame of another."""
    return in_row_groups(_batches(journal, "frames"), schema=FRAMES_SCHEMA)


def journal_tracks(journal: Journal, *, last_frame_us: int | None) -> Iterator[pa.Table]:
    """Yield the rows of all tracks, in order, up to the last frame that can be read.

    A run that was killed may have left the tracks of frames that cannot be read. One that goes
    on makes the same tracks again and writes only what comes after them, so no part holds the
    tracks of a frame that another has.

    Args:
        journal: The journal.
        last_frame_us: When the last frame is, on the video's clock; None where there is none.
    """
    batches = () if last_frame_us is None else _batches(journal, "tracks")
    return in_row_groups((_up_to(batch, last_frame_us) for batch in batches), schema=TRACKS_SCHEMA)


def _up_to(batch: pa.RecordBatch, time_us: int | None) -> pa.RecordBatch:
    is_kept = pc.less_equal(batch["video_time_us"], time_us)
    return batch if is_kept.true_count == len(batch) else batch.filter(is_kept)


def n_frames_in_tables(journal: Journal) -> int:
    """Return how many frames the tables hold."""
    return sum(len(batch) for batch in _batches(journal, "frames"))


def last_track_us(journal: Journal) -> int:
    """Return when the last row of tracks is, on the video's clock; -1 where there is none."""
    latest = (pc.max(batch["video_time_us"]).as_py() for batch in _batches(journal, "tracks"))
    return max((time_us for time_us in latest if time_us is not None), default=-1)
