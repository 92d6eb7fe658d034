"""Payloads of KLV streams put together to packets, each found by its universal label.

A payload may hold several packets, a packet may run over several payloads, and anything may
stand between them. Nothing is lost: bytes that belong to no packet come out as a packet
without a label, and a packet that is cut short or whose length is broken comes out marked.
"""

import re
from dataclasses import dataclass, field, replace
from typing import Final

from plainview.misb.ber import KlvDecodeError, decode_ber_length
from plainview.misb.checksum import is_checksum_right
from plainview.misb.damage import Damage, DamageKind
from plainview.misb.universal_label import (
    LABEL_PREFIX,
    N_LABEL_BYTES,
    SETS,
    nearest_set,
    set_of_label,
)
from plainview.model import KlvPayload

__all__ = ["MAX_PACKET_BYTES", "Damage", "KlvFramer", "KlvPacket", "frame_packet"]

MAX_PACKET_BYTES: Final = 1 << 22
"""A packet that says it is longer has a broken length; real ones have some hundred bytes."""

_NEVER_OUTER: Final = ("ST0102", "ST0102U", "ST1204")
_ANY_SET: Final = re.compile(
    b"|".join(re.escape(each.label) for each in SETS if each.name not in _NEVER_OUTER)
)
"""A label that means that a new packet begins, wherever it stands; one pass over the bytes
finds the first of them all."""

_DICTIONARY_ELEMENT: Final = 1
"""The label's fifth byte where it names one element, not a set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KlvPacket:
    """One KLV packet as it came.

    Args:
        label: Its universal label, 16 bytes; empty for bytes that belong to no packet.
        value: What stands after label and length.
        raw: Everything, to the byte.
        stream: The stream that it came on.
        video_time_us: When, on the clock of the frames; None where its payload had no stamp.
        pts_us: The container's own stamp; None likewise.
        byte_offset: Where it begins in the file; None where not known.
        damage: What is wrong with it; empty where it is whole.
    """

    label: bytes
    value: bytes
    raw: bytes
    stream: int = 0
    video_time_us: int | None = None
    pts_us: int | None = None
    byte_offset: int | None = None
    damage: tuple[Damage, ...] = ()


class KlvFramer:
    """Makes packets from the payloads of any number of streams, holding one packet of each."""

    def __init__(self) -> None:
        self._streams: dict[int, _Pending] = {}

    def feed(self, payload: KlvPayload) -> list[KlvPacket]:
        """Take in a payload and return the packets that it completes, in order."""
        pending = self._streams.setdefault(payload.stream, _Pending())
        packets = pending.close() if pending.is_ended_by(payload.data) else []
        pending.append(payload)
        return packets + pending.split(is_end=False)

    def flush(self) -> list[KlvPacket]:
        """Return what is left at the end of the streams; whatever is incomplete is marked."""
        packets = [packet for pending in self._streams.values() for packet in pending.close()]
        self._streams.clear()
        return packets


def frame_packet(raw: bytes) -> KlvPacket:
    """Return the first packet of some bytes, such as one that was just encoded.

    Raises:
        KlvDecodeError: The bytes hold no packet.
    """
    framer = KlvFramer()
    packets = framer.feed(KlvPayload(stream=0, data=raw)) + framer.flush()
    if not packets:
        raise KlvDecodeError("there are no bytes, so no packet.")
    return packets[0]


@dataclass(slots=True)
class _Pending:
    """The bytes of one stream that no packet has taken yet."""

    data: bytearray = field(default_factory=bytearray)
    origins: list[tuple[int, KlvPayload]] = field(default_factory=list)
    """Where in the data each payload begins; below 0 where its first bytes are taken."""

    def append(self, payload: KlvPayload) -> None:
        self.origins.append((len(self.data), payload))
        self.data += payload.data

    def is_ended_by(self, data: bytes) -> bool:
        """Return whether the next payload begins a new packet, so that none is continued."""
        label = data[:N_LABEL_BYTES]
        if not self.data or len(label) < N_LABEL_BYTES:
            return False
        return set_of_label(label) is not None or self.data.startswith(label)

    def close(self) -> list[KlvPacket]:
        return self.split(is_end=True)

    def split(self, *, is_end: bool) -> list[KlvPacket]:
        """Take every packet that is complete; at an end, everything."""
        packets: list[KlvPacket] = []
        position = 0
        while position < len(self.data):
            start = self._next_label(position, is_end=is_end)
            if start > position:
                packets.append(self._packet(position, start))
                position = start
            end = self._packet_end(start, is_end=is_end)
            if end is None:
                break
            packets.append(self._with_doubt(self._packet(start, end), end))
            position = end
        self._drop(position)
        return packets

    def _next_label(self, position: int, *, is_end: bool) -> int:
        """Return where the next label may begin: the end of the data where none does."""
        start = self.data.find(LABEL_PREFIX, position)
        if start >= 0:
            return start
        end = len(self.data)
        if not is_end:
            for n_bytes in range(min(len(LABEL_PREFIX) - 1, end - position), 0, -1):
                if self.data.endswith(LABEL_PREFIX[:n_bytes]):
                    return end - n_bytes
        return end

    def _packet_end(self, start: int, *, is_end: bool) -> int | None:
        """Return where the packet ends; None where that is not known before more has come."""
        n_data = len(self.data)
        if start >= n_data:
            return None
        try:
            n_bytes, value_start = decode_ber_length(self.data, start + N_LABEL_BYTES)
        except KlvDecodeError:
            n_bytes, value_start = _unread_length(n_data - start), start
        end = value_start + n_bytes
        if n_bytes <= MAX_PACKET_BYTES:
            if end > n_data and not is_end:
                return None
            if end <= n_data and not _is_suspect(bytes(self.data[start:end])):
                return end
        return self._next_set(start + N_LABEL_BYTES, min(end, n_data))

    def _next_set(self, start: int, end: int) -> int:
        """Return where another set begins inside a packet that is broken, else its end."""
        found = _ANY_SET.search(self.data, start, end)
        return end if found is None else found.start()

    def _packet(self, start: int, end: int) -> KlvPacket:
        raw = bytes(self.data[start:end])
        offset, payload = next(each for each in reversed(self.origins) if each[0] <= start)
        byte_offset = payload.byte_offset
        label, value, damage = _parse(raw)
        return KlvPacket(
            label=label,
            value=value,
            raw=raw,
            stream=payload.stream,
            video_time_us=payload.video_time_us,
            pts_us=payload.pts_us,
            byte_offset=None if byte_offset is None else byte_offset + start - offset,
            damage=damage,
        )

    def _with_doubt(self, packet: KlvPacket, end: int) -> KlvPacket:
        """Mark a packet of an unknown label whose length does not lead to another packet."""
        after = bytes(self.data[end : end + len(LABEL_PREFIX)])
        if packet.damage or set_of_label(packet.label) or LABEL_PREFIX.startswith(after):
            return packet
        return replace(packet, damage=(_damage(DamageKind.LENGTH),))

    def _drop(self, n_bytes: int) -> None:
        """Let go of bytes that are taken, and of payloads that no byte is left of."""
        del self.data[:n_bytes]
        if not self.data:
            self.origins.clear()
            return
        moved = [(offset - n_bytes, payload) for offset, payload in self.origins]
        ends = [offset for offset, _ in moved[1:]] + [len(self.data)]
        self.origins = [each for each, end in zip(moved, ends, strict=True) if end > 0]


def _unread_length(n_left: int) -> int:
    """Return what to take for a length that cannot be read: wait for its bytes, or too long."""
    n_header = N_LABEL_BYTES + 9
    return n_header if n_left < n_header else MAX_PACKET_BYTES + 1


def _is_suspect(raw: bytes) -> bool:
    """Return whether a packet's length may be what is wrong with it."""
    known = set_of_label(raw[:N_LABEL_BYTES]) or nearest_set(raw[:N_LABEL_BYTES])
    if known is None:
        return False
    if known.has_checksum:
        return is_checksum_right(raw) is not True
    return raw.find(known.label, N_LABEL_BYTES) >= 0


def _parse(raw: bytes) -> tuple[bytes, bytes, tuple[Damage, ...]]:
    """Return label, value and damage of the bytes of one packet."""
    if not raw.startswith(LABEL_PREFIX):
        return b"", b"", (_damage(DamageKind.GARBAGE),)
    label = raw[:N_LABEL_BYTES]
    if len(label) < N_LABEL_BYTES:
        return b"", b"", (_damage(DamageKind.TRUNCATED),)
    damage = _label_damage(label)
    try:
        n_bytes, value_start = decode_ber_length(raw, N_LABEL_BYTES)
    except KlvDecodeError:
        is_cut = len(raw) < N_LABEL_BYTES + 9
        kind = DamageKind.TRUNCATED if is_cut else DamageKind.LENGTH
        return label, b"", (*damage, _damage(kind))
    value = raw[value_start:]
    if not value and set_of_label(label) is None:
        return label, value, (*damage, _damage(DamageKind.LENGTH))
    if len(value) != n_bytes:
        kind = DamageKind.LENGTH if n_bytes > MAX_PACKET_BYTES else DamageKind.TRUNCATED
        return label, value, (*damage, _damage(kind), *_checksum_damage(raw, label))
    return label, value, damage + _checksum_damage(raw, label)


def _damage(kind: DamageKind) -> Damage:
    return Damage(kind=kind, place="packet")


def _label_damage(label: bytes) -> tuple[Damage, ...]:
    if set_of_label(label) is not None:
        return ()
    if nearest_set(label) is not None:
        return (Damage(kind=DamageKind.LABEL, place="label"),)
    if label[4] == _DICTIONARY_ELEMENT:
        return (_damage(DamageKind.STRAY_ELEMENT),)
    return ()


def _checksum_damage(raw: bytes, label: bytes) -> tuple[Damage, ...]:
    known = set_of_label(label) or nearest_set(label)
    is_right = is_checksum_right(raw)
    if known is None and is_right is None:
        return ()
    if known is not None and not known.has_checksum:
        return ()
    if is_right is None:
        return (Damage(kind=DamageKind.CHECKSUM_MISSING, place="item 1"),)
    return () if is_right else (Damage(kind=DamageKind.CHECKSUM, place="item 1"),)
