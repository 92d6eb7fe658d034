"""A recording holds the source to the byte, and our stream where readers find it."""

from collections.abc import Callable
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
import stanag4609
from stanag4609.transport.demux import PESStreamEvent
from stanag4609.transport.metadata import parse_metadata_au_cells

from plainview.errors import DeviceError, FormatError
from plainview.formats.klv_carriage import KlvDemuxer
from plainview.formats.program_tables import (
    KLV_METADATA,
    KLV_METADATA_STD,
    KLVA_REGISTRATION,
    AnnouncedStream,
    ProgramMapTable,
    SectionAssembler,
    read_program_map,
)
from plainview.formats.recording import TransportStreamRecorder
from plainview.formats.source import open_source
from plainview.formats.transport_packets import (
    PACKET_BYTES,
    PacketAligner,
    n_payload_skip_bytes,
    packet_rows,
    pids_of,
    starts_of,
)
from tests.conftest import SharedData
from tests.formats.clips import klv_packet, write_clip
from tests.formats.streams import (
    KLV_PID,
    KLVA,
    MAP_PID,
    VIDEO,
    VIDEO_PID,
    StreamWriter,
    association,
    pes,
    program_map,
)

OWN_PID = 0x1F0E


def ticks(video_time_us: int) -> int:
    return 90_000 + video_time_us * 9 // 100


def record(path: Path, data: bytes, *, n_sets: int = 0) -> Path:
    """Record a stream in pieces, with sets of ours between them."""
    recorder = TransportStreamRecorder(path, ticks_from_video_time=ticks)
    step = max(1, len(data) // PACKET_BYTES // max(1, n_sets)) * PACKET_BYTES
    for n, begin in enumerate(range(0, len(data), step)):
        recorder.write(data[begin : begin + step])
        if n < n_sets:
            recorder.write_vmti(n * 33_333, klv_packet(n, n_bytes=20 + 30 * n))
    recorder.close()
    return path


def source_packets(data: bytes, *, without: tuple[int, ...]) -> npt.NDArray[np.uint8]:
    rows = packet_rows(data)
    return rows[~np.isin(pids_of(rows), without)]


def maps_of(data: bytes, *, pid: int = MAP_PID) -> list[ProgramMapTable]:
    assembler = SectionAssembler()
    rows = packet_rows(data)
    sections = [
        section for row in rows[pids_of(rows) == pid] for section in assembler.feed(row.tobytes())
    ]
    return [table for section in sections if (table := read_program_map(section)) is not None]


def klv_of(data: bytes) -> list[tuple[int, int | None, bytes]]:
    demuxer = KlvDemuxer()
    payloads = [k for run in PacketAligner().feed(data) for k in demuxer.feed(run)]
    return [(klv.stream, klv.pts, klv.data) for klv in payloads + demuxer.flush()]


def small_stream(n: int = 40) -> bytes:
    writer = StreamWriter().tables([VIDEO, KLVA])
    for k in range(n):
        writer.pes(pes(bytes([9, k]) * 200, stream_id=0xE0, pts=k * 3000), pid=VIDEO_PID)
        writer.pes(pes(klv_packet(k), pts=k * 3000))
        if k % 10 == 9:
            writer.tables([VIDEO, KLVA])
    return writer.data


def test_the_packets_of_every_source_stream_are_identical(tmp_path: Path) -> None:
    data = small_stream()
    recorded = record(tmp_path / "recording.ts", data, n_sets=20).read_bytes()
    np.testing.assert_array_equal(
        source_packets(recorded, without=(MAP_PID, OWN_PID)),
        source_packets(data, without=(MAP_PID,)),
    )


def test_our_sets_come_back_with_their_stamps(tmp_path: Path) -> None:
    recorded = record(tmp_path / "recording.ts", small_stream(), n_sets=20).read_bytes()
    ours = [(pts, payload) for pid, pts, payload in klv_of(recorded) if pid == OWN_PID]
    assert ours == [(ticks(n * 33_333), klv_packet(n, n_bytes=20 + 30 * n)) for n in range(20)]


def test_our_sets_are_synchronous_metadata_in_whole_cells(tmp_path: Path) -> None:
    """ISO/IEC 13818-1, 2.12.4: service 0, sequence, whole unit, length; stream_id 0xFC, a PTS."""
    recorded = record(tmp_path / "recording.ts", small_stream(), n_sets=20).read_bytes()
    rows = packet_rows(recorded)
    starts = [
        bytes(row[n_payload_skip_bytes(row.tobytes()) :])
        for row in rows[(pids_of(rows) == OWN_PID) & starts_of(rows)]
    ]
    assert [each[:4] for each in starts] == [b"\x00\x00\x01\xfc"] * 20
    assert [each[7] >> 6 for each in starts] == [2] * 20
    for n, pes_packet in enumerate(starts):
        n_bytes = 20 + 30 * n
        cell = bytes([0, n, 0xDF]) + len(klv_packet(n, n_bytes=n_bytes)).to_bytes(2)
        assert pes_packet[14:19] == cell


def test_a_map_with_little_room_still_says_that_ours_is_metadata(tmp_path: Path) -> None:
    n_bytes_left = 1024 - 16 - 5 - 3 * 252 - 5 - len(KLV_METADATA)
    full = [_stream_of(252, pid=0x200 + k) for k in range(3)]
    writer = StreamWriter().tables([VIDEO, *full, _stream_of(n_bytes_left, pid=0x300)])
    recorded = record(tmp_path / "recording.ts", writer.data, n_sets=1).read_bytes()
    ours = AnnouncedStream(stream_type=0x15, pid=OWN_PID, descriptors=KLV_METADATA)
    assert maps_of(recorded)[0].streams[-1] == ours


def test_the_map_announces_our_stream_as_klv_with_a_new_version(tmp_path: Path) -> None:
    recorded = record(tmp_path / "recording.ts", small_stream()).read_bytes()
    descriptors = KLVA_REGISTRATION + KLV_METADATA + KLV_METADATA_STD
    ours = AnnouncedStream(stream_type=0x15, pid=OWN_PID, descriptors=descriptors)
    for table in maps_of(recorded):
        assert table.streams == (VIDEO, KLVA, ours)
        assert table.version == 1


def test_continuity_counters_have_no_gap(tmp_path: Path) -> None:
    recorded = record(tmp_path / "recording.ts", small_stream(), n_sets=20).read_bytes()
    rows = packet_rows(recorded)
    for pid in np.unique(pids_of(rows)):
        counters = (rows[pids_of(rows) == pid, 3] & 0x0F).astype(int)
        assert set(np.diff(counters) % 16) <= {1}


def test_a_pid_that_the_source_uses_is_not_taken(tmp_path: Path) -> None:
    taken = AnnouncedStream(stream_type=0x06, pid=OWN_PID, descriptors=KLVA_REGISTRATION)
    writer = StreamWriter().tables([VIDEO, taken]).pes(pes(b"x" * 40), pid=OWN_PID - 1)
    recorded = record(tmp_path / "recording.ts", writer.data, n_sets=1).read_bytes()
    assert maps_of(recorded)[0].streams[-1].pid == OWN_PID - 2


def test_ours_moves_when_the_source_takes_its_pid_up_later(tmp_path: Path) -> None:
    writer = StreamWriter().tables([VIDEO])
    writer.pes(pes(b"x" * 40), pid=OWN_PID).tables([VIDEO])
    path = tmp_path / "recording.ts"
    recorder = TransportStreamRecorder(path, ticks_from_video_time=ticks)
    recorder.write(writer.data[: 2 * PACKET_BYTES])
    recorder.write_vmti(0, b"first")
    recorder.write(writer.data[2 * PACKET_BYTES :])
    recorder.write_vmti(0, b"second")
    recorder.close()
    tables = maps_of(path.read_bytes())
    assert [table.streams[-1].pid for table in tables] == [OWN_PID, OWN_PID - 1]
    assert tables[1].version == tables[0].version + 1


def test_only_the_map_of_the_program_with_video_is_extended(tmp_path: Path) -> None:
    radio = program_map([AnnouncedStream(stream_type=0x0F, pid=0x300)], number=2)
    writer = StreamWriter()
    writer.sections([association({2: 0x1100, 1: MAP_PID})], pid=0)
    writer.sections([radio], pid=0x1100).sections([program_map([VIDEO])], pid=MAP_PID)
    recorded = record(tmp_path / "recording.ts", writer.data).read_bytes()
    assert len(maps_of(recorded, pid=0x1100)[0].streams) == 1
    assert len(maps_of(recorded)[0].streams) == 2


def test_a_map_over_several_packets_is_extended(tmp_path: Path) -> None:
    many = [
        AnnouncedStream(stream_type=0x06, pid=0x200 + k, descriptors=bytes([0x52, 20]) + bytes(20))
        for k in range(20)
    ]
    writer = StreamWriter().tables([VIDEO, *many]).tables([VIDEO, *many])
    recorded = record(tmp_path / "recording.ts", writer.data, n_sets=1).read_bytes()
    assert [len(table.streams) for table in maps_of(recorded)] == [22, 22]


def test_a_map_without_room_passes_as_it_came_and_our_sets_wait(tmp_path: Path) -> None:
    n_bytes_left = 1024 - 16 - 5 - 3 * 252
    full = [_stream_of(252, pid=0x200 + k) for k in range(3)]
    writer = StreamWriter().tables([VIDEO, *full, _stream_of(n_bytes_left, pid=0x300)])
    path = tmp_path / "recording.ts"
    recorder = TransportStreamRecorder(path, ticks_from_video_time=ticks)
    recorder.write(writer.data)
    recorder.write_vmti(0, b"waits")
    assert recorder.n_waiting == 1
    recorder.close()
    assert path.read_bytes() == writer.data


def _stream_of(n_bytes: int, *, pid: int) -> AnnouncedStream:
    """Return a stream whose entry in the map has this length."""
    n_body_bytes = n_bytes - 7
    return AnnouncedStream(
        stream_type=0x06, pid=pid, descriptors=bytes([0x52, n_body_bytes]) + bytes(n_body_bytes)
    )


def test_damaged_tables_pass_as_they_came(tmp_path: Path) -> None:
    data = bytearray(small_stream())
    data[PACKET_BYTES + 15] ^= 0xFF
    recorded = record(tmp_path / "recording.ts", bytes(data)).read_bytes()
    assert recorded[: 2 * PACKET_BYTES] == data[: 2 * PACKET_BYTES]
    assert maps_of(recorded)[0].streams[-1].pid == OWN_PID


def test_sets_that_come_before_the_tables_wait_for_them(tmp_path: Path) -> None:
    path = tmp_path / "recording.ts"
    recorder = TransportStreamRecorder(path, ticks_from_video_time=ticks)
    recorder.write_vmti(0, klv_packet(1))
    recorder.write(small_stream())
    recorder.close()
    assert (OWN_PID, ticks(0), klv_packet(1)) in klv_of(path.read_bytes())


def test_a_set_without_a_place_on_the_source_clock_is_dropped(tmp_path: Path) -> None:
    path = tmp_path / "recording.ts"
    recorder = TransportStreamRecorder(path, ticks_from_video_time=lambda _: None)
    recorder.write(small_stream())
    recorder.write_vmti(0, klv_packet(1))
    recorder.close()
    assert all(pid != OWN_PID for pid, _, _ in klv_of(path.read_bytes()))


@pytest.mark.parametrize("n_bytes_lost", [0, 1, 188, 5000])
def test_a_recording_that_was_cut_off_goes_on_to_the_same_bytes(
    n_bytes_lost: int, tmp_path: Path
) -> None:
    data, whole = small_stream(60), tmp_path / "whole.ts"
    pieces = [data[k : k + 7 * PACKET_BYTES] for k in range(0, len(data), 7 * PACKET_BYTES)]

    def run(recorder: TransportStreamRecorder, *, begin: int = 0, end: int | None = None) -> None:
        for n, piece in enumerate(pieces[:end]):
            recorder.write(piece)
            if n >= begin:
                recorder.write_vmti(n * 33_333, klv_packet(n, n_bytes=300))

    recorder = TransportStreamRecorder(whole, ticks_from_video_time=ticks)
    run(recorder)
    recorder.close()
    cut = tmp_path / "cut.ts"
    recorder = TransportStreamRecorder(cut, ticks_from_video_time=ticks)
    run(recorder, end=9)
    state = recorder.state()
    for n, piece in enumerate(pieces[9:14], start=9):
        recorder.write(piece)
        recorder.write_vmti(n * 33_333, klv_packet(n, n_bytes=300))
    recorder.flush()
    kept = cut.read_bytes()
    recorder.close()
    n_kept = len(kept) - n_bytes_lost
    cut.write_bytes(kept[:n_kept])
    recorder = TransportStreamRecorder(cut, ticks_from_video_time=ticks, state=state)
    run(recorder, begin=9)
    recorder.close()
    assert cut.read_bytes() == whole.read_bytes()


def test_a_recording_shorter_than_its_state_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "recording.ts"
    path.write_bytes(bytes(100))
    state = {"n_source_bytes": 188, "n_bytes": 188, "continuity": 0}
    with pytest.raises(FormatError, match="shorter"):
        TransportStreamRecorder(path, ticks_from_video_time=ticks, state=state)


def test_a_folder_that_is_not_there_is_an_error_with_its_name(tmp_path: Path) -> None:
    with pytest.raises(DeviceError, match=r"nowhere.*cannot be written"):
        TransportStreamRecorder(tmp_path / "nowhere" / "recording.ts", ticks_from_video_time=ticks)


def test_a_full_disk_is_an_error_with_the_name_of_the_file() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("/dev/full is not on this system")
    with pytest.raises(DeviceError, match="No space"):
        _write_and_flush(full)


def _write_and_flush(path: Path) -> None:
    recorder = TransportStreamRecorder(path, ticks_from_video_time=ticks)
    try:
        recorder.write(small_stream())
        recorder.flush()
    finally:
        recorder._file.raw.close()  # type: ignore[attr-defined]


def pictures(path: Path) -> list[bytes]:
    with av.open(str(path)) as container:
        return [frame.to_ndarray().tobytes() for frame in container.decode(video=0)]


def recorded_mission(path: Path, out: Path) -> list[tuple[int, bytes]]:
    """Record an input the way a mission does; return our sets with their stamps."""
    source = open_source([path])
    recorder = TransportStreamRecorder(out, ticks_from_video_time=source.recording_ticks)
    sent = []
    for unit in source.units():
        recorder.write(unit.recorded)
        if unit.frame is not None:
            index, time_us = unit.frame.frame_index, unit.frame.video_time_us
            sent.append((source.recording_ticks(time_us) or 0, klv_packet(index)))
            recorder.write_vmti(time_us, klv_packet(index))
    recorder.close()
    source.close()
    return sent


def ffmpeg_klv(path: Path) -> list[tuple[int | None, bytes]]:
    with av.open(str(path)) as container:
        return [
            (packet.pts, bytes(packet))
            for packet in container.demux()
            if packet.stream.id == OWN_PID and packet.size
        ]


def stanag_klv(path: Path) -> list[tuple[int | None, bytes]]:
    demuxer = stanag4609.TransportDemuxer()
    events = [*demuxer.feed(path.read_bytes()), *demuxer.finish()]
    packets = [
        event.pes for event in events if isinstance(event, PESStreamEvent) and event.pid == OWN_PID
    ]
    cells = [(packet.pts, parse_metadata_au_cells(bytes(packet.payload))) for packet in packets]
    assert [len(each) for _, each in cells] == [1] * len(cells)
    return [(pts, bytes(cell.data)) for pts, (cell,) in cells]


READERS: dict[str, Callable[[Path], list[tuple[int | None, bytes]]]] = {
    "ffmpeg": ffmpeg_klv,
    "stanag4609": stanag_klv,
}


@pytest.mark.parametrize("reader", READERS)
@pytest.mark.parametrize("codec", ["libx264", "mpeg2video"])
def test_other_readers_find_our_sets_at_the_stamps_of_the_frames(
    reader: str, codec: str, tmp_path: Path
) -> None:
    clip = write_clip(tmp_path / "clip.ts", codec=codec, n_frames=20, options={"bf": "2"})
    sent = recorded_mission(clip, tmp_path / "recording.ts")
    assert READERS[reader](tmp_path / "recording.ts") == sent


@pytest.mark.parametrize(
    "name",
    [
        "kwiver/aphill_klv_10s.ts",
        "kwiver/h264_klv.ts",
        "kwiver/mpeg2_klv.ts",
        "kwiver/h264_audio.ts",
        "osh/sample-stream_part1.ts",
        "kwiver/aphill_240_1fps_crf32.mp4",
    ],
)
def test_the_recording_of_a_real_clip_shows_the_same_pictures_and_our_sets(
    name: str, shared_data: SharedData, tmp_path: Path
) -> None:
    path = shared_data(f"fmv_klv/{name}")
    sent = recorded_mission(path, tmp_path / "recording.ts")
    assert pictures(tmp_path / "recording.ts") == pictures(path)
    assert ffmpeg_klv(tmp_path / "recording.ts") == sent
    if path.suffix == ".ts":
        recorded = (tmp_path / "recording.ts").read_bytes()
        theirs = [klv for klv in klv_of(recorded) if klv[0] != OWN_PID]
        assert theirs == klv_of(path.read_bytes())


def test_klv_pid_of_the_source_is_kept_beside_ours(tmp_path: Path) -> None:
    recorded = record(tmp_path / "recording.ts", small_stream(), n_sets=5).read_bytes()
    assert len([pid for pid, _, _ in klv_of(recorded) if pid == KLV_PID]) == 40
