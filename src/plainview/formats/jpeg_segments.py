"""The segments of a JPEG file: what cameras put beside the picture."""

from dataclasses import dataclass
from typing import Final

__all__ = ["JpegSegments", "is_jpeg", "split_jpeg"]

_SOI: Final = b"\xff\xd8"
_EOI: Final = b"\xff\xd9"
_SCAN: Final = 0xDA
_FRAMES: Final = frozenset(
    (*range(0xC0, 0xC4), *range(0xC5, 0xC8), *range(0xC9, 0xCC), *range(0xCD, 0xD0))
)
_ALONE: Final = frozenset((0x01, *range(0xD0, 0xD8)))


@dataclass(frozen=True, slots=True, kw_only=True)
class JpegSegments:
    """What lies before the picture of a JPEG file.

    Args:
        segments: The application's own (APP0 to APP15): number and payload, in order.
        size_px: Width and height of the picture; None where no header of it came.
        is_whole: Whether the picture's data begin and the end of one is marked.
    """

    segments: tuple[tuple[int, bytes], ...]
    size_px: tuple[int, int] | None
    is_whole: bool

    def of(self, number: int, *, head: bytes = b"") -> list[bytes]:
        """Return the payloads of APPn that begin with some bytes, without these."""
        return [
            payload[len(head) :]
            for each, payload in self.segments
            if each == number and payload.startswith(head)
        ]


def is_jpeg(head: bytes) -> bool:
    """Say whether a file that begins so is a JPEG."""
    return head.startswith(_SOI + b"\xff")


def split_jpeg(data: bytes) -> JpegSegments:
    """Return the segments of a JPEG file, as far as it goes.

    Args:
        data: The file, or its beginning.
    """
    segments: list[tuple[int, bytes]] = []
    size_px: tuple[int, int] | None = None
    place = len(_SOI)
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker = data[place + 1]
        if marker == 0xFF or marker in _ALONE:
            place += 1 if marker == 0xFF else 2
            continue
        if marker == _SCAN:
            is_whole = data.find(_EOI, place) >= 0
            return JpegSegments(segments=tuple(segments), size_px=size_px, is_whole=is_whole)
        n_bytes = int.from_bytes(data[place + 2 : place + 4])
        payload = data[place + 4 : place + 2 + n_bytes]
        if n_bytes < 2 or len(payload) < n_bytes - 2:
            break
        if 0xE0 <= marker <= 0xEF:
            segments.append((marker - 0xE0, payload))
        elif marker in _FRAMES and len(payload) >= 5:
            size_px = (int.from_bytes(payload[3:5]), int.from_bytes(payload[1:3]))
        place += 2 + n_bytes
    return JpegSegments(segments=tuple(segments), size_px=size_px, is_whole=False)
