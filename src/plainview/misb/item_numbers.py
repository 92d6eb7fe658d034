"""The kinds of item that hold a number."""

import math
import struct
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from plainview.misb.imap import imapb_decode, imapb_encode, imapb_step
from plainview.misb.item_kind import (
    bytes_of_int,
    check_length,
    check_max_length,
    integer_of,
    number_of,
    place,
)

__all__ = [
    "EnumItem",
    "FlagsItem",
    "FloatItem",
    "ImapItem",
    "IntItem",
    "LinearItem",
    "UintItem",
]

_MAX_INT_BYTES: Final = 8


@dataclass(frozen=True, slots=True)
class LinearItem:
    """An integer that is mapped linearly to a range.

    A range that is symmetric about zero is a signed integer, whose lowest code marks a value
    that is out of range (in the standard's words also: reserved, or off the earth).

    Args:
        number: Its number in the standard.
        name: What it says, with the unit last.
        n_bytes: Its length.
        low: What the lowest code stands for.
        high: What the highest code stands for.
    """

    number: int
    name: str
    n_bytes: int = field(kw_only=True)
    low: float = field(kw_only=True)
    high: float = field(kw_only=True)

    is_signed: bool = field(init=False)
    """Whether the codes are signed."""
    max_code: int = field(init=False)
    """The code that stands for the high end."""
    step: float = field(init=False)
    """What one code more stands for."""
    out_of_range_code: int | None = field(init=False)
    """The code that marks a value out of range; None where there is none."""
    zero: float = field(init=False)
    """What the code 0 stands for."""

    def __post_init__(self) -> None:
        is_signed = self.low == -self.high
        max_code = (1 << (8 * self.n_bytes - is_signed)) - 1
        object.__setattr__(self, "is_signed", is_signed)
        object.__setattr__(self, "max_code", max_code)
        span = self.high if is_signed else self.high - self.low
        object.__setattr__(self, "step", span / max_code)
        object.__setattr__(self, "out_of_range_code", -max_code - 1 if is_signed else None)
        object.__setattr__(self, "zero", 0.0 if is_signed else self.low)

    def decode(self, data: bytes) -> float | None:
        """Return the value; None for the mark for out of range."""
        check_length(self, data, n_bytes=self.n_bytes)
        return self.value_of(int.from_bytes(data, "big", signed=self.is_signed))

    def value_of(self, code: int) -> float | None:
        """Return what a code stands for; None for the mark for out of range."""
        return None if code == self.out_of_range_code else code * self.step + self.zero

    def encode(self, value: object) -> bytes:
        """Return the nearest code; None becomes the mark for out of range."""
        if value is None and self.out_of_range_code is not None:
            code = self.out_of_range_code
        else:
            known = number_of(self, value)
            if not self.low <= known <= self.high:
                raise ValueError(f"{place(self)} is {known}, not in {self.low} to {self.high}")
            code = round((known - self.zero) / self.step)
        return code.to_bytes(self.n_bytes, "big", signed=self.is_signed)


@dataclass(frozen=True, slots=True)
class ImapItem:
    """A number mapped as ST 1201 does it, in as many bytes as the sender likes.

    Args:
        number: Its number in the standard.
        name: What it says, with the unit last.
        low: Lower end of the range.
        high: Upper end of the range.
        n_bytes: The length that we write.
        max_bytes: The greatest length that the standard allows.
    """

    number: int
    name: str
    low: float = field(kw_only=True)
    high: float = field(kw_only=True)
    n_bytes: int = field(kw_only=True)
    max_bytes: int = field(default=8, kw_only=True)

    def step_of(self, n_bytes: int) -> float:
        """Return what one code more stands for, at a length."""
        return imapb_step(self.low, self.high, n_bytes=n_bytes)

    def decode(self, data: bytes) -> float | None:
        """Return the value; None for ST 1201's special values."""
        check_max_length(self, data, max_bytes=self.max_bytes)
        return imapb_decode(data, self.low, self.high)

    def encode(self, value: object) -> bytes:
        """Return the value in the length that we write."""
        return imapb_encode(number_of(self, value), self.low, self.high, n_bytes=self.n_bytes)


@dataclass(frozen=True, slots=True)
class UintItem:
    """An unsigned integer.

    Args:
        number: Its number in the standard.
        name: What it says, with the unit last.
        n_bytes: Its length; None where it has as many bytes as it needs.
        max_bytes: The greatest length, where it has no fixed one.
        high: The greatest value that the standard gives it; None where all are.
    """

    number: int
    name: str
    n_bytes: int | None = field(default=None, kw_only=True)
    max_bytes: int = field(default=_MAX_INT_BYTES, kw_only=True)
    high: int | None = field(default=None, kw_only=True)

    def decode(self, data: bytes) -> int:
        """Return the integer."""
        if self.n_bytes is None:
            check_max_length(self, data, max_bytes=self.max_bytes)
        else:
            check_length(self, data, n_bytes=self.n_bytes)
        return int.from_bytes(data, "big")

    def encode(self, value: object) -> bytes:
        """Return it in its length, or in the fewest bytes."""
        known = integer_of(self, value)
        n_bytes = self.n_bytes or min(self.max_bytes, max(1, (known.bit_length() + 7) // 8))
        return bytes_of_int(self, known, n_bytes=n_bytes, signed=False)


@dataclass(frozen=True, slots=True)
class IntItem:
    """A signed integer; `n_bytes` and `max_bytes` as for UintItem."""

    number: int
    name: str
    n_bytes: int | None = field(default=None, kw_only=True)
    max_bytes: int = field(default=_MAX_INT_BYTES, kw_only=True)

    def decode(self, data: bytes) -> int:
        """Return the integer."""
        if self.n_bytes is None:
            check_max_length(self, data, max_bytes=self.max_bytes)
        else:
            check_length(self, data, n_bytes=self.n_bytes)
        return int.from_bytes(data, "big", signed=True)

    def encode(self, value: object) -> bytes:
        """Return it in its length, or in the fewest bytes."""
        known = integer_of(self, value)
        n_needed = (known if known >= 0 else ~known).bit_length() // 8 + 1
        n_bytes = self.n_bytes or min(self.max_bytes, n_needed)
        return bytes_of_int(self, known, n_bytes=n_bytes, signed=True)


@dataclass(frozen=True, slots=True)
class EnumItem:
    """An integer that stands for a word.

    Args:
        number: Its number in the standard.
        name: What it says.
        names: Integer to word; the others are reserved and read all the same.
        n_bytes: Its length.
    """

    number: int
    name: str
    names: Mapping[int, str] = field(default_factory=dict, kw_only=True)
    n_bytes: int = field(default=1, kw_only=True)

    def decode(self, data: bytes) -> int:
        """Return the integer."""
        check_length(self, data, n_bytes=self.n_bytes)
        return int.from_bytes(data, "big")

    def encode(self, value: object) -> bytes:
        """Return the bytes of one of the integers that stand for a word."""
        known = integer_of(self, value)
        if self.names and known not in self.names:
            raise ValueError(f"{place(self)} is {known}, which the standard reserves")
        return bytes_of_int(self, known, n_bytes=self.n_bytes, signed=False)


@dataclass(frozen=True, slots=True)
class FlagsItem:
    """Bits, each with a word of its own.

    Args:
        number: Its number in the standard.
        name: What it says.
        names: Bit number, 0 for the lowest, to word.
    """

    number: int
    name: str
    names: Mapping[int, str] = field(default_factory=dict, kw_only=True)
    n_bytes: int = field(default=1, kw_only=True)

    def decode(self, data: bytes) -> int:
        """Return the bits as one integer."""
        check_length(self, data, n_bytes=self.n_bytes)
        return int.from_bytes(data, "big")

    def encode(self, value: object) -> bytes:
        """Return the bits as bytes."""
        return bytes_of_int(self, integer_of(self, value), n_bytes=self.n_bytes, signed=False)


@dataclass(frozen=True, slots=True)
class FloatItem:
    """An IEEE 754 number of 4 or 8 bytes, as universal sets have them.

    Args:
        number: The ST 0601 item that says the same.
        name: What it says, with the unit last.
        n_bytes: The length that the standard gives it; the other is read as well.
        low: The least value that makes sense.
        high: The greatest.
    """

    number: int
    name: str
    n_bytes: int = field(default=4, kw_only=True)
    low: float = field(kw_only=True)
    high: float = field(kw_only=True)

    def decode(self, data: bytes) -> float | None:
        """Return the value; None for infinities and what is not a number."""
        if len(data) not in (4, 8):
            check_length(self, data, n_bytes=self.n_bytes)
        (value,) = struct.unpack(">f" if len(data) == 4 else ">d", data)
        return float(value) if math.isfinite(value) else None

    def encode(self, value: object) -> bytes:
        """Return the value in the standard's length."""
        return struct.pack(">f" if self.n_bytes == 4 else ">d", number_of(self, value))
