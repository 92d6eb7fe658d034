"""``report.html``: one file, offline, that a search coordinator understands at a glance."""

from pathlib import Path

from plainview.formats.report.columns import CodedWords, Columns
from plainview.formats.report.data import Datum, ReportData
from plainview.formats.report.map_svg import MOST_FOOTPRINTS
from plainview.formats.report.page import render_report
from plainview.formats.report.track_summaries import summarise_tracks

__all__ = [
    "MOST_FOOTPRINTS",
    "CodedWords",
    "Columns",
    "Datum",
    "ReportData",
    "render_report",
    "summarise_tracks",
    "write_report",
]


def write_report(path: Path, data: ReportData) -> None:
    """Write the report of a mission.

    Raises:
        OSError: The file cannot be written.
    """
    path.write_text(render_report(data), encoding="utf-8")
