"""``raw-<camera>.mkv``: the pictures of a camera with more than 8 bits, to the bit.

``gray16le`` in Matroska: every picture stands alone, in a cluster with a checksum (CRC-32), and is
written at once. A part that was cut off is read up to its last whole picture. A picture's
time is its video time, to the millisecond, for Matroska has no finer; ``frames.parquet`` has it
to the microsecond.
"""

from collections.abc import Iterator, Sequence
from enum import StrEnum
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Final, Self

import av
import numpy as np
import numpy.typing as npt
from av.video.codeccontext import VideoCodecContext

from plainview.formats.careful_file import CarefulFile
from plainview.formats.picture_matroska import (
    Cluster,
    cluster,
    clusters_of,
    join_clusters,
    part_head,
    tracks,
    tracks_of,
)
from plainview.formats.written_file import device_error, whole_file

__all__ = ["RawCodec", "RawVideoWriter", "join_raw_parts", "last_raw_time_ms", "raw_time_ms"]

_TIME_BASE: Final = Fraction(1, 1000)


class RawCodec(StrEnum):
    """How a raw video is packed, without loss either way."""

    FFV1 = "ffv1"
    """Level 3 (RFC 9043), a checksum a slice besides: the smallest, and what archives keep."""
    FFVHUFF = "ffvhuff"
    """FFmpeg's Huffman coder with fixed tables: for a flight of the twin, whose cameras' noise
    spans a few counts, a tenth larger in a thirteenth of the time. Steep pictures grow instead."""


_ENCODER_OPTIONS: Final = {
    RawCodec.FFV1: {
        "level": "3",
        "g": "1",
        "coder": "1",
        "context": "0",
        "slices": "4",
        "slicecrc": "1",
        "threads": "2",
    },
    RawCodec.FFVHUFF: {"pred": "left", "threads": "1"},
}


def raw_time_ms(video_time_us: int) -> int:
    """Return the stamp of a picture in a raw video, milliseconds of video time."""
    return round(video_time_us / 1000)


_NAMES: Final = {RawCodec.FFV1: "ffv1", RawCodec.FFVHUFF: "FFVH"}


class RawVideoWriter:
    """Writes grey pictures of 16 bits without loss; all of one size.

    The file appears with the first picture.

    Args:
        path: The file to make.
        codec: How it is packed.
    """

    def __init__(self, path: Path, *, codec: RawCodec = RawCodec.FFV1) -> None:
        self._path = path
        self._codec = codec
        self._encoder: VideoCodecContext | None = None
        self._file: CarefulFile | None = None
        self._last_ms = -1
        self.size_px: tuple[int, int] | None = None
        """Width and height of its pictures; None before the first."""

    def write(self, pixels: npt.NDArray[np.uint16], *, video_time_us: int) -> None:
        """Encode one picture.

        Args:
            pixels: (H, W) uint16.
            video_time_us: On the clock of the frames; later than the picture before.

        Raises:
            DeviceError: The file cannot be written.
        """
        if pixels.dtype != np.uint16 or pixels.ndim != 2:
            raise ValueError("a raw video takes grey pictures of 16 bits")
        encoder, file = self._encoder, self._file
        if encoder is None or file is None:
            encoder, file = self._open(pixels)
        frame = av.VideoFrame.from_ndarray(pixels, format="gray16le")
        self._last_ms = max(raw_time_ms(video_time_us), self._last_ms + 1)
        frame.pts, frame.time_base = self._last_ms, _TIME_BASE
        for packet in encoder.encode(frame):
            file.write(cluster(bytes(packet), time_ms=self._last_ms))
        file.check()

    def close(self) -> None:
        """End the file. A writer that was given no picture leaves none.

        Raises:
            DeviceError: The file cannot be written.
        """
        if self._file is None:
            return
        file, self._file, self._encoder = self._file, None, None
        file.close()
        file.check()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self, pixels: npt.NDArray[np.uint16]) -> tuple[VideoCodecContext, CarefulFile]:
        height, width = pixels.shape
        self.size_px = (width, height)
        try:
            file = CarefulFile(self._path)
        except OSError as error:
            raise device_error(self._path, error) from error
        encoder: VideoCodecContext = av.CodecContext.create(self._codec.value, "w")
        encoder.width, encoder.height = self.size_px
        encoder.pix_fmt = "gray16le"
        encoder.time_base = _TIME_BASE
        encoder.options = dict(_ENCODER_OPTIONS[self._codec])
        encoder.open()
        private = encoder.extradata or b""
        file.write(part_head(tracks(_NAMES[self._codec], size_px=self.size_px, private=private)))
        self._encoder, self._file = encoder, file
        return encoder, file


def last_raw_time_ms(path: Path) -> int:
    """Return the stamp of the last whole picture of a part; -1 for none."""
    return max((each.time_ms for each in _clusters(path)), default=-1)


def join_raw_parts(parts: Sequence[Path], folder: Path, *, camera: str) -> list[Path]:
    """Join the parts of one camera into one regular file, as they are.

    A file holds pictures of one size: where the size changes, a further file begins,
    ``raw-<camera>-2.mkv`` and so on.

    Args:
        parts: In order of time; each gives its whole pictures.
        folder: Where to.
        camera: The camera's name.

    Returns:
        The files that were made, each in one step; none for no pictures.

    Raises:
        DeviceError: A file cannot be written.
    """
    made: list[Path] = []
    for form, like in _groups(parts):
        number = f"-{len(made) + 1}" if made else ""
        out = folder / f"raw-{camera}{number}.mkv"
        with whole_file(out) as partial:
            pictures = (each for path in like for each in clusters_of(path))
            join_clusters(pictures, partial, tracks_element=form)
        made.append(out)
    return made


def _groups(parts: Sequence[Path]) -> list[tuple[bytes, list[Path]]]:
    """Return the parts that hold pictures, those beside each other and of one form together."""
    groups: list[tuple[bytes, list[Path]]] = []
    for path in parts:
        form = tracks_of(path) if next(iter(_clusters(path)), None) else None
        if form is None:
            continue
        if not groups or form != groups[-1][0]:
            groups.append((form, []))
        groups[-1][1].append(path)
    return groups


def _clusters(path: Path) -> Iterator[Cluster]:
    """Yield the whole pictures of a part; none where there is no such file."""
    return clusters_of(path) if path.exists() else iter(())
