"""Least squares of one lag between two records of the same motion, each with its own drift."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.motion_trace import (
    DRIFT_ORDER,
    LEAST_SAMPLES,
    Core,
    MotionTrace,
    cores_of,
)

__all__ = ["LAG_REACH_S", "FittedLag", "LagScan", "fit_lag", "scan_lags"]

Array = npt.NDArray[np.float64]

_SIGMA_FLOOR_S: Final = 0.001
"""Rounding of stamps to the clock of the container, and the length of an exposure."""
LAG_REACH_S: Final = 0.1
"""How far a fit may leave its start."""
_HUBER: Final = 2.5
_GAIN_SIGMA: Final = np.array([[0.15, 0.15, 0.02], [0.15, 0.15, 0.02], [0.02, 0.02, 0.15]])
"""1-sigma of each gain about the identity: of metadata's axis (column) by pictures' axis (row).
Range and field of view are known to some per cent, roll to some degrees; a turn about the middle
shifts the middle only where the optical axis is elsewhere. Strong motion overrules it."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LagScan:
    """How well each of many lags explains the metadata.

    Args:
        lag_s: (n,) rising.
        log_unexplained: (n,) logarithm of the share that is not explained, over all axes.
        gain: (n,) the metadata's motion over that of the pictures.
    """

    lag_s: Array
    log_unexplained: Array
    gain: Array


@dataclass(frozen=True, slots=True, kw_only=True)
class FittedLag:
    """One optimum.

    Args:
        lag_s: Metadata after pictures.
        half_width_s: Of the 95 % interval by the curvature at the optimum.
        explained: Share of the metadata's motion that the pictures explain at that lag.
        motion_ratio: The pictures' motion over that of the metadata, which errors enlarge.
        equal_unexplained: By how much the logarithm of what is not explained may be larger at a
            lag that the same 95 % do not exclude.
    """

    lag_s: float
    half_width_s: float
    explained: float
    motion_ratio: float
    equal_unexplained: float


def scan_lags(traces: Sequence[MotionTrace], *, most_s: float, step_s: float) -> LagScan:
    """Try every lag between minus and plus a largest one."""
    n_steps = max(1, round(most_s / step_s))
    lags_s = np.linspace(-most_s, most_s, 2 * n_steps + 1)
    cores = cores_of(traces, margin_s=most_s)
    tried = [_tried(cores, lag_s) for lag_s in lags_s.tolist()]
    return LagScan(
        lag_s=lags_s,
        log_unexplained=np.array([unexplained for unexplained, _ in tried]),
        gain=np.array([gain for _, gain in tried]),
    )


def _tried(cores: Sequence[Core], lag_s: float) -> tuple[float, float]:
    """Return the logarithm of the share that is not explained, over all axes, and the gain."""
    if not cores:
        return float("inf"), float("nan")
    seen = np.concatenate([core.seen(lag_s) for core in cores])
    said = np.concatenate([core.said for core in cores])
    gains, sigma = _gains(seen, said, np.ones(len(said)))
    left = _power(said - seen @ gains)
    weight = _power(seen) / sigma**2
    gain = float(np.sum(weight * np.diagonal(gains)) / np.sum(weight))
    return float(np.sum(np.log(left / _power(said)))), gain


def _gains(seen: Array, said: Array, weight: Array) -> tuple[Array, Array]:
    """Return the gains (c, c) and the error of each axis of the metadata (c,).

    Least squares with what is known of gains beforehand, at the error that is left without it.
    """
    weighted = weight[:, np.newaxis] * seen
    free = np.linalg.lstsq(weighted.T @ seen, weighted.T @ said, rcond=None)[0]
    sigma = np.sqrt(_power(np.sqrt(weight)[:, np.newaxis] * (said - seen @ free)) / len(said))
    identity = np.eye(seen.shape[1])
    return identity + _near_zero(seen, said - seen, weight=weight, sigma=sigma), sigma


def _near_zero(seen: Array, wanted: Array, *, weight: Array, sigma: Array) -> Array:
    """Return the changes of gains (c, c) that come nearest to a motion, as far as gains vary."""
    n_axes = seen.shape[1]
    normal = seen.T @ (weight[:, np.newaxis] * seen)
    product = seen.T @ (weight[:, np.newaxis] * wanted)
    columns = [
        np.linalg.solve(
            normal + np.diag((sigma[axis] / _GAIN_SIGMA[:n_axes, axis]) ** 2), product[:, axis]
        )
        for axis in range(n_axes)
    ]
    return np.column_stack(columns)


def _power(rows: Array) -> Array:
    """Return the sum of squares of each column (c,), never 0."""
    power: Array = np.einsum("kc,kc->c", rows, rows) + 1e-24
    return power


def fit_lag(traces: Sequence[MotionTrace], start_s: float, *, margin_s: float) -> FittedLag | None:
    """Return the optimum next to a lag; None where there is none within reach.

    Gauss-Newton over the lag, with the gains of each axis solved for at every step.

    Args:
        traces: The windows.
        start_s: A lag near the optimum.
        margin_s: Of each window, for the samples that are used; at least as long as any lag.
    """
    cores = cores_of(traces, margin_s=margin_s)
    lag_s, fit = start_s, None
    for _ in range(12):
        fit = _Linear.of(cores, lag_s)
        if fit is None:
            return None
        step_s = fit.step_s
        lag_s += float(np.clip(step_s, -0.02, 0.02))
        if abs(lag_s - start_s) > LAG_REACH_S:
            return None
        if abs(step_s) < 1e-5:
            break
    return None if fit is None else fit.fitted(lag_s)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Linear:
    """The problem made linear at one lag.

    Args:
        left: (k, c) what is not explained, in units of the error of each axis.
        push: (k, c) what a second of lag would change, gains and drift taken out, likewise.
        weight: (k,) how much each sample is believed.
        block: (k,) which block of time it is in.
        shares: (3, c) sums of squares of what is left, of all, and of the pictures' motion, in
            the same units.
    """

    left: Array
    push: Array
    weight: Array
    block: npt.NDArray[np.int64]
    shares: Array

    @classmethod
    def of(cls, cores: Sequence[Core], lag_s: float) -> "_Linear | None":
        """Solve for the gains, again and again with less of what stands out."""
        n_samples = sum(len(core.time_s) for core in cores)
        if n_samples - (DRIFT_ORDER + 4) * len(cores) < LEAST_SAMPLES:
            return None
        said = np.concatenate([core.said for core in cores])
        seen = np.concatenate([core.seen(lag_s) for core in cores])
        slope = np.concatenate([core.slope(lag_s) for core in cores])
        block = np.concatenate([core.block for core in cores])
        weight = np.ones(len(said))
        for _ in range(3):
            gains, sigma = _gains(seen, said, weight)
            left = said - seen @ gains
            weight = np.minimum(1.0, _HUBER / np.max(np.abs(left) / sigma + 1e-9, axis=-1))
        push = -slope @ gains
        push -= seen @ _near_zero(seen, push, weight=weight, sigma=sigma)
        return cls(
            left=left / sigma,
            push=push / sigma,
            weight=weight,
            block=block,
            shares=np.stack([_power(left), _power(said), _power(seen)]) / sigma**2,
        )

    @property
    def information(self) -> float:
        """Of the lag, were all errors independent, 1/s^2."""
        return float(np.sum(self.weight[:, np.newaxis] * self.push**2)) + 1e-12

    @property
    def step_s(self) -> float:
        """By how much the lag is still off."""
        return float(np.sum(self.weight[:, np.newaxis] * self.push * self.left)) / self.information

    def fitted(self, lag_s: float) -> FittedLag:
        """Return the optimum with its interval."""
        n_blocks = int(self.block[-1]) + 1
        by_sample = self.weight[:, np.newaxis] * self.push
        scores = np.bincount(self.block, np.sum(by_sample * self.left, axis=-1), n_blocks)
        shares = np.bincount(self.block, np.sum(by_sample * self.push, axis=-1), n_blocks)
        n_effective = float(np.sum(shares)) ** 2 / float(np.sum(shares**2) + 1e-24)
        scatter = float(np.sum(scores**2)) * n_effective / max(n_effective - 1.0, 0.5)
        n_alike = self._n_alike()
        inflation = max(n_alike, scatter / self.information)
        sigma_s = np.sqrt(inflation / self.information + _SIGMA_FLOOR_S**2)
        student = _student_95(max(1.0, n_effective - 1.0))
        left, said, seen = np.sum(self.shares, axis=-1).tolist()
        return FittedLag(
            lag_s=lag_s,
            half_width_s=float(sigma_s) * student,
            explained=1.0 - left / said,
            motion_ratio=seen / said,
            equal_unexplained=student**2 * inflation / len(self.left),
        )

    def _n_alike(self) -> float:
        """Return how many samples in a row have one error: sums of its autocorrelation."""
        power = float(np.sum(self.left**2))
        n_alike = 1.0
        for step in range(1, len(self.left) // 4):
            product = np.sum(self.left[step:] * self.left[:-step], axis=-1)
            alike = float(np.sum(product[self.block[step:] - self.block[:-step] <= 1])) / power
            if alike <= 0.0:
                break
            n_alike += 2.0 * alike
        return n_alike


_STUDENT: Final = (
    (1.0, 12.71),
    (2.0, 4.303),
    (3.0, 3.182),
    (4.0, 2.776),
    (6.0, 2.447),
    (10.0, 2.228),
    (20.0, 2.086),
    (1e9, 1.960),
)


def _student_95(n_free: float) -> float:
    """Return the 97.5 % point of Student's t, between the rows of a table by 1 / n."""
    inverse = [1.0 / n for n, _ in reversed(_STUDENT)]
    return float(np.interp(1.0 / n_free, inverse, [t for _, t in reversed(_STUDENT)]))
