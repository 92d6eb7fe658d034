"""How a hot kernel is compiled: once, cached on disk, typed as the function that it was."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

__all__ = ["compiled"]

_P = ParamSpec("_P")
_R = TypeVar("_R")


def compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Return the function compiled on its first call, with a cache beside its file.

    Other threads run while it does: reading, drawing and encoding need not wait for it.
    Sums keep their order (no fast arithmetic). A kernel that is compiled in this process calls
    other machine code of its helpers than one that comes from the cache; with fast arithmetic
    the two round differently, and a resumed run would not be the uninterrupted one.
    """
    kernel: Callable[_P, _R] = numba.njit(cache=True, nogil=True)(function)
    return kernel
