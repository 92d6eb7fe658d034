"""Matroska of one track whose pictures all stand alone: written cluster by cluster, and joined.

A picture is a cluster, which has a checksum of its own, so that a file that was cut off, or whose
bytes were changed, gives its whole pictures and no others. FFmpeg's own writer will not take the
packing that a flight needs.

Source:
    RFC 8794 (EBML: identifiers, sizes, CRC-32) and RFC 9559 (Matroska: the elements' identifiers;
    section 27 for ``V_FFV1`` and ``V_MS/VFW/FOURCC``, whose private data is BITMAPINFOHEADER).
"""

import struct
import zlib
from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final

__all__ = ["Cluster", "cluster", "clusters_of", "join_clusters", "part_head", "tracks", "tracks_of"]

_EBML, _SEGMENT, _INFO = 0x1A45DFA3, 0x18538067, 0x1549A966
_TRACKS, _CLUSTER, _CUES, _SEEK_HEAD = 0x1654AE6B, 0x1F43B675, 0x1C53BB6B, 0x114D9B74
_CRC_32, _TIMESTAMP, _SIMPLE_BLOCK = 0xBF, 0xE7, 0xA3
_UNKNOWN_SIZE: Final = (1 << 56) - 1
_NS_A_TICK: Final = 1_000_000
_KEY_FRAME_OF_TRACK_1: Final = b"\x81\x00\x00\x80"
"""Track, time after the cluster's, and flags of a simple block."""
_NAME: Final = b"plainview"
_COPIED_BYTES: Final = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Where a picture's cluster lies in a file.

    Args:
        path: The file.
        start: Its first byte.
        n_bytes: How long it is, whole.
        time_ms: When its picture was.
    """

    path: Path
    start: int
    n_bytes: int
    time_ms: int


def part_head(tracks_element: bytes) -> bytes:
    """Return what a file begins with that clusters are put behind as they come."""
    return _ebml() + _head(_SEGMENT, _UNKNOWN_SIZE) + _info() + tracks_element


def tracks(codec: str, *, size_px: tuple[int, int], private: bytes) -> bytes:
    """Return the element that says what the pictures are.

    Args:
        codec: ``ffv1``, or a codec's four letters of Video for Windows.
        size_px: Width and height.
        private: What the codec's decoder needs to begin.
    """
    width, height = size_px
    name = b"V_FFV1"
    if codec != "ffv1":
        name = b"V_MS/VFW/FOURCC"
        form = struct.pack("<IiiHH4sIiiII", 40 + len(private), width, height, 1, 16,
                           codec.encode("ascii"), 2 * width * height, 0, 0, 0, 0)  # fmt: skip
        private = form + private
    video = _number(0xB0, width) + _number(0xBA, height) + _number(0x9A, 2)
    entry = (
        _number(0xD7, 1)
        + _number(0x73C5, 1)
        + _number(0x9C, 0)
        + _number(0x83, 1)
        + _element(0x86, name)
        + _element(0x63A2, private)
        + _element(0xE0, video)
    )
    return _checked(_TRACKS, _element(0xAE, entry))


def cluster(picture: bytes, *, time_ms: int) -> bytes:
    """Return the cluster of a compressed picture."""
    block = _head(_SIMPLE_BLOCK, len(_KEY_FRAME_OF_TRACK_1) + len(picture)) + _KEY_FRAME_OF_TRACK_1
    return _checked(_CLUSTER, _number(_TIMESTAMP, time_ms) + block + picture)


def tracks_of(path: Path) -> bytes | None:
    """Return what the pictures of a file are, `tracks`; None where it does not say."""
    for element in _level_1(path):
        if element.identifier == _TRACKS:
            return _bytes_of(path, element.start, element.end)
    return None


def clusters_of(path: Path) -> Iterator[Cluster]:
    """Yield the whole clusters of a file, up to where it was cut off or does not match."""
    for element in _level_1(path):
        if element.identifier == _CLUSTER:
            body = _bytes_of(path, element.body, element.end)
            if body[:2] != b"\xbf\x84" or body[2:6] != struct.pack("<I", zlib.crc32(body[6:])):
                return
            time_ms = int.from_bytes(body[8 : 8 + (body[7] & 0x7F)])
            yield Cluster(
                path=path,
                start=element.start,
                n_bytes=element.end - element.start,
                time_ms=time_ms,
            )


def join_clusters(clusters: Iterable[Cluster], out: Path, *, tracks_element: bytes) -> None:
    """Copy clusters into one file that can be searched by time.

    Args:
        clusters: In order of time.
        out: The file to make.
        tracks_element: What their pictures are.
    """
    with out.open("wb") as file:
        file.write(_ebml())
        whole = _Joined(file=file, start=file.tell() + 12)
        whole.begin(tracks_element)
        for each in clusters:
            whole.add(each)
        whole.end(tracks_element)


@dataclass(slots=True, kw_only=True)
class _Joined:
    """A joined file while it is written: its head is written again at the end, of the same size."""

    file: BinaryIO
    start: int
    times_ms: "array[int]" = field(default_factory=lambda: array("q"))
    places: "array[int]" = field(default_factory=lambda: array("q"))

    def begin(self, tracks_element: bytes) -> None:
        self.file.write(_head(_SEGMENT, _UNKNOWN_SIZE) + self._head(tracks_element, 0, 0.0))

    def add(self, each: Cluster) -> None:
        self.times_ms.append(each.time_ms)
        self.places.append(self.file.tell() - self.start)
        with each.path.open("rb") as part:
            part.seek(each.start)
            n_left = each.n_bytes
            while n_left > 0:
                data = part.read(min(n_left, _COPIED_BYTES))
                self.file.write(data)
                n_left -= len(data)

    def end(self, tracks_element: bytes) -> None:
        cues_at = self.file.tell() - self.start
        self.file.write(_checked(_CUES, b"".join(self._cues())))
        n_bytes = self.file.tell() - self.start
        self.file.seek(self.start - 12)
        self.file.write(_head(_SEGMENT, n_bytes))
        self.file.write(self._head(tracks_element, cues_at, self._duration_ms))

    @property
    def _duration_ms(self) -> float:
        """The last picture stays as long as the one before."""
        last_ms = self.times_ms[-1]
        return float(last_ms + (last_ms - self.times_ms[-2] if len(self.times_ms) > 1 else 0))

    def _cues(self) -> Iterator[bytes]:
        for time_ms, place in zip(self.times_ms, self.places, strict=True):
            position = _element(0xB7, _number(0xF7, 1) + _number(0xF1, place))
            yield _element(0xBB, _number(0xB3, time_ms) + position)

    def _head(self, tracks_element: bytes, cues_at: int, duration_ms: float) -> bytes:
        """Return what stands before the clusters; its size does not depend on the numbers."""
        info = _info(duration_ms)
        n_bytes = len(_seek_head((0, 0, 0)))
        places = (n_bytes, n_bytes + len(info), cues_at)
        return _seek_head(places) + info + tracks_element


def _seek_head(places: tuple[int, int, int]) -> bytes:
    seeks = (
        _element(
            0x4DBB, _element(0x53AB, _identifier(name)) + _element(0x53AC, struct.pack(">Q", at))
        )
        for name, at in zip((_INFO, _TRACKS, _CUES), places, strict=True)
    )
    return _checked(_SEEK_HEAD, b"".join(seeks))


def _ebml() -> bytes:
    numbers = ((0x4286, 1), (0x42F7, 1), (0x42F2, 4), (0x42F3, 8))
    versions = _number(0x4287, 4) + _number(0x4285, 2)
    parts = b"".join(_number(name, value) for name, value in numbers)
    return _element(_EBML, parts + _element(0x4282, b"matroska") + versions)


def _info(duration_ms: float | None = None) -> bytes:
    length = b"" if duration_ms is None else _element(0x4489, struct.pack(">d", duration_ms))
    names = _element(0x4D80, _NAME) + _element(0x5741, _NAME)
    return _checked(_INFO, _number(0x2AD7B1, _NS_A_TICK) + names + length)


def _checked(identifier: int, body: bytes) -> bytes:
    """Return an element that begins with the checksum of what else is in it."""
    return _element(identifier, _element(_CRC_32, struct.pack("<I", zlib.crc32(body))) + body)


def _element(identifier: int, body: bytes) -> bytes:
    n_bytes = len(body)
    size = bytes([0x80 | n_bytes]) if n_bytes < 0x7F else struct.pack(">I", 0x10000000 | n_bytes)
    return _identifier(identifier) + size + body


def _head(identifier: int, n_bytes: int) -> bytes:
    """Return an element's identifier and its size, in eight bytes."""
    return _identifier(identifier) + struct.pack(">Q", 1 << 56 | n_bytes)


def _number(identifier: int, value: int) -> bytes:
    n_bytes = max(1, (value.bit_length() + 7) // 8)
    return _element(identifier, value.to_bytes(n_bytes))


def _identifier(identifier: int) -> bytes:
    return identifier.to_bytes((identifier.bit_length() + 7) // 8)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Place:
    """An element in a file: from `start` to before `end`, what it holds from `body` on."""

    identifier: int
    start: int
    body: int
    end: int


def _level_1(path: Path) -> Iterator[_Place]:
    """Yield the whole elements of the segment, in order."""
    n_bytes = path.stat().st_size
    at = 0
    with path.open("rb") as file:
        while at < n_bytes:
            file.seek(at)
            place = _place(file.read(12), at)
            if place is None:
                return
            if place.identifier == _SEGMENT:
                at = place.body
                continue
            if place.end > n_bytes:
                return
            yield place
            at = place.end


def _place(data: bytes, at: int) -> _Place | None:
    """Return the element that begins so; None where nothing that can be does."""
    if not data or data[0] < 0x10:
        return None
    n_name = 9 - data[0].bit_length()
    if len(data) <= n_name or data[n_name] == 0:
        return None
    n_size = 9 - data[n_name].bit_length()
    if len(data) < n_name + n_size:
        return None
    size = int.from_bytes(data[n_name : n_name + n_size]) & ((1 << 7 * n_size) - 1)
    body = at + n_name + n_size
    return _Place(identifier=int.from_bytes(data[:n_name]), start=at, body=body, end=body + size)


def _bytes_of(path: Path, start: int, end: int) -> bytes:
    with path.open("rb") as file:
        file.seek(start)
        return file.read(end - start)
