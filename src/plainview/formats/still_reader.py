"""Stills of one camera in order, as pictures of one mission."""

import datetime as dt
from collections import Counter
from collections.abc import Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np

from plainview.errors import InputError
from plainview.formats.picture_source import GivenPicture
from plainview.formats.source_settings import SourceSettings
from plainview.formats.still import Still, StillHead, read_still, read_still_head
from plainview.formats.still_telemetry import StillTelemetry, utc_of_name
from plainview.formats.still_views import StillClock, still_view
from plainview.formats.still_words import StillTally
from plainview.model import Camera, CountedWarning, Event, View
from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["StillReader"]

_STEP_US: Final = MICROSECONDS_PER_SECOND
"""Between stills that do not say when they were taken."""
_LEAST_STEP_US: Final = 1_000
"""The finest time of a raw video."""
_MOST_STEP_US: Final = 10 * MICROSECONDS_PER_SECOND
"""A longer pause is shown as this, so that a video of stills can be watched."""


class StillReader:
    """Reads stills one by one; one that cannot be read is named and left out.

    Args:
        paths: The stills, in order.
        settings: How the source is read.

    Raises:
        InputError: None of them can be read.
    """

    codec = "stills"

    def __init__(self, paths: Sequence[Path], *, settings: SourceSettings) -> None:
        self._settings = settings
        self._paths = tuple(paths)
        self._clock = StillClock(
            utc_offset_s=settings.sidecars.utc_offset_s,
            takeoff_altitude_msl_m=settings.sidecars.takeoff_altitude_msl_m,
        )
        self._tally = StillTally(left_out=settings.left_out)
        heads = [_head_of(path) for path in self._paths]
        local_times = [
            (None if head is None else head.exif.local_time) or utc_of_name(path)
            for head, path in zip(heads, self._paths, strict=True)
        ]
        self._times_us, self._pauses_us = _times_us(local_times)
        self._is_timed = all(time is not None for time in local_times)
        self._n_read = 0
        self.is_deep = False
        self._tally.note_order(
            Counter(head.kind for head in heads if head is not None),
            first_time=local_times[0] if self._is_timed else None,
        )
        self.camera = self._first_camera()
        self._telemetry = StillTelemetry(
            self._paths,
            size_px=(self.camera.width_px, self.camera.height_px),
            settings=settings.sidecars,
        )
        self._events = self._telemetry.events

    @property
    def name(self) -> str:
        """What the stills are called together."""
        first = self._paths[0]
        return first.name if len(self._paths) == 1 else f"{first.parent.name} ({first.name} on)"

    @property
    def duration_s(self) -> float:
        """How much time they cover on the clock of the frames, and a step for the last."""
        return (self._times_us[-1] + _STEP_US) / MICROSECONDS_PER_SECOND

    @property
    def n_pictures(self) -> int:
        """How many stills there are."""
        return len(self._paths)

    @property
    def rate_hz(self) -> Fraction:
        """One a second: every picture of the recording stands alone."""
        return Fraction(1)

    @property
    def position_fraction(self) -> float:
        """How many of them were read."""
        return self._n_read / len(self._paths)

    def pictures(self) -> Iterator[GivenPicture]:
        """Yield the stills that can be read, in order."""
        is_first, max_pause_us = True, round(self._settings.max_gap_s * MICROSECONDS_PER_SECOND)
        pause_us = 0
        for index, path in enumerate(self._paths):
            still = self._read(path)
            pause_us += self._pauses_us[index]
            self._n_read = index + 1
            if still is None:
                continue
            view = self._view(still, path)
            self._tally.add(still, view, name=path.name)
            yield GivenPicture(
                pixels=still.pixels,
                time_us=self._times_us[index],
                view=view,
                radiometry=still.radiometry,
                band=still.band,
                is_discontinuous=not is_first and pause_us > max_pause_us,
            )
            is_first, pause_us = False, 0

    def warnings(self) -> tuple[CountedWarning, ...]:
        """What went wrong so far, counted."""
        return self._tally.warnings() + self._telemetry.warnings

    def take_events(self) -> tuple[Event, ...]:
        """What happened since this was last asked."""
        events, self._events = self._events, ()
        return (*events, *self._tally.take_events())

    def close(self) -> None:
        """Let go of nothing: each still is closed when it is read."""

    def _view(self, still: Still, path: Path) -> View | None:
        """Return what the still says of its pose, else what a log beside it says."""
        view = still_view(still.pose, still.head.exif, self._clock)
        if view is not None and view.latitude_deg is not None:
            return view
        time_us = None if view is None else view.time_us
        if time_us is None and (named := utc_of_name(path)) is not None:
            since = named - dt.datetime(1970, 1, 1)  # noqa: DTZ001
            time_us = round(since.total_seconds() * 1e6)
        return self._telemetry.view_at(time_us) or view

    def _read(self, path: Path) -> Still | None:
        try:
            return read_still(path)
        except InputError as error:
            self._tally.add_unread(path.name, error.what)
            return None

    def _first_camera(self) -> Camera:
        """Return the camera by the first still that can be read."""
        reason = "none was given."
        for path in self._paths:
            try:
                still = read_still(path)
            except InputError as error:
                if len(self._paths) == 1:
                    raise
                reason = error.what
                continue
            self.is_deep = still.pixels.dtype.itemsize > 1
            height_px, width_px = still.pixels.shape[:2]
            return Camera(name="camera-1", width_px=width_px, height_px=height_px, band=still.band)
        raise InputError(
            where=self.name,
            what=f"holds no still that can be read: {reason}",
            mend="Copy the stills again from the camera.",
        )


def _head_of(path: Path) -> StillHead | None:
    try:
        return read_still_head(path)
    except InputError:
        return None


def _times_us(times: Sequence[dt.datetime | None]) -> tuple[list[int], list[int]]:
    """Return when each still is on the clock of the frames, and the true pause before it.

    Where one does not say when it was taken, all are a second apart; a long pause is shortened.
    """
    known = [time for time in times if time is not None]
    if len(known) < len(times):
        return [index * _STEP_US for index in range(len(times))], [_STEP_US] * len(times)
    pauses = [
        round((now - before).total_seconds() * 1e6)
        for before, now in zip(known[:1] + known[:-1], known, strict=True)
    ]
    steps = np.clip(pauses, _LEAST_STEP_US, _MOST_STEP_US)
    steps[0] = 0
    return np.cumsum(steps).tolist(), pauses
