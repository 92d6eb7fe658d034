"""Footage comes as frames on one clock, with its metadata and its bytes, whatever it is in."""

import gc
from pathlib import Path
from typing import cast

import av
import numpy as np
import pytest
from av.video.stream import VideoStream

from plainview.formats.container import CompressedPacket
from plainview.formats.decode_video import DecodedPicture, VideoDecoder
from plainview.formats.klv_carriage import CarriedKlv, KlvDemuxer
from plainview.formats.packet_queue import PictureOrigin
from plainview.formats.program_tables import AnnouncedStream
from plainview.formats.source import InputSource, SourceSettings, open_source
from plainview.formats.transport_packets import PacketRun, packet_rows, pids_of
from plainview.model import Camera, CountedWarning, Frame, KlvPayload, StreamKind, Unit, ViewMethod
from tests.conftest import SharedData
from tests.formats.clips import klv_packet, picture, write_clip
from tests.formats.streams import (
    KLV_PID,
    KLVA,
    METADATA_DESCRIPTOR,
    VIDEO,
    VIDEO_PID,
    StreamWriter,
    cell,
    pes,
)

KLV = [(n * 3000, klv_packet(n)) for n in range(30)]
REAL_CLIPS = [
    "kwiver/aphill_klv_10s.ts",
    "kwiver/h264_klv.ts",
    "kwiver/mpeg2_klv.ts",
    "kwiver/h264_audio.ts",
    "kwiver/h264_no_klv.ts",
    "osh/sample-stream_part1.ts",
]


def read(*paths: Path, settings: SourceSettings | None = None) -> tuple[InputSource, list[Unit]]:
    source = open_source(paths, settings=settings)
    units = list(source.units())
    source.close()
    return source, units


def frames_of(units: list[Unit]) -> list[Frame]:
    return [unit.frame for unit in units if unit.frame is not None]


def payloads_of(units: list[Unit]) -> list[KlvPayload]:
    return [payload for unit in units for payload in unit.payloads]


def codes(warnings: tuple[CountedWarning, ...]) -> dict[str, int]:
    return {warning.code: warning.count for warning in warnings}


@pytest.mark.parametrize("codec", ["libx264", "libx265", "mpeg2video"])
def test_every_codec_of_the_standard_gives_every_frame_and_payload(
    codec: str, tmp_path: Path
) -> None:
    options = {"x265-params": "log-level=none"} if codec == "libx265" else {"bf": "2"}
    clip = write_clip(tmp_path / "clip.ts", codec=codec, klv=KLV, options=options)
    source, units = read(clip)
    frames = frames_of(units)
    assert [frame.video_time_us for frame in frames] == [round(n * 1e6 / 30) for n in range(30)]
    assert [payload.data for payload in payloads_of(units)] == [data for _, data in KLV]
    assert {info.kind for info in source.streams} == {StreamKind.VIDEO, StreamKind.KLV}
    errors = [
        np.abs(frame.pixels.astype(int) - picture(n)).mean() for n, frame in enumerate(frames)
    ]
    assert max(errors) < 6.0


def test_the_recorded_bytes_are_those_of_the_file(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.ts", klv=KLV)
    _, units = read(clip)
    assert b"".join(unit.recorded for unit in units) == clip.read_bytes()


@pytest.mark.parametrize("name", REAL_CLIPS)
def test_a_real_clip_comes_with_every_frame_payload_and_byte(
    name: str, shared_data: SharedData
) -> None:
    path = shared_data(f"fmv_klv/{name}")
    with av.open(str(path)) as container:
        expected = [frame.to_ndarray(format="bgr24") for frame in container.decode(video=0)]
    _, units = read(path)
    frames = frames_of(units)
    assert len(frames) == len(expected)
    for frame, pixels in zip(frames, expected, strict=True):
        np.testing.assert_array_equal(frame.pixels, pixels)
    assert b"".join(unit.recorded for unit in units) == path.read_bytes()
    with av.open(str(path)) as container:
        data = [
            bytes(packet)
            for packet in container.demux()
            if packet.stream.type == "data" and packet.size
        ]
    assert [payload.data for payload in payloads_of(units)] == data


def test_payloads_come_with_the_frame_before_which_they_lie(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.ts", klv=KLV, options={"bf": "0"})
    _, units = read(clip)
    for unit in units[2:-1]:
        assert unit.frame is not None
        for payload in unit.payloads:
            assert payload.video_time_us is not None
            assert abs(payload.video_time_us - unit.frame.video_time_us) <= 100_000


def test_the_stamp_of_a_frame_in_the_recording_is_that_of_its_packet(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.ts", klv=KLV, options={"bf": "2"})
    with av.open(str(clip)) as container:
        expected = [frame.pts for frame in container.decode(video=0)]
    source, units = read(clip)
    stamps = [source.recording_ticks(frame.video_time_us) for frame in frames_of(units)]
    assert stamps == expected


@pytest.mark.parametrize("suffix", [".mp4", ".mkv", ".mov"])
def test_other_containers_come_with_a_stream_copy_to_record(suffix: str, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / f"clip{suffix}", options={"bf": "2"})
    source, units = read(clip)
    copy = tmp_path / "copy.ts"
    copy.write_bytes(b"".join(unit.recorded for unit in units))
    frames, copied = frames_of(units), frames_of(read(copy)[1])
    assert len(frames) == len(copied) == 30
    for one, other in zip(frames, copied, strict=True):
        np.testing.assert_array_equal(one.pixels, other.pixels)
    with av.open(str(copy)) as container:
        stamps = [frame.pts for frame in container.decode(video=0)]
    assert [source.recording_ticks(frame.video_time_us) for frame in frames] == stamps


def test_klv_in_a_data_track_of_an_mp4_comes_out(tmp_path: Path) -> None:
    clip = write_track_of_klv(tmp_path / "clip.mp4")
    source, units = read(clip)
    payloads = payloads_of(units)
    assert [payload.data for payload in payloads] == [data for _, data in KLV]
    assert [payload.video_time_us for payload in payloads] == [
        pytest.approx(n * 1e6 / 30, abs=50) for n in range(30)
    ]
    assert StreamKind.KLV in {info.kind for info in source.streams}


def test_klv_goes_beside_a_video_that_is_encoded_for_viewing(tmp_path: Path) -> None:
    source, units = read(write_track_of_klv(tmp_path / "clip.mp4", codec="mjpeg"))
    assert codes(source.warnings())["recording_encoded"] == 1
    recording = tmp_path / "recording.ts"
    recording.write_bytes(b"".join(unit.recorded for unit in units))
    _, again = read(recording)
    assert len(frames_of(again)) == 30
    payloads = payloads_of(again)
    assert [payload.data for payload in payloads] == [data for _, data in KLV]
    assert [payload.video_time_us for payload in payloads] == [
        pytest.approx(n * 1e6 / 30, abs=50) for n in range(30)
    ]
    for unit in again[:-1]:
        assert unit.frame is not None
        for payload in unit.payloads:
            assert payload.video_time_us is not None
            assert abs(payload.video_time_us - unit.frame.video_time_us) < 100_000


def write_track_of_klv(path: Path, *, codec: str = "libx264") -> Path:
    """Write an MP4 or MOV whose metadata track is KLV: as one of GoPro, then by another name."""
    from fractions import Fraction

    with av.open(str(path), "w") as output:
        video = cast("VideoStream", output.add_stream(codec, 30, {"g": "10"}))
        video.width, video.height = 160, 120
        video.pix_fmt = "yuvj420p" if codec == "mjpeg" else "yuv420p"
        data = output.add_data_stream("bin_data")
        data.codec_tag = "gpmd"
        for n in range(30):
            frame = av.VideoFrame.from_ndarray(picture(n), format="bgr24")
            output.mux(video.encode(frame))
            packet = av.Packet(KLV[n][1])
            packet.pts = packet.dts = n
            packet.duration, packet.time_base, packet.stream = 1, Fraction(1, 30), data
            output.mux(packet)
        output.mux(video.encode(None))
    path.write_bytes(path.read_bytes().replace(b"gpmd", b"klva"))
    return path


def test_several_inputs_are_one_mission(tmp_path: Path) -> None:
    first = write_clip(tmp_path / "first.ts", klv=KLV, first_pts=90_000)
    second = write_clip(tmp_path / "second.ts", klv=KLV, codec="mpeg2video")
    third = write_clip(tmp_path / "third.mp4", size=(320, 240))
    source, units = read(first, second, third)
    frames = frames_of(units)
    assert [frame.frame_index for frame in frames] == list(range(90))
    assert np.diff([frame.video_time_us for frame in frames]) == pytest.approx(33_333, abs=400)
    assert [frame.frame_index for frame in frames if frame.is_discontinuous] == [30, 60]
    assert {frame.camera.name for frame in frames} == {"camera-1"}
    assert source.cameras == (Camera(name="camera-1", width_px=320, height_px=240),)
    assert source.position_fraction == pytest.approx(1.0)
    recorded = b"".join(unit.recorded for unit in units)
    assert recorded.startswith(first.read_bytes() + second.read_bytes())


def test_a_start_and_an_end_cut_frames_and_time_begins_at_0(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.ts", n_frames=90, klv=KLV)
    whole = frames_of(read(clip)[1])
    source, units = read(clip, settings=SourceSettings(start_s=1.0, end_s=2.0))
    frames = frames_of(units)
    assert len(frames) == 30
    assert [frame.frame_index for frame in frames] == list(range(30))
    assert frames[0].video_time_us == 0
    for cut, full in zip(frames, whole[30:60], strict=True):
        np.testing.assert_array_equal(cut.pixels, full.pixels)
    recorded = b"".join(unit.recorded for unit in units)
    assert recorded in clip.read_bytes()
    assert len(recorded) < 0.6 * clip.stat().st_size
    assert source.recording_ticks(0) is not None


def test_a_skipped_beginning_is_decoded_from_the_last_key_picture_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    clip = write_clip(tmp_path / "clip.ts", n_frames=90, options={"g": "10", "bf": "0"})
    decoded: list[int] = []
    decode = VideoDecoder.decode

    def counted(
        self: VideoDecoder, packet: CompressedPacket, *, origin: object
    ) -> list[DecodedPicture]:
        decoded.append(packet.size)
        return decode(self, packet, origin=origin)

    monkeypatch.setattr(VideoDecoder, "decode", counted)
    _, units = read(clip, settings=SourceSettings(start_s=2.55))
    assert len(frames_of(units)) == 90 - 77
    assert len(decoded) == 90 - 70


def test_compressed_pictures_are_let_go_of(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.ts", n_frames=90, klv=KLV)
    source = open_source([clip])
    n_held = []
    for unit in source.units():
        if unit.frame is not None and unit.frame.frame_index % 30 == 29:
            gc.collect()
            n_held.append(sum(type(each) is PictureOrigin for each in gc.get_objects()))
    source.close()
    assert n_held[-1] <= 5


def test_a_change_of_size_makes_a_discontinuity_and_keeps_the_name(tmp_path: Path) -> None:
    small = write_clip(tmp_path / "small.ts", options={"bf": "0"})
    large = write_clip(
        tmp_path / "large.ts", size=(320, 240), options={"bf": "0"}, first_pts=90_000
    )
    joined = tmp_path / "joined.ts"
    joined.write_bytes(small.read_bytes() + large.read_bytes())
    source, units = read(joined)
    frames = frames_of(units)
    widths = [frame.pixels.shape[1] for frame in frames]
    assert widths == [160] * 30 + [320] * 30
    assert [frame.camera.width_px for frame in frames] == widths
    assert [n for n, frame in enumerate(frames) if frame.is_discontinuous] == [30]
    assert codes(source.warnings())["picture_size"] == 1
    assert "picture_size" in {event.kind for event in source.events()}


def test_interlaced_pictures_and_oblong_pixels_are_said(tmp_path: Path) -> None:
    clip = tmp_path / "clip.ts"
    with av.open(str(clip), "w") as output:
        video = output.add_stream("libx264", 25, {"x264-params": "tff=1:sar=16/11"})
        video.width, video.height = 192, 160
        video.codec_context.flags |= 1 << 18
        for n in range(10):
            frame = av.VideoFrame.from_ndarray(picture(n, width=192, height=160), format="bgr24")
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
    frames = frames_of(read(clip)[1])
    assert all(frame.is_interlaced for frame in frames)
    assert frames[0].camera.pixel_aspect_ratio == pytest.approx(16 / 11)


@pytest.mark.parametrize(
    ("pix_fmt", "dtype", "largest"), [("gray", np.uint8, 255), ("gray16le", np.uint16, 65_535)]
)
def test_grey_keeps_its_depth(
    pix_fmt: str, dtype: type[np.generic], largest: int, tmp_path: Path
) -> None:
    clip = tmp_path / "clip.mkv"
    values = np.linspace(0, largest, 160 * 120).reshape(120, 160).astype(dtype)
    with av.open(str(clip), "w") as output:
        video = output.add_stream("ffv1", 25)
        video.width, video.height, video.pix_fmt = 160, 120, pix_fmt
        for _ in range(3):
            output.mux(video.encode(av.VideoFrame.from_ndarray(values, format=pix_fmt)))
        output.mux(video.encode(None))
    source, units = read(clip)
    for frame in frames_of(units):
        np.testing.assert_array_equal(frame.pixels, values)
        assert frame.pixels.dtype == dtype
    assert codes(source.warnings()) == {"recording_encoded": 1, "no_metadata": 1}


def test_video_without_klv_has_no_views_and_says_so(tmp_path: Path) -> None:
    source, units = read(write_clip(tmp_path / "clip.ts"))
    assert all(frame.view is None for frame in frames_of(units))
    assert codes(source.warnings()) == {"no_metadata": 1}


def test_metadata_that_stops_half_way_is_said(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.ts", n_frames=240, klv=KLV)
    source, units = read(clip)
    assert len(frames_of(units)) == 240
    assert codes(source.warnings())["metadata_stops"] == 1
    assert "metadata_stops" in {event.kind for event in source.events()}


def test_a_gap_in_the_metadata_is_said_with_its_length(tmp_path: Path) -> None:
    klv = [(n * 3000, klv_packet(n)) for n in (*range(30), *range(180, 210))]
    source, _ = read(write_clip(tmp_path / "clip.ts", n_frames=210, klv=klv))
    events = [event for event in source.events() if event.kind == "metadata_gap"]
    assert [event.details["gap_s"] for event in events] == [pytest.approx(151 / 30, abs=1e-3)]


def test_a_gap_in_the_video_is_kept_and_said(tmp_path: Path) -> None:
    one = write_clip(tmp_path / "one.ts", options={"bf": "0"})
    two = write_clip(tmp_path / "two.ts", options={"bf": "0"}, first_pts=60 * 90_000)
    joined = tmp_path / "joined.ts"
    joined.write_bytes(one.read_bytes() + two.read_bytes())
    source, units = read(joined)
    frames = frames_of(units)
    assert frames[30].video_time_us == 60_000_000
    assert frames[30].is_discontinuous
    assert codes(source.warnings())["video_gap"] == 1


def test_pictures_that_cannot_be_decoded_are_counted_and_the_rest_comes(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.ts", n_frames=60, klv=KLV)
    data = bytearray(clip.read_bytes())
    rng = np.random.default_rng(1)
    for at in rng.integers(len(data) // 3, len(data) * 2 // 3, 60):
        if at % 188 > 12:
            data[at] ^= 0xFF
    damaged = tmp_path / "damaged.ts"
    damaged.write_bytes(data)
    source, units = read(damaged)
    assert len(frames_of(units)) >= 30
    assert codes(source.warnings()).keys() & {"video_decode", "video_picture_damaged"}


def test_a_hole_in_the_file_is_counted_with_its_place(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.ts", n_frames=60, klv=KLV)
    data = clip.read_bytes()
    at = len(data) // 188 // 2 * 188 + 100
    holed = tmp_path / "holed.ts"
    holed.write_bytes(data[:at] + b"\xff" * 10_001 + data[at:])
    source, units = read(holed)
    lost = next(w for w in source.warnings() if w.code == "transport_bytes_lost")
    assert lost.count == 10_001
    assert lost.first == f"holed.ts, byte {at - 100 + 188}"
    assert len(payloads_of(units)) >= 28


@pytest.mark.parametrize("stride", [192, 204])
def test_packets_of_other_lengths_are_read_and_recorded_plain(stride: int, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.ts", klv=KLV)
    data = clip.read_bytes()
    lead, trail = (4, 0) if stride == 192 else (0, 16)
    wrapped = tmp_path / "clip.m2ts"
    wrapped.write_bytes(
        b"".join(bytes(lead) + data[k : k + 188] + bytes(trail) for k in range(0, len(data), 188))
    )
    _, units = read(wrapped)
    assert len(frames_of(units)) == 30
    assert len(payloads_of(units)) == 30
    assert b"".join(unit.recorded for unit in units) == data


def test_the_same_file_gives_the_same_units_twice(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.ts", klv=KLV, options={"bf": "2"})
    one, other = read(clip)[1], read(clip)[1]
    assert [unit.recorded for unit in one] == [unit.recorded for unit in other]
    assert [unit.payloads for unit in one] == [unit.payloads for unit in other]


def test_a_name_that_says_another_format_is_read_by_its_content(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.mp4", format_name="mpegts", klv=KLV)
    source, units = read(clip)
    assert len(frames_of(units)) == 30
    assert codes(source.warnings())["name_misleads"] == 1


def test_a_second_video_is_a_second_camera_and_said_where_it_is_left_out(tmp_path: Path) -> None:
    clip = tmp_path / "clip.ts"
    with av.open(str(clip), "w") as output:
        videos = [output.add_stream("libx264", 30, {"bf": "0"}) for _ in range(2)]
        for video in videos:
            video.width, video.height = 160, 120
        for n in range(20):
            for video in videos:
                frame = av.VideoFrame.from_ndarray(picture(n), format="bgr24")
                output.mux(video.encode(frame))
        for video in videos:
            output.mux(video.encode(None))
    source, units = read(clip)
    names = [frame.camera.name for frame in frames_of(units)]
    assert names == 20 * ["camera-1", "camera-2"]
    assert codes(source.warnings()) == {"no_metadata": 2}
    assert b"".join(unit.recorded for unit in units) == clip.read_bytes()
    source, units = read(clip, settings=SourceSettings(cameras=("camera-2",)))
    assert [frame.camera.name for frame in frames_of(units)] == 20 * ["camera-2"]
    assert codes(source.warnings())["video_streams_left"] == 1
    assert b"".join(unit.recorded for unit in units) == clip.read_bytes()


@pytest.mark.parametrize(
    ("name", "methods"),
    [
        ("kwiver/aphill_klv_10s.ts", {ViewMethod.EXACT, ViewMethod.INTERPOLATED}),
        ("kwiver/h264_klv.ts", {ViewMethod.EXACT, ViewMethod.INTERPOLATED}),
        ("kwiver/mpeg2_klv.ts", {ViewMethod.EXACT, ViewMethod.INTERPOLATED}),
        ("osh/sample-stream_part1.ts", {ViewMethod.EXACT}),
    ],
)
def test_every_frame_of_a_real_clip_has_a_view(
    name: str, methods: set[ViewMethod], shared_data: SharedData
) -> None:
    source, units = read(shared_data(f"fmv_klv/{name}"))
    views = [frame.view for frame in frames_of(units)]
    assert all(view is not None for view in views)
    assert {view.view_method for view in views if view is not None} <= methods
    assert source.n_packets == len(payloads_of(units))
    assert source.n_packets_damaged == 0


class DeafDemuxer(KlvDemuxer):
    """A carriage library that finds nothing."""

    def feed(self, run: PacketRun) -> list[CarriedKlv]:
        return []


def test_metadata_is_read_by_the_video_library_where_ours_finds_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("plainview.formats.transport_reader.KlvDemuxer", DeafDemuxer)
    source, units = read(write_clip(tmp_path / "clip.ts", klv=KLV))
    assert [payload.data for payload in payloads_of(units)] == [data for _, data in KLV]
    assert codes(source.warnings())["klv_fallback"] == 30
    assert StreamKind.KLV in {info.kind for info in source.streams}


@pytest.mark.parametrize("is_synchronous", [False, True])
@pytest.mark.parametrize("n_packets_kept", [1, 2, 3])
def test_metadata_that_the_end_of_the_file_cuts_off_is_damage_with_its_place(
    n_packets_kept: int, is_synchronous: bool, tmp_path: Path
) -> None:
    announced = KLVA
    if is_synchronous:
        announced = AnnouncedStream(stream_type=0x15, pid=KLV_PID, descriptors=METADATA_DESCRIPTOR)
    video = write_clip(tmp_path / "video.ts").read_bytes()
    writer = StreamWriter().tables([VIDEO, announced])
    for n in range(2):
        whole = klv_packet(n, n_bytes=600)
        writer.pes(pes(cell(whole) if is_synchronous else whole, pts=90_000 + n * 3000))
    n_bytes_kept = len(writer.data) - (4 - n_packets_kept) * 188
    clip = tmp_path / "cut.ts"
    head = writer.data[: 2 * 188] + video_packets(video)
    clip.write_bytes(head + writer.data[2 * 188 : n_bytes_kept])
    source, units = read(clip)
    assert len(frames_of(units)) == 30
    assert len(payloads_of(units)) == 2
    assert (source.n_packets, source.n_packets_damaged) == (2, 2)  # their bodies mean nothing
    warning = next(each for each in source.warnings() if each.code == "truncated")
    assert warning.count == 1
    begin = len(head) + 4 * 188
    assert warning.first == f"cut.ts, byte {begin}, KLV stream {KLV_PID}"
    assert codes(source.warnings())["metadata_damaged"] == 2


def video_packets(data: bytes) -> bytes:
    """Return the packets of the video alone, as PID 0x100."""
    rows = packet_rows(data)
    return bytes(rows[pids_of(rows) == VIDEO_PID].tobytes())


def test_whole_metadata_at_the_end_of_a_file_is_no_damage(tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip.ts", klv=KLV)
    assert "truncated" not in codes(read(clip)[0].warnings())
