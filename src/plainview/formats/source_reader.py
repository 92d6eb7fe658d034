"""One opened input: its video packets in order, and the metadata and bytes between them."""

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Final, Protocol

from plainview.errors import InputError
from plainview.formats.container import CompressedPacket, VideoContainer, time_base_of
from plainview.formats.container_reader import ContainerReader
from plainview.formats.input_file import (
    HEAD_BYTES,
    ContentKind,
    content_kind,
    not_a_video,
    open_input,
)
from plainview.formats.klv_carriage import CarriedKlv
from plainview.formats.transport_packets import PacketRun
from plainview.formats.transport_reader import TransportReader, VideoChoice
from plainview.formats.video_clock import SharedClock, VideoClock
from plainview.formats.warning_tally import WarningTally
from plainview.model import Pixels, StreamInfo
from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["SourceReader", "open_reader", "video_clock_of"]

_DEFAULT_RATE_HZ: Final = 25
_TRANSPORT_SUFFIXES: Final = (".ts", ".m2ts", ".mts", ".klv")
_OTHER_SUFFIXES: Final = (".mp4", ".m4v", ".mov", ".mkv", ".webm", ".avi", ".klv")


class SourceReader(Protocol):
    """What a source needs of an opened input."""

    container: VideoContainer
    tally: WarningTally
    pts_wrap: int | None
    klv_time_base: Fraction

    @property
    def streams(self) -> tuple[StreamInfo, ...]:
        """The streams, as announced so far."""

    @property
    def has_klv(self) -> bool:
        """Whether a KLV stream was announced or has shown itself."""

    @property
    def is_video_encoded(self) -> bool:
        """Whether the recording's video is made of the pictures that are handed in."""

    @property
    def n_bytes_read(self) -> int:
        """How much of the file was read."""

    def packets(self) -> Iterator[CompressedPacket]:
        """Yield the packets of the video that is looked at, and of those that others look at."""

    def offset_of(self, packet: CompressedPacket) -> int | None:
        """Return where a packet that came just now begins in the file; None where not known."""

    def take_klv(self, *, before: int | None) -> list[CarriedKlv]:
        """Return the payloads that begin before a place in the file; None means all."""

    def take_runs(self) -> list[PacketRun]:
        """Return the packets to be recorded that came since this was last asked."""

    def add_picture(self, pixels: Pixels, *, pts: int, video_time_us: int) -> None:
        """Take a decoded picture: a recording that cannot hold its packets is made of it."""

    def end_recording(self, *, is_cut: bool) -> None:
        """Write what the recording holds back; `take_runs` gives it.

        Args:
            is_cut: Whether the end that was asked for lies before that of the input.
        """

    def recording_ticks(self, pts: int) -> int:
        """Return the 90 kHz stamp in the recording that a stamp of the video becomes."""

    def close(self) -> None:
        """Let go of the file."""


def open_reader(
    path: Path, *, are_pictures_given: bool = False, choice: VideoChoice | None = None
) -> SourceReader:
    """Open an input by its content.

    Args:
        path: The input.
        are_pictures_given: Whether `SourceReader.add_picture` will be called.
        choice: Which video of a transport stream is looked at; None is the first.

    Raises:
        InputError: It cannot be read, or has no video.
        FormatError: It is no container that can be read.
    """
    file = open_input(path)
    try:
        head = file.read(HEAD_BYTES)
        file.seek(0)
        kind = content_kind(head)
        if kind is ContentKind.RAW_KLV:
            raise _only_klv(path)
        reader: SourceReader
        if kind is ContentKind.TRANSPORT_STREAM:
            reader = TransportReader(file, path=path, head=head, choice=choice)
        else:
            reader = ContainerReader(
                file, path=path, head=head, are_pictures_given=are_pictures_given
            )
    except OSError as error:
        file.close()
        raise not_a_video(path, head=b"") from error
    except InputError:
        file.close()
        raise
    _check_name(reader, path)
    return reader


def video_clock_of(
    reader: SourceReader, *, start_us: int, shared: SharedClock | None = None
) -> VideoClock:
    """Return a clock for the video of an input, whose first picture is at ``start_us``.

    Args:
        reader: The input.
        start_us: The video time of its first picture.
        shared: The clock of all videos of the input, where more than one is looked at.
    """
    video = reader.container.video
    rate_hz = Fraction(video.average_rate or _DEFAULT_RATE_HZ)
    return VideoClock(
        time_base=time_base_of(video),
        wrap=reader.pts_wrap,
        interval_us=round(MICROSECONDS_PER_SECOND / rate_hz),
        start_us=start_us,
        shared=shared,
    )


def _only_klv(path: Path) -> InputError:
    return InputError(
        where=str(path),
        what="holds KLV metadata and no video.",
        mend="`plainview inspect --packets` reads it; give the recording that holds the pictures.",
    )


def _check_name(reader: SourceReader, path: Path) -> None:
    suffixes = _OTHER_SUFFIXES if reader.container.is_transport_stream else _TRANSPORT_SUFFIXES
    if path.suffix.lower() in suffixes:
        reader.tally.add("name_misleads", first=path.name)
