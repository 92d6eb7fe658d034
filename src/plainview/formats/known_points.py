"""Known points and picks of them: surveyed places (CSV, GPX) and where footage shows them (CSV)."""

import csv
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import gpxpy
import gpxpy.gpx

from plainview.errors import InputError
from plainview.geo import VerticalDatum, height_hae_from_datum_m, vertical_datum_from_name

__all__ = ["GPX_SIGMA_M", "KnownPoint", "Pick", "read_picks", "read_points"]

GPX_SIGMA_M: Final = 3.0
"""1-sigma assumed of a waypoint: GPX carries no error, and a hand-held receiver has this."""
_HEIGHT_SIGMA_SHARE: Final = 1.5
"""A satellite receiver's height is that much worse than its place, where nothing else is said."""
_LINE_SIGMA_M: Final = 300.0
_PICK_SIGMA_PX: Final = 1.0
_PLACE_COLUMNS: Final = ("latitude_deg", "longitude_deg", "height_m", "height_datum", "sigma_m")
_MEND: Final = "docs/reference/calibration.md shows the columns."


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownPoint:
    """A place that is known.

    Args:
        name: Its own.
        latitude_deg: WGS84; longitude likewise.
        height_hae_m: Above the ellipsoid.
        sigma_m: 1-sigma of its place, for each of east and north.
        height_sigma_m: 1-sigma of its height.
        line_bearing_deg: Where it is known only across a line (a coast, a road), where that
            line runs, from true north; None for a point.
        line_sigma_m: 1-sigma along that line.
    """

    name: str
    latitude_deg: float
    longitude_deg: float
    height_hae_m: float
    sigma_m: float
    height_sigma_m: float
    line_bearing_deg: float | None = None
    line_sigma_m: float = _LINE_SIGMA_M


@dataclass(frozen=True, slots=True, kw_only=True)
class Pick:
    """Where a known point is seen in one frame.

    Args:
        point: Which; of a thing that moves (a ship with AIS), where it was at that frame.
        frame_index: Of the frame, from 0; None where its time is given.
        video_time_s: Of the frame; None where its number is given.
        x_px: From the outer corner of the top-left pixel; y likewise.
        sigma_px: 1-sigma of both.
        where: File and line, for errors.
    """

    point: KnownPoint
    frame_index: int | None
    video_time_s: float | None
    x_px: float
    y_px: float
    sigma_px: float
    where: str


def read_points(path: Path, *, gpx_sigma_m: float = GPX_SIGMA_M) -> tuple[KnownPoint, ...]:
    """Read surveyed points: a CSV file, or the waypoints of a GPX file.

    Args:
        path: ``.gpx``, or a CSV file with the columns ``name``, ``latitude_deg``,
            ``longitude_deg``, ``height_m``, ``height_datum``, ``sigma_m``.
        gpx_sigma_m: 1-sigma of waypoints; their elevations are above the EGM96 geoid.

    Raises:
        InputError: The file cannot be read, or a line of it says too little or what cannot be.
        GeometryError: A height's datum cannot be brought to the ellipsoid.
    """
    if path.suffix.lower() == ".gpx":
        points = tuple(_points_of_gpx(path, gpx_sigma_m))
    else:
        points = tuple(_point(row, line) for line, row in _rows(path, _PLACE_COLUMNS))
    seen: set[str] = set()
    for point in points:
        if point.name in seen:
            raise _refusal(f"{path}, point {point.name!r}", "is there twice.")
        seen.add(point.name)
    if not points:
        raise _refusal(str(path), "holds no point.")
    return points


def read_picks(path: Path, *, points: tuple[KnownPoint, ...] = ()) -> tuple[Pick, ...]:
    """Read where known points are seen.

    Args:
        path: A CSV file with ``frame`` or ``video_time_s``, ``x_px``, ``y_px`` and ``name`` of
            a surveyed point, or with the point's own columns in each line.
        points: The surveyed points.

    Raises:
        InputError: The file cannot be read, or a line of it says too little or what cannot be.
    """
    named = {point.name: point for point in points}
    needed = ("x_px", "y_px", *(("name",) if points else _PLACE_COLUMNS))
    picks = tuple(_pick(row, line, named) for line, row in _rows(path, needed))
    if not picks:
        raise _refusal(str(path), "holds no pick.")
    return picks


def _rows(path: Path, needed: tuple[str, ...]) -> Iterator[tuple[str, Mapping[str, str]]]:
    """Yield each line with its place in the file."""
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(
            where=str(path),
            what=f"cannot be read as text ({error}).",
            mend="Give the path of a CSV file in UTF-8.",
        ) from error
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    reader = csv.DictReader(lines, skipinitialspace=True)
    missing = [name for name in needed if name not in (reader.fieldnames or ())]
    if missing:
        raise _refusal(f"{path}, first line", f"lacks the column {', '.join(missing)}.")
    numbers = [n for n, line in enumerate(text.splitlines(), 1) if line.lstrip()[:1] != "#"]
    try:
        for row in reader:
            known = {key: (value or "").strip() for key, value in row.items() if key is not None}
            if any(known.values()):
                yield f"{path}, line {numbers[reader.line_num - 1]}", known
    except csv.Error as error:
        raise _refusal(f"{path}, line {reader.line_num}", f"is not CSV ({error}).") from error


def _point(row: Mapping[str, str], where: str) -> KnownPoint:
    latitude = _number(row, "latitude_deg", where, low=-90.0, high=90.0)
    longitude = _number(row, "longitude_deg", where, low=-360.0, high=360.0)
    height_m = _number(row, "height_m", where, low=-1e3, high=1e4)
    sigma_m = _number(row, "sigma_m", where, low=0.0, high=1e4)
    datum = vertical_datum_from_name(row["height_datum"])
    if datum is VerticalDatum.UNKNOWN:
        what = f"is {row['height_datum']!r}; say `EGM96` (sea level) or `WGS84 ellipsoid`."
        raise _refusal(f"{where}, height_datum", what)
    height = height_hae_from_datum_m(
        height_m, latitude_deg=latitude, longitude_deg=longitude, datum=datum
    )
    return KnownPoint(
        name=row.get("name") or f"{latitude:.7f} {longitude:.7f} {height_m:.2f}",
        latitude_deg=latitude,
        longitude_deg=longitude,
        height_hae_m=float(height),
        sigma_m=sigma_m,
        height_sigma_m=_optional(row, "height_sigma_m", where) or _HEIGHT_SIGMA_SHARE * sigma_m,
        line_bearing_deg=_optional(row, "line_bearing_deg", where, low=-360.0),
        line_sigma_m=_optional(row, "line_sigma_m", where) or _LINE_SIGMA_M,
    )


def _pick(row: Mapping[str, str], where: str, named: Mapping[str, KnownPoint]) -> Pick:
    if named and row["name"] not in named:
        raise _refusal(f"{where}, name", f"is {row['name']!r}, which no surveyed point has.")
    frame, time_s = _optional(row, "frame", where), _optional(row, "video_time_s", where)
    if (frame is None) == (time_s is None):
        raise _refusal(where, "must say either `frame` or `video_time_s`.")
    if frame is not None and frame != int(frame):
        raise _refusal(f"{where}, frame", f"is {frame:g}, not a whole number.")
    return Pick(
        point=named[row["name"]] if named else _point(row, where),
        frame_index=None if frame is None else int(frame),
        video_time_s=time_s,
        x_px=_number(row, "x_px", where, low=-1e5, high=1e5),
        y_px=_number(row, "y_px", where, low=-1e5, high=1e5),
        sigma_px=_optional(row, "sigma_px", where) or _PICK_SIGMA_PX,
        where=where,
    )


def _optional(row: Mapping[str, str], name: str, where: str, *, low: float = 0.0) -> float | None:
    if not row.get(name):
        return None
    return _number(row, name, where, low=low, high=1e9)


def _number(row: Mapping[str, str], name: str, where: str, *, low: float, high: float) -> float:
    try:
        value = float(row[name])
    except ValueError:
        value = math.nan
    if not low <= value <= high:
        what = f"is {row[name]!r}, not a number from {low:g} to {high:g}."
        raise _refusal(f"{where}, {name}", what)
    return value


def _points_of_gpx(path: Path, sigma_m: float) -> Iterator[KnownPoint]:
    try:
        document = gpxpy.parse(path.read_text(encoding="utf-8-sig"))
    except (OSError, UnicodeDecodeError, gpxpy.gpx.GPXException) as error:
        raise InputError(
            where=str(path),
            what=f"cannot be read as GPX ({error}).",
            mend="Give a GPX 1.0 or 1.1 file with waypoints, or a CSV file.",
        ) from error
    for number, waypoint in enumerate(document.waypoints, start=1):
        where = f"{path}, waypoint {number}"
        if waypoint.elevation is None:
            raise InputError(
                where=where,
                what="has no elevation.",
                mend="Add <ele>, metres above sea level, or give the points as CSV.",
            )
        height = height_hae_from_datum_m(
            waypoint.elevation,
            latitude_deg=waypoint.latitude,
            longitude_deg=waypoint.longitude,
            datum=VerticalDatum.EGM96,
        )
        yield KnownPoint(
            name=waypoint.name or f"waypoint {number}",
            latitude_deg=waypoint.latitude,
            longitude_deg=waypoint.longitude,
            height_hae_m=float(height),
            sigma_m=sigma_m,
            height_sigma_m=_HEIGHT_SIGMA_SHARE * sigma_m,
        )


def _refusal(where: str, what: str) -> InputError:
    return InputError(where=where, what=what, mend=_MEND)
