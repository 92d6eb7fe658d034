"""An observation: one frame and everything that the stages said about it."""

from dataclasses import dataclass

from plainview.model.detections import Detections
from plainview.model.frame import Frame
from plainview.model.registration import Registration
from plainview.model.tracks import LifeStage, Tracks

__all__ = ["Observation"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Observation:
    """One frame, how it moved, what was found in it and what it belongs to.

    Args:
        frame: The frame.
        registration: How the background moved since the frame before.
        detections: What the detectors found.
        all_tracks: Every track, tentative and ended ones too; where the registration is in
            doubt, only those that end.
    """

    frame: Frame
    registration: Registration
    detections: Detections
    all_tracks: Tracks

    @property
    def tracks(self) -> Tracks:
        """The tracks that are believed: confirmed and coasting."""
        stage = self.all_tracks.life_stage
        return self.all_tracks.select(
            (stage == LifeStage.CONFIRMED) | (stage == LifeStage.COASTING)
        )
