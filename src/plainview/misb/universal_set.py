"""Universal sets: items under 16-byte keys, as the standards before ST 0601 have them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from plainview.misb.ber import KlvDecodeError, decode_ber_length, encode_ber_length
from plainview.misb.damage import Damage, DamageKind
from plainview.misb.item_kind import ItemKind
from plainview.misb.items import decode_item, inside
from plainview.misb.metadata_set import DecodedSet, Item, ItemKey
from plainview.misb.universal_label import LABEL_PREFIX, N_LABEL_BYTES

__all__ = [
    "KeyedElement",
    "UniversalItem",
    "UniversalTable",
    "decode_universal_set",
    "encode_universal_set",
    "walk_universal_set",
]

_VERSION_BYTE: Final = 7
"""The registry's version, which does not count when keys are compared (SMPTE ST 298)."""

_MAX_VERSION: Final = 0x0F
"""The registry (SMPTE RP 210) has come to about 14 versions."""

_MAX_WRONG_BITS: Final = 2


def _versionless(key: bytes) -> bytes:
    return key[:_VERSION_BYTE] + b"\x00" + key[_VERSION_BYTE + 1 :]


@dataclass(frozen=True, slots=True, kw_only=True)
class UniversalItem:
    """A key of a universal set, and the kind of item under it."""

    key: bytes
    item: ItemKind


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class UniversalTable:
    """The keys of a standard's universal set.

    Args:
        standard: Its name, such as ``EG 0104``.
        items: Its keys.
    """

    standard: str
    items: tuple[UniversalItem, ...]
    by_key: Mapping[bytes, ItemKind] = field(init=False)
    key_of: Mapping[str, bytes] = field(init=False)

    def __post_init__(self) -> None:
        by_key = {_versionless(each.key): each.item for each in self.items}
        object.__setattr__(self, "by_key", by_key)
        object.__setattr__(self, "key_of", {each.item.name: each.key for each in self.items})

    def find(self, key: bytes) -> ItemKind | None:
        """Return the kind of item under a key; None where the standard does not have it."""
        return self.by_key.get(_versionless(key))

    def is_broken(self, key: bytes) -> bool:
        """Return whether a key looks like one that was damaged.

        That is one that is no label, one that differs in a bit or two from one in the
        standard, or one of a version that the registry does not have.
        """
        if key[: len(LABEL_PREFIX)] != LABEL_PREFIX:
            return True
        if self.find(key) is not None:
            return not 0 < key[_VERSION_BYTE] <= _MAX_VERSION
        code = int.from_bytes(_versionless(key), "big")
        return any(
            (code ^ int.from_bytes(known, "big")).bit_count() <= _MAX_WRONG_BITS
            for known in self.by_key
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class KeyedElement:
    """Where an item stands in a universal set: its key, and where its value begins and ends."""

    key: bytes
    start: int
    end: int


def walk_universal_set(data: bytes) -> tuple[list[KeyedElement], tuple[Damage, ...]]:
    """Return where each item stands, up to the first that runs over the end, which is damage."""
    elements: list[KeyedElement] = []
    offset = 0
    while offset < len(data):
        key = data[offset : offset + N_LABEL_BYTES]
        try:
            n_bytes, start = decode_ber_length(data, offset + N_LABEL_BYTES)
        except KlvDecodeError:
            return elements, (Damage(kind=DamageKind.ITEM_OVERRUN, place=f"key {key.hex()}"),)
        end = start + n_bytes
        if end > len(data):
            return elements, (Damage(kind=DamageKind.ITEM_OVERRUN, place=f"key {key.hex()}"),)
        elements.append(KeyedElement(key=key, start=start, end=end))
        offset = end
    return elements, ()


def decode_universal_set(data: bytes, table: UniversalTable) -> DecodedSet:
    """Decode a universal set by a standard's table; all that is wrong is marked.

    A key that the standard does not have is kept under its 32 hex digits.
    """
    elements, overrun = walk_universal_set(data)
    items: dict[ItemKey, Item] = {}
    repeats: list[tuple[ItemKey, Item]] = []
    damage: list[Damage] = []
    for element in elements:
        kind = table.find(element.key)
        name = element.key.hex() if kind is None else kind.name
        if table.is_broken(element.key):
            damage.append(Damage(kind=DamageKind.ITEM_UNKNOWN, place=name))
        item, wrong = decode_item(kind, data[element.start : element.end], preceding=items)
        damage += inside(wrong, name)
        if name in items:
            repeats.append((name, items[name]))
            damage.append(Damage(kind=DamageKind.ITEM_REPEATED, place=name))
        items[name] = item
    return DecodedSet(items=items, repeats=tuple(repeats), damage=(*damage, *overrun))


def encode_universal_set(items: Mapping[str, object], table: UniversalTable) -> bytes:
    """Encode values by name; an Item with wire bytes is written as it came.

    Raises:
        ValueError: A name that the standard does not have, or a value that its item cannot
            hold.
    """
    parts = []
    for name, given in items.items():
        key = table.key_of.get(name)
        if key is None and not isinstance(given, Item):
            raise ValueError(f"{table.standard} has no item {name}")
        wire = _wire(given, None if key is None else table.find(key))
        parts.append((key or bytes.fromhex(name)) + encode_ber_length(len(wire)) + wire)
    return b"".join(parts)


def _wire(given: object, kind: ItemKind | None) -> bytes:
    value = given.value if isinstance(given, Item) else given
    if isinstance(given, Item) and (given.wire or value is None):
        return given.wire
    return b"" if value is None or kind is None else kind.encode(value)
