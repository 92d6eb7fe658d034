"""Bearings, ranges, speeds, heights and times in the forms that people read aloud."""

import math
from datetime import UTC, datetime
from typing import Final

from plainview.geo.geodesic import distance_and_bearing
from plainview.units import FOOT_M, KNOT_M_S, MICROSECONDS_PER_SECOND, NAUTICAL_MILE_M

__all__ = [
    "bearing_and_range_text",
    "format_bearing",
    "format_distance",
    "format_height",
    "format_speed",
    "zulu_date_time_group",
]

_MONTHS: Final = "JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC"
_KILOMETRE_M: Final = 1000.0
_MOST_DECIMALS: Final = 3


def _in_units(value: float, *, sigma: float | None, default: int) -> str:
    """The value with decimals down to its error."""
    decimals = default
    if sigma is not None and sigma > 0.0:
        decimals = min(max(math.ceil(-math.log10(sigma) - 1e-9), 0), _MOST_DECIMALS)
    return f"{value:.{decimals}f}"


def format_bearing(bearing_deg: float, *, reference: str) -> str:
    """Return a bearing in three figures with what it counts from.

    >>> format_bearing(359.7, reference="true")
    '000° true'

    Args:
        bearing_deg: Clockwise from that north.
        reference: Such as ``true`` or ``magnetic``.
    """
    return f"{round(bearing_deg) % 360:03d}° {reference}"


def format_distance(distance_m: float, *, error_m: float | None = None) -> str | None:
    """Return a distance in nautical miles beside kilometres or metres.

    >>> format_distance(5926.4, error_m=50.0)
    '3.20 NM (5.93 km)'

    Args:
        distance_m: Not negative.
        error_m: Down to which digits are shown; None shows hundredths of a mile.

    Returns:
        Text; None where the distance is NaN.
    """
    if not math.isfinite(distance_m):
        return None
    miles = _in_units(
        distance_m / NAUTICAL_MILE_M,
        sigma=None if error_m is None else error_m / NAUTICAL_MILE_M,
        default=2,
    )
    if distance_m < _KILOMETRE_M:
        return f"{miles} NM ({distance_m:.0f} m)"
    kilometres = _in_units(
        distance_m / _KILOMETRE_M,
        sigma=None if error_m is None else error_m / _KILOMETRE_M,
        default=2,
    )
    return f"{miles} NM ({kilometres} km)"


def format_speed(speed_m_s: float) -> str | None:
    """Return a speed in knots beside metres a second; None where it is NaN.

    >>> format_speed(10.0)
    '19.4 kn (10.0 m/s)'
    """
    if not math.isfinite(speed_m_s):
        return None
    return f"{speed_m_s / KNOT_M_S:.1f} kn ({speed_m_s:.1f} m/s)"


def format_height(height_m: float) -> str | None:
    """Return a height in feet beside metres; None where it is NaN.

    >>> format_height(100.0)
    '328 ft (100 m)'
    """
    if not math.isfinite(height_m):
        return None
    return f"{height_m / FOOT_M:.0f} ft ({height_m:.0f} m)"


def bearing_and_range_text(
    from_deg: tuple[float, float],
    to_deg: tuple[float, float],
    *,
    declination_deg: float | None = None,
    error_m: float | None = None,
) -> str | None:
    """Return where one place lies from another: bearing true and magnetic, and range.

    >>> bearing_and_range_text((60.0, 10.0), (60.1, 10.0), declination_deg=4.0)
    '000° true, 356° magnetic, 6.02 NM (11.14 km)'

    Args:
        from_deg: Latitude and longitude of own ship or of a datum.
        to_deg: Latitude and longitude of what is there.
        declination_deg: Of the place where the compass is; None leaves the magnetic bearing out.
        error_m: Of the range; digits are shown down to it.

    Returns:
        Text; None where either place is unknown. Two equal places have a range of zero and
        no bearing.
    """
    distance, bearing = distance_and_bearing(from_deg, to_deg)
    range_text = format_distance(float(distance), error_m=error_m)
    if range_text is None:
        return None
    parts = [range_text]
    if math.isfinite(float(bearing)):
        bearings = [format_bearing(float(bearing), reference="true")]
        if declination_deg is not None:
            magnetic_deg = float(bearing) - declination_deg
            bearings.append(format_bearing(magnetic_deg, reference="magnetic"))
        parts = [*bearings, range_text]
    return ", ".join(parts)


def zulu_date_time_group(time_us: int | None) -> str | None:
    """Return a date-time group in Zulu time, cut to the minute.

    >>> zulu_date_time_group(1_795_258_980_000_000)
    '211103ZNOV26'

    Args:
        time_us: UTC, microseconds since the Unix epoch; None where not known.

    Returns:
        Day, hours, minutes, Z, month, year; None without a time or beyond the calendar.

    Source:
        ACP 121(I), date-time group.
    """
    if time_us is None:
        return None
    try:
        at = datetime.fromtimestamp(time_us // MICROSECONDS_PER_SECOND, tz=UTC)
    except (OverflowError, ValueError, OSError):
        return None
    month = _MONTHS[3 * at.month - 3 : 3 * at.month]
    return f"{at.day:02d}{at.hour:02d}{at.minute:02d}Z{month}{at.year % 100:02d}"
