"""The overlay video: re-read by PyAV, cut at random places, joined."""

import struct
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest

from plainview.errors import DeviceError
from plainview.formats.fragmented_video import (
    FragmentedVideoWriter,
    concatenate_parts,
    n_frames_on_disk,
)

FRAME_US = 40_000


def picture(index: int) -> npt.NDArray[np.uint8]:
    pixels = np.full((64, 96, 3), 60, np.uint8)
    x = 2 * index % 80
    pixels[20:36, x : x + 16] = (40, 40, 220)
    return pixels


def write(path: Path, times_us: list[int]) -> Path:
    with FragmentedVideoWriter(path, width_px=96, height_px=64, rate=25) as writer:
        for index, time_us in enumerate(times_us):
            writer.write(picture(index), video_time_us=time_us)
    return path


def read_times_us(path: Path) -> list[int]:
    with av.open(str(path)) as container:
        base = container.streams.video[0].time_base
        assert base is not None
        return [
            round(f.pts * base * 1_000_000) for f in container.decode(video=0) if f.pts is not None
        ]


def test_frames_come_back_at_their_own_times(tmp_path: Path) -> None:
    times_us = [0, 40_000, 79_999, 121_003, 500_000, 500_777, 3_000_000]
    assert read_times_us(write(tmp_path / "a.mp4", times_us)) == times_us


def test_colours_come_back(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", [0, FRAME_US])
    with av.open(str(path)) as container:
        first = next(container.decode(video=0)).to_ndarray(format="bgr24")
    np.testing.assert_allclose(first[24:32, 4:12].mean(axis=(0, 1)), (40, 40, 220), atol=12)
    np.testing.assert_allclose(first[50:60, 60:90].mean(axis=(0, 1)), (60, 60, 60), atol=4)


@pytest.mark.parametrize(("width_px", "height_px"), [(95, 64), (96, 63), (161, 121), (33, 17)])
def test_odd_sizes_gain_a_column_or_a_row(tmp_path: Path, width_px: int, height_px: int) -> None:
    path = tmp_path / "a.mp4"
    with FragmentedVideoWriter(path, width_px=width_px, height_px=height_px) as writer:
        writer.write(np.full((height_px, width_px, 3), 90, np.uint8), video_time_us=0)
    with av.open(str(path)) as container:
        frame = next(container.decode(video=0))
    assert (frame.width, frame.height) == (width_px + width_px % 2, height_px + height_px % 2)
    np.testing.assert_allclose(frame.to_ndarray(format="bgr24"), 90, atol=3)


def test_a_picture_of_another_size_is_fitted_with_bars(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with FragmentedVideoWriter(path, width_px=96, height_px=64) as writer:
        writer.write(np.full((64, 96, 3), 200, np.uint8), video_time_us=0)
        writer.write(np.full((120, 120, 3), 200, np.uint8), video_time_us=FRAME_US)
    with av.open(str(path)) as container:
        last = [f.to_ndarray(format="bgr24") for f in container.decode(video=0)][1]
    assert last[32, 48].min() > 180
    assert last[32, 4].max() < 30


def test_a_key_frame_stands_at_each_second(tmp_path: Path) -> None:
    path = write(tmp_path / "a.mp4", [i * FRAME_US for i in range(80)])
    with av.open(str(path)) as container:
        keys = [p.pts for p in container.demux(video=0) if p.is_keyframe and p.size]
    assert keys == [0, 1_000_000, 2_000_000, 3_000_000]


def test_the_same_pictures_give_the_same_bytes(tmp_path: Path) -> None:
    times_us = [i * FRAME_US for i in range(30)]
    first, second = write(tmp_path / "a.mp4", times_us), write(tmp_path / "b.mp4", times_us)
    assert first.read_bytes() == second.read_bytes()


def test_a_writer_that_is_not_closed_has_all_but_the_last_second_on_disk(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    writer = FragmentedVideoWriter(path, width_px=96, height_px=64, rate=25)
    for index in range(110):
        writer.write(picture(index), video_time_us=index * FRAME_US)
    assert n_frames_on_disk(path) == 100
    writer.close()
    assert n_frames_on_disk(path) == 110


def fragment_ends(data: bytes) -> list[tuple[int, int]]:
    """Byte where each fragment ends, and frames up to there (25 a fragment)."""
    ends, position = [], 0
    while position + 8 <= len(data):
        length, kind = struct.unpack_from(">I4s", data, position)
        position += length
        if kind == b"mdat":
            ends.append(position)
    return [(end, 25 * (number + 1)) for number, end in enumerate(ends)]


def test_a_file_cut_anywhere_gives_its_whole_fragments(tmp_path: Path) -> None:
    whole = write(tmp_path / "a.mp4", [i * FRAME_US for i in range(100)]).read_bytes()
    ends = fragment_ends(whole)
    rng = np.random.default_rng(3)
    cuts = [0, 5, 400, *(end + step for end, _ in ends for step in (-1, 0, 1))]
    cut_path, out = tmp_path / "cut.mp4", tmp_path / "out.mp4"
    for cut in [*cuts, *rng.integers(0, len(whole), 40).tolist()]:
        cut_path.write_bytes(whole[:cut])
        expected = max((n for end, n in ends if end <= cut), default=0)
        assert n_frames_on_disk(cut_path) == expected, cut
        assert concatenate_parts([cut_path], out) == expected
        if expected:
            assert read_times_us(out) == [i * FRAME_US for i in range(expected)]


def test_parts_are_joined_at_their_times(tmp_path: Path) -> None:
    start_us = 7_000_000
    first = write(tmp_path / "0.mp4", [start_us + i * FRAME_US for i in range(50)])
    second = write(tmp_path / "1.mp4", [start_us + i * FRAME_US for i in range(50, 63)])
    empty = tmp_path / "2.mp4"
    empty.write_bytes(b"")
    out = tmp_path / "overlay.mp4"
    assert concatenate_parts([first, empty, tmp_path / "absent.mp4", second], out) == 63
    assert read_times_us(out) == [i * FRAME_US for i in range(63)]
    assert not list(tmp_path.glob(".*"))


def test_the_joined_file_starts_with_its_index(tmp_path: Path) -> None:
    out = tmp_path / "overlay.mp4"
    concatenate_parts([write(tmp_path / "0.mp4", [0, FRAME_US])], out)
    data = out.read_bytes()
    assert data.index(b"moov") < data.index(b"mdat")
    assert b"moof" not in data


def test_no_frames_make_no_file(tmp_path: Path) -> None:
    with FragmentedVideoWriter(tmp_path / "a.mp4", width_px=96, height_px=64):
        pass
    assert n_frames_on_disk(tmp_path / "a.mp4") == 0
    assert concatenate_parts([tmp_path / "a.mp4"], tmp_path / "b.mp4") == 0
    assert list(tmp_path.iterdir()) == []


def test_a_time_that_does_not_move_is_put_after_the_one_before(tmp_path: Path) -> None:
    assert read_times_us(write(tmp_path / "a.mp4", [0, 0, FRAME_US])) == [0, 1, FRAME_US]


def test_a_folder_that_cannot_be_written_is_a_device_error(tmp_path: Path) -> None:
    writer = FragmentedVideoWriter(tmp_path / "absent" / "a.mp4", width_px=96, height_px=64)
    with pytest.raises(DeviceError, match="cannot be written"):
        writer.write(picture(0), video_time_us=0)


def test_a_full_disk_is_a_device_error_and_nothing_worse() -> None:
    writer = FragmentedVideoWriter(Path("/dev/full"), width_px=96, height_px=64, rate=25)
    errors = []
    for index in range(60):
        try:
            writer.write(picture(index), video_time_us=index * FRAME_US)
        except DeviceError as error:
            errors.append(error)
    with pytest.raises(DeviceError, match="No space left on device"):
        writer.close()
    assert "No space left on device" in errors[0].what


@pytest.mark.parametrize("ratio", [1.0, 16 / 11, 0.5])
def test_pixels_that_are_not_square_are_said_to_the_player(ratio: float, tmp_path: Path) -> None:
    part, out = tmp_path / "part.mp4", tmp_path / "out.mp4"
    with FragmentedVideoWriter(part, width_px=96, height_px=64, pixel_aspect_ratio=ratio) as writer:
        for n in range(3):
            writer.write(np.zeros((64, 96, 3), np.uint8), video_time_us=40_000 * n)
    concatenate_parts([part], out)
    for path in (part, out):
        with av.open(str(path)) as container:
            assert float(container.streams.video[0].sample_aspect_ratio or 1) == pytest.approx(
                ratio
            )
