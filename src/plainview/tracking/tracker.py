"""The multi-object tracker: detections of consecutive frames become tracks, in pixels."""

import math
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview.model import Camera, Detections, Frame, LifeStage, Registration, State, Tracks
from plainview.tracking.frame_kernel import advance_tracks
from plainview.tracking.name_numbers import NameNumbers
from plainview.tracking.settings import TrackerSettings
from plainview.tracking.track_record import (
    CLUTTER_SHAPE,
    DETECTION_DTYPE,
    STEP_DTYPE,
    TRACK_DTYPE,
    Records,
    make_rules,
)
from plainview.units import seconds_from_microseconds

__all__ = ["MultiObjectTracker"]

_FIRST_CAPACITY: Final = 64
_UNSEEN_ON_STROKES_S: Final = 0.3
_SHARE_ON_STROKES: Final = 0.25
_STILL_ON_SCREEN_PX: Final = 4.0
"""Since its track began: what has not moved further is overlay as soon as that is known there."""


def _fields(records: Records) -> dict[str, Any]:
    """Return a view of each field, (n, ...): writing through it is quicker than by name."""
    return {name: records[name] for name in records.dtype.names or ()}


class MultiObjectTracker:
    """Joins detections into tracks; implements `plainview.model.Tracker`.

    The camera's motion is taken out before detections are associated; tracks carry their
    covariance and the probability that there is such a thing; while a track is predicted
    outside the picture its misses do not count. Time comes from the frames, so that rates
    may vary and gaps may come. Same detections, frames and settings: same tracks.

    Args:
        settings: See `TrackerSettings`.
        first_id: The identity of the first track.
    """

    def __init__(self, settings: TrackerSettings | None = None, *, first_id: int = 1) -> None:
        settings = TrackerSettings() if settings is None else settings
        self.settings = settings
        self._rules = make_rules(settings)
        self._tracks = np.zeros(_FIRST_CAPACITY, TRACK_DTYPE)
        self._found = np.zeros(_FIRST_CAPACITY, DETECTION_DTYPE)
        self._step = np.zeros(1, STEP_DTYPE)
        self._step["next_id"] = first_id
        self._step_fields = _fields(self._step)
        self._clutter = np.full(
            CLUTTER_SHAPE, settings.clutter_per_picture / np.prod(CLUTTER_SHAPE)
        )
        self._labels, self._detectors = NameNumbers(), NameNumbers()
        self._size_px = (0, 0)
        self._time_us = 0

    def update(self, detections: Detections, *, frame: Frame, registration: Registration) -> Tracks:
        """Return all tracks as they are in this frame; those that end are told once.

        Where the picture is in doubt, those that go on are remembered but not told.

        Args:
            detections: What was found in this frame.
            frame: Its time and its size; its pixels are not looked at.
            registration: How the background moved since the frame before. A restart ends
                every track.
        """
        self._take_step(frame, registration)
        found = self._take_detections(detections)
        advance_tracks((self._tracks, self._clutter), found, (self._rules, self._step))
        if registration.strokes is not None:
            self._end_on_strokes(registration.strokes)
        return self._tell(is_placed=not registration.is_doubtful)

    def _end_on_strokes(self, strokes: npt.NDArray[np.uint8]) -> None:
        """End what has not been seen since the overlay under it is known: it was the overlay."""
        tracks = self._tracks[: self._step["n_tracks"][0]]
        moved_px = np.linalg.norm(tracks["state"][:, :2] - tracks["born_px"], axis=1)
        is_gone = moved_px < _STILL_ON_SCREEN_PX
        is_gone |= tracks["unseen_s"] >= _UNSEEN_ON_STROKES_S
        is_unseen = (tracks["life_stage"] == LifeStage.COASTING) & is_gone
        for row in np.flatnonzero(is_unseen).tolist():
            x, y, width, height = tracks["box_px"][row].tolist()
            left, top = max(0, math.floor(x) - 1), max(0, math.floor(y) - 1)
            box = strokes[top : math.ceil(y + height) + 1, left : math.ceil(x + width) + 1]
            if box.size and np.count_nonzero(box) >= _SHARE_ON_STROKES * box.size:
                tracks["life_stage"][row] = LifeStage.ENDED

    def _take_step(self, frame: Frame, registration: Registration) -> None:
        step, camera = self._step_fields, frame.camera
        is_resized = (camera.width_px, camera.height_px) != self._size_px
        step["is_restart"][0] = is_resized or registration.is_restart or frame.is_discontinuous
        step["is_overlay_known"][0] = registration.is_overlay_known
        step["dt_s"][0] = max(seconds_from_microseconds(frame.video_time_us - self._time_us), 0.0)
        step["width_px"][0], step["height_px"][0] = camera.width_px, camera.height_px
        step["homography"][0] = registration.current_from_previous
        step["motion_sigma_px"][0] = (
            math.hypot(
                self.settings.registration_sigma_px,
                self.settings.registration_sigma_ratio * _moved_px(registration, camera),
            )
            if registration.is_valid
            else self.settings.unregistered_sigma_px
        )
        self._size_px = (camera.width_px, camera.height_px)
        self._time_us = frame.video_time_us

    def _take_detections(self, detections: Detections) -> Records:
        n_found, n_tracks = len(detections), int(self._step["n_tracks"][0])
        if n_found > len(self._found):
            self._found = np.zeros(2 * n_found, DETECTION_DTYPE)
        if n_tracks + n_found > len(self._tracks):
            grown = np.zeros(2 * (n_tracks + n_found), TRACK_DTYPE)
            grown[:n_tracks] = self._tracks[:n_tracks]
            self._tracks = grown
        found = self._found[:n_found]
        found["box_px"] = detections.box_px
        found["score"] = detections.score
        found["label"] = self._labels.numbers(detections.label)
        found["detector"] = self._detectors.numbers(detections.detector)
        return found

    def _tell(self, *, is_placed: bool) -> Tracks:
        """Return the tracks; only those that end where no other has a known place."""
        tracks = self._tracks[: self._step["n_tracks"][0]]
        if not is_placed:
            tracks = tracks[tracks["life_stage"] == LifeStage.ENDED]
        state, cov = tracks["state"], tracks["cov"]
        return Tracks.unlocated(
            track_id=tracks["track_id"].copy(),
            box_px=tracks["box_px"].copy(),
            life_stage=tracks["life_stage"].astype(np.uint8),
            existence=tracks["existence"].copy(),
            score=tracks["score"].copy(),
            label=self._labels.names(tracks["label"]),
            detector=self._detectors.names(tracks["detector"]),
            position_cov_px2=cov[:, :2, :2].copy(),
            velocity_px_s=state[:, 2:].copy(),
        )

    def state(self) -> State:
        """Return what is remembered."""
        return {
            "tracks": self._tracks[: self._step["n_tracks"][0]].copy(),
            "step": self._step.copy(),
            "clutter": self._clutter.copy(),
            "labels": self._labels.known,
            "detectors": self._detectors.known,
            "size_px": list(self._size_px),
            "video_time_us": self._time_us,
        }

    def restore(self, state: State) -> None:
        """Go on from what was remembered, as if never interrupted."""
        memory: dict[str, Any] = dict(state)
        n_tracks = len(memory["tracks"])
        self._tracks = np.zeros(max(2 * n_tracks, _FIRST_CAPACITY), TRACK_DTYPE)
        self._tracks[:n_tracks] = memory["tracks"]
        self._step = np.array(memory["step"], STEP_DTYPE)
        self._step_fields = _fields(self._step)
        self._clutter = np.array(memory["clutter"], np.float64)
        self._labels = NameNumbers(memory["labels"])
        self._detectors = NameNumbers(memory["detectors"])
        self._size_px = (memory["size_px"][0], memory["size_px"][1])
        self._time_us = memory["video_time_us"]


def _moved_px(registration: Registration, camera: Camera) -> float:
    """Return how far the middle of the picture moved since the frame before."""
    middle = 0.5 * np.array([camera.width_px, camera.height_px, 2.0])
    x, y, w = registration.current_from_previous @ middle
    return math.hypot(x / w - middle[0], y / w - middle[1])
