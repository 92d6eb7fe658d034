"""The mark SIMULATED that every picture of the twin carries; no option removes it."""

from dataclasses import dataclass
from typing import Final, Self

import cv2
import numpy as np
import numpy.typing as npt

__all__ = ["SIMULATED", "SimulatedMark"]

SIMULATED: Final = "SIMULATED"

_FONT: Final = cv2.FONT_HERSHEY_SIMPLEX
_TEXT_SHARE: Final = 0.028
"""Height of the letters over that of the picture."""

_MARGIN_SHARE: Final = 0.02
_TOP_SHARE: Final = 0.68
"""Where the mark begins, over the picture's height: overlays leave the left edge free there."""

_WHITE: Final = 235
_BLACK: Final = 16
_CAP_HEIGHT_PX: Final = 21.0
"""Of the font at scale 1."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SimulatedMark:
    """White letters with a black edge at the left edge of the picture.

    Args:
        picture_px: Columns and rows of the picture.
        box_px: x, y, width, height that they take.
        is_edge: (rows, columns) of the box, where the edge is; letters likewise.
    """

    picture_px: tuple[int, int]
    box_px: tuple[int, int, int, int]
    is_edge: npt.NDArray[np.bool_]
    is_letter: npt.NDArray[np.bool_]

    @classmethod
    def for_picture(cls, width_px: int, height_px: int) -> Self:
        """Lay the mark out for a picture."""
        scale = max(_TEXT_SHARE * height_px, 8.0) / _CAP_HEIGHT_PX
        thickness = max(1, round(1.6 * scale))
        (text_px, cap_px), below_px = cv2.getTextSize(SIMULATED, _FONT, scale, thickness)
        edge_px = thickness + 2
        size = (cap_px + below_px + 2 * edge_px, min(text_px + 2 * edge_px, width_px))
        place = (edge_px, edge_px + cap_px)
        letters = np.zeros(size, np.uint8)
        cv2.putText(letters, SIMULATED, place, _FONT, scale, 255, thickness)
        edge = cv2.dilate(letters, np.ones((3, 3), np.uint8))
        corner = round(_MARGIN_SHARE * height_px)
        x_px = min(corner, width_px - size[1])
        y_px = min(round(_TOP_SHARE * height_px), height_px - size[0])
        return cls(
            picture_px=(width_px, height_px),
            box_px=(x_px, y_px, size[1], size[0]),
            is_edge=edge > 0,
            is_letter=letters > 0,
        )

    def draw_into(
        self,
        pixels: npt.NDArray[np.uint8] | npt.NDArray[np.uint16],
        *,
        black: int = _BLACK,
        white: int = _WHITE,
    ) -> None:
        """Draw the mark into a picture that nobody else has seen yet, (rows, columns).

        Args:
            pixels: The picture, written into.
            black: Of the edge.
            white: Of the letters.
        """
        x, y, width, height = self.box_px
        window = pixels[y : y + height, x : x + width]
        window[self.is_edge] = black
        window[self.is_letter] = white
