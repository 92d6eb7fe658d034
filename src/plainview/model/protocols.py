"""What the parts of a pipeline must be able to do, whoever wrote them."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from plainview.model.camera import Camera
from plainview.model.detections import Detections
from plainview.model.event import CountedWarning, Event
from plainview.model.frame import Frame
from plainview.model.observation import Observation
from plainview.model.registration import Registration
from plainview.model.tracks import Tracks
from plainview.model.unit import StreamInfo, Unit

__all__ = ["Detector", "Locator", "Registrar", "Sink", "Source", "State", "Tracker"]

State = Mapping[str, object]
"""What a stage remembers: a tree of mappings and lists of arrays, numbers, text and None.

Nothing else, so that a checkpoint is data that cannot run.
"""


class Source(Protocol):
    """Where frames come from."""

    @property
    def streams(self) -> tuple[StreamInfo, ...]:
        """The streams, as announced."""

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """The cameras, one for each video stream that is decoded."""

    def units(self) -> Iterator[Unit]:
        """Yield what comes, in order, once."""

    def warnings(self) -> tuple[CountedWarning, ...]:
        """What went wrong so far, counted."""

    def events(self) -> tuple[Event, ...]:
        """What happened since this was last asked."""

    def close(self) -> None:
        """Let go of files and links."""


class Registrar(Protocol):
    """Says how the background moved between consecutive frames of one camera."""

    def register(self, frame: Frame) -> Registration:
        """Register this frame to the one before."""

    def state(self) -> State:
        """Return what is remembered."""

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""


class Detector(Protocol):
    """Finds things in a frame."""

    def detect(self, frame: Frame, registration: Registration) -> Detections:
        """Return what is found in this frame, given how the background moved."""

    def state(self) -> State:
        """Return what is remembered."""

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""


class Tracker(Protocol):
    """Joins detections of consecutive frames into tracks, in pixels."""

    def update(self, detections: Detections, *, frame: Frame, registration: Registration) -> Tracks:
        """Return all tracks as they are in this frame."""

    def state(self) -> State:
        """Return what is remembered."""

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""


class Locator(Protocol):
    """Places tracks on the ground."""

    def locate(self, frame: Frame, tracks: Tracks) -> Tracks:
        """Return the same rows with places, errors and velocities where they are known."""

    def state(self) -> State:
        """Return what is remembered."""

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""


class Sink(Protocol):
    """Takes observations and makes something of them."""

    def write(self, observation: Observation) -> None:
        """Take one observation; they come in order."""

    def close(self) -> None:
        """Finish what is made."""
