"""``mission.json``: what a run was and what it made, in one page that other programs read."""

from dataclasses import asdict
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from plainview.formats.time_text import iso_from_time_us
from plainview.misb import band_from_image_source
from plainview.model import Camera, CountedWarning, StreamInfo

__all__ = ["count_results", "describe_bounds", "describe_camera", "describe_segments"]


def describe_camera(camera: Camera, *, image_source: str | None) -> dict[str, Any]:
    """Return one entry of ``cameras``; its band is the container's, or what its source says."""
    said = None if image_source is None else band_from_image_source(image_source)
    return {
        "name": camera.name,
        "band": camera.band or said,
        "width_px": camera.width_px,
        "height_px": camera.height_px,
        "pixel_aspect_ratio": camera.pixel_aspect_ratio,
    }


def describe_stream(stream: StreamInfo) -> dict[str, Any]:
    """Return one entry of ``streams``."""
    return asdict(stream)


def describe_warning(warning: CountedWarning) -> dict[str, Any]:
    """Return one entry of ``warnings``."""
    return asdict(warning)


def describe_bounds(frames: pa.Table, tracks: pa.Table) -> dict[str, float | str | None]:
    """Return the box of time and place that the mission covers; None where not known.

    The box of places holds the sensor, the frame centres and the tracks. West is greater
    than east where it crosses the antimeridian.
    """
    times = pc.min_max(frames["time_us"]).as_py()
    latitude, longitude = _places(frames, tracks)
    bounds: dict[str, float | str | None] = {
        "start": None if times["min"] is None else iso_from_time_us(times["min"]),
        "end": None if times["max"] is None else iso_from_time_us(times["max"]),
        "south_deg": None,
        "north_deg": None,
        "west_deg": None,
        "east_deg": None,
    }
    if len(latitude):
        west, east = _longitude_range(longitude)
        bounds.update(
            south_deg=float(latitude.min()),
            north_deg=float(latitude.max()),
            west_deg=west,
            east_deg=east,
        )
    return bounds


def _places(frames: pa.Table, tracks: pa.Table) -> tuple[np.ndarray, np.ndarray]:
    pairs = [
        (frames, "sensor_latitude_deg", "sensor_longitude_deg"),
        (frames, "frame_center_latitude_deg", "frame_center_longitude_deg"),
        (tracks, "latitude_deg", "longitude_deg"),
    ]
    columns = [
        np.column_stack([table[name].cast(pa.float64()).fill_null(np.nan) for name in names])
        for table, *names in pairs
        if len(table)
    ]
    places = np.vstack([*columns, np.empty((0, 2))])
    places = places[~np.isnan(places).any(axis=1)]
    return places[:, 0], places[:, 1]


def _longitude_range(longitude_deg: np.ndarray) -> tuple[float, float]:
    """Return the shortest range that holds all longitudes, west first."""
    ordered = np.unique(longitude_deg)
    gaps = np.diff(np.r_[ordered, ordered[0] + 360.0])
    widest = int(np.argmax(gaps))
    west = ordered[(widest + 1) % len(ordered)]
    return float(west), float(ordered[widest])


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


def count_results(frames: pa.Table, tracks: pa.Table) -> dict[str, int]:
    """Return ``counts``, except those of KLV packets, which the source knows."""
    located = tracks.filter(pc.is_valid(tracks["latitude_deg"]))
    return {
        "frames": len(frames),
        "frames_with_view": pc.count(frames["view_method"]).as_py(),
        "detections": pc.sum(frames["n_detections"]).as_py() or 0,
        "tracks_confirmed": len(pc.unique(tracks["track_id"])),
        "tracks_located": len(pc.unique(located["track_id"])),
    }
