"""Files beside a video that say where the camera was: Views on the video's clock."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from plainview.misb.interpolate_view import InterpolationSettings
from plainview.misb.timed_view import TimedView
from plainview.misb.timeline import Timeline
from plainview.model import CountedWarning, Event, View

__all__ = ["SIDECAR_SUFFIXES", "Sidecar", "SidecarTimeline", "sidecar_paths"]

SIDECAR_SUFFIXES: Final = (".srt", ".csv", ".geojson", ".tlog")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sidecar:
    """A sidecar that was read.

    Args:
        name: Of the file.
        kind: What it is, such as ``DJI SRT (brackets)``.
        views: Where the camera was, in order, each with its time on the video's clock.
        n_records: How many records the file has.
        n_damaged: How many of them could not be read.
        warnings: What is wrong or not known.
        events: What a person should know of how it was read.
    """

    name: str
    kind: str
    views: tuple[TimedView, ...]
    n_records: int
    n_damaged: int = 0
    warnings: tuple[CountedWarning, ...] = ()
    events: tuple[Event, ...] = ()


def sidecar_paths(video: Path) -> tuple[Path, ...]:
    """Return the files beside a video that have its name and a sidecar's suffix, in order.

    Case does not matter, as cameras write ``DJI_0001.MP4`` beside ``DJI_0001.srt``.
    """
    stem = video.stem.lower()
    try:
        beside = sorted(video.parent.iterdir())
    except OSError:
        return ()
    found = [each for each in beside if each.stem.lower() == stem and each != video]
    return tuple(
        each
        for suffix in SIDECAR_SUFFIXES
        for each in found
        if each.suffix.lower() == suffix and each.is_file()
    )


class SidecarTimeline:
    """Gives the View of each picture from a sidecar.

    Args:
        sidecar: What was read.
        start_us: Where the video's beginning lies on the clock of the frames.
        max_gap_s: Records further apart are not joined.
    """

    def __init__(self, sidecar: Sidecar, *, start_us: int, max_gap_s: float) -> None:
        self._views: Sequence[TimedView] = sidecar.views
        self._start_us = start_us
        self._timeline = Timeline(InterpolationSettings(max_gap_s=max_gap_s))
        self._n_given = 0
        self._ahead_us = round(max_gap_s * 1e6)

    def view_at(self, video_time_us: int) -> View | None:
        """Return the View of a picture; None where the sidecar says nothing near it."""
        until_us = video_time_us + self._ahead_us
        while self._n_given < len(self._views):
            timed = self._views[self._n_given]
            at_us = (timed.video_time_us or 0) + self._start_us
            if at_us > until_us:
                break
            self._timeline.add(_moved(timed, at_us))
            self._n_given += 1
        return self._timeline.view_at(video_time_us)


def _moved(timed: TimedView, video_time_us: int) -> TimedView:
    return TimedView(
        video_time_us=video_time_us,
        time_us=timed.time_us,
        view=timed.view,
        stamp_us=timed.stamp_us,
        sensor_key=timed.sensor_key,
    )
