"""The pipeline: plain stages in order, one Observation a frame."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace

from plainview.detection import KnownPlaces
from plainview.mission.stopwatch import Stopwatch
from plainview.model import (
    Detector,
    Frame,
    Locator,
    Observation,
    Registrar,
    State,
    Tracker,
    Tracks,
)

__all__ = ["Stages", "TrackNumbers", "observe_frame", "observe_frames"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackNumbers:
    """Which identities the tracks of one camera have, so that no other camera's have them.

    The n-th track of the k-th of three cameras is track 3 (n - 1) + k.

    Args:
        camera: The camera's place among those of the mission, from 0.
        n_cameras: How many they are.
    """

    camera: int = 0
    n_cameras: int = 1

    def of_mission(self, tracks: Tracks) -> Tracks:
        """Return tracks that are numbered within their camera, numbered within the mission."""
        if self.n_cameras == 1:
            return tracks
        numbers = (tracks.track_id - 1) * self.n_cameras + self.camera + 1
        return replace(tracks, track_id=numbers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The stages of one camera, each with a memory of its own.

    What the tracker believes is known to those detectors that share the known places.
    """

    registrar: Registrar
    detector: Detector
    tracker: Tracker
    locator: Locator
    numbers: TrackNumbers = field(default_factory=TrackNumbers)
    known: KnownPlaces = field(default_factory=KnownPlaces)

    def state(self) -> State:
        """Return what all stages remember, by name."""
        return {
            "registrar": self.registrar.state(),
            "detector": self.detector.state(),
            "tracker": self.tracker.state(),
            "locator": self.locator.state(),
            "known": self.known.state(),
        }

    def restore(self, state: State) -> None:
        """Go on from what `state` returned."""
        self.registrar.restore(state["registrar"])  # type: ignore[arg-type]
        self.detector.restore(state["detector"])  # type: ignore[arg-type]
        self.tracker.restore(state["tracker"])  # type: ignore[arg-type]
        self.locator.restore(state["locator"])  # type: ignore[arg-type]
        self.known.restore(state["known"])  # type: ignore[arg-type]


def observe_frame(
    frame: Frame, stages: Stages, *, stopwatch: Stopwatch | None = None
) -> Observation:
    """Register, detect, track and locate one frame; the stages remember it."""
    watch = stopwatch or Stopwatch()
    with watch.measured("register"):
        registration = stages.registrar.register(frame)
    with watch.measured("detect"):
        detections = stages.detector.detect(frame, registration)
    with watch.measured("track"):
        tracks = stages.tracker.update(detections, frame=frame, registration=registration)
    stages.known.take(tracks)
    with watch.measured("locate"):
        located = stages.locator.locate(frame, tracks)
    return Observation(
        frame=frame,
        registration=registration,
        detections=detections,
        all_tracks=stages.numbers.of_mission(located),
    )


def observe_frames(frames: Iterable[Frame], stages: Stages) -> Iterator[Observation]:
    """Yield one Observation a frame, in order, holding one frame at a time."""
    for frame in frames:
        yield observe_frame(frame, stages)
