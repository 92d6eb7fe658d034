"""Trust: what of the source may be believed, with the reason, the proof and what mends it."""

from collections.abc import Mapping
from typing import Any, Final

from plainview.formats.report.data import ReportData
from plainview.formats.report.markup import Markup, element
from plainview.formats.settings_writer import settings_text

__all__ = ["trust_section"]

_PARTS: Final = {
    "position": "Positions",
    "time": "Times",
    "bearing": "Bearings",
    "range": "Slant ranges",
}
_ANSWERS: Final = {True: "trusted", False: "not trusted", None: "undecided"}
_CLASSES: Final = {True: "yes", False: "no", None: "open"}


def trust_section(data: ReportData) -> Markup | None:
    """Return what may be trusted and what not; None for a mission that does not say."""
    trusted = (data.mission.get("location") or {}).get("trusted")
    if not trusted:
        return None
    return element(
        "section",
        element("h2", "What may be trusted"),
        element(
            "ul", *(_part(name, trusted) for name in _PARTS if name in trusted), class_="trust"
        ),
        _correction(trusted.get("correction") or {}),
        id="trust",
    )


def _part(name: str, trusted: Mapping[str, Any]) -> Markup:
    answer = trusted[name]
    proof = (trusted.get("proof") or {}).get(name) or ()
    mend = (trusted.get("mend") or {}).get(name)
    return element(
        "li",
        element("b", f"{_PARTS[name]}: {_ANSWERS[answer]}."),
        " ",
        element("span", str((trusted.get("why") or {}).get(name, ""))),
        element("ul", *(element("li", str(line)) for line in proof), class_="proof")
        if proof
        else None,
        element("p", str(mend), class_="proof") if mend else None,
        class_=_CLASSES[answer],
    )


def _correction(corrections: Mapping[str, Mapping[str, Mapping[str, Any]]]) -> Markup | None:
    """Return the settings that mend what can be mended, as a file to copy."""
    tables: dict[str, dict[str, Any]] = {}
    for correction in corrections.values():
        for table, values in correction.items():
            tables.setdefault(table, {}).update(values)
    if not tables:
        return None
    return element(
        "div",
        element("p", "Settings that mend it (process --settings FILE.toml):"),
        element("pre", element("code", settings_text(tables).strip())),
    )
