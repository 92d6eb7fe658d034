"""Values to the items of a local set."""

from collections.abc import Mapping

from plainview.errors import FormatError
from plainview.misb.ber import encode_ber_length, encode_ber_oid
from plainview.misb.item_kinds import NestedItem
from plainview.misb.items import ItemTable
from plainview.misb.metadata_set import Item, ItemKey
from plainview.misb.never_set import find_never_set_in

__all__ = [
    "KlvEncodeError",
    "encode_element",
    "encode_item",
    "encode_local_set",
]


class KlvEncodeError(FormatError):
    """A value that an item cannot hold, or that we never set."""


def encode_local_set(items: Mapping[int, object], table: ItemTable) -> bytes:
    """Encode the items of a local set, without label, length and checksum.

    Args:
        items: As for `encode_set`. The values of an item that its standard lets repeat may be
            a tuple: each is written.
        table: The set's standard.

    Raises:
        KlvEncodeError: As for `encode_set`.
    """
    tags = [tag for tag in items if tag != table.checksum]
    tags.sort(key=lambda tag: tag != table.timestamp)
    parts: list[bytes] = []
    preceding: dict[ItemKey, None] = {}
    for tag in tags:
        for given in _values_of(tag, items[tag], table):
            wire = encode_item(tag, given, table, preceding=tuple(preceding))
            parts.append(encode_element(tag, wire))
            preceding[tag] = None
    return b"".join(parts)


def _values_of(tag: int, given: object, table: ItemTable) -> tuple[object, ...]:
    """Return the values of an item: several where it may repeat and does."""
    return given if tag in table.repeatable and isinstance(given, tuple) else (given,)


def encode_item(
    tag: int, given: object, table: ItemTable, *, preceding: tuple[ItemKey, ...] | None = None
) -> bytes:
    """Encode one item's value; an Item with its bytes is written by them.

    Args:
        tag: Its number.
        given: Its value, or an Item.
        table: Its set's standard.
        preceding: The items before it in its set, in order; None where they are not known.
    """
    value = given.value if isinstance(given, Item) else given
    if isinstance(given, Item) and given.wire:
        return given.wire
    if value is None and not (isinstance(given, Item) and given.is_out_of_range):
        return b""
    kind = table.by_number.get(tag)
    where = f"{table.standard} item {tag}" + (f" ({kind.name})" if kind else "")
    _refuse_never_set(tag, value, table, where=where)
    if tag in table.own_sets and isinstance(value, Mapping):
        return encode_local_set(value, table)
    if kind is None:
        if isinstance(value, bytes):
            return value
        raise KlvEncodeError(
            where=where, what="is not in our table.", mend="Give its value as bytes."
        )
    try:
        if isinstance(kind, NestedItem) and kind.encode_after and not isinstance(value, bytes):
            return kind.encode_after(value, preceding)
        return kind.encode(value)
    except (ValueError, TypeError, KeyError, AttributeError) as exc:
        raise KlvEncodeError(
            where=where, what=f"cannot be written: {exc}.", mend="Its table has its range."
        ) from exc


def _refuse_never_set(tag: int, value: object, table: ItemTable, *, where: str) -> None:
    """Raise for an item that we never set, and for bytes of a set that holds one."""
    if tag in table.never_set:
        what = "is read and kept to the byte, and never set."
    elif isinstance(value, bytes) and find_never_set_in(tag, value, table):
        what = "holds an item that is read and kept to the byte, and never set."
    else:
        return
    mend = "Leave it out, or pass on the Item that was read; SCOPE.md says why."
    raise KlvEncodeError(where=where, what=what, mend=mend)


def encode_element(tag: int, wire: bytes) -> bytes:
    """Return tag, length and the bytes of a value."""
    return encode_ber_oid(tag) + encode_ber_length(len(wire)) + wire
