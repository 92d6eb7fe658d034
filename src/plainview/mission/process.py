"""Footage to a mission folder: the main job."""

import contextlib
from collections.abc import Callable
from typing import Any

from plainview.errors import InputError
from plainview.formats import SourceSettings, open_source
from plainview.formats.ais_log import read_ais
from plainview.formats.recognise_inputs import InputsKind
from plainview.geo import Terrain
from plainview.mission.convention_prescan import Prescan, prescan_conventions
from plainview.mission.disk_space import check_disk_space, translate_disk_errors
from plainview.mission.folder import MissionFolder
from plainview.mission.plan import check_same_mission, make_plan, plan_of
from plainview.mission.progress import Progress
from plainview.mission.reader import Mission, open_mission
from plainview.mission.request import ProcessRequest
from plainview.mission.run import MissionRun, RunPlace
from plainview.mission.terrain import terrain_of
from plainview.mission.threads import one_opencv_thread

__all__ = ["finished_mission", "process", "source_settings"]

OnProgress = Callable[[Progress], None]


def process(request: ProcessRequest, *, on_progress: OnProgress | None = None) -> Mission:
    """Process footage into a mission folder; go on where an earlier run was interrupted.

    A complete folder of the same mission is returned as it is. Ctrl-C finishes the products
    of what was processed, marks the mission incomplete, and is raised again.

    Args:
        request: What to do.
        on_progress: Is told how far the run is, a few times a second.

    Raises:
        InputError: An input, the folder or a setting cannot be used.
        DeviceError: The disk failed or is full; the same command goes on later.
    """
    if (finished := finished_mission(request)) is not None:
        return finished
    folder = MissionFolder(request.out)
    if request.ais is not None:
        read_ais(request.ais)  # a log that cannot be read is said before hours of work, not after
    terrain = terrain_of(request)
    prescan = _prescan(request)
    read_so = source_settings(request, prescan=prescan, terrain=terrain)
    source = open_source(request.inputs, settings=read_so)
    with (
        contextlib.closing(source),
        translate_disk_errors(request.out),
        one_opencv_thread(),
    ):
        journal = folder.create()
        plan = plan_of(journal, request, folder)
        check_disk_space(request, source)
        run = MissionRun(
            request,
            RunPlace(folder=folder, journal=journal, plan=plan),
            source=source,
            terrain=terrain,
            reading=prescan,
        )
        try:
            run.go(on_progress or (lambda progress: None))
        except InputError:
            if not run.has_begun:
                folder.remove_journal()  # another command may use the folder
            raise
    return open_mission(request.out)


def finished_mission(request: ProcessRequest) -> Mission | None:
    """Return the mission of a folder that is already complete; None where there is work to do.

    Raises:
        InputError: The folder is of another mission or holds other files, or an input cannot
            be read.
    """
    folder = MissionFolder(request.out)
    summary = folder.read_summary()
    if summary is not None:
        check_same_mission(folder, summary, make_plan(request))
        if summary["state"] == "complete":
            folder.remove_journal()
            return open_mission(folder.path)
    elif not folder.has_journal and not folder.is_empty:
        raise InputError(
            where=str(folder.path),
            what="is not empty and is not a mission folder.",
            mend="Give a new folder; plainview does not write among other files.",
        )
    return None


def source_settings(
    request: ProcessRequest, *, prescan: Prescan | None = None, terrain: Terrain | None = None
) -> SourceSettings:
    """Return how the source of a request is read.

    Args:
        request: What to do.
        prescan: How its metadata are to be read; None looks at the inputs for it.
        terrain: A height model; None where there is none.
    """
    if prescan is None:
        prescan = _prescan(request)
    settings = request.settings
    given: dict[str, Any] = {"start_s": request.start_s, "end_s": request.end_s}
    if settings.max_gap_s is not None:
        given["max_gap_s"] = settings.max_gap_s
    given["metadata_lag_s"] = settings.metadata_lag_s
    given["metadata_lag_sigma_s"] = settings.metadata_lag_sigma_s
    given["clock_ahead_s"] = settings.clock_ahead_s
    given["damage"] = settings.damage
    given["convention"] = prescan.conventions
    given["sidecars"] = settings.sidecars
    given["terrain"] = terrain
    given["left_out"] = request.left_out
    given["cameras"] = request.cameras or None
    given["turret"] = None if request.turret is None else request.turret.spec
    given.update(_calibrated(request))
    return SourceSettings(instrument=settings.instrument, **given)


def _prescan(request: ProcessRequest) -> Prescan:
    """Return how the metadata of footage are to be read; other inputs have none."""
    if request.kind is not InputsKind.FOOTAGE:
        return Prescan()
    settings = request.settings
    return prescan_conventions(request.inputs, settings.convention, damage=settings.damage)


def _calibrated(request: ProcessRequest) -> dict[str, Any]:
    """Return what a calibration says to the source; a lag of the settings goes before its own."""
    if request.calibration is None:
        return {}
    calibration = request.calibration.calibration
    lag, settings = calibration.lag, request.settings
    is_said = settings.metadata_lag_s != 0.0 or settings.metadata_lag_sigma_s is not None
    if lag is None or is_said:
        return {"calibration": calibration}
    return {
        "calibration": calibration,
        "metadata_lag_s": lag.value,
        "metadata_lag_sigma_s": lag.sigma,
    }
