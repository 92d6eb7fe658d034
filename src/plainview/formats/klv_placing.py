"""Places metadata without a time stamp of its container on the video's clock, and says how."""

from bisect import bisect_left, insort
from collections import deque
from enum import StrEnum
from statistics import median
from typing import Final

from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["PLACING_SIGMA_S", "KlvPlacing", "PictureTimes", "PlacedBy"]

_N_OFFSETS: Final = 31
_N_STAMPS: Final = 600
_STEP_US: Final = 2 * MICROSECONDS_PER_SECOND
"""An offset that jumps by more is a step of a clock: what was learnt before is dropped."""


class PlacedBy(StrEnum):
    """How a metadata set came to its place on the video's clock."""

    PTS = "pts"
    """By the container's own stamp."""
    PICTURE_STAMPS = "picture_stamps"
    """By its precision time stamp against the ST 0604 stamps of the pictures."""
    NEIGHBOURS = "neighbours"
    """By its precision time stamp against those of its stream that have a container's stamp."""
    ARRIVAL = "arrival"
    """By the pictures between which it came."""


PLACING_SIGMA_S: Final = {
    PlacedBy.PTS: 0.0,
    PlacedBy.PICTURE_STAMPS: 0.0,  # one clock stamped both
    PlacedBy.NEIGHBOURS: 0.01,  # asynchronous stamps jitter by a packet's transmission
    PlacedBy.ARRIVAL: 0.3,  # multiplexers hold metadata up to about a second; assumed
}
"""1-sigma that a placing adds to the instant of a View, the same through the stream."""


class PictureTimes:
    """Knows the video time of any precision time stamp from the stamped pictures."""

    def __init__(self) -> None:
        self._pairs: list[tuple[int, int]] = []

    def add(self, video_time_us: int, *, stamp_us: int) -> None:
        """Take note of a stamped picture."""
        if (
            self._pairs
            and abs(self._offset(self._pairs[-1]) - (video_time_us - stamp_us)) > _STEP_US
        ):
            self._pairs.clear()
        insort(self._pairs, (stamp_us, video_time_us))
        if len(self._pairs) > _N_STAMPS:
            del self._pairs[: _N_STAMPS // 2]

    def video_time_us(self, stamp_us: int) -> int | None:
        """Return when a stamp is on the video's clock; None where no picture is stamped.

        Between two pictures by proportion, beyond them at the pace of real time.
        """
        if not self._pairs:
            return None
        at = bisect_left(self._pairs, (stamp_us, -(1 << 62)))
        if at == 0 or at == len(self._pairs):
            pair = self._pairs[0 if at == 0 else -1]
            return stamp_us + self._offset(pair)
        (first_us, first_video_us), (last_us, last_video_us) = self._pairs[at - 1 : at + 1]
        fraction = (stamp_us - first_us) / (last_us - first_us)
        return first_video_us + round(fraction * (last_video_us - first_video_us))

    @staticmethod
    def _offset(pair: tuple[int, int]) -> int:
        return pair[1] - pair[0]


class _Offset:
    """The median difference between the video's clock and that of a stream's stamps."""

    def __init__(self) -> None:
        self._offsets_us: deque[int] = deque(maxlen=_N_OFFSETS)

    def add(self, video_time_us: int, stamp_us: int) -> None:
        offset_us = video_time_us - stamp_us
        if self._offsets_us and abs(offset_us - self._offsets_us[-1]) > _STEP_US:
            self._offsets_us.clear()
        self._offsets_us.append(offset_us)

    def video_time_us(self, stamp_us: int) -> int | None:
        return round(stamp_us + median(self._offsets_us)) if self._offsets_us else None


class KlvPlacing:
    """Places the sets of one KLV stream.

    Args:
        pictures: The stamped pictures, shared by all streams.
    """

    def __init__(self, pictures: PictureTimes) -> None:
        self._pictures = pictures
        self._neighbours = _Offset()
        self._arrivals = _Offset()

    def place(
        self, *, pts_video_time_us: int | None, stamp_us: int | None, near_us: int
    ) -> tuple[int, PlacedBy]:
        """Return the video time of a set and how it was found.

        Args:
            pts_video_time_us: By the container's stamp; None where it has none.
            stamp_us: Its precision time stamp; None where it has none.
            near_us: Where the video was when the set came.
        """
        if pts_video_time_us is not None:
            if stamp_us is not None:
                self._neighbours.add(pts_video_time_us, stamp_us)
            return pts_video_time_us, PlacedBy.PTS
        if stamp_us is None:
            return near_us, PlacedBy.ARRIVAL
        return self._placed_by_stamp(stamp_us, near_us)

    def _placed_by_stamp(self, stamp_us: int, near_us: int) -> tuple[int, PlacedBy]:
        by_pictures = self._pictures.video_time_us(stamp_us)
        if by_pictures is not None:
            return by_pictures, PlacedBy.PICTURE_STAMPS
        by_neighbours = self._neighbours.video_time_us(stamp_us)
        if by_neighbours is not None:
            return by_neighbours, PlacedBy.NEIGHBOURS
        self._arrivals.add(near_us, stamp_us)
        return self._arrivals.video_time_us(stamp_us) or 0, PlacedBy.ARRIVAL
