"""Footage to a mission folder: the main job."""

import contextlib
import copy
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from pathlib import Path
from typing import Any, Final

from plainview.errors import InputError
from plainview.formats import InputSource, SourceSettings, TransportStreamRecorder, open_source
from plainview.formats.ais_log import read_ais
from plainview.formats.recognise_inputs import InputsKind
from plainview.geo import Terrain
from plainview.mission.background import ReadAhead, WriteBehind
from plainview.mission.consistency import ConsistencyWatch
from plainview.mission.convention_prescan import Prescan, prescan_conventions
from plainview.mission.disk_space import check_disk_space, translate_disk_errors
from plainview.mission.evidence import MissionEvidence
from plainview.mission.folder import MissionFolder
from plainview.mission.frame_place import Surfaces
from plainview.mission.journal import Journal
from plainview.mission.overlay_picture import OverlayPainter
from plainview.mission.pipeline import Stages, observe_frame
from plainview.mission.plan import check_same_mission, make_plan, plan_of
from plainview.mission.products import ProductInputs, make_products
from plainview.mission.progress import Progress
from plainview.mission.reader import Mission, open_mission
from plainview.mission.request import ProcessRequest, hash_file
from plainview.mission.run_writer import Recorded, ResumePoint, RunWriter, find_resume_point
from plainview.mission.stabilised_picture import StabilisedPainter
from plainview.mission.stage_settings import make_stages
from plainview.mission.stopwatch import Stopwatch
from plainview.mission.terrain import terrain_of
from plainview.mission.threads import one_opencv_thread
from plainview.model import Observation, State, Unit
from plainview.units import seconds_from_microseconds

__all__ = ["finished_mission", "process", "publish", "source_settings"]

CHECKPOINT_EVERY_S = 10.0
"""Of wall time; what a resumed run does again at most."""
N_UNITS_WAITING: Final = 6

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
        run = _Run(request, (folder, journal, plan), (source, terrain), prescan=prescan)
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
    given["convention"] = prescan.conventions
    given["sidecars"] = settings.sidecars
    given["terrain"] = terrain
    given["left_out"] = request.left_out
    given.update(_calibrated(request))
    return SourceSettings(instrument=settings.instrument, **given)


def _prescan(request: ProcessRequest) -> Prescan:
    """Return how the metadata of footage are to be read; other inputs have none."""
    if request.kind is not InputsKind.FOOTAGE:
        return Prescan()
    return prescan_conventions(request.inputs, request.settings.convention)


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


class _Run:
    """One run of the pipeline, from the first unit to the finished folder."""

    def __init__(
        self,
        request: ProcessRequest,
        place: tuple[MissionFolder, Journal, dict[str, Any]],
        world: tuple[InputSource, Terrain | None],
        *,
        prescan: Prescan,
    ) -> None:
        self._request = request
        self._folder, self._journal, self._plan = place
        self._source, terrain = world
        self._prescan = prescan
        self._surfaces = Surfaces.from_settings(request.settings, terrain=terrain)
        names = tuple(camera.name for camera in self._source.cameras)
        self._resume: ResumePoint = find_resume_point(
            self._journal, cameras=names, videos=request.video_kinds
        )
        self._stages: dict[str, Stages] = {}
        self._watches: dict[str, ConsistencyWatch] = {}
        self._stopwatch = Stopwatch()
        self._evidence = MissionEvidence()
        self._n_frames = 0
        self._video_time_us = 0
        self._started_s = time.monotonic()
        self._restore()

    def _restore(self) -> None:
        checkpoint = self._resume.checkpoint
        if checkpoint is not None:
            for name, state in checkpoint.state["stages"].items():
                self._stages_of(name).restore(state)
                self._watch_of(name).restore(state["consistency"])

    def _stages_of(self, camera: str) -> Stages:
        if camera not in self._stages:
            self._stages[camera] = make_stages(self._request.settings, surfaces=self._surfaces)
        return self._stages[camera]

    def _watch_of(self, camera: str) -> ConsistencyWatch:
        if camera not in self._watches:
            self._watches[camera] = ConsistencyWatch(camera=camera, surfaces=self._surfaces)
        return self._watches[camera]

    def _writer(self) -> RunWriter:
        layout = self._request.settings.layout
        checkpoint = self._resume.checkpoint
        recorder = TransportStreamRecorder(
            self._journal.folder / "recording.ts",
            ticks_from_video_time=self._source.recording_ticks,
            state=None if checkpoint is None else checkpoint.state["recorder"],
        )
        return RunWriter(
            journal=self._journal,
            resume=self._resume,
            painter=OverlayPainter(layout) if self._request.is_overlay_drawn else None,
            stabilised=StabilisedPainter(layout) if self._request.is_stabilised else None,
            recorder=recorder,
            surfaces=self._surfaces,
            clock=time.monotonic,
            stopwatch=self._stopwatch,
        )

    @property
    def has_begun(self) -> bool:
        """Whether any frame came, in this run or one before it."""
        return self._n_frames > 0 or self._resume.n_frames_in_tables > 0

    def go(self, on_progress: OnProgress) -> None:
        """Run to the end, or to Ctrl-C, and make the products of what was processed."""
        writer = self._writer()
        is_interrupted = False
        with ThreadPoolExecutor(1, "hash-inputs") as pool:
            hashes = pool.submit(lambda: [hash_file(path) for path in self._request.inputs])
            try:
                with WriteBehind(writer.write, n_behind=N_UNITS_WAITING) as behind:
                    self._run_pipeline(behind, on_progress)
            except KeyboardInterrupt:
                is_interrupted = True
            finally:
                writer.close()
            self._finish(writer, hashes, is_interrupted)
        if is_interrupted:
            raise KeyboardInterrupt

    def _run_pipeline(self, behind: WriteBehind[Recorded], on_progress: OnProgress) -> None:
        checkpoint_s = shown_s = time.monotonic()
        units = self._stopwatch.timed("read_and_decode", self._source.units())
        with ReadAhead(units, n_ahead=N_UNITS_WAITING) as ahead:
            for unit in self._stopwatch.timed("wait_for_source", iter(ahead)):
                now_s = time.monotonic()
                is_due = now_s - checkpoint_s >= CHECKPOINT_EVERY_S and unit.frame is not None
                state = self._state() if is_due and self._is_new() else None
                recorded = self._record(unit, state)
                with self._stopwatch.measured("wait_for_writer"):
                    behind.put(recorded)
                checkpoint_s = now_s if is_due else checkpoint_s
                if now_s - shown_s >= 0.2:
                    on_progress(self._progress(now_s))
                    shown_s = now_s

    def _is_new(self) -> bool:
        return self._n_frames >= self._resume.n_frames_replayed

    def _state(self) -> State:
        """Return a copy: it is written while the stages go on."""
        return {
            name: copy.deepcopy({**stages.state(), "consistency": self._watch_of(name).state()})
            for name, stages in self._stages.items()
        }

    def _record(self, unit: Unit, state: State | None) -> Recorded:
        n_frames = self._n_frames
        self._evidence.add(unit.payloads)
        observation: Observation | None = None
        if unit.frame is not None:
            if self._is_new():
                stages = self._stages_of(unit.frame.camera.name)
                observation = observe_frame(unit.frame, stages, stopwatch=self._stopwatch)
                with self._stopwatch.measured("consistency"):
                    self._watch_of(unit.frame.camera.name).add(observation)
            self._n_frames += 1
            self._video_time_us = unit.frame.video_time_us
        return Recorded(
            unit=unit,
            observation=observation,
            n_frames=n_frames,
            events=self._source.events(),
            stage_state=state,
        )

    def _progress(self, now_s: float) -> Progress:
        n_done = self._n_frames - self._resume.n_frames_replayed
        return Progress(
            fraction=self._done_fraction(),
            n_frames=self._n_frames,
            frames_per_s=max(n_done, 0) / max(now_s - self._started_s, 1e-6),
        )

    def _done_fraction(self) -> float:
        """Return how much is done: by time where it is known, for bytes are read ahead."""
        duration_s = self._source.duration_s
        if not duration_s:
            return self._source.position_fraction
        return min(1.0, seconds_from_microseconds(self._video_time_us) / duration_s)

    def _finish(self, writer: RunWriter, hashes: "Future[list[str]]", is_interrupted: bool) -> None:
        made = make_products(
            ProductInputs(
                request=self._request,
                journal=self._journal,
                plan=self._plan,
                state="incomplete" if is_interrupted else "complete",
                input_sha256=tuple(hashes.result()),
                cameras=self._source.cameras,
                warnings=self._source.warnings() + self._prescan.warnings(),
                verdict=self._prescan.main,
                streams=self._source.streams,
                n_packets=(self._source.n_packets, self._source.n_packets_damaged),
                evidence=self._evidence.describe(),
                consistency=tuple(watch.finish() for watch in self._watches.values()),
                thumbnails=writer.thumbnails.jpegs(),
                timings_s=self._stopwatch.seconds(),
            )
        )
        publish(self._folder, self._journal, made)
        if not is_interrupted:
            self._folder.remove_journal()


def publish(folder: MissionFolder, journal: Journal, made: Path) -> None:
    """Move finished files from the journal into the folder, the summary last.

    Args:
        folder: Where to.
        journal: Its journal.
        made: The folder in the journal that holds the finished files.
    """
    names = sorted(path.name for path in made.iterdir())
    names.sort(key=lambda name: name == "mission.json")
    for name in names:
        (made / name).replace(folder.path / name)
        (made / name).unlink(
            missing_ok=True
        )  # to rename one link of a file to another does nothing
    made.rmdir()
