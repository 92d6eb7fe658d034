"""A spread: how positive numbers are distributed, in bounded memory."""

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["Spread"]

_LOW: Final = 1e-4
_PER_DECADE: Final = 20
_N_CELLS: Final = 10 * _PER_DECADE


@dataclass(slots=True, eq=False)
class Spread:
    """Counts of positive numbers in cells of a twentieth of a decade, from 1e-4 to 1e6.

    Args:
        counts: (200,) how many fell into each; the ends hold what lies beyond.
    """

    counts: npt.NDArray[np.int64] = field(default_factory=lambda: np.zeros(_N_CELLS, np.int64))

    def add(self, value: float) -> None:
        """Take a number; NaN is not taken."""
        if np.isnan(value):
            return
        cell = int(np.floor(_PER_DECADE * np.log10(max(value, _LOW) / _LOW)))
        self.counts[min(cell, _N_CELLS - 1)] += 1

    @property
    def n(self) -> int:
        """How many were taken."""
        return int(self.counts.sum())

    @property
    def median(self) -> float:
        """The middle of the cell that holds the median, within 6 %; NaN where none was taken."""
        if not self.n:
            return float("nan")
        cell = int(np.searchsorted(np.cumsum(self.counts), 0.5 * self.n))
        return float(_LOW * 10.0 ** ((cell + 0.5) / _PER_DECADE))
