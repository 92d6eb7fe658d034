"""Placement: the room that each element of a layout gets on a picture, none over another."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from plainview.overlay.ink import line_height_px, text_height_px, text_width_px
from plainview.overlay.layout import Element, ElementKind, Layout
from plainview.overlay.shapes import ELEVATION_SCALE_WIDTH

__all__ = ["Box", "Placed", "Room", "boxes_overlap", "place_elements", "type_size_px"]

Box = tuple[int, int, int, int]
"""Left, top, width, height, in pixels."""

_GAP = 0.35
"""Least room between elements, over the size of the type."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """An element with its room.

    Args:
        element: What stands there.
        box_px: The room, wholly inside the picture.
        n_lines: Lines of a text that have room.
    """

    element: Element
    box_px: Box
    n_lines: int = 0


def type_size_px(layout: Layout, *, width_px: int, height_px: int) -> int:
    """Return the size of type for a picture; a tall narrow one counts as lower than it is."""
    height = min(height_px, 0.8 * width_px)
    return max(layout.style.min_text_px, round(layout.style.text_height * height))


def boxes_overlap(first: Box, second: Box, *, gap_px: int = 0) -> bool:
    """Return whether two boxes come nearer to each other than a gap."""
    return (
        first[0] < second[0] + second[2] + gap_px
        and second[0] < first[0] + first[2] + gap_px
        and first[1] < second[1] + second[3] + gap_px
        and second[1] < first[1] + first[3] + gap_px
    )


class Room:
    """Which parts of a picture are taken, in cells of a few pixels, for many small boxes.

    Args:
        width_px: Of the picture.
        height_px: Likewise.
    """

    _CELL_PX: Final = 4

    def __init__(self, *, width_px: int, height_px: int) -> None:
        self.width_px, self.height_px = width_px, height_px
        shape = (height_px // self._CELL_PX + 1, width_px // self._CELL_PX + 1)
        self._is_taken = np.zeros(shape, np.bool_)

    def is_free(self, box: Box) -> bool:
        """Return whether a box lies in the picture and no cell of it is taken."""
        left, top, width, height = box
        is_inside = (
            left >= 2
            and top >= 2
            and left + width <= self.width_px - 2
            and top + height <= self.height_px - 2
        )
        return is_inside and not self._is_taken[self._cells(box)].any()

    def take(self, box: Box) -> None:
        """Take the cells of a box."""
        if box[2]:
            self._is_taken[self._cells(box)] = True

    def _cells(self, box: Box) -> tuple[slice, slice]:
        left, top, width, height = box
        cell = self._CELL_PX
        rows = slice(top // cell, (top + height - 1) // cell + 1)
        return rows, slice(left // cell, (left + width - 1) // cell + 1)


@lru_cache(maxsize=32)
def place_elements(layout: Layout, width_px: int, height_px: int) -> tuple[Placed, ...]:
    """Give each element its room, in the layout's order of importance.

    The room does not depend on what is shown, so nothing jumps from frame to frame. A text
    that has no room loses lines from its end; what has no room at all is left out, but never
    the first marking.
    """
    placed: list[Placed] = []
    type_px = type_size_px(layout, width_px=width_px, height_px=height_px)
    for element in sorted(layout.elements, key=lambda each: each.kind is not ElementKind.MARKING):
        if not element.min_height_px <= height_px <= element.max_height_px:
            continue
        if element.kind is ElementKind.TRACKS:
            placed.append(Placed(element=element, box_px=(0, 0, 0, 0)))
            continue
        found = _place(element, placed, layout=layout, picture_px=(width_px, height_px, type_px))
        if found is not None:
            placed.append(found)
    return tuple(placed)


def _place(
    element: Element,
    placed: list[Placed],
    *,
    layout: Layout,
    picture_px: tuple[int, int, int],
) -> Placed | None:
    """Return the element with its room; None where there is none."""
    width_px, height_px, type_px = picture_px
    gap_px = int(np.ceil(_GAP * type_px))
    for n_lines in range(max(1, len(element.lines)), 0, -1):
        size = _size_px(element, n_lines, layout=layout, picture_px=picture_px)
        box = _anchored(element, size, picture_px=(width_px, height_px))
        is_inside = (
            box[0] >= 0
            and box[1] >= 0
            and box[0] + box[2] <= width_px
            and box[1] + box[3] <= height_px
        )
        is_free = not any(
            boxes_overlap(box, other.box_px, gap_px=gap_px) for other in placed if other.box_px[2]
        )
        is_due = element.kind is ElementKind.MARKING and not placed
        if is_due or (is_inside and is_free):
            return Placed(element=element, box_px=box, n_lines=n_lines)
    return None


def _anchored(element: Element, size_px: tuple[int, int], *, picture_px: tuple[int, int]) -> Box:
    (width, height), (picture_width, picture_height) = size_px, picture_px
    x = element.place[0] * picture_width - element.anchor[0] * width
    y = element.place[1] * picture_height - element.anchor[1] * height
    return round(x), round(y), width, height


def _size_px(
    element: Element, n_lines: int, *, layout: Layout, picture_px: tuple[int, int, int]
) -> tuple[int, int]:
    width_px, height_px, type_px = picture_px
    size = round(element.size * min(height_px, width_px))
    tape_px = max(round(element.size * width_px), 12 * type_px)
    match element.kind:
        case ElementKind.MARKING:
            return round(element.size * width_px), text_height_px(type_px)
        case ElementKind.TEXT:
            lines = [line.widest for line in element.lines[:n_lines]]
            width = max(text_width_px(line, type_px, layout.style.weight) for line in lines)
            return width, text_height_px(type_px) + (n_lines - 1) * line_height_px(type_px)
        case ElementKind.AZIMUTH_TAPE:
            return tape_px, round(2.5 * type_px) + text_height_px(type_px)
        case ElementKind.ELEVATION_SCALE:
            label_px = text_width_px("−88.8°", type_px, layout.style.weight)
            return label_px + round((ELEVATION_SCALE_WIDTH + 0.2) * type_px), max(size, 8 * type_px)
        case ElementKind.SCALE_BAR:
            return tape_px, text_height_px(type_px) + round(0.7 * type_px)
        case ElementKind.NORTH_ARROW | ElementKind.NORTH_CIRCLE:
            side = max(size, 4 * type_px)
            return side, side
        case _:
            return size, size
