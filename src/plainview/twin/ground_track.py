"""Ground tracks: straight legs joined by turns of one radius, circles, and a place to stand at.

A track lies in a flat map about a named origin, azimuthal equidistant: places have their exact
distance and bearing from there. What is asked of it is where it is after so many metres.
"""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.geo import (
    destination,
    distance_and_bearing,
    ecef_from_geodetic,
    geodetic_from_ecef,
)

__all__ = ["GroundTrack", "Leg", "TrackPoint", "circle_track", "places_of_map", "route_track"]

Array = npt.NDArray[np.float64]
Place = tuple[float, float]
"""Latitude and longitude, WGS84, degrees."""

_STRAIGHT_RAD: Final = 1e-9
_SHARPEST_RAD: Final = math.radians(175.0)
_LEAST_LEG_M: Final = 0.1
_SLACK_M: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Leg:
    """A straight line or an arc in the map.

    Args:
        east_m: Of its start from the map's origin; north likewise.
        course_rad: At its start, clockwise from the map's north.
        curvature_1_m: Of the arc, positive to the right; 0 for a line.
        length_m: Along it.
    """

    east_m: float
    north_m: float
    course_rad: float
    curvature_1_m: float
    length_m: float

    def at(self, along_m: float) -> "TrackPoint":
        """Return the point so far along."""
        bend = self.curvature_1_m * along_m
        half = 0.5 * bend
        chord_m = along_m * (math.sin(half) / half if abs(half) > _STRAIGHT_RAD else 1.0)
        return TrackPoint(
            east_m=self.east_m + chord_m * math.sin(self.course_rad + half),
            north_m=self.north_m + chord_m * math.cos(self.course_rad + half),
            course_rad=self.course_rad + bend,
            curvature_1_m=self.curvature_1_m,
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class TrackPoint:
    """A point of a track: where in the map, which way, and how it bends."""

    east_m: float
    north_m: float
    course_rad: float
    curvature_1_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class GroundTrack:
    """Legs one after the other.

    Args:
        origin: Of the map.
        legs: In order; the last leads on to the first where the track is closed.
        is_closed: Whether it begins again at its end.
        waypoints_m: How far along the track each waypoint is passed, for heights.
        starts_m: How far along the track each leg begins; follows from the legs.
    """

    origin: Place
    legs: tuple[Leg, ...]
    is_closed: bool
    waypoints_m: tuple[float, ...]
    starts_m: tuple[float, ...] = field(init=False)

    def __post_init__(self) -> None:
        ends_m = accumulate((leg.length_m for leg in self.legs), initial=0.0)
        object.__setattr__(self, "starts_m", tuple(ends_m)[:-1])

    @property
    def length_m(self) -> float:
        """Of all legs."""
        return self.starts_m[-1] + self.legs[-1].length_m

    def at(self, along_m: float) -> TrackPoint:
        """Return the point so far along; the last leg goes on where the track is not closed."""
        if self.is_closed:
            along_m = along_m % self.length_m
        number = max(0, bisect_right(self.starts_m, along_m) - 1)
        return self.legs[number].at(along_m - self.starts_m[number])


def places_of_map(origin: Place, east_m: Array, north_m: Array) -> tuple[Array, Array]:
    """Return latitudes and longitudes of points of a map, each (n,)."""
    return destination(
        origin[0],
        origin[1],
        bearing_deg=np.degrees(np.arctan2(east_m, north_m)),
        distance_m=np.hypot(east_m, north_m),
    )


def circle_track(
    center: Place, *, radius_m: float, start_bearing_deg: float, sign: int
) -> GroundTrack:
    """Return a circle about a place.

    Args:
        center: Of the circle.
        radius_m: Of the circle.
        start_bearing_deg: From the centre to where the track begins, true.
        sign: 1 for clockwise from above, -1 for the other way.
    """
    bearing = math.radians(start_bearing_deg)
    around_m = 2.0 * math.pi * radius_m
    leg = Leg(
        east_m=radius_m * math.sin(bearing),
        north_m=radius_m * math.cos(bearing),
        course_rad=bearing + sign * 0.5 * math.pi,
        curvature_1_m=sign / radius_m,
        length_m=around_m,
    )
    return GroundTrack(origin=center, legs=(leg,), is_closed=True, waypoints_m=(0.0,))


def route_track(
    latitude_deg: Sequence[float],
    longitude_deg: Sequence[float],
    *,
    turn_radius_m: float,
    is_closed: bool = False,
    holds_at_end: bool = False,
) -> GroundTrack:
    """Return a track past waypoints, each corner cut by an arc that touches both legs.

    Args:
        latitude_deg: (n,) of the waypoints, at least two.
        longitude_deg: (n,) of them.
        turn_radius_m: Of every turn.
        is_closed: Whether the last waypoint leads on to the first.
        holds_at_end: Whether a circle of that radius, to the right, follows the last waypoint.

    Raises:
        InputError: Two waypoints are one place, or a turn does not fit between its neighbours.
    """
    origin = _middle(latitude_deg, longitude_deg)
    distance_m, bearing_deg = distance_and_bearing(
        origin, (np.asarray(latitude_deg), np.asarray(longitude_deg))
    )
    bearing = np.radians(np.nan_to_num(bearing_deg))
    points = np.stack([distance_m * np.sin(bearing), distance_m * np.cos(bearing)], axis=-1)
    steps = np.roll(points, -1, axis=0) - points
    steps = steps if is_closed else steps[:-1]
    lengths_m = np.hypot(steps[:, 0], steps[:, 1])
    for number, length_m in enumerate(lengths_m, start=1):
        if not length_m > _LEAST_LEG_M:
            raise InputError(
                where=f"route, waypoint {number}",
                what="is where the next one is.",
                mend="Take one of the two out.",
            )
    courses = np.arctan2(steps[:, 0], steps[:, 1])
    turns = _turns(courses, is_closed=is_closed)
    cuts_m = turn_radius_m * np.tan(0.5 * np.abs(turns))
    _check_room(lengths_m, cuts_m, turns, turn_radius_m=turn_radius_m)
    return _joined(
        origin, (points, lengths_m, courses), (turns, cuts_m, turn_radius_m),
        is_closed=is_closed, holds_at_end=holds_at_end,
    )  # fmt: skip


def _middle(latitude_deg: Sequence[float], longitude_deg: Sequence[float]) -> Place:
    points = ecef_from_geodetic(np.asarray(latitude_deg), np.asarray(longitude_deg), 0.0)
    latitude, longitude, _ = geodetic_from_ecef(np.mean(points, axis=0))
    return float(latitude), float(longitude)


def _turns(courses: Array, *, is_closed: bool) -> Array:
    """Return by how much each leg's start turns from the leg before, right positive, radians."""
    turns = np.mod(courses - np.roll(courses, 1) + np.pi, 2.0 * np.pi) - np.pi
    if not is_closed:
        turns[0] = 0.0
    return np.where(np.abs(turns) < _STRAIGHT_RAD, 0.0, turns)


def _check_room(lengths_m: Array, cuts_m: Array, turns: Array, *, turn_radius_m: float) -> None:
    """Refuse corners that turn back, and legs that their two turns do not fit into."""
    for number, turn in enumerate(turns, start=1):
        if abs(turn) > _SHARPEST_RAD:
            raise InputError(
                where=f"route, waypoint {number}",
                what="turns straight back.",
                mend="Put a waypoint to the side between the two legs.",
            )
    for number, (length_m, cut_m) in enumerate(zip(lengths_m, cuts_m, strict=True), start=1):
        needed_m = cut_m + (cuts_m[number] if number < len(cuts_m) else cuts_m[0])
        if needed_m > length_m + _SLACK_M:
            raise InputError(
                where=f"route, leg {number}",
                what=f"is {length_m:.0f} m long; its turns of {turn_radius_m:.0f} m radius need "
                f"{needed_m:.0f} m.",
                mend="Fly slower, allow more bank, or lay the legs farther apart.",
            )


def _joined(
    origin: Place,
    lines: tuple[Array, Array, Array],
    corners: tuple[Array, Array, float],
    *,
    is_closed: bool,
    holds_at_end: bool,
) -> GroundTrack:
    """Return lines and arcs in turn; each leg begins with the arc at its first waypoint."""
    (points, lengths_m, courses), (turns, cuts_m, radius_m) = lines, corners
    legs: list[Leg] = []
    waypoints_m, along_m = [], 0.0
    for number in range(len(lengths_m)):
        course, turn, cut_m = courses[number], turns[number], cuts_m[number]
        if turn != 0.0:
            back = course - turn
            arc_m = radius_m * abs(turn)
            legs.append(
                Leg(
                    east_m=float(points[number, 0] - cut_m * math.sin(back)),
                    north_m=float(points[number, 1] - cut_m * math.cos(back)),
                    course_rad=float(back),
                    curvature_1_m=math.copysign(1.0 / radius_m, turn),
                    length_m=float(arc_m),
                )
            )
            waypoints_m.append(along_m + 0.5 * arc_m)
            along_m += arc_m
        else:
            waypoints_m.append(along_m)
        is_last = number + 1 == len(lengths_m)
        next_cut_m = cuts_m[0] if is_last else cuts_m[number + 1]
        straight_m = max(0.0, lengths_m[number] - cut_m - next_cut_m)
        legs.append(
            Leg(
                east_m=float(points[number, 0] + cut_m * math.sin(course)),
                north_m=float(points[number, 1] + cut_m * math.cos(course)),
                course_rad=float(course),
                curvature_1_m=0.0,
                length_m=float(straight_m),
            )
        )
        along_m += straight_m
    if not is_closed:
        waypoints_m.append(along_m)
        if holds_at_end:
            legs.append(
                Leg(
                    east_m=float(points[-1, 0]),
                    north_m=float(points[-1, 1]),
                    course_rad=float(courses[-1]),
                    curvature_1_m=1.0 / radius_m,
                    length_m=math.inf,
                )
            )
    return GroundTrack(
        origin=origin,
        legs=tuple(legs),
        is_closed=is_closed,
        waypoints_m=tuple(map(float, waypoints_m)),
    )
