"""What is in a file, and what is wrong with it."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from plainview.formats.probe import SourceProbe, probe
from plainview.misb import MetadataSet, ViewState, location_residual
from plainview.mission.location_check import describe_location
from plainview.mission.packet_json import json_from_metadata, metadata_sets_of
from plainview.model import View

__all__ = ["inspect_file", "iterate_packets"]


def iterate_packets(path: Path) -> Iterator[dict[str, Any]]:
    """Yield a JSON object for each KLV packet of a file.

    Raises:
        InputError: The file cannot be read.
    """
    return (json_from_metadata(metadata) for metadata in metadata_sets_of(path))


def inspect_file(path: Path) -> dict[str, Any]:
    """Return what is in a file: streams, metadata, warnings, location.

    Raises:
        InputError: The file cannot be read.
    """
    probed = probe(path)
    survey = _Survey()
    for metadata in metadata_sets_of(path):
        survey.add(metadata)
    return {
        "file": path.name,
        "container": probed.container,
        "size_bytes": probed.size_bytes,
        "streams": [asdict(stream) for stream in probed.streams],
        "video": None if probed.video is None else asdict(probed.video),
        "metadata": {**survey.describe(), "coverage": [asdict(klv) for klv in probed.klv]},
        "warnings": _warnings(probed, survey),
        "location": survey.describe_location(),
    }


@dataclass(slots=True)
class _Survey:
    """What the packets of a file say, added up."""

    n_packets: int = 0
    sets: Counter[str] = field(default_factory=Counter)
    damage: Counter[str] = field(default_factory=Counter)
    first_damage: dict[str, str] = field(default_factory=dict)
    n_damaged: int = 0
    items: Counter[str] = field(default_factory=Counter)
    unknown_items: Counter[str] = field(default_factory=Counter)
    views: list[View] = field(default_factory=list)
    states: dict[int, ViewState] = field(default_factory=dict)
    times_us: list[int] = field(default_factory=list)

    def add(self, metadata: MetadataSet) -> None:
        """Take in one packet."""
        self.n_packets += 1
        self.sets[metadata.set_name] += 1
        self.n_damaged += bool(metadata.damage)
        for damage in metadata.damage:
            self.damage[str(damage.kind)] += 1
            place = f"packet {self.n_packets}, {damage.place}"
            self.first_damage.setdefault(str(damage.kind), place)
        for key, item in metadata.items.items():
            name = f"{metadata.set_name} {key}"
            self.items[name] += 1
            self.unknown_items[name] += item.is_unknown
        if metadata.time_us is not None:
            self.times_us.append(metadata.time_us)
        state = self.states.setdefault(metadata.stream, ViewState())
        timed = state.update(metadata)
        if timed is not None:
            self.views.append(timed.view)

    def describe(self) -> dict[str, Any]:
        """Return the `metadata` object."""
        known = next((view for view in reversed(self.views) if view.pose_basis), None)
        return {
            "packets": self.n_packets,
            "packets_damaged": self.n_damaged,
            "damage": dict(self.damage),
            "sets": dict(self.sets),
            "items": {
                name: {"count": n, "unknown": self.unknown_items[name]}
                for name, n in sorted(self.items.items())
            },
            "first_time_us": min(self.times_us, default=None),
            "last_time_us": max(self.times_us, default=None),
            "time_basis": None if known is None else known.time_basis,
            "pose_basis": None if known is None else known.pose_basis,
            "views_located": sum(view.is_locatable for view in self.views),
            "security_marking": _last(self.views, "security_marking"),
            "core_identifier": _last(self.views, "core_identifier"),
            "mission_id": _last(self.views, "mission_id"),
            "platform_designation": _last(self.views, "platform_designation"),
            "platform_tail_number": _last(self.views, "platform_tail_number"),
            "image_source": _last(self.views, "image_source"),
        }

    def describe_location(self) -> dict[str, Any]:
        """Return the `location` object."""
        residual = location_residual(self.views)
        kinds = {view.slant_range_kind for view in self.views if view.slant_range_kind}
        return describe_location(
            residual.distance_m,
            angle_convention=_last(self.views, "angle_convention"),
            range_kinds=sorted(kinds),
            height_datum=_height_datum(self.items),
        )


def _last(views: list[View], name: str) -> Any:
    return next((value for view in reversed(views) if (value := getattr(view, name))), None)


def _height_datum(items: Counter[str]) -> str | None:
    """Return what the sensor's height is above, by the item that gives it."""
    if items["ST0601 104"] or items["ST0601 75"]:
        return "WGS84 ellipsoid"
    if items["ST0601 15"] or any(name.startswith("EG0104 ") for name in items):
        return "mean sea level"
    return None


def _warnings(probed: SourceProbe, survey: _Survey) -> list[dict[str, Any]]:
    found = [asdict(warning) for warning in probed.warnings]
    found += [
        {
            "code": f"klv_{kind}",
            "count": count,
            "first": survey.first_damage[kind],
            "what": f"Metadata packets are damaged ({kind.replace('_', ' ')}).",
            "mend": "`plainview inspect --packets` lists each with its damage.",
        }
        for kind, count in sorted(survey.damage.items())
    ]
    return found
