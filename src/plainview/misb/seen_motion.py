"""How the scene moved across the pictures, on the clock of the metadata."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

__all__ = ["ImageMotion", "seen_between"]

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ImageMotion:
    """How the scene moved across the picture, as registration saw it.

    Args:
        item_time_s: (n,) of the instants at which the source's items are given; NaN where
            they have none.
        time_s: (m,) of the pictures on the same clock, ascending.
        moved: (m, 3) of the scene since the picture before: the picture's middle to the right
            and down, as tangents of angles, and the turn about it, clockwise, radians; NaN
            where the pictures say nothing, as in the first of a stretch.
    """

    item_time_s: Array
    time_s: Array
    moved: Array


def seen_between(motion: ImageMotion, first_s: Array, last_s: Array) -> Array:
    """Return how the scene moved between instants, (k, 3); NaN where a picture says nothing.

    Args:
        motion: What the pictures showed.
        first_s: (k,) where each step begins.
        last_s: (k,) where it ends.
    """
    is_blank = np.isnan(motion.moved.sum(axis=1))
    summed = np.cumsum(np.where(is_blank[:, np.newaxis], 0.0, motion.moved), axis=0)
    blank = np.cumsum(is_blank, dtype=np.float64)
    columns = [*summed.T, blank]
    moved = np.stack(
        [
            np.interp(last_s, motion.time_s, column, left=np.nan, right=np.nan)
            - np.interp(first_s, motion.time_s, column, left=np.nan, right=np.nan)
            for column in columns
        ],
        axis=1,
    )
    seen: Array = np.where((moved[:, 3:] == 0.0), moved[:, :3], np.nan)
    return seen
