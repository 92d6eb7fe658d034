"""``tracks.cot``: Cursor on Target events, one a line, mapped as MISB ST 0805 says.

Heights are above the ellipsoid and ``ce`` and ``le`` are 1 sigma, as ST 0805 converts the
standard's 90 % errors (divided by 2.146 and 1.645). The types are unknown ground (``a-u-G``)
or unknown sea surface (``a-u-S``) for a track and a spot marker (``b-m-p-s-p-i``, the sensor's
point of interest) for where the camera looked: never hostile, never suspect.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree as ET

import numpy as np

from plainview.formats.marking_text import marking_text
from plainview.formats.time_text import iso_from_time_us
from plainview.formats.track_history import TrackHistory
from plainview.model import CE90_PER_SIGMA

__all__ = [
    "COT_TYPES",
    "SensorPoint",
    "cot_event_from_history",
    "cot_event_from_sensor_point",
    "write_cot",
]

COT_TYPES: Final = {"ground": "a-u-G", "sea_surface": "a-u-S", "sensor_point": "b-m-p-s-p-i"}
"""Every type that is ever emitted."""

_HOW_MACHINE: Final = "m-p"
_STALE_US: Final = 300_000_000
_UNKNOWN_ERROR_M: Final = "9999999.0"
"""What CoT writes where an error is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SensorPoint:
    """Where the camera looked: the middle of its picture on the ground."""

    time_us: int
    latitude_deg: float
    longitude_deg: float
    height_hae_m: float


def _event(uid: str, kind: str, time_us: int) -> ET.Element:
    instant = iso_from_time_us(time_us)
    return ET.Element(
        "event",
        {
            "version": "2.0",
            "uid": uid,
            "type": COT_TYPES[kind],
            "how": _HOW_MACHINE,
            "time": instant,
            "start": instant,
            "stale": iso_from_time_us(time_us + _STALE_US),
        },
    )


def cot_event_from_history(history: TrackHistory, *, mission: dict[str, Any]) -> ET.Element | None:
    """Return the event of a track's last place; None where its UTC is not known."""
    time_us = history.time_us[-1]
    if time_us is None:
        return None
    kind = "sea_surface" if history.surface == "sea_level" else "ground"
    uid = f"plainview.{mission['mission_id']}.{history.camera}.{history.track_id}"
    event = _event(uid, kind, time_us)
    ET.SubElement(
        event,
        "point",
        {
            "lat": f"{history.latitude_deg[-1]:.7f}",
            "lon": f"{history.longitude_deg[-1]:.7f}",
            "hae": f"{history.height_hae_m[-1]:.1f}",
            "ce": f"{history.ce90_m[-1] / CE90_PER_SIGMA:.1f}",
            "le": f"{np.sqrt(history.cov_enu_m2[-1, 2, 2]):.1f}",
        },
    )
    detail = ET.SubElement(event, "detail")
    ET.SubElement(detail, "contact", {"callsign": history.name})
    ET.SubElement(detail, "remarks").text = (
        f"{marking_text(mission)}; CE90 {history.ce90_m[-1]:.0f} m on {history.surface};"
        f" error {history.uncertainty_basis}"
    )
    _add_course(detail, history)
    return event


def _add_course(detail: ET.Element, history: TrackHistory) -> None:
    east, north = history.velocity_en_m_s[-1]
    if np.isfinite(east) and np.isfinite(north):
        course_deg = np.degrees(np.arctan2(east, north)) % 360.0
        speed_m_s = np.hypot(east, north)
        ET.SubElement(detail, "track", {"course": f"{course_deg:.1f}", "speed": f"{speed_m_s:.2f}"})


def cot_event_from_sensor_point(point: SensorPoint, *, mission: dict[str, Any]) -> ET.Element:
    """Return the sensor's point of interest, with its error said to be unknown."""
    event = _event(f"plainview.{mission['mission_id']}.spi", "sensor_point", point.time_us)
    ET.SubElement(
        event,
        "point",
        {
            "lat": f"{point.latitude_deg:.7f}",
            "lon": f"{point.longitude_deg:.7f}",
            "hae": f"{point.height_hae_m:.1f}",
            "ce": _UNKNOWN_ERROR_M,
            "le": _UNKNOWN_ERROR_M,
        },
    )
    detail = ET.SubElement(event, "detail")
    ET.SubElement(detail, "remarks").text = marking_text(mission)
    return event


def write_cot(
    path: Path,
    histories: Sequence[TrackHistory],
    *,
    mission: dict[str, Any],
    sensor_point: SensorPoint | None,
) -> None:
    """Write one event a line: each track's last place, then where the camera looked last."""
    events = [cot_event_from_history(history, mission=mission) for history in histories]
    if sensor_point is not None:
        events.append(cot_event_from_sensor_point(sensor_point, mission=mission))
    lines = [ET.tostring(event, encoding="unicode") for event in events if event is not None]
    path.write_text("".join(line + "\n" for line in lines), encoding="utf-8")
