"""RTP packets of one elementary stream to what they carry: pictures and KLV units.

The video library's RTP reader gives the fragments of a KLV unit one by one, without the marker
that ends it and without saying which packets are missing; the carriage library's gives pictures
only. So the packets are put together here; the decoder and the multiplexer remain theirs.

Source:
    RFC 6184, 5.6 to 5.8 (H.264); RFC 7798, 4.4 (H.265); RFC 6597, 4.2 and 4.3 (SMPTE 336 KLV).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple, Protocol

from plainview.formats.rtp_packets import RtpPacket

__all__ = ["H264", "H265", "CarriedUnit", "KlvUnits", "NalCodec", "PictureUnits", "UnitAssembler"]

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


@dataclass(frozen=True, slots=True, kw_only=True)
class NalCodec:
    """How the NAL units of a codec are told apart, and how RTP carries them.

    Args:
        delimiter: The unit that begins each picture in a transport stream.
        header_bytes: Of each unit's header.
        kind_shift: Where its kind lies in the first byte.
        kind_mask: As wide as the kind.
        single_kinds: Units that a packet carries whole.
        aggregate_kind: A packet of several units.
        fragment_kind: A packet of a part of one.
        key_kinds: Of pictures that decoding can begin with.
        parameter_kind: Of the parameters of a sequence.
    """

    delimiter: bytes
    header_bytes: int
    kind_shift: int
    kind_mask: int
    single_kinds: range
    aggregate_kind: int
    fragment_kind: int
    key_kinds: range
    parameter_kind: int

    def kind(self, unit: bytes) -> int:
        """Return the kind of a unit, or of a packet's payload."""
        return unit[0] >> self.kind_shift & self.kind_mask

    def fragmented_header(self, payload: bytes) -> bytes:
        """Return the header of the unit that a fragment is of."""
        kind = (payload[self.header_bytes] & self.kind_mask) << self.kind_shift
        others = payload[0] & ~(self.kind_mask << self.kind_shift)
        return bytes([others | kind]) + payload[1 : self.header_bytes]


H264: Final = NalCodec(
    delimiter=b"\x09\xf0",
    header_bytes=1,
    kind_shift=0,
    kind_mask=0x1F,
    single_kinds=range(1, 24),
    aggregate_kind=24,
    fragment_kind=28,
    key_kinds=range(5, 6),
    parameter_kind=7,
)
"""Single units, STAP-A and FU-A (packetization modes 0 and 1)."""

H265: Final = NalCodec(
    delimiter=b"\x46\x01\x50",
    header_bytes=2,
    kind_shift=1,
    kind_mask=0x3F,
    single_kinds=range(48),
    aggregate_kind=48,
    fragment_kind=49,
    key_kinds=range(16, 22),
    parameter_kind=33,
)
"""Single units, aggregation packets and fragmentation units, in order."""


class PictureUnits:
    """Pictures out of NAL units; a unit that lacks a part is left out, the others are given.

    Args:
        codec: What the pictures are coded in.
        parameter_sets: Units that a key picture needs, where the stream has none before it.
    """

    def __init__(self, codec: NalCodec, parameter_sets: Sequence[bytes] = ()) -> None:
        self.n_damaged = 0
        self._codec = codec
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
        codec, kind = self._codec, self._codec.kind(payload)
        if len(payload) < codec.header_bytes:
            self._is_damaged = True
        elif kind in codec.single_kinds:
            self._units.append(payload)
        elif kind == codec.aggregate_kind:
            self._aggregated(payload[codec.header_bytes :])
        elif kind == codec.fragment_kind and len(payload) > codec.header_bytes + 1:
            flags, body = payload[codec.header_bytes], payload[codec.header_bytes + 1 :]
            self._fragment(codec.fragmented_header(payload), flags, body)
        else:
            self._is_damaged = True

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
        codec, kinds = self._codec, {self._codec.kind(unit) for unit in self._units}
        units = [unit for unit in self._units if unit[:1] != codec.delimiter[:1]]
        self._timestamp, self._units, self._fragments = None, [], []
        self._is_damaged = False
        self.n_damaged += is_damaged
        if timestamp is None or not units:
            return []
        is_key = any(kind in codec.key_kinds for kind in kinds)
        if is_key and codec.parameter_kind not in kinds:
            units = self._parameter_sets + units
        data = b"".join(_START_CODE + unit for unit in (codec.delimiter, *units))
        return [CarriedUnit(timestamp, data, is_key)]
