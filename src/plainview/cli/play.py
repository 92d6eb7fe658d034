"""``plainview play``: a mission's recording out to a link."""

import json
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["play"]


def play(
    source: Annotated[Path, typer.Argument(help="A mission folder, or a transport stream.")],
    to: Annotated[
        str, typer.Option("--to", help="udp://, rtp://, tcp://, srt:// or rtsp:// HOST:PORT.")
    ],
    speed: Annotated[
        float, typer.Option("--speed", min=0.01, help="How much faster than its own clock.")
    ] = 1.0,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Send a recording to a link in time, so that other players watch it.

    Example: plainview play patrol --to udp://239.1.1.1:5000
    """
    from plainview.mission.play import play as play_recording

    played = play_recording(source, to, speed=speed)
    facts = {
        "path": str(played.path),
        "to": played.address,
        "bytes": played.n_bytes,
        "duration_s": round(played.duration_s, 3),
        "late_s": round(played.late_s, 4),
    }
    if as_json:
        typer.echo(json.dumps(facts, indent=2))
        return
    typer.echo(
        f"{played.path} played to {played.address}: {played.n_bytes / 1e6:.1f} MB in"
        f" {played.duration_s:.1f} s, at most {1000 * played.late_s:.0f} ms late"
    )
