"""What a source recorded of things that plainview never sets: read, counted and shown.

SCOPE.md names the items (weapons and laser codes): they are kept to the byte in the recording,
and shown here as the source has them, without a judgement.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from plainview.errors import FormatError
from plainview.misb import (
    LOCAL_SETS,
    KlvFramer,
    KlvPacket,
    MetadataSet,
    decode_packet,
    find_never_set_of_packet,
)
from plainview.misb.decode import set_name
from plainview.misb.item_kind import FoundItem
from plainview.mission.packet_json import json_from_value
from plainview.model import KlvPayload

__all__ = ["EvidenceTally", "MissionEvidence"]

MAX_ITEMS: Final = 64
"""Items of a stream at all depths; real sources have a few."""
MAX_VALUES: Final = 16
"""Distinct values of an item that are kept, the first ones."""
MAX_SHOWN_BYTES: Final = 256
"""Of a value's bytes that are shown; the recording holds all."""


@dataclass(slots=True)
class _Seen:
    """How often something was seen, and when."""

    packets: int = 0
    first_time_us: int | None = None
    last_time_us: int | None = None

    def add(self, time_us: int | None) -> None:
        self.packets += 1
        if time_us is not None:
            first, last = self.first_time_us, self.last_time_us
            self.first_time_us = time_us if first is None else min(first, time_us)
            self.last_time_us = time_us if last is None else max(last, time_us)

    def describe(self) -> dict[str, Any]:
        return {
            "packets": self.packets,
            "first_time_us": self.first_time_us,
            "last_time_us": self.last_time_us,
        }


class _Key(NamedTuple):
    """An item of a stream: set and stream, and where in the set it stands."""

    set_name: str
    stream: int
    place: str


@dataclass(slots=True)
class _Entry:
    """One item, with its first distinct values."""

    number: int
    name: str
    seen: _Seen = field(default_factory=_Seen)
    n_damaged: int = 0
    n_others: int = 0
    values: dict[bytes, tuple[Any, _Seen]] = field(default_factory=dict)

    def add(self, found: FoundItem, metadata: MetadataSet) -> None:
        """Take in one packet's item."""
        self.seen.add(metadata.time_us)
        self.n_damaged += not metadata.is_whole
        if found.wire not in self.values:
            if len(self.values) >= MAX_VALUES or len(found.wire) > MAX_SHOWN_BYTES:
                self.n_others += 1
                return
            self.values[found.wire] = (_value_of(found), _Seen())
        self.values[found.wire][1].add(metadata.time_us)

    def describe(self, key: _Key) -> dict[str, Any]:
        values = [
            {"value": value, "raw": wire.hex(), **seen.describe()}
            for wire, (value, seen) in self.values.items()
        ]
        first = values[0] if values else {"value": None, "raw": None}
        return {
            "item": self.number,
            "name": self.name,
            "set": key.set_name,
            "stream": key.stream,
            "place": key.place,
            "value": first["value"],
            "raw": first["raw"],
            **self.seen.describe(),
            "packets_damaged": self.n_damaged,
            "values": values,
            "packets_of_other_values": self.n_others,
        }


class EvidenceTally:
    """Counts the items that plainview never sets; holds a bounded number of them."""

    def __init__(self) -> None:
        self._entries: dict[_Key, _Entry] = {}

    def add(self, metadata: MetadataSet) -> None:
        """Take in one packet."""
        table = LOCAL_SETS.get(metadata.set_name)
        if table is None:
            return
        for found in find_never_set_of_packet(metadata.raw, table):
            key = _Key(metadata.set_name, metadata.stream, found.place)
            if key not in self._entries and len(self._entries) < MAX_ITEMS:
                self._entries[key] = _Entry(found.kind.number, found.kind.name)
            if key in self._entries:
                self._entries[key].add(found, metadata)

    def describe(self) -> list[dict[str, Any]]:
        """Return `evidence`: an object an item, in the order in which they first came.

        ``item`` is the number in its standard, ``place`` the same after the items that it
        stands inside; ``value`` and ``raw`` are the first value as read and its bytes in hex,
        ``values`` the first distinct ones; times are those of the sets, as sent.
        """
        return [entry.describe(key) for key, entry in self._entries.items()]


def _value_of(found: FoundItem) -> Any:
    """Return an item's value as read; None where it cannot be read or says nothing."""
    if not found.wire:
        return None
    try:
        return json_from_value(found.kind.decode(found.wire))
    except FormatError:
        return None


class MissionEvidence:
    """The same of the payloads of a run, as its source hands them on."""

    def __init__(self) -> None:
        self._tally = EvidenceTally()
        self._framer = KlvFramer()

    def add(self, payloads: Iterable[KlvPayload]) -> None:
        """Take in the payloads of one unit."""
        for payload in payloads:
            for packet in self._framer.feed(payload):
                self._add_packet(packet)

    def describe(self) -> list[dict[str, Any]]:
        """Return `evidence` of all that was taken in; nothing more may come after it."""
        for packet in self._framer.flush():
            self._add_packet(packet)
        return self._tally.describe()

    def _add_packet(self, packet: KlvPacket) -> None:
        """Take in a packet; only one that holds such an item is decoded."""
        table = LOCAL_SETS.get(set_name(packet))
        if table is not None and find_never_set_of_packet(packet.raw, table):
            self._tally.add(decode_packet(packet))
