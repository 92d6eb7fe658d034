"""Compressed pictures that wait for the metadata after them, and what came between them."""

from collections import deque
from dataclasses import dataclass, field
from typing import Final

from plainview.formats.container import CompressedPacket
from plainview.formats.transport_packets import PACKET_BYTES, PacketRun
from plainview.formats.video_clock import PacketTime
from plainview.misb.stamps0604 import PictureStamp
from plainview.model import KlvPayload

__all__ = ["LookAhead", "PictureOrigin", "RunUp", "WaitingPacket", "WaitingRecord"]

_MAX_HELD_BYTES: Final = 64 << 20


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PictureOrigin:
    """What a picture remembers of its packet. Never the packet: that would never be freed.

    Args:
        time: When the packet is, once that is settled.
        stamp: The time stamp in the picture; None where it has none.
        arrived_s: When it came over a link, seconds of the machine's clock; None in files.
    """

    time: PacketTime
    stamp: PictureStamp | None
    arrived_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class WaitingPacket:
    """One compressed picture.

    Args:
        packet: The packet.
        origin: What its picture will remember.
        offset: Where it begins in the file; None where not known.
    """

    packet: CompressedPacket
    origin: PictureOrigin
    offset: int | None


class LookAhead:
    """Holds compressed pictures until the metadata after them is known.

    Holding them compressed costs a fiftieth of holding them decoded.

    Args:
        span_us: How far ahead metadata is waited for; below 0 it is not waited for at all.
    """

    def __init__(self, *, span_us: int) -> None:
        self._span_us = span_us
        self._waiting: deque[WaitingPacket] = deque()
        self._n_bytes = 0

    def __len__(self) -> int:
        return len(self._waiting)

    def add(self, waiting: WaitingPacket) -> None:
        """Take the next compressed picture."""
        self._waiting.append(waiting)
        self._n_bytes += waiting.packet.size

    def pop_ready(self, *, metadata_us: int | None, latest_us: int) -> WaitingPacket | None:
        """Return the oldest picture that need not wait longer; None where it must.

        Args:
            metadata_us: Up to when every metadata stream is known; None where there is none
                to wait for.
            latest_us: The latest time of the pictures that came.
        """
        if not self._waiting:
            return None
        oldest = self._waiting[0]
        if not oldest.origin.time.is_settled and self._n_bytes < _MAX_HELD_BYTES:
            return None
        time_us = oldest.origin.time.time_us
        is_ready = (
            metadata_us is None
            or time_us is None
            or metadata_us > time_us
            or latest_us - time_us > self._span_us
            or self._n_bytes > _MAX_HELD_BYTES
        )
        return self.pop() if is_ready else None

    def pop(self) -> WaitingPacket | None:
        """Return the oldest picture; None where there is none."""
        if not self._waiting:
            return None
        waiting = self._waiting.popleft()
        self._n_bytes -= waiting.packet.size
        return waiting

    @property
    def next_offset(self) -> int | None:
        """Where the oldest picture begins in the file; None where not known."""
        return self._waiting[0].offset if self._waiting else None


class RunUp:
    """The compressed pictures since the last key picture, while the beginning is skipped."""

    def __init__(self) -> None:
        self._held: list[WaitingPacket] = []
        self._n_bytes = 0

    @property
    def offset(self) -> int | None:
        """Where the first of them begins in the file; None where not known."""
        return self._held[0].offset if self._held else None

    @property
    def is_full(self) -> bool:
        """Whether no key picture has come for so long that they must be decoded."""
        return self._n_bytes > _MAX_HELD_BYTES

    def add(self, waiting: WaitingPacket) -> None:
        """Take the next one; a key picture makes those before it needless."""
        if waiting.packet.is_keyframe:
            self.take()
        self._held.append(waiting)
        self._n_bytes += waiting.packet.size

    def take(self) -> list[WaitingPacket]:
        """Return them all and hold none."""
        held, self._held, self._n_bytes = self._held, [], 0
        return held


@dataclass(slots=True)
class WaitingRecord:
    """Bytes to be recorded and payloads, until the picture that they came with is given out."""

    n_bytes: int = 0
    _runs: deque[PacketRun] = field(default_factory=deque)
    _payloads: deque[KlvPayload] = field(default_factory=deque)

    def add_run(self, run: PacketRun) -> None:
        """Take packets as they came."""
        self._runs.append(run)
        self.n_bytes += len(run.packets)

    def add_payload(self, payload: KlvPayload) -> None:
        """Take a payload as it came."""
        self._payloads.append(payload)

    def take_before(self, offset: int | None) -> tuple[bytes, tuple[KlvPayload, ...]]:
        """Return what begins before a place in the file; None means everything."""
        recorded = self._take_bytes(offset)
        self.n_bytes -= len(recorded)
        return recorded, tuple(self._take_payloads(offset))

    def _take_bytes(self, offset: int | None) -> bytes:
        parts = []
        while self._runs:
            run = self._runs[0]
            n_packets = len(run) if offset is None else run.n_packets_before(offset)
            if n_packets < len(run):
                parts.append(run.packets[: n_packets * PACKET_BYTES])
                self._runs[0] = PacketRun(
                    offset=run.offset + n_packets * run.stride,
                    stride=run.stride,
                    packets=run.packets[n_packets * PACKET_BYTES :],
                )
                break
            parts.append(run.packets)
            self._runs.popleft()
        return b"".join(parts)

    def _take_payloads(self, offset: int | None) -> list[KlvPayload]:
        taken = []
        while self._payloads:
            begin = self._payloads[0].byte_offset
            if offset is not None and begin is not None and begin >= offset:
                break
            taken.append(self._payloads.popleft())
        return taken
