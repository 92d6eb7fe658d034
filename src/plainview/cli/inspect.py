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
    fix: Annotated[
        Path | None,
        typer.Option(help="Write the corrections that were found as settings for `process`."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show what is in a file: streams, metadata, gaps, problems, and what may be trusted.

    Example: plainview inspect truck.ts
    """
    from plainview.mission.inspect import inspect_file, iterate_packets
    from plainview.mission.inspect_text import corrections_of, inspect_text

    if packets:
        for packet in iterate_packets(file):
            typer.echo(json.dumps(packet))
        return
    result = inspect_file(file)
    if fix is not None:
        from plainview.formats.settings_writer import write_settings

        tables = corrections_of(result)
        why = [] if tables else ["Nothing was found that settings could mend."]
        write_settings(fix, tables, remarks=[f"What {file.name} needs to be read as it is.", *why])
    typer.echo(json.dumps(result, indent=2) if as_json else inspect_text(result))
