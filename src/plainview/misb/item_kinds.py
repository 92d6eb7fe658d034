"""The kinds of item that a standard's table is made of: bytes to a value and back.

Each has a number and a name that ends with the unit. `decode` gives None for the standard's
mark for a value that is out of range, and raises for bytes that break the standard; a
length of zero, which means that the value is not known, never comes to it.
"""

from collections.abc import Callable
from dataclasses import dataclass, field

from plainview.misb.ber import KlvDecodeError
from plainview.misb.damage import Damage
from plainview.misb.item_kind import FoundItem, ItemKind, ItemLengthError, place
from plainview.misb.item_numbers import (
    EnumItem,
    FlagsItem,
    FloatItem,
    ImapItem,
    IntItem,
    LinearItem,
    UintItem,
)
from plainview.misb.metadata_set import ItemKey

__all__ = [
    "BytesItem",
    "EnumItem",
    "FlagsItem",
    "FloatItem",
    "ImapItem",
    "IntItem",
    "ItemKind",
    "ItemLengthError",
    "LinearItem",
    "Nested",
    "NestedItem",
    "PackItem",
    "TextItem",
    "UintItem",
]


@dataclass(frozen=True, slots=True)
class TextItem:
    """Text in UTF-8, of which ISO 646 is a part; zero bytes at its end are padding.

    Args:
        number: Its number in the standard.
        name: What it says.
        max_bytes: The greatest length that we write.
    """

    number: int
    name: str
    max_bytes: int = field(default=127, kw_only=True)
    n_bytes: int | None = field(default=None, kw_only=True)

    def decode(self, data: bytes) -> str:
        """Return the text without its padding."""
        try:
            return data.rstrip(b"\x00").decode("utf-8")
        except UnicodeDecodeError as exc:
            raise KlvDecodeError("is no text in UTF-8.", where=place(self)) from exc

    def encode(self, value: object) -> bytes:
        """Return the text in UTF-8; an empty one is a single zero byte."""
        if not isinstance(value, str):
            raise ValueError(f"{place(self)} takes text, not {value!r}")  # noqa: TRY004
        data = value.encode("utf-8") or b"\x00"
        if len(data) > self.max_bytes or self.n_bytes not in (None, len(data)):
            raise ValueError(f"{place(self)} cannot hold {len(data)} bytes")
        return data


@dataclass(frozen=True, slots=True)
class BytesItem:
    """Bytes that we do not look into."""

    number: int
    name: str

    def decode(self, data: bytes) -> bytes:
        """Return them."""
        return data

    def encode(self, value: object) -> bytes:
        """Return them."""
        if not isinstance(value, bytes):
            raise ValueError(f"{place(self)} takes bytes, not {value!r}")  # noqa: TRY004
        return value


@dataclass(frozen=True, slots=True)
class PackItem:
    """Several values in one item, in an order of its own.

    Args:
        number: Its number in the standard.
        name: What it says.
        decode_pack: Bytes to a mapping by member or a tuple; raises KlvDecodeError.
        encode_pack: The same back; raises ValueError.
    """

    number: int
    name: str
    decode_pack: Callable[[bytes], object] = field(kw_only=True)
    encode_pack: Callable[[object], bytes] = field(kw_only=True)

    def decode(self, data: bytes) -> object:
        """Return the pack's members."""
        return self.decode_pack(data)

    def encode(self, value: object) -> bytes:
        """Return the pack."""
        return self.encode_pack(value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Nested:
    """A nested set that was read: its value, and what is wrong inside it.

    Args:
        value: A mapping by tag, as a rule.
        damage: Places are relative to the set, such as ``item 3``.
    """

    value: object
    damage: tuple[Damage, ...] = ()


@dataclass(frozen=True, slots=True)
class NestedItem:
    """A set inside the set.

    Args:
        number: Its number in the standard.
        name: What it says.
        decode_nested: Reads it; without one its bytes are kept as they are.
        encode_nested: Writes it; without one only bytes are taken.
        decode_after: Reads it where it refers to the items before it, as ST 1010 does; it is
            given their tags in order.
        encode_after: Writes it where it does so; it is given their tags likewise, or None
            where they are not known.
        find_never_set: Finds the items in its bytes that we never set; without one there are
            none.
    """

    number: int
    name: str
    decode_nested: Callable[[bytes], Nested] | None = field(default=None, kw_only=True)
    encode_nested: Callable[[object], bytes] | None = field(default=None, kw_only=True)
    decode_after: Callable[[bytes, tuple[ItemKey, ...]], Nested] | None = field(
        default=None, kw_only=True
    )
    encode_after: Callable[[object, tuple[ItemKey, ...] | None], bytes] | None = field(
        default=None, kw_only=True
    )
    find_never_set: Callable[[bytes], tuple[FoundItem, ...]] | None = field(
        default=None, kw_only=True
    )

    def decode(self, data: bytes) -> object:
        """Return the set's value, whatever is wrong inside it."""
        return data if self.decode_nested is None else self.decode_nested(data).value

    def encode(self, value: object) -> bytes:
        """Return the set's bytes; bytes are taken as they are."""
        if isinstance(value, bytes):
            return value
        if self.encode_nested is None:
            raise ValueError(f"{place(self)} takes bytes, not {type(value).__name__}")
        return self.encode_nested(value)
