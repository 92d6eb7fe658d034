"""The summed motion of a stretch of frames, and its samples at a lag with the drift taken out."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "DRIFT_ORDER",
    "LEAST_SAMPLES",
    "Core",
    "MotionTrace",
    "cores_of",
    "trace_of_window",
]

Array = npt.NDArray[np.float64]

DRIFT_ORDER: Final = 3
"""Of the polynomial in each window: errors of range and registration grow and bend slowly."""
LEAST_SAMPLES: Final = 20
"""Of a window that tells anything."""
_SMOOTH_S: Final = 0.1
"""1-sigma of the window that the pictures' motion is averaged over: up to some 2 Hz is kept."""
_BLOCK_S: Final = 2.0
"""Errors further apart than this are taken as independent."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MotionTrace:
    """The summed motion of one window, by pictures and by metadata.

    Args:
        seen_time_s: (n,) of the frames; ``seen`` (n, c) up to each of them.
        said_time_s: (m,) of the frames whose metadata is believed; ``said`` (m, c) likewise.
    """

    seen_time_s: Array
    seen: Array
    said_time_s: Array
    said: Array

    @property
    def duration_s(self) -> float:
        """How long the window lasts."""
        return float(self.seen_time_s[-1] - self.seen_time_s[0])

    def core(self, margin_s: float) -> npt.NDArray[np.bool_]:
        """Say which samples of ``said`` (m,) are so far from both ends of the pictures."""
        first_s, last_s = float(self.seen_time_s[0]), float(self.seen_time_s[-1])
        kept: npt.NDArray[np.bool_] = (self.said_time_s >= first_s + margin_s) & (
            self.said_time_s <= last_s - margin_s
        )
        return kept


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Core:
    """The samples of one window that are compared, the same ones at every lag.

    Args:
        trace: The window.
        time_s: (k,) of the samples.
        drift: (k, d) orthonormal basis of slow drift.
        said: (k, c) the metadata's motion without drift.
        block: (k,) which block of time a sample is in, none shared with another window.
    """

    trace: MotionTrace
    time_s: Array
    drift: Array
    said: Array
    block: npt.NDArray[np.int64]

    def seen(self, lag_s: float) -> Array:
        """Return the pictures' motion (k, c) that much earlier, without drift."""
        trace = self.trace
        then_s = self.time_s - lag_s
        at = np.column_stack([np.interp(then_s, trace.seen_time_s, axis) for axis in trace.seen.T])
        return _without(self.drift, at)

    def slope(self, lag_s: float) -> Array:
        """Return the change of `seen` (k, c) along the pictures' time, 1/s."""
        step_s = 0.5 * float(np.median(np.diff(self.trace.seen_time_s)))
        slope: Array = (self.seen(lag_s - step_s) - self.seen(lag_s + step_s)) / (2.0 * step_s)
        return slope


def trace_of_window(time_s: Array, *, seen: Array, said: Array) -> MotionTrace | None:
    """Return the summed motion of a window; None where too little of it is known.

    Args:
        time_s: (n,) of consecutive frames.
        seen: (n, c) motion since the frame before; row 0 is not used.
        said: (n, c) likewise.
    """
    if not (np.isfinite(seen[1:]).all() and np.isfinite(said[1:]).all()):
        return None
    sums = [
        np.concatenate([np.zeros((1, each.shape[1])), np.cumsum(each[1:], axis=0)])
        for each in (seen, said)
    ]
    kept = ~_is_spike(sums[1])
    if kept.sum() < LEAST_SAMPLES:
        return None
    return MotionTrace(
        seen_time_s=time_s,
        seen=_smooth(time_s, sums[0]),
        said_time_s=time_s[kept],
        said=sums[1][kept],
    )


def _smooth(time_s: Array, summed: Array) -> Array:
    """Return a record (n, c) without what is faster than a turret turns.

    The errors of single registrations look like fast motion, and fast motion tells of a lag
    where there is none; the vibration of a mount repeats itself.
    """
    step_s = float(np.median(np.diff(time_s)))
    reach = min(int(np.ceil(3.0 * _SMOOTH_S / step_s)), len(time_s) - 1)
    kernel = np.exp(-0.5 * (np.arange(-reach, reach + 1) * step_s / _SMOOTH_S) ** 2)
    padded = np.pad(summed, ((reach, reach), (0, 0)), mode="reflect", reflect_type="odd")
    return np.column_stack(
        [np.convolve(axis, kernel / kernel.sum(), mode="valid") for axis in padded.T]
    )


def _is_spike(summed: Array) -> npt.NDArray[np.bool_]:
    """Say which samples (n,) of a record (n, c) stand far out from their neighbours."""
    padded = np.pad(summed, ((3, 3), (0, 0)), mode="reflect", reflect_type="odd")
    around = np.lib.stride_tricks.sliding_window_view(padded, 7, axis=0)
    off = np.abs(summed - np.median(around, axis=-1))
    scale = 1.4826 * np.median(off, axis=0) + 1e-6
    spike: npt.NDArray[np.bool_] = np.any(off > 12.0 * scale + 1e-3, axis=-1)
    return spike


def cores_of(traces: Sequence[MotionTrace], *, margin_s: float) -> list[Core]:
    """Return the samples of each window that are so far from both of its ends."""
    cores: list[Core] = []
    n_blocks = 0
    for trace in traces:
        kept = trace.core(margin_s)
        if kept.sum() < LEAST_SAMPLES:
            continue
        time_s = trace.said_time_s[kept]
        drift = _drift(time_s)
        blocks = ((time_s - time_s[0]) / _BLOCK_S).astype(np.int64)
        said = _without(drift, trace.said[kept])
        cores.append(
            Core(trace=trace, time_s=time_s, drift=drift, said=said, block=blocks + n_blocks)
        )
        n_blocks += int(blocks[-1]) + 1
    return cores


def _drift(time_s: Array) -> Array:
    """Return an orthonormal basis (k, order + 1) of slow drift."""
    span_s = max(float(time_s[-1] - time_s[0]), 1e-6)
    place = 2.0 * (time_s - time_s[0]) / span_s - 1.0
    basis: Array = np.linalg.qr(np.vander(place, DRIFT_ORDER + 1))[0]
    return basis


def _without(basis: Array, columns: Array) -> Array:
    """Return columns (k, c) without what an orthonormal basis (k, b) explains of them."""
    rest: Array = columns - basis @ (basis.T @ columns)
    return rest
