"""Boxes that tell of one thing: the best is kept."""

import numpy as np
import numpy.typing as npt

from plainview.imaging import compiled

__all__ = ["keep_best_boxes"]

Array = npt.NDArray[np.float64]


@compiled
def _keep(box_px: Array, most_shared: float) -> npt.NDArray[np.bool_]:
    n_boxes = box_px.shape[0]
    is_kept = np.ones(n_boxes, np.bool_)
    for i in range(n_boxes):
        if not is_kept[i]:
            continue
        x, y, width, height = box_px[i]
        for j in range(i + 1, n_boxes):
            to_x, to_y, to_width, to_height = box_px[j]
            across = min(x + width, to_x + to_width) - max(x, to_x)
            down = min(y + height, to_y + to_height) - max(y, to_y)
            if across > 0.0 and down > 0.0:
                smaller = min(width * height, to_width * to_height)
                if across * down > most_shared * smaller:
                    is_kept[j] = False
    return is_kept


def keep_best_boxes(box_px: Array, *, most_shared: float = 0.4) -> npt.NDArray[np.bool_]:
    """Return which boxes stay when each suppresses those after it that it overlaps.

    Args:
        box_px: (n, 4) x, y, width, height, the best first.
        most_shared: Overlap over the area of the smaller box.

    Returns:
        (n,) true where kept.
    """
    return _keep(np.ascontiguousarray(box_px, dtype=np.float64), most_shared)
