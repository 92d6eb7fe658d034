"""Whether a PNG is whole, by its chunks' lengths and checksums, before a decoder trusts them."""

import zlib
from typing import Final

__all__ = ["PNG_MARK", "is_whole_png"]

PNG_MARK: Final = b"\x89PNG\r\n\x1a\n"
_BESIDE_BYTES: Final = 12
"""Of a chunk beside its data: length, name, checksum."""


def is_whole_png(data: bytes) -> bool:
    """Say whether every chunk of a PNG lies within the data with its checksum, to the last."""
    place = len(PNG_MARK)
    if not data.startswith(PNG_MARK) or data[place + 4 : place + 8] != b"IHDR":
        return False
    while place + _BESIDE_BYTES <= len(data):
        n_bytes = int.from_bytes(data[place : place + 4])
        end = place + 8 + n_bytes
        name = data[place + 4 : place + 8]
        if end + 4 > len(data):
            return False
        if zlib.crc32(memoryview(data)[place + 4 : end]) != int.from_bytes(data[end : end + 4]):
            return False
        if name == b"IEND":
            return True
        place = end + 4
    return False
