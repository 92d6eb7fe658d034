"""A bounded look at the pictures of an input: as much of them as tells most, and no more."""

import contextlib
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from plainview.errors import PlainviewError
from plainview.formats import SourceSettings, open_source
from plainview.formats.frames_parquet import FRAMES_SCHEMA, frame_row
from plainview.formats.settings_toml import RunSettings
from plainview.formats.source_camera import FIRST_CAMERA
from plainview.formats.track_history import TrackHistory
from plainview.formats.tracks_parquet import TRACKS_SCHEMA, track_rows
from plainview.imaging import HomographyRegistrar
from plainview.mission.frame_place import Surfaces, place_frame
from plainview.mission.pipeline import Stages, observe_frame
from plainview.mission.progress import Progress
from plainview.mission.stage_settings import make_stages
from plainview.mission.threads import one_opencv_thread
from plainview.mission.track_tally import TrackTally
from plainview.model import Camera, Detections, Frame, Observation, Tracks
from plainview.units import microseconds_from_seconds

__all__ = ["LONGEST_LOOK_S", "PictureLook", "Stretch", "busiest_stretches", "look_at_pictures"]

Array = npt.NDArray[np.float64]
OnProgress = Callable[[Progress], None]

LONGEST_LOOK_S: Final = 60.0
"""Of video that is looked at, in all."""
_STRETCH_S: Final = 20.0
"""As long as a window in which a lag is sought."""
_MOST_STRETCHES: Final = int(LONGEST_LOOK_S / _STRETCH_S)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stretch:
    """A part of one input, in seconds from its first picture."""

    path: Path
    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PictureLook:
    """What was seen.

    Args:
        frames: Rows of ``frames.parquet``; each stretch begins with a picture that no motion
            is known of.
        cameras: That made them.
        histories: Of located tracks, where things were followed.
        failure: Why no picture could be looked at; None where some could.
    """

    frames: pa.Table
    cameras: tuple[Camera, ...] = ()
    histories: list[TrackHistory] = field(default_factory=list)
    failure: str | None = None


def busiest_stretches(
    path: Path, time_s: Array, moved: Array, *, is_steady_counted: bool = False
) -> list[tuple[float, Stretch]]:
    """Return the stretches of an input in which something moves most, and how much, in order.

    Together they are no longer than `LONGEST_LOOK_S`.

    Args:
        path: The input.
        time_s: (n,) of the metadata from the first picture on, about.
        moved: (n, k) what moves; NaN where it is not known.
        is_steady_counted: Whether steady motion counts too, which tells of no lag.
    """
    how_much = _spread if is_steady_counted else _unsteadiness
    order = np.argsort(time_s, kind="stable")
    time_s, moved = time_s[order], moved[order]
    is_known = np.isfinite(time_s) & np.isfinite(moved).all(axis=1)
    time_s, moved = time_s[is_known], moved[is_known]
    if not len(time_s):
        return []
    number = np.floor(np.maximum(time_s, 0.0) / _STRETCH_S).astype(np.int64)
    found = [
        (how_much(time_s[number == each], moved[number == each]), int(each))
        for each in np.unique(number)
    ]
    found.sort(key=lambda each: (-each[0], each[1]))
    kept = found[:_MOST_STRETCHES]
    return [
        (size, Stretch(path=path, start_s=each * _STRETCH_S, end_s=(each + 1) * _STRETCH_S))
        for size, each in sorted(kept, key=lambda each: each[1])
    ]


def _unsteadiness(time_s: Array, moved: Array) -> float:
    """Return how far something is from going along a straight line."""
    if len(time_s) < 3:
        return 0.0
    share = (time_s - time_s[0]) / max(time_s[-1] - time_s[0], 1e-9)
    straight = moved[0] + share[:, np.newaxis] * (moved[-1] - moved[0])
    return float(np.sqrt(np.mean((moved - straight) ** 2)))


def _spread(_time_s: Array, moved: Array) -> float:
    """Return how far something is from standing still."""
    return float(np.sqrt(np.mean((moved - moved.mean(axis=0)) ** 2)))


def look_at_pictures(
    stretches: Sequence[Stretch],
    *,
    source: SourceSettings,
    settings: RunSettings | None = None,
    are_things_followed: bool = False,
    on_progress: OnProgress | None = None,
) -> PictureLook:
    """Register the pictures of some stretches; nothing that is wrong with them is raised.

    Args:
        stretches: In order.
        source: How the input is read; its start and end are those of the stretches.
        settings: Of the stages and surfaces; None means the defaults.
        are_things_followed: Whether things are detected, tracked and located too.
        on_progress: Is told how far it is.
    """
    known = settings or RunSettings()
    eye = _Eye(known, are_things_followed=are_things_followed)
    whole_s = sum(each.end_s - each.start_s for each in stretches)
    done_s, begun_s = 0.0, time.monotonic()
    with one_opencv_thread():
        for stretch in stretches:
            eye.look(stretch, source, tell=_teller(on_progress, (done_s, whole_s), begun_s=begun_s))
            done_s += stretch.end_s - stretch.start_s
    return eye.seen()


def _teller(
    on_progress: OnProgress | None, done_of_s: tuple[float, float], *, begun_s: float
) -> Callable[[float, int], None]:
    done_s, whole_s = done_of_s

    def tell(here_s: float, n_frames: int) -> None:
        if on_progress is not None:
            fraction = min(1.0, (done_s + here_s) / max(whole_s, 1e-6))
            rate = n_frames / max(time.monotonic() - begun_s, 1e-6)
            on_progress(Progress(fraction=fraction, n_frames=n_frames, frames_per_s=rate))

    return tell


class _Eye:
    """Looks at stretches one after another and keeps a row a frame."""

    def __init__(self, settings: RunSettings, *, are_things_followed: bool) -> None:
        self._settings = settings
        self._surfaces = Surfaces.from_settings(settings, terrain=None)
        self._is_following = are_things_followed
        self._frames: list[dict[str, Any]] = []
        self._tracks: list[dict[str, Any]] = []
        self._cameras: dict[str, Camera] = {}
        self._failure: str | None = None
        self._last_track_id = 0

    def look(
        self, stretch: Stretch, source: SourceSettings, *, tell: Callable[[float, int], None]
    ) -> None:
        """Take one stretch; what goes wrong ends it."""
        part = replace(
            source,
            start_s=stretch.start_s,
            end_s=stretch.end_s,
            cameras=(FIRST_CAMERA,),
            is_recorded=False,
        )
        try:
            with contextlib.closing(open_source([stretch.path], settings=part)) as opened:
                self._take(opened.units(), stretch, tell=tell)
        except PlainviewError as error:
            self._failure = f"{error.where} {error.what}"

    def _take(self, units: Any, stretch: Stretch, *, tell: Callable[[float, int], None]) -> None:
        registrar = HomographyRegistrar()
        stages = (
            make_stages(self._settings, surfaces=self._surfaces) if self._is_following else None
        )
        offset_us = microseconds_from_seconds(stretch.start_s)
        n_before, first_track_id = len(self._frames), self._last_track_id
        for unit in units:
            frame: Frame | None = unit.frame
            if frame is None:
                continue
            here_us = frame.video_time_us
            placed = replace(
                frame,
                video_time_us=here_us + offset_us,
                is_discontinuous=frame.is_discontinuous or len(self._frames) == n_before,
            )
            self._keep(_observed(placed, registrar, stages), first_track_id=first_track_id)
            if len(self._frames) % 10 == 0:
                tell(1e-6 * here_us, len(self._frames))

    def _keep(self, seen: Observation, *, first_track_id: int) -> None:
        outline = place_frame(seen.frame, surfaces=self._surfaces).footprint
        self._cameras[seen.frame.camera.name] = seen.frame.camera
        self._frames.append(frame_row(seen, footprint=outline))
        for row in track_rows(seen):
            row["track_id"] += first_track_id
            self._last_track_id = max(self._last_track_id, row["track_id"])
            self._tracks.append(row)

    def seen(self) -> PictureLook:
        """Return what was seen."""
        frames = pa.Table.from_pylist(self._frames, schema=FRAMES_SCHEMA)
        histories: list[TrackHistory] = []
        if self._tracks:
            tally = TrackTally(frames)
            list(tally.counted([pa.Table.from_pylist(self._tracks, schema=TRACKS_SCHEMA)]))
            histories = tally.thinning.histories()
        return PictureLook(
            frames=frames,
            cameras=tuple(self._cameras.values()),
            histories=histories,
            failure=None if self._frames else self._failure or "It has no picture there.",
        )


def _observed(frame: Frame, registrar: HomographyRegistrar, stages: Stages | None) -> Observation:
    if stages is not None:
        return observe_frame(frame, stages)
    return Observation(
        frame=frame,
        registration=registrar.register(frame),
        detections=Detections.empty(),
        all_tracks=Tracks.empty(),
    )
