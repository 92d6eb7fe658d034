"""Transport streams that the tests build packet by packet, to the letter or against it."""

from collections.abc import Callable, Iterable

from plainview.formats.program_tables import (
    KLVA_REGISTRATION,
    AnnouncedStream,
    ProgramMapTable,
    crc32_mpeg,
    packets_from_sections,
)
from plainview.formats.transport_packets import PACKET_BYTES

MAP_PID = 0x1000
VIDEO_PID = 0x100
KLV_PID = 0x101
METADATA_DESCRIPTOR = bytes.fromhex("26090100ff4b4c5641000f")

KLVA = AnnouncedStream(stream_type=0x06, pid=KLV_PID, descriptors=KLVA_REGISTRATION)
VIDEO = AnnouncedStream(stream_type=0x1B, pid=VIDEO_PID)


def association(programs: dict[int, int]) -> bytes:
    """Return a PAT section."""
    body = (1).to_bytes(2) + b"\xc1\x00\x00"
    body += b"".join(n.to_bytes(2) + (0xE000 | pid).to_bytes(2) for n, pid in programs.items())
    section = b"\x00" + (0xB000 | (len(body) + 4)).to_bytes(2) + body
    return section + crc32_mpeg(section).to_bytes(4)


def program_map(streams: Iterable[AnnouncedStream], *, version: int = 0, number: int = 1) -> bytes:
    """Return a PMT section."""
    section = ProgramMapTable(
        program_number=number,
        version=version,
        pcr_pid=VIDEO_PID,
        descriptors=b"",
        streams=tuple(streams),
    ).to_section()
    assert section is not None
    return section


def pes(payload: bytes, *, stream_id: int = 0xBD, pts: int | None = None) -> bytes:
    """Return a PES packet, with a stamp or without."""
    stamp = b""
    if pts is not None:
        stamp = bytes(
            [
                0x21 | pts >> 29 & 0x0E,
                pts >> 22 & 0xFF,
                0x01 | pts >> 14 & 0xFE,
                pts >> 7 & 0xFF,
                0x01 | pts << 1 & 0xFE,
            ]
        )
    flags = bytes([0x84, 0x80 if stamp else 0x00, len(stamp)])
    n_bytes = len(payload) + len(flags) + len(stamp)
    return b"\x00\x00\x01" + bytes([stream_id]) + n_bytes.to_bytes(2) + flags + stamp + payload


def cell(payload: bytes, *, sequence: int = 0, fragment: int = 3) -> bytes:
    """Return a metadata access-unit cell; fragment 3 is whole, 2 first, 0 middle, 1 last."""
    return bytes([0, sequence % 256, fragment << 6 | 0x1F]) + len(payload).to_bytes(2) + payload


class StreamWriter:
    """Puts tables and PES packets into transport packets, continuity counted."""

    def __init__(self) -> None:
        self.data = b""
        self._continuity: dict[int, int] = {}

    def tables(self, streams: Iterable[AnnouncedStream], *, version: int = 0) -> "StreamWriter":
        """Write a PAT and a PMT."""
        self.sections([association({1: MAP_PID})], pid=0)
        return self.sections([program_map(streams, version=version)], pid=MAP_PID)

    def sections(self, sections: list[bytes], *, pid: int) -> "StreamWriter":
        """Write sections."""
        packets = packets_from_sections(sections, pid=pid, continuity=self._continuity.get(pid, 0))
        return self._add(packets, pid)

    def pes(self, packet: bytes, *, pid: int = KLV_PID) -> "StreamWriter":
        """Write a PES packet."""
        packets = b""
        for begin in range(0, len(packet), PACKET_BYTES - 4):
            part = packet[begin : begin + PACKET_BYTES - 4]
            count = self._continuity.get(pid, 0) + len(packets) // PACKET_BYTES
            start = 0x4000 if begin == 0 else 0
            n_stuffing = PACKET_BYTES - 4 - len(part)
            control = 0x30 if n_stuffing else 0x10
            field = bytes([n_stuffing - 1]) if n_stuffing else b""
            if n_stuffing > 1:
                field += b"\x00" + b"\xff" * (n_stuffing - 2)
            header = 0x47 << 24 | (start | pid) << 8 | control | count % 16
            packets += header.to_bytes(4) + field + part
        return self._add(packets, pid)

    def _add(self, packets: bytes, pid: int) -> "StreamWriter":
        self._continuity[pid] = self._continuity.get(pid, 0) + len(packets) // PACKET_BYTES
        self.data += packets
        return self


def klv_stream(
    announced: AnnouncedStream, write: Callable[[StreamWriter], None], *, head: bytes = b""
) -> bytes:
    """Return a stream with one program of video and this stream, written by ``write``."""
    writer = StreamWriter().tables([VIDEO, announced])
    write(writer)
    return head + writer.data
