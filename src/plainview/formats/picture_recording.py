"""The recording of a source without a transport stream: its pictures as H.264, for viewing."""

from fractions import Fraction
from typing import Final

import av

from plainview.formats.transport_packets import PACKET_BYTES
from plainview.formats.video_clock import PTS_WRAP
from plainview.formats.viewing_video import ViewingVideo
from plainview.model import Pixels
from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["PictureRecording", "recording_ticks"]

_TICKS_PER_SECOND: Final = 90_000
_SHIFT_TICKS: Final = 10 * _TICKS_PER_SECOND
"""Added to every stamp, as of other sources that are put into a transport stream."""
_MUXER: Final = {"mpegts_copyts": "1", "avoid_negative_ts": "disabled"}


def recording_ticks(video_time_us: int) -> int:
    """Return the 33-bit stamp that a picture of some time has in the recording."""
    return _ticks(video_time_us) % PTS_WRAP


def _ticks(video_time_us: int) -> int:
    return video_time_us * _TICKS_PER_SECOND // MICROSECONDS_PER_SECOND + _SHIFT_TICKS


class _Sink:
    """What the muxer writes to: bytes that wait to be taken."""

    def __init__(self) -> None:
        self.held = bytearray()

    def write(self, data: bytes) -> int:
        self.held += data
        return len(data)


class PictureRecording:
    """Puts pictures into a transport stream of H.264.

    Args:
        size_px: Width and height of the pictures; another size is fitted into it.
        rate_hz: Pictures a second, about.
    """

    def __init__(self, *, size_px: tuple[int, int], rate_hz: Fraction) -> None:
        self._sink = _Sink()
        self._output = av.open(self._sink, mode="w", format="mpegts", options=_MUXER)
        self._is_closed = False
        self._video = ViewingVideo(
            self._output,
            size_px=size_px,
            rate_hz=rate_hz,
            time_base=Fraction(1, _TICKS_PER_SECOND),
        )

    def add(self, pixels: Pixels, *, video_time_us: int) -> None:
        """Encode one picture."""
        ticks = _ticks(video_time_us)
        for packet in self._video.encode(pixels, ticks=ticks, video_time_us=video_time_us):
            self._output.mux_one(packet)

    def take(self) -> bytes:
        """Return the whole packets that were made since this was last asked."""
        n_bytes = len(self._sink.held) // PACKET_BYTES * PACKET_BYTES
        taken = bytes(self._sink.held[:n_bytes])
        del self._sink.held[:n_bytes]
        return taken

    def finish(self) -> None:
        """Write what encoder and muxer hold back."""
        if self._is_closed:
            return
        self._is_closed = True
        for packet in self._video.flush():
            self._output.mux_one(packet)
        self._output.close()
