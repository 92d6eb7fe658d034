"""When the pictures and payloads of an input are: one by one, or from columns of stamps."""

from array import array
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.formats.stream_head import StreamHead
from plainview.formats.transport_columns import NO_STAMP
from plainview.formats.transport_scan import ScanFacts
from plainview.formats.video_clock import PTS_WRAP, PacketTime, VideoClock

__all__ = ["SurveyedTimes", "TimesOfPackets", "times_of_scan", "unwrapped_ticks"]

_TICKS_PER_SECOND: Final = 90_000
_MAX_APART_US: Final = 10_000_000
"""As in `VideoClock.time_us`: metadata further from the picture beside it has no place there."""

Times = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SurveyedTimes:
    """Times of everything, microseconds of the video's clock.

    Args:
        picture_us: (n,) of the pictures that have one, ascending.
        n_untimed_pictures: Pictures that have none.
        klv_us: (k,) of the payloads of each stream, in order; where the video was for a
            payload without a stamp.
        n_without_time: How many of each have no stamp.
        n_steps: How often the video's clock jumped.
        max_gap_us: The longest time between two pictures that is not a gap.
    """

    picture_us: Times
    n_untimed_pictures: int
    klv_us: dict[int, Times]
    n_without_time: dict[int, int]
    n_steps: int
    max_gap_us: int


class TimesOfPackets:
    """Takes pictures and payloads as they come, and asks the video's clock for each.

    Args:
        clock: Of the video, unused.
    """

    def __init__(self, clock: VideoClock) -> None:
        self._clock = clock
        self._waiting: list[PacketTime] = []
        self._picture_us = array("q")
        self._klv_us: dict[int, array[int]] = {}
        self._n_without_time: dict[int, int] = {}
        self._n_untimed = 0

    def take_picture(self, *, pts: int | None, dts: int | None) -> None:
        """Take the next picture in file order."""
        self._waiting.append(self._clock.take_packet(pts=pts, dts=dts))
        self._note_pictures()

    def take_klv(self, stream: int, *, pts: int | None) -> None:
        """Take the next payload, behind the pictures that begin before it and one more."""
        times_us = self._klv_us.setdefault(stream, array("q"))
        time_us = None if pts is None else self._clock.time_us(pts)
        self._n_without_time[stream] = self._n_without_time.get(stream, 0) + (pts is None)
        times_us.append(self._clock.latest_us if time_us is None else time_us)

    def finish(self) -> None:
        """Settle what is open once the last picture was taken; payloads may still come."""
        self._clock.finish()
        self._note_pictures()

    def times(self) -> SurveyedTimes:
        """Return the times of what was taken."""
        return SurveyedTimes(
            picture_us=np.sort(np.array(self._picture_us, np.int64)),
            n_untimed_pictures=self._n_untimed,
            klv_us={pid: np.array(each, np.int64) for pid, each in self._klv_us.items()},
            n_without_time=dict(self._n_without_time),
            n_steps=self._clock.n_steps,
            max_gap_us=self._clock.max_gap_us,
        )

    def _note_pictures(self) -> None:
        while self._waiting and self._waiting[0].is_settled:
            time_us = self._waiting.pop(0).time_us
            if time_us is None:
                self._n_untimed += 1
            else:
                self._picture_us.append(time_us)


def times_of_scan(head: StreamHead, facts: ScanFacts) -> SurveyedTimes:
    """Return the times of what a pass over a transport stream found."""
    offsets, pts, dts = (
        np.concatenate([*chunks, np.zeros(0, np.int64)])
        for chunks in (facts.picture_offsets, facts.picture_pts, facts.picture_dts)
    )
    klv = {
        pid: (np.concatenate(facts.klv_pts[pid]), np.concatenate(facts.klv_offsets[pid]))
        for pid in facts.klv_pts
    }
    if not len(pts) or _has_jump(pts, dts, interval_us=head.clock.interval_us):
        return _replayed(head.clock, (offsets, pts, dts), klv)
    ticks = unwrapped_ticks(pts)
    picture_us = _microseconds(ticks - ticks[0])
    latest_us = np.maximum.accumulate(picture_us)
    klv_us = {}
    for pid, (klv_pts, klv_offsets) in klv.items():
        after = np.minimum(np.searchsorted(offsets, klv_offsets, side="right"), len(offsets) - 1)
        near = pts[after]
        half = PTS_WRAP // 2
        since = (klv_pts - near + half) % PTS_WRAP - half + ticks[after] - ticks[0]
        times_us = _microseconds(since)
        is_lost = (klv_pts == NO_STAMP) | (np.abs(times_us - latest_us[after]) > _MAX_APART_US)
        klv_us[pid] = np.where(is_lost, latest_us[after], times_us)
    return SurveyedTimes(
        picture_us=np.sort(picture_us),
        n_untimed_pictures=0,
        klv_us=klv_us,
        n_without_time={pid: int(np.sum(each[0] == NO_STAMP)) for pid, each in klv.items()},
        n_steps=0,
        max_gap_us=head.clock.max_gap_us,
    )


def unwrapped_ticks(pts: Times) -> Times:
    """Return 33-bit stamps in order as ticks that go on over the wrap."""
    if not len(pts):
        return pts
    half = PTS_WRAP // 2
    steps = (np.diff(pts) + half) % PTS_WRAP - half
    return np.cumsum(np.concatenate([pts[:1], steps]))


def _microseconds(ticks: Times) -> Times:
    """Return ticks of 90 kHz as microseconds, rounded as `round` does: no ninth is a half."""
    return (ticks * 200 + 9) // 18


def _has_jump(pts: Times, dts: Times, *, interval_us: int) -> bool:
    """Say whether the clock may jump somewhere, or a picture has no stamp."""
    if (pts == NO_STAMP).any():
        return True
    stamps = np.where(dts == NO_STAMP, pts, dts)
    half = PTS_WRAP // 2
    steps_us = ((np.diff(stamps) + half) % PTS_WRAP - half) * (1e6 / _TICKS_PER_SECOND)
    return bool((steps_us < -0.9e6).any() or (steps_us > max(1.9e6, 4.9 * interval_us)).any())


def _replayed(
    clock: VideoClock,
    pictures: tuple[Times, Times, Times],
    klv: dict[int, tuple[Times, Times]],
) -> SurveyedTimes:
    """Return the times by the clock itself, one by one, payloads where they stood."""
    times = TimesOfPackets(clock)
    payloads = sorted(
        (offset, pid, stamp)
        for pid, (pts, offsets) in klv.items()
        for stamp, offset in zip(pts.tolist(), offsets.tolist(), strict=True)
    )
    done = 0
    for offset, pts, dts in zip(*(each.tolist() for each in pictures), strict=True):
        times.take_picture(pts=_known(pts), dts=_known(dts))
        while done < len(payloads) and payloads[done][0] < offset:
            times.take_klv(payloads[done][1], pts=_known(payloads[done][2]))
            done += 1
    times.finish()
    for _, pid, stamp in payloads[done:]:
        times.take_klv(pid, pts=_known(stamp))
    return times.times()


def _known(stamp: int) -> int | None:
    return None if stamp == NO_STAMP else stamp
