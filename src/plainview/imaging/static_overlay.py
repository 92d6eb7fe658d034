"""Finds burned-in overlay: thin strokes that stay while the background moves under them.

What a turret holds on its reticle stays too. It is told apart by what it is made of: strokes
are drawn, so each of their pixels keeps its value and its sharp edge; a thing is seen through
a lens by a turret that trembles, so its edges are soft and never keep still.
"""

from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from plainview.imaging.changing_ink import ChangingInk, InkRule
from plainview.imaging.drawn_strokes import (
    DrawnRule,
    drawn_strokes,
    edge_sharpness,
    with_fringe,
)
from plainview.imaging.filled_shapes import ShapeMemory, extreme_inks
from plainview.imaging.overlay_settings import OverlaySettings
from plainview.imaging.pixel_convention import apply_homography
from plainview.imaging.stroke_memory import (
    FILL_REACH_PX,
    Response,
    StrokeMemory,
    Tables,
    fill_masked,
    stroke_response,
)
from plainview.model import Registration, State

__all__ = ["StaticOverlayFinder", "fill_strokes"]

Mask = npt.NDArray[np.uint8]
Grey = npt.NDArray[np.uint8] | npt.NDArray[np.float32]
Array = npt.NDArray[np.float64]

_N_EARLY_LOOKS: Final = 3
"""Looks after which what is as sharp and constant as only a drawing is masked already."""
_N_CLEAR_LOOKS: Final = 5
"""Looks after which a picture without any doubtful stroke has none."""
_N_SETTLED_LOOKS: Final = 16
"""Looks after which a mask hardly changes any more."""
_LOOKS_A_MASK: Final = 3
"""It is then drawn anew at each third of them: that costs ten times what a look does."""
_EARLY_MOTION: Final = 0.4
"""Share of the usual motion that the first looks wait for."""

_INK_CONTRAST: Final = 0.67
"""Of what strokes need that nothing is known of: beside known ones their ink speaks for them."""
_INK_NOISE: Final = 5.0
"""That contrast over the noise of the picture: where a thermal picture is stretched over little
more than its noise, single pixels are as black and as sharp as ink."""
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


def fill_strokes(grey: Grey, strokes: Mask) -> Grey:
    """Return the picture with each masked pixel the mean of the nearest that are not.

    Args:
        grey: (H, W).
        strokes: (H, W), not 0 where masked.
    """
    filled = grey.copy()
    left, top, width, height = cv2.boundingRect(strokes)
    if width:
        near = np.s_[
            max(0, top - FILL_REACH_PX) : top + height + FILL_REACH_PX,
            max(0, left - FILL_REACH_PX) : left + width + FILL_REACH_PX,
        ]
        _fill_all(filled[near], grey[near], strokes[near])
    return filled


def _fill_all(filled: Grey, grey: Grey, strokes: Mask) -> None:
    """Fill the masked pixels of a picture (h, w) in place."""
    places = cv2.findNonZero(strokes)
    if places is not None:
        columns_rows = np.asarray(places, np.intp).reshape(-1, 2)
        clear = cv2.threshold(strokes, 0, 1, cv2.THRESH_BINARY_INV)[1]
        depth = cv2.CV_32S if grey.dtype == np.uint8 else cv2.CV_64F
        values = cv2.integral(cv2.multiply(grey, clear.astype(grey.dtype)), sdepth=depth)
        tables = cast(Tables, (values, cv2.integral(clear, sdepth=cv2.CV_32S)))
        fill_masked(filled, np.ascontiguousarray(columns_rows[:, ::-1]), tables)


class StaticOverlayFinder:
    """Learns over time which pixels are strokes of burned-in overlay."""

    def __init__(self, settings: OverlaySettings | None = None) -> None:
        self._settings = settings or OverlaySettings()
        self._memory: StrokeMemory | None = None
        self._shapes = ShapeMemory((0, 0))
        self._mask: Mask = _NO_MASK
        self._changing = ChangingInk()
        self._is_moving = False
        self._is_clear = False
        self._moved = np.eye(3)
        self._n_frames = 0
        self._noise = 0.0

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
        if has_moved and not self._is_moving and self._memory is not None:
            self._is_moving = True
            self._memory.count_as_one()
            self._shapes.count_as_one()
        if self._is_time_to_look(has_moved):
            self._look(grey)

    def _forget(self, shape: tuple[int, ...]) -> None:
        self._memory = StrokeMemory(shape)
        self._shapes = ShapeMemory(shape)
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
            self._shapes.turn_over()
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
            least_contrast=round(
                max(_INK_CONTRAST * settings.least_contrast, _INK_NOISE * self._noise)
            ),
            least_sharpness=_INK_SHARPNESS * settings.least_sharpness,
            least_extent_px=round(0.7 * settings.least_extent_px * scale),
            reach_px=round(settings.reach_px * scale),
            margin_px=1 if scale < 1.9 else 2,
        )

    def _is_time_to_look(self, has_moved: bool) -> bool:
        settings = self._settings
        if self._memory is None or self._memory.n_looks == 0:
            return True
        if self._is_moving:
            return has_moved and self._n_frames >= settings.frames_between_looks
        return self._n_frames >= settings.frames_between_still_looks

    def _look(self, grey: Grey) -> None:
        assert self._memory is not None
        self._n_frames = 0
        self._moved = np.eye(3)
        levels = _levels(grey)
        self._noise = _noise(levels)
        rule = self._rule
        response = stroke_response(levels, rule.width_px)
        self._memory.look(levels, response, self._settings.least_contrast)
        self._shapes.look(levels)
        n_looks = _N_EARLY_LOOKS if self._is_moving else self._settings.n_looks
        is_settled = self._memory.n_looks >= _N_SETTLED_LOOKS
        is_drawn = not is_settled or self._memory.n_looks % _LOOKS_A_MASK == 0
        if self._memory.n_looks >= n_looks and is_drawn:
            self._mask = self._draw_mask(levels, response)
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
        sharpness = edge_sharpness(self._memory, levels, rows=rows, columns=columns)
        n_sharp = np.count_nonzero(sharpness >= self._settings.least_sharpness)
        return bool(n_sharp >= self._settings.least_extent_px * self._scale)

    def _draw_mask(self, levels: Mask, response: Response) -> Mask:
        assert self._memory is not None
        memory, scale = self._memory, self._scale
        drawn = drawn_strokes(memory, levels, response, rule=self._drawn_rule)
        shapes = self._draw_shapes(levels, drawn)
        contrast = np.maximum(memory.contrast_on(drawn), shapes)
        if not contrast.any():
            return _NO_MASK
        values = memory.values(drawn)
        whole = with_fringe(contrast, levels, reach_px=round(3 * scale))
        radius = 1 if scale < 1.9 else 2
        kernel = np.ones((2 * radius + 1, 2 * radius + 1), np.uint8)
        mask = np.asarray(cv2.dilate(whole * np.uint8(255), kernel), np.uint8)
        least = _LEAST_LETTERS if self._is_moving else _LEAST_LETTERS_STILL
        if len(values) >= least * self._settings.least_extent_px * scale:
            self._changing.learn(levels, mask, values, rule=self._rule)
        else:
            self._changing.forget()
        return mask

    def _draw_shapes(self, levels: Mask, drawn: Mask) -> Mask:
        """(H, W) contrast of filled shapes; early only where strokes (H, W) say what is ink."""
        settings = self._settings
        if not self._is_moving or not (self._has_looked_enough or drawn.any()):
            return np.zeros_like(levels)
        return self._shapes.shapes(
            levels,
            extreme_inks() | self._changing.values,
            width_px=self._rule.width_px,
            least_contrast=settings.least_contrast,
            n_looks=_N_EARLY_LOOKS,
        )

    @property
    def _drawn_rule(self) -> DrawnRule:
        settings, scale, is_early = self._settings, self._scale, not self._has_looked_enough
        least = _LEAST_LETTERS if self._is_moving else _LEAST_LETTERS_STILL
        flicker = settings.most_flicker_small if self._is_moving else settings.most_flicker_still
        return DrawnRule(
            is_early=is_early,
            least_share=settings.least_share,
            most_flicker=flicker if is_early else settings.most_flicker,
            most_flicker_small=settings.most_flicker_small,
            least_sharpness=settings.least_sharpness,
            least_extent_px=settings.least_extent_px * scale,
            least_ink_px=least * settings.least_extent_px * scale,
            support_px=round(2 * scale),
        )

    def state(self) -> State:
        """Return what is remembered."""
        return {
            "memory": None if self._memory is None else self._memory.state(),
            "shapes": self._shapes.state(),
            "mask": self._mask,
            "changing": self._changing.state(),
            "is_moving": int(self._is_moving),
            "is_clear": int(self._is_clear),
            "moved": self._moved,
            "n_frames": self._n_frames,
            "noise": self._noise,
        }

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""
        memory = cast("dict[str, object] | None", state["memory"])
        self._memory = None if memory is None else StrokeMemory.from_state(memory)
        self._shapes.restore(cast(State, state["shapes"]))
        self._mask = cast(Mask, state["mask"])
        self._changing.restore(cast(State, state["changing"]))
        self._is_moving = bool(state["is_moving"])
        self._is_clear = bool(state["is_clear"])
        self._moved = cast(Array, state["moved"])
        self._n_frames = cast(int, state["n_frames"])
        self._noise = cast(float, state["noise"])


def _levels(grey: Grey) -> Mask:
    """(H, W) uint8."""
    if grey.dtype == np.uint8:
        return cast(Mask, grey)
    return np.clip(grey, 0, 255).astype(np.uint8)


def _noise(levels: Mask) -> float:
    """1-sigma of pixels (H, W) against those beside them, grey levels."""
    beside = cv2.medianBlur(levels, 3)[::2, ::2].astype(np.int16)
    return 1.4826 * float(np.median(np.abs(levels[::2, ::2] - beside)))


def _share(is_so: npt.NDArray[np.bool_]) -> float:
    """Share of (n,) that is so; 0 of none."""
    return float(np.mean(is_so)) if len(is_so) else 0.0
