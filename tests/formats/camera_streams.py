"""Transport streams with several videos, joined of streams that each have one, to the byte."""

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path

import numpy as np

from plainview.formats.pes_packets import pts_of_packet
from plainview.formats.program_tables import (
    KLVA_REGISTRATION,
    AnnouncedStream,
    ProgramMapTable,
    packets_from_sections,
    program_association_section,
)
from plainview.formats.transport_packets import (
    PACKET_BYTES,
    n_payload_skip_bytes,
    packet_rows,
    pids_of,
)

SOURCE_VIDEO, SOURCE_KLV = 0x101, 0x102
VIDEO_PIDS = (0x111, 0x121)
KLV_PIDS = (0x112, 0x122)
MAP_PIDS = (0x100, 0x200)
_TABLES_EVERY = 25


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """How streams are joined.

    Args:
        n_programs: 1, or 2 for one a camera.
        klv_of: Which of them have their metadata joined as well.
        klv_pids: The PIDs of the metadata, by camera.
        shift_ticks: By how much the stamps of each are moved.
        more_klv: PIDs of further KLV streams that are announced.
    """

    n_programs: int = 1
    klv_of: tuple[int, ...] = (0, 1)
    klv_pids: tuple[int, int] = KLV_PIDS
    shift_ticks: tuple[int, int] = (0, 0)
    more_klv: tuple[int, ...] = ()


def join_streams(path: Path, clips: Sequence[Path], how: Joined | None = None) -> Path:
    """Write one stream of two drawn clips: day and thermal, as one turret sends them."""
    how = how or Joined()
    chunks = [_chunks(clip.read_bytes(), camera, how) for camera, clip in enumerate(clips)]
    data = bytearray()
    for number, (_, _, chunk) in enumerate(heapq.merge(*chunks, key=lambda each: each[:2])):
        if number % _TABLES_EVERY == 0:
            data += _tables(how, number // _TABLES_EVERY)
        data += chunk
    path.write_bytes(bytes(data))
    return path


def alone(path: Path, clip: Path, *, shift_ticks: int = 0, has_klv: bool = True) -> Path:
    """Write one of them as a stream of its own, with the same bytes of video and metadata."""
    how = Joined(klv_of=(0,) if has_klv else (), shift_ticks=(shift_ticks, 0))
    return join_streams(path, [clip], how)


def _chunks(data: bytes, camera: int, how: Joined) -> Iterator[tuple[int, int, bytes]]:
    """Yield when each PES packet is, its camera, and its transport packets on their new PID."""
    rows = packet_rows(data).copy()
    pids = pids_of(rows)
    wanted = {SOURCE_VIDEO: VIDEO_PIDS[camera]}
    if camera in how.klv_of:
        wanted[SOURCE_KLV] = how.klv_pids[camera]
    time, chunk = 0, b""
    for row in np.flatnonzero(np.isin(pids, list(wanted))):
        packet = bytearray(rows[row].tobytes())
        pid = wanted[int(pids[row])]
        packet[1:3] = (packet[1] << 8 & 0xE000 | pid).to_bytes(2)
        stamp = pts_of_packet(bytes(packet)) if packet[1] & 0x40 else None
        if packet[1] & 0x40:
            if chunk:
                yield time, camera, chunk
            chunk = b""
        if stamp is not None:
            time = stamp + how.shift_ticks[camera]
            _set_stamp(packet, time)
        _without_clock(packet, how.shift_ticks[camera])
        chunk += bytes(packet)
    yield time, camera, chunk


def _set_stamp(packet: bytearray, ticks: int) -> None:
    at, ticks = n_payload_skip_bytes(bytes(packet)) + 9, ticks % (1 << 33)
    packet[at : at + 5] = bytes(
        [
            packet[at] & 0xF0 | ticks >> 29 & 0x0E | 1,
            ticks >> 22 & 0xFF,
            ticks >> 14 & 0xFE | 1,
            ticks >> 7 & 0xFF,
            ticks << 1 & 0xFE | 1,
        ]
    )


def _without_clock(packet: bytearray, shift_ticks: int) -> None:
    """Move the clock reference with the stamps."""
    if packet[3] & 0x20 and packet[4] >= 7 and packet[5] & 0x10:
        clock = int.from_bytes(packet[6:12])
        moved = ((clock >> 15) + shift_ticks) % (1 << 33) << 15 | clock & 0x7FFF
        packet[6:12] = moved.to_bytes(6)


def _tables(how: Joined, count: int) -> bytes:
    numbers = {n + 1: MAP_PIDS[n] for n in range(how.n_programs)}
    data = packets_from_sections([program_association_section(numbers)], pid=0, continuity=count)
    for n in range(how.n_programs):
        cameras = (0, 1) if how.n_programs == 1 else (n,)
        section = ProgramMapTable(
            program_number=n + 1,
            version=0,
            pcr_pid=VIDEO_PIDS[cameras[0]],
            descriptors=b"",
            streams=tuple(_announced(how, cameras)),
        ).to_section()
        assert section is not None
        data += packets_from_sections([section], pid=MAP_PIDS[n], continuity=count)
    assert len(data) % PACKET_BYTES == 0
    return data


def _announced(how: Joined, cameras: tuple[int, ...]) -> Iterator[AnnouncedStream]:
    for camera in cameras:
        yield AnnouncedStream(stream_type=0x1B, pid=VIDEO_PIDS[camera])
    klv = (*(how.klv_pids[camera] for camera in cameras if camera in how.klv_of), *how.more_klv)
    for pid in klv:
        yield AnnouncedStream(stream_type=0x15, pid=pid, descriptors=KLVA_REGISTRATION)


def ticks(seconds: float) -> int:
    """Return seconds in ticks of 90 kHz."""
    return round(Fraction(seconds) * 90_000)
