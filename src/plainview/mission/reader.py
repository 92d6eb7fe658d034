"""An opened mission: what a folder holds, complete or cut off."""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from plainview.errors import FormatError, InputError
from plainview.formats.arrow_journal import read_journal_parts
from plainview.formats.frames_parquet import FRAMES_SCHEMA
from plainview.formats.tracks_parquet import TRACKS_SCHEMA
from plainview.mission.folder import MissionFolder
from plainview.mission.journal import Journal
from plainview.mission.journal_tables import last_time_us, sorted_by_time, up_to

__all__ = ["Mission", "open_mission", "read_journal_tables"]


@dataclass(frozen=True, kw_only=True, eq=False)
class Mission:
    """What a mission folder holds; its tables are read when they are first asked for.

    Args:
        path: The folder.
        summary: ``mission.json``; of a mission that was killed, what its plan says.
        events: ``events.jsonl``, an event each.
        read_table: Reads ``frames`` or ``tracks``.
    """

    path: Path
    summary: dict[str, Any]
    events: list[dict[str, Any]]
    read_table: Callable[[str], pa.Table] = field(repr=False)

    @property
    def is_complete(self) -> bool:
        """Whether the run reached the end of its source."""
        return bool(self.summary["state"] == "complete")

    @cached_property
    def frames(self) -> pa.Table:
        """``frames.parquet``, a row a frame of a camera.

        Raises:
            FormatError: It cannot be read.
        """
        return self.read_table("frames")

    @cached_property
    def tracks(self) -> pa.Table:
        """``tracks.parquet``, a row a track a frame.

        Raises:
            FormatError: It cannot be read.
        """
        return self.read_table("tracks")


def read_journal_tables(journal: Journal) -> tuple[pa.Table, pa.Table]:
    """Return the frames and tracks that a journal holds, cut to whole frames."""
    frames = read_journal_parts(journal.parts("frames", ".arrow"), FRAMES_SCHEMA)
    tracks = read_journal_parts(journal.parts("tracks", ".arrow"), TRACKS_SCHEMA)
    if len(frames) == 0:
        return frames, tracks.slice(0, 0)
    last_us = last_time_us(frames)
    tracks = up_to(tracks, last_us)
    if len(last_us) == 1:
        return frames, tracks
    return sorted_by_time(frames), sorted_by_time(tracks)


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
    tables = dict(zip(("frames", "tracks"), read_journal_tables(journal), strict=True))
    plan = journal.plan() or {}
    return Mission(
        path=folder.path,
        summary={**plan, **(summary or {}), "state": "incomplete"},
        events=journal.events(),
        read_table=tables.__getitem__,
    )


def _open_public(folder: MissionFolder, summary: dict[str, Any]) -> Mission:
    def read_table(name: str) -> pa.Table:
        try:
            return pq.read_table(folder.path / f"{name}.parquet")
        except (OSError, pa.ArrowException) as error:
            raise _not_whole(folder, error) from error

    try:
        for name in ("frames", "tracks"):
            pq.read_metadata(folder.path / f"{name}.parquet")
        lines = (folder.path / "events.jsonl").read_text(encoding="utf-8").splitlines()
        events = [json.loads(line) for line in lines]
    except (OSError, ValueError, pa.ArrowException) as error:
        raise _not_whole(folder, error) from error
    return Mission(path=folder.path, summary=summary, events=events, read_table=read_table)


def _not_whole(folder: MissionFolder, error: Exception) -> FormatError:
    return FormatError(
        where=str(folder.path),
        what=f"is not a whole mission folder ({error}).",
        mend="Copy the folder again, or process the footage into a new one.",
    )
