"""From what a still says of itself to a View: where the camera was, and how it looked.

As of a drone's captions, the maker states no datum, zone or accuracy; what is taken for each is
stated here and marked ``assumed``. What is not said stays unknown.
"""

import datetime as dt
import math
from dataclasses import dataclass
from typing import Final

from plainview.formats.drone_assumed import (
    ABSOLUTE_SIGMA_M,
    FIELD_OF_VIEW_RATIO,
    FILM_DIAGONAL_MM,
    HEADING_DEG,
    LOWEST_LAND_M,
    PHOTO_WIDTH,
    POSITION_M,
    TAKEOFF_SIGMA_M,
    TILT_DEG,
)
from plainview.formats.exif import Exif
from plainview.geo import geoid_undulation_m
from plainview.model import PoseBasis, Sigma, TimeBasis, UncertaintyBasis, View, ViewSigma

__all__ = ["StillClock", "StillPose", "still_pose", "still_view"]

_WIDEST_SENSOR: Final = 1.6
"""Width over height; a wider picture is cut from a 4:3 sensor, all of whose width it shows."""
_FLIR_CORE_PITCH_MM: Final = 0.017
"""Of the core in DJI's XT and XT2, whose pictures do not say it (19 mm, 640 columns: 32 degrees,
as the maker states)."""

_TIME_S: Final = Sigma(own=0.1, shared=0.1)
"""Of the pose against the exposure."""
_CLOCK_SIGMA_S: Final = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class StillPose:
    """What a still says of place, line of sight and lens; what it does not is None.

    Args:
        latitude_deg: WGS84; longitude likewise.
        absolute_altitude_m: What the maker calls absolute, or above the sea.
        takeoff_height_m: Above the place of take-off.
        camera_heading_deg: Clockwise from north; elevation above the horizon, roll from level.
        platform_heading_deg: Of the aircraft; pitch and roll likewise.
        horizontal_fov_deg: Of the picture; vertical likewise.
    """

    latitude_deg: float | None = None
    longitude_deg: float | None = None
    absolute_altitude_m: float | None = None
    takeoff_height_m: float | None = None
    camera_heading_deg: float | None = None
    camera_elevation_deg: float | None = None
    camera_roll_deg: float | None = None
    platform_heading_deg: float | None = None
    platform_pitch_deg: float | None = None
    platform_roll_deg: float | None = None
    horizontal_fov_deg: float | None = None
    vertical_fov_deg: float | None = None

    @property
    def has_line_of_sight(self) -> bool:
        """Whether it says where the camera was and how it looked."""
        known = (self.latitude_deg, self.camera_heading_deg, self.camera_elevation_deg)
        return None not in known


@dataclass(frozen=True, slots=True, kw_only=True)
class StillClock:
    """What a person knows beside the stills.

    Args:
        utc_offset_s: By how much the camera's clock is ahead of UTC; None where not known.
        takeoff_altitude_msl_m: Of the place of take-off above the sea; None likewise.
    """

    utc_offset_s: float | None = None
    takeoff_altitude_msl_m: float | None = None


def still_pose(
    exif: Exif, said: dict[str, float], *, size_px: tuple[int, int], has_flir_core: bool = False
) -> StillPose:
    """Return the pose that a still says.

    Args:
        exif: Its EXIF.
        said: Numbers of its XMP, by name.
        size_px: Of the picture that the lens made.
        has_flir_core: Whether it is of a FLIR core under a DJI drone.
    """
    latitude_deg, longitude_deg = exif.latitude_deg, exif.longitude_deg
    precise = said.get("GpsLatitude"), said.get("GpsLongitude", said.get("GpsLongtitude"))
    if precise[0] is not None and precise[1] is not None and any(precise):
        latitude_deg, longitude_deg = _within(precise[0], 90.0), _within(precise[1], 180.0)
    if latitude_deg is None or longitude_deg is None:
        latitude_deg = longitude_deg = None
    fields = _fields_deg(exif, size_px, has_flir_core=has_flir_core)
    heading, flight = said.get("GimbalYawDegree"), said.get("FlightYawDegree")
    elevation_deg = _within(said.get("GimbalPitchDegree"), 90.0)
    return StillPose(
        latitude_deg=latitude_deg,
        longitude_deg=None if longitude_deg is None else (longitude_deg + 180.0) % 360.0 - 180.0,
        absolute_altitude_m=said.get("AbsoluteAltitude", exif.altitude_msl_m),
        takeoff_height_m=said.get("RelativeAltitude"),
        camera_heading_deg=None if heading is None else heading % 360.0,
        camera_elevation_deg=elevation_deg,
        camera_roll_deg=said.get("GimbalRollDegree"),
        platform_heading_deg=None if flight is None else flight % 360.0,
        platform_pitch_deg=said.get("FlightPitchDegree"),
        platform_roll_deg=said.get("FlightRollDegree"),
        horizontal_fov_deg=fields[0],
        vertical_fov_deg=fields[1],
    )


def still_view(pose: StillPose, exif: Exif, clock: StillClock) -> View | None:
    """Return the View of a still; None where it says neither place nor instant.

    Args:
        pose: What it says of place and line of sight.
        exif: What it says of its instant.
        clock: What is known beside it.
    """
    time_us = _time_us(exif, clock)
    height_hae_m, height_sigma_m = _height(pose, clock)
    if time_us is None and pose.latitude_deg is None:
        return None
    has_pose = pose.has_line_of_sight
    return View(
        time_us=time_us,
        time_basis=None if time_us is None else TimeBasis.SIDECAR,
        utc_sigma_s=None if time_us is None else _CLOCK_SIGMA_S,
        latitude_deg=pose.latitude_deg,
        longitude_deg=pose.longitude_deg,
        height_hae_m=height_hae_m,
        altitude_msl_m=None if height_hae_m is None else height_hae_m - _geoid_m(pose),
        platform_heading_deg=pose.platform_heading_deg,
        platform_pitch_deg=pose.platform_pitch_deg,
        platform_roll_deg=pose.platform_roll_deg,
        camera_heading_deg=pose.camera_heading_deg if has_pose else None,
        camera_elevation_deg=pose.camera_elevation_deg if has_pose else None,
        camera_roll_deg=(pose.camera_roll_deg or 0.0) if has_pose else None,
        pose_basis=PoseBasis.ABSOLUTE if has_pose else None,
        horizontal_fov_deg=pose.horizontal_fov_deg,
        vertical_fov_deg=pose.vertical_fov_deg,
        metadata_age_s=0.0,
        sigma=_sigma(height_sigma_m) if has_pose else None,
        angle_convention="dji" if has_pose else None,
    )


def _within(value: float | None, limit: float) -> float | None:
    return value if value is not None and -limit <= value <= limit else None


def _time_us(exif: Exif, clock: StillClock) -> int | None:
    """Return UTC: by the clock and its zone, by what a person knows of it, else by GPS."""
    offset_s = exif.utc_offset_s if clock.utc_offset_s is None else clock.utc_offset_s
    if exif.local_time is not None and offset_s is not None:
        since = exif.local_time - dt.datetime(1970, 1, 1)  # noqa: DTZ001
        return round((since.total_seconds() - offset_s) * 1e6)
    if exif.utc_time is not None:
        return round((exif.utc_time - dt.datetime(1970, 1, 1, tzinfo=dt.UTC)).total_seconds() * 1e6)
    return None


def _geoid_m(pose: StillPose) -> float:
    if pose.latitude_deg is None or pose.longitude_deg is None:
        return 0.0
    return float(geoid_undulation_m(pose.latitude_deg, pose.longitude_deg))


def _height(pose: StillPose, clock: StillClock) -> tuple[float | None, float]:
    """Return the height above the ellipsoid and its sigma; None where nothing says it."""
    if pose.latitude_deg is None:
        return None, 0.0
    if clock.takeoff_altitude_msl_m is not None and pose.takeoff_height_m is not None:
        height_m = clock.takeoff_altitude_msl_m + pose.takeoff_height_m
        return height_m + _geoid_m(pose), math.hypot(5.0, TAKEOFF_SIGMA_M)
    altitude_m = pose.absolute_altitude_m
    if altitude_m is None or altitude_m < LOWEST_LAND_M:
        return None, 0.0
    return altitude_m + _geoid_m(pose), ABSOLUTE_SIGMA_M


def _fields_deg(
    exif: Exif, size_px: tuple[int, int], *, has_flir_core: bool
) -> tuple[float, float] | tuple[None, None]:
    """Return the fields of view, by detector and lens, else by the focal length of 35 mm film."""
    width, height = size_px
    pitch_mm = exif.pixel_pitch_mm or (_FLIR_CORE_PITCH_MM if has_flir_core else None)
    zoom = max(1.0, exif.digital_zoom or 1.0)
    if exif.focal_length_35mm is not None:
        is_cut = width / height > _WIDEST_SENSOR
        share = PHOTO_WIDTH if is_cut else width / math.hypot(width, height)
        half_width = 0.5 * share * FILM_DIAGONAL_MM / exif.focal_length_35mm / zoom
    elif pitch_mm is not None and exif.focal_length_mm is not None:
        half_width = 0.5 * width * pitch_mm / exif.focal_length_mm / zoom
    else:
        return None, None
    fields = (
        2.0 * math.degrees(math.atan(half_width)),
        2.0 * math.degrees(math.atan(half_width * height / width)),
    )
    return fields if min(fields) > 0.05 and max(fields) < 179.0 else (None, None)


def _sigma(height_sigma_m: float) -> ViewSigma:
    return ViewSigma(
        position_horizontal_m=POSITION_M,
        position_vertical_m=Sigma(own=0.3, shared=height_sigma_m),
        camera_heading_deg=HEADING_DEG,
        camera_elevation_deg=TILT_DEG,
        camera_roll_deg=TILT_DEG,
        field_of_view_ratio=FIELD_OF_VIEW_RATIO,
        time_s=_TIME_S,
        basis=UncertaintyBasis.ASSUMED,
    )
