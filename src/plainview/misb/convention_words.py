"""A convention in words: how a source departs from its standard, and what its range is worth."""

from collections.abc import Sequence
from typing import Final

import numpy as np

from plainview.misb.angle_convention import (
    KNOWN_CONVENTIONS,
    AngleConvention,
    AngleReference,
    FieldReading,
    HeightReading,
    North,
    OddLengthReading,
    RangeReading,
)
from plainview.misb.convention_evidence import Reckoning, range_miss_m
from plainview.misb.convention_samples import ConventionSamples
from plainview.misb.convention_verdict import ConventionDefect
from plainview.misb.view_items import ViewItems

__all__ = ["angle_defects", "defects_of", "height_reason", "listed", "range_reason"]

_MEASURED_FROM_M: Final = 0.3
"""No rangefinder agrees with a computed distance within less than this, all the time."""

_ANGLE_ITEMS: Final = {True: "items 18 to 20", False: "angle to north and obliquity angle"}
_NORTH_ITEMS: Final = {True: "item 18", False: "angle to north"}
_HEADING_ITEMS: Final = {True: "item 5", False: "platform heading"}
_SENSOR_HEIGHT: Final = {True: "item 15, 75 or 104", False: "device altitude"}
_CENTER_HEIGHT: Final = {True: "item 25 or 78", False: "frame-centre height"}
_RANGE: Final = {True: "item 21", False: "slant range"}
_FIELDS: Final = {True: "items 16 and 17", False: "fields of view"}

_HEIGHT_WORDS: Final = {
    HeightReading.OTHER_DATUM: (
        "a height above the other datum: above the ellipsoid where the item says above the sea, or"
        " the other way round",
        "read above the datum that it fits",
    ),
    HeightReading.FEET: ("a height in feet", "converted to metres"),
    HeightReading.ELEVATION_ANGLE: (
        "the elevation of the line of sight in degrees, not a height",
        "taken as not known; the ground's height comes from the slant range where there is one",
    ),
    HeightReading.UNUSABLE: (
        "a height that follows from nothing else that the source says",
        "taken as not known; the ground's height comes from the slant range where there is one",
    ),
}


def listed(parts: Sequence[str]) -> str:
    """Return parts as a sentence lists them.

    >>> listed(["a", "b", "c"])
    'a, b and c'
    """
    return " and ".join(part for part in (", ".join(parts[:-1]), parts[-1]) if part)


def defects_of(
    chosen: AngleConvention, samples: ConventionSamples, *, items: Sequence[ViewItems]
) -> tuple[ConventionDefect, ...]:
    """Return how a source departs from its standard, each with how it is read instead."""
    is_gimbal = samples.is_gimbal
    pairs = (
        (chosen.sensor_height, _SENSOR_HEIGHT[is_gimbal]),
        (chosen.frame_center_height, _center_height_items(items, is_gimbal=is_gimbal)),
    )
    found = list(angle_defects(chosen, is_gimbal=is_gimbal))
    found += [
        ConventionDefect(items=name, what=f"hold {words[0]}", correction=words[1])
        for how, name in pairs
        if (words := _HEIGHT_WORDS.get(how)) is not None
    ]
    found += _range_defects(chosen, is_gimbal=is_gimbal)
    found += _field_defects(chosen, is_gimbal=is_gimbal)
    return tuple(found + _odd_defects(chosen, items))


def range_reason(samples: ConventionSamples, reckoning: Reckoning) -> str | None:
    """Return why the slant range is known to be calculated; None where nothing tells.

    It is where it goes to height 0, on a flat earth or at sea level, closer than any
    rangefinder measures.
    """
    how, ground = reckoning.ground.slant_range, reckoning.ground
    is_flat = how in (RangeReading.FLAT_EARTH, RangeReading.FLAT_GRID)
    if not is_flat and not (ground.is_sea and how is RangeReading.AS_SENT):
        return None
    miss_m = range_miss_m(samples, reckoning)
    worst_m = float(np.nanpercentile(np.abs(miss_m), 95.0))
    if worst_m > max(_MEASURED_FROM_M, 2.0 * float(np.nanmax(samples.sigma["slant_range_m"]))):
        return None
    plane = " in the plane of the UTM grid" if how is RangeReading.FLAT_GRID else ""
    where = f"a flat earth at height 0{plane}" if is_flat else "the sea's level"
    return (
        f"calculated: it is the distance to {where} under the frame centre"
        f" within {max(worst_m, 1e-3):.2g} m all the time, which no rangefinder is"
    )


def height_reason(chosen: AngleConvention, samples: ConventionSamples) -> str:
    """Return what is known of the datums of the source's heights."""
    sent = "the ellipsoid" if samples.has("height_hae_m") else "the sea"
    other = "the sea" if samples.has("height_hae_m") else "the ellipsoid"
    if chosen.sensor_height is HeightReading.OTHER_DATUM:
        return f"the sensor's height fits the ground only above {other}, not above {sent}"
    return (
        f"the sensor's height is read above {sent}, as its item says; the source's numbers tell"
        " datums apart only where its heights disagree with each other"
    )


def angle_defects(chosen: AngleConvention, *, is_gimbal: bool) -> tuple[ConventionDefect, ...]:
    """Return how the angles depart from the standard that they are sent in."""
    standard = KNOWN_CONVENTIONS["st0601" if is_gimbal else "eg0104"]
    names, heading = _ANGLE_ITEMS[is_gimbal], _HEADING_ITEMS[is_gimbal]
    found: list[tuple[str, str, str]] = []
    if chosen.reference is not standard.reference and chosen.reference is AngleReference.NORTH:
        found.append(
            (
                names,
                "hold a bearing from north and angles from the horizon, not angles of the gimbal"
                " on its platform",
                "read so, without the platform's attitude",
            )
        )
    elif chosen.reference is not standard.reference:
        found.append(
            (
                names,
                "are measured from the platform's heading and the horizon: the platform's pitch"
                " and roll are already taken out",
                "added to the platform's heading alone",
            )
        )
    if chosen.north is not North.TRUE:
        of = _NORTH_ITEMS[is_gimbal] if chosen.reference is AngleReference.NORTH else heading
        zone = f" of UTM zone {chosen.grid_zone}" if chosen.grid_zone else ""
        what = f"is counted from {chosen.north} north{zone}, not from true north"
        found.append((of, what, "turned to true north"))
    if chosen.is_elevation_down:
        found.append((names, "hold a depression: positive below the horizon", "its sign is turned"))
    if chosen.is_in_radians:
        found.append((names, "are in radians where degrees are due", "converted to degrees"))
    return tuple(
        ConventionDefect(items=items, what=what, correction=correction)
        for items, what, correction in found
    )


def _range_defects(chosen: AngleConvention, *, is_gimbal: bool) -> list[ConventionDefect]:
    how, name = chosen.slant_range, _RANGE[is_gimbal]
    words = {
        RangeReading.FLAT_EARTH: (
            "is calculated to a flat earth at height 0, not measured",
            "taken as calculated",
        ),
        RangeReading.FLAT_GRID: (
            "is calculated to a flat earth at height 0 in the plane of the UTM grid, not measured",
            "taken as calculated",
        ),
        RangeReading.FEET: ("is in feet", "converted to metres"),
        RangeReading.UNUSABLE: ("fits nothing else that the source says", "not used"),
    }.get(how)
    if words is None:
        return []
    return [ConventionDefect(items=name, what=words[0], correction=words[1])]


def _field_defects(chosen: AngleConvention, *, is_gimbal: bool) -> list[ConventionDefect]:
    what = {
        FieldReading.HALF: ("hold half the field of view", "doubled"),
        FieldReading.RADIANS: ("are in radians where degrees are due", "converted to degrees"),
    }.get(chosen.fields_of_view)
    if what is None:
        return []
    return [ConventionDefect(items=_FIELDS[is_gimbal], what=what[0], correction=what[1])]


def _odd_defects(chosen: AngleConvention, items: Sequence[ViewItems]) -> list[ConventionDefect]:
    """Return items of another length than the standard's, once each."""
    how = chosen.odd_lengths
    scale = {
        OddLengthReading.STANDARD_STEP: "at the scale of its {n}-bit form",
        OddLengthReading.FULL_SCALE: "with its range over all bits",
        OddLengthReading.UNREAD: "which fits nothing else that the source says",
    }[how]
    known = {odd.tag: odd for each in items for odd in each.odd_lengths}
    return [
        ConventionDefect(
            items=f"item {tag}",
            what=f"is {odd.n_bytes} bytes long where {odd.standard_bytes} are due, "
            + scale.format(n=8 * odd.standard_bytes),
            correction="not read" if how is OddLengthReading.UNREAD else "read so",
        )
        for tag, odd in sorted(known.items())
    ]


def _center_height_items(items: Sequence[ViewItems], *, is_gimbal: bool) -> str:
    """Return the items that hold the frame centre's height, and the target's where it is alike."""
    if not is_gimbal:
        return _CENTER_HEIGHT[False]
    has_hae = any(each.frame_center_height_hae_m is not None for each in items)
    name = "78" if has_hae else "25"
    pairs = [
        (each.target_altitude_msl_m.value, each.frame_center_altitude_msl_m.value)
        for each in items
        if each.target_altitude_msl_m is not None and each.frame_center_altitude_msl_m is not None
    ]
    is_same = bool(pairs) and all(one == other for one, other in pairs)
    return f"items {name} and 42" if is_same else f"item {name}"
