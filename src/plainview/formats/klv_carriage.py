"""KLV out of a transport stream; with `klv_muxer` the only module that knows ``tstrans``."""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
import numpy.typing as npt
from tstrans import TstError, mpegts

from plainview.formats.transport_packets import (
    SYNC_BYTE,
    PacketRun,
    n_payload_skip_bytes,
    packet_rows,
    pids_of,
    starts_of,
)
from plainview.model import StreamInfo, StreamKind

__all__ = ["CarriedKlv", "KlvDemuxer"]

UNIVERSAL_LABEL_HEAD: Final = b"\x06\x0e\x2b\x34"
"""The first bytes of every key of SMPTE 336 that is 16 bytes long."""

_N_PIDS: Final = 1 << 13
_ASSOCIATION_PID: Final = 0
_CELL_HEADER_BYTES: Final = 5
"""Of a metadata access-unit cell (ISO/IEC 13818-1, 2.12.4)."""

_PRIVATE_STREAM_TYPES: Final = frozenset({0x05, 0x06, 0x15, *range(0x80, 0x100)})
_KLV_KINDS: Final = (mpegts.StreamKindTag.KLV_SYNC, mpegts.StreamKindTag.KLV_ASYNC)
_KIND_FROM_TAG: Final = {
    mpegts.StreamKindTag.VIDEO: StreamKind.VIDEO,
    mpegts.StreamKindTag.AUDIO: StreamKind.AUDIO,
    mpegts.StreamKindTag.KLV_SYNC: StreamKind.KLV,
    mpegts.StreamKindTag.KLV_ASYNC: StreamKind.KLV,
}
_CODEC_FROM_STREAM_TYPE: Final = {0x01: "mpeg1video", 0x02: "mpeg2video", 0x10: "mpeg4"}


Rows = npt.NDArray[np.uint8]
Offsets = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CarriedKlv:
    """One payload of a KLV stream.

    Args:
        stream: Its PID.
        data: The payload, free of PES and access-unit headers.
        pts: The 33-bit stamp in ticks of 90 kHz; None where the packet carried none.
        byte_offset: Where its PES packet begins in the file.
    """

    stream: int
    data: bytes
    pts: int | None
    byte_offset: int


@dataclass(slots=True)
class _PesPlace:
    """Where a PES packet of one PID began, and whether it carries a time stamp."""

    offset: int
    has_pts: bool
    is_delivered: bool = False

    def pts(self, raw: int) -> int | None:
        """Return the library's stamp, which reads 0 where there is none."""
        return raw if self.has_pts else None


@dataclass(slots=True)
class _KlvStream:
    """What is remembered of one PID that may carry KLV."""

    is_klv: bool
    before: _PesPlace | None = None
    current: _PesPlace | None = None
    held: deque[CarriedKlv] = field(default_factory=lambda: deque(maxlen=64))

    def note_start(self, packet: bytes, offset: int) -> None:
        """Remember where the PES packet begins that this transport packet begins."""
        self.before = self.current
        self.current = _PesPlace(offset=offset, has_pts=_has_pts(packet))


class KlvDemuxer:
    """Takes the packets of a transport stream; gives the KLV payloads of all its programs.

    Both the payloads that the carriage library takes for KLV and those that it does not know
    are given, so that a reader that looks for labels in the stream loses none.

    Args:
        is_video_skipped: Whether the packets of video are left out unread, which is three
            times as fast; what is missing among them is then not counted.
    """

    def __init__(self, *, is_video_skipped: bool = False) -> None:
        self.n_errors = 0
        self._is_video_skipped = is_video_skipped
        self.n_continuity_errors = 0
        self.first_continuity_offset: int | None = None
        self._demuxer = _new_demuxer()
        self._streams: dict[int, _KlvStream] = {}
        self._announced: dict[int, StreamInfo] = {}
        self._tables: dict[int, bytes] = {}
        self._table_pids = {_ASSOCIATION_PID}
        self._is_watched = np.zeros(_N_PIDS, np.bool_)
        self._is_watched[_ASSOCIATION_PID] = True
        self._is_video = np.zeros(_N_PIDS, np.bool_)
        self._offset = 0

    @property
    def streams(self) -> tuple[StreamInfo, ...]:
        """The streams that were announced so far, in the order of their PIDs."""
        return tuple(self._announced[pid] for pid in sorted(self._announced))

    @property
    def klv_pids(self) -> tuple[int, ...]:
        """The PIDs that are known to carry KLV."""
        return tuple(sorted(pid for pid, stream in self._streams.items() if stream.is_klv))

    def feed(self, run: PacketRun) -> list[CarriedKlv]:
        """Take the next packets; return the payloads that they complete."""
        rows = packet_rows(run.packets)
        offsets = run.offset + run.stride * np.arange(len(run))
        if self._is_video_skipped and self._is_video.any():
            is_kept = ~self._is_video[pids_of(rows)]
            rows, offsets = rows[is_kept], offsets[is_kept]
        return self.feed_packets(rows, offsets)

    def feed_packets(self, rows: Rows, offsets: Offsets) -> list[CarriedKlv]:
        """Take packets that need not lie one after the other; return what they complete.

        Args:
            rows: (n, 188) the packets.
            offsets: (n,) where each begins in the file.
        """
        return [klv for part in self._parts(rows, offsets) for klv in part]

    def flush(self) -> list[CarriedKlv]:
        """Return what was still open at the end of the stream."""
        try:
            self._demuxer.flush()
        except TstError:
            self.n_errors += 1
        return [self._without_cell(klv) for klv in self._drain(is_first_packet=False)]

    def _without_cell(self, klv: CarriedKlv) -> CarriedKlv:
        """Return a payload without the header of its access-unit cell, which a cut cell keeps."""
        begin = klv.data[_CELL_HEADER_BYTES : _CELL_HEADER_BYTES + len(UNIVERSAL_LABEL_HEAD)]
        if begin != UNIVERSAL_LABEL_HEAD or klv.data.startswith(UNIVERSAL_LABEL_HEAD):
            return klv
        return replace(klv, data=klv.data[_CELL_HEADER_BYTES:])

    def _parts(self, rows: Rows, offsets: Offsets) -> Iterator[list[CarriedKlv]]:
        """Feed up to each start of a KLV PES packet, so that payloads know where they began."""
        done = 0
        while done < len(rows) and not self._announced:
            yield self._feed_rows(rows[done : done + 1], offsets[done:])
            if self._starts(rows[: done + 1], begin=done):
                self._is_unversioned_change(rows[done].tobytes())
            done += 1
        for row in self._starts(rows, begin=done):
            packet = rows[row].tobytes()
            stream = self._streams.get(int.from_bytes(packet[1:3]) & 0x1FFF)
            if stream is None and not self._is_unversioned_change(packet):
                continue
            yield self._feed_rows(rows[done:row], offsets[done:])
            if stream is None:
                yield self._begin_again()
            else:
                stream.note_start(packet, int(offsets[row]))
            yield self._feed_rows(rows[row : row + 1], offsets[row:], is_first_packet=True)
            done = row + 1
        yield self._feed_rows(rows[done:], offsets[done:])

    def _starts(self, rows: Rows, *, begin: int) -> list[int]:
        """Return the rows that begin a table, or a PES packet that may hold KLV."""
        is_start = self._is_watched[pids_of(rows[begin:])] & starts_of(rows[begin:])
        return [begin + int(row) for row in np.flatnonzero(is_start)]

    def _is_unversioned_change(self, packet: bytes) -> bool:
        """Say whether a table is another one without a new version, as in joined recordings."""
        pid, body = int.from_bytes(packet[1:3]) & 0x1FFF, packet[4:]
        if pid not in self._table_pids:
            return False
        before, self._tables[pid] = self._tables.get(pid, body), body
        return before != body and before[6:8] == body[6:8]

    def _begin_again(self) -> list[CarriedKlv]:
        """Let go of what the maps said, so that the next is read as the first."""
        payloads = self.flush()
        self._demuxer = _new_demuxer()
        header = bytes([SYNC_BYTE, 0x40, _ASSOCIATION_PID, 0x10])
        if _ASSOCIATION_PID in self._tables:
            self._demuxer.feed(header + self._tables[_ASSOCIATION_PID])
        return payloads

    def _feed_rows(
        self, rows: Rows, offsets: Offsets, *, is_first_packet: bool = False
    ) -> list[CarriedKlv]:
        if len(rows) == 0:
            return []
        self._offset = int(offsets[0])
        try:
            self._demuxer.feed(rows.tobytes())
        except TstError:
            self.n_errors += 1
        return self._drain(is_first_packet=is_first_packet)

    def _drain(self, *, is_first_packet: bool) -> list[CarriedKlv]:
        payloads: list[CarriedKlv] = []
        while True:
            try:
                event = self._demuxer.next_event()
            except TstError:
                self.n_errors += 1
                continue
            if event is None:
                return payloads
            payloads += self._take(event, is_first_packet=is_first_packet)

    def _take(self, event: mpegts.DemuxEvent, *, is_first_packet: bool) -> list[CarriedKlv]:
        if isinstance(event, mpegts.DemuxEvent.ProgramMap):
            self._announce(event)
        elif isinstance(event, mpegts.DemuxEvent.Discontinuity):
            self._count_discontinuity(event)
        elif isinstance(event, mpegts.DemuxEvent.Metadata | mpegts.DemuxEvent.UnknownSample):
            return self._take_payload(event, is_first_packet=is_first_packet)
        return []

    def _count_discontinuity(self, event: mpegts.DemuxEvent.Discontinuity) -> None:
        if event.kind is mpegts.DiscontinuityKindTag.CONTINUITY_JUMP:
            self.n_continuity_errors += 1
            if self.first_continuity_offset is None:
                self.first_continuity_offset = self._offset

    def _take_payload(
        self,
        event: mpegts.DemuxEvent.Metadata | mpegts.DemuxEvent.UnknownSample,
        *,
        is_first_packet: bool,
    ) -> list[CarriedKlv]:
        pid, data = event.stream.pid, event.payload
        stream = self._streams.get(pid)
        if stream is None or not data:
            return []
        place = _place_of(stream, is_first_packet=is_first_packet)
        klv = CarriedKlv(
            stream=pid,
            data=data,
            pts=(event.pts.raw or None) if place is None else place.pts(event.pts.raw),
            byte_offset=self._offset if place is None else place.offset,
        )
        return self._release(stream, klv)

    def _release(self, stream: _KlvStream, klv: CarriedKlv) -> list[CarriedKlv]:
        """Hold the payloads of a private stream back until a label shows that it is KLV."""
        if stream.is_klv:
            return [klv]
        stream.held.append(klv)
        if UNIVERSAL_LABEL_HEAD not in klv.data:
            return []
        stream.is_klv = True
        info = self._announced[klv.stream]
        self._announced[klv.stream] = StreamInfo(
            stream=info.stream,
            kind=StreamKind.KLV,
            codec="klv",
            carriage=info.carriage or "asynchronous",
            details="not announced as KLV",
        )
        released = list(stream.held)
        stream.held.clear()
        return released

    def _announce(self, event: mpegts.DemuxEvent.ProgramMap) -> None:
        for program in event.programs:
            self._is_watched[program.pmt_pid] = True
            self._table_pids.add(program.pmt_pid)
            for info in program.streams:
                self._announce_stream(info)

    def _announce_stream(self, info: mpegts.StreamInfo) -> None:
        is_klv = info.kind in _KLV_KINDS
        is_private = info.stream_type in _PRIVATE_STREAM_TYPES
        if not is_klv and not (info.kind is mpegts.StreamKindTag.UNKNOWN and is_private):
            self._streams.pop(info.pid, None)
        elif info.pid not in self._streams:
            self._streams[info.pid] = _KlvStream(is_klv=is_klv)
        elif self._streams[info.pid].is_klv:
            return
        self._announced[info.pid] = _stream_info(info)
        self._is_video[info.pid] = self._announced[info.pid].kind is StreamKind.VIDEO
        self._is_watched[info.pid] = info.pid in self._streams


def _new_demuxer() -> mpegts.Demuxer:
    return mpegts.Demuxer(mpegts.DemuxerConfig(cfi_tolerance=True))


def _place_of(stream: _KlvStream, *, is_first_packet: bool) -> _PesPlace | None:
    """Return where a payload began that came out just now.

    A payload that comes out with the first packet of a new PES packet belongs to the one
    before, unless that one has been delivered.
    """
    before = stream.before
    is_late = is_first_packet and before is not None and not before.is_delivered
    place = before if is_late else stream.current
    if place is not None:
        place.is_delivered = True
    return place


def _has_pts(packet: bytes) -> bool:
    """Return whether the PES header in this packet carries a PTS (ISO/IEC 13818-1, 2.4.3.6)."""
    begin = n_payload_skip_bytes(packet)
    header = packet[begin : begin + 9]
    return len(header) == 9 and header[:3] == b"\x00\x00\x01" and bool(header[7] & 0x80)


def _stream_info(info: mpegts.StreamInfo) -> StreamInfo:
    kind = _KIND_FROM_TAG.get(info.kind, StreamKind.DATA)
    codec = info.codec.value if info.codec is not None else None
    if info.stream_type in _CODEC_FROM_STREAM_TYPE:
        kind, codec = StreamKind.VIDEO, _CODEC_FROM_STREAM_TYPE[info.stream_type]
    if kind is not StreamKind.KLV:
        return StreamInfo(
            stream=info.pid, kind=kind, codec=codec, details=f"type 0x{info.stream_type:02x}"
        )
    is_synchronous = info.stream_type == 0x15
    return StreamInfo(
        stream=info.pid,
        kind=kind,
        codec="klv",
        carriage="synchronous" if is_synchronous else "asynchronous",
        details=f"type 0x{info.stream_type:02x}",
    )
