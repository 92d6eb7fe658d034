"""Floating point values mapped to integers, as MISB ST 1201 does it."""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "IMAP_NOT_A_NUMBER",
    "imapa_n_bytes",
    "imapb_decode",
    "imapb_decode_array",
    "imapb_encode",
    "imapb_encode_array",
    "imapb_step",
]

IMAP_NOT_A_NUMBER: Final = b"\xd0"
"""First byte of the special value for a quiet NaN; zeros follow (ST 1201.5 section 7.3)."""

_MAX_BYTES: Final = 8


def _exponent(span: float) -> int:
    """Return the ceiling of the base-2 logarithm, exactly."""
    mantissa, exponent = math.frexp(span)
    return exponent - 1 if mantissa == 0.5 else exponent


def _scale(low: float, high: float, *, n_bytes: int) -> tuple[int, float]:
    """Return the power of two of one step's inverse, and the offset that makes zero exact."""
    if not low < high:
        raise ValueError(f"a range from {low} to {high} is none")
    if not 1 <= n_bytes <= _MAX_BYTES:
        raise ValueError(f"an IMAPB value has 1 to {_MAX_BYTES} bytes, not {n_bytes}")
    power = 8 * n_bytes - 1 - _exponent(high - low)
    if not low < 0.0 < high:
        return power, 0.0
    scaled = math.ldexp(low, power)
    return power, scaled - math.floor(scaled)


def imapb_decode(data: bytes, low: float, high: float) -> float | None:
    """Decode an IMAPB value.

    Args:
        data: 1 to 8 bytes; their number sets the step.
        low: Lower end of the range.
        high: Upper end of the range.

    Returns:
        The value; None for the special values (infinities, NaN, out of range, user defined)
        and for the codes above the range that the standard reserves.

    Source:
        MISB ST 1201.5 section 7.2 (reverse mapping), 7.3 (special values).

    >>> imapb_decode(bytes.fromhex("2d0000"), -900.0, 19000.0)
    10620.0
    """
    power, zero_offset = _scale(low, high, n_bytes=len(data))
    code = int.from_bytes(data, "big")
    top_bit = 1 << (8 * len(data) - 1)
    if code > top_bit:
        return None
    return math.ldexp(code - zero_offset, -power) + low


def imapb_decode_array(
    codes: npt.NDArray[np.uint64], low: float, high: float, *, n_bytes: int
) -> npt.NDArray[np.float64]:
    """Decode n IMAPB codes of the same length; NaN where the code is a special value.

    Args:
        codes: (n,) unsigned integers as read from the wire.
        low: Lower end of the range.
        high: Upper end of the range.
        n_bytes: Bytes that each had.

    Returns:
        (n,) values.
    """
    power, zero_offset = _scale(low, high, n_bytes=n_bytes)
    values: npt.NDArray[np.float64] = np.ldexp(codes - zero_offset, -power) + low
    return np.where(codes > np.uint64(1 << (8 * n_bytes - 1)), np.nan, values)


def imapb_encode(value: float, low: float, high: float, *, n_bytes: int) -> bytes:
    """Encode a value as IMAPB.

    Args:
        value: Between low and high.
        low: Lower end of the range.
        high: Upper end of the range.
        n_bytes: 1 to 8.

    Raises:
        ValueError: The value lies outside the range or is not a number.

    Source:
        MISB ST 1201.5 section 7.1 (forward mapping).
    """
    if not low <= value <= high:
        raise ValueError(f"{value} is not between {low} and {high}")
    power, zero_offset = _scale(low, high, n_bytes=n_bytes)
    code = math.trunc(math.ldexp(value - low, power) + zero_offset)
    return code.to_bytes(n_bytes, "big")


def imapb_encode_array(
    values: npt.NDArray[np.float64], low: float, high: float, *, n_bytes: int
) -> npt.NDArray[np.uint64]:
    """Encode n values as `imapb_encode` does.

    Args:
        values: (n,) between low and high, all of them known.
        low: Lower end of the range.
        high: Upper end of the range.
        n_bytes: 1 to 8.

    Returns:
        (n,) codes.
    """
    power, zero_offset = _scale(low, high, n_bytes=n_bytes)
    scaled = values - low
    scaled *= math.ldexp(1.0, power)
    scaled += zero_offset
    codes: npt.NDArray[np.uint64] = scaled.astype(np.uint64)
    return codes


def imapb_step(low: float, high: float, *, n_bytes: int) -> float:
    """Return what one code more stands for.

    >>> imapb_step(0.0, 1.0, n_bytes=1)
    0.0078125
    """
    power, _ = _scale(low, high, n_bytes=n_bytes)
    return math.ldexp(1.0, -power)


def imapa_n_bytes(low: float, high: float, *, resolution: float) -> int:
    """Return how many bytes a range needs for a resolution.

    Source:
        MISB ST 1201.5 section 7.1.1 (IMAPA starting point).

    >>> imapa_n_bytes(-900.0, 19000.0, resolution=0.5)
    3
    """
    n_bits = _exponent(high - low) - math.floor(math.log2(resolution)) + 1
    return (n_bits + 7) // 8
