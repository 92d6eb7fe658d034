"""A live link as a source: its units as they come, on one clock, through every gap."""

from collections.abc import Iterator
from pathlib import Path

from plainview.formats.arrival_branches import ArrivalBranches
from plainview.formats.live_arrivals import LiveArrivals
from plainview.formats.live_feed import LiveFeed
from plainview.formats.live_head import LiveHead, cameras_of_head, look_at_head
from plainview.formats.live_merge import CameraStream, LiveMerge
from plainview.formats.source_part import SourcePart
from plainview.formats.source_settings import SourceSettings
from plainview.formats.transport_reader import TransportReader
from plainview.formats.warning_tally import warnings_of_cameras
from plainview.model import Camera, CountedWarning, Event, StreamInfo, Unit

__all__ = ["LiveSource", "open_live_source"]


class LiveSource:
    """What comes over one link; implements ``model.Source``.

    Each camera reads all that comes by itself, several in a thread each, and their Units are given
    out as they come: a camera's frames are in order, those of two nearly so.

    Args:
        feed: Where it comes from; it has been started.
        settings: How it is read.
        arrivals: When it came, and what is late.
        head: What its head tells of its videos.
        start_us: The video time of its first picture.

    Raises:
        InputError: A camera that was asked for is not there.
    """

    duration_s: float | None = None
    position_fraction = 0.0

    def __init__(
        self,
        feed: LiveFeed,
        *,
        settings: SourceSettings,
        arrivals: LiveArrivals,
        head: LiveHead,
        start_us: int = 0,
    ) -> None:
        self._feed = feed
        self._n_missing = 0
        self._said: list[Event] = []
        path = Path(feed.address.shown.rpartition("://")[2].replace("/", "_"))
        plans = cameras_of_head(
            head, names=settings.cameras, where=feed.address.shown, start_us=start_us
        )
        self._branches = ArrivalBranches(feed.arrivals.read, n_branches=len(plans))
        self._readers: list[TransportReader] = []
        self._parts: list[SourcePart] = []
        self._merge: LiveMerge | None = None
        for plan, branch in zip(plans, self._branches.branches, strict=True):
            self._readers.append(
                TransportReader(
                    branch, path=path, head=b"", options=head.options, choice=plan.choice
                )
            )
            self._parts.append(
                SourcePart(
                    path,
                    settings=settings,
                    start_us=start_us,
                    reader=self._readers[-1],
                    plan=plan,
                    live=arrivals.of_camera(plan.name),
                )
            )

    @property
    def streams(self) -> tuple[StreamInfo, ...]:
        """The streams, as announced."""
        return self._parts[0].reader.streams

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """The cameras, each with the size of its newest picture."""
        return tuple(part.camera for part in self._parts)

    @property
    def n_packets(self) -> int:
        """How many KLV packets came so far."""
        return sum(part.n_packets for part in self._parts)

    @property
    def n_packets_damaged(self) -> int:
        """How many of them are damaged."""
        return sum(part.n_packets_damaged for part in self._parts)

    def units(self) -> Iterator[Unit]:
        """Yield what comes, in order within each camera, once, until the feed is closed."""
        for unit in self._units():
            self._note_missing()
            yield unit

    def recording_ticks(self, video_time_us: int) -> int | None:
        """Return the 90 kHz stamp that a time has in the recording; None before any picture."""
        stamps = (part.recording_ticks(video_time_us) for part in self._parts)
        return next((stamp for stamp in stamps if stamp is not None), None)

    def warnings(self) -> tuple[CountedWarning, ...]:
        """What went wrong so far, counted over all cameras."""
        return warnings_of_cameras([part.warnings() for part in self._parts])

    def events(self) -> tuple[Event, ...]:
        """What happened since this was last asked."""
        said, self._said = tuple(self._said), []
        return said + tuple(event for part in self._parts for event in part.events())

    def close(self) -> None:
        """Let go of the link."""
        self._feed.close()
        self._branches.close()
        if self._merge is not None:
            self._merge.close()
        for part in self._parts:
            part.close()

    def _units(self) -> Iterator[Unit]:
        self._branches.let_go()
        if len(self._parts) == 1:
            return self._parts[0].units()
        self._merge = LiveMerge(
            [
                CameraStream(name=part.plan.name, units=part.units, end=branch.close)
                for part, branch in zip(self._parts, self._branches.branches, strict=True)
            ]
        )
        return self._merge.units()

    def _note_missing(self) -> None:
        """Say where packets are missing: the link lost them, or the sender did."""
        n_new = self._readers[0].n_missing - self._n_missing
        if n_new:
            self._n_missing += n_new
            self._said.append(
                Event(
                    kind="packets_missing",
                    what="Packets of the transport stream are missing here; pictures and metadata"
                    " near it may be damaged.",
                    video_time_us=max(0, *(part.clock.latest_us for part in self._parts)),
                    details={"places": n_new},
                )
            )


def open_live_source(
    feed: LiveFeed,
    *,
    settings: SourceSettings,
    arrivals: LiveArrivals,
    start_us: int = 0,
) -> LiveSource:
    """Wait until the videos show themselves, then open them.

    Raises:
        InputError: What comes has no video that can be decoded, or not the camera that was asked
            for.
        FormatError: What comes is no transport stream.
        DeviceError: Nothing came until the link was closed.
    """
    return LiveSource(
        feed,
        settings=settings,
        arrivals=arrivals,
        head=look_at_head(feed),
        start_us=start_us,
    )
