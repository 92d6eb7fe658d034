"""How late observations are: median and 95th percentile of any number of them, in little memory."""

import threading
from typing import Final

import numpy as np

__all__ = ["DelayTally"]

_LEAST_S: Final = 1e-4
_PER_DECADE: Final = 100
"""A bin is 2.3 % wide: the percentiles are known to that."""
_N_BINS: Final = 7 * _PER_DECADE
_N_RECENT: Final = 150


class DelayTally:
    """Counts delays in bins of equal ratio from 0.1 ms to 1000 s, and keeps the newest."""

    def __init__(self) -> None:
        self._counts = np.zeros(_N_BINS, np.int64)
        self._recent = np.zeros(_N_RECENT)
        self._n = 0
        self._longest_s = 0.0
        self._lock = threading.Lock()

    def add(self, delay_s: float) -> None:
        """Take a delay."""
        at = int(np.log10(max(delay_s, _LEAST_S) / _LEAST_S) * _PER_DECADE)
        with self._lock:
            self._counts[min(at, _N_BINS - 1)] += 1
            self._recent[self._n % _N_RECENT] = delay_s
            self._n += 1
            self._longest_s = max(self._longest_s, delay_s)

    def describe(self) -> dict[str, float | int | None]:
        """Return count, median, 95th percentile and the longest, in seconds; None without any."""
        with self._lock:
            median_s, p95_s = self._percentile_s(50.0), self._percentile_s(95.0)
            longest_s = round(self._longest_s, 4) if self._n else None
            return {"frames": self._n, "median": median_s, "p95": p95_s, "longest": longest_s}

    def recent_s(self) -> tuple[float, float] | None:
        """Return median and 95th percentile of the newest delays; None without any."""
        with self._lock:
            newest = self._recent[: min(self._n, _N_RECENT)]
            if not len(newest):
                return None
            return float(np.median(newest)), float(np.percentile(newest, 95.0))

    def _percentile_s(self, percent: float) -> float | None:
        """Return the middle of the bin that holds a percentile."""
        if not self._n:
            return None
        at = int(np.searchsorted(np.cumsum(self._counts), self._n * percent / 100.0))
        return round(float(_LEAST_S * 10.0 ** ((at + 0.5) / _PER_DECADE)), 4)
