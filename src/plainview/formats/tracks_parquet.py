"""``tracks.parquet``: GeoParquet, a row a track a frame."""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from plainview.formats.row_groups import write_row_groups
from plainview.formats.spot_temperature import spot_temperatures
from plainview.formats.wkb import point_wkb
from plainview.model import LifeStage, Observation

__all__ = ["TRACKS_SCHEMA", "track_rows", "write_tracks_parquet"]

_CODED = pa.string()  # Parquet writes it as a dictionary

COVARIANCE_TERMS: Final = (
    ("ee", 0, 0),
    ("en", 0, 1),
    ("nn", 1, 1),
    ("eu", 0, 2),
    ("nu", 1, 2),
    ("uu", 2, 2),
)
"""Name, row and column of each stored term of a symmetric east-north-up covariance."""

TRACKS_SCHEMA = pa.schema(
    [
        pa.field("camera", _CODED, nullable=False),
        pa.field("track_id", pa.int64(), nullable=False),
        pa.field("frame_index", pa.int64(), nullable=False),
        pa.field("video_time_us", pa.int64(), nullable=False),
        ("time_us", pa.int64()),
        *((name, pa.float64()) for name in ("x_px", "y_px", "width_px", "height_px")),
        pa.field("life_stage", _CODED, nullable=False),
        ("existence", pa.float64()),
        ("score", pa.float64()),
        ("label", pa.string()),
        ("detector", _CODED),
        *((name, pa.float64()) for name in ("latitude_deg", "longitude_deg", "height_hae_m")),
        ("surface", _CODED),
        *((f"cov_{term}_m2", pa.float64()) for term, _, _ in COVARIANCE_TERMS),
        *((f"cov_shared_{term}_m2", pa.float64()) for term, _, _ in COVARIANCE_TERMS),
        ("uncertainty_basis", _CODED),
        ("velocity_east_m_s", pa.float64()),
        ("velocity_north_m_s", pa.float64()),
        ("geometry", pa.binary()),
        ("location_reason", _CODED),
        ("second_hit_probability", pa.float64()),
        ("temperature_c", pa.float32()),
        ("temperature_accuracy_k", pa.float32()),
    ]
)
"""Columns of ``tracks.parquet``; a null is a thing that is not known."""

_GEO_METADATA: Final = {
    "version": "1.1.0",
    "primary_column": "geometry",
    "columns": {
        "geometry": {
            "encoding": "WKB",
            "geometry_types": ["Point"],
            # No crs: GeoParquet 1.1.0 then means OGC:CRS84, longitude before latitude on WGS84.
        }
    },
}


def track_rows(observation: Observation) -> list[dict[str, Any]]:
    """Return the rows of ``tracks.parquet`` that one observation makes: confirmed and coasting."""
    frame, tracks = observation.frame, observation.tracks
    if not len(tracks):
        return []
    columns: dict[str, Any] = {
        "track_id": tracks.track_id.tolist(),
        "life_stage": [LifeStage(int(stage)).label for stage in tracks.life_stage],
        "label": tracks.label,
        "detector": tracks.detector,
        "surface": tracks.surface,
        "uncertainty_basis": tracks.uncertainty_basis,
        "location_reason": tracks.location_reason,
        "geometry": point_wkb(tracks.longitude_deg, tracks.latitude_deg),
    }
    numbers = {
        **dict(zip(("x_px", "y_px", "width_px", "height_px"), tracks.box_px.T, strict=True)),
        "existence": tracks.existence,
        "score": tracks.score,
        "latitude_deg": tracks.latitude_deg,
        "longitude_deg": tracks.longitude_deg,
        "height_hae_m": tracks.height_hae_m,
        "velocity_east_m_s": tracks.velocity_en_m_s[:, 0],
        "velocity_north_m_s": tracks.velocity_en_m_s[:, 1],
        "second_hit_probability": tracks.second_hit_probability,
        **spot_temperatures(frame, tracks.box_px),
    }
    for term, row, column in COVARIANCE_TERMS:
        numbers[f"cov_{term}_m2"] = tracks.position_cov_enu_m2[:, row, column]
        numbers[f"cov_shared_{term}_m2"] = tracks.position_cov_shared_enu_m2[:, row, column]
    columns.update({name: _null_where_nan(values) for name, values in numbers.items()})
    common = {
        "camera": frame.camera.name,
        "frame_index": frame.frame_index,
        "video_time_us": frame.video_time_us,
        "time_us": None if frame.view is None else frame.view.time_us,
    }
    return [
        {**common, **dict(zip(columns, values, strict=True))}
        for values in zip(*columns.values(), strict=True)
    ]


def _null_where_nan(values: np.ndarray) -> list[float | None]:
    return [None if value != value else value for value in values.tolist()]


def write_tracks_parquet(path: Path, tracks: Iterable[pa.Table]) -> None:
    """Write the rows as they come as GeoParquet, a row group at a time.

    Source:
        GeoParquet 1.1.0, https://geoparquet.org/releases/v1.1.0/
    """
    metadata = {b"geo": json.dumps(_GEO_METADATA).encode()}
    write_row_groups(path, tracks, schema=TRACKS_SCHEMA.with_metadata(metadata))
