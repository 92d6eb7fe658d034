"""What ``plainview inspect`` says to a person."""

import json
from collections.abc import Iterator
from typing import Any, Final

from plainview.formats.settings_writer import settings_text
from plainview.formats.time_text import stamp_text
from plainview.mission.inspect_health_text import health_lines
from plainview.mission.inspect_lines import aligned_lines, count_text, problem_lines, wrapped_lines
from plainview.mission.inspect_logs import sidecar_lines

__all__ = ["DAMAGE_WORDS", "corrections_of", "inspect_text", "length_text"]

DAMAGE_WORDS: Final = {
    "garbage": "Bytes in a metadata stream belong to no packet",
    "truncated": "Metadata packets are cut short",
    "length": "Metadata packets have a broken length",
    "label": "Metadata packets have a damaged label",
    "stray_element": "Single metadata elements stand outside any packet",
    "checksum": "The checksum of metadata packets does not fit",
    "checksum_missing": "Metadata packets have no checksum where their standard asks for one",
    "item_overrun": "Metadata items run over the end of their packet",
    "item_length": "Metadata items have another length than their standard gives them",
    "item_value": "Metadata items hold what their standard does not allow",
    "item_repeated": "Metadata items stand twice in a packet that may have them once",
    "item_unknown": "Metadata items are not in their standard",
    "item_missing": "Metadata items that must be there are missing",
    "implausible": "Metadata values contradict each other or what came before",
}
"""Kind of damage in words."""

_CONTAINERS: Final = {
    "mpegts": "MPEG transport stream",
    "mov": "MP4 or QuickTime",
    "matroska": "Matroska",
    "klv": "raw KLV",
}
_POSES: Final = {
    "relative": "gimbal angles on the platform's attitude",
    "absolute": "angles of the camera from north and the horizon",
    "north_obliquity": "angle to north and obliquity; roll taken as level",
    "corners": "resected from the reported corners",
}
_TIMES: Final = {
    "misp_corrected": "stamps as sent; the source says how they are corrected to UTC",
    "assumed_utc": "stamps as sent, taken for UTC: the source does not tie them to it",
    "sidecar": "from a sidecar file",
    "simulated": "simulated",
}
_CONVENTIONS: Final = {
    "st0601": "angles as ST 0601 says",
    "eg0104": "angles as EG 0104 says",
    "north_referenced": "angles from north and the horizon",
    "horizon_stabilised": "angles from the platform's heading and the horizon",
    "undecided": "undecided: no line of sight is made",
}
_PAIRED_BY: Final = {
    "program": "its program's own",
    "descriptor": "by the descriptors",
    "order": "by the order of the PIDs",
    "shared": "one stream for several cameras, and nothing says which",
}
_PARTS: Final = ("position", "time", "bearing", "range")
_ANSWERS: Final = {True: "may be trusted", False: "not to be trusted", None: "undecided"}
_MOST_VALUES: Final = 4
_MOST_LETTERS: Final = 34

Lines = Iterator[tuple[str, str]]
"""A name and what it is; an empty name goes on with the one before."""


def inspect_text(result: dict[str, Any]) -> str:
    """Return the result of `inspect_file` in lines, aligned, a part after another."""
    container = _CONTAINERS.get(result["container"], result["container"])
    lines = [f"{result['file']}: {container}, {_size_text(result['size_bytes'])}"]
    parts = (
        ("streams", _stream_lines(result)),
        ("metadata", _metadata_lines(result)),
        ("beside the video", sidecar_lines(result["sidecar"])),
        ("location", _location_lines(result)),
        ("health", health_lines(result)),
        ("recorded by the source; plainview never sets these", _evidence_lines(result)),
    )
    for title, told in parts:
        lines += aligned_lines(title, list(told))
    lines += _silent_lines(result) + problem_lines(result["warnings"]) + _trust_lines(result)
    return "\n".join(lines)


def _size_text(size_bytes: int) -> str:
    for unit, size in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size_bytes >= size:
            return f"{size_bytes / size:.2f} {unit}"
    return f"{size_bytes} bytes"


def _stream_lines(result: dict[str, Any]) -> Lines:
    for stream in result["streams"]:
        codec = None if stream["codec"] == stream["kind"] else stream["codec"]
        parts = [stream["kind"], codec, stream["carriage"], stream["details"]]
        yield str(stream["stream"]), ", ".join(part for part in parts if part)
    video = result["video"]
    if video is None:
        yield "video", "none; `plainview process` needs some"
        return
    rate = "" if video["rate_hz"] is None else f", {video['rate_hz']:.2f} pictures/s"
    size = f"{video['width_px']}x{video['height_px']}"
    pictures = count_text(video["n_pictures"], "picture")
    yield "video", f"{size}{rate}, {pictures} in {video['duration_s']:.1f} s"
    yield from _camera_lines(result["cameras"])


def _camera_lines(cameras: list[dict[str, Any]]) -> Lines:
    """Yield a line a camera, where there are several."""
    for camera in cameras:
        parts = [f"stream {camera['stream']}", f"{camera['width_px']}x{camera['height_px']}"]
        if camera["rate_hz"] is not None:
            parts.append(f"{camera['rate_hz']:.2f} pictures/s")
        if camera["starts_after_s"]:
            parts.append(f"starts {camera['starts_after_s']:.2f} s later")
        if camera is not cameras[0] and camera["same_stamp_fraction"] is not None:
            share = _share_text(camera["same_stamp_fraction"])
            parts.append(f"{share} of its pictures have the stamp of one of {cameras[0]['name']}")
        streams = ", ".join(map(str, camera["metadata_streams"]))
        how = _PAIRED_BY.get(camera["metadata_by"] or "", "")
        parts.append(f"metadata of stream {streams} ({how})" if streams else "no metadata")
        yield camera["name"], "; ".join(parts)


def _metadata_lines(result: dict[str, Any]) -> Lines:
    metadata = result["metadata"]
    if not metadata["packets"]:
        yield "packets", "none"
        return
    sets = ", ".join(f"{n} {name}" for name, n in metadata["sets"].items())
    packets = count_text(metadata["packets"], "packet")
    items = count_text(len(metadata["items"]), "kind") + " of item"
    yield "packets", f"{packets} ({sets}), {metadata['packets_damaged']} damaged, {items}"
    for coverage in metadata["coverage"]:
        yield "coverage", _coverage_text(coverage)
    first, last = metadata["first_time_us"], metadata["last_time_us"]
    if first is not None:
        yield "time", f"{stamp_text(first)} to {stamp_text(last)}"
        if metadata["time_basis"]:
            yield "", _TIMES.get(metadata["time_basis"], metadata["time_basis"])
    yield "pose", _pose_text(metadata)
    names = ("mission_id", "platform_designation", "platform_tail_number", "image_source")
    said = [str(metadata[name]) for name in names if metadata[name]]
    if said:
        yield "source", ", ".join(said)
    yield "marking", metadata["security_marking"] or "not marked"
    if metadata["core_identifier"]:
        yield "identity", metadata["core_identifier"]


def _coverage_text(coverage: dict[str, Any]) -> str:
    parts = [f"stream {coverage['stream']}:"]
    if coverage["covered_fraction"] is None:
        return f"{parts[0]} there is no video to cover"
    parts.append(f"{_share_text(coverage['covered_fraction'])} of the video")
    if coverage["longest_gap_s"] is not None:
        parts.append(f"longest gap {coverage['longest_gap_s']:.2f} s")
    if coverage["n_without_time"]:
        parts.append(f"{count_text(coverage['n_without_time'], 'payload')} without a stamp")
    return f"{parts[0]} {', '.join(parts[1:])}"


def _share_text(fraction: float) -> str:
    """Return a share in percent that is 0 or 100 only where it is so."""
    percent = 100.0 * fraction
    if 0.0 < percent < 1.0:
        return "under 1 %"
    return f"{int(percent)} %" if percent > 99.0 else f"{percent:.0f} %"


def _pose_text(metadata: dict[str, Any]) -> str:
    if metadata["pose_basis"] is None:
        return "not known: no packet that can be believed says how the camera looked"
    basis = _POSES.get(metadata["pose_basis"], metadata["pose_basis"])
    sampled = metadata["sampled"]
    n, seen = (metadata["packets"], "") if sampled is None else (sampled["packets"], "looked at ")
    return f"{basis}; {metadata['views_located']} of {n} packets {seen}can locate"


def _location_lines(result: dict[str, Any]) -> Lines:
    if not result["metadata"]["packets"]:
        return
    location = result["location"]
    residual = location["residual_m"]
    if residual["median"] is None:
        yield "residual", "not known: the source gives no frame centre to compare ours with"
    else:
        yield (
            "residual",
            f"our frame centre lies {length_text(residual['median'])} (median),"
            f" {length_text(residual['p95'])} (95 %) from the source's own",
        )
    if location["angle_convention"]:
        convention = _CONVENTIONS.get(location["angle_convention"], location["angle_convention"])
        height = location["height_datum"] or "not known"
        north = f"; headings from {location['north']} north" if location["north"] else ""
        yield "read as", f"{convention}{north}; heights above: {height}"
        yield "range", _range_text(location["range_kind"])
    yield from _picture_lines(location)


def _picture_lines(location: dict[str, Any]) -> Lines:
    """Yield how much of the pictures was looked at, and why no more."""
    pictures = location["pictures"]
    if pictures["failure"]:
        yield "pictures", f"none could be looked at: {pictures['failure']}"
    elif pictures["seen_s"]:
        yield "pictures", f"{pictures['seen_s']:.0f} s looked at, where the camera moves most"


def _range_text(kind: Any) -> str:
    words = {None: "not given", "ambiguous": "the source does not say whether it was measured"}
    if isinstance(kind, list):
        return ", ".join(kind)
    return words.get(kind) or f"{kind} by the source"


def length_text(length_m: float) -> str:
    """Return a length in metres, or kilometres from one on."""
    return f"{length_m:.1f} m" if length_m < 1000.0 else f"{length_m / 1000.0:,.1f} km"


def _evidence_lines(result: dict[str, Any]) -> Lines:
    for entry in result["evidence"]:
        name = f"item {entry['place']}"
        if entry["set"] != "ST0601":
            name = f"{entry['set']} {name}"
        span = f"{stamp_text(entry['first_time_us'])} to {stamp_text(entry['last_time_us'])}"
        told = [
            f"{_value_text(value)} ({count_text(value['packets'], 'packet')})"
            for value in entry["values"][:_MOST_VALUES]
        ]
        n_further = len(entry["values"]) - _MOST_VALUES
        if n_further > 0 or entry["packets_of_other_values"]:
            told.append("further values: `--json` has the first ones, the file has all")
        yield name, f"{entry['name']}, {span}"
        yield from (("", line) for line in told)


def _value_text(value: dict[str, Any]) -> str:
    if not value["raw"]:
        return "empty, which says nothing"
    return f"{_cut(json.dumps(value['value']))}, bytes {_cut(value['raw'])}"


def _cut(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else f"{text[: _MOST_LETTERS - 1]}…"


def _silent_lines(result: dict[str, Any]) -> list[str]:
    """Return what another reader would get wrong without a word."""
    lines = ["what another reader would get silently wrong"] * bool(result["silent_errors"])
    for row in result["silent_errors"]:
        lines += wrapped_lines(f"- {row['what']} ({row['count']})", indent=2, hang=2)
    return lines


def _trust_lines(result: dict[str, Any]) -> list[str]:
    """Return what may be trusted and what not, each with reason, proof and what mends it."""
    if not result["metadata"]["packets"]:
        return []
    trusted, lines = result["location"]["trusted"], ["what may be trusted"]
    for part in _PARTS:
        lines += wrapped_lines(
            f"{part}: {_ANSWERS[trusted[part]]}. {trusted['why'][part]}", indent=2
        )
        for proof in trusted["proof"][part]:
            lines += wrapped_lines(f"- {proof}", indent=4, hang=2)
        lines += wrapped_lines(_mend_text(trusted, part), indent=4, hang=3)
    corrections = corrections_of(result)
    if corrections:
        lines.append("corrections; `--fix FILE.toml` writes them as settings for `process`")
        text = settings_text(corrections).strip().splitlines()
        lines += [f"  {line}" for line in text if line]
    return lines


def _mend_text(trusted: dict[str, Any], part: str) -> str:
    """Return what mends one part: settings, and what a person can do; empty where nothing."""
    settings = [
        f"[{table}] " + ", ".join(settings_text({table: values}).strip().splitlines()[1:])
        for table, values in trusted["correction"].get(part, {}).items()
    ]
    told = [f"{'; '.join(settings)}."] if settings else []
    told += [trusted["mend"][part]] if part in trusted["mend"] else []
    return f"=> {' '.join(told)}" if told else ""


def corrections_of(result: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Return the settings that the result of `inspect_file` proposes, by table."""
    tables: dict[str, dict[str, Any]] = {}
    for proposed in result["location"]["trusted"]["correction"].values():
        for table, values in proposed.items():
            tables.setdefault(table, {}).update(values)
    return tables
