"""Search patterns: parallel track, creeping line, expanding square, sector, orbit.

Each is laid out about a datum in metres, and put on WGS84 by distance and bearing from there (an
azimuthal equidistant map), so that every waypoint has its exact distance and bearing from the
datum. Across that direction the map stretches by a sixth of the square of distance over the
Earth's radius: a leg of 40 nautical miles that lies 20 off the datum is 0.4 m out.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.geo import destination, distance_and_bearing

__all__ = [
    "PatternKind",
    "SearchPattern",
    "creeping_line",
    "expanding_square",
    "orbit",
    "parallel_track",
    "sector",
]

Array = npt.NDArray[np.float64]
Datum = tuple[float, float]
"""Latitude and longitude, WGS84, degrees."""

_MOST_LATITUDE_DEG: Final = 85.0
_MOST_REACH_M: Final = 500e3
_MOST_LEGS: Final = 10_000
_SLACK: Final = 1e-9


class PatternKind(StrEnum):
    """Which pattern it is, by its name in the IAMSAR manual."""

    PARALLEL_TRACK = "parallel_track"
    CREEPING_LINE = "creeping_line"
    EXPANDING_SQUARE = "expanding_square"
    SECTOR = "sector"
    ORBIT = "orbit"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SearchPattern:
    """Waypoints of a search in the order in which they are passed.

    Args:
        kind: Which pattern.
        latitude_deg: (n,) of the waypoints, WGS84; longitude likewise.
        track_spacing_m: Between neighbouring legs; None where the pattern has none.
        is_closed: Whether the last waypoint leads on to the first.
    """

    kind: PatternKind
    latitude_deg: Array
    longitude_deg: Array
    track_spacing_m: float | None = None
    is_closed: bool = False

    def __post_init__(self) -> None:
        for values in (self.latitude_deg, self.longitude_deg):
            values.flags.writeable = False

    @property
    def leg_lengths_m(self) -> Array:
        """Lengths of the legs on the ellipsoid, (n - 1,), or (n,) where the pattern is closed."""
        last = 0 if self.is_closed else 1
        ends = [np.roll(part, -1) for part in (self.latitude_deg, self.longitude_deg)]
        lengths_m, _ = distance_and_bearing(
            (self.latitude_deg, self.longitude_deg), (ends[0], ends[1])
        )
        return lengths_m[: len(lengths_m) - last]


def _checked(name: str, value: float, *, low: float, high: float) -> float:
    """Return a number that lies above ``low`` and not above ``high``."""
    if not (math.isfinite(value) and low < value <= high):
        raise InputError(
            where=f"search pattern, {name}",
            what=f"is {value!r}, not a number above {low:g} and up to {high:g}.",
            mend=f"Give {name} within that range.",
        )
    return float(value)


def _checked_datum(datum: Datum) -> Datum:
    names = ("latitude_deg", "longitude_deg")
    for name, value, most in zip(names, datum, (_MOST_LATITUDE_DEG, 180.0), strict=True):
        if not (math.isfinite(value) and abs(value) <= most):
            raise InputError(
                where=f"search pattern, datum, {name}",
                what=f"is {value!r}, not within {-most:g} and {most:g}.",
                mend="Give the datum as latitude and longitude in degrees, WGS84.",
            )
    return datum


def _checked_heading(value: float) -> float:
    return _checked("heading_deg", value, low=-360.0 - _SLACK, high=360.0)


def _laid_out(
    kind: PatternKind,
    datum: Datum,
    ahead_right_m: npt.ArrayLike,
    *,
    heading_deg: float,
    track_spacing_m: float | None = None,
    is_closed: bool = False,
) -> SearchPattern:
    """Return waypoints at offsets (n, 2) metres ahead and to the right of a heading."""
    ahead_m, right_m = np.moveaxis(np.asarray(ahead_right_m, dtype=np.float64), -1, 0)
    latitude, longitude = destination(
        datum[0],
        datum[1],
        bearing_deg=heading_deg + np.degrees(np.arctan2(right_m, ahead_m)),
        distance_m=np.hypot(ahead_m, right_m),
    )
    return SearchPattern(
        kind=kind,
        latitude_deg=latitude,
        longitude_deg=longitude,
        track_spacing_m=track_spacing_m,
        is_closed=is_closed,
    )


def parallel_track(
    datum: Datum,
    *,
    length_m: float,
    width_m: float,
    track_spacing_m: float,
    heading_deg: float = 0.0,
) -> SearchPattern:
    """Return a parallel track search: legs along an area's length, stepping to the right.

    The first leg begins half a spacing inside two edges and the legs are a spacing apart. Where
    the width is no multiple of the spacing, the last leg lies beyond the far edge or nearer to
    it than half a spacing: no part of the area is farther than that from a leg.

    Args:
        datum: Middle of the area.
        length_m: Of the area along the heading.
        width_m: Of the area across it.
        track_spacing_m: Between legs.
        heading_deg: Of the first leg, true.

    Source:
        IAMSAR manual, volume III, section on search patterns; National SAR Manual (AMSA, 2023).
    """
    return _swept(
        PatternKind.PARALLEL_TRACK, datum, length_m, width_m, track_spacing_m, heading_deg
    )


def creeping_line(
    datum: Datum,
    *,
    length_m: float,
    width_m: float,
    track_spacing_m: float,
    heading_deg: float = 0.0,
) -> SearchPattern:
    """Return a creeping line search: legs across an area's length, advancing along it.

    Args:
        datum: Middle of the area.
        length_m: Of the area along the heading, in which the search advances.
        width_m: Of the area across it, along which the legs go.
        track_spacing_m: Between legs.
        heading_deg: In which the search advances, true.

    Source:
        As `parallel_track`.
    """
    return _swept(
        PatternKind.CREEPING_LINE, datum, width_m, length_m, track_spacing_m, heading_deg - 90.0
    )


def _swept(  # noqa: PLR0917  (the sizes of one rectangle, in the order of their names)
    kind: PatternKind,
    datum: Datum,
    along_m: float,
    across_m: float,
    track_spacing_m: float,
    heading_deg: float,
) -> SearchPattern:
    spacing_m = _checked("track_spacing_m", track_spacing_m, low=0.0, high=_MOST_REACH_M)
    names = ("width_m", "length_m")
    if kind is PatternKind.PARALLEL_TRACK:
        names = ("length_m", "width_m")
    along_m = _checked(names[0], along_m, low=spacing_m, high=_MOST_REACH_M)
    across_m = _checked(names[1], across_m, low=0.0, high=_MOST_REACH_M)
    n_legs = math.ceil(across_m / spacing_m - _SLACK)
    _checked_legs(n_legs)
    right_m = -0.5 * across_m + spacing_m * (np.arange(n_legs) + 0.5)
    half_m = 0.5 * (along_m - spacing_m)
    ends_m = np.where(np.arange(n_legs) % 2 == 0, -half_m, half_m)
    legs = np.stack(
        [np.stack([ends_m, right_m], axis=-1), np.stack([-ends_m, right_m], axis=-1)], axis=1
    )
    return _laid_out(
        kind,
        _checked_datum(datum),
        legs.reshape(-1, 2),
        heading_deg=_checked_heading(heading_deg),
        track_spacing_m=spacing_m,
    )


def _checked_legs(n_legs: int) -> None:
    if not 1 <= n_legs <= _MOST_LEGS:
        raise InputError(
            where="search pattern, n_legs",
            what=f"would be {n_legs}, not 1 to {_MOST_LEGS}.",
            mend="Give a wider track_spacing_m or a smaller area.",
        )


def expanding_square(
    datum: Datum, *, track_spacing_m: float, n_legs: int, heading_deg: float = 0.0
) -> SearchPattern:
    """Return an expanding square search: legs of S, S, 2S, 2S, 3S, 3S, each turned right.

    A second search of the same datum is turned 45 degrees.

    Args:
        datum: Where the search begins.
        track_spacing_m: S.
        n_legs: How many legs.
        heading_deg: Of the first leg, true; into the wind.

    Source:
        As `parallel_track`.
    """
    spacing_m = _checked("track_spacing_m", track_spacing_m, low=0.0, high=_MOST_REACH_M)
    _checked_legs(n_legs)
    number = np.arange(n_legs)
    lengths_m = spacing_m * (number // 2 + 1)
    _checked("track_spacing_m times n_legs", lengths_m[-1], low=0.0, high=_MOST_REACH_M)
    turns = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])[number % 4]
    corners = np.cumsum(lengths_m[:, np.newaxis] * turns, axis=0)
    return _laid_out(
        PatternKind.EXPANDING_SQUARE,
        _checked_datum(datum),
        np.concatenate([np.zeros((1, 2)), corners]),
        heading_deg=_checked_heading(heading_deg),
        track_spacing_m=spacing_m,
    )


def sector(
    datum: Datum, *, radius_m: float, heading_deg: float = 0.0, n_passes: int = 1
) -> SearchPattern:
    """Return a sector search: nine legs of one radius, every turn 120 degrees to the right.

    The datum is passed three times in each pass; the second pass is turned 30 degrees.

    Args:
        datum: Middle of the circle.
        radius_m: Of the circle, and of every leg.
        heading_deg: Of the first leg, true.
        n_passes: 1 or 2.

    Source:
        As `parallel_track`.
    """
    radius_m = _checked("radius_m", radius_m, low=0.0, high=_MOST_REACH_M)
    if n_passes not in (1, 2):
        raise InputError(
            where="search pattern, n_passes",
            what=f"is {n_passes!r}, not 1 or 2.",
            mend="Search once, or a second time turned 30 degrees.",
        )
    rim_deg = np.array([0.0, 60.0, 240.0, 300.0, 120.0, 180.0])
    rims = [np.radians(rim_deg + turned) for turned in (0.0, 30.0)[:n_passes]]
    points = [np.zeros(2)]
    for rim in rims:
        for first, second in rim.reshape(3, 2):
            points += [
                radius_m * np.array([math.cos(angle), math.sin(angle)]) for angle in (first, second)
            ]
            points.append(np.zeros(2))
    return _laid_out(
        PatternKind.SECTOR,
        _checked_datum(datum),
        np.stack(points),
        heading_deg=_checked_heading(heading_deg),
    )


def orbit(
    datum: Datum, *, radius_m: float, start_bearing_deg: float = 0.0, n_points: int = 36
) -> SearchPattern:
    """Return points of a circle about a datum, clockwise from above, closed.

    Args:
        datum: Middle of the circle.
        radius_m: Of the circle.
        start_bearing_deg: From the datum to the first point, true.
        n_points: How many points, at least 3.
    """
    radius_m = _checked("radius_m", radius_m, low=0.0, high=_MOST_REACH_M)
    _checked("n_points", n_points, low=2.0, high=_MOST_LEGS)
    around = 2.0 * np.pi * np.arange(n_points) / n_points
    return _laid_out(
        PatternKind.ORBIT,
        _checked_datum(datum),
        radius_m * np.stack([np.cos(around), np.sin(around)], axis=-1),
        heading_deg=_checked("start_bearing_deg", start_bearing_deg, low=-360.001, high=360.0),
        is_closed=True,
    )
