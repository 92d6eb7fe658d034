"""The rows of a frame, shared by the threads of a pool: rows do not depend on one another."""

from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

__all__ = ["SharedRows"]


@dataclass(frozen=True, slots=True, kw_only=True)
class SharedRows:
    """How many parts of a picture are worked at, and by whom.

    Args:
        pool: Threads; None for the one that asks.
        n_blocks: Parts.
    """

    pool: Executor | None = None
    n_blocks: int = 2

    def fill(self, out: npt.NDArray[Any], fill: Callable[..., None], **work: Any) -> None:
        """Fill the rows of a picture (H, ...) in place.

        Args:
            out: The picture.
            fill: Takes it, `work` and `rows`, the first row and the one after the last.
            work: What the rows are made from.
        """
        if self.pool is None:
            fill(out, **work, rows=(0, len(out)))
            return
        edges = np.linspace(0, len(out), self.n_blocks + 1).astype(int).tolist()
        waiting = [self.pool.submit(fill, out, **work, rows=rows) for rows in pairwise(edges)]
        for each in waiting:
            each.result()
