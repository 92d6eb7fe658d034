"""Items that are read, kept to the byte and never set: where they stand in the bytes of a set."""

from collections.abc import Iterator

from plainview.misb.ber import KlvDecodeError, decode_ber_length
from plainview.misb.item_kind import FoundItem
from plainview.misb.item_kinds import NestedItem
from plainview.misb.items import MAX_DEPTH, ItemTable, walk_local_set
from plainview.misb.universal_label import N_LABEL_BYTES

__all__ = ["find_never_set", "find_never_set_in", "find_never_set_of_packet"]


def find_never_set_of_packet(raw: bytes, table: ItemTable) -> tuple[FoundItem, ...]:
    """Return the items of a whole packet that are never set; none where its length is broken."""
    try:
        _, start = decode_ber_length(raw, N_LABEL_BYTES)
    except KlvDecodeError:
        return ()
    return find_never_set(raw[start:], table)


def find_never_set(data: bytes, table: ItemTable, *, depth: int = 0) -> tuple[FoundItem, ...]:
    """Return the items of a set that are never set, those of sets inside it as well.

    Args:
        data: The set's value.
        table: Its standard.
        depth: How many sets of the same standard stand around it.
    """
    return tuple(_found(data, table, depth))


def _found(data: bytes, table: ItemTable, depth: int) -> Iterator[FoundItem]:
    for tag, _, start, end in walk_local_set(data)[0]:
        if tag in table.never_set:
            yield FoundItem(str(tag), table.by_number[tag], data[start:end])
        else:
            yield from find_never_set_in(tag, data[start:end], table, depth=depth)


def find_never_set_in(
    tag: int, data: bytes, table: ItemTable, *, depth: int = 0
) -> tuple[FoundItem, ...]:
    """Return the items that are never set inside an item that is a set itself."""
    kind = table.by_number.get(tag)
    found: tuple[FoundItem, ...] = ()
    if tag in table.own_sets and depth < MAX_DEPTH:
        found = find_never_set(data, table, depth=depth + 1)
    elif isinstance(kind, NestedItem) and kind.find_never_set is not None:
        found = kind.find_never_set(data)
    return tuple(each._replace(place=f"{tag}.{each.place}") for each in found)
