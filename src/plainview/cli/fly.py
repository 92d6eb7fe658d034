"""``plainview fly``: the digital twin, flown through the pipeline."""

import json
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["fly"]


def fly(
    scenario: Annotated[
        str, typer.Argument(help="A scenario that ships (`--list`), or a TOML file.")
    ] = "person-overboard",
    out: Annotated[Path | None, typer.Option("--out", help="The mission folder.")] = None,
    seed: Annotated[int, typer.Option("--seed", min=0, help="Draws all chance.")] = 1,
    duration_s: Annotated[
        float | None, typer.Option("--duration-s", min=0.1, help="How long to fly.")
    ] = None,
    is_fast: Annotated[
        bool, typer.Option("--fast", help="As fast as it can, not in real time.")
    ] = False,
    to: Annotated[
        str | None,
        typer.Option("--to", help="Send it out too: udp://, rtp://, tcp://, srt://, rtsp://."),
    ] = None,
    settings: Annotated[
        Path | None, typer.Option("--settings", help="Settings of the pipeline, TOML.")
    ] = None,
    no_overlay: Annotated[
        bool, typer.Option("--no-overlay", help="Do not make overlay videos.")
    ] = False,
    operator: Annotated[str | None, typer.Option("--operator", help="Who flies it.")] = None,
    purpose: Annotated[str | None, typer.Option("--purpose", help="What for.")] = None,
    is_listed: Annotated[
        bool, typer.Option("--list", help="List the scenarios that ship.")
    ] = False,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print the score as one JSON document.")
    ] = False,
) -> None:
    """Fly a scenario of the digital twin, find what is in it, and score that against the truth.

    Example: plainview fly person-overboard --out flight --fast
    """
    from plainview.cli.progress import show_progress
    from plainview.cli.summary_text import print_mission
    from plainview.errors import InputError
    from plainview.formats.scenario_toml import describe_scenarios, scenario_path
    from plainview.formats.settings_toml import read_settings
    from plainview.formats.twin_source import FlightOptions
    from plainview.mission.fly import fly as fly_scenario
    from plainview.mission.score import score_mission
    from plainview.mission.score_text import score_text

    if is_listed:
        for name, description in describe_scenarios():
            typer.echo(f"{name:<20} {description}")
        return
    if out is None:
        raise InputError(
            where="plainview fly", what="has no folder to write to.", mend="Give --out DIR."
        )
    with show_progress(title="fly", is_compiling_told=True) as on_progress:
        flown = fly_scenario(
            scenario_path(scenario),
            out,
            options=FlightOptions(seed=seed, duration_s=duration_s, is_paced=not is_fast),
            settings=None if settings is None else read_settings(settings),
            to=to,
            is_overlay_drawn=not no_overlay,
            operator=operator,
            purpose=purpose,
            on_progress=on_progress,
        )
    result = score_mission(flown.mission.path)
    if as_json:
        typer.echo(json.dumps(result, indent=2))
        return
    print_mission(flown.mission.path, flown.mission.summary)
    if flown.slowed_s:
        typer.echo(f"  simulated time went {flown.slowed_s:.1f} s slower than the clock")
    typer.echo(score_text(result))
