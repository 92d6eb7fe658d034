"""``plainview process``: footage to a mission folder."""

import json
from pathlib import Path
from typing import Annotated

import typer

from plainview.cli.summary_text import print_mission

__all__ = ["process"]


def process(
    inputs: Annotated[
        list[Path],
        typer.Argument(help="Footage; several files are consecutive parts of one mission."),
    ],
    out: Annotated[Path, typer.Option("--out", help="The mission folder to make.")],
    each: Annotated[
        bool, typer.Option("--each", help="Make one mission an input, in folders under --out.")
    ] = False,
    terrain: Annotated[
        Path | None, typer.Option("--terrain", help="A height model (GeoTIFF, HGT, DTED).")
    ] = None,
    settings: Annotated[
        Path | None, typer.Option("--settings", help="A TOML file: the instrument, the stages.")
    ] = None,
    detector: Annotated[
        list[str] | None, typer.Option("--detector", help="A detector to run; may be repeated.")
    ] = None,
    start: Annotated[
        float | None, typer.Option("--start", min=0.0, help="Where in the video to start, seconds.")
    ] = None,
    end: Annotated[
        float | None, typer.Option("--end", min=0.0, help="Where in the video to end, seconds.")
    ] = None,
    no_overlay: Annotated[
        bool, typer.Option("--no-overlay", help="Make no overlay video.")
    ] = False,
    operator: Annotated[str | None, typer.Option("--operator", help="Who runs it.")] = None,
    purpose: Annotated[str | None, typer.Option("--purpose", help="What for.")] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print mission.json instead of a summary.")
    ] = False,
) -> None:
    """Turn footage into a mission folder: tracks, maps, overlay video, report.

    Example: plainview process rescue.ts --out rescue
    """
    from plainview.cli.progress import show_progress
    from plainview.mission.options import make_requests
    from plainview.mission.process import process as process_footage

    requests = make_requests(
        tuple(inputs),
        out=out,
        is_each=each,
        terrain=terrain,
        settings_path=settings,
        detectors=tuple(detector or ()),
        start_s=start,
        end_s=end,
        is_overlay_drawn=not no_overlay,
        operator=operator,
        purpose=purpose,
    )
    summaries = []
    for request in requests:
        with show_progress(title=request.inputs[0].name) as on_progress:
            mission = process_footage(request, on_progress=on_progress)
        summaries.append(mission.summary)
        if not as_json:
            print_mission(mission.path, mission.summary)
    if as_json:
        typer.echo(json.dumps(summaries if each else summaries[0], indent=2))
