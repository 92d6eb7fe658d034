"""RTP packets to their payloads in order; those that never come are counted.

Source:
    RFC 3550, 5.1 (the header) and A.1 (sequence numbers); RFC 2250, 2 (MPEG-2 transport streams).
"""

from typing import Final, NamedTuple

from plainview.errors import FormatError

__all__ = [
    "PAYLOAD_TRANSPORT_STREAM",
    "PacketOrder",
    "RtpOrder",
    "RtpPacket",
    "read_rtp",
    "rtp_header",
]

PAYLOAD_TRANSPORT_STREAM: Final = 33

_TICKS_PER_SECOND: Final = 90_000
_HEADER_BYTES: Final = 12
_VERSION: Final = 2
_MOST_HELD: Final = 32
"""Packets that may wait for an earlier one: at 10 Mbit/s some 30 ms."""
_FAR: Final = 1000
"""A number further off is that of a sender that began anew."""
_MOST_STRANGE: Final = 50


class RtpPacket(NamedTuple):
    """One packet: what its header says, and its payload.

    Args:
        sequence: Its 16-bit number.
        payload_type: What it carries.
        source: Who sent it (SSRC).
        timestamp: Of what it carries, 32 bits, in ticks of the payload's clock.
        is_marked: Whether it is the last of a picture or a unit.
        payload: What it carries, without padding.
    """

    sequence: int
    payload_type: int
    source: int
    timestamp: int
    is_marked: bool
    payload: bytes


def read_rtp(datagram: bytes) -> RtpPacket | None:
    """Return the packet in a datagram; None where it is no RTP packet."""
    if len(datagram) < _HEADER_BYTES or datagram[0] >> 6 != _VERSION:
        return None
    begin = _HEADER_BYTES + 4 * (datagram[0] & 0x0F)
    if datagram[0] & 0x10:
        if len(datagram) < begin + 4:
            return None
        begin += 4 + 4 * int.from_bytes(datagram[begin + 2 : begin + 4])
    end = len(datagram) - (datagram[-1] if datagram[0] & 0x20 else 0)
    if end < begin:
        return None
    return RtpPacket(
        sequence=int.from_bytes(datagram[2:4]),
        payload_type=datagram[1] & 0x7F,
        timestamp=int.from_bytes(datagram[4:8]),
        is_marked=bool(datagram[1] & 0x80),
        source=int.from_bytes(datagram[8:12]),
        payload=datagram[begin:end],
    )


def rtp_header(sequence: int, *, due_s: float, source: int) -> bytes:
    """Return the header of a packet that holds a part of a transport stream.

    Args:
        sequence: Its 16-bit number.
        due_s: When it is due, seconds.
        source: Who sends it (SSRC).
    """
    ticks = round(due_s * _TICKS_PER_SECOND) & 0xFFFFFFFF
    head = bytes([_VERSION << 6, PAYLOAD_TRANSPORT_STREAM]) + sequence.to_bytes(2)
    return head + ticks.to_bytes(4) + source.to_bytes(4)


class PacketOrder:
    """Puts the packets of one sender in the order of their numbers."""

    def __init__(self) -> None:
        self.n_lost = 0
        self.source: int | None = None
        self._next = 0
        self._held: dict[int, RtpPacket] = {}

    @property
    def n_held(self) -> int:
        """How many packets wait for an earlier one."""
        return len(self._held)

    def feed(self, packet: RtpPacket) -> list[RtpPacket]:
        """Take a packet; return those that are now next in order."""
        ahead = _difference(packet.sequence, self._next)
        if packet.source != self.source or abs(ahead) > _FAR:
            left = self.flush()
            self.source, self._next = packet.source, packet.sequence
            return left + self._taken(packet)
        return self._taken(packet) if ahead >= 0 else []

    def flush(self) -> list[RtpPacket]:
        """Give up what is missing; return what waited for it."""
        given: list[RtpPacket] = []
        while self._held:
            nearest = min(self._held, key=lambda number: _difference(number, self._next))
            self.n_lost += _difference(nearest, self._next)
            self._next = nearest
            given += self._in_order()
        return given

    def _taken(self, packet: RtpPacket) -> list[RtpPacket]:
        self._held[packet.sequence] = packet
        given = self._in_order()
        return given + self.flush() if len(self._held) > _MOST_HELD else given

    def _in_order(self) -> list[RtpPacket]:
        given = []
        while self._next in self._held:
            given.append(self._held.pop(self._next))
            self._next = (self._next + 1) & 0xFFFF
        return given


class RtpOrder:
    """The transport stream that one sender's packets carry, in the order of their numbers.

    Args:
        where: The link, for errors.
    """

    def __init__(self, *, where: str) -> None:
        self._where = where
        self._order = PacketOrder()
        self._n_strange = 0

    @property
    def n_lost(self) -> int:
        """How many packets never came."""
        return self._order.n_lost

    @property
    def n_held(self) -> int:
        """How many packets wait for an earlier one."""
        return self._order.n_held

    def feed(self, datagram: bytes) -> bytes:
        """Take a datagram; return the payloads that are now next in order.

        Raises:
            FormatError: Nothing but other things has come for a while.
        """
        packet = read_rtp(datagram)
        if packet is None or packet.payload_type != PAYLOAD_TRANSPORT_STREAM:
            self._count_strange(packet)
            return b""
        self._n_strange = 0
        return _joined(self._order.feed(packet))

    def flush(self) -> bytes:
        """Give up what is missing; return what waited for it."""
        return _joined(self._order.flush())

    def _count_strange(self, packet: RtpPacket | None) -> None:
        self._n_strange += 1
        if self._n_strange < _MOST_STRANGE or self._order.source is not None:
            return
        what = "is no RTP" if packet is None else f"has the payload type {packet.payload_type}"
        raise FormatError(
            where=self._where,
            what=f"{what}; a transport stream over RTP has the payload type 33.",
            mend="Use udp:// for a transport stream without RTP, rtsp:// for a camera, and the"
            " sender's SDP file for pictures and metadata as streams of their own"
            " (`plainview watch stream.sdp`).",
        )


def _joined(packets: list[RtpPacket]) -> bytes:
    return b"".join(packet.payload for packet in packets)


def _difference(number: int, from_number: int) -> int:
    """Return how far one 16-bit number lies after another, below 0 where before."""
    return (number - from_number + 0x8000) % 0x10000 - 0x8000
