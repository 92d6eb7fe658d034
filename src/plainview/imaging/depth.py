"""Sixteen bits to grey levels for the stages: a robust range that follows the scene slowly."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.imaging.compiled import compiled
from plainview.model import Pixels, State

__all__ = ["RangeFollower", "RangeSettings", "measure_range"]

Level = npt.NDArray[np.float32]
Counts = npt.NDArray[np.uint16]

LEVELS: Final = 255.0


@dataclass(frozen=True, slots=True, kw_only=True)
class RangeSettings:
    """How the range of grey levels follows a 16-bit scene.

    Args:
        low_percentile: Counts at this percentile become level 0.
        high_percentile: Counts at this percentile become level 255; both are exceeded
            by what is colder or hotter, nothing is clipped.
        time_constant_s: How slowly the range follows.
        jump_ratio: A range this many times wider or narrower is taken at once.
        least_span: Counts; a narrower scene is not stretched further.
    """

    low_percentile: float = 1.0
    high_percentile: float = 99.0
    time_constant_s: float = 2.0
    jump_ratio: float = 2.0
    least_span: float = 64.0


def measure_range(pixels: Pixels, settings: RangeSettings) -> tuple[float, float]:
    """Return the counts at the low and the high percentile of a picture, at least a span apart."""
    step = max(1, min(pixels.shape[:2]) // 128)
    seen = pixels[::step, ::step]
    asked = (settings.low_percentile, settings.high_percentile)
    low, high = _percentiles(_counts(seen), asked)
    missing = max(0.0, settings.least_span - (high - low)) / 2.0
    return float(low) - missing, float(high) + missing


def _percentiles(counts: Counts, asked: tuple[float, float]) -> tuple[float, float]:
    """Return two percentiles of counts (h, w), by counting: as `np.percentile` has them."""
    low, high = (each / 100.0 * (counts.size - 1) for each in asked)
    ranked = _count_ranks(counts, (int(low), int(low) + 1, int(high), int(high) + 1))
    return _between(ranked[0], ranked[1], low % 1.0), _between(ranked[2], ranked[3], high % 1.0)


def _between(first: float, second: float, share: float) -> float:
    step = second - first
    return first + step * share if share < 0.5 else second - step * (1.0 - share)


@compiled
def _count_ranks(
    counts: Counts, ranks: tuple[int, int, int, int]
) -> tuple[float, float, float, float]:
    """Return the counts (h, w) of ranks, from 0 for the least; a rank beyond is the largest.

    The ranks must not fall.
    """
    seen = np.zeros(65536, np.int32)
    largest = 0
    for row in range(counts.shape[0]):
        for column in range(counts.shape[1]):
            count = int(counts[row, column])
            seen[count] += 1
            largest = max(largest, count)
    found = np.full(4, float(largest))
    n_below, n_found = 0, 0
    for count in range(largest + 1):
        n_below += seen[count]
        while n_found < 4 and ranks[n_found] < n_below:
            found[n_found] = count
            n_found += 1
    return found[0], found[1], found[2], found[3]


@compiled
def _fill_levels(  # noqa: PLR0917 - a compiled kernel takes no keywords
    out: Level, counts: Counts, low: np.float32, scale: np.float32
) -> None:
    """Write the grey levels of counts (H, W), unclipped, in place."""
    for row in range(counts.shape[0]):
        from_, to = counts[row], out[row]
        for x in range(from_.size):
            to[x] = (np.float32(from_[x]) - low) * scale


@compiled
def _fill_shown(  # noqa: PLR0917 - a compiled kernel takes no keywords
    out: npt.NDArray[np.uint8], counts: Counts, low: np.float32, scale: np.float32
) -> None:
    """Write the grey levels of counts (H, W), rounded and clipped, in place."""
    black, white = np.float32(0.0), np.float32(255.0)
    for row in range(counts.shape[0]):
        from_, to = counts[row], out[row]
        for x in range(from_.size):
            level = np.rint((np.float32(from_[x]) - low) * scale)
            to[x] = np.uint8(min(max(level, black), white))


class RangeFollower:
    """Turns 16-bit pictures into grey levels, the same counts the same level for seconds."""

    def __init__(self, settings: RangeSettings | None = None) -> None:
        self._settings = settings or RangeSettings()
        self._range: tuple[float, float] | None = None
        self._video_time_us = 0

    def follow(self, pixels: Pixels, *, video_time_us: int) -> Level:
        """Return the picture (H, W) in grey levels, float32, unclipped.

        Args:
            pixels: (H, W) uint16 counts.
            video_time_us: Of the picture.
        """
        level = np.empty(pixels.shape, np.float32)
        _fill_levels(level, _counts(pixels), *self._line(pixels, video_time_us))
        return level

    def show(self, pixels: Pixels, *, video_time_us: int) -> npt.NDArray[np.uint8]:
        """Return the picture (H, W) for a screen: what is colder or hotter is clipped.

        Args:
            pixels: (H, W) uint16 counts.
            video_time_us: Of the picture.
        """
        shown = np.empty(pixels.shape, np.uint8)
        _fill_shown(shown, _counts(pixels), *self._line(pixels, video_time_us))
        return shown

    def _line(self, pixels: Pixels, video_time_us: int) -> tuple[np.float32, np.float32]:
        """Return the counts of level 0, and the levels a count."""
        low, high = self._follow_range(pixels, video_time_us)
        return np.float32(low), np.float32(LEVELS / (high - low))

    def _follow_range(self, pixels: Pixels, video_time_us: int) -> tuple[float, float]:
        measured = measure_range(pixels, self._settings)
        past = self._range
        elapsed_s = max(0.0, (video_time_us - self._video_time_us) * 1e-6)
        self._video_time_us = video_time_us
        if past is None or self._is_jump(past, measured):
            self._range = measured
        else:
            share = 1.0 - float(np.exp(-elapsed_s / self._settings.time_constant_s))
            self._range = (
                past[0] + share * (measured[0] - past[0]),
                past[1] + share * (measured[1] - past[1]),
            )
        return self._range

    def _is_jump(self, past: tuple[float, float], measured: tuple[float, float]) -> bool:
        past_span, span = past[1] - past[0], measured[1] - measured[0]
        ratio = span / past_span
        is_apart = measured[0] > past[1] or measured[1] < past[0]
        return is_apart or not 1.0 / self._settings.jump_ratio < ratio < self._settings.jump_ratio

    def state(self) -> State:
        """Return what is remembered."""
        return {
            "range": None if self._range is None else list(self._range),
            "video_time_us": self._video_time_us,
        }

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""
        remembered = state["range"]
        self._range = None
        if isinstance(remembered, list):
            self._range = (float(remembered[0]), float(remembered[1]))
        self._video_time_us = int(state["video_time_us"])  # type: ignore[call-overload]


def _counts(pixels: Pixels) -> Counts:
    return np.asarray(pixels, np.uint16)
