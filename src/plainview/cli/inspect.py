"""``plainview inspect``: what is in a file, and what is wrong with it."""

import json
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["inspect"]


def inspect(
    file: Annotated[Path, typer.Argument(help="Footage, or raw KLV.")],
    packets: Annotated[
        bool, typer.Option("--packets", help="Print a JSON object for each KLV packet.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show what is in a file: streams, metadata, gaps, problems, and how well it locates.

    Example: plainview inspect truck.ts
    """
    from plainview.mission.inspect import inspect_file, iterate_packets
    from plainview.mission.inspect_text import inspect_text

    if packets:
        for packet in iterate_packets(file):
            typer.echo(json.dumps(packet))
        return
    result = inspect_file(file)
    typer.echo(json.dumps(result, indent=2) if as_json else inspect_text(result))
