"""Finds filled shapes of burned-in graphics, broader than a stroke: arrows, blocks, flags.

A shape is drawn in an ink of the graphics, the middle of it keeps its value while the
background moves, and all of its edge is as sharp as only a drawing is. What the turret holds
may be as white and as steady in its middle; its edge is as soft as the lens makes it.
"""

from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from plainview.imaging.compiled import compiled
from plainview.model import State

__all__ = ["ShapeMemory", "extreme_inks"]

Mask = npt.NDArray[np.uint8]
Table = npt.NDArray[np.bool_]

_EXTREME_LEVELS: Final = (20, 230)
"""Video of limited range has its black at 16 and its white at 235."""
_NEAR_PX: Final = 2
"""Within this the whole contrast of a drawn edge lies: one mixed pixel, then what is beside it."""
_FAR_PX: Final = 6
_LEAST_SHARPNESS: Final = 0.8
"""Contrast within the near distance over that within the far one."""
_LEAST_SHARP_EDGE: Final = 0.85
"""Share of the edge that is so; a twig of a letter or a scale may touch it."""
_LEAST_STEADY_EDGE: Final = 0.6
"""Share of the edge that keeps its value: that of a thing trembles with the turret."""
_MOST_OF_HEIGHT: Final = 0.25
"""Longer side of a shape over the picture's height; a cloud or a quay is larger."""


def extreme_inks() -> Table:
    """Return which grey levels (256,) are black or white."""
    table = np.zeros(256, np.bool_)
    table[: _EXTREME_LEVELS[0] + 1] = True
    table[_EXTREME_LEVELS[1] :] = True
    return table


@compiled
def _remember_levels(levels: Mask, level: Mask, n_steady: Mask) -> None:
    """Count (H, W) for how many looks each pixel has kept its level (H, W), in place."""
    for y in range(levels.shape[0]):
        for x in range(levels.shape[1]):
            off = np.int32(levels[y, x]) - np.int32(level[y, x])
            is_same = abs(off) <= 4
            n_kept = min(int(n_steady[y, x]), 254)
            level[y, x] = level[y, x] if is_same else levels[y, x]
            n_steady[y, x] = n_kept + 1 if is_same else 1


@compiled
def _steady_ink(  # noqa: PLR0917 - a compiled kernel takes no keywords
    levels: Mask, n_steady: Mask, inks: Table, n_looks: int
) -> Mask:
    """(H, W) 1 where a pixel has a level of an ink and has kept it for so many looks."""
    steady = np.zeros(levels.shape, np.uint8)
    for y in range(levels.shape[0]):
        for x in range(levels.shape[1]):
            if n_steady[y, x] >= n_looks and inks[levels[y, x]]:
                steady[y, x] = 1
    return steady


class ShapeMemory:
    """For how many looks each pixel has kept its value."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self._level = np.zeros(shape, np.uint8)
        self._n_steady = np.zeros(shape, np.uint8)

    def look(self, levels: Mask) -> None:
        """Fold in one look (H, W)."""
        _remember_levels(levels, self._level, self._n_steady)

    def turn_over(self) -> None:
        """White has become black, and black white."""
        self._level = np.asarray(255 - self._level, np.uint8)

    def count_as_one(self) -> None:
        """Let all looks so far count as one: nothing moved between them."""
        np.minimum(self._n_steady, 1, out=self._n_steady)

    def shapes(
        self, levels: Mask, inks: Table, *, width_px: int, least_contrast: int, n_looks: int
    ) -> Mask:
        """Return the contrast (H, W) of drawn shapes, grey levels; 0 where there is none.

        Args:
            levels: (H, W) the picture of the newest look.
            inks: (256,) which levels the graphics are drawn in.
            width_px: What is no wider is a stroke.
            least_contrast: Grey levels over what lies beside it.
            n_looks: For how many looks the middle of a shape keeps its value.
        """
        found = np.zeros_like(levels)
        steady = _steady_ink(levels, self._n_steady, inks, n_looks)
        if not steady.any():
            return found
        side = width_px + 1 + width_px % 2
        core = cv2.erode(steady, np.ones((side, side), np.uint8), borderValue=0)
        if not core.any():
            return found
        is_ink = cast(Mask, cv2.LUT(levels, inks.astype(np.uint8)))
        _, label, boxes, _ = cv2.connectedComponentsWithStats(
            is_ink, None, None, None, 4, cv2.CV_32S
        )
        most = _MOST_OF_HEIGHT * levels.shape[0]
        for number in np.unique(label[core > 0]).tolist():
            left, top, width, height = boxes[number, :4].tolist()
            if max(width, height) > most:
                continue
            rows = slice(max(0, top - _FAR_PX), top + height + _FAR_PX)
            columns = slice(max(0, left - _FAR_PX), left + width + _FAR_PX)
            is_shape = (label[rows, columns] == number).astype(np.uint8)
            contrast = _drawn_contrast(levels[rows, columns], is_shape, steady[rows, columns])
            if contrast >= least_contrast:
                found[rows, columns] = np.where(is_shape > 0, contrast, found[rows, columns])
        return found

    def state(self) -> State:
        """Return what is remembered."""
        return {"level": self._level.copy(), "n_steady": self._n_steady.copy()}

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""
        self._level = cast(Mask, state["level"]).copy()
        self._n_steady = cast(Mask, state["n_steady"]).copy()


def _drawn_contrast(levels: Mask, is_shape: Mask, steady: Mask) -> int:
    """Return a shape's contrast over what is beside its edge; 0 where the edge is not drawn.

    Args:
        levels: (h, w) around the shape.
        is_shape: (h, w) 1 on it.
        steady: (h, w) not 0 where the value has been kept.
    """
    cross = cv2.getStructuringElement(cv2.MORPH_CROSS, (3, 3))
    edge = (is_shape - cv2.erode(is_shape, cross, borderValue=0)) > 0
    if np.mean(steady[edge] > 0) < _LEAST_STEADY_EDGE:
        return 0
    near, far = (
        np.maximum(
            cv2.subtract(levels, cv2.erode(levels, square)),
            cv2.subtract(cv2.dilate(levels, square), levels),
        )[edge].astype(np.float64)
        for square in (np.ones((2 * px + 1, 2 * px + 1), np.uint8) for px in (_NEAR_PX, _FAR_PX))
    )
    is_sharp = near >= _LEAST_SHARPNESS * np.maximum(far, 1.0)
    return int(np.median(far)) if np.mean(is_sharp) >= _LEAST_SHARP_EDGE else 0
