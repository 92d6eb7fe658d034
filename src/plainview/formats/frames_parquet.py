"""``frames.parquet``: a row a frame of a camera, with the View and what we computed from it."""

import math
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import pyarrow as pa

from plainview.formats.row_groups import write_row_groups
from plainview.formats.wkb import polygon_wkb
from plainview.geo import (
    Footprint,
    motion_of_homographies,
    principal_point_px,
    sight_sigma_deg,
)
from plainview.model import Frame, Observation, Pixels, View
from plainview.sensing import KELVIN_AT_0_C, accuracy_k, temperature_k_from_counts

__all__ = [
    "FRAMES_SCHEMA",
    "VIEW_NUMBERS",
    "frame_row",
    "temperature_columns",
    "write_frames_parquet",
]

VIEW_NUMBERS = (
    "metadata_age_s",
    "platform_heading_deg",
    "platform_pitch_deg",
    "platform_roll_deg",
    "sensor_relative_azimuth_deg",
    "sensor_relative_elevation_deg",
    "sensor_relative_roll_deg",
    "camera_heading_deg",
    "camera_elevation_deg",
    "camera_roll_deg",
    "horizontal_fov_deg",
    "vertical_fov_deg",
    "slant_range_m",
)
"""Columns that hold what a View's field of the same name holds."""

_REPORTED_NUMBERS = (
    "frame_center_latitude_deg",
    "frame_center_longitude_deg",
    "frame_center_altitude_msl_m",
    "slant_range_m",
)

_SIGHT_SIGMA = ("sight_right_sigma_deg", "sight_up_sigma_deg")

_TEMPERATURES = (
    *("temperature_min_c", "temperature_median_c", "temperature_max_c"),
    "temperature_accuracy_k",
)

_MOTION = ("motion_right_px", "motion_down_px", "motion_turn_deg")

_LIGHT_STEP = 8
"""Every eighth pixel of every eighth row tells how light it is."""

_CODED = pa.string()  # Parquet writes it as a dictionary

FRAMES_SCHEMA = pa.schema(
    [
        pa.field("camera", _CODED, nullable=False),
        pa.field("frame_index", pa.int64(), nullable=False),
        pa.field("video_time_us", pa.int64(), nullable=False),
        ("time_us", pa.int64()),
        ("time_basis", _CODED),
        ("view_method", _CODED),
        ("metadata_age_s", pa.float64()),
        ("pose_basis", _CODED),
        ("sensor_latitude_deg", pa.float64()),
        ("sensor_longitude_deg", pa.float64()),
        ("sensor_height_hae_m", pa.float64()),
        ("sensor_altitude_msl_m", pa.float64()),
        *((name, pa.float64()) for name in VIEW_NUMBERS[1:]),
        *((name, pa.float64()) for name in _SIGHT_SIGMA),
        ("slant_range_kind", _CODED),
        ("angle_convention", _CODED),
        ("surface", _CODED),
        ("frame_center_latitude_deg", pa.float64()),
        ("frame_center_longitude_deg", pa.float64()),
        ("frame_center_height_hae_m", pa.float64()),
        *((f"reported_{name}", pa.float64()) for name in _REPORTED_NUMBERS),
        ("footprint", pa.binary()),
        ("registration_residual_px", pa.float64()),
        *((name, pa.float64()) for name in _MOTION),
        ("brightness", pa.float32()),
        ("colourfulness", pa.float32()),
        *((name, pa.float32()) for name in _TEMPERATURES),
        pa.field("is_restart", pa.bool_(), nullable=False),
        ("restart_reason", _CODED),
        pa.field("n_detections", pa.int32(), nullable=False),
        ("security_marking", _CODED),
        ("core_identifier", _CODED),
        ("source_mission_id", _CODED),
        ("platform_designation", _CODED),
        ("platform_tail_number", _CODED),
        ("image_source", _CODED),
    ]
)
"""Columns of ``frames.parquet``; a null is a thing that is not known."""


def _view_columns(view: View) -> dict[str, Any]:
    columns: dict[str, Any] = {name: getattr(view, name) for name in VIEW_NUMBERS}
    columns.update(
        time_us=view.time_us,
        time_basis=view.time_basis,
        view_method=view.view_method,
        pose_basis=view.pose_basis,
        sensor_latitude_deg=view.latitude_deg,
        sensor_longitude_deg=view.longitude_deg,
        sensor_height_hae_m=view.height_hae_m,
        sensor_altitude_msl_m=view.altitude_msl_m,
        slant_range_kind=view.slant_range_kind,
        angle_convention=view.angle_convention,
        security_marking=view.security_marking,
        core_identifier=view.core_identifier,
        source_mission_id=view.mission_id,
        platform_designation=view.platform_designation,
        platform_tail_number=view.platform_tail_number,
        image_source=view.image_source,
    )
    if (sigma_deg := sight_sigma_deg(view)) is not None:
        columns.update(zip(_SIGHT_SIGMA, sigma_deg, strict=True))
    if view.reported is not None:
        for name in _REPORTED_NUMBERS:
            columns[f"reported_{name}"] = getattr(view.reported, name)
    return columns


def frame_row(observation: Observation, *, footprint: Footprint | None) -> dict[str, Any]:
    """Return one row of ``frames.parquet``.

    Args:
        observation: The frame and what the stages said about it.
        footprint: Where its picture meets a surface; None where it cannot be located.
    """
    frame, registration = observation.frame, observation.registration
    row: dict[str, Any] = {
        "camera": frame.camera.name,
        "frame_index": frame.frame_index,
        "video_time_us": frame.video_time_us,
        "registration_residual_px": registration.residual_px,
        "is_restart": registration.is_restart,
        "restart_reason": registration.reason if registration.is_restart else None,
        "n_detections": len(observation.detections),
        **_motion_columns(observation),
        **_light_columns(frame.pixels),
        **temperature_columns(frame),
    }
    if frame.view is not None:
        row.update(_view_columns(frame.view))
    if footprint is not None:
        row.update(_footprint_columns(footprint))
    return row


def _motion_columns(observation: Observation) -> dict[str, float | None]:
    """Return how the picture's middle moved since the frame before, as the registration sees it.

    To a thousandth of a pixel: the digits beyond it are noise, and cost space.
    """
    registration, camera = observation.registration, observation.frame.camera
    if registration.is_restart or not registration.is_valid:
        return dict.fromkeys(_MOTION)
    shift_px, turn_rad = motion_of_homographies(
        registration.current_from_previous[np.newaxis], middle_px=principal_point_px(camera)
    )
    moved = (*np.round(shift_px[0], 3).tolist(), round(math.degrees(turn_rad[0]), 5))
    return dict(zip(_MOTION, moved, strict=True))


def _light_columns(pixels: Pixels) -> dict[str, float | None]:
    """Return how bright and how colourful a picture is, from 0 to 1; None for counts of heat."""
    if pixels.dtype != np.uint8:
        return {"brightness": None, "colourfulness": None}
    some = pixels[::_LIGHT_STEP, ::_LIGHT_STEP]
    brightness = round(float(some.mean()) / 255.0, 4)
    if some.ndim == 2:
        return {"brightness": brightness, "colourfulness": None}
    spread = some.max(axis=-1).astype(np.int16) - some.min(axis=-1)
    return {"brightness": brightness, "colourfulness": round(float(spread.mean()) / 255.0, 4)}


def temperature_columns(frame: Frame) -> dict[str, float | None]:
    """Return the coldest, the middle and the warmest pixel, to a hundredth, and their accuracy."""
    if frame.radiometry is None or frame.pixels.dtype != np.uint16:
        return dict.fromkeys(_TEMPERATURES)
    kelvin = temperature_k_from_counts(np.asarray(frame.pixels, np.uint16), frame.radiometry)
    known_k = kelvin[np.isfinite(kelvin)]
    if not known_k.size:
        return dict.fromkeys(_TEMPERATURES)
    told_k = np.array([known_k.min(), np.median(known_k), known_k.max()])
    accuracy = float(np.max(accuracy_k(told_k, frame.radiometry)))
    told = (*np.round(told_k - KELVIN_AT_0_C, 2).tolist(), round(accuracy, 2))
    return dict(zip(_TEMPERATURES, told, strict=True))


def _footprint_columns(footprint: Footprint) -> dict[str, Any]:
    latitude, longitude, height = footprint.frame_center or (None, None, None)
    return {
        "surface": footprint.surface,
        "frame_center_latitude_deg": latitude,
        "frame_center_longitude_deg": longitude,
        "frame_center_height_hae_m": height,
        "footprint": polygon_wkb(footprint.ring_deg_m[:, 1], footprint.ring_deg_m[:, 0]),
    }


def write_frames_parquet(path: Path, frames: Iterable[pa.Table]) -> None:
    """Write the rows as they come, in order of time, a row group at a time."""
    write_row_groups(path, frames, schema=FRAMES_SCHEMA)
