"""The time stamps of a metadata stream beside the container's: steps, gaps and drift."""

from dataclasses import dataclass, field
from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ["DriftEstimate", "StampTally", "estimate_drift"]

NO_TIME: Final = -1
_MAX_POINTS: Final = 4_096
_STEP_US: Final = 250_000
"""A change of the difference of two clocks from one packet to the next that is no jitter."""
_LEAST_SPAN_S: Final = 10.0
_LEAST_POINTS: Final = 8

Times = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class DriftEstimate:
    """How fast the metadata's clock goes against the video's.

    Args:
        ppm: Microseconds that it gains in a second of the video.
        half_width_ppm: Half of its 95 % interval, by the scatter of what it is made of.
        span_s: Over how long.
    """

    ppm: float
    half_width_ppm: float
    span_s: float


def estimate_drift(time_s: Floats, difference_us: Floats) -> DriftEstimate | None:
    """Return the drift of one clock against another; None where that is too short to tell.

    Args:
        time_s: (n,) on the one clock.
        difference_us: (n,) the other less the one.

    Source:
        Least squares; neighbours share their jitter, so the scatter is that of 32 groups.
    """
    if len(time_s) < _LEAST_POINTS or np.ptp(time_s) < _LEAST_SPAN_S:
        return None
    groups = np.array_split(np.arange(len(time_s)), min(32, len(time_s) // 2))
    t = np.array([time_s[each].mean() for each in groups])
    d = np.array([difference_us[each].mean() for each in groups])
    t = t - t.mean()
    slope = float(t @ d / (t @ t))
    residual = d - d.mean() - slope * t
    sigma = float(np.sqrt(residual @ residual / (len(t) - 2) / (t @ t)))
    return DriftEstimate(ppm=slope, half_width_ppm=1.96 * sigma, span_s=float(np.ptp(time_s)))


@dataclass(slots=True)
class StampTally:
    """Takes the stamps of one stream in order.

    Args:
        n_packets: How many packets there were; n_unstamped of them without a time stamp, and
            n_unplaced without a stamp of the container.
        n_backward: Stamps before the one before; n_repeated equal to it.
    """

    n_packets: int = 0
    n_unstamped: int = 0
    n_unplaced: int = 0
    n_backward: int = 0
    n_repeated: int = 0
    first_us: int | None = None
    last_us: int | None = None
    longest_us: int = 0
    longest_at_us: int | None = None
    steps: list[tuple[int, int]] = field(default_factory=list)
    n_steps: int = 0
    _before_difference: int | None = None
    _points: list[tuple[float, float, int]] = field(default_factory=list)
    _stretch: int = 1
    _part: int = 0

    def add(self, stamp_us: Times, pts_us: Times) -> None:
        """Take in packets.

        Args:
            stamp_us: (n,) their own stamps; -1 where there is none.
            pts_us: (n,) the container's, unwrapped; -1 likewise.
        """
        self.n_packets += len(stamp_us)
        is_stamped, is_placed = stamp_us >= 0, pts_us >= 0
        self.n_unstamped += int(np.count_nonzero(~is_stamped))
        self.n_unplaced += int(np.count_nonzero(~is_placed))
        known_us = stamp_us[is_stamped]
        if not len(known_us):
            return
        self._note_order(known_us)
        both = is_stamped & is_placed
        if both.any():
            self._note_difference(stamp_us[both] - pts_us[both], pts_us[both])

    def _note_order(self, known_us: Times) -> None:
        before = known_us[:1] if self.last_us is None else np.array([self.last_us])
        steps_us = np.diff(np.concatenate([before, known_us]))
        if self.last_us is None:
            self.first_us, steps_us = int(known_us[0]), steps_us[1:]
        self.last_us = int(known_us[-1])
        self.n_backward += int(np.count_nonzero(steps_us < 0))
        self.n_repeated += int(np.count_nonzero(steps_us == 0))
        if len(steps_us) and int(steps_us.max()) > self.longest_us:
            self.longest_us = int(steps_us.max())
            at = int(np.argmax(steps_us)) + len(known_us) - len(steps_us)
            self.longest_at_us = int(known_us[at]) - self.longest_us

    def _note_difference(self, difference_us: Times, pts_us: Times) -> None:
        before = difference_us[:1] if self._before_difference is None else self._before_difference
        moved_us = np.diff(np.concatenate([np.atleast_1d(before), difference_us]))
        self._before_difference = int(difference_us[-1])
        jumps = np.flatnonzero(np.abs(moved_us) > _STEP_US)
        self.n_steps += len(jumps)
        self.steps += [(int(pts_us[each]), int(moved_us[each])) for each in jumps[:8]]
        del self.steps[8:]
        part = self._part + np.cumsum(np.abs(moved_us) > _STEP_US)
        self._part = int(part[-1])
        firsts = np.arange(0, len(pts_us), self._stretch)
        lasts = np.append(firsts[1:], len(pts_us)) - 1
        n_each = lasts - firsts + 1
        base_us = int(difference_us[0])
        means_s = 1e-6 * np.add.reduceat(pts_us, firsts) / n_each
        means_us = np.add.reduceat(difference_us - base_us, firsts) / n_each + float(base_us)
        is_one = part[firsts] == part[lasts]
        self._points += zip(
            means_s[is_one].tolist(),
            means_us[is_one].tolist(),
            part[firsts][is_one].tolist(),
            strict=True,
        )
        while len(self._points) > _MAX_POINTS:
            self._points = self._points[::2]
            self._stretch *= 2

    def drift(self) -> DriftEstimate | None:
        """Return the drift over the longest stretch without a step; None where too short."""
        if not self._points:
            return None
        time_s, difference_us, part = (
            np.array(column) for column in zip(*self._points, strict=True)
        )
        longest = max(np.unique(part), key=lambda each: np.ptp(time_s[part == each]))
        here = part == longest
        base_us = difference_us[here][0]
        return estimate_drift(time_s[here], difference_us[here] - base_us)

    def describe(self) -> dict[str, Any]:
        """Return the stamps of a stream as JSON holds them."""
        drift, span_us = self.drift(), (self.last_us or 0) - (self.first_us or 0)
        n_known = self.n_packets - self.n_unstamped
        return {
            "packets": self.n_packets,
            "without_stamp": self.n_unstamped,
            "without_container_stamp": self.n_unplaced,
            "first_us": self.first_us,
            "last_us": self.last_us,
            "rate_hz": round(1e6 * (n_known - 1) / span_us, 3) if span_us > 0 else None,
            "longest_gap_s": round(1e-6 * self.longest_us, 3) if n_known > 1 else None,
            "longest_gap_at_us": self.longest_at_us,
            "backward": self.n_backward,
            "repeated": self.n_repeated,
            "drift": None
            if drift is None
            else {
                "ppm": round(drift.ppm, 3),
                "half_width_95_ppm": round(drift.half_width_ppm, 3),
                "span_s": round(drift.span_s, 1),
            },
            "steps": self.n_steps,
            "first_steps": [
                {"pts_us": at_us, "by_s": round(1e-6 * by_us, 3)} for at_us, by_us in self.steps
            ],
        }
