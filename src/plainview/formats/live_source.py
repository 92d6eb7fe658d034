"""A live link as a source: its units as they come, on one clock, through every gap."""

import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from plainview.formats.arrival_branches import ArrivalBranch, ArrivalBranches
from plainview.formats.live_arrivals import LiveArrivals
from plainview.formats.live_feed import LiveFeed
from plainview.formats.live_head import (
    LiveHead,
    cameras_of_head,
    look_at_head,
    wait_for_video,
)
from plainview.formats.live_merge import CameraStream, LiveMerge
from plainview.formats.parted_file import ReadOnce
from plainview.formats.source_camera import SourceCamera, camera_order
from plainview.formats.source_part import SourcePart
from plainview.formats.source_settings import SourceSettings
from plainview.formats.transport_reader import TransportReader
from plainview.formats.warning_tally import warnings_of_cameras
from plainview.model import Camera, CountedWarning, Event, StreamInfo, Unit

__all__ = ["LiveSource", "open_live_source"]

_MOST_WAITED_S: Final = 1.0
_POLL_S: Final = 0.005


class LiveSource:
    """What comes over one link; implements ``model.Source``.

    Each camera reads all that comes by itself, several in a thread each, and their Units are given
    out as they come: a camera's frames are in order, those of two nearly so. One that is announced
    and does not send yet joins them when it does.

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
        self._path, self._settings, self._start_us = path, settings, start_us
        self._arrivals = arrivals
        self._plans = plans
        for plan, branch in zip(plans, self._branches.branches, strict=True):
            if plan.choice.pid is None or plan.choice.pid in head.shown:
                self._open_part(plan, branch, options=head.options)

    @property
    def streams(self) -> tuple[StreamInfo, ...]:
        """The streams, as announced."""
        return self._parts[0].reader.streams

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """The cameras, each with the size of its newest picture."""
        cameras = (part.camera for part in self._parts)
        return tuple(sorted(cameras, key=lambda camera: camera_order(camera.name)))

    @property
    def camera_names(self) -> tuple[str, ...]:
        """The cameras, and those that may join them."""
        return tuple(sorted((plan.name for plan in self._plans), key=camera_order))

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
        if len(self._plans) == 1:
            return self._parts[0].units()
        parts = {part.plan.name: part for part in self._parts}
        self._merge = LiveMerge(
            [
                CameraStream(
                    name=plan.name,
                    units=parts[plan.name].units
                    if plan.name in parts
                    else partial(self._units_of_late, plan, branch),
                    end=branch.close,
                )
                for plan, branch in zip(self._plans, self._branches.branches, strict=True)
            ]
        )
        return self._merge.units()

    def _units_of_late(self, plan: SourceCamera, branch: ArrivalBranch) -> Iterator[Unit]:
        """Yield the Units of a camera that is announced, once it sends."""
        head, place = wait_for_video(
            branch.read, pid=plan.choice.pid or 0, name=self._feed.address.shown
        )
        if head is None:
            tally = self._parts[0].reader.tally
            tally.add("video_streams_left", first=self._path.name, count=int(place > 0))
            return
        self._let_others_reach(place + len(head.data))
        self._arrivals.of_camera(plan.name).begin_at(place)
        shared = None if plan.shared is None else plan.shared.for_one_that_joins()
        part = self._open_part(
            replace(plan, shared=shared), _Resumed(head.data, branch), options=head.options
        )
        yield from part.units()

    def _let_others_reach(self, place: int) -> None:
        """Wait a little until the others have read that far: they say what the time is there."""
        until_s = time.monotonic() + _MOST_WAITED_S
        while time.monotonic() < until_s:
            if min(part.last_offset or 0 for part in self._parts) >= place:
                return
            time.sleep(_POLL_S)

    def _open_part(
        self, plan: SourceCamera, file: ReadOnce, *, options: Mapping[str, str]
    ) -> SourcePart:
        reader = TransportReader(
            file, path=self._path, head=b"", options=options, choice=plan.choice
        )
        part = SourcePart(
            self._path,
            settings=self._settings,
            start_us=self._start_us,
            reader=reader,
            plan=plan,
            live=self._arrivals.of_camera(plan.name),
        )
        self._readers.append(reader)
        self._parts.append(part)
        return part

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


class _Resumed:
    """What was read already, and what comes after it."""

    def __init__(self, head: bytes, branch: ArrivalBranch) -> None:
        self._head = head
        self._branch = branch

    def read(self, n_bytes: int, /) -> bytes:
        """Return the next bytes, waiting for some; none at the end."""
        if self._head:
            data, self._head = self._head[:n_bytes], self._head[n_bytes:]
            return data
        return self._branch.read(n_bytes)

    def close(self) -> None:
        """Read no more."""
        self._branch.close()


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
