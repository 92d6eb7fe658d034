"""KLV packets of one PID out of many transport packets at once; the unusual by the exact reader.

Usual is a PES packet of one to some transport packets, of the length that it says, that holds
one KLV packet, bare or in one whole cell, of the length that that says. Where anything in a
chunk is otherwise, the chunk's packets of this PID go through `KlvDemuxer`.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.formats.klv_carriage import UNIVERSAL_LABEL_HEAD, CarriedKlv, KlvDemuxer
from plainview.formats.transport_columns import Flags, PesHeads, Rows, Stamps, pes_heads
from plainview.formats.transport_packets import PACKET_BYTES, packet_rows

__all__ = ["KlvBatch", "KlvGatherer", "KlvRows"]

_CELL_BYTES: Final = 5
_LABEL_BYTES: Final = 16
_WHOLE_CELL: Final = 3
_MAX_HELD_ROWS: Final = 1 << 13
"""A PES packet that goes on for longer (64 KiB is 350) has lost its end."""
_LABEL_HEAD: Final = np.frombuffer(UNIVERSAL_LABEL_HEAD, np.uint8)

Counts = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KlvRows:
    """The n packets of one PID.

    Args:
        rows: (n, 188) bytes.
        offsets: (n,) where each begins in the file.
        begins: (n,) where its payload begins in it.
        is_start: (n,) whether it begins a PES packet.
        is_faulty: (n,) whether a packet before it is missing, or it says that it is damaged.
    """

    rows: Rows
    offsets: Stamps
    begins: Stamps
    is_start: Flags
    is_faulty: Flags

    def __len__(self) -> int:
        return len(self.rows)

    def part(self, begin: int, end: int) -> "KlvRows":
        """Return some of them, in order."""
        return KlvRows(
            rows=self.rows[begin:end],
            offsets=self.offsets[begin:end],
            begins=self.begins[begin:end],
            is_start=self.is_start[begin:end],
            is_faulty=self.is_faulty[begin:end],
        )

    def then(self, other: "KlvRows") -> "KlvRows":
        """Return these and others behind them."""
        return KlvRows(
            rows=np.concatenate([self.rows, other.rows]),
            offsets=np.concatenate([self.offsets, other.offsets]),
            begins=np.concatenate([self.begins, other.begins]),
            is_start=np.concatenate([self.is_start, other.is_start]),
            is_faulty=np.concatenate([self.is_faulty, other.is_faulty]),
        )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class KlvBatch:
    """What came of one PID: payloads of any shape first, then whole packets.

    Args:
        stream: The PID.
        payloads: By the exact reader, in order.
        packets: Payloads that are one KLV packet each, in order.
        pts: (n,) their stamps, `NO_STAMP` where there is none.
        offsets: (n,) where their PES packets begin in the file.
    """

    stream: int
    payloads: tuple[CarriedKlv, ...] = ()
    packets: tuple[bytes, ...] = ()
    pts: Stamps = field(default_factory=lambda: np.zeros(0, np.int64))
    offsets: Stamps = field(default_factory=lambda: np.zeros(0, np.int64))


class KlvGatherer:
    """Takes the packets of one KLV PID, chunk by chunk.

    Args:
        stream: The PID.
        is_synchronous: Whether its payloads are in cells (stream type 0x15).
        tables: 188-byte packets that announce it, for the exact reader.
    """

    def __init__(self, stream: int, *, is_synchronous: bool, tables: bytes) -> None:
        self.n_errors = 0
        self.n_exact = 0
        self._stream = stream
        self._is_synchronous = is_synchronous
        self._tables = tables
        self._held: KlvRows | None = None
        self._demuxer: KlvDemuxer | None = None

    def feed(self, new: KlvRows, *, is_end: bool = False) -> KlvBatch:
        """Take the next packets; return what they complete."""
        here = new if self._held is None else self._held.then(new)
        starts = np.flatnonzero(here.is_start)
        if self._held is None and len(starts):
            here, starts = here.part(int(starts[0]), len(here)), starts - starts[0]
        cut = len(here) if is_end or len(here) > _MAX_HELD_ROWS or not len(starts) else starts[-1]
        if not len(starts) and not is_end and len(here) <= _MAX_HELD_ROWS:
            cut = 0
        self._held = here.part(int(cut), len(here)) if cut < len(here) or len(starts) else None
        batch = self._batch(here.part(0, int(cut)))
        return self._ended(batch) if is_end else batch

    def _batch(self, taken: KlvRows) -> KlvBatch:
        if not len(taken):
            return KlvBatch(stream=self._stream)
        usual = self._usual(taken)
        if usual is not None:
            return self._ended(usual)
        if self._demuxer is None:
            self._demuxer = KlvDemuxer()
            tables = packet_rows(self._tables)
            self._demuxer.feed_packets(tables, np.zeros(len(tables), np.int64))
        payloads = self._demuxer.feed_packets(taken.rows, taken.offsets)
        self.n_exact += len(payloads)
        return KlvBatch(stream=self._stream, payloads=tuple(payloads))

    def _ended(self, batch: KlvBatch) -> KlvBatch:
        """Return a batch behind what the exact reader still holds, and let go of that reader."""
        if self._demuxer is None:
            return batch
        held = tuple(self._demuxer.flush())
        self.n_errors += self._demuxer.n_errors
        self.n_exact += len(held)
        self._demuxer = None
        return KlvBatch(
            stream=batch.stream,
            payloads=batch.payloads + held,
            packets=batch.packets,
            pts=batch.pts,
            offsets=batch.offsets,
        )

    def _usual(self, taken: KlvRows) -> KlvBatch | None:
        """Return the packets of PES packets that are all of the usual shape; None where not."""
        if taken.is_faulty.any() or not taken.is_start[0]:
            return None
        data = taken.rows[np.arange(PACKET_BYTES) >= taken.begins[:, np.newaxis]]
        ends_of_rows = np.cumsum(PACKET_BYTES - taken.begins)
        starts = np.flatnonzero(taken.is_start)
        places = np.concatenate([[0], ends_of_rows])[starts]
        ends = np.append(places[1:], len(data))
        heads = pes_heads(data, places, ends)
        if not (heads.is_whole & (heads.n_bytes == ends - places)).all():
            return None
        begins = self._packet_begins(data, places=places, ends=ends, heads=heads)
        if begins is None or not (_packet_ends(data, begins, ends) == ends).all():
            return None
        held = data.tobytes()
        spans = zip(begins.tolist(), ends.tolist(), strict=True)
        return KlvBatch(
            stream=self._stream,
            packets=tuple(held[begin:end] for begin, end in spans),
            pts=heads.pts,
            offsets=taken.offsets[starts],
        )

    def _packet_begins(
        self, data: Rows, *, places: Counts, ends: Counts, heads: PesHeads
    ) -> Counts | None:
        """Return where the KLV packet of each PES packet begins; None where one does not."""
        begins = places + heads.begin
        if not (begins + _LABEL_BYTES + 1 < ends).all():
            return None
        if not self._is_synchronous or _has_label(data, begins).all():
            return begins if _has_label(data, begins).all() else None
        if not (begins + _CELL_BYTES + _LABEL_BYTES + 1 < ends).all():
            return None
        head = data[begins[:, np.newaxis] + np.arange(_CELL_BYTES)].astype(np.int64)
        is_cell = head[:, 2] >> 6 == _WHOLE_CELL
        is_cell &= begins + _CELL_BYTES + (head[:, 3] << 8 | head[:, 4]) == ends
        begins = begins + _CELL_BYTES
        return begins if (is_cell & _has_label(data, begins)).all() else None


def _has_label(data: Rows, places: Counts) -> Flags:
    """Return whether a universal label begins at each place."""
    columns = places[:, np.newaxis] + np.arange(len(_LABEL_HEAD))
    return np.asarray((data[columns] == _LABEL_HEAD).all(axis=1), np.bool_)


def _packet_ends(data: Rows, begins: Counts, ends: Counts) -> Counts:
    """Return where each KLV packet ends by its own length; -1 where that has an odd form."""
    columns = begins[:, np.newaxis] + _LABEL_BYTES + np.arange(3)
    head = data[np.minimum(columns, ends[:, np.newaxis] - 1)].astype(np.int64)
    first = begins + _LABEL_BYTES
    short = first + 1 + head[:, 0]
    one = first + 2 + head[:, 1]
    two = first + 3 + (head[:, 1] << 8 | head[:, 2])
    forms = [head[:, 0] < 0x80, head[:, 0] == 0x81, head[:, 0] == 0x82]
    return np.select(forms, [short, one, two], -1)
