"""What many packets of one stream say, counted by layout: items, damage, stamps, poses."""

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.misb.columns import Layout, MetadataColumns, decode_columns
from plainview.misb.damage import Damage, DamageKind
from plainview.misb.decode import LOCAL_SETS, decode_packet
from plainview.misb.framing import frame_packet
from plainview.misb.item_numbers import EnumItem, FlagsItem, ImapItem, IntItem, LinearItem, UintItem
from plainview.misb.metadata_set import MetadataSet
from plainview.misb.minimum_set import MinimumSetTally
from plainview.misb.motion_tally import MotionTally

__all__ = ["ColumnSurvey", "ItemCounts"]

_OF_LAYOUT: Final = frozenset(
    {
        DamageKind.ITEM_LENGTH,
        DamageKind.ITEM_REPEATED,
        DamageKind.ITEM_UNKNOWN,
        DamageKind.ITEM_MISSING,
        DamageKind.ITEM_OVERRUN,
    }
)
"""Damage that all packets of a layout share."""
_NUMBERS: Final = (LinearItem, UintItem, IntItem, ImapItem, EnumItem, FlagsItem)
_LONG_TAG: Final = 128
_MAX_STAMP_US: Final = 2.0**53
"""The year 2255: integers in columns are exact up to here, and no clock says more."""
_MAX_LAYOUTS: Final = 4_096
"""That are remembered; report on change has some hundred."""

Times = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


@dataclass(slots=True)
class ItemCounts:
    """What the items are, and what of them a careless reader would misread.

    Args:
        count: Packets that have an item, by ``ST0601 13``; ``unknown`` that say nothing in it.
        out_of_range: Packets that hold the standard's mark for out of range.
        empty: Packets that have it without a length.
        n_long_tag: Packets with an item whose number is over one byte.
        n_long_length: Packets with an item of 128 bytes and more.
        versions: Packets by the version of ST 0601 that they state.
        n_leap_seconds: Packets that state leap seconds (item 136).
    """

    count: Counter[str] = field(default_factory=Counter)
    unknown: Counter[str] = field(default_factory=Counter)
    out_of_range: Counter[str] = field(default_factory=Counter)
    empty: Counter[str] = field(default_factory=Counter)
    n_long_tag: int = 0
    n_long_length: int = 0
    versions: Counter[int] = field(default_factory=Counter)
    n_leap_seconds: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class _FirstOfLayout:
    """What the first packet of a layout shows of all."""

    damage: tuple[Damage, ...]
    unknown: frozenset[int]
    marking: frozenset[int]


class ColumnSurvey:
    """Takes the whole packets of one local set, many at once.

    Args:
        name: The set's name.
        minimum: Counts the minimum set, for ST 0601.
        motion: Watches the platform, likewise.
    """

    def __init__(self, name: str, *, minimum: MinimumSetTally, motion: MotionTally) -> None:
        self.items = ItemCounts()
        self.n_packets = 0
        self.n_damaged = 0
        self.damage: Counter[str] = Counter()
        self.places: Counter[str] = Counter()
        self._name = name
        self._table = LOCAL_SETS[name]
        self._minimum = minimum
        self._motion = motion
        self._firsts: dict[object, _FirstOfLayout] = {}

    def add(self, raws: list[bytes]) -> tuple[Times, MetadataColumns]:
        """Take in packets of the set; those that are not whole are left to the caller.

        Returns:
            Their time stamps, (n,), -1 where there is none, and the columns.
        """
        columns = decode_columns(raws, table=self._table)
        stamps = columns.numbers.get(self._table.timestamp or 0)
        n_packets = len(raws)
        known = np.full(n_packets, np.nan) if stamps is None else stamps
        is_time = np.isfinite(known) & (known < _MAX_STAMP_US)
        stamp_us = np.where(is_time, known, -1.0).astype(np.int64)
        firsts = [self._first(layout) for layout in columns.layouts]
        for layout, first in zip(columns.layouts, firsts, strict=True):
            self._count(layout, first, columns)
        if self._name == "ST0601":
            self._add_0601(columns, firsts, stamp_us)
        return stamp_us, columns

    def _first(self, layout: Layout) -> _FirstOfLayout:
        key = (layout.data.shape[1], layout.elements)
        if key not in self._firsts:
            if len(self._firsts) >= _MAX_LAYOUTS:
                self._firsts.clear()
            self._firsts[key] = _look_at(layout.data[0].tobytes())
        return self._firsts[key]

    def _count(self, layout: Layout, first: _FirstOfLayout, columns: MetadataColumns) -> None:
        n = len(layout.rows)
        self.n_packets += n
        self.n_damaged += n * bool(first.damage)
        for each in first.damage:
            self.damage[str(each.kind)] += n
            self.places[f"{each.kind} {each.place}"] += n
        self.items.n_long_tag += n * any(each.tag >= _LONG_TAG for each in layout.elements)
        self.items.n_long_length += n * any(
            each.end - each.start >= _LONG_TAG for each in layout.elements
        )
        sizes = {each.tag: each.end - each.start for each in layout.elements}
        for tag, n_bytes in sizes.items():
            values = columns.numbers.get(tag)
            known = None if values is None else values[layout.rows]
            is_silent = tag in first.unknown
            self._count_item(tag, n_bytes, n=n, values=known, is_unknown=is_silent)

    def _count_item(
        self, tag: int, n_bytes: int, *, n: int, values: Floats | None, is_unknown: bool
    ) -> None:
        """Count an item of n packets; ``values`` are its numbers, None where it is none."""
        name, items = f"{self._name} {tag}", self.items
        items.count[name] += n
        if n_bytes == 0:
            items.empty[name] += n
            items.unknown[name] += n
            return
        kind = self._table.by_number.get(tag)
        if not isinstance(kind, _NUMBERS) or values is None:
            items.unknown[name] += n * is_unknown
            return
        n_unknown = int(np.count_nonzero(np.isnan(values)))
        items.unknown[name] += n_unknown
        is_marked = isinstance(kind, LinearItem) and n_bytes == kind.n_bytes
        items.out_of_range[name] += n_unknown * is_marked

    def _add_0601(
        self, columns: MetadataColumns, firsts: list[_FirstOfLayout], stamp_us: Times
    ) -> None:
        markings = {place: first.marking for place, first in enumerate(firsts)}
        self._minimum.add(columns.layouts, markings=markings, stamp_us=stamp_us)
        for version, n in zip(*_counted(columns, 65), strict=True):
            self.items.versions[int(version)] += int(n)
        self.items.n_leap_seconds += int(_counted(columns, 136)[1].sum())
        self._motion.add(stamp_us, _poses(columns))


def _counted(columns: MetadataColumns, tag: int) -> tuple[Floats, npt.NDArray[np.intp]]:
    column = columns.numbers.get(tag, np.zeros(0))
    return np.unique(column[np.isfinite(column)], return_counts=True)


def _poses(columns: MetadataColumns) -> dict[str, Floats]:
    nothing = np.full(len(columns), np.nan)
    height = nothing
    for tag in (15, 75, 104):
        column = columns.numbers.get(tag, nothing)
        height = np.where(np.isfinite(column), column, height)
    return {
        "latitude_deg": columns.numbers.get(13, nothing),
        "longitude_deg": columns.numbers.get(14, nothing),
        "heading_deg": columns.numbers.get(5, nothing),
        "height_m": height,
    }


def _look_at(raw: bytes) -> _FirstOfLayout:
    """Return what one packet shows of all of its layout."""
    metadata: MetadataSet = decode_packet(frame_packet(raw))
    marking = metadata.value(48)
    return _FirstOfLayout(
        damage=tuple(each for each in metadata.damage if each.kind in _OF_LAYOUT),
        unknown=frozenset(
            key for key, item in metadata.items.items() if isinstance(key, int) and item.is_unknown
        ),
        marking=frozenset(_tags(marking)) if isinstance(marking, Mapping) else frozenset(),
    )


def _tags(marking: Mapping[object, object]) -> Iterator[int]:
    return (key for key, value in marking.items() if isinstance(key, int) and value is not None)
