"""From what a person typed to requests that can run."""

import math
from dataclasses import replace
from pathlib import Path
from typing import Any

from plainview.errors import InputError
from plainview.formats.calibration_toml import read_calibration
from plainview.formats.recognise_inputs import InputsKind, recognise_inputs
from plainview.formats.settings_toml import RunSettings, read_settings
from plainview.formats.turret_toml import read_given_turret
from plainview.mission.request import ProcessRequest
from plainview.mission.turret_option import settings_with_turret

__all__ = ["make_requests"]


def make_requests(
    inputs: tuple[Path, ...],
    *,
    out: Path,
    is_each: bool = False,
    settings_path: Path | None = None,
    calibration_path: Path | None = None,
    turret_name: str | None = None,
    detectors: tuple[str, ...] = (),
    **options: Any,
) -> list[ProcessRequest]:
    """Return one request for all inputs, or one an input.

    Args:
        inputs: The files, or folders.
        out: The mission folder, or the folder that holds one an input.
        is_each: Whether each input is a mission of its own.
        settings_path: A settings file; None means the defaults.
        calibration_path: A calibration of the platform; None where there is none.
        turret_name: A turret of the catalogue, or a turret's file; None where it is not known.
        detectors: Names that replace those of the settings.
        options: Further fields of `ProcessRequest`.

    Raises:
        InputError: The settings, the calibration or the turret cannot be used, two inputs have
            the same name, or start and end are no span of time.
    """
    _check_span(options.get("start_s"), options.get("end_s"))
    settings = RunSettings() if settings_path is None else read_settings(settings_path)
    if detectors:
        settings = replace(settings, detectors=detectors)
    if calibration_path is not None:
        options["calibration"] = read_calibration(calibration_path)
    if turret_name is not None:
        options["turret"] = turret = read_given_turret(turret_name)
        settings = settings_with_turret(settings, turret.spec.navigation)
    if not is_each:
        return [_request(inputs, out=out, settings=settings, **options)]
    if len({path.stem for path in inputs}) < len(inputs):
        raise InputError(
            where=str(out),
            what="would hold two missions of the same name.",
            mend="Give inputs whose names differ, or run them one by one.",
        )
    return [_request((path,), out=out / path.stem, settings=settings, **options) for path in inputs]


def _request(inputs: tuple[Path, ...], **options: Any) -> ProcessRequest:
    """Return a request for what the inputs are by their content."""
    found = recognise_inputs(inputs)
    if options.get("turret") is not None and found.kind is not InputsKind.FOOTAGE:
        raise InputError(
            where="--turret",
            what=f"is for footage, and these are {found.kind.value.replace('_', ' ')}.",
            mend="Leave it out: their poses and lenses come from their own files.",
        )
    return ProcessRequest(inputs=found.paths, kind=found.kind, left_out=found.left_out, **options)


def _check_span(start_s: float | None, end_s: float | None) -> None:
    """Refuse a start and an end between which nothing can lie."""
    for option, value_s in (("--start", start_s), ("--end", end_s)):
        if value_s is not None and not (math.isfinite(value_s) and value_s >= 0.0):
            raise InputError(
                where=option,
                what=f"is {value_s:g}, not a time in the video.",
                mend="Give seconds from the beginning of the video.",
            )
    if end_s is not None and end_s <= (start_s or 0.0):
        raise InputError(
            where="--end",
            what=f"is {end_s:g} s, not after the start ({start_s or 0.0:g} s).",
            mend="Give an end that lies after the start.",
        )
