"""How high the sun stands."""

import numpy as np
import numpy.typing as npt

__all__ = ["sun_elevation_deg"]

Array = npt.NDArray[np.float64]

_J2000_US = 946_728_000_000_000
"""2000-01-01 12:00 UTC as microseconds since 1970."""
_US_A_DAY = 86_400_000_000


def sun_elevation_deg(
    time_us: npt.ArrayLike, latitude_deg: npt.ArrayLike, longitude_deg: npt.ArrayLike
) -> Array:
    """Return the elevation of the sun's centre above the horizontal, without refraction.

    Within 0.02 degrees from 1950 to 2050, and some tenths for centuries about them.

    Args:
        time_us: (...) UTC, microseconds since 1970.
        latitude_deg: (...) WGS84.
        longitude_deg: (...).

    Source:
        J. J. Michalsky, "The Astronomical Almanac's algorithm for approximate solar position",
        Solar Energy 40, 1988.
    """
    time = np.asarray(time_us, dtype=np.float64)
    days = (time - _J2000_US) / _US_A_DAY
    mean_longitude = np.radians((280.460 + 0.9856474 * days) % 360.0)
    mean_anomaly = np.radians((357.528 + 0.9856003 * days) % 360.0)
    ecliptic = mean_longitude + np.radians(
        1.915 * np.sin(mean_anomaly) + 0.020 * np.sin(2.0 * mean_anomaly)
    )
    obliquity = np.radians(23.439 - 4e-7 * days)
    right_ascension = np.arctan2(np.cos(obliquity) * np.sin(ecliptic), np.cos(ecliptic))
    declination = np.arcsin(np.sin(obliquity) * np.sin(ecliptic))
    sidereal_deg = 280.46061837 + 360.98564736629 * days
    hour_angle = np.radians(sidereal_deg + np.asarray(longitude_deg)) - right_ascension
    latitude = np.radians(latitude_deg)
    sine = np.sin(latitude) * np.sin(declination)
    sine = sine + np.cos(latitude) * np.cos(declination) * np.cos(hour_angle)
    elevation: Array = np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0)))
    return elevation
