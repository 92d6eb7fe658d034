"""``plainview inspect``: what is in a file, and what is wrong with it."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Literal

import typer

__all__ = ["inspect"]


def inspect(
    file: Annotated[
        Path, typer.Argument(help="Footage, raw KLV, a log, a still, or a folder of stills.")
    ],
    packets: Annotated[
        bool, typer.Option("--packets", help="Print a JSON object for each KLV packet.")
    ] = False,
    fix: Annotated[
        Path | None,
        typer.Option(help="Write the corrections that were found as settings for `process`."),
    ] = None,
    ais: Annotated[
        Path | None,
        typer.Option("--ais", help="An AIS log (NMEA with times, CSV) to test the clock by."),
    ] = None,
    terrain: Annotated[
        Path | None,
        typer.Option("--terrain", help="A height model that the platform is held against."),
    ] = None,
    no_pictures: Annotated[
        bool,
        typer.Option(
            "--no-pictures", help="Look at no picture (else at a minute of them: lag, clock)."
        ),
    ] = False,
    damage: Annotated[
        Literal["reject", "mark", "salvage"],
        typer.Option(
            "--damage",
            help="What is believed of damaged metadata: nothing, sound packets, what is left.",
        ),
    ] = "mark",
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Show what is in a file: streams, metadata, gaps, problems, and what may be trusted.

    A minute of the pictures at most is looked at, where the camera moves most.

    Example: plainview inspect truck.ts
    """
    with _stopped_cleanly(file):
        from plainview.cli.progress import show_progress
        from plainview.formats.read_log import log_kind
        from plainview.formats.recognise_inputs import InputsKind, recognise_inputs
        from plainview.misb import DamagePolicy
        from plainview.mission.inspect import inspect_file, iterate_packets
        from plainview.mission.inspect_text import corrections_of, inspect_text

        if not packets and (kind := log_kind(file)) is not None:
            from plainview.mission.inspect_logs import inspect_log, log_text

            said = inspect_log(file, kind)
            typer.echo(json.dumps(said, indent=2) if as_json else log_text(said))
            return
        found = recognise_inputs((file,))
        if found.kind is not InputsKind.FOOTAGE and not packets:
            from plainview.mission.inspect_stills import inspect_stills, stills_text

            told = inspect_stills(file, found)
            typer.echo(json.dumps(told, indent=2) if as_json else stills_text(told))
            return
        if file.is_dir() and found.paths != (file,):
            file = found.paths[0]
            typer.echo(f"The folder was taken for the video in it, {file.name}.", err=True)
        if packets:
            for packet in iterate_packets(file, damage=DamagePolicy(damage)):
                typer.echo(json.dumps(packet))
            return
        with show_progress(title=file.name) as on_progress:
            result = inspect_file(
                file,
                ais=ais,
                terrain=terrain,
                damage=DamagePolicy(damage),
                are_pictures_seen=not no_pictures,
                on_progress=on_progress,
            )
        if fix is not None:
            from plainview.formats.settings_writer import write_settings

            tables = corrections_of(result)
            why = [] if tables else ["Nothing was found that settings could mend."]
            write_settings(
                fix, tables, remarks=[f"What {file.name} needs to be read as it is.", *why]
            )
        typer.echo(json.dumps(result, indent=2) if as_json else inspect_text(result))


@contextmanager
def _stopped_cleanly(file: Path) -> Iterator[None]:
    """Say of Ctrl-C that nothing goes on by itself: what was read is not kept."""
    try:
        yield
    except KeyboardInterrupt as stop:
        typer.echo(f"plainview: stopped; {file.name} was not read to its end.", err=True)
        raise typer.Exit(1) from stop
