"""What a live run does besides: it stays in time, measures how late it is, and says so."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

from plainview.formats.live_arrivals import LiveArrivals
from plainview.formats.live_feed import LinkStatus, LiveFeed
from plainview.formats.source_camera import camera_order
from plainview.mission.camera_pace import CameraPace, CameraStatus
from plainview.mission.delay_tally import DelayTally
from plainview.mission.live_conventions import LiveConventions
from plainview.mission.live_facts import LiveFacts
from plainview.mission.live_recorder import LiveRecorder
from plainview.mission.run_writer import ResumePoint
from plainview.model import CountedWarning, Event, Unit
from plainview.units import microseconds_from_seconds, seconds_from_microseconds

__all__ = ["EarlierRun", "LiveRun", "LiveStatus"]


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStatus:
    """How a live run goes just now.

    Args:
        link: How the link is.
        cameras: How each camera goes, in order; none before the first frame.
        n_frames: Frames that were observed, of all cameras.
        n_dropped: Frames that were dropped, or not even decoded, so that the rest is in time.
        delay_s: Median and 95th percentile of the newest delays; None before the first frame.
        n_recorded_bytes: What was recorded.
    """

    link: LinkStatus
    cameras: tuple[CameraStatus, ...]
    n_frames: int
    n_dropped: int
    delay_s: tuple[float, float] | None
    n_recorded_bytes: int


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRun:
    """What a run that was killed left of its mission; nothing is the beginning of one.

    Args:
        n_frames_of: Frames that its tables hold, of each camera.
        last_video_time_us: When the last of them is, on the video's clock; None without any.
        last_track_id: The largest identity that was given.
        stopped_s: How long ago it ended.
    """

    n_frames_of: Mapping[str, int] = field(default_factory=dict)
    last_video_time_us: int | None = None
    last_track_id: int = 0
    stopped_s: float = 0.0

    @property
    def next_video_time_us(self) -> int:
        """The video time of the picture that comes now."""
        if self.last_video_time_us is None:
            return 0
        return self.last_video_time_us + max(1, microseconds_from_seconds(self.stopped_s))


class LiveRun:
    """Decides which frames are observed, and knows how late each is, camera by camera.

    Args:
        feed: Where packets come from.
        arrivals: What is known of them, and which are not decoded.
        recorder: What records the packets.
        conventions: How the metadata are read.
        max_delay_s: Frames that have waited longer are dropped; None waits instead.
        before: What an earlier run that was killed left of the mission.
        clock: Seconds; that of the feed.
    """

    resume: Final = ResumePoint(
        n_frames_in_tables=0, n_frames_in_videos={}, checkpoint=None, are_events_replayed=False
    )
    """A link cannot be replayed: an interrupted mission goes on behind what it has."""

    def __init__(
        self,
        feed: LiveFeed,
        *,
        arrivals: LiveArrivals,
        recorder: LiveRecorder,
        conventions: LiveConventions,
        max_delay_s: float | None,
        before: EarlierRun | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.recorder = recorder
        self._before = before or EarlierRun()
        self._feed = feed
        self._arrivals = arrivals
        self._conventions = conventions
        self._max_delay_s = max_delay_s
        self._clock = clock
        self._delays = DelayTally()
        self._paces: dict[str, CameraPace] = {}

    @property
    def n_frames_before_of(self) -> Mapping[str, int]:
        """How many frames of each camera an earlier run has observed."""
        return self._before.n_frames_of

    @property
    def cameras(self) -> tuple[str, ...]:
        """The cameras that are followed, whether they send yet or not."""
        return tuple(self._paces)

    def first_track_id(self, *, n_cameras: int) -> int:
        """Return from where on each camera counts its tracks, so that none gets an old identity."""
        return -(-self._before.last_track_id // n_cameras) + 1

    def follow(self, cameras: tuple[str, ...]) -> None:
        """Say which cameras there are, once the source is open."""
        self._paces = {
            name: CameraPace(
                name,
                max_delay_s=self._max_delay_s,
                n_frames_before=self._before.n_frames_of.get(name, 0),
                clock=self._clock,
            )
            for name in sorted(cameras, key=camera_order)
        }

    def admitted(self, unit: Unit, n_frames_of: Mapping[str, int]) -> Unit:
        """Return the unit; without its frame where that has waited too long.

        Args:
            unit: As it came.
            n_frames_of: Frames of each camera before it: they are numbered as they are observed.
        """
        self._conventions.add(unit.payloads)
        if unit.frame is None:
            return unit
        name = unit.frame.camera.name
        frame = self._paces[name].admitted(
            unit.frame, arrived_s=unit.arrived_s, index=n_frames_of.get(name, 0)
        )
        return replace(unit, frame=frame)

    def note_observed(self, unit: Unit) -> None:
        """Take note that the frame of a unit has been observed just now."""
        if unit.frame is None:
            return
        pace = self._paces[unit.frame.camera.name]
        delay_s = pace.note_observed(unit.frame, arrived_s=unit.arrived_s)
        if delay_s is not None:
            self._delays.add(delay_s)

    def status(self) -> LiveStatus:
        """Return how it goes just now; any thread may ask."""
        cameras = tuple(
            pace.status(n_skipped=self._arrivals.n_skipped(name))
            for name, pace in self._paces.items()
        )
        return LiveStatus(
            link=self._feed.status(),
            cameras=cameras,
            n_frames=sum(each.n_frames for each in cameras)
            or sum(self._before.n_frames_of.values()),
            n_dropped=self.n_dropped,
            delay_s=self._delays.recent_s(),
            n_recorded_bytes=self._feed.arrivals.n_bytes,
        )

    @property
    def n_dropped(self) -> int:
        """Frames that came and were not observed."""
        return sum(self._n_dropped_of(name) for name in self._paces)

    def take_events(self) -> tuple[Event, ...]:
        """Return what happened since this was last asked."""
        return self._conventions.take_events() + self.recorder.take_events()

    def close(self) -> None:
        """Receive no more; what came is recorded."""
        self._feed.close()
        self._conventions.close()

    def warnings(self) -> tuple[CountedWarning, ...]:
        """What a live run warns of, counted."""
        link = self._feed.status()
        found = []
        if self.n_dropped:
            found.append(_dropped_warning(self.n_dropped, self._first_drop()))
        if link.n_lost:
            found.append(_lost_warning(link.n_lost, self._feed.address.shown))
        if link.n_damaged:
            found.append(_damaged_warning(link.n_damaged, self._feed.address.shown))
        if self._feed.gaps:
            found.append(_gaps_warning(len(self._feed.gaps), self._feed.address.shown))
        return tuple(found)

    def describe(self) -> LiveFacts:
        """Return what ``mission.json`` says of it."""
        link = self._feed.status()
        gaps_s = [gap.gap_s for gap in self._feed.gaps]
        live: dict[str, Any] = {
            "address": self._feed.address.shown,
            "delay_s": self._delays.describe(),
            "max_delay_s": self._max_delay_s,
            "received_bytes": link.n_bytes,
            "links": link.n_links,
            "gaps": len(gaps_s),
            "gaps_total_s": round(sum(gaps_s), 3),
            "packets_lost_by_link": link.n_lost,
            "metadata_damaged_by_link": link.n_damaged,
        }
        if len(self._paces) > 1:
            live["cameras"] = [
                {
                    "name": name,
                    "delay_s": pace.delays.describe(),
                    "frames_dropped": self._n_dropped_of(name),
                }
                for name, pace in self._paces.items()
            ]
        return LiveFacts(live=live, counts={"frames_dropped": self.n_dropped})

    def _n_dropped_of(self, name: str) -> int:
        return self._paces[name].n_dropped + self._arrivals.n_skipped(name)

    def _first_drop(self) -> str:
        """Return where the first frame was dropped, and of which camera where there are several."""
        drops = {
            name: 0 if pace.first_drop_us is None else pace.first_drop_us
            for name, pace in self._paces.items()
            if self._n_dropped_of(name)
        }
        first = min(drops, key=drops.__getitem__)
        place = f"{seconds_from_microseconds(drops[first]):.3f} s"
        return f"{first}, {place}" if len(self._paces) > 1 else place


def _dropped_warning(count: int, first: str) -> CountedWarning:
    return CountedWarning(
        code="frames_dropped",
        count=count,
        first=first,
        what="Frames were recorded and not looked at, so that the others were in time.",
        mend="Process recording.ts afterwards, use a faster machine, leave the overlay out"
        " (--no-overlay), or wait for every frame (--no-drop).",
    )


def _lost_warning(count: int, where: str) -> CountedWarning:
    return CountedWarning(
        code="link_packets_lost",
        count=count,
        first=where,
        what="Packets of the link never came.",
        mend="Use SRT with a longer latency (?latency=500), or a better link.",
    )


def _damaged_warning(count: int, where: str) -> CountedWarning:
    return CountedWarning(
        code="link_metadata_damaged",
        count=count,
        first=where,
        what="Units of metadata were left out: packets of theirs never came.",
        mend="Let the server send over TCP (rtsp://), or use a better link.",
    )


def _gaps_warning(count: int, where: str) -> CountedWarning:
    return CountedWarning(
        code="link_gaps",
        count=count,
        first=where,
        what="The link was silent or lost, and came back.",
        mend="`events.jsonl` says when and for how long (`link_gap`); look at the link.",
    )
