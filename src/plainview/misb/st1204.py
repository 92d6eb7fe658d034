"""ST 1204, the core identifier of motion imagery: bytes to the standard's text and back.

It names the sensor, the platform, the window on the picture and the minor stream that a
motion imagery file came from, as far as they are identified.
"""

import re
from collections.abc import Callable
from typing import Final

from plainview.misb.ber import KlvDecodeError
from plainview.misb.item_kinds import Nested

__all__ = [
    "core_identifier_from_text",
    "core_identifier_to_text",
    "decode_core_identifier",
    "encode_core_identifier",
]

_UUID_BYTES: Final = 16
_SENSOR_AND_PLATFORM_BITS: Final = (0x60, 0x18)
"""Of the usage byte: how sure each of the two identifiers is, 0 where it is not there."""
_WINDOW_AND_MINOR_BITS: Final = (0x04, 0x02)
_N_ROWS: Final = 15
"""The check's maps come back to where they began after as many steps."""

_UUID_TEXT: Final = "[0-9A-F]{4}(?:-[0-9A-F]{4}){7}"
_TEXT: Final = re.compile(
    f"([0-9A-F]{{4}}):({_UUID_TEXT}(?:/{_UUID_TEXT}){{0,3}}):([0-9A-F]{{2}})", re.IGNORECASE
)


def core_identifier_to_text(data: bytes) -> str:
    """Return a core identifier as the standard writes it.

    Args:
        data: Version, usage, and 16 bytes for each identifier that the usage announces.

    Raises:
        KlvDecodeError: There are more or fewer identifiers than the usage announces.

    Source:
        MISB ST 1204.3 section 7.4.2 (text) and appendix B (check value).

    >>> core_identifier_to_text(bytes.fromhex("0102" "03dd9deefb48477b8204b0506f6b2a33"))
    '0102:03DD-9DEE-FB48-477B-8204-B050-6F6B-2A33:25'
    """
    n_identifiers = _n_identifiers(data[1]) if len(data) > 1 else 0
    if not n_identifiers or len(data) != 2 + n_identifiers * _UUID_BYTES:
        raise KlvDecodeError(
            f"a core identifier of {len(data)} bytes does not have what its usage announces.",
            where="ST 1204",
        )
    starts = range(2, len(data), _UUID_BYTES)
    uuids = [data[start : start + _UUID_BYTES].hex("-", 2).upper() for start in starts]
    return f"{data[:2].hex().upper()}:{'/'.join(uuids)}:{_check_value(data):02X}"


def core_identifier_from_text(text: str) -> bytes:
    """Return the bytes of a core identifier.

    Raises:
        ValueError: It is none, or its check value is wrong.
    """
    match = _TEXT.fullmatch(text)
    if match is None:
        raise ValueError(f"{text!r} is no core identifier")
    head, uuids, check = match.groups()
    data = bytes.fromhex(head + uuids.replace("-", "").replace("/", ""))
    if _check_value(data) != int(check, 16):
        raise ValueError(f"{text!r} has a wrong check value")
    if len(data) != 2 + _n_identifiers(data[1]) * _UUID_BYTES:
        raise ValueError(f"{text!r} does not have the identifiers that its usage announces")
    return data


def decode_core_identifier(data: bytes) -> Nested:
    """Decode a core identifier to its text."""
    return Nested(value=core_identifier_to_text(data))


def encode_core_identifier(value: object) -> bytes:
    """Encode the text of a core identifier."""
    if not isinstance(value, str):
        raise ValueError(f"a core identifier is text, not {value!r}")  # noqa: TRY004
    return core_identifier_from_text(value)


def _n_identifiers(usage: int) -> int:
    """Return how many identifiers a usage byte announces."""
    return sum(1 for bits in (*_SENSOR_AND_PLATFORM_BITS, *_WINDOW_AND_MINOR_BITS) if usage & bits)


def _p_map(digit: int) -> int:
    a, b, c, d = (digit >> shift & 1 for shift in (3, 2, 1, 0))
    return (a ^ b) << 3 | c << 2 | d << 1 | a


def _q_map(digit: int) -> int:
    a, b, c, d = (digit >> shift & 1 for shift in (3, 2, 1, 0))
    return d << 3 | (a ^ d) << 2 | b << 1 | c


def _rows_of(step: Callable[[int], int]) -> tuple[tuple[int, ...], ...]:
    """Return what each digit becomes after each number of steps."""
    rows = [tuple(range(16))]
    for _ in range(_N_ROWS - 1):
        rows.append(tuple(step(digit) for digit in rows[-1]))
    return tuple(rows)


_P_ROWS: Final = _rows_of(_p_map)
_Q_ROWS: Final = _rows_of(_q_map)


def _check_value(data: bytes) -> int:
    """Return the two check digits: each digit mapped as often as its place says, and summed."""
    p_sum = q_sum = 0
    for place, character in enumerate(data.hex(), start=1):
        digit = int(character, 16)
        p_sum ^= _P_ROWS[place % _N_ROWS][digit]
        q_sum ^= _Q_ROWS[place % _N_ROWS][digit]
    return p_sum << 4 | q_sum
