"""Compressed pictures to arrays of pixels."""

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import av
import numpy as np
from av.codec.context import ThreadType
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter
from av.video.stream import VideoStream

from plainview.formats.container import CompressedPacket
from plainview.formats.deep_grey import DeepGreyReader
from plainview.model import Pixels

__all__ = ["DecodedPicture", "VideoDecoder"]

_GREY_8_FORMATS: Final = frozenset({"gray", "gray8"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class DecodedPicture:
    """One picture as the decoder gave it.

    Args:
        pixels: (H, W) or (H, W, 3) BGR, 8 bits; grey of more bits keeps its values, uint16.
        pts: In the stream's own unit of time; None where the picture has none.
        origin: What was handed in with the packet that the picture came from.
        is_interlaced: Whether its two fields are of different instants.
        is_damaged: Whether the decoder guessed parts of it.
        pixel_aspect_ratio: Width of a pixel over its height.
    """

    pixels: Pixels
    pts: int | None
    origin: object
    is_interlaced: bool
    is_damaged: bool
    pixel_aspect_ratio: float


class VideoDecoder:
    """Decodes one video stream; a packet that cannot be decoded is counted and left out.

    Args:
        stream: The stream.
        n_threads: Threads of the decoder; 1 costs the least and lets other work go on.
    """

    def __init__(self, stream: VideoStream, *, n_threads: int = 1) -> None:
        self.n_errors = 0
        self._stream = stream
        self._reformatter = VideoReformatter()
        self._deep_grey = DeepGreyReader()
        context = stream.codec_context
        context.copy_opaque = True
        context.thread_type = ThreadType.AUTO if n_threads > 1 else ThreadType.SLICE
        context.thread_count = n_threads

    @property
    def stream(self) -> VideoStream:
        """The stream that is decoded."""
        return self._stream

    def decode(self, packet: CompressedPacket, *, origin: object) -> list[DecodedPicture]:
        """Decode one packet; pictures come in the order in which they are shown.

        Args:
            packet: The packet.
            origin: What its picture is to remember; it must not lead back to the packet, for
                then neither would ever be freed.
        """
        packet.opaque = origin
        try:
            frames = self._stream.codec_context.decode(packet)
        except av.EOFError:
            return []
        except (av.FFmpegError, ValueError):
            self.n_errors += 1
            return []
        return [self._picture(frame) for frame in frames]

    def flush(self) -> list[DecodedPicture]:
        """Return the pictures that were held back to be put in order."""
        try:
            frames = self._stream.codec_context.decode(None)
        except av.FFmpegError:
            return []
        return [self._picture(frame) for frame in frames]

    def _picture(self, frame: VideoFrame) -> DecodedPicture:
        return DecodedPicture(
            pixels=self._pixels(frame),
            pts=frame.pts,
            origin=frame.opaque,
            is_interlaced=bool(frame.interlaced_frame),
            is_damaged=bool(frame.is_corrupt),
            pixel_aspect_ratio=_pixel_aspect_ratio(self._stream),
        )

    def _pixels(self, frame: VideoFrame) -> Pixels:
        """Return BGR, or grey where the picture has no colour, without asking for new scalers."""
        name = frame.format.name
        if name in _GREY_8_FORMATS:
            return np.ascontiguousarray(frame.to_ndarray(), np.uint8)
        counts = self._deep_grey.read(frame)
        if counts is not None:
            return counts
        bgr = self._reformatter.reformat(frame, format="bgr24", threads=1)
        return np.ascontiguousarray(bgr.to_ndarray(), np.uint8)


def _pixel_aspect_ratio(stream: VideoStream) -> float:
    """Return the shape of a pixel; 1 where the source does not say or says nonsense."""
    ratio: Fraction | None = stream.codec_context.sample_aspect_ratio
    if ratio is None or ratio <= 0 or not 0.1 <= float(ratio) <= 10.0:
        return 1.0
    return float(ratio)
