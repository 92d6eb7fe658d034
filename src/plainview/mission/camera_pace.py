"""How one camera of a live run keeps in time: what is dropped of it, and how late it is."""

import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

from plainview.mission.delay_tally import DelayTally
from plainview.model import Frame

__all__ = ["CameraPace", "CameraStatus"]

_RATE_OVER_S: Final = 5.0


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraStatus:
    """How one camera goes just now.

    Args:
        name: Of the camera.
        n_frames: Frames of it that were observed.
        n_dropped: Frames that were dropped, or not even decoded, so that the rest is in time.
        frames_per_s: Rate of the last seconds.
        delay_s: Median and 95th percentile of the newest delays; None before the first frame.
        view_method: How the newest frame's View was made; None where it has none.
    """

    name: str
    n_frames: int
    n_dropped: int
    frames_per_s: float
    delay_s: tuple[float, float] | None
    view_method: str | None


class CameraPace:
    """Decides which frames of one camera are observed, and knows how late each is.

    Args:
        name: Of the camera.
        max_delay_s: Frames that have waited longer are dropped; None waits instead.
        n_frames_before: Frames of it that an earlier run has observed.
        clock: Seconds; that of the feed.
    """

    def __init__(
        self,
        name: str,
        *,
        max_delay_s: float | None,
        n_frames_before: int = 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.delays = DelayTally()
        self.n_dropped = 0
        self.first_drop_us: int | None = None
        self._name = name
        self._max_delay_s = max_delay_s
        self._n_frames_before = n_frames_before
        self._clock = clock
        self._n_frames = 0
        self._is_apart = False
        self._observed_s = clock()
        self._rate = (clock(), 0, 0.0)
        self._view_method: str | None = None

    def admitted(self, frame: Frame, *, arrived_s: float | None, index: int) -> Frame | None:
        """Return the frame with its number; None where it has waited too long.

        Args:
            frame: As it came.
            arrived_s: When it came.
            index: Its number, if it is observed.
        """
        is_apart = self._is_apart or frame.is_discontinuous
        if self._is_late(arrived_s):
            self.n_dropped += 1
            if self.first_drop_us is None:
                self.first_drop_us = frame.video_time_us
            self._is_apart = is_apart
            return None
        self._is_apart = False
        return replace(frame, frame_index=index, is_discontinuous=is_apart)

    def note_observed(self, frame: Frame, *, arrived_s: float | None) -> float | None:
        """Take note that a frame has been observed just now; return how long after it came."""
        now_s = self._observed_s = self._clock()
        delay_s = None if arrived_s is None else now_s - arrived_s
        if delay_s is not None:
            self.delays.add(delay_s)
        self._n_frames += 1
        since_s, n_then, _ = self._rate
        if now_s - since_s >= _RATE_OVER_S:
            self._rate = (now_s, self._n_frames, (self._n_frames - n_then) / (now_s - since_s))
        self._view_method = None if frame.view is None else str(frame.view.view_method)
        return delay_s

    def status(self, *, n_skipped: int) -> CameraStatus:
        """Return how it goes just now; any thread may ask.

        Args:
            n_skipped: Frames of it that were not even decoded.
        """
        since_s, n_then, before_hz = self._rate
        age_s = self._clock() - since_s
        rate_hz = (self._n_frames - n_then) / age_s if age_s > 1.0 else before_hz
        return CameraStatus(
            name=self._name,
            n_frames=self._n_frames_before + self._n_frames,
            n_dropped=self.n_dropped + n_skipped,
            frames_per_s=rate_hz,
            delay_s=self.delays.recent_s(),
            view_method=self._view_method,
        )

    def _is_late(self, arrived_s: float | None) -> bool:
        """Say whether a frame is dropped; where all are late, one is still looked at now and then.

        Otherwise a machine that is late by itself would look at none.
        """
        if self._max_delay_s is None or arrived_s is None:
            return False
        now_s = self._clock()
        is_due = now_s - self._observed_s > self._max_delay_s
        return now_s - arrived_s > self._max_delay_s and not is_due
