"""H.264 for viewing, of pictures that the recording cannot carry as they came."""

from collections.abc import Iterator
from fractions import Fraction
from typing import Any, Final

import numpy as np
from av.video.frame import VideoFrame

from plainview.formats.container import CompressedPacket
from plainview.formats.fit_picture import fit_picture
from plainview.imaging import RangeFollower
from plainview.model import Pixels

__all__ = ["ViewingVideo"]

_DEFAULT_RATE_HZ: Final = 25
_BT601: Final = 6
"""AVCOL_SPC_SMPTE170M, which the conversion makes; primaries and transfer likewise."""
_LIMITED_RANGE: Final = 1
_OPTIONS: Final = {
    "preset": "superfast",
    "crf": "20",
    "bf": "0",
    "threads": "1",
    "x264-params": "aud=1:scenecut=0:rc-lookahead=0:sync-lookahead=0:mbtree=0",
}
"""Every picture leaves the encoder when it comes, and the same pictures give the same bytes."""


class ViewingVideo:
    """Encodes pictures into a stream of a muxer; 16 bits become 8 by a range that follows slowly.

    Args:
        output: The muxer.
        size_px: Width and height of the pictures, as announced; another size is fitted into it.
        rate_hz: Pictures a second, as announced; None where not known.
        time_base: Of the stamps that pictures are given.
    """

    def __init__(
        self,
        output: Any,
        *,
        size_px: tuple[int, int],
        rate_hz: Fraction | None,
        time_base: Fraction,
    ) -> None:
        width, height = size_px
        self._size_px = (width + width % 2, height + height % 2)
        self._time_base = time_base
        self._last_ticks: int | None = None
        self._range = RangeFollower()
        rate = Fraction(rate_hz or _DEFAULT_RATE_HZ).limit_denominator(1001)
        options = {**_OPTIONS, "g": str(max(1, round(rate)))}
        self.stream = output.add_stream("libx264", rate=rate, options=options)
        context = self.stream.codec_context
        context.width, context.height = self._size_px
        context.pix_fmt = "yuv420p"
        context.time_base = self.stream.time_base = time_base
        context.color_range = _LIMITED_RANGE
        context.colorspace = context.color_primaries = context.color_trc = _BT601

    @property
    def has_begun(self) -> bool:
        """Whether a picture came."""
        return self._last_ticks is not None

    def encode(
        self, pixels: Pixels, *, ticks: int, video_time_us: int
    ) -> Iterator[CompressedPacket]:
        """Yield the packets of the next picture.

        Args:
            pixels: (H, W) or (H, W, 3) BGR, 8 or 16 bits.
            ticks: Its stamp; one that does not go forward is put behind the one before.
            video_time_us: Its time on the clock of the frames.
        """
        if pixels.dtype == np.uint16:
            pixels = self._range.show(pixels, video_time_us=video_time_us)
        fitted = fit_picture(np.asarray(pixels, np.uint8), self._size_px)
        name = "gray" if fitted.ndim == 2 else "bgr24"
        frame = VideoFrame.from_ndarray(fitted, format=name).reformat(format="yuv420p")
        if self._last_ticks is not None:
            ticks = max(ticks, self._last_ticks + 1)
        frame.pts, frame.time_base = ticks, self._time_base
        self._last_ticks = ticks
        yield from self.stream.encode(frame)

    def flush(self) -> Iterator[CompressedPacket]:
        """Yield what the encoder holds back."""
        if self.has_begun:
            yield from self.stream.encode(None)
