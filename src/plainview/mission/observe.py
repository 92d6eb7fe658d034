"""Footage to observations, without a folder: the library's face."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from plainview.formats import open_source
from plainview.mission.frame_place import Surfaces
from plainview.mission.options import make_requests
from plainview.mission.pipeline import Stages, TrackNumbers, observe_frame
from plainview.mission.process import process, source_settings
from plainview.mission.reader import Mission
from plainview.mission.stage_settings import make_stages
from plainview.mission.terrain import terrain_of
from plainview.model import Observation

__all__ = ["observe", "process_paths"]

Inputs = str | Path | Sequence[str | Path]


def _paths(inputs: Inputs) -> tuple[Path, ...]:
    if isinstance(inputs, str | Path):
        return (Path(inputs),)
    return tuple(Path(path) for path in inputs)


def _names(cameras: str | Sequence[str] | None) -> tuple[str, ...]:
    if cameras is None:
        return ()
    return (cameras,) if isinstance(cameras, str) else tuple(cameras)


def observe(
    inputs: Inputs,
    *,
    settings: str | Path | None = None,
    terrain: str | Path | None = None,
    calibration: str | Path | None = None,
    turret: str | Path | None = None,
    start_s: float | None = None,
    end_s: float | None = None,
    cameras: str | Sequence[str] | None = None,
) -> Iterator[Observation]:
    """Yield one Observation a frame of some footage, in order, holding one frame at a time.

    The frames of several cameras come in the order of their times; each names its camera.

    Args:
        inputs: A file, or several that are consecutive parts.
        settings: A settings file (TOML); None means the defaults.
        terrain: A height model; None means the source's own heights, else the sea.
        calibration: A calibration file of the platform; None where there is none.
        turret: A turret of the catalogue, or a turret's file; None where it is not known.
        start_s: Where in the video to start; None means at its beginning.
        end_s: Where to end; None means at its end.
        cameras: Names of the cameras that are looked at; None means all.

    Raises:
        InputError: An input or a setting cannot be used.
    """
    (request,) = make_requests(
        _paths(inputs),
        out=Path(),
        settings_path=None if settings is None else Path(settings),
        terrain=None if terrain is None else Path(terrain),
        calibration_path=None if calibration is None else Path(calibration),
        turret_name=None if turret is None else str(turret),
        start_s=start_s,
        end_s=end_s,
        cameras=_names(cameras),
    )
    surfaces = Surfaces.from_settings(
        request.settings,
        terrain=terrain_of(request),
    )
    stages: dict[str, Stages] = {}
    read_alone = replace(source_settings(request, terrain=surfaces.terrain), is_recorded=False)
    source = open_source(request.inputs, settings=read_alone)
    names = [camera.name for camera in source.cameras]
    with contextlib.closing(source):
        for unit in source.units():
            if unit.frame is None:
                continue
            name = unit.frame.camera.name
            if name not in stages:
                numbers = TrackNumbers(camera=names.index(name), n_cameras=len(names))
                stages[name] = make_stages(request.settings, surfaces=surfaces, numbers=numbers)
            yield observe_frame(unit.frame, stages[name])


def process_paths(
    inputs: Inputs,
    out: str | Path,
    *,
    settings: str | Path | None = None,
    terrain: str | Path | None = None,
    calibration: str | Path | None = None,
    turret: str | Path | None = None,
    start_s: float | None = None,
    end_s: float | None = None,
    is_overlay_drawn: bool = True,
    is_stabilised: bool = False,
    operator: str | None = None,
    purpose: str | None = None,
    cameras: str | Sequence[str] | None = None,
) -> Mission:
    """Process footage into a mission folder and return it opened; an interrupted one goes on.

    Args:
        inputs: A file, or several that are consecutive parts of one mission.
        out: The mission folder.
        settings: A settings file (TOML); None means the defaults.
        terrain: A height model; None means the source's own heights, else the sea.
        calibration: A calibration file of the platform; None where there is none.
        turret: A turret of the catalogue, or a turret's file; None where it is not known.
        start_s: Where in the video to start; None means at its beginning.
        end_s: Where to end; None means at its end.
        is_overlay_drawn: Whether the overlay video is made.
        is_stabilised: Whether a video with the camera's tremble taken out is made too.
        operator: Who runs it; None where that is not said.
        purpose: What for; None likewise.
        cameras: Names of the cameras that are looked at; None means all.

    Raises:
        InputError: An input, the folder or a setting cannot be used.
        DeviceError: The disk failed or is full.
    """
    (request,) = make_requests(
        _paths(inputs),
        out=Path(out),
        settings_path=None if settings is None else Path(settings),
        terrain=None if terrain is None else Path(terrain),
        calibration_path=None if calibration is None else Path(calibration),
        turret_name=None if turret is None else str(turret),
        start_s=start_s,
        end_s=end_s,
        is_overlay_drawn=is_overlay_drawn,
        is_stabilised=is_stabilised,
        operator=operator,
        purpose=purpose,
        cameras=_names(cameras),
    )
    return process(request)
