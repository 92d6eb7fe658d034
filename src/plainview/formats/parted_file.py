"""A file that is read once, forward only, and that ends for its demuxer where a part ends."""

from collections import deque
from collections.abc import Callable
from typing import Final, Protocol

__all__ = ["PartedFile", "ReadOnce"]

_N_KEPT_BYTES: Final = 4096
"""What is kept of what was given: a part may begin before what was read last."""


class ReadOnce(Protocol):
    """What is read forward only: a file, or what arrives on a link."""

    def read(self, n_bytes: int, /) -> bytes:
        """Return at most so many bytes; none at the end."""

    def close(self) -> None:
        """Let go of it."""


class PartedFile:
    """A file that hands on what is read of it, once and in order.

    It has no ``seek``, so that a demuxer takes every byte. Where a part ends, its demuxer meets
    the end of the file, and another demuxer goes on from there.

    Args:
        file: What to read.
        take: Is called with all that is read, before it is given; with nothing at the end.
    """

    def __init__(self, file: ReadOnce, take: Callable[[bytes], None]) -> None:
        self.n_bytes = 0
        self._file = file
        self._take = take
        self._held = b""
        self._given = 0
        self._lead = b""
        self._ends: deque[tuple[int, bytes]] = deque()

    def end_part(self, offset: int, *, lead: bytes) -> None:
        """Let a part end before this place, and the next begin with these bytes and then there."""
        self._ends.append((offset, lead))

    def next_part(self) -> int:
        """Go on behind the end of this part; return where its first byte would be in the file."""
        offset, self._lead = self._ends.popleft()
        self._given = max(offset, self.n_bytes - len(self._held))
        return self._given - len(self._lead)

    def read(self, n_bytes: int = 1 << 20) -> bytes:
        """Return the next bytes of this part; none at its end."""
        if self._lead:
            data, self._lead = self._lead[:n_bytes], self._lead[n_bytes:]
            return data
        if self._given >= self.n_bytes and not self._is_part_ended:
            self._read_more(n_bytes)
        if self._is_part_ended:
            return b""
        end = min(self.n_bytes, self._given + n_bytes, *(place for place, _ in self._ends))
        held_from = self.n_bytes - len(self._held)
        data = self._held[self._given - held_from : end - held_from]
        self._given = end
        return data

    @property
    def _is_part_ended(self) -> bool:
        return bool(self._ends) and self._given >= self._ends[0][0]

    def _read_more(self, n_bytes: int) -> None:
        data = self._file.read(n_bytes)
        self.n_bytes += len(data)
        self._held = self._held[-_N_KEPT_BYTES:] + data
        self._take(data)
