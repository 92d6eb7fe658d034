"""What ``inspect`` says of completeness, stamps, damage and the platform, in lines."""

from collections.abc import Iterator
from typing import Any, Final

__all__ = ["health_lines", "motion_lines"]

_MOST: Final = 6
_UNITS: Final = {
    "speed_m_s": ("speed", "m/s"),
    "turn_deg_s": ("turn", "degrees/s"),
    "climb_m_s": ("climb", "m/s"),
}

Lines = Iterator[tuple[str, str]]


def health_lines(result: dict[str, Any]) -> Lines:
    """Yield a name and what it is; an empty name goes on with the one before."""
    metadata = result["metadata"]
    if not metadata["packets"]:
        return
    yield from _standard_lines(metadata)
    yield from _minimum_lines(result["minimum_set"])
    for stamps in result["stamps"]["metadata"]:
        yield from _stamp_lines(stamps)
    yield from _picture_stamp_lines(result["stamps"]["pictures"])
    yield from motion_lines(result["plausibility"]["motion"])
    yield from _terrain_lines(result["plausibility"]["terrain"])
    yield from _damage_lines(metadata)
    sampled = metadata["sampled"]
    if sampled is not None:
        yield "looked at", f"{sampled['packets']} of {sampled['of']} packets one by one"
        yield "", "(poses, readings and contradictions); counts, stamps and sums of all"


def _standard_lines(metadata: dict[str, Any]) -> Lines:
    versions = [f"{version} in {n} packets" for version, n in metadata["versions"].items()]
    if versions:
        yield "version", f"of ST 0601: {_listed(versions)}"


def _minimum_lines(table: dict[str, Any] | None) -> Lines:
    if table is None:
        return
    yield "minimum set", f"ST 0902: {table['present']} of {table['groups']} are sent"
    if table["missing"]:
        yield "", f"never: {_listed(table['missing'])}"
    if table["late"]:
        yield "", f"not every 30 s: {_listed(table['late'])}"
    partly = [
        f"{row['name']} ({100.0 * row['share']:.0f} %)"
        for row in table["items"]
        if 0.0 < row["share"] < 0.995
    ]
    if partly:
        yield "", f"in a part of the packets: {_listed(partly)}"


def _stamp_lines(stamps: dict[str, Any]) -> Lines:
    parts = [f"stream {stamps['stream']}:"]
    if stamps["rate_hz"] is None:
        yield "stamps", f"{parts[0]} too few to tell a rate"
        return
    parts.append(f"{stamps['rate_hz']:.4g} a second, longest gap {stamps['longest_gap_s']:.2f} s")
    for name, words in (
        ("without_stamp", "without"),
        ("backward", "go back"),
        ("repeated", "twice"),
    ):
        if stamps[name]:
            parts.append(f"{stamps[name]} {words}")
    yield "stamps", f"{parts[0]} {', '.join(parts[1:])}"
    yield from _drift_lines(stamps)


def _drift_lines(stamps: dict[str, Any]) -> Lines:
    drift = stamps["drift"]
    if drift is not None:
        width = max(drift["half_width_95_ppm"], 0.001)
        yield (
            "drift",
            f"{drift['ppm']:+.3g} ± {width:.2g} ppm of the metadata's clock against the video's"
            f" over {drift['span_s']:.0f} s",
        )
    if stamps["steps"]:
        told = [f"{each['by_s']:+.2f} s" for each in stamps["first_steps"]]
        yield "steps", f"{stamps['steps']} between the two clocks: {_listed(told)}"


def _picture_stamp_lines(pictures: dict[str, Any] | None) -> Lines:
    if pictures is None:
        return
    if not pictures["stamped"]:
        yield "ST 0604", f"no stamp in {pictures['looked_at']} pictures looked at"
        return
    told = f"stamps in {pictures['stamped']} of {pictures['looked_at']} pictures looked at"
    clock = f"clock locked in {pictures['locked']}"
    if pictures["locked"] in (0, pictures["stamped"]):
        clock = "clock locked" if pictures["locked"] else "clock not locked"
    yield "ST 0604", f"{told}, {clock}"


def motion_lines(motion: dict[str, Any] | None) -> Lines:
    """Yield how a platform moves, and what of it no platform does."""
    if motion is None:
        return
    parts = [
        f"{_UNITS[name][0]} {row['median']:.3g} (at most {row['highest']:.3g}) {_UNITS[name][1]}"
        for name, row in motion.items()
    ]
    yield "platform", "; ".join(parts)
    for name, row in motion.items():
        if row["beyond"] or row["jumps"]:
            word, unit = _UNITS[name]
            yield (
                "",
                f"NOT PLAUSIBLE: {word} over {row['limit']:.0f} {unit} in {row['beyond']} seconds,"
                f" {row['jumps']} jumps",
            )


def _terrain_lines(terrain: dict[str, Any] | None) -> Lines:
    if terrain is None:
        return
    if not terrain["views"]:
        yield "terrain", "no pose lies on the height model"
        return
    yield (
        "terrain",
        f"{terrain['median_m']:.0f} m below (median), lowest {terrain['lowest_m']:.0f} m",
    )
    if terrain["below"]:
        yield "", f"NOT PLAUSIBLE: under the ground in {terrain['below']} of {terrain['views']}"


def _damage_lines(metadata: dict[str, Any]) -> Lines:
    told = [f"{place.replace('_', ' ')} ({n})" for place, n in metadata["damage_places"].items()]
    if told:
        yield "damage", _listed(told)


def _listed(told: list[str]) -> str:
    """Return the first of a list in words."""
    rest = len(told) - _MOST
    return ", ".join(told[:_MOST]) + (f" and {rest} more" if rest > 0 else "")
