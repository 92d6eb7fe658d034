"""``plainview calibrate``: footage of known points, or of its own motion, to a calibration."""

import json
from pathlib import Path
from typing import Annotated

import typer

from plainview.errors import InputError

__all__ = ["calibrate"]


def calibrate(
    inputs: Annotated[
        list[Path],
        typer.Argument(help="Footage; several files are consecutive parts of one recording."),
    ],
    out: Annotated[Path, typer.Option("--out", help="The calibration file to write.")],
    points: Annotated[
        Path | None,
        typer.Option("--points", help="A CSV file: where known points are seen."),
    ] = None,
    survey: Annotated[
        Path | None,
        typer.Option("--survey", help="The known points (CSV, GPX), where --points names them."),
    ] = None,
    own_motion: Annotated[
        bool,
        typer.Option("--own-motion", help="Use what stands still in the pictures instead."),
    ] = False,
    settings: Annotated[
        Path | None, typer.Option("--settings", help="A TOML file: the instrument's errors.")
    ] = None,
    terrain: Annotated[
        Path | None,
        typer.Option("--terrain", help="A height model, for --own-motion over land."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Find the bore-sight, lag, focal length and heading bias of a platform.

    Nothing is applied: `plainview process --calibration FILE` does that.

    Example: plainview calibrate trial.ts --points picks.csv --out turret.toml
    """
    from plainview.cli.progress import show_progress
    from plainview.mission.calibrate import CalibrateRequest
    from plainview.mission.calibrate import calibrate as make_calibration
    from plainview.mission.calibration_text import calibration_text

    if own_motion == (points is not None):
        raise InputError(
            where="--points, --own-motion",
            what="must be given one and not the other.",
            mend="Give a CSV file of picks with --points, or ask for --own-motion.",
        )
    request = CalibrateRequest(
        inputs=tuple(inputs),
        out=out,
        picks=points,
        survey=survey,
        settings=settings,
        terrain=terrain,
    )
    with show_progress(title=inputs[0].name) as on_progress:
        found = make_calibration(request, on_progress=on_progress)
    typer.echo(json.dumps(found, indent=2) if as_json else calibration_text(found, out))
