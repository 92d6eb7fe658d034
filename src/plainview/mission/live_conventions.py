"""How the metadata of a live source are to be read: decided while they come, by their numbers."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Final

from plainview.formats.convention_toml import ConventionSetting
from plainview.misb import (
    UNDECIDED,
    AngleConvention,
    ConventionVerdict,
    DamagePolicy,
    KlvFramer,
    SetDecoder,
    ViewItemsReader,
    choose_convention,
)
from plainview.mission.convention_prescan import Prescan
from plainview.mission.prescan_motion import SaidItems
from plainview.model import CountedWarning, Event, KlvPayload

__all__ = ["LiveConventions"]

_TRIED_AT: Final = (10, 20, 40, 80, 160, 320, 640, 1280, 2000)
"""Packets of a set after which its numbers are asked, decided or not; after the last the matter
rests."""


class LiveConventions(Mapping[str, AngleConvention]):
    """The reading of each kind of set: undecided, which locates nothing, until its numbers decide.

    Footage is looked at before it is processed; a link has no beginning to go back to. What few
    packets decided is asked again as more come: where these say otherwise, the new reading holds
    from there on, and where they leave it open, the old one, with an event. Pictures are not looked
    at: a convention that the numbers leave open needs a setting.

    Args:
        setting: What a person has set; it wins.
        damage: What is done with damaged metadata.
        decide: Runs the decision; by default in a thread of its own.
    """

    def __init__(
        self,
        setting: ConventionSetting | None = None,
        *,
        damage: DamagePolicy = DamagePolicy.MARK,
        decide: Callable[[Callable[[], None]], object] | None = None,
    ) -> None:
        self._setting = setting or ConventionSetting()
        self._pool = ThreadPoolExecutor(1, "conventions") if decide is None else None
        self._decide = decide
        self._framer = KlvFramer()
        self._decoder = SetDecoder(policy=damage)
        self._readers: dict[tuple[int, str], ViewItemsReader] = defaultdict(
            partial(ViewItemsReader, damage=damage)
        )
        self._said: dict[str, SaidItems] = defaultdict(SaidItems)
        self._verdicts: dict[str, ConventionVerdict] = {}
        self._pending: list[Future[None]] = []
        self._doubted: set[str] = set()
        self._events: list[Event] = []

    def __getitem__(self, name: str) -> AngleConvention:
        verdict = self._verdicts.get(name)
        if verdict is None or verdict.chosen is None:
            return UNDECIDED
        return replace(verdict.chosen, is_watched=not verdict.is_set)

    def __iter__(self) -> Iterator[str]:
        return iter(dict(self._verdicts))

    def __len__(self) -> int:
        return len(self._verdicts)

    @property
    def main(self) -> ConventionVerdict | None:
        """The verdict on the set that says most; None without any."""
        return self._as_prescan().main

    def warnings(self) -> tuple[CountedWarning, ...]:
        """Return a warning for each kind of set that departs from its standard."""
        return self._as_prescan().warnings()

    def take_events(self) -> tuple[Event, ...]:
        """Return what was decided since this was last asked."""
        events, self._events = tuple(self._events), []
        return events

    def add(self, payloads: Iterable[KlvPayload]) -> None:
        """Take in what came; where enough came of a set that is open, let it be decided."""
        if self._is_at_rest:
            return
        for payload in payloads:
            for packet in self._framer.feed(payload):
                metadata = self._decoder.decode(packet)
                key = (metadata.stream, metadata.set_name)
                items = self._readers[key].update(metadata)
                if items is not None and not self._is_over(metadata.set_name):
                    said = self._said[metadata.set_name]
                    said.add(items, path=Path(), stamp_us=metadata.time_us)
                    if len(said.items) in _TRIED_AT:
                        self._ask(metadata.set_name, len(said.items))

    def close(self) -> None:
        """Wait for what is being decided."""
        if self._pool is not None:
            self._pool.shutdown(wait=True)

    @property
    def _is_at_rest(self) -> bool:
        return bool(self._said) and all(self._is_over(name) for name in self._said)

    def _is_over(self, name: str) -> bool:
        """Say whether a set is not asked again: a person has set it, or it has said enough."""
        verdict, said = self._verdicts.get(name), self._said.get(name)
        is_set = verdict is not None and verdict.is_set
        return is_set or (said is not None and len(said.items) >= _TRIED_AT[-1])

    def _ask(self, name: str, n_items: int) -> None:
        said = self._said[name]
        items, time_us = said.items[:n_items], said.first_stamp_us

        def decide() -> None:
            fixed = self._setting.for_set(name)
            self._take(name, choose_convention(items, fixed=fixed, time_us=time_us), n_items)

        if self._decide is not None:
            self._decide(decide)
        elif self._pool is not None:
            self._pending = [each for each in self._pending if not each.done()]
            self._pending.append(self._pool.submit(decide))

    def _take(self, name: str, verdict: ConventionVerdict, n_items: int) -> None:
        """Take a verdict; say where it is the first, another one, or none any more."""
        before = self._verdicts.get(name)
        chosen = None if before is None else before.chosen
        if before is None or chosen is None:
            self._verdicts[name] = verdict
            if verdict.chosen is not None:
                self._events.append(_decided_event(name, verdict, n_items))
        elif verdict.chosen is None:
            if name not in self._doubted:
                self._doubted.add(name)
                self._events.append(_doubt_event(name, chosen.label, n_items))
        elif chosen.label in {verdict.chosen.label, *verdict.equivalent}:
            self._verdicts[name] = replace(verdict, chosen=chosen)
        else:
            self._verdicts[name] = verdict
            self._doubted.discard(name)
            self._events.append(_decided_event(name, verdict, n_items, before=chosen.label))

    def _as_prescan(self) -> Prescan:
        return Prescan(verdicts=dict(self._verdicts))


def _decided_event(
    name: str, verdict: ConventionVerdict, n_items: int, *, before: str | None = None
) -> Event:
    label = "" if verdict.chosen is None else verdict.chosen.label
    how = "places are given" if before is None else f"not as {before} any more; places differ"
    return Event(
        kind="convention_decided",
        what=f"After {n_items} packets the {name} metadata are read as {label}; {how}"
        " from here on.",
        details={"set": name, "packets": n_items, "reading": label, "before": before},
    )


def _doubt_event(name: str, label: str, n_items: int) -> Event:
    return Event(
        kind="convention_in_doubt",
        what=f"{n_items} packets no longer decide that the {name} metadata are read as {label},"
        " as fewer did; they still are.",
        details={"set": name, "packets": n_items, "reading": label},
    )
