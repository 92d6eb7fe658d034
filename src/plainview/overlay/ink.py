"""Ink: what is drawn, with a dark halo round it, so that it reads on any background."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

import cv2
import numpy as np
import numpy.typing as npt

from plainview.overlay.stamp_kernel import stamp_at

__all__ = [
    "AMBER",
    "CYAN",
    "GREY",
    "WHITE",
    "Ink",
    "halo_px",
    "ink_from_alpha",
    "lettering",
    "line_height_px",
    "stamp",
    "text_height_px",
    "text_ink",
    "text_width_px",
]

Bytes = npt.NDArray[np.uint8]
Colour = tuple[int, int, int]

WHITE: Final[Colour] = (255, 255, 255)
GREY: Final[Colour] = (172, 172, 172)
CYAN: Final[Colour] = (255, 235, 90)
AMBER: Final[Colour] = (40, 180, 255)
"""Blue, green, red. Amber and cyan differ in lightness and for every kind of colour sight."""

_HALO_DARKNESS: Final = 0.82
_KEEP_UNDER_HALO: Final = np.rint(255 - _HALO_DARKNESS * np.arange(256)).astype(np.uint8)
_ASCENT: Final = 0.76
"""Height of a capital or figure over the size of the type, rounded up."""
_DESCENT: Final = 0.24


@dataclass(frozen=True, slots=True, eq=False)
class Ink:
    """A piece of drawing.

    Args:
        keep: (h, w, 3) how much of the picture stays, 0 to 255.
        colour: (h, w, 3) what is added to it, BGR.
        left_px: Of the piece's origin inside it (the halo reaches beyond what is drawn).
        top_px: Likewise.
    """

    keep: Bytes
    colour: Bytes
    left_px: int
    top_px: int


def halo_px(size_px: float) -> int:
    """Return the width of the halo for type of a size."""
    return max(1, round(size_px / 9))


def ink_from_alpha(alpha: Bytes, colour: Colour, *, halo_px: int) -> Ink:
    """Return the ink of a drawing.

    Args:
        alpha: (h, w) what is drawn, 0 to 255.
        colour: BGR.
        halo_px: How far the halo reaches; the ink is so much larger on each side.
    """
    margin = halo_px + 1
    drawn = _bytes(cv2.copyMakeBorder(alpha, *(margin,) * 4, cv2.BORDER_CONSTANT))
    kernel = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * halo_px + 1, 2 * halo_px + 1))
    halo = cv2.blur(cv2.dilate(drawn, kernel), (3, 3))
    keep = cv2.multiply(cv2.LUT(halo, _KEEP_UNDER_HALO), 255 - drawn, scale=1.0 / 255.0)
    added = [cv2.convertScaleAbs(drawn, alpha=part / 255.0) for part in colour]
    return Ink(_bytes(cv2.merge([keep] * 3)), _bytes(cv2.merge(added)), margin, margin)


def _bytes(array: Any) -> Bytes:
    return np.asarray(array, np.uint8)


def stamp(picture: Bytes, ink: Ink, *, x_px: int, y_px: int) -> None:
    """Put ink on the picture with its origin at a pixel; what lies outside is cut off.

    Args:
        picture: (H, W, 3) BGR; it is written to.
        ink: What to put there.
        x_px: Column of the ink's origin.
        y_px: Row likewise.
    """
    stamp_at(picture, (ink.keep, ink.colour), (x_px - ink.left_px, y_px - ink.top_px))


@lru_cache(maxsize=1)
def lettering() -> Any:
    """Return the face of all type: the sans that OpenCV carries, figures all of one width."""
    return cv2.FontFace("sans")


_ANY_FIGURE: Final = str.maketrans("123456789", "000000000")


def text_width_px(text: str, size_px: int, weight: int) -> int:
    """Return how wide a line of text is; figures are all of one width."""
    return _width_px(text.translate(_ANY_FIGURE), size_px, weight) if text else 0


@lru_cache(maxsize=4096)
def _width_px(text: str, size_px: int, weight: int) -> int:
    box = cv2.getTextSize((10_000, 10_000), text, (0, 0), lettering(), size_px, weight)
    return int(box[0] + box[2]) + 1


def _text_ascent_px(size_px: int) -> int:
    """Return how far type reaches above its baseline."""
    return int(np.ceil(_ASCENT * size_px))


def line_height_px(size_px: int) -> int:
    """Return the distance of consecutive baselines."""
    return round(1.28 * size_px)


def text_height_px(size_px: int) -> int:
    """Return the height of a line of type, descenders included."""
    return _text_ascent_px(size_px) + int(np.ceil(_DESCENT * size_px))


@lru_cache(maxsize=128)
def text_ink(text: str, *, size_px: int, weight: int, colour: Colour) -> Ink:
    """Return the ink of a line of text; its origin is the top left of its box."""
    alpha = np.zeros((text_height_px(size_px), text_width_px(text, size_px, weight) + 1), np.uint8)
    cv2.putText(alpha, text, (0, _text_ascent_px(size_px)), (255,), lettering(), size_px, weight)
    return ink_from_alpha(alpha, colour, halo_px=halo_px(size_px))
