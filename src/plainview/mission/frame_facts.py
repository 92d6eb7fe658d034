"""What the end of a run reads back of ``frames.parquet``: some columns, and a few footprints."""

from pathlib import Path
from typing import Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from plainview.formats.frames_parquet import FRAMES_SCHEMA
from plainview.formats.row_groups import read_row_groups

__all__ = ["read_footprints", "read_frame_facts"]

_COLUMNS: Final = (
    *("camera", "frame_index", "video_time_us", "time_us", "time_basis", "view_method"),
    *("metadata_age_s", "pose_basis", "sensor_latitude_deg", "sensor_longitude_deg"),
    *("sensor_height_hae_m", "camera_heading_deg", "slant_range_kind", "angle_convention"),
    *("surface", "frame_center_latitude_deg", "frame_center_longitude_deg"),
    *("frame_center_height_hae_m", "reported_frame_center_latitude_deg"),
    *("reported_frame_center_longitude_deg", "registration_residual_px", "is_restart"),
    *("restart_reason", "n_detections", "security_marking", "core_identifier"),
    *("source_mission_id", "image_source"),
)
_WORDS: Final = tuple(name for name in _COLUMNS if FRAMES_SCHEMA.field(name).type == pa.string())


def read_frame_facts(path: Path) -> pa.Table:
    """Return the columns that summary, maps and report need of each frame.

    Some 170 bytes a frame, 9 MB for half an hour: words are numbers of a dictionary.
    """
    with pq.ParquetFile(path, read_dictionary=list(_WORDS)) as file:
        table = file.read(columns=list(_COLUMNS), use_threads=False)
    return table.select(_COLUMNS).unify_dictionaries().combine_chunks()


def read_footprints(path: Path, *, most: int) -> list[bytes]:
    """Return footprints (WKB) of frames evenly over the mission, ``most`` of them, in order."""
    known = [group["footprint"].is_valid() for group in read_row_groups(path, ["footprint"])]
    rows = np.flatnonzero(np.concatenate([np.zeros(0, bool), *known]))
    if not len(rows):
        return []
    wanted = rows[
        np.unique(np.linspace(0, len(rows) - 1, min(len(rows), most)).round()).astype(int)
    ]
    footprints: list[bytes] = []
    first = 0
    for group in read_row_groups(path, ["footprint"]):
        here = wanted[(wanted >= first) & (wanted < first + len(group))] - first
        footprints += group["footprint"].take(pa.array(here)).to_pylist()
        first += len(group)
    return footprints
