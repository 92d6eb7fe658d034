"""Finds small hot or dark spots: a matched filter over the local clutter, at several scales."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.detection.known_places import KnownPlaces
from plainview.detection.overlap import keep_best_boxes
from plainview.detection.score import score_from_ratio
from plainview.detection.spot_response import (
    BLOCK_PX,
    block_peaks,
    clutter_sigma,
    describe_peaks,
)
from plainview.imaging import Picture, PictureMaker
from plainview.model import Detections, Frame, Registration, State

__all__ = ["SpotDetector", "SpotSettings"]

Array = npt.NDArray[np.float64]
Level = npt.NDArray[np.float32]

_NAME: Final = "spot"
_CLEAR_SHARE: Final = 0.5
_SPECK_PX: Final = (3, 6)
"""Sides of what a mask leaves of its strokes, at 480 rows: ends of ticks, corners of letters
that compression has blurred."""
_GATE_MARGIN_PX: Final = 2.0
_GATE_SHARE: Final = 0.5
"""Of a known thing's width and height that its middle may be off; the margin adds to it."""
_LEAST_ALIKE: Final = 0.5
_MOST_HIDDEN: Final = 0.5
"""Of a known thing's box that strokes cover; of what has more, nothing can be judged."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SpotSettings:
    """What counts as a spot.

    Args:
        least_ratio: Response over the sigma of the clutter around it. Noise alone reaches 6
            about once in a hundred pictures; real clutter, with its heavier tails, a few
            times in each.
        least_known_ratio: The same of a thing that is tracked, where strokes of burned-in
            overlay lie on it and hide a part: the middle of the reticle, often the hottest.
        least_roundness: Contrast against the most similar of eight sides, over the response;
            edges and lines have none.
        n_scales: Octaves looked at, from 3 pixels across.
        finds_dark: Whether dark spots count as well as bright ones.
        most: Most detections in a frame; the strongest are kept.
        sigma_floor: Least clutter sigma of an 8-bit picture, grey levels: rounding alone
            gives as much. A tenth of it for 16 bits.
        scene_share: The typical clutter of the whole picture adds to the local one with this
            weight, so that a faint speck on an empty patch is not the thing of the scene.
    """

    least_ratio: float = 6.0
    least_known_ratio: float = 4.5
    least_roundness: float = 0.5
    n_scales: int = 4
    finds_dark: bool = True
    most: int = 100
    sigma_floor: float = 0.3
    scene_share: float = 1.0


class SpotDetector:
    """Finds small bright or dark spots in each frame by itself."""

    def __init__(
        self,
        settings: SpotSettings | None = None,
        *,
        pictures: PictureMaker | None = None,
        known: KnownPlaces | None = None,
    ) -> None:
        self._settings = settings or SpotSettings()
        self._owns_pictures = pictures is None
        self._pictures = pictures or PictureMaker()
        self._known = known

    def detect(self, frame: Frame, registration: Registration) -> Detections:
        """Return the spots of this frame.

        Args:
            frame: The frame.
            registration: How the background moved; serves to learn burned-in overlay.
        """
        picture = self._pictures.picture(frame)
        self._pictures.observe(frame, registration)
        gates = self._gates(picture, registration)
        spots = self._find_spots(picture, gates)
        spots = spots[~_is_on_strokes(spots, picture) & _is_in_scene(spots, picture)]
        spots = spots[np.argsort(-spots[:, 4], kind="stable")]
        spots = _with_whole_boxes(spots, _is_like(spots, gates))
        spots = spots[keep_best_boxes(spots[:, :4])][: self._settings.most]
        return Detections(
            box_px=np.ascontiguousarray(spots[:, :4]),
            score=score_from_ratio(spots[:, 4], self._settings.least_ratio),
            label=(None,) * len(spots),
            detector=(_NAME,) * len(spots),
        )

    def _gates(self, picture: Picture, registration: Registration) -> Array:
        """(n, 4) boxes of the things that are tracked and that strokes hide a part of."""
        if self._known is None or picture.strokes.size == 0:
            return np.empty((0, 4))
        boxes = self._known.boxes_px(registration)
        return boxes[_is_partly_hidden(boxes, picture.strokes)]

    def _find_spots(self, picture: Picture, gates: Array) -> Array:
        """(n, 6) spots of all scales, in pixels of the picture."""
        is_coarse = picture.grey.dtype == np.uint8
        floor = self._settings.sigma_floor * (1.0 if is_coarse else 0.1)
        found = [np.empty((0, 6))]
        for k in range(min(self._settings.n_scales, len(picture.levels))):
            level = picture.clean if k == 0 else picture.levels[k]
            if min(level.shape) < 2 * BLOCK_PX:
                break
            peaks = self._find_at_scale(level, gates / 2.0**k, floor=floor)
            peaks[:, :4] *= 2.0**k
            found.append(peaks)
        spots = np.concatenate(found)
        return spots if self._settings.finds_dark else spots[spots[:, 5] > 0.0]

    def _find_at_scale(
        self,
        level: npt.NDArray[np.uint8] | npt.NDArray[np.float32],
        gates: Array,
        *,
        floor: float,
    ) -> Array:
        settings = self._settings
        energy, peaks = block_peaks(level)
        sigma = clutter_sigma(energy, floor=floor, scene_share=settings.scene_share)
        found = describe_peaks(level, peaks, sigma, settings.least_ratio, settings.least_roundness)
        if not len(gates):
            return found
        faint = [self._find_in_gate(level, (peaks, sigma), gate) for gate in gates]
        return np.concatenate([found, *faint])

    def _find_in_gate(
        self,
        level: npt.NDArray[np.uint8] | npt.NDArray[np.float32],
        blocks: tuple[Level, Level],
        gate: Array,
    ) -> Array:
        """(n, 6) spots in the box of a known thing that are too faint to count elsewhere."""
        settings = self._settings
        reach = _GATE_MARGIN_PX + _GATE_SHARE * gate[2:]
        middle = gate[:2] + 0.5 * gate[2:]
        first = np.maximum((middle - reach) // BLOCK_PX - 1, 0).astype(int)
        last = np.maximum((middle + reach) // BLOCK_PX + 2, 0).astype(int)
        peaks, sigma = (
            np.ascontiguousarray(each[first[1] : last[1], first[0] : last[0]]) for each in blocks
        )
        spots = describe_peaks(
            level, peaks, sigma, settings.least_known_ratio, settings.least_roundness
        )
        off = np.abs(spots[:, :2] + 0.5 * spots[:, 2:4] - middle)
        is_faint = spots[:, 4] < settings.least_ratio
        return np.asarray(spots[is_faint & np.all(off <= reach, axis=1)])

    def state(self) -> State:
        """Return what is remembered: nothing, but for a picture maker of its own."""
        return {"pictures": self._pictures.state()} if self._owns_pictures else {}

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""
        pictures = state.get("pictures")
        if isinstance(pictures, dict):
            self._pictures.restore(pictures)


def _with_whole_boxes(spots: Array, is_known: npt.NDArray[np.bool_]) -> Array:
    """Give each spot the box of the largest spot of its sign that holds it and is as clear.

    The hottest part of a boat answers a fine scale best, the boat itself a coarse one. Where
    strokes lie on a known thing its hottest part comes and goes: it keeps its box.

    Args:
        spots: (n, 6), the clearest first.
        is_known: (n,) whether a spot has the box of a known thing.
    """
    whole = spots.copy()
    area = spots[:, 2] * spots[:, 3]
    low, high = spots[:, :2], spots[:, :2] + spots[:, 2:4]
    middle = 0.5 * (low + high)
    for row in range(len(spots)):
        is_same = (spots[:, 5] == spots[row, 5]) & (area > area[row])
        is_same &= np.all((low <= middle[row]) & (middle[row] <= high), axis=1)
        is_same &= is_known | (spots[:, 4] >= _CLEAR_SHARE * spots[row, 4])
        if is_same.any():
            largest = int(np.argmax(np.where(is_same, area, 0.0)))
            whole[row, :4] = spots[largest, :4]
    return whole


def _is_like(spots: Array, boxes: Array) -> npt.NDArray[np.bool_]:
    """(n,) whether the box of a spot is one of the boxes (m, 4), by overlap over union."""
    low = np.maximum(spots[:, np.newaxis, :2], boxes[:, :2])
    ends = [each[:, :2] + each[:, 2:4] for each in (spots, boxes)]
    shared = np.maximum(np.minimum(ends[0][:, np.newaxis], ends[1]) - low, 0.0).prod(axis=2)
    area = [each[:, 2:4].prod(axis=1) for each in (spots, boxes)]
    union = area[0][:, np.newaxis] + area[1] - shared
    return np.asarray((shared >= _LEAST_ALIKE * union).any(axis=1))


def _is_on_strokes(spots: Array, picture: Picture) -> npt.NDArray[np.bool_]:
    """(n,) whether most of a box is burned-in overlay, or a speck touches any.

    What answers beside a stroke, and is no larger than what a mask leaves of one, cannot be told
    from that: a small thing that passes there is not seen for as long.
    """
    is_on = np.zeros(len(spots), np.bool_)
    if picture.strokes.size == 0:
        return is_on
    scale = max(1.0, len(picture.strokes) / 480.0)
    for row, (x, y, width, height) in enumerate(spots[:, :4].astype(int).tolist()):
        shorter, longer = sorted((width, height))
        is_speck = shorter <= _SPECK_PX[0] * scale and longer <= _SPECK_PX[1] * scale
        margin = 1 if is_speck else 0
        top, left = max(0, y - margin), max(0, x - margin)
        patch = picture.strokes[top : y + height + margin, left : x + width + margin]
        least_share = 0.0 if is_speck else 0.5
        is_on[row] = patch.size > 0 and np.count_nonzero(patch) > least_share * patch.size
    return is_on


def _is_partly_hidden(boxes: Array, strokes: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """(n,) whether strokes cover a part of a box, not most of it."""
    is_hidden = np.zeros(len(boxes), np.bool_)
    for row, (x, y, width, height) in enumerate(np.rint(boxes).astype(int).tolist()):
        patch = strokes[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)]
        is_hidden[row] = 0 < np.count_nonzero(patch) <= _MOST_HIDDEN * patch.size
    return is_hidden


def _is_in_scene(spots: Array, picture: Picture) -> npt.NDArray[np.bool_]:
    """(n,) whether a box keeps clear of black borders."""
    height, width = picture.clean.shape
    left, top, right, bottom = picture.scene
    x, y = spots[:, 0], spots[:, 1]
    is_in = np.ones(len(spots), np.bool_)
    is_in &= (x > left + 1) | (left == 0)
    is_in &= (y > top + 1) | (top == 0)
    is_in &= (x + spots[:, 2] < right - 1) | (right == width)
    is_in &= (y + spots[:, 3] < bottom - 1) | (bottom == height)
    return is_in
