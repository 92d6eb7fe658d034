"""What the beginning of a transport stream shows: streams, tables, the shape of its video."""

from dataclasses import dataclass
from fractions import Fraction
from itertools import islice
from pathlib import Path
from typing import Final

import numpy as np

from plainview.formats.input_file import open_input
from plainview.formats.program_tables import (
    SectionAssembler,
    read_program_association,
    read_program_map,
)
from plainview.formats.source_reader import SourceReader, open_reader, video_clock_of
from plainview.formats.transport_packets import PACKET_BYTES, PacketAligner, packet_rows, pids_of
from plainview.formats.video_clock import PTS_WRAP, VideoClock
from plainview.formats.warning_tally import WarningTally
from plainview.model import StreamInfo, StreamKind

__all__ = ["FirstPicture", "StreamHead", "VideoShape", "read_head", "video_shape"]

_N_PICTURES: Final = 48
"""Compressed pictures that the video library is asked for, to compare with PES packets."""
_TABLE_BYTES: Final = 1 << 21

FirstPicture = tuple[int | None, int | None, int | None]
"""Where a compressed picture begins in the file, its stamp, and its decoding stamp."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoShape:
    """Size of a video's pictures, and the width of a pixel over its height."""

    width_px: int
    height_px: int
    pixel_aspect_ratio: float


def video_shape(reader: SourceReader) -> VideoShape:
    """Return the shape of the video that is looked at."""
    video = reader.container.video
    ratio: Fraction | None = video.sample_aspect_ratio
    return VideoShape(
        width_px=video.width,
        height_px=video.height,
        pixel_aspect_ratio=float(ratio) if ratio else 1.0,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamHead:
    """What the beginning shows.

    Args:
        container_name: Short name of the container.
        clock: A clock for the video's stamps, as nothing was read yet.
        tally: What was wrong so far.
        video: What does not change on the way.
        video_pid: The video that is looked at.
        streams: As announced.
        pictures: The first pictures, as the video library cuts them.
        tables: 188-byte packets of the first tables.
        table_pids: The PIDs of tables.
        clock_pid: Of the packets with the clock reference of the video's program.
        is_fallback: Whether the metadata could only be read by the video library.
    """

    container_name: str
    video: VideoShape
    video_pid: int
    clock: VideoClock
    tally: WarningTally
    streams: tuple[StreamInfo, ...]
    pictures: tuple[FirstPicture, ...]
    tables: bytes
    table_pids: tuple[int, ...]
    clock_pid: int | None
    is_fallback: bool

    @property
    def klv(self) -> tuple[StreamInfo, ...]:
        """The KLV streams."""
        return tuple(info for info in self.streams if info.kind is StreamKind.KLV)

    @property
    def private_pids(self) -> tuple[int, ...]:
        """Streams that may turn out to be KLV."""
        return tuple(info.stream for info in self.streams if info.kind is StreamKind.DATA)


def read_head(path: Path) -> StreamHead:
    """Read the beginning of a transport stream with a video.

    Raises:
        InputError: It cannot be read, or has no video.
    """
    reader = open_reader(path)
    try:
        found = [
            (
                reader.offset_of(packet),
                None if packet.pts is None else packet.pts % PTS_WRAP,
                None if packet.dts is None else packet.dts % PTS_WRAP,
            )
            for packet in islice(reader.packets(), _N_PICTURES)
            if packet.size
        ]
        streams = reader.streams
        klv_pids = {info.stream for info in streams if info.kind is StreamKind.KLV}
        is_fallback = reader.has_klv and not klv_pids
        name, shape = reader.container.format_name, video_shape(reader)
        video_pid = int(reader.container.video.id)
        clock = video_clock_of(reader, start_us=0)
    finally:
        reader.close()
    tables, table_pids, clock_pid = _tables(path, video_pid=video_pid)
    return StreamHead(
        container_name=name,
        video=shape,
        video_pid=video_pid,
        clock=clock,
        tally=reader.tally,
        streams=streams,
        pictures=tuple(found),
        tables=tables,
        table_pids=table_pids,
        clock_pid=clock_pid,
        is_fallback=is_fallback,
    )


def _tables(path: Path, *, video_pid: int) -> tuple[bytes, tuple[int, ...], int | None]:
    """Return the first packets of tables, their PIDs, and the PID of the video's clock."""
    with open_input(path) as file:
        runs = PacketAligner().feed(file.read(_TABLE_BYTES), is_end=True)
    rows = np.concatenate([packet_rows(run.packets) for run in runs])
    pids = pids_of(rows)
    association, programs, kept = SectionAssembler(), dict[int, int](), b""
    for row in np.flatnonzero(pids == 0)[:16]:
        for section in association.feed(rows[row].tobytes()):
            programs |= read_program_association(section) or {}
        kept += rows[row].tobytes()
        if programs:
            break
    clock_pid: int | None = None
    for map_pid in sorted(set(programs.values())):
        assembler, is_found = SectionAssembler(), False
        for row in np.flatnonzero(pids == map_pid)[:64]:
            kept += rows[row].tobytes()
            for section in assembler.feed(rows[row].tobytes()):
                table = read_program_map(section)
                is_found |= table is not None
                if table and any(stream.pid == video_pid for stream in table.streams):
                    clock_pid = table.pcr_pid
            if is_found:
                break
    assert len(kept) % PACKET_BYTES == 0
    return kept, (0, *sorted(set(programs.values()))), clock_pid
