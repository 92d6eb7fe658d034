"""Marks in one picture the strokes in the ink of known ones, and beside them: compiled kernels."""

import math

import numpy as np
import numpy.typing as npt

from plainview.imaging.compiled import compiled

__all__ = ["mark_ink", "stamp"]

Mask = npt.NDArray[np.uint8]
Words = npt.NDArray[np.int32]
Table = npt.NDArray[np.bool_]


@compiled
def _side_contrast(  # noqa: PLR0917 - a compiled kernel takes no keywords
    levels: Mask, place: tuple[int, int], step: tuple[int, int], reach: int
) -> int:
    """Largest departure within reach to one side, signed, of the place over what is there."""
    value, most = np.int64(levels[place[0], place[1]]), np.int64(0)
    for i in range(1, reach + 1):
        y, x = place[0] + i * step[0], place[1] + i * step[1]
        if y < 0 or x < 0 or y >= levels.shape[0] or x >= levels.shape[1]:
            break
        off = value - np.int64(levels[y, x])
        if abs(off) > abs(most):
            most = off
    return int(most)


@compiled
def _stroke_contrast(  # noqa: PLR0917 - a compiled kernel takes no keywords
    levels: Mask, y: int, x: int, reach: int
) -> int:
    """Contrast over both sides of the direction in which the place is thinnest; 0 for none."""
    best = 0
    for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
        one = _side_contrast(levels, (y, x), (down, right), reach)
        two = _side_contrast(levels, (y, x), (-down, -right), reach)
        if one * two > 0:
            best = max(best, min(abs(one), abs(two)))
    return best


@compiled
def _largest_step(levels: Mask, y: int, x: int) -> int:
    """Largest difference to one of four neighbours, of a place not at the picture's edge."""
    value = np.int32(levels[y, x])
    across = max(abs(value - np.int32(levels[y, x - 1])), abs(value - np.int32(levels[y, x + 1])))
    down = max(abs(value - np.int32(levels[y - 1, x])), abs(value - np.int32(levels[y + 1, x])))
    return int(max(across, down))


@compiled
def _take_group(is_ink: Mask, known: Mask, group: Words) -> tuple[int, int, bool]:
    """Return the size of the group of the first place, its longer side, and what it touches.

    Places within two pixels of each other are one group; it touches strokes that are known
    likewise. All of it are written into the group (n, 2) and marked 2 in the ink (H, W),
    which is 1 where nothing was taken yet.
    """
    height, width = is_ink.shape
    y, x = group[0, 0], group[0, 1]
    is_ink[y, x] = 2
    n_group, n_done, touches = 1, 0, False
    top, bottom, left, right = y, y, x, x
    while n_done < n_group:
        y, x = group[n_done, 0], group[n_done, 1]
        n_done += 1
        top, bottom, left, right = min(top, y), max(bottom, y), min(left, x), max(right, x)
        for to_y in range(max(0, y - 2), min(height, y + 3)):
            for to_x in range(max(0, x - 2), min(width, x + 3)):
                touches = touches or known[to_y, to_x] != 0
                if is_ink[to_y, to_x] == 1:
                    is_ink[to_y, to_x] = 2
                    group[n_group, 0], group[n_group, 1] = to_y, to_x
                    n_group += 1
    return n_group, max(bottom - top, right - left) + 1, touches


@compiled
def _is_beside(  # noqa: PLR0917 - a compiled kernel takes no keywords
    is_ink: Mask, y: int, x: int, reach: int
) -> bool:
    """Whether a letter (3) is near."""
    for to_y in range(max(0, y - reach), min(is_ink.shape[0], y + reach + 1)):
        for to_x in range(max(0, x - reach), min(is_ink.shape[1], x + reach + 1)):
            if is_ink[to_y, to_x] == 3:
                return True
    return False


@compiled
def _keep_letters(  # noqa: PLR0917 - a compiled kernel takes no keywords
    places: Words, is_ink: Mask, known: Mask, least_extent: int
) -> Words:
    """Return the places (n, 2) that are part of a letter, or a dot beside one; clear the ink."""
    kept, n_kept = np.empty_like(places), 0
    group = np.empty_like(places)
    for i in range(places.shape[0]):
        if is_ink[places[i, 0], places[i, 1]] != 1:
            continue
        group[0] = places[i]
        n_group, extent, touches = _take_group(is_ink, known, group)
        if extent >= (3 if touches else least_extent):
            for j in range(n_group):
                is_ink[group[j, 0], group[j, 1]] = 3
    for i in range(places.shape[0]):
        y, x = places[i, 0], places[i, 1]
        if is_ink[y, x] == 3 or (is_ink[y, x] == 2 and _is_beside(is_ink, y, x, least_extent)):
            kept[n_kept] = places[i]
            n_kept += 1
    for i in range(places.shape[0]):
        is_ink[places[i, 0], places[i, 1]] = 0
    return kept[:n_kept].copy()


@compiled
def mark_ink(  # noqa: PLR0917 - a compiled kernel takes no keywords
    levels: Mask,
    known: Mask,
    runs: Words,
    values: Table,
    limits: tuple[int, int, float, int],
    is_ink: Mask,
) -> Words:
    """Return the pixels of strokes in the ink of known ones, and beside them.

    Args:
        levels: (H, W) the picture.
        known: (H, W) not 0 on strokes that are known.
        runs: (n, 3) where to look: runs of cells, from `changing_ink.zone_runs`.
        values: (256,) levels that are ink.
        limits: Widest stroke, least contrast, least sharpness, least extent.
        is_ink: (H, W) all 0, and so again afterwards.

    Returns:
        (m, 2) row and column of those that are not known.
    """
    width_px, least_contrast, least_sharpness, least_extent = limits
    height, width = levels.shape
    places, n_places = np.empty((256, 2), np.int32), 0
    least_step = np.int32(math.ceil(least_sharpness * least_contrast))
    for i in range(runs.shape[0]):
        for y in range(max(1, runs[i, 0] * 8), min(height - 1, runs[i, 0] * 8 + 8)):
            for x in range(max(1, runs[i, 1] * 8), min(width - 1, runs[i, 2] * 8)):
                if known[y, x] != 0 or not values[levels[y, x]]:
                    continue
                step = _largest_step(levels, y, x)
                if step < least_step:
                    continue
                contrast = _stroke_contrast(levels, y, x, width_px)
                if contrast >= least_contrast and step >= least_sharpness * contrast:
                    if n_places == len(places):
                        places = np.concatenate((places, np.empty_like(places)))
                    places[n_places, 0], places[n_places, 1] = y, x
                    is_ink[y, x] = 1
                    n_places += 1
    return _keep_letters(places[:n_places], is_ink, known, least_extent)


@compiled
def stamp(mask: Mask, places: Words, margin: int) -> None:
    """Set the mask (H, W) to 255 around the places, in place."""
    for i in range(places.shape[0]):
        y, x = places[i, 0], places[i, 1]
        for to_y in range(max(0, y - margin), min(mask.shape[0], y + margin + 1)):
            for to_x in range(max(0, x - margin), min(mask.shape[1], x + margin + 1)):
                mask[to_y, to_x] = 255
