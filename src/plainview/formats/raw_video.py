"""``raw-<camera>.mkv``: the pictures of a camera with more than 8 bits, to the bit.

FFV1 level 3, ``gray16le``, in Matroska: every picture stands alone, has a checksum a slice and is
written with the next. A part that was cut off is read up to its last whole picture. A picture's
time is its video time, to the millisecond, for Matroska has no finer; ``frames.parquet`` has it
to the microsecond.
"""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import av
import numpy as np
import numpy.typing as npt

from plainview.formats.careful_file import CarefulFile
from plainview.formats.joined_video import JoinedForm, join_packets
from plainview.formats.written_file import device_error

__all__ = ["RawVideoWriter", "join_raw_parts", "last_raw_time_ms", "raw_time_ms"]

_TIME_BASE: Final = Fraction(1, 1000)
_ENCODER_OPTIONS: Final = {
    "level": "3",
    "g": "1",
    "coder": "1",
    "context": "0",
    "slices": "4",
    "slicecrc": "1",
    "threads": "2",
}
_NOMINAL_RATE: Final = 30
_MUXER_OPTIONS: Final = {"fflags": "+bitexact", "flush_packets": "1"}
_JOINED: Final = JoinedForm(container="matroska", time_base=_TIME_BASE, options=_MUXER_OPTIONS)


def raw_time_ms(video_time_us: int) -> int:
    """Return the stamp of a picture in a raw video, milliseconds of video time."""
    return round(video_time_us / 1000)


class RawVideoWriter:
    """Writes grey pictures of 16 bits without loss; all of one size.

    The file appears with the first picture.

    Args:
        path: The file to make.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._container: Any = None
        self._stream: Any = None
        self._file: Any = None
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
        try:
            if self._container is None:
                self._open(pixels)
            frame = av.VideoFrame.from_ndarray(pixels, format="gray16le")
            self._last_ms = max(raw_time_ms(video_time_us), self._last_ms + 1)
            frame.pts, frame.time_base = self._last_ms, _TIME_BASE
            self._container.mux(self._stream.encode(frame))
        except (OSError, av.FFmpegError) as error:
            raise device_error(self._path, error) from error
        self._file.check()

    def close(self) -> None:
        """Write what is left. A writer that was given no picture leaves no file.

        Raises:
            DeviceError: The file cannot be written.
        """
        if self._container is None:
            return
        container, self._container = self._container, None
        try:
            with contextlib.closing(self._file), contextlib.closing(container):
                container.mux(self._stream.encode(None))
        except (OSError, av.FFmpegError) as error:
            raise device_error(self._path, error) from error
        self._file.check()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def _open(self, pixels: npt.NDArray[np.uint16]) -> None:
        height, width = pixels.shape
        self.size_px = (width, height)
        self._file = CarefulFile(self._path)
        # A cluster a picture: what a kill loses is the picture that waits for the next.
        options = {**_MUXER_OPTIONS, "cluster_size_limit": "1"}
        self._container = av.open(self._file, "w", format="matroska", options=options)
        self._stream = self._container.add_stream(
            "ffv1", rate=_NOMINAL_RATE, options=dict(_ENCODER_OPTIONS)
        )
        context = self._stream.codec_context
        context.width, context.height = self.size_px
        context.pix_fmt = "gray16le"
        context.time_base = self._stream.time_base = _TIME_BASE


def last_raw_time_ms(path: Path) -> int:
    """Return the stamp of the last whole picture of a part; -1 for none."""
    return max((packet.pts for packet in _packets(path)), default=-1)


def join_raw_parts(parts: Sequence[Path], folder: Path, *, camera: str) -> list[Path]:
    """Join the parts of one camera into one regular file, by stream copy.

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
    for like in _groups(parts):
        number = f"-{len(made) + 1}" if made else ""
        out = folder / f"raw-{camera}{number}.mkv"
        join_packets((packet for path in like for packet in _packets(path)), out, form=_JOINED)
        made.append(out)
    return made


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """What parts must share to be joined."""

    size_px: tuple[int, int]
    header: bytes | None


def _groups(parts: Sequence[Path]) -> list[list[Path]]:
    """Return the parts that hold pictures, those beside each other and of one form together."""
    groups: list[list[Path]] = []
    before: _Form | None = None
    for path in parts:
        form = _form_of(path)
        if form is None:
            continue
        if form != before:
            groups.append([])
        groups[-1].append(path)
        before = form
    return groups


def _form_of(path: Path) -> _Form | None:
    """Return the form of a part; None where it has no whole picture."""
    if next(_packets(path), None) is None:
        return None
    with av.open(str(path), "r", format="matroska") as container:
        stream = container.streams.video[0]
        context = stream.codec_context
        return _Form(size_px=(context.width, context.height), header=context.extradata)


def _packets(path: Path) -> Iterator[Any]:
    """Yield the compressed pictures of a part, up to where it was cut off."""
    try:
        container = av.open(str(path), "r", format="matroska")
    except (OSError, av.FFmpegError):
        return
    with container:
        if container.streams.video:
            yield from (packet for packet in container.demux(video=0) if packet.size)
