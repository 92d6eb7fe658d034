"""What a log without a picture says: when, where, how it moved, and what is wrong with it."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview.formats.read_log import LogKind, LogRead, read_log
from plainview.formats.sidecar import Sidecar
from plainview.formats.time_text import stamp_text
from plainview.misb.motion_tally import MotionTally
from plainview.misb.timed_view import TimedView
from plainview.mission.inspect_health_text import motion_lines
from plainview.mission.inspect_lines import aligned_lines, problem_lines
from plainview.model import ShipReports

__all__ = ["describe_sidecar", "inspect_log", "log_text", "sidecar_lines"]

Array = npt.NDArray[np.float64]
Lines = Iterator[tuple[str, str]]

_USES: Final = {
    LogKind.CAPTIONS: "`plainview process VIDEO` takes it where it has the video's name",
    LogKind.POSE_TABLE: "`plainview process VIDEO` takes it where it has the video's name",
    LogKind.TELEMETRY: "`plainview process VIDEO` takes it where it has the video's name and"
    " `[sidecar] video_start_utc` is known",
    LogKind.SHIPS: "`inspect VIDEO --ais LOG` and `process VIDEO --ais LOG` test the clock and the"
    " bearing by it",
}


def inspect_log(path: Path, kind: LogKind) -> dict[str, Any]:
    """Return what a log says, as `inspect_file` does of footage.

    Args:
        path: The file.
        kind: What it is.

    Raises:
        InputError: It cannot be read.
        FormatError: It holds nothing of what it should.
    """
    log = read_log(path, kind)
    ships = log.ships
    poses = _describe_poses(log.views) if ships is None else None
    times = _utc_span(log) if ships is None else (ships.time_us.min(), ships.time_us.max())
    return {
        "file": path.name,
        "container": str(kind),
        "size_bytes": path.stat().st_size,
        "streams": [],
        "video": None,
        "metadata": {
            "packets": log.n_records,
            "packets_damaged": log.n_damaged,
            "first_time_us": None if times[0] is None else int(times[0]),
            "last_time_us": None if times[1] is None else int(times[1]),
        },
        "log": {"what": log.what, "use": _USES[kind], "local_time": log.local_time},
        "poses": poses,
        "ships": None if ships is None else _describe_ships(ships),
        "evidence": [],
        "warnings": [asdict(warning) for warning in log.warnings],
    }


def describe_sidecar(sidecar: Sidecar) -> dict[str, Any]:
    """Return what stands beside a video as JSON holds it."""
    return {
        "file": sidecar.name or None,
        "what": sidecar.kind or None,
        "records": sidecar.n_records,
        "records_damaged": sidecar.n_damaged,
        "poses": _describe_poses(sidecar.views) if sidecar.views else None,
        "events": [{"kind": event.kind, "what": event.what} for event in sidecar.events],
        "warnings": [asdict(warning) for warning in sidecar.warnings],
    }


def _describe_poses(timed: Sequence[TimedView]) -> dict[str, Any]:
    """Return when and where a log's poses are, what they say, and how they move."""
    views = [each.view for each in timed]
    columns = {
        "latitude_deg": _column([view.latitude_deg for view in views]),
        "longitude_deg": _column([view.longitude_deg for view in views]),
        "height_m": _column([view.height_hae_m for view in views]),
        "heading_deg": _column([view.platform_heading_deg for view in views]),
    }
    times_us = np.array([-1 if t.video_time_us is None else t.video_time_us for t in timed])
    tally = MotionTally()
    if views:
        tally.add(times_us.astype(np.int64), columns)
    known_us = times_us[times_us >= 0]
    return {
        "n": len(views),
        "duration_s": round(float(np.ptp(known_us)) / 1e6, 3) if len(known_us) else None,
        "with_place": int(np.isfinite(columns["latitude_deg"] + columns["longitude_deg"]).sum()),
        "with_height": int(np.isfinite(columns["height_m"]).sum()),
        "with_line_of_sight": sum(view.camera_heading_deg is not None for view in views),
        "with_field_of_view": sum(view.horizontal_fov_deg is not None for view in views),
        "latitude_deg": _span(columns["latitude_deg"]),
        "longitude_deg": _span(columns["longitude_deg"]),
        "height_hae_m": _span(columns["height_m"]),
        "motion": tally.describe(),
    }


def _describe_ships(ships: ShipReports) -> dict[str, Any]:
    """Return which ships report, where, and how fast they go."""
    known = ships.speed_m_s[np.isfinite(ships.speed_m_s)]
    return {
        "n": len(ships.each_mmsi),
        "named": len(ships.ships),
        "reports": len(ships),
        "latitude_deg": _span(ships.latitude_deg),
        "longitude_deg": _span(ships.longitude_deg),
        "fastest_m_s": round(float(known.max()), 1) if len(known) else None,
    }


def _column(values: Sequence[float | None]) -> Array:
    return np.array([np.nan if value is None else value for value in values], np.float64)


def _span(values: Array) -> list[float] | None:
    known = values[np.isfinite(values)]
    return [round(float(known.min()), 7), round(float(known.max()), 7)] if len(known) else None


def _utc_span(log: LogRead) -> tuple[int | None, int | None]:
    known = [each.time_us for each in log.views if each.time_us is not None]
    return min(known, default=None), max(known, default=None)


def log_text(result: dict[str, Any]) -> str:
    """Return the result of `inspect_log` in lines."""
    metadata = result["metadata"]
    lines = [f"{result['file']}: {result['log']['what']}"]
    told = [("records", f"{metadata['packets']}, {metadata['packets_damaged']} of them left out")]
    local = result["log"]["local_time"]
    if metadata["first_time_us"] is None:
        clock = "" if local is None else f"; its own clock, in a zone that is not said: {local}"
        told.append(("time", f"UTC not known{clock}"))
    else:
        span = (stamp_text(metadata[name]) for name in ("first_time_us", "last_time_us"))
        told.append(("time", " to ".join(span)))
    if result["poses"] is not None:
        told += _pose_lines(result["poses"])
    if result["ships"] is not None:
        told += _ship_lines(result["ships"])
    told.append(("use", result["log"]["use"]))
    lines += aligned_lines("log", told) + problem_lines(result["warnings"])
    return "\n".join(lines)


def sidecar_lines(sidecar: dict[str, Any] | None) -> Lines:
    """Yield a name and what it is, of what `describe_sidecar` returns."""
    if sidecar is None:
        return
    for event in sidecar["events"]:
        yield "", event["what"]
    if sidecar["poses"] is not None:
        yield from _pose_lines(sidecar["poses"])
    for warning in sidecar["warnings"]:
        yield "", f"{warning['what']} {warning['mend']}"


def _pose_lines(poses: dict[str, Any]) -> Lines:
    length = "" if poses["duration_s"] is None else f" over {poses['duration_s']:.1f} s"
    yield "poses", f"{poses['n']}{length}"
    parts = {
        "place": poses["with_place"],
        "height": poses["with_height"],
        "line of sight": poses["with_line_of_sight"],
        "field of view": poses["with_field_of_view"],
    }
    whole = [name for name, n in parts.items() if n == poses["n"]]
    some = [f"{name} in {n}" for name, n in parts.items() if 0 < n < poses["n"]]
    never = [name for name, n in parts.items() if not n]
    if whole or some:
        yield "they say", ", ".join(whole + some)
    if never:
        yield "never", ", ".join(never)
    yield from _place_lines(poses)
    if poses["height_hae_m"] is not None:
        low, high = poses["height_hae_m"]
        yield "height", f"{low:.0f} to {high:.0f} m above the ellipsoid"
    yield from motion_lines(poses["motion"])


def _ship_lines(ships: dict[str, Any]) -> Lines:
    yield "ships", f"{ships['n']} in {ships['reports']} reports, {ships['named']} with a name"
    yield from _place_lines(ships)
    if ships["fastest_m_s"] is not None:
        yield "fastest", f"{ships['fastest_m_s']:.1f} m/s"


def _place_lines(where: dict[str, Any]) -> Lines:
    if where["latitude_deg"] is None or where["longitude_deg"] is None:
        return
    (south, north), (west, east) = where["latitude_deg"], where["longitude_deg"]
    yield "latitude", f"{south:.6f} to {north:.6f} degrees"
    yield "longitude", f"{west:.6f} to {east:.6f} degrees"
