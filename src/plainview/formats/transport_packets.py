"""Whole 188-byte packets out of the bytes of a transport stream, however they are wrapped."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "PACKET_BYTES",
    "SYNC_BYTE",
    "PacketAligner",
    "PacketRun",
    "n_payload_skip_bytes",
    "packet_rows",
    "pids_of",
    "starts_of",
    "wrap_packets",
]

PACKET_BYTES: Final = 188
SYNC_BYTE: Final = 0x47

_LEAD_BYTES: Final = {188: 0, 192: 4, 204: 0}
"""Bytes before the sync byte by stride: plain; M2TS with its time code; with Reed-Solomon."""

_N_SYNC_FIRST: Final = 5
_N_SYNC_AGAIN: Final = 3
_N_SYNC_END: Final = 2

Rows = npt.NDArray[np.uint8]


@dataclass(frozen=True, slots=True, kw_only=True)
class PacketRun:
    """Packets that lie one after the other in the file.

    Args:
        offset: Of the first packet's sync byte in the file, bytes.
        stride: From one packet to the next in the file, bytes.
        packets: Whole 188-byte packets.
    """

    offset: int
    stride: int
    packets: bytes

    @property
    def n_lead_bytes(self) -> int:
        """How many bytes stand before each sync byte in the file."""
        return _LEAD_BYTES[self.stride]

    def __len__(self) -> int:
        return len(self.packets) // PACKET_BYTES

    def n_packets_before(self, offset: int) -> int:
        """Return how many of the packets begin before this place in the file."""
        return min(len(self), max(0, -((self.offset - offset) // self.stride)))


class PacketAligner:
    """Cuts bytes into packets and finds the sync byte again after damage.

    A packet whose sync byte alone is broken stays in its run, so that a recording lacks
    nothing; bytes that belong to no packet are dropped and counted.
    """

    def __init__(self) -> None:
        self.n_dropped_bytes = 0
        self.first_drop_offset: int | None = None
        self._held = b""
        self._held_offset = 0
        self._stride: int | None = None
        self._is_locked = False

    @property
    def has_packets(self) -> bool:
        """Whether packets were found so far."""
        return self._stride is not None

    def feed(self, data: bytes, *, is_end: bool = False) -> list[PacketRun]:
        """Take the next bytes of the file; return the packets that they complete."""
        self._held = self._held + data if self._held else bytes(data)
        runs: list[PacketRun] = []
        while self._is_locked or self._lock(is_end=is_end):
            run = self._take_run()
            if run is not None:
                runs.append(run)
            if self._is_locked:
                break
        if is_end:
            self._drop(len(self._held))
        return runs

    def _lock(self, *, is_end: bool) -> bool:
        """Find where packets begin; drop what lies before."""
        array = np.frombuffer(self._held, np.uint8)
        n_sync = _N_SYNC_FIRST if self._stride is None else _N_SYNC_AGAIN
        n_sync = _N_SYNC_END if is_end else n_sync
        strides = _LEAD_BYTES if self._stride is None else (self._stride,)
        found = [
            (place, stride)
            for stride in strides
            if (place := _first_sync(array, stride, n_sync)) is not None
        ]
        if not found:
            self._drop(len(self._held) - max(strides) * (n_sync + 1))
            return False
        place, self._stride = min(found)
        self._drop(place - _LEAD_BYTES[self._stride])
        self._is_locked = True
        return True

    def _take_run(self) -> PacketRun | None:
        stride = self._stride or PACKET_BYTES
        lead = _LEAD_BYTES[stride]
        n_packets = len(self._held) // stride
        rows = np.frombuffer(self._held, np.uint8, n_packets * stride).reshape(-1, stride)
        is_lost = rows[:, lead] != SYNC_BYTE
        lost_twice = np.flatnonzero(is_lost[:-1] & is_lost[1:])
        if len(lost_twice):
            self._is_locked, n_packets = False, int(lost_twice[0])
        elif n_packets and is_lost[-1]:
            n_packets -= 1
        if n_packets == 0:
            return None
        run = PacketRun(
            offset=self._held_offset + lead,
            stride=stride,
            packets=self._packets(rows[:n_packets], lead),
        )
        self._advance(n_packets * stride)
        return run

    def _packets(self, rows: Rows, lead: int) -> bytes:
        """Return the packets without what is around them; what is held as it is, where nothing."""
        if rows.shape[1] == PACKET_BYTES:
            return self._held[: rows.size]
        return rows[:, lead : lead + PACKET_BYTES].tobytes()

    def _drop(self, n_bytes: int) -> None:
        if n_bytes <= 0:
            return
        if self.first_drop_offset is None:
            self.first_drop_offset = self._held_offset
        self.n_dropped_bytes += n_bytes
        self._advance(n_bytes)

    def _advance(self, n_bytes: int) -> None:
        self._held = self._held[n_bytes:]
        self._held_offset += n_bytes


def _first_sync(array: Rows, stride: int, n_sync: int) -> int | None:
    """Return the first place with n_sync sync bytes one stride apart and room for its lead."""
    lead = _LEAD_BYTES[stride]
    n_places = len(array) - stride * (n_sync - 1)
    if n_places <= lead:
        return None
    is_sync = array == SYNC_BYTE
    matches = is_sync[lead:n_places].copy()
    for k in range(1, n_sync):
        matches &= is_sync[lead + k * stride : n_places + k * stride]
    places = np.flatnonzero(matches)
    return lead + int(places[0]) if len(places) else None


def wrap_packets(packets: bytes, *, stride: int) -> bytes:
    """Return 188-byte packets as a file with this stride holds them; what is added is 0."""
    lead = bytes(_LEAD_BYTES[stride])
    trail = bytes(stride - PACKET_BYTES - len(lead))
    return b"".join(lead + row.tobytes() + trail for row in packet_rows(packets))


def packet_rows(packets: bytes) -> Rows:
    """Return the packets as a table of shape (n, 188)."""
    return np.frombuffer(packets, np.uint8).reshape(-1, PACKET_BYTES)


def pids_of(rows: Rows) -> npt.NDArray[np.uint16]:
    """Return the packet identifier (PID) of each packet, shape (n,)."""
    high = rows[:, 1].astype(np.uint16) & np.uint16(0x1F)
    return np.asarray(high << np.uint16(8) | rows[:, 2], np.uint16)


def starts_of(rows: Rows) -> npt.NDArray[np.bool_]:
    """Return which packets begin a PES packet or a section, shape (n,)."""
    return np.asarray(rows[:, 1] & 0x40, np.bool_)


def n_payload_skip_bytes(packet: bytes) -> int:
    """Return where the payload of one packet begins; 188 where it has none.

    Source:
        ISO/IEC 13818-1, 2.4.3.2: adaptation_field_control.
    """
    has_field, has_payload = packet[3] & 0x20, packet[3] & 0x10
    if not has_payload:
        return PACKET_BYTES
    return min(PACKET_BYTES, 5 + packet[4]) if has_field else 4
