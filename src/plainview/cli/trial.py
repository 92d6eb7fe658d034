"""``plainview trial``: surveyed points and a flight over them to a calibration and a report."""

import json
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["trial"]


def trial(
    survey: Annotated[Path, typer.Argument(help="The surveyed points (CSV, GPX).")],
    inputs: Annotated[
        list[Path], typer.Argument(help="A mission folder of the flight, or its footage.")
    ],
    out: Annotated[Path, typer.Option("--out", help="The folder to make.")],
    picks: Annotated[
        Path | None,
        typer.Option("--picks", help="A CSV file: where the points are seen in the footage."),
    ] = None,
    settings: Annotated[
        Path | None,
        typer.Option("--settings", help="A TOML file: the instrument's errors, for footage."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print trial.json.")] = False,
) -> None:
    """Show what a turret does: CE90 by range and depression, and a calibration.

    docs/field-trial.md has the flight card.

    Example: plainview trial survey.csv flight.ts --picks picks.csv --out trial
    """
    from plainview.cli.progress import show_progress
    from plainview.mission.trial import TrialRequest, run_trial
    from plainview.mission.trial_text import trial_text

    request = TrialRequest(
        survey=survey, inputs=tuple(inputs), out=out, picks=picks, settings=settings
    )
    with show_progress(title=inputs[0].name) as on_progress:
        found = run_trial(request, on_progress=on_progress)
    typer.echo(json.dumps(found, indent=2) if as_json else trial_text(found, out))
