"""The response of one scale to spots, normalised by the clutter around: compiled kernels."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

from plainview.imaging import compiled

__all__ = ["BLOCK_PX", "N_PEAK_COLUMNS", "block_peaks", "clutter_sigma", "describe_peaks"]

Array = npt.NDArray[np.float64]
Level = npt.NDArray[np.float32]
Grey = npt.NDArray[np.uint8] | Level
GreyLine = npt.NDArray[np.uint8] | Level

BLOCK_PX: Final = 8
"""Side of the blocks in which one peak is kept and the clutter is measured."""

N_PEAK_COLUMNS: Final = 6
"""Of a table of peaks: x, y of its box's corner, width, height, signal to clutter, sign."""


@compiled
def _sum_columns(level: Grey, rows: tuple[int, int], sums: Level) -> None:
    """Add the rows from the first to before the last to the sums (w,) of the columns."""
    for y in range(rows[0], rows[1]):
        line = level[y]
        for x in range(sums.shape[0]):
            sums[x] += np.float32(line[x])


@compiled
def _roll_sums(enter: GreyLine, leave: GreyLine, sums: Level) -> None:
    """Move the window of the sums (w,) of the columns down by a row."""
    for x in range(sums.shape[0]):
        sums[x] += np.float32(enter[x]) - np.float32(leave[x])


@compiled
def _respond(sums: tuple[Level, Level, Level], response: Level) -> None:
    """Fill a row's response from the sums of its columns over 3, 5 and 9 rows."""
    sum3, sum5, sum9 = sums[0][3:], sums[1][2:], sums[2]
    inner, ring = np.float32(1.0 / 9.0), np.float32(1.0 / 56.0)
    out = response[4:]
    for x in range(response.shape[0] - 8):  # indices that cannot be negative are vectorised
        middle = sum3[x] + sum3[x + 1] + sum3[x + 2]
        around = sum9[x] + sum9[x + 1] + sum9[x + 2] + sum9[x + 3] + sum9[x + 4]
        around += sum9[x + 5] + sum9[x + 6] + sum9[x + 7] + sum9[x + 8]
        around -= sum5[x] + sum5[x + 1] + sum5[x + 2] + sum5[x + 3] + sum5[x + 4]
        out[x] = middle * inner - around * ring


@compiled
def _keep_strongest(  # noqa: PLR0917 - a compiled kernel takes no keywords
    response: Level, y: int, energy: Level, peaks: Level
) -> None:
    """Fold a row's response into the energy (columns,) and peaks (columns, 3) of its blocks."""
    for column in range(energy.shape[0]):
        first = column * 8
        total, largest = np.float32(0.0), np.float32(0.0)
        for x in range(first, first + 8):
            total += response[x] * response[x]
            largest = max(largest, abs(response[x]))
        energy[column] += total / np.float32(64.0)
        if largest > abs(peaks[column, 0]):
            for x in range(first, first + 8):
                if abs(response[x]) == largest:
                    peaks[column, 0], peaks[column, 1], peaks[column, 2] = response[x], y, x
                    break


@compiled
def block_peaks(level: Grey) -> tuple[Level, Level]:
    """Filter a level for spots and keep the strongest response of each block.

    The filter is the mean of 3x3 pixels less the mean of the ring between 5x5 and 9x9. The
    outer 4 pixels of a picture give nothing.

    Args:
        level: (h, w) grey levels, at least 16 by 16.

    Returns:
        The mean square response of each block (rows, columns); and (rows, columns, 3) the
        strongest response in it, with its sign, and its row and column in the level.
    """
    height, width = level.shape
    n_rows, n_columns = height // 8, width // 8
    energy = np.zeros((n_rows, n_columns), np.float32)
    peaks = np.zeros((n_rows, n_columns, 3), np.float32)
    sums = (
        np.zeros(width, np.float32),
        np.zeros(width, np.float32),
        np.zeros(width, np.float32),
    )
    _sum_columns(level, (3, 6), sums[0])
    _sum_columns(level, (2, 7), sums[1])
    _sum_columns(level, (0, 9), sums[2])
    response = np.zeros(width, np.float32)
    for y in range(4, min(height - 4, n_rows * 8)):
        if y > 4:
            _roll_sums(level[y + 1], level[y - 2], sums[0])
            _roll_sums(level[y + 2], level[y - 3], sums[1])
            _roll_sums(level[y + 4], level[y - 5], sums[2])
        _respond(sums, response)
        _keep_strongest(response, y, energy[y // 8], peaks[y // 8])
    return energy, peaks


def clutter_sigma(energy: Level, *, floor: float, scene_share: float) -> Level:
    """Return the sigma of the clutter that each block's response is measured against.

    Blocks at distance 2 and 3 count; the block itself and its neighbours do not, so that a
    thing does not raise its own threshold.

    Args:
        energy: (rows, columns) mean square response of each block.
        floor: Least sigma, grey levels.
        scene_share: Weight at which the picture's median sigma is added, in quadrature.

    Returns:
        (rows, columns), grey levels.
    """
    wide = cv2.boxFilter(energy, -1, (7, 7), normalize=False, borderType=cv2.BORDER_REFLECT)
    near = cv2.boxFilter(energy, -1, (3, 3), normalize=False, borderType=cv2.BORDER_REFLECT)
    local = np.maximum((wide - near) / np.float32(40.0), np.float32(floor * floor))
    scene = np.float32(scene_share**2) * np.median(local)
    return np.asarray(np.sqrt(local + scene), np.float32)


@compiled
def _patch_mean(level: Grey, y: int, x: int) -> float:
    total = 0.0
    for i in range(y - 1, y + 2):
        for j in range(x - 1, x + 2):
            total += level[i, j]
    return total / 9.0


@compiled
def _least_contrast(level: Grey, y: int, x: int) -> tuple[float, float]:
    """Least contrast of the middle against eight patches around it, if bright and if dark."""
    height, width = level.shape
    middle = _patch_mean(level, y, x)
    bright, dark = np.inf, np.inf
    for down, right in ((-6, 0), (-4, 4), (0, 6), (4, 4), (6, 0), (4, -4), (0, -6), (-4, -4)):
        i, j = y + down, x + right
        if 1 <= i < height - 1 and 1 <= j < width - 1:
            contrast = middle - _patch_mean(level, i, j)
            bright, dark = min(bright, contrast), min(dark, -contrast)
    return bright, dark


@compiled
def _is_strongest_near(peaks: Level, row: int, column: int) -> bool:
    """Whether no peak of a neighbouring block is both stronger and within 5 pixels."""
    size, y, x = np.abs(peaks[row, column, 0]), peaks[row, column, 1], peaks[row, column, 2]
    for i in range(max(0, row - 1), min(peaks.shape[0], row + 2)):
        for j in range(max(0, column - 1), min(peaks.shape[1], column + 2)):
            away = max(abs(peaks[i, j, 1] - y), abs(peaks[i, j, 2] - x))
            if np.abs(peaks[i, j, 0]) > size and away <= 5:
                return False
    return True


@compiled
def _most_extreme(level: Grey, y: int, x: int) -> tuple[int, int]:
    """Row and column of the brightest of 3x3 pixels."""
    best_y, best_x = y, x
    for i in range(y - 1, y + 2):
        for j in range(x - 1, x + 2):
            if level[i, j] > level[best_y, best_x]:
                best_y, best_x = i, j
    return best_y, best_x


@compiled
def _grow_box(window: Level, least: float) -> tuple[int, int, int, int]:
    """Left, top, right, bottom of what is connected to the middle and at least so bright.

    Right is left - 1 where it reaches the edge of the window (21, 21).
    """
    is_seen = np.zeros((21, 21), np.uint8)
    stack = np.empty((441, 2), np.int64)
    stack[0, 0], stack[0, 1] = 10, 10
    is_seen[10, 10] = 1
    n_stack = 1
    left, top, right, bottom = 10, 10, 10, 10
    while n_stack > 0:
        n_stack -= 1
        y, x = stack[n_stack, 0], stack[n_stack, 1]
        if x == 0 or y == 0 or x == 20 or y == 20:
            return left, top, left - 1, bottom
        left, right, top, bottom = min(left, x), max(right, x), min(top, y), max(bottom, y)
        for down, over in ((-1, 0), (1, 0), (0, -1), (0, 1)):
            i, j = y + down, x + over
            if is_seen[i, j] == 0 and window[i, j] >= least:
                is_seen[i, j] = 1
                stack[n_stack, 0], stack[n_stack, 1] = i, j
                n_stack += 1
    return left, top, right, bottom


@compiled
def _cut_window(level: Grey, middle: tuple[int, int], sign: float) -> Level:
    """(21, 21) around the middle, times the sign, far below everything outside the level."""
    window = np.full((21, 21), -np.inf, np.float32)
    for i in range(max(0, middle[0] - 10), min(level.shape[0], middle[0] + 11)):
        for j in range(max(0, middle[1] - 10), min(level.shape[1], middle[1] + 11)):
            window[i - middle[0] + 10, j - middle[1] + 10] = sign * level[i, j]
    return window


@compiled
def describe_peaks(  # noqa: PLR0917 - a compiled kernel takes no keywords
    level: Grey, peaks: Level, sigma: Level, least_ratio: float, least_roundness: float
) -> Array:
    """Return the peaks that stand out of the clutter on all sides, with their boxes.

    A box holds what is connected to the peak and above half of its height; a thing more than
    10 pixels from its peak in any direction is left to a coarser scale.

    Args:
        level: (h, w) grey levels.
        peaks: (rows, columns, 3) from `block_peaks`.
        sigma: (rows, columns) from `clutter_sigma`.
        least_ratio: Response over clutter sigma.
        least_roundness: Contrast against the most similar side over the response.

    Returns:
        (n, 6) table of peaks in pixels of the level, outer-corner.
    """
    out = np.empty((peaks.shape[0] * peaks.shape[1], 6))
    n_out = 0
    for row in range(peaks.shape[0]):
        for column in range(peaks.shape[1]):
            response = peaks[row, column, 0]
            size, sign = abs(response), (1.0 if response > 0.0 else -1.0)
            if size < least_ratio * sigma[row, column] or not _is_strongest_near(
                peaks, row, column
            ):
                continue
            y, x = int(peaks[row, column, 1]), int(peaks[row, column, 2])
            bright, dark = _least_contrast(level, y, x)
            if (bright if sign > 0.0 else dark) < least_roundness * size:
                continue
            ground = sign * (_patch_mean(level, y, x) - response)
            window = _cut_window(level, (y, x), sign)
            off_y, off_x = _most_extreme(window, 10, 10)
            y, x = y + off_y - 10, x + off_x - 10
            window = _cut_window(level, (y, x), sign)
            left, top, right, bottom = _grow_box(window, 0.5 * (window[10, 10] + ground))
            if right < left:
                continue
            out[n_out, 0], out[n_out, 1] = x + left - 10, y + top - 10
            out[n_out, 2], out[n_out, 3] = right - left + 1, bottom - top + 1
            out[n_out, 4], out[n_out, 5] = size / sigma[row, column], sign
            n_out += 1
    return out[:n_out].copy()
