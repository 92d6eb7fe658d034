"""``plainview demo``: the main job on the embedded default."""

import json
from pathlib import Path
from typing import Annotated

import typer

from plainview.cli.summary_text import print_mission

__all__ = ["demo"]


def demo(
    out: Annotated[Path, typer.Option("--out", help="Where to put the mission.")] = Path("demo"),
    seed: Annotated[int, typer.Option("--seed", help="Draws waves, noise and errors.")] = 1,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the score as one JSON document.")
    ] = False,
) -> None:
    """Fly a person overboard by night, find them, and score that against the truth.

    Example: plainview demo --out demo
    """
    from plainview.cli.progress import show_progress
    from plainview.mission.demo import run_demo
    from plainview.mission.score_text import score_text

    with show_progress(title="demo", is_compiling_told=True) as on_progress:
        mission, result = run_demo(out, seed=seed, on_progress=on_progress)
    if as_json:
        typer.echo(json.dumps(result, indent=2))
        return
    print_mission(mission.path, mission.summary)
    typer.echo(score_text(result))
