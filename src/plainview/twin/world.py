"""World: the sea, the sky and what is in it, as values that a renderer draws."""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np

from plainview.errors import InputError
from plainview.geo import geoid_undulation_m
from plainview.sensing.wave_spectrum import MOST_WIND_M_S
from plainview.twin.land_surface import LandSurface

__all__ = ["OBJECT_SIZES_M", "SunPosition", "World", "WorldObject"]

OBJECT_SIZES_M: Final = {
    "person_in_water": (0.5, 0.45, 0.35),
    "person": (0.35, 0.5, 1.75),
    "raft": (2.4, 2.4, 1.1),
    "small_boat": (6.0, 2.2, 1.6),
    "large_boat": (24.0, 6.5, 8.0),
    "vehicle": (4.5, 1.8, 1.6),
    "animal": (1.6, 0.5, 1.2),
    "buoy": (0.8, 0.8, 1.6),
    "bird": (0.6, 0.9, 0.15),
    "flotsam": (1.5, 0.6, 0.2),
}
"""Length, width and height above the waterline or the ground of each kind; assumed, typical."""

_EXCESS_K: Final = {"person_in_water": 4.0, "person": 8.0, "animal": 7.0, "bird": 6.0}
"""Of what is warm-blooded over the air, as seen on skin, hair and clothes; assumed."""
_LEAST_K: Final = 150.0
_MOST_K: Final = 1500.0


@lru_cache(maxsize=64)
def _geoid_m(latitude_deg: float, longitude_deg: float) -> float:
    """Height of the geoid at a world's origin, which every frame asks for several times."""
    return float(geoid_undulation_m(latitude_deg, longitude_deg))


def _refused(field: str, value: object, *, because: str, mend: str) -> InputError:
    return InputError(where=f"the world, {field}", what=f"is {value!r}: {because}.", mend=mend)


def _check(field: str, value: float, *, low: float, high: float) -> None:
    if not low <= value <= high:
        raise _refused(
            field,
            value,
            because="it is not a number in its range",
            mend=f"Give a number from {low:g} to {high:g}.",
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class SunPosition:
    """Where the sun stands.

    Args:
        azimuth_deg: Clockwise from true north.
        elevation_deg: Above the horizon; below it is twilight, then night.
    """

    azimuth_deg: float
    elevation_deg: float

    def __post_init__(self) -> None:
        _check("sun azimuth_deg", self.azimuth_deg, low=-360.0, high=360.0)
        _check("sun elevation_deg", self.elevation_deg, low=-90.0, high=90.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class WorldObject:
    """A thing in the world, which moves straight on.

    Args:
        object_id: Its own number, from 1.
        kind: A key of `OBJECT_SIZES_M`.
        east_m: Of its middle from the world's origin at time 0; north likewise.
        course_deg: Where it heads and goes, clockwise from true north.
        speed_m_s: Over ground.
        length_m: Along its heading; width across and height up likewise; None takes the kind's.
        temperature_k: Of its surface; None takes the air's, with what warm blood adds.
        hot_temperature_k: Of its engine, exhaust or fire, where its kind has such a part;
            None where it is no warmer than the rest.
        above_m: Of its lower edge over the sea or the ground; for birds.
        reflectance: Of its surface in daylight; None takes the kind's.
    """

    object_id: int
    kind: str
    east_m: float
    north_m: float
    course_deg: float = 0.0
    speed_m_s: float = 0.0
    length_m: float | None = None
    width_m: float | None = None
    height_m: float | None = None
    temperature_k: float | None = None
    hot_temperature_k: float | None = None
    above_m: float = 0.0
    reflectance: float | None = None

    def __post_init__(self) -> None:
        name = f"object {self.object_id}"
        if self.kind not in OBJECT_SIZES_M:
            raise _refused(
                f"{name}, kind",
                self.kind,
                because="no object of this kind is known",
                mend=f"Use one of {', '.join(OBJECT_SIZES_M)}.",
            )
        for field in ("east_m", "north_m"):
            _check(f"{name}, {field}", getattr(self, field), low=-500e3, high=500e3)
        _check(f"{name}, course_deg", self.course_deg, low=-360.0, high=360.0)
        _check(f"{name}, speed_m_s", self.speed_m_s, low=0.0, high=100.0)
        _check(f"{name}, above_m", self.above_m, low=0.0, high=20e3)
        for field in ("length_m", "width_m", "height_m"):
            if getattr(self, field) is not None:
                _check(f"{name}, {field}", getattr(self, field), low=0.01, high=1000.0)
        for field in ("temperature_k", "hot_temperature_k"):
            if getattr(self, field) is not None:
                _check(f"{name}, {field}", getattr(self, field), low=_LEAST_K, high=_MOST_K)
        if self.reflectance is not None:
            _check(f"{name}, reflectance", self.reflectance, low=0.0, high=1.0)

    @property
    def size_m(self) -> tuple[float, float, float]:
        """Length, width and height."""
        length, width, height = OBJECT_SIZES_M[self.kind]
        return self.length_m or length, self.width_m or width, self.height_m or height

    def surface_k(self, air_k: float) -> float:
        """Temperature of its surface, where the air has one."""
        if self.temperature_k is not None:
            return self.temperature_k
        return air_k + _EXCESS_K.get(self.kind, 0.0)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class World:
    """A sea under a clear sky, and what is in it.

    The sea is the ellipsoid raised by one height. East and north are measured from the origin
    on the plane that touches it there.

    Args:
        latitude_deg: Of the origin, WGS84; longitude likewise.
        sea_hae_m: Height of the sea above the ellipsoid; None takes the geoid's at the origin.
        wind_m_s: At 10 m; waves are those of a fully developed sea.
        wind_from_deg: Whence it blows, clockwise from true north.
        water_k: Temperature of the sea's skin; of the air near it likewise.
        visibility_m: Meteorological, at 0.55 um.
        sun: Where it stands; None for a night without moon.
        seed: Draws the waves.
        objects: What is in it.
        land: Ground above the sea, about the same origin; None for open sea.
    """

    latitude_deg: float
    longitude_deg: float
    sea_hae_m: float | None = None
    wind_m_s: float = 6.0
    wind_from_deg: float = 270.0
    water_k: float = 288.0
    air_k: float = 287.0
    visibility_m: float = 23_000.0
    sun: SunPosition | None = None
    seed: int = 0
    objects: tuple[WorldObject, ...] = ()
    land: LandSurface | None = None

    def __post_init__(self) -> None:
        _check("latitude_deg", self.latitude_deg, low=-89.0, high=89.0)
        _check("longitude_deg", self.longitude_deg, low=-180.0, high=180.0)
        _check("wind_m_s", self.wind_m_s, low=0.0, high=MOST_WIND_M_S)
        _check("wind_from_deg", self.wind_from_deg, low=-360.0, high=360.0)
        _check("water_k", self.water_k, low=268.0, high=320.0)
        _check("air_k", self.air_k, low=200.0, high=340.0)
        _check("visibility_m", self.visibility_m, low=1000.0, high=300e3)
        if self.sea_hae_m is not None:
            _check("sea_hae_m", self.sea_hae_m, low=-500.0, high=9000.0)
        if self.seed < 0:
            raise _refused("seed", self.seed, because="it is negative", mend="Give 0 or more.")
        numbers = [thing.object_id for thing in self.objects]
        if len(set(numbers)) != len(numbers):
            raise _refused(
                "objects", numbers, because="two have one number", mend="Number them apart."
            )

    @property
    def sea_level_hae_m(self) -> float:
        """Height of the sea above the ellipsoid."""
        if self.sea_hae_m is not None:
            return self.sea_hae_m
        return _geoid_m(self.latitude_deg, self.longitude_deg)

    @property
    def origin(self) -> tuple[float, float, float]:
        """Latitude, longitude and height above the ellipsoid of the origin, on the sea."""
        return self.latitude_deg, self.longitude_deg, self.sea_level_hae_m

    @property
    def downwind_enu(self) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        """Where the wind blows to and, at right angles to its left, across it: (2, 3) ENU."""
        to = math.radians(self.wind_from_deg + 180.0)
        return np.array([[math.sin(to), math.cos(to), 0.0], [-math.cos(to), math.sin(to), 0.0]])
