"""The lag between metadata and picture, from the motion that both tell of.

The pictures are one gyroscope, the metadata another: each gives an angle as a function of time,
up to a slow drift. Shifting the one along time until it lies on the other gives the lag. What is
compared is the summed motion, not its rate: the errors of a pose do not add up over frames,
those of its differences would swamp them.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.lag_fit import (
    LAG_REACH_S,
    FittedLag,
    LagScan,
    fit_lag,
    scan_lags,
)
from plainview.geo.motion_trace import MotionTrace, trace_of_window

__all__ = ["LagEstimate", "LagSettings", "MotionWindow", "estimate_lag"]

Array = npt.NDArray[np.float64]

_LAG_SHARE: Final = 0.3
"""Of the longest window, for the largest lag: both ends of a window are lost to it."""

_NO_WINDOW: Final = "no stretch of pictures that is long enough is registered and has metadata"
_ALIKE: Final = "the metadata's motion is not that of the pictures at any lag"
_STILL: Final = "nothing moves enough, or only steadily: any lag explains the pictures as well"
_SEVERAL: Final = "the motion repeats itself: several lags explain the pictures as well"
_EDGE: Final = "the best lag is the largest that was tried"


@dataclass(frozen=True, slots=True, kw_only=True)
class LagSettings:
    """What is tried, and what is believed.

    Args:
        most_lag_s: Lags from minus to plus this are tried.
        step_s: Between the lags that are tried first.
        least_window_s: Shorter stretches are left out.
        most_half_width_s: Of the 95 % interval of a lag that is given.
        least_explained: Share of the metadata's motion, its drift taken out, that the pictures
            must explain.
        gain: Lowest and highest ratio of the metadata's motion to that of the pictures: errors
            of the field of view and of the range leave it near 1.
    """

    most_lag_s: float = 2.0
    step_s: float = 0.02
    least_window_s: float = 3.0
    most_half_width_s: float = 0.2
    least_explained: float = 0.1
    gain: tuple[float, float] = (0.5, 1.6)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MotionWindow:
    """A stretch of frames, each registered to the one before and each with a pose.

    Args:
        time_s: (n,) on the video's clock, rising.
        seen: (n, 3) motion since the frame before as the pictures show it (right, down as
            tangents; turned in radians); row 0 is not used. A turn of NaN is not known.
        said: (n, 3) the same as the metadata says.
    """

    time_s: Array
    seen: Array
    said: Array

    @property
    def duration_s(self) -> float:
        """How long it lasts."""
        return float(self.time_s[-1] - self.time_s[0]) if len(self.time_s) else 0.0

    @property
    def has_turn(self) -> bool:
        """Whether the turn of the picture is known from both."""
        return bool(np.isfinite(self.seen[1:, 2]).all() and np.isfinite(self.said[1:, 2]).all())


@dataclass(frozen=True, slots=True, kw_only=True)
class LagEstimate:
    """By how much metadata comes too late on the video's clock.

    Args:
        lag_s: What the metadata says of an instant lies this much after the picture of that
            instant; None where it cannot be said.
        low_s: Of the 95 % interval; None where nothing can be said at all. Where ``lag_s`` is
            None, the interval is what could not be excluded.
        high_s: Likewise.
        reason: Why it cannot be said; None where it can.
        n_windows: How many stretches it rests on, and for how long they last in all.
        duration_s: Likewise.
    """

    lag_s: float | None
    low_s: float | None
    high_s: float | None
    reason: str | None
    n_windows: int = 0
    duration_s: float = 0.0

    @property
    def sigma_s(self) -> float | None:
        """A quarter of the interval: 1-sigma where the lag is known."""
        if self.lag_s is None or self.low_s is None or self.high_s is None:
            return None
        return 0.25 * (self.high_s - self.low_s)


def estimate_lag(
    windows: Sequence[MotionWindow], *, settings: LagSettings | None = None
) -> LagEstimate:
    """Estimate the lag between pictures and metadata.

    Each axis of the metadata's summed motion is a mix of the axes of the pictures' (gains near
    1 for errors of field of view and range, cross terms for an error of roll) at an earlier
    instant, plus a slow drift in each window. The interval is that of least squares with the
    scatter of the blocks of two seconds in the place of white noise, so that errors that last
    (turbulence, quantised or repeated metadata) widen it.

    Args:
        windows: Stretches of one camera and one metadata stream; the lag is one for all.
        settings: What is tried, and what is believed.
    """
    limits = settings or LagSettings()
    used = [window for window in windows if window.duration_s >= limits.least_window_s]
    n_axes = 3 if all(window.has_turn for window in used) else 2
    found = [
        trace_of_window(each.time_s, seen=each.seen[:, :n_axes], said=each.said[:, :n_axes])
        for each in used
    ]
    traces = [trace for trace in found if trace is not None]
    if not traces:
        return LagEstimate(lag_s=None, low_s=None, high_s=None, reason=_NO_WINDOW)
    durations_s = [trace.duration_s for trace in traces]
    most_s = min(limits.most_lag_s, _LAG_SHARE * max(durations_s))
    scan = scan_lags(traces, most_s=most_s, step_s=limits.step_s)
    start = _best(scan, limits)
    fit = None if start is None else _fitted(traces, float(scan.lag_s[start]), most_s=most_s)
    low_s, high_s, reason = _judged(scan, limits, start=start, fit=fit)
    return LagEstimate(
        lag_s=None if fit is None or reason is not None else fit.lag_s,
        low_s=low_s,
        high_s=high_s,
        reason=reason,
        n_windows=len(traces),
        duration_s=sum(durations_s),
    )


def _fitted(traces: Sequence[MotionTrace], start_s: float, *, most_s: float) -> FittedLag | None:
    """Return the optimum near a lag, from all samples whose picture is there at that lag."""
    return fit_lag(traces, start_s, margin_s=min(most_s, abs(start_s) + LAG_REACH_S))


def _best(scan: LagScan, limits: LagSettings) -> int | None:
    """Return which lag explains most, of those whose gain can be; None where there is none."""
    left = _possible(scan, limits)
    at = int(np.argmin(left))
    return at if np.isfinite(left[at]) else None


def _possible(scan: LagScan, limits: LagSettings) -> Array:
    """Return what lags (n,) leave unexplained, infinite where their gain cannot be."""
    low, high = limits.gain
    possible: Array = np.where(
        (scan.gain >= low) & (scan.gain <= high), scan.log_unexplained, np.inf
    )
    return possible


def _judged(
    scan: LagScan, limits: LagSettings, *, start: int | None, fit: FittedLag | None
) -> tuple[float, float, str | None]:
    """Return the 95 % interval, and why the lag cannot be said; None where it can.

    The interval is that of the optimum's curvature, and all lags beside it that explain the
    metadata as well within the same 95 %.
    """
    ends_s = float(scan.lag_s[0]), float(scan.lag_s[-1])
    if start is None:
        return *ends_s, _ALIKE
    if fit is None:
        return *ends_s, _EDGE if start in (0, len(scan.lag_s) - 1) else _STILL
    left = _possible(scan, limits)
    equal_s = scan.lag_s[left <= left[start] + fit.equal_unexplained]
    low_s = min(fit.lag_s - fit.half_width_s, float(equal_s.min()))
    high_s = max(fit.lag_s + fit.half_width_s, float(equal_s.max()))
    if fit.explained < limits.least_explained:
        return *ends_s, _ALIKE if fit.motion_ratio > limits.least_explained else _STILL
    if high_s - low_s > 2.0 * limits.most_half_width_s:
        return low_s, high_s, _SEVERAL if fit.half_width_s < limits.step_s else _STILL
    if min(fit.lag_s - ends_s[0], ends_s[1] - fit.lag_s) < limits.step_s:
        return low_s, high_s, _EDGE
    return low_s, high_s, None
