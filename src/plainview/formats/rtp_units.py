"""RTP packets of one elementary stream to what they carry: pictures and KLV units.

The video library's RTP reader gives the fragments of a KLV unit one by one, without the marker
that ends it and without saying which packets are missing; the carriage library's gives pictures
only. So the packets are put together here; the decoder and the multiplexer remain theirs.

Source:
    RFC 6184, 5.6 to 5.8 (H.264); RFC 7798, 4.4 (H.265); RFC 6597, 4.2 and 4.3 (SMPTE 336 KLV).
"""

from collections.abc import Sequence
from typing import Final, NamedTuple, Protocol

from plainview.formats.rtp_packets import RtpPacket

__all__ = ["CarriedUnit", "H264Units", "H265Units", "KlvUnits", "UnitAssembler"]

_KEY_HEAD: Final = b"\x06\x0e\x2b\x34"
_START_CODE: Final = b"\x00\x00\x00\x01"
_MOST_BYTES: Final = 16 << 20
"""Of a unit that does not end: a sender gone mad must not fill the memory."""


class CarriedUnit(NamedTuple):
    """What the packets of one time stamp carried.

    Args:
        timestamp: 32 bits, in ticks of the stream's clock.
        data: A KLV unit, or a picture with start codes.
        is_key: Whether decoding can begin with it; True for KLV.
    """

    timestamp: int
    data: bytes
    is_key: bool


class UnitAssembler(Protocol):
    """Puts the packets of one stream together."""

    @property
    def n_damaged(self) -> int:
        """How many units were left out, for packets of theirs never came."""

    def feed(self, packet: RtpPacket, *, is_gap: bool) -> list[CarriedUnit]:
        """Take the next packet in order; return the units that are whole now.

        Args:
            packet: The packet.
            is_gap: Whether packets before it never came, or it is the first of all.
        """


class KlvUnits:
    """KLV units: the packets of one time stamp, the last of them marked."""

    def __init__(self) -> None:
        self.n_damaged = 0
        self._timestamp: int | None = None
        self._parts: list[bytes] = []
        self._is_whole = False
        self._has_begun = False

    def feed(self, packet: RtpPacket, *, is_gap: bool) -> list[CarriedUnit]:
        """Take the next packet in order; return the units that are whole now.

        A unit that lacks its mark is ended by the next time stamp, if nothing is missing between.
        """
        done: list[CarriedUnit] = []
        if self._timestamp is not None and packet.timestamp != self._timestamp:
            self._is_whole = self._is_whole and not is_gap
            done += self._ended()
        if self._timestamp is None:
            self._timestamp = packet.timestamp
            self._is_whole = not is_gap or packet.payload.startswith(_KEY_HEAD)
        elif is_gap:
            self._is_whole = False
        self._parts.append(packet.payload)
        if packet.is_marked or sum(map(len, self._parts)) > _MOST_BYTES:
            done += self._ended()
        return done

    def _ended(self) -> list[CarriedUnit]:
        timestamp, data = self._timestamp, b"".join(self._parts)
        self._timestamp, self._parts = None, []
        if not self._is_whole or timestamp is None or len(data) > _MOST_BYTES:
            self.n_damaged += self._has_begun  # that we came in the middle of one is no damage
            return []
        self._has_begun = True
        return [CarriedUnit(timestamp, data, True)]


class _Pictures:
    """Pictures out of NAL units; a unit that lacks a part is left out, the others are given."""

    _delimiter: bytes
    """The unit that begins each picture in a transport stream."""

    def __init__(self, parameter_sets: Sequence[bytes] = ()) -> None:
        self.n_damaged = 0
        self._parameter_sets = list(parameter_sets)
        self._timestamp: int | None = None
        self._units: list[bytes] = []
        self._fragments: list[bytes] = []
        self._is_damaged = False

    def feed(self, packet: RtpPacket, *, is_gap: bool) -> list[CarriedUnit]:
        """Take the next packet in order; return the pictures that are whole now."""
        done: list[CarriedUnit] = []
        if self._timestamp is not None and packet.timestamp != self._timestamp:
            self._is_damaged = self._is_damaged or is_gap
            done += self._ended()
        if is_gap:
            self._is_damaged, self._fragments = True, []
        self._timestamp = packet.timestamp
        if packet.payload:
            self._take(packet.payload)
        is_too_long = sum(map(len, self._fragments)) > _MOST_BYTES
        return done + self._ended() if packet.is_marked or is_too_long else done

    def _take(self, payload: bytes) -> None:
        """Take the NAL units of a packet, whole, several or a fragment of one."""
        raise NotImplementedError

    def _kinds(self) -> set[int]:
        """Return the kinds of the units of a picture."""
        return {self._kind(unit) for unit in self._units}

    def _kind(self, unit: bytes) -> int:
        raise NotImplementedError

    def _is_key(self, kinds: set[int]) -> bool:
        raise NotImplementedError

    def _has_parameters(self, kinds: set[int]) -> bool:
        raise NotImplementedError

    def _aggregated(self, payload: bytes) -> None:
        """Take the units of a packet of several, each behind its 16-bit length."""
        at = 0
        while at + 2 <= len(payload):
            end = at + 2 + int.from_bytes(payload[at : at + 2])
            if end > len(payload) or end == at + 2:
                self._is_damaged = True
                return
            self._units.append(payload[at + 2 : end])
            at = end

    def _fragment(self, header: bytes, flags: int, body: bytes) -> None:
        """Take a fragment of a unit, whose header it tells."""
        if flags & 0x80:
            self._fragments = [header]
        elif not self._fragments:
            self._is_damaged = True
            return
        self._fragments.append(body)
        if flags & 0x40:
            self._units.append(b"".join(self._fragments))
            self._fragments = []

    def _ended(self) -> list[CarriedUnit]:
        timestamp, is_damaged = self._timestamp, self._is_damaged or bool(self._fragments)
        kinds = self._kinds()
        units = [unit for unit in self._units if unit[:1] != self._delimiter[:1]]
        self._timestamp, self._units, self._fragments = None, [], []
        self._is_damaged = False
        self.n_damaged += is_damaged
        if timestamp is None or not units:
            return []
        is_key = self._is_key(kinds)
        if is_key and not self._has_parameters(kinds):
            units = self._parameter_sets + units
        data = b"".join(_START_CODE + unit for unit in (self._delimiter, *units))
        return [CarriedUnit(timestamp, data, is_key)]


class H264Units(_Pictures):
    """H.264 pictures: single units, STAP-A and FU-A (packetization modes 0 and 1)."""

    _delimiter = b"\x09\xf0"

    def _take(self, payload: bytes) -> None:
        kind = payload[0] & 0x1F
        if 1 <= kind <= 23:
            self._units.append(payload)
        elif kind == 24:
            self._aggregated(payload[1:])
        elif kind == 28 and len(payload) > 2:
            header = bytes([payload[0] & 0xE0 | payload[1] & 0x1F])
            self._fragment(header, payload[1], payload[2:])
        else:
            self._is_damaged = True

    def _kind(self, unit: bytes) -> int:
        return unit[0] & 0x1F

    def _is_key(self, kinds: set[int]) -> bool:
        return 5 in kinds

    def _has_parameters(self, kinds: set[int]) -> bool:
        return 7 in kinds


class H265Units(_Pictures):
    """H.265 pictures: single units, aggregation packets and fragmentation units, in order."""

    _delimiter = b"\x46\x01\x50"

    def _take(self, payload: bytes) -> None:
        kind = payload[0] >> 1 & 0x3F
        if len(payload) < 3:
            self._is_damaged = True
        elif kind < 48:
            self._units.append(payload)
        elif kind == 48:
            self._aggregated(payload[2:])
        elif kind == 49 and len(payload) > 3:
            header = bytes([payload[0] & 0x81 | (payload[2] & 0x3F) << 1, payload[1]])
            self._fragment(header, payload[2], payload[3:])
        else:
            self._is_damaged = True

    def _kind(self, unit: bytes) -> int:
        return unit[0] >> 1 & 0x3F

    def _is_key(self, kinds: set[int]) -> bool:
        return any(16 <= kind <= 21 for kind in kinds)

    def _has_parameters(self, kinds: set[int]) -> bool:
        return 33 in kinds
