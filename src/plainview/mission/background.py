"""The two threads beside the pipeline: one reads ahead, one writes behind."""

import queue
import threading
from collections.abc import Callable, Iterator
from types import TracebackType
from typing import Final, Generic, Self, TypeVar

__all__ = ["ReadAhead", "WriteBehind"]

Item = TypeVar("Item")

_END: Final = object()
_POLL_S: Final = 0.1


class ReadAhead(Generic[Item]):
    """Runs an iterator in a thread of its own, a few items ahead; order is kept.

    Args:
        items: What to read; it is used by the thread alone.
        n_ahead: How many items may wait.
    """

    def __init__(self, items: Iterator[Item], *, n_ahead: int) -> None:
        self._items = items
        self._queue: queue.Queue[object] = queue.Queue(maxsize=n_ahead)
        self._is_stopped = threading.Event()
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="read-ahead", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            for item in self._items:
                if not self._put(item):
                    return
        except BaseException as error:  # handed to the reader, who raises it
            self._error = error
        self._put(_END)

    def _put(self, item: object) -> bool:
        while not self._is_stopped.is_set():
            try:
                self._queue.put(item, timeout=_POLL_S)
            except queue.Full:
                continue
            return True
        return False

    def __iter__(self) -> Iterator[Item]:
        while True:
            item = self._queue.get()
            if item is _END:
                if self._error is not None:
                    raise self._error
                return
            yield item  # type: ignore[misc]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._is_stopped.set()
        self._thread.join()


class WriteBehind(Generic[Item]):
    """Calls a function with each item in a thread of its own; order is kept.

    An error in the thread is raised at the next `put` or at the end.

    Args:
        write: What to call.
        n_behind: How many items may wait.
    """

    def __init__(self, write: Callable[[Item], None], *, n_behind: int) -> None:
        self._write = write
        self._queue: queue.Queue[object] = queue.Queue(maxsize=n_behind)
        self._error: BaseException | None = None
        self._thread = threading.Thread(target=self._run, name="write-behind", daemon=True)
        self._thread.start()

    def _run(self) -> None:
        while (item := self._queue.get()) is not _END:
            if self._error is not None:
                continue
            try:
                self._write(item)  # type: ignore[arg-type]
            except BaseException as error:  # handed to the owner, who raises it
                self._error = error

    def put(self, item: Item) -> None:
        """Hand over one item; waits while too many do."""
        if self._error is not None:
            raise self._error
        self._queue.put(item)

    def finish(self) -> None:
        """Wait until all that was put is written; raise what went wrong."""
        if self._thread.is_alive():
            self._queue.put(_END)
            self._thread.join()
        if self._error is not None:
            raise self._error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if kind is None:
            self.finish()
        elif self._thread.is_alive():
            self._queue.put(_END)
            self._thread.join()
