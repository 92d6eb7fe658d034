"""Values to the items of a local set."""

from collections.abc import Mapping

from plainview.errors import FormatError
from plainview.misb.ber import encode_ber_length, encode_ber_oid
from plainview.misb.items import ItemTable, walk_local_set
from plainview.misb.metadata_set import Item

__all__ = ["KlvEncodeError", "encode_element", "encode_item", "encode_local_set"]


class KlvEncodeError(FormatError):
    """A value that an item cannot hold, or that we never set."""


def encode_local_set(items: Mapping[int, object], table: ItemTable) -> bytes:
    """Encode the items of a local set, without label, length and checksum.

    Args:
        items: As for `encode_set`.
        table: The set's standard.

    Raises:
        KlvEncodeError: As for `encode_set`.
    """
    tags = [tag for tag in items if tag != table.checksum]
    tags.sort(key=lambda tag: tag != table.timestamp)
    return b"".join(encode_element(tag, encode_item(tag, items[tag], table)) for tag in tags)


def encode_item(tag: int, given: object, table: ItemTable) -> bytes:
    """Encode one item's value; an Item with its bytes is written by them."""
    value = given.value if isinstance(given, Item) else given
    if isinstance(given, Item) and given.wire:
        return given.wire
    if value is None and not (isinstance(given, Item) and given.is_out_of_range):
        return b""
    kind = table.by_number.get(tag)
    where = f"{table.standard} item {tag}" + (f" ({kind.name})" if kind else "")
    if tag in table.never_set or _holds_never_set(tag, value, table):
        raise KlvEncodeError(
            where=where,
            what="is read and kept to the byte, and never set.",
            mend="Leave it out, or pass on the Item that was read; SCOPE.md says why.",
        )
    if kind is None:
        if isinstance(value, bytes):
            return value
        raise KlvEncodeError(
            where=where, what="is not in our table.", mend="Give its value as bytes."
        )
    try:
        return kind.encode(value)
    except (ValueError, TypeError, KeyError, AttributeError) as exc:
        raise KlvEncodeError(
            where=where, what=f"cannot be written: {exc}.", mend="Its table has its range."
        ) from exc


def _holds_never_set(tag: int, value: object, table: ItemTable) -> bool:
    """Return whether bytes of a set of the same standard hold an item that we never set."""
    if tag not in table.own_sets or not isinstance(value, bytes):
        return False
    return any(element.tag in table.never_set for element in walk_local_set(value)[0])


def encode_element(tag: int, wire: bytes) -> bytes:
    """Return tag, length and the bytes of a value."""
    return encode_ber_oid(tag) + encode_ber_length(len(wire)) + wire
