"""Fields and pixels that are not square: pictures as they are, made into pictures as one sees."""

from typing import Final, cast

import cv2
import numpy as np

from plainview.model import Pixels

__all__ = ["combing_ratio", "deinterlace_pixels", "is_combed", "square_pixels"]

COMBED_RATIO: Final = 6.0
_COMB_STEP_LEVELS: Final = 12


def deinterlace_pixels(pixels: Pixels) -> Pixels:
    """Return the picture of one instant: the upper field kept, the rows between interpolated.

    A kept row stays where it is, so geometry is true to the pixel; a row between is the mean
    of its neighbours, the last one a copy.

    Args:
        pixels: (H, W) or (H, W, 3), 8 or 16 bits, two fields woven.

    Returns:
        A new picture of the same shape and depth.
    """
    field = pixels[::2]
    below = cast(Pixels, np.concatenate((field[1:], field[-1:])))
    woven = np.empty_like(pixels)
    woven[::2] = field
    n_between = pixels.shape[0] // 2
    woven[1::2] = cv2.addWeighted(field, 0.5, below, 0.5, 0.0)[:n_between]
    return woven


def combing_ratio(grey: Pixels) -> float:
    """Return how much more often rows zigzag than columns do.

    A picture of one instant gives about 1 (noise zigzags both ways alike); two fields of a
    moving scene give many times that.

    Args:
        grey: (H, W), 8 or 16 bits.

    Returns:
        The ratio; 1 where the picture is too small or too smooth to tell.
    """
    picture = grey.astype(np.int32)
    picture = picture[1:-1, 1:-1] if min(picture.shape) > 16 else picture[:0]
    if picture.size == 0:
        return 1.0
    step = _COMB_STEP_LEVELS * (1 if grey.dtype == np.uint8 else int(np.ptp(picture)) // 256 + 1)
    rows = _count_zigzags(picture, step)
    columns = _count_zigzags(np.ascontiguousarray(picture.T), step)
    noise_floor = 1e-4 * picture.size
    return float((rows + noise_floor) / (columns + noise_floor))


def _count_zigzags(picture: np.ndarray, step: int) -> int:
    """Count of pixels that stand out the same way from both neighbours above and below."""
    up, down = picture[1:-1] - picture[:-2], picture[1:-1] - picture[2:]
    is_out = ((up > step) & (down > step)) | ((up < -step) & (down < -step))
    is_even = np.abs(picture[2:] - picture[:-2]) < step
    return int(np.count_nonzero(is_out & is_even))


def is_combed(grey: Pixels) -> bool:
    """Return whether the picture (H, W) shows the combing of two woven fields."""
    return combing_ratio(grey) > COMBED_RATIO


def square_pixels(pixels: Pixels, pixel_aspect_ratio: float) -> Pixels:
    """Return the picture as displayed: its width scaled so that its pixels are square.

    Args:
        pixels: (H, W) or (H, W, 3), 8 or 16 bits.
        pixel_aspect_ratio: Width of a pixel over its height as displayed.

    Returns:
        The picture itself where its pixels are square, else a new one of width
        round(W * ratio).
    """
    if pixel_aspect_ratio == 1.0:
        return pixels
    height, width = pixels.shape[:2]
    shown_width = max(1, round(width * pixel_aspect_ratio))
    shown = cv2.resize(pixels, (shown_width, height), interpolation=cv2.INTER_LINEAR)
    return cast(Pixels, shown)
