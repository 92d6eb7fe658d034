"""A few earlier pictures, and how the background moved from each of them to now."""

from dataclasses import dataclass, replace
from typing import cast

import numpy as np
import numpy.typing as npt

from plainview.model import State

__all__ = ["Keyframe", "Keyframes"]

Array = npt.NDArray[np.float64]
Level = npt.NDArray[np.float32]

_N_IN_A_LAG = 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Keyframe:
    """One earlier picture.

    Args:
        level: (h, w) grey levels at the scale worked on.
        video_time_us: When it was.
        current_from_keyframe: (3, 3) in outer-corner pixels of the full picture.
        variance_px2: Of the registrations between it and now, added up.
    """

    level: Level
    video_time_us: int
    current_from_keyframe: Array
    variance_px2: float


class Keyframes:
    """Keeps pictures a fraction of a lag apart, for two lags."""

    def __init__(self, *, lag_s: float) -> None:
        self._lag_us = round(lag_s * 1e6)
        self._kept: list[Keyframe] = []

    def forget(self) -> None:
        """Forget all pictures."""
        self._kept = []

    def move(self, current_from_previous: Array, *, residual_px: float) -> None:
        """Carry all pictures on by one registration."""
        self._kept = [
            replace(
                kept,
                current_from_keyframe=current_from_previous @ kept.current_from_keyframe,
                variance_px2=kept.variance_px2 + residual_px**2,
            )
            for kept in self._kept
        ]

    def remember(self, level: Level, *, video_time_us: int) -> None:
        """Keep the picture of now where the newest is old enough, drop what is not needed."""
        newest = self._kept[-1].video_time_us if self._kept else None
        spacing_us = self._lag_us // _N_IN_A_LAG
        if newest is not None and video_time_us - newest < spacing_us * 0.99:
            return
        now = Keyframe(
            level=level,
            video_time_us=video_time_us,
            current_from_keyframe=np.eye(3),
            variance_px2=0.0,
        )
        self._kept = [*self._kept, now][-(2 * _N_IN_A_LAG + 1) :]

    def pasts(self, video_time_us: int) -> tuple[Keyframe, Keyframe] | None:
        """Return the pictures of about one and two lags ago; None while there are not two.

        At a frame rate lower than the lag asks for they are the two frames before.
        """
        if len(self._kept) < 2:
            return None
        ages_us = np.array([video_time_us - kept.video_time_us for kept in self._kept])
        first = int(np.argmin(np.abs(ages_us - self._lag_us)))
        second = int(np.argmin(np.abs(ages_us - 2 * self._lag_us)))
        is_ready = ages_us[first] >= 0.7 * self._lag_us and second < first
        if ages_us[-1] >= self._lag_us:
            first, second, is_ready = len(self._kept) - 1, len(self._kept) - 2, True
        if not is_ready or ages_us[second] < 1.4 * ages_us[first]:
            return None
        return self._kept[first], self._kept[second]

    def state(self) -> State:
        """Return what is remembered."""
        return {
            "kept": [
                {
                    "level": kept.level,
                    "video_time_us": kept.video_time_us,
                    "current_from_keyframe": kept.current_from_keyframe,
                    "variance_px2": kept.variance_px2,
                }
                for kept in self._kept
            ]
        }

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""
        self._kept = [
            Keyframe(
                level=cast(Level, kept["level"]),
                video_time_us=cast(int, kept["video_time_us"]),
                current_from_keyframe=cast(Array, kept["current_from_keyframe"]),
                variance_px2=cast(float, kept["variance_px2"]),
            )
            for kept in cast("list[dict[str, object]]", state["kept"])
        ]
