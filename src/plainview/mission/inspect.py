"""What is in a file, and what is wrong with it: its metadata, and a minute of its pictures."""

from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Final

import numpy as np

from plainview.formats.ais_log import read_ais
from plainview.formats.probe import SourceProbe, probe
from plainview.misb import (
    LocationResidual,
    MetadataSet,
    TimedView,
    ViewState,
    ViewStateSettings,
    location_residual,
)
from plainview.mission.convention_prescan import Prescan, prescan_conventions
from plainview.mission.doctor import DoctorFacts
from plainview.mission.evidence import EvidenceTally
from plainview.mission.inspect_pictures import Sighting, see_lag_and_clock
from plainview.mission.inspect_text import DAMAGE_WORDS, length_text
from plainview.mission.lag_watch import narrowest
from plainview.mission.location_check import describe_location
from plainview.mission.packet_json import json_from_metadata, metadata_sets_of
from plainview.mission.progress import Progress
from plainview.model import CountedWarning, RangeKind, View

__all__ = ["inspect_file", "iterate_packets"]

_OF_CONVENTION: Final = ("convention_undecided", "convention_changes", "frame_center_apart")
"""Warnings of the Views that ``inspect`` says; the others it says of the packets itself."""

_MAX_RESIDUAL_SHARE: Final = 0.05
"""Of the slant range: beyond it no rounding, datum or terrain explains the residual."""


def iterate_packets(path: Path) -> Iterator[dict[str, Any]]:
    """Yield a JSON object for each KLV packet of a file.

    Raises:
        InputError: The file cannot be read.
    """
    return (json_from_metadata(metadata) for metadata in metadata_sets_of(path))


def inspect_file(
    path: Path,
    *,
    ais: Path | None = None,
    are_pictures_seen: bool = True,
    on_progress: Callable[[Progress], None] | None = None,
) -> dict[str, Any]:
    """Return what is in a file: streams, metadata, evidence, warnings, location.

    Args:
        path: The file.
        ais: An AIS log to test the clock by; None where there is none.
        are_pictures_seen: Whether up to a minute of the pictures is looked at, for the lag and
            the clock, and for the convention where the numbers do not decide it.
        on_progress: Is told how far the look at the pictures is.

    Raises:
        InputError: The file or the log cannot be read.
    """
    if ais is not None:
        read_ais(ais)  # a log that cannot be read is said before the pictures are looked at
    probed = probe(path)
    survey = _Survey(
        prescan=prescan_conventions(
            (path,), are_pictures_seen=are_pictures_seen, on_progress=on_progress
        )
    )
    for metadata in metadata_sets_of(path):
        survey.add(metadata)
    residual = location_residual(survey.views)
    seen = Sighting()
    if are_pictures_seen and probed.video is not None:
        seen = see_lag_and_clock(
            path,
            survey.timed_views,
            conventions=survey.prescan.conventions,
            ais=ais,
            on_progress=on_progress,
        )
    return {
        "file": path.name,
        "container": probed.container,
        "size_bytes": probed.size_bytes,
        "streams": [asdict(stream) for stream in probed.streams],
        "video": None if probed.video is None else asdict(probed.video),
        "metadata": {**survey.describe(), "coverage": [asdict(klv) for klv in probed.klv]},
        "evidence": survey.evidence.describe(),
        "warnings": _warnings(probed, survey, residual)
        + [asdict(warning) for warning in seen.warnings()],
        "location": {**survey.describe_location(residual, seen), **seen.describe()},
    }


@dataclass(slots=True)
class _Survey:
    """What the packets of a file say, added up."""

    prescan: Prescan
    n_packets: int = 0
    sets: Counter[str] = field(default_factory=Counter)
    damage: Counter[str] = field(default_factory=Counter)
    first_damage: dict[str, str] = field(default_factory=dict)
    n_damaged: int = 0
    first_pose: int | None = None
    items: Counter[str] = field(default_factory=Counter)
    unknown_items: Counter[str] = field(default_factory=Counter)
    timed_views: list[TimedView] = field(default_factory=list)
    states: dict[int, ViewState] = field(default_factory=dict)
    times_us: list[int] = field(default_factory=list)
    evidence: EvidenceTally = field(default_factory=EvidenceTally)

    def add(self, metadata: MetadataSet) -> None:
        """Take in one packet."""
        self.n_packets += 1
        self.sets[metadata.set_name] += 1
        self.n_damaged += bool(metadata.damage)
        for damage in metadata.damage:
            self.damage[str(damage.kind)] += 1
            inside = "" if damage.place == "packet" else f", {damage.place}"
            place = f"packet {self.n_packets}{inside}"
            self.first_damage.setdefault(str(damage.kind), place)
        for key, item in metadata.items.items():
            name = f"{metadata.set_name} {key}"
            self.items[name] += 1
            self.unknown_items[name] += item.is_unknown
        if metadata.time_us is not None:
            self.times_us.append(metadata.time_us)
        self.evidence.add(metadata)
        if metadata.stream not in self.states:
            settings = ViewStateSettings(convention=self.prescan.conventions)
            self.states[metadata.stream] = ViewState(settings)
        state = self.states[metadata.stream]
        timed = state.update(metadata)
        if timed is not None:
            self.first_pose = self.first_pose or self.n_packets
            self.timed_views.append(timed)

    @property
    def views(self) -> list[View]:
        """A View a packet that makes one, in order."""
        return [timed.view for timed in self.timed_views]

    def convention_warnings(self) -> list[CountedWarning]:
        """Return what departs from its standard, and what nothing decides."""
        undecided = [
            warning
            for state in self.states.values()
            for warning in state.warnings()
            if warning.code in _OF_CONVENTION
        ]
        return [*self.prescan.warnings(), *undecided]

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

    def describe_location(self, residual: LocationResidual, seen: Sighting) -> dict[str, Any]:
        """Return the `location` object."""
        kinds = {view.slant_range_kind for view in self.views if view.slant_range_kind}
        return describe_location(
            residual.distance_m,
            angle_convention=_last(self.views, "angle_convention"),
            range_kinds=sorted(kinds),
            height_datum=_height_datum(self.items),
            facts=self._facts(kinds, seen),
        )

    def _facts(self, kinds: set[RangeKind], seen: Sighting) -> DoctorFacts:
        """Return what the metadata doctor judges by."""
        located = [view for view in self.views if view.is_locatable]
        return DoctorFacts(
            verdict=self.prescan.main,
            n_located=len(located),
            has_ground_height=any(
                view.reported is not None
                and (
                    view.reported.frame_center_altitude_msl_m is not None
                    or view.reported.frame_center_height_hae_m is not None
                )
                for view in located
            ),
            range_kinds=tuple(sorted(kinds)),
            time_bases=tuple(sorted({view.time_basis for view in self.views if view.time_basis})),
            clock_faults=seen.clock.faults,
            clock_proof=" ".join(seen.clock.proofs) or None,
            clock_ahead_s=seen.clock.offset_s,
            lag=narrowest(seen.lags).left if seen.lags else None,
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


def _warnings(
    probed: SourceProbe, survey: _Survey, residual: LocationResidual
) -> list[dict[str, Any]]:
    found = [asdict(warning) for warning in probed.warnings]
    found += [
        {
            "code": f"klv_{kind}",
            "count": count,
            "first": survey.first_damage[kind],
            "what": f"{DAMAGE_WORDS.get(kind, kind.replace('_', ' '))}.",
            "mend": "`plainview inspect --packets` lists each packet with its damage.",
        }
        for kind, count in sorted(survey.damage.items())
    ]
    found += [asdict(warning) for warning in survey.convention_warnings()]
    if survey.n_packets and not survey.views:
        found.append(_no_view(survey))
    share = residual.median_share
    if share is not None and share > _MAX_RESIDUAL_SHARE:
        found.append(_contradiction(survey, residual, share))
    return found


def _no_view(survey: _Survey) -> dict[str, Any]:
    return {
        "code": "no_pose",
        "count": survey.n_packets,
        "first": "packet 1",
        "what": "No metadata packet says where the camera was and how it looked"
        + (" (damaged ones are not believed)." if survey.n_damaged else "."),
        "mend": "Positions cannot be given from this file; `--packets` shows what it says.",
    }


def _contradiction(survey: _Survey, residual: LocationResidual, share: float) -> dict[str, Any]:
    """Return the warning of a source that contradicts itself."""
    return {
        "code": "location_contradicts",
        "count": int(np.isfinite(residual.distance_m).sum()),
        "first": f"packet {survey.first_pose}",
        "what": "The source contradicts itself: by its pose it looks"
        f" {length_text(residual.median_m or 0.0)} away from the frame centre that it reports"
        f" ({100.0 * share:.0f} % of the slant range).",
        "mend": "Do not use positions of this source before its angles and heights are understood.",
    }
