"""Headers of many transport packets at once, as NumPy columns: a row a packet.

Source:
    ISO/IEC 13818-1, 2.4.3.2 (transport packet), 2.4.3.4 (adaptation field) and 2.4.3.6 (PES).
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.formats.transport_packets import PACKET_BYTES, PacketRun

__all__ = [
    "NO_STAMP",
    "ContinuityWatch",
    "PacketHeads",
    "PesHeads",
    "clock_references",
    "heads_of_run",
    "payload_begins",
    "pes_heads",
]

NO_STAMP: Final = -1
"""Stands for no stamp in a column of 33-bit stamps."""

_N_PIDS: Final = 1 << 13
_NULL_PID: Final = _N_PIDS - 1
_WORDS: Final = PACKET_BYTES // 4
_HEAD_BYTES: Final = 19
"""Of a PES packet, up to the end of both stamps."""
_NEVER_SEEN: Final = 0xFF

Rows = npt.NDArray[np.uint8]
Flags = npt.NDArray[np.bool_]
Stamps = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PacketHeads:
    """The first four bytes of n packets, (n,) each.

    Args:
        pid: The packet identifier.
        is_start: Whether a PES packet or a section begins.
        has_error: Whether the packet says that it is damaged, or its sync byte is.
        has_field: Whether it has an adaptation field; ``has_payload`` likewise.
        continuity: Its counter, 0 to 15.
    """

    pid: npt.NDArray[np.uint16]
    is_start: Flags
    has_error: Flags
    has_field: Flags
    has_payload: Flags
    continuity: npt.NDArray[np.uint8]


def heads_of_run(run: PacketRun) -> PacketHeads:
    """Return the headers of the packets of a run; each is touched once."""
    words = np.frombuffer(run.packets, ">u4").reshape(-1, _WORDS)[:, 0].astype(np.uint32)
    return PacketHeads(
        pid=(words >> np.uint32(8)).astype(np.uint16) & np.uint16(0x1FFF),
        is_start=words & np.uint32(0x400000) != 0,
        has_error=words & np.uint32(0xFF800000) != np.uint32(0x47000000),
        has_field=words & np.uint32(0x20) != 0,
        has_payload=words & np.uint32(0x10) != 0,
        continuity=words.astype(np.uint8) & np.uint8(0x0F),
    )


def payload_begins(rows: Rows, heads: PacketHeads, picked: npt.NDArray[np.intp]) -> Stamps:
    """Return where the payload begins in some of the packets, (k,); 188 where there is none.

    Args:
        rows: (n, 188) the packets.
        heads: Their headers.
        picked: (k,) which of them.
    """
    fields = np.minimum(5 + rows[picked, 4].astype(np.int64), PACKET_BYTES)
    begins = np.where(heads.has_field[picked], fields, 4)
    return np.where(heads.has_payload[picked], begins, PACKET_BYTES)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PesHeads:
    """The headers of k PES packets, (k,) each.

    Args:
        is_whole: Whether a header stands there whole, within its first transport packet.
        stream_id: What kind of stream it says.
        n_bytes: Length of the PES packet with its header; 6 where it does not say.
        begin: Where its payload begins, from the first byte of the PES packet.
        pts: Presentation stamp, ticks of 90 kHz; `NO_STAMP` where there is none.
        dts: Decoding stamp, likewise.
    """

    is_whole: Flags
    stream_id: npt.NDArray[np.uint8]
    n_bytes: Stamps
    begin: Stamps
    pts: Stamps
    dts: Stamps


def pes_heads(data: Rows, places: Stamps, ends: Stamps) -> PesHeads:
    """Return the headers of the PES packets that begin at some places of some bytes.

    Args:
        data: Bytes, in one dimension.
        places: (k,) where PES packets begin in them.
        ends: (k,) where the bytes of each end.
    """
    columns = places[:, np.newaxis] + np.arange(_HEAD_BYTES)
    head = data[np.minimum(columns, max(0, len(data) - 1))].astype(np.int64)
    flags = head[:, 7] >> 6
    n_stamp_bytes = np.array([0, 0, 5, 10])[flags]
    begin = 9 + head[:, 8]
    is_whole = (head[:, 0] == 0) & (head[:, 1] == 0) & (head[:, 2] == 1)
    is_whole &= (places + np.maximum(begin, 9 + n_stamp_bytes) <= ends) & (flags != 1)
    is_whole &= (head[:, 6] >> 6 == 2) & (head[:, 8] >= n_stamp_bytes)
    return PesHeads(
        is_whole=is_whole,
        stream_id=head[:, 3].astype(np.uint8),
        n_bytes=6 + (head[:, 4] << 8 | head[:, 5]),
        begin=begin,
        pts=np.where(is_whole & (flags >= 2), _stamp(head[:, 9:14]), NO_STAMP),
        dts=np.where(is_whole & (flags == 3), _stamp(head[:, 14:19]), NO_STAMP),
    )


def _stamp(octets: Stamps) -> Stamps:
    """Return the 33-bit stamps in (k, 5) bytes."""
    high = octets[:, 0] >> 1 & 0x07
    middle = (octets[:, 1] << 8 | octets[:, 2]) >> 1
    low = (octets[:, 3] << 8 | octets[:, 4]) >> 1
    return high << 30 | middle << 15 | low


def clock_references(rows: Rows, heads: PacketHeads, *, pid: int) -> tuple[Stamps, Stamps]:
    """Return which packets carry the clock reference (PCR) of a PID, and its ticks of 90 kHz."""
    picked = np.flatnonzero(heads.has_field & (heads.pid == pid))
    field = rows[picked, 4:11].astype(np.int64)
    is_clock = (field[:, 0] >= 7) & (field[:, 1] & 0x10 != 0)
    picked, field = picked[is_clock], field[is_clock]
    ticks = field[:, 2] << 25 | field[:, 3] << 17 | field[:, 4] << 9 | field[:, 5] << 1
    return picked.astype(np.int64), ticks | field[:, 6] >> 7


class ContinuityWatch:
    """Compares the continuity counters of each PID, from chunk to chunk."""

    def __init__(self) -> None:
        self._last = np.full(_N_PIDS, _NEVER_SEEN, np.uint8)

    def faults(self, heads: PacketHeads) -> npt.NDArray[np.intp]:
        """Return the packets whose counter does not follow on, in order.

        A counter goes on by one with each packet that has a payload; packets of stuffing have
        none that counts. What a packet says of an intended step is left to the exact reader.
        """
        order = np.argsort(heads.pid, kind="stable")
        pid, counter = heads.pid[order], heads.continuity[order]
        if not len(pid):
            return order
        before = np.empty_like(counter)
        before[1:] = counter[:-1]
        is_first = np.ones(len(pid), np.bool_)
        is_first[1:] = pid[1:] != pid[:-1]
        before[is_first] = self._last[pid[is_first]]
        is_last = np.ones(len(pid), np.bool_)
        is_last[:-1] = is_first[1:]
        self._last[pid[is_last]] = counter[is_last]
        step = heads.has_payload[order].astype(np.uint8)
        is_fault = (before + step) & np.uint8(0x0F) != counter
        is_fault &= (before != _NEVER_SEEN) & (pid != _NULL_PID)
        return np.sort(order[is_fault])
