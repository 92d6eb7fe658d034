"""Pictures and KLV that come as RTP streams of their own, made one transport stream."""

from collections.abc import Sequence
from typing import Final

from plainview.formats.klv_muxer import KlvMuxer
from plainview.formats.rtp_clock import RtpClock, read_sender_reports
from plainview.formats.rtp_packets import PacketOrder, RtpPacket, read_rtp
from plainview.formats.rtp_units import (
    H264,
    H265,
    CarriedUnit,
    KlvUnits,
    PictureUnits,
    UnitAssembler,
)
from plainview.formats.sdp import SdpMedia

__all__ = ["ElementaryStreams"]

_LONGEST_WAIT_S: Final = 0.05
"""How long a packet that came too early waits for those before it where nothing follows."""
_MOST_KLV_BYTES: Final = 65_000
"""What an access unit of synchronous metadata holds: its length has 16 bits."""


class _Stream:
    """One stream: its order, and what its packets are put together to."""

    def __init__(self, media: SdpMedia) -> None:
        self.media = media
        self.order = PacketOrder()
        self.units = _assembler_of(media)
        self.source: int | None = None
        self.held_since_s: float | None = None
        self._last: int | None = None

    def is_gap_before(self, packet: RtpPacket) -> bool:
        """Say whether packets before this one are missing, or unknown."""
        expected = None if self._last is None else (self._last + 1) & 0xFFFF
        self._last = packet.sequence
        return packet.sequence != expected

    def begin_anew(self, source: int) -> None:
        """Follow a sender that began anew, or another one."""
        self.source, self._last = source, None


class ElementaryStreams:
    """Takes the packets of a session's streams; gives a transport stream.

    Each KLV unit is carried to the byte, synchronous, with the stamp that its packets had; the
    stamps of pictures and KLV are on one clock (see `RtpClock`).

    Args:
        media: The stream of pictures first, then at most one of KLV.
    """

    def __init__(self, media: Sequence[SdpMedia]) -> None:
        self._streams = [_Stream(each) for each in media]
        self._clock = RtpClock(tuple(each.clock_hz for each in media))
        self._muxer = KlvMuxer(is_h265=media[0].is_h265)
        self._n_too_long = 0

    @property
    def n_lost(self) -> int:
        """How many packets never came."""
        return sum(stream.order.n_lost for stream in self._streams)

    @property
    def n_damaged(self) -> int:
        """How many KLV units were left out: packets of theirs never came, or they are too long."""
        return self._n_too_long + sum(stream.units.n_damaged for stream in self._streams[1:])

    @property
    def is_joined(self) -> bool:
        """Whether sender reports have put all streams on one clock."""
        return all(self._clock.is_joined(k) for k in range(1, len(self._streams)))

    def take(self, index: int, datagram: bytes, *, arrived_s: float) -> bytes:
        """Take a packet of a stream, or a report on it; return what became whole, multiplexed.

        Args:
            index: Which stream.
            datagram: The packet.
            arrived_s: When it came, by a monotonic clock.
        """
        stream = self._streams[index]
        if len(datagram) > 1 and 192 <= datagram[1] <= 223:  # RFC 5761, 4
            self._report(index, datagram)
            return b""
        packet = read_rtp(datagram)
        if packet is None or packet.payload_type != stream.media.payload_type:
            return b""
        given = self._in_order(index, stream.order.feed(packet), arrived_s=arrived_s)
        if not stream.order.n_held:
            stream.held_since_s = None
        elif stream.held_since_s is None:
            stream.held_since_s = arrived_s
        return given + self.look(now_s=arrived_s)

    def look(self, *, now_s: float) -> bytes:
        """Give up packets that others have waited for long enough; return what became whole."""
        given = b""
        for index, stream in enumerate(self._streams):
            if stream.held_since_s is not None and now_s - stream.held_since_s > _LONGEST_WAIT_S:
                stream.held_since_s = None
                given += self._in_order(index, stream.order.flush(), arrived_s=now_s)
        return given

    def _report(self, index: int, datagram: bytes) -> None:
        for report in read_sender_reports(datagram):
            if self._streams[index].source in {None, report.source}:
                self._clock.report(index, report)

    def _in_order(self, index: int, packets: list[RtpPacket], *, arrived_s: float) -> bytes:
        stream, given = self._streams[index], b""
        for packet in packets:
            if packet.source != stream.source:
                if stream.source is not None:
                    self._clock.begin_anew(index)
                stream.begin_anew(packet.source)
            for unit in stream.units.feed(packet, is_gap=stream.is_gap_before(packet)):
                given += self._muxed(index, unit, arrived_s=arrived_s)
        return given

    def _muxed(self, index: int, unit: CarriedUnit, *, arrived_s: float) -> bytes:
        pts = self._clock.pts(index, unit.timestamp, arrived_s=arrived_s)
        if index == 0:
            return self._muxer.mux_picture(unit.data, pts=pts, is_key=unit.is_key, time_us=None)
        if len(unit.data) > _MOST_KLV_BYTES:
            self._n_too_long += 1
            return b""
        return self._muxer.mux_klv(unit.data, pts=pts)


def _assembler_of(media: SdpMedia) -> UnitAssembler:
    if media.is_h265:
        return PictureUnits(H265, media.parameter_sets())
    return PictureUnits(H264, media.parameter_sets()) if media.kind == "video" else KlvUnits()
