"""One opened input: its video packets in order, and the metadata and bytes between them."""

from collections import deque
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, Final, Protocol

from plainview.errors import InputError
from plainview.formats.container import (
    CompressedPacket,
    TeedFile,
    VideoContainer,
    open_container,
    time_base_of,
)
from plainview.formats.input_file import (
    HEAD_BYTES,
    ContentKind,
    content_kind,
    not_a_video,
    open_input,
)
from plainview.formats.klv_carriage import UNIVERSAL_LABEL_HEAD, CarriedKlv, KlvDemuxer
from plainview.formats.stream_copy import StreamCopy
from plainview.formats.transport_packets import PacketAligner, PacketRun
from plainview.formats.video_clock import PTS_WRAP, VideoClock
from plainview.formats.warning_tally import WarningTally
from plainview.model import StreamInfo, StreamKind
from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["ContainerReader", "SourceReader", "TransportReader", "open_reader", "video_clock_of"]

_DEFAULT_RATE_HZ: Final = 25
_N_TRIED_BEFORE_FALLBACK: Final = 10
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
    def n_bytes_read(self) -> int:
        """How much of the file was read."""

    def packets(self) -> Iterator[CompressedPacket]:
        """Yield the packets of the video that is looked at."""

    def take_klv(self, *, before: int | None) -> list[CarriedKlv]:
        """Return the payloads that begin before a place in the file; None means all."""

    def take_runs(self) -> list[PacketRun]:
        """Return the packets to be recorded that came since this was last asked."""

    def recording_ticks(self, pts: int) -> int:
        """Return the 90 kHz stamp in the recording that a stamp of the video becomes."""

    def close(self) -> None:
        """Let go of the file."""


class TransportReader:
    """A transport stream, read once: the demuxer of the video and ours get the same bytes."""

    pts_wrap: int | None = PTS_WRAP
    klv_time_base = Fraction(1, 90_000)

    def __init__(self, file: BinaryIO, *, path: Path, head: bytes) -> None:
        self.tally = WarningTally()
        self._file = file
        self._aligner = PacketAligner()
        self._demuxer = KlvDemuxer()
        self._klv: deque[CarriedKlv] = deque()
        self._runs: list[PacketRun] = []
        self._untried: list[CarriedKlv] | None = []
        self._fallback_streams: set[int] = set()
        self._is_ended = False
        self._teed = TeedFile(file, self._take)
        self.container = open_container(self._teed, path=path, head=head, format_name="mpegts")

    @property
    def streams(self) -> tuple[StreamInfo, ...]:
        """The streams, as the tables announce them, with what the decoder knows of video."""
        known = {info.stream: info for info in self.container.infos}
        announced = self._demuxer.streams or tuple(known.values())
        return tuple(
            _as_klv(info)
            if info.stream in self._fallback_streams
            else _with_details(info, known.get(info.stream))
            for info in announced
        )

    @property
    def has_klv(self) -> bool:
        """Whether a KLV stream was announced or has shown itself."""
        return bool(self._demuxer.klv_pids or self._untried or self._fallback_streams)

    @property
    def n_bytes_read(self) -> int:
        """How much of the file was read."""
        return self._teed.n_bytes

    def packets(self) -> Iterator[CompressedPacket]:
        """Yield the packets of the video that is looked at."""
        video = self.container.video
        for packet in self.container.packets():
            if packet.stream.index == video.index:
                yield packet
            elif packet.stream.type == "data" and packet.size:
                self._keep_for_fallback(packet)
        self._end()
        self._count()

    def take_klv(self, *, before: int | None) -> list[CarriedKlv]:
        """Return the payloads that begin before a place in the file; None means all."""
        taken = []
        while self._klv and (before is None or self._klv[0].byte_offset < before):
            taken.append(self._klv.popleft())
        return taken

    def take_runs(self) -> list[PacketRun]:
        """Return the packets to be recorded that came since this was last asked."""
        runs, self._runs = self._runs, []
        return runs

    def recording_ticks(self, pts: int) -> int:
        """Return the stamp itself: the recording keeps the source's clock."""
        return pts % PTS_WRAP

    def close(self) -> None:
        """Let go of the file."""
        self.container.close()
        self._file.close()

    def _take(self, data: bytes) -> None:
        if not data:
            self._end()
        for run in self._aligner.feed(data):
            self._take_run(run)

    def _end(self) -> None:
        if self._is_ended:
            return
        self._is_ended = True
        for run in self._aligner.feed(b"", is_end=True):
            self._take_run(run)
        self._klv.extend(self._demuxer.flush())
        if self._untried and not self._demuxer.klv_pids:
            self._fall_back()

    def _take_run(self, run: PacketRun) -> None:
        self._runs.append(run)
        self._klv.extend(self._demuxer.feed(run))

    def _keep_for_fallback(self, packet: CompressedPacket) -> None:
        """Keep what the video library takes for metadata until ours has shown that it reads it."""
        if self._demuxer.klv_pids:
            self._untried = None
        if self._untried is None:
            return
        data = bytes(packet)
        if UNIVERSAL_LABEL_HEAD not in data and not self._untried:
            return
        self._untried.append(_carried(packet, data, offset=packet.pos or 0))
        if len(self._untried) >= _N_TRIED_BEFORE_FALLBACK or self._is_ended:
            self._fall_back()

    def _fall_back(self) -> None:
        untried, self._untried = self._untried or [], []
        self._fallback_streams |= {klv.stream for klv in untried}
        self._klv.extend(untried)
        self.tally.add("klv_fallback", first=self._where(), count=len(untried))

    def _count(self) -> None:
        """Count what the readers below counted."""
        aligner, demuxer = self._aligner, self._demuxer
        self.tally.set_count(
            "transport_bytes_lost",
            aligner.n_dropped_bytes,
            first=f"{self.container.path.name}, byte {aligner.first_drop_offset}",
        )
        self.tally.set_count(
            "transport_continuity",
            demuxer.n_continuity_errors,
            first=f"{self.container.path.name}, near byte {demuxer.first_continuity_offset}",
        )
        self.tally.set_count(
            "transport_damaged",
            demuxer.n_errors + self.container.n_errors,
            first=self.container.path.name,
        )

    def _where(self) -> str:
        return f"{self.container.path.name}, byte {self._teed.n_bytes}"


class ContainerReader:
    """MP4, Matroska and the like; its recording is a stream copy into a transport stream."""

    pts_wrap: int | None = None

    def __init__(self, file: BinaryIO, *, path: Path, head: bytes) -> None:
        self.tally = WarningTally()
        self._file = file
        self._klv: deque[CarriedKlv] = deque()
        self._klv_streams: set[int] = set()
        self._n_bytes_read = 0
        self.container = open_container(file, path=path, head=head)
        self._copy = StreamCopy(self.container)
        self._time_base = time_base_of(self.container.video)
        self.klv_time_base = self._time_base
        self.tally.add("recording_streams_left", first=path.name, count=self._copy.n_streams_left)

    @property
    def streams(self) -> tuple[StreamInfo, ...]:
        """The streams of the container; data streams that proved to be KLV are named so."""
        return tuple(
            StreamInfo(
                stream=info.stream, kind=StreamKind.KLV, codec="klv", carriage="asynchronous"
            )
            if info.stream in self._klv_streams
            else info
            for info in self.container.infos
        )

    @property
    def has_klv(self) -> bool:
        """Whether a data stream has shown itself as KLV."""
        return bool(self._klv_streams)

    @property
    def n_bytes_read(self) -> int:
        """Where in the file the reading is."""
        if not self._file.closed:
            self._n_bytes_read = self._file.tell()
        return self._n_bytes_read

    def packets(self) -> Iterator[CompressedPacket]:
        """Yield the packets of the video that is looked at."""
        video = self.container.video
        for packet in self.container.packets():
            if packet.size:
                self._copy.add(packet)
            if packet.stream.index == video.index:
                yield packet
            elif packet.stream.type in ("data", "subtitle", "attachment") and packet.size:
                self._take_data(packet)
        self._copy.finish()
        self.tally.set_count(
            "transport_damaged", self.container.n_errors, first=self.container.path.name
        )

    def take_klv(self, *, before: int | None) -> list[CarriedKlv]:
        """Return the payloads that came since this was last asked."""
        taken = list(self._klv)
        self._klv.clear()
        return taken

    def take_runs(self) -> list[PacketRun]:
        """Return the packets of the stream copy that were made since this was last asked."""
        return self._copy.take_runs()

    def recording_ticks(self, pts: int) -> int:
        """Return the stamp of the stream copy."""
        return self._copy.ticks(pts * self._time_base)

    def close(self) -> None:
        """Let go of the file."""
        self._n_bytes_read = self.n_bytes_read
        self._copy.close()
        self.container.close()
        self._file.close()

    def _take_data(self, packet: CompressedPacket) -> None:
        data = bytes(packet)
        index = packet.stream.index
        if index not in self._klv_streams and UNIVERSAL_LABEL_HEAD not in data:
            return
        self._klv_streams.add(index)
        pts = packet.pts
        if pts is not None:
            pts = round(pts * time_base_of(packet.stream) / self.klv_time_base)
        self._klv.append(CarriedKlv(stream=index, data=data, pts=pts, byte_offset=packet.pos or 0))


def open_reader(path: Path) -> SourceReader:
    """Open an input by its content.

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
            reader = TransportReader(file, path=path, head=head)
        else:
            reader = ContainerReader(file, path=path, head=head)
    except OSError as error:
        file.close()
        raise not_a_video(path, head=b"") from error
    except InputError:
        file.close()
        raise
    _check_name(reader, path)
    return reader


def video_clock_of(reader: SourceReader, *, start_us: int) -> VideoClock:
    """Return a clock for the video of an input, whose first picture is at ``start_us``."""
    video = reader.container.video
    rate_hz = Fraction(video.average_rate or _DEFAULT_RATE_HZ)
    return VideoClock(
        time_base=time_base_of(video),
        wrap=reader.pts_wrap,
        interval_us=round(MICROSECONDS_PER_SECOND / rate_hz),
        start_us=start_us,
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


def _carried(packet: CompressedPacket, data: bytes, *, offset: int) -> CarriedKlv:
    stream = packet.stream
    pts = None if packet.pts is None else packet.pts % PTS_WRAP
    return CarriedKlv(stream=stream.id, data=data, pts=pts, byte_offset=offset)


def _as_klv(info: StreamInfo) -> StreamInfo:
    return StreamInfo(stream=info.stream, kind=StreamKind.KLV, codec="klv", carriage="asynchronous")


def _with_details(info: StreamInfo, known: StreamInfo | None) -> StreamInfo:
    if known is None or info.kind is not StreamKind.VIDEO:
        return info
    return StreamInfo(
        stream=info.stream,
        kind=info.kind,
        codec=known.codec or info.codec,
        carriage=info.carriage,
        details=known.details,
    )
