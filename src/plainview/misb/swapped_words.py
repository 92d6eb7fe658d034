"""Two words that changed places: the one damage that a running sum can never see.

A word that was the same in every packet of a length and now is another, while its old value
has turned up at a second place, whose own last value it now has or nearly has: that is a
swap, and not by chance.
"""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["WordMemory"]

Words = npt.NDArray[np.int32]

_N_CONSTANT: Final = 4
"""Packets in which a word must have been the same to count as constant."""
_MAX_CHANGED: Final = 2
"""Constant words that a swap changes. Where more do, the stream says something new too, and
only an exchange to the bit counts."""
_MAX_LOOKED_AT: Final = 64
_N_LENGTHS: Final = 8
"""Lengths of packets that are remembered."""
_STEP_FACTOR: Final = 8
_MIN_STEP: Final = 16


@dataclass(slots=True)
class _Words:
    """The words of the last packet, for how long each is the same, and how far it went."""

    last: Words
    n_same: Words
    step: Words


@dataclass(slots=True)
class WordMemory:
    """The words of a stream's packets, by the packets' length."""

    by_length: dict[int, _Words] = field(default_factory=dict)
    _newest: tuple[bytes, Words] | None = None

    def _words(self, raw: bytes) -> Words:
        """Return the words of a packet, which is looked at before it is remembered."""
        if self._newest is None or self._newest[0] is not raw:
            self._newest = (raw, _words_of(raw))
        return self._newest[1]

    def find_swap(self, raw: bytes) -> tuple[int, int] | None:
        """Return the byte offsets of two words that changed places; None where none did.

        Args:
            raw: A packet to the byte.
        """
        known = self.by_length.get(len(raw))
        if known is None:
            return None
        words = self._words(raw)
        is_new = (words != known.last) & (known.n_same >= _N_CONSTANT)
        changed = np.flatnonzero(is_new)
        is_exact = len(changed) > _MAX_CHANGED
        for first in changed[:_MAX_LOOKED_AT].tolist():
            second = _place_of(words, known, first, is_exact=is_exact)
            if second is not None:
                return 2 * min(first, second), 2 * max(first, second)
        return None

    def remember(self, raw: bytes) -> None:
        """Take in a packet that is not doubted."""
        words = self._words(raw)
        known = self.by_length.pop(len(raw), None)
        if known is None:
            zeros = np.zeros_like(words)
            known = _Words(last=words, n_same=zeros, step=zeros.copy())
        distance = _distance(words, known.last)
        known.n_same = np.where(distance == 0, known.n_same + 1, 0).astype(np.int32, copy=False)
        known.step = np.maximum(distance, known.step * 15 // 16).astype(np.int32, copy=False)
        known.last = words
        self.by_length[len(raw)] = known
        while len(self.by_length) > _N_LENGTHS:
            self.by_length.pop(next(iter(self.by_length)))


def _place_of(words: Words, known: _Words, first: int, *, is_exact: bool) -> int | None:
    """Return the place that the constant word of the first place went to; None if to none."""
    constant = known.last[first]
    is_there = (words == constant) & (known.last != constant)
    step = 0 if is_exact else _STEP_FACTOR * known.step + _MIN_STEP
    is_near = _distance(words[first], known.last) <= step
    found = np.flatnonzero(is_there & is_near)
    return int(found[0]) if len(found) else None


def _words_of(raw: bytes) -> Words:
    return np.frombuffer(raw[: len(raw) // 2 * 2], dtype=">u2").astype(np.int32)


def _distance(words: Words | np.int32, others: Words) -> Words:
    """Return how far words lie apart, counted round the 16-bit circle."""
    distance: Words = np.abs(words - others)
    nearest: Words = np.minimum(distance, 0x10000 - distance)
    return nearest
