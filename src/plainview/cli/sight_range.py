"""``plainview range``: how far a camera sees a thing."""

import json
from pathlib import Path
from typing import Annotated

import typer

__all__ = ["sight_range"]


def sight_range(
    turret: Annotated[
        str, typer.Option("--turret", help="A turret of the catalogue, or a TOML file.")
    ],
    seen: Annotated[
        str, typer.Option("--object", help="What is looked for: person-in-water, raft, boat, ...")
    ],
    camera: Annotated[
        str | None,
        typer.Option("--camera", help="One of the turret (default: its finest thermal one)."),
    ] = None,
    focal_length_mm: Annotated[
        float | None, typer.Option("--focal-length-mm", help="Of its lens (default: the longest).")
    ] = None,
    objects: Annotated[
        Path | None, typer.Option("--objects", help="A TOML file of things of your own.")
    ] = None,
    visibility_km: Annotated[
        list[float] | None,
        typer.Option("--visibility-km", help="Each is a weather (default: 23 and 5)."),
    ] = None,
    wind_m_s: Annotated[float, typer.Option("--wind-m-s", help="Over the sea.")] = 8.0,
    altitude_m: Annotated[
        float, typer.Option("--altitude-m", help="Of the camera above the surface.")
    ] = 500.0,
    surface_c: Annotated[
        float, typer.Option("--surface-c", help="Temperature of the water or the ground.")
    ] = 15.0,
    air_c: Annotated[
        float | None, typer.Option("--air-c", help="Of the air (default: that of the surface).")
    ] = None,
    warmer_by_k: Annotated[
        float | None,
        typer.Option(
            "--warmer-by-k", help="The thing, than what lies about it (default: its own)."
        ),
    ] = None,
    false_alarms_per_hour: Annotated[
        float, typer.Option("--false-alarms-per-hour", help="That are borne.")
    ] = 1.0,
    jitter_px: Annotated[
        float, typer.Option("--jitter-px", help="1-sigma of the line of sight in an exposure.")
    ] = 0.25,
    niirs: Annotated[
        bool, typer.Option("--niirs", help="Rate stills of a visible camera (GIQE 5).")
    ] = False,
    seed: Annotated[int, typer.Option("--seed", help="Of the draws behind the intervals.")] = 1,
    out: Annotated[
        Path | None, typer.Option("--out", help="Write a plot: a name in .svg or .png.")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """Say how far a camera detects, recognises and classifies a thing, in each weather.

    Of persons it is said how far one is seen, and seen to be a person; never who.

    Example: plainview range --turret ball-38cm --object person-in-water --out range.svg
    """
    from plainview.formats.range_plot import write_range_plot
    from plainview.mission.range_forecast import RangeRequest, forecast_range
    from plainview.mission.range_text import range_plot_of, range_text

    request = RangeRequest(
        turret=turret,
        camera=camera,
        focal_length_mm=focal_length_mm,
        seen=seen,
        objects=objects,
        visibility_km=tuple(visibility_km or (23.0, 5.0)),
        wind_m_s=wind_m_s,
        altitude_m=altitude_m,
        surface_c=surface_c,
        air_c=air_c,
        warmer_by_k=warmer_by_k,
        false_alarms_per_hour=false_alarms_per_hour,
        jitter_px=jitter_px,
        is_rated=niirs,
        seed=seed,
    )
    forecast = forecast_range(request)
    if out is not None:
        write_range_plot(out, range_plot_of(forecast))
    typer.echo(json.dumps(forecast, indent=2) if as_json else range_text(forecast))
