"""The tables that announce the streams of a transport stream: read, extended, written again.

Source:
    ISO/IEC 13818-1, 2.4.4 (program-specific information) and annex A (the CRC).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from plainview.formats.transport_packets import PACKET_BYTES, SYNC_BYTE, n_payload_skip_bytes

__all__ = [
    "KLVA_REGISTRATION",
    "KLV_METADATA",
    "KLV_METADATA_STD",
    "AnnouncedStream",
    "ProgramMapTable",
    "SectionAssembler",
    "crc32_mpeg",
    "packets_from_sections",
    "program_association_section",
    "read_program_association",
    "read_program_map",
]

KLVA_REGISTRATION: Final = b"\x05\x04KLVA"
"""Registration descriptor that marks private data as KLV (MISB ST 1402)."""

KLV_METADATA: Final = b"\x26\x09\x01\x00\xffKLVA\x00\x0f"
"""Metadata descriptor: KLV, one service, 0 (ISO/IEC 13818-1, 2.6.60; MISB ST 1402)."""

KLV_METADATA_STD: Final = bytes.fromhex("2709c00fa0c00080c00fa0")
"""Metadata STD descriptor (2.6.62): leaks of 1.6 Mbit/s in and out, a buffer of 128 kB."""

VIDEO_STREAM_TYPES: Final = frozenset({0x01, 0x02, 0x10, 0x1B, 0x24, 0x33})

_PAT_TABLE: Final = 0x00
_PMT_TABLE: Final = 0x02
_MAX_SECTION_BYTES: Final = 1024
_HEADER_BYTES: Final = 8
_CRC_BYTES: Final = 4


def _crc_table() -> tuple[int, ...]:
    table = []
    for byte in range(256):
        crc = byte << 24
        for _ in range(8):
            crc = (crc << 1) ^ (0x04C11DB7 if crc & 0x80000000 else 0)
        table.append(crc & 0xFFFFFFFF)
    return tuple(table)


_CRC_TABLE: Final = _crc_table()


def crc32_mpeg(data: bytes) -> int:
    """Return the CRC of ISO/IEC 13818-1 annex A; 0 over a section with its own CRC.

    >>> hex(crc32_mpeg(b"123456789"))
    '0x376e6e7'
    """
    crc = 0xFFFFFFFF
    for byte in data:
        crc = ((crc << 8) & 0xFFFFFFFF) ^ _CRC_TABLE[(crc >> 24) ^ byte]
    return crc


class SectionAssembler:
    """Joins the payloads of one PID to whole sections."""

    def __init__(self) -> None:
        self._held = b""
        self._is_synced = False

    def feed(self, packet: bytes) -> list[bytes]:
        """Take one 188-byte packet; return the sections that it completes."""
        payload = packet[n_payload_skip_bytes(packet) :]
        if packet[1] & 0x40 and payload:
            n_tail_bytes = payload[0]
            tail, head = payload[1 : 1 + n_tail_bytes], payload[1 + n_tail_bytes :]
            sections = self._join(tail) if self._is_synced else []
            self._held, self._is_synced = b"", True
            return sections + self._join(head)
        return self._join(payload) if self._is_synced else []

    def _join(self, payload: bytes) -> list[bytes]:
        self._held += payload
        sections = []
        while len(self._held) >= 3 and self._held[0] != 0xFF:
            n_bytes = 3 + ((self._held[1] & 0x0F) << 8 | self._held[2])
            if len(self._held) < n_bytes:
                break
            sections.append(self._held[:n_bytes])
            self._held = self._held[n_bytes:]
        return sections


def _is_whole(section: bytes, table: int) -> bool:
    return (
        len(section) >= _HEADER_BYTES + _CRC_BYTES
        and section[0] == table
        and bool(section[5] & 0x01)
        and crc32_mpeg(section) == 0
    )


def read_program_association(section: bytes) -> dict[int, int] | None:
    """Return the PID of each program's map; None where this is no whole, current PAT."""
    if not _is_whole(section, _PAT_TABLE):
        return None
    body = section[_HEADER_BYTES:-_CRC_BYTES]
    entries = (body[k : k + 4] for k in range(0, len(body) - 3, 4))
    programs = {int.from_bytes(entry[:2]): int.from_bytes(entry[2:]) & 0x1FFF for entry in entries}
    programs.pop(0, None)
    return programs


def program_association_section(programs: dict[int, int]) -> bytes:
    """Return a PAT with its CRC: the PID of each program's map by the program's number."""
    body = (1).to_bytes(2) + b"\xc1\x00\x00"
    for number, pid in programs.items():
        body += number.to_bytes(2) + (0xE000 | pid).to_bytes(2)
    section = bytes([_PAT_TABLE]) + (0xB000 | len(body) + _CRC_BYTES).to_bytes(2) + body
    return section + crc32_mpeg(section).to_bytes(_CRC_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnouncedStream:
    """One stream of a program: its type, its PID and its descriptors as they came."""

    stream_type: int
    pid: int
    descriptors: bytes = b""

    @property
    def is_video(self) -> bool:
        """Whether the type is one of a video codec."""
        return self.stream_type in VIDEO_STREAM_TYPES

    def to_bytes(self) -> bytes:
        """Return the entry as it stands in a program map."""
        return (
            bytes([self.stream_type])
            + (0xE000 | self.pid).to_bytes(2)
            + (0xF000 | len(self.descriptors)).to_bytes(2)
            + self.descriptors
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgramMapTable:
    """One program's map: its clock, its descriptors, its streams."""

    program_number: int
    version: int
    pcr_pid: int
    descriptors: bytes
    streams: tuple[AnnouncedStream, ...]

    def to_section(self) -> bytes | None:
        """Return the section with its CRC; None where it would be longer than a table may be."""
        body = (
            self.program_number.to_bytes(2)
            + bytes([0xC1 | (self.version & 0x1F) << 1, 0, 0])
            + (0xE000 | self.pcr_pid).to_bytes(2)
            + (0xF000 | len(self.descriptors)).to_bytes(2)
            + self.descriptors
            + b"".join(stream.to_bytes() for stream in self.streams)
        )
        n_bytes = len(body) + _CRC_BYTES
        if n_bytes + 3 > _MAX_SECTION_BYTES:
            return None
        section = bytes([_PMT_TABLE]) + (0xB000 | n_bytes).to_bytes(2) + body
        return section + crc32_mpeg(section).to_bytes(_CRC_BYTES)


def read_program_map(section: bytes) -> ProgramMapTable | None:
    """Return the map in this section; None where it is no whole, current program map."""
    if not _is_whole(section, _PMT_TABLE) or len(section) < 16:
        return None
    n_descriptor_bytes = int.from_bytes(section[10:12]) & 0x0FFF
    begin, end = 12 + n_descriptor_bytes, len(section) - _CRC_BYTES
    if begin > end:
        return None
    return ProgramMapTable(
        program_number=int.from_bytes(section[3:5]),
        version=section[5] >> 1 & 0x1F,
        pcr_pid=int.from_bytes(section[8:10]) & 0x1FFF,
        descriptors=section[12:begin],
        streams=tuple(_read_streams(section[begin:end])),
    )


def _read_streams(body: bytes) -> Iterator[AnnouncedStream]:
    place = 0
    while place + 5 <= len(body):
        n_bytes = int.from_bytes(body[place + 3 : place + 5]) & 0x0FFF
        yield AnnouncedStream(
            stream_type=body[place],
            pid=int.from_bytes(body[place + 1 : place + 3]) & 0x1FFF,
            descriptors=body[place + 5 : place + 5 + n_bytes],
        )
        place += 5 + n_bytes


def packets_from_sections(sections: list[bytes], *, pid: int, continuity: int) -> bytes:
    """Return 188-byte packets that carry these sections, each from a packet of its own.

    Args:
        sections: Whole sections.
        pid: Their PID.
        continuity: The continuity counter of the first packet.
    """
    packets = b""
    for section in sections:
        payload = b"\x00" + section
        for begin in range(0, len(payload), PACKET_BYTES - 4):
            part = payload[begin : begin + PACKET_BYTES - 4]
            start = 0x4000 if begin == 0 else 0
            header = (SYNC_BYTE << 24) | ((start | pid) << 8) | 0x10 | (continuity & 0x0F)
            packets += header.to_bytes(4) + part.ljust(PACKET_BYTES - 4, b"\xff")
            continuity += 1
    return packets
