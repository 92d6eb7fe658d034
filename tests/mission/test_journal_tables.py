"""The journal's tables pass by in groups and hold each whole frame once, after kills as well."""

import os
from pathlib import Path

import pyarrow as pa
import pytest

from plainview.formats.arrow_journal import ArrowJournalWriter
from plainview.formats.frames_parquet import FRAMES_SCHEMA
from plainview.formats.tracks_parquet import TRACKS_SCHEMA
from plainview.mission.journal import Journal
from plainview.mission.journal_tables import (
    journal_frames,
    journal_tracks,
    last_time_us,
    last_track_us,
    n_frames_in_tables,
)
from plainview.mission.reader import read_journal_tables
from tests.formats.histories import track_row

FRAME_US = 100_000


def frame_row(index: int) -> dict[str, object]:
    return {
        "camera": "camera-1",
        "frame_index": index,
        "video_time_us": index * FRAME_US,
        "is_restart": index == 0,
        "n_detections": 2,
    }


def write_part(
    journal: Journal, frames: range, *, tracks: range | None = None, is_torn: bool = False
) -> None:
    """Write a part of each table, a batch a frame; a torn one lacks its last frame."""
    frames_path = journal.next_part("frames", ".arrow")
    with ArrowJournalWriter(frames_path, FRAMES_SCHEMA) as writer:
        for index in frames:
            writer.append([frame_row(index)])
            writer.flush()
    with ArrowJournalWriter(journal.next_part("tracks", ".arrow"), TRACKS_SCHEMA) as writer:
        for index in frames if tracks is None else tracks:
            writer.append([track_row(track, index) for track in (1, 2)])
            writer.flush()
    if is_torn:
        os.truncate(frames_path, frames_path.stat().st_size - 200)


def tables_of(journal: Journal) -> tuple[pa.Table, pa.Table]:
    frames = pa.concat_tables([FRAMES_SCHEMA.empty_table(), *journal_frames(journal)])
    tracks = journal_tracks(journal, last_frame_us=last_time_us(frames))
    return frames, pa.concat_tables([TRACKS_SCHEMA.empty_table(), *tracks])


def test_parts_that_a_kill_left_join_to_each_frame_once(tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    write_part(journal, range(6), is_torn=True)
    assert n_frames_in_tables(journal) == 5
    assert last_track_us(journal) == {"camera-1": 5 * FRAME_US}
    frames, tracks = tables_of(journal)
    assert frames["frame_index"].to_pylist() == list(range(5))
    assert tracks["frame_index"].to_pylist() == [i for i in range(5) for _ in range(2)]
    # The run that goes on writes frame 5 anew, but not its tracks, which are there.
    write_part(journal, range(5, 9), tracks=range(6, 9))
    frames, tracks = tables_of(journal)
    assert frames["frame_index"].to_pylist() == list(range(9))
    assert tracks["frame_index"].to_pylist() == [i for i in range(9) for _ in range(2)]
    assert (frames, tracks) == read_journal_tables(journal)


@pytest.mark.parametrize("has_parts", [False, True])
def test_a_journal_without_frames_has_no_tracks(has_parts: bool, tmp_path: Path) -> None:
    journal = Journal(tmp_path)
    if has_parts:
        write_part(journal, range(0), tracks=range(1))
    assert n_frames_in_tables(journal) == 0
    assert [len(table) for table in tables_of(journal)] == [0, 0]
    assert last_track_us(journal) == ({"camera-1": 0} if has_parts else {})
