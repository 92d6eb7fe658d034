"""Frames and KLV packets to a STANAG 4609 transport stream, as the digital twin makes it."""

from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from plainview.formats.container import CompressedPacket
from plainview.formats.klv_muxer import KlvMuxer
from plainview.formats.written_file import whole_file
from plainview.model import Frame
from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["EncoderSettings", "write_stanag4609"]

_TICKS_PER_SECOND: Final = 90_000
_FIRST_PTS: Final = _TICKS_PER_SECOND
"""The first picture is a second in, as room for the decoder's clock."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EncoderSettings:
    """How the pictures are compressed.

    Args:
        rate_hz: Pictures a second.
        quality: x264's constant rate factor; lower is better and larger.
        preset: x264's trade of time for size.
    """

    rate_hz: Fraction = Fraction(30)
    quality: int = 20
    preset: str = "veryfast"


def write_stanag4609(
    path: Path,
    *,
    frames: Iterable[Frame],
    packets: Iterable[bytes | None],
    settings: EncoderSettings | None = None,
) -> int:
    """Write H.264 with ST 0604 stamps and synchronous KLV (ST 1402) into a transport stream.

    The same frames and packets give the same bytes.

    Args:
        path: The file; it is there under its name only once it is whole.
        frames: 8-bit frames of one size; a View's ``time_us`` becomes the picture's stamp.
        packets: For each frame the KLV packet that belongs to it, or None.
        settings: How the pictures are compressed.

    Returns:
        How many frames were written.

    Raises:
        DeviceError: The file cannot be written.
    """
    n_frames = 0
    with whole_file(path) as partial, partial.open("wb") as file:
        for data in _encode_stanag4609(frames, packets, settings=settings or EncoderSettings()):
            file.write(data)
            n_frames += 1
    return n_frames


def _encode_stanag4609(
    frames: Iterable[Frame], packets: Iterable[bytes | None], *, settings: EncoderSettings
) -> Iterator[bytes]:
    """Yield the transport packets of each frame with its KLV packet."""
    muxer = KlvMuxer()
    encoder: VideoCodecContext | None = None
    waiting: deque[tuple[Frame, bytes | None]] = deque()
    for index, (frame, klv) in enumerate(zip(frames, packets, strict=True)):
        waiting.append((frame, klv))
        encoder = encoder or _open_encoder(frame, settings)
        for packet in encoder.encode(_picture(frame, index)):
            yield _muxed(muxer, packet, waiting.popleft())
    if encoder is not None:
        for packet in encoder.encode(None):
            yield _muxed(muxer, packet, waiting.popleft())


def _muxed(
    muxer: KlvMuxer, packet: CompressedPacket, frame_and_klv: tuple[Frame, bytes | None]
) -> bytes:
    """Return the transport packets of one compressed picture, its metadata before it."""
    frame, klv = frame_and_klv
    pts = _FIRST_PTS + round(frame.video_time_us * _TICKS_PER_SECOND / MICROSECONDS_PER_SECOND)
    data = b"" if klv is None else muxer.mux_klv(klv, pts=pts)
    return data + muxer.mux_picture(
        bytes(packet),
        pts=pts,
        is_key=packet.is_keyframe,
        time_us=frame.view.time_us if frame.view is not None else None,
    )


def _open_encoder(frame: Frame, settings: EncoderSettings) -> VideoCodecContext:
    """Open x264 so that pictures leave in the order in which they came, on one thread."""
    encoder: VideoCodecContext = av.CodecContext.create("libx264", "w")
    encoder.height, encoder.width = frame.pixels.shape[:2]
    encoder.pix_fmt = "yuv420p"
    encoder.framerate = settings.rate_hz
    encoder.time_base = 1 / settings.rate_hz
    encoder.thread_count = 1
    encoder.options = {
        "preset": settings.preset,
        "crf": str(settings.quality),
        "g": str(max(1, round(settings.rate_hz))),
        "bf": "0",
        "x264-params": "aud=1:scenecut=0",
    }
    return encoder


def _picture(frame: Frame, index: int) -> VideoFrame:
    if frame.pixels.dtype != np.uint8:
        raise ValueError("only 8-bit frames can be compressed with H.264")
    name = "gray" if frame.pixels.ndim == 2 else "bgr24"
    picture = VideoFrame.from_ndarray(frame.pixels, format=name).reformat(format="yuv420p")
    picture.pts = index
    return picture
