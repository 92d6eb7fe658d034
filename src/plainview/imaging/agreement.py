"""How well a homography explains a picture, cell by cell: what moves on its own, what is left."""

import numpy as np
import numpy.typing as npt

from plainview.imaging.compiled import compiled
from plainview.imaging.gradient_points import bend, interpolate, residuals, weigh

__all__ = ["measure_agreement", "weigh_cells"]

Array = npt.NDArray[np.float64]
Level = npt.NDArray[np.float32]
Places = npt.NDArray[np.int64]


@compiled
def _cells_of(points: Array, shape: tuple[int, int], grid: tuple[int, int]) -> Places:
    """(n, 2) row and column of the cell that each point lies in."""
    out = np.empty((points.shape[0], 2), np.int64)
    for i in range(points.shape[0]):
        out[i, 0] = min(int(points[i, 1] * grid[0] / shape[0]), grid[0] - 1)
        out[i, 1] = min(int(points[i, 0] * grid[1] / shape[1]), grid[1] - 1)
    return out


@compiled
def _normal_sums(  # noqa: PLR0917 - a compiled kernel takes no keywords
    points: Array, cells: Places, residual: Array, weight: Array, grid: tuple[int, int]
) -> Array:
    """(rows, columns, 5) sums of the normal equations of each cell's own shift."""
    sums = np.zeros((grid[0], grid[1], 5))
    for i in range(points.shape[0]):
        if weight[i] == 0.0:
            continue
        cell = sums[cells[i, 0], cells[i, 1]]
        gx, gy = points[i, 2], points[i, 3]
        cell[0] += weight[i] * gx * gx
        cell[1] += weight[i] * gx * gy
        cell[2] += weight[i] * gy * gy
        cell[3] += weight[i] * gx * residual[i]
        cell[4] += weight[i] * gy * residual[i]
    return sums


@compiled
def _centred_residuals(
    current: Level, points: Array, homography: Array
) -> tuple[Array, Array, float]:
    """Residuals less their median, their weights and their robust sigma."""
    residual = residuals(current, points, homography)
    residual -= np.nanmedian(residual)
    weight, sigma = weigh(residual)
    return residual, weight, sigma


@compiled
def weigh_cells(  # noqa: PLR0917 - a compiled kernel takes no keywords
    current: Level, points: Array, homography: Array, grid: tuple[int, int]
) -> Array:
    """Weigh points by whether their whole cell moves with the background.

    A thing with little texture that moves a little leaves residuals that drown in the noise
    one by one; the shift of a whole cell against its own uncertainty shows it.

    Args:
        current: (h, w) current picture.
        points: (n, 5) from `select_points` of the previous picture.
        homography: (3, 3) current from previous, pixel centres.
        grid: Rows and columns of cells over the previous picture.

    Returns:
        (n,) weights in (0, 1]: near 1 where the cell's shift is within its noise.
    """
    residual, weight, sigma = _centred_residuals(current, points, homography)
    cells = _cells_of(points, current.shape, grid)
    sums = _normal_sums(points, cells, residual, weight, grid)
    trust = np.ones(grid)
    variance = max(sigma, 1e-3) ** 2
    for row in range(grid[0]):
        for column in range(grid[1]):
            xx, xy, yy, xr, yr = sums[row, column]
            determinant = xx * yy - xy * xy
            if determinant > 1e-6 * (xx + yy) ** 2:
                squared = (yy * xr * xr - 2.0 * xy * xr * yr + xx * yr * yr) / determinant
                surprise = squared / variance / 6.0
                trust[row, column] = 1.0 / (1.0 + surprise * surprise)
    out = np.empty(points.shape[0])
    for i in range(points.shape[0]):
        out[i] = trust[cells[i, 0], cells[i, 1]]
    return out


@compiled
def _gradient_cosine(current: Level, point: Array, homography: Array) -> float:
    """Cosine between the gradients of the two pictures at a point; NaN outside."""
    height, width = current.shape
    x, y = bend(homography, point[0], point[1])
    if not (1.0 <= x < width - 2 and 1.0 <= y < height - 2):
        return np.nan
    in_x = 0.5 * (interpolate(current, x + 1.0, y) - interpolate(current, x - 1.0, y))
    in_y = 0.5 * (interpolate(current, x, y + 1.0) - interpolate(current, x, y - 1.0))
    gx, gy = point[2], point[3]
    norm = np.sqrt((gx * gx + gy * gy) * (in_x * in_x + in_y * in_y)) + 1e-6
    cosine: float = (gx * in_x + gy * in_y) / norm
    return cosine


@compiled
def measure_agreement(  # noqa: PLR0917 - a compiled kernel takes no keywords
    current: Level, points: Array, homography: Array, grid: tuple[int, int]
) -> tuple[Array, Array]:
    """Measure, cell by cell, how well a homography explains the current picture.

    Args:
        current: (h, w) current picture.
        points: (n, 5) from `select_points` of the previous picture.
        homography: (3, 3) current from previous, pixel centres.
        grid: Rows and columns of cells over the previous picture.

    Returns:
        For each cell the mean cosine between the gradients of the two pictures (1 the same,
        0 unrelated, -1 inverted), and the shift in pixels of the level that is left; NaN
        where a cell has too little to say.
    """
    residual, weight, _ = _centred_residuals(current, points, homography)
    cells = _cells_of(points, current.shape, grid)
    sums = _normal_sums(points, cells, residual, weight, grid)
    count, cosine, shift = np.zeros(grid), np.zeros(grid), np.full(grid, np.nan)
    for i in range(points.shape[0]):
        of_point = _gradient_cosine(current, points[i], homography)
        if not np.isnan(of_point):
            count[cells[i, 0], cells[i, 1]] += 1.0
            cosine[cells[i, 0], cells[i, 1]] += of_point
    for row in range(grid[0]):
        for column in range(grid[1]):
            if count[row, column] < 6.0:
                cosine[row, column] = np.nan
                continue
            cosine[row, column] /= count[row, column]
            xx, xy, yy, xr, yr = sums[row, column]
            determinant = xx * yy - xy * xy
            if determinant > 1e-3 * (xx + yy) ** 2:
                dx = (yy * xr - xy * yr) / determinant
                dy = (xx * yr - xy * xr) / determinant
                shift[row, column] = np.sqrt(dx * dx + dy * dy)
    return cosine, shift
