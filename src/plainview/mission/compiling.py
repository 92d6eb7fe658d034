"""When functions are compiled: once for a machine, which takes a minute or two in silence."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from numba.core import event

__all__ = ["compiling_told"]

_COMPILE = "numba:compile"


@contextmanager
def compiling_told(tell: Callable[[], None]) -> Iterator[None]:
    """Call a function once, when the first thing is compiled inside; not where all comes from disk.

    Args:
        tell: Is called from the thread that compiles.
    """
    listener = _Once(tell)
    event.register(_COMPILE, listener)  # type: ignore[no-untyped-call]
    try:
        yield
    finally:
        event.unregister(_COMPILE, listener)  # type: ignore[no-untyped-call]


class _Once(event.Listener):
    """Calls once."""

    def __init__(self, tell: Callable[[], None]) -> None:
        self._tell = tell
        self._is_told = False

    def on_start(self, event: object) -> None:
        """Something begins to be compiled."""
        if not self._is_told:
            self._is_told = True
            self._tell()

    def on_end(self, event: object) -> None:
        """It is compiled."""
