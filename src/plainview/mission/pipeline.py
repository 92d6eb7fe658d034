"""The pipeline: plain stages in order, one Observation a frame."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from plainview.mission.stopwatch import Stopwatch
from plainview.model import (
    Detector,
    Frame,
    Locator,
    Observation,
    Registrar,
    State,
    Tracker,
)

__all__ = ["Stages", "observe_frame", "observe_frames"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Stages:
    """The stages of one camera, each with a memory of its own."""

    registrar: Registrar
    detector: Detector
    tracker: Tracker
    locator: Locator

    def state(self) -> State:
        """Return what all stages remember, by name."""
        return {
            "registrar": self.registrar.state(),
            "detector": self.detector.state(),
            "tracker": self.tracker.state(),
            "locator": self.locator.state(),
        }

    def restore(self, state: State) -> None:
        """Go on from what `state` returned."""
        self.registrar.restore(state["registrar"])  # type: ignore[arg-type]
        self.detector.restore(state["detector"])  # type: ignore[arg-type]
        self.tracker.restore(state["tracker"])  # type: ignore[arg-type]
        self.locator.restore(state["locator"])  # type: ignore[arg-type]


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
    with watch.measured("locate"):
        located = stages.locator.locate(frame, tracks)
    return Observation(
        frame=frame, registration=registration, detections=detections, all_tracks=located
    )


def observe_frames(frames: Iterable[Frame], stages: Stages) -> Iterator[Observation]:
    """Yield one Observation a frame, in order, holding one frame at a time."""
    for frame in frames:
        yield observe_frame(frame, stages)
