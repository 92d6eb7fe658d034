"""What arrives on a link, once for each of several readers."""

import threading
from collections import deque
from collections.abc import Callable
from typing import Final

__all__ = ["ArrivalBranch", "ArrivalBranches"]

_MOST_APART_BYTES: Final = 128 << 10
"""By how much one reader may be ahead of another: a tenth of a second at 10 Mbit/s."""


class ArrivalBranches:
    """Gives every byte to each of its readers, who read in threads of their own.

    The one who has nothing left reads on for all. Of what waits to be read none is far ahead of
    another: what a slow reader has not taken yet waits where it came from, not here.

    Args:
        read: Returns the next bytes, waiting for them; none at the end.
        n_branches: How many readers there are.
        most_apart: By how many bytes one may be ahead of another.
    """

    def __init__(
        self,
        read: Callable[[int], bytes],
        *,
        n_branches: int,
        most_apart: int = _MOST_APART_BYTES,
    ) -> None:
        self.branches = tuple(ArrivalBranch(self, number) for number in range(n_branches))
        self._read = read
        self._most_apart = most_apart
        self._is_bounded = False
        self._waiting: list[deque[bytes]] = [deque() for _ in range(n_branches)]
        self._n_waiting = [0] * n_branches
        self._is_open = [True] * n_branches
        self._is_reading = False
        self._is_ended = False
        self._error: BaseException | None = None
        self._changed = threading.Condition()

    def let_go(self) -> None:
        """Let the readers go: before, one after the other may be opened, in one thread."""
        with self._changed:
            self._is_bounded = True

    def close(self) -> None:
        """Let all readers meet the end."""
        with self._changed:
            self._is_ended = True
            self._changed.notify_all()

    def end(self, number: int) -> None:
        """Take note that a reader reads no more; no other waits for it."""
        with self._changed:
            self._is_open[number] = False
            self._waiting[number].clear()
            self._n_waiting[number] = 0
            self._changed.notify_all()

    def read(self, number: int, n_bytes: int) -> bytes:
        """Return the next bytes for a reader, waiting for them; none at the end.

        Raises:
            PlainviewError: What is received ended in an error, and all before it was read.
        """
        while True:
            with self._changed:
                self._changed.wait_for(lambda: self._is_due(number))
                if self._waiting[number]:
                    return self._taken(number, n_bytes)
                if self._is_ended or not self._is_open[number]:
                    if self._error is not None:
                        raise self._error
                    return b""
                self._is_reading = True
            self._read_on(n_bytes)

    def _is_due(self, number: int) -> bool:
        """Say whether a reader has something to take, is the one to read on, or is at the end."""
        if self._waiting[number] or self._is_ended or not self._is_open[number]:
            return True
        is_ahead = self._is_bounded and max(self._n_waiting) > self._most_apart
        return not self._is_reading and not is_ahead

    def _taken(self, number: int, n_bytes: int) -> bytes:
        part = self._waiting[number].popleft()
        if len(part) > n_bytes:
            self._waiting[number].appendleft(part[n_bytes:])
            part = part[:n_bytes]
        self._n_waiting[number] -= len(part)
        self._changed.notify_all()
        return part

    def _read_on(self, n_bytes: int) -> None:
        """Read the next bytes for all."""
        data, error = b"", None
        try:
            data = self._read(n_bytes)
        except BaseException as raised:  # handed to every reader, who raises it
            error = raised
        with self._changed:
            self._is_reading = False
            self._error = error
            self._is_ended = self._is_ended or not data
            for number, is_open in enumerate(self._is_open):
                if is_open and data:
                    self._waiting[number].append(data)
                    self._n_waiting[number] += len(data)
            self._changed.notify_all()


class ArrivalBranch:
    """One reader's side, as a file that is read forward only; closing it ends it for itself."""

    def __init__(self, branches: ArrivalBranches, number: int) -> None:
        self._branches = branches
        self._number = number

    def read(self, n_bytes: int, /) -> bytes:
        """Return the next bytes, waiting for some; none at the end."""
        return self._branches.read(self._number, n_bytes)

    def close(self) -> None:
        """Read no more."""
        self._branches.end(self._number)
