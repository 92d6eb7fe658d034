"""A field trial: surveyed points and a flight over them to a calibration and a report."""

import json
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview import __version__
from plainview.errors import GeometryError, InputError
from plainview.formats.calibration_toml import write_calibration
from plainview.formats.known_points import KnownPoint, read_picks, read_points
from plainview.formats.settings_toml import RunSettings, read_settings
from plainview.formats.trial_report import render_trial_report
from plainview.geo import Calibration, calibrated_view
from plainview.mission.calibrate import calibration_file, date_of
from plainview.mission.disk_space import translate_disk_errors
from plainview.mission.find_calibration import FoundCalibration, find_calibration
from plainview.mission.known_looks import (
    PlacedPicks,
    looks_of_picks,
    place_picks,
    things_of_points,
)
from plainview.mission.plan import utc_now_text
from plainview.mission.process import source_settings
from plainview.mission.progress import Progress
from plainview.mission.reader import open_mission
from plainview.mission.request import ProcessRequest, describe_input, hash_file
from plainview.mission.simulated import is_simulated
from plainview.mission.trial_errors import TrialErrors, describe_errors, locate_looks
from plainview.mission.trial_looks import passes_of, picks_of_tracks
from plainview.mission.view_track import ViewTrack, sigma_of_mission
from plainview.model import Frame, View
from plainview.units import microseconds_from_seconds

__all__ = ["TrialRequest", "run_trial"]

OnProgress = Callable[[Progress], None]

SCHEMA_VERSION: Final = 1
_N_FOLDS: Final = 3
_CALIBRATION_NAME: Final = "calibration.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialRequest:
    """What a trial is made from.

    Args:
        survey: The surveyed points (CSV, GPX).
        inputs: A mission folder, or footage.
        out: The folder to make.
        picks: Where the points are seen, for footage; a mission's tracks serve without.
        settings: A settings file, for footage: the instrument's sigma.
    """

    survey: Path
    inputs: tuple[Path, ...]
    out: Path
    picks: Path | None = None
    settings: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Flight:
    """What was flown.

    Args:
        track: The frames with their Views.
        placed: The looks at surveyed points.
        inputs: Name and SHA-256 of what it was read from.
        applied: The calibration that its Views already have; None for none.
        marking: The source's security marking.
        is_simulated: Whether the source says so.
    """

    track: ViewTrack
    placed: PlacedPicks
    inputs: list[dict[str, Any]]
    applied: dict[str, Any] | None = None
    marking: str | None = None
    is_simulated: bool = False


def run_trial(request: TrialRequest, *, on_progress: OnProgress | None = None) -> dict[str, Any]:
    """Make ``trial.json``, ``report.html`` and, where one is found, ``calibration.toml``.

    Returns:
        What ``trial.json`` holds.

    Raises:
        InputError: The survey, the flight, the picks or the folder cannot be used.
        MissingMetadataError: The flight does not say how the camera looked.
        DeviceError: The folder cannot be written.
    """
    if request.out.exists() and (not request.out.is_dir() or any(request.out.iterdir())):
        raise InputError(
            where=str(request.out),
            what="is there already, and is not an empty folder.",
            mend="Give a new folder.",
        )
    points = read_points(request.survey)
    flight = _flight(request, points, on_progress)
    in_pass = passes_of(flight.placed)
    found, why = _found(request, flight)
    document = _document(flight, points, in_pass, found=(found, why))
    content = None
    if found is not None:
        content = calibration_file(found, inputs=(), method="field trial", name=_CALIBRATION_NAME)
        content = replace(content, made=dict(content.made) | {"footage": flight.inputs})
        document["calibration"] = content.describe()
    page = render_trial_report(document)
    with translate_disk_errors(request.out):
        request.out.mkdir(parents=True, exist_ok=True)
        if content is not None:
            write_calibration(request.out / _CALIBRATION_NAME, content)
        (request.out / "trial.json").write_text(json.dumps(document, indent=2), encoding="utf-8")
        (request.out / "report.html").write_text(page, encoding="utf-8")
    return document


def _flight(
    request: TrialRequest, points: tuple[KnownPoint, ...], on_progress: OnProgress | None
) -> _Flight:
    """Read the flight: a mission folder, or footage with picks."""
    if len(request.inputs) == 1 and request.inputs[0].is_dir():
        return _flight_of_mission(request.inputs[0], request, points)
    if request.picks is None:
        raise InputError(
            where="--picks",
            what="is missing: footage alone does not say where the points are seen.",
            mend="Give a CSV file of picks, or a mission folder that `plainview process` made.",
        )
    for path in request.inputs:
        describe_input(path)
    settings = RunSettings() if request.settings is None else read_settings(request.settings)
    run = ProcessRequest(inputs=request.inputs, out=request.out, settings=settings)
    picks = read_picks(request.picks, points=points)
    track = ViewTrack.of_footage(
        request.inputs,
        settings=replace(source_settings(run), is_recorded=False),
        on_frame=_counted(on_progress),
    )
    first = next(view for view in track.views if view is not None)
    return _Flight(
        track=track,
        placed=place_picks(picks, track),
        inputs=[{"name": path.name, "sha256": hash_file(path)} for path in request.inputs],
        marking=first.security_marking,
        is_simulated=is_simulated(first.mission_id),
    )


def _flight_of_mission(
    folder: Path, request: TrialRequest, points: tuple[KnownPoint, ...]
) -> _Flight:
    mission = open_mission(folder)
    track = ViewTrack.of_mission(mission)
    placed = (
        picks_of_tracks(folder, points, track, instrument=sigma_of_mission(mission))
        if request.picks is None
        else place_picks(read_picks(request.picks, points=points), track)
    )
    sources = mission.frames["source_mission_id"].drop_null()
    return _Flight(
        track=track,
        placed=placed,
        inputs=[
            {"name": entry["name"], "sha256": entry.get("sha256")}
            for entry in mission.summary.get("inputs", [])
        ],
        applied=mission.summary.get("settings", {}).get("calibration"),
        marking=mission.summary.get("security_marking"),
        is_simulated=bool(len(sources)) and is_simulated(sources[0].as_py()),
    )


def _counted(on_progress: OnProgress | None) -> Callable[[Frame], None] | None:
    if on_progress is None:
        return None
    n_frames = 0

    def on_frame(_: Frame) -> None:
        nonlocal n_frames
        n_frames += 1
        on_progress(Progress(fraction=0.0, n_frames=n_frames, frames_per_s=0.0))

    return on_frame


def _found(request: TrialRequest, flight: _Flight) -> tuple[FoundCalibration | None, str | None]:
    """Return the calibration that all looks give, or why they give none."""
    if flight.applied is not None:
        return None, "the mission was processed with a calibration; this flight tests that one."
    try:
        return _calibrated_on(flight, flight.placed, where=str(request.survey)), None
    except GeometryError as error:
        return None, f"this flight {error.what} {error.mend}"


def _calibrated_on(flight: _Flight, placed: PlacedPicks, *, where: str) -> FoundCalibration:
    return find_calibration(
        lambda lag_us: looks_of_picks(placed, flight.track, lag_us=lag_us),
        things_of_points(placed.points),
        camera=flight.track.camera,
        where=where,
        date=date_of(flight.track),
    )


def _views(flight: _Flight, calibration: Calibration | None = None) -> list[View | None]:
    """Return the View of each look, as it was sent or with a calibration applied."""
    lag = None if calibration is None else calibration.lag
    lag_us = 0 if lag is None else microseconds_from_seconds(lag.value)
    views = [
        flight.track.view_at(int(time_us), lag_us=lag_us)
        for time_us in flight.placed.video_time_us.tolist()
    ]
    return [None if view is None else calibrated_view(view, calibration) for view in views]


def _errors(
    flight: _Flight, in_pass: npt.NDArray[np.int64], calibration: Calibration | None = None
) -> TrialErrors:
    return locate_looks(
        flight.placed,
        _views(flight, calibration),
        camera=flight.track.camera,
        in_pass=in_pass,
    )


def _held_out(flight: _Flight, in_pass: npt.NDArray[np.int64]) -> TrialErrors | None:
    """Return the errors of looks under calibrations that other passes gave; None of too few.

    The passes go in turn into three parts; each is located with what the other two tell.
    """
    if len(np.unique(in_pass)) < 2 * _N_FOLDS:
        return None
    order = np.argsort(
        [flight.placed.video_time_us[in_pass == n].min() for n in range(in_pass.max() + 1)]
    )
    part_of_pass = np.empty(len(order), np.int64)
    part_of_pass[order] = np.arange(len(order)) % _N_FOLDS
    parts = part_of_pass[in_pass]
    whole = _errors(flight, in_pass)
    off, cov = whole.off_enu_m.copy(), whole.cov_enu_m2.copy()
    for part in range(_N_FOLDS):
        rows = parts == part
        try:
            told = _calibrated_on(flight, flight.placed.select(~rows), where="held out")
        except GeometryError:
            return None
        errors = _errors(flight, in_pass, told.calibration)
        off[rows], cov[rows] = errors.off_enu_m[rows], errors.cov_enu_m2[rows]
    return replace(whole, off_enu_m=off, cov_enu_m2=cov)


def _document(
    flight: _Flight,
    points: tuple[KnownPoint, ...],
    in_pass: npt.NDArray[np.int64],
    *,
    found: tuple[FoundCalibration | None, str | None],
) -> dict[str, Any]:
    """Return the whole trial as plain values."""
    as_sent = _errors(flight, in_pass)
    held_out = None if found[0] is None else _held_out(flight, in_pass)
    seen = {flight.placed.points[number].name for number in flight.placed.point.tolist()}
    return {
        "schema_version": SCHEMA_VERSION,
        "made": utc_now_text(),
        "software": f"plainview {__version__}",
        "security_marking": flight.marking,
        "is_simulated": flight.is_simulated,
        "date": date_of(flight.track),
        "inputs": flight.inputs,
        "points": [_point(point, seen=seen) for point in points],
        "applied_calibration": flight.applied,
        "as_sent": describe_errors(as_sent),
        "calibrated": None if held_out is None else describe_errors(held_out),
        "calibrated_how": "each look located with a calibration that other passes gave"
        if held_out is not None
        else "not told: too few passes to calibrate on some and test on others",
        "calibration": None,
        "no_calibration_because": found[1],
        "scatter": {
            "as_sent": _scatter(as_sent),
            "calibrated": None if held_out is None else _scatter(held_out),
        },
    }


def _point(point: KnownPoint, *, seen: set[str]) -> dict[str, Any]:
    return {
        "name": point.name,
        "latitude_deg": point.latitude_deg,
        "longitude_deg": point.longitude_deg,
        "height_hae_m": round(point.height_hae_m, 3),
        "sigma_m": point.sigma_m,
        "is_seen": point.name in seen,
    }


def _scatter(errors: TrialErrors) -> list[list[float]]:
    """Return east and north of each located look's error, metres."""
    known = errors.off_enu_m[np.isfinite(errors.radial_m)]
    return [[round(float(east), 2), round(float(north), 2)] for east, north, _ in known]
