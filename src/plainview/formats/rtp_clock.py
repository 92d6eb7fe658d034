"""RTP time stamps of several streams on one clock of 90 kHz.

Source:
    RFC 3550, 5.1 (the stamps) and 6.4.1 (sender reports: the same instant on both clocks).
"""

from typing import Final, NamedTuple

__all__ = ["RtpClock", "SenderReport", "read_sender_reports"]

_SENDER_REPORT: Final = 200
_TICKS_PER_SECOND: Final = 90_000
_BEGINS_S: Final = 10.0
"""Where the common clock begins: a stream may turn out to be older than the one that came first."""
_WRAP: Final = 1 << 33


class SenderReport(NamedTuple):
    """The same instant on the sender's wall clock and on a stream's own.

    Args:
        source: Whose (SSRC).
        ntp_s: Seconds since 1900, of the sender's clock.
        timestamp: 32 bits, in ticks of the stream.
    """

    source: int
    ntp_s: float
    timestamp: int


class _Stream:
    """One stream's own seconds, and where their zero lies on the common clock."""

    def __init__(self, clock_hz: int) -> None:
        self.clock_hz = clock_hz
        self.offset_s: float | None = None
        self.reported_s: float | None = None
        self._ticks = 0

    def own_s(self, timestamp: int) -> float:
        """Return a stamp in seconds, wraps taken out."""
        step = (timestamp - self._ticks + (1 << 31)) % (1 << 32) - (1 << 31)
        self._ticks += step
        return self._ticks / self.clock_hz

    def report(self, report: SenderReport) -> None:
        """Take note how far the sender's clock lies before the stream's own."""
        step = (report.timestamp - self._ticks + (1 << 31)) % (1 << 32) - (1 << 31)
        self.reported_s = report.ntp_s - (self._ticks + step) / self.clock_hz


class RtpClock:
    """One clock for streams whose stamps begin anywhere; the first stream leads.

    Until both the first stream and another have reported, their first packets are taken for
    simultaneous with their coming; then the reports join them, and the first goes on as it was.

    Args:
        clocks_hz: Of each stream.
    """

    def __init__(self, clocks_hz: tuple[int, ...]) -> None:
        self._streams = [_Stream(clock_hz) for clock_hz in clocks_hz]
        self._began_s: float | None = None

    def is_joined(self, index: int) -> bool:
        """Say whether a stream is joined to the first by what the sender reported."""
        return self._joined_offset_s(index) is not None

    def begin_anew(self, index: int) -> None:
        """Forget what is known of a stream: its sender began anew."""
        self._streams[index] = _Stream(self._streams[index].clock_hz)

    def report(self, index: int, report: SenderReport) -> None:
        """Take a sender report of a stream."""
        self._streams[index].report(report)

    def pts(self, index: int, timestamp: int, *, arrived_s: float) -> int:
        """Return a stamp on the common clock, 33 bits at 90 kHz.

        Args:
            index: Which stream.
            timestamp: The stamp.
            arrived_s: When it came, by a monotonic clock.
        """
        if self._began_s is None:
            self._began_s = arrived_s - _BEGINS_S
        stream = self._streams[index]
        own_s = stream.own_s(timestamp)
        if stream.offset_s is None:
            stream.offset_s = arrived_s - self._began_s - own_s
        joined_s = self._joined_offset_s(index)
        offset_s = stream.offset_s if joined_s is None else joined_s
        return round((own_s + offset_s) * _TICKS_PER_SECOND) % _WRAP

    def _joined_offset_s(self, index: int) -> float | None:
        first, stream = self._streams[0], self._streams[index]
        if index == 0 or None in {first.offset_s, first.reported_s, stream.reported_s}:
            return None
        return (stream.reported_s or 0.0) - (first.reported_s or 0.0) + (first.offset_s or 0.0)


def read_sender_reports(datagram: bytes) -> list[SenderReport]:
    """Return the sender reports of a compound RTCP packet; none where it is something else."""
    found, at = [], 0
    while at + 4 <= len(datagram) and datagram[at] >> 6 == 2:
        end = at + 4 + 4 * int.from_bytes(datagram[at + 2 : at + 4])
        if datagram[at + 1] == _SENDER_REPORT and at + 20 <= min(end, len(datagram)):
            ntp = int.from_bytes(datagram[at + 8 : at + 16])
            if ntp:  # zero: the sender has no wall clock
                found.append(
                    SenderReport(
                        source=int.from_bytes(datagram[at + 4 : at + 8]),
                        ntp_s=ntp / (1 << 32),
                        timestamp=int.from_bytes(datagram[at + 16 : at + 20]),
                    )
                )
        at = end
    return found
