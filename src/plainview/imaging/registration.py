"""Says how the background moved between consecutive frames, and when it cannot be said."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from plainview.imaging.coarse_motion import estimate_coarse_homography
from plainview.imaging.lone_loss import LoneLoss
from plainview.imaging.picture import Picture, PictureMaker
from plainview.imaging.pixel_convention import (
    apply_homography,
    homography_from_opencv,
    level_homography,
)
from plainview.imaging.pyramid_refinement import Match, Template, match_pyramids
from plainview.imaging.reported_step import ReportedStep
from plainview.imaging.scene_change import Thumbnail, is_same_scene
from plainview.model import Frame, Registration, State

__all__ = ["HomographyRegistrar", "RegistrationSettings"]

Array = npt.NDArray[np.float64]

_SURE_RESIDUAL: Final = 0.15
"""Residual in pixels of the finest level below which a match needs no second opinion."""
_SURE_RESIDUAL_IF_USUAL: Final = 0.3
"""The same where the frame before left as much (waves, depth): at most 1.5 times that."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RegistrationSettings:
    """When a homography is believed.

    Args:
        least_share_alike: Share of the picture's cells whose gradients must agree.
        least_cosine: Mean cosine between the gradients of the two pictures.
        least_weakest: The same along the direction in which they agree least.
        most_residual: Robust RMS of what is left, in pixels of the level worked on (the
            picture scaled to between 240 and 480 columns).
        most_zoom: Largest change of scale between two frames that is still a motion.
        least_overlap: Share of the previous picture that must still be seen.
    """

    least_share_alike: float = 0.4
    least_cosine: float = 0.3
    least_weakest: float = 0.2
    most_residual: float = 0.6
    most_zoom: float = 1.25
    least_overlap: float = 0.3


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Memory:
    """What is remembered of the frame before."""

    camera_name: str
    shape: tuple[int, ...]
    template: Template
    thumbnail: Thumbnail
    motion: Array
    residual: float


class HomographyRegistrar:
    """Registers each frame to the one before by a homography of the whole picture."""

    def __init__(
        self,
        settings: RegistrationSettings | None = None,
        *,
        pictures: PictureMaker | None = None,
    ) -> None:
        self._settings = settings or RegistrationSettings()
        self.pictures = pictures or PictureMaker()
        self._memory: _Memory | None = None
        self._before_doubt: _Memory | None = None
        self._reported = ReportedStep(most_zoom=self._settings.most_zoom)
        self._lone = LoneLoss()

    def register(self, frame: Frame) -> Registration:
        """Return how the background moved since the frame before, of the same camera."""
        picture = self.pictures.picture(frame)
        template = Template.from_picture(picture)
        thumbnail = Thumbnail.from_picture(picture)
        registration = self._register(frame, picture, template=template, thumbnail=thumbnail)
        reason = self._reported.take(frame, is_lost=not registration.is_valid)
        if registration.is_restart or reason is not None:
            registration = registration if registration.is_restart else _restart(reason)
            self._reported.forget()
            self._lone.forget()
        if not self._lone.is_doubtful:
            self._before_doubt = None
        elif self._before_doubt is None:
            self._before_doubt = self._memory
        self._memory = _Memory(
            camera_name=frame.camera.name,
            shape=picture.grey.shape,
            template=template,
            thumbnail=thumbnail,
            motion=registration.current_from_previous,
            residual=(registration.residual_px or 0.0) * template.scales[0],
        )
        known = replace(
            registration,
            is_doubtful=self._lone.is_doubtful,
            strokes=picture.strokes if picture.strokes.size else None,
            is_overlay_known=self.pictures.is_learned,
        )
        self.pictures.observe(frame, known)
        return known

    def _register(
        self, frame: Frame, picture: Picture, *, template: Template, thumbnail: Thumbnail
    ) -> Registration:
        memory = self._memory
        if memory is None:
            return _restart("first frame")
        if frame.is_discontinuous:
            return _restart("discontinuity")
        if memory.camera_name != frame.camera.name:
            return _restart("camera switch")
        if memory.shape != picture.grey.shape:
            return _restart("size change")
        match = self._match(memory, template, picture=picture)
        cosine = 0.0 if match is None else match.cosine
        if self._lone.take(cosine, fits_before=lambda: self._fits_before_doubt(template, picture)):
            return _restart("picture step")
        if match is not None and self._is_believed(match, shape=picture.grey.shape):
            return self._from_match(match, template, shape=picture.grey.shape)
        return self._explain_failure(memory, template, thumbnail=thumbnail)

    def _fits_before_doubt(self, template: Template, picture: Picture) -> bool:
        """Whether this picture fits the last one before those in doubt: they were damaged."""
        before = self._before_doubt
        if before is None:
            return False
        match = self._match(before, template, picture=picture)
        return match is not None and match.cosine >= self._settings.least_cosine

    def _match(self, memory: _Memory, template: Template, *, picture: Picture) -> Match | None:
        starts = [memory.motion]
        if _corner_shift_px(memory.motion, memory.shape) > 4.0:
            starts.append(np.eye(3))
        match = match_pyramids(memory.template, template, starts=starts)
        shape = memory.shape
        if (
            match is not None
            and self._is_believed(match, shape=shape)
            and match.residual < _sure_residual(memory)
        ):
            return match
        start = _coarse_start(memory.template, template, picture)
        second = None
        if start is not None:
            second = match_pyramids(memory.template, template, starts=[start])
        found = [m for m in (match, second) if m is not None]
        return max(
            found, key=lambda m: (self._is_believed(m, shape=shape), -m.residual), default=None
        )

    def _is_believed(self, match: Match, *, shape: tuple[int, ...]) -> bool:
        settings = self._settings
        _, overlap = _zoom_and_overlap(match.current_from_previous, shape)
        return (
            overlap >= settings.least_overlap
            and match.share_alike >= settings.least_share_alike
            and match.cosine >= settings.least_cosine
            and match.weakest >= settings.least_weakest
            and match.residual <= settings.most_residual
        )

    def _from_match(
        self, match: Match, template: Template, *, shape: tuple[int, ...]
    ) -> Registration:
        homography = match.current_from_previous
        zoom, _ = _zoom_and_overlap(homography, shape)
        if not 1.0 / self._settings.most_zoom < zoom < self._settings.most_zoom:
            return _restart("field step")
        return Registration(
            current_from_previous=homography,
            residual_px=match.residual / template.scales[0],
            is_valid=True,
            is_restart=False,
        )

    def _explain_failure(
        self, memory: _Memory, template: Template, *, thumbnail: Thumbnail
    ) -> Registration:
        negative = match_pyramids(memory.template.inverted(), template, starts=[memory.motion])
        if negative is not None and self._is_believed(negative, shape=memory.shape):
            return _restart("polarity flip")
        if is_same_scene(memory.thumbnail, thumbnail):
            return Registration(
                current_from_previous=np.eye(3),
                residual_px=None,
                is_valid=False,
                is_restart=False,
                reason="too little texture",
            )
        return _restart("scene change")

    def state(self) -> State:
        """Return what is remembered, the shared picture maker's memory with it."""
        return {
            "pictures": self.pictures.state(),
            "memory": None if self._memory is None else _state_of(self._memory),
            "before_doubt": None if self._before_doubt is None else _state_of(self._before_doubt),
            "reported": self._reported.state(),
            "lone": self._lone.state(),
        }

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""
        self.pictures.restore(cast(State, state["pictures"]))
        memory = cast("State | None", state["memory"])
        self._memory = None if memory is None else _memory_of(memory)
        before = cast("State | None", state["before_doubt"])
        self._before_doubt = None if before is None else _memory_of(before)
        self._reported.restore(cast(State, state["reported"]))
        self._lone.restore(cast(State, state["lone"]))


def _sure_residual(memory: _Memory) -> float:
    return max(_SURE_RESIDUAL, min(1.5 * memory.residual, _SURE_RESIDUAL_IF_USUAL))


def _restart(reason: str | None) -> Registration:
    return Registration(
        current_from_previous=np.eye(3),
        residual_px=None,
        is_valid=False,
        is_restart=True,
        reason=reason,
    )


def _coarse_start(previous: Template, current: Template, picture: Picture) -> Array | None:
    scale = previous.scales[0]
    strokes = picture.strokes_at(int(np.rint(-np.log2(scale))))
    coarse = estimate_coarse_homography(previous.levels[0], current.levels[0], is_masked=strokes)
    if coarse is None:
        return None
    return level_homography(homography_from_opencv(coarse), 1.0 / scale)


def _corners_px(shape: tuple[int, ...]) -> Array:
    height, width = shape[:2]
    return np.array([[0.0, 0.0], [width, 0.0], [width, height], [0.0, height]])


def _corner_shift_px(homography: Array, shape: tuple[int, ...]) -> float:
    corners = _corners_px(shape)
    return float(np.max(np.linalg.norm(apply_homography(homography, corners) - corners, axis=1)))


def _zoom_and_overlap(homography: Array, shape: tuple[int, ...]) -> tuple[float, float]:
    """Change of scale, and share of the previous picture that lies inside the current one."""
    corners = _corners_px(shape).astype(np.float32)
    mapped = apply_homography(homography, corners.astype(np.float64)).astype(np.float32)
    area = float(cv2.contourArea(corners))
    mapped_area = float(cv2.contourArea(mapped))
    if not cv2.isContourConvex(mapped) or mapped_area <= 0.0:
        return 0.0, 0.0
    shared, _ = cv2.intersectConvexConvex(corners, mapped)
    return float(np.sqrt(mapped_area / area)), float(shared / mapped_area)


def _state_of(memory: _Memory) -> State:
    return {
        "camera_name": memory.camera_name,
        "shape": list(memory.shape),
        "scales": list(memory.template.scales),
        "levels": list(memory.template.levels),
        "points": list(memory.template.points),
        "thumbnail": memory.thumbnail.level,
        "motion": memory.motion,
        "residual": memory.residual,
    }


def _memory_of(state: Mapping[str, object]) -> _Memory:
    return _Memory(
        camera_name=cast(str, state["camera_name"]),
        shape=tuple(cast("list[int]", state["shape"])),
        template=Template(
            scales=tuple(cast("list[float]", state["scales"])),
            levels=tuple(cast("list[npt.NDArray[np.float32]]", state["levels"])),
            points=tuple(cast("list[Array]", state["points"])),
        ),
        thumbnail=Thumbnail(level=cast("npt.NDArray[np.float32]", state["thumbnail"])),
        motion=cast(Array, state["motion"]),
        residual=cast(float, state["residual"]),
    )
