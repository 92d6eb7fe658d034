"""MP4, Matroska and the like as a source; their recording is made into a transport stream."""

from collections import deque
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from plainview.formats.container import CompressedPacket, open_container, time_base_of
from plainview.formats.klv_carriage import UNIVERSAL_LABEL_HEAD, CarriedKlv
from plainview.formats.stream_copy import StreamCopy
from plainview.formats.transport_packets import PacketRun
from plainview.formats.warning_tally import WarningTally
from plainview.model import Pixels, StreamInfo, StreamKind

__all__ = ["ContainerReader"]


class ContainerReader:
    """MP4, Matroska and the like; its recording is a stream copy, or H.264 for viewing.

    Args:
        file: What to read.
        path: Its name.
        head: Its first bytes, for errors.
        are_pictures_given: Whether `add_picture` will be called, so that a video that a
            transport stream cannot carry is recorded all the same.
    """

    pts_wrap: int | None = None

    def __init__(
        self, file: BinaryIO, *, path: Path, head: bytes, are_pictures_given: bool = False
    ) -> None:
        self.tally = WarningTally()
        self._file = file
        self._klv: deque[CarriedKlv] = deque()
        self._klv_streams: set[int] = set()
        self._n_bytes_read = 0
        self.container = open_container(file, path=path, head=head)
        self._copy = StreamCopy(self.container, are_pictures_given=are_pictures_given)
        self._time_base = time_base_of(self.container.video)
        self.klv_time_base = self._time_base
        self.tally.add("recording_streams_left", first=path.name, count=self._copy.n_streams_left)
        self.tally.add("recording_encoded", first=path.name, count=int(self._copy.is_video_encoded))

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

    def offset_of(self, packet: CompressedPacket) -> int | None:
        """Return where a packet begins in the file; None where not known."""
        return packet.pos

    @property
    def is_video_encoded(self) -> bool:
        """Whether the recording's video is made of pictures."""
        return self._copy.is_video_encoded

    def add_picture(self, pixels: Pixels, *, pts: int, video_time_us: int) -> None:
        """Encode a picture of a video whose packets a transport stream cannot carry."""
        time_s = pts * self._time_base
        self._copy.add_picture(pixels, time_s=time_s, video_time_us=video_time_us)

    def end_recording(self, *, is_cut: bool) -> None:
        """Write what the recording holds back, once the last picture was taken."""
        self._copy.finish(is_cut=is_cut)

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
