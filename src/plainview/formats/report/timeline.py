"""The timeline: metadata, events and tracks over the video, as bars that need no script."""

from collections.abc import Iterable
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.formats.report.data import ReportData
from plainview.formats.report.markup import Markup, element
from plainview.formats.report.track_summaries import TrackSummary
from plainview.formats.report.wording import clock_text

__all__ = ["timeline_section"]

_N_BINS: Final = 240
_MOST_TRACKS: Final = 40
_MOST_EVENTS: Final = 200
_METHODS: Final = ("exact", "interpolated", "predicted", "held", "none")
"""From best to worst; a bin shows the worst of its frames."""
_TICK_STEPS_S: Final = (1, 2, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 14400)


def timeline_section(data: ReportData, tracks: list[TrackSummary]) -> Markup | None:
    """Return the timeline; None for no frames."""
    times = data.frames.numbers("video_time_us")
    if not len(times):
        return None
    start_us, end_us = float(times.min()), float(max(times.max(), times.min() + 1.0))
    shown = sorted(tracks[:_MOST_TRACKS], key=lambda track: track.seen_video_time_us)
    lanes = [
        _lane("Time", *_ticks(data, start_us, end_us), class_="ticks"),
        _lane("Metadata", *_method_bars(data, start_us, end_us), class_="methods"),
        _lane("Events", *_event_marks(data, start_us, end_us), class_="events"),
        *(_track_lane(track, start_us, end_us) for track in shown),
    ]
    more = len(tracks) - len(shown)
    keys = [
        element("span", element("i", class_=f"key m-{method}"), _method_words(method))
        for method in _METHODS
    ]
    note = f" The {more} other tracks are left out." if more else ""
    return element(
        "section",
        element("h2", "Timeline"),
        element("div", *lanes, class_="timeline"),
        element("p", *keys, element("span", note, class_="note"), class_="legend"),
        id="timeline",
    )


def _method_words(method: str) -> str:
    return {"none": "no metadata", "held": "held (stale)"}.get(method, method)


def _lane(name: Markup | str, *bars: Markup, class_: str = "") -> Markup:
    return element(
        "div",
        element("span", name, class_="name"),
        element("div", *bars, class_="bars"),
        class_=f"lane {class_}".strip(),
    )


def _percent(time_us: float, start_us: float, end_us: float) -> float:
    return min(100.0, max(0.0, 100.0 * (time_us - start_us) / (end_us - start_us)))


def _bar(left: float, right: float, *, class_: str, title: str, text: str | None = None) -> Markup:
    width = max(right - left, 0.15)
    style = f"left:{min(left, 99.85):.2f}%;width:{width:.2f}%"
    return element("i", text, class_=class_, style=style, title=title)


def _ticks(data: ReportData, start_us: float, end_us: float) -> Iterable[Markup]:
    """Return round times: Zulu where it is known, else the video's clock."""
    span_s = (end_us - start_us) / 1e6
    step_us = 1e6 * next((s for s in _TICK_STEPS_S if span_s / s <= 7), 28800)
    offset_us = _utc_offset_us(data)
    first = np.ceil((start_us + offset_us) / step_us) * step_us
    for stamp in np.arange(first, end_us + offset_us + 1.0, step_us).tolist():
        left = _percent(stamp - offset_us, start_us, end_us)
        text = f"{clock_text(stamp % 86_400e6)}Z" if offset_us else clock_text(stamp)
        class_ = "tick late" if left > 92.0 else "tick"
        yield element("span", text, class_=class_, style=f"left:{left:.2f}%")


def _utc_offset_us(data: ReportData) -> float:
    """Return UTC less the video's clock; 0 where UTC is not known."""
    offset = data.frames.numbers("time_us") - data.frames.numbers("video_time_us")
    known = offset[np.isfinite(offset)]
    return float(np.median(known)) if len(known) else 0.0


def _method_bars(data: ReportData, start_us: float, end_us: float) -> Iterable[Markup]:
    """Return runs of equal method; each of the bins shows the worst of its frames."""
    times = data.frames.numbers("video_time_us")
    ranks = np.array(
        [
            _METHODS.index(method) if method in _METHODS else len(_METHODS) - 1
            for method in data.frames.words("view_method")
        ]
    )
    bins = np.minimum((times - start_us) / (end_us - start_us) * _N_BINS, _N_BINS - 1)
    worst = np.full(_N_BINS, -1)
    np.maximum.at(worst, bins.astype(np.int64), ranks)
    worst = _fill_short_gaps(worst, n_frames=len(times))
    edges = np.flatnonzero(np.diff(worst, prepend=-2, append=-2))
    for left, right in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        if worst[left] >= 0:
            method = _METHODS[worst[left]]
            low, high = 100.0 * left / _N_BINS, 100.0 * right / _N_BINS
            yield _bar(low, high, class_=f"m-{method}", title=_method_words(method))


def _fill_short_gaps(worst: npt.NDArray[np.int64], *, n_frames: int) -> npt.NDArray[np.int64]:
    """Return the bins with those filled that only lie between two frames of a short clip."""
    reach = max(1, int(np.ceil(2 * _N_BINS / max(n_frames, 1))))
    filled = worst.copy()
    last, since = -1, 0
    for index, rank in enumerate(worst.tolist()):
        last, since = (rank, 0) if rank >= 0 else (last, since + 1)
        if rank < 0 and since <= reach:
            filled[index] = last
    return filled


def _event_marks(data: ReportData, start_us: float, end_us: float) -> Iterable[Markup]:
    """Return a mark an event; one with a length in its details is a bar."""
    for event in list(data.events)[:_MOST_EVENTS]:
        time_us = event.get("video_time_us")
        if not isinstance(time_us, int | float):
            continue
        left = _percent(float(time_us), start_us, end_us)
        length_s = (event.get("details") or {}).get("duration_s")
        length_us = 1e6 * length_s if isinstance(length_s, int | float) else 0.0
        right = _percent(float(time_us) + length_us, start_us, end_us)
        title = f"{clock_text(float(time_us))} {event.get('what') or event.get('kind')}"
        yield _bar(left, right, class_="event", title=title)


def _track_lane(track: TrackSummary, start_us: float, end_us: float) -> Markup:
    first, last = track.seen_video_time_us
    name = element("a", f"#{track.track_id}", href=f"#track-{track.track_id}")
    title = f"Track {track.track_id}: {clock_text(first)} to {clock_text(last)}"
    left, right = _percent(first, start_us, end_us), _percent(last, start_us, end_us)
    class_ = "located" if track.place is not None else "unlocated"
    return _lane(name, _bar(left, right, class_=class_, title=title))
