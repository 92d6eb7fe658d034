"""Bytes that came and when, between the thread that receives and the one that reads."""

import tempfile
import threading
from array import array
from bisect import bisect_right
from collections import deque
from pathlib import Path
from typing import Final

from plainview.errors import PlainviewError
from plainview.formats.disk_queue import DiskQueue

__all__ = ["ArrivalQueue"]

_REMEMBERED_BYTES: Final = 16 << 20
"""How far behind what was read last the time of an arrival is still known."""
_MOST_IN_MEMORY: Final = 64 << 20
"""What waits beyond this is held on the disk: a minute at 8 Mbit/s."""
_BLOCK_BYTES: Final = 1 << 20
_COARSE_S: Final = 0.01
"""How exactly the arrival of what is held on the disk is known."""


class ArrivalQueue:
    """A pipe that never makes its writer wait; to its reader it is a file without an end.

    Its reader may look at what waits without taking it, and may ask when a byte came. What waits
    is held in memory up to a limit, and on the disk beyond it, so that a reader that is slower
    than its writer for hours costs no memory.

    Args:
        folder: On which disk; None means that of the machine's temporary files.
        most_in_memory: Bytes.
    """

    def __init__(
        self, *, folder: Path | None = None, most_in_memory: int = _MOST_IN_MEMORY
    ) -> None:
        self.n_bytes = 0
        self._most_in_memory = most_in_memory
        self._n_in_memory = 0
        self._disk = DiskQueue(folder or Path(tempfile.gettempdir()))
        self._parts: deque[bytes] = deque()
        self._n_read = 0
        self._offsets = array("q")
        self._times_s = array("d")
        self._error: PlainviewError | None = None
        self._is_closed = False
        self._changed = threading.Condition()

    @property
    def n_waiting_bytes(self) -> int:
        """How many bytes were not read yet."""
        return self.n_bytes - self._n_read

    @property
    def n_on_disk_bytes(self) -> int:
        """How many of these are held on the disk."""
        return len(self._disk)

    def put(self, data: bytes, *, time_s: float) -> None:
        """Take the next bytes, which came at this time.

        Raises:
            DeviceError: They must be held on the disk, and cannot.
        """
        with self._changed:
            is_full = len(self._disk) or self._n_in_memory + len(data) > self._most_in_memory
            if is_full:
                self._disk.put(data)
            else:
                self._parts.append(data)
                self._n_in_memory += len(data)
            if not (is_full and self._times_s and time_s - self._times_s[-1] < _COARSE_S):
                self._offsets.append(self.n_bytes)
                self._times_s.append(time_s)
            self.n_bytes += len(data)
            self._changed.notify_all()

    def fail(self, error: PlainviewError) -> None:
        """Let the reader meet an error behind what came."""
        with self._changed:
            self._error = self._error or error
            self._is_closed = True
            self._changed.notify_all()

    def close(self) -> None:
        """Let the reader meet the end behind what came."""
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def read(self, n_bytes: int = 1 << 16, /) -> bytes:
        """Return the next bytes, waiting for at least one; none at the end.

        Raises:
            PlainviewError: What was received ended in an error, and all before it was read; or
                what is held on the disk cannot be read.
        """
        with self._changed:
            self._changed.wait_for(lambda: self.n_waiting_bytes or self._is_closed)
            if not self._parts and (block := self._disk.take(_BLOCK_BYTES)):
                self._parts.append(block)
                self._n_in_memory += len(block)
            if not self._parts:
                self._disk.close()
                if self._error is not None:
                    raise self._error
                return b""
            part = self._parts.popleft()
            if len(part) > n_bytes:
                self._parts.appendleft(part[n_bytes:])
                part = part[:n_bytes]
            self._n_read += len(part)
            self._n_in_memory -= len(part)
            self._forget()
            return part

    def peek(self, *, more_than: int) -> bytes:
        """Return all that waits in memory, once it is more than this or the end has come."""
        with self._changed:
            self._changed.wait_for(lambda: self.n_waiting_bytes > more_than or self._is_closed)
            if self._error is not None and self.n_waiting_bytes <= more_than:
                raise self._error
            return b"".join(self._parts)

    def arrived_s(self, offset: int) -> float | None:
        """Return when the byte at this place came; None where that is forgotten."""
        with self._changed:
            at = bisect_right(self._offsets, offset) - 1
            return self._times_s[at] if at >= 0 else None

    def _forget(self) -> None:
        n_old = bisect_right(self._offsets, self._n_read - _REMEMBERED_BYTES) - 1
        if n_old > 1000:
            del self._offsets[:n_old], self._times_s[:n_old]
