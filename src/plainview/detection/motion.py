"""Finds what moves against the registered background."""

from dataclasses import dataclass
from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from plainview.detection.keyframes import Keyframe, Keyframes
from plainview.detection.motion_response import (
    BLOCK_PX,
    OUTSIDE,
    group_contrasts,
    group_points,
    moving_points,
)
from plainview.detection.score import score_from_ratio
from plainview.imaging import (
    Picture,
    PictureMaker,
    apply_homography,
    level_homography,
    opencv_from_homography,
)
from plainview.model import Detections, Frame, Registration, State

__all__ = ["MotionDetector", "MotionSettings"]

Array = npt.NDArray[np.float64]
Level = npt.NDArray[np.float32]
Mask = npt.NDArray[np.uint8]

_NAME: Final = "motion"
_WORK_WIDTH_PX: Final = 960
_SMOOTHING_PX: Final = 1.0
_SAMPLE_STEP_PX: Final = 8
_LEAST_SAMPLES: Final = 64
_LEAST_SIDE_PX: Final = 16
_MARGIN_PX: Final = 5
_STROKE_MARGIN: Final = np.ones((7, 7), np.uint8)
_RING_PX: Final = 4
_VACATED_RATIO: Final = 1.2
_STILL_RATIO: Final = 0.7
_LEAST_SHIFT: Final = 1.0
_SIGMA_PER_MEDIAN: Final = 1.4826


@dataclass(frozen=True, slots=True, kw_only=True)
class MotionSettings:
    """What counts as moving.

    Args:
        lag_s: The pasts compared with are this old and twice this old.
        least_sigmas: Departure from both pasts, over noise, edges and habitual clutter.
        least_pixels: Connected pixels, at the scale worked on (up to 960 columns).
        join_px: Parts of a thing this near to each other are joined, at that scale.
        edge_px: Least sigma assumed of a registration, pixels of the picture.
        clutter_time_constant_s: How long until a place that never rests is expected not to.
        most_moving: Where more of the picture moves, nothing is a thing.
        most: Most detections in a frame; the strongest are kept.
        noise_floor: Least noise, grey levels.
    """

    lag_s: float = 0.25
    least_sigmas: float = 5.0
    least_pixels: int = 4
    join_px: int = 3
    edge_px: float = 0.3
    clutter_time_constant_s: float = 2.0
    most_moving: float = 0.25
    most: int = 100
    noise_floor: float = 0.35


class MotionDetector:
    """Compares each frame with two earlier ones, warped onto it."""

    def __init__(
        self, settings: MotionSettings | None = None, *, pictures: PictureMaker | None = None
    ) -> None:
        self._settings = settings or MotionSettings()
        self._owns_pictures = pictures is None
        self._pictures = pictures or PictureMaker()
        self._keyframes = Keyframes(lag_s=self._settings.lag_s)
        self._clutter: Level | None = None
        self._video_time_us = 0

    def detect(self, frame: Frame, registration: Registration) -> Detections:
        """Return what moves in this frame; nothing until there is a past to compare with.

        Args:
            frame: The frame.
            registration: How the background moved since the frame before.
        """
        picture = self._pictures.picture(frame)
        self._pictures.observe(frame, registration)
        k = 0
        while picture.clean.shape[1] >> k > _WORK_WIDTH_PX:
            k += 1
        level = _scene_level(picture, k)
        if min(level.shape) < _LEAST_SIDE_PX:
            return Detections.empty()
        self._follow(registration, scale=0.5**k)
        pasts = self._keyframes.pasts(frame.video_time_us)
        found = Detections.empty()
        if pasts is not None:
            elapsed_s = max(0.0, (frame.video_time_us - self._video_time_us) * 1e-6)
            groups = self._find_groups(level, pasts, elapsed_s=elapsed_s, scale=0.5**k)
            found = self._report(groups, scale=0.5**k)
        self._keyframes.remember(level, video_time_us=frame.video_time_us)
        self._video_time_us = frame.video_time_us
        return found

    def _follow(self, registration: Registration, *, scale: float) -> None:
        """Carry what is remembered on to this frame, or forget it."""
        if not registration.is_valid:
            self._keyframes.forget()
            self._clutter = None
            return
        motion = registration.current_from_previous
        residual_px = registration.residual_px or 0.0
        self._keyframes.move(motion, residual_px=residual_px)
        if self._clutter is not None:
            at_blocks = opencv_from_homography(level_homography(motion, scale / BLOCK_PX))
            size = (self._clutter.shape[1], self._clutter.shape[0])
            warped = cv2.warpPerspective(self._clutter, at_blocks, size)
            self._clutter = np.asarray(warped, np.float32)

    def _find_groups(
        self, level: Level, pasts: tuple[Keyframe, Keyframe], *, elapsed_s: float, scale: float
    ) -> Array:
        """(m, 6) groups of pixels that depart from both pasts; learns the clutter."""
        settings = self._settings
        warped = [_warp_past(past, level.shape, scale=scale) for past in pasts]
        fits = [_match_levels(level, past) for past in warped]
        noise = max(fits[0][2], settings.noise_floor)
        edge_px = np.sqrt(max(pasts[1].variance_px2, settings.edge_px**2))
        shape = (level.shape[0] // BLOCK_PX, level.shape[1] // BLOCK_PX)
        clutter = np.zeros(shape, np.float32) if self._clutter is None else self._clutter
        points, energy = moving_points(
            level,
            warped[0],
            warped[1],
            np.array([fit[:2] for fit in fits]),
            noise,
            float(edge_px) * scale,
            np.maximum(clutter - np.float32(noise * noise), np.float32(0.0)),
            settings.least_sigmas,
        )
        share = np.float32(1.0 - np.exp(-elapsed_s / settings.clutter_time_constant_s))
        self._clutter = np.asarray(clutter + share * (energy - clutter), np.float32)
        if len(points) > settings.most_moving * level.size:
            return np.empty((0, 6))
        height, width = level.shape
        groups = group_points(points, (height, width), settings.join_px)
        groups = groups[groups[:, 5] >= settings.least_pixels]
        groups = groups[~_is_vacated(level, warped[0], groups)]
        if self._pictures.overlay.is_learned:
            return groups
        return groups[~_is_still_on_screen(level, pasts[0], groups, warped=warped[0], scale=scale)]

    def _report(self, groups: Array, *, scale: float) -> Detections:
        """The strongest groups as boxes in pixels of the picture."""
        settings = self._settings
        groups = groups[np.argsort(-groups[:, 4], kind="stable")][: settings.most]
        return Detections(
            box_px=groups[:, :4] / scale,
            score=score_from_ratio(groups[:, 4], settings.least_sigmas),
            label=(None,) * len(groups),
            detector=(_NAME,) * len(groups),
        )

    def state(self) -> State:
        """Return what is remembered."""
        return {
            "keyframes": self._keyframes.state(),
            "clutter": self._clutter,
            "video_time_us": self._video_time_us,
            "pictures": self._pictures.state() if self._owns_pictures else None,
        }

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""
        self._keyframes.restore(cast(State, state["keyframes"]))
        self._clutter = cast("Level | None", state["clutter"])
        self._video_time_us = cast(int, state["video_time_us"])
        if state["pictures"] is not None:
            self._pictures.restore(cast(State, state["pictures"]))


def _scene_level(picture: Picture, k: int) -> Level:
    """The smoothed picture at scale 2**-k, OUTSIDE where there is no scene."""
    smooth = cv2.GaussianBlur(picture.level(k), (0, 0), _SMOOTHING_PX)
    level = np.asarray(smooth, np.float32)
    strokes = picture.strokes_at(k)
    if strokes.size:
        np.copyto(level, np.float32(OUTSIDE), where=cv2.dilate(strokes, _STROKE_MARGIN) > 0)
    left, top, right, bottom = picture.scene_at(k, margin_px=_MARGIN_PX)
    level[:top], level[bottom:] = OUTSIDE, OUTSIDE
    level[:, :left], level[:, right:] = OUTSIDE, OUTSIDE
    return level


def _is_vacated(level: Level, past: Level, groups: Array) -> npt.NDArray[np.bool_]:
    """(m,) whether a group is the place that a slow thing has just left.

    What was in both pasts and is gone departs from both as what has come does; but it stood
    out of what is around it then, and does not now.
    """
    now, then = np.abs(group_contrasts(level, past, groups, _RING_PX)).T
    return np.asarray(then > _VACATED_RATIO * now)


def _is_still_on_screen(
    level: Level, past: Keyframe, groups: Array, *, warped: Level, scale: float
) -> npt.NDArray[np.bool_]:
    """(m,) whether a group stands where it stood on the screen while the ground moved on.

    Burned-in overlay does, and a thing that the turret holds: while nobody knows which is
    which, neither is a mover.
    """
    is_still = np.zeros(len(groups), np.bool_)
    middles = groups[:, :2] + 0.5 * groups[:, 2:4]
    from_past = level_homography(past.current_from_keyframe, scale)
    shift = np.linalg.norm(apply_homography(from_past, middles) - middles, axis=1)
    for row in np.flatnonzero(shift >= _LEAST_SHIFT):
        x, y, width, height = groups[row, :4].astype(int).tolist()
        box = np.s_[y : y + height, x : x + width]
        on_screen = np.mean(np.abs(level[box] - past.level[box]))
        on_ground = np.mean(np.abs(level[box] - warped[box]))
        is_still[row] = on_screen < _STILL_RATIO * on_ground
    return is_still


def _warp_past(past: Keyframe, shape: tuple[int, ...], *, scale: float) -> Level:
    """The past picture where it would be now, OUTSIDE where unseen."""
    at_level = opencv_from_homography(level_homography(past.current_from_keyframe, scale))
    warped = cv2.warpPerspective(
        past.level,
        at_level,
        (shape[1], shape[0]),
        borderMode=cv2.BORDER_CONSTANT,
        borderValue=OUTSIDE,
    )
    return np.asarray(warped, np.float32)


def _match_levels(level: Level, warped: Level) -> tuple[float, float, float]:
    """Gain and bias that take the past's levels to now's, and the sigma that is left.

    Robust against what moves; gain 1 and bias 0 where too little is seen.
    """
    then = warped[::_SAMPLE_STEP_PX, ::_SAMPLE_STEP_PX].ravel()
    now = level[::_SAMPLE_STEP_PX, ::_SAMPLE_STEP_PX].ravel()
    is_seen = np.minimum(then, now) > 1e-3 * OUTSIDE
    then, now = then[is_seen], now[is_seen]
    if len(then) < _LEAST_SAMPLES:
        return 1.0, 0.0, 0.0
    off = now - then
    bias = float(np.median(off))
    sigma = _SIGMA_PER_MEDIAN * float(np.median(np.abs(off - bias)))
    is_still = np.abs(off - bias) <= 3.0 * sigma + 0.5
    then, now = then[is_still], now[is_still]
    centred = then - then.mean()
    spread = float(np.dot(centred, centred))
    gain = float(np.dot(centred, now)) / spread if spread > len(then) else 1.0
    gain = gain if 0.5 < gain < 2.0 else 1.0
    return gain, float(now.mean() - gain * then.mean()), sigma
