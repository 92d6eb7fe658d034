"""The modulation transfer of a picture of a slanted edge, by the steps of ISO 12233.

Each row's edge is found as the centroid of its differences, a line is laid through them, the
pixels are sorted by their distance to it into bins of a quarter pixel, and the differences of
the bins are transformed. What bins and differences themselves blur is taken out.

Source:
    ISO 12233:2017, annex D (edge-based spatial frequency response); P. D. Burns, "Slanted-edge
    MTF for digital camera and scanner analysis", PICS 2000.
"""

from typing import Any, Final

import numpy as np
import numpy.typing as npt

__all__ = ["draw_edge", "measure_mtf"]

Array = npt.NDArray[np.float64]

BINS_A_PIXEL: Final = 4
N_BELOW: Final = 64
"""Parts of a pixel's height over which its cover is averaged."""


def draw_edge(size: tuple[int, int], *, slope: float, at_px: float) -> Array:
    """Return how much of each pixel lies right of an edge, (H, W): what a perfect camera sees.

    Args:
        size: Rows and columns.
        slope: By how many pixels the edge moves right, a row.
        at_px: Where it crosses the middle row.
    """
    rows = np.arange(size[0])[:, np.newaxis] + (np.arange(N_BELOW) + 0.5) / N_BELOW
    edge = at_px + slope * (rows - 0.5 * size[0])
    left = np.arange(size[1])[np.newaxis, :, np.newaxis]
    cover: Array = np.clip(left + 1.0 - edge[:, np.newaxis, :], 0.0, 1.0).mean(axis=-1)
    return cover


def measure_mtf(picture: Array) -> tuple[Array, Array]:
    """Return frequencies, cycles a pixel, and the transfer there.

    Args:
        picture: (H, W) an edge that is nearly upright, dark on the left.
    """
    height, width = picture.shape
    differences = np.gradient(picture, axis=1)
    columns = np.arange(width) + 0.5
    window = np.hamming(width)
    line: npt.NDArray[Any] = np.zeros(2)
    for _ in range(2):  # once about the middle, once about the edge itself
        rows = np.arange(height) + 0.5
        centers = np.polyval(line, rows) if line.any() else np.full(height, 0.5 * width)
        weights = np.stack(
            [np.interp(columns - each + 0.5 * width, columns, window, 0, 0) for each in centers]
        )
        weighted = differences * weights
        centroids = (weighted @ columns) / weighted.sum(axis=1)
        line = np.polyfit(rows, centroids, 1)
    slope = line[0]
    distance = (columns - np.polyval(line, rows)[:, np.newaxis]) / np.sqrt(1.0 + slope**2)
    reach = int(0.5 * width) - int(np.ceil(abs(slope) * 0.5 * height)) - 1
    n_bins = 2 * reach * BINS_A_PIXEL
    index = np.floor((distance + reach) * BINS_A_PIXEL).astype(int)
    is_in = (index >= 0) & (index < n_bins)
    sums = np.bincount(index[is_in], picture[is_in], n_bins)
    spread = sums / np.bincount(index[is_in], minlength=n_bins)
    steps = 0.5 * (spread[2:] - spread[:-2]) * np.hamming(n_bins - 2)
    transfer = np.asarray(np.abs(np.fft.rfft(steps)), np.float64)
    frequency = np.arange(len(steps) // 2 + 1) * (BINS_A_PIXEL / len(steps))
    transfer = transfer / transfer[0]
    step = frequency / BINS_A_PIXEL
    transfer = transfer / (np.sinc(2.0 * step) * np.sinc(step))
    return np.asarray(frequency, np.float64), np.asarray(transfer, np.float64)
