"""The journal's tables: frames and tracks, flushed together so that a frame is whole."""

import pyarrow.compute as pc

from plainview.formats.arrow_journal import ArrowJournalWriter, read_journal_parts
from plainview.formats.frames_parquet import FRAMES_SCHEMA, frame_row
from plainview.formats.tracks_parquet import TRACKS_SCHEMA, track_rows
from plainview.geo import Footprint
from plainview.mission.journal import Journal
from plainview.model import Observation

__all__ = ["TablesSink", "n_frames_in_tables"]


def n_frames_in_tables(journal: Journal) -> int:
    """Return how many frames the journal's tables hold."""
    return len(read_journal_parts(journal.parts("frames", ".arrow"), FRAMES_SCHEMA))


class TablesSink:
    """Appends a row a frame and a row a track a frame.

    Tracks are flushed before frames: a frame that can be read has all its tracks, and
    tracks of a frame that cannot are dropped by the reader.

    Args:
        journal: Where the parts are.
        n_frames_kept: Frames that earlier parts hold; they are not written again.
    """

    def __init__(self, journal: Journal, *, n_frames_kept: int) -> None:
        self._n_to_skip = n_frames_kept
        self._drop_tracks_after(journal, n_frames_kept)
        self._frames = ArrowJournalWriter(journal.next_part("frames", ".arrow"), FRAMES_SCHEMA)
        self._tracks = ArrowJournalWriter(journal.next_part("tracks", ".arrow"), TRACKS_SCHEMA)

    @staticmethod
    def _drop_tracks_after(journal: Journal, n_frames_kept: int) -> None:
        """Rewrite the tracks without those of frames that were cut off."""
        parts = journal.parts("tracks", ".arrow")
        frames = read_journal_parts(journal.parts("frames", ".arrow"), FRAMES_SCHEMA)
        tracks = read_journal_parts(parts, TRACKS_SCHEMA)
        if not len(tracks) or len(frames) != n_frames_kept:
            return
        last_us = pc.max(frames["video_time_us"]).as_py() if n_frames_kept else -1
        whole = tracks.filter(pc.less_equal(tracks["video_time_us"], last_us))
        if len(whole) == len(tracks):
            return
        temporary = journal.folder / "tracks.whole"
        with ArrowJournalWriter(temporary, TRACKS_SCHEMA) as writer:
            writer.append(whole.to_pylist())
        temporary.replace(parts[0])
        for part in parts[1:]:
            part.unlink()

    def write(
        self,
        observation: Observation,
        *,
        n_frames: int,
        footprint: Footprint | None,
    ) -> None:
        """Take one observation, the n-th of the mission from 0."""
        if n_frames < self._n_to_skip:
            return
        self._tracks.append(track_rows(observation))
        self._frames.append([frame_row(observation, footprint=footprint)])

    def flush(self) -> None:
        """Hand what was taken to the operating system, tracks first."""
        self._tracks.flush()
        self._frames.flush()

    def close(self) -> None:
        """Flush and end the parts."""
        self._tracks.close()
        self._frames.close()
