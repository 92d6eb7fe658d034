"""Units and the one table of conversions between them."""

from typing import Final

__all__ = [
    "FOOT_M",
    "KNOT_M_S",
    "MICROSECONDS_PER_SECOND",
    "NAUTICAL_MILE_M",
    "microseconds_from_seconds",
    "seconds_from_microseconds",
    "wrap_degrees_180",
    "wrap_degrees_360",
]

FOOT_M: Final = 0.3048
"""International foot, exact by definition (1959)."""

NAUTICAL_MILE_M: Final = 1852.0
"""International nautical mile, exact by definition (1929)."""

KNOT_M_S: Final = NAUTICAL_MILE_M / 3600.0
"""One nautical mile an hour."""

MICROSECONDS_PER_SECOND: Final = 1_000_000


def seconds_from_microseconds(time_us: int) -> float:
    """Convert integer microseconds to seconds."""
    return time_us / MICROSECONDS_PER_SECOND


def microseconds_from_seconds(time_s: float) -> int:
    """Convert seconds to the nearest integer microsecond."""
    return round(time_s * MICROSECONDS_PER_SECOND)


def wrap_degrees_360(angle_deg: float) -> float:
    """Wrap an angle to [0, 360) degrees, as headings are given.

    >>> wrap_degrees_360(-90.0)
    270.0
    """
    wrapped = angle_deg % 360.0
    return 0.0 if wrapped == 360.0 else wrapped


def wrap_degrees_180(angle_deg: float) -> float:
    """Wrap an angle to [-180, 180) degrees, as longitudes and relative azimuths are given.

    >>> wrap_degrees_180(190.0)
    -170.0
    """
    return wrap_degrees_360(angle_deg + 180.0) - 180.0
