"""The captions of a DJI drone as Views: what they say, above what, and what they leave open.

A drone's captions name no datum, no zone and no accuracy. What is taken for each is stated here,
marked ``assumed``, and told to the user; what a caption does not say stays unknown. Without the
gimbal's angles, which most models leave out, a View has a place and no line of sight, so that
nothing is located with it.
"""

import datetime as dt
import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from plainview.formats.dji_caption import DjiCaption
from plainview.formats.dji_srt import DjiLog
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
from plainview.formats.sidecar import Sidecar
from plainview.geo import geoid_undulation_m
from plainview.misb.timed_view import TimedView
from plainview.model import (
    CountedWarning,
    Event,
    PoseBasis,
    Sigma,
    TimeBasis,
    UncertaintyBasis,
    View,
    ViewSigma,
)

__all__ = ["DjiReading", "sidecar_from_dji"]


_TIME_SHARED_S: Final = 0.1
"""Assumed: the captions' instant against the picture's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DjiReading:
    """What is known beside the captions.

    Args:
        width_px: Of the picture; height likewise.
        utc_offset_s: By how much the drone's clock is ahead of UTC; None where not known.
        takeoff_height_hae_m: Of the place of take-off above the ellipsoid; None likewise.
        takeoff_sigma_m: 1-sigma of that.
        horizontal_fov_deg: Of the camera, where its captions give no focal length; None likewise.
    """

    width_px: int
    height_px: int
    utc_offset_s: float | None = None
    takeoff_height_hae_m: float | None = None
    takeoff_sigma_m: float = 5.0
    horizontal_fov_deg: float | None = None


def sidecar_from_dji(log: DjiLog, *, name: str, reading: DjiReading) -> Sidecar:
    """Return a drone's captions as Views on the video's clock.

    Args:
        log: As `read_dji_srt` gives it.
        name: Of the file.
        reading: What is known beside it.
    """
    step_s = _step_s(log.captions)
    time_s = Sigma(own=step_s / math.sqrt(12.0), shared=_TIME_SHARED_S)
    views = tuple(
        TimedView(
            video_time_us=caption.start_us,
            time_us=_time_us(caption, reading),
            view=_view(caption, reading, time_s),
            sensor_key=(caption.focal_length_35mm, caption.digital_zoom),
        )
        for caption in log.captions
    )
    n_damaged = sum(count for what, count in log.damage.items() if what != "no_position")
    return Sidecar(
        name=name,
        kind=f"DJI SRT ({', '.join(log.dialects)})",
        views=views,
        n_records=len(log.captions) + n_damaged,
        n_damaged=n_damaged,
        warnings=tuple(_warnings(log, name, reading)),
        events=tuple(_events(log, reading)),
    )


def _step_s(captions: Sequence[DjiCaption]) -> float:
    """Return how far captions are apart, at the middle of all."""
    spans = sorted(each.end_us - each.start_us for each in captions)
    return spans[len(spans) // 2] / 1e6 if spans else 0.0


def _time_us(caption: DjiCaption, reading: DjiReading) -> int | None:
    if caption.local_time is None or reading.utc_offset_s is None:
        return None
    since = caption.local_time - dt.datetime(1970, 1, 1)  # noqa: DTZ001
    return round((since.total_seconds() - reading.utc_offset_s) * 1e6)


def _view(caption: DjiCaption, reading: DjiReading, time_s: Sigma) -> View:
    time_us = _time_us(caption, reading)
    height_hae_m, height_sigma_m = _height(caption, reading)
    geoid_m = _geoid_m(caption)
    horizontal_fov_deg, vertical_fov_deg = _fields_deg(caption, reading)
    has_pose = caption.has_position and caption.has_gimbal
    heading_deg = None if caption.gimbal_heading_deg is None else caption.gimbal_heading_deg % 360.0
    return View(
        time_us=time_us,
        time_basis=None if time_us is None else TimeBasis.SIDECAR,
        utc_sigma_s=None if time_us is None else 1.0,
        latitude_deg=caption.latitude_deg,
        longitude_deg=caption.longitude_deg,
        height_hae_m=height_hae_m,
        altitude_msl_m=None if height_hae_m is None else height_hae_m - geoid_m,
        platform_heading_deg=None
        if caption.flight_heading_deg is None
        else caption.flight_heading_deg % 360.0,
        platform_pitch_deg=caption.flight_pitch_deg,
        platform_roll_deg=caption.flight_roll_deg,
        camera_heading_deg=heading_deg if has_pose else None,
        camera_elevation_deg=caption.gimbal_pitch_deg if has_pose else None,
        camera_roll_deg=(caption.gimbal_roll_deg or 0.0) if has_pose else None,
        pose_basis=PoseBasis.ABSOLUTE if has_pose else None,
        horizontal_fov_deg=horizontal_fov_deg,
        vertical_fov_deg=vertical_fov_deg,
        metadata_age_s=0.0,
        sigma=_sigma(caption, height_sigma_m, time_s) if has_pose else None,
        angle_convention="dji" if has_pose else None,
    )


def _geoid_m(caption: DjiCaption) -> float:
    if caption.latitude_deg is None or caption.longitude_deg is None:
        return 0.0
    return float(geoid_undulation_m(caption.latitude_deg, caption.longitude_deg))


def _height(caption: DjiCaption, reading: DjiReading) -> tuple[float | None, float]:
    """Return the height above the ellipsoid and its sigma; None where nothing says it."""
    if not caption.has_position:
        return None, 0.0
    if reading.takeoff_height_hae_m is not None and caption.takeoff_height_m is not None:
        sigma_m = math.hypot(reading.takeoff_sigma_m, TAKEOFF_SIGMA_M)
        return reading.takeoff_height_hae_m + caption.takeoff_height_m, sigma_m
    altitude_m = _absolute_m(caption)
    if altitude_m is None:
        return None, 0.0
    return altitude_m + _geoid_m(caption), ABSOLUTE_SIGMA_M


def _absolute_m(caption: DjiCaption) -> float | None:
    """Return the altitude that is taken as above the sea; None where there is no usable one."""
    altitude_m = caption.absolute_altitude_m
    if altitude_m is None:
        altitude_m = caption.unnamed_altitude_m
    if altitude_m is None or altitude_m < LOWEST_LAND_M:
        return None
    return altitude_m


def _fields_deg(
    caption: DjiCaption, reading: DjiReading
) -> tuple[float, float] | tuple[None, None]:
    """Return the fields of view of a focal length that is stated for 35 mm film.

    The maker states it by the diagonal of the sensor's whole 4:3 picture; a video of another
    shape shows all of its width.
    """
    focal_mm = caption.focal_length_35mm
    if focal_mm:
        half_width = 0.5 * PHOTO_WIDTH * FILM_DIAGONAL_MM / focal_mm
    elif reading.horizontal_fov_deg is not None:
        half_width = math.tan(math.radians(0.5 * reading.horizontal_fov_deg))
    else:
        return None, None
    half_width /= max(1.0, caption.digital_zoom or 1.0)
    half_height = half_width * reading.height_px / reading.width_px
    return 2.0 * math.degrees(math.atan(half_width)), 2.0 * math.degrees(math.atan(half_height))


def _sigma(caption: DjiCaption, height_sigma_m: float, time_s: Sigma) -> ViewSigma:
    rounding_m = caption.position_step_deg / math.sqrt(12.0) * 111_320.0
    return ViewSigma(
        position_horizontal_m=Sigma(
            own=math.hypot(POSITION_M.own, rounding_m), shared=POSITION_M.shared
        ),
        position_vertical_m=Sigma(own=0.3, shared=height_sigma_m),
        camera_heading_deg=HEADING_DEG,
        camera_elevation_deg=TILT_DEG,
        camera_roll_deg=TILT_DEG,
        field_of_view_ratio=FIELD_OF_VIEW_RATIO,
        time_s=time_s,
        basis=UncertaintyBasis.ASSUMED,
    )


_DAMAGE_WORDS: Final = {
    "caption_time": "captions have times that cannot be read",
    "caption_unread": "captions hold nothing that a drone says",
    "caption_order": "captions lie before the one that they follow",
    "no_position": "captions have no position fix",
}


def _warnings(log: DjiLog, name: str, reading: DjiReading) -> list[CountedWarning]:
    found = [
        CountedWarning(
            code=f"sidecar_{what}",
            count=count,
            first=f"{name}, line {log.first_damage[what]}",
            what=f"Some {_DAMAGE_WORDS[what]}.",
            mend="They are left out; the rest is used.",
        )
        for what, count in sorted(log.damage.items())
    ]
    placed = [each for each in log.captions if each.has_position]
    blind = [each for each in placed if not each.has_gimbal]
    if blind:
        found.append(
            CountedWarning(
                code="sidecar_no_gimbal",
                count=len(blind),
                first=f"{name}, at {blind[0].start_us / 1e6:.3f} s",
                what="The captions do not say how the camera looked, so nothing is located.",
                mend="Where the drone can write the gimbal's angles into its captions, let it.",
            )
        )
    return found + _height_warnings(placed, name, reading)


def _height_warnings(
    placed: list[DjiCaption], name: str, reading: DjiReading
) -> list[CountedWarning]:
    unknown = [each for each in placed if _height(each, reading)[0] is None]
    unsure = [each for each in placed if _height(each, reading)[1] == ABSOLUTE_SIGMA_M]
    found = []
    if unknown:
        found.append(
            CountedWarning(
                code="sidecar_height_unknown",
                count=len(unknown),
                first=f"{name}, at {unknown[0].start_us / 1e6:.3f} s",
                what="The captions give no height, one above take-off alone, or one that lies"
                " below all land, so that how high the camera was is not known.",
                mend="Give a height model (--terrain) or [sidecar] takeoff_altitude_msl_m.",
            )
        )
    if unsure:
        found.append(
            CountedWarning(
                code="sidecar_height_unsure",
                count=len(unsure),
                first=f"{name}, at {unsure[0].start_us / 1e6:.3f} s",
                what="The captions do not say what their altitude is above; it is taken as above"
                f" the sea, with {ABSOLUTE_SIGMA_M:.0f} m of doubt.",
                mend="Give a height model (--terrain) or [sidecar] takeoff_altitude_msl_m.",
            )
        )
    return found


def _events(log: DjiLog, reading: DjiReading) -> list[Event]:
    clocks = [each.local_time for each in log.captions if each.local_time is not None]
    if not clocks:
        what = "The captions give no date and time: the instants of this mission are not known."
    elif reading.utc_offset_s is None:
        what = (
            f"The captions give a local time ({clocks[0]:%Y-%m-%d %H:%M:%S}) and no zone:"
            " UTC is not known. [sidecar] utc_offset_h states it."
        )
    else:
        what = f"The captions' clock is {reading.utc_offset_s / 3600.0:+.2f} h from UTC."
    return [Event(kind="sidecar_time", what=what)]
