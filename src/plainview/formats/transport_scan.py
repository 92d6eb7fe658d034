"""A transport stream in one pass over columns: pictures, stamps, clock, faults, and its KLV.

No picture and no packet is looked at by itself where a stream is as most are. What is not as
most are is named (`ScanFacts.oddities`), so that whoever asked can ask the exact reader.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.formats.input_file import open_input
from plainview.formats.klv_carriage import UNIVERSAL_LABEL_HEAD
from plainview.formats.klv_gather import KlvBatch, KlvGatherer, KlvRows
from plainview.formats.stream_head import StreamHead
from plainview.formats.transport_columns import (
    NO_STAMP,
    ContinuityWatch,
    Flags,
    PacketHeads,
    Rows,
    Stamps,
    clock_references,
    heads_of_run,
    payload_begins,
    pes_heads,
)
from plainview.formats.transport_packets import (
    PACKET_BYTES,
    PacketAligner,
    PacketRun,
    packet_rows,
)
from plainview.formats.video_clock import PTS_WRAP
from plainview.misb.stamps0604 import PictureStamp, find_picture_stamp

__all__ = ["ODD_BUT_COUNTED", "ScanFacts", "StampTally", "TransportScan"]

Places = npt.NDArray[np.intp]

_CHUNK_BYTES: Final = 153_408 * 16
"""2.5 MB: a multiple of 188, 192 and 204, so that whole packets are read and nothing is copied."""

_MAX_STAMPED_PICTURES: Final = 2_000
_N_STAMP_PACKETS: Final = 3
"""Of a picture, in which its time stamp stands."""
_N_COMPARED: Final = 40
_MOST_LEAD_BYTES: Final = 16
"""The video library counts what stands before a sync byte (M2TS) or behind it to the packet."""

ODD_BUT_COUNTED: Final = frozenset({"continuity", "damaged_packets", "bytes_lost"})
"""Oddities of damage, with which pictures are still counted well, by their PES packets."""


@dataclass(slots=True)
class StampTally:
    """ST 0604 stamps of the pictures that were looked at.

    Args:
        n_pictures: How many were looked at.
        n_stamped: How many have one; n_locked: of those, whose clock was locked.
        n_discontinuous: Whose time says that it does not go on evenly.
        n_reserved_wrong: Whose reserved bits are not as the standard asks.
        first: The first stamp, with the offset of its picture; None without any.
    """

    n_pictures: int = 0
    n_stamped: int = 0
    n_locked: int = 0
    n_discontinuous: int = 0
    n_reserved_wrong: int = 0
    first: tuple[int, PictureStamp] | None = None

    def add(self, stamp: PictureStamp | None, *, offset: int) -> None:
        """Take in what a picture has."""
        self.n_pictures += 1
        if stamp is None:
            return
        self.n_stamped += 1
        self.n_locked += stamp.is_locked
        self.n_discontinuous += stamp.is_discontinuous
        self.n_reserved_wrong += not stamp.has_reserved_bits
        self.first = self.first or (offset, stamp)


@dataclass(slots=True)
class ScanFacts:
    """What a pass found.

    Args:
        picture_offsets: Chunks of where pictures begin in the file; with their stamps in
            ``picture_pts`` and ``picture_dts``, `NO_STAMP` where there is none.
        klv_pts: Stamps of payloads by PID, chunks; ``klv_offsets`` likewise.
        n_packets: 188-byte packets of all PIDs; ``n_null_packets`` of stuffing.
        n_clocks: Clock references; the longest time between two in ``longest_clock_gap_s``.
        stamps: Of the pictures.
        oddities: What is not as most streams are, with the first place of each.
        n_faults: Places where a packet is missing, by their counters.
    """

    picture_offsets: list[Stamps] = field(default_factory=list)
    picture_pts: list[Stamps] = field(default_factory=list)
    picture_dts: list[Stamps] = field(default_factory=list)
    klv_pts: dict[int, list[Stamps]] = field(default_factory=dict)
    klv_offsets: dict[int, list[Stamps]] = field(default_factory=dict)
    n_packets: int = 0
    n_null_packets: int = 0
    n_clocks: int = 0
    longest_clock_gap_s: float | None = None
    stamps: StampTally = field(default_factory=StampTally)
    oddities: dict[str, int] = field(default_factory=dict)
    n_faults: int = 0
    n_klv_errors: int = 0
    n_klv_exact: int = 0
    n_dropped_bytes: int = 0
    first_drop_offset: int | None = None

    def note(self, what: str, offset: int) -> None:
        """Remember the first place of an oddity."""
        self.oddities.setdefault(what, offset)


class TransportScan:
    """Reads a transport stream once.

    Args:
        path: The file.
        head: What its beginning shows.
        on_read: Is told how many bytes were read.
    """

    def __init__(
        self, path: Path, head: StreamHead, *, on_read: Callable[[int], None] | None = None
    ) -> None:
        self.facts = ScanFacts()
        self._path = path
        self._head = head
        self._on_read = on_read
        self._watch = ContinuityWatch()
        self._tables: dict[int, set[bytes]] = {}
        self._last_clock: int | None = None
        self._gatherers = {
            info.stream: KlvGatherer(
                info.stream,
                is_synchronous=info.carriage == "synchronous",
                tables=head.tables,
            )
            for info in head.klv
        }
        n_chunks = max(1, path.stat().st_size // _CHUNK_BYTES)
        self._n_stamps_a_chunk = max(4, _MAX_STAMPED_PICTURES // n_chunks)

    def batches(self) -> Iterator[KlvBatch]:
        """Yield the KLV as it comes; `facts` is complete once this has ended."""
        aligner = PacketAligner()
        with open_input(self._path) as file:
            n_read, is_end = 0, False
            while not is_end:
                data = file.read(_CHUNK_BYTES)
                n_read += len(data)
                is_end = not data
                for run in aligner.feed(data, is_end=is_end):
                    yield from self._take(run)
                if self._on_read is not None:
                    self._on_read(n_read)
        yield from self._end(aligner)

    def _end(self, aligner: PacketAligner) -> Iterator[KlvBatch]:
        for gatherer in self._gatherers.values():
            yield self._noted(gatherer.feed(_NO_ROWS, is_end=True))
        facts = self.facts
        facts.n_klv_errors = sum(each.n_errors for each in self._gatherers.values())
        facts.n_klv_exact = sum(each.n_exact for each in self._gatherers.values())
        facts.n_dropped_bytes = aligner.n_dropped_bytes
        facts.first_drop_offset = aligner.first_drop_offset
        if aligner.n_dropped_bytes >= PACKET_BYTES:
            facts.note("bytes_lost", aligner.first_drop_offset or 0)
        self._compare_pictures()

    def _take(self, run: PacketRun) -> Iterator[KlvBatch]:
        rows, heads = packet_rows(run.packets), heads_of_run(run)
        offsets = run.offset + run.stride * np.arange(len(rows), dtype=np.int64)
        is_faulty = self._note_faults(heads, offsets)
        self._note_tables(rows, heads, offsets)
        self._note_private(rows, heads, offsets)
        self._note_clock(rows, heads)
        self._note_pictures(rows, heads, offsets)
        self.facts.n_packets += len(rows)
        for pid, gatherer in self._gatherers.items():
            picked = np.flatnonzero(heads.pid == pid)
            part = KlvRows(
                rows=rows[picked],
                offsets=offsets[picked],
                begins=payload_begins(rows, heads, picked),
                is_start=heads.is_start[picked],
                is_faulty=is_faulty[picked],
            )
            yield self._noted(gatherer.feed(part))

    def _noted(self, batch: KlvBatch) -> KlvBatch:
        """Keep the stamps and places of a batch's payloads."""
        exact = [(NO_STAMP if klv.pts is None else klv.pts) for klv in batch.payloads]
        places = [klv.byte_offset for klv in batch.payloads]
        for kept, early, late in (
            (self.facts.klv_pts, exact, batch.pts),
            (self.facts.klv_offsets, places, batch.offsets),
        ):
            both = np.concatenate([np.array(early, np.int64), late])
            if len(both):
                kept.setdefault(batch.stream, []).append(both)
        return batch

    def _note_faults(self, heads: PacketHeads, offsets: Stamps) -> Flags:
        """Return which packets are damaged or come after a missing one."""
        faults = self._watch.faults(heads)
        is_faulty = heads.has_error.copy()
        if is_faulty.any():
            self.facts.note("damaged_packets", int(offsets[np.argmax(is_faulty)]))
        if len(faults):
            self.facts.n_faults += len(faults)
            self.facts.note("continuity", int(offsets[faults[0]]))
            is_faulty[faults] = True
        return is_faulty

    def _note_tables(self, rows: Rows, heads: PacketHeads, offsets: Stamps) -> None:
        """Note where a table is not the one before: its streams may be others."""
        for pid in self._head.table_pids:
            known = self._tables.setdefault(pid, set())
            for row in np.flatnonzero((heads.pid == pid) & heads.is_start).tolist():
                body = rows[row, 4:].tobytes()
                if body in known:
                    continue
                if known:
                    self.facts.note("tables_change", int(offsets[row]))
                if len(known) < 2:
                    known.add(body)

    def _note_private(self, rows: Rows, heads: PacketHeads, offsets: Stamps) -> None:
        """Note where a stream that was not announced as KLV has a label."""
        for pid in self._head.private_pids:
            picked = np.flatnonzero(heads.pid == pid)
            if len(picked) and UNIVERSAL_LABEL_HEAD in rows[picked].tobytes():
                self.facts.note("late_klv", int(offsets[picked[0]]))

    def _note_clock(self, rows: Rows, heads: PacketHeads) -> None:
        self.facts.n_null_packets += int(np.count_nonzero(heads.pid == 0x1FFF))
        if self._head.clock_pid is None:
            return
        _, ticks = clock_references(rows, heads, pid=self._head.clock_pid)
        if not len(ticks):
            return
        self.facts.n_clocks += len(ticks)
        known = ticks if self._last_clock is None else np.append(self._last_clock, ticks)
        steps = np.diff(known) % PTS_WRAP
        steps = steps[steps < PTS_WRAP // 2]
        self._last_clock = int(ticks[-1])
        if len(steps):
            longest_s = float(steps.max()) / 90_000
            self.facts.longest_clock_gap_s = max(longest_s, self.facts.longest_clock_gap_s or 0.0)

    def _note_pictures(self, rows: Rows, heads: PacketHeads, offsets: Stamps) -> None:
        picked = np.flatnonzero((heads.pid == self._head.video_pid) & heads.is_start)
        if not len(picked):
            return
        begins = payload_begins(rows, heads, picked)
        firsts = rows[picked]
        places = np.arange(len(picked)) * PACKET_BYTES + begins
        ends = (np.arange(len(picked)) + 1) * PACKET_BYTES
        pes = pes_heads(firsts.reshape(-1), places, ends)
        is_odd = ~pes.is_whole | (pes.pts == NO_STAMP) | (pes.stream_id >> 4 != 0xE)
        if is_odd.any():
            self.facts.note("video_headers", int(offsets[picked[np.argmax(is_odd)]]))
        self.facts.picture_offsets.append(offsets[picked])
        self.facts.picture_pts.append(pes.pts)
        self.facts.picture_dts.append(pes.dts)
        self._note_stamps(rows, heads, offsets=offsets, picked=picked)

    def _note_stamps(
        self, rows: Rows, heads: PacketHeads, *, offsets: Stamps, picked: Places
    ) -> None:
        """Look for time stamps in an even part of the pictures."""
        step = max(1, len(picked) // self._n_stamps_a_chunk)
        of_video = np.flatnonzero(heads.pid == self._head.video_pid)
        places = np.searchsorted(of_video, picked)
        for n in range(0, len(picked), step):
            end = int(places[n + 1]) if n + 1 < len(picked) else len(of_video)
            here = of_video[places[n] : min(end, int(places[n]) + _N_STAMP_PACKETS)]
            if n + 1 == len(picked) and len(here) < _N_STAMP_PACKETS:
                continue  # the rest of this picture comes with the next chunk
            begins = payload_begins(rows, heads, here)
            data = b"".join(
                rows[row, begin:].tobytes() for row, begin in zip(here, begins, strict=True)
            )
            self.facts.stamps.add(find_picture_stamp(data), offset=int(offsets[picked[n]]))

    def _compare_pictures(self) -> None:
        """Note where a PES packet is no picture, by what the video library cuts at the start."""
        offsets = np.concatenate([*self.facts.picture_offsets, np.zeros(0, np.int64)])
        pts = np.concatenate([*self.facts.picture_pts, np.zeros(0, np.int64)])
        for n, (offset, stamp, _) in enumerate(self._head.pictures[:_N_COMPARED]):
            is_there = offset is not None and n < len(offsets) and stamp == int(pts[n])
            if not is_there or abs((offset or 0) - int(offsets[n])) > _MOST_LEAD_BYTES:
                self.facts.note("pictures_in_pes", offset or 0)
                return
        if not self._head.pictures or self._head.is_fallback:
            self.facts.note("unread", 0)


_NO_ROWS: Final = KlvRows(
    rows=np.zeros((0, PACKET_BYTES), np.uint8),
    offsets=np.zeros(0, np.int64),
    begins=np.zeros(0, np.int64),
    is_start=np.zeros(0, np.bool_),
    is_faulty=np.zeros(0, np.bool_),
)
