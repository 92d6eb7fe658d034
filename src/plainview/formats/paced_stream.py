"""The packets of a transport stream file with the time at which each is due.

Source:
    ISO/IEC 13818-1, 2.4.3.5 (the program clock reference) and 2.4.3.7 (presentation stamps).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from plainview.errors import FormatError
from plainview.formats.input_file import open_input
from plainview.formats.pes_packets import pts_of_packet
from plainview.formats.transport_packets import (
    PACKET_BYTES,
    PacketAligner,
    PacketRun,
    packet_rows,
    pids_of,
    starts_of,
)

__all__ = ["PACKETS_AT_ONCE", "DuePackets", "paced_packets"]

PACKETS_AT_ONCE: Final = 7
"""What a datagram holds: 1316 bytes."""

_BLOCK_BYTES: Final = 1 << 18
_WRAP: Final = 1 << 33
_TICKS_PER_SECOND: Final = 90_000
_LONGEST_STEP_S: Final = 10.0
"""Two stamps further apart are of two clocks."""
_MOST_WITHOUT_CLOCK: Final = (8 << 20) // PACKET_BYTES

Rows = npt.NDArray[np.uint8]


class DuePackets(NamedTuple):
    """Some packets, and when they are due after the first."""

    due_s: float
    packets: bytes


class _Stamp(NamedTuple):
    row: int
    ticks: int


def paced_packets(path: Path) -> Iterator[DuePackets]:
    """Yield the packets of a file, seven at a time, in step with the stream's own clock.

    The clock is the first PID's that carries clock references; a stream without any is paced by
    the stamps of its first stream that has some. Where the clock jumps it goes on from there.

    Raises:
        InputError: The file cannot be read.
        FormatError: It is no transport stream, or has no clock.
    """
    pacer = _Pacer()
    held = b""
    for run in _runs(path):
        held += run.packets
        taken = pacer.feed(held)
        if taken is None:
            if len(held) // PACKET_BYTES > _MOST_WITHOUT_CLOCK:
                raise _no_clock(path)
            continue
        n_rows, due_s = taken
        yield from _grouped(held[: n_rows * PACKET_BYTES], due_s)
        held = held[n_rows * PACKET_BYTES :]
    if not pacer.has_clock:
        raise _no_clock(path)
    n_rest = len(held) // PACKET_BYTES
    yield from _grouped(held, pacer.rest(n_rest))


def _runs(path: Path) -> Iterator[PacketRun]:
    aligner = PacketAligner()
    with open_input(path) as file:
        while block := file.read(_BLOCK_BYTES):
            yield from aligner.feed(block)
        yield from aligner.feed(b"", is_end=True)
    if not aligner.has_packets:
        raise FormatError(
            where=str(path),
            what="is no transport stream.",
            mend="Give a recording.ts, or a mission folder that has one; `plainview process`"
            " makes one of other footage.",
        )


def _grouped(packets: bytes, due_s: npt.NDArray[np.float64]) -> Iterator[DuePackets]:
    for row in range(0, len(due_s), PACKETS_AT_ONCE):
        end = row + PACKETS_AT_ONCE
        yield DuePackets(float(due_s[row]), packets[row * PACKET_BYTES : end * PACKET_BYTES])


class _Pacer:
    """Gives packets their time, up to the last stamp of those that came."""

    def __init__(self) -> None:
        self._pid: int | None = None
        self._is_pcr = True
        self._now_s = 0.0
        self._ticks: int | None = None
        self._s_per_row = 0.0

    @property
    def has_clock(self) -> bool:
        """Whether a stamp has come."""
        return self._pid is not None

    def feed(self, packets: bytes) -> tuple[int, npt.NDArray[np.float64]] | None:
        """Return how many of the packets have a time, and it; None where a stamp is missing."""
        rows = packet_rows(packets)
        stamps = self._stamps(rows)
        if not stamps or stamps[-1].row == 0:
            return None
        due_s = np.empty(stamps[-1].row)
        at = 0
        for stamp in stamps:
            step_s = self._step_s(stamp.ticks)
            n_rows = stamp.row - at
            if n_rows:
                if step_s is None:
                    step_s = n_rows * self._s_per_row
                due_s[at : stamp.row] = self._now_s + step_s * np.arange(n_rows) / n_rows
                self._s_per_row = step_s / n_rows
                self._now_s += step_s
            at, self._ticks = stamp.row, stamp.ticks
        return at, due_s

    def rest(self, n_rows: int) -> npt.NDArray[np.float64]:
        """Return the times of what comes after the last stamp, at the pace before it."""
        return self._now_s + self._s_per_row * np.arange(n_rows, dtype=np.float64)

    def _step_s(self, ticks: int) -> float | None:
        """Return the time since the stamp before; None where there is none, or another clock."""
        if self._ticks is None:
            return None
        step = (ticks - self._ticks + _WRAP // 2) % _WRAP - _WRAP // 2
        step_s = step / _TICKS_PER_SECOND
        return step_s if 0.0 <= step_s <= _LONGEST_STEP_S else None

    def _stamps(self, rows: Rows) -> list[_Stamp]:
        if self._pid is None:
            self._choose(rows)
        if self._pid is None:
            return []
        mine = np.flatnonzero(pids_of(rows) == self._pid)
        found = _references(rows, mine) if self._is_pcr else _presentations(rows, mine)
        if not self._is_pcr:  # pictures that are shown later come before: only forward steps
            return [s for k, s in enumerate(found) if k == 0 or s.ticks > found[k - 1].ticks]
        return found

    def _choose(self, rows: Rows) -> None:
        """Choose the first PID with clock references; without any, the first with stamps."""
        everything = np.arange(len(rows))
        for is_pcr, read in ((True, _references), (False, _presentations)):
            found = read(rows, everything)
            if found and (is_pcr or len(rows) > _MOST_WITHOUT_CLOCK // 4):
                self._pid, self._is_pcr = int(pids_of(rows)[found[0].row]), is_pcr
                return


def _references(rows: Rows, among: npt.NDArray[np.intp]) -> list[_Stamp]:
    """Return the clock references of some packets, in ticks of 90 kHz."""
    some = rows[among]
    has_one = (some[:, 3] & 0x20 != 0) & (some[:, 4] >= 7) & (some[:, 5] & 0x10 != 0)
    return [
        _Stamp(int(row), int.from_bytes(rows[row, 6:10].tobytes()) << 1 | int(rows[row, 10]) >> 7)
        for row in among[has_one]
    ]


def _presentations(rows: Rows, among: npt.NDArray[np.intp]) -> list[_Stamp]:
    """Return the presentation stamps of the PES packets that begin in some packets."""
    stamps = [
        (int(row), pts_of_packet(rows[row].tobytes())) for row in among[starts_of(rows[among])]
    ]
    return [_Stamp(row, ticks) for row, ticks in stamps if ticks is not None]


def _no_clock(path: Path) -> FormatError:
    return FormatError(
        where=str(path),
        what="has no clock references and no time stamps to be played by.",
        mend="Remux it into a transport stream with a clock.",
    )
