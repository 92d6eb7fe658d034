"""Whether the metadata of a source goes on: its gaps, its end, up to when it is known."""

from plainview.formats.warning_tally import WarningTally
from plainview.model import Event, KlvPayload
from plainview.units import microseconds_from_seconds, seconds_from_microseconds

__all__ = ["MetadataHealth"]


class MetadataHealth:
    """Watches the payloads of a source go by.

    Args:
        max_gap_s: A longer silence is a gap.
        tally: Where gaps are counted.
    """

    def __init__(self, *, max_gap_s: float, tally: WarningTally) -> None:
        self._max_gap_us = microseconds_from_seconds(max_gap_s)
        self._tally = tally
        self._latest_us: dict[int, int] = {}
        self._newest_us: int | None = None
        self._events: list[Event] = []

    @property
    def known_until_us(self) -> int:
        """Up to when every stream that still sends is known; far back where none has sent."""
        if self._newest_us is None:
            return -(1 << 62)
        is_sending_us = self._newest_us - self._max_gap_us
        return min(time_us for time_us in self._latest_us.values() if time_us >= is_sending_us)

    def add_payload(self, payload: KlvPayload, *, near_us: int, where: str) -> None:
        """Take note of a payload; one without a stamp is where the video is."""
        time_us = near_us if payload.video_time_us is None else payload.video_time_us
        before_us = self._newest_us
        if before_us is not None and time_us - before_us > self._max_gap_us:
            self._note_gap(before_us, time_us, where)
        self._latest_us[payload.stream] = max(time_us, self._latest_us.get(payload.stream, time_us))
        self._newest_us = max(self._latest_us.values())

    def finish(self, *, end_us: int | None, where: str) -> None:
        """Say at the end whether there was metadata, and whether it lasted."""
        if end_us is None:
            return
        if self._newest_us is None:
            self._tally.add("no_metadata", first=where)
        elif end_us - self._newest_us > self._max_gap_us:
            self._tally.add("metadata_stops", first=where)
            missing_s = seconds_from_microseconds(end_us - self._newest_us)
            self._events.append(
                Event(
                    kind="metadata_stops",
                    what=f"The metadata stops {missing_s:.1f} s before the video.",
                    video_time_us=max(0, self._newest_us),
                )
            )

    def take_events(self) -> tuple[Event, ...]:
        """Return what happened since this was last asked."""
        events, self._events = tuple(self._events), []
        return events

    def _note_gap(self, before_us: int, time_us: int, where: str) -> None:
        gap_s = seconds_from_microseconds(time_us - before_us)
        self._tally.add("metadata_gap", first=where)
        self._events.append(
            Event(
                kind="metadata_gap",
                what=f"There is no metadata for {gap_s:.1f} s.",
                video_time_us=max(0, before_us),
                details={"gap_s": gap_s},
            )
        )
