"""ST 0903 pixel numbers and our image coordinates: the one place where the two meet.

The standard counts pixels from 1 at the top left, row by row; with us (0, 0) is the outer
corner of the top-left pixel, and a box is its top-left corner and its size.
"""

from math import ceil, floor, isfinite
from typing import NamedTuple

__all__ = ["PixelBox", "box_from_pixel_numbers", "pixel_numbers_from_box"]


class PixelBox(NamedTuple):
    """The pixels of a box, by number.

    Args:
        centroid: The pixel at its middle.
        top_left: Its first pixel.
        bottom_right: Its last pixel.
    """

    centroid: int
    top_left: int
    bottom_right: int


def pixel_numbers_from_box(
    box_px: tuple[float, float, float, float], *, width_px: int, height_px: int
) -> PixelBox | None:
    """Return the pixels that a box touches inside the picture.

    Args:
        box_px: x, y, width and height.
        width_px: Of the picture.
        height_px: Of the picture.

    Returns:
        Pixel numbers, clipped to the picture; the centroid is the middle of the whole box,
        brought into the picture. None where nothing of the box is inside it, or a number is
        none.

    >>> pixel_numbers_from_box((0.0, 0.0, 640.0, 480.0), width_px=640, height_px=480)
    PixelBox(centroid=153921, top_left=1, bottom_right=307200)
    """
    x, y, width, height = box_px
    if not isfinite(x + y + width + height):
        return None
    if x >= width_px or y >= height_px or x + width < 0.0 or y + height < 0.0:
        return None
    left, column, right = _span(x, width, n_pixels=width_px)
    top, row, bottom = _span(y, height, n_pixels=height_px)
    return PixelBox(
        centroid=row * width_px + column + 1,
        top_left=top * width_px + left + 1,
        bottom_right=bottom * width_px + right + 1,
    )


def _span(start: float, size: float, *, n_pixels: int) -> tuple[int, int, int]:
    """Return the first, the middle and the last pixel of one axis, inside the picture."""
    end = start + size
    first = floor(start) if start > 0.0 else 0
    last = ceil(end) - 1 if end < n_pixels else n_pixels - 1
    if last < first:
        last = first
    middle = floor(start + 0.5 * size)
    return first, first if middle < first else middle if middle < last else last, last


def box_from_pixel_numbers(
    top_left: int, bottom_right: int, *, width_px: int
) -> tuple[float, float, float, float] | None:
    """Return the box from its first pixel to its last, both of them inside it.

    Args:
        top_left: Pixel number, from 1.
        bottom_right: Pixel number, from 1.
        width_px: Of the picture.

    Returns:
        x, y, width and height; None where the numbers span no box.

    >>> box_from_pixel_numbers(1, 307200, width_px=640)
    (0.0, 0.0, 640.0, 480.0)
    """
    if top_left < 1 or width_px < 1:
        return None
    top, left = divmod(top_left - 1, width_px)
    bottom, right = divmod(bottom_right - 1, width_px)
    if right < left or bottom < top:
        return None
    return (float(left), float(top), float(right - left + 1), float(bottom - top + 1))
