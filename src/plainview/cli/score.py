"""``plainview score``: a mission against the truth beside it."""

import json
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["score"]


def score(
    folder: Annotated[Path, typer.Argument(help="A mission folder with truth.parquet in it.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Compare a mission with the truth beside it: found, missed, false, held, where, how sure.

    Example: plainview score demo/mission-1
    """
    from plainview.mission.flight_score_text import flight_score_text
    from plainview.mission.score import score_mission

    result = score_mission(folder)
    typer.echo(json.dumps(result, indent=2) if as_json else flight_score_text(result))
