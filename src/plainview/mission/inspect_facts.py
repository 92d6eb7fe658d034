"""Parts of what ``inspect`` says: the transport stream, packets, stamps, and the platform."""

from typing import Any, Final

import numpy as np

from plainview.geo import Terrain
from plainview.misb.motion_tally import MotionTally
from plainview.mission.packet_survey import PacketSurvey
from plainview.mission.read_streams import StreamsRead

__all__ = [
    "describe_metadata",
    "describe_plausibility",
    "describe_stamps",
    "describe_transport",
]

_ONLY_LOOKED_AT: Final = ("implausible", "item_value")
"""Kinds of damage that only packets show that are looked at one by one."""
_MOST_PLACES: Final = 200


def describe_transport(read: StreamsRead) -> dict[str, Any] | None:
    """Return what a pass over a transport stream found; None where there was none."""
    facts = read.facts
    if facts is None:
        return None
    return {
        "packets": facts.n_packets,
        "null_packets": facts.n_null_packets,
        "clock_references": facts.n_clocks,
        "longest_clock_gap_s": facts.longest_clock_gap_s,
        "missing_packets_at": facts.n_faults,
        "lost_bytes": facts.n_dropped_bytes,
        "oddities": {name: {"first_byte": place} for name, place in facts.oddities.items()},
        "video_read": "packet by packet" if read.is_exact else "by its PES packets",
    }


def describe_metadata(read: StreamsRead, looked: PacketSurvey) -> dict[str, Any]:
    """Return the `metadata` object: of all packets, by what was looked at where that is all."""
    survey = read.metadata
    of_looked = looked.describe()
    first_damage, places = dict(looked.first_damage), dict(looked.places)
    if not survey.sample.is_all:
        items = survey.items
        extra = {kind: looked.damage[kind] for kind in _ONLY_LOOKED_AT if looked.damage[kind]}
        first_damage = {kind: f"a packet looked at, {looked.first_damage[kind]}" for kind in extra}
        first_damage |= survey.first_damage
        places = dict(survey.places) | {
            place: n for place, n in looked.places.items() if place.split()[0] in extra
        }
        times_us = [
            time_us
            for each in survey.stamps.values()
            for time_us in (each.first_us, each.last_us)
            if time_us is not None
        ]
        of_looked |= {
            "packets": survey.n_packets,
            "packets_damaged": survey.n_damaged,
            "damage": dict(survey.damage) | extra,
            "sets": dict(survey.sets),
            "items": {
                name: {"count": n, "unknown": items.unknown[name]}
                for name, n in sorted(items.count.items())
            },
            "first_time_us": min(times_us, default=None),
            "last_time_us": max(times_us, default=None),
        }
    return {
        **of_looked,
        "first_damage": first_damage,
        "damage_places": dict(sorted(places.items(), key=lambda each: -each[1])[:_MOST_PLACES]),
        "versions": {str(version): n for version, n in sorted(survey.items.versions.items())},
        "views": len(looked.views),
        "sampled": survey.sample.describe(survey.n_packets),
    }


def describe_stamps(read: StreamsRead) -> dict[str, Any]:
    """Return the time stamps of the metadata by stream, and those in the pictures."""
    pictures = None
    if read.facts is not None and read.facts.stamps.n_pictures:
        stamps = read.facts.stamps
        pictures = {
            "looked_at": stamps.n_pictures,
            "stamped": stamps.n_stamped,
            "locked": stamps.n_locked,
            "discontinuous": stamps.n_discontinuous,
            "reserved_bits_wrong": stamps.n_reserved_wrong,
            "first_time_us": None if stamps.first is None else stamps.first[1].time_us,
        }
    return {
        "pictures": pictures,
        "metadata": [
            {"stream": stream, **tally.describe()}
            for stream, tally in sorted(read.metadata.stamps.items())
        ],
    }


def describe_plausibility(
    read: StreamsRead, looked: PacketSurvey, ground: Terrain | None
) -> dict[str, Any]:
    """Return how the platform moves by the metadata, and how it stands above the ground."""
    motion = read.metadata.motion.describe() or _motion_of_views(looked).describe()
    return {"motion": motion, "terrain": None if ground is None else _clearance(looked, ground)}


def _motion_of_views(looked: PacketSurvey) -> MotionTally:
    """Return the motion by the Views, for sets that are not read to columns."""
    tally = MotionTally()
    views = [timed for timed in looked.timed_views if timed.stamp_us is not None]
    columns = {
        "latitude_deg": [each.view.latitude_deg for each in views],
        "longitude_deg": [each.view.longitude_deg for each in views],
        "heading_deg": [each.view.platform_heading_deg for each in views],
        "height_m": [each.view.height_hae_m for each in views],
    }
    tally.add(
        np.array([each.stamp_us for each in views], np.int64),
        {name: np.array(column, np.float64) for name, column in columns.items()},
    )
    return tally


def _clearance(looked: PacketSurvey, ground: Terrain) -> dict[str, Any]:
    """Return how far the platform is above the ground where it was looked at."""
    views = looked.views
    place = [
        np.array([getattr(view, name) for view in views], np.float64)
        for name in ("latitude_deg", "longitude_deg", "height_hae_m")
    ]
    above_m = place[2] - ground.height_hae_m(place[0], place[1])
    known_m = above_m[np.isfinite(above_m)]
    return {
        "views": len(known_m),
        "lowest_m": round(float(known_m.min()), 1) if len(known_m) else None,
        "median_m": round(float(np.median(known_m)), 1) if len(known_m) else None,
        "below": int(np.count_nonzero(known_m < 0.0)),
    }
