"""The options that every command that runs the pipeline has, in the same words."""

from pathlib import Path
from typing import Annotated

import typer

__all__ = [
    "AisOption",
    "CalibrationOption",
    "CameraOption",
    "DetectorOption",
    "JsonOption",
    "NoOverlayOption",
    "OperatorOption",
    "OutOption",
    "PurposeOption",
    "SettingsOption",
    "TerrainOption",
    "TurretOption",
]

OutOption = Annotated[Path, typer.Option("--out", help="The mission folder to make.")]
TerrainOption = Annotated[
    Path | None, typer.Option("--terrain", help="A height model (GeoTIFF, HGT, DTED).")
]
AisOption = Annotated[
    Path | None,
    typer.Option("--ais", help="An AIS log (NMEA with times, CSV) to test the clock by."),
]
CalibrationOption = Annotated[
    Path | None,
    typer.Option("--calibration", help="A calibration of the platform (`calibrate` makes it)."),
]
CameraOption = Annotated[
    list[str] | None,
    typer.Option("--camera", help="A camera to look at, of several in one input; may be repeated."),
]
TurretOption = Annotated[
    str | None,
    typer.Option("--turret", help="A turret by name (`plainview turrets`), or its TOML file."),
]
SettingsOption = Annotated[
    Path | None, typer.Option("--settings", help="A TOML file: the instrument, the stages.")
]
DetectorOption = Annotated[
    list[str] | None, typer.Option("--detector", help="A detector to run; may be repeated.")
]
NoOverlayOption = Annotated[bool, typer.Option("--no-overlay", help="Make no overlay video.")]
OperatorOption = Annotated[str | None, typer.Option("--operator", help="Who runs it.")]
PurposeOption = Annotated[str | None, typer.Option("--purpose", help="What for.")]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Print mission.json instead of a summary.")
]
