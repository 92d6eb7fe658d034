"""The raw video: every bit comes back, also of a part that was cut off, also from other readers."""

import shutil
import subprocess
import zlib
from pathlib import Path

import av
import cv2
import numpy as np
import pytest

from plainview.errors import DeviceError
from plainview.formats.raw_video import (
    RawCodec,
    RawVideoWriter,
    join_raw_parts,
    last_raw_time_ms,
)
from tests.formats.deep_clips import Counts, thermal_counts

FRAME_US = 33_367
CLUSTER = bytes.fromhex("1f43b675")
CRC_32 = bytes.fromhex("bf84")


each_codec = pytest.mark.parametrize("codec", RawCodec)


def write(
    path: Path,
    first: int,
    end: int,
    *,
    size: tuple[int, int] = (160, 128),
    codec: RawCodec = RawCodec.FFV1,
) -> list[Counts]:
    counts = [thermal_counts(index, size=size) for index in range(first, end)]
    with RawVideoWriter(path, codec=codec) as writer:
        for index, each in enumerate(counts, start=first):
            writer.write(each, video_time_us=index * FRAME_US)
    return counts


def read(path: Path) -> tuple[list[Counts], list[int]]:
    pictures: list[Counts] = []
    stamps_ms: list[int] = []
    with av.open(str(path)) as container:
        for frame in container.decode(video=0):
            assert frame.format.name == "gray16le"
            assert frame.pts is not None
            assert frame.time_base is not None
            pictures.append(np.asarray(frame.to_ndarray(), np.uint16))
            stamps_ms.append(round(1000 * frame.pts * frame.time_base))
    return pictures, stamps_ms


@each_codec
def test_every_bit_comes_back_at_its_time(codec: RawCodec, tmp_path: Path) -> None:
    rng = np.random.default_rng(1)
    counts = [
        np.zeros((61, 83), np.uint16),
        np.full((61, 83), 65_535, np.uint16),
        rng.integers(0, 65_536, (61, 83), np.uint16),
    ]
    times_us = [0, 40_000, 3_600_000_499]
    with RawVideoWriter(tmp_path / "raw.mkv", codec=codec) as writer:
        for each, time_us in zip(counts, times_us, strict=True):
            writer.write(each, video_time_us=time_us)
    pictures, stamps_ms = read(tmp_path / "raw.mkv")
    np.testing.assert_array_equal(pictures, counts)
    assert stamps_ms == [0, 40, 3_600_000]


def test_it_is_ffv1_of_level_3_that_begins_anew_with_every_picture(tmp_path: Path) -> None:
    write(tmp_path / "raw.mkv", 0, 5)
    with av.open(str(tmp_path / "raw.mkv")) as container:
        assert container.streams.video[0].codec_context.name == "ffv1"
        assert container.streams.video[0].codec_context.extradata  # levels below 3 have none
        assert all(packet.is_keyframe for packet in container.demux() if packet.size)


def test_the_quick_one_begins_anew_with_every_picture_too(tmp_path: Path) -> None:
    write(tmp_path / "raw.mkv", 0, 5, codec=RawCodec.FFVHUFF)
    with av.open(str(tmp_path / "raw.mkv")) as container:
        assert container.streams.video[0].codec_context.name == "ffvhuff"
        assert all(packet.is_keyframe for packet in container.demux() if packet.size)


@each_codec
def test_every_picture_of_a_part_and_of_the_whole_has_its_checksum(
    codec: RawCodec, tmp_path: Path
) -> None:
    write(tmp_path / "raw.mkv", 0, 5, codec=codec)
    (joined,) = join_raw_parts([tmp_path / "raw.mkv"], tmp_path, camera="camera-1")
    for path in (tmp_path / "raw.mkv", joined):
        data = bytearray(path.read_bytes())
        assert clusters(bytes(data)) == [True] * 5
        data[data.rindex(CLUSTER) + 60] ^= 1
        assert clusters(bytes(data)) == [True] * 4 + [False]
        path.write_bytes(data)
        assert last_raw_time_ms(path) == round(3 * FRAME_US / 1000)


def clusters(data: bytes) -> list[bool]:
    """Say of each cluster whether its CRC-32 (the first element in it, RFC 9559 6.2) is right."""
    right = []
    at = data.find(CLUSTER)
    while at >= 0:
        first = data[at + 4]
        n_bytes = 9 - first.bit_length()
        size = int.from_bytes(data[at + 4 : at + 4 + n_bytes]) & ((1 << 7 * n_bytes) - 1)
        body = data[at + 4 + n_bytes :][:size]
        assert body[:2] == CRC_32
        right.append(int.from_bytes(body[2:6], "little") == zlib.crc32(body[6:]))
        at = data.find(CLUSTER, at + 4 + n_bytes + size)
    return right


@each_codec
def test_the_same_pictures_give_the_same_bytes(codec: RawCodec, tmp_path: Path) -> None:
    write(tmp_path / "one.mkv", 0, 8, codec=codec)
    write(tmp_path / "two.mkv", 0, 8, codec=codec)
    assert (tmp_path / "one.mkv").read_bytes() == (tmp_path / "two.mkv").read_bytes()


@each_codec
def test_a_part_that_was_cut_anywhere_gives_its_whole_pictures(
    codec: RawCodec, tmp_path: Path
) -> None:
    counts = write(tmp_path / "raw.mkv", 0, 6, codec=codec)
    data = (tmp_path / "raw.mkv").read_bytes()
    cut = tmp_path / "cut.mkv"
    n_before = 0
    for n_bytes in (*range(0, 700, 23), *range(700, len(data), 997), len(data)):
        cut.write_bytes(data[:n_bytes])
        last_ms = last_raw_time_ms(cut)
        made = join_raw_parts([cut], tmp_path, camera="cut")
        pictures = read(made[0])[0] if made else []
        np.testing.assert_array_equal(pictures, counts[: len(pictures)])
        assert last_ms == (round((len(pictures) - 1) * FRAME_US / 1000) if pictures else -1)
        assert n_before <= len(pictures)
        n_before = len(pictures)
    assert n_before == 6


@each_codec
def test_what_is_written_can_be_read_before_the_part_is_ended(
    codec: RawCodec, tmp_path: Path
) -> None:
    path = tmp_path / "raw.mkv"
    writer = RawVideoWriter(path, codec=codec)
    for index in range(10):
        writer.write(thermal_counts(index), video_time_us=index * FRAME_US)
    assert last_raw_time_ms(path) >= round(8 * FRAME_US / 1000)
    writer.close()
    assert last_raw_time_ms(path) == round(9 * FRAME_US / 1000)


@each_codec
def test_parts_are_joined_to_what_one_part_would_be(codec: RawCodec, tmp_path: Path) -> None:
    parts = [tmp_path / f"raw-camera-1-{n:04d}.mkv" for n in range(4)]
    counts = [
        each
        for part, first, end in ((0, 0, 4), (1, 4, 5), (3, 5, 9))
        for each in write(parts[part], first, end, codec=codec)
    ]
    parts[2].write_bytes(b"\x1aE\xdf\xa3")
    (out,) = join_raw_parts(parts, tmp_path, camera="camera-1")
    assert out == tmp_path / "raw-camera-1.mkv"
    pictures, stamps_ms = read(out)
    np.testing.assert_array_equal(pictures, counts)
    assert stamps_ms == [round(index * FRAME_US / 1000) for index in range(9)]
    write(tmp_path / "whole.mkv", 0, 9, codec=codec)
    (whole,) = join_raw_parts([tmp_path / "whole.mkv"], tmp_path, camera="whole")
    assert whole.read_bytes() == out.read_bytes()
    with av.open(str(out)) as container:
        assert container.duration is not None
        container.seek(200_000)
        assert next(container.decode(video=0)).pts == round(6 * FRAME_US / 1000)


def test_pictures_of_another_size_go_into_a_further_file(tmp_path: Path) -> None:
    small, large = tmp_path / "a.mkv", tmp_path / "b.mkv"
    before = write(small, 0, 3)
    after = write(large, 3, 5, size=(192, 144))
    first, second = join_raw_parts([small, large], tmp_path, camera="camera-1")
    assert (first.name, second.name) == ("raw-camera-1.mkv", "raw-camera-1-2.mkv")
    np.testing.assert_array_equal(read(first)[0], before)
    np.testing.assert_array_equal(read(second)[0], after)


@each_codec
def test_ffmpeg_reads_the_same_bits(codec: RawCodec, tmp_path: Path) -> None:
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        pytest.skip("ffmpeg is not on this system")
    counts = write(tmp_path / "raw.mkv", 0, 5, codec=codec)
    (out,) = join_raw_parts([tmp_path / "raw.mkv"], tmp_path, camera="camera-1")
    command = [ffmpeg, "-v", "error", "-i", str(out), "-f", "rawvideo", "-pix_fmt", "gray16le", "-"]
    data = subprocess.run(command, capture_output=True, check=True).stdout
    read_back = np.frombuffer(data, "<u2").reshape(-1, *counts[0].shape)
    np.testing.assert_array_equal(read_back, counts)


@each_codec
def test_opencv_reads_the_same_bits_with_a_decoder_of_its_own(
    codec: RawCodec, tmp_path: Path
) -> None:
    counts = write(tmp_path / "raw.mkv", 0, 5, codec=codec)
    (out,) = join_raw_parts([tmp_path / "raw.mkv"], tmp_path, camera="camera-1")
    reader = cv2.VideoCapture(str(out), cv2.CAP_FFMPEG, [cv2.CAP_PROP_CONVERT_RGB, 0])
    for expected in counts:
        is_read, pixels = reader.read()
        assert is_read
        np.testing.assert_array_equal(pixels.reshape(expected.shape), expected)
    assert not reader.read()[0]
    reader.release()


def test_pictures_of_8_bits_are_our_own_mistake(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="16 bits"):
        RawVideoWriter(tmp_path / "raw.mkv").write(
            np.zeros((8, 8), np.uint8),
            video_time_us=0,
        )


def test_a_full_disk_is_an_error_with_the_name_of_the_file() -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("/dev/full is not on this system")
    writer = RawVideoWriter(full)
    with pytest.raises(DeviceError, match=r"/dev/full.*No space"):
        write_three(writer)
    with pytest.raises(DeviceError, match="No space"):
        writer.close()


def write_three(writer: RawVideoWriter) -> None:
    for index in range(3):
        writer.write(thermal_counts(index), video_time_us=index * FRAME_US)
