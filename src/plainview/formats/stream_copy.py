"""Streams of any container put into a transport stream: copied, or the video encoded anew."""

from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
from av.stream import Stream
from av.video.stream import VideoStream

from plainview.formats.container import (
    CompressedPacket,
    VideoContainer,
    open_container,
    time_base_of,
)
from plainview.formats.input_file import HEAD_BYTES, open_input
from plainview.formats.transport_packets import PACKET_BYTES, PacketRun
from plainview.formats.video_clock import PTS_WRAP
from plainview.formats.viewing_video import ViewingVideo
from plainview.formats.written_file import whole_file
from plainview.model import Pixels

__all__ = ["StreamCopy", "remux_to_transport_stream"]

_TICKS_PER_SECOND: Final = 90_000
_SHIFT_TICKS: Final = 10 * _TICKS_PER_SECOND
"""Added to every stamp, so that none is below 0 (decoding times may be, in MP4)."""

_HELD_TICKS: Final = 5 * _TICKS_PER_SECOND
"""How much of what came beside a skipped beginning is kept: metadata may lie well before."""

_CARRIED_CODECS: Final = frozenset(
    ("h264", "hevc", "mpeg1video", "mpeg2video", "mpeg4", "aac", "mp2", "mp3", "ac3", "eac3")
)


class _Sink:
    """What the muxer writes to: bytes that wait to be taken."""

    def __init__(self) -> None:
        self.held = bytearray()

    def write(self, data: bytes) -> int:
        self.held += data
        return len(data)


class StreamCopy:
    """Copies packets of a container into a transport stream, without decoding them.

    Streams that a transport stream cannot carry are counted and left out. A video that it
    cannot carry is encoded from its pictures, where they will be given; else nothing is copied.

    Args:
        container: The container that the packets come from.
        are_pictures_given: Whether `add_picture` will be called.
    """

    def __init__(self, container: VideoContainer, *, are_pictures_given: bool = False) -> None:
        self._sink = _Sink()
        self._offset = 0
        self._is_closed = False
        self._outputs: dict[int, Stream] = {}
        self._viewing: ViewingVideo | None = None
        self._held: deque[CompressedPacket] = deque()
        self._output = av.open(
            self._sink,
            mode="w",
            format="mpegts",
            options={"mpegts_copyts": "1", "avoid_negative_ts": "disabled"},
            container_options={"max_interleave_delta": "1000000"},
        )
        for stream in container.streams:
            if stream.index == container.video.index and are_pictures_given:
                self._announce_video(container.video)
            else:
                self._announce(stream)
        n_announced = len(self._outputs) + self.is_video_encoded
        self.n_streams_left = len(container.streams) - n_announced
        if container.video.index not in self._outputs and not self.is_video_encoded:
            self._outputs.clear()

    @property
    def is_video_encoded(self) -> bool:
        """Whether the video is made of pictures, for it cannot be carried as it came."""
        return self._viewing is not None

    def add(self, packet: CompressedPacket) -> None:
        """Copy one packet; packets come in file order."""
        output = self._outputs.get(packet.stream.index)
        if output is None or (packet.dts is None and packet.pts is None):
            return
        copy: CompressedPacket = av.Packet(bytes(packet))
        base = time_base_of(packet.stream)
        copy.pts = None if packet.pts is None else self._shifted(packet.pts * base)
        copy.dts = None if packet.dts is None else self._shifted(packet.dts * base)
        copy.time_base = Fraction(1, _TICKS_PER_SECOND)
        copy.is_keyframe = packet.is_keyframe
        copy.stream = output
        if self._viewing is None:
            self._mux(copy)
        else:
            self._hold(copy)

    def add_picture(self, pixels: Pixels, *, time_s: Fraction, video_time_us: int) -> None:
        """Encode one picture where the video is encoded; what came beside it goes before it.

        Args:
            pixels: (H, W) or (H, W, 3) BGR, 8 or 16 bits.
            time_s: Its time on the container's clock.
            video_time_us: On the clock of the frames.
        """
        if self._viewing is None:
            return
        ticks = self._shifted(time_s)
        while self._held and _stamp_of(self._held[0]) <= ticks:
            self._mux(self._held.popleft())
        for packet in self._viewing.encode(pixels, ticks=ticks, video_time_us=video_time_us):
            self._mux(packet)

    def _mux(self, packet: CompressedPacket) -> None:
        try:
            self._output.mux_one(packet)
        except (av.FFmpegError, ValueError):
            return

    def _hold(self, packet: CompressedPacket) -> None:
        """Keep a packet until its picture is encoded; of a skipped beginning, the end only."""
        self._held.append(packet)
        if self._viewing is None or self._viewing.has_begun:
            return
        while _stamp_of(packet) - _stamp_of(self._held[0]) > _HELD_TICKS:
            self._held.popleft()

    def take_runs(self) -> list[PacketRun]:
        """Return the transport packets that were made since this was last asked."""
        n_bytes = len(self._sink.held) // PACKET_BYTES * PACKET_BYTES
        if n_bytes == 0:
            return []
        run = PacketRun(
            offset=self._offset, stride=PACKET_BYTES, packets=bytes(self._sink.held[:n_bytes])
        )
        del self._sink.held[:n_bytes]
        self._offset += n_bytes
        return [run]

    def ticks(self, time_s: Fraction) -> int:
        """Return the 90 kHz stamp that a time of the container becomes."""
        return self._shifted(time_s) % PTS_WRAP

    def finish(self, *, is_cut: bool = False) -> None:
        """Write what the muxer holds back.

        Args:
            is_cut: Whether what came beside pictures that were not given is left out.
        """
        if self._is_closed:
            return
        self._is_closed = True
        if self._viewing is not None and self._viewing.has_begun:
            while self._held and not is_cut:
                self._mux(self._held.popleft())
            for packet in self._viewing.flush():
                self._mux(packet)
        try:
            self._output.close()
        except av.FFmpegError:
            return

    def close(self) -> None:
        """Let go of the muxer."""
        self.finish()

    def _announce_video(self, video: VideoStream) -> None:
        self._announce(video)
        if video.index not in self._outputs:
            self._viewing = ViewingVideo(
                self._output,
                size_px=(video.width, video.height),
                rate_hz=video.average_rate,
                time_base=Fraction(1, _TICKS_PER_SECOND),
            )

    def _announce(self, stream: Stream) -> None:
        context = stream.codec_context
        if stream.type == "data":
            self._outputs[stream.index] = self._output.add_data_stream("klv")
        elif context is not None and context.name in _CARRIED_CODECS:
            self._outputs[stream.index] = self._output.add_stream_from_template(stream)

    @staticmethod
    def _shifted(time_s: Fraction) -> int:
        return round(time_s * _TICKS_PER_SECOND) + _SHIFT_TICKS


def _stamp_of(packet: CompressedPacket) -> int:
    stamp = packet.pts if packet.dts is None else packet.dts
    return stamp or 0


def remux_to_transport_stream(path: Path, out: Path) -> int:
    """Copy the streams of a container into a transport stream file, without decoding them.

    Args:
        path: An MP4, Matroska or other container with video.
        out: The file; it is there under its name only once it is whole.

    Returns:
        How many streams could not be carried.

    Raises:
        InputError: The input cannot be read, or has no video.
        FormatError: The input is no container that can be read.
        DeviceError: The output cannot be written.
    """
    with open_input(path) as file:
        head = file.read(HEAD_BYTES)
        file.seek(0)
        container = open_container(file, path=path, head=head)
        copy = StreamCopy(container)
        try:
            with whole_file(out) as partial, partial.open("wb") as target:
                for data in _copied(container, copy):
                    target.write(data)
        finally:
            copy.close()
            container.close()
    return copy.n_streams_left


def _copied(container: VideoContainer, copy: StreamCopy) -> Iterator[bytes]:
    for packet in container.packets():
        if packet.size:
            copy.add(packet)
        yield from (run.packets for run in copy.take_runs())
    copy.finish()
    yield from (run.packets for run in copy.take_runs())
