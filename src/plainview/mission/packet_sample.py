"""Which KLV packets are looked at one by one: all of a short file, even stretches of a long one."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview.misb import KlvFramer, KlvPacket
from plainview.model import KlvPayload

__all__ = ["PacketSample"]

MAX_ALL: Final = 2_000
"""A minute of 30 a second: a file with no more is looked at whole."""
N_BURSTS: Final = 12
BURST_PACKETS: Final = 25
"""Together 300 packets. Neighbours are kept together, for items may come in only some."""

Kept = KlvPayload | KlvPacket


@dataclass(slots=True)
class PacketSample:
    """Keeps what is to be looked at while a file goes by.

    Args:
        size_bytes: Of the file.
    """

    size_bytes: int
    n_offered: int = 0
    _all: list[Kept] | None = field(default_factory=list)
    _bursts: list[list[Kept]] = field(default_factory=list)
    _n_wanted: int = 0

    @property
    def is_all(self) -> bool:
        """Whether everything was kept."""
        return self._all is not None

    def offer(self, offsets: npt.NDArray[np.int64], kept: Callable[[int], Kept]) -> None:
        """Take note of packets, in order.

        Args:
            offsets: (n,) where each begins in the file.
            kept: Gives one by its number.
        """
        n = len(offsets)
        self.n_offered += n
        if self._all is not None and len(self._all) + n <= MAX_ALL:
            self._all += [kept(each) for each in range(n)]
        else:
            self._all = None
        place = 0
        while place < n:
            if not self._n_wanted:
                start = self.size_bytes * len(self._bursts) // N_BURSTS
                place = max(place, int(np.searchsorted(offsets, start)))
                if len(self._bursts) >= N_BURSTS or place >= n:
                    return
                self._bursts.append([])
                self._n_wanted = BURST_PACKETS
            taken = range(place, min(n, place + self._n_wanted))
            self._bursts[-1] += [kept(each) for each in taken]
            self._n_wanted -= len(taken)
            place = taken.stop

    def runs(self) -> list[list[KlvPacket]]:
        """Return the packets in runs of neighbours, framed."""
        runs = [self._all] if self._all is not None else self._bursts
        return [framed for run in runs if (framed := _framed(run))]

    def describe(self, n_packets: int) -> dict[str, Any] | None:
        """Return `sampled` as JSON holds it; None where everything was looked at."""
        if self.is_all:
            return None
        return {
            "packets": sum(len(burst) for burst in self._bursts),
            "of": n_packets,
            "stretches": len(self._bursts),
            "what": "Poses, readings, residuals and contradictions are of these packets; counts,"
            " stamps, gaps, checksums, the minimum set and the platform's motion of all.",
        }


def _framed(run: list[Kept]) -> list[KlvPacket]:
    """Return the packets of payloads and packets, in the order of the file."""
    framer, framed = KlvFramer(), list[KlvPacket]()
    for each in sorted(run, key=_offset):
        framed += [each] if isinstance(each, KlvPacket) else framer.feed(each)
    return framed + framer.flush()


def _offset(each: Kept) -> int:
    return each.byte_offset or 0
