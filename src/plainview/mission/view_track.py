"""The Views of a recording along its clock, so that they can be asked for with another lag."""

import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Final, Self

import numpy as np
import pyarrow as pa

from plainview.errors import InputError, MissingMetadataError
from plainview.formats import SourceSettings, open_source
from plainview.formats.frames_parquet import VIEW_NUMBERS
from plainview.formats.settings_toml import RunSettings, settings_from_mapping
from plainview.formats.source_camera import FIRST_CAMERA
from plainview.geo import CalibratedPart, Calibration, assumed_view_sigma
from plainview.misb.timed_view import TimedView
from plainview.misb.timeline import Timeline
from plainview.mission.reader import Mission
from plainview.mission.summary import camera_from_summary
from plainview.model import Camera, Frame, PoseBasis, Sigma, TimeBasis, View, ViewSigma
from plainview.units import seconds_from_microseconds

__all__ = ["VIEW_COLUMNS", "ViewTrack", "sigma_of_mission", "view_of_row"]

_KEPT_S: Final = 1e9
_COPIED_COLUMNS: Final = (
    *(name for name in VIEW_NUMBERS if name != "slant_range_m"),
    *("angle_convention", "time_us"),
)
_SENSOR_COLUMNS: Final = {
    "sensor_latitude_deg": "latitude_deg",
    "sensor_longitude_deg": "longitude_deg",
    "sensor_height_hae_m": "height_hae_m",
    "sensor_altitude_msl_m": "altitude_msl_m",
}


VIEW_COLUMNS: Final = (
    *("camera", "video_time_us", "pose_basis", "time_basis"),
    *_SENSOR_COLUMNS,
    *_COPIED_COLUMNS,
)
"""Of ``frames.parquet``: all that `view_of_row` needs."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ViewTrack:
    """The frames of one camera, each with its View where it is known.

    Args:
        camera: The camera.
        video_time_us: (n,) of each frame, rising.
        views: (n,) of each frame; None where nothing is known.
        timeline: The same Views, to be asked for at any instant.
    """

    camera: Camera
    video_time_us: np.ndarray
    views: tuple[View | None, ...]
    timeline: Timeline

    @classmethod
    def of(cls, camera: Camera, times_us: Sequence[int], views: Sequence[View | None]) -> Self:
        """Return the track of frames with their Views."""
        timeline = Timeline(kept_s=_KEPT_S)
        for time_us, view in zip(times_us, views, strict=True):
            if view is not None:
                timeline.add(TimedView(video_time_us=int(time_us), time_us=view.time_us, view=view))
        return cls(
            camera=camera,
            video_time_us=np.array(times_us, np.int64),
            views=tuple(views),
            timeline=timeline,
        )

    @classmethod
    def of_footage(
        cls,
        inputs: Sequence[Path],
        *,
        settings: SourceSettings,
        on_frame: Callable[[Frame], None] | None = None,
    ) -> Self:
        """Read the Views of footage; every picture of it is decoded once.

        Args:
            inputs: Consecutive parts of one recording.
            settings: How it is read.
            on_frame: Is given each frame as it comes.

        Raises:
            InputError: An input cannot be read.
            MissingMetadataError: No frame has a View that locates.
        """
        times_us: list[int] = []
        views: list[View | None] = []
        source = open_source(inputs, settings=replace(settings, cameras=(FIRST_CAMERA,)))
        with contextlib.closing(source):
            for unit in source.units():
                if unit.frame is None:
                    continue
                times_us.append(unit.frame.video_time_us)
                views.append(unit.frame.view)
                if on_frame is not None:
                    on_frame(unit.frame)
            camera = source.cameras[0]
        track = cls.of(camera, times_us, views)
        track.check(", ".join(str(path) for path in inputs))
        return track

    @classmethod
    def of_mission(cls, mission: Mission) -> Self:
        """Return the Views of a processed mission, with the sigma of its settings.

        Raises:
            MissingMetadataError: No frame has a View that locates.
        """
        entry = mission.summary["cameras"][0]
        camera = camera_from_summary(entry)
        rows = _rows_of(mission.frames, camera.name)
        instrument = sigma_of_mission(mission)
        applied = _calibration_of_mission(mission)
        views = [view_of_row(row, instrument=instrument) for row in rows]
        track = cls.of(
            camera,
            [row["video_time_us"] for row in rows],
            [_as_sure_as(view, applied) for view in views],
        )
        track.check(str(mission.path))
        return track

    def check(self, where: str) -> None:
        """Refuse a recording none of whose frames can locate."""
        if not any(view is not None and view.is_locatable for view in self.views):
            raise MissingMetadataError(
                where=where,
                what="no frame says where the camera was and how it looked.",
                mend="`plainview inspect` says what its metadata lacks; give other footage.",
            )

    def time_of_frame(self, frame_index: int, *, where: str) -> int:
        """Return the video time of a frame.

        Raises:
            InputError: There is no such frame.
        """
        if frame_index >= len(self.video_time_us):
            raise InputError(
                where=where,
                what=f"names frame {frame_index}, and there are {len(self.video_time_us)}.",
                mend="Count frames from 0, in the order of the video.",
            )
        return int(self.video_time_us[frame_index])

    def time_near(self, video_time_s: float, *, where: str) -> int:
        """Return the video time of the frame that is nearest to an instant.

        Raises:
            InputError: The instant lies beyond the video.
        """
        at_us = round(1e6 * video_time_s)
        nearest = int(self.video_time_us[np.argmin(np.abs(self.video_time_us - at_us))])
        if abs(nearest - at_us) > 1_000_000:
            end_s = seconds_from_microseconds(int(self.video_time_us[-1]))
            raise InputError(
                where=where,
                what=f"names {video_time_s:g} s, and the video ends at {end_s:.3f} s.",
                mend="Count from the start of the video, in seconds.",
            )
        return nearest

    def view_at(self, video_time_us: int, *, lag_us: int = 0) -> View | None:
        """Return the View of a picture whose metadata comes late by a lag; None if not known."""
        view = self.timeline.view_at(video_time_us + lag_us)
        return view if view is not None and view.is_locatable and view.sigma is not None else None


def _rows_of(frames: pa.Table, camera: str) -> list[dict[str, Any]]:
    table = frames.select(VIEW_COLUMNS)
    return [row for row in table.to_pylist() if row["camera"] == camera]


def view_of_row(row: dict[str, Any], *, instrument: ViewSigma | None) -> View | None:
    """Return the View of a row of ``frames.parquet``; None where its pose is not known.

    Args:
        row: Its columns by name.
        instrument: The 1-sigma of the turret; None takes what is assumed.
    """
    if row["pose_basis"] is None:
        return None
    basis = PoseBasis(row["pose_basis"])
    return View(
        **{name: row[name] for name in _COPIED_COLUMNS},
        **{ours: row[name] for name, ours in _SENSOR_COLUMNS.items()},
        time_basis=None if row["time_basis"] is None else TimeBasis(row["time_basis"]),
        pose_basis=basis,
        sigma=_completed(instrument, basis),
    )


def _completed(instrument: ViewSigma | None, basis: PoseBasis) -> ViewSigma:
    """Return the instrument's sigma, the parts that it leaves out assumed."""
    assumed = assumed_view_sigma(basis)
    if instrument is None:
        return assumed
    missing = {
        entry.name: getattr(assumed, entry.name)
        for entry in fields(ViewSigma)
        if getattr(instrument, entry.name) is None
    }
    return replace(instrument, **missing)


def _as_sure_as(view: View | None, applied: Calibration | None) -> View | None:
    """Return a View whose angles were calibrated with the sigma that this gave it."""
    if view is None or view.sigma is None or applied is None:
        return view
    sigma = applied.at_field(view).sigma(view.sigma, view.pose_basis)
    if applied.lag is not None:
        sigma = replace(sigma, time_s=Sigma(own=sigma.time_s.own, shared=applied.lag.sigma))
    return replace(view, sigma=sigma)


def _calibration_of_mission(mission: Mission) -> Calibration | None:
    """Return the calibration that a mission was processed with; None where there was none."""
    kept = mission.summary.get("settings", {}).get("calibration")
    if not kept:
        return None
    return Calibration(
        parts={name: CalibratedPart(**part) for name, part in kept["biases"].items()},
        horizontal_fov_deg=kept.get("field_of_view", {}).get("horizontal_deg"),
    )


def sigma_of_mission(mission: Mission) -> ViewSigma | None:
    """Return the 1-sigma of the turret that a mission's settings stated; None if assumed."""
    return _settings_of(mission).instrument


def _settings_of(mission: Mission) -> RunSettings:
    kept = mission.summary.get("settings", {})
    tables = {name: kept[name] for name in ("instrument", "surface") if kept.get(name)}
    return settings_from_mapping(tables, where=f"{mission.path}, mission.json, settings")
