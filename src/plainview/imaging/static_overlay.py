"""Finds burned-in overlay: thin strokes that stay while the background moves under them.

What a turret holds on its reticle stays too. It is told apart by what it is made of: strokes
are drawn, so each of their pixels keeps its value and its sharp edge; a thing is seen through
a lens by a turret that trembles, so its edges are soft and never keep still.
"""

from dataclasses import dataclass
from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from plainview.imaging.changing_ink import ChangingInk, InkRule
from plainview.imaging.pixel_convention import apply_homography
from plainview.imaging.stroke_memory import StrokeMemory, fill_masked, stroke_response
from plainview.model import Registration, State

__all__ = ["OverlaySettings", "StaticOverlayFinder", "fill_strokes"]

Mask = npt.NDArray[np.uint8]
Grey = npt.NDArray[np.uint8] | npt.NDArray[np.float32]
Array = npt.NDArray[np.float64]

_N_EARLY_LOOKS: Final = 3
"""Looks after which what is as sharp and constant as only a drawing is masked already."""
_N_CLEAR_LOOKS: Final = 5
"""Looks after which a picture without any doubtful stroke has none."""
_EARLY_MOTION: Final = 0.4
"""Share of the usual motion that the first looks wait for."""

_INK_CONTRAST: Final = 0.67
"""Of what strokes need that nothing is known of: beside known ones their ink speaks for them."""
_INK_SHARPNESS: Final = 0.8
"""Likewise; smooth letters have half of their contrast in one step."""
_LEAST_LETTERS: Final = 12
"""Pixels of known strokes, over the least extent, that make graphics: a word of five letters."""
_LEAST_LETTERS_STILL: Final = 60
"""The same while the camera is still and twigs stay where they are: several lines of text."""
_SAME_LEVELS: Final = 12
_STILL_THERE: Final = 0.6
"""Share of known strokes that show their value after a break, where they are drawn as before."""

_NO_MASK: Final = np.empty((0, 0), np.uint8)


@dataclass(frozen=True, slots=True, kw_only=True)
class OverlaySettings:
    """What counts as burned-in overlay. Lengths are for 480 rows and grow with the picture.

    Args:
        least_contrast: Grey levels of a stroke over what lies beside it.
        stroke_width_px: Widest stroke.
        least_extent_px: A smaller group of pixels is masked only when it is surely drawn.
        motion_px: How far the background must move between two looks.
        n_looks: Looks before anything is masked.
        least_share: Share of looks in which a pixel is part of a stroke.
        most_flicker: Mean deviation of a stroke's value over its contrast.
        most_flicker_small: The same for a small group, which must be sharp as well.
        most_flicker_still: The same while the camera is still: as good as none.
        least_sharpness: Share of the contrast that lies in one pixel step at an edge.
        reach_px: How far from strokes that stay those that change are looked for.
        frames_between_looks: A look costs a millisecond; no more often than this.
        frames_between_still_looks: The same while no motion is known.
    """

    least_contrast: int = 30
    stroke_width_px: int = 4
    least_extent_px: int = 7
    motion_px: float = 4.0
    n_looks: int = 8
    least_share: float = 0.5
    most_flicker: float = 0.10
    most_flicker_small: float = 0.06
    most_flicker_still: float = 0.02
    least_sharpness: float = 0.55
    reach_px: int = 24
    frames_between_looks: int = 3
    frames_between_still_looks: int = 10


def fill_strokes(grey: Grey, strokes: Mask) -> Grey:
    """Return the picture with each masked pixel the mean of the nearest that are not.

    Args:
        grey: (H, W).
        strokes: (H, W), not 0 where masked.
    """
    filled = grey.copy()
    places = cv2.findNonZero(strokes)
    if places is not None:
        columns_rows = np.asarray(places, np.intp).reshape(-1, 2)
        fill_masked(filled, strokes, np.ascontiguousarray(columns_rows[:, ::-1]))
    return filled


class StaticOverlayFinder:
    """Learns over time which pixels are strokes of burned-in overlay."""

    def __init__(self, settings: OverlaySettings | None = None) -> None:
        self._settings = settings or OverlaySettings()
        self._memory: StrokeMemory | None = None
        self._mask: Mask = _NO_MASK
        self._changing = ChangingInk()
        self._is_moving = False
        self._is_clear = False
        self._moved = np.eye(3)
        self._n_frames = 0

    @property
    def is_learned(self) -> bool:
        """Whether all strokes are known: told from scenery, or nothing left that may be one."""
        return self._has_looked_enough or self._is_clear

    @property
    def _has_looked_enough(self) -> bool:
        memory = self._memory
        return self._is_moving and memory is not None and memory.n_looks >= self._settings.n_looks

    def strokes(self, shape: tuple[int, ...]) -> Mask:
        """Return the mask (H, W), 255 on strokes; (0, 0) where none are known for this size."""
        return self._mask if self._mask.shape == shape[:2] else _NO_MASK

    def strokes_of(self, grey: Grey) -> Mask:
        """Return the mask (H, W) with the strokes that change as they are in this picture.

        Args:
            grey: (H, W) grey levels as they came.
        """
        mask = self.strokes(grey.shape)
        return self._changing.add_to(mask, _levels(grey), rule=self._rule) if mask.size else mask

    def observe(self, grey: Grey, registration: Registration) -> None:
        """Learn from one frame.

        Args:
            grey: (H, W) grey levels as they came, strokes not filled.
            registration: How the background moved since the frame before.
        """
        if self._memory is None or self._memory.shape != grey.shape:
            self._forget(grey.shape)
        if registration.is_restart:
            self._start_anew(_levels(grey))
        self._n_frames += 1
        has_moved = self._follow_background(grey.shape, registration)
        if has_moved and not self._is_moving:
            self._is_moving = True
            self._memory = StrokeMemory(grey.shape)
        if self._is_time_to_look(has_moved):
            self._look(grey)

    def _forget(self, shape: tuple[int, ...]) -> None:
        self._memory = StrokeMemory(shape)
        self._mask = _NO_MASK
        self._changing.forget()
        self._is_moving = False
        self._is_clear = False
        self._moved = np.eye(3)
        self._n_frames = 0

    def _start_anew(self, levels: Mask) -> None:
        """After a break keep what is drawn as before, turned over where it is in the negative.

        Where it is not, or nothing was known, the graphics are learned anew.
        """
        assert self._memory is not None
        known = self._memory.is_constant(
            least_share=self._settings.least_share, most_flicker=self._settings.most_flicker
        )
        known &= (self._mask > 0) if self._mask.size else np.zeros_like(known, np.bool_)
        values = self._memory.values(known).astype(np.int64)
        now = levels[known > 0].astype(np.int64)
        if _share(np.abs(now - values) <= _SAME_LEVELS) >= _STILL_THERE:
            return
        if _share(np.abs(255 - now - values) <= _SAME_LEVELS) >= _STILL_THERE:
            self._memory.turn_over()
            self._changing.turn_over()
            return
        self._forget(levels.shape)

    def _follow_background(self, shape: tuple[int, ...], registration: Registration) -> bool:
        """Whether the background is known to have moved enough since the last look."""
        if registration.is_restart:
            return self._memory is not None and self._memory.n_looks > 0
        if registration.is_valid:
            self._moved = registration.current_from_previous @ self._moved
        height, width = shape
        grid = np.array([[x, y] for x in (0.2, 0.5, 0.8) for y in (0.2, 0.5, 0.8)])
        points_px = grid * (width, height)
        shift_px = np.linalg.norm(apply_homography(self._moved, points_px) - points_px, axis=1)
        is_early = self._memory is None or self._memory.n_looks < _N_EARLY_LOOKS
        motion_px = self._settings.motion_px * (_EARLY_MOTION if is_early else 1.0)
        return bool(np.median(shift_px) >= motion_px * self._scale)

    @property
    def _scale(self) -> float:
        height = self._memory.shape[0] if self._memory else 480
        return max(0.5, height / 480.0)

    @property
    def _rule(self) -> InkRule:
        settings, scale = self._settings, self._scale
        return InkRule(
            width_px=max(2, round(settings.stroke_width_px * scale)),
            least_contrast=round(_INK_CONTRAST * settings.least_contrast),
            least_sharpness=_INK_SHARPNESS * settings.least_sharpness,
            least_extent_px=round(0.7 * settings.least_extent_px * scale),
            reach_px=round(settings.reach_px * scale),
            margin_px=1 if scale < 1.9 else 2,
        )

    def _is_time_to_look(self, has_moved: bool) -> bool:
        settings = self._settings
        if self._is_moving:
            return has_moved and self._n_frames >= settings.frames_between_looks
        return self._n_frames >= settings.frames_between_still_looks

    def _look(self, grey: Grey) -> None:
        assert self._memory is not None
        self._n_frames = 0
        self._moved = np.eye(3)
        levels, rule = _levels(grey), self._rule
        response = stroke_response(levels, rule.width_px)
        self._memory.look(levels, response, self._settings.least_contrast)
        n_looks = _N_EARLY_LOOKS if self._is_moving else self._settings.n_looks
        if self._memory.n_looks >= n_looks:
            self._mask = self._draw_mask(levels)
        is_due = self._is_moving and self._memory.n_looks >= _N_CLEAR_LOOKS
        if is_due and not self._has_looked_enough:
            self._is_clear = not self._is_any_doubtful(levels)

    def _is_any_doubtful(self, levels: Mask) -> bool:
        """Whether strokes may stay on the screen that are not masked: steady ones, and sharp.

        A thing that the turret holds is steady as well, but as soft as the lens makes it.
        """
        assert self._memory is not None
        steady = self._memory.is_often(self._settings.least_share)
        if (mask := self.strokes_of(levels)).size:
            steady = steady & (mask == 0)
        rows, columns = np.nonzero(steady)
        sharpness = _edge_sharpness(self._memory, levels, rows=rows, columns=columns)
        n_sharp = np.count_nonzero(sharpness >= self._settings.least_sharpness)
        return bool(n_sharp >= self._settings.least_extent_px * self._scale)

    def _draw_mask(self, levels: Mask) -> Mask:
        assert self._memory is not None
        settings, memory = self._settings, self._memory
        share = settings.least_share if self._has_looked_enough else 0.95
        flicker = settings.most_flicker if self._has_looked_enough else settings.most_flicker_still
        is_candidate = memory.is_constant(least_share=share, most_flicker=2.0 * flicker)
        n_groups, group = cv2.connectedComponents(is_candidate, connectivity=8, ltype=cv2.CV_32S)
        if n_groups <= 1:
            return _NO_MASK
        is_drawn = self._drawn_groups(levels, cast(npt.NDArray[np.int32], group), n_groups)
        if not is_drawn.any():
            return _NO_MASK
        radius = 1 if self._scale < 1.9 else 2
        kernel = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
        drawn = is_drawn[group].astype(np.uint8) * np.uint8(255)
        mask = np.asarray(cv2.dilate(drawn, kernel), np.uint8)
        values = memory.values(drawn)
        least = _LEAST_LETTERS if self._is_moving else _LEAST_LETTERS_STILL
        if len(values) >= least * settings.least_extent_px * self._scale:
            self._changing.learn(levels, mask, values, rule=self._rule)
        else:
            self._changing.forget()
        return mask

    def _drawn_groups(
        self, levels: Mask, group: npt.NDArray[np.int32], n_groups: int
    ) -> npt.NDArray[np.bool_]:
        """(n_groups,) which groups of constant pixels are drawn; the first is the rest."""
        assert self._memory is not None
        settings = self._settings
        rows, columns = np.nonzero(group)
        label = group[rows, columns]
        extent_px = _extents(rows, columns, label=label, n_groups=n_groups)
        flicker = self._memory.flicker(rows, columns)
        n_pixels = np.maximum(np.bincount(label, minlength=n_groups), 1)
        mean_flicker = np.bincount(label, flicker, n_groups) / n_pixels
        sharpness = _edge_sharpness(self._memory, levels, rows=rows, columns=columns)
        mean_sharpness = np.bincount(label, sharpness, n_groups) / n_pixels
        is_long = extent_px >= settings.least_extent_px * self._scale
        is_sharp = mean_sharpness >= settings.least_sharpness
        if self._has_looked_enough:
            is_drawn = is_long & (mean_flicker <= settings.most_flicker)
            is_drawn |= is_sharp & (mean_flicker <= settings.most_flicker_small)
        else:
            is_extreme = np.bincount(label, self._memory.is_extreme(rows, columns), n_groups)
            is_drawn = is_long & (mean_sharpness >= 0.75 * settings.least_sharpness)
            is_drawn &= mean_flicker <= settings.most_flicker_still
            is_drawn &= is_extreme / n_pixels > 0.3
        is_drawn[0] = False
        return is_drawn

    def state(self) -> State:
        """Return what is remembered."""
        return {
            "memory": None if self._memory is None else self._memory.state(),
            "mask": self._mask,
            "changing": self._changing.state(),
            "is_moving": int(self._is_moving),
            "is_clear": int(self._is_clear),
            "moved": self._moved,
            "n_frames": self._n_frames,
        }

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""
        memory = cast("dict[str, object] | None", state["memory"])
        self._memory = None if memory is None else StrokeMemory.from_state(memory)
        self._mask = cast(Mask, state["mask"])
        self._changing.restore(cast(State, state["changing"]))
        self._is_moving = bool(state["is_moving"])
        self._is_clear = bool(state["is_clear"])
        self._moved = cast(Array, state["moved"])
        self._n_frames = cast(int, state["n_frames"])


def _levels(grey: Grey) -> Mask:
    """(H, W) uint8."""
    if grey.dtype == np.uint8:
        return cast(Mask, grey)
    return np.clip(grey, 0, 255).astype(np.uint8)


def _share(is_so: npt.NDArray[np.bool_]) -> float:
    """Share of (n,) that is so; 0 of none."""
    return float(np.mean(is_so)) if len(is_so) else 0.0


def _extents(
    rows: npt.NDArray[np.intp],
    columns: npt.NDArray[np.intp],
    *,
    label: npt.NDArray[np.int32],
    n_groups: int,
) -> Array:
    """(n_groups,) the longer side of each group's box, pixels."""
    extent = np.zeros(n_groups)
    for place in (rows, columns):
        low, high = np.full(n_groups, np.inf), np.full(n_groups, -np.inf)
        np.minimum.at(low, label, place)
        np.maximum.at(high, label, place)
        with np.errstate(invalid="ignore"):
            extent = np.maximum(extent, high - low + 1.0)
    return extent


def _edge_sharpness(
    memory: StrokeMemory,
    levels: Mask,
    *,
    rows: npt.NDArray[np.intp],
    columns: npt.NDArray[np.intp],
) -> Array:
    """(n,) the largest step from each pixel to a neighbour, over the pixel's contrast."""
    padded = np.pad(levels.astype(np.float64), 1, mode="edge")
    here = padded[rows + 1, columns + 1]
    step = np.zeros(len(rows))
    for down, right in ((0, 1), (2, 1), (1, 0), (1, 2)):
        step = np.maximum(step, np.abs(here - padded[rows + down, columns + right]))
    return np.asarray(np.minimum(step / np.maximum(memory.contrast(rows, columns), 1.0), 1.0))
