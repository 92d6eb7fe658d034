"""A live link as a source: its units as they come, on one clock, through every gap."""

import io
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from plainview.errors import DeviceError, FormatError, InputError
from plainview.formats.container import open_container
from plainview.formats.live_arrivals import LiveArrivals
from plainview.formats.live_feed import LiveFeed
from plainview.formats.source_part import SourcePart
from plainview.formats.source_settings import SourceSettings
from plainview.formats.transport_packets import packet_rows, pids_of, starts_of
from plainview.formats.transport_reader import TransportReader
from plainview.model import Camera, CountedWarning, Event, StreamInfo, Unit

__all__ = ["LiveSource", "look_at_head", "open_live_source"]

_FIRST_LOOK_BYTES: Final = 8 << 10
_MOST_HEAD_BYTES: Final = 64 << 20
"""Of a link whose video does not show itself: half a minute at 16 Mbit/s."""


class LiveSource:
    """What comes over one link; implements ``model.Source``.

    Args:
        feed: Where it comes from; it has been started.
        settings: How it is read.
        arrivals: When it came, and what is late.
        options: Of the video's demuxer, as `look_at_head` found them.
        first_index: The index of its first frame.
        start_us: The video time of its first picture.
    """

    duration_s: float | None = None
    position_fraction = 0.0

    def __init__(
        self,
        feed: LiveFeed,
        *,
        settings: SourceSettings,
        arrivals: LiveArrivals,
        options: Mapping[str, str],
        first_index: int = 0,
        start_us: int = 0,
    ) -> None:
        self._feed = feed
        self.arrivals = arrivals
        path = Path(feed.address.shown.rpartition("://")[2].replace("/", "_"))
        self._reader = TransportReader(_FeedFile(feed), path=path, head=b"", options=options)
        self._n_missing = 0
        self._said: list[Event] = []
        self._part = SourcePart(
            path,
            settings=settings,
            start_us=start_us,
            first_index=first_index,
            reader=self._reader,
            live=arrivals,
        )

    @property
    def streams(self) -> tuple[StreamInfo, ...]:
        """The streams, as announced."""
        return self._part.reader.streams

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """The one camera, with the size of its newest picture."""
        return (self._part.camera,)

    @property
    def n_packets(self) -> int:
        """How many KLV packets came so far."""
        return self._part.n_packets

    @property
    def n_packets_damaged(self) -> int:
        """How many of them are damaged."""
        return self._part.n_packets_damaged

    def units(self) -> Iterator[Unit]:
        """Yield what comes, in order, once, until the feed is closed."""
        for unit in self._part.units():
            self._note_missing()
            yield unit

    def recording_ticks(self, video_time_us: int) -> int | None:
        """Return the 90 kHz stamp that a time has in the recording; None before any picture."""
        return self._part.recording_ticks(video_time_us)

    def warnings(self) -> tuple[CountedWarning, ...]:
        """What went wrong so far, counted."""
        return self._part.warnings()

    def events(self) -> tuple[Event, ...]:
        """What happened since this was last asked."""
        said, self._said = tuple(self._said), []
        return said + self._part.events()

    def _note_missing(self) -> None:
        """Say where packets are missing: the link lost them, or the sender did."""
        n_new = self._reader.n_missing - self._n_missing
        if n_new:
            self._n_missing += n_new
            self._said.append(
                Event(
                    kind="packets_missing",
                    what="Packets of the transport stream are missing here; pictures and metadata"
                    " near it may be damaged.",
                    video_time_us=max(0, self._part.clock.latest_us),
                    details={"places": n_new},
                )
            )

    def close(self) -> None:
        """Let go of the link."""
        self._feed.close()
        self._part.close()


class _FeedFile:
    """The bytes of a feed as a file; closing it leaves the feed as it is."""

    def __init__(self, feed: LiveFeed) -> None:
        self._arrivals = feed.arrivals

    def read(self, n_bytes: int, /) -> bytes:
        """Return what has come, waiting for some; nothing at the end."""
        return self._arrivals.read(n_bytes)

    def close(self) -> None:
        """Do nothing."""


def open_live_source(
    feed: LiveFeed,
    *,
    settings: SourceSettings,
    arrivals: LiveArrivals,
    first_index: int = 0,
    start_us: int = 0,
) -> LiveSource:
    """Wait until the video shows itself, then open it.

    Raises:
        InputError: What comes has no video that can be decoded.
        FormatError: What comes is no transport stream.
        DeviceError: Nothing came until the link was closed.
    """
    options = look_at_head(feed)
    return LiveSource(
        feed,
        settings=settings,
        arrivals=arrivals,
        options=options,
        first_index=first_index,
        start_us=start_us,
    )


def look_at_head(feed: LiveFeed) -> dict[str, str]:
    """Wait until the head of what comes tells the video; return options for its demuxer.

    The head is looked at again as it grows, so that no more is waited for than is needed. Where
    each PES packet holds one picture, the parser of the video library is left out: it holds a
    picture back until the one after has come, a whole frame on top of the one that the end of a
    PES packet costs.
    """
    n_bytes = 0
    while True:
        before = n_bytes
        head = feed.arrivals.peek(more_than=max(_FIRST_LOOK_BYTES, n_bytes + n_bytes // 8))
        n_bytes = len(head)
        is_last = n_bytes <= before
        found = _pictures_and_starts(head, name=feed.address.shown)
        if found is not None:
            n_pictures, n_starts = found
            options = {"probesize": str(max(32, n_bytes)), "analyzeduration": "0"}
            is_one_each = abs(n_pictures - n_starts) <= 1
            return {**options, "fflags": "noparse"} if is_one_each else options
        if is_last or n_bytes > _MOST_HEAD_BYTES:
            raise _no_video(feed, n_bytes)


def _pictures_and_starts(head: bytes, *, name: str) -> tuple[int, int] | None:
    """Return how many pictures and how many PES packets of video a head holds; None without."""
    if not head:
        return None
    try:
        container = open_container(
            io.BytesIO(head), path=Path(name), head=head, format_name="mpegts"
        )
    except (FormatError, InputError):
        return None
    try:
        video = container.video
        n_pictures = sum(
            packet.stream.index == video.index and packet.size > 0 for packet in container.packets()
        )
        rows = packet_rows(head)
        is_start = starts_of(rows) & (pids_of(rows) == video.id)
        return n_pictures, int(np.count_nonzero(is_start))
    finally:
        container.close()


def _no_video(feed: LiveFeed, n_bytes: int) -> InputError | DeviceError:
    if n_bytes:
        return InputError(
            where=feed.address.shown,
            what=f"sends a transport stream without video that can be decoded ({n_bytes} bytes"
            " were looked at).",
            mend="Let the encoder repeat its parameter sets (SPS and PPS, or a sequence header)"
            " with each key picture; the recording holds what came.",
        )
    why = feed.status().why
    return DeviceError(
        where=feed.address.shown,
        what=f"nothing came{f': it {why}' if why else '.'}",
        mend="Start the sender, or look at address, port and firewall.",
    )
