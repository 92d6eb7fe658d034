"""The video of a transport stream goes on with another PID or another codec, and so do we."""

from pathlib import Path

import numpy as np
import pytest

from plainview.formats.probe import probe
from plainview.formats.source import InputSource, SourceSettings, open_source
from plainview.formats.transport_packets import packet_rows, pids_of
from plainview.model import CountedWarning, Frame, Unit
from tests.formats.clips import klv_packet, write_clip

N_FRAMES = 30
TICKS = 3000
OPTIONS = {
    "libx264": {"bf": "2", "g": "10"},
    "libx265": {"x265-params": "log-level=none", "g": "10"},
    "mpeg2video": {"bf": "2", "g": "10"},
}


def clip(
    path: Path,
    *,
    number: int,
    codec: str = "libx264",
    size: tuple[int, int] = (160, 120),
    n_frames: int = N_FRAMES,
    muxer: dict[str, int] | None = None,
) -> Path:
    """Write the clip that follows on a number of others, with KLV."""
    klv = [(n * TICKS, klv_packet(100 * number + n)) for n in range(n_frames)]
    return write_clip(
        path,
        codec=codec,
        klv=klv,
        size=size,
        n_frames=n_frames,
        first_pts=(number + 1) * N_FRAMES * TICKS,
        options=OPTIONS[codec],
        container_options={name: str(value) for name, value in (muxer or {}).items()},
    )


def read(*paths: Path, settings: SourceSettings | None = None) -> tuple[InputSource, list[Unit]]:
    source = open_source(paths, settings=settings)
    units = list(source.units())
    source.close()
    return source, units


def frames_of(units: list[Unit]) -> list[Frame]:
    return [unit.frame for unit in units if unit.frame is not None]


def joined(path: Path, *parts: Path) -> Path:
    path.write_bytes(b"".join(part.read_bytes() for part in parts))
    return path


def codes(warnings: tuple[CountedWarning, ...]) -> dict[str, int]:
    """Return the warnings; that the metadata of these clips means nothing is left out."""
    return {each.code: each.count for each in warnings if each.code != "metadata_damaged"}


def assert_all_is_there(whole: Path, *parts: Path) -> InputSource:
    """Read the joined clips and compare with each alone."""
    source, units = read(whole)
    frames = frames_of(units)
    expected = [frame for part in parts for frame in frames_of(read(part)[1])]
    assert len(frames) == len(expected)
    for one, other in zip(frames, expected, strict=True):
        np.testing.assert_array_equal(one.pixels, other.pixels)
    payloads = [payload.data for unit in units for payload in unit.payloads]
    assert payloads == [p.data for part in parts for unit in read(part)[1] for p in unit.payloads]
    assert b"".join(unit.recorded for unit in units) == whole.read_bytes()
    assert {frame.camera.name for frame in frames} == {"camera-1"}
    assert [frame.frame_index for frame in frames] == list(range(len(frames)))
    return source


@pytest.mark.parametrize(
    ("codec", "muxer"),
    [
        ("libx264", {"mpegts_start_pid": 0x200}),
        ("libx264", {"mpegts_start_pid": 0x200, "tables_version": 1}),
        ("libx265", {}),
        ("libx265", {"tables_version": 1}),
        ("libx265", {"mpegts_start_pid": 0x200}),
        ("mpeg2video", {"mpegts_start_pid": 0x101}),
        ("libx264", {"mpegts_start_pid": 0x200, "mpegts_service_id": 7}),
        ("libx264", {"mpegts_start_pid": 0x200, "mpegts_pmt_start_pid": 0x50}),
        (
            "libx264",
            {"mpegts_start_pid": 0x200, "mpegts_pmt_start_pid": 0x50, "tables_version": 1},
        ),
    ],
)
def test_the_video_goes_on_with_another_pid_or_codec(
    codec: str, muxer: dict[str, int], tmp_path: Path
) -> None:
    one = clip(tmp_path / "one.ts", number=0)
    two = clip(tmp_path / "two.ts", number=1, codec=codec, muxer=muxer)
    whole = joined(tmp_path / "joined.ts", one, two)
    source = assert_all_is_there(whole, one, two)
    _, units = read(whole)
    frames = frames_of(units)
    assert [n for n, frame in enumerate(frames) if frame.is_discontinuous] == [N_FRAMES]
    assert np.diff([f.video_time_us for f in frames]) == pytest.approx(33_333, abs=400)
    warnings = codes(source.warnings())
    assert warnings.pop("transport_continuity", 1) == 1  # the counters of PIDs that stay
    assert warnings == {"video_stream": 1}


def test_what_happened_is_said_with_pids_codecs_and_places(tmp_path: Path) -> None:
    one = clip(tmp_path / "one.ts", number=0)
    two = clip(tmp_path / "two.ts", number=1, codec="libx265", muxer={"mpegts_start_pid": 0x200})
    source, units = read(joined(tmp_path / "joined.ts", one, two))
    (event,) = [each for each in source.events() if each.kind == "video_stream"]
    assert event.video_time_us == frames_of(units)[N_FRAMES].video_time_us
    assert event.what.endswith("PID 256 (h264) became PID 512 (hevc).")
    assert event.details == {
        "pid_before": 256,
        "codec_before": "h264",
        "pid_after": 512,
        "codec_after": "hevc",
    }
    (warning,) = [each for each in source.warnings() if each.code == "video_stream"]
    rows = packet_rows(two.read_bytes())
    first = int(np.flatnonzero(pids_of(rows) == 0x200)[0])
    assert warning.first == f"joined.ts, byte {one.stat().st_size + 188 * first}"
    videos = [(s.stream, s.codec, s.details) for s in source.streams if s.kind == "video"]
    assert videos == [
        (256, "h264", "160x120, 30 frames/s, yuv420p"),
        (512, "hevc", "160x120, 30 frames/s, yuv420p"),
    ]


def test_a_video_that_changes_again_and_again_is_followed(tmp_path: Path) -> None:
    parts = [
        clip(
            tmp_path / f"{n}.ts",
            number=n,
            n_frames=N_FRAMES,
            muxer={"mpegts_start_pid": 0x100 + 0x40 * (n % 3)},
        )
        for n in range(7)
    ]
    source = assert_all_is_there(joined(tmp_path / "joined.ts", *parts), *parts)
    assert codes(source.warnings()) == {"video_stream": 6}


@pytest.mark.parametrize("codec", ["libx264", "libx265"])
@pytest.mark.parametrize("size", [(320, 240), (640, 480)])
def test_another_size_goes_with_it(codec: str, size: tuple[int, int], tmp_path: Path) -> None:
    one = clip(tmp_path / "one.ts", number=0, size=(640, 480))
    two = clip(
        tmp_path / "two.ts", number=1, codec=codec, size=size, muxer={"mpegts_start_pid": 0x300}
    )
    assert_all_is_there(joined(tmp_path / "joined.ts", one, two), one, two)


@pytest.mark.parametrize("stride", [192, 204])
@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_packets_of_other_lengths_are_followed(stride: int, codec: str, tmp_path: Path) -> None:
    one = clip(tmp_path / "one.ts", number=0, size=(640, 480))
    pid = 0x200 if codec == "libx264" else 0x100
    two = clip(tmp_path / "two.ts", number=1, codec=codec, muxer={"mpegts_start_pid": pid})
    data = one.read_bytes() + two.read_bytes()
    lead, trail = (4, 0) if stride == 192 else (0, 16)
    whole = tmp_path / "joined.m2ts"
    whole.write_bytes(
        b"".join(bytes(lead) + data[k : k + 188] + bytes(trail) for k in range(0, len(data), 188))
    )
    source, units = read(whole)
    assert len(frames_of(units)) == 2 * N_FRAMES
    assert b"".join(unit.recorded for unit in units) == data
    assert codes(source.warnings())["video_stream"] == 1


@pytest.mark.parametrize("n_junk_packets", [0, 1, 40, 171, 172, 173, 174, 175, 176, 340])
@pytest.mark.parametrize("codec", ["libx264", "libx265"])
def test_the_change_may_lie_anywhere_in_what_is_read_at_once(
    n_junk_packets: int, codec: str, tmp_path: Path
) -> None:
    one = clip(tmp_path / "one.ts", number=0)
    pid = 0x200 if codec == "libx264" else 0x100
    two = clip(tmp_path / "two.ts", number=1, codec=codec, muxer={"mpegts_start_pid": pid})
    junk = bytes([0x47, 0x1F, 0xFF, 0x10]) + bytes(184)
    whole = tmp_path / "joined.ts"
    whole.write_bytes(one.read_bytes() + n_junk_packets * junk + two.read_bytes())
    assert len(frames_of(read(whole)[1])) == 2 * N_FRAMES


def test_what_is_left_of_the_old_video_after_the_new_map_still_comes(tmp_path: Path) -> None:
    one = clip(tmp_path / "one.ts", number=0)
    two = clip(
        tmp_path / "two.ts", number=1, muxer={"mpegts_start_pid": 0x200, "tables_version": 1}
    )
    rows_one, rows_two = packet_rows(one.read_bytes()), packet_rows(two.read_bytes())
    is_table = pids_of(rows_two) < 0x100
    n_late = 20
    early = np.flatnonzero(pids_of(rows_one) >= 0x100)[-n_late]
    late = rows_one[early:]
    late = late[pids_of(late) >= 0x100]
    first_tables = rows_two[: int(np.argmin(is_table))]
    whole = tmp_path / "joined.ts"
    whole.write_bytes(
        rows_one[:early].tobytes()
        + first_tables.tobytes()
        + late.tobytes()
        + rows_two[len(first_tables) :].tobytes()
    )
    source, units = read(whole)
    assert len(frames_of(units)) == 2 * N_FRAMES
    assert codes(source.warnings()) == {"video_stream": 1}


def test_a_video_that_stays_is_not_left_for_another_that_joins_it(tmp_path: Path) -> None:
    """A map that adds a second video, or takes it away again, changes nothing."""
    one = clip(tmp_path / "one.ts", number=0)
    both = clip(tmp_path / "both.ts", number=1)
    joined_path = joined(tmp_path / "joined.ts", one, with_second_video(both), one)
    source, units = read(joined_path)
    assert "video_stream" not in codes(source.warnings())
    assert len(frames_of(units)) == 3 * N_FRAMES


def with_second_video(path: Path) -> Path:
    """Announce one more video, of which nothing comes, in the maps of a clip."""
    from plainview.formats.program_tables import (
        AnnouncedStream,
        ProgramMapTable,
        packets_from_sections,
        read_program_map,
    )

    data = path.read_bytes()
    packets = []
    for begin in range(0, len(data), 188):
        packet = data[begin : begin + 188]
        pid = int.from_bytes(packet[1:3]) & 0x1FFF
        if pid == 0x1000:
            n_bytes = 3 + (int.from_bytes(packet[6:8]) & 0x0FFF)
            table = read_program_map(packet[5 : 5 + n_bytes])
            assert table is not None
            more = ProgramMapTable(
                program_number=table.program_number,
                version=table.version + 1,
                pcr_pid=table.pcr_pid,
                descriptors=table.descriptors,
                streams=(AnnouncedStream(stream_type=0x1B, pid=0x300), *table.streams),
            ).to_section()
            assert more is not None
            packet = packets_from_sections([more], pid=pid, continuity=packet[3] & 0x0F)
        packets.append(packet)
    path.write_bytes(b"".join(packets))
    return path


def test_a_new_video_that_cannot_be_decoded_is_said_and_recorded(tmp_path: Path) -> None:
    one = clip(tmp_path / "one.ts", number=0)
    two = clip(tmp_path / "two.ts", number=1, muxer={"mpegts_start_pid": 0x200})
    three = clip(tmp_path / "three.ts", number=2)
    rows = packet_rows(two.read_bytes()).copy()
    rng = np.random.default_rng(1)
    is_video = pids_of(rows) == 0x200
    rows[is_video, 30:] = rng.integers(0, 256, (int(is_video.sum()), 158), np.uint8)
    two.write_bytes(rows.tobytes())
    whole = joined(tmp_path / "joined.ts", one, two, three)
    source, units = read(whole)
    assert len(frames_of(units)) == 2 * N_FRAMES
    assert len([p for unit in units for p in unit.payloads]) == 3 * N_FRAMES
    assert b"".join(unit.recorded for unit in units) == whole.read_bytes()
    assert codes(source.warnings())["video_stream_lost"] == 1
    assert codes(source.warnings())["video_stream"] == 1


def test_a_start_after_the_change_and_an_end_before_it_hold(tmp_path: Path) -> None:
    one = clip(tmp_path / "one.ts", number=0)
    two = clip(tmp_path / "two.ts", number=1, codec="libx265", muxer={"mpegts_start_pid": 0x200})
    whole = joined(tmp_path / "joined.ts", one, two)
    alone = frames_of(read(two)[1])
    _, units = read(whole, settings=SourceSettings(start_s=1.5))
    late = frames_of(units)
    assert len(late) == N_FRAMES // 2
    for frame, expected in zip(late, alone[N_FRAMES // 2 :], strict=True):
        np.testing.assert_array_equal(frame.pixels, expected.pixels)
    _, units = read(whole, settings=SourceSettings(end_s=0.5))
    assert len(frames_of(units)) == N_FRAMES // 2


def test_inspection_says_it_and_counts_every_picture(tmp_path: Path) -> None:
    one = clip(tmp_path / "one.ts", number=0)
    two = clip(tmp_path / "two.ts", number=1, muxer={"mpegts_start_pid": 0x200})
    found = probe(joined(tmp_path / "joined.ts", one, two))
    assert found.video is not None
    assert found.video.n_pictures == 2 * N_FRAMES
    assert found.video.duration_s == pytest.approx(2.0, abs=1e-3)
    assert codes(found.warnings) == {"video_stream": 1}
