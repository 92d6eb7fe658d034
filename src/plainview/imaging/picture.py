"""The picture that the stages work on: one grey pyramid a frame, made once, shared by all."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from plainview.imaging.black_border import find_scene
from plainview.imaging.defective_pixels import DefectivePixelFinder
from plainview.imaging.depth import RangeFollower
from plainview.imaging.fields import deinterlace_pixels, is_combed
from plainview.imaging.static_overlay import StaticOverlayFinder, fill_strokes
from plainview.model import Frame, Pixels, Registration, State

__all__ = ["Picture", "PictureMaker", "halve"]

Level = npt.NDArray[np.float32]
Grey = npt.NDArray[np.uint8] | Level
Mask = npt.NDArray[np.uint8]

_MIN_LEVEL_PX: Final = 20
_N_LEVELS: Final = 6
_FIELD_HEIGHTS: Final = frozenset({240, 288, 480, 486, 576, 1080, 1088})
"""Rows of pictures that may be two woven fields without saying so."""
_N_COMBED_TO_DECIDE: Final = 3
_FRAMES_BETWEEN_LOOKS: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Picture:
    """The grey pyramid of one frame, burned-in strokes painted over.

    Args:
        grey: (H, W) the picture of one instant as it came, uint8, or float32 grey levels
            where the frame has 16 bits.
        clean: (H, W) the same with defective pixels and the strokes of burned-in overlay filled
            from beside.
        strokes: (H, W) uint8, 255 on strokes; (0, 0) where none are known.
        stroke_levels: The strokes at scale 2**-k for k >= 0; none where none are known.
        scene: Left, top, right, bottom of what shows the scene: all but black borders.
        levels: levels[k] is clean at scale 2**-k, float32, for k >= 1; levels[0] is empty.
            Rows and columns beyond a whole multiple of 2**k are left out.
    """

    grey: Grey
    clean: Grey
    strokes: Mask
    stroke_levels: tuple[Mask, ...]
    scene: tuple[int, int, int, int]
    levels: tuple[Level, ...]

    def level(self, k: int) -> Level:
        """Return clean at scale 2**-k, float32."""
        return self.clean.astype(np.float32) if k == 0 else self.levels[k]

    def scene_at(self, k: int, *, margin_px: int = 0) -> tuple[int, int, int, int]:
        """Return left, top, right, bottom of the scene at scale 2**-k, a margin taken off.

        The margin is in pixels of the level, and taken off only where there is a border.
        """
        height, width = self.levels[k].shape if k else self.clean.shape
        left, top, right, bottom = self.scene
        full_height, full_width = self.clean.shape
        return (
            (left >> k) + 1 + margin_px if left > 0 else 0,
            (top >> k) + 1 + margin_px if top > 0 else 0,
            (right >> k) - margin_px if right < full_width else width,
            (bottom >> k) - margin_px if bottom < full_height else height,
        )

    def strokes_at(self, k: int) -> Mask:
        """Return the strokes at scale 2**-k: not 0 where a pixel holds any; (0, 0) for none."""
        return self.stroke_levels[k] if self.stroke_levels else self.strokes


def _halve_mask(mask: Mask) -> Mask:
    """Return the mask at half scale: 255 where any of four pixels is not 0."""
    height, width = mask.shape[0] // 2 * 2, mask.shape[1] // 2 * 2
    upper = cv2.max(mask[:height:2, :width], mask[1:height:2, :width])
    return np.maximum(upper[:, ::2], upper[:, 1::2])


def halve(level: Grey) -> Level:
    """Return the picture at half scale, each pixel the mean of four, float32."""
    height, width = level.shape[0] // 2, level.shape[1] // 2
    half = cv2.resize(
        level[: 2 * height, : 2 * width], (width, height), interpolation=cv2.INTER_AREA
    )
    return half.astype(np.float32)


class PictureMaker:
    """Makes the Picture of a frame once, and learns overlay and defective pixels as frames go by.

    One maker is shared by the stages of a chain. The registrar keeps its state; a detector
    that made its own keeps that one's.
    """

    def __init__(self, overlay: StaticOverlayFinder | None = None) -> None:
        self.overlay = overlay or StaticOverlayFinder()
        self.defects = DefectivePixelFinder()
        self._range = RangeFollower()
        self._n_combed = 0
        self._n_looked = 0
        self._stroke_levels: tuple[Mask, ...] = ()
        self._made: tuple[Frame, Picture] | None = None
        self._observed: Frame | None = None

    @property
    def is_learned(self) -> bool:
        """Whether all is known that stays on the screen: overlay and defective pixels."""
        return self.overlay.is_learned and self.defects.is_learned

    def picture(self, frame: Frame) -> Picture:
        """Return the Picture of the frame; asked again for the same frame, the same one."""
        if self._made is None or self._made[0] is not frame:
            self._made = (frame, self._make(frame))
        return self._made[1]

    def observe(self, frame: Frame, registration: Registration) -> None:
        """Learn from the frame, once, given how the background moved."""
        if self._observed is frame:
            return
        self._observed = frame
        self.overlay.observe(self.picture(frame).grey, registration)
        self.defects.observe(self.picture(frame).grey, registration)

    def _make(self, frame: Frame) -> Picture:
        grey = self._one_instant(frame)
        strokes = self.overlay.strokes_of(grey)
        clean = self.defects.fill(grey)
        clean = fill_strokes(clean, strokes) if strokes.size else clean
        levels = [np.empty((0, 0), np.float32)]
        level: Grey = clean
        while len(levels) <= _N_LEVELS and min(level.shape) // 2 >= _MIN_LEVEL_PX:
            level = halve(level)
            levels.append(level)
        return Picture(
            grey=grey,
            clean=clean,
            strokes=strokes,
            stroke_levels=self._halve_strokes(strokes, len(levels)),
            scene=find_scene(grey),
            levels=tuple(levels),
        )

    def _halve_strokes(self, strokes: Mask, n_levels: int) -> tuple[Mask, ...]:
        """The strokes at every scale; made anew only when they have changed."""
        if strokes.size == 0:
            return ()
        if not self._stroke_levels or self._stroke_levels[0] is not strokes:
            levels = [strokes]
            while len(levels) < n_levels:
                levels.append(_halve_mask(levels[-1]))
            self._stroke_levels = tuple(levels)
        return self._stroke_levels

    def _one_instant(self, frame: Frame) -> Grey:
        pixels = _grey_pixels(frame.pixels)
        if frame.is_discontinuous:
            self._n_combed = 0
        if frame.is_interlaced or self._is_woven(pixels):
            pixels = deinterlace_pixels(pixels)
        if pixels.dtype == np.uint8:
            return cast(Grey, pixels)
        return self._range.follow(pixels, video_time_us=frame.video_time_us)

    def _is_woven(self, grey: Pixels) -> bool:
        """Whether frames were combed without a word from the source; once seen, it stays."""
        if grey.shape[0] not in _FIELD_HEIGHTS:
            return False
        self._n_looked += 1
        is_time = self._n_looked % _FRAMES_BETWEEN_LOOKS == 1
        if self._n_combed < _N_COMBED_TO_DECIDE and is_time:
            middle = grey.shape[1] // 2
            step = 1 if is_combed(grey[:, max(0, middle - 160) : middle + 160]) else -1
            self._n_combed = max(self._n_combed + step, 0)
        return self._n_combed >= _N_COMBED_TO_DECIDE

    def state(self) -> State:
        """Return what is remembered."""
        return {
            "overlay": self.overlay.state(),
            "defects": self.defects.state(),
            "range": self._range.state(),
            "n_combed": self._n_combed,
            "n_looked": self._n_looked,
        }

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""
        self.overlay.restore(cast(Mapping[str, object], state["overlay"]))
        self.defects.restore(cast(Mapping[str, object], state["defects"]))
        self._range.restore(cast(Mapping[str, object], state["range"]))
        self._n_combed = cast(int, state["n_combed"])
        self._n_looked = cast(int, state["n_looked"])
        self._made = self._observed = None


def _grey_pixels(pixels: Pixels) -> Pixels:
    """(H, W) of the same depth, its own and writeable memory."""
    if pixels.ndim == 2:
        return pixels.copy()
    return cast(Pixels, cv2.cvtColor(pixels, cv2.COLOR_BGR2GRAY))
