"""AIS as CSV with a header: MarineCadastre's, the Danish authority's, and others of the kind."""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from plainview.errors import FormatError
from plainview.formats.ais_rows import AisLog, AisRows, text_lines
from plainview.formats.time_from_text import time_us_from_text
from plainview.model import ShipStatic

__all__ = ["is_ais_csv", "read_ais_csv"]

_NAMES: Final[Mapping[str, tuple[str, ...]]] = {
    "mmsi": ("mmsi", "sourcemmsi", "userid"),
    "time": ("time", "basedatetime", "timestamp", "datetime", "timeutc", "utc", "t"),
    "latitude": ("latitude", "lat", "latitudedegrees", "latitudedeg"),
    "longitude": ("longitude", "lon", "lng", "long", "longitudedegrees", "longitudedeg"),
    "speed": ("sog", "speed", "sogknots", "speedoverground", "speedknots"),
    "course": ("cog", "course", "cogdegrees", "courseoverground", "coursedegrees"),
    "heading": ("heading", "trueheading", "headingdegrees"),
    "name": ("vesselname", "shipname", "name"),
    "length": ("length",),
    "width": ("width",),
}
"""What each column is called, in small letters without anything between them."""

_NEEDED: Final = ("mmsi", "time", "latitude", "longitude")
_DAY_FIRST: Final = "# Timestamp"
"""The Danish authority's header; its days come first."""
_SIGMA_M: Final = 10.0
"""Such tables leave the flag of accuracy out; GNSS without correction, assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Header:
    """Which column holds what.

    Args:
        columns: Meaning to the number of its column.
        is_day_first: Whether dates have their day first.
    """

    columns: Mapping[str, int]
    is_day_first: bool

    @classmethod
    def of(cls, row: list[str]) -> "_Header | None":
        """Return the header that a first row is; None where it is none."""
        plain = ["".join(filter(str.isalnum, name.lower())) for name in row]
        columns = {
            meaning: next(plain.index(name) for name in names if name in plain)
            for meaning, names in _NAMES.items()
            if any(name in plain for name in names)
        }
        if not all(meaning in columns for meaning in _NEEDED):
            return None
        return cls(columns=columns, is_day_first=row[0].strip() == _DAY_FIRST)

    def text(self, row: list[str], meaning: str) -> str:
        """Return a field; empty where it is not there."""
        at = self.columns.get(meaning)
        return row[at].strip() if at is not None and at < len(row) else ""

    def number(self, row: list[str], meaning: str) -> float | None:
        """Return a number; None where there is none."""
        try:
            return float(self.text(row, meaning))
        except ValueError:
            return None


def is_ais_csv(path: Path) -> bool:
    """Say whether a file starts with the header of an AIS table.

    Raises:
        InputError: The file cannot be read.
    """
    first = next(text_lines(path), "")
    return _Header.of(next(csv.reader([first]), [])) is not None


def read_ais_csv(path: Path) -> AisLog:
    """Read an AIS log as CSV; times without an offset are UTC, speeds knots.

    Raises:
        InputError: The file cannot be read.
        FormatError: It has no header of an AIS table, or no position with its time.
    """
    reader = csv.reader(text_lines(path))
    header = _Header.of(next(reader, []))
    if header is None:
        raise FormatError(
            where=f"{path.name}, line 1",
            what="is not the header of an AIS table.",
            mend="Name the columns MMSI, Time, Latitude and Longitude.",
        )
    rows = AisRows(where=path.name)
    try:
        for row in reader:
            if row:
                _take(row, header, rows=rows, n_line=reader.line_num)
    except csv.Error as error:
        raise FormatError(
            where=f"{path.name}, line {reader.line_num}",
            what=f"is not CSV ({error}).",
            mend="Mend or remove that line.",
        ) from error
    return rows.log()


def _take(row: list[str], header: _Header, *, rows: AisRows, n_line: int) -> None:
    mmsi = header.text(row, "mmsi")
    latitude, longitude = header.number(row, "latitude"), header.number(row, "longitude")
    time_us = time_us_from_text(header.text(row, "time"), is_day_first=header.is_day_first)
    if not mmsi.isdecimal() or len(mmsi) > _MMSI_DIGITS:
        rows.note("ais_unreadable", n_line)
        return
    if time_us is None:
        rows.note("ais_no_time", n_line)
        return
    is_known = latitude is not None and longitude is not None
    if not is_known or not rows.add(
        int(mmsi),
        time_us,
        place=(latitude or 0.0, longitude or 0.0),
        speed_knots=header.number(row, "speed"),
        course_deg=header.number(row, "course"),
        heading_deg=header.number(row, "heading"),
        sigma_m=_SIGMA_M,
    ):
        rows.note("ais_no_position", n_line)
        return
    _take_static(row, header, rows=rows, mmsi=int(mmsi))


_MMSI_DIGITS: Final = 9


def _take_static(row: list[str], header: _Header, *, rows: AisRows, mmsi: int) -> None:
    said = ShipStatic(
        name=header.text(row, "name") or None,
        length_m=header.number(row, "length") or None,
        width_m=header.number(row, "width") or None,
    )
    if said != ShipStatic():
        rows.ships[mmsi] = said
