"""A live link to a mission folder: the main job, while it happens."""

import contextlib
import signal
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path
from types import FrameType
from typing import Any, Final

import pyarrow.compute as pc

from plainview.errors import InputError
from plainview.formats.calibration_toml import read_calibration
from plainview.formats.link_address import LinkAddress, parse_link
from plainview.formats.live_arrivals import LiveArrivals, LiveSettings
from plainview.formats.live_feed import FeedSettings, LiveFeed
from plainview.formats.live_source import open_live_source
from plainview.formats.settings_toml import RunSettings, read_settings
from plainview.formats.turret_toml import read_given_turret
from plainview.geo import Terrain
from plainview.mission.convention_prescan import Prescan
from plainview.mission.disk_space import translate_disk_errors
from plainview.mission.folder import MissionFolder
from plainview.mission.frame_place import Surfaces
from plainview.mission.journal import Journal
from plainview.mission.live_conventions import LiveConventions
from plainview.mission.live_recorder import LiveRecorder, RollSettings, recordings_in
from plainview.mission.live_run import EarlierRun, LiveRun, LiveStatus
from plainview.mission.plan import plan_of
from plainview.mission.process import finished_mission, source_settings
from plainview.mission.reader import Mission, open_mission, read_journal_tables
from plainview.mission.request import ProcessRequest
from plainview.mission.run import MissionRun, RunPlace
from plainview.mission.terrain import terrain_of
from plainview.mission.threads import one_opencv_thread, quick_turns
from plainview.mission.turret_option import settings_with_turret
from plainview.mission.warm_up import warm_up

__all__ = ["WatchRequest", "earlier_run", "make_watch_request", "roll_of", "watch"]

_STATUS_EVERY_S: Final = 0.5

OnStatus = Callable[[LiveStatus], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class WatchRequest(ProcessRequest):
    """One run of `watch`.

    Args:
        address: Of the link.
        max_delay_s: Frames that have waited longer are dropped; None waits instead.
        metadata_wait_s: How long a picture is held back until metadata behind it has come, so
            that its View lies between two sets instead of being predicted.
        duration_s: How long, from the first packet on; None means until Ctrl-C.
        give_up_s: After how long a silence it ends; None means never.
        roll: Whether the recording is cut into files, and what is kept of them.
    """

    address: LinkAddress
    max_delay_s: float | None = LiveSettings().max_delay_s
    metadata_wait_s: float = 0.0
    duration_s: float | None = None
    give_up_s: float | None = None
    roll: RollSettings = field(default_factory=RollSettings)

    @property
    def source_kind(self) -> str:
        """What the frames come from, as ``mission.json`` says it."""
        return "live"

    def describe_inputs(self) -> list[dict[str, Any]]:
        """Return the link, without what it must not tell."""
        return [{"name": self.address.shown, "size": None}]

    def describe_settings(self) -> dict[str, Any]:
        """Return what shapes the result."""
        # `super()` does not know its class in a dataclass with slots.
        return {
            **ProcessRequest.describe_settings(self),
            "max_delay_s": self.max_delay_s,
            "metadata_wait_s": self.metadata_wait_s,
        }


def make_watch_request(
    url: str,
    *,
    settings_path: Path | None = None,
    calibration_path: Path | None = None,
    turret_name: str | None = None,
    detectors: tuple[str, ...] = (),
    **options: Any,
) -> WatchRequest:
    """Return the request for what a person typed.

    Args:
        url: The link.
        settings_path: A settings file; None means the defaults.
        calibration_path: A calibration of the platform; None where there is none.
        turret_name: A turret of the catalogue, or a turret's file; None where it is not known.
        detectors: Names that replace those of the settings.
        options: Further fields of `WatchRequest`.

    Raises:
        InputError: The address, the settings, the calibration or the turret cannot be used.
    """
    settings = RunSettings() if settings_path is None else read_settings(settings_path)
    if detectors:
        settings = replace(settings, detectors=detectors)
    if calibration_path is not None:
        options["calibration"] = read_calibration(calibration_path)
    if turret_name is not None:
        options["turret"] = turret = read_given_turret(turret_name)
        settings = settings_with_turret(settings, turret.spec.navigation)
    request = WatchRequest(inputs=(), address=parse_link(url), settings=settings, **options)
    if request.max_delay_s is not None and request.metadata_wait_s >= request.max_delay_s:
        raise InputError(
            where="--wait-metadata",
            what=f"holds pictures back for {request.metadata_wait_s:g} s, and those that waited"
            f" {request.max_delay_s:g} s are dropped.",
            mend="Raise --max-delay above it, or give --no-drop.",
        )
    return request


def roll_of(*, file_mb: float | None, kept_mb: float | None) -> RollSettings:
    """Return how the recording is cut; to keep a part of it, it must be: into eight files of it."""
    if file_mb is None and kept_mb is not None:
        file_mb = kept_mb / 8.0
    return RollSettings(
        file_bytes=None if file_mb is None else round(file_mb * 1e6),
        kept_bytes=None if kept_mb is None else round(kept_mb * 1e6),
    )


def watch(request: WatchRequest, *, on_status: OnStatus | None = None) -> Mission:
    """Receive, record and observe until Ctrl-C, then make the products: the mission is complete.

    A mission that was killed goes on with the same command, behind what it has.

    Args:
        request: What to do.
        on_status: Is told twice a second how it goes.

    Raises:
        InputError: The address, the folder or a setting cannot be used, or what comes has no
            video.
        DeviceError: The disk failed or is full, or nothing ever came.
    """
    if (finished := finished_mission(request)) is not None:
        return finished
    folder = MissionFolder(request.out)
    terrain = terrain_of(request)
    with translate_disk_errors(request.out), one_opencv_thread(), quick_turns():
        journal = folder.create()
        place = RunPlace(folder=folder, journal=journal, plan=plan_of(journal, request, folder))
        before = earlier_run(journal)
        recorder = LiveRecorder(journal.folder, roll=request.roll)
        feed = LiveFeed(
            request.address,
            record=recorder.take,
            settings=_feed_settings(request),
            folder=journal.folder,
        )
        try:
            _run(
                request,
                place,
                (feed, recorder),
                terrain=terrain,
                before=before,
                on_status=on_status,
            )
        except BaseException:
            feed.close()
            recorder.close()
            if not (recorder.n_bytes_before or feed.arrivals.n_bytes):
                folder.remove_journal()  # another command may use the folder
            raise
    return open_mission(request.out)


def earlier_run(journal: Journal) -> EarlierRun:
    """Return what a run that was killed left of its mission."""
    frames, tracks = read_journal_tables(journal)
    recordings = recordings_in(journal.folder)
    if not len(frames) or not recordings:
        return EarlierRun()
    return EarlierRun(
        n_frames_of=Counter(frames["camera"].to_pylist()),
        last_video_time_us=pc.max(frames["video_time_us"]).as_py(),
        last_track_id=pc.max(tracks["track_id"]).as_py() or 0,
        stopped_s=max(0.0, time.time() - recordings[-1].stat().st_mtime),
    )


def _feed_settings(request: WatchRequest) -> FeedSettings:
    return FeedSettings(duration_s=request.duration_s, give_up_s=request.give_up_s)


def _run(
    request: WatchRequest,
    place: RunPlace,
    link: tuple[LiveFeed, LiveRecorder],
    *,
    terrain: Terrain | None,
    before: EarlierRun,
    on_status: OnStatus | None,
) -> None:
    """Begin to receive, get ready meanwhile, and run to the end."""
    feed, recorder = link
    waits = LiveSettings(max_delay_s=request.max_delay_s, max_wait_s=request.metadata_wait_s)
    arrivals = LiveArrivals(feed, settings=waits)
    conventions = LiveConventions(request.settings.convention, damage=request.settings.damage)
    live = LiveRun(
        feed,
        recorder=recorder,
        arrivals=arrivals,
        conventions=conventions,
        max_delay_s=request.max_delay_s,
        before=before,
    )
    feed.start()
    with _telling(live, on_status), _ended_by_signals(feed):
        surfaces = Surfaces.from_settings(request.settings, terrain=terrain)
        warm_up(request, surfaces=surfaces)
        read_so = source_settings(request, prescan=Prescan(), terrain=terrain)
        source = open_live_source(
            feed,
            settings=replace(read_so, convention=conventions),
            arrivals=arrivals,
            start_us=before.next_video_time_us,
        )
        recorder.stamp_by(source.recording_ticks)
        live.follow(source.camera_names)
        with contextlib.closing(source):
            run = MissionRun(
                request, place, source=source, terrain=terrain, reading=conventions, live=live
            )
            run.go(lambda progress: None)


@contextlib.contextmanager
def _ended_by_signals(feed: LiveFeed) -> Iterator[None]:
    """Let the first Ctrl-C or request to end (SIGTERM) end the link, and a second interrupt.

    The link then ends as by itself and what came is observed: no exception may strike anywhere
    and be lost, as in a callback of a compiled library.
    """
    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def end(number: int, frame: FrameType | None) -> None:
        feed.ask_to_end()
        for each, handler in before.items():
            signal.signal(each, handler)

    for number in before:
        signal.signal(number, end)
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextlib.contextmanager
def _telling(live: LiveRun, on_status: OnStatus | None) -> Iterator[None]:
    """Tell how it goes while the block runs, whether packets come or not, and at its end."""
    if on_status is None:
        yield
        return
    is_over = threading.Event()

    def tell() -> None:
        while not is_over.wait(_STATUS_EVERY_S):
            on_status(live.status())

    thread = threading.Thread(target=tell, name="status", daemon=True)
    thread.start()
    try:
        yield
    finally:
        is_over.set()
        thread.join()
        on_status(live.status())
