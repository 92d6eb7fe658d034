"""The map's frame: which part of the earth it shows, and how places become points on it."""

from dataclasses import dataclass
from typing import Final, Self

import numpy as np
import numpy.typing as npt

from plainview.geo import WGS84_ECCENTRICITY_SQUARED, WGS84_SEMI_MAJOR_M

__all__ = ["MapFrame", "graticule_step_deg", "nice_length_m"]

Array = npt.NDArray[np.float64]

_NOMINAL_WIDTH_PX: Final = 600.0
_MARGIN: Final = 1.2
_MINUTE: Final = 1.0 / 60.0
_STEPS_DEG: Final = tuple(
    _MINUTE * minutes
    for minutes in (
        *(0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5),
        *(1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800),
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class MapFrame:
    """A map in metres east and south of its middle: local equirectangular, north up.

    Within 100 km of the middle its scale is true to 1 % below 60 degrees of latitude.

    Args:
        latitude_deg: Of the middle; longitude likewise.
        metres_per_degree: Of longitude and of latitude, at the middle.
        width_m: Of what is shown at first.
        aspect: Its width over its height.
    """

    latitude_deg: float
    longitude_deg: float
    metres_per_degree: tuple[float, float]
    width_m: float
    aspect: float

    @classmethod
    def around(cls, places_deg: Array, *, aspect: float, least_m: float = 60.0) -> Self:
        """Return the frame that holds all places.

        Args:
            places_deg: (n, 2) latitude and longitude, n >= 1.
            aspect: Width over height.
            least_m: Least width and height.
        """
        longitudes = _unwrapped(places_deg[:, 1])
        latitude = float((places_deg[:, 0].min() + places_deg[:, 0].max()) / 2)
        longitude = float((longitudes.min() + longitudes.max()) / 2)
        east_m, north_m = _metres_per_degree(latitude)
        across_m = max(float(np.ptp(longitudes)) * east_m, least_m)
        upright_m = max(float(np.ptp(places_deg[:, 0])) * north_m, least_m)
        width_m = _MARGIN * float(max(across_m, upright_m * aspect))
        return cls(
            latitude_deg=latitude,
            longitude_deg=(longitude + 180.0) % 360.0 - 180.0,
            metres_per_degree=(east_m, north_m),
            width_m=width_m,
            aspect=aspect,
        )

    @property
    def height_m(self) -> float:
        """Height of what is shown."""
        return self.width_m / self.aspect

    @property
    def metres_per_px(self) -> float:
        """Size of a pixel where the map is as wide as the page on a desk."""
        return self.width_m / _NOMINAL_WIDTH_PX

    @property
    def decimals(self) -> int:
        """Decimals of a metre that the map's coordinates need."""
        return int(np.clip(np.ceil(-np.log10(self.metres_per_px / 8.0)), 0, 3))

    def project(self, latitude_deg: Array, longitude_deg: Array) -> Array:
        """Return places as points (n, 2), metres east and south of the middle."""
        turn = (longitude_deg - self.longitude_deg + 180.0) % 360.0 - 180.0
        east_m, north_m = self.metres_per_degree
        south_deg = self.latitude_deg - latitude_deg
        points: Array = np.stack([turn * east_m, south_deg * north_m], axis=-1)
        return points

    def box_deg(self, *, times: float) -> tuple[tuple[float, float], tuple[float, float]]:
        """Return smallest and largest (longitude, latitude) of so many times what is shown."""
        east_m, north_m = self.metres_per_degree
        half_longitude = min(179.9, times * self.width_m / 2 / east_m)
        half_latitude = times * self.height_m / 2 / north_m
        low = (self.longitude_deg - half_longitude, max(-90.0, self.latitude_deg - half_latitude))
        high = (self.longitude_deg + half_longitude, min(90.0, self.latitude_deg + half_latitude))
        return low, high


def _unwrapped(longitude_deg: Array) -> Array:
    """Return longitudes on one turn about the first, so that the date line is no edge."""
    first_deg = float(longitude_deg[0])
    turned: Array = (longitude_deg - first_deg + 180.0) % 360.0 - 180.0 + first_deg
    return turned


def _metres_per_degree(latitude_deg: float) -> tuple[float, float]:
    """Return the length of a degree of longitude and of latitude on the ellipsoid."""
    sine = np.sin(np.radians(latitude_deg))
    root = np.sqrt(1.0 - WGS84_ECCENTRICITY_SQUARED * sine**2)
    east_m = WGS84_SEMI_MAJOR_M / root * np.sqrt(max(1.0 - sine**2, 1e-6))
    north_m = WGS84_SEMI_MAJOR_M * (1.0 - WGS84_ECCENTRICITY_SQUARED) / root**3
    return float(np.radians(east_m)), float(np.radians(north_m))


def graticule_step_deg(span_deg: float) -> float:
    """Return the step that cuts a span into about five."""
    return next((step for step in _STEPS_DEG if span_deg / step <= 5.0), _STEPS_DEG[-1])


def nice_length_m(most_m: float) -> float:
    """Return the longest length of 1, 2 or 5 times a power of ten up to a limit."""
    power = 10.0 ** np.floor(np.log10(most_m))
    return float(max(step * power for step in (1.0, 2.0, 5.0) if step * power <= most_m))
