"""An opened mission: what a folder holds, complete or cut off."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from plainview.errors import FormatError, InputError
from plainview.formats.arrow_journal import read_journal_parts
from plainview.formats.frames_parquet import FRAMES_SCHEMA
from plainview.formats.tracks_parquet import TRACKS_SCHEMA
from plainview.mission.folder import MissionFolder
from plainview.mission.journal import Journal

__all__ = ["Mission", "open_mission", "read_journal_tables"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Mission:
    """What a mission folder holds.

    Args:
        path: The folder.
        summary: ``mission.json``; of a mission that was killed, what its plan says.
        frames: ``frames.parquet``, a row a frame of a camera.
        tracks: ``tracks.parquet``, a row a track a frame.
        events: ``events.jsonl``, an event each.
    """

    path: Path
    summary: dict[str, Any]
    frames: pa.Table
    tracks: pa.Table
    events: list[dict[str, Any]]

    @property
    def is_complete(self) -> bool:
        """Whether the run reached the end of its source."""
        return bool(self.summary["state"] == "complete")


def read_journal_tables(journal: Journal) -> tuple[pa.Table, pa.Table]:
    """Return the frames and tracks that a journal holds, cut to whole frames."""
    frames = read_journal_parts(journal.parts("frames", ".arrow"), FRAMES_SCHEMA)
    tracks = read_journal_parts(journal.parts("tracks", ".arrow"), TRACKS_SCHEMA)
    if len(frames) == 0:
        return frames, tracks.slice(0, 0)
    last_time_us = pc.max(frames["video_time_us"])
    return frames, tracks.filter(pc.less_equal(tracks["video_time_us"], last_time_us))


def open_mission(path: str | Path) -> Mission:
    """Open a mission folder, complete or not.

    Raises:
        InputError: The path is not a mission folder.
        FormatError: A file of it cannot be read.
    """
    folder = MissionFolder(Path(path))
    summary = folder.read_summary()
    if summary is not None and (summary["state"] == "complete" or not folder.has_journal):
        return _open_public(folder, summary)
    if not folder.has_journal:
        raise InputError(
            where=str(path),
            what="is not a mission folder: there is no mission.json in it.",
            mend="Give the folder that `plainview process --out` made.",
        )
    journal = Journal(folder.journal_path)
    frames, tracks = read_journal_tables(journal)
    plan = journal.plan() or {}
    return Mission(
        path=folder.path,
        summary={**plan, **(summary or {}), "state": "incomplete"},
        frames=frames,
        tracks=tracks,
        events=journal.events(),
    )


def _open_public(folder: MissionFolder, summary: dict[str, Any]) -> Mission:
    try:
        frames = pq.read_table(folder.path / "frames.parquet")
        tracks = pq.read_table(folder.path / "tracks.parquet")
        lines = (folder.path / "events.jsonl").read_text(encoding="utf-8").splitlines()
        events = [json.loads(line) for line in lines]
    except (OSError, ValueError, pa.ArrowException) as error:
        raise FormatError(
            where=str(folder.path),
            what=f"is not a whole mission folder ({error}).",
            mend="Copy the folder again, or process the footage into a new one.",
        ) from error
    return Mission(path=folder.path, summary=summary, frames=frames, tracks=tracks, events=events)
