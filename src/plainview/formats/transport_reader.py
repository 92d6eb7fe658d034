"""A transport stream as a source: what it carries besides its video, and its bytes as they came."""

from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from plainview.errors import InputError
from plainview.formats.container import CompressedPacket, VideoContainer, open_container
from plainview.formats.klv_carriage import UNIVERSAL_LABEL_HEAD, CarriedKlv, KlvDemuxer
from plainview.formats.parted_file import PartedFile, ReadOnce
from plainview.formats.transport_packets import PacketAligner, PacketRun, wrap_packets
from plainview.formats.video_change import VideoFollower
from plainview.formats.video_clock import PTS_WRAP
from plainview.formats.warning_tally import WarningTally
from plainview.model import Pixels, StreamInfo, StreamKind

__all__ = ["TransportReader", "VideoChoice"]

_N_TRIED_BEFORE_FALLBACK: Final = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoChoice:
    """Which video of a transport stream is looked at, and what of the rest is wanted.

    Args:
        pid: The video; None is the first.
        others: The other videos of the input, in which this one never goes on; their packets are
            given too, for what they say of the time.
        klv: The KLV streams that are wanted; None means all.
        is_recorded: Whether the packets are kept to be recorded.
    """

    pid: int | None = None
    others: frozenset[int] = frozenset()
    klv: frozenset[int] | None = None
    is_recorded: bool = True

    def has_klv(self, stream: int) -> bool:
        """Say whether a KLV stream is wanted."""
        return self.klv is None or stream in self.klv


class TransportReader:
    """A transport stream, read once: the demuxer of the video and ours get the same bytes.

    Args:
        file: What is read, forward only.
        path: Its name.
        head: Its first bytes, for errors.
        options: Further options of the video's demuxer.
        choice: Which of its videos is looked at; None is the first.
    """

    is_video_encoded = False
    pts_wrap: int | None = PTS_WRAP
    klv_time_base = Fraction(1, 90_000)

    def __init__(
        self,
        file: ReadOnce,
        *,
        path: Path,
        head: bytes,
        options: Mapping[str, str] | None = None,
        choice: VideoChoice | None = None,
    ) -> None:
        self._choice = choice or VideoChoice()
        self._options = dict(options or {})
        self.tally = WarningTally()
        self._file = file
        self._aligner = PacketAligner()
        self._demuxer = KlvDemuxer()
        self._klv: deque[CarriedKlv] = deque()
        self._runs: list[PacketRun] = []
        self._untried: list[CarriedKlv] | None = []
        self._fallback_streams: set[int] = set()
        self._is_ended = False
        self._follower = VideoFollower(pid=self._choice.pid, others=self._choice.others)
        self._changes: deque[int] = deque()
        self._n_errors = 0
        self._origin = 0
        self._parted = PartedFile(file, self._take)
        self.container = self._open_container(path, head=head)
        self._known = {info.stream: info for info in self.container.infos}

    @property
    def streams(self) -> tuple[StreamInfo, ...]:
        """The streams, as the tables announce them, with what the decoder knows of video."""
        known = self._known
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
        known = {*self._demuxer.klv_pids, *self._fallback_streams}
        return any(map(self._choice.has_klv, known)) or bool(self._untried)

    @property
    def n_missing(self) -> int:
        """How often packets of the transport stream were missing so far."""
        return self._demuxer.n_continuity_errors

    @property
    def n_bytes_read(self) -> int:
        """How much of the file was read."""
        return self._parted.n_bytes

    def packets(self) -> Iterator[CompressedPacket]:
        """Yield the packets of the video that is looked at."""
        yield from self._packets_of_part()
        while self._follow():
            yield from self._packets_of_part()
        self._end()
        self._count()

    def offset_of(self, packet: CompressedPacket) -> int | None:
        """Return where a packet that came just now begins in the file; None where not known."""
        return None if packet.pos is None else packet.pos + self._origin

    def _packets_of_part(self) -> Iterator[CompressedPacket]:
        video = self.container.video
        for packet in self.container.packets():
            if packet.stream.index == video.index or packet.stream.id in self._choice.others:
                yield packet
            elif packet.stream.type == "data" and packet.size:
                self._keep_for_fallback(packet)

    def _follow(self) -> bool:
        """Go on with the next stream of the video, if there is one that can be decoded."""
        while self._changes:
            place = f"{self.container.path.name}, byte {self._changes.popleft()}"
            self._origin = self._parted.next_part()
            try:
                container = self._open_container(self.container.path, head=b"")
            except InputError:
                self.tally.add("video_stream_lost", first=place)
                while self._parted.read():
                    pass
                continue
            # What waits to be decoded holds the container before as long as it is needed.
            self._n_errors += self.container.n_errors
            self.container = container
            self._known |= {info.stream: info for info in container.infos}
            self.tally.add("video_stream", first=place)
            return True
        return False

    def _open_container(self, path: Path, *, head: bytes) -> VideoContainer:
        container = open_container(
            self._parted, path=path, head=head, format_name="mpegts", options=self._options
        )
        chosen = self._choice.pid if self._follower.pid is None else self._follower.pid
        if chosen is not None:
            container.look_at(chosen)
        if not self._changes:
            self._follower.look_at(container.video.id)
        return container

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

    def add_picture(self, pixels: Pixels, *, pts: int, video_time_us: int) -> None:
        """Do nothing: the recording holds the packets themselves."""

    def end_recording(self, *, is_cut: bool) -> None:
        """Do nothing: nothing is held back."""

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
        left = self._demuxer.flush()
        self._klv.extend(klv for klv in left if self._choice.has_klv(klv.stream))
        if self._untried and not self._demuxer.klv_pids:
            self._fall_back()

    def _take_run(self, run: PacketRun) -> None:
        for change in self._follower.feed(run):
            lead = wrap_packets(change.tables, stride=run.stride)
            self._parted.end_part(change.offset - run.n_lead_bytes, lead=lead)
            self._changes.append(change.offset)
        if self._choice.is_recorded:
            self._runs.append(run)
        self._klv.extend(klv for klv in self._demuxer.feed(run) if self._choice.has_klv(klv.stream))

    def _keep_for_fallback(self, packet: CompressedPacket) -> None:
        """Keep what the video library takes for metadata until ours has shown that it reads it."""
        if self._demuxer.klv_pids:
            self._untried = None
        if self._untried is None:
            return
        data = bytes(packet)
        if UNIVERSAL_LABEL_HEAD not in data and not self._untried:
            return
        self._untried.append(_carried(packet, data, offset=self.offset_of(packet) or 0))
        if len(self._untried) >= _N_TRIED_BEFORE_FALLBACK or self._is_ended:
            self._fall_back()

    def _fall_back(self) -> None:
        untried, self._untried = self._untried or [], []
        self._fallback_streams |= {klv.stream for klv in untried}
        self._klv.extend(klv for klv in untried if self._choice.has_klv(klv.stream))
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
            demuxer.n_errors + self._n_errors + self.container.n_errors,
            first=self.container.path.name,
        )

    def _where(self) -> str:
        return f"{self.container.path.name}, byte {self._parted.n_bytes}"


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
