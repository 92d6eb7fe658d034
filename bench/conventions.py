"""Conventions: is the right one found in generated flights, and is there no false alarm?

Each flight is drawn anew: a place on Earth, a date, a platform that flies a circle, a turret
that looks at places on the ground with changes of aim, errors of pose. What the source's own
computer makes of its instruments (frame centre, range, width, corners) goes with what the
instruments say into ST 0601 packets (EG 0104 for two of the conventions) through the encoder,
broken as the convention breaks it, and is decoded again. Frame centres agree with the angles
as well as a source's own do: to a noise and a bias drawn for each flight, a latency of up to
40 ms, a rangefinder in every third flight.

A flight is right where the reading of angles, north, heights, range, fields and lengths is the
one that it was broken by, or one that the verdict names as the same in effect.
"""

import json
import sys
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np

from bench.generated_flights import (
    ALL_SENT,
    STEP_S,
    Row,
    draw_course,
    draw_errors,
    packet_of,
    rows_of,
)
from plainview.misb import (
    KNOWN_CONVENTIONS,
    AngleReference,
    ConventionVerdict,
    HeightReading,
    KlvFramer,
    North,
    OddLengthReading,
    RangeReading,
    ViewItemsReader,
    choose_convention,
    decode_packet,
)
from plainview.misb.angle_convention import FieldReading
from plainview.model import KlvPayload
from plainview.units import FOOT_M

__all__ = ["run"]

N_FLIGHTS: Final = 12
"""Of each convention in `make bench`; `make soak` flies a hundred."""
N_SOAK_FLIGHTS: Final = 100
N_HONEST: Final = 100
RIGHT_SHARE: Final = 0.99


@dataclass(frozen=True, slots=True, kw_only=True)
class Broken:
    """One way to break a standard.

    Args:
        breaks: What becomes of a row of numbers before it is encoded.
        expected: The parts of the verdict that must be found.
        set_name: What it is sent as.
        needs: Whether a flight shows it; others are drawn again, for what has no effect
            cannot be found.
    """

    breaks: Callable[[Row], Row]
    expected: Mapping[str, object]
    set_name: str = "ST0601"
    needs: Callable[[Row], bool] = lambda row: True


def _turned(row: Row, name: str, degrees: float) -> Row:
    return row | {name: (row[name] + degrees) % 360.0}


def _absolute(row: Row) -> Row:
    return row | {
        "azimuth": row["camera_heading"],
        "elevation": row["camera_elevation"],
        "roll": row["camera_roll"] % 360.0,
    }


def _stabilised(row: Row) -> Row:
    relative = (row["camera_heading"] - row["heading"]) % 360.0
    return _absolute(row) | {"azimuth": relative}


def _in_radians(row: Row) -> Row:
    return row | {name: float(np.radians(row[name])) for name in ("azimuth", "elevation", "roll")}


def _same(row: Row) -> Row:
    return row


def _shows(name: str, least: float) -> Callable[[Row], bool]:
    return lambda row: abs(row[name]) > least


NORTH_SHOWS: Final = 0.3
"""Degrees: a north nearer to the true one is no defect that matters."""
DATUM_SHOWS_M: Final = 10.0
HIGHEST_SENT_M: Final = 19_000.0
"""What item 15 can hold."""

CONVENTIONS: Final[Mapping[str, Broken]] = {
    "north-referenced": Broken(breaks=_absolute, expected={"reference": AngleReference.NORTH}),
    "horizon-stabilised": Broken(
        breaks=_stabilised, expected={"reference": AngleReference.HORIZON}
    ),
    "platform heading from grid north": Broken(
        breaks=lambda row: _turned(row, "heading", -row["convergence"]),
        expected={"north": North.GRID},
        needs=_shows("convergence", NORTH_SHOWS),
    ),
    "platform heading from magnetic north": Broken(
        breaks=lambda row: _turned(row, "heading", -row["declination"]),
        expected={"north": North.MAGNETIC},
        needs=_shows("declination", NORTH_SHOWS),
    ),
    "north-referenced, grid north": Broken(
        breaks=lambda row: _turned(_absolute(row), "azimuth", -row["convergence"]),
        expected={"reference": AngleReference.NORTH, "north": North.GRID},
        needs=_shows("convergence", NORTH_SHOWS),
    ),
    "north-referenced, magnetic north": Broken(
        breaks=lambda row: _turned(_absolute(row), "azimuth", -row["declination"]),
        expected={"reference": AngleReference.NORTH, "north": North.MAGNETIC},
        needs=_shows("declination", NORTH_SHOWS),
    ),
    "EG 0104, grid north": Broken(
        breaks=lambda row: _turned(row, "camera_heading", -row["convergence"]),
        expected={"north": North.GRID},
        set_name="EG0104",
        needs=_shows("convergence", NORTH_SHOWS),
    ),
    "EG 0104, magnetic north": Broken(
        breaks=lambda row: _turned(row, "camera_heading", -row["declination"]),
        expected={"north": North.MAGNETIC},
        set_name="EG0104",
        needs=_shows("declination", NORTH_SHOWS),
    ),
    "depression for elevation": Broken(
        breaks=lambda row: row | {"elevation": -row["elevation"]},
        expected={"is_elevation_down": True},
    ),
    "radians in degree items": Broken(breaks=_in_radians, expected={"is_in_radians": True}),
    "elevation angle in the height field": Broken(
        breaks=lambda row: row | {"center_height": row["camera_elevation"]},
        expected={"frame_center_height": HeightReading.ELEVATION_ANGLE},
    ),
    "ellipsoidal height in the sea-level field": Broken(
        breaks=lambda row: row | {"altitude": row["altitude"] + row["geoid"]},
        expected={"sensor_height": HeightReading.OTHER_DATUM},
        needs=_shows("geoid", DATUM_SHOWS_M),
    ),
    "sensor height in feet": Broken(
        breaks=lambda row: row | {"altitude": row["altitude"] / FOOT_M},
        expected={"sensor_height": HeightReading.FEET},
        needs=lambda row: row["altitude"] / FOOT_M < HIGHEST_SENT_M,
    ),
    "slant range in feet": Broken(
        breaks=lambda row: row | {"range": row["range"] / FOOT_M},
        expected={"slant_range": RangeReading.FEET},
    ),
    "half fields of view": Broken(
        breaks=lambda row: row | {"hfov": 0.5 * row["hfov"], "vfov": 0.5 * row["vfov"]},
        expected={"fields_of_view": FieldReading.HALF},
    ),
    "four bytes at 16-bit scale": Broken(
        breaks=lambda row: row | {"is_width_long": 1.0},
        expected={"odd_lengths": OddLengthReading.STANDARD_STEP},
    ),
}
"""Sixteen of them."""

HONEST: Final = {
    "ST0601": Broken(breaks=_same, expected={}),
    "EG0104": Broken(breaks=_same, expected={}, set_name="EG0104"),
}

STANDARD: Final[Mapping[str, object]] = {
    "north": North.TRUE,
    "is_elevation_down": False,
    "is_in_radians": False,
    "sensor_height": HeightReading.AS_SENT,
    "frame_center_height": HeightReading.AS_SENT,
    "slant_range": RangeReading.AS_SENT,
    "fields_of_view": FieldReading.AS_SENT,
    "odd_lengths": OddLengthReading.UNREAD,
}


def fly(broken: Broken, seed: int, *, sent: frozenset[str] | None = None) -> ConventionVerdict:
    """Fly one flight, broken, and return the verdict on its packets.

    Args:
        broken: How its numbers are broken.
        seed: Of the flight.
        sent: Which of ``range``, ``center_height``, ``width`` and ``corners`` it sends; None
            sends all of them.
    """
    generator = np.random.default_rng([seed, 4])
    course = draw_course(generator)
    errors = draw_errors(generator)
    rows = rows_of(course, errors, generator)
    while not broken.needs(rows[0]):
        course = draw_course(generator)
        rows = rows_of(course, errors, generator)
    packets = [
        packet_of(
            broken.breaks(row),
            set_name=broken.set_name,
            time_us=course.time_us + round(1e6 * index * STEP_S),
            sent=ALL_SENT if sent is None else sent,
        )
        for index, row in enumerate(rows)
    ]
    framer, reader = KlvFramer(), ViewItemsReader()
    framed = [*framer.feed(KlvPayload(stream=0, data=b"".join(packets))), *framer.flush()]
    read = [reader.update(decode_packet(packet)) for packet in framed]
    known = [items for items in read if items is not None]
    return choose_convention(known, time_us=course.time_us)


def judged(verdict: ConventionVerdict, broken: Broken) -> str:
    """Return ``right``, ``undecided`` or what is wrong."""
    chosen = verdict.chosen
    if chosen is None:
        return "undecided"
    own = AngleReference.PLATFORM if broken.set_name == "ST0601" else AngleReference.NORTH
    expected = {**STANDARD, "reference": own, **broken.expected}
    wrong = {
        name: str(getattr(chosen, name))
        for name, value in expected.items()
        if getattr(chosen, name) != value
    }
    wrong.pop("slant_range", None) if _is_calculated_alike(chosen, expected) else None
    if not wrong:
        return "right"
    is_same = (
        set(wrong) <= {"reference", "north"}
        and _label(expected, broken.set_name) in verdict.equivalent
    )
    return "right" if is_same else f"wrong: {wrong}"


def _label(expected: Mapping[str, object], set_name: str) -> str:
    """Return what a verdict calls the convention flown, for those of the usual sign and unit."""
    standard = KNOWN_CONVENTIONS[set_name.lower()]
    others = (each for name, each in KNOWN_CONVENTIONS.items() if name != "eg0104")
    tried = (standard, *others)
    own = next(each for each in tried if each.reference is expected["reference"])
    own = replace(own, north=North(str(expected["north"])))
    return own.label


def _is_calculated_alike(chosen: Any, expected: Mapping[str, object]) -> bool:
    """Return whether a range over ground at height 0 was called calculated, as it is."""
    flat = (RangeReading.FLAT_EARTH, RangeReading.FLAT_GRID)
    return expected["slant_range"] is RangeReading.AS_SENT and chosen.slant_range in flat


def _sent(seed: int) -> frozenset[str]:
    """Return what an honest flight sends: at least a range or a height of the ground."""
    choices = (
        {"range", "center_height", "width", "corners"},
        {"range", "center_height"},
        {"range", "width"},
        {"center_height", "corners"},
        {"range"},
    )
    return frozenset(choices[seed % len(choices)])


def run(*, n_flights: int = N_FLIGHTS, n_honest: int = N_HONEST, seed: int = 1) -> dict[str, Any]:
    """Return the row."""
    rows: dict[str, str] = {}
    outcomes: Counter[str] = Counter()
    for number, (name, broken) in enumerate(CONVENTIONS.items()):
        found = Counter(
            judged(fly(broken, 100_000 * number + seed + flight), broken).split(":")[0]
            for flight in range(n_flights)
        )
        rows[name] = ", ".join(f"{count} {how}" for how, count in found.most_common())
        outcomes += found
    alarms = []
    for flight in range(n_honest):
        broken = HONEST["EG0104" if flight % 4 == 3 else "ST0601"]
        outcome = judged(fly(broken, 9_000_000 + seed + flight, sent=_sent(flight)), broken)
        if outcome != "right":
            alarms.append(f"flight {flight}: {outcome}")
    right = outcomes["right"] / sum(outcomes.values())
    return {
        "figure": f"right in {100 * RIGHT_SHARE:.0f} %, else undecided; no false alarm",
        "n_conventions": len(CONVENTIONS),
        "n_flights_each": n_flights,
        "right": right,
        "undecided": outcomes["undecided"],
        "wrong": outcomes["wrong"],
        "by_convention": rows,
        "n_honest": n_honest,
        "false_alarms": alarms,
        "is_met": right >= RIGHT_SHARE and outcomes["wrong"] == 0 and not alarms,
    }


if __name__ == "__main__":
    flights = int(sys.argv[1]) if len(sys.argv) > 1 else N_FLIGHTS
    print(json.dumps(run(n_flights=flights), indent=2))
