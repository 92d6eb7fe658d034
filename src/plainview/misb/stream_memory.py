"""What one kind of set on one stream has said, and what cannot follow from it."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Final

from plainview.misb.decode import LOCAL_SETS, UNIVERSAL_SETS
from plainview.misb.eg0104 import EG0104_TIME
from plainview.misb.item_kind import ItemKind
from plainview.misb.item_kinds import ImapItem
from plainview.misb.metadata_set import ItemKey, MetadataSet
from plainview.misb.plausibility_limits import (
    RELATIONS,
    SENSOR_ITEMS,
    Limit,
    limit_of,
    relations_of,
    step_of,
)
from plainview.misb.swapped_words import WordMemory
from plainview.units import seconds_from_microseconds

__all__ = ["Doubts", "Facts", "StreamMemory", "facts_of", "kind_of", "place_of"]

_SOURCE_ITEMS: Final[tuple[ItemKey, ...]] = (11, 63, "image_source_device")
"""What changes when another camera or field of view is switched to."""

_HABIT_FACTOR: Final = 6.0
"""A number may change that much faster than it lately did."""
_HABIT_DECAY: Final = 0.95
_STEPS: Final = 3.0
_MAX_GAP_S: Final = 10.0
"""After such a gap in a stream nothing is said of rates."""
_MAX_BACK_S: Final = 1.0
_MAX_AHEAD_S: Final = 3600.0
_DEFAULT_STEP_S: Final = 1.0 / 30.0
_MIN_STEP_S: Final = 1e-3
_N_HABIT: Final = 3
"""Packets after which a stream's layout is a habit."""
_FOV_STEP: Final = 0.02
_MAX_CHANGED: Final = 4
"""Damage that a sum lets through (two words, two bits) touches no more items than that; where
more change at once, the scene did."""
_GARBLED_SHARE: Final = 0.5
"""A text that keeps more than this of its characters in place is garbled, not another one."""


def kind_of(set_name: str, key: ItemKey) -> ItemKind | None:
    """Return the kind of an item of a set; None where its standard does not have it."""
    if isinstance(key, int):
        table = LOCAL_SETS.get(set_name)
        return None if table is None else table.by_number.get(key)
    universal = UNIVERSAL_SETS.get(set_name)
    found = None if universal is None else universal.key_of.get(key)
    return None if universal is None or found is None else universal.find(found)


def place_of(key: ItemKey) -> str:
    """Return what damage calls an item."""
    return f"item {key}" if isinstance(key, int) else key


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A set as the checks look at it, gathered once.

    Args:
        metadata: The set.
        numbers: Its numbers, and those of its relations, by name.
        texts: Its texts.
    """

    metadata: MetadataSet
    numbers: dict[str, "_Number"]
    texts: dict[ItemKey, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubts:
    """What does not follow: the places to name, and the numbers that jump."""

    places: tuple[str, ...]
    numbers: frozenset[str] = frozenset()


@dataclass(slots=True)
class _Habit:
    """A number as a stream last said it, and how fast it lately changed."""

    value: float
    rate_s: float = 0.0
    doubted: float | None = None

    def follow(self, value: float, *, step_s: float, is_doubted: bool) -> None:
        """Take in the number that comes next."""
        if is_doubted:
            self.doubted = value
            return
        rate_s = 0.0
        if self.doubted is None:
            rate_s = _distance(value, self.value, 360.0) / step_s
        self.rate_s = max(rate_s, _HABIT_DECAY * self.rate_s)
        self.value, self.doubted = value, None


_Layout = tuple[tuple[ItemKey, ...], tuple[int, ...]]
"""The items of a set in order, and how many bytes each has."""


@dataclass(slots=True)
class StreamMemory:
    """What one kind of set on one stream said."""

    n_sets: int = 0
    time_us: int | None = None
    doubted_time_us: int | None = None
    order: dict[ItemKey, int] = field(default_factory=dict)
    n_seen: dict[ItemKey, int] = field(default_factory=dict)
    lengths: dict[ItemKey, int] = field(default_factory=dict)
    habits: dict[str, _Habit] = field(default_factory=dict)
    texts: dict[ItemKey, str] = field(default_factory=dict)
    doubted_texts: dict[ItemKey, str] = field(default_factory=dict)
    words: WordMemory = field(default_factory=WordMemory)
    layout: _Layout = ((), ())
    n_more_seen: int = 0

    def doubt(self, facts: Facts) -> Doubts:
        """Return what does not follow from what was said before."""
        metadata = facts.metadata
        if self.n_sets == 0:
            return Doubts(places=())
        places = list(self._doubt_layout(metadata))
        swap = self.words.find_swap(metadata.raw)
        if swap is not None:
            places.append(f"words at bytes {swap[0]} and {swap[1]}")
        jumps = tuple(self._jumps(facts))
        if self._is_time_doubted(metadata.time_us):
            return Doubts(places=(*places, "time stamp"), numbers=frozenset(jumps))
        changed = [*self._doubt_texts(facts), *(facts.numbers[name][2] for name in jumps)]
        if metadata.set_name not in LOCAL_SETS or len(set(changed)) <= _MAX_CHANGED:
            places += changed
        return Doubts(places=tuple(places), numbers=frozenset(jumps))

    def remember(self, facts: Facts, doubts: Doubts, *, is_whole: bool) -> None:
        """Take in a set; a number that was doubted is believed once it is said again.

        Args:
            facts: The set.
            doubts: What was doubted of it.
            is_whole: Whether nothing about it was doubted.
        """
        metadata = facts.metadata
        step_s = self._step_s(metadata.time_us)
        habits = self.habits
        for name, (value, _, _) in facts.numbers.items():
            is_doubted = name in doubts.numbers
            habit = habits.get(name)
            if habit is None or step_s is None:
                habits[name] = _Habit(value=value)
            elif habit.value == value and not is_doubted:
                habit.rate_s, habit.doubted = _HABIT_DECAY * habit.rate_s, None
            else:
                habit.follow(value, step_s=step_s, is_doubted=is_doubted)
        for key, text in facts.texts.items():
            if self._is_garbled(key, text):
                self.doubted_texts[key] = text
            else:
                self.texts[key] = text
                self.doubted_texts.pop(key, None)
        self._remember_time(metadata.time_us)
        if is_whole or self.n_sets == 0:
            self._remember_layout(metadata)
            self.words.remember(metadata.raw)
        self.n_sets += 1

    def _remember_layout(self, metadata: MetadataSet) -> None:
        layout = _layout_of(metadata)
        if layout == self.layout:
            self.n_more_seen += 1
            return
        self._count_seen()
        self.layout = layout
        for position, (key, n_bytes) in enumerate(zip(*layout, strict=True)):
            self.order[key] = position
            self.n_seen[key] = self.n_seen.get(key, 0) + 1
            self.lengths[key] = n_bytes

    def _count_seen(self) -> None:
        """Count the items of sets that had the layout of the one before."""
        for key in self.layout[0] if self.n_more_seen else ():
            self.n_seen[key] += self.n_more_seen
        self.n_more_seen = 0

    def _doubt_layout(self, metadata: MetadataSet) -> Iterator[str]:
        """Yield items out of their usual order or length, and unusual ones in place of others."""
        if self.n_sets < _N_HABIT or _layout_of(metadata) == self.layout:
            return
        last = -1
        for key, item in metadata.items.items():
            position = self.order.get(key)
            if position is None:
                if kind_of(metadata.set_name, key) is None or self._is_something_missing(metadata):
                    yield place_of(key)
                continue
            if position < last:
                yield place_of(key)
            last = position
            is_imap = isinstance(kind_of(metadata.set_name, key), ImapItem)
            if is_imap and item.wire and self.lengths[key] not in (0, len(item.wire)):
                yield place_of(key)

    def _is_something_missing(self, metadata: MetadataSet) -> bool:
        """Return whether an item that no set lacked so far is not there."""
        self._count_seen()
        n_most = max(self.n_seen.values(), default=0)
        return any(n == n_most and key not in metadata.items for key, n in self.n_seen.items())

    def _doubt_texts(self, facts: Facts) -> Iterator[str]:
        for key, text in facts.texts.items():
            if self._is_garbled(key, text):
                yield place_of(key)

    def _is_garbled(self, key: ItemKey, text: str) -> bool:
        """Return whether a text is the one before with a few characters changed."""
        before = self.texts.get(key)
        if before is None or before == text or self.doubted_texts.get(key) == text:
            return False
        n_kept = sum(a == b for a, b in zip(before, text, strict=False))
        return len(before) == len(text) and n_kept > _GARBLED_SHARE * len(text)

    def _step_s(self, time_us: int | None) -> float | None:
        """Return the time since the set before; None where rates mean nothing."""
        if time_us is None or self.time_us is None:
            return _DEFAULT_STEP_S
        step_s = abs(seconds_from_microseconds(time_us - self.time_us))
        return None if step_s > _MAX_GAP_S else max(step_s, _MIN_STEP_S)

    def _is_time_doubted(self, time_us: int | None) -> bool:
        if time_us is None or self.time_us is None:
            return False
        return not _follows(time_us, self.time_us) and not (
            self.doubted_time_us is not None and _follows(time_us, self.doubted_time_us)
        )

    def _remember_time(self, time_us: int | None) -> None:
        if time_us is None:
            return
        if self._is_time_doubted(time_us):
            self.doubted_time_us = time_us
        else:
            self.time_us, self.doubted_time_us = time_us, None

    def _jumps(self, facts: Facts) -> list[str]:
        """Return the names of numbers that jump, but for those that do so with a reason."""
        step_s = self._step_s(facts.metadata.time_us)
        if step_s is None:
            return []
        habits = self.habits
        jumps = [
            name
            for name, (value, limit, _) in facts.numbers.items()
            if (habit := habits.get(name)) is not None
            and habit.value != value
            and _is_jump(habit, value, limit=limit, step_s=step_s)
        ]
        if jumps and self._is_switch(facts, jumps):
            return [name for name in jumps if not any(part in name for part in SENSOR_ITEMS)]
        return jumps

    def _is_switch(self, facts: Facts, jumps: list[str]) -> bool:
        """Return whether another camera or field of view explains what its numbers do."""
        for key in _SOURCE_ITEMS:
            text, before = facts.texts.get(key), self.texts.get(key)
            if text and before is not None and text != before and text.isprintable():
                return not self._is_garbled(key, text)
        habit = self.habits.get("horizontal_fov_deg_free")
        fov = facts.numbers.get("horizontal_fov_deg_free")
        is_zoom = habit and fov and abs(fov[0] / max(habit.value, 1e-9) - 1.0) > _FOV_STEP
        return bool(is_zoom) and not any(name in _RELATION_NAMES for name in jumps)


def _layout_of(metadata: MetadataSet) -> _Layout:
    return tuple(metadata.items), tuple([len(item.wire) for item in metadata.items.values()])


_Number = tuple[float, Limit, str]
"""A value, how much it may change, and the place to name where it does."""

_RELATION_NAMES: Final = frozenset(relation.name for relation in RELATIONS)
_TIMES: Final = frozenset({"precision_time_stamp_us", EG0104_TIME})
_UNLIMITED: Final = Limit(rate_s=float("inf"))


def facts_of(metadata: MetadataSet) -> Facts:
    """Return the numbers and texts of a set."""
    numbers: dict[str, _Number] = {}
    values: dict[str, float] = {}
    texts: dict[ItemKey, str] = {}
    for key, item in metadata.items.items():
        value = item.value
        if isinstance(value, str):
            texts[key] = value
        rule = _rule_of(metadata.set_name, key, len(item.wire))
        if rule is None or isinstance(value, bool) or not isinstance(value, int | float):
            continue
        values[rule.name] = float(value)
        if rule.name == "horizontal_fov_deg":
            numbers["horizontal_fov_deg_free"] = (float(value), _UNLIMITED, rule.place)
        if rule.limit is not None:
            numbers[rule.name] = (float(value), rule.limit, rule.place)
    for name, (relation, value) in relations_of(values).items():
        numbers[name] = (value, relation.limit, relation.at)
    return Facts(metadata=metadata, numbers=numbers, texts=texts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rule:
    """What an item is called and how much it may change."""

    name: str
    limit: Limit | None
    place: str


@functools.lru_cache(maxsize=1024)
def _rule_of(set_name: str, key: ItemKey, n_bytes: int) -> _Rule | None:
    """Return the rule of an item at a length; None where it is not in the standard."""
    kind = kind_of(set_name, key)
    if kind is None:
        return None
    limit = None if kind.name in _TIMES else limit_of(kind)
    if limit is not None:
        limit = replace(limit, still=limit.still + _STEPS * step_of(kind, n_bytes))
    return _Rule(name=kind.name, limit=limit, place=place_of(key))


def _is_jump(habit: _Habit, value: float, *, limit: Limit, step_s: float) -> bool:
    """Return whether a number is further from the one before than it can be."""
    scale = limit.rate_s + limit.relative_rate_s * abs(habit.value)
    allowed = limit.still + (scale + _HABIT_FACTOR * habit.rate_s) * step_s
    if _distance(value, habit.value, limit.wrap) <= allowed:
        return False
    return habit.doubted is None or _distance(value, habit.doubted, limit.wrap) > allowed


def _distance(value: float, other: float, wrap: float | None) -> float:
    distance = abs(value - other)
    if wrap is None:
        return distance
    distance %= wrap
    return min(distance, wrap - distance)


def _follows(time_us: int, before_us: int) -> bool:
    return -_MAX_BACK_S <= seconds_from_microseconds(time_us - before_us) <= _MAX_AHEAD_S
