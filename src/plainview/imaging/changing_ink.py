"""Finds the strokes of burned-in graphics that change: digits, tapes that slide, pointers.

They change where they are, not what they are made of: beside strokes that stay, in the same
ink, one of a few values, as thin, and as sharp as only a drawing is. A thing that passes there
is seen through a lens: it has another value, or soft edges, or is no stroke.
"""

from dataclasses import dataclass
from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from plainview.imaging.ink_kernels import mark_ink, stamp
from plainview.model import State

__all__ = ["ChangingInk", "InkRule", "cells_of", "ink_values", "zone_runs"]

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


class ChangingInk:
    """Where graphics are and what ink they are drawn in; marks that ink in each picture."""

    def __init__(self) -> None:
        self._values: Table = np.zeros(256, np.bool_)
        self._runs: Words = _NO_RUNS
        self._often: Level = np.empty((0, 0), np.float32)
        self._n_looks = 0
        self._room: Mask = _NO_MASK

    @property
    def values(self) -> Table:
        """(256,) whether a grey level is that of an ink."""
        return self._values

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
        stamp(whole, places, rule.margin_px)
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
