"""``plainview process``: footage to a mission folder."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from plainview.cli.run_options import (
    AisOption,
    CalibrationOption,
    CameraOption,
    DetectorOption,
    JsonOption,
    NoOverlayOption,
    OperatorOption,
    OutOption,
    PurposeOption,
    SettingsOption,
    TerrainOption,
    TurretOption,
)
from plainview.cli.summary_text import print_mission
from plainview.errors import PlainviewError

if TYPE_CHECKING:
    from plainview.mission.request import ProcessRequest

__all__ = ["process"]


def process(
    inputs: Annotated[
        list[Path],
        typer.Argument(help="Footage; several files are consecutive parts of one mission."),
    ],
    out: OutOption,
    each: Annotated[
        bool,
        typer.Option(
            "--each", help="Make one mission an input, under --out; one that fails stops no other."
        ),
    ] = False,
    terrain: TerrainOption = None,
    ais: AisOption = None,
    calibration: CalibrationOption = None,
    turret: TurretOption = None,
    settings: SettingsOption = None,
    detector: DetectorOption = None,
    start: Annotated[
        float | None, typer.Option("--start", min=0.0, help="Where in the video to start, seconds.")
    ] = None,
    end: Annotated[
        float | None, typer.Option("--end", min=0.0, help="Where in the video to end, seconds.")
    ] = None,
    no_overlay: NoOverlayOption = False,
    stabilised: Annotated[
        bool,
        typer.Option("--stabilised", help="Make a video with the camera's tremble taken out."),
    ] = False,
    camera: CameraOption = None,
    operator: OperatorOption = None,
    purpose: PurposeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Turn footage into a mission folder: tracks, maps, overlay video, report.

    An interrupted run goes on with the same command. With --each the exit code is the worst.

    Example: plainview process rescue.ts --out rescue
    """
    from plainview.mission.options import make_requests

    requests = make_requests(
        tuple(inputs),
        out=out,
        is_each=each,
        terrain=terrain,
        ais=ais,
        calibration_path=calibration,
        turret_name=turret,
        settings_path=settings,
        detectors=tuple(detector or ()),
        start_s=start,
        end_s=end,
        is_overlay_drawn=not no_overlay,
        is_stabilised=stabilised,
        cameras=tuple(camera or ()),
        operator=operator,
        purpose=purpose,
    )
    if not each:
        summary = _run(requests[0], is_quiet=as_json)
        if as_json:
            typer.echo(json.dumps(summary, indent=2))
        return
    outcomes = [_run_or_report(request, is_quiet=as_json) for request in requests]
    if as_json:
        typer.echo(json.dumps([summary for summary, _ in outcomes], indent=2))
    worst = max(exit_code for _, exit_code in outcomes)
    if worst:
        n_failed = sum(exit_code > 0 for _, exit_code in outcomes)
        typer.echo(f"plainview: {n_failed} of {len(outcomes)} inputs failed.", err=True)
        raise typer.Exit(worst)


def _run(request: "ProcessRequest", *, is_quiet: bool) -> dict[str, Any]:
    """Make one mission, or say that it is complete already, and return its summary."""
    from plainview.cli.progress import show_progress
    from plainview.mission.process import finished_mission
    from plainview.mission.process import process as process_footage

    mission = finished_mission(request)
    if mission is not None:
        typer.echo(f"{mission.path} is already complete; nothing was done.", err=is_quiet)
    else:
        title = request.inputs[0].name
        with show_progress(title=title, is_compiling_told=True) as on_progress:
            mission = process_footage(request, on_progress=on_progress)
    if not is_quiet:
        print_mission(mission.path, mission.summary)
    return mission.summary


def _run_or_report(request: "ProcessRequest", *, is_quiet: bool) -> tuple[dict[str, Any], int]:
    """Make one mission of several; return its summary, or what failed, and its exit code."""
    try:
        return _run(request, is_quiet=is_quiet), 0
    except PlainviewError as error:
        typer.echo(f"plainview: {error}", err=True)
        failure = {"where": error.where, "what": error.what, "mend": error.mend}
        names = [{"name": path.name} for path in request.inputs]
        return {"state": "failed", "inputs": names, "error": failure}, error.exit_code
