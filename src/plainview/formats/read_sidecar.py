"""Finds the sidecar of a video that has no metadata of its own, and reads it."""

import datetime as dt
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from plainview.errors import InputError
from plainview.formats.dji_srt import DjiLog, read_dji_srt
from plainview.formats.dji_views import DjiReading, sidecar_from_dji
from plainview.formats.file_times import read_file_times
from plainview.formats.mavlink_log import read_mavlink_log
from plainview.formats.mavlink_views import (
    CREATED_SIGMA_S,
    STATED_SIGMA_S,
    MavlinkReading,
    sidecar_from_mavlink,
)
from plainview.formats.pose_table import read_pose_csv, read_pose_geojson
from plainview.formats.sidecar import Sidecar, sidecar_paths
from plainview.geo import Terrain, geoid_undulation_m
from plainview.model import Event

__all__ = ["SidecarSettings", "read_sidecar_of"]

_ON_GROUND_M: Final = 2.0
"""A drone that says less than this above take-off is where it took off."""
_QUARTER_S: Final = 900.0
"""Zones are whole quarters of an hour from UTC."""
_MOST_APART_S: Final = 120.0
"""A container says when it was made within this of the first or the last picture."""
_MOST_ZONE_S: Final = 3.5 * 3600.0
"""Legal time is no further from the sun's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SidecarSettings:
    """What a person knows of sidecars.

    Args:
        is_used: Whether sidecars are looked for.
        utc_offset_s: By how much the drone's clock is ahead of UTC; None where not known.
        takeoff_altitude_msl_m: Of the place of take-off above the sea; None likewise.
        horizontal_fov_deg: Of the camera, where its file does not say it; None likewise.
        camera_mount_deg: Azimuth from the nose, elevation and roll of a camera that is fixed to
            its airframe; None for one on a gimbal, or where it is not known.
        video_start_us: UTC of the video's first picture, for logs of telemetry; None likewise.
    """

    is_used: bool = True
    utc_offset_s: float | None = None
    takeoff_altitude_msl_m: float | None = None
    horizontal_fov_deg: float | None = None
    camera_mount_deg: tuple[float, float, float] | None = None
    video_start_us: int | None = None


_Known = tuple[tuple[int, int], SidecarSettings, Terrain | None]
"""Size of the picture, what a person knows, and a height model."""


def read_sidecar_of(
    video: Path,
    *,
    size_px: tuple[int, int],
    settings: SidecarSettings,
    terrain: Terrain | None = None,
) -> Sidecar | None:
    """Return what stands beside a video; None where nothing does that can be read.

    Args:
        video: The recording.
        size_px: Width and height of its picture.
        settings: What a person knows.
        terrain: A height model, for heights above the place of take-off.
    """
    if not settings.is_used:
        return None
    refused: list[Event] = []
    for path in sidecar_paths(video):
        try:
            found = _read(path, video, (size_px, settings, terrain))
        except InputError as error:
            refused.append(Event(kind="sidecar_unread", what=f"{error}"))
            continue
        used = Event(
            kind="sidecar",
            what=f"{path.name} beside the video says where the camera was ({found.kind},"
            f" {found.n_records} records).",
        )
        return replace(found, events=(used, *found.events, *refused))
    return (
        Sidecar(name="", kind="", views=(), n_records=0, events=tuple(refused)) if refused else None
    )


def _read(path: Path, video: Path, known: _Known) -> Sidecar:
    suffix = path.suffix.lower()
    if suffix == ".csv":
        return read_pose_csv(path)
    if suffix == ".geojson":
        return read_pose_geojson(path)
    size_px, settings, terrain = known
    if suffix == ".tlog":
        return _read_mavlink(path, video, size_px=size_px, settings=settings)
    log = read_dji_srt(path)
    offset_s = settings.utc_offset_s
    reading = DjiReading(
        width_px=size_px[0],
        height_px=size_px[1],
        utc_offset_s=_utc_offset_s(log, video) if offset_s is None else offset_s,
        horizontal_fov_deg=settings.horizontal_fov_deg,
    )
    place = _takeoff_deg(log)
    stated_m = settings.takeoff_altitude_msl_m
    if stated_m is not None and place is not None:
        geoid_m = float(geoid_undulation_m(*place))
        reading = replace(reading, takeoff_height_hae_m=stated_m + geoid_m)
    elif terrain is not None and place is not None:
        height_m = float(terrain.height_hae_m(*place))
        if height_m == height_m:  # NaN in a hole or off the edge
            sigma_m = max(reading.takeoff_sigma_m, terrain.sigma_m)
            reading = replace(reading, takeoff_height_hae_m=height_m, takeoff_sigma_m=sigma_m)
    return sidecar_from_dji(log, name=path.name, reading=reading)


def _read_mavlink(
    path: Path, video: Path, *, size_px: tuple[int, int], settings: SidecarSettings
) -> Sidecar:
    start_us, sigma_s = settings.video_start_us, STATED_SIGMA_S
    if start_us is None:
        start_us, sigma_s = read_file_times(video).created_us, CREATED_SIGMA_S
    reading = MavlinkReading(
        width_px=size_px[0],
        height_px=size_px[1],
        start_us=start_us,
        start_sigma_s=sigma_s,
        camera_mount_deg=settings.camera_mount_deg,
        horizontal_fov_deg=settings.horizontal_fov_deg,
    )
    return sidecar_from_mavlink(read_mavlink_log(path), name=path.name, reading=reading)


def _takeoff_deg(log: DjiLog) -> tuple[float, float] | None:
    """Return where the drone took off: what it calls home, else where it is on the ground."""
    for caption in log.captions:
        if caption.home_latitude_deg is not None and caption.home_longitude_deg is not None:
            return caption.home_latitude_deg, caption.home_longitude_deg
        height_m, latitude, longitude = (
            caption.takeoff_height_m,
            caption.latitude_deg,
            caption.longitude_deg,
        )
        if latitude is not None and longitude is not None:
            is_low = height_m is not None and abs(height_m) < _ON_GROUND_M
            return (latitude, longitude) if is_low else None
    return None


def _utc_offset_s(log: DjiLog, video: Path) -> float | None:
    """Return by how much the captions' clock is ahead of UTC, where the container tells.

    The container's own time must be whole quarters of an hour from the captions', by no more
    than legal time is from the sun's: some makers write local time there too, which agrees
    with the captions everywhere and with the sun near Greenwich alone.
    """
    created_us = read_file_times(video).created_us
    timed = [each for each in log.captions if each.local_time is not None and each.has_position]
    if created_us is None or not timed:
        return None
    created = dt.datetime(1970, 1, 1) + dt.timedelta(microseconds=created_us)  # noqa: DTZ001
    longitude_deg = timed[0].longitude_deg or 0.0
    for caption in (timed[0], timed[-1]):
        ahead_s = ((caption.local_time or created) - created).total_seconds()
        zone_s = round(ahead_s / _QUARTER_S) * _QUARTER_S
        is_near_sun = abs(zone_s - longitude_deg * 240.0) <= _MOST_ZONE_S
        if abs(ahead_s - zone_s) <= _MOST_APART_S and is_near_sun:
            return zone_s
    return None
