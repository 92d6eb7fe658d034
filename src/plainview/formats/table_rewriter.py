"""Announces one stream more in a transport stream that passes by; nothing else is touched."""

from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.formats.program_tables import (
    KLV_METADATA,
    KLV_METADATA_STD,
    KLVA_REGISTRATION,
    AnnouncedStream,
    ProgramMapTable,
    SectionAssembler,
    packets_from_sections,
    read_program_association,
    read_program_map,
)
from plainview.formats.transport_packets import (
    PACKET_BYTES,
    n_payload_skip_bytes,
    packet_rows,
    pids_of,
)

__all__ = ["TableRewriter"]

_N_PIDS: Final = 1 << 13
_LAST_OWN_PID: Final = 0x1F0E
"""Ours is this one, or the next below that the source does not use."""

_FIRST_OWN_PID: Final = 0x20
_METADATA_IN_PES: Final = 0x15
"""Synchronous metadata: our sets are stamped with the time of their picture, which data of type
0x06 have not (MISB ST 1402)."""
_DESCRIPTORS: Final = (
    KLVA_REGISTRATION + KLV_METADATA + KLV_METADATA_STD,
    KLV_METADATA,
    b"",
)
"""What says that they are KLV: all, or as much as the map of the source has room for."""


class TableRewriter:
    """Extends the map of the video's program; the other packets pass byte for byte.

    Maps are put into packets again, for the longer one may need a packet more, so the
    continuity counter of their PIDs is ours. Maps of other programs and sections that are
    damaged keep their bytes.
    """

    def __init__(self) -> None:
        self._own_pid: int | None = None
        self._is_announced = False
        self._is_used = np.zeros(_N_PIDS, np.bool_)
        self._is_table = np.zeros(_N_PIDS, np.bool_)
        self._is_table[0] = True
        self._association = SectionAssembler()
        self._maps: dict[int, SectionAssembler] = {}
        self._continuity: dict[int, int] = {}
        self._program: int | None = None
        self._n_version_bumps = 1

    @property
    def announced_pid(self) -> int | None:
        """Our PID, once the tables that were passed announce it."""
        return self._own_pid if self._is_announced else None

    def rewrite(self, packets: bytes) -> bytes:
        """Return the packets with the map of the video's program extended."""
        pids = pids_of(packet_rows(packets))
        self._note_used(pids)
        parts: list[bytes] = []
        done = row = 0
        while (row := self._next_table(pids, row)) < len(pids):
            packet = packets[row * PACKET_BYTES : (row + 1) * PACKET_BYTES]
            pid = int(pids[row])
            if pid == 0:
                self._take_association(packet)
            elif not self._is_stray(packet, pid):
                parts.append(packets[done * PACKET_BYTES : row * PACKET_BYTES])
                parts.append(self._map_packets(packet, pid))
                done = row + 1
            row += 1
        return b"".join((*parts, packets[done * PACKET_BYTES :])) if parts else packets

    def _next_table(self, pids: npt.NDArray[np.uint16], row: int) -> int:
        is_table = self._is_table[pids[row:]]
        return row + int(np.argmax(is_table)) if is_table.any() else len(pids)

    def _note_used(self, pids: npt.NDArray[np.uint16]) -> None:
        """Remember which PIDs the source uses; leave ours to it where it takes it up."""
        self._is_used[pids] = True
        if self._own_pid is not None and self._is_used[self._own_pid]:
            self._choose_pid()

    def _choose_pid(self) -> None:
        free = np.flatnonzero(~self._is_used[_FIRST_OWN_PID : _LAST_OWN_PID + 1])
        self._n_version_bumps += self._is_announced
        self._is_announced = False
        self._own_pid = _FIRST_OWN_PID + int(free[-1]) if len(free) else None

    def _take_association(self, packet: bytes) -> None:
        for section in self._association.feed(packet):
            programs = read_program_association(section) or {}
            if programs and self._program not in programs:
                self._program = None
            for pid in programs.values():
                self._maps.setdefault(pid, SectionAssembler())
                self._is_used[pid] = self._is_table[pid] = True

    def _is_stray(self, packet: bytes, pid: int) -> bool:
        """Say whether this is no table at all; the PID is then let alone."""
        payload = packet[n_payload_skip_bytes(packet) :]
        is_stray = bool(packet[1] & 0x40) and payload.startswith(b"\x00\x00\x01")
        if is_stray:
            self._is_table[pid] = False
            del self._maps[pid]
        return is_stray

    def _map_packets(self, packet: bytes, pid: int) -> bytes:
        """Return the packets of the sections that this packet completes."""
        sections = [self._section(section) for section in self._maps[pid].feed(packet)]
        continuity = self._continuity.get(pid, packet[3] & 0x0F)
        packets = packets_from_sections(sections, pid=pid, continuity=continuity)
        self._continuity[pid] = (continuity + len(packets) // PACKET_BYTES) % 16
        return packets

    def _section(self, section: bytes) -> bytes:
        """Return the section, extended where it is the map of the video's program."""
        table = read_program_map(section)
        if table is None or not self._has_the_video(table):
            return section
        self._is_used[[table.pcr_pid, *(stream.pid for stream in table.streams)]] = True
        if self._own_pid is None or self._is_used[self._own_pid]:
            self._choose_pid()
        extended = self._extended(table)
        self._is_announced = extended is not None
        return extended or section

    def _has_the_video(self, table: ProgramMapTable) -> bool:
        if self._program is None and any(stream.is_video for stream in table.streams):
            self._program = table.program_number
        return self._program == table.program_number

    def _extended(self, table: ProgramMapTable) -> bytes | None:
        """Return the map with our stream; None where it has no room for it."""
        if self._own_pid is None:
            return None
        for descriptors in _DESCRIPTORS:
            ours = AnnouncedStream(
                stream_type=_METADATA_IN_PES, pid=self._own_pid, descriptors=descriptors
            )
            section = ProgramMapTable(
                program_number=table.program_number,
                version=(table.version + self._n_version_bumps) % 32,
                pcr_pid=table.pcr_pid,
                descriptors=table.descriptors,
                streams=(*table.streams, ours),
            ).to_section()
            if section is not None:
                return section
        return None
