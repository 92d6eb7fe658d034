"""The journal's tables pass by in groups and hold each whole frame once, after kills as well."""

import os
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from plainview.formats.arrow_journal import ArrowJournalWriter
from plainview.formats.frames_parquet import FRAMES_SCHEMA
from plainview.formats.tracks_parquet import TRACKS_SCHEMA
from plainview.mission.journal import Journal
from plainview.mission.journal_tables import (
    in_time_order,
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


def test_rows_of_cameras_that_did_not_wait_for_each_other_come_in_the_order_of_time() -> None:
    """Cameras up to two seconds apart, in small pieces; those of a frame stay as they were."""
    draw = np.random.default_rng(3)
    names = ("camera-1", "camera-2", "camera-10")
    frames = [(name, index) for name in names for index in range(60)]
    apart_us = {name: int(draw.integers(0, 2_000_000)) for name in names}
    frames.sort(key=lambda each: each[1] * FRAME_US + apart_us[each[0]])
    rows = [
        {**track_row(track, index), "camera": name, "video_time_us": index * FRAME_US}
        for name, index in frames
        for track in (2, 1)
    ]
    pieces = [
        pa.Table.from_pylist(rows[at : at + 7], schema=TRACKS_SCHEMA)
        for at in range(0, len(rows), 7)
    ]
    merged = list(in_time_order(pieces, most_apart_us=2_000_000))
    assert len(merged) > 2
    came = pa.concat_tables(merged).select(["video_time_us", "camera", "track_id"]).to_pylist()
    assert [tuple(row.values()) for row in came] == [
        (index * FRAME_US, name, track) for index in range(60) for name in names for track in (2, 1)
    ]
    assert list(in_time_order([])) == []
