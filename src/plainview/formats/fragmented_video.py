"""Videos for people (``overlay-<camera>.mp4`` and others), in fragments while a run makes them.

A fragment is a `moof` box and an `mdat` box. One is written a second, whole, so that a run that
was killed leaves a file that plays up to its last fragment. Parts of a run that was resumed are
joined by stream copy into one regular file.
"""

import contextlib
import io
import os
import struct
from collections.abc import Iterable, Iterator, Sequence
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import Any, Final, Self

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.frame import PictureType

from plainview.formats.careful_file import CarefulFile
from plainview.formats.fit_picture import fit_picture
from plainview.formats.joined_video import JoinedForm, join_packets
from plainview.formats.written_file import device_error
from plainview.units import MICROSECONDS_PER_SECOND, microseconds_from_seconds

__all__ = ["FragmentedVideoWriter", "concatenate_parts", "n_frames_on_disk"]

Picture = npt.NDArray[np.uint8]
"""(H, W, 3) BGR."""

_TIME_BASE: Final = Fraction(1, MICROSECONDS_PER_SECOND)
_START_TAG: Final = "first_video_time_us="
_MOVFLAGS: Final = "frag_keyframe+empty_moov+default_base_moof"
_BT601: Final = 6
"""AVCOL_SPC_SMPTE170M, which OpenCV's conversion makes; primaries and transfer likewise."""
_LIMITED_RANGE: Final = 1
_SIMPLE: Final = "cabac=0:partitions=none:weightp=0"
"""Bits of fixed code tables, and no macroblock divided: of 640x512 thermal noise a frame then
takes 3.3 ms instead of 7.3 and is a fifth larger, of daylight 1.9 instead of 2.5 and a twelfth,
picture and small text as near to the original (within 0.1 dB)."""


class FragmentedVideoWriter:
    """Writes pictures as H.264 in fragmented MP4; a frame keeps its own time.

    The file appears with the first picture. Pictures of another size than the first are fitted
    into it with bars; odd sizes gain a column or a row, for H.264 has none.

    Args:
        path: The file to make.
        width_px: Of the pictures.
        height_px: Of the pictures.
        pixel_aspect_ratio: Width of a pixel over its height as displayed; players stretch by it.
        rate: Frames a second, roughly; only the encoder's rate control looks at it.
        fragment_s: Longest time between key frames, and what a kill can lose.
        preset: x264's. At 720p a frame took 3.8 ms of core time with `ultrafast`, which blurs
            small text, 5.5 with `superfast` and 7.9 with `veryfast`, all with CABAC.
        crf: x264's constant rate factor.
    """

    def __init__(
        self,
        path: Path,
        *,
        width_px: int,
        height_px: int,
        pixel_aspect_ratio: float = 1.0,
        rate: float = 30.0,
        fragment_s: float = 1.0,
        preset: str = "superfast",
        crf: int = 22,
    ) -> None:
        self._path = path
        self._size_px = (width_px + width_px % 2, height_px + height_px % 2)
        self._aspect = Fraction(pixel_aspect_ratio).limit_denominator(255)
        self._rate = Fraction(rate).limit_denominator(1001)
        self._fragment_us = microseconds_from_seconds(fragment_s)
        self._options = {"preset": preset, "crf": str(crf), "x264-params": _SIMPLE}
        self._container: Any = None
        self._stream: Any = None
        self._file: Any = None
        self._start_us = self._last_us = self._key_us = 0

    def write(self, pixels: Picture, *, video_time_us: int) -> None:
        """Encode one picture.

        Args:
            pixels: (H, W, 3) BGR, uint8.
            video_time_us: On the clock of the frames; later than the picture before.

        Raises:
            DeviceError: The file cannot be written.
        """
        try:
            if self._container is None:
                self._open(video_time_us)
            self._mux(self._frame(pixels, video_time_us))
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
                for packet in self._stream.encode():
                    container.mux(packet)
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

    def _open(self, video_time_us: int) -> None:
        self._start_us = video_time_us
        self._last_us, self._key_us = video_time_us - 1, video_time_us - self._fragment_us
        self._file = CarefulFile(self._path)
        self._container = av.open(
            self._file,
            "w",
            format="mp4",
            options={"movflags": _MOVFLAGS, "flush_packets": "1"},
        )
        self._container.metadata["comment"] = f"{_START_TAG}{video_time_us}"
        # Threads are fixed in number, so that the same pictures give the same bytes anywhere.
        options = {**self._options, "bf": "0", "g": "9999", "forced-idr": "1", "threads": "2"}
        self._stream = self._container.add_stream("libx264", rate=self._rate, options=options)
        context = self._stream.codec_context
        context.width, context.height = self._size_px
        context.pix_fmt = "yuv420p"
        context.sample_aspect_ratio = self._aspect
        context.time_base = self._stream.time_base = _TIME_BASE
        context.color_range = _LIMITED_RANGE
        context.colorspace = context.color_primaries = context.color_trc = _BT601

    def _frame(self, pixels: Picture, video_time_us: int) -> Any:
        time_us = max(video_time_us, self._last_us + 1)
        fitted = fit_picture(pixels, self._size_px)
        planes = np.asarray(cv2.cvtColor(fitted, cv2.COLOR_BGR2YUV_I420), np.uint8)
        frame = av.VideoFrame.from_ndarray(planes, format="yuv420p")
        frame.pts, frame.time_base = time_us - self._start_us, _TIME_BASE
        self._last_us = time_us
        if time_us - self._key_us >= self._fragment_us:
            self._key_us = time_us
            frame.pict_type = PictureType.I
        return frame

    def _mux(self, frame: Any) -> None:
        for packet in self._stream.encode(frame):
            self._container.mux(packet)


def _whole_size(path: Path) -> int:
    """Return how many bytes of a fragmented MP4 are whole fragments (and what leads them)."""
    whole = position = 0
    with path.open("rb") as file:
        size = file.seek(0, os.SEEK_END)
        while position + 8 <= size:
            file.seek(position)
            length, kind = struct.unpack(">I4s", file.read(8))
            if length == 1:
                length = int.from_bytes(file.read(8), "big")
            position += length
            if length < 8 or position > size:
                break
            if kind in {b"moov", b"mdat"}:
                whole = position
    return whole


class _WholePart(io.RawIOBase):
    """The whole fragments of a part, as a file that ends after them."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._file = path.open("rb")
        self._size = _whole_size(path)

    def read(self, n_bytes: int = -1) -> bytes:
        left = max(0, self._size - self._file.tell())
        return self._file.read(left if n_bytes < 0 else min(n_bytes, left))

    def seek(self, offset: int, whence: int = os.SEEK_SET) -> int:
        start = {os.SEEK_SET: 0, os.SEEK_CUR: self._file.tell(), os.SEEK_END: self._size}[whence]
        return self._file.seek(start + offset)

    def tell(self) -> int:
        return self._file.tell()

    def seekable(self) -> bool:
        return True

    def readable(self) -> bool:
        return True

    def close(self) -> None:
        self._file.close()
        super().close()


def _open_part(part: _WholePart) -> Any:
    """Open a part for reading; None where it has no whole fragment."""
    if part._size == 0:
        return None
    try:
        container = av.open(part, "r", format="mp4")
    except av.FFmpegError:
        return None
    return container if container.streams.video else None


def _packets(container: Any) -> Iterator[Any]:
    return (packet for packet in container.demux(video=0) if packet.size)


def n_frames_on_disk(path: Path) -> int:
    """Return how many frames stand in whole fragments of a file, finished or cut off.

    Args:
        path: A part that `FragmentedVideoWriter` made; 0 where it is not there.
    """
    return sum(1 for container in _open_parts([path]) for _ in _packets(container))


def concatenate_parts(parts: Sequence[Path], out: Path) -> int:
    """Join the parts of one run into one regular MP4, by stream copy.

    Args:
        parts: In order of time; each gives the frames of its whole fragments.
        out: The file to make, in one step; its first frame is at 0.

    Returns:
        How many frames it has. No file is made for none.

    Raises:
        DeviceError: The file cannot be written.
    """
    start_us = next(_starts_us(parts), 0)
    form = JoinedForm(
        container="mp4",
        time_base=_TIME_BASE,
        options={"movflags": "faststart"},
        metadata={"comment": f"{_START_TAG}{start_us}"},
    )
    return join_packets(_packets_from(start_us, parts), out, form=form)


def _open_parts(parts: Iterable[Path]) -> Iterator[Any]:
    """Yield each part that can be read, opened while its turn lasts."""
    for path in parts:
        if path.exists():
            with _WholePart(path) as part:
                container = _open_part(part)
                if container is not None:
                    with container:
                        yield container


def _starts_us(parts: Iterable[Path]) -> Iterator[int]:
    """Yield when each part that can be read begins."""
    return (_first_time_us(container) for container in _open_parts(parts))


def _packets_from(start_us: int, parts: Iterable[Path]) -> Iterator[Any]:
    """Yield the packets of all parts, their stamps counted from one instant."""
    for container in _open_parts(parts):
        offset_us = _first_time_us(container) - start_us
        for packet in _packets(container):
            packet.pts += offset_us
            packet.dts += offset_us
            yield packet


def _first_time_us(container: Any) -> int:
    """Return when the first frame was on the mission's clock; 0 where the file does not say."""
    comment = container.metadata.get("comment", "")
    return int(comment.removeprefix(_START_TAG)) if comment.startswith(_START_TAG) else 0
