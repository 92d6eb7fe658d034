"""Stills that do not say where they were taken, joined by time to a telemetry log beside them."""

import datetime as dt
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from plainview.errors import InputError
from plainview.formats.mavlink_log import read_mavlink_log
from plainview.formats.mavlink_views import STATED_SIGMA_S, MavlinkReading, sidecar_from_mavlink
from plainview.formats.read_sidecar import SidecarSettings
from plainview.misb.interpolate_view import InterpolationSettings
from plainview.misb.timeline import Timeline
from plainview.model import CountedWarning, Event, View

__all__ = ["StillTelemetry", "utc_of_name"]

_NAME: Final = re.compile(r"(?<!\d)(\d{14})(\d{0,6})Z")


def utc_of_name(path: Path) -> dt.datetime | None:
    """Return the instant in a name like ``2018080501004736Z.jpg``, UTC without a zone; or None.

    Fourteen digits of date and time, then parts of the second; the Z says that it is UTC.
    """
    match = _NAME.search(path.stem)
    if match is None:
        return None
    try:
        second = dt.datetime.strptime(match[1], "%Y%m%d%H%M%S")  # noqa: DTZ007
    except ValueError:
        return None
    return second + dt.timedelta(seconds=float(f"0.{match[2] or '0'}"))


class StillTelemetry:
    """The one telemetry log in the folder of some stills; nothing where there is none.

    Args:
        stills: Their paths.
        size_px: Width and height of their pictures.
        settings: How the camera is fixed, its field of view, and how far the log is ahead.
    """

    def __init__(
        self, stills: Sequence[Path], *, size_px: tuple[int, int], settings: SidecarSettings
    ) -> None:
        self.warnings: tuple[CountedWarning, ...] = ()
        self.events: tuple[Event, ...] = ()
        self._timeline: Timeline | None = None
        logs = sorted({log for path in stills[:1] for log in path.parent.glob("*.tlog")})
        if len(logs) != 1 or not settings.is_used:
            return
        reading = MavlinkReading(
            width_px=size_px[0],
            height_px=size_px[1],
            start_us=0,
            start_sigma_s=STATED_SIGMA_S,
            camera_mount_deg=settings.camera_mount_deg,
            horizontal_fov_deg=settings.horizontal_fov_deg,
        )
        try:
            log = read_mavlink_log(logs[0])
        except InputError as error:
            self.events = (Event(kind="sidecar_unread", what=f"{error}"),)
            return
        found = sidecar_from_mavlink(log, name=logs[0].name, reading=reading)
        self.warnings = found.warnings
        what = (
            f"{logs[0].name} beside the stills says where they were taken ({found.kind},"
            f" {found.n_records} records), by their times in UTC."
        )
        self.events = (Event(kind="sidecar", what=what),)
        self._timeline = Timeline(InterpolationSettings())
        for timed in found.views:
            self._timeline.add(timed)

    def view_at(self, time_us: int | None) -> View | None:
        """Return the View at an instant of UTC; None where the log says nothing near it."""
        if self._timeline is None or time_us is None:
            return None
        return self._timeline.view_at(time_us)
