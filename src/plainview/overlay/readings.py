"""Readings: what an observation says, as numbers and words that a line of text can show."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from plainview.geo import format_ddm, zulu_date_time_group
from plainview.model import (
    ELLIPSE_95_PER_SIGMA,
    LE90_PER_SIGMA,
    Camera,
    Observation,
    RangeKind,
    View,
    ViewMethod,
)
from plainview.overlay.context import OverlayContext
from plainview.units import FOOT_M, KNOT_M_S, MICROSECONDS_PER_SECOND, NAUTICAL_MILE_M

__all__ = [
    "WIDEST_READINGS",
    "Reading",
    "error_text",
    "is_stale",
    "marking_text",
    "observation_readings",
    "on_one_line",
]

Reading = str | float | None

_WIDE_POSITION: Final = "88°88.8888'N 188°88.8888'W"

WIDEST_READINGS: Final[Mapping[str, str | float]] = {
    "camera": "camera-88 LOW LIGHT",
    "mission": "MISSION 8888888888",
    "platform": "PLATFORM 88888888",
    "sensor": "EO NOSE 888888",
    "own_position": _WIDE_POSITION,
    "own_latitude_deg": -88.88888,
    "own_longitude_deg": -188.88888,
    "own_height": "88888 m MSL  88888 ft",
    "own_height_m": 88888.0,
    "own_height_datum": "HAE",
    "own_speed": "888 kt",
    "center_position": _WIDE_POSITION,
    "center_latitude_deg": -88.88888,
    "center_longitude_deg": -188.88888,
    "center_height": "8888 m HAE",
    "center_height_m": 8888.0,
    "center_error": "95% 8888×8888 m",
    "surface": "FRAME CENTER HEIGHT",
    "slant_range": "88.88 km  88.88 NM",
    "slant_range_m": 88888.0,
    "slant_range_kind": "CALCULATED",
    "target_width_m": 88888.0,
    "horizontal_fov_deg": 188.88,
    "vertical_fov_deg": 188.88,
    "heading_deg": 358.8,
    "elevation_deg": -88.8,
    "relative_azimuth_deg": -188.88,
    "relative_elevation_deg": -88.88,
    "date_time_group": "288888ZNOV88",
    "time": "88:88:88.8Z",
    "iso_time": "8888-88-88T88:88:88.8Z",
    "video_time": "88:88:88.8",
    "metadata": "META INTERPOLATED 88.8 s STALE",
    "pose_basis": "NORTH OBLIQUITY",
}
"""Every reading, with a value as wide as it gets: what a line needs room for."""


def is_stale(view: View | None, *, stale_after_s: float) -> bool:
    """Return whether metadata is absent, held, or too old to be shown as new."""
    if view is None:
        return True
    return (view.metadata_age_s or 0.0) > stale_after_s or view.view_method is ViewMethod.HELD


def marking_text(view: View | None, context: OverlayContext) -> str:
    """Return what the banner says: the source's marking, or that there is none."""
    marking = context.security_marking or (view.security_marking if view else None)
    text = on_one_line(marking or "").strip() or "NOT MARKED"
    return f"{text} · SIMULATED" if context.is_simulated else text


def on_one_line(text: str) -> str:
    """Return the text with a space for every character that is not printed."""
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else " " for letter in text)


def observation_readings(
    observation: Observation, context: OverlayContext, *, stale_after_s: float
) -> dict[str, Reading]:
    """Return every reading of one observation; None where a thing is not known."""
    frame = observation.frame
    readings: dict[str, Reading] = dict.fromkeys(WIDEST_READINGS)
    readings["camera"] = _camera_text(frame.camera)
    readings["mission"] = context.mission_name
    readings["video_time"] = _clock_text(timedelta(microseconds=frame.video_time_us))
    readings["metadata"] = "NO METADATA"
    readings.update(_center_readings(context))
    if frame.view is not None:
        readings.update(_view_readings(frame.view))
        readings.update(_range_readings(frame.view, context))
        readings["metadata"] = _metadata_text(frame.view, stale_after_s=stale_after_s)
        readings["mission"] = frame.view.mission_id or context.mission_name
    return readings


def _camera_text(camera: Camera) -> str:
    band = "" if camera.band is None else f" {camera.band.value.replace('_', ' ')}"
    return f"{camera.name}{band}"


def _clock_text(since: timedelta) -> str:
    """Return hours, minutes, seconds and tenths, cut off and never rounded up."""
    tenths = since // timedelta(milliseconds=100)
    hours, minutes, seconds = tenths // 36_000, tenths // 600 % 60, tenths / 10 % 60
    return f"{hours:02d}:{minutes:02d}:{seconds:04.1f}"


def _view_readings(view: View) -> dict[str, Reading]:
    names = [view.platform_designation, view.platform_tail_number]
    return {
        "platform": " ".join(name for name in names if name) or None,
        "sensor": view.image_source,
        "own_position": _position_text(view.latitude_deg, view.longitude_deg),
        "own_latitude_deg": view.latitude_deg,
        "own_longitude_deg": view.longitude_deg,
        "own_speed": _speed_text(view),
        "horizontal_fov_deg": view.horizontal_fov_deg,
        "vertical_fov_deg": view.vertical_fov_deg,
        "heading_deg": None if view.camera_heading_deg is None else view.camera_heading_deg % 360,
        "elevation_deg": view.camera_elevation_deg,
        "relative_azimuth_deg": view.sensor_relative_azimuth_deg,
        "relative_elevation_deg": view.sensor_relative_elevation_deg,
        "target_width_m": None if view.reported is None else view.reported.target_width_m,
        "pose_basis": None if view.pose_basis is None else _words(view.pose_basis),
        **_own_height_readings(view),
        **_time_readings(view.time_us),
    }


def _own_height_readings(view: View) -> dict[str, Reading]:
    height_m, datum = view.altitude_msl_m, "MSL"
    if height_m is None:
        height_m, datum = view.height_hae_m, "HAE"
    if height_m is None:
        return {}
    text = f"{height_m:.0f} m {datum}  {height_m / FOOT_M:.0f} ft"
    return {"own_height": text, "own_height_m": height_m, "own_height_datum": datum}


def _speed_text(view: View) -> str | None:
    if view.velocity_enu_m_s is None:
        return None
    east, north, _ = view.velocity_enu_m_s
    return f"{(east**2 + north**2) ** 0.5 / KNOT_M_S:.0f} kt"


def _time_readings(time_us: int | None) -> dict[str, Reading]:
    if time_us is None:
        return {}
    seconds, microseconds = divmod(time_us, MICROSECONDS_PER_SECOND)
    moment = datetime.fromtimestamp(seconds, UTC)
    tenth = microseconds // 100_000
    return {
        "date_time_group": zulu_date_time_group(time_us),
        "time": f"{moment:%H:%M:%S}.{tenth}Z",
        "iso_time": f"{moment:%Y-%m-%dT%H:%M:%S}.{tenth}Z",
    }


def _center_readings(context: OverlayContext) -> dict[str, Reading]:
    height_m, axes = context.frame_center_height_hae_m, context.frame_center_semi_axes_95_m
    latitude_deg = context.frame_center_latitude_deg
    longitude_deg = context.frame_center_longitude_deg
    return {
        "center_position": _position_text(latitude_deg, longitude_deg, semi_axes_95_m=axes),
        "center_latitude_deg": latitude_deg,
        "center_longitude_deg": longitude_deg,
        "center_height": None if height_m is None else f"{height_m:.0f} m HAE",
        "center_height_m": height_m,
        "center_error": None if axes is None else error_text(axes),
        "surface": None if context.surface is None else _words(context.surface),
    }


def error_text(semi_axes_95_m: tuple[float, float]) -> str:
    """Return the 95 % ellipse in words: its semi-axes, larger first."""
    major, minor = (f"{axis:.0f}" if axis >= 10 else f"{axis:.1f}" for axis in semi_axes_95_m)
    return f"95% {major}×{minor} m"


def _range_readings(view: View, context: OverlayContext) -> dict[str, Reading]:
    range_m, kind = view.slant_range_m, view.slant_range_kind or RangeKind.AMBIGUOUS
    if range_m is None:
        range_m, kind = context.slant_range_m, RangeKind.CALCULATED
    if range_m is None:
        return {}
    metric = f"{range_m / 1000:.2f} km" if range_m >= 1000.0 else f"{range_m:.0f} m"
    return {
        "slant_range": f"{metric}  {range_m / NAUTICAL_MILE_M:.2f} NM",
        "slant_range_m": range_m,
        "slant_range_kind": _words(kind),
    }


def _position_text(
    latitude_deg: float | None,
    longitude_deg: float | None,
    *,
    semi_axes_95_m: tuple[float, float] | None = None,
) -> str | None:
    """Return the position with no more digits than its error is worth."""
    if latitude_deg is None or longitude_deg is None:
        return None
    # Of a long thin ellipse CE90 is the larger sigma times LE90's factor; of others it is more.
    to_ce90 = LE90_PER_SIGMA / ELLIPSE_95_PER_SIGMA
    ce90_m = None if semi_axes_95_m is None else to_ce90 * semi_axes_95_m[0]
    return format_ddm(latitude_deg, longitude_deg, ce90_m=ce90_m)


def _metadata_text(view: View, *, stale_after_s: float) -> str:
    words = ["META", _words(view.view_method)]
    if view.metadata_age_s is not None:
        words.append(f"{min(view.metadata_age_s, 9999.0):.1f} s")
    if is_stale(view, stale_after_s=stale_after_s):
        words.append("STALE")
    return " ".join(words)


def _words(name: str) -> str:
    return str(name).replace("_", " ").upper()
