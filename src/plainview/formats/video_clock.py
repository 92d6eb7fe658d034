"""The video's own clock: stamps of its packets to one time that only goes forward."""

import threading
from copy import copy
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["PTS_WRAP", "FrameTime", "PacketTime", "SharedClock", "VideoClock"]

PTS_WRAP: Final = 1 << 33
"""Stamps of a transport stream have 33 bits."""

_MAX_GAP_US: Final = 3600 * MICROSECONDS_PER_SECOND
"""A forward jump of more is a new clock, not a gap."""

_MAX_APART_US: Final = 10 * MICROSECONDS_PER_SECOND
"""Metadata that lies further from the picture beside it does not follow the video's clock."""

_MIN_GAP_US: Final = MICROSECONDS_PER_SECOND
_GAP_INTERVALS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _ClockSegment:
    """A stretch of stamps on one clock: a stamp, unwrapped, and the time it stands for."""

    first_pts: int
    first_us: int
    us_per_unit: Fraction

    def time_us(self, pts: int) -> int:
        """Return the video time of an unwrapped stamp."""
        return self.first_us + round((pts - self.first_pts) * self.us_per_unit)

    def pts(self, time_us: int) -> int:
        """Return the unwrapped stamp that stands for a video time."""
        return self.first_pts + round((time_us - self.first_us) / self.us_per_unit)


class SharedClock:
    """The stretches of stamps that several videos of one input have in common.

    Pictures of two videos with the same stamp have the same time, also after the clock of their
    encoder began anew: the video that meets the jump first says where it goes on. Videos of a link
    are read by a thread each.

    Args:
        first_pts: The earliest first stamp of these videos.
        start_us: The time that it stands for.
        time_base: Their unit of time in seconds.
    """

    def __init__(self, *, first_pts: int, start_us: int, time_base: Fraction) -> None:
        self.first_pts = first_pts
        self._newest = [(first_pts, start_us)]
        self._lock = threading.Lock()
        self._us_per_unit = time_base * MICROSECONDS_PER_SECOND
        self._segments = [
            _ClockSegment(first_pts=first_pts, first_us=start_us, us_per_unit=self._us_per_unit)
        ]
        self._is_joined_late = False

    def for_one_that_joins(self) -> "SharedClock":
        """Return the same clock for a video that begins now: it is where the others are."""
        joined = copy(self)
        joined._is_joined_late = True
        return joined

    @property
    def near_pts(self) -> int:
        """A stamp, unwrapped, near the first of a video."""
        return self._newest[0][0] if self._is_joined_late else self.first_pts

    def note(self, pts: int, *, time_us: int) -> None:
        """Take note of how far a video is."""
        self._newest[0] = (pts, time_us)

    def segment(self, pts: int, *, next_us: int | None) -> _ClockSegment:
        """Return the stretch that a stamp begins for one video.

        Args:
            pts: The stamp, unwrapped.
            next_us: When the video's next picture would be; None for its first.
        """
        if next_us is None and not self._is_joined_late:
            return self._segments[0]
        next_us = self._newest[0][1] if next_us is None else next_us
        with self._lock:
            for segment in reversed(self._segments):
                if -_MIN_GAP_US <= segment.time_us(pts) - next_us <= _MAX_APART_US:
                    return segment
            begun = _ClockSegment(first_pts=pts, first_us=next_us, us_per_unit=self._us_per_unit)
            self._segments.append(begun)
            return begun


@dataclass(slots=True, kw_only=True, eq=False)
class PacketTime:
    """When a packet is, once it is known.

    Args:
        pts: Its stamp, unwrapped; None where it has none that can be believed.
        segment: The clock that it is on; None until the packets after it have shown
            whether a jump of the stamp was one of the clock.
    """

    pts: int | None
    segment: _ClockSegment | None

    @property
    def is_settled(self) -> bool:
        """Whether it can be decoded."""
        return self.segment is not None

    @property
    def time_us(self) -> int | None:
        """The video time; None where it is not known."""
        if self.segment is None or self.pts is None:
            return None
        return self.segment.time_us(self.pts)


@dataclass(frozen=True, slots=True, kw_only=True)
class FrameTime:
    """When a frame is, and how the clock came there.

    Args:
        video_time_us: The time.
        gap_us: How long nothing was there before it; 0 where it follows on.
        is_step: Whether the clock jumped, so that the time since the frame before is a guess.
        is_guessed: Whether the frame had no stamp to be believed.
    """

    video_time_us: int
    gap_us: int = 0
    is_step: bool = False
    is_guessed: bool = False


class VideoClock:
    """Turns the stamps of one stream into ``video_time_us``.

    A jump of one packet alone is a damaged stamp and is not believed. Where the clock itself
    jumps back, or forward by over an hour, the first frame after is one interval later.

    Args:
        time_base: The stream's unit of time in seconds.
        wrap: After how many units stamps begin again; None means never.
        interval_us: What the stream says about the time between its frames.
        start_us: The video time of the first packet.
        shared: The clock of all videos of the input; None where this is the only one.
    """

    def __init__(
        self,
        *,
        time_base: Fraction,
        wrap: int | None = None,
        interval_us: int = 40_000,
        start_us: int = 0,
        shared: SharedClock | None = None,
    ) -> None:
        self._shared = shared
        self.interval_us = interval_us
        self._us_per_unit = time_base * MICROSECONDS_PER_SECOND
        self._wrap = wrap
        self._start_us = start_us
        self._segments: list[_ClockSegment] = []
        self._last_stamp: int | None = None
        self._suspect: tuple[PacketTime, int] | None = None
        self._latest_us = start_us - interval_us
        self._frame_us: int | None = None
        self._frame_segment: _ClockSegment | None = None
        self._silent_us = 0

    @property
    def latest_us(self) -> int:
        """The latest time of the packets so far."""
        return self._latest_us

    @property
    def frame_us(self) -> int | None:
        """The time of the last frame; None before the first."""
        return self._frame_us

    @property
    def n_steps(self) -> int:
        """How often the clock itself jumped."""
        return max(0, len(self._segments) - 1)

    @property
    def max_gap_us(self) -> int:
        """The longest time between two frames that is not a gap."""
        return max(_MIN_GAP_US, _GAP_INTERVALS * self.interval_us)

    def note_silence(self, silent_us: int) -> None:
        """Take note of how long nothing came before the next packet, on the clock of the room.

        It counts only where the stamps begin anew there and cannot say it themselves.
        """
        self._silent_us = silent_us

    def take_packet(self, *, pts: int | None, dts: int | None) -> PacketTime:
        """Place the next packet; packets come in file order."""
        stamp = pts if dts is None else dts
        if stamp is None:
            return PacketTime(pts=None, segment=self._current())
        near = self._shared.near_pts if self._shared and self._last_stamp is None else None
        stamp = self._unwrapped(stamp, near if self._last_stamp is None else self._last_stamp)
        unwrapped = None if pts is None else self._unwrapped(pts, stamp)
        packet = PacketTime(pts=unwrapped, segment=None)
        if self._last_stamp is None:
            self._begin(stamp if packet.pts is None else packet.pts)
        elif self._is_jump(stamp - self._last_stamp):
            return self._take_jump(packet, stamp)
        elif self._suspect is not None:
            self._disbelieve(self._suspect[0])
        self._silent_us = 0
        self._settle(packet, stamp)
        return packet

    def finish(self) -> None:
        """Settle what is open at the end of the stream."""
        if self._suspect is not None:
            self._disbelieve(self._suspect[0])

    def take_frame(self, packet: PacketTime, *, pts: int | None) -> FrameTime:
        """Return when a frame is; frames come in the order in which they are shown.

        Args:
            packet: The packet that it was decoded from.
            pts: Its own stamp; None where it has none.
        """
        segment = packet.segment or self._current()
        before_us, was = self._frame_us, self._frame_segment
        self._frame_segment = segment
        if pts is None or packet.pts is None:
            return self._frame(self._next_us(), is_guessed=True)
        time_us = segment.time_us(self._unwrapped(pts, packet.pts))
        if before_us is None:
            return self._frame(max(time_us, self._start_us))
        if time_us <= before_us:
            return self._frame(before_us + max(1, self.interval_us // 2), is_guessed=True)
        if segment is not was:
            return self._frame(time_us, is_step=True)
        delta_us = time_us - before_us
        if delta_us > self.max_gap_us:
            return self._frame(time_us, gap_us=delta_us)
        self.interval_us += round((delta_us - self.interval_us) / 8)
        return self._frame(time_us)

    def time_us(self, pts: int) -> int | None:
        """Return the time of a stamp of a metadata stream on the same clock.

        Returns:
            The time, below 0 for what came before the first picture; None before any picture
            came, and where the stamp lies too far from the pictures beside it.
        """
        if not self._segments or self._last_stamp is None:
            return None
        times = [
            segment.time_us(self._unwrapped(pts, segment.pts(self._latest_us)))
            for segment in self._segments[-2:]
        ]
        nearest_us = min(times, key=lambda time_us: abs(time_us - self._latest_us))
        return nearest_us if abs(nearest_us - self._latest_us) <= _MAX_APART_US else None

    def unwrapped_us(self, pts: int) -> int:
        """Return a stamp near the last packet's in microseconds of the container's own clock."""
        return round(self._unwrapped(pts, self._last_stamp) * self._us_per_unit)

    def pts(self, video_time_us: int) -> int | None:
        """Return the stamp, as in the stream, that stands for this time; None before any."""
        if not self._segments:
            return None
        begun = [s for s in self._segments if s.first_us <= video_time_us] or self._segments[:1]
        pts = begun[-1].pts(video_time_us)
        return pts % self._wrap if self._wrap else pts

    def _take_jump(self, packet: PacketTime, stamp: int) -> PacketTime:
        """Believe a jump when a second packet follows it."""
        if self._suspect is None:
            self._suspect = packet, stamp
            return packet
        suspect, suspect_stamp = self._suspect
        if self._is_jump(stamp - suspect_stamp):
            self._disbelieve(suspect)
            self._suspect = packet, stamp
            return packet
        self._suspect = None
        self._jump_to(suspect, suspect_stamp)
        self._settle(packet, stamp)
        return packet

    def _jump_to(self, packet: PacketTime, stamp: int) -> None:
        jump_us = (stamp - (self._last_stamp or 0)) * self._us_per_unit
        if not 0 <= jump_us <= _MAX_GAP_US:
            self._begin(stamp if packet.pts is None else packet.pts)
        self._settle(packet, stamp)

    def _begin(self, pts: int) -> None:
        next_us = self._latest_us + max(self.interval_us, self._silent_us)
        if self._shared is not None:
            is_first = self._last_stamp is None
            begun = self._shared.segment(pts, next_us=None if is_first else next_us)
        else:
            begun = _ClockSegment(first_pts=pts, first_us=next_us, us_per_unit=self._us_per_unit)
        self._segments.append(begun)
        self._silent_us = 0

    def _settle(self, packet: PacketTime, stamp: int) -> None:
        packet.segment = self._current()
        self._last_stamp = stamp
        if packet.time_us is not None:
            self._latest_us = max(self._latest_us, packet.time_us)
        if self._shared is not None:
            self._shared.note(stamp, time_us=self._latest_us)

    def _disbelieve(self, packet: PacketTime) -> None:
        packet.pts, packet.segment, self._suspect = None, self._current(), None

    def _current(self) -> _ClockSegment:
        if not self._segments:
            self._begin(0)
        return self._segments[-1]

    def _is_jump(self, delta: int) -> bool:
        delta_us = delta * self._us_per_unit
        return not -_MIN_GAP_US <= delta_us <= max(2 * _MIN_GAP_US, 5 * self.interval_us)

    def _next_us(self) -> int:
        return self._start_us if self._frame_us is None else self._frame_us + self.interval_us

    def _frame(
        self, time_us: int, *, gap_us: int = 0, is_step: bool = False, is_guessed: bool = False
    ) -> FrameTime:
        self._frame_us = time_us
        return FrameTime(
            video_time_us=time_us, gap_us=gap_us, is_step=is_step, is_guessed=is_guessed
        )

    def _unwrapped(self, stamp: int, near: int | None) -> int:
        """Return the stamp nearest to another that equals this one but for whole wraps."""
        if near is None or self._wrap is None:
            return stamp
        half = self._wrap // 2
        return near + (stamp - near + half) % self._wrap - half
