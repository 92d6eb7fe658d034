"""What stills and clips of raw counts say: kind, pose, temperatures, problems."""

import contextlib
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np

from plainview.formats import InputSource, SourceSettings, open_source
from plainview.formats.frames_parquet import temperature_columns
from plainview.formats.recognise_inputs import InputsKind, RecognisedInputs
from plainview.formats.time_text import stamp_text
from plainview.mission.doctor import DoctorFacts
from plainview.mission.inspect_lines import problem_lines
from plainview.mission.location_check import describe_location
from plainview.model import Event, Frame, View
from plainview.sensing import celsius_text

__all__ = ["inspect_stills", "stills_text"]

_MOST_SHOWN: Final = 20


def inspect_stills(given: Path, found: RecognisedInputs) -> dict[str, Any]:
    """Return what stills or clips say, as `inspect_file` does of footage.

    Args:
        given: What was asked for: a file or a folder.
        found: What it was recognised as.

    Raises:
        InputError: Nothing of it can be read.
    """
    settings = SourceSettings(is_recorded=False, left_out=found.left_out)
    with contextlib.closing(open_source(found.paths, settings=settings)) as source:
        frames = [_describe(unit.frame) for unit in source.units() if unit.frame is not None]
        return {"file": given.name, **_result(found, frames, source)}


def _result(
    found: RecognisedInputs, frames: list[dict[str, Any]], source: InputSource
) -> dict[str, Any]:
    (camera,) = source.cameras
    times = [frame["time_us"] for frame in frames if frame["time_us"] is not None]
    n_located = sum(frame["is_locatable"] for frame in frames)
    location = describe_location(
        np.empty(0),
        angle_convention=next((f["angle_convention"] for f in frames if f["pose_basis"]), None),
        range_kinds=(),
        height_datum=None,
        facts=DoctorFacts(n_located=n_located),
    )
    return {
        "container": found.kind.value,
        "size_bytes": sum(path.stat().st_size for path in found.paths),
        "streams": [asdict(stream) for stream in source.streams],
        "video": {
            "width_px": camera.width_px,
            "height_px": camera.height_px,
            "rate_hz": None,
            "n_pictures": len(frames),
            "duration_s": round(frames[-1]["video_time_us"] / 1e6, 3),
        },
        "metadata": {
            "packets": 0,
            "packets_damaged": 0,
            "first_time_us": min(times, default=None),
            "last_time_us": max(times, default=None),
            "views_located": n_located,
        },
        "pictures": frames,
        "events": [_describe_event(event) for event in source.events()],
        "evidence": [],
        "warnings": [asdict(warning) for warning in source.warnings()],
        "location": location,
    }


def _describe(frame: Frame) -> dict[str, Any]:
    view = frame.view or View()
    return {
        "video_time_us": frame.video_time_us,
        "time_us": view.time_us,
        "n_bits": 8 * frame.pixels.dtype.itemsize,
        "latitude_deg": view.latitude_deg,
        "longitude_deg": view.longitude_deg,
        "height_hae_m": view.height_hae_m,
        "camera_heading_deg": view.camera_heading_deg,
        "camera_elevation_deg": view.camera_elevation_deg,
        "horizontal_fov_deg": view.horizontal_fov_deg,
        "pose_basis": view.pose_basis,
        "angle_convention": view.angle_convention,
        "is_locatable": view.is_locatable,
        **temperature_columns(frame),
    }


def _describe_event(event: Event) -> dict[str, str]:
    return {"kind": event.kind, "what": event.what}


def stills_text(result: dict[str, Any]) -> str:
    """Return the result of `inspect_stills` in lines."""
    frames = result["pictures"]
    lines = [f"{result['file']}: {_kind_text(result)}"]
    lines += [f"  {event['what']}" for event in result["events"]]
    lines.append("pictures")
    lines += [f"  {line}" for line in _picture_lines(frames[:_MOST_SHOWN])]
    if len(frames) > _MOST_SHOWN:
        lines.append(f"  and {len(frames) - _MOST_SHOWN} more; --json has all")
    n_located = result["metadata"]["views_located"]
    lines.append(f"{n_located} of {len(frames)} say their whole pose")
    return "\n".join(lines + problem_lines(result["warnings"]))


def _kind_text(result: dict[str, Any]) -> str:
    video = result["video"]
    kind = "stills" if result["container"] == InputsKind.STILLS else "raw thermal clip"
    return f"{kind}, {video['n_pictures']} pictures of {video['width_px']}x{video['height_px']}"


def _picture_lines(frames: list[dict[str, Any]]) -> Iterator[str]:
    for frame in frames:
        clock = f"{frame['video_time_us'] / 1e6:.3f} s"
        if frame["time_us"] is not None:
            clock = stamp_text(frame["time_us"])
        told = [clock, f"{frame['n_bits']} bits"]
        if frame["latitude_deg"] is not None:
            told.append(f"{frame['latitude_deg']:.6f} {frame['longitude_deg']:.6f}")
        if frame["camera_heading_deg"] is not None:
            told.append(
                f"heading {frame['camera_heading_deg']:.0f}°,"
                f" elevation {frame['camera_elevation_deg']:.0f}°"
            )
        if frame["temperature_min_c"] is not None:
            accuracy = frame["temperature_accuracy_k"]
            told += [
                f"{name} {celsius_text(frame[f'temperature_{part}_c'], accuracy=accuracy)}"
                for name, part in (("coldest", "min"), ("middle", "median"), ("warmest", "max"))
            ]
        yield ", ".join(told)
