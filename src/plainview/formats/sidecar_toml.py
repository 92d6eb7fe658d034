"""The table ``[sidecar]`` of a settings file."""

import datetime as dt
from collections.abc import Mapping
from typing import Final

from plainview.formats.read_sidecar import SidecarSettings
from plainview.formats.time_from_text import time_us_from_text
from plainview.formats.toml_table import TomlTable

__all__ = ["SIDECAR_FIELDS", "sidecar_settings_from_table"]

_LIMITS: Final[Mapping[str, tuple[float, float]]] = {
    "utc_offset_h": (-14.0, 14.0),
    "takeoff_altitude_msl_m": (-500.0, 9_000.0),
    "horizontal_fov_deg": (0.1, 179.0),
}
SIDECAR_FIELDS: Final = ("use", *_LIMITS, "camera_mount_deg", "video_start_utc")


def sidecar_settings_from_table(said: TomlTable) -> SidecarSettings:
    """Check the fields of the table and return it as a value.

    Raises:
        InputError: A value is not usable.
    """
    is_used = said.values.get("use", True)
    if not isinstance(is_used, bool):
        raise said.refusal("use", f"is {is_used!r}, not true or false.")
    numbers = {name: said.number(name, low=low, high=high) for name, (low, high) in _LIMITS.items()}
    offset_h = numbers["utc_offset_h"]
    return SidecarSettings(
        is_used=is_used,
        utc_offset_s=None if offset_h is None else 3600.0 * offset_h,
        takeoff_altitude_msl_m=numbers["takeoff_altitude_msl_m"],
        horizontal_fov_deg=numbers["horizontal_fov_deg"],
        camera_mount_deg=_mount(said),
        video_start_us=_instant(said),
    )


def _mount(said: TomlTable) -> tuple[float, float, float] | None:
    value = said.values.get("camera_mount_deg")
    if value is None:
        return None
    is_angles = (
        isinstance(value, list)
        and len(value) == 3
        and all(_is_number(each) and abs(each) <= 360.0 for each in value)
    )
    if not is_angles:
        what = f"is {value!r}, not three angles: azimuth from the nose, elevation, roll."
        raise said.refusal("camera_mount_deg", what)
    azimuth, elevation, roll = (float(each) for each in value)
    return azimuth, elevation, roll


def _instant(said: TomlTable) -> int | None:
    value = said.values.get("video_start_utc")
    if value is None:
        return None
    text = value.isoformat() if isinstance(value, dt.datetime) else value
    time_us = time_us_from_text(text) if isinstance(text, str) else None
    if time_us is None:
        what = f"is {value!r}, no instant like 2018-08-05T01:00:47.36Z."
        raise said.refusal("video_start_utc", what)
    return time_us


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
