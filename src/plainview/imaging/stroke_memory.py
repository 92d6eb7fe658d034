"""What is remembered of each pixel while burned-in strokes are looked for: six bytes."""

from typing import Final, Self, cast

import cv2
import numpy as np
import numpy.typing as npt

from plainview.imaging.compiled import compiled
from plainview.model import State

__all__ = [
    "FILL_REACH_PX",
    "StrokeMemory",
    "Tables",
    "fill_masked",
    "remember_look",
    "stroke_response",
]

Mask = npt.NDArray[np.uint8]
Response = npt.NDArray[np.int16]
Words = npt.NDArray[np.uint16]
Memory = tuple[Words, Words, Words, Mask]
Places = npt.NDArray[np.intp]
Array = npt.NDArray[np.float64]
Tables = tuple[npt.NDArray[np.float64] | npt.NDArray[np.int32], npt.NDArray[np.int32]]

_LONGEST_MEMORY: Final = 16
_WHOLE: Final = 65535
FILL_REACH_PX: Final = 16
"""Furthest from a masked pixel that one is taken from to fill it."""


def stroke_response(levels: Mask, width_px: int) -> Response:
    """Return how far each pixel stands out as part of something thinner than a width.

    Args:
        levels: (H, W) uint8.
        width_px: Wider things give nothing.

    Returns:
        (H, W) int16 grey levels, positive where bright, negative where dark.
    """
    side = width_px + 1 + width_px % 2
    kernel = np.ones((side, side), np.uint8)
    bright = cv2.morphologyEx(levels, cv2.MORPH_TOPHAT, kernel).astype(np.int16)
    dark = cv2.morphologyEx(levels, cv2.MORPH_BLACKHAT, kernel).astype(np.int16)
    return np.where(bright >= dark, bright, -dark)


@compiled
def remember_look(  # noqa: PLR0917 - a compiled kernel takes no keywords
    levels: Mask, response: Response, memory: Memory, least_contrast: int, n_looks: int
) -> None:
    """Fold one look into the memory, in place and in whole numbers.

    Args:
        levels: (H, W) the picture.
        response: (H, W) from `stroke_response`.
        memory: Four arrays (H, W): how often the pixel was part of a stroke, 65535 for
            always; its mean value then, and the mean absolute deviation of that, both in
            1/256 levels; its contrast when last seen, levels.
        least_contrast: A weaker response is no stroke.
        n_looks: How many looks there were with this one; at most 16 count.
    """
    share, mean, deviation, contrast = memory
    height, width = levels.shape
    for y in range(height):
        for x in range(width):
            size = np.abs(np.int32(response[y, x]))
            if size < least_contrast:
                if share[y, x] > 0:
                    share[y, x] -= np.uint16(np.int32(share[y, x]) // n_looks)
                continue
            value = np.int32(levels[y, x]) * 256
            if share[y, x] == 0:
                mean[y, x] = np.uint16(value)
                deviation[y, x] = np.uint16(0)
            off = value - np.int32(mean[y, x])
            mean[y, x] = np.uint16(np.int32(mean[y, x]) + off // 4)
            spread = abs(off) - np.int32(deviation[y, x])
            deviation[y, x] = np.uint16(np.int32(deviation[y, x]) + spread // 4)
            share[y, x] = np.uint16(
                np.int32(share[y, x]) + (65535 - np.int32(share[y, x])) // n_looks
            )
            contrast[y, x] = np.uint8(size)


@compiled
def fill_masked(picture: npt.NDArray[np.generic], places: Places, tables: Tables) -> None:
    """Set each masked pixel to the mean of the nearest that are not, in place.

    Args:
        picture: (H, W), any depth.
        places: (n, 2) row and column of each masked pixel.
        tables: (H + 1, W + 1) each, summed over all rows and columns before: the values of
            the pixels that are not masked, and their number.
    """
    values, numbers = tables
    height, width = picture.shape
    for i in range(places.shape[0]):
        row, column = places[i, 0], places[i, 1]
        for radius in (2, 4, 8, 16):
            top, bottom = max(0, row - radius), min(height, row + radius + 1)
            left, right = max(0, column - radius), min(width, column + radius + 1)
            n_clear = numbers[bottom, right] - numbers[top, right]
            n_clear -= numbers[bottom, left] - numbers[top, left]
            if n_clear >= 3:
                total = values[bottom, right] - values[top, right]
                total -= values[bottom, left] - values[top, left]
                picture[row, column] = total / n_clear
                break


class StrokeMemory:
    """How often each pixel was part of a stroke, and how constant it was then."""

    def __init__(self, shape: tuple[int, ...]) -> None:
        self.n_looks = 0
        self._share = np.zeros(shape, np.uint16)
        self._mean = np.zeros(shape, np.uint16)
        self._deviation = np.zeros(shape, np.uint16)
        self._contrast = np.zeros(shape, np.uint8)

    @property
    def shape(self) -> tuple[int, ...]:
        """(H, W) of the pictures."""
        return self._share.shape

    def look(self, levels: Mask, response: Response, least_contrast: int) -> None:
        """Fold in one look: the picture (H, W) and its `stroke_response`."""
        self.n_looks += 1
        n_counted = min(self.n_looks, _LONGEST_MEMORY)
        remember_look(
            levels,
            response,
            (self._share, self._mean, self._deviation, self._contrast),
            least_contrast,
            n_counted,
        )

    def count_as_one(self) -> None:
        """Let all looks so far count as one: nothing moved between them."""
        self.n_looks = min(self.n_looks, 1)

    def is_often(self, least_share: float) -> npt.NDArray[np.bool_]:
        """(H, W) where a pixel is part of a stroke in this share of the looks or more."""
        return np.asarray(self._share >= np.uint16(least_share * _WHOLE))

    def is_constant(self, *, least_share: float, most_flicker: float) -> Mask:
        """(H, W) 1 where a pixel is part of a stroke often enough and hardly changes."""
        limit = self._contrast.astype(np.uint32) * np.uint32(256.0 * most_flicker)
        is_calm = self._deviation <= np.maximum(limit, 512)
        return np.asarray(self.is_often(least_share) & is_calm, np.uint8)

    def flicker(self, rows: Places, columns: Places) -> Array:
        """(n,) deviation of the pixels over their contrast."""
        deviation = self._deviation[rows, columns] / 256.0
        return np.asarray(deviation / np.maximum(self._contrast[rows, columns], 1))

    def contrast(self, rows: Places, columns: Places) -> Array:
        """(n,) contrast of the pixels, grey levels."""
        return self._contrast[rows, columns].astype(np.float64)

    def turn_over(self) -> None:
        """White has become black, and black white."""
        self._mean = np.where(self._share > 0, 255 * 256 - self._mean, 0).astype(np.uint16)

    def values(self, drawn: Mask) -> npt.NDArray[np.uint16]:
        """(n,) mean values of the pixels that are not 0 in (H, W), grey levels."""
        return np.asarray(self._mean[drawn > 0] >> 8, np.uint16)

    def mean_levels(self, rows: Places, columns: Places) -> npt.NDArray[np.uint16]:
        """(n,) mean values of the pixels, grey levels."""
        return np.asarray(self._mean[rows, columns] >> 8, np.uint16)

    def contrast_on(self, drawn: Mask) -> Mask:
        """(H, W) contrast where drawn is not 0, grey levels; 0 elsewhere."""
        return np.where(drawn > 0, self._contrast, np.uint8(0))

    def state(self) -> State:
        """Return what is remembered."""
        return {
            "n_looks": self.n_looks,
            "share": self._share.copy(),
            "mean": self._mean.copy(),
            "deviation": self._deviation.copy(),
            "contrast": self._contrast.copy(),
        }

    @classmethod
    def from_state(cls, state: State) -> Self:
        """Return the memory that was remembered."""
        share = cast(Words, state["share"])
        memory = cls(share.shape)
        memory.n_looks = cast(int, state["n_looks"])
        memory._share[:] = share
        memory._mean[:] = cast(Words, state["mean"])
        memory._deviation[:] = cast(Words, state["deviation"])
        memory._contrast[:] = cast(Mask, state["contrast"])
        return memory
