"""A jump of the picture that its metadata says, where the pictures alone cannot tell.

Two pictures of the sea look alike from far away, whatever their field of view: one that does
not fit the one before may be a step of the field, or water with too little in it. The metadata
decide. They are not believed alone, for they may repeat a wrong field of view, and they may come
somewhat before or after the picture that they speak of.
"""

from typing import Final, cast

from plainview.model import Frame, State

__all__ = ["ReportedStep"]

_MOST_APART_US: Final = 1_000_000
"""Between the metadata and the picture that they speak of."""


class ReportedStep:
    """Joins what the metadata say of a step with a picture that could not be registered.

    Args:
        most_zoom: Largest change of the field of view between two frames that is a motion.
    """

    def __init__(self, *, most_zoom: float) -> None:
        self._most_zoom = most_zoom
        self._field_deg: float | None = None
        self._source: str | None = None
        self._reason: str | None = None
        self._said_us: int | None = None
        self._lost_us: int | None = None

    def take(self, frame: Frame, *, is_lost: bool) -> str | None:
        """Return why the picture starts anew in this frame; None where it goes on.

        Args:
            frame: The next frame of its camera.
            is_lost: Whether its picture did not fit the one before.
        """
        now_us = frame.video_time_us
        if (reason := self._said(frame)) is not None:
            self._reason, self._said_us = reason, now_us
        self._lost_us = now_us if is_lost else self._lost_us
        said_us, lost_us = self._said_us, self._lost_us
        if said_us is None or lost_us is None or now_us not in {said_us, lost_us}:
            return None
        return self._reason if abs(said_us - lost_us) <= _MOST_APART_US else None

    def forget(self) -> None:
        """The picture has started anew: what was lost or said before is settled."""
        self._said_us = self._lost_us = None

    def _said(self, frame: Frame) -> str | None:
        """Return what step the metadata of a frame say against those before it."""
        view = frame.view
        if view is None:
            return None
        field_deg, before_deg = view.horizontal_fov_deg, self._field_deg
        source, source_before = view.image_source, self._source
        self._field_deg, self._source = field_deg or before_deg, source or source_before
        if source and source_before and source != source_before:
            return "camera switch"
        if not field_deg or not before_deg:
            return None
        is_motion = 1.0 / self._most_zoom <= field_deg / before_deg <= self._most_zoom
        return None if is_motion else "field step"

    def state(self) -> State:
        """Return what is remembered."""
        return {
            "field_deg": self._field_deg,
            "source": self._source,
            "reason": self._reason,
            "said_us": self._said_us,
            "lost_us": self._lost_us,
        }

    def restore(self, state: State) -> None:
        """Go on from what was remembered."""
        self._field_deg = cast("float | None", state["field_deg"])
        self._source = cast("str | None", state["source"])
        self._reason = cast("str | None", state["reason"])
        self._said_us = cast("int | None", state["said_us"])
        self._lost_us = cast("int | None", state["lost_us"])
