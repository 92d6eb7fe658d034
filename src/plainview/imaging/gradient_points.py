"""The pixels of strongest gradient: what a picture is registered by, and how they are sampled."""

from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.imaging.compiled import compiled

__all__ = ["N_COLUMNS", "bend", "interpolate", "residuals", "select_points", "weigh"]

Array = npt.NDArray[np.float64]
Level = npt.NDArray[np.float32]
Mask = npt.NDArray[np.uint8]

N_COLUMNS: Final = 5
"""Of a table of points: x, y, gradient in x, gradient in y, value. Pixel centres."""


@compiled
def _square_gradients(rows: tuple[Level, Level, Level], mask_row: Mask, squared: Level) -> None:
    """Fill squared (w,) with the squared gradient of the middle row, 0 where masked."""
    above, here, below = rows
    for x in range(1, here.shape[0] - 1):
        in_x = here[x + 1] - here[x - 1]
        in_y = below[x] - above[x]
        squared[x] = in_x * in_x + in_y * in_y
    for x in range(1, mask_row.shape[0] - 1):
        if mask_row[x] != 0:
            squared[x] = 0.0


@compiled
def _strongest_of_blocks(level: Level, is_masked: Mask, block_px: int) -> Array:
    """(rows, columns, 3) squared gradient, x and y of the strongest pixel of each block."""
    height, width = level.shape
    n_rows, n_columns = height // block_px, width // block_px
    best = np.zeros((n_rows, n_columns, 3))
    squared = np.zeros(width, np.float32)
    no_mask = np.empty(0, np.uint8)
    for y in range(1, min(height - 1, n_rows * block_px)):
        mask_row = is_masked[y] if is_masked.shape[0] > 0 else no_mask
        _square_gradients((level[y - 1], level[y], level[y + 1]), mask_row, squared)
        of_row = best[y // block_px]
        for column in range(n_columns):
            for x in range(column * block_px, (column + 1) * block_px):
                if squared[x] > of_row[column, 0]:
                    of_row[column, 0] = squared[x]
                    of_row[column, 1], of_row[column, 2] = x, y
    return best


@compiled
def select_points(level: Level, is_masked: Mask, block_px: int) -> Array:
    """Return the pixel of strongest gradient of each block.

    Args:
        level: (h, w) picture.
        is_masked: (h, w), not 0 where no point may lie; (0, 0) for no mask.
        block_px: Side of a block.

    Returns:
        (n, 5) table of points; a block without gradient or all masked gives none.
    """
    best = _strongest_of_blocks(level, is_masked, block_px)
    n_rows, n_columns = best.shape[0], best.shape[1]
    points = np.empty((n_rows * n_columns, 5))
    n_points = 0
    for row in range(n_rows):
        for column in range(n_columns):
            if best[row, column, 0] <= 0.0:
                continue
            x, y = int(best[row, column, 1]), int(best[row, column, 2])
            points[n_points, 0], points[n_points, 1] = x, y
            points[n_points, 2] = 0.5 * (level[y, x + 1] - level[y, x - 1])
            points[n_points, 3] = 0.5 * (level[y + 1, x] - level[y - 1, x])
            points[n_points, 4] = level[y, x]
            n_points += 1
    return points[:n_points].copy()


@compiled
def interpolate(level: Level, x: float, y: float) -> float:
    """Return the bilinear value between pixel centres; x and y must lie inside."""
    column, row = int(x), int(y)
    fraction_x, fraction_y = x - column, y - row
    top = level[row, column] + fraction_x * (level[row, column + 1] - level[row, column])
    bottom = level[row + 1, column] + fraction_x * (
        level[row + 1, column + 1] - level[row + 1, column]
    )
    value: float = top + fraction_y * (bottom - top)
    return value


@compiled
def bend(homography: Array, x: float, y: float) -> tuple[float, float]:
    """Return where a homography (3, 3) takes a point; NaN behind it."""
    depth = homography[2, 0] * x + homography[2, 1] * y + homography[2, 2]
    if depth <= 0.0:
        return np.nan, np.nan
    to_x = (homography[0, 0] * x + homography[0, 1] * y + homography[0, 2]) / depth
    to_y = (homography[1, 0] * x + homography[1, 1] * y + homography[1, 2]) / depth
    return to_x, to_y


@compiled
def residuals(current: Level, points: Array, homography: Array) -> Array:
    """Return the current picture at each point less the point's value, (n,); NaN outside."""
    height, width = current.shape
    out = np.empty(points.shape[0])
    for i in range(points.shape[0]):
        x, y = bend(homography, points[i, 0], points[i, 1])
        if 0.0 <= x < width - 1 and 0.0 <= y < height - 1:
            out[i] = interpolate(current, x, y) - points[i, 4]
        else:
            out[i] = np.nan
    return out


@compiled
def weigh(residual: Array) -> tuple[Array, float]:
    """Return Tukey's weight of each residual (n,), 0 for NaN, and their robust sigma.

    The residuals must have a median near 0; sigma is NaN where all are NaN.
    """
    is_inside = ~np.isnan(residual)
    weight = np.zeros(residual.shape[0])
    if not is_inside.any():
        return weight, np.nan
    sigma = 1.4826 * np.median(np.abs(residual[is_inside]))
    limit = 4.685 * max(sigma, 1e-3)
    for i in range(residual.shape[0]):
        ratio = residual[i] / limit
        if is_inside[i] and -1.0 < ratio < 1.0:
            weight[i] = (1.0 - ratio * ratio) ** 2
    return weight, sigma
