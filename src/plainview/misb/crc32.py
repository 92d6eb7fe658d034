"""The 32-bit CRC that ends ST 0806 sets that stand by themselves, as item 1."""

from typing import Final

__all__ = ["CRC32_HEADER", "crc32_mpeg2", "is_crc32_right"]

CRC32_HEADER: Final = bytes([1, 4])
"""Tag 1, length 4: what stands before the CRC."""

_POLYNOMIAL: Final = 0x04C11DB7
_MASK: Final = 0xFFFFFFFF


def _shifted(octet: int) -> int:
    value = octet << 24
    for _ in range(8):
        value = (value << 1 ^ _POLYNOMIAL if value >> 31 else value << 1) & _MASK
    return value


_TABLE: Final = tuple(_shifted(octet) for octet in range(256))


def crc32_mpeg2(data: bytes) -> int:
    """Return the CRC-32 of MPEG-2 systems, which is neither reflected nor inverted at the end.

    Source:
        ISO/IEC 13818-1 annex A; MISB ST 0806.

    >>> hex(crc32_mpeg2(b"123456789"))
    '0x376e6e7'
    """
    value = _MASK
    for octet in data:
        value = (value << 8 & _MASK) ^ _TABLE[value >> 24 ^ octet]
    return value


def is_crc32_right(packet: bytes) -> bool | None:
    """Return whether the CRC at a packet's end holds; None where none ends it."""
    if len(packet) < 6 or packet[-6:-4] != CRC32_HEADER:
        return None
    return crc32_mpeg2(packet) == 0
