"""Magnetic declination from the World Magnetic Model, within its years or not at all."""

from datetime import UTC, datetime
from functools import cache
from importlib import import_module
from typing import Final

from pygeomag import GeoMag

from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["declination_deg"]

_MODELS: Final = ((2010, "2010"), (2015, "2015v2"), (2020, "2020"), (2025, "2025"))
_YEARS_A_MODEL: Final = 5
_LOWEST_M: Final = -1_000.0
_HIGHEST_M: Final = 850_000.0


@cache
def _model(year: int) -> GeoMag | None:
    """Return the model of that calendar year, None where there is none."""
    for first, name in _MODELS:
        if first <= year < first + _YEARS_A_MODEL:
            table = getattr(import_module(f"pygeomag.wmm.wmm_{name}"), f"WMM_{name}")
            return GeoMag(coefficients_data=table)
    return None


def _decimal_year(time_us: int) -> float:
    at = datetime.fromtimestamp(time_us / MICROSECONDS_PER_SECOND, tz=UTC)
    start, end = datetime(at.year, 1, 1, tzinfo=UTC), datetime(at.year + 1, 1, 1, tzinfo=UTC)
    return at.year + (at - start) / (end - start)


def declination_deg(
    latitude_deg: float, longitude_deg: float, height_hae_m: float = 0.0, *, time_us: int | None
) -> float | None:
    """Return by how much magnetic north lies clockwise of true north.

    A magnetic bearing is the true one less this.

    Args:
        latitude_deg: WGS84.
        longitude_deg: WGS84.
        height_hae_m: Above the ellipsoid.
        time_us: UTC, microseconds since the Unix epoch; None where not known.

    Returns:
        Degrees; None outside the years 2010 to 2029, without a time or a place, beyond the
        model's heights, and in the blackout zones about the magnetic poles, where a compass
        has no direction.

    Source:
        NOAA and BGS, World Magnetic Model 2010, 2015v2, 2020, 2025.
    """
    if time_us is None or not -90.0 <= latitude_deg <= 90.0:
        return None
    if not (abs(longitude_deg) <= 360.0 and _LOWEST_M <= height_hae_m <= _HIGHEST_M):
        return None
    try:
        year = _decimal_year(time_us)
    except (OverflowError, ValueError, OSError):  # beyond the calendar
        return None
    model = _model(int(year))
    if model is None:
        return None
    field = model.calculate(
        glat=latitude_deg, glon=longitude_deg, alt=height_hae_m / 1e3, time=year
    )
    return None if field.in_blackout_zone else float(field.d)
