"""Sets whose bytes are valid and whose content cannot be: what a checksum lets through.

A 16-bit sum does not see words that change places, nor flips that cancel, and EG 0104 has no
sum at all. Three kinds of check mark what can be caught: structure (what a set must have, in
which order), range (reserved codes, text that is none), and rate (numbers that jump against
what the same stream said before, alone or in relation to each other).
"""

import functools
from collections.abc import Iterator
from dataclasses import replace
from typing import Final

from plainview.misb.damage import DOUBTFUL, Damage, DamageKind, DamagePolicy
from plainview.misb.decode import LOCAL_SETS, UNIVERSAL_SETS, decode_packet, rejected
from plainview.misb.eg0104 import EG0104_TIME
from plainview.misb.framing import KlvPacket
from plainview.misb.item_kind import ItemKind
from plainview.misb.item_kinds import EnumItem, FlagsItem, FloatItem, TextItem
from plainview.misb.metadata_set import ItemKey, MetadataSet
from plainview.misb.set_memory import SetMemory
from plainview.misb.stream_memory import StreamMemory, facts_of, kind_of, place_of
from plainview.misb.universal_label import N_LABEL_BYTES

__all__ = ["PlausibilityCheck", "SetDecoder"]

_REQUIRED: Final[dict[str, tuple[ItemKey, ...]]] = {
    "ST0601": (2, 65, 1),
    "ST0903": (1,),
    "EG0104": (EG0104_TIME,),
}
"""Items that a set must have."""

_MAX_LABELS: Final = 64
"""Unknown labels that are remembered; a stream with more of them is noise."""
_FIRST_TIME_US: Final = 315_532_800_000_000
"""1980: no metadata is older."""
_LAST_TIME_US: Final = 4_102_444_800_000_000
"""2100."""


class SetDecoder:
    """Decodes packets in the order of their streams and marks what is not plausible.

    Args:
        policy: What is given of damaged packets; what is salvaged is held against what the
            stream said before, too.
    """

    def __init__(self, *, policy: DamagePolicy = DamagePolicy.MARK) -> None:
        self._policy = policy
        self._memory = SetMemory()
        self._check = PlausibilityCheck()
        self._salvaged = PlausibilityCheck()

    def decode(self, packet: KlvPacket) -> MetadataSet:
        """Return what a packet says, with all that is wrong with it."""
        if self._policy is not DamagePolicy.SALVAGE:
            metadata = self._check.update(decode_packet(packet, memory=self._memory))
            is_out = self._policy is DamagePolicy.REJECT and not metadata.is_whole
            return rejected(metadata) if is_out else metadata
        metadata = decode_packet(packet, policy=self._policy, memory=self._memory)
        if not _is_unread(metadata):
            return self._check.update(metadata)
        if self._check.knows(metadata):
            return self._check.update_salvaged(metadata, is_remembered=False)
        return self._salvaged.update_salvaged(metadata, is_remembered=True)


class PlausibilityCheck:
    """Remembers what each stream said, to tell what cannot follow from it."""

    def __init__(self) -> None:
        self._streams: dict[tuple[int, str], StreamMemory] = {}
        self._unknown_labels: set[bytes] = set()

    def doubts(self, metadata: MetadataSet) -> tuple[Damage, ...]:
        """Return what is not plausible about a set, and remember nothing."""
        if _is_unread(metadata):
            return ()
        if metadata.set_name == "unknown":
            return self._label_doubts(metadata)
        memory = self._streams.get((metadata.stream, metadata.set_name), StreamMemory())
        return _as_damage([*_doubt_alone(metadata), *memory.doubt(facts_of(metadata)).places])

    def update(self, metadata: MetadataSet) -> MetadataSet:
        """Return a set with what is not plausible about it marked, and remember it."""
        if _is_unread(metadata):
            return metadata
        damage = self._updated(metadata)
        return replace(metadata, damage=metadata.damage + damage) if damage else metadata

    def knows(self, metadata: MetadataSet) -> bool:
        """Return whether whole sets of this kind were seen on this stream."""
        return (metadata.stream, metadata.set_name) in self._streams

    def update_salvaged(self, metadata: MetadataSet, *, is_remembered: bool) -> MetadataSet:
        """Return what is left of a broken set with what is not plausible about it marked.

        Args:
            metadata: The set; what it lost is not asked for.
            is_remembered: Whether it may tell what is plausible of those after it.
        """
        if metadata.set_name not in {*LOCAL_SETS, *UNIVERSAL_SETS}:
            return metadata
        key = (metadata.stream, metadata.set_name)
        memory = self._streams.setdefault(key, StreamMemory())
        facts = facts_of(metadata)
        doubts = memory.doubt(facts)
        damage = _as_damage([*_doubt_values(metadata), *doubts.places])
        if is_remembered:
            memory.remember(facts, doubts, is_whole=not damage)
        return replace(metadata, damage=metadata.damage + damage)

    def _updated(self, metadata: MetadataSet) -> tuple[Damage, ...]:
        if metadata.set_name == "unknown":
            damage = self._label_doubts(metadata)
            if len(self._unknown_labels) < _MAX_LABELS:
                self._unknown_labels.add(metadata.raw[:N_LABEL_BYTES])
            return damage
        key = (metadata.stream, metadata.set_name)
        memory = self._streams.setdefault(key, StreamMemory())
        facts = facts_of(metadata)
        doubts = memory.doubt(facts)
        damage = _as_damage([*_doubt_alone(metadata), *doubts.places])
        memory.remember(facts, doubts, is_whole=not damage)
        return damage

    def _label_doubts(self, metadata: MetadataSet) -> tuple[Damage, ...]:
        """Doubt a label that we do not know in a stream of known sets, until it comes again."""
        is_stream_known = any(stream == metadata.stream for stream, _ in self._streams)
        if not is_stream_known or metadata.raw[:N_LABEL_BYTES] in self._unknown_labels:
            return ()
        return (Damage(kind=DamageKind.IMPLAUSIBLE, place="label"),)


def _as_damage(places: list[str]) -> tuple[Damage, ...]:
    return tuple(
        Damage(kind=DamageKind.IMPLAUSIBLE, place=place) for place in dict.fromkeys(places)
    )


def _is_unread(metadata: MetadataSet) -> bool:
    """Return whether a set's content is neither looked at nor remembered."""
    is_known = metadata.set_name in {*LOCAL_SETS, *UNIVERSAL_SETS, "unknown"}
    return not is_known or any(damage.kind in DOUBTFUL for damage in metadata.damage)


def _doubt_alone(metadata: MetadataSet) -> Iterator[str]:
    """Yield the places of what no stream could say: structure and range."""
    for key in _REQUIRED.get(metadata.set_name, ()):
        if metadata.value(key) is None:
            yield place_of(key)
    yield from _doubt_values(metadata)


def _doubt_values(metadata: MetadataSet) -> Iterator[str]:
    """Yield the places of what no stream could say of what is there."""
    if metadata.time_us is not None and not _FIRST_TIME_US <= metadata.time_us <= _LAST_TIME_US:
        yield "time stamp"
    for key, item in metadata.items.items():
        kind = _doubtable_kind(metadata.set_name, key)
        if kind is not None and item.value is not None and not _is_in_range(kind, item.value):
            yield place_of(key)


@functools.lru_cache(maxsize=1024)
def _doubtable_kind(set_name: str, key: ItemKey) -> ItemKind | None:
    """Return the kind of an item whose value could be one that its standard lacks; else None."""
    kind = kind_of(set_name, key)
    has_values = isinstance(kind, EnumItem | FlagsItem | TextItem | FloatItem)
    return kind if kind is not None and (has_values or "fov" in kind.name) else None


def _is_in_range(kind: ItemKind, value: object) -> bool:
    """Return whether a value is one that its standard has."""
    if isinstance(kind, EnumItem):
        return not kind.names or value in kind.names
    if isinstance(kind, FlagsItem) and isinstance(value, int):
        return not kind.names or value >> (max(kind.names) + 1) == 0
    if isinstance(kind, TextItem) and isinstance(value, str):
        return value.isprintable()
    if isinstance(kind, FloatItem) and isinstance(value, float):
        return kind.low <= value <= kind.high and not 0.0 < abs(value) < 1e-30
    return "fov" not in kind.name or not isinstance(value, float) or value > 0.0
