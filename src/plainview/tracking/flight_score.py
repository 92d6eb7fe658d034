"""A flight against its truth: detection, false alarms, continuity, place, sight and time."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from plainview.tracking.score_alarms import FalseAlarms, score_false_alarms
from plainview.tracking.score_continuity import ContinuityScore, score_continuity
from plainview.tracking.score_detection import DetectionScore, score_detection
from plainview.tracking.score_frames import FrameRows
from plainview.tracking.score_match import MatchedRows
from plainview.tracking.score_position import PositionScore, score_position
from plainview.tracking.score_sight import (
    SensorPlaceError,
    SightError,
    score_sensor_place,
    score_sight,
)
from plainview.tracking.score_tables import Columns, ScoreRules
from plainview.tracking.score_time_on_target import TimeOnTarget, score_time_on_target
from plainview.tracking.sightings import Sightings

__all__ = ["Flight", "FlightScore"]

_NO_POSE: Final = "no frame has both a true and a reported one"
_NO_RANGE: Final = "no frame with a thing in it has a true place of the camera and of the thing"


@dataclass(frozen=True, slots=True, kw_only=True)
class FlightScore:
    """The parts of the score of one camera, or of all together.

    Args:
        detection: How probably things are detected, by range and signal.
        false_alarms: How often nothing was taken for something.
        continuity: How long one track stays on one thing.
        position: Errors of places, by range and look angle, and whether they were stated.
        line_of_sight: Reported against true; None where not known, as the next two.
        sensor_position: Likewise.
        time_on_target: How long things lay in the picture.
        not_scored: Part, or key of a part, to why it is None.
    """

    detection: DetectionScore
    false_alarms: FalseAlarms
    continuity: ContinuityScore
    position: PositionScore
    line_of_sight: SightError | None
    sensor_position: SensorPlaceError | None
    time_on_target: TimeOnTarget | None
    not_scored: dict[str, str]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Flight:
    """What a flight is scored from.

    Args:
        sightings: Each true thing in each frame.
        frames: Of the mission.
        false_tracks: Camera and identity of each.
        sizes_px: Width and height of each camera's picture, where known.
        has_true_frames: Whether there is a table of the true cameras.
        rules: What counts.
    """

    sightings: Sightings
    frames: FrameRows
    false_tracks: tuple[tuple[str, int], ...]
    sizes_px: Mapping[str, tuple[int, int]]
    has_true_frames: bool
    rules: ScoreRules

    @classmethod
    def of(
        cls,
        matched: MatchedRows,
        *,
        frames: Columns,
        true_frames: Columns | None,
        sizes_px: Mapping[str, tuple[int, int]],
        rules: ScoreRules,
    ) -> "Flight":
        """Join matched rows with the mission's frames.

        Args:
            matched: Tracks and truth.
            frames: Columns of ``frames.parquet`` by name; at least ``camera``, ``frame_index``
                and ``video_time_us``.
            true_frames: Of ``truth_frames.parquet``; None where it is not there.
            sizes_px: Width and height of each camera's picture, where known.
            rules: What counts.
        """
        rows = FrameRows.from_columns(frames, truth=true_frames)
        return cls(
            sightings=Sightings.of(matched, rows),
            frames=rows,
            false_tracks=matched.kinds.false,
            sizes_px=sizes_px,
            has_true_frames=true_frames is not None,
            rules=rules,
        )

    @property
    def cameras(self) -> tuple[str, ...]:
        """The cameras that have frames, by name."""
        return tuple(sorted(set(self.frames.camera)))

    def score(self, camera: str | None = None) -> FlightScore:
        """Return the score of one camera; of all together where it is None."""
        seen = self.sightings if camera is None else self.sightings.of_camera(camera)
        sight = score_sight(self.frames, camera=camera)
        place = score_sensor_place(self.frames, camera=camera)
        time = score_time_on_target(seen, self.frames, camera=camera, sizes_px=self.sizes_px)
        return FlightScore(
            detection=score_detection(seen, rules=self.rules),
            false_alarms=score_false_alarms(self.false_tracks, self.frames, camera=camera),
            continuity=score_continuity(seen, rules=self.rules),
            position=score_position(seen),
            line_of_sight=sight,
            sensor_position=place,
            time_on_target=time,
            not_scored=self._reasons(seen, sight=sight, place=place, time=time),
        )

    def _reasons(
        self,
        seen: Sightings,
        *,
        sight: SightError | None,
        place: SensorPlaceError | None,
        time: TimeOnTarget | None,
    ) -> dict[str, str]:
        """Return why which parts are None; an empty table needs no reason."""
        no_truth = None if self.has_true_frames else "truth_frames.parquet is not there"
        reasons = {}
        if len(seen) and np.all(np.isnan(seen.range_m)):
            for part in ("detection.by_range_m", "position.by_range", "position.by_depression"):
                reasons[part] = no_truth or _NO_RANGE
        if len(seen) and np.all(np.isnan(seen.signal_to_noise)):
            reasons["detection.by_signal_to_noise"] = "the truth says no signal_to_noise"
        if sight is None:
            reasons["line_of_sight"] = no_truth or _NO_POSE
        elif sight.stated_rms_mrad is None:
            reasons["line_of_sight.stated_rms_mrad"] = "frames.parquet states no 1-sigma of it"
        if place is None:
            reasons["sensor_position"] = no_truth or _NO_POSE
        if time is None:
            reasons["time_on_target"] = "the frames have no duration"
        elif any(thing.middle_third_share is None for thing in time.each):
            reasons["time_on_target.middle_third_share"] = "mission.json lacks a picture's size"
        if time is None:
            reasons["false_alarms.per_hour"] = "the frames have no duration"
        return reasons
