"""Footage of known points, or of its own motion, to a calibration of its platform."""

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from plainview import __version__
from plainview.errors import InputError
from plainview.formats import SourceSettings
from plainview.formats.calibration_toml import CalibrationFile, write_calibration
from plainview.formats.known_points import read_picks, read_points
from plainview.formats.settings_toml import RunSettings, read_settings
from plainview.geo import Looks, Things
from plainview.mission.find_calibration import FoundCalibration, find_calibration
from plainview.mission.known_looks import looks_of_picks, place_picks, things_of_points
from plainview.mission.own_motion import OWN_MOTION_SIGMA_FACTOR, OWN_MOTION_TELLS, OwnMotion
from plainview.mission.process import source_settings
from plainview.mission.progress import Progress
from plainview.mission.request import ProcessRequest, describe_input, hash_file
from plainview.mission.terrain import terrain_of
from plainview.mission.view_track import ViewTrack
from plainview.model import Frame

__all__ = ["CalibrateRequest", "calibrate", "calibration_file", "date_of"]

OnProgress = Callable[[Progress], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class CalibrateRequest:
    """What a calibration is made from.

    Args:
        inputs: Footage, consecutive parts of one recording.
        out: The calibration file to write.
        picks: Where known points are seen; None to use the footage's own motion.
        survey: The known points, where the picks only name them.
        settings: A settings file, for the instrument's sigma.
        terrain: A height model, for its own motion over land.
    """

    inputs: tuple[Path, ...]
    out: Path
    picks: Path | None = None
    survey: Path | None = None
    settings: Path | None = None
    terrain: Path | None = None


def calibrate(
    request: CalibrateRequest, *, on_progress: OnProgress | None = None
) -> dict[str, Any]:
    """Make a calibration and write it.

    Args:
        request: From what, and where to.
        on_progress: Is told how far the footage is read.

    Returns:
        What was found, as plain values.

    Raises:
        InputError: The footage, the picks or the settings cannot be used, or the file to write
            is there already.
        MissingMetadataError: The footage does not say how the camera looked.
        GeometryError: The looks tell no bias.
    """
    if request.out.exists():
        raise InputError(
            where=str(request.out),
            what="is there already, and a calibration is not written over.",
            mend="Give a new name.",
        )
    for path in request.inputs:
        describe_input(path)
    material = _material(request, on_progress)
    found = find_calibration(
        material.looks_at,
        material.things,
        camera=material.track.camera,
        where=str(request.picks or request.inputs[0]),
        date=date_of(material.track),
        surface_sigma_m=material.surface_sigma_m,
        tells=material.tells,
        sigma_factor=material.sigma_factor,
    )
    content = calibration_file(
        found, inputs=request.inputs, method=material.method, name=request.out.name
    )
    write_calibration(request.out, content)
    return content.describe() | {"told": [asdict(told) for told in found.estimate.told]}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Material:
    """What a calibration is found in.

    Args:
        looks_at: The looks, with the Views of any lag.
        things: What is looked at.
        track: The Views.
        method: How the looks were had.
        surface_sigma_m: 1-sigma of what the heights of all things have in common.
        tells: What such looks can tell; None means all.
        sigma_factor: By how much errors that go together from look to look widen every sigma.
    """

    looks_at: Callable[[int], Looks]
    things: Things
    track: ViewTrack
    method: str
    surface_sigma_m: float = 0.0
    tells: tuple[str, ...] | None = None
    sigma_factor: float = 1.0


def _material(request: CalibrateRequest, on_progress: OnProgress | None) -> _Material:
    """Read the footage once and return its looks."""
    settings = RunSettings() if request.settings is None else read_settings(request.settings)
    run = ProcessRequest(
        inputs=request.inputs, out=request.out, settings=settings, terrain=request.terrain
    )
    source = _source_settings(run)
    if request.picks is None:
        motion = OwnMotion(settings, terrain=terrain_of(run))
        track = ViewTrack.of_footage(
            request.inputs, settings=source, on_frame=_told(on_progress, motion.add)
        )
        things = motion.things(track)
        return _Material(
            looks_at=lambda lag_us: motion.looks(track, lag_us=lag_us),
            things=things,
            track=track,
            method="own motion",
            surface_sigma_m=motion.surface_sigma_m,
            tells=OWN_MOTION_TELLS,
            sigma_factor=OWN_MOTION_SIGMA_FACTOR,
        )
    points = () if request.survey is None else read_points(request.survey)
    picks = read_picks(request.picks, points=points)
    track = ViewTrack.of_footage(request.inputs, settings=source, on_frame=_told(on_progress))
    placed = place_picks(picks, track)
    return _Material(
        looks_at=lambda lag_us: looks_of_picks(placed, track, lag_us=lag_us),
        things=things_of_points(placed.points),
        track=track,
        method="known points",
    )


def _source_settings(run: ProcessRequest) -> SourceSettings:
    return replace(source_settings(run), is_recorded=False)


def _told(
    on_progress: OnProgress | None, also: Callable[[Frame], None] | None = None
) -> Callable[[Frame], None]:
    """Return what is done with each frame: used, and told of now and then."""
    n_frames = 0

    def on_frame(frame: Frame) -> None:
        nonlocal n_frames
        n_frames += 1
        if also is not None:
            also(frame)
        if on_progress is not None and n_frames % 10 == 0:
            on_progress(Progress(fraction=0.0, n_frames=n_frames, frames_per_s=0.0))

    return on_frame


def date_of(track: ViewTrack) -> str:
    """Return the day of the footage by its own clock, else today, as ISO 8601."""
    known = (view.time_us for view in track.views if view is not None and view.time_us is not None)
    time_us = next(known, None)
    day = dt.datetime.now(dt.UTC)
    if time_us is not None:
        day = dt.datetime.fromtimestamp(time_us / 1e6, dt.UTC)
    return day.date().isoformat()


def calibration_file(
    found: FoundCalibration, *, inputs: tuple[Path, ...], method: str, name: str
) -> CalibrationFile:
    """Return what is written: the biases, what they were made from, and how well they fit."""
    estimate = found.estimate
    return CalibrationFile(
        calibration=found.calibration,
        made={
            "method": method,
            "date": dt.datetime.now(dt.UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "software": f"plainview {__version__}",
            "footage": [{"name": path.name, "sha256": hash_file(path)} for path in inputs],
            "n_looks": estimate.n_looks,
            "n_looks_rejected": estimate.n_rejected,
            "n_things": len(estimate.places),
        },
        residual={
            "before_px": found.before.px,
            "after_px": found.after.px,
            "before_m": found.before.m,
            "after_m": found.after.m,
            "after_over_expected": found.after.ratio,
        },
        not_determined=found.not_determined,
        name=name,
    )
