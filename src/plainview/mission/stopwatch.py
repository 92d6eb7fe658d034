"""Where the time of a run goes."""

import time
from collections import defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TypeVar

__all__ = ["Stopwatch"]

Item = TypeVar("Item")


class Stopwatch:
    """Adds up wall-clock time by name; several threads may use it, each with names of its own."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def measured(self, name: str) -> Iterator[None]:
        """Add the time of the block."""
        start_s = time.perf_counter()
        try:
            yield
        finally:
            self._seconds[name] += time.perf_counter() - start_s

    def timed(self, name: str, items: Iterator[Item]) -> Iterator[Item]:
        """Yield the items; add the time that was spent waiting for them."""
        while True:
            start_s = time.perf_counter()
            try:
                item = next(items)
            except StopIteration:
                return
            finally:
                self._seconds[name] += time.perf_counter() - start_s
            yield item

    def seconds(self) -> dict[str, float]:
        """Return seconds by name, to the millisecond."""
        return {name: round(value, 3) for name, value in self._seconds.items()}
