"""Finds the strokes of burned-in graphics that change: digits, tapes that slide, pointers.

They change where they are, not what they are made of: beside strokes that stay, in the same
ink, one of a few values, as thin, and as sharp as only a drawing is. A thing that passes there
is seen through a lens: it has another value, or soft edges, or is no stroke.
"""

import math
from dataclasses import dataclass
from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from plainview.imaging.compiled import compiled
from plainview.model import State

__all__ = ["ChangingInk", "InkRule", "cells_of", "ink_values", "mark_ink", "zone_runs"]

Mask = npt.NDArray[np.uint8]
Words = npt.NDArray[np.int32]
Level = npt.NDArray[np.float32]
Table = npt.NDArray[np.bool_]

_NO_MASK: Final = np.empty((0, 0), np.uint8)
_NO_RUNS: Final = np.empty((0, 3), np.int32)
CELL_PX: Final = 8
"""Side of the cells of the screen in which ink is remembered."""

_LONGEST_MEMORY: Final = 16
_LEAST_CELL_SHARE: Final = 0.3
"""Of looks in which a cell of the screen holds ink; scenery moves on before."""
_LEAST_ACTIVE_SHARE: Final = 0.02
"""Of looks in which ink was found, for a cell to be looked at in every picture: once in a while."""
_ACTIVE_REACH: Final = 2
"""Cells about those: what changes goes no further between two looks."""
_VALUE_REACH: Final = 4
"""Levels by which the value of one ink spreads about its mean."""
_LEAST_VALUE_SHARE: Final = 0.04
_GROUND_SHARE: Final = 0.25
"""Of what is behind a stroke that smooth letters mix with its ink, up to."""
_MIDDLE_LEVEL: Final = 128


@dataclass(frozen=True, slots=True, kw_only=True)
class InkRule:
    """What counts as ink. Lengths in pixels of the picture.

    Args:
        width_px: Widest stroke.
        least_contrast: Grey levels over what lies on both sides.
        least_sharpness: Share of that contrast that lies in one pixel step.
        least_extent_px: Longer side of the smallest letter or tick; a dot is not enough.
        reach_px: How far from known strokes others are looked for.
        margin_px: How much wider than the ink the mask is.
    """

    width_px: int
    least_contrast: int
    least_sharpness: float
    least_extent_px: int
    reach_px: int
    margin_px: int


def ink_values(values: npt.NDArray[np.integer]) -> Table:
    """Return which grey levels (256,) are those of ink, from (n,) the levels of drawn pixels."""
    counts = np.bincount(values, minlength=256).astype(np.float64)
    near = np.convolve(counts, np.ones(2 * _VALUE_REACH + 1), mode="same")
    is_ink = np.asarray(near >= max(_LEAST_VALUE_SHARE * len(values), 1.0))
    for level in np.flatnonzero(is_ink).tolist():
        mixed = round(level + _GROUND_SHARE * (_MIDDLE_LEVEL - level))
        is_ink[min(level, mixed) : max(level, mixed) + 1] = True
    return is_ink


def zone_runs(cells: Mask) -> Words:
    """Return (n, 3) row, first column and column after the last of each run that is not 0."""
    edges = np.diff((cells > 0).astype(np.int8), axis=1, prepend=0, append=0)
    rows, starts = np.nonzero(edges > 0)
    _, ends = np.nonzero(edges < 0)
    return np.stack((rows, starts, ends), axis=1).astype(np.int32)


def cells_of(mask: Mask) -> Mask:
    """Return (rows, columns) 255 where a cell of 8 by 8 pixels holds any that is not 0."""
    height, width = mask.shape
    down, right = -height % CELL_PX, -width % CELL_PX
    padded = cv2.copyMakeBorder(mask, 0, down, 0, right, cv2.BORDER_CONSTANT, value=0)
    small = (padded.shape[1] // CELL_PX, padded.shape[0] // CELL_PX)
    share = cv2.resize(padded.astype(np.float32), small, interpolation=cv2.INTER_AREA)
    return np.where(share > 0.0, 255, 0).astype(np.uint8)


def _widened(cells: Mask, reach: int) -> Mask:
    """(rows, columns) not 0 within reach of cells that are not."""
    near = np.ones((2 * reach + 1, 2 * reach + 1), np.uint8)
    return np.asarray(cv2.dilate(cells, near), np.uint8)


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
        runs: (n, 3) where to look: runs of cells, from `zone_runs`.
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
def _stamp(mask: Mask, places: Words, margin: int) -> None:
    """Set the mask (H, W) to 255 around the places, in place."""
    for i in range(places.shape[0]):
        y, x = places[i, 0], places[i, 1]
        for to_y in range(max(0, y - margin), min(mask.shape[0], y + margin + 1)):
            for to_x in range(max(0, x - margin), min(mask.shape[1], x + margin + 1)):
                mask[to_y, to_x] = 255


class ChangingInk:
    """Where graphics are and what ink they are drawn in; marks that ink in each picture."""

    def __init__(self) -> None:
        self._values: Table = np.zeros(256, np.bool_)
        self._runs: Words = _NO_RUNS
        self._often: Level = np.empty((0, 0), np.float32)
        self._n_looks = 0
        self._room: Mask = _NO_MASK

    def forget(self) -> None:
        """Forget zones and ink."""
        self.__init__()  # type: ignore[misc]

    def turn_over(self) -> None:
        """White has become black, and black white."""
        self._values = np.ascontiguousarray(self._values[::-1])

    def learn(
        self, levels: Mask, drawn: Mask, values: npt.NDArray[np.integer], *, rule: InkRule
    ) -> None:
        """Take in which strokes are known to stay.

        Args:
            levels: (H, W) the picture of this look.
            drawn: (H, W) not 0 on strokes that stay, as wide as they are masked.
            values: (n,) the mean grey levels of those that are no wider than drawn.
            rule: What counts as ink.
        """
        cells = cells_of(drawn)
        if self._often.shape != cells.shape:
            self._often = np.zeros(cells.shape, np.float32)
        self._values = ink_values(values)
        graphics = np.where(self._often >= _LEAST_CELL_SHARE, np.uint8(255), cells)
        zone = _widened(graphics, -(-rule.reach_px // CELL_PX))
        places = self._places(levels, drawn, runs=zone_runs(zone), rule=rule) // CELL_PX
        holds_ink = np.zeros(cells.shape, np.float32)
        holds_ink[places[:, 0], places[:, 1]] = 1.0
        self._n_looks = min(self._n_looks + 1, _LONGEST_MEMORY)
        self._often += (holds_ink - self._often) / np.float32(self._n_looks)
        is_active = (self._often >= _LEAST_ACTIVE_SHARE).astype(np.uint8)
        self._runs = zone_runs(np.where(zone > 0, _widened(is_active, _ACTIVE_REACH), 0))

    def _places(self, levels: Mask, known: Mask, *, runs: Words, rule: InkRule) -> Words:
        if self._room.shape != levels.shape:
            self._room = np.zeros(levels.shape, np.uint8)
        limits = (rule.width_px, rule.least_contrast, rule.least_sharpness, rule.least_extent_px)
        return mark_ink(levels, known, runs, self._values, limits, self._room)

    def add_to(self, mask: Mask, levels: Mask, *, rule: InkRule) -> Mask:
        """Return the mask (H, W) with the ink of this picture; the same one where there is none."""
        if len(self._runs) == 0:
            return mask
        places = self._places(levels, mask, runs=self._runs, rule=rule)
        if len(places) == 0:
            return mask
        whole = mask.copy()
        _stamp(whole, places, rule.margin_px)
        return whole

    def state(self) -> State:
        """Return what is remembered."""
        return {
            "values": self._values,
            "runs": self._runs,
            "often": self._often.copy(),
            "n_looks": self._n_looks,
        }

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""
        self._values = cast(Table, state["values"])
        self._runs = cast(Words, state["runs"])
        self._often = cast(Level, state["often"]).copy()
        self._n_looks = cast(int, state["n_looks"])
