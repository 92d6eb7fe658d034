"""Items that hold a local set of their own, or a series of sets or packs with lengths."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from plainview.misb.ber import KlvDecodeError
from plainview.misb.damage import Damage, DamageKind
from plainview.misb.item_kinds import Nested, NestedItem
from plainview.misb.items import ItemTable, decode_nested_set, inside
from plainview.misb.local_set_encode import encode_local_set
from plainview.misb.never_set import find_never_set
from plainview.misb.pack_reader import PackReader, encode_blocks

__all__ = [
    "decode_series",
    "encode_nested_set",
    "encode_series",
    "series_item",
    "set_item",
    "set_series_item",
]

DecodeOne = Callable[[bytes], Nested]
EncodeOne = Callable[[Any], bytes]


def set_item(number: int, name: str, table: ItemTable) -> NestedItem:
    """Return an item that holds one local set."""
    return NestedItem(
        number,
        name,
        decode_nested=lambda data: decode_nested_set(data, table),
        encode_nested=lambda value: encode_nested_set(value, table),
        find_never_set=(lambda data: find_never_set(data, table)) if table.never_set else None,
    )


def set_series_item(number: int, name: str, table: ItemTable) -> NestedItem:
    """Return an item that holds local sets, each with its length before it."""
    return series_item(
        number,
        name,
        decode_one=lambda data: decode_nested_set(data, table),
        encode_one=lambda value: encode_nested_set(value, table),
    )


def series_item(
    number: int, name: str, *, decode_one: DecodeOne, encode_one: EncodeOne
) -> NestedItem:
    """Return an item that holds things of one kind, each with its length before it."""
    return NestedItem(
        number,
        name,
        decode_nested=lambda data: decode_series(data, decode_one),
        encode_nested=lambda value: encode_series(value, encode_one),
    )


def decode_series(data: bytes, decode_one: DecodeOne) -> Nested:
    """Decode a series to a tuple; what cannot be read is None and marked, with its index.

    A member that runs over the end is marked and ends the series.
    """
    reader = PackReader(data)
    values: list[object] = []
    damage: list[Damage] = []
    while not reader.is_at_end:
        index = str(len(values))
        try:
            block = reader.block()
        except KlvDecodeError:
            damage.append(Damage(kind=DamageKind.ITEM_OVERRUN, place=index))
            break
        member = _decode_member(decode_one, block)
        values.append(member.value)
        damage += inside(member.damage, index)
    return Nested(value=tuple(values), damage=tuple(damage))


def _decode_member(decode_one: DecodeOne, block: bytes) -> Nested:
    try:
        return decode_one(block)
    except KlvDecodeError:
        return Nested(value=None, damage=(Damage(kind=DamageKind.ITEM_VALUE, place=""),))


def encode_series(value: object, encode_one: EncodeOne) -> bytes:
    """Encode members in order, each with its length before it."""
    if isinstance(value, str | bytes) or not isinstance(value, Sequence):
        raise ValueError(f"a series takes its members in order, not {value!r}")  # noqa: TRY004
    return encode_blocks([encode_one(member) for member in value])


def encode_nested_set(value: object, table: ItemTable) -> bytes:
    """Encode a mapping by tag as a local set without label and length."""
    if not isinstance(value, Mapping):
        raise ValueError(f"{table.standard} takes a mapping by tag, not {value!r}")  # noqa: TRY004
    return encode_local_set(value, table)
