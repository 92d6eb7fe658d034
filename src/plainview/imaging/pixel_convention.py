"""The door between our pixels (0 at an outer corner) and OpenCV's (0 at a pixel's centre)."""

from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from plainview.model import Pixels

__all__ = [
    "apply_homography",
    "homography_from_opencv",
    "level_homography",
    "normalise_homography",
    "opencv_from_homography",
    "points_from_opencv",
    "warp_pixels",
]

Array = npt.NDArray[np.float64]

_CORNER_FROM_CENTER: Final = np.array([[1.0, 0.0, 0.5], [0.0, 1.0, 0.5], [0.0, 0.0, 1.0]])
_CENTER_FROM_CORNER: Final = np.array([[1.0, 0.0, -0.5], [0.0, 1.0, -0.5], [0.0, 0.0, 1.0]])


def normalise_homography(homography: Array) -> Array:
    """Return the same homography (3, 3), its last element 1."""
    return np.asarray(homography / homography[2, 2])


def points_from_opencv(points_px: npt.ArrayLike) -> Array:
    """Return in outer-corner pixels points (n, 2) that are in OpenCV's pixels."""
    return np.asarray(points_px, np.float64) + 0.5


def homography_from_opencv(homography: Array) -> Array:
    """Return in outer-corner pixels a homography (3, 3) that is in OpenCV's pixels."""
    return normalise_homography(_CORNER_FROM_CENTER @ homography @ _CENTER_FROM_CORNER)


def opencv_from_homography(homography: Array) -> Array:
    """Return in OpenCV's pixels a homography (3, 3) that is in outer-corner pixels."""
    return normalise_homography(_CENTER_FROM_CORNER @ homography @ _CORNER_FROM_CENTER)


def level_homography(homography: Array, scale: float) -> Array:
    """Return a homography (3, 3) of full pixels in the pixels of a level scaled by scale."""
    level_from_full = np.diag([scale, scale, 1.0])
    full_from_level = np.diag([1.0 / scale, 1.0 / scale, 1.0])
    return normalise_homography(level_from_full @ homography @ full_from_level)


def apply_homography(homography: Array, points_px: Array) -> Array:
    """Return the points (n, 2) under the homography (3, 3)."""
    mapped = points_px @ homography[:, :2].T + homography[:, 2]
    return np.asarray(mapped[:, :2] / mapped[:, 2:])


def warp_pixels(pixels: Pixels, target_from_source: Array, *, border: int = 0) -> Pixels:
    """Return the picture as the homography moves it, the same size.

    Args:
        pixels: (H, W) or (H, W, 3), 8 or 16 bits.
        target_from_source: (3, 3), outer-corner pixels.
        border: Value of what the source does not show.

    Returns:
        A new picture of the same shape and depth.
    """
    height, width = pixels.shape[:2]
    warped = cv2.warpPerspective(
        pixels,
        opencv_from_homography(target_from_source),
        (width, height),
        flags=cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=(border, border, border, border),
    )
    return cast(Pixels, warped)
