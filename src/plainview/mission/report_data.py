"""From the tables of a mission to what its report shows."""

from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from plainview.formats.report import Columns, ReportData
from plainview.mission.simulated import is_simulated

__all__ = ["report_data"]


def report_data(
    tables: tuple[pa.Table, pa.Table],
    summary: dict[str, Any],
    *,
    events: Sequence[dict[str, Any]],
    thumbnails: dict[int, bytes],
) -> ReportData:
    """Return what the report shows.

    Args:
        tables: Frames and tracks.
        summary: ``mission.json``.
        events: Lines of ``events.jsonl``.
        thumbnails: Track to JPEG.
    """
    frames, tracks = tables
    ids = frames["source_mission_id"].unique().to_pylist()
    return ReportData(
        mission=summary,
        frames=_columns(frames),
        tracks=_columns(tracks),
        events=events,
        thumbnails=thumbnails,
        is_simulated=any(is_simulated(name) for name in ids),
    )


def _columns(table: pa.Table) -> Columns:
    return Columns(
        columns={
            name: table[name].to_numpy()
            if pa.types.is_floating(table.schema.field(name).type)
            or (pa.types.is_integer(table.schema.field(name).type) and not table[name].null_count)
            else table[name].to_pylist()
            for name in table.column_names
        }
    )
