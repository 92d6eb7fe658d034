"""Refines a homography between two pictures to a few hundredths of a pixel, robustly.

Inverse-compositional Gauss-Newton on the pixel of strongest gradient of each block: eight
numbers of the homography, a gain and a bias, with Tukey weights so that what moves on its own
does not pull. Everything here is in pixel-centre coordinates of one pyramid level.
"""

from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.imaging.compiled import compiled
from plainview.imaging.gradient_points import residuals, weigh

__all__ = ["N_UNKNOWNS", "refine_homography"]

Array = npt.NDArray[np.float64]
Level = npt.NDArray[np.float32]

N_UNKNOWNS: Final = 10
"""Eight of the homography, gain, bias."""


@compiled
def _solve(matrix: Array, vector: Array) -> Array:
    """Solution of a small symmetric positive system by Cholesky; NaN where it has none."""
    n = vector.shape[0]
    lower = np.zeros((n, n))
    solution = vector.copy()
    for i in range(n):
        for j in range(i + 1):
            total = matrix[i, j]
            for k in range(j):
                total -= lower[i, k] * lower[j, k]
            if i == j:
                if total <= 1e-12 * matrix[i, i]:
                    solution[:] = np.nan
                    return solution
                lower[i, i] = np.sqrt(total)
            else:
                lower[i, j] = total / lower[j, j]
    for i in range(n):
        for k in range(i):
            solution[i] -= lower[i, k] * solution[k]
        solution[i] /= lower[i, i]
    for i in range(n - 1, -1, -1):
        for k in range(i + 1, n):
            solution[i] -= lower[k, i] * solution[k]
        solution[i] /= lower[i, i]
    return solution


@compiled
def _compose_inverse(homography: Array, step: Array) -> Array:
    """Return homography @ inverse(identity + step)."""
    a, b, c = 1.0 + step[0], step[1], step[2]
    d, e, f = step[3], 1.0 + step[4], step[5]
    g, h = step[6], step[7]
    inverse = np.empty((3, 3))
    inverse[0, 0], inverse[0, 1], inverse[0, 2] = e - f * h, c * h - b, b * f - c * e
    inverse[1, 0], inverse[1, 1], inverse[1, 2] = f * g - d, a - c * g, c * d - a * f
    inverse[2, 0], inverse[2, 1], inverse[2, 2] = d * h - e * g, b * g - a * h, a * e - b * d
    composed = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            for k in range(3):
                composed[i, j] += homography[i, k] * inverse[k, j]
    composed /= composed[2, 2]
    return composed


@compiled
def _design_rows(points: Array, middle: tuple[float, float], scale: float) -> Array:
    """(10, n) derivatives of a point's value by homography, gain and bias."""
    n_points = points.shape[0]
    rows = np.empty((10, n_points))
    mean = 0.0
    for i in range(n_points):
        mean += points[i, 4]
    mean /= max(n_points, 1)
    for i in range(n_points):
        u = (points[i, 0] - middle[0]) / scale
        v = (points[i, 1] - middle[1]) / scale
        in_u, in_v = points[i, 2] * scale, points[i, 3] * scale
        along = in_u * u + in_v * v
        rows[0, i], rows[1, i], rows[2, i] = in_u * u, in_u * v, in_u
        rows[3, i], rows[4, i], rows[5, i] = in_v * u, in_v * v, in_v
        rows[6, i], rows[7, i] = -u * along, -v * along
        rows[8, i], rows[9, i] = points[i, 4] - mean, 1.0
    return rows


@compiled
def _solve_step(rows: Array, residual: Array, weight: Array) -> Array:
    n_unknowns, n_points = rows.shape
    matrix = np.zeros((n_unknowns, n_unknowns))
    vector = np.zeros(n_unknowns)
    weighted = np.empty(256)
    for first in range(0, n_points, 256):
        last = min(first + 256, n_points)
        of_points, off = weight[first:last], residual[first:last]
        for i in range(n_unknowns):
            total, one = 0.0, rows[i, first:last]
            for k in range(last - first):
                weighted[k] = one[k] * of_points[k]
                total += weighted[k] * off[k]
            vector[i] += total
            for j in range(i + 1):
                total, other = 0.0, rows[j, first:last]
                for k in range(last - first):
                    total += weighted[k] * other[k]
                matrix[i, j] += total
                matrix[j, i] = matrix[i, j]
    return _solve(matrix, vector)


@compiled
def _product(left: Array, right: Array) -> Array:
    out = np.zeros((3, 3))
    for i in range(3):
        for j in range(3):
            for k in range(3):
                out[i, j] += left[i, k] * right[k, j]
    return out


@compiled
def _no_solution() -> tuple[Array, float, float]:
    return np.full((3, 3), np.nan), np.nan, np.nan


@compiled
def refine_homography(  # noqa: PLR0917 - a compiled kernel takes no keywords
    current: Level, points: Array, start: Array, trust: Array, limits: tuple[int, float]
) -> tuple[Array, float, float]:
    """Refine a homography from a start that is a few pixels off at most.

    Args:
        current: (h, w) current picture.
        points: (n, 5) from `select_points` of the previous picture.
        start: (3, 3) current from previous, pixel centres.
        trust: (n,) weight of each point beside the one that its residual gives it.
        limits: Most iterations, and the movement in pixels below which it stops.

    Returns:
        The homography (3, 3), the gain of the current picture over the previous one, and the
        robust sigma of the residuals in grey levels; NaN in all where there is no solution.

    Source:
        S. Baker, I. Matthews, "Lucas-Kanade 20 years on", IJCV 56(3), 2004, section 3.2.
    """
    height, width = current.shape
    middle, scale = (0.5 * (width - 1), 0.5 * (height - 1)), 0.5 * width
    full_from_unit = np.array([[scale, 0.0, middle[0]], [0.0, scale, middle[1]], [0.0, 0.0, 1.0]])
    unit_from_full = np.array(
        [
            [1.0 / scale, 0.0, -middle[0] / scale],
            [0.0, 1.0 / scale, -middle[1] / scale],
            [0.0, 0.0, 1.0],
        ]
    )
    rows = _design_rows(points, middle, scale)
    homography = start.copy()
    gain, bias, sigma = 1.0, 0.0, np.nan
    for iteration in range(limits[0]):
        residual = residuals(current, points, homography)
        if np.count_nonzero(~np.isnan(residual)) < 4 * 10:
            return _no_solution()
        if iteration == 0:
            bias = np.nanmedian(residual)
        residual -= (gain - 1.0) * rows[8] + bias
        weight, sigma = weigh(residual)
        for i in range(points.shape[0]):
            if np.isnan(residual[i]):
                residual[i] = 0.0
        step = _solve_step(rows, residual, weight * trust)
        if np.isnan(step[0]):
            return _no_solution()
        unit = _product(unit_from_full, _product(homography, full_from_unit))
        moved = _product(full_from_unit, _product(_compose_inverse(unit, step), unit_from_full))
        homography = moved / moved[2, 2]
        gain, bias = gain + step[8], bias + step[9]
        if scale * np.sum(np.abs(step[:8])) < limits[1]:
            break
    return homography, gain, sigma
