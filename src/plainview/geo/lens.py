"""Lens distortion: Brown-Conrady, both ways, in normalised camera coordinates.

Normalised coordinates are x / z and y / z of the camera frame. A polynomial lens model
folds back on itself beyond some radius; what lies beyond the fold is NaN, not a false place.
"""

import math
from functools import lru_cache
from typing import Final

import numpy as np

from plainview.geo.compiled import compiled
from plainview.geo.ellipsoid import Array
from plainview.model import Distortion

__all__ = ["distort_points", "undistort_in_numpy", "undistort_points"]

_N_NEWTON_STEPS: Final = 30
_SETTLED: Final = 1e-12
_TOLERANCE: Final = 1e-9


@lru_cache(maxsize=64)
def _fold_radius_squared(radial: tuple[float, float, float]) -> float:
    """Square of the radius at which the radial polynomial turns back; infinite if never.

    Its derivative is a cubic in 1 / r^2 that starts with 1, so that small terms do no harm.
    """
    k1, k2, k3 = radial
    roots = np.roots([1.0, 3.0 * k1, 5.0 * k2, 7.0 * k3])
    real = roots[np.abs(roots.imag) <= 1e-9 * np.abs(roots)].real
    largest = real.max(initial=0.0)
    return float(1.0 / largest) if largest > 1e-9 else np.inf


def _distort(points: Array, distortion: Distortion) -> Array:
    k1, k2, k3 = distortion.radial
    p1, p2 = distortion.tangential
    x, y = points[:, 0], points[:, 1]
    r2 = x**2 + y**2
    radial = 1.0 + r2 * (k1 + r2 * (k2 + r2 * k3))
    return np.stack(
        [
            x * radial + 2.0 * p1 * x * y + p2 * (r2 + 2.0 * x**2),
            y * radial + p1 * (r2 + 2.0 * y**2) + 2.0 * p2 * x * y,
        ],
        axis=-1,
    )


def _jacobian(points: Array, distortion: Distortion) -> tuple[Array, Array, Array, Array]:
    """Partial derivatives xx, xy, yx, yy of the distorted by the undistorted, each (n,)."""
    k1, k2, k3 = distortion.radial
    p1, p2 = distortion.tangential
    x, y = points[:, 0], points[:, 1]
    r2 = x**2 + y**2
    radial = 1.0 + r2 * (k1 + r2 * (k2 + r2 * k3))
    slope = k1 + r2 * (2.0 * k2 + 3.0 * k3 * r2)
    cross = 2.0 * x * y * slope + 2.0 * p1 * x + 2.0 * p2 * y
    return (
        radial + 2.0 * x**2 * slope + 2.0 * p1 * y + 6.0 * p2 * x,
        cross,
        cross,
        radial + 2.0 * y**2 * slope + 6.0 * p1 * y + 2.0 * p2 * x,
    )


def distort_points(points: Array, distortion: Distortion | None) -> Array:
    """Return where the lens puts points, both in normalised camera coordinates.

    Args:
        points: (n, 2) x / z and y / z without distortion.
        distortion: The lens; None leaves the points as they are.

    Returns:
        (n, 2) with distortion; a row is NaN beyond the fold of the model.

    Source:
        D. C. Brown, "Close-range camera calibration", 1971.
    """
    if distortion is None:
        return points
    with np.errstate(invalid="ignore", over="ignore"):
        is_inside = np.sum(points**2, axis=-1) < _fold_radius_squared(distortion.radial)
        return np.where(is_inside[:, np.newaxis], _distort(points, distortion), np.nan)


@compiled
def _fill_undistorted(  # noqa: PLR0917  (a kernel takes no keywords)
    out: Array,
    points: Array,
    radial: tuple[float, float, float],
    tangential: tuple[float, float],
    most_r2: float,
) -> None:
    """Fill in `undistort_points`, point by point."""
    k1, k2, k3 = radial
    p1, p2 = tangential
    for n in range(len(points)):
        u, v = points[n, 0], points[n, 1]
        x, y = u, v
        off_x, off_y, is_last = 0.0, 0.0, False
        for step in range(_N_NEWTON_STEPS + 1):
            r2 = x * x + y * y
            bent = 1.0 + r2 * (k1 + r2 * (k2 + r2 * k3))
            off_x = x * bent + 2.0 * p1 * x * y + p2 * (r2 + 2.0 * x * x) - u
            off_y = y * bent + p1 * (r2 + 2.0 * y * y) + 2.0 * p2 * x * y - v
            if is_last or step == _N_NEWTON_STEPS:
                break
            slope = k1 + r2 * (2.0 * k2 + 3.0 * k3 * r2)
            cross = 2.0 * x * y * slope + 2.0 * p1 * x + 2.0 * p2 * y
            xx = bent + 2.0 * x * x * slope + 2.0 * p1 * y + 6.0 * p2 * x
            yy = bent + 2.0 * y * y * slope + 6.0 * p1 * y + 2.0 * p2 * x
            determinant = xx * yy - cross * cross
            step_x = (yy * off_x - cross * off_y) / determinant
            step_y = (xx * off_y - cross * off_x) / determinant
            x -= step_x
            y -= step_y
            is_last = not (abs(step_x) > _SETTLED or abs(step_y) > _SETTLED)
        is_good = max(abs(off_x), abs(off_y)) < _TOLERANCE and x * x + y * y < most_r2
        out[n, 0] = x if is_good else math.nan
        out[n, 1] = y if is_good else math.nan


def undistort_points(points: Array, distortion: Distortion | None) -> Array:
    """Return where points would be without the lens's distortion.

    Args:
        points: (n, 2) x / z and y / z with distortion, as measured.
        distortion: The lens; None leaves the points as they are.

    Returns:
        (n, 2) without distortion; a row is NaN where no point maps there.

    Source:
        Newton's method on the model of :func:`distort_points`.
    """
    if distortion is None:
        return points
    measured = np.array(points, dtype=np.float64, order="C")
    out = np.empty_like(measured)
    k1, k2, k3 = (float(k) for k in distortion.radial)
    p1, p2 = (float(p) for p in distortion.tangential)
    fold = float(_fold_radius_squared(distortion.radial))
    _fill_undistorted(out, measured, (k1, k2, k3), (p1, p2), fold)
    return out


def undistort_in_numpy(points: Array, distortion: Distortion) -> Array:
    """Return what `undistort_points` does, all points step by step: its twin."""
    guess = points.copy()
    with np.errstate(all="ignore"):
        for _ in range(_N_NEWTON_STEPS):
            error = _distort(guess, distortion) - points
            xx, xy, yx, yy = _jacobian(guess, distortion)
            determinant = xx * yy - xy * yx
            step = np.stack(
                [
                    (yy * error[:, 0] - xy * error[:, 1]) / determinant,
                    (xx * error[:, 1] - yx * error[:, 0]) / determinant,
                ],
                axis=-1,
            )
            guess -= step
            if not np.any(np.abs(step) > _SETTLED):
                break
        residual = np.max(np.abs(_distort(guess, distortion) - points), axis=-1, initial=0.0)
        is_inside = np.sum(guess**2, axis=-1) < _fold_radius_squared(distortion.radial)
    is_good = (residual < _TOLERANCE) & is_inside
    return np.where(is_good[:, np.newaxis], guess, np.nan)
