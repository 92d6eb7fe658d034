"""From a journal to the public files of a mission folder."""

import json
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
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
from plainview.formats.recognise_inputs import InputsKind
from plainview.formats.report import write_report
from plainview.formats.tracks_parquet import write_tracks_parquet
from plainview.misb import ConventionVerdict
from plainview.misb.clock_check import ClockVerdict
from plainview.mission.clock_watch import check_mission_clock, clock_warnings, describe_clock
from plainview.mission.consistency_verdict import (
    Consistency,
    consistency_warnings,
    contradictions_of,
    describe_consistency,
)
from plainview.mission.frame_facts import read_frame_facts
from plainview.mission.journal import Journal
from plainview.mission.journal_tables import (
    in_time_order,
    journal_frames,
    journal_tracks,
    last_time_us,
)
from plainview.mission.lag_watch import FoundLag, describe_lags, find_lags, lag_warnings
from plainview.mission.live_facts import LiveFacts
from plainview.mission.live_recorder import recordings_in
from plainview.mission.location_check import location_summary
from plainview.mission.memory import give_back_memory
from plainview.mission.plan import utc_now_text
from plainview.mission.proposed_corrections import propose_corrections
from plainview.mission.report_data import report_data
from plainview.mission.request import ProcessRequest
from plainview.mission.result_warnings import result_warnings
from plainview.mission.source_health import describe_source_health
from plainview.mission.summary import (
    count_results,
    describe_bounds,
    describe_camera,
    describe_camera_streams,
    describe_segments,
    describe_stream,
    describe_warning,
)
from plainview.mission.track_tally import TrackTally
from plainview.mission.video_sink import VIDEO_KINDS, video_stem
from plainview.model import Camera, CountedWarning, StreamInfo

__all__ = ["ProductInputs", "make_products"]

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ProductInputs:
    """What the run knows that its journal does not.

    Args:
        request: What was asked.
        journal: What was written while it ran.
        plan: What the mission is.
        state: ``complete`` or ``incomplete``.
        input_sha256: Of each input.
        cameras: The cameras.
        streams: The streams of the source.
        warnings: What went wrong, counted.
        n_packets: KLV packets, and how many of them were damaged.
        evidence: Items of the source that plainview never sets.
        thumbnails: A picture of each track as JPEG.
        timings_s: Where the time went.
        verdict: How the metadata were to be read; None where there are none.
        consistency: Whether the mission's numbers fit each other, a camera each.
        live: ``live`` of the summary, and counts of a live run; None for footage.
        counts: What the source counts besides.
        beside: Finished files of the journal that lie beside the tables, such as the truth.
    """

    request: ProcessRequest
    journal: Journal
    plan: dict[str, Any]
    state: str
    input_sha256: tuple[str, ...]
    cameras: tuple[Camera, ...]
    streams: tuple[StreamInfo, ...]
    warnings: tuple[CountedWarning, ...]
    n_packets: tuple[int, int]
    evidence: list[dict[str, Any]]
    thumbnails: dict[int, bytes]
    timings_s: dict[str, float]
    verdict: ConventionVerdict | None = None
    consistency: tuple[Consistency, ...] = ()
    live: LiveFacts | None = None
    counts: Mapping[str, int] = field(default_factory=dict)
    beside: tuple[Path, ...] = ()


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
    summary = _summary(made, (frames, tracks), clocks=(lags, clock))
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


def _summary(
    made: ProductInputs,
    tables: tuple[pa.Table, TrackTally],
    *,
    clocks: tuple[list[FoundLag], ClockVerdict],
) -> dict[str, Any]:
    (frames, tracks), (lags, clock) = tables, clocks
    n_packets, n_damaged = made.n_packets
    inputs = [
        {**entry, "sha256": sha256}
        for entry, sha256 in zip(made.plan["inputs"], _hashes(made), strict=True)
    ]
    return {
        **made.plan,
        "state": made.state,
        "ended": utc_now_text(),
        "bounds": describe_bounds(frames, tracks.places),
        "cameras": _describe_cameras(made, frames),
        "streams": [describe_stream(stream) for stream in made.streams],
        "segments": describe_segments(frames),
        "inputs": inputs,
        "counts": {
            **count_results(frames, tracks),
            "packets": n_packets,
            "packets_damaged": n_damaged,
            **({} if made.live is None else made.live.counts),
            **made.counts,
        },
        **({} if made.live is None else {"live": made.live.live}),
        "location": {
            **location_summary(
                frames,
                verdict=made.verdict,
                clocks=clocks,
                contradictions=contradictions_of(made.consistency),
                clock_taken_out_s=made.request.settings.clock_ahead_s,
            ),
            **_describe_clocks(lags, clock),
            "consistency": describe_consistency(made.consistency),
        },
        "source_health": _source_health(made),
        "evidence": made.evidence,
        "timings_s": made.timings_s,
        "security_marking": _first_known(frames, "security_marking"),
        "core_identifier": _first_known(frames, "core_identifier"),
        "warnings": [
            describe_warning(warning)
            for warning in (
                *made.warnings,
                *result_warnings(frames, tracks.not_located),
                *lag_warnings(lags),
                *consistency_warnings(made.consistency),
                *clock_warnings(clock, applied_s=made.request.settings.clock_ahead_s),
            )
        ],
    }


def _source_health(made: ProductInputs) -> list[dict[str, Any]] | None:
    """Return how healthy the files are; None of stills, links, and runs that were interrupted."""
    is_footage = made.request.kind is InputsKind.FOOTAGE and made.live is None
    if not is_footage or made.state != "complete":
        return None
    return describe_source_health(made.request.inputs, verdict=made.verdict)


def _describe_cameras(made: ProductInputs, frames: pa.Table) -> list[dict[str, Any]]:
    """Return the cameras; of several, each with its stream and the metadata that are its own."""
    said: dict[str, dict[str, Any]] = {}
    for event in made.journal.events():
        if event["kind"] == "camera_stream":
            said.setdefault(event["details"]["camera"], event["details"])
    cameras = []
    for camera in made.cameras:
        own = frames if len(made.cameras) == 1 else _of_camera(frames, camera.name)
        described = describe_camera(camera, image_source=_first_known(own, "image_source"))
        if camera.name in said:
            described |= describe_camera_streams(said[camera.name])
        cameras.append(described)
    return cameras


def _of_camera(frames: pa.Table, camera: str) -> pa.Table:
    return frames.filter(pc.equal(frames["camera"], camera))


def _hashes(made: ProductInputs) -> Sequence[str | None]:
    """Return the hash of each input; there is none of what came over a link."""
    return made.input_sha256 if made.live is None else [None] * len(made.plan["inputs"])


def _describe_clocks(lags: list[FoundLag], clock: ClockVerdict) -> dict[str, Any]:
    return {"lag": describe_lags(lags), "clock": describe_clock(clock)}


def _first_known(frames: pa.Table, column: str) -> Any:
    known = frames[column].drop_null()
    return known[0].as_py() if len(known) else None


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
