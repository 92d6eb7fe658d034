"""What happens behind the pipeline, in one thread: tables, videos, recording, checkpoints."""

import contextlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from plainview.formats.raw_video import RawCodec
from plainview.mission.frame_place import FramePlace, Surfaces, place_frame
from plainview.mission.journal import Checkpoint, Journal
from plainview.mission.overlay_picture import OverlayPainter
from plainview.mission.raw_sink import RawSink, are_raw_videos_reached
from plainview.mission.shown_pixels import ShownPixels
from plainview.mission.stabilised_picture import StabilisedPainter
from plainview.mission.stopwatch import Stopwatch
from plainview.mission.tables_sink import TablesSink, n_frames_in_tables
from plainview.mission.thumbnails import Thumbnails
from plainview.mission.video_sink import OVERLAY, STABILISED, VideoSink, n_frames_in_video
from plainview.mission.vmti import vmti_from_observation
from plainview.model import Event, Frame, Observation, State, Unit

__all__ = ["Recorded", "Recorder", "ResumePoint", "RunWriter", "find_resume_point"]

FLUSH_EVERY_S = 1.0


class Recorder(Protocol):
    """What takes the source's packets and our tracks."""

    def write(self, recorded: bytes) -> None:
        """Take the next bytes of the source, whole packets."""

    def write_vmti(self, video_time_us: int, payload: bytes) -> None:
        """Take one stand-alone KLV set of ours, stamped with its frame's time."""

    def flush(self) -> None:
        """Hand what is written to the operating system."""

    def state(self) -> State:
        """Return what going on needs."""

    def close(self) -> None:
        """Finish the recording."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Recorded:
    """What the pipeline hands to the writer for each unit.

    Args:
        unit: What came from the source.
        observation: What the stages said; None where the unit has no frame, or one that was
            only replayed to reach the checkpoint.
        n_frames: Frames of the mission before this one.
        n_frames_of: The same by camera.
        events: What happened since the unit before.
        stage_state: What the stages remembered before this frame, where a checkpoint is due.
    """

    unit: Unit
    observation: Observation | None
    n_frames: int
    n_frames_of: Mapping[str, int] = field(default_factory=dict)
    events: tuple[Event, ...] = ()
    stage_state: State | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ResumePoint:
    """Where an interrupted run goes on.

    Args:
        n_frames_in_tables: Frames that the tables hold.
        n_frames_in_videos: The same of the videos for people, by kind and camera.
        checkpoint: What to restore; None means from the start.
        are_events_replayed: Whether the events of earlier runs will be met again.
    """

    n_frames_in_tables: int
    n_frames_in_videos: dict[str, dict[str, int]]
    checkpoint: Checkpoint | None
    are_events_replayed: bool = True

    @property
    def n_frames_replayed(self) -> int:
        """Frames that are read again but not processed."""
        return 0 if self.checkpoint is None else self.checkpoint.n_frames


def find_resume_point(
    journal: Journal, *, cameras: tuple[str, ...], videos: tuple[str, ...]
) -> ResumePoint:
    """Return how far each part of the journal reaches, and the newest checkpoint before all.

    Args:
        journal: What earlier runs left.
        cameras: The cameras, by name.
        videos: The kinds of video that are made of each.
    """
    in_tables = n_frames_in_tables(journal)
    in_videos = {
        kind: {name: n_frames_in_video(journal, kind, camera=name) for name in cameras}
        for kind in videos
    }

    def is_reached(checkpoint: Mapping[str, Any]) -> bool:
        needed = checkpoint.get("n_frames_of")
        if needed is None:  # of an older version; the mission begins again
            return False
        are_reached = (
            n_kept >= needed.get(name, 0)
            for kept in in_videos.values()
            for name, n_kept in kept.items()
        )
        return all(are_reached) and are_raw_videos_reached(journal, checkpoint["raw"])

    return ResumePoint(
        n_frames_in_tables=in_tables,
        n_frames_in_videos=in_videos,
        checkpoint=journal.latest_checkpoint(at_most_n_frames=in_tables, is_reached=is_reached),
    )


class RunWriter:
    """Writes what one run makes into its journal.

    Args:
        journal: Where to.
        resume: How far earlier runs came; their frames are not written again.
        painter: Draws the overlay; None where no overlay is made.
        stabilised: Draws the stabilised picture; None where none is made.
        recorder: Takes the source's packets and our tracks.
        surfaces: What pictures are brought to.
        clock: Seconds, monotonic; says when a flush is due.
        stopwatch: Is told how long each part takes.
        is_camera_said: Whether our sets in the recording name the camera, of several.
        raw_codec: How pictures of 16 bits are packed.
    """

    def __init__(
        self,
        *,
        journal: Journal,
        resume: ResumePoint,
        painter: OverlayPainter | None,
        stabilised: StabilisedPainter | None,
        recorder: Recorder,
        surfaces: Surfaces,
        clock: Callable[[], float],
        stopwatch: Stopwatch | None = None,
        is_camera_said: bool = False,
        raw_codec: RawCodec = RawCodec.FFV1,
    ) -> None:
        self._journal = journal
        self._is_camera_said = is_camera_said
        self._resume = resume
        self._painter = painter
        self._stabilised = stabilised
        self._shown = ShownPixels()
        self._recorder = recorder
        self._surfaces = surfaces
        self._clock = clock
        self._stopwatch = stopwatch or Stopwatch()
        self._flushed_s = clock()
        self._tables = TablesSink(journal, n_frames_kept=resume.n_frames_in_tables)
        kept = resume.n_frames_in_videos
        self._videos = {
            kind: VideoSink(journal, kind, n_frames_kept=kept.get(kind, {}))
            for kind in (OVERLAY, STABILISED)
        }
        self._raw = RawSink(journal, codec=raw_codec)
        self._n_events_to_skip = len(journal.events()) if resume.are_events_replayed else 0
        self.thumbnails = Thumbnails()
        if resume.checkpoint is not None:
            self._restore(resume.checkpoint)

    def _restore(self, checkpoint: Checkpoint) -> None:
        self.thumbnails.restore(checkpoint.state["thumbnails"])
        self._raw.restore(checkpoint.state["raw"])
        self._shown.restore(checkpoint.state["shown"])
        if self._stabilised is not None:
            self._stabilised.restore(checkpoint.state["stabilised"])

    def write(self, recorded: Recorded) -> None:
        """Take one unit; units come in order."""
        if recorded.stage_state is not None:
            self._write_checkpoint(recorded, recorded.stage_state)
        with self._stopwatch.measured("record"):
            self._recorder.write(recorded.unit.recorded)
        self._write_events(recorded.events)
        observation = recorded.observation
        if observation is not None:
            self._write_observation(observation, recorded.n_frames)
        if self._clock() - self._flushed_s >= FLUSH_EVERY_S:
            with self._stopwatch.measured("tables"):
                self.flush()

    def _write_observation(self, observation: Observation, n_frames: int) -> None:
        with self._stopwatch.measured("place"):
            place = self._place(observation)
        with self._stopwatch.measured("tables"):
            self._tables.write(observation, n_frames=n_frames, footprint=place.footprint)
        if self._painter is not None or self._stabilised is not None:
            self._write_videos(observation, place)
        with self._stopwatch.measured("raw"):
            self._raw.write(observation.frame)
        with self._stopwatch.measured("thumbnails"):
            self.thumbnails.take(observation)
        with self._stopwatch.measured("vmti"):
            self._write_vmti(observation)

    def _place(self, observation: Observation) -> FramePlace:
        return place_frame(observation.frame, surfaces=self._surfaces)

    def _write_events(self, events: tuple[Event, ...]) -> None:
        """Append what is new; a resumed run meets the events of its first part again."""
        n_known = min(self._n_events_to_skip, len(events))
        self._n_events_to_skip -= n_known
        self._journal.write_events(events[n_known:])

    def _write_videos(self, observation: Observation, place: FramePlace) -> None:
        pixels = self._shown.show(observation.frame)
        if self._painter is not None and not self._videos[OVERLAY].has(observation.frame):
            with self._stopwatch.measured("draw"):
                picture = self._painter.paint(observation, place, pixels=pixels)
            self._write_picture(OVERLAY, observation.frame, picture)
        if self._stabilised is not None:
            with self._stopwatch.measured("stabilise"):
                picture = self._stabilised.paint(observation, pixels)
            self._write_picture(STABILISED, observation.frame, picture)

    def _write_picture(self, kind: str, frame: Frame, picture: npt.NDArray[np.uint8]) -> None:
        if not self._videos[kind].has(frame):
            with self._stopwatch.measured("encode"):
                self._videos[kind].write(frame, picture)

    def _write_vmti(self, observation: Observation) -> None:
        payload = vmti_from_observation(observation, is_camera_said=self._is_camera_said)
        if payload is not None:
            self._recorder.write_vmti(observation.frame.video_time_us, payload)

    def _write_checkpoint(self, recorded: Recorded, stage_state: State) -> None:
        self.flush()
        state = {
            "n_frames_of": dict(recorded.n_frames_of),
            "stages": stage_state,
            "thumbnails": self.thumbnails.state(),
            "recorder": self._recorder.state(),
            "raw": self._raw.state(),
            "shown": self._shown.state(),
            "stabilised": {} if self._stabilised is None else self._stabilised.state(),
        }
        self._journal.write_checkpoint(Checkpoint(n_frames=recorded.n_frames, state=state))

    def flush(self) -> None:
        """Hand everything to the operating system that can be."""
        self._tables.flush()
        self._recorder.flush()
        self._flushed_s = self._clock()

    def close(self) -> None:
        """End every part, also where another could not be ended."""
        with contextlib.ExitStack() as stack:
            stack.callback(self._recorder.close)
            for video in self._videos.values():
                stack.callback(video.close)
            stack.callback(self._raw.close)
            stack.callback(self._tables.close)
