"""Sees where the video of a transport stream goes on with another PID or another codec."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.formats.program_tables import (
    AnnouncedStream,
    ProgramMapTable,
    SectionAssembler,
    packets_from_sections,
    program_association_section,
    read_program_association,
    read_program_map,
)
from plainview.formats.transport_packets import PACKET_BYTES, PacketRun, packet_rows, pids_of

__all__ = ["VideoChange", "VideoFollower"]

_N_PIDS: Final = 1 << 13


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoChange:
    """Where the video goes on in another stream.

    Args:
        offset: Of the first packet of the new video, its sync byte in the file.
        tables: 188-byte packets with the tables that announce it.
    """

    offset: int
    tables: bytes


class VideoFollower:
    """Watches the tables of a transport stream for the video that is looked at.

    The video changes where its program's map announces it no longer and another instead: on
    another PID from the first packet that begins a picture, for what is left of the old video
    may come before; with another codec on the same PID from the map on. What a map announces
    counts, whatever version it says: recordings are joined without a thought for it.

    Args:
        pid: The video that is looked at; None is the first that is announced.
        others: PIDs of videos that are looked at by others; the video never goes on in them.
    """

    def __init__(self, *, pid: int | None = None, others: frozenset[int] = frozenset()) -> None:
        self._wanted = pid
        self._others = others
        self._association = SectionAssembler()
        self._programs: dict[int, int] = {}
        self._maps: dict[int, SectionAssembler] = {}
        self._tables: dict[int, ProgramMapTable] = {}
        self._is_watched = np.zeros(_N_PIDS, np.bool_)
        self._is_watched[0] = True
        self._program: int | None = None
        self._video: AnnouncedStream | None = None
        self._next: AnnouncedStream | None = None

    @property
    def pid(self) -> int | None:
        """The PID of the video that is looked at; None before it is known."""
        return None if self._video is None else self._video.pid

    def look_at(self, pid: int) -> None:
        """Say which video is looked at; without it, it is the first that is announced."""
        if self._video is not None and self._video.pid == pid:
            return
        self._video, self._next = None, None
        for number, table in self._tables.items():
            for stream in table.streams:
                if stream.pid == pid:
                    self._program, self._video = number, stream

    def feed(self, run: PacketRun) -> list[VideoChange]:
        """Take the next packets; return the changes in them."""
        changes: list[VideoChange] = []
        pids = pids_of(packet_rows(run.packets))
        row = -1
        while (row := self._next_row(pids, row + 1)) < len(pids):
            packet = run.packets[row * PACKET_BYTES : (row + 1) * PACKET_BYTES]
            if self._is_change(packet, int(pids[row])):
                offset = run.offset + row * run.stride
                changes.append(VideoChange(offset=offset, tables=self._change()))
        return changes

    def _is_change(self, packet: bytes, pid: int) -> bool:
        """Take a table, or the first packet of the video that is to come."""
        if pid == 0:
            self._take_association(packet)
            return False
        if pid in self._maps:
            for section in self._maps[pid].feed(packet):
                self._take_map(section)
            return self._next is not None and self._is_same_pid
        return bool(packet[1] & 0x40)

    @property
    def _is_same_pid(self) -> bool:
        return (
            self._video is not None
            and self._next is not None
            and (self._video.pid == self._next.pid)
        )

    def _next_row(self, pids: npt.NDArray[np.uint16], row: int) -> int:
        """Return the next row that holds a table, or the video that is to come."""
        is_watched = self._is_watched[pids[row:]]
        if self._next is not None:
            is_watched |= pids[row:] == self._next.pid
        return row + int(np.argmax(is_watched)) if is_watched.any() else len(pids)

    def _take_association(self, packet: bytes) -> None:
        for section in self._association.feed(packet):
            programs = read_program_association(section)
            if programs:
                self._programs = programs
                for pid in programs.values():
                    self._maps.setdefault(pid, SectionAssembler())
                    self._is_watched[pid] = True

    def _take_map(self, section: bytes) -> None:
        table = read_program_map(section)
        if table is None or table.program_number not in self._programs:
            return
        self._tables[table.program_number] = table
        videos = [
            stream for stream in table.streams if stream.is_video and stream.pid not in self._others
        ]
        if self._video is None:
            wanted = [each for each in videos if self._wanted in (None, each.pid)]
            if wanted and self._program is None:
                self._program, self._video = table.program_number, wanted[0]
            return
        if self._program in self._programs and self._program != table.program_number:
            return
        is_there = any(
            (stream.pid, stream.stream_type) == (self._video.pid, self._video.stream_type)
            for stream in table.streams
        )
        if is_there:
            self._next = None
        elif videos:
            self._program, self._next = table.program_number, videos[0]

    def _change(self) -> bytes:
        """Look at the video that was announced; return the tables that announce it."""
        self._video, self._next = self._next, None
        number = self._program
        if number is None or number not in self._programs:
            return b""
        pid, section = self._programs[number], self._tables[number].to_section()
        association = program_association_section({number: pid})
        return packets_from_sections([association], pid=0, continuity=0) + packets_from_sections(
            [section] if section else [], pid=pid, continuity=0
        )
