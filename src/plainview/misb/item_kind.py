"""What every kind of item shares: its shape, and the checks of its bytes and values."""

import math
from typing import NamedTuple, Protocol

from plainview.misb.ber import KlvDecodeError

__all__ = [
    "FoundItem",
    "ItemKind",
    "ItemLengthError",
    "bytes_of_int",
    "check_length",
    "check_max_length",
    "integer_of",
    "number_of",
    "place",
]


class ItemLengthError(KlvDecodeError):
    """An item that has another length than its standard gives it."""


class ItemKind(Protocol):
    """What every kind of item has."""

    @property
    def number(self) -> int:
        """Its number in the standard."""

    @property
    def name(self) -> str:
        """What it says, in lower case, with the unit last."""

    def decode(self, data: bytes) -> object:
        """Return the value of at least one byte; None for the mark for out of range."""

    def encode(self, value: object) -> bytes:
        """Return the bytes of a value that is known."""


class FoundItem(NamedTuple):
    """An item that was found in the bytes of a set.

    Args:
        place: Its number; inside a set inside the set, theirs before it: ``100.62``.
        kind: What it is.
        wire: The bytes of its value.
    """

    place: str
    kind: ItemKind
    wire: bytes


def place(item: ItemKind) -> str:
    """Return how an item is called in errors: its number and its name."""
    return f"item {item.number} ({item.name})"


def check_length(item: ItemKind, data: bytes, *, n_bytes: int) -> None:
    """Refuse bytes of another length than the item has."""
    if len(data) != n_bytes:
        has = f"{len(data)} byte" + "s" * (len(data) != 1)
        raise ItemLengthError(f"has {has}, not {n_bytes}.", where=place(item))


def check_max_length(item: ItemKind, data: bytes, *, max_bytes: int) -> None:
    """Refuse no bytes, and more of them than the item may have."""
    if not 1 <= len(data) <= max_bytes:
        what = f"has {len(data)} bytes; it may have 1 to {max_bytes}."
        raise ItemLengthError(what, where=place(item))


def number_of(item: ItemKind, value: object) -> float:
    """Return a value as a finite number; anything else cannot be sent."""
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise ValueError(f"{place(item)} takes a number, not {value!r}")
    return value


def integer_of(item: ItemKind, value: object) -> int:
    """Return a value as an integer; anything else cannot be sent."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise ValueError(f"{place(item)} takes an integer, not {value!r}")  # noqa: TRY004
    return value


def bytes_of_int(item: ItemKind, value: int, *, n_bytes: int, signed: bool) -> bytes:
    """Return an integer as the bytes of an item; one that does not fit cannot be sent."""
    try:
        return value.to_bytes(n_bytes, "big", signed=signed)
    except OverflowError as exc:
        raise ValueError(f"{place(item)} cannot hold {value} in {n_bytes} bytes") from exc
