"""Sixteen bits to grey levels for the stages: a robust range that follows the scene slowly."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.model import Pixels, State

__all__ = ["RangeFollower", "RangeSettings", "measure_range"]

Level = npt.NDArray[np.float32]

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
    low, high = np.percentile(
        pixels[::step, ::step], (settings.low_percentile, settings.high_percentile)
    )
    missing = max(0.0, settings.least_span - (high - low)) / 2.0
    return float(low) - missing, float(high) + missing


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
        low, high = self._follow_range(pixels, video_time_us)
        scale = np.float32(LEVELS / (high - low))
        return np.asarray((pixels.astype(np.float32) - np.float32(low)) * scale)

    def show(self, pixels: Pixels, *, video_time_us: int) -> npt.NDArray[np.uint8]:
        """Return the picture (H, W) for a screen: what is colder or hotter is clipped.

        Args:
            pixels: (H, W) uint16 counts.
            video_time_us: Of the picture.
        """
        level = self.follow(pixels, video_time_us=video_time_us)
        return np.clip(np.rint(level), 0.0, LEVELS).astype(np.uint8)

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
