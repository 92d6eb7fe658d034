"""Where the sun stands."""

from dataclasses import dataclass
from typing import Self

import numpy as np
import numpy.typing as npt

__all__ = ["sun_azimuth_deg", "sun_elevation_deg"]

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
    sun = _Sun.at(time_us, latitude_deg, longitude_deg)
    sine = np.sin(sun.latitude) * np.sin(sun.declination)
    sine = sine + np.cos(sun.latitude) * np.cos(sun.declination) * np.cos(sun.hour_angle)
    elevation: Array = np.degrees(np.arcsin(np.clip(sine, -1.0, 1.0)))
    return elevation


def sun_azimuth_deg(
    time_us: npt.ArrayLike, latitude_deg: npt.ArrayLike, longitude_deg: npt.ArrayLike
) -> Array:
    """Return where the sun's centre stands, clockwise from true north, 0 to 360.

    Args:
        time_us: (...) UTC, microseconds since 1970.
        latitude_deg: (...) WGS84.
        longitude_deg: (...).

    Source:
        As `sun_elevation_deg`; from equatorial to horizontal coordinates by the spherical
        triangle of pole, zenith and sun.
    """
    sun = _Sun.at(time_us, latitude_deg, longitude_deg)
    east = -np.cos(sun.declination) * np.sin(sun.hour_angle)
    north = np.cos(sun.latitude) * np.sin(sun.declination)
    north = north - np.sin(sun.latitude) * np.cos(sun.declination) * np.cos(sun.hour_angle)
    azimuth: Array = np.degrees(np.arctan2(east, north)) % 360.0
    return azimuth


@dataclass(frozen=True, slots=True)
class _Sun:
    """The sun as a place sees it: declination, hour angle and the place's latitude, radians."""

    declination: Array
    hour_angle: Array
    latitude: Array

    @classmethod
    def at(
        cls, time_us: npt.ArrayLike, latitude_deg: npt.ArrayLike, longitude_deg: npt.ArrayLike
    ) -> Self:
        time = np.asarray(time_us, dtype=np.float64)
        days = (time - _J2000_US) / _US_A_DAY
        mean_longitude = np.radians((280.460 + 0.9856474 * days) % 360.0)
        mean_anomaly = np.radians((357.528 + 0.9856003 * days) % 360.0)
        ecliptic = mean_longitude + np.radians(
            1.915 * np.sin(mean_anomaly) + 0.020 * np.sin(2.0 * mean_anomaly)
        )
        obliquity = np.radians(23.439 - 4e-7 * days)
        right_ascension = np.arctan2(np.cos(obliquity) * np.sin(ecliptic), np.cos(ecliptic))
        sidereal_deg = 280.46061837 + 360.98564736629 * days
        return cls(
            declination=np.arcsin(np.sin(obliquity) * np.sin(ecliptic)),
            hour_angle=np.radians(sidereal_deg + np.asarray(longitude_deg)) - right_ascension,
            latitude=np.radians(latitude_deg),
        )
