"""From a journal to the public files of a mission folder."""

import json
import os
import shutil
from pathlib import Path
from typing import Any, Final

import pyarrow as pa
import pyarrow.compute as pc

from plainview.formats.cot import SensorPoint, write_cot
from plainview.formats.fragmented_video import concatenate_parts
from plainview.formats.frames_parquet import write_frames_parquet
from plainview.formats.geojson import write_geojson
from plainview.formats.geopackage import write_geopackage
from plainview.formats.gpx import write_gpx
from plainview.formats.kml import write_kml
from plainview.formats.raw_video import join_raw_parts
from plainview.formats.report import write_report
from plainview.formats.tracks_parquet import write_tracks_parquet
from plainview.mission.clock_watch import check_mission_clock
from plainview.mission.frame_facts import read_frame_facts
from plainview.mission.journal import Journal
from plainview.mission.journal_tables import (
    in_time_order,
    journal_frames,
    journal_tracks,
    last_time_us,
)
from plainview.mission.lag_watch import find_lags
from plainview.mission.live_recorder import recordings_in
from plainview.mission.memory import give_back_memory
from plainview.mission.mission_json import mission_summary
from plainview.mission.product_inputs import ProductInputs
from plainview.mission.proposed_corrections import propose_corrections
from plainview.mission.report_data import report_data
from plainview.mission.track_tally import TrackTally
from plainview.mission.video_sink import VIDEO_KINDS, video_stem

__all__ = ["make_products"]

_FRAME_COLUMNS: Final = (
    *("camera", "frame_index", "video_time_us", "time_us", "view_method"),
    *("sensor_latitude_deg", "sensor_longitude_deg", "sensor_height_hae_m"),
    *("camera_heading_deg", "slant_range_kind", "angle_convention", "surface"),
    *("frame_center_latitude_deg", "frame_center_longitude_deg", "frame_center_height_hae_m"),
    *("reported_frame_center_latitude_deg", "reported_frame_center_longitude_deg"),
    *("is_restart", "restart_reason", "n_detections", "security_marking", "core_identifier"),
    *("image_source", "time_basis"),
)
"""What summary, maps and events need of each frame."""


def make_products(made: ProductInputs) -> Path:
    """Make every public file in a folder of the journal and return that folder.

    The tables pass by a row group at a time; what the other files need of them is counted and
    thinned meanwhile, or read back, so that memory does not go with the length of the mission.
    """
    folder = made.journal.folder / "products"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir()
    give_back_memory()
    summary = _write_data(folder, made)
    for path in (*recordings_in(made.journal.folder), *made.beside):
        _take(path, folder)
    for camera in made.cameras:
        for stem in (video_stem(kind, camera.name) for kind in VIDEO_KINDS):
            concatenate_parts(made.journal.parts(stem, ".mp4"), folder / f"{stem}.mp4")
        raw_parts = made.journal.parts(f"raw-{camera.name}", ".mkv")
        join_raw_parts(raw_parts, folder, camera=camera.name)
    give_back_memory()
    written = {path.name for path in folder.iterdir()}
    summary["products"] = sorted(written | {"report.html", "mission.json"})
    data = report_data(folder, summary=summary, thumbnails=made.thumbnails)
    write_report(folder / "report.html", data)
    (folder / "mission.json").write_text(json.dumps(summary, indent=2), encoding="utf-8")
    return folder


def _write_data(folder: Path, made: ProductInputs) -> dict[str, Any]:
    """Write tables, maps and events; return the summary."""
    is_merged = made.live is not None and len(made.cameras) > 1
    frames, tracks = _write_tables(folder, made.journal, is_merged=is_merged)
    give_back_memory()
    lags = find_lags(
        folder / "frames.parquet",
        made.cameras,
        applied_s=made.request.settings.metadata_lag_s,
    )
    clock = check_mission_clock(
        folder / "frames.parquet",
        tracks.thinning.histories(),
        inputs=made.request.inputs,
        ais=made.request.ais,
    )
    biases = propose_corrections(
        folder, made.cameras, settings=made.request.settings, ais=made.request.ais
    )
    summary = mission_summary(made, (frames, tracks), clocks=(lags, clock))
    summary["location"] |= biases
    _write_maps(folder, (frames, tracks), summary)
    _write_events(
        folder / "events.jsonl", made.journal, frames, is_camera_said=len(made.cameras) > 1
    )
    return summary


def _write_tables(
    folder: Path, journal: Journal, *, is_merged: bool
) -> tuple[pa.Table, TrackTally]:
    """Write both tables; return what is known of each frame and what was counted of tracks.

    Args:
        folder: Where to.
        journal: What holds them.
        is_merged: Whether they are of several cameras that did not wait for each other.
    """
    ordered = in_time_order if is_merged else iter
    write_frames_parquet(folder / "frames.parquet", ordered(journal_frames(journal)))
    frames = read_frame_facts(folder / "frames.parquet", _FRAME_COLUMNS)
    give_back_memory()
    tally = TrackTally(frames)
    tracks = journal_tracks(journal, last_frame_us=last_time_us(frames))
    write_tracks_parquet(folder / "tracks.parquet", tally.counted(ordered(tracks)))
    return frames, tally


def _take(path: Path, folder: Path) -> None:
    """Put a file among the products without copying it; the journal keeps it as well."""
    try:
        os.link(path, folder / path.name)
    except OSError:
        shutil.copyfile(path, folder / path.name)


def _write_maps(folder: Path, tables: tuple[pa.Table, TrackTally], summary: dict[str, Any]) -> None:
    frames, tracks = tables
    histories = tracks.thinning.histories()
    source = {name: summary[name] for name in ("mission_id", "state", "security_marking")}
    write_geojson(folder / "tracks.geojson", histories, mission=source)
    write_kml(folder / "tracks.kml", histories, mission=source)
    write_gpx(folder / "tracks.gpx", histories, mission=source)
    write_geopackage(folder / "tracks.gpkg", histories, mission=source)
    write_cot(
        folder / "tracks.cot",
        histories,
        mission=source,
        sensor_point=_sensor_point(frames),
    )


def _sensor_point(frames: pa.Table) -> SensorPoint | None:
    """Return where the camera looked last; None where that is never known with its UTC."""
    known = frames.filter(
        pc.and_(pc.is_valid(frames["time_us"]), pc.is_valid(frames["frame_center_latitude_deg"]))
    )
    if not len(known):
        return None
    row = known.slice(len(known) - 1, 1).to_pylist()[0]
    return SensorPoint(
        time_us=row["time_us"],
        latitude_deg=row["frame_center_latitude_deg"],
        longitude_deg=row["frame_center_longitude_deg"],
        height_hae_m=row["frame_center_height_hae_m"],
    )


def _write_events(path: Path, journal: Journal, frames: pa.Table, *, is_camera_said: bool) -> None:
    """Write the source's events and the restarts of the picture, in the video's order."""
    events = journal.events()
    restarts = frames.filter(pc.and_(frames["is_restart"], pc.greater(frames["frame_index"], 0)))
    names = ["camera", "video_time_us", "time_us", "restart_reason"]
    for row in restarts.select(names).to_pylist():
        camera = row.pop("camera")
        details = {"camera": camera} if is_camera_said else {}
        reason = row.pop("restart_reason") or "the picture is unrelated to the one before"
        what = f"The picture starts anew ({reason}); tracks before it have ended."
        events.append({"kind": "picture_restart", "what": what, **row, "details": details})
    events.sort(key=lambda event: event["video_time_us"] or 0)
    path.write_text("".join(json.dumps(event) + "\n" for event in events), encoding="utf-8")
