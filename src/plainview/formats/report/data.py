"""What a report is made from: plain columns, summaries and mappings."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from plainview.formats.report.columns import Columns
from plainview.formats.report.track_summaries import TrackSummary

__all__ = ["Datum", "ReportData"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Datum:
    """A place that a search is organised from.

    Args:
        name: What people call it.
        latitude_deg: WGS84; longitude likewise.
    """

    name: str
    latitude_deg: float
    longitude_deg: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReportData:
    """Everything that a report shows.

    Args:
        mission: What ``mission.json`` holds.
        frames: Columns of ``frames.parquet``.
        tracks: What `summarise_tracks` says of ``tracks.parquet``.
        footprints: Some frames' footprints as WKB, in order of time.
        events: What ``events.jsonl`` holds, a mapping each.
        thumbnails: Track to JPEG.
        datum: A place to give bearings from; None takes own ship's first position.
        title: What the mission is called; None takes the names of its inputs.
        is_simulated: Whether the source is the twin; the report then says so.
    """

    mission: Mapping[str, Any]
    frames: Columns
    tracks: list[TrackSummary] = field(default_factory=list)
    footprints: Sequence[bytes] = ()
    events: Sequence[Mapping[str, Any]] = ()
    thumbnails: Mapping[int, bytes] = field(default_factory=dict)
    datum: Datum | None = None
    title: str | None = None
    is_simulated: bool = False
