"""The recording of the twin: every camera's pictures as H.264, each with its metadata."""

from collections import deque
from collections.abc import Sequence
from fractions import Fraction
from typing import Any, Final

import av
import cv2
import numpy as np
import numpy.typing as npt
from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from plainview.formats.klv_muxer import KlvMuxer
from plainview.formats.video_clock import PTS_WRAP
from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["TwinRecording"]

Picture = npt.NDArray[np.uint8]

_TICKS_PER_SECOND: Final = 90_000
_FIRST_TICKS: Final = _TICKS_PER_SECOND
"""The first picture is a second in, as room for the decoder's clock."""
_OPTIONS: Final = {
    "preset": "ultrafast",
    "crf": "26",
    "bf": "0",
    "tune": "zerolatency",
    "x264-params": "aud=1:scenecut=0:sliced-threads=0",
}
"""Every picture leaves the encoder when it comes. Two thirds of what a camera's noise takes at
x264's own rate factor, in a tenth less time."""
_LIMITED: Final = np.round(16.0 + np.arange(256) * (219.0 / 255.0)).astype(np.uint8)
"""From grey levels to luma, as ITU-R BT.601 has it: black is 16, white 235."""
_NO_COLOUR: Final = 128


class TwinRecording:
    """Puts the pictures and packets of cameras into one transport stream.

    Args:
        sizes_px: Width and height of each camera's pictures.
        rate_hz: Pictures a second of each.
    """

    def __init__(self, sizes_px: Sequence[tuple[int, int]], *, rate_hz: Fraction) -> None:
        self._muxer = KlvMuxer(n_cameras=len(sizes_px))
        self._encoders = [_encoder(size_px, rate_hz) for size_px in sizes_px]
        self._waiting: list[deque[tuple[bytes, int, int]]] = [deque() for _ in sizes_px]
        self._n_pictures = [0 for _ in sizes_px]
        self._planes = [
            np.full((3 * height // 2, width), _NO_COLOUR, np.uint8) for width, height in sizes_px
        ]

    @staticmethod
    def ticks(video_time_us: int) -> int:
        """Return the 33-bit stamp that a time has in the recording."""
        ticks = video_time_us * _TICKS_PER_SECOND // MICROSECONDS_PER_SECOND + _FIRST_TICKS
        return ticks % PTS_WRAP

    def add(
        self, camera: int, picture: Picture, *, packet: bytes, time_us: int, video_time_us: int
    ) -> bytes:
        """Return the transport packets that one more picture makes.

        Args:
            camera: Its number.
            picture: (H, W) grey levels.
            packet: Its metadata.
            time_us: Its stamp (ST 0604).
            video_time_us: From the start of the video.
        """
        frame = VideoFrame.from_ndarray(self._planes_of(camera, picture), format="yuv420p")
        frame.pts = self._n_pictures[camera]
        self._n_pictures[camera] += 1
        self._waiting[camera].append((packet, time_us, self.ticks(video_time_us)))
        return self._muxed(camera, self._encoders[camera].encode(frame))

    def finish(self) -> bytes:
        """Return what the encoders hold back."""
        return b"".join(
            self._muxed(camera, encoder.encode(None))
            for camera, encoder in enumerate(self._encoders)
            if self._n_pictures[camera]
        )

    def _planes_of(self, camera: int, picture: Picture) -> Picture:
        """Return luma over both planes of colour, (3 H / 2, W); of even width and height."""
        planes = self._planes[camera]
        cv2.LUT(picture, _LIMITED, dst=planes[: len(picture)])
        return planes

    def _muxed(self, camera: int, packets: Sequence[Any]) -> bytes:
        made = b""
        for each in packets:
            packet, time_us, ticks = self._waiting[camera].popleft()
            made += self._muxer.mux_klv(packet, pts=ticks, camera=camera)
            made += self._muxer.mux_picture(
                bytes(each), pts=ticks, is_key=each.is_keyframe, time_us=time_us, camera=camera
            )
        return made


def _encoder(size_px: tuple[int, int], rate_hz: Fraction) -> VideoCodecContext:
    encoder: VideoCodecContext = av.CodecContext.create("libx264", "w")
    encoder.width, encoder.height = size_px
    encoder.pix_fmt = "yuv420p"
    encoder.framerate = rate_hz
    encoder.time_base = 1 / rate_hz
    encoder.thread_count = 1
    encoder.options = {**_OPTIONS, "g": str(max(1, round(rate_hz)))}
    return encoder
