"""The parts of a score as tables for a person: by range, signal, look angle, camera and thing."""

from collections.abc import Callable, Iterator
from typing import Any, Final

from plainview.mission.score_text import score_text

__all__ = ["flight_score_text"]

Table = list[list[str]]
Row = dict[str, Any]

_MOST_THINGS: Final = 12
_UNKNOWN: Final = "-"


def flight_score_text(result: dict[str, Any]) -> str:
    """Return the result of `score_mission` with its tables; ``--json`` has all of it."""
    parts = (_detection, _alarms, _position, _sight, _time_on_target, _cameras, _not_scored)
    tables = [line for part in parts for line in part(result)]
    return "\n".join([score_text(result), *tables])


def _aligned(title: list[str], rows: Table) -> Iterator[str]:
    """Yield a head and its rows, the first column to the left and the others to the right."""
    cells = [title, *([f"  {row[0]}", *row[1:]] for row in rows)]
    widths = [max(len(row[column]) for row in cells) for column in range(len(title))]
    for row in cells:
        first = row[0].ljust(widths[0])
        others = [cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True)]
        yield "  ".join([first, *others]).rstrip()


def _percent(share: float | None) -> str:
    return _UNKNOWN if share is None else f"{100.0 * share:.0f} %"


def _between(low: float, high: float) -> str:
    return f"{100.0 * low:.0f} to {100.0 * high:.0f} %"


def _bin(row: Row | None, unit: str = "") -> str:
    if row is None:
        return "all"
    low, high, unit = row["at_least"], row["below"], f" {unit}".rstrip()
    if low is None or high is None:
        return f"below {high:g}{unit}" if low is None else f"from {low:g}{unit}"
    return f"{low:g} to {high:g}{unit}"


def _place(row: Row) -> tuple[float | None, float | None, str | None]:
    return row["at_least"], row["below"], row["kind"]


def _detection(result: dict[str, Any]) -> Iterator[str]:
    found = result["detection"]
    if found["frames"]["overall"] is None:
        return
    within = f"found in {result['rules']['found_within_s']:g} s"
    yield ""
    yield from _aligned(
        ["detection", "things", "frames", "detected in", "95 %", within, "95 %"],
        [
            _shares(frame, _of_same_bin(found, frame, key), frame["kind"] or _bin(frame, unit))
            for key, unit in (("by_kind", ""), ("by_range_m", "m"), ("by_signal_to_noise", "s/n"))
            for frame in found["frames"][key] or ()
        ],
    )
    yield (
        "  (frames that show a thing and have a confirmed track on it, coasting aside;"
        " 95 %: by thing)"
    )


def _of_same_bin(found: dict[str, Any], frame: Row, key: str) -> Row | None:
    rows = found["appearances"][key] or ()
    return next((row for row in rows if _place(row) == _place(frame)), None)


def _shares(frame: Row, sight: Row | None, name: str) -> list[str]:
    return [
        name,
        f"{frame['things']}",
        f"{frame['trials']}",
        _percent(frame["share"]),
        _between(frame["low"], frame["high"]),
        _UNKNOWN if sight is None else f"{sight['successes']} of {sight['trials']}",
        _UNKNOWN if sight is None else _between(sight["low"], sight["high"]),
    ]


def _alarms(result: dict[str, Any]) -> Iterator[str]:
    alarms, held = result["false_alarms"], result["continuity"]
    yield ""
    if alarms["per_hour"] is not None:
        yield f"false alarms: {_rate(alarms)}, of {_duration(alarms['observed_hours'])}"
    if held["things"]:
        longest = f"; longest gap {held['longest_gap_s']:.1f} s" if held["gaps"] else ""
        yield (
            "unbroken: one track for"
            f" {_percent(held['median_longest_unbroken_share'])} of a thing's time (median;"
            f" least {_percent(held['least_longest_unbroken_share'])}){longest}"
        )


def _duration(hours: float) -> str:
    return f"{hours:.3g} camera hours" if hours >= 1.0 else f"{3600.0 * hours:.0f} camera seconds"


def _rate(alarms: Row) -> str:
    rate, low, high = (_hourly(alarms[name]) for name in ("per_hour", "low", "high"))
    return f"{rate} an hour (95 %: {low} to {high})"


def _hourly(rate: float) -> str:
    return f"{rate:.0f}" if rate >= 100.0 else f"{rate:.3g}"


def _position(result: dict[str, Any]) -> Iterator[str]:
    placed = result["position"]
    rows = [
        _places(row, _bin(row[key], unit))
        for part, key, unit in (("by_range", "range_m", "m"), ("by_depression", *_LOOK))
        for row in placed[part] or ()
    ]
    if rows:
        yield ""
        yield from _aligned(
            ["position", "things", "places", "m off 50, 95 %", "predicted", *_CALIBRATION], rows
        )
        yield (
            "  (truths inside the ellipses that promise so many; squared: error² over covariance,"
            " median, 1.39)"
        )


_LOOK: Final = ("depression_deg", "deg down")
_CALIBRATION: Final = ("in 50, 90, 95 %", "squared")


def _places(row: Row, name: str) -> list[str]:
    inside = [100.0 * row[f"inside_{percent}_ellipse"] for percent in (50, 90, 95)]
    return [
        name,
        f"{row['things']}",
        f"{row['places']}",
        _metres(row["error_m"]),
        _metres(row["predicted_error_m"]),
        ", ".join(f"{share:.0f}" for share in inside),
        f"{row['median_normalised_error_squared']:.2f}",
    ]


def _metres(error: Row | None) -> str:
    return _UNKNOWN if error is None else f"{error['median']:.1f}, {error['p95']:.1f}"


def _angle(mrad: float) -> str:
    return f"{mrad:.2f} mrad" if abs(mrad) >= 0.1 else f"{1e3 * mrad:.1f} urad"


def _sight(result: dict[str, Any]) -> Iterator[str]:
    sight, place = result["line_of_sight"], result["sensor_position"]
    if sight is not None:
        yield ""
        yield (
            f"line of sight  rms {_angle(sight['rms_mrad'])}, 95 % {_angle(sight['p95_mrad'])}"
            f" ({sight['frames']} frames)"
        )
        yield f"  {_axis(sight, 'right', 'left')}; {_axis(sight, 'up', 'down')}"
        yield f"  {_stated(sight)}"
    if place is not None:
        yield (
            f"camera's place rms {place['rms_horizontal_m']:.1f} m across,"
            f" {place['rms_vertical_m']:.1f} m in height"
        )


def _axis(sight: Row, positive: str, negative: str) -> str:
    mean = sight[f"mean_{positive}_mrad"]
    side = positive if mean >= 0.0 else negative
    scatter = _angle(sight[f"scatter_{positive}_mrad"])
    return f"{_angle(abs(mean))} {side}, scatter {scatter}"


def _stated(sight: Row) -> str:
    if sight["stated_rms_mrad"] is None:
        return "no 1-sigma stated"
    inside = _percent(sight["inside_95_ellipse"])
    stated = _angle(sight["stated_rms_mrad"])
    return f"stated: rms {stated}; {inside} of the frames in the 95 % ellipse (one draw a flight)"


def _time_on_target(result: dict[str, Any]) -> Iterator[str]:
    time = result["time_on_target"]
    if time is None or not time["each"]:
        return
    things = time["each"]
    yield ""
    yield from _aligned(
        [f"time on target, of {time['observed_s']:.0f} s", "in the picture", "in its middle third"],
        [
            [
                f"{thing['kind']} {thing['object_id']}",
                _percent(thing["in_picture_share"]),
                _percent(thing["middle_third_share"]),
            ]
            for thing in things[:_MOST_THINGS]
        ],
    )
    if len(things) > _MOST_THINGS:
        yield f"  and {len(things) - _MOST_THINGS} more"


def _cameras(result: dict[str, Any]) -> Iterator[str]:
    if len(result["cameras"]) < 2:
        return
    yield ""
    yield from _aligned(
        ["camera", "found", "detected in", "false an hour", "m off 50, 95 %", "in 95 %", "sight"],
        [_camera(scored) for scored in result["cameras"]],
    )


def _told(part: Row | None, tell: Callable[[Row], str]) -> str:
    return _UNKNOWN if part is None else tell(part)


def _camera(scored: dict[str, Any]) -> list[str]:
    overall = scored["position"]["overall"]
    per_hour = scored["false_alarms"]["per_hour"]
    return [
        scored["camera"],
        f"{scored['found']} of {scored['truth_objects']}",
        _told(scored["detection"]["frames"]["overall"], lambda row: _percent(row["share"])),
        _UNKNOWN if per_hour is None else _hourly(per_hour),
        _told(overall, lambda row: _metres(row["error_m"])),
        _told(overall, lambda row: _percent(row["inside_95_ellipse"])),
        _told(scored["line_of_sight"], lambda row: _angle(row["rms_mrad"])),
    ]


def _not_scored(result: dict[str, Any]) -> Iterator[str]:
    for part, reason in result["not_scored"].items():
        if part != "line_of_sight.stated_rms_mrad":
            yield f"not scored: {part}, for {reason}"
    if result["truth_rows_without_frame"]:
        n_rows = result["truth_rows_without_frame"]
        yield f"left out: {n_rows} rows of the truth, in frames that the mission has not"
