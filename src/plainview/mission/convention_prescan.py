"""How a file's metadata are to be read, found before the run from the beginning of its inputs.

Where the source's own numbers do not decide, and only then, a minute of the pictures is registered:
the readings turn the camera each its own way.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import islice
from pathlib import Path
from typing import Any, Final

from plainview.errors import InputError
from plainview.formats.convention_toml import ConventionSetting
from plainview.formats.raw_klv import read_klv_payloads
from plainview.misb import (
    UNDECIDED,
    AngleConvention,
    ConventionVerdict,
    DamagePolicy,
    FixedReading,
    ImageMotion,
    KlvFramer,
    MetadataSet,
    SetDecoder,
    ViewItemsReader,
    choose_convention,
)
from plainview.mission.prescan_motion import SaidItems, see_motion
from plainview.mission.progress import Progress
from plainview.model import CountedWarning

__all__ = [
    "Prescan",
    "describe_verdict",
    "prescan_conventions",
    "prescan_said",
    "said_of_runs",
]

MAX_PACKETS: Final = 2_000
"""KLV packets that are looked at, over all inputs: a minute of 30 a second."""

MAX_BYTES: Final = 256 << 20
"""Of each input that are looked through for them."""

_SHARES: Final = (2, 4, 8)
"""Where the whole decides nothing: half of the packets from both ends, a quarter, an eighth."""
_LEAST_ITEMS: Final = 8
_APART_DEG: Final = 3.3
"""A reading that misses the frame centre by more is another one: twice what is let pass."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Prescan:
    """What was found of each kind of set.

    Args:
        verdicts: By the set's name.
        n_packets: Packets that were looked at.
    """

    verdicts: Mapping[str, ConventionVerdict] = field(default_factory=dict)
    n_packets: int = 0

    @property
    def conventions(self) -> Mapping[str, AngleConvention]:
        """The convention of each kind of set; undecided ones locate nothing."""
        return {
            name: UNDECIDED
            if each.chosen is None
            else replace(each.chosen, is_watched=not each.is_set)
            for name, each in self.verdicts.items()
        }

    @property
    def main(self) -> ConventionVerdict | None:
        """The verdict on the set that says most; ST 0601 before EG 0104. None without any."""
        decided = [each for each in self.verdicts.values() if each.chosen is not None]
        known = decided or list(self.verdicts.values())
        return max(known, key=lambda verdict: verdict.n_samples, default=None)

    @property
    def is_undecided(self) -> bool:
        """Whether there is a set that nothing decides."""
        return any(verdict.chosen is None for verdict in self.verdicts.values())

    def warnings(self) -> tuple[CountedWarning, ...]:
        """Return a warning for each kind of set that departs from its standard."""
        found = []
        for name, verdict in self.verdicts.items():
            if not verdict.defects:
                continue
            said = "; ".join(f"{each.items} {each.what}" for each in verdict.defects)
            found.append(
                CountedWarning(
                    code="convention_departs",
                    count=verdict.n_samples,
                    first=name,
                    what=f"The metadata depart from their standard: {said}."
                    " They are read as they are meant.",
                    mend="Nothing need be done; `location` has the evidence, and `[metadata]` in a"
                    " settings file (--settings) overrules it.",
                )
            )
        return tuple(found)


def prescan_conventions(
    paths: Sequence[Path],
    setting: ConventionSetting | None = None,
    *,
    damage: DamagePolicy = DamagePolicy.MARK,
    are_pictures_seen: bool = True,
    on_progress: Callable[[Progress], None] | None = None,
) -> Prescan:
    """Return how the metadata of some inputs are to be read.

    Their first `MAX_PACKETS` packets are looked at, an even share of each input's, within its
    first `MAX_BYTES`: what an encoder does wrong it does from its first packet on. The same
    inputs give the same verdict, so that a run that was interrupted goes on with it.

    Args:
        paths: Consecutive parts of one mission.
        setting: What a person has set; it wins.
        damage: What is done with damaged metadata.
        are_pictures_seen: Whether pictures may be looked at where the numbers do not decide.
        on_progress: Is told how far the look at the pictures is.
    """
    said, n_packets = _said_by(paths, damage)
    return prescan_said(
        said,
        setting,
        n_packets=n_packets,
        are_pictures_seen=are_pictures_seen,
        on_progress=on_progress,
    )


def prescan_said(
    said: Mapping[str, SaidItems],
    setting: ConventionSetting | None = None,
    *,
    n_packets: int,
    are_pictures_seen: bool = True,
    on_progress: Callable[[Progress], None] | None = None,
) -> Prescan:
    """Return the same from what packets said that were read already.

    Args:
        said: By the set's name.
        setting: What a person has set; it wins.
        n_packets: How many packets that was.
        are_pictures_seen: Whether pictures may be looked at where the numbers do not decide.
        on_progress: Is told how far the look at the pictures is.
    """
    setting = setting or ConventionSetting()
    verdicts = {name: _choose(each, setting, name) for name, each in said.items()}
    is_open = any(verdict.chosen is None for verdict in verdicts.values())
    if is_open and are_pictures_seen:
        undecided = {name: each.chosen or UNDECIDED for name, each in verdicts.items()}
        for name, verdict in verdicts.items():
            if verdict.chosen is None:
                motion = see_motion(said[name], conventions=undecided, on_progress=on_progress)
                verdicts[name] = _choose(said[name], setting, name, motion=motion)
    return Prescan(verdicts=verdicts, n_packets=n_packets)


def _choose(
    said: SaidItems, setting: ConventionSetting, name: str, *, motion: ImageMotion | None = None
) -> ConventionVerdict:
    fixed, time_us = setting.for_set(name), said.first_stamp_us
    found = choose_convention(said.items, fixed=fixed, time_us=time_us, motion=motion)
    if found.chosen is not None or not found.hypotheses or motion is not None:
        return found
    return _before_a_change(said, fixed, time_us=time_us) or found


def _before_a_change(
    said: SaidItems, fixed: FixedReading, *, time_us: int | None
) -> ConventionVerdict | None:
    """Return the verdict on the beginning, where the end contradicts it; else None."""
    for share in _SHARES:
        n_items = len(said.items) // share
        if n_items < _LEAST_ITEMS:
            return None
        first = choose_convention(said.items[:n_items], fixed=fixed, time_us=time_us)
        if first.chosen is None:
            continue
        so_read = replace(
            fixed,
            reference=first.chosen.reference,
            north=first.chosen.north,
            is_elevation_down=first.chosen.is_elevation_down,
            is_in_radians=first.chosen.is_in_radians,
        )
        last = choose_convention(said.items[-n_items:], fixed=so_read, time_us=time_us)
        if last.residual_deg is not None and last.residual_deg > _APART_DEG:
            more = f" Later it is off by {last.residual_deg:.0f} degrees: the source changes."
            return replace(first, reason=first.reason + more)
    return None


def _said_by(paths: Sequence[Path], damage: DamagePolicy) -> tuple[dict[str, SaidItems], int]:
    """Return what was said by each kind of set, and in how many packets of any kind."""
    said: dict[str, SaidItems] = defaultdict(SaidItems)
    n_packets = 0
    share = max(1, MAX_PACKETS // max(1, len(paths)))
    for path in paths:
        n_packets += _note_run(said, islice(_sets_of(path, damage), share), path, damage=damage)
    return dict(said), n_packets


def said_of_runs(
    runs: Iterable[Iterable[MetadataSet]], path: Path, *, damage: DamagePolicy = DamagePolicy.MARK
) -> dict[str, SaidItems]:
    """Return what was said by each kind of set in runs of neighbouring packets of an input."""
    said: dict[str, SaidItems] = defaultdict(SaidItems)
    for run in runs:
        _note_run(said, run, path, damage=damage)
    return dict(said)


def _note_run(
    said: dict[str, SaidItems], run: Iterable[MetadataSet], path: Path, *, damage: DamagePolicy
) -> int:
    """Add what a run of packets says; return how many they are."""
    readers: dict[tuple[int, str], ViewItemsReader] = defaultdict(
        partial(ViewItemsReader, damage=damage)
    )
    n_packets = 0
    for metadata in run:
        n_packets += 1
        items = readers[metadata.stream, metadata.set_name].update(metadata)
        if items is not None:
            said[metadata.set_name].add(items, path=path, stamp_us=metadata.time_us)
    return n_packets


def _sets_of(path: Path, damage: DamagePolicy) -> Iterator[MetadataSet]:
    """Yield the packets at the beginning of a file; none where it cannot be read."""
    framer, decoder = KlvFramer(), SetDecoder(policy=damage)
    try:
        for payload in read_klv_payloads(path, max_bytes=MAX_BYTES):
            for packet in framer.feed(payload):
                yield decoder.decode(packet)
    except InputError:  # said by whoever opens the input to work on it
        return
    for packet in framer.flush():
        yield decoder.decode(packet)


def describe_verdict(verdict: ConventionVerdict) -> dict[str, Any]:
    """Return a verdict as JSON holds it: the choice, its evidence and its residual."""
    chosen = verdict.chosen
    return {
        "decided": chosen is not None,
        "set": verdict.is_set,
        "reason": verdict.reason,
        "label": None if chosen is None else chosen.label,
        "probability": round(verdict.probability, 6),
        "equivalent": list(verdict.equivalent),
        "residual_deg": verdict.residual_deg,
        "residual_share_of_range": verdict.residual_share,
        "instants": verdict.n_samples,
        "reading": None if chosen is None else _describe_reading(chosen),
        "defects": [
            {"items": each.items, "what": each.what, "correction": each.correction}
            for each in verdict.defects
        ],
        "evidence": [
            {
                "quantity": each.quantity,
                "residual": each.residual,
                "spread": each.spread,
                "residual_as_standard": each.residual_as_standard,
                "unit": each.unit,
                "instants": each.n_instants,
            }
            for each in verdict.evidence
        ],
        "hypotheses": [
            {
                "angles": each.convention.label,
                "probability": each.probability,
                "bearing_miss_deg": each.bearing_miss_deg,
                "elevation_miss_deg": each.elevation_miss_deg,
            }
            for each in verdict.hypotheses
        ],
        "range": verdict.range_reason,
        "heights": verdict.height_reason,
    }


def _describe_reading(chosen: AngleConvention) -> dict[str, Any]:
    """Return a convention by the settings that would fix it."""
    return {
        "angle_convention": chosen.name,
        "north": str(chosen.north),
        "elevation_sign": "down" if chosen.is_elevation_down else "up",
        "angle_unit": "radians" if chosen.is_in_radians else "degrees",
        "sensor_height": str(chosen.sensor_height),
        "frame_center_height": str(chosen.frame_center_height),
        "slant_range": str(chosen.slant_range),
        "fields_of_view": str(chosen.fields_of_view),
        "odd_lengths": str(chosen.odd_lengths),
    }
