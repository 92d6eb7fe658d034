"""Local sets of a stream, decoded with the set before in mind: what is unchanged is not read again.

Packets of a source mostly have the layout of the one before, and half of their items its bytes.
The result is that of `decode_local_set`, item by item; only undamaged sets are remembered.
"""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Final

from plainview.misb.item_numbers import LinearItem
from plainview.misb.items import (
    ItemTable,
    decode_item_of_set,
    decode_local_set,
    mask_of_layout,
    walk_local_set,
)
from plainview.misb.metadata_set import DecodedSet, Item, ItemKey

__all__ = ["SetMemory"]

_MOST_KNOWN: Final = 32
"""Layouts, over all streams; where there are more the oldest is forgotten."""

_Place = tuple[int, int, int, LinearItem | None]
"""Tag, where its value begins and ends, and its kind where that is a number mapped linearly."""


@dataclass(slots=True)
class _Known:
    """The last set of a layout: its bytes of tags and lengths, and its items."""

    mask: int
    masked: int
    places: tuple[_Place, ...]
    items: dict[ItemKey, Item]


class SetMemory:
    """Remembers the last undamaged set of each stream, by its length."""

    def __init__(self) -> None:
        self._known: dict[Hashable, _Known] = {}

    def decode(self, data: bytes, table: ItemTable, *, stream: int) -> DecodedSet:
        """Decode a local set as `decode_local_set` does.

        Args:
            data: The set's value.
            table: Its standard.
            stream: On which it came.
        """
        key = (stream, table.standard, len(data))
        known = self._known.get(key)
        if known is not None and int.from_bytes(data, "big") & known.mask == known.masked:
            items = _items_after(known, data, table)
            if items is not None:
                known.items = items
                return DecodedSet(items=items)
        decoded = decode_local_set(data, table)
        self._known.pop(key, None)
        if decoded.items and not decoded.damage and not decoded.repeats:
            self._known[key] = _known_of(data, decoded, table)
            while len(self._known) > _MOST_KNOWN:
                self._known.pop(next(iter(self._known)))
        return decoded


def _items_after(known: _Known, data: bytes, table: ItemTable) -> dict[ItemKey, Item] | None:
    """Return the items of a set of the same layout; None where one is damaged."""
    items: dict[ItemKey, Item] = {}
    before = known.items
    for tag, start, end, linear in known.places:
        wire = data[start:end]
        item = before[tag]
        if item.wire != wire:
            if linear is not None:
                code = int.from_bytes(wire, "big", signed=linear.is_signed)
                value = linear.value_of(code)
                item = Item(value=value, wire=wire, is_out_of_range=value is None)
            else:
                item, damage = decode_item_of_set(tag, wire, table, preceding=items)
                if damage:
                    return None
        items[tag] = item
    return items


def _known_of(data: bytes, decoded: DecodedSet, table: ItemTable) -> _Known:
    elements = walk_local_set(data)[0]
    mask = mask_of_layout(elements, n_bytes=len(data))
    return _Known(
        mask=mask,
        masked=int.from_bytes(data, "big") & mask,
        places=tuple(
            (tag, start, end, _linear(table, tag, end - start)) for tag, _, start, end in elements
        ),
        items=decoded.items,
    )


def _linear(table: ItemTable, tag: int, n_bytes: int) -> LinearItem | None:
    kind = table.by_number.get(tag)
    if not isinstance(kind, LinearItem) or kind.n_bytes != n_bytes or tag in table.own_sets:
        return None
    return kind
