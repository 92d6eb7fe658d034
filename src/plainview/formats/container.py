"""Containers through PyAV, its traps fenced: what is opened, and its packets in file order."""

from collections.abc import Iterator, Mapping
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Final, Protocol

import av
from av.container import InputContainer
from av.packet import Packet
from av.stream import Stream
from av.video.stream import VideoStream

from plainview.errors import InputError
from plainview.formats.input_file import not_a_video
from plainview.model import StreamInfo, StreamKind
from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["CompressedPacket", "ReadableBytes", "VideoContainer", "open_container", "time_base_of"]

if TYPE_CHECKING:
    CompressedPacket = Packet[Stream]
else:
    CompressedPacket = Packet

CONTAINER_FORMATS: Final = "mpegts,mov,matroska,avi,mxf,mpegvideo,h264,hevc,mpeg,flv,asf,nut"
"""Demuxers that may be used. No playlists or pictures: they would open other files."""

_MAX_ERRORS_IN_A_ROW: Final = 20_000
_KINDS: Final = {
    "video": StreamKind.VIDEO,
    "audio": StreamKind.AUDIO,
}


class ReadableBytes(Protocol):
    """What the demuxer needs of a file."""

    def read(self, n_bytes: int, /) -> bytes:
        """Return at most so many bytes; none at the end."""


class VideoContainer:
    """An opened container; what it says of its streams outlives it.

    Its streams are those that were there when it was opened; a stream's kinds, ``infos``, are
    numbered by PID in a transport stream and by track index elsewhere.
    """

    def __init__(self, container: InputContainer, *, path: Path) -> None:
        self.path = path
        self.n_errors = 0
        self.is_transport_stream = container.format.name == "mpegts"
        self.streams: tuple[Stream, ...] = tuple(container.streams)
        self.videos = tuple(stream for stream in container.streams.video if _is_video(stream))
        self.infos = tuple(
            _stream_info(stream, is_transport_stream=self.is_transport_stream)
            for stream in self.streams
        )
        self._container = container
        self._looked_at = 0

    @property
    def video(self) -> VideoStream:
        """The video stream that is looked at: the first, or the one that was chosen."""
        return self.videos[self._looked_at]

    def look_at(self, stream: int) -> None:
        """Choose the video that is looked at by its number; where it is not there, none changes."""
        numbers = [video.id for video in self.videos]
        if stream in numbers:
            self._looked_at = numbers.index(stream)

    @property
    def format_name(self) -> str:
        """Short name of the container, such as ``mpegts`` or ``mov``."""
        return str(self._container.format.name).split(",")[0]

    @property
    def duration_s(self) -> float | None:
        """How long the video is, as the container says; None where it does not."""
        video, container_us = self.video, self._container.duration
        if video.duration is not None and video.duration > 0:
            return float(video.duration * time_base_of(video))
        if container_us is not None and container_us > 0:
            return container_us / MICROSECONDS_PER_SECOND
        return None

    def packets(self) -> Iterator[CompressedPacket]:
        """Yield the packets of all streams in file order; the last of each stream is empty.

        The demuxer's iterator dies where a stream appears late or sync is lost; it is asked
        again and goes on. Errors that never end are an end.
        """
        demuxer = self._container.demux()
        n_in_a_row = 0
        while n_in_a_row < _MAX_ERRORS_IN_A_ROW:
            try:
                packet = next(demuxer)
            except StopIteration:
                return
            except (IndexError, av.FFmpegError) as error:
                self.n_errors += not isinstance(error, IndexError)  # that is a late stream
                n_in_a_row += 1
                demuxer = self._container.demux()
                continue
            n_in_a_row = 0
            yield packet

    def close(self) -> None:
        """Let go of the container."""
        self._container.close()


def open_container(
    file: ReadableBytes,
    *,
    path: Path,
    head: bytes,
    format_name: str | None = None,
    is_video_needed: bool = True,
    options: Mapping[str, str] | None = None,
) -> VideoContainer:
    """Open a container and find its video.

    Args:
        file: What to read; one without ``seek`` is read forward only.
        path: Its name, for errors.
        head: Its first bytes, for errors.
        format_name: The demuxer; None means by content.
        is_video_needed: Whether a container without video is refused.
        options: Further options of the demuxer.

    Raises:
        FormatError: It is no container that can be read.
        InputError: It has no video.
    """
    try:
        container = av.open(
            file,
            mode="r",
            format=format_name,
            metadata_errors="replace",
            options={**(options or {}), "format_whitelist": CONTAINER_FORMATS},
        )
    except (av.FFmpegError, ValueError, IndexError) as error:
        raise not_a_video(path, head=head) from error
    opened = VideoContainer(container, path=path)
    if is_video_needed and not opened.videos:
        opened.close()
        raise _no_video(opened)
    return opened


def _no_video(container: VideoContainer) -> InputError:
    kinds = sorted({info.kind.value for info in container.infos})
    seen = "it has no streams" if not kinds else f"its streams: {', '.join(kinds)}"
    if StreamKind.VIDEO in kinds:
        seen = "its video is too damaged to tell even the size of its pictures"
    return InputError(
        where=str(container.path),
        what=f"has no video that can be decoded ({seen}).",
        mend="Give the recording that holds the pictures; `plainview inspect` lists what is here.",
    )


def _is_video(stream: VideoStream) -> bool:
    """Say whether a stream has pictures of a known size and is no cover picture."""
    is_cover = bool(stream.disposition & stream.disposition.__class__.attached_pic)
    return stream.codec_context is not None and bool(stream.width) and not is_cover


def _stream_info(stream: Stream, *, is_transport_stream: bool) -> StreamInfo:
    kind = _KINDS.get(str(stream.type), StreamKind.DATA)
    codec = stream.codec_context.name if stream.codec_context is not None else None
    return StreamInfo(
        stream=stream.id if is_transport_stream else stream.index,
        kind=kind,
        codec=codec,
        details=(
            _video_details(stream)
            if isinstance(stream, VideoStream) and _is_video(stream)
            else None
        ),
    )


def _video_details(stream: VideoStream) -> str:
    """Return size, rate and pixel format of a video stream in words."""
    rate = stream.average_rate or stream.guessed_rate
    words = [f"{stream.width}x{stream.height}"]
    if rate:
        words.append(f"{float(rate):.6g} frames/s")
    if stream.pix_fmt:
        words.append(stream.pix_fmt)
    return ", ".join(words)


def time_base_of(stream: Stream) -> Fraction:
    """Return the stream's unit of time in seconds."""
    base: Fraction | None = stream.time_base
    return base or Fraction(1, 90_000)
