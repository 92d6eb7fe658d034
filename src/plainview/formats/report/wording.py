"""Wording: times, places, errors and speeds as the report says them."""

from datetime import UTC, datetime, timedelta
from typing import Final

import numpy as np

from plainview.errors import GeometryError
from plainview.geo import (
    bearing_and_range_text,
    declination_deg,
    format_speed,
    geoid_undulation_m,
    zulu_date_time_group,
)
from plainview.units import FOOT_M, NAUTICAL_MILE_M

__all__ = [
    "SURFACE_WORDS",
    "bearing_text",
    "clock_text",
    "course_and_speed_text",
    "duration_text",
    "ellipse_text",
    "error_text",
    "height_text",
    "length_text",
    "percent_text",
    "zulu_text",
]

SURFACE_WORDS: Final = {
    "terrain": "terrain model",
    "frame_center_height": "the source's own frame-centre height",
    "sea_level": "mean sea level",
    "ellipsoid": "bare ellipsoid",
}
"""Names of surfaces as people read them."""

_LONG_LENGTH_M: Final = 500.0
"""From here on nautical miles stand beside metres, below it feet."""


def zulu_text(time_us: int | None) -> str | None:
    """Return a date-time group with the seconds beside it; None where not known."""
    group = zulu_date_time_group(time_us)
    if group is None or time_us is None:
        return None
    moment = datetime.fromtimestamp(time_us // 1_000_000, UTC)
    return f"{group} ({moment:%H:%M:%S}Z)"


def clock_text(video_time_us: float) -> str:
    """Return a time of the video as hours, minutes and seconds."""
    seconds = int(video_time_us // 1_000_000)
    return f"{seconds // 3600}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def duration_text(duration_us: float) -> str:
    """Return how long a thing took, in its two largest units."""
    span = timedelta(microseconds=max(0, round(duration_us)))
    seconds = span.total_seconds()
    if seconds < 60:
        return f"{seconds:.1f} s"
    minutes, rest = divmod(round(seconds), 60)
    if minutes < 60:
        return f"{minutes} min {rest} s"
    return f"{minutes // 60} h {minutes % 60} min"


def percent_text(share: float) -> str:
    """Return a share as a percentage that says 100 % only of all and 0 % only of none."""
    percent = 100.0 * share
    if 0.0 < percent < 0.1:
        return "< 0.1 %"
    if 99.9 < percent < 100.0:
        return "> 99.9 %"
    return (
        f"{percent:.0f} %" if percent in {0.0, 100.0} or 1 <= percent <= 99 else f"{percent:.1f} %"
    )


def _figure(value: float) -> str:
    """Return a number to two or three figures, never more digits than people say."""
    if value >= 100.0:
        return f"{value:.0f}"
    return f"{value:.0f}" if value >= 10.0 else f"{value:.1f}"


def length_text(length_m: float) -> str:
    """Return a length in metres, with feet or nautical miles beside it."""
    if not np.isfinite(length_m):
        return "not known"
    if length_m >= _LONG_LENGTH_M:
        return f"{length_m:.0f} m / {length_m / NAUTICAL_MILE_M:.2f} NM"
    return f"{_figure(length_m)} m / {_figure(length_m / FOOT_M)} ft"


def error_text(ce90_m: float) -> str:
    """Return the horizontal 90 % error."""
    return f"± {length_text(ce90_m)}" if np.isfinite(ce90_m) else "error not known"


def ellipse_text(semi_axes_m: tuple[float, float], heading_deg: float) -> str:
    """Return the 95 % ellipse: semi-axes in metres and feet, and the way that the longer lies."""
    major, minor = semi_axes_m
    if not np.isfinite(major):
        return "not known"
    metric = f"{_figure(major)} × {_figure(minor)} m"
    other = f"{_figure(major / FOOT_M)} × {_figure(minor / FOOT_M)} ft"
    if major >= _LONG_LENGTH_M:
        other = f"{major / NAUTICAL_MILE_M:.2f} × {minor / NAUTICAL_MILE_M:.2f} NM"
    along = round(heading_deg) % 180
    return f"{metric} ({other}), long axis {along:03d}°–{along + 180:03d}° true"


def height_text(
    height_hae_m: float | None, latitude_deg: float, longitude_deg: float
) -> str | None:
    """Return a height above the sea and above the ellipsoid; None where not known."""
    if height_hae_m is None:
        return None
    ellipsoidal = f"{height_hae_m:.0f} m above the ellipsoid"
    try:
        undulation_m = float(
            geoid_undulation_m(np.array([latitude_deg]), np.array([longitude_deg]))[0]
        )
    except GeometryError:
        return ellipsoidal
    altitude_m = height_hae_m - undulation_m
    whole_m, whole_ft = round(altitude_m), round(altitude_m / FOOT_M)  # never -0
    return f"{whole_m} m ({whole_ft} ft) above the sea, {ellipsoidal}"


def course_and_speed_text(
    velocity_en_m_s: tuple[float, float] | None, declination: float | None
) -> str | None:
    """Return course over the ground, true and magnetic, and speed; None where not known."""
    if velocity_en_m_s is None:
        return None
    east, north = velocity_en_m_s
    speed_m_s = float(np.hypot(east, north))
    course_deg = float(np.degrees(np.arctan2(east, north)))
    courses = [f"{round(course_deg) % 360:03d}° true"]
    if declination is not None:
        courses.append(f"{round(course_deg - declination) % 360:03d}° magnetic")
    return f"{', '.join(courses)}, {format_speed(speed_m_s)}"


def bearing_text(
    start_deg: tuple[float, float],
    end_deg: tuple[float, float],
    *,
    time_us: int | None,
    error_m: float,
) -> str | None:
    """Return bearing, true and magnetic, and range from one place to another."""
    return bearing_and_range_text(
        start_deg,
        end_deg,
        declination_deg=declination_deg(start_deg[0], start_deg[1], time_us=time_us),
        error_m=error_m if np.isfinite(error_m) else None,
    )
