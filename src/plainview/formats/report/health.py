"""Health: how good the metadata was, what went wrong and how to mend it, what it was made from."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np

from plainview.formats.report.data import ReportData
from plainview.formats.report.markup import Markup, element, join
from plainview.formats.report.wording import SURFACE_WORDS, clock_text, length_text, percent_text
from plainview.geo import distance_and_bearing

__all__ = ["event_section", "health_section", "provenance_section", "warning_section"]

_MOST_EVENTS: Final = 100
_METHODS: Final = ("exact", "interpolated", "predicted", "held", None)
_BASIS_WORDS: Final = {
    "misp_corrected": "MISP stamp, corrected to UTC",
    "assumed_utc": "the source's stamp, taken for UTC",
    "sidecar": "sidecar file",
    "simulated": "simulated",
    "relative": "gimbal angles on platform attitude",
    "absolute": "angles of the camera itself",
    "north_obliquity": "angle to north and obliquity",
    "corners": "resected from the reported corners",
}


def health_section(data: ReportData) -> Markup:
    """Return what the metadata was worth."""
    rows = [(name, value) for name, value in _health_rows(data) if value]
    table = element(
        "table",
        element(
            "tbody",
            *(
                element("tr", element("th", name, scope="row"), element("td", value))
                for name, value in rows
            ),
        ),
    )
    return element(
        "section", element("h2", "Metadata health"), _method_bar(data), table, id="health"
    )


def _health_rows(data: ReportData) -> Iterable[tuple[str, str | None]]:
    frames, counts = data.frames, data.mission.get("counts") or {}
    n_frames = len(frames)
    n_with_view = sum(method is not None for method in frames.words("view_method"))
    if n_frames:
        share = percent_text(n_with_view / n_frames)
        yield "Frames with metadata", f"{n_with_view} of {n_frames} ({share})"
    yield "Age of the pose", _quantiles_text(frames.numbers("metadata_age_s"))
    yield "Packets", _packets_text(counts)
    for name, column in (
        ("Poses are", "view_method"),
        ("Time comes from", "time_basis"),
        ("Line of sight from", "pose_basis"),
        ("Angle convention", "angle_convention"),
        ("Surface of the frame centre", "surface"),
        ("Slant range is", "slant_range_kind"),
    ):
        yield name, _shares_text(frames.words(column))
    yield "Computed frame centre against the source's own", _residual_text(data)
    residual = frames.numbers("registration_residual_px")
    if np.isfinite(residual).any():
        yield "Registration residual", f"median {np.nanmedian(residual):.2f} px"


def _quantiles_text(age_s: np.ndarray) -> str | None:
    known = age_s[np.isfinite(age_s)]
    if not len(known):
        return None
    middle, high = np.quantile(known, [0.5, 0.95])
    return f"median {middle:.2f} s, 95 % under {high:.2f} s, oldest {known.max():.2f} s"


def _packets_text(counts: Mapping[str, Any]) -> str | None:
    n_packets, n_damaged = counts.get("packets"), counts.get("packets_damaged")
    if not n_packets:
        return "none"
    if not n_damaged:
        return f"{n_packets}, none damaged"
    return f"{n_packets}, {n_damaged} damaged ({percent_text(n_damaged / n_packets)})"


def _shares_text(words: list[str | None]) -> str | None:
    """Return the values of a column with the share of each, commonest first."""
    counts = Counter(word for word in words if word is not None)
    total = sum(counts.values())
    parts = [
        _words(word) + (f" ({percent_text(n / total)})" if len(counts) > 1 else "")
        for word, n in counts.most_common()
    ]
    return ", ".join(parts) or None


def _words(name: str) -> str:
    return _BASIS_WORDS.get(name) or SURFACE_WORDS.get(name) or name.replace("_", " ")


def _residual_text(data: ReportData) -> str | None:
    """Return how far our frame centre lies from the source's own, over the frames."""
    frames = data.frames
    prefixes = ("frame_center", "reported_frame_center")
    ours, theirs = (
        (frames.numbers(f"{prefix}_latitude_deg"), frames.numbers(f"{prefix}_longitude_deg"))
        for prefix in prefixes
    )
    is_known = np.isfinite(ours[0] + ours[1] + theirs[0] + theirs[1])
    if not is_known.any():
        return None
    distance_m, _ = distance_and_bearing(
        (ours[0][is_known], ours[1][is_known]), (theirs[0][is_known], theirs[1][is_known])
    )
    known_m = distance_m[np.isfinite(distance_m)]
    if not len(known_m):
        return None
    middle, high = np.quantile(known_m, [0.5, 0.95])
    return f"median {length_text(middle)}, 95 % under {length_text(high)}"


def _method_bar(data: ReportData) -> Markup | None:
    """Return the shares of the ways that Views were made, as one bar."""
    methods = data.frames.words("view_method")
    if not methods:
        return None
    counts = Counter(methods)
    parts = []
    for method in _METHODS:
        share = counts.get(method, 0) / len(methods)
        if share > 0.0:
            name = method or "none"
            text = f"{'no metadata' if method is None else method} {percent_text(share)}"
            style = f"flex-grow:{share:.4f}"
            parts.append(element("span", text, class_=f"m-{name}", style=style, title=text))
    return element("div", *parts, class_="methodbar")


def warning_section(data: ReportData) -> Markup:
    """Return each warning with what to do about it."""
    warnings = data.mission.get("warnings") or ()
    if not warnings:
        body: Markup = element("p", "There were no warnings.", class_="note")
    else:
        body = element("ul", *(_warning(warning) for warning in warnings), class_="warnings")
    return element("section", element("h2", "Warnings"), body, id="warnings")


def _warning(warning: Mapping[str, Any]) -> Markup:
    count = warning.get("count", 1)
    first = warning.get("first")
    times = "once" if count == 1 else f"{count} times"
    where = (
        f"{times}, first {first}" if first and count != 1 else times if not first else str(first)
    )
    return element(
        "li",
        element("b", str(warning.get("what", warning.get("code", "")))),
        " ",
        element("span", str(warning.get("mend", "")), class_="mend"),
        element("small", element("code", str(warning.get("code", ""))), f" · {where}"),
    )


def event_section(data: ReportData) -> Markup | None:
    """Return the events as a list; None for none."""
    events = sorted(data.events, key=lambda event: event.get("video_time_us") or 0)
    if not events:
        return None
    rows = []
    for event in events[:_MOST_EVENTS]:
        time_us = event.get("video_time_us")
        clock = clock_text(float(time_us)) if isinstance(time_us, int | float) else ""
        rows.append(
            element(
                "tr",
                element("td", clock),
                element("td", element("code", str(event.get("kind", "")))),
                element("td", str(event.get("what", ""))),
            )
        )
    left = len(events) - len(rows)
    note = element("p", f"{left} more stand in events.jsonl.", class_="note") if left else None
    return element(
        "section",
        element("h2", "Events"),
        element("div", element("table", element("tbody", *rows)), class_="scroll"),
        note,
        id="events",
    )


def provenance_section(data: ReportData) -> Markup:
    """Return inputs with their hashes, software and settings."""
    inputs = [
        element(
            "tr",
            element("th", str(entry.get("name", "")), scope="row"),
            element("td", _size_text(entry.get("size"))),
            element("td", element("code", str(entry.get("sha256") or "not hashed"))),
        )
        for entry in data.mission.get("inputs") or ()
    ]
    return element(
        "section",
        element("h2", "Made from"),
        element("p", "Mission ", element("code", str(data.mission.get("mission_id", "")))),
        element("div", element("table", element("tbody", *inputs)), class_="scroll"),
        element(
            "div",
            _pairs("Software", data.mission.get("software") or {}),
            _pairs("Settings", data.mission.get("settings") or {}),
            class_="columns",
        ),
        id="made-from",
    )


def _size_text(size: Any) -> str:
    if not isinstance(size, int):
        return ""
    return f"{size / 1e6:.1f} MB" if size >= 1e5 else f"{size / 1e3:.1f} kB"


def _pairs(title: str, pairs: Mapping[str, Any]) -> Markup:
    rows = [
        element("tr", element("th", str(name), scope="row"), element("td", _value_text(value)))
        for name, value in pairs.items()
        if value is not None
    ]
    return element("div", element("h3", title), element("table", element("tbody", *rows)))


def _value_text(value: Any) -> Markup:
    if isinstance(value, list | tuple):
        return join(", ".join(map(str, value)))
    return join(str(value))
