"""``mission.json``: what a run was and what it made, in one page that other programs read."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from plainview.formats.time_text import iso_from_time_us
from plainview.misb import band_from_image_source
from plainview.mission.place_bounds import PlaceBounds
from plainview.mission.track_tally import TrackTally
from plainview.model import Camera, CountedWarning, Distortion, StreamInfo

__all__ = [
    "camera_from_summary",
    "count_results",
    "describe_bounds",
    "describe_camera",
    "describe_camera_streams",
    "describe_segments",
    "describe_stream",
    "describe_warning",
]


def describe_camera(camera: Camera, *, image_source: str | None) -> dict[str, Any]:
    """Return one entry of ``cameras``; its band is the container's, or what its source says."""
    said = None if image_source is None else band_from_image_source(image_source)
    return {
        "name": camera.name,
        "band": camera.band or said,
        "width_px": camera.width_px,
        "height_px": camera.height_px,
        "pixel_aspect_ratio": camera.pixel_aspect_ratio,
        **_describe_lens(camera),
    }


def describe_camera_streams(said: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the source's event `camera_stream` says of one of several cameras."""
    metadata = [int(pid) for pid in said["metadata_streams"].split(", ") if pid]
    return {
        "stream": said["stream"],
        "metadata_streams": metadata,
        "metadata_by": said["metadata_by"],
    }


def _describe_lens(camera: Camera) -> dict[str, Any]:
    """Return what is known of a camera's lens; nothing where nothing is."""
    found: dict[str, Any] = {}
    if camera.principal_point_px is not None:
        found["principal_point_px"] = list(camera.principal_point_px)
    if camera.distortion is not None:
        found["distortion"] = asdict(camera.distortion)
    return found


def camera_from_summary(entry: Mapping[str, Any]) -> Camera:
    """Return a camera as ``mission.json`` describes it; its band aside."""
    point, distortion = entry.get("principal_point_px"), entry.get("distortion")
    return Camera(
        name=entry["name"],
        width_px=entry["width_px"],
        height_px=entry["height_px"],
        principal_point_px=None if point is None else (point[0], point[1]),
        distortion=None if distortion is None else _distortion(distortion),
        pixel_aspect_ratio=entry.get("pixel_aspect_ratio", 1.0),
    )


def _distortion(entry: Mapping[str, Any]) -> Distortion:
    k1, k2, k3 = entry["radial"]
    p1, p2 = entry["tangential"]
    return Distortion(radial=(k1, k2, k3), tangential=(p1, p2))


def describe_stream(stream: StreamInfo) -> dict[str, Any]:
    """Return one entry of ``streams``."""
    return asdict(stream)


def describe_warning(warning: CountedWarning) -> dict[str, Any]:
    """Return one entry of ``warnings``."""
    return asdict(warning)


def describe_bounds(frames: pa.Table, places: PlaceBounds) -> dict[str, float | str | None]:
    """Return the box of time and place that the mission covers; None where not known.

    Args:
        frames: A row a frame.
        places: Those of the sensor, the frame centres and the tracks.
    """
    times = pc.min_max(frames["time_us"]).as_py()
    return {
        "start": None if times["min"] is None else iso_from_time_us(times["min"]),
        "end": None if times["max"] is None else iso_from_time_us(times["max"]),
        **places.describe(),
    }


def describe_segments(frames: pa.Table) -> list[dict[str, Any]]:
    """Return the stretches between restarts of the picture, by camera."""
    segments: list[dict[str, Any]] = []
    for camera in pc.unique(frames["camera"]).to_pylist():
        rows = frames.filter(pc.equal(frames["camera"], camera))
        starts = np.flatnonzero(rows["is_restart"].to_numpy(zero_copy_only=False))
        ends = np.r_[starts[1:], len(rows)] - 1
        index, time_us = rows["frame_index"].to_numpy(), rows["video_time_us"].to_numpy()
        segments += [
            {
                "camera": camera,
                "first_frame": int(index[start]),
                "last_frame": int(index[end]),
                "start_video_time_us": int(time_us[start]),
                "end_video_time_us": int(time_us[end]),
            }
            for start, end in zip(starts, ends, strict=True)
        ]
    return segments


def count_results(frames: pa.Table, tracks: TrackTally) -> dict[str, Any]:
    """Return ``counts``, except those of KLV packets, which the source knows.

    ``not_located`` has the rows of tracks without a place by the reason for that.
    """
    return {
        "frames": len(frames),
        "frames_with_view": pc.count(frames["view_method"]).as_py(),
        "detections": pc.sum(frames["n_detections"]).as_py() or 0,
        "tracks_confirmed": tracks.n_confirmed,
        "tracks_located": tracks.n_located,
        "not_located": dict(sorted(tracks.reasons.items())),
    }
