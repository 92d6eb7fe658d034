"""From the tables of a mission to what its report shows."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import numpy as np
import pyarrow as pa

from plainview.formats.report import (
    MOST_FOOTPRINTS,
    CodedWords,
    Columns,
    ReportData,
    summarise_tracks,
)
from plainview.formats.row_groups import read_row_groups
from plainview.mission.frame_facts import read_footprints, read_frame_facts
from plainview.mission.simulated import is_simulated

__all__ = ["report_data"]

_NO_CODE: Final = -1
_FRAME_COLUMNS: Final = (
    *("camera", "frame_index", "video_time_us", "time_us", "time_basis", "view_method"),
    *("metadata_age_s", "pose_basis", "slant_range_kind", "angle_convention", "surface"),
    *("sensor_latitude_deg", "sensor_longitude_deg"),
    *("frame_center_latitude_deg", "frame_center_longitude_deg"),
    *("reported_frame_center_latitude_deg", "reported_frame_center_longitude_deg"),
    *("registration_residual_px", "source_mission_id"),
    *("temperature_min_c", "temperature_max_c", "temperature_accuracy_k"),
)


def report_data(
    folder: Path, *, summary: dict[str, Any], thumbnails: dict[int, bytes]
) -> ReportData:
    """Return what the report shows.

    Args:
        folder: Where ``frames.parquet``, ``tracks.parquet`` and ``events.jsonl`` lie.
        summary: ``mission.json``.
        thumbnails: Track to JPEG.
    """
    frames = read_frame_facts(folder / "frames.parquet", _FRAME_COLUMNS)
    ids = frames["source_mission_id"].unique().to_pylist()
    columns = _columns(frames)
    events = (folder / "events.jsonl").read_text(encoding="utf-8").splitlines()

    def read_tracks(names: Sequence[str]) -> Iterator[Columns]:
        return map(_columns, read_row_groups(folder / "tracks.parquet", names))

    return ReportData(
        mission=summary,
        frames=columns,
        tracks=summarise_tracks(read_tracks, columns),
        footprints=read_footprints(folder / "frames.parquet", most=MOST_FOOTPRINTS),
        events=[json.loads(line) for line in events],
        thumbnails=thumbnails,
        is_simulated=any(is_simulated(name) for name in ids),
    )


def _columns(table: pa.Table) -> Columns:
    return Columns(columns={name: _column(table[name]) for name in table.column_names})


def _column(column: pa.ChunkedArray) -> Any:
    """Return words as codes and numbers as floating point, NaN where null."""
    if pa.types.is_string(column.type):
        column = column.dictionary_encode()
    array = column.chunk(0) if column.num_chunks == 1 else column.combine_chunks()
    if pa.types.is_dictionary(array.type):
        codes = array.indices.fill_null(_NO_CODE).to_numpy()
        return CodedWords(names=tuple(array.dictionary.to_pylist()), codes=codes)
    if array.null_count or pa.types.is_boolean(array.type):
        return array.cast(pa.float64()).fill_null(np.nan).to_numpy()
    return array.to_numpy()
