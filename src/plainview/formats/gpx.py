"""``tracks.gpx``: a track and a last waypoint for each track (GPX 1.1).

Elevations are above mean sea level (the EGM96 geoid), as GPX says. Written with gpxpy, which
also checks the schema's order of elements.
"""

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import gpxpy.gpx

from plainview.formats.marking_text import marking_text
from plainview.formats.track_history import TrackHistory

__all__ = ["gpx_from_histories", "write_gpx"]


def gpx_from_histories(
    histories: Sequence[TrackHistory], *, mission: dict[str, Any]
) -> gpxpy.gpx.GPX:
    """Return the document; a point without UTC has no time."""
    document = gpxpy.gpx.GPX()
    document.creator = "plainview"
    document.description = f"Marking: {marking_text(mission)}"
    for history in histories:
        points = _points(history)
        segment = gpxpy.gpx.GPXTrackSegment(points=points)
        track = gpxpy.gpx.GPXTrack(name=history.name)
        track.segments.append(segment)
        document.tracks.append(track)
        last = points[-1]
        document.waypoints.append(
            gpxpy.gpx.GPXWaypoint(
                latitude=last.latitude,
                longitude=last.longitude,
                elevation=last.elevation,
                time=last.time,
                name=history.name,
                description=f"CE90 {history.ce90_m[-1]:.0f} m on {history.surface}",
            )
        )
    return document


def _points(history: TrackHistory) -> list[gpxpy.gpx.GPXTrackPoint]:
    columns = zip(
        history.latitude_deg.round(7).tolist(),
        history.longitude_deg.round(7).tolist(),
        history.altitude_msl_m.round(1).tolist(),
        history.time_us,
        strict=True,
    )
    return [
        gpxpy.gpx.GPXTrackPoint(
            latitude=latitude,
            longitude=longitude,
            elevation=altitude_msl_m,
            time=None
            if time_us is None
            else dt.datetime.fromtimestamp(time_us // 1000 / 1000, dt.UTC),
        )
        for latitude, longitude, altitude_msl_m, time_us in columns
    ]


def write_gpx(path: Path, histories: Sequence[TrackHistory], *, mission: dict[str, Any]) -> None:
    """Write the tracks as GPX 1.1."""
    document = gpx_from_histories(histories, mission=mission)
    path.write_text(document.to_xml(version="1.1"), encoding="utf-8")
