"""Finds defective pixels of a detector, dead, hot or blinking: they stay while the scene moves.

A lens spreads the smallest thing over more than one pixel, and what it shows moves with the
scene, or trembles where the turret holds it. What stands out of its eight neighbours by itself,
at the same place in picture after picture between which the background moved, is no thing: it is
a pixel that does not measure. So is what stands out more sharply than any lens could show it, moved
or not. Cameras replace the pixels that they know; others die in service.
"""

from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from plainview.imaging.pixel_convention import apply_homography
from plainview.model import Registration, State

__all__ = ["DefectivePixelFinder", "fill_pixels"]

Grey = npt.NDArray[np.uint8] | npt.NDArray[np.float32]
Level = npt.NDArray[np.float32]
Array = npt.NDArray[np.float64]
Places = npt.NDArray[np.intp]

_MOTION_PX: Final = 1.5
"""Of the background between two looks, at 480 rows: more than the spot of a lens is wide."""
_FRAMES_BETWEEN_LOOKS: Final = 3
_FRAMES_BETWEEN_LATE_LOOKS: Final = 15
"""After the first `_MANY_LOOKS`, and once most of the picture was looked at: a look costs
milliseconds."""
_MANY_LOOKS: Final = 12
_LEAST_LOOKS: Final = 4
"""Between which the background moved there, before a pixel is judged."""
_LEAST_HITS: Final = 4
_LEAST_SHARE: Final = 0.15
"""Of the looks in which it stands out: a pixel may blink."""
_OUT_SIGMA: Final = 6.0
"""By which it stands out in a look, over the 1-sigma of all pixels against their neighbours."""
_LEAST_ALONE: Final = 8.0
"""Its mean over looks, over that of the second of its neighbours: a lens gives those a tenth or
more; of a pair of defects the other may be one of them."""
_LEAST_OFTEN: Final = 4.0
"""How often it stands out, over how often that neighbour does: what a turret holds trembles over
several pixels."""
_TOO_SHARP: Final = 40.0
"""It over that neighbour in one picture: of a spot whose 1-sigma is a quarter of a pixel, in the
very middle of one; that a lens spreads a point over more is assumed."""
_CROWD_PX: Final = 5
"""About a defect there is at most one other within this side; there are more in drawn letters."""
_MOST_TOGETHER: Final = 2
_MOST_LOOKS: Final = 64
"""Then all counts are halved, so that what changes is learned."""
_LEAST_SIGMA: Final = 0.3
"""Grey levels."""
_MOST_SIGMA: Final = 1e3
_GRID: Final = 9
_AFTER: Final = frozenset({"size change", "camera switch", "polarity flip"})
"""Restarts after which the pixels are another detector's, or the other way up."""
_AROUND: Final = np.array(
    [(row, column) for row in (-1, 0, 1) for column in (-1, 0, 1) if (row, column) != (0, 0)]
)
_NONE: Final = np.zeros((0, 2), np.intp)


def fill_pixels(grey: Grey, places: Places) -> Grey:
    """Return the picture with pixels replaced by the median of their neighbours.

    Args:
        grey: (H, W).
        places: (n, 2) rows and columns; of neighbours those that are not among them count.
    """
    if not len(places):
        return grey
    filled = grey.copy()
    around = _neighbours(grey.astype(np.float32), places)
    is_bad = np.zeros(grey.shape, np.float32)
    is_bad[places[:, 0], places[:, 1]] = 1.0
    around[_neighbours(is_bad, places) > 0.0] = np.nan
    is_known = ~np.isnan(around).all(axis=1)
    value = np.nanmedian(around[is_known], axis=1)
    filled[places[is_known, 0], places[is_known, 1]] = value.astype(grey.dtype)
    return filled


def _neighbours(level: Level, places: Places) -> Level:
    """Return the eight neighbours (n, 8) of pixels; beyond an edge those at it."""
    at = places[:, np.newaxis, :] + _AROUND
    rows = np.clip(at[..., 0], 0, level.shape[0] - 1)
    columns = np.clip(at[..., 1], 0, level.shape[1] - 1)
    return np.asarray(level[rows, columns], np.float32)


def _crowd(is_any: npt.NDArray[np.bool_], places: Places) -> Level:
    """Return how many are so about each pixel (n,), itself among them."""
    counted = cv2.boxFilter(
        is_any.astype(np.float32), -1, (_CROWD_PX, _CROWD_PX), normalize=False,
        borderType=cv2.BORDER_CONSTANT,
    )  # fmt: skip
    return np.asarray(np.rint(counted[places[:, 0], places[:, 1]]), np.float32)


class DefectivePixelFinder:
    """Learns over time which pixels do not measure.

    A pixel is judged by the looks before each of which the background moved under it: about the
    middle of what a turret circles it hardly does, and there nothing is said.

    Attributes:
        places: (n, 2) rows and columns of those that are known.
        is_learned: Whether most of the picture was looked at often enough.
    """

    def __init__(self) -> None:
        self.places: Places = _NONE
        self._total: Level = np.zeros((0, 0), np.float32)
        self._hits: Level = np.zeros((0, 0), np.float32)
        self._looks: Level = np.zeros((0, 0), np.float32)
        self._sharp: Level = np.zeros((0, 0), np.float32)
        self._n_pictures = 0.0
        self._n_frames = 0
        self._moved = np.eye(3)
        self.is_learned = False

    def observe(self, grey: Grey, registration: Registration) -> None:
        """Learn from one frame.

        Args:
            grey: (H, W) grey levels as they came.
            registration: How the background moved since the frame before.
        """
        if self._total.shape != grey.shape or registration.reason in _AFTER:
            self._forget(grey.shape)
        if registration.is_valid:
            self._moved = registration.current_from_previous @ self._moved
        self._n_frames += 1
        is_early = self._n_pictures < _MANY_LOOKS or not self.is_learned
        between = _FRAMES_BETWEEN_LOOKS if is_early else _FRAMES_BETWEEN_LATE_LOOKS
        if self._n_frames < between:
            return
        self._n_frames = 0
        level = np.asarray(grey, np.float32)
        out = level - cv2.medianBlur(level, 3)
        sigma = max(1.4826 * float(np.median(np.abs(out[::4, ::4]))), _LEAST_SIGMA)
        out = np.clip(out / np.float32(sigma), -_MOST_SIGMA, _MOST_SIGMA)
        self._count_sharp(out)
        shift_px = self._shift_px(grey.shape)
        if np.median(shift_px) >= self._least_motion_px:
            self._count_staying(out, shift_px)
        self.places = self._judge()

    def fill(self, grey: Grey) -> Grey:
        """Return the picture with the known defects replaced from beside."""
        return fill_pixels(grey, self.places) if self._total.shape == grey.shape else grey

    def _forget(self, shape: tuple[int, ...]) -> None:
        self._total, self._hits, self._looks, self._sharp = np.zeros((4, *shape), np.float32)
        self._n_pictures = 0.0
        self._n_frames = 0
        self._moved = np.eye(3)
        self.places = _NONE
        self.is_learned = False

    @property
    def _least_motion_px(self) -> float:
        return _MOTION_PX * max(0.5, float(self._total.shape[0]) / 480.0)

    def _shift_px(self, shape: tuple[int, ...]) -> Level:
        """Return how far the background has moved since the last look, (9, 9) over the picture."""
        height, width = shape
        middle = (np.arange(_GRID) + 0.5) / _GRID
        columns, rows = np.meshgrid(middle * width, middle * height)
        points_px = np.stack([columns.ravel(), rows.ravel()], axis=-1)
        shift_px = np.linalg.norm(apply_homography(self._moved, points_px) - points_px, axis=1)
        return np.asarray(shift_px, np.float32).reshape(_GRID, _GRID)

    def _count_sharp(self, out: Level) -> None:
        """Count what no lens could show so sharply; what one could is a thing, and counts anew."""
        self._n_pictures += 1.0
        strong = np.argwhere(np.abs(out) >= _TOO_SHARP)
        own = np.abs(out[strong[:, 0], strong[:, 1]])
        beside = np.sort(np.abs(_neighbours(out, strong)), axis=1)[:, -2]
        is_sharp = own >= _TOO_SHARP * beside
        is_soft = own < 0.5 * _TOO_SHARP * beside
        self._sharp[strong[is_sharp, 0], strong[is_sharp, 1]] += 1.0
        self._sharp[strong[is_soft, 0], strong[is_soft, 1]] = 0.0

    def _count_staying(self, out: Level, shift_px: Level) -> None:
        """Count what stands out where the background has moved."""
        self._moved = np.eye(3)
        height, width = out.shape
        there = cv2.resize(shift_px, (width, height), interpolation=cv2.INTER_LINEAR)
        is_new = (there >= self._least_motion_px).astype(np.float32)
        if self._looks.max(initial=0.0) >= _MOST_LOOKS:
            for counted in (self._total, self._hits, self._looks):
                np.multiply(counted, np.float32(0.5), out=counted)
        self._total += out * is_new
        self._hits += (np.abs(out) >= _OUT_SIGMA) * is_new
        self._looks += is_new
        self.is_learned = bool(np.median(self._looks[::8, ::8]) >= _LEAST_LOOKS)

    def _judge(self) -> Places:
        """Return the pixels that stand alone at one place, (n, 2)."""
        share = np.float32(_LEAST_SHARE)
        is_often = self._hits >= np.maximum(np.float32(_LEAST_HITS), share * self._looks)
        is_often &= self._looks >= _LEAST_LOOKS
        places = np.argwhere(is_often)
        is_alone = np.ones(len(places), np.bool_)
        for counted, least_ratio in ((self._total, _LEAST_ALONE), (self._hits, _LEAST_OFTEN)):
            own = np.abs(counted[places[:, 0], places[:, 1]])
            beside = np.sort(np.abs(_neighbours(counted, places)), axis=1)[:, -2]
            is_alone &= own >= least_ratio * beside
        is_sharp = self._sharp >= max(_LEAST_HITS, _LEAST_SHARE * self._n_pictures)
        found = np.concatenate([places[is_alone], np.argwhere(is_sharp & ~is_often)])
        is_any = (self._hits >= 0.5 * np.maximum(_LEAST_HITS, share * self._looks)) | is_sharp
        return found[_crowd(is_any, found) <= _MOST_TOGETHER]

    def state(self) -> State:
        """Return what is remembered."""
        return {
            "places": self.places.astype(np.int64),
            "total": self._total,
            "hits": self._hits,
            "looks": self._looks,
            "sharp": self._sharp,
            "n_pictures": self._n_pictures,
            "is_learned": int(self.is_learned),
            "n_frames": self._n_frames,
            "moved": self._moved,
        }

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""
        self.places = np.asarray(state["places"], np.intp).reshape(-1, 2)
        self._total = np.array(state["total"], np.float32)
        self._hits = np.array(state["hits"], np.float32)
        self._looks = np.array(state["looks"], np.float32)
        self._sharp = np.array(state["sharp"], np.float32)
        self._n_pictures = cast(float, state["n_pictures"])
        self.is_learned = bool(state["is_learned"])
        self._n_frames = cast(int, state["n_frames"])
        self._moved = cast(Array, state["moved"])
