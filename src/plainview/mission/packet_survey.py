"""What packets of a file say that are looked at one by one: their Views, and what is trusted."""

from collections import Counter
from dataclasses import dataclass, field
from typing import Any, Final

from plainview.formats.warning_tally import merged_warnings
from plainview.misb import (
    DamagePolicy,
    LocationResidual,
    MetadataSet,
    TimedView,
    ViewState,
    ViewStateSettings,
)
from plainview.mission.convention_prescan import Prescan
from plainview.mission.doctor import DoctorFacts
from plainview.mission.evidence import EvidenceTally
from plainview.mission.inspect_pictures import Sighting
from plainview.mission.lag_watch import narrowest
from plainview.mission.location_check import describe_location
from plainview.model import CountedWarning, RangeKind, View

__all__ = ["PacketSurvey"]

_OF_CONVENTION: Final = ("convention_undecided", "convention_changes", "frame_center_apart")
"""Warnings of the Views that ``inspect`` says; the others it says of the packets itself."""


@dataclass(slots=True)
class PacketSurvey:
    """What packets say that are looked at one by one, added up.

    Args:
        prescan: How they are to be read.
        damage_policy: What is done with damaged ones.
    """

    prescan: Prescan
    damage_policy: DamagePolicy = DamagePolicy.MARK
    n_packets: int = 0
    sets: Counter[str] = field(default_factory=Counter)
    damage: Counter[str] = field(default_factory=Counter)
    first_damage: dict[str, str] = field(default_factory=dict)
    places: Counter[str] = field(default_factory=Counter)
    n_damaged: int = 0
    first_pose: int | None = None
    items: Counter[str] = field(default_factory=Counter)
    unknown_items: Counter[str] = field(default_factory=Counter)
    timed_views: list[TimedView] = field(default_factory=list)
    states: dict[int, ViewState] = field(default_factory=dict)
    times_us: list[int] = field(default_factory=list)
    evidence: EvidenceTally = field(default_factory=EvidenceTally)
    _of_runs: list[ViewState] = field(default_factory=list)

    def begin_run(self) -> None:
        """Forget what was said before: the next packet is no neighbour of the last."""
        self._of_runs += self.states.values()
        self.states.clear()

    def add(self, metadata: MetadataSet) -> None:
        """Take in one packet."""
        self.n_packets += 1
        self.sets[metadata.set_name] += 1
        self.n_damaged += bool(metadata.damage)
        for damage in metadata.damage:
            self.damage[str(damage.kind)] += 1
            self.places[f"{damage.kind} {damage.place}"] += 1
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
            settings = ViewStateSettings(
                convention=self.prescan.conventions, damage=self.damage_policy
            )
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
            tuple(warning for warning in state.warnings() if warning.code in _OF_CONVENTION)
            for state in (*self._of_runs, *self.states.values())
        ]
        return [*self.prescan.warnings(), *merged_warnings(undecided)]

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
