"""A vehicle's telemetry log as Views of a camera that it carries, on a video's clock.

A log and a video share no clock. The instant of the video's first picture is stated, or the
container's own time of creation is taken for it, with a second of doubt; where neither is known
the log says nothing of the video. The camera is fixed to the airframe as stated, or looks where
the log's gimbal messages say; else a View has a place and no line of sight.
"""

import math
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.formats.mavlink_log import MavlinkLog
from plainview.formats.sidecar import Sidecar
from plainview.geo import assumed_view_sigma, geoid_undulation_m
from plainview.misb.timed_view import TimedView
from plainview.misb.view_rotations import camera_angles_deg, ned_from_camera_of_gimbal
from plainview.model import CountedWarning, Event, PoseBasis, Sigma, TimeBasis, View, ViewSigma

__all__ = ["MavlinkReading", "sidecar_from_mavlink"]

Array = npt.NDArray[np.float64]

STATED_SIGMA_S: Final = 0.1
"""Of a start that a person states, to the tenth of a second."""
CREATED_SIGMA_S: Final = 1.0
"""Of a container's time of creation, which is whole seconds of the recorder's own clock."""
_MOST_GAP_US: Final = 2_000_000
"""Between two messages of a kind; across more nothing is interpolated."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MavlinkReading:
    """What is known beside a log.

    Args:
        width_px: Of the picture; height likewise.
        start_us: UTC of the video's first picture; None where nothing says it.
        start_sigma_s: 1-sigma of that.
        camera_mount_deg: Azimuth, elevation and roll of a camera fixed to the airframe; None
            where it is on a gimbal, or not known.
        horizontal_fov_deg: Of the camera; None where not known.
    """

    width_px: int
    height_px: int
    start_us: int | None
    start_sigma_s: float = STATED_SIGMA_S
    camera_mount_deg: tuple[float, float, float] | None = None
    horizontal_fov_deg: float | None = None


def sidecar_from_mavlink(log: MavlinkLog, *, name: str, reading: MavlinkReading) -> Sidecar:
    """Return a log as Views on the video's clock.

    Args:
        log: As `read_mavlink_log` gives it.
        name: Of the file.
        reading: What is known beside it.
    """
    warnings = _warnings(log, name, reading)
    n_records = log.n_packets + log.n_damaged
    kind = f"MAVLink log of vehicle {log.system}"
    if reading.start_us is None:
        return Sidecar(
            name=name,
            kind=kind,
            views=(),
            n_records=n_records,
            n_damaged=log.n_damaged,
            warnings=warnings,
        )
    views = tuple(
        TimedView(
            video_time_us=int(time_us) - reading.start_us,
            time_us=int(time_us),
            view=view,
        )
        for time_us, view in _views(log, reading)
    )
    started = np.datetime64(reading.start_us, "us")
    what = (
        f"The log is joined to the video by its first picture being at {started}Z,"
        f" with {reading.start_sigma_s:g} s of doubt."
    )
    event = Event(kind="sidecar_time", what=what)
    return Sidecar(
        name=name,
        kind=kind,
        views=views,
        n_records=n_records,
        n_damaged=log.n_damaged,
        warnings=warnings,
        events=(event,),
    )


def _views(log: MavlinkLog, reading: MavlinkReading) -> list[tuple[int, View]]:
    """Return a View for each attitude that lies between two places."""
    times_us = log.attitude_us
    latitude, longitude, altitude_m = (
        _between(log.position_us, log.position[:, column], times_us) for column in range(3)
    )
    gimbal = [_between_angles(log, column) for column in range(3)] if len(log.gimbal_us) else None
    found = []
    for row, time_us in enumerate(times_us.tolist()):
        place = (float(latitude[row]), float(longitude[row]), float(altitude_m[row]))
        if not all(math.isfinite(each) for each in place):
            continue
        pointing = None if gimbal is None else tuple(float(each[row]) for each in gimbal)
        if pointing is not None and not all(math.isfinite(each) for each in pointing):
            pointing = None
        attitude = log.attitude_deg[row]
        view = _placed(place, attitude, time_us=time_us, reading=reading)
        view = _looking(view, pointing, is_north=log.is_gimbal_from_north, reading=reading)
        found.append((time_us, view))
    return found


def _between(at_us: npt.NDArray[np.int64], values: Array, times_us: npt.NDArray[np.int64]) -> Array:
    """Return values between their neighbours; NaN beyond the ends and across long gaps."""
    found = np.interp(times_us, at_us, values, left=np.nan, right=np.nan)
    after = np.clip(np.searchsorted(at_us, times_us), 1, len(at_us) - 1)
    gaps = at_us[after] - at_us[after - 1]
    return np.where(gaps > _MOST_GAP_US, np.nan, found)


def _between_angles(log: MavlinkLog, column: int) -> Array:
    unwrapped = np.degrees(np.unwrap(np.radians(log.gimbal_deg[:, column])))
    if len(unwrapped) == 1:
        return np.full(len(log.attitude_us), np.nan)
    return _between(log.gimbal_us, unwrapped, log.attitude_us)


def _placed(
    place: tuple[float, float, float], attitude: Array, *, time_us: int, reading: MavlinkReading
) -> View:
    latitude, longitude, altitude_m = place
    heading, pitch, roll = (float(each) for each in attitude)
    horizontal = reading.horizontal_fov_deg
    vertical = None
    if horizontal is not None:
        half = math.tan(math.radians(0.5 * horizontal)) * reading.height_px / reading.width_px
        vertical = 2.0 * math.degrees(math.atan(half))
    return View(
        time_us=time_us,
        time_basis=TimeBasis.SIDECAR,
        utc_sigma_s=reading.start_sigma_s,
        latitude_deg=latitude,
        longitude_deg=longitude,
        height_hae_m=altitude_m + float(geoid_undulation_m(latitude, longitude)),
        altitude_msl_m=altitude_m,
        platform_heading_deg=heading % 360.0,
        platform_pitch_deg=pitch,
        platform_roll_deg=roll,
        horizontal_fov_deg=horizontal,
        vertical_fov_deg=vertical,
        metadata_age_s=0.0,
    )


def _looking(
    view: View, pointing: tuple[float, ...] | None, *, is_north: bool, reading: MavlinkReading
) -> View:
    """Return the View with its line of sight, where the log or a person says it."""
    is_north = is_north and reading.camera_mount_deg is None
    angles = reading.camera_mount_deg or pointing
    if angles is None:
        return view
    azimuth, elevation, roll = angles
    if is_north:
        return replace(
            view,
            camera_heading_deg=azimuth % 360.0,
            camera_elevation_deg=elevation,
            camera_roll_deg=roll,
            pose_basis=PoseBasis.ABSOLUTE,
            angle_convention="mavlink",
            sigma=_sigma(PoseBasis.ABSOLUTE, reading),
        )
    # a gimbal that keeps itself level gives its tilt from the horizon, one fixed to the airframe
    # from the airframe
    is_level = reading.camera_mount_deg is None
    rotation = ned_from_camera_of_gimbal(
        (
            view.platform_heading_deg or 0.0,
            0.0 if is_level else view.platform_pitch_deg or 0.0,
            0.0 if is_level else view.platform_roll_deg or 0.0,
        ),
        (azimuth, elevation, roll),
    )
    heading, camera_elevation, camera_roll = camera_angles_deg(rotation)
    basis = PoseBasis.ABSOLUTE if is_level else PoseBasis.RELATIVE
    return replace(
        view,
        sensor_relative_azimuth_deg=azimuth,
        sensor_relative_elevation_deg=elevation,
        sensor_relative_roll_deg=roll,
        camera_heading_deg=heading,
        camera_elevation_deg=camera_elevation,
        camera_roll_deg=camera_roll,
        pose_basis=basis,
        angle_convention="mavlink",
        sigma=_sigma(basis, reading),
    )


def _sigma(basis: PoseBasis, reading: MavlinkReading) -> ViewSigma:
    assumed = assumed_view_sigma(basis)
    time_s = Sigma(own=assumed.time_s.own, shared=math.hypot(0.05, reading.start_sigma_s))
    return replace(assumed, time_s=time_s)


def _warnings(log: MavlinkLog, name: str, reading: MavlinkReading) -> tuple[CountedWarning, ...]:
    found = []
    if log.n_damaged:
        found.append(
            CountedWarning(
                code="sidecar_damaged",
                count=log.n_damaged,
                first=name,
                what="Stretches of the log are no packets.",
                mend="They are left out; the rest is used.",
            )
        )
    if reading.start_us is None:
        found.append(
            CountedWarning(
                code="sidecar_no_start",
                count=1,
                first=name,
                what="Nothing says when the video began, so that the log cannot be joined to it.",
                mend="State it: [sidecar] video_start_utc.",
            )
        )
    elif reading.camera_mount_deg is None and not len(log.gimbal_us):
        found.append(
            CountedWarning(
                code="sidecar_no_gimbal",
                count=1,
                first=name,
                what="The log does not say how the camera looked, so nothing is located.",
                mend="State how it is fixed to the airframe: [sidecar] camera_mount_deg.",
            )
        )
    return tuple(found)
