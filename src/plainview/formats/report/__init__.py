"""``report.html``: one file, offline, that a search coordinator understands at a glance."""

from pathlib import Path

from plainview.formats.report.data import Columns, Datum, ReportData
from plainview.formats.report.page import render_report

__all__ = ["Columns", "Datum", "ReportData", "render_report", "write_report"]


def write_report(path: Path, data: ReportData) -> None:
    """Write the report of a mission.

    Raises:
        OSError: The file cannot be written.
    """
    path.write_text(render_report(data), encoding="utf-8")
