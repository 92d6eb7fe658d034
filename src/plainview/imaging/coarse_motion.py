"""Where to start: a homography from tracked corners, for motion too large to refine from."""

from typing import Final

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["estimate_coarse_homography"]

Array = npt.NDArray[np.float64]
Level = npt.NDArray[np.float32]
Mask = npt.NDArray[np.uint8]

_MAX_CORNERS: Final = 150
_MIN_CORNERS: Final = 12
_CORNER_QUALITY: Final = 0.01
_CORNER_DISTANCE_PX: Final = 8
_FLOW_WINDOW_PX: Final = (15, 15)
_FLOW_LEVELS: Final = 3
_INLIER_PX: Final = 1.0
_MAX_ITERATIONS: Final = 1000


def _as_bytes(level: Level) -> npt.NDArray[np.uint8]:
    return np.clip(level, 0.0, 255.0).astype(np.uint8)


def estimate_coarse_homography(previous: Level, current: Level, *, is_masked: Mask) -> Array | None:
    """Return how the background moved, from corners that are tracked from picture to picture.

    Args:
        previous: (h, w) grey levels.
        current: (h, w) grey levels.
        is_masked: (h, w), not 0 where no corner may lie; (0, 0) for no mask.

    Returns:
        (3, 3) current from previous in OpenCV's pixels of the level; None where too few
        corners agree.
    """
    previous_bytes, current_bytes = _as_bytes(previous), _as_bytes(current)
    allowed = np.where(is_masked == 0, 255, 0).astype(np.uint8) if is_masked.size else None
    corners = cv2.goodFeaturesToTrack(
        previous_bytes, _MAX_CORNERS, _CORNER_QUALITY, _CORNER_DISTANCE_PX, mask=allowed
    )
    if corners is None or len(corners) < _MIN_CORNERS:
        return None
    tracked, status, _ = cv2.calcOpticalFlowPyrLK(  # type: ignore[call-overload]
        previous_bytes,
        current_bytes,
        corners,
        None,
        winSize=_FLOW_WINDOW_PX,
        maxLevel=_FLOW_LEVELS,
    )
    is_tracked = status.ravel() > 0
    if np.count_nonzero(is_tracked) < _MIN_CORNERS:
        return None
    homography, is_inlier = cv2.findHomography(
        corners[is_tracked], tracked[is_tracked], cv2.RANSAC, _INLIER_PX, maxIters=_MAX_ITERATIONS
    )
    if homography is None or np.count_nonzero(is_inlier) < _MIN_CORNERS:
        return None
    return np.asarray(homography, np.float64)
