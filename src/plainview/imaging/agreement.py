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
        out[i, 0] = int(points[i, 1]) * grid[0] // shape[0]
        out[i, 1] = int(points[i, 0]) * grid[1] // shape[1]
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
    """Residuals less a common gain and bias, their weights and their robust sigma."""
    residual = residuals(current, points, homography)
    residual -= np.nanmedian(residual)
    weight, _ = weigh(residual)
    value = points[:, 4] - np.mean(points[:, 4])
    along, across = 0.0, 0.0
    for i in range(points.shape[0]):
        if weight[i] > 0.0:
            along += weight[i] * value[i] * residual[i]
            across += weight[i] * value[i] * value[i]
    if across > 0.0:
        residual -= along / across * value
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
def _unit_gradients(
    current: Level, point: Array, homography: Array
) -> tuple[float, float, float, float]:
    """Gradient of the previous and of the current picture at a point, over their mean length.

    The product of the two lengths is 1; all NaN where the point has left the picture.
    """
    height, width = current.shape
    x, y = bend(homography, point[0], point[1])
    if not (1.0 <= x < width - 2 and 1.0 <= y < height - 2):
        return np.nan, np.nan, np.nan, np.nan
    in_x = 0.5 * (interpolate(current, x + 1.0, y) - interpolate(current, x - 1.0, y))
    in_y = 0.5 * (interpolate(current, x, y + 1.0) - interpolate(current, x, y - 1.0))
    previous = np.sqrt(point[2] * point[2] + point[3] * point[3]) + 1e-6
    now = np.sqrt(in_x * in_x + in_y * in_y) + 1e-6
    return point[2] / previous, point[3] / previous, in_x / now, in_y / now


@compiled
def _cell_shifts(sums: Array) -> Array:
    """(rows, columns) length of the shift that solves each cell's normal equations."""
    shift = np.full(sums.shape[:2], np.nan)
    for row in range(sums.shape[0]):
        for column in range(sums.shape[1]):
            xx, xy, yy, xr, yr = sums[row, column]
            determinant = xx * yy - xy * xy
            if determinant > 1e-3 * (xx + yy) ** 2:
                dx = (yy * xr - xy * yr) / determinant
                dy = (xx * yr - xy * xr) / determinant
                shift[row, column] = np.sqrt(dx * dx + dy * dy)
    return shift


@compiled
def measure_agreement(  # noqa: PLR0917 - a compiled kernel takes no keywords
    current: Level, points: Array, homography: Array, grid: tuple[int, int]
) -> tuple[Array, Array, Array]:
    """Measure, cell by cell, how well a homography explains the current picture.

    Args:
        current: (h, w) current picture.
        points: (n, 5) from `select_points` of the previous picture.
        homography: (3, 3) current from previous, pixel centres.
        grid: Rows and columns of cells over the previous picture.

    Returns:
        For each cell the mean cosine between the gradients of the two pictures (1 the same,
        0 unrelated, -1 inverted), and the shift in pixels of the level that is left, both NaN
        where a cell has too little to say; and (3, 3) the mean xx, xy and yy products of the
        directions of the gradients: of the two pictures, of the previous, of the current.
    """
    residual, weight, _ = _centred_residuals(current, points, homography)
    cells = _cells_of(points, current.shape, grid)
    count, cosine, moments = np.zeros(grid), np.zeros(grid), np.zeros((3, 3))
    for i in range(points.shape[0]):
        px, py, cx, cy = _unit_gradients(current, points[i], homography)
        if np.isnan(cx):
            continue
        count[cells[i, 0], cells[i, 1]] += 1.0
        cosine[cells[i, 0], cells[i, 1]] += px * cx + py * cy
        moments[0, 0] += px * cx
        moments[0, 1] += 0.5 * (px * cy + py * cx)
        moments[0, 2] += py * cy
        moments[1, 0], moments[1, 1] = moments[1, 0] + px * px, moments[1, 1] + px * py
        moments[2, 0], moments[2, 1] = moments[2, 0] + cx * cx, moments[2, 1] + cx * cy
        moments[1, 2], moments[2, 2] = moments[1, 2] + py * py, moments[2, 2] + cy * cy
    shift = _cell_shifts(_normal_sums(points, cells, residual, weight, grid))
    moments /= max(np.sum(count), 1.0)
    for row in range(grid[0]):
        for column in range(grid[1]):
            if count[row, column] < 6.0:
                cosine[row, column], shift[row, column] = np.nan, np.nan
            else:
                cosine[row, column] /= count[row, column]
    return cosine, shift, moments
