"""Pointing: a list of timed places, objects and angles that the gimbal is told."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.geo import ecef_from_geodetic

__all__ = ["ObjectPlaces", "Pointing", "check_pointings", "place_of_pointing", "pointing_at"]

Array = npt.NDArray[np.float64]
ObjectPlaces = Callable[[int, Array], Array]
"""Where an object is: its number and instants (n,) in seconds from the start to (n, 3) ECEF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Pointing:
    """What the gimbal points at from an instant on: a place, an object, or angles on the platform.

    Args:
        start_s: From the start of the video; it holds from the next tenth of a second.
        latitude_deg: Of a place, WGS84; longitude likewise.
        height_hae_m: Of that place above the ellipsoid.
        object_id: Of what is held.
        azimuth_deg: On the platform from its nose, clockwise from above; elevation likewise, up
            positive.
    """

    start_s: float
    latitude_deg: float | None = None
    longitude_deg: float | None = None
    height_hae_m: float | None = None
    object_id: int | None = None
    azimuth_deg: float | None = None
    elevation_deg: float | None = None


_KINDS = (
    ("latitude_deg", "longitude_deg", "height_hae_m"),
    ("object_id",),
    ("azimuth_deg", "elevation_deg"),
)
_LIMITS = {
    "latitude_deg": 90.0,
    "longitude_deg": 180.0,
    "height_hae_m": 20e3,
    "object_id": 1e9,
    "azimuth_deg": 360.0,
    "elevation_deg": 180.0,
}


def check_pointings(
    pointings: Sequence[Pointing], *, knows_objects: bool, first_s: float = 0.0
) -> None:
    """Refuse a list that does not start in time, goes back, or says two things at once.

    Args:
        pointings: In order.
        knows_objects: Whether objects can be held.
        first_s: The latest start of the first.

    Raises:
        InputError: It names the pointing, the field and the mend.
    """
    if not pointings:
        raise InputError(
            where="pointings", what="are none.", mend="Give at least one with start_s = 0."
        )
    starts = [pointing.start_s for pointing in pointings]
    is_rising = all(first < second for first, second in pairwise(starts))
    if not all(map(math.isfinite, starts)) or starts[0] > first_s or not is_rising:
        raise InputError(
            where="pointings, start_s",
            what=f"are {starts}: they do not start at {first_s:g} and rise.",
            mend="Give the first one start_s = 0 and each other a later one.",
        )
    for row, pointing in enumerate(pointings, start=1):
        _check_one(pointing, where=f"pointings {row}", knows_objects=knows_objects)


def _check_one(pointing: Pointing, *, where: str, knows_objects: bool) -> None:
    given = [kind for kind in _KINDS if any(getattr(pointing, name) is not None for name in kind)]
    if len(given) != 1:
        raise InputError(
            where=where,
            what=f"says {len(given)} things at once." if given else "says nothing.",
            mend="Give a place (latitude_deg, longitude_deg, height_hae_m), an object_id, or "
            "angles (azimuth_deg, elevation_deg).",
        )
    for name in given[0]:
        value = getattr(pointing, name)
        if value is None or not math.isfinite(value) or abs(value) > _LIMITS[name]:
            raise InputError(
                where=f"{where}, {name}",
                what="is missing." if value is None else f"is {value!r}.",
                mend=f"Give {name} within {-_LIMITS[name]:g} and {_LIMITS[name]:g}.",
            )
    if pointing.object_id is not None and not knows_objects:
        raise InputError(
            where=f"{where}, object_id",
            what=f"is {pointing.object_id}, and there are no objects.",
            mend="Give a place, or a world with objects.",
        )


def pointing_at(pointings: Sequence[Pointing], time_s: float) -> Pointing:
    """Return what holds at an instant: the last that has started."""
    started = [pointing for pointing in pointings if pointing.start_s <= time_s + 1e-9]
    return started[-1] if started else pointings[0]


def place_of_pointing(
    pointing: Pointing, time_s: Array, *, objects: ObjectPlaces | None
) -> Array | None:
    """Return the places (n, 3) ECEF that are pointed at; None for angles on the platform."""
    if pointing.object_id is not None:
        if objects is None:
            raise ValueError("an object is held and nobody knows where objects are")
        return objects(pointing.object_id, time_s)
    if pointing.latitude_deg is None:
        return None
    place = ecef_from_geodetic(
        pointing.latitude_deg, pointing.longitude_deg or 0.0, pointing.height_hae_m or 0.0
    )
    return np.broadcast_to(place, (len(time_s), 3))
