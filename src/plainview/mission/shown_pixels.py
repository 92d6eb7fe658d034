"""The pixels of a frame as they are shown: 8 bits, the range of 16 following the scene slowly."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from plainview.imaging import RangeFollower
from plainview.model import Frame, Pixels, State

__all__ = ["ShownPixels"]


class ShownPixels:
    """Remembers the range of each camera; all videos of a run show the same."""

    def __init__(self) -> None:
        self._ranges: dict[str, RangeFollower] = {}

    def show(self, frame: Frame) -> Pixels:
        """Return the pixels of the next frame of its camera in 8 bits."""
        if frame.pixels.dtype != np.uint16 or frame.pixels.ndim != 2:
            return frame.pixels
        follower = self._ranges.setdefault(frame.camera.name, RangeFollower())
        return follower.show(frame.pixels, video_time_us=frame.video_time_us)

    def state(self) -> State:
        """Return what is remembered of the frames so far."""
        return {name: follower.state() for name, follower in self._ranges.items()}

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` returned."""
        for name, remembered in state.items():
            self._ranges.setdefault(name, RangeFollower()).restore(remembered)
