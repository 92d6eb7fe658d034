"""KLV comes out of a transport stream however it was put in."""

from collections.abc import Callable

import av
import pytest

from plainview.formats.klv_carriage import CarriedKlv, KlvDemuxer
from plainview.formats.program_tables import KLVA_REGISTRATION, AnnouncedStream
from plainview.formats.transport_packets import PacketAligner
from plainview.misb.framing import KlvFramer
from plainview.model import KlvPayload, StreamKind
from tests.conftest import SharedData
from tests.formats.clips import klv_packet
from tests.formats.streams import (
    KLV_PID,
    KLVA,
    METADATA_DESCRIPTOR,
    VIDEO,
    VIDEO_PID,
    StreamWriter,
    cell,
    klv_stream,
    pes,
)

N = 40
PACKETS = [klv_packet(n) for n in range(N)]
LARGE = [klv_packet(n, n_bytes=600) for n in range(N)]
SYNC = AnnouncedStream(
    stream_type=0x15, pid=KLV_PID, descriptors=METADATA_DESCRIPTOR + KLVA_REGISTRATION
)


def carried(data: bytes, *, chunk_bytes: int = 32_768) -> tuple[KlvDemuxer, list[CarriedKlv]]:
    aligner, demuxer, payloads = PacketAligner(), KlvDemuxer(), []
    for begin in range(0, len(data), chunk_bytes):
        for run in aligner.feed(data[begin : begin + chunk_bytes]):
            payloads += demuxer.feed(run)
    for run in aligner.feed(b"", is_end=True):
        payloads += demuxer.feed(run)
    return demuxer, payloads + demuxer.flush()


def framed(payloads: list[CarriedKlv]) -> list[bytes]:
    framer = KlvFramer()
    packets = [
        packet
        for klv in payloads
        for packet in framer.feed(KlvPayload(stream=klv.stream, data=klv.data))
    ]
    return [packet.raw for packet in packets + framer.flush() if packet.label]


def write_each(
    make: Callable[[int, bytes], bytes], packets: list[bytes]
) -> Callable[[StreamWriter], None]:
    def write(writer: StreamWriter) -> None:
        for n, packet in enumerate(packets):
            writer.pes(make(n, packet))

    return write


def write_split(writer: StreamWriter) -> None:
    for packet in LARGE:
        for begin in range(0, len(packet), 250):
            writer.pes(pes(packet[begin : begin + 250], pts=90_000))


def write_pairs(writer: StreamWriter) -> None:
    for first, second in zip(PACKETS[::2], PACKETS[1::2], strict=True):
        writer.pes(pes(first + second, pts=90_000))


def write_pairs_of_cells(writer: StreamWriter) -> None:
    for n in range(0, N, 2):
        cells = cell(PACKETS[n], sequence=n) + cell(PACKETS[n + 1], sequence=n + 1)
        writer.pes(pes(cells, stream_id=0xFC, pts=90_000))


def write_pairs_in_cells(writer: StreamWriter) -> None:
    for n in range(0, N, 2):
        one = cell(PACKETS[n] + PACKETS[n + 1], sequence=n // 2)
        writer.pes(pes(one, stream_id=0xFC, pts=90_000))


def write_fragmented_cells(writer: StreamWriter) -> None:
    for n, packet in enumerate(LARGE):
        first = cell(packet[:300], sequence=2 * n, fragment=2)
        last = cell(packet[300:], sequence=2 * n + 1, fragment=1)
        writer.pes(pes(first, stream_id=0xFC, pts=90_000))
        writer.pes(pes(last, stream_id=0xFC, pts=90_000))


CARRIAGES = {
    "asynchronous without a time stamp": (KLVA, write_each(lambda n, p: pes(p), PACKETS), PACKETS),
    "asynchronous with stream_id 0xFC": (
        KLVA,
        write_each(lambda n, p: pes(p, stream_id=0xFC, pts=n * 3000), PACKETS),
        PACKETS,
    ),
    "stamps that wrap": (
        KLVA,
        write_each(lambda n, p: pes(p, pts=((1 << 33) - 60_000 + n * 3000) % (1 << 33)), PACKETS),
        PACKETS,
    ),
    "private data without a registration": (
        AnnouncedStream(stream_type=0x06, pid=KLV_PID),
        write_each(lambda n, p: pes(p, pts=n * 3000), PACKETS),
        PACKETS,
    ),
    "two packets in one PES packet": (KLVA, write_pairs, PACKETS),
    "a packet over three PES packets": (KLVA, write_split, LARGE),
    "garbage before the label": (
        KLVA,
        write_each(lambda n, p: pes(b"garbage" + p, pts=n * 3000), PACKETS),
        PACKETS,
    ),
    "synchronous with one cell": (
        SYNC,
        write_each(lambda n, p: pes(cell(p, sequence=n), stream_id=0xFC, pts=n * 3000), PACKETS),
        PACKETS,
    ),
    "synchronous without a descriptor": (
        AnnouncedStream(stream_type=0x15, pid=KLV_PID),
        write_each(lambda n, p: pes(cell(p, sequence=n), stream_id=0xFC, pts=n * 3000), PACKETS),
        PACKETS,
    ),
    "two cells in one PES packet": (SYNC, write_pairs_of_cells, PACKETS),
    "two packets in one cell": (SYNC, write_pairs_in_cells, PACKETS),
    "a cell over two PES packets": (SYNC, write_fragmented_cells, LARGE),
    "synchronous without cells": (
        SYNC,
        write_each(lambda n, p: pes(p, stream_id=0xFC, pts=n * 3000), PACKETS),
        PACKETS,
    ),
    "cells all of sequence 0": (
        SYNC,
        write_each(lambda n, p: pes(cell(p), stream_id=0xFC, pts=n * 3000), PACKETS),
        PACKETS,
    ),
}


@pytest.mark.parametrize("carriage", CARRIAGES)
def test_every_packet_of_this_carriage_comes_out_exact(carriage: str) -> None:
    announced, write, expected = CARRIAGES[carriage]
    demuxer, payloads = carried(klv_stream(announced, write))
    assert framed(payloads) == expected
    assert demuxer.klv_pids == (KLV_PID,)


@pytest.mark.parametrize("chunk_bytes", [188, 1000, 1 << 20])
def test_what_comes_out_does_not_depend_on_how_the_file_is_read(chunk_bytes: int) -> None:
    data = klv_stream(*CARRIAGES["synchronous with one cell"][:2])
    assert carried(data, chunk_bytes=chunk_bytes)[1] == carried(data)[1]


def test_klv_that_is_announced_late_comes_out_from_there_on() -> None:
    writer = StreamWriter().tables([VIDEO])
    for n in range(900):
        writer.pes(pes(b"\x00\x00\x00\x01\x09\xf0", stream_id=0xE0, pts=n * 3000), pid=VIDEO_PID)
    writer.tables([VIDEO, KLVA], version=1)
    write_each(lambda n, p: pes(p, pts=n * 3000), PACKETS)(writer)
    assert framed(carried(writer.data)[1]) == PACKETS


def test_klv_comes_out_of_recordings_joined_without_a_new_table_version() -> None:
    writer = StreamWriter().tables([VIDEO])
    writer.tables([VIDEO, KLVA], version=0)
    write_each(lambda n, p: pes(p, pts=n * 3000), PACKETS)(writer)
    assert framed(carried(writer.data)[1]) == PACKETS


def test_several_klv_streams_are_told_apart_and_an_empty_one_does_no_harm() -> None:
    second = AnnouncedStream(stream_type=0x06, pid=0x102, descriptors=KLVA_REGISTRATION)
    empty = AnnouncedStream(stream_type=0x06, pid=0x103, descriptors=KLVA_REGISTRATION)
    writer = StreamWriter().tables([VIDEO, KLVA, second, empty])
    for n, packet in enumerate(PACKETS):
        writer.pes(pes(packet, pts=n * 3000), pid=KLV_PID if n % 2 else 0x102)
    demuxer, payloads = carried(writer.data)
    assert [klv.data for klv in payloads if klv.stream == 0x102] == PACKETS[::2]
    assert [klv.data for klv in payloads if klv.stream == KLV_PID] == PACKETS[1::2]
    assert demuxer.klv_pids == (KLV_PID, 0x102, 0x103)


def test_private_data_that_never_shows_a_label_is_no_klv() -> None:
    private = AnnouncedStream(stream_type=0x06, pid=KLV_PID)
    data = klv_stream(private, write_each(lambda n, p: pes(b"subtitle", pts=n), PACKETS))
    demuxer, payloads = carried(data)
    assert payloads == []
    assert [info.kind for info in demuxer.streams] == [StreamKind.VIDEO, StreamKind.DATA]


def test_no_stamp_is_none_and_a_stamp_of_0_is_0() -> None:
    def write(writer: StreamWriter) -> None:
        writer.pes(pes(PACKETS[0], pts=0)).pes(pes(PACKETS[1])).pes(pes(PACKETS[2], pts=3000))

    payloads = carried(klv_stream(KLVA, write))[1]
    assert [klv.pts for klv in payloads] == [0, None, 3000]


def test_a_payload_knows_where_its_pes_packet_begins() -> None:
    data = klv_stream(*CARRIAGES["asynchronous with stream_id 0xFC"][:2])
    for n, klv in enumerate(carried(data)[1]):
        assert data[klv.byte_offset] == 0x47
        assert PACKETS[n] in data[klv.byte_offset : klv.byte_offset + 188]


def test_missing_packets_are_counted_with_their_place() -> None:
    data = klv_stream(*CARRIAGES["a packet over three PES packets"][:2])
    at = 188 * 21
    demuxer, _ = carried(data[:at] + data[at + 188 :])
    assert demuxer.n_continuity_errors == 1
    assert demuxer.first_continuity_offset is not None
    assert abs(demuxer.first_continuity_offset - at) <= 2 * 188


@pytest.mark.parametrize(
    "name",
    [
        "kwiver/aphill_klv_10s.ts",
        "kwiver/h264_klv.ts",
        "kwiver/mpeg2_klv.ts",
        "kwiver/h264_audio.ts",
        "kwiver/h264_no_klv.ts",
        "osh/sample-stream_part1.ts",
    ],
)
def test_payloads_stamps_and_places_of_a_real_clip_are_those_that_ffmpeg_reads(
    name: str, shared_data: SharedData
) -> None:
    path = shared_data(f"fmv_klv/{name}")
    with av.open(str(path)) as container:
        expected = [
            (packet.pts, packet.pos, bytes(packet))
            for packet in container.demux()
            if packet.stream.type == "data" and packet.size
        ]
    payloads = carried(path.read_bytes())[1]
    assert [(klv.pts, klv.byte_offset, klv.data) for klv in payloads] == expected


def test_the_number_of_payloads_of_each_real_clip_is_known(shared_data: SharedData) -> None:
    counts = {
        "kwiver/aphill_klv_10s.ts": 300,
        "kwiver/h264_klv.ts": 30,
        "kwiver/mpeg2_klv.ts": 30,
        "osh/sample-stream_part1.ts": 170,
    }
    found = {name: len(carried(shared_data(f"fmv_klv/{name}").read_bytes())[1]) for name in counts}
    assert found == counts
