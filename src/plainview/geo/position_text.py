"""Positions in the forms that people read aloud, with as many digits as they are worth.

The last digit shown stands for a step on the ground no longer than the place's CE90, so that
reading the text back loses no more than the error does, and shows no false precision.
"""

import math
from functools import cache
from typing import Final

from mgrs import MGRS

from plainview.geo.ellipsoid import MEAN_EARTH_RADIUS_M

__all__ = ["format_ddm", "format_decimal", "format_dms", "format_mgrs"]

_DEGREE_M: Final = math.radians(1.0) * MEAN_EARTH_RADIUS_M
_MINUTE_M: Final = _DEGREE_M / 60.0
_SECOND_M: Final = _MINUTE_M / 60.0
_MGRS_MOST_DIGITS: Final = 5


def _decimals(unit_m: float, *, ce90_m: float | None, most: int, default: int) -> int:
    """Decimals at which the last digit's step is no longer than the error."""
    if ce90_m is None or not ce90_m > 0.0:
        return default
    if math.isinf(ce90_m):
        return 0
    return min(max(math.ceil(math.log10(unit_m / ce90_m) - 1e-9), 0), most)


def _is_position(latitude_deg: float, longitude_deg: float) -> bool:
    return -90.0 <= latitude_deg <= 90.0 and -540.0 <= longitude_deg <= 540.0


def _wrapped(longitude_deg: float) -> float:
    """Longitude as given where it lies in [-180, 180], else wrapped there."""
    if -180.0 <= longitude_deg <= 180.0:
        return longitude_deg
    return (longitude_deg + 180.0) % 360.0 - 180.0


def _sexagesimal(
    angle_deg: float, *, letters: str, n_digits: int, decimals: int, has_seconds: bool
) -> str:
    """One coordinate; whole steps of the last digit carry upward, so that no 60 is shown."""
    step = 10**decimals
    per_degree = (3600 if has_seconds else 60) * step
    steps = round(abs(angle_deg) * per_degree)
    letter = letters[1] if angle_deg < 0.0 and steps else letters[0]
    degrees, rest = divmod(steps, per_degree)
    minutes, rest = divmod(rest, 60 * step) if has_seconds else (0, rest)
    whole, part = divmod(rest, step)
    last = f"{whole:02d}" + (f".{part:0{decimals}d}" if decimals else "")
    if has_seconds:
        return f"{degrees:0{n_digits}d}°{minutes:02d}'{last}\"{letter}"
    return f"{degrees:0{n_digits}d}°{last}'{letter}"


def _pair(
    latitude_deg: float, longitude_deg: float, *, decimals: int, has_seconds: bool
) -> str | None:
    if not _is_position(latitude_deg, longitude_deg):
        return None
    parts = ((latitude_deg, "NS", 2), (_wrapped(longitude_deg), "EW", 3))
    return " ".join(
        _sexagesimal(
            angle, letters=letters, n_digits=digits, decimals=decimals, has_seconds=has_seconds
        )
        for angle, letters, digits in parts
    )


def format_ddm(
    latitude_deg: float, longitude_deg: float, *, ce90_m: float | None = None
) -> str | None:
    """Return a position in degrees and decimal minutes, as rescuers say it.

    >>> format_ddm(59.9139, 10.7522, ce90_m=20.0)
    "59°54.83'N 010°45.13'E"

    Args:
        latitude_deg: WGS84.
        longitude_deg: WGS84.
        ce90_m: Its error; None shows three decimals (1.9 m).

    Returns:
        Text, or None where there is no position.
    """
    decimals = _decimals(_MINUTE_M, ce90_m=ce90_m, most=4, default=3)
    return _pair(latitude_deg, longitude_deg, decimals=decimals, has_seconds=False)


def format_dms(
    latitude_deg: float, longitude_deg: float, *, ce90_m: float | None = None
) -> str | None:
    """Return a position in degrees, minutes and seconds.

    >>> print(format_dms(-33.8568, 151.2153, ce90_m=20.0))
    33°51'24.5"S 151°12'55.1"E

    Args:
        latitude_deg: WGS84.
        longitude_deg: WGS84.
        ce90_m: Its error; None shows one decimal (3.1 m).

    Returns:
        Text, or None where there is no position.
    """
    decimals = _decimals(_SECOND_M, ce90_m=ce90_m, most=3, default=1)
    return _pair(latitude_deg, longitude_deg, decimals=decimals, has_seconds=True)


def format_decimal(
    latitude_deg: float, longitude_deg: float, *, ce90_m: float | None = None
) -> str | None:
    """Return a position in decimal degrees, signed, latitude first.

    >>> format_decimal(-33.8568, 151.2153, ce90_m=20.0)
    '-33.8568, 151.2153'

    Args:
        latitude_deg: WGS84.
        longitude_deg: WGS84.
        ce90_m: Its error; None shows five decimals (1.1 m).

    Returns:
        Text, or None where there is no position.
    """
    if not _is_position(latitude_deg, longitude_deg):
        return None
    decimals = _decimals(_DEGREE_M, ce90_m=ce90_m, most=6, default=5)
    latitude, longitude = (
        round(angle, decimals) + 0.0 for angle in (latitude_deg, _wrapped(longitude_deg))
    )
    return f"{latitude:.{decimals}f}, {longitude:.{decimals}f}"


@cache
def _mgrs() -> MGRS:
    return MGRS()


def format_mgrs(
    latitude_deg: float, longitude_deg: float, *, ce90_m: float | None = None
) -> str | None:
    """Return a position in the Military Grid Reference System (UPS about the poles).

    It names the square that holds the position (the grid cuts digits off, it does not
    round), with a side no longer than the error.

    >>> format_mgrs(59.9139, 10.7522, ce90_m=20.0)
    '32V NM 9797 4311'

    Args:
        latitude_deg: WGS84.
        longitude_deg: WGS84.
        ce90_m: Its error; None shows five digits (1 m).

    Returns:
        Text with spaces, or None where there is no position.

    Source:
        NGA.STND.0037, "Universal Grids and Grid Reference Systems".
    """
    if not _is_position(latitude_deg, longitude_deg):
        return None
    n_digits = _decimals(1e5, ce90_m=ce90_m, most=_MGRS_MOST_DIGITS, default=_MGRS_MOST_DIGITS)
    text = _mgrs().toMGRS(latitude_deg, _wrapped(longitude_deg), MGRSPrecision=n_digits)
    figures = text[len(text) - 2 * n_digits :]
    name = text[: len(text) - 2 * n_digits]
    parts = [name[:-2], name[-2:], figures[:n_digits], figures[n_digits:]]
    return " ".join(part for part in parts if part)
