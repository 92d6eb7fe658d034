"""What the source recorded of things that plainview never sets, in its own words and bytes."""

import json
from collections.abc import Mapping
from typing import Any, Final

from plainview.formats.report.data import ReportData
from plainview.formats.report.markup import Markup, element
from plainview.formats.time_text import stamp_text

__all__ = ["evidence_section"]

_MOST_ITEMS: Final = 64
_MOST_LETTERS: Final = 120
_NOTE: Final = "Recorded by the source; plainview never sets these. The recording keeps them."
_HEADS: Final = ("Item", "Value as read", "Bytes", "Packets", "First seen", "Last seen")


def evidence_section(data: ReportData) -> Markup | None:
    """Return a table of such items, a row a distinct value; None where there are none."""
    entries = data.mission.get("evidence") or []
    if not entries:
        return None
    rows = [row for entry in entries[:_MOST_ITEMS] for row in _rows(entry)]
    return element(
        "section",
        element("h2", "Recorded by the source"),
        element("p", _NOTE),
        element(
            "table",
            element("thead", element("tr", *(element("th", head, scope="col") for head in _HEADS))),
            element("tbody", *rows),
        ),
        id="evidence",
    )


def _rows(entry: Mapping[str, Any]) -> list[Markup]:
    name = f"{entry['set']} item {entry['place']} ({entry['name'].replace('_', ' ')})"
    rows = [
        _row(
            name if index == 0 else "",
            (_cut(json.dumps(value["value"])), _cut(value["raw"])),
            value,
        )
        for index, value in enumerate(entry["values"])
    ]
    if entry["packets_of_other_values"]:
        others = {"packets": entry["packets_of_other_values"]}
        rows.append(_row("" if rows else name, ("other values", "in the recording"), others))
    return rows


def _row(name: str, value: tuple[str, str], seen: Mapping[str, Any]) -> Markup:
    times = (stamp_text(seen.get(key)) for key in ("first_time_us", "last_time_us"))
    cells = (*value, str(seen["packets"]), *times)
    head = element("th", name, scope="row") if name else element("td")
    return element("tr", head, *(element("td", cell) for cell in cells))


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[:_MOST_LETTERS]}…"
