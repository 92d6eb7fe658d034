"""What a live run does besides: it stays in time, measures how late it is, and says so."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from plainview.formats.live_arrivals import LiveArrivals
from plainview.formats.live_feed import LinkStatus, LiveFeed
from plainview.mission.delay_tally import DelayTally
from plainview.mission.live_conventions import LiveConventions
from plainview.mission.live_facts import LiveFacts
from plainview.mission.live_recorder import LiveRecorder
from plainview.mission.run_writer import ResumePoint
from plainview.model import CountedWarning, Event, Unit
from plainview.units import microseconds_from_seconds, seconds_from_microseconds

__all__ = ["EarlierRun", "LiveRun", "LiveStatus"]

_RATE_OVER_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveStatus:
    """How a live run goes just now.

    Args:
        link: How the link is.
        n_frames: Frames that were observed.
        n_dropped: Frames that were dropped, or not even decoded, so that the rest is in time.
        frames_per_s: Rate of the last seconds.
        delay_s: Median and 95th percentile of the newest delays; None before the first frame.
        n_recorded_bytes: What was recorded.
        view_method: How the newest frame's View was made; None where it has none.
    """

    link: LinkStatus
    n_frames: int
    n_dropped: int
    frames_per_s: float
    delay_s: tuple[float, float] | None
    n_recorded_bytes: int
    view_method: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlierRun:
    """What a run that was killed left of its mission; nothing is the beginning of one.

    Args:
        n_frames: Frames that its tables hold.
        last_video_time_us: When the last of them is, on the video's clock; None without any.
        last_track_id: The largest identity that was given.
        stopped_s: How long ago it ended.
    """

    n_frames: int = 0
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
    """Decides which frames are observed, and knows how late each is.

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
        known = before or EarlierRun()
        self.n_frames_before, self.first_track_id = known.n_frames, known.last_track_id + 1
        self._feed = feed
        self._arrivals = arrivals
        self._conventions = conventions
        self._max_delay_s = max_delay_s
        self._clock = clock
        self._delays = DelayTally()
        self._n_frames = 0
        self._n_dropped = 0
        self._first_drop_us: int | None = None
        self._is_apart = False
        self._observed_s = clock()
        self._rate = (clock(), 0, 0.0)
        self._view_method: str | None = None

    def admitted(self, unit: Unit, n_frames: int) -> Unit:
        """Return the unit; without its frame where that has waited too long.

        Args:
            unit: As it came.
            n_frames: Frames of the mission before it: frames are numbered as they are observed.
        """
        self._conventions.add(unit.payloads)
        frame = unit.frame
        if frame is None:
            return unit
        is_apart = self._is_apart or frame.is_discontinuous
        if self._is_late(unit.arrived_s):
            self._n_dropped += 1
            if self._first_drop_us is None:
                self._first_drop_us = frame.video_time_us
            self._is_apart = is_apart
            return replace(unit, frame=None)
        self._is_apart = False
        return replace(unit, frame=replace(frame, frame_index=n_frames, is_discontinuous=is_apart))

    def note_observed(self, unit: Unit) -> None:
        """Take note that the frame of a unit has been observed just now."""
        now_s = self._observed_s = self._clock()
        if unit.arrived_s is not None:
            self._delays.add(now_s - unit.arrived_s)
        self._n_frames += 1
        since_s, n_then, _ = self._rate
        if now_s - since_s >= _RATE_OVER_S:
            self._rate = (now_s, self._n_frames, (self._n_frames - n_then) / (now_s - since_s))
        view = None if unit.frame is None else unit.frame.view
        self._view_method = None if view is None else str(view.view_method)

    def status(self) -> LiveStatus:
        """Return how it goes just now; any thread may ask."""
        since_s, n_then, before_hz = self._rate
        age_s = self._clock() - since_s
        rate_hz = (self._n_frames - n_then) / age_s if age_s > 1.0 else before_hz
        return LiveStatus(
            link=self._feed.status(),
            n_frames=self.n_frames_before + self._n_frames,
            n_dropped=self.n_dropped,
            frames_per_s=rate_hz,
            delay_s=self._delays.recent_s(),
            n_recorded_bytes=self._feed.arrivals.n_bytes,
            view_method=self._view_method,
        )

    @property
    def n_dropped(self) -> int:
        """Frames that came and were not observed."""
        return self._n_dropped + self._arrivals.n_skipped

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
            found.append(_dropped_warning(self.n_dropped, self._first_drop_us))
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
        return LiveFacts(live=live, counts={"frames_dropped": self.n_dropped})

    def _is_late(self, arrived_s: float | None) -> bool:
        """Say whether a frame is dropped; where all are late, one is still looked at now and then.

        Otherwise a machine that is late by itself would look at none.
        """
        if self._max_delay_s is None or arrived_s is None:
            return False
        now_s = self._clock()
        is_due = now_s - self._observed_s > self._max_delay_s
        return now_s - arrived_s > self._max_delay_s and not is_due


def _dropped_warning(count: int, first_us: int | None) -> CountedWarning:
    first = 0.0 if first_us is None else seconds_from_microseconds(first_us)
    return CountedWarning(
        code="frames_dropped",
        count=count,
        first=f"{first:.3f} s",
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
