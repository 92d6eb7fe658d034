"""``plainview watch``: a live link to a mission folder."""

import json
from typing import Annotated

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

__all__ = ["watch"]


def watch(
    url: Annotated[
        str,
        typer.Argument(help="udp://, rtp://, tcp://, srt:// or rtsp:// HOST:PORT; or an SDP file."),
    ],
    out: OutOption,
    no_drop: Annotated[
        bool,
        typer.Option("--no-drop", help="Look at every frame, however late; drop none."),
    ] = False,
    max_delay: Annotated[
        float,
        typer.Option("--max-delay", min=0.05, help="Drop frames that waited longer, seconds."),
    ] = 0.3,
    wait_metadata: Annotated[
        float,
        typer.Option(
            "--wait-metadata",
            min=0.0,
            help="Hold pictures back so long for the metadata behind them, seconds.",
        ),
    ] = 0.0,
    duration: Annotated[
        float | None,
        typer.Option("--duration", min=0.0, help="End so long after the first packet, seconds."),
    ] = None,
    give_up: Annotated[
        float | None,
        typer.Option("--give-up", min=0.0, help="End after so long a silence, seconds."),
    ] = None,
    roll_mb: Annotated[
        float | None,
        typer.Option("--roll-mb", min=0.01, help="Cut the recording into files of this size."),
    ] = None,
    keep_newest: Annotated[
        float | None,
        typer.Option(
            "--keep-newest",
            min=0.01,
            help="Remove the oldest files once all take this many MB, or the disk is full.",
        ),
    ] = None,
    terrain: TerrainOption = None,
    ais: AisOption = None,
    calibration: CalibrationOption = None,
    turret: TurretOption = None,
    settings: SettingsOption = None,
    detector: DetectorOption = None,
    no_overlay: NoOverlayOption = False,
    camera: CameraOption = None,
    operator: OperatorOption = None,
    purpose: PurposeOption = None,
    as_json: JsonOption = False,
) -> None:
    """Receive, record and follow a live link until Ctrl-C, into a mission folder.

    Every packet is recorded. Frames that are late are dropped, and counted; a link that is lost
    is opened again, and the mission goes on.

    Example: plainview watch srt://10.0.0.5:9000 --out patrol
    """
    from plainview.cli.live_status import show_status
    from plainview.cli.summary_text import print_mission
    from plainview.mission.watch import make_watch_request, roll_of
    from plainview.mission.watch import watch as watch_link

    request = make_watch_request(
        url,
        out=out,
        max_delay_s=None if no_drop else max_delay,
        metadata_wait_s=wait_metadata,
        duration_s=duration,
        give_up_s=give_up,
        roll=roll_of(file_mb=roll_mb, kept_mb=keep_newest),
        terrain=terrain,
        ais=ais,
        calibration_path=calibration,
        turret_name=turret,
        settings_path=settings,
        detectors=tuple(detector or ()),
        is_overlay_drawn=not no_overlay,
        cameras=tuple(camera or ()),
        operator=operator,
        purpose=purpose,
    )
    with show_status(request.address.shown) as on_status:
        mission = watch_link(request, on_status=on_status)
    if as_json:
        typer.echo(json.dumps(mission.summary, indent=2))
        return
    print_mission(mission.path, mission.summary)
