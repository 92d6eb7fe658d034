"""A picture brought to the size of the video that it goes into."""

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["fit_picture"]

Bytes = npt.NDArray[np.uint8]


def fit_picture(pixels: Bytes, size_px: tuple[int, int]) -> Bytes:
    """Return the picture at the video's size: one row or column more, or fitted with bars.

    Args:
        pixels: (H, W) or (H, W, 3), 8 bits.
        size_px: Width and height of the video.
    """
    width, height = size_px
    rows, columns = pixels.shape[:2]
    if (columns, rows) == (width, height):
        return pixels
    border = cv2.BORDER_REPLICATE
    if not (0 <= width - columns <= 1 and 0 <= height - rows <= 1):
        scale = min(width / columns, height / rows)
        columns, rows = max(1, round(columns * scale)), max(1, round(rows * scale))
        pixels = np.asarray(
            cv2.resize(pixels, (columns, rows), interpolation=cv2.INTER_AREA), np.uint8
        )
        border = cv2.BORDER_CONSTANT
    left, top = (width - columns) // 2, (height - rows) // 2
    bottom, right = height - rows - top, width - columns - left
    return np.asarray(cv2.copyMakeBorder(pixels, top, bottom, left, right, border), np.uint8)
