"""The compiled kernels of detection said again in NumPy, plainly and slowly."""

from typing import Any

import cv2
import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]

BLOCK_PX = 8


def spot_response(level: Array) -> Array:
    """(h, w) mean of 3x3 less mean of the ring between 5x5 and 9x9; 0 in the outer 4 pixels."""
    picture = level.astype(np.float64)
    box = {n: cv2.boxFilter(picture, -1, (n, n), normalize=False) for n in (3, 5, 9)}
    response = box[3] / 9.0 - (box[9] - box[5]) / 56.0
    inside = np.zeros_like(response)
    inside[4:-4, 4:-4] = response[4:-4, 4:-4]
    return inside


def blocks(picture: Array) -> Array:
    """(rows, columns, 8, 8) of the whole blocks."""
    rows, columns = picture.shape[0] // BLOCK_PX, picture.shape[1] // BLOCK_PX
    whole = picture[: rows * BLOCK_PX, : columns * BLOCK_PX]
    return whole.reshape(rows, BLOCK_PX, columns, BLOCK_PX).swapaxes(1, 2)


def moving_sigmas(
    pictures: tuple[Array, Array, Array], match: Array, *, noise: float, edge: float, clutter: Array
) -> Array:
    """(h, w) sigmas by which the first picture departs from the other two, the same way."""
    current, first, second = (p.astype(np.float64) for p in pictures)
    one = current - (match[0, 0] * first + match[0, 1])
    two = current - (match[1, 0] * second + match[1, 1])
    least = np.where(one * two > 0.0, np.minimum(np.abs(one), np.abs(two)), 0.0)
    slope = np.maximum(squared_slope(current), squared_slope(first))
    used_to = np.kron(clutter, np.ones((BLOCK_PX, BLOCK_PX)))
    height, width = current.shape
    used_to = np.pad(
        used_to, ((0, height - used_to.shape[0]), (0, width - used_to.shape[1])), mode="edge"
    )
    sigmas = least / np.sqrt(noise**2 + 0.25 * edge**2 * slope + used_to)
    inside = np.zeros_like(sigmas)
    inside[3:-3, 3:-3] = sigmas[3:-3, 3:-3]
    return inside


def squared_slope(picture: Array) -> Array:
    down, right = np.zeros_like(picture), np.zeros_like(picture)
    down[1:-1] = picture[2:] - picture[:-2]
    right[:, 1:-1] = picture[:, 2:] - picture[:, :-2]
    return np.asarray(down**2 + right**2)


def group_points(points: Array, shape: tuple[int, int], reach_px: int) -> Array:
    """(m, 6) boxes, largest sigmas and counts of points joined through gaps up to a reach."""
    n = len(points)
    label = np.arange(n)
    place = points[:, :2]
    for i in range(n):
        near = np.all(np.abs(place - place[i]) <= reach_px, axis=1)
        for j in np.flatnonzero(near):
            label[label == label[j]] = label[i]
    rows = []
    for first in sorted({int(np.flatnonzero(label == name)[0]) for name in label}):
        group = points[label == label[first]]
        low, high = group[:, :2].min(axis=0), group[:, :2].max(axis=0)
        rows.append([*low, *(high - low + 1), group[:, 2].max(), len(group)])
    return np.array(rows).reshape(-1, 6)
