"""``mission.json``: what a run was, what it found, and how far that is to be trusted."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from plainview.formats.recognise_inputs import InputsKind
from plainview.misb.clock_check import ClockVerdict
from plainview.mission.clock_watch import clock_warnings, describe_clock
from plainview.mission.consistency_verdict import (
    consistency_warnings,
    contradictions_of,
    describe_consistency,
)
from plainview.mission.lag_watch import FoundLag, describe_lags, lag_warnings
from plainview.mission.location_check import location_summary
from plainview.mission.plan import utc_now_text
from plainview.mission.product_inputs import ProductInputs
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

__all__ = ["mission_summary"]


def mission_summary(
    made: ProductInputs,
    tables: tuple[pa.Table, TrackTally],
    *,
    clocks: tuple[list[FoundLag], ClockVerdict],
) -> dict[str, Any]:
    """Return what ``mission.json`` says, but for corrections that are proposed and the products.

    Args:
        made: What the run knows.
        tables: What is known of each frame, and what was counted of tracks.
        clocks: The lags that were found, and what the mission's clock was found to be.
    """
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
