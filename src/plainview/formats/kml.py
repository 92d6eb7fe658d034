"""``tracks.kml``: tracks with time, ellipses and markers for map programs (OGC KML 2.3).

Heights are above mean sea level (the EGM96 geoid), as KML's ``absolute`` altitude mode says.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import numpy as np

from plainview.formats.marking_text import marking_text
from plainview.formats.time_text import iso_from_time_us
from plainview.formats.track_history import TrackHistory, error_ellipse_ring_deg

__all__ = ["kml_from_histories", "write_kml"]

_KML = "http://www.opengis.net/kml/2.2"
_STYLES = {
    "track": ("LineStyle", {"color": "ff00a5ff", "width": "3"}),
    "ellipse": ("LineStyle", {"color": "ff00a5ff", "width": "2"}),
}


def _add(parent: ET.Element, tag: str, text: str | None = None) -> ET.Element:
    element = ET.SubElement(parent, f"{{{_KML}}}{tag}")
    element.text = text
    return element


def kml_from_histories(
    histories: Sequence[TrackHistory], *, mission: dict[str, Any]
) -> ET.ElementTree:
    """Return the document: a folder a track, with line, last position and 95 % ellipse."""
    ET.register_namespace("", _KML)
    root = ET.Element(f"{{{_KML}}}kml")
    document = _add(root, "Document")
    _add(document, "name", f"plainview mission {mission.get('mission_id', '')}".strip())
    _add(document, "description", f"Marking: {marking_text(mission)}")
    for name, (kind, values) in _STYLES.items():
        style = _add(document, "Style")
        style.set("id", name)
        line = _add(style, kind)
        for tag, value in values.items():
            _add(line, tag, value)
        if name == "ellipse":
            _add(_add(style, "PolyStyle"), "color", "3300a5ff")
    for history in histories:
        _add_track(document, history)
    return ET.ElementTree(root)


def _add_track(document: ET.Element, history: TrackHistory) -> None:
    folder = _add(document, "Folder")
    _add(folder, "name", history.name)
    altitude_msl_m = history.altitude_msl_m
    text = [
        f"{lon:.7f},{lat:.7f},{height:.1f}"
        for lon, lat, height in zip(
            history.longitude_deg, history.latitude_deg, altitude_msl_m, strict=True
        )
    ]
    point = _placemark(folder, history.name, history)
    geometry = _add(point, "Point")
    _add(geometry, "altitudeMode", "absolute")
    _add(geometry, "coordinates", text[-1])
    if len(text) > 1:
        path = _placemark(folder, f"{history.name}: path", history, style="track")
        line = _add(path, "LineString")
        _add(line, "altitudeMode", "absolute")
        _add(line, "coordinates", " ".join(text))
    ellipse = _placemark(folder, f"{history.name}: 95 % error ellipse", history, style="ellipse")
    _add_ring(ellipse, history)


def _add_ring(placemark: ET.Element, history: TrackHistory) -> None:
    latitude, longitude = error_ellipse_ring_deg(history, -1)
    polygon = _add(placemark, "Polygon")
    ring = _add(_add(polygon, "outerBoundaryIs"), "LinearRing")
    pairs = np.column_stack([longitude, latitude])[::-1]
    _add(ring, "coordinates", " ".join(f"{lon:.7f},{lat:.7f}" for lon, lat in pairs))


def _placemark(
    folder: ET.Element, name: str, history: TrackHistory, *, style: str | None = None
) -> ET.Element:
    placemark = _add(folder, "Placemark")
    _add(placemark, "name", name)
    _add(placemark, "description", _description(history))
    times = [time for time in history.time_us if time is not None]
    if times:
        span = _add(placemark, "TimeSpan")
        _add(span, "begin", iso_from_time_us(times[0]))
        _add(span, "end", iso_from_time_us(times[-1]))
    if style is not None:
        _add(placemark, "styleUrl", f"#{style}")
    return placemark


def _description(history: TrackHistory) -> str:
    return (
        f"CE90 {history.ce90_m[-1]:.0f} m on {history.surface}; "
        f"error {history.uncertainty_basis}; camera {history.camera}"
    )


def write_kml(path: Path, histories: Sequence[TrackHistory], *, mission: dict[str, Any]) -> None:
    """Write the tracks as KML."""
    tree = kml_from_histories(histories, mission=mission)
    tree.write(path, encoding="utf-8", xml_declaration=True)
