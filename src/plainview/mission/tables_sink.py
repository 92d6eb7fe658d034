"""The journal's tables: frames and tracks, flushed together so that a frame is whole."""

from plainview.formats.arrow_journal import ArrowJournalWriter
from plainview.formats.frames_parquet import FRAMES_SCHEMA, frame_row
from plainview.formats.tracks_parquet import TRACKS_SCHEMA, track_rows
from plainview.geo import Footprint
from plainview.mission.journal import Journal
from plainview.mission.journal_tables import last_track_us, n_frames_in_tables
from plainview.model import Observation

__all__ = ["TablesSink", "n_frames_in_tables"]


class TablesSink:
    """Appends a row a frame and a row a track a frame.

    Tracks are flushed before frames: a frame that can be read has all its tracks. Tracks of a
    frame that cannot be read are dropped by the reader; a resumed run, which makes the same
    tracks of that frame, does not write them a second time.

    Args:
        journal: Where the parts are.
        n_frames_kept: Frames that earlier parts hold; they are not written again.
    """

    def __init__(self, journal: Journal, *, n_frames_kept: int) -> None:
        self._n_to_skip = n_frames_kept
        self._tracks_kept_us = last_track_us(journal)
        self._frames = ArrowJournalWriter(journal.next_part("frames", ".arrow"), FRAMES_SCHEMA)
        self._tracks = ArrowJournalWriter(journal.next_part("tracks", ".arrow"), TRACKS_SCHEMA)

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
        kept_us = self._tracks_kept_us.get(observation.frame.camera.name, -1)
        if observation.frame.video_time_us > kept_us:
            self._tracks.append(track_rows(observation))
        self._frames.append([frame_row(observation, footprint=footprint)])

    def flush(self) -> None:
        """Hand what was taken to the operating system, tracks first."""
        self._tracks.flush()
        self._frames.flush()

    def close(self) -> None:
        """Flush and end the parts."""
        try:
            self._tracks.close()
        finally:
            self._frames.close()
