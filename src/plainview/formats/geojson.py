"""``tracks.geojson``: a line, a last position and its 95 % ellipse for each track (RFC 7946)."""

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from plainview.formats.time_text import iso_from_time_us
from plainview.formats.track_history import TrackHistory, error_ellipse_ring_deg
from plainview.model import ellipse_from_covariance

__all__ = ["geojson_from_histories", "write_geojson"]

_DECIMALS = 7
"""About a centimetre."""


def geojson_from_histories(
    histories: Sequence[TrackHistory], *, mission: dict[str, Any]
) -> dict[str, Any]:
    """Return a FeatureCollection; positions are longitude, latitude, height above the ellipsoid.

    Args:
        histories: The tracks.
        mission: Members that say where it comes from (``mission_id``, ``security_marking``).
    """
    features = [feature for history in histories for feature in _features(history)]
    return {"type": "FeatureCollection", "plainview": mission, "features": features}


def _features(history: TrackHistory) -> list[dict[str, Any]]:
    ring_latitude, ring_longitude = error_ellipse_ring_deg(history, -1)
    ring = np.column_stack([ring_longitude, ring_latitude])[::-1]
    features = [
        _feature("last_position", "Point", coordinates=_positions(history)[-1], history=history),
        _feature("error_ellipse_95", "Polygon", coordinates=[_rounded(ring)], history=history),
    ]
    if len(history.latitude_deg) > 1:
        features.append(
            _feature("track", "LineString", coordinates=_positions(history), history=history)
        )
    return features


def _feature(role: str, kind: str, *, coordinates: Any, history: TrackHistory) -> dict[str, Any]:
    return {
        "type": "Feature",
        "id": f"{history.camera}-{history.track_id}-{role}",
        "geometry": {"type": kind, "coordinates": coordinates},
        "properties": {"role": role, **_properties(history)},
    }


def _properties(history: TrackHistory) -> dict[str, Any]:
    major, minor, heading = ellipse_from_covariance(history.cov_enu_m2[[-1]])
    times = [time for time in history.time_us if time is not None]
    return {
        "title": history.name,
        "camera": history.camera,
        "track_id": history.track_id,
        "label": history.label,
        "first_seen": iso_from_time_us(times[0]) if times else None,
        "last_seen": iso_from_time_us(times[-1]) if times else None,
        "surface": history.surface,
        "uncertainty_basis": history.uncertainty_basis,
        "ce90_m": round(float(history.ce90_m[-1]), 2),
        "sigma_major_m": round(float(major[0]), 2),
        "sigma_minor_m": round(float(minor[0]), 2),
        "sigma_major_heading_deg": round(float(heading[0]), 1),
        "existence": round(float(history.existence[-1]), 4),
    }


def _positions(history: TrackHistory) -> list[list[float]]:
    return _rounded(
        np.column_stack([history.longitude_deg, history.latitude_deg, history.height_hae_m])
    )


def _rounded(positions: np.ndarray) -> list[list[float]]:
    rounded: list[list[float]] = np.round(positions, _DECIMALS).tolist()
    return rounded


def write_geojson(
    path: Path, histories: Sequence[TrackHistory], *, mission: dict[str, Any]
) -> None:
    """Write the tracks as GeoJSON, a track at a time."""
    with path.open("w", encoding="utf-8") as file:
        empty = json.dumps(geojson_from_histories([], mission=mission), allow_nan=False)
        file.write(empty.removesuffix("]}"))
        for row, history in enumerate(histories):
            text = json.dumps(_features(history), allow_nan=False)
            file.write(f"{', ' if row else ''}{text[1:-1]}")
        file.write("]}")
