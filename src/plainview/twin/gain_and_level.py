"""Automatic gain and level: from counts to grey levels, through a table that follows slowly."""

from dataclasses import dataclass, field
from typing import Final

import numba
import numpy as np
import numpy.typing as npt

from plainview.twin.electronics import Electronics

__all__ = ["GainAndLevel", "count_above", "count_histogram", "fill_grey_levels", "fill_grey_rows"]

Array = npt.NDArray[np.float64]
Counts = npt.NDArray[np.uint16]
Grey = npt.NDArray[np.uint8]

_STEP: Final = 4
"""Every fourth row and column is counted: a sixteenth of the pixels says as much."""
_LEAST_WINDOW: Final = 32.0
"""Counts that grey levels span at least, so that noise alone does not fill the picture."""


@dataclass(slots=True)
class GainAndLevel:
    """The table of one camera, which remembers what it has seen.

    Args:
        electronics: How it follows.
        top: Highest count.
        shares: (top + 1,) how often each count came, as remembered; None before the first frame.
        latest: The same of the last frame alone.
    """

    electronics: Electronics
    top: int
    shares: Array | None = field(default=None)
    latest: Array | None = field(default=None)

    def follow(self, counts: Counts, *, passed_s: float) -> None:
        """Remember a frame (H, W), seen so long after the one before."""
        seen = count_histogram(counts, self.top, _STEP)
        now = seen * (1.0 / (-(-counts.shape[0] // _STEP) * -(-counts.shape[1] // _STEP)))
        self.latest = now
        if self.shares is None or self.electronics.level_time_s == 0.0:
            self.shares = now
            return
        kept = float(np.exp(-passed_s / self.electronics.level_time_s))
        self.shares = kept * self.shares + (1.0 - kept) * now

    def window(self) -> tuple[float, float]:
        """Return the counts that are shown black and white (white and black when black-hot)."""
        assert self.shares is not None
        tail = self.electronics.tail_share
        low = float(count_above(self.shares, tail))
        high = float(self.top - count_above(self.shares[::-1], tail))
        wider = max(0.0, 0.5 * (_LEAST_WINDOW - (high - low)))
        return low - wider, high + wider

    def bright(self, share: float) -> float:
        """Return the count above which a share of the last frame's pixels lies."""
        assert self.latest is not None
        return float(self.top - count_above(self.latest[::-1], share))

    def table(self, window: tuple[float, float]) -> Grey:
        """Return the grey level of each count, (top + 1,), for a window that `window` gave."""
        plateau = self.electronics.plateau_share
        if plateau is None:
            grey = _straight(self.top, window[0], window[1])
        else:
            assert self.shares is not None
            summed = np.cumsum(np.minimum(self.shares, plateau))
            grey = (255.0 * (summed / summed[-1]) + 0.5).astype(np.uint8)
        return grey if self.electronics.polarity == "white_hot" else 255 - grey


@numba.njit(cache=True, nogil=True)
def count_above(shares: Array, share: float) -> int:
    """Return the first place up to which more than a share lies; the last where there is none."""
    summed = 0.0
    for n in range(shares.size):
        summed += shares[n]
        if summed > share:
            return n
    return shares.size - 1


@numba.njit(cache=True, nogil=True)
def _straight(top: int, low: float, high: float) -> Grey:
    grey = np.empty(top + 1, np.uint8)
    slope = 255.0 / (high - low)
    for n in range(top + 1):
        grey[n] = np.uint8(min(max((n - low) * slope + 0.5, 0.0), 255.0))
    return grey


@numba.njit(cache=True, nogil=True)
def count_histogram(counts: Counts, top: int, step: int) -> npt.NDArray[np.int64]:
    """Return how often each count from 0 to `top` comes in every `step`-th row and column."""
    seen = np.zeros(top + 1, np.int64)
    for row in range(0, counts.shape[0], step):
        for column in range(0, counts.shape[1], step):
            seen[counts[row, column]] += 1
    return seen


@numba.njit(cache=True, nogil=True)
def fill_grey_levels(  # noqa: PLR0917  (compiled)
    out: Grey, counts: Counts, table: Grey, rows: tuple[int, int]
) -> None:
    """Write the grey levels of rows of counts, in place: `table[counts]`."""
    for row in range(rows[0], rows[1]):
        from_, to = counts[row], out[row]
        for x in range(from_.size):
            to[x] = table[from_[x]]


def fill_grey_rows(out: Grey, *, counts: Counts, table: Grey, rows: tuple[int, int]) -> None:
    """Write the grey levels of rows of counts, in place, as rows that are shared are filled."""
    fill_grey_levels(out, counts, table, rows)
