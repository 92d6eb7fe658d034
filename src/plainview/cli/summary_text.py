"""What a finished mission says on a terminal."""

from pathlib import Path
from typing import Any

import typer

__all__ = ["print_mission"]


def print_mission(path: Path, summary: dict[str, Any]) -> None:
    """Print what was made, what was found and what was wrong, in a few lines."""
    counts = summary["counts"]
    typer.echo(f"{path}: {summary['state']}")
    typer.echo(
        f"  {counts['frames']} frames, {counts['frames_with_view']} with a known view;"
        f" {counts['packets']} metadata packets, {counts['packets_damaged']} damaged"
    )
    typer.echo(f"  {counts['tracks_confirmed']} tracks, {counts['tracks_located']} located")
    for warning in summary["warnings"]:
        typer.echo(f"  warning: {warning['what']} ({warning['count']} times) {warning['mend']}")
    typer.echo(f"  open {path / 'report.html'}")
