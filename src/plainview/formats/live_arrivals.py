"""What a live source knows of its packets beyond their bytes: when they came, and what is late."""

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from plainview.formats.container import CompressedPacket
from plainview.formats.live_feed import LinkGap, LiveFeed
from plainview.model import Event

__all__ = ["CameraArrivals", "LiveArrivals", "LiveSettings", "begins_anew", "gap_event"]

_SKIPPED_BEHIND: Final = 5.0
"""Pictures are not even decoded where they are late by this many times the longest delay."""

_BEGINS_ANEW: Final = {
    "h264": (b"\x00\x00\x01\x67", b"\x00\x00\x01\x27", b"\x00\x00\x01\x47", b"\x00\x00\x01\x65"),
    "hevc": (b"\x00\x00\x01\x42", b"\x00\x00\x01\x40"),
    "mpeg2video": (b"\x00\x00\x01\xb3",),
    "mpeg1video": (b"\x00\x00\x01\xb3",),
}
"""By codec, what stands at the head of a picture from which decoding can begin."""
_HEAD_BYTES: Final = 4096


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveSettings:
    """How a live source is read.

    Args:
        max_delay_s: Frames that have waited longer are dropped, so that what is seen is of now;
            None waits instead.
        max_predicted_s: How long a View is carried on by its rates until newer metadata comes.
        max_wait_s: How long a picture is held back until metadata behind it has come; 0 holds
            none back.
        max_carried_s: After a longer gap the picture before is taken to be unrelated.
    """

    max_delay_s: float | None = 0.3
    max_predicted_s: float = 1.0
    max_wait_s: float = 0.0
    max_carried_s: float = 5.0


class LiveArrivals:
    """What came over one link, for each of its cameras.

    Args:
        feed: Where it comes from.
        settings: What is late.
        clock: Seconds; that of the feed.
    """

    def __init__(
        self,
        feed: LiveFeed,
        *,
        settings: LiveSettings,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.settings = settings
        self.clock = clock
        self._feed = feed
        self._cameras: dict[str, CameraArrivals] = {}
        self._said: set[LinkGap] = set()
        self._lock = threading.Lock()

    def of_camera(self, name: str) -> "CameraArrivals":
        """Return what one camera knows of its packets."""
        return self._cameras.setdefault(name, CameraArrivals(self))

    def n_skipped(self, camera: str) -> int:
        """Return how many pictures of a camera were not even decoded."""
        return self._cameras[camera].n_skipped if camera in self._cameras else 0

    def arrived_s(self, offset: int | None) -> float | None:
        """Return when the packet at this place came."""
        return None if offset is None else self._feed.arrivals.arrived_s(offset)

    def gaps_from(self, n_known: int) -> list[LinkGap]:
        """Return the gaps so far but for the first ones."""
        return self._feed.gaps[n_known:]

    def is_first_to_meet(self, gap: LinkGap) -> bool:
        """Say whether no other camera has met a gap before, so that it is said once."""
        with self._lock:
            is_first = gap not in self._said
            self._said.add(gap)
        return is_first


class CameraArrivals:
    """When one camera's packets came, which of them need not be decoded, the gaps between them.

    Args:
        link: What came over the link.

    Attributes:
        n_skipped: Pictures that were not even decoded.
        begins_at: Where, of all that came, the bytes begin that the camera is read from.
    """

    def __init__(self, link: LiveArrivals) -> None:
        self.n_skipped = 0
        self.begins_at = 0
        self.settings = link.settings
        self.is_first_to_meet = link.is_first_to_meet
        self._link = link
        self._n_gaps = 0
        self._n_said = 0
        self._is_waiting_for_key = True
        self._has_begun = False

    def begin_at(self, offset: int) -> None:
        """Begin there: what was before is not met."""
        self.begins_at = offset
        self._n_gaps = sum(gap.offset <= offset for gap in self._link.gaps_from(0))

    def arrived_s(self, offset: int | None) -> float | None:
        """Return when the packet at this place of its bytes came."""
        return self._link.arrived_s(None if offset is None else offset + self.begins_at)

    def gap_before(self, offset: int | None) -> LinkGap | None:
        """Return the gap that lies before the picture at this place, once."""
        gaps = self._link.gaps_from(self._n_gaps)
        place = -1 if offset is None else offset + self.begins_at
        passed = [gap for gap in gaps if gap.offset <= place]
        self._n_gaps += len(passed)
        return max(passed, key=lambda gap: gap.gap_s, default=None)

    def take_skipped(self) -> bool:
        """Say whether pictures were left out since this was last asked."""
        was, self._n_said = self._n_said, self.n_skipped
        return self.n_skipped > was

    def is_decoded(self, packet: CompressedPacket, arrived_s: float | None) -> bool:
        """Say whether a picture is to be decoded; very late ones are left out up to a key picture.

        Decoding is a tenth of the work: what is a little late is decoded, so that it is not the
        rest of its group that is lost, and dropped behind the decoder.
        """
        if begins_anew(packet):
            self._is_waiting_for_key, self._has_begun = False, True
            return True
        limit_s = self.settings.max_delay_s
        if limit_s is not None and arrived_s is not None:
            is_very_late = self._link.clock() - arrived_s > _SKIPPED_BEHIND * limit_s
            self._is_waiting_for_key = self._is_waiting_for_key or is_very_late
        self.n_skipped += self._is_waiting_for_key and self._has_begun
        return not self._is_waiting_for_key


def begins_anew(packet: CompressedPacket) -> bool:
    """Say whether decoding can begin with a picture; of codecs not known, with any."""
    marks = _BEGINS_ANEW.get(packet.stream.codec_context.name)
    if packet.is_keyframe or marks is None:
        return True
    head = bytes(packet)[:_HEAD_BYTES]
    return any(mark in head for mark in marks)


def gap_event(gap: LinkGap, *, video_time_us: int) -> Event:
    """Return a gap as an event."""
    how = "The link was lost and opened again" if gap.is_new_link else "The link was silent"
    return Event(
        kind="link_gap",
        what=f"{how}; nothing came for {gap.gap_s:.1f} s.",
        video_time_us=max(0, video_time_us),
        details={"gap_s": round(gap.gap_s, 3), "is_new_link": gap.is_new_link},
    )
