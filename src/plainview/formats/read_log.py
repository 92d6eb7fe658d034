"""Logs without a picture: a drone's captions, tables of poses, telemetry, ships' reports."""

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import Path
from typing import Final

from plainview.formats.ais_csv import is_ais_csv
from plainview.formats.ais_log import read_ais
from plainview.formats.dji_srt import DjiLog, read_dji_srt
from plainview.formats.dji_views import DjiReading, sidecar_from_dji
from plainview.formats.mavlink_log import read_mavlink_log
from plainview.formats.mavlink_views import MavlinkReading, sidecar_from_mavlink
from plainview.formats.pose_table import read_pose_csv, read_pose_geojson
from plainview.formats.sidecar import Sidecar
from plainview.misb.timed_view import TimedView
from plainview.model import CountedWarning, ShipReports

__all__ = ["LogKind", "LogRead", "log_kind", "read_log"]

_HEAD_BYTES: Final = 1 << 16
_MAVLINK_MARKS: Final = (0xFD, 0xFE)
_STAMPS_US: Final = (946_684_800_000_000, 4_102_444_800_000_000)
"""From 2000 to 2100; a telemetry log begins with such a stamp."""
_AIS_SENTENCE: Final = re.compile(rb"![A-Z]{2}VD[MO],")
_POSE_COLUMNS: Final = (b"video_time_s", b"latitude_deg")
_FILMED_PX: Final = (3840, 2160)
"""As these drones film; only fields of view rest on it, and the captions do not say it."""


class LogKind(StrEnum):
    """What a log is."""

    CAPTIONS = "drone_captions"
    POSE_TABLE = "pose_table"
    TELEMETRY = "mavlink_log"
    SHIPS = "ais_log"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LogRead:
    """A log that was read.

    Args:
        kind: What it is.
        what: The same in words, with its dialect.
        n_records: How many records it has.
        n_damaged: How many of them could not be read.
        views: Where the camera was, in order; empty for ships.
        ships: Their reports; None for others.
        local_time: The first and the last instant by its own clock, of a zone that is not said.
        warnings: What is wrong or not known, counted.
    """

    kind: LogKind
    what: str
    n_records: int
    n_damaged: int
    views: tuple[TimedView, ...] = ()
    ships: ShipReports | None = None
    local_time: str | None = None
    warnings: tuple[CountedWarning, ...] = ()


def log_kind(path: Path) -> LogKind | None:
    """Return which log a file is, by its content; None where it is none."""
    try:
        if not path.is_file():
            return None
        with path.open("rb") as file:
            head = file.read(_HEAD_BYTES)
    except OSError:
        return None
    stamp_us = int.from_bytes(head[:8], "big")
    if _STAMPS_US[0] < stamp_us < _STAMPS_US[1] and head[8:9] and head[8] in _MAVLINK_MARKS:
        return LogKind.TELEMETRY
    text = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    if b"-->" in text[:4096] or (path.suffix.lower() == ".srt" and head):
        return LogKind.CAPTIONS
    if text.startswith(b"{"):
        return LogKind.POSE_TABLE if b"FeatureCollection" in text else None
    if _AIS_SENTENCE.search(text):
        return LogKind.SHIPS
    header = text.split(b"\n", 1)[0]
    if all(name in header for name in _POSE_COLUMNS):
        return LogKind.POSE_TABLE
    return LogKind.SHIPS if b"," in header and is_ais_csv(path) else None


def read_log(path: Path, kind: LogKind) -> LogRead:
    """Read a log by itself, as nothing is known beside it.

    Args:
        path: The file.
        kind: As `log_kind` says it.

    Raises:
        InputError: It cannot be read, or needs an extra that is not installed.
        FormatError: It holds nothing of what it should.
    """
    if kind is LogKind.SHIPS:
        return _of_ships(path)
    if kind is LogKind.POSE_TABLE:
        with path.open("rb") as file:
            is_json = file.read(_HEAD_BYTES).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{")
        return _of_views(kind, read_pose_geojson(path) if is_json else read_pose_csv(path))
    width_px, height_px = _FILMED_PX
    if kind is LogKind.CAPTIONS:
        captions = read_dji_srt(path)
        reading = DjiReading(width_px=width_px, height_px=height_px)
        read = _of_views(kind, sidecar_from_dji(captions, name=path.name, reading=reading))
        return replace(read, local_time=_local_time(captions))
    log = read_mavlink_log(path)
    started = MavlinkReading(
        width_px=width_px, height_px=height_px, start_us=int(log.attitude_us[0]), start_sigma_s=0.0
    )
    return _of_views(kind, sidecar_from_mavlink(log, name=path.name, reading=started))


def _local_time(log: DjiLog) -> str | None:
    known = [each.local_time for each in log.captions if each.local_time is not None]
    if not known:
        return None
    return " to ".join(each.isoformat(" ", "seconds") for each in (known[0], known[-1]))


def _of_views(kind: LogKind, sidecar: Sidecar) -> LogRead:
    return LogRead(
        kind=kind,
        what=sidecar.kind,
        n_records=sidecar.n_records,
        n_damaged=sidecar.n_damaged,
        views=sidecar.views,
        warnings=sidecar.warnings,
    )


def _of_ships(path: Path) -> LogRead:
    log = read_ais(path)
    n_left_out = sum(warning.count for warning in log.warnings)
    return LogRead(
        kind=LogKind.SHIPS,
        what="AIS log",
        n_records=len(log.reports) + n_left_out,
        n_damaged=n_left_out,
        ships=log.reports,
        warnings=log.warnings,
    )
