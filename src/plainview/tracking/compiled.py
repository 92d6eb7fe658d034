"""How a kernel of this room is compiled: once, cached, with the arithmetic as written."""

from collections.abc import Callable
from typing import ParamSpec, TypeVar

import numba

__all__ = ["compiled"]

_P = ParamSpec("_P")
_R = TypeVar("_R")


def compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Return the function compiled on its first call, with a cache beside its file.

    Sums keep their order (no fast arithmetic): identities rest on comparisons, and a
    restored tracker must decide as the uninterrupted one did.

    The cache looks at the file of the kernel that is called, not at those of the kernels
    that it calls: who edits one of those deletes ``__pycache__/*.nb*`` (the test that holds
    the kernel equal to its NumPy twin fails until then).
    """
    kernel: Callable[_P, _R] = numba.njit(cache=True, error_model="numpy")(function)
    return kernel
