"""Tells which steady strokes of a picture are drawn: long ones, sharp ones, in one ink."""

from dataclasses import dataclass
from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from plainview.imaging.stroke_memory import Response, StrokeMemory

__all__ = ["DrawnRule", "drawn_strokes", "edge_sharpness", "with_fringe"]

Mask = npt.NDArray[np.uint8]
Labels = npt.NDArray[np.int32]
Places = npt.NDArray[np.intp]
Flags = npt.NDArray[np.bool_]
Array = npt.NDArray[np.float64]

_EARLY_SHARE: Final = 0.95
_EARLY_SHARPNESS: Final = 0.75
"""Of what a small group needs later: mean of a long group's pixels."""
_LEAST_INK: Final = 0.3
"""Share of an early group that is ink."""
_INK_REACH: Final = 6
"""Levels by which the value of one ink spreads about its mean."""
_LEAST_INK_SHARE: Final = 0.1
"""Of what is steady and sharp that one ink makes up."""
_EXTREME_LEVELS: Final = (20, 230)
"""Video of limited range has its black at 16 and its white at 235: those are ink."""
_FRINGE_SHARE: Final = 0.125
"""Of a stroke's contrast that its smooth ends and its halo have at least."""
_LEAST_FRINGE: Final = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class DrawnRule:
    """What counts as drawn. Lengths in pixels of the picture.

    Args:
        is_early: Whether so few looks were had that only surely drawn strokes count: those
            in one ink that makes up much of what is steady and sharp.
        least_share: Share of looks in which a pixel is part of a stroke.
        most_flicker: Mean deviation of a stroke's value over its contrast.
        most_flicker_small: The same for a small group, which must be sharp as well.
        least_sharpness: Share of the contrast that lies in one pixel step at an edge.
        least_extent_px: Longer side of a group that is not small.
        least_ink_px: Pixels in one ink, for early strokes.
        support_px: How far from a sharp edge a stroke reaches.
    """

    is_early: bool
    least_share: float
    most_flicker: float
    most_flicker_small: float
    least_sharpness: float
    least_extent_px: float
    least_ink_px: float
    support_px: int


def drawn_strokes(
    memory: StrokeMemory, levels: Mask, response: Response, *, rule: DrawnRule
) -> Mask:
    """Return (H, W) 1 on strokes that stay and are drawn.

    Args:
        memory: What is known of each pixel.
        levels: (H, W) the picture of the newest look.
        response: (H, W) its strokes, from `stroke_response`.
        rule: What counts as drawn.
    """
    share = max(rule.least_share, _EARLY_SHARE) if rule.is_early else rule.least_share
    candidate = memory.is_constant(least_share=share, most_flicker=2.0 * rule.most_flicker)
    group, extents = _groups(candidate, response)
    n_groups = len(extents)
    drawn = np.zeros_like(candidate)
    rows, columns = np.nonzero(group)
    if n_groups <= 1:
        return drawn
    label = group[rows, columns]
    sharpness = edge_sharpness(memory, levels, rows=rows, columns=columns)
    flicker = memory.flicker(rows, columns)
    n_pixels = np.maximum(np.bincount(label, minlength=n_groups), 1)
    mean_flicker = np.bincount(label, flicker, n_groups) / n_pixels
    mean_sharpness = np.bincount(label, sharpness, n_groups) / n_pixels
    is_long = extents >= rule.least_extent_px
    if rule.is_early:
        is_sharp = sharpness >= rule.least_sharpness
        is_ink = _is_ink(memory.mean_levels(rows, columns), is_sharp, least=rule.least_ink_px)
        is_inked = np.bincount(label, is_ink, n_groups) / n_pixels > _LEAST_INK
        is_inked &= mean_flicker <= rule.most_flicker
        is_inked &= mean_sharpness >= _EARLY_SHARPNESS * rule.least_sharpness
        is_drawn = is_long & is_inked
        beside = _groups_beside(is_drawn, group, reach_px=round(rule.least_extent_px))
        is_drawn |= is_inked & beside
    else:
        is_drawn = is_long & (mean_flicker <= rule.most_flicker)
        is_drawn |= (mean_sharpness >= rule.least_sharpness) & (
            mean_flicker <= rule.most_flicker_small
        )
    is_drawn[0] = False
    is_sure = is_drawn[label] & (sharpness >= rule.least_sharpness)
    is_sure &= flicker <= rule.most_flicker
    drawn[rows[is_sure], columns[is_sure]] = 1
    side = 2 * rule.support_px + 1
    near = cv2.dilate(drawn, np.ones((side, side), np.uint8))[rows, columns] > 0
    is_kept = is_drawn[label] & near
    drawn[rows[is_kept], columns[is_kept]] = 1
    if rule.is_early and np.count_nonzero(is_kept) < rule.least_ink_px:
        return np.zeros_like(drawn)
    return drawn


def with_fringe(on_strokes: Mask, levels: Mask, *, reach_px: int) -> Mask:
    """Return the strokes (H, W) with what fades beside them: smooth ends and halos.

    What stands out beside a stroke and goes on beyond a fringe's reach is a thing there.

    Args:
        on_strokes: (H, W) contrast of strokes and shapes, grey levels; 0 elsewhere.
        levels: (H, W) the picture of the newest look.
        reach_px: How far a fringe reaches.
    """
    near, beyond = _square(reach_px), _square(2)
    contrast = cv2.dilate(on_strokes, near)
    is_near = contrast > 0
    clear = (contrast == 0).astype(np.float32)
    side = 6 * reach_px + 1
    n_clear = cv2.boxFilter(clear, -1, (side, side), normalize=False)
    ground = cv2.boxFilter(levels * clear, -1, (side, side), normalize=False)
    off = np.abs(levels - ground / np.maximum(n_clear, 1.0))
    wider = cv2.dilate(contrast, beyond)
    least = np.maximum(_FRINGE_SHARE * wider, np.float32(_LEAST_FRINGE))
    stands_out = (wider > 0) & (n_clear >= side) & (off >= least)
    goes_on = cv2.dilate((stands_out & ~is_near).astype(np.uint8), beyond) > 0
    return np.asarray((on_strokes > 0) | (stands_out & is_near & ~goes_on), np.uint8)


def _square(reach_px: int) -> Mask:
    return np.ones((2 * reach_px + 1, 2 * reach_px + 1), np.uint8)


def edge_sharpness(memory: StrokeMemory, levels: Mask, *, rows: Places, columns: Places) -> Array:
    """(n,) the largest step from each pixel to a neighbour, over the pixel's contrast."""
    padded = np.pad(levels, 1, mode="edge")
    here = padded[rows + 1, columns + 1].astype(np.float64)
    step = np.zeros(len(rows))
    for down, right in ((0, 1), (2, 1), (1, 0), (1, 2)):
        step = np.maximum(step, np.abs(here - padded[rows + down, columns + right]))
    return np.asarray(np.minimum(step / np.maximum(memory.contrast(rows, columns), 1.0), 1.0))


def _groups(candidate: Mask, response: Response) -> tuple[Labels, Array]:
    """Label (H, W) connected candidates, bright apart from dark; and their longer sides (n,).

    Label 0 is the rest, with the extent 0.
    """
    bright, dark = candidate & (response > 0), candidate & (response <= 0)
    _, group, boxes, _ = cv2.connectedComponentsWithStats(bright, None, None, None, 8, cv2.CV_32S)
    _, other, more, _ = cv2.connectedComponentsWithStats(dark, None, None, None, 8, cv2.CV_32S)
    np.copyto(group, other + np.int32(len(boxes) - 1), where=other > 0)
    sides = np.concatenate((boxes, more[1:]))[:, [cv2.CC_STAT_WIDTH, cv2.CC_STAT_HEIGHT]]
    extents = sides.max(axis=1).astype(np.float64)
    extents[0] = 0.0
    return cast(Labels, group), extents


def _is_ink(levels: npt.NDArray[np.integer], is_sharp: Flags, *, least: float) -> Flags:
    """(n,) whether a level is that of an ink: extreme, or much of what is sharp is drawn in it."""
    counts = np.bincount(levels[is_sharp], minlength=256).astype(np.float64)
    near = np.convolve(counts, np.ones(2 * _INK_REACH + 1), mode="same")
    is_ink = near >= max(least, _LEAST_INK_SHARE * np.count_nonzero(is_sharp))
    is_ink[: _EXTREME_LEVELS[0] + 1] = True
    is_ink[_EXTREME_LEVELS[1] :] = True
    return np.asarray(is_ink[levels])


def _groups_beside(is_drawn: Flags, group: Labels, *, reach_px: int) -> Flags:
    """(n_groups,) which groups lie within reach of drawn ones, as dots do of their letters."""
    kernel = np.ones((2 * reach_px + 1, 2 * reach_px + 1), np.uint8)
    near = cv2.dilate(is_drawn[group].astype(np.uint8), kernel) > 0
    return np.bincount(group[near], minlength=len(is_drawn)) > 0
