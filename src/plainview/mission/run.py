"""One run of the pipeline, from the first unit to the finished folder, whatever its source."""

import contextlib
import copy
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Protocol

from plainview.formats import TransportStreamRecorder
from plainview.formats.raw_video import RawCodec
from plainview.geo import Terrain
from plainview.misb import ConventionVerdict
from plainview.mission.background import ReadAhead, WriteBehind
from plainview.mission.consistency import ConsistencyWatch
from plainview.mission.evidence import MissionEvidence
from plainview.mission.folder import MissionFolder
from plainview.mission.frame_place import Surfaces
from plainview.mission.journal import Journal
from plainview.mission.live_run import LiveRun
from plainview.mission.overlay_picture import OverlayPainter
from plainview.mission.pipeline import Stages, TrackNumbers, observe_frame
from plainview.mission.product_inputs import ProductInputs
from plainview.mission.products import make_products
from plainview.mission.progress import Progress
from plainview.mission.request import ProcessRequest, hash_file
from plainview.mission.run_writer import (
    Recorded,
    Recorder,
    ResumePoint,
    RunWriter,
    find_resume_point,
)
from plainview.mission.stabilised_picture import StabilisedPainter
from plainview.mission.stage_settings import make_stages
from plainview.mission.stop_request import STOPS, is_stop_request
from plainview.mission.stopwatch import Stopwatch
from plainview.model import CountedWarning, Event, Observation, Source, State, Unit
from plainview.units import seconds_from_microseconds

__all__ = ["MissionRun", "Reading", "RunPlace", "RunSource"]

CHECKPOINT_EVERY_S = 10.0
"""Of wall time; what a resumed run does again at most."""
N_UNITS_WAITING: Final = 6
N_UNITS_WAITING_LIVE: Final = 2
"""What waits is late: live it is as little as keeps the threads apart."""

OnProgress = Callable[[Progress], None]


class RunSource(Source, Protocol):
    """What a run needs of its source besides its units."""

    @property
    def duration_s(self) -> float | None:
        """How much there is; None where that is not known."""

    @property
    def position_fraction(self) -> float:
        """How much of it was read."""

    @property
    def n_packets(self) -> int:
        """How many KLV packets came so far."""

    @property
    def n_packets_damaged(self) -> int:
        """How many of them are damaged."""

    def recording_ticks(self, video_time_us: int) -> int | None:
        """Return the 90 kHz stamp that a time has in the recording."""


class Reading(Protocol):
    """How the metadata are read: found before the run, or while it goes."""

    @property
    def main(self) -> ConventionVerdict | None:
        """The verdict on the set that says most."""

    def warnings(self) -> tuple[CountedWarning, ...]:
        """Return a warning for each kind of set that departs from its standard."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunPlace:
    """Where a run writes, and what it is.

    Args:
        folder: The mission folder.
        journal: Where it writes while it runs.
        plan: What the mission is.
    """

    folder: MissionFolder
    journal: Journal
    plan: dict[str, Any]


class MissionRun:
    """One run.

    Args:
        request: What to do.
        place: Where, and as what.
        source: Where the frames come from.
        terrain: A height model; None where there is none.
        reading: How the metadata are read.
        live: What a live run does besides; None for footage.
        beside: Gives the finished files that lie beside the tables, at the end.
        counts: Gives what the source counted besides, at the end.
    """

    def __init__(
        self,
        request: ProcessRequest,
        place: RunPlace,
        *,
        source: RunSource,
        terrain: Terrain | None,
        reading: Reading,
        live: LiveRun | None = None,
        beside: Callable[[], tuple[Path, ...]] = tuple,
        counts: Callable[[], dict[str, int]] = dict,
    ) -> None:
        self._request = request
        self._folder, self._journal, self._plan = place.folder, place.journal, place.plan
        self._source = source
        self._reading = reading
        self._live = live
        self._beside, self._counts = beside, counts
        self._surfaces = Surfaces.from_settings(request.settings, terrain=terrain)
        known = tuple(camera.name for camera in self._source.cameras)
        names = self._names = known if live is None else live.cameras
        self._resume: ResumePoint = (
            find_resume_point(self._journal, cameras=names, videos=request.video_kinds)
            if live is None
            else live.resume
        )
        self._stages: dict[str, Stages] = {}
        self._watches: dict[str, ConsistencyWatch] = {}
        self._stopwatch = Stopwatch()
        self._evidence = MissionEvidence()
        self._n_frames_of: Counter[str] = Counter({} if live is None else live.n_frames_before_of)
        self._n_frames = self._n_frames_of.total()
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
            self._stages[camera] = make_stages(
                self._request.settings,
                surfaces=self._surfaces,
                first_track_id=self._first_track_id(),
                numbers=TrackNumbers(camera=self._names.index(camera), n_cameras=len(self._names)),
            )
        return self._stages[camera]

    def _first_track_id(self) -> int:
        """Return from where on a camera counts its own tracks."""
        return 1 if self._live is None else self._live.first_track_id(n_cameras=len(self._names))

    def _watch_of(self, camera: str) -> ConsistencyWatch:
        if camera not in self._watches:
            self._watches[camera] = ConsistencyWatch(camera=camera, surfaces=self._surfaces)
        return self._watches[camera]

    def _writer(self) -> RunWriter:
        layout = self._request.settings.layout
        return RunWriter(
            journal=self._journal,
            resume=self._resume,
            painter=OverlayPainter(layout) if self._request.is_overlay_drawn else None,
            stabilised=StabilisedPainter(layout) if self._request.is_stabilised else None,
            recorder=self._recorder(),
            surfaces=self._surfaces,
            clock=time.monotonic,
            stopwatch=self._stopwatch,
            is_camera_said=len(self._names) > 1,
            raw_codec=RawCodec.FFV1 if self._request.flight is None else RawCodec.FFVHUFF,
        )

    def _recorder(self) -> Recorder:
        if self._live is not None:
            return self._live.recorder
        checkpoint = self._resume.checkpoint
        return TransportStreamRecorder(
            self._journal.folder / "recording.ts",
            ticks_from_video_time=self._source.recording_ticks,
            state=None if checkpoint is None else checkpoint.state["recorder"],
        )

    @property
    def has_begun(self) -> bool:
        """Whether any frame came, in this run or one before it."""
        return self._n_frames > 0 or self._resume.n_frames_in_tables > 0

    def go(self, on_progress: OnProgress) -> None:
        """Run to the end, or to Ctrl-C, and make the products of what was processed.

        Ctrl-C is how a live mission ends: it is complete then.
        """
        writer = self._writer()
        is_interrupted = False
        with ThreadPoolExecutor(1, "hash-inputs") as pool:
            hashes = pool.submit(lambda: [hash_file(path) for path in self._request.inputs])
            try:
                with WriteBehind(writer.write, n_behind=self._n_waiting) as behind:
                    self._run_pipeline(behind, on_progress)
            except STOPS as error:
                if not is_stop_request(error):
                    raise
                is_interrupted = self._live is None
            finally:
                if self._live is not None:
                    self._live.close()
                writer.close()
            self._finish(writer, hashes, is_interrupted)
        if is_interrupted:
            raise KeyboardInterrupt

    @property
    def _n_waiting(self) -> int:
        return N_UNITS_WAITING if self._live is None else N_UNITS_WAITING_LIVE

    def _run_pipeline(self, behind: WriteBehind[Recorded], on_progress: OnProgress) -> None:
        checkpoint_s = shown_s = time.monotonic()
        units = self._stopwatch.timed("read_and_decode", self._source.units())
        with ReadAhead(units, n_ahead=self._n_waiting) as ahead, self._receiving():
            for came in self._stopwatch.timed("wait_for_source", iter(ahead)):
                unit = came if self._live is None else self._live.admitted(came, self._n_frames_of)
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

    def _receiving(self) -> contextlib.AbstractContextManager[object]:
        """Return what ends a link: the thread that reads it waits for packets until then."""
        return contextlib.nullcontext() if self._live is None else contextlib.closing(self._live)

    def _is_new(self) -> bool:
        return self._n_frames >= self._resume.n_frames_replayed

    def _state(self) -> State:
        """Return a copy: it is written while the stages go on."""
        return {
            name: copy.deepcopy({**stages.state(), "consistency": self._watch_of(name).state()})
            for name, stages in self._stages.items()
        }

    def _record(self, unit: Unit, state: State | None) -> Recorded:
        n_frames, n_frames_of = self._n_frames, dict(self._n_frames_of)
        self._evidence.add(unit.payloads)
        observation: Observation | None = None
        if unit.frame is not None:
            if self._is_new():
                stages = self._stages_of(unit.frame.camera.name)
                observation = observe_frame(unit.frame, stages, stopwatch=self._stopwatch)
                with self._stopwatch.measured("consistency"):
                    self._watch_of(unit.frame.camera.name).add(observation)
            if self._live is not None:
                self._live.note_observed(unit)
            self._n_frames += 1
            self._n_frames_of[unit.frame.camera.name] += 1
            self._video_time_us = unit.frame.video_time_us
        return Recorded(
            unit=unit,
            observation=observation,
            n_frames=n_frames,
            n_frames_of=n_frames_of,
            events=self._source.events() + self._said_live(),
            stage_state=state,
        )

    def _said_live(self) -> tuple[Event, ...]:
        return () if self._live is None else self._live.take_events()

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
                warnings=(
                    *self._source.warnings(),
                    *self._reading.warnings(),
                    *(() if self._live is None else self._live.warnings()),
                ),
                verdict=self._reading.main,
                streams=self._source.streams,
                n_packets=(self._source.n_packets, self._source.n_packets_damaged),
                evidence=self._evidence.describe(),
                consistency=tuple(watch.finish() for watch in self._watches.values()),
                thumbnails=writer.thumbnails.jpegs(),
                timings_s=self._stopwatch.seconds(),
                live=None if self._live is None else self._live.describe(),
                counts=self._counts(),
                beside=self._beside(),
            )
        )
        _publish(self._folder, self._journal, made)
        if not is_interrupted:
            self._folder.remove_journal()


def _publish(folder: MissionFolder, journal: Journal, made: Path) -> None:
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
