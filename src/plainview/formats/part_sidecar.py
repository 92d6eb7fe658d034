"""What the file beside an input says of its pictures; nothing where there is none or no need."""

from pathlib import Path

from plainview.formats.read_sidecar import read_sidecar_of
from plainview.formats.sidecar import SidecarTimeline
from plainview.formats.source_reader import SourceReader
from plainview.formats.source_settings import SourceSettings
from plainview.model import CountedWarning, Event, View

__all__ = ["PartSidecar"]


class PartSidecar:
    """The sidecar of an input that has no metadata of its own.

    Args:
        path: The input.
        reader: The same, opened.
        settings: How it is read.
        start_us: Where its beginning lies on the clock of the frames.
    """

    def __init__(
        self, path: Path, reader: SourceReader, *, settings: SourceSettings, start_us: int
    ) -> None:
        self.warnings: tuple[CountedWarning, ...] = ()
        self._events: tuple[Event, ...] = ()
        self._timeline: SidecarTimeline | None = None
        if reader.has_klv:
            return
        video = reader.container.video
        found = read_sidecar_of(
            path,
            size_px=(video.width, video.height),
            settings=settings.sidecars,
            terrain=settings.terrain,
        )
        if found is None:
            return
        self._events, self.warnings = found.events, found.warnings
        if found.views:
            self._timeline = SidecarTimeline(found, start_us=start_us, max_gap_s=settings.max_gap_s)

    @property
    def is_used(self) -> bool:
        """Whether there is one that says something."""
        return self._timeline is not None

    def view_at(self, video_time_us: int) -> View | None:
        """Return the View of a picture; None where it says nothing near it."""
        return None if self._timeline is None else self._timeline.view_at(video_time_us)

    def take_events(self) -> tuple[Event, ...]:
        """Return what happened since this was last asked."""
        events, self._events = self._events, ()
        return events
