"""Source health: streams, rates, gaps, drift, damage and traps of each file, folded."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from plainview.formats.report.data import ReportData
from plainview.formats.report.markup import Markup, element, join
from plainview.formats.report.wording import percent_text

__all__ = ["source_health_section"]

_MOST_PLACES: Final = 12
_MOST_FILES_OPEN: Final = 1
_NOTABLE_GAP_S: Final = 3.0
_NOTABLE_DRIFT_PPM: Final = 200.0
"""Crystal oscillators are far below; what is beyond comes from a clock that is put right."""
_STAMP_FAULTS: Final = (
    ("without_stamp", "without a stamp"),
    ("backward", "go back"),
    ("repeated", "stand twice"),
)


def source_health_section(data: ReportData) -> Markup | None:
    """Return how healthy each file is; None for a mission that does not say."""
    files = data.mission.get("source_health")
    if not files:
        return None
    is_open = len(files) <= _MOST_FILES_OPEN
    return element(
        "section",
        element("h2", "Source health"),
        element(
            "p",
            "Counted over the whole files, as plainview inspect does. It says how they are made,"
            " not whether they are right.",
            class_="note",
        ),
        *(_file(each, is_open=is_open) for each in files),
        id="source-health",
    )


def _file(health: Mapping[str, Any], *, is_open: bool) -> Markup:
    """Return one file, folded: a line that says whether anything is amiss, and the rest."""
    if health.get("failure"):
        return element("p", element("b", str(health["file"])), f" {health['failure']}")
    amiss = list(_amiss(health))
    verdict = "; ".join(amiss) if amiss else "nothing amiss"
    summary = element(
        "summary", element("b", str(health["file"])), " ", element("span", f"– {verdict}")
    )
    parts = (
        _table("Streams", ("stream", "what", "carried"), _stream_rows(health)),
        _table("Metadata", ("stream", "rate", "gaps", "clock"), _stamp_rows(health)),
        _minimum(health.get("minimum_set")),
        _table("Damage", ("what", "where", "times", "first"), _damage_rows(health)),
        _silent(health.get("silent_errors") or ()),
    )
    body = element(
        "div", *(element("div", part) for part in parts if part is not None), class_="health"
    )
    return element("details", summary, body, open=is_open)


def _amiss(health: Mapping[str, Any]) -> Iterator[str]:
    """Yield what a reader should look at, shortest first."""
    metadata = health["metadata"]
    n_packets, n_damaged = metadata["packets"], metadata["packets_damaged"]
    if not n_packets:
        yield "no metadata in the file"
    elif n_damaged:
        yield f"{n_damaged} of {n_packets} packets damaged ({percent_text(n_damaged / n_packets)})"
    transport = health.get("transport") or {}
    if transport.get("missing_packets_at"):
        yield f"transport packets missing at {transport['missing_packets_at']} places"
    gaps = [_gap_s(each) for each in metadata["coverage"]]
    if any(gap_s >= _NOTABLE_GAP_S for gap_s in gaps):
        yield f"a gap of {max(gaps):.1f} s in the metadata"
    for stamps in health["stamps"]["metadata"]:
        drift = stamps["drift"]
        least_ppm = abs(drift["ppm"]) - drift["half_width_95_ppm"] if drift else 0.0
        if least_ppm > _NOTABLE_DRIFT_PPM:
            yield f"the metadata's clock drifts by {drift['ppm']:+.0f} ppm"
        if stamps["steps"]:
            yield f"{stamps['steps']} steps between the clocks"
    table = health.get("minimum_set")
    if table and table["missing"]:
        yield f"{len(table['missing'])} of {table['groups']} of the minimum set never sent"


def _gap_s(coverage: Mapping[str, Any]) -> float:
    return float(coverage["longest_gap_s"] or 0.0)


def _stream_rows(health: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    for stream in health["streams"]:
        names = dict.fromkeys(str(stream[name]) for name in ("kind", "codec") if stream[name])
        what = " ".join(names)
        carried = [stream.get("carriage"), stream.get("details")]
        yield str(stream["stream"]), what, ", ".join(str(each) for each in carried if each)


def _stamp_rows(health: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield rate, gaps and clock of each stream of metadata."""
    coverage = {each["stream"]: each for each in health["metadata"]["coverage"]}
    for stamps in health["stamps"]["metadata"]:
        rate = "too few to tell"
        if stamps["rate_hz"] is not None:
            rate = f"{stamps['rate_hz']:.4g} a second"
        of_stream = coverage.get(stamps["stream"], {})
        yield str(stamps["stream"]), rate, _gap_text(stamps, of_stream), _clock_text(stamps)


def _gap_text(stamps: Mapping[str, Any], coverage: Mapping[str, Any]) -> str:
    parts = []
    if stamps["longest_gap_s"] is not None:
        parts.append(f"longest {stamps['longest_gap_s']:.2f} s")
    if coverage.get("covered_fraction") is not None:
        parts.append(f"covers {percent_text(coverage['covered_fraction'])} of the video")
    parts += [f"{stamps[name]} {words}" for name, words in _STAMP_FAULTS if stamps[name]]
    return ", ".join(parts) or "not known"


def _clock_text(stamps: Mapping[str, Any]) -> str:
    drift = stamps["drift"]
    parts = []
    if drift is not None:
        width = max(drift["half_width_95_ppm"], 0.001)
        parts.append(f"drift {drift['ppm']:+.3g} ± {width:.2g} ppm over {drift['span_s']:.0f} s")
    if stamps["steps"]:
        told = ", ".join(f"{each['by_s']:+.2f} s" for each in stamps["first_steps"])
        parts.append(f"{stamps['steps']} steps ({told})")
    return ", ".join(parts) or "drift not known"


def _minimum(table: Mapping[str, Any] | None) -> Markup | None:
    """Return how complete the minimum set is (ST 0902); a count, no claim of compliance."""
    if table is None:
        return None
    told = [f"{table['present']} of {table['groups']} things of the minimum set are sent."]
    partly = [
        f"{row['name']} ({percent_text(row['share'])})"
        for row in table["items"]
        if 0.0 < row["share"] < 0.995
    ]
    for words, names in (
        ("Never sent", table["missing"]),
        ("Not within every 30 s", table["late"]),
        ("In a part of the packets", partly),
    ):
        if names:
            told.append(f"{words}: {', '.join(names).replace('_', ' ')}.")
    return join(element("h3", "Completeness (ST 0902)"), element("p", " ".join(told)))


def _damage_rows(health: Mapping[str, Any]) -> Iterator[tuple[str, ...]]:
    """Yield the kinds and places of damage: of the transport, then of packets, most first."""
    transport, metadata = health.get("transport") or {}, health["metadata"]
    first_byte = (transport.get("oddities") or {}).get("continuity", {}).get("first_byte")
    if transport.get("missing_packets_at"):
        first = "" if first_byte is None else f"byte {first_byte}"
        yield "missing packets", "transport stream", str(transport["missing_packets_at"]), first
    if transport.get("lost_bytes"):
        yield "bytes of no packet", "transport stream", str(transport["lost_bytes"]), ""
    places = list(metadata["damage_places"].items())
    for place, count in places[:_MOST_PLACES]:
        kind, _, where = place.partition(" ")
        first = str(metadata["first_damage"].get(kind, "")).partition(",")[0]
        yield kind.replace("_", " "), where, str(count), first
    if len(places) > _MOST_PLACES:
        yield f"and {len(places) - _MOST_PLACES} more", "plainview inspect lists them", "", ""


def _silent(traps: Sequence[Mapping[str, Any]]) -> Markup | None:
    """Return what another reader would get wrong without a word."""
    if not traps:
        return None
    rows = (
        element("li", str(each["what"]), " ", element("small", f"({each['count']})"))
        for each in traps
    )
    return join(element("h3", "What another reader would get silently wrong"), element("ul", *rows))


def _table(title: str, heads: Sequence[str], rows: Iterator[tuple[str, ...]]) -> Markup | None:
    """Return a titled table; None where it has no row."""
    body = [element("tr", *(element("td", cell) for cell in row)) for row in rows]
    if not body:
        return None
    head = element("thead", element("tr", *(element("th", each) for each in heads)))
    table = element("table", head, element("tbody", *body))
    return join(element("h3", title), element("div", table, class_="scroll"))
