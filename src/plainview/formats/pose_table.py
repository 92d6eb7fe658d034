"""Where a camera was, as a table beside its video: CSV, or GeoJSON points; column by column.

The columns are named as in ``frames.parquet``, each with its unit, so that a table of ours can be
given back. A column that is not known is refused by name, for a misspelt one would be lost. What
a row leaves empty is not known. docs/reference/sidecars.md has the table of columns.
"""

import csv
import io
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Final

from plainview.errors import InputError
from plainview.formats.sidecar import Sidecar
from plainview.formats.time_from_text import time_us_from_text
from plainview.geo import assumed_view_sigma, geoid_undulation_m
from plainview.misb.timed_view import TimedView
from plainview.model import (
    CountedWarning,
    PoseBasis,
    Sigma,
    TimeBasis,
    UncertaintyBasis,
    View,
    ViewSigma,
)
from plainview.units import microseconds_from_seconds

__all__ = ["COLUMNS", "read_pose_csv", "read_pose_geojson"]

MAX_BYTES: Final = 256 << 20


@dataclass(frozen=True, slots=True)
class _Column:
    """One column.

    Args:
        low: The least value.
        high: The greatest.
        what: What it says.
    """

    low: float
    high: float
    what: str


COLUMNS: Final[Mapping[str, _Column]] = {
    "video_time_s": _Column(0.0, 1e7, "when, from the first picture of the video"),
    "latitude_deg": _Column(-90.0, 90.0, "of the camera, WGS84"),
    "longitude_deg": _Column(-180.0, 180.0, "of the camera, WGS84"),
    "height_hae_m": _Column(-1e3, 1e5, "of the camera above the WGS84 ellipsoid"),
    "altitude_msl_m": _Column(
        -1e3, 1e5, "of the camera above the sea (EGM96), where that is given"
    ),
    "camera_heading_deg": _Column(-360.0, 360.0, "of the line of sight, clockwise from true north"),
    "camera_elevation_deg": _Column(-90.0, 90.0, "of the line of sight above the horizon"),
    "camera_roll_deg": _Column(-180.0, 180.0, "of the picture about it, clockwise from level"),
    "platform_heading_deg": _Column(-360.0, 360.0, "of the platform, clockwise from true north"),
    "platform_pitch_deg": _Column(-90.0, 90.0, "nose up positive"),
    "platform_roll_deg": _Column(-180.0, 180.0, "right wing down positive"),
    "horizontal_fov_deg": _Column(0.0, 180.0, "whole horizontal field of view"),
    "vertical_fov_deg": _Column(0.0, 180.0, "whole vertical field of view"),
    "position_sigma_m": _Column(0.0, 1e5, "1-sigma of the place, for each of east and north"),
    "height_sigma_m": _Column(0.0, 1e5, "1-sigma of the height"),
    "heading_sigma_deg": _Column(0.0, 180.0, "1-sigma of the camera's heading"),
    "elevation_sigma_deg": _Column(0.0, 90.0, "1-sigma of its elevation"),
    "roll_sigma_deg": _Column(0.0, 180.0, "1-sigma of its roll"),
}
"""Every column of numbers; ``time_utc`` (ISO 8601) stands beside them."""

_TIME: Final = "time_utc"
_NEEDED: Final = ("video_time_s", "latitude_deg", "longitude_deg")
_PAGE: Final = "docs/reference/sidecars.md shows the columns."

Row = dict[str, float | str]


def read_pose_csv(path: Path) -> Sidecar:
    """Read a CSV table: a header, then a row an instant.

    Raises:
        InputError: It cannot be read, lacks a column that is needed, or has one that is not known.
    """
    text = _text(path)
    reader = csv.DictReader(io.StringIO(text), skipinitialspace=True)
    names = [name.strip() for name in reader.fieldnames or ()]
    reader.fieldnames = names
    _check_columns(path, names)
    try:
        rows = [(f"line {reader.line_num}", _strings(row)) for row in reader]
    except csv.Error as error:
        place = f"line {reader.line_num}"
        raise _refusal(path, f"is no CSV table ({error}).", place=place) from error
    return _sidecar(path, "pose table (CSV)", iter(rows))


def read_pose_geojson(path: Path) -> Sidecar:
    """Read a GeoJSON FeatureCollection of points, whose properties are the columns.

    The third coordinate, where there is one, is the height above the ellipsoid, as RFC 7946 says.

    Raises:
        InputError: As `read_pose_csv`.
    """
    text = _text(path)
    try:
        content = json.loads(text)
    except ValueError as error:
        raise _refusal(path, f"is no JSON ({error}).") from error
    except RecursionError as error:
        raise _refusal(path, "is nested too deep to be read.") from error
    features = content.get("features") if isinstance(content, dict) else None
    if not isinstance(features, list) or not features:
        raise _refusal(path, "is no GeoJSON FeatureCollection with features.")
    rows = [(f"feature {number}", _properties(each)) for number, each in enumerate(features, 1)]
    names = dict.fromkeys(name for _, row in rows for name in row)
    _check_columns(path, list(names))
    return _sidecar(path, "pose table (GeoJSON)", iter(rows))


def _text(path: Path) -> str:
    try:
        if path.stat().st_size > MAX_BYTES:
            raise _refusal(path, f"is larger than {MAX_BYTES >> 20} MiB.")
        return path.read_text(encoding="utf-8-sig")
    except OSError as error:
        raise _refusal(path, f"cannot be read ({error.strerror or error}).") from error
    except UnicodeDecodeError as error:
        raise _refusal(path, "is no text in UTF-8.") from error


def _strings(row: Mapping[Any, Any]) -> Row:
    return {
        name: value.strip()
        for name, value in row.items()
        if isinstance(name, str) and isinstance(value, str)
    }


def _properties(feature: Any) -> Row:
    """Return the columns of a feature: its properties, and its place."""
    if not isinstance(feature, dict):
        return {}
    said = feature.get("properties")
    row: Row = {
        str(name): value
        for name, value in (said if isinstance(said, dict) else {}).items()
        if isinstance(value, int | float | str) and not isinstance(value, bool)
    }
    geometry = feature.get("geometry")
    place = geometry.get("coordinates") if isinstance(geometry, dict) else None
    is_point = isinstance(geometry, dict) and geometry.get("type") == "Point"
    if is_point and isinstance(place, list) and len(place) >= 2:
        names = ("longitude_deg", "latitude_deg", "height_hae_m")
        for name, value in zip(names, place, strict=False):
            if isinstance(value, int | float) and not isinstance(value, bool):
                row.setdefault(name, value)
    return row


def _check_columns(path: Path, names: list[str]) -> None:
    for name in names:
        if name not in COLUMNS and name != _TIME:
            known = ", ".join((*COLUMNS, _TIME))
            raise _refusal(path, f"has a column {name!r}, which is not one of {known}.")
    missing = [name for name in _NEEDED if name not in names]
    if missing:
        raise _refusal(path, f"has no column {', '.join(missing)}.")


def _sidecar(path: Path, kind: str, rows: Iterator[tuple[str, Row]]) -> Sidecar:
    views: list[TimedView] = []
    first_wrong = ""
    n_rows = n_wrong = 0
    for place, row in rows:
        n_rows += 1
        timed = _timed_view(row)
        last_us = views[-1].video_time_us if views else None
        if timed is None or (last_us is not None and (timed.video_time_us or 0) <= last_us):
            n_wrong += 1
            first_wrong = first_wrong or f"{path.name}, {place}"
            continue
        views.append(timed)
    if not views:
        raise _refusal(path, "has no row that can be used.")
    wrong = CountedWarning(
        code="sidecar_row_unread",
        count=n_wrong,
        first=first_wrong,
        what="Rows of the pose table lack a time or hold a number out of its range, or do not"
        " come later than the row before.",
        mend="They are left out; the rest is used.",
    )
    return Sidecar(
        name=path.name,
        kind=kind,
        views=tuple(views),
        n_records=n_rows,
        n_damaged=n_wrong,
        warnings=(wrong,) if n_wrong else (),
    )


def _timed_view(row: Row) -> TimedView | None:
    """Return a row as a View; None where it cannot be used."""
    numbers: dict[str, float] = {}
    for name, column in COLUMNS.items():
        said = row.get(name, "")
        if said == "":
            continue
        try:
            value = float(said)
        except (ValueError, OverflowError):  # JSON has integers of any length
            return None
        if not math.isfinite(value):
            continue
        if not column.low <= value <= column.high:
            return None
        numbers[name] = value
    if "video_time_s" not in numbers:
        return None
    time_us = time_us_from_text(str(row.get(_TIME, ""))) if row.get(_TIME) else None
    video_time_us = microseconds_from_seconds(numbers["video_time_s"])
    return TimedView(video_time_us=video_time_us, time_us=time_us, view=_view(numbers, time_us))


def _view(numbers: Mapping[str, float], time_us: int | None) -> View:
    latitude, longitude = numbers.get("latitude_deg"), numbers.get("longitude_deg")
    hae_m, msl_m = numbers.get("height_hae_m"), numbers.get("altitude_msl_m")
    if latitude is not None and longitude is not None:
        geoid_m = float(geoid_undulation_m(latitude, longitude))
        hae_m = msl_m + geoid_m if hae_m is None and msl_m is not None else hae_m
        msl_m = hae_m - geoid_m if msl_m is None and hae_m is not None else msl_m
    heading = numbers.get("camera_heading_deg")
    has_pose = heading is not None and "camera_elevation_deg" in numbers
    platform_heading = numbers.get("platform_heading_deg")
    return View(
        time_us=time_us,
        time_basis=None if time_us is None else TimeBasis.SIDECAR,
        latitude_deg=latitude,
        longitude_deg=longitude,
        height_hae_m=hae_m,
        altitude_msl_m=msl_m,
        platform_heading_deg=None if platform_heading is None else platform_heading % 360.0,
        platform_pitch_deg=numbers.get("platform_pitch_deg"),
        platform_roll_deg=numbers.get("platform_roll_deg"),
        camera_heading_deg=None if heading is None or not has_pose else heading % 360.0,
        camera_elevation_deg=numbers.get("camera_elevation_deg") if has_pose else None,
        camera_roll_deg=numbers.get("camera_roll_deg", 0.0) if has_pose else None,
        pose_basis=PoseBasis.ABSOLUTE if has_pose else None,
        horizontal_fov_deg=numbers.get("horizontal_fov_deg"),
        vertical_fov_deg=numbers.get("vertical_fov_deg"),
        metadata_age_s=0.0,
        sigma=_sigma(numbers) if has_pose else None,
        angle_convention="pose_table" if has_pose else None,
    )


_SIGMA_COLUMNS: Final = {
    "position_horizontal_m": "position_sigma_m",
    "position_vertical_m": "height_sigma_m",
    "camera_heading_deg": "heading_sigma_deg",
    "camera_elevation_deg": "elevation_sigma_deg",
    "camera_roll_deg": "roll_sigma_deg",
}


def _sigma(numbers: Mapping[str, float]) -> ViewSigma:
    """Return the assumed 1-sigma with what the table states in its place, all of it shared."""
    stated: dict[str, Any] = {
        part: Sigma(own=0.0, shared=numbers[column])
        for part, column in _SIGMA_COLUMNS.items()
        if column in numbers
    }
    assumed = assumed_view_sigma(PoseBasis.ABSOLUTE)
    is_all = len(stated) == len(_SIGMA_COLUMNS)
    basis = UncertaintyBasis.REPORTED if is_all else UncertaintyBasis.ASSUMED
    return replace(assumed, basis=basis, **stated)


def _refusal(path: Path, what: str, *, place: str = "") -> InputError:
    where = f"{path}, {place}" if place else str(path)
    return InputError(where=where, what=what, mend=_PAGE)
