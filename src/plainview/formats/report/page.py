"""The page: all sections of a report in one file that needs nothing else."""

from importlib import resources
from typing import Final

from plainview.formats.report.data import ReportData
from plainview.formats.report.evidence import evidence_section
from plainview.formats.report.health import (
    event_section,
    health_section,
    provenance_section,
    warning_section,
)
from plainview.formats.report.map_svg import map_section
from plainview.formats.report.markup import Markup, element, join
from plainview.formats.report.overview import header, marking_text, mission_title, summary_strip
from plainview.formats.report.source_health import source_health_section
from plainview.formats.report.timeline import timeline_section
from plainview.formats.report.track_cards import track_section
from plainview.formats.report.trust import trust_section

__all__ = ["render_report"]

_POLICY: Final = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; script-src 'unsafe-inline'"
)
"""A browser that honours it fetches nothing, whatever stands in the page."""


def render_report(data: ReportData) -> str:
    """Return the report of a mission as one HTML page."""
    tracks = data.tracks
    banner = element("div", marking_text(data), class_="marking")
    found_map = map_section(data, tracks)
    body = element(
        "body",
        banner,
        element(
            "main",
            header(data),
            summary_strip(data, tracks),
            found_map or _no_map(),
            track_section(data, tracks),
            timeline_section(data, tracks),
            warning_section(data),
            trust_section(data),
            health_section(data),
            source_health_section(data),
            event_section(data),
            evidence_section(data),
            provenance_section(data),
            _footer(data),
        ),
        element("div", marking_text(data), class_="marking bottom"),
        element("script", _asset("map.js")) if found_map else None,
    )
    return f"<!DOCTYPE html>\n{element('html', _head(data), body, lang='en')}\n"


def _asset(name: str) -> Markup:
    """Return a file of the package as it is; it has nothing in it that comes from a mission."""
    file = resources.files("plainview.formats.report").joinpath(name)
    return Markup(file.read_text(encoding="utf-8"))


def _head(data: ReportData) -> Markup:
    return element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        Markup(f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}"/>'),
        element("meta", name="color-scheme", content="light dark"),
        element("title", f"{mission_title(data)} – mission report"),
        element("style", _asset("style.css"), _page_marking(marking_text(data))),
    )


def _page_marking(marking: str) -> Markup:
    """Return the style that puts the marking at head and foot of each printed page."""
    text = "".join(c if c.isascii() and c.isalnum() else f"\\{ord(c):06x}" for c in marking)
    box = f'{{ content: "{text}"; font: 700 9pt sans-serif; letter-spacing: .08em; }}'
    return Markup(f"@page {{ @top-center {box} @bottom-center {box} }}")


def _no_map() -> Markup:
    return element(
        "p",
        "There is no map: the video carries no position. Tracks are known in the picture only.",
        class_="nomap",
    )


def _footer(data: ReportData) -> Markup:
    version = (data.mission.get("software") or {}).get("plainview", "")
    return element(
        "footer",
        join(
            "Positions are WGS84. An error of “90 %” is the radius that holds the true place nine "
            "times in ten; the ellipse holds it nineteen times in twenty. Both rest on the errors "
            "named with each track and are no better than those. A track is what the program "
            "followed; what it is was not decided. ",
            f"Made by plainview {version}".rstrip() + ".",
        ),
    )
