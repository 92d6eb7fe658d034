"""Side by side: jobs that some threads do in turn, whoever is free taking the next."""

from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TypeVar

__all__ = ["SideBySide"]

_T = TypeVar("_T")


class SideBySide:
    """The thread that asks, and others beside it.

    Args:
        n_threads: Of all together, 1 or more.
    """

    def __init__(self, n_threads: int) -> None:
        self.n_threads = n_threads
        self._others = ThreadPoolExecutor(n_threads - 1) if n_threads > 1 else None

    def do(self, jobs: Sequence[Callable[[], object]]) -> None:
        """Do every job once, in any order and on any thread; what one raises is raised here."""
        turns = iter(jobs)

        def work() -> None:
            for job in turns:
                job()

        if self._others is None:
            work()
            return
        n_others = min(self.n_threads, len(jobs)) - 1
        waiting = [self._others.submit(work) for _ in range(n_others)]
        try:
            work()
        finally:
            for each in waiting:
                each.result()

    def beside(
        self, *jobs: Callable[[], object]
    ) -> Callable[[Callable[[_T], None], Iterable[_T]], Iterable[None]]:
        """Return what calls a function for each item as `map` does, and does jobs beside it."""

        def in_turn(function: Callable[[_T], None], items: Iterable[_T]) -> Iterable[None]:
            first, *rest = [partial(function, item) for item in items]
            self.do([first, *jobs, *rest])
            return ()

        return in_turn

    def close(self) -> None:
        """Let the threads go."""
        if self._others is not None:
            self._others.shutdown()
