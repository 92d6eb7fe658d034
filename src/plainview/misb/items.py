"""A standard's table of items, and local sets read by it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final, NamedTuple

from plainview.misb.ber import KlvDecodeError, decode_ber_length, decode_ber_oid
from plainview.misb.damage import Damage, DamageKind
from plainview.misb.item_kind import ItemKind, ItemLengthError
from plainview.misb.item_kinds import Nested, NestedItem
from plainview.misb.metadata_set import DecodedSet, Item, ItemKey

__all__ = [
    "MAX_DEPTH",
    "Element",
    "ItemTable",
    "decode_item",
    "decode_item_of_set",
    "decode_local_set",
    "decode_nested_set",
    "inside",
    "mask_of_layout",
    "walk_local_set",
]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ItemTable:
    """The items of a standard, as it lists them.

    Args:
        standard: Its name, such as ``ST 0601``.
        items: Its items, each number once.
        repeatable: Numbers of items that a set may have more than once.
        never_set: Numbers of items that are read and kept, and never written by us from a
            value.
        own_sets: Numbers of items that hold sets of the same standard.
        checksum: Number of the item that is the set's checksum, which is never written from
            a value; None where it has none.
        timestamp: Number of the item that is the set's own time in microseconds; None where
            it has none.
    """

    standard: str
    items: tuple[ItemKind, ...]
    repeatable: frozenset[int] = frozenset()
    never_set: frozenset[int] = frozenset()
    own_sets: frozenset[int] = frozenset()
    checksum: int | None = None
    timestamp: int | None = None
    by_number: Mapping[int, ItemKind] = field(init=False)
    by_name: Mapping[str, ItemKind] = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "by_number", {item.number: item for item in self.items})
        object.__setattr__(self, "by_name", {item.name: item for item in self.items})
        if len(self.by_number) != len(self.items) or len(self.by_name) != len(self.items):
            raise ValueError(f"{self.standard} lists an item twice")


MAX_DEPTH: Final = 8
"""Segments inside segments; the standard has them two deep."""

_LONG_FORM: Final = 0x80
"""Tags and lengths below it are one byte."""


class Element(NamedTuple):
    """Where an item stands in the bytes of its set: a tuple, for there are very many.

    Args:
        tag: Its number.
        tag_start: Where its tag begins.
        start: Where its value begins.
        end: Where its value ends.
    """

    tag: int
    tag_start: int
    start: int
    end: int


def walk_local_set(data: bytes) -> tuple[list[Element], tuple[Damage, ...]]:
    """Return where each item of a local set stands.

    Args:
        data: The set's value: tags, lengths and values.

    Returns:
        The items up to the first that runs over the end, and that one as damage.
    """
    elements: list[Element] = []
    offset, n_data = 0, len(data)
    while offset < n_data:
        if offset + 1 < n_data and data[offset] < _LONG_FORM and data[offset + 1] < _LONG_FORM:
            start = offset + 2
            end = start + data[offset + 1]
            if end <= n_data:
                elements.append(Element(data[offset], offset, start, end))
                offset = end
                continue
        tag = None
        try:
            tag, length_offset = decode_ber_oid(data, offset)
            n_bytes, start = decode_ber_length(data, length_offset)
        except KlvDecodeError:
            return elements, (_overrun(tag),)
        end = start + n_bytes
        if end > n_data:
            return elements, (_overrun(tag),)
        elements.append(Element(tag, offset, start, end))
        offset = end
    return elements, ()


def mask_of_layout(elements: Sequence[Element], *, n_bytes: int) -> int:
    """Return an integer of as many bytes with ones where label, lengths and tags stand.

    Two sets of a length whose bytes are the same there have their items at the same places.

    Args:
        elements: Where each item stands, at least one; what is before the first is the label.
        n_bytes: Of the whole.
    """
    octets = bytearray(n_bytes)
    octets[: elements[0].tag_start] = b"\xff" * elements[0].tag_start
    for each in elements:
        octets[each.tag_start : each.start] = b"\xff" * (each.start - each.tag_start)
    return int.from_bytes(octets, "big")


def _overrun(tag: int | None) -> Damage:
    place = "a tag" if tag is None else f"item {tag}"
    return Damage(kind=DamageKind.ITEM_OVERRUN, place=place)


def decode_local_set(data: bytes, table: ItemTable, *, depth: int = 0) -> DecodedSet:
    """Decode a local set by a standard's table; nothing raises, all that is wrong is marked.

    Args:
        data: The set's value.
        table: Its standard.
        depth: How many sets of the same standard stand around it.
    """
    elements, overrun = walk_local_set(data)
    items: dict[ItemKey, Item] = {}
    repeats: list[tuple[ItemKey, Item]] = []
    damage: list[Damage] = []
    for tag, _, start, end in elements:
        wire = data[start:end]
        item, wrong = decode_item_of_set(tag, wire, table, preceding=items, depth=depth)
        if wrong:
            damage += inside(wrong, f"item {tag}")
        if tag in items:
            repeats.append((tag, items[tag]))
            if tag not in table.repeatable:
                damage.append(Damage(kind=DamageKind.ITEM_REPEATED, place=f"item {tag}"))
        items[tag] = item
    return DecodedSet(items=items, repeats=tuple(repeats), damage=(*damage, *overrun))


def decode_item_of_set(
    tag: int, wire: bytes, table: ItemTable, *, preceding: Iterable[ItemKey] = (), depth: int = 0
) -> tuple[Item, tuple[Damage, ...]]:
    """Decode one item of a set by the set's table; as `decode_item`.

    Args:
        tag: Its number.
        wire: Its value's bytes.
        table: The standard of its set.
        preceding: The items before it in its set, in order.
        depth: How many sets of the same standard stand around its set.
    """
    if wire and tag in table.own_sets:
        return _decode_own_set(wire, table, depth=depth + 1)
    return decode_item(table.by_number.get(tag), wire, preceding=preceding)


def _decode_own_set(
    wire: bytes, table: ItemTable, *, depth: int
) -> tuple[Item, tuple[Damage, ...]]:
    """Decode a set inside a set of the same standard; one too deep stays unread."""
    if depth > MAX_DEPTH:
        return Item(value=None, wire=wire), (Damage(kind=DamageKind.ITEM_VALUE, place=""),)
    nested = _nested_of(decode_local_set(wire, table, depth=depth))
    return Item(value=nested.value, wire=wire), nested.damage


def decode_item(
    kind: ItemKind | None, wire: bytes, *, preceding: Iterable[ItemKey] = ()
) -> tuple[Item, tuple[Damage, ...]]:
    """Decode one item.

    Args:
        kind: Its kind; None where its number is not in the standard, so that it stays bytes.
        wire: Its value's bytes; none of them means that the value is not known.
        preceding: The items before it in its set, in order.

    Returns:
        The item, and what is wrong with it, with the place empty where it is the item itself;
        its value is None where it cannot be read.
    """
    if not wire:
        return Item(value=None, wire=wire), ()
    if kind is None:
        return Item(value=wire, wire=wire), ()
    try:
        if isinstance(kind, NestedItem):
            nested = _decode_nested(kind, wire, preceding)
            return Item(value=nested.value, wire=wire), nested.damage
        value = kind.decode(wire)
    except ItemLengthError:
        return Item(value=None, wire=wire), (Damage(kind=DamageKind.ITEM_LENGTH, place=""),)
    except KlvDecodeError:
        return Item(value=None, wire=wire), (Damage(kind=DamageKind.ITEM_VALUE, place=""),)
    return Item(value=value, wire=wire, is_out_of_range=value is None), ()


def _decode_nested(kind: NestedItem, wire: bytes, preceding: Iterable[ItemKey]) -> Nested:
    """Return a nested set; its bytes where we do not look into it."""
    if kind.decode_after is not None:
        return kind.decode_after(wire, tuple(preceding))
    return Nested(value=wire) if kind.decode_nested is None else kind.decode_nested(wire)


def inside(damage: tuple[Damage, ...], place: str) -> tuple[Damage, ...]:
    """Return an item's damage with its place; a place inside it follows after a point."""
    return tuple(
        Damage(kind=each.kind, place=f"{place}.{each.place.removeprefix('item ')}".rstrip("."))
        for each in damage
    )


def decode_nested_set(data: bytes, table: ItemTable) -> Nested:
    """Decode a set inside a set to a mapping of tag to value.

    An item that its standard lets repeat and that does is the tuple of its values.
    """
    return _nested_of(decode_local_set(data, table))


def _nested_of(local_set: DecodedSet) -> Nested:
    value: dict[ItemKey, Any] = {tag: item.value for tag, item in local_set.items.items()}
    for tag in dict.fromkeys(tag for tag, _ in local_set.repeats):
        earlier = [item.value for number, item in local_set.repeats if number == tag]
        value[tag] = (*earlier, value[tag])
    return Nested(value=value, damage=local_set.damage)
