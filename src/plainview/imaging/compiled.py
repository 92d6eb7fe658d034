"""How a hot kernel is compiled: once, cached on disk, typed as the function that it was."""

from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

import numba

__all__ = ["compiled"]

_P = ParamSpec("_P")
_R = TypeVar("_R")

_FASTMATH: Final = frozenset({"reassoc", "contract", "nsz", "arcp"})
"""Lets sums be vectorised; NaN and infinity keep their meaning."""


def compiled(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Return the function compiled on its first call, with a cache beside its file."""
    kernel: Callable[_P, _R] = numba.njit(cache=True, fastmath=set(_FASTMATH))(function)
    return kernel
