"""The head of a report: what it is of, and what was found, at a glance."""

from typing import Any

import numpy as np

from plainview.formats.report.data import ReportData
from plainview.formats.report.markup import Markup, element, join
from plainview.formats.report.track_summaries import TrackSummary
from plainview.formats.report.wording import (
    clock_text,
    duration_text,
    error_text,
    percent_text,
    zulu_text,
)
from plainview.geo import format_ddm
from plainview.sensing import celsius_text

__all__ = ["header", "marking_text", "mission_title", "summary_strip"]


def marking_text(data: ReportData) -> str:
    """Return what the banner says: the source's marking, or that there is none."""
    marking = str(data.mission.get("security_marking") or "").strip() or "NOT MARKED"
    return f"{marking} · SIMULATED" if data.is_simulated else marking


def mission_title(data: ReportData) -> str:
    """Return what the mission is called: its title, or the names of its inputs."""
    names = [str(entry.get("name", "")) for entry in data.mission.get("inputs") or ()]
    inputs = ", ".join(names[:3]) + (f" and {len(names) - 3} more" if len(names) > 3 else "")
    return data.title or inputs or str(data.mission.get("mission_id", "mission"))


def _time_span_us(data: ReportData) -> tuple[int, int] | None:
    """Return first and last UTC of the frames; None where none has one."""
    times = data.frames.numbers("time_us")
    if not len(times) or np.all(np.isnan(times)):
        return None
    return int(np.nanmin(times)), int(np.nanmax(times))


def _fact(name: str, *values: Markup | str | None) -> Markup | None:
    known = [value for value in values if value]
    return (
        element("div", element("dt", name), *(element("dd", v) for v in known)) if known else None
    )


def header(data: ReportData) -> Markup:
    """Return title, times, source and operator."""
    mission, settings = data.mission, data.mission.get("settings") or {}
    span = _time_span_us(data)
    when = (
        f"{zulu_text(span[0])} to {zulu_text(span[1])}"
        if span
        else "UTC not known; times are of the video"
    )
    state = str(mission.get("state", ""))
    return element(
        "header",
        element("p", "plainview mission report", class_="kicker"),
        element("h1", mission_title(data)),
        element(
            "dl",
            _fact("When", when),
            _fact("Source", _source_text(data)),
            _fact("Temperatures", _temperatures_text(data)),
            _fact("Videos", _videos_text(data)),
            _fact("Operator", _text(settings.get("operator") or mission.get("operator"))),
            _fact("Purpose", _text(settings.get("purpose") or mission.get("purpose"))),
            _fact("State", None if state == "complete" else state.upper()),
            class_="facts",
        ),
    )


def _text(value: Any) -> str | None:
    return None if value is None else str(value)


def _source_text(data: ReportData) -> str:
    """Return what kind of source it was, and its cameras."""
    cameras = [
        f"{camera.get('name')} {camera.get('band') or ''} "
        f"{camera.get('width_px')}×{camera.get('height_px')}".replace("  ", " ")
        for camera in data.mission.get("cameras") or ()
    ]
    kind = str(data.mission.get("source_kind") or "footage").replace("_", " ")
    identifier = data.mission.get("core_identifier")
    parts = [kind, *cameras, f"core identifier {identifier}" if identifier else ""]
    return " · ".join(part for part in parts if part)


def _temperatures_text(data: ReportData) -> str | None:
    """Return the coldest and the warmest that was seen, to what the camera's maker states."""
    least = data.frames.numbers("temperature_min_c")
    if not len(least) or np.all(np.isnan(least)):
        return None
    accuracy = float(np.nanmax(data.frames.numbers("temperature_accuracy_k")))
    most = float(np.nanmax(data.frames.numbers("temperature_max_c")))
    coldest, warmest = (
        celsius_text(value, accuracy=accuracy) for value in (float(np.nanmin(least)), most)
    )
    return (
        f"{coldest} to {warmest} by the maker's accuracy, for the emissivity that was set in"
        " the camera"
    )


def _videos_text(data: ReportData) -> str:
    """Return the names of the videos beside the report; it links to none, for it stands alone."""
    products = [str(name) for name in data.mission.get("products") or ()]
    return " · ".join(name for name in products if name.endswith(".mp4"))


def _tile(figure: str, name: str, note: str = "", *, class_: str | None = None) -> Markup:
    return element(
        "div",
        element("strong", figure),
        element("span", name),
        element("small", note) if note else None,
        class_=" ".join(part for part in ("tile", class_) if part),
    )


def summary_strip(data: ReportData, tracks: list[TrackSummary]) -> Markup:
    """Return the numbers that matter, and one sentence that says what was found."""
    located = [track for track in tracks if track.place is not None]
    n_warnings = len(data.mission.get("warnings") or ())
    frames = data.frames
    n_frames = len(frames)
    n_with_view = sum(method is not None for method in frames.words("view_method"))
    times = frames.numbers("video_time_us")
    length = duration_text(float(np.ptp(times))) if n_frames else "none"
    tiles = [
        _tile(str(len(tracks)), "tracks found", "confirmed"),
        _tile(str(len(located)), "located", "placed on the ground"),
        _tile(length, "of video", f"{n_frames} frames"),
        _tile(
            percent_text(n_with_view / n_frames) if n_frames else "none",
            "with metadata",
            "" if n_with_view else "nothing can be located",
            class_=None if n_with_view else "bad",
        ),
        _tile(
            str(n_warnings),
            "warning" if n_warnings == 1 else "warnings",
            "see below" if n_warnings else "",
            class_="bad" if n_warnings else None,
        ),
    ]
    return join(
        element("p", _headline(tracks, located), class_="headline"),
        element("section", *tiles, class_="tiles", aria_label="Summary"),
    )


def _headline(tracks: list[TrackSummary], located: list[TrackSummary]) -> Markup:
    """Return what was found in one sentence, with the surest position."""
    if not tracks:
        return join("Nothing was tracked in this video.")
    things = "One thing was tracked" if len(tracks) == 1 else f"{len(tracks)} things were tracked"
    if not located:
        return join(f"{things}; none could be placed on the ground.")
    best = min(located, key=_ce90_m)
    place = best.place
    assert place is not None
    position = format_ddm(place.latitude_deg, place.longitude_deg, ce90_m=place.ce90_m)
    when = zulu_text(place.time_us) or f"{clock_text(place.video_time_us)} into the video"
    which = "it" if len(tracks) == 1 else f"track {best.track_id}"
    return join(
        f"{things}, {len(located)} located. The surest position is of {which}: ",
        element("b", position),
        f", {error_text(place.ce90_m)} (90 %), {when}.",
    )


def _ce90_m(track: TrackSummary) -> float:
    assert track.place is not None
    return track.place.ce90_m if np.isfinite(track.place.ce90_m) else np.inf
