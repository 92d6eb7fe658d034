"""KLV payloads of any input without decoding a picture: transport streams, containers, raw."""

from collections.abc import Iterator
from io import BufferedReader
from pathlib import Path
from typing import Final

from plainview.formats.container import open_container, time_base_of
from plainview.formats.input_file import HEAD_BYTES, ContentKind, content_kind, open_input
from plainview.formats.klv_carriage import UNIVERSAL_LABEL_HEAD, CarriedKlv, KlvDemuxer
from plainview.formats.transport_packets import PacketAligner
from plainview.formats.video_clock import PTS_WRAP
from plainview.model import KlvPayload
from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["RAW_STREAM", "read_klv_payloads"]

RAW_STREAM: Final = 0
"""The stream number of KLV that lies in a file of its own."""

_CHUNK_BYTES: Final = 1 << 20
_TICKS_PER_SECOND: Final = 90_000


def read_klv_payloads(path: Path, *, max_bytes: int | None = None) -> Iterator[KlvPayload]:
    """Yield the KLV payloads of a file in order, undecoded.

    Args:
        path: A transport stream, another container, or a file of KLV alone.
        max_bytes: How much of it is looked through; None means all.

    Yields:
        Payloads with the container's stamp in ``pts_us``; ``video_time_us`` is None, for no
        picture is looked at. A file of KLV alone comes in chunks of no meaning.

    Raises:
        InputError: The file cannot be read.
        FormatError: It is no container that can be read.
    """
    with open_input(path) as file:
        head = file.read(HEAD_BYTES)
        file.seek(0)
        kind = content_kind(head)
        if kind is ContentKind.TRANSPORT_STREAM:
            yield from _read_transport(file, max_bytes)
        elif kind is ContentKind.RAW_KLV:
            yield from _read_raw(file, max_bytes)
        else:
            yield from _read_container(file, path, head=head, max_bytes=max_bytes)


def _read_raw(file: BufferedReader, max_bytes: int | None) -> Iterator[KlvPayload]:
    offset = 0
    while (max_bytes is None or offset < max_bytes) and (data := file.read(_CHUNK_BYTES)):
        yield KlvPayload(stream=RAW_STREAM, data=data, byte_offset=offset)
        offset += len(data)


def _read_transport(file: BufferedReader, max_bytes: int | None) -> Iterator[KlvPayload]:
    aligner, demuxer = PacketAligner(), KlvDemuxer(is_video_skipped=True)
    last_ticks: int | None = None
    for klv in _carried(file, (aligner, demuxer), max_bytes):
        if klv.pts is not None:
            last_ticks = _unwrapped(klv.pts, last_ticks)
        yield KlvPayload(
            stream=klv.stream,
            data=klv.data,
            pts_us=None if klv.pts is None or last_ticks is None else _microseconds(last_ticks),
            byte_offset=klv.byte_offset,
        )


def _carried(
    file: BufferedReader, parts: tuple[PacketAligner, KlvDemuxer], max_bytes: int | None
) -> Iterator[CarriedKlv]:
    aligner, demuxer = parts
    is_end, n_read = False, 0
    while not is_end:
        data = file.read(_CHUNK_BYTES)
        n_read += len(data)
        is_end = not data or (max_bytes is not None and n_read >= max_bytes)
        for run in aligner.feed(data, is_end=is_end):
            yield from demuxer.feed(run)
    yield from demuxer.flush()


def _read_container(
    file: BufferedReader, path: Path, *, head: bytes, max_bytes: int | None
) -> Iterator[KlvPayload]:
    container = open_container(file, path=path, head=head, is_video_needed=False)
    known: set[int] = set()
    try:
        for packet in container.packets():
            if max_bytes is not None and (packet.pos or 0) >= max_bytes:
                return
            index = packet.stream.index
            if packet.stream.type in ("video", "audio") or not packet.size:
                continue
            data = bytes(packet)
            if index in known or UNIVERSAL_LABEL_HEAD in data:
                known.add(index)
                base = time_base_of(packet.stream)
                pts = packet.pts
                yield KlvPayload(
                    stream=index,
                    data=data,
                    pts_us=None if pts is None else round(pts * base * MICROSECONDS_PER_SECOND),
                    byte_offset=packet.pos,
                )
    finally:
        container.close()


def _unwrapped(ticks: int, near: int | None) -> int:
    if near is None:
        return ticks
    half = PTS_WRAP // 2
    return near + (ticks - near + half) % PTS_WRAP - half


def _microseconds(ticks: int) -> int:
    return round(ticks * MICROSECONDS_PER_SECOND / _TICKS_PER_SECOND)
