"""Memory that is free goes back to the system, so that a run's peak is what it needs."""

import ctypes
import ctypes.util
import sys

import pyarrow as pa

__all__ = ["give_back_memory"]


def give_back_memory() -> None:
    """Return what Arrow and the C library hold for later and nothing uses now.

    After a run that is what its threads needed for pictures; after a pass over a table, what
    its columns needed. Where the C library is not GNU's, it is left to do so by itself.
    """
    pa.default_memory_pool().release_unused()
    if sys.platform == "linux" and (name := ctypes.util.find_library("c")) is not None:
        trim = getattr(ctypes.CDLL(name), "malloc_trim", None)
        if trim is not None:
            trim(0)
