"""The running 16-bit sum that ends ST 0601 and ST 0903 sets, as item 1."""

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "CHECKSUM_HEADER",
    "checksum16",
    "checksums_of_rows",
    "is_checksum_right",
    "with_checksum",
]

CHECKSUM_HEADER: Final = bytes([1, 2])
"""Tag 1, length 2: what stands before the sum."""


def checksum16(data: bytes) -> int:
    """Return the sum of big-endian 16-bit words; an odd last byte is a word's upper half.

    Args:
        data: From the first byte of the label to the checksum item's length byte.

    Source:
        MISB ST 0601.19 section 6.5 (checksum).

    >>> hex(checksum16(bytes([0x01, 0x02, 0x03])))
    '0x402'
    """
    return ((sum(data[0::2]) << 8) + sum(data[1::2])) & 0xFFFF


def checksums_of_rows(data: npt.NDArray[np.uint8]) -> npt.NDArray[np.uint16]:
    """Return `checksum16` of each row of (k, n) bytes: (k,)."""
    n_even = data.shape[1] & ~1
    words = data[:, :n_even].view("<u2").byteswap()
    sums: npt.NDArray[np.uint16] = words.sum(axis=1, dtype=np.uint16)
    if n_even < data.shape[1]:
        sums += data[:, -1].astype(np.uint16) << np.uint16(8)
    return sums


def is_checksum_right(packet: bytes) -> bool | None:
    """Return whether the sum at a packet's end holds; None where no checksum ends it."""
    if len(packet) < 4 or packet[-4:-2] != CHECKSUM_HEADER:
        return None
    return checksum16(packet[:-2]) == int.from_bytes(packet[-2:], "big")


def with_checksum(packet: bytes) -> bytes:
    """Return a packet that ends with the checksum item's header, with its sum appended."""
    return packet + checksum16(packet).to_bytes(2, "big")
