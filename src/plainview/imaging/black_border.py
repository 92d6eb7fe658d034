"""Black borders of a picture: what a converter adds where there is no scene."""

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = ["find_scene"]

Grey = npt.NDArray[np.uint8] | npt.NDArray[np.float32]

_BLACK_LEVELS: Final = 24
_MOST_SHARE: Final = 0.2


def find_scene(grey: Grey) -> tuple[int, int, int, int]:
    """Return left, top, right and bottom of the picture inside its black borders.

    A line belongs to a border when every pixel of it is black and all lines outside it are
    too. A side with more black than a fifth of the picture is taken for a dark scene.

    Args:
        grey: (H, W) grey levels.
    """
    height, width = grey.shape
    reach_y, reach_x = int(_MOST_SHARE * height) + 2, int(_MOST_SHARE * width) + 2
    top_edge, bottom_edge = grey[0].max(), grey[-1].max()
    left_edge, right_edge = grey[:, 0].max(), grey[:, -1].max()
    left = top = 0
    right, bottom = width, height
    if left_edge <= _BLACK_LEVELS:
        left = _border(grey[:, :reach_x].max(axis=0), width)
    if right_edge <= _BLACK_LEVELS:
        right = width - _border(grey[:, : -reach_x - 1 : -1].max(axis=0), width)
    if top_edge <= _BLACK_LEVELS:
        top = _border(grey[:reach_y].max(axis=1), height)
    if bottom_edge <= _BLACK_LEVELS:
        bottom = height - _border(grey[: -reach_y - 1 : -1].max(axis=1), height)
    return left, top, right, bottom


def _border(brightest: Grey, side_px: int) -> int:
    """Length of the border from the brightest pixel of each line, the outermost line first."""
    is_lit = np.flatnonzero(brightest > _BLACK_LEVELS)
    length = int(is_lit[0]) if is_lit.size else len(brightest)
    return length if length <= _MOST_SHARE * side_px else 0
