"""FLIR's radiometric JPEG: the FFF that is split over APP1 segments."""

from typing import Final

from plainview.formats.flir_fff import FlirRecords, decode_fff
from plainview.formats.jpeg_segments import JpegSegments

__all__ = ["decode_flir_jpeg", "is_flir_jpeg"]

_HEAD: Final = b"FLIR\0"
_APP1: Final = 1
_CHUNK_HEAD_BYTES: Final = 3
"""A version, the number of the part from 0, and that of the last."""


def is_flir_jpeg(segments: JpegSegments) -> bool:
    """Say whether a JPEG holds a part of an FFF."""
    return bool(segments.of(_APP1, head=_HEAD))


def decode_flir_jpeg(segments: JpegSegments) -> FlirRecords | None:
    """Return what the FFF of a JPEG says; None where a part is missing, or it is none."""
    parts: dict[int, bytes] = {}
    n_parts = 0
    for payload in segments.of(_APP1, head=_HEAD):
        if len(payload) > _CHUNK_HEAD_BYTES:
            parts.setdefault(payload[1], payload[_CHUNK_HEAD_BYTES:])
            n_parts = max(n_parts, payload[2] + 1)
    if sorted(parts) != list(range(n_parts)):
        return None
    return decode_fff(b"".join(parts[index] for index in range(n_parts)))
