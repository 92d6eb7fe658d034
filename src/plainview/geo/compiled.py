"""How a kernel of this room is compiled: once, cached, with the arithmetic as written."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

__all__ = ["compiled"]

_P = ParamSpec("_P")
_R = TypeVar("_R")


def compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Return the function compiled on its first call, with a cache beside its file.

    A frame has a few dozen rays, for which NumPy's cost is that of its calls. Kernels let go
    of the interpreter, so that reading and writing threads go on beside them.
    """
    kernel: Callable[_P, _R] = numba.njit(cache=True, error_model="numpy", nogil=True)(function)
    return kernel
