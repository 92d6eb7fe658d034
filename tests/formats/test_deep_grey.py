"""Grey of more than 8 bits keeps its values; colour stays colour."""

from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from plainview.formats.deep_grey import DeepGreyReader, is_deep_format
from plainview.formats.source import SourceSettings, open_source
from plainview.model import Unit
from tests.formats.deep_clips import frame_of, thermal_counts, write_deep_clip


def units_of(path: Path, *, is_recorded: bool = True) -> list[Unit]:
    source = open_source([path], settings=SourceSettings(is_recorded=is_recorded))
    units = list(source.units())
    source.close()
    return units


@pytest.mark.parametrize(
    ("pix_fmt", "n_bits"),
    [
        *(("gray9le", 9), ("gray10le", 10), ("gray12le", 12), ("gray14le", 14), ("gray16le", 16)),
        *(("yuv420p10le", 10), ("yuv422p12le", 12), ("yuv444p16le", 16)),
    ],
)
def test_counts_come_back_as_they_were(pix_fmt: str, n_bits: int) -> None:
    for size in ((160, 128), (162, 120), (37, 22)):
        counts = thermal_counts(3, size=size, n_bits=n_bits)
        read = DeepGreyReader().read(frame_of(counts, pix_fmt=pix_fmt, n_bits=n_bits))
        assert read is not None
        assert read.dtype == np.uint16
        np.testing.assert_array_equal(read, counts)


@pytest.mark.parametrize("pix_fmt", ["gray10be", "gray16be", "p010le", "yuv420p10be"])
def test_other_orders_in_memory_give_the_same_counts(pix_fmt: str) -> None:
    like = "gray16le" if "16" in pix_fmt else "gray10le" if "gray" in pix_fmt else "yuv420p10le"
    n_bits = 16 if "16" in pix_fmt else 10
    counts = thermal_counts(3, n_bits=n_bits)
    frame = frame_of(counts, pix_fmt=like, n_bits=n_bits).reformat(format=pix_fmt)
    read = DeepGreyReader().read(frame)
    assert read is not None
    np.testing.assert_array_equal(read, counts)


def test_colour_ends_grey_for_good() -> None:
    reader = DeepGreyReader()
    grey = frame_of(thermal_counts(0, n_bits=10), pix_fmt="yuv420p10le", n_bits=10)
    rows, columns = np.mgrid[0:128, 0:160]
    pixels = np.stack([rows, 255 - rows, columns], axis=-1).astype(np.uint8)
    colour = av.VideoFrame.from_ndarray(pixels, format="bgr24").reformat(format="yuv420p10le")
    assert reader.read(grey) is not None
    assert reader.read(colour) is None
    assert reader.read(grey) is None


def test_a_flat_picture_does_not_decide() -> None:
    reader = DeepGreyReader()
    flat = frame_of(np.full((128, 160), 64, np.uint16), pix_fmt="yuv420p10le", n_bits=10)
    assert reader.read(flat) is None
    grey = frame_of(thermal_counts(0, n_bits=10) * 2, pix_fmt="yuv420p10le", n_bits=10)
    assert reader.read(grey) is not None
    assert reader.read(flat) is not None


def test_formats_are_told_apart_by_their_names() -> None:
    deep = ("gray10le", "gray16be", "yuv420p10le", "yuv422p12le", "p010le")
    assert all(is_deep_format(name) for name in deep)
    assert not any(is_deep_format(n) for n in ("gray", "yuv420p", "bgr24", "rgb48le", "nv12", None))


@pytest.mark.parametrize(
    ("suffix", "codec", "pix_fmt", "n_bits"),
    [
        (".mkv", "ffv1", "gray16le", 16),
        (".mov", "png", "gray16be", 16),
        (".avi", "ffv1", "gray16le", 16),
        (".mkv", "ffv1", "gray12le", 12),
        (".mkv", "ffv1", "yuv420p10le", 10),
        (".ts", "libx264", "gray10le", 10),
        (".ts", "libx264", "yuv420p10le", 10),
        (".ts", "libx265", "yuv420p12le", 12),
        (".mp4", "libx264", "yuv420p10le", 10),
    ],
)
def test_a_source_gives_the_counts_of_any_carriage(
    suffix: str, codec: str, pix_fmt: str, n_bits: int, tmp_path: Path
) -> None:
    options = {
        "libx264": {"qp": "0", "preset": "ultrafast"},
        "libx265": {"x265-params": "lossless=1:log-level=none", "preset": "ultrafast"},
    }.get(codec, {})
    path = tmp_path / f"clip{suffix}"
    write_deep_clip(path, n_frames=6, codec=codec, pix_fmt=pix_fmt, n_bits=n_bits, options=options)
    frames = [unit.frame for unit in units_of(path) if unit.frame is not None]
    assert len(frames) == 6
    for index, frame in enumerate(frames):
        np.testing.assert_array_equal(frame.pixels, thermal_counts(index, n_bits=n_bits))
        assert frame.is_discontinuous is False


def test_a_video_whose_codec_no_transport_stream_carries_is_recorded_for_viewing(
    tmp_path: Path,
) -> None:
    path = write_deep_clip(tmp_path / "clip.mkv", n_frames=45)
    source = open_source([path])
    units = list(source.units())
    recording = tmp_path / "recording.ts"
    recording.write_bytes(b"".join(unit.recorded for unit in units))
    with av.open(str(recording)) as container:
        assert container.streams.video[0].codec_context.name == "h264"
        shown = [
            (frame.to_ndarray(format="gray").astype(float), frame.pts)
            for frame in container.decode(video=0)
        ]
    frames = [unit.frame for unit in units if unit.frame is not None]
    assert [pts for _, pts in shown] == [
        source.recording_ticks(frame.video_time_us) for frame in frames
    ]
    for frame, (grey, _) in zip(frames, shown, strict=True):
        correlation = np.corrcoef(frame.pixels.ravel(), grey.ravel())[0, 1]
        assert correlation > 0.97
    source.close()
    again = b"".join(unit.recorded for unit in units_of(path))
    assert again == recording.read_bytes()
    assert b"".join(unit.recorded for unit in units_of(path, is_recorded=False)) == b""


def test_pictures_are_recorded_soon_after_they_come(tmp_path: Path) -> None:
    path = write_deep_clip(tmp_path / "clip.mkv", n_frames=90)
    units = units_of(path)
    n_bytes = np.cumsum([len(unit.recorded) for unit in units])
    assert n_bytes[60] > 0.5 * n_bytes[-1]


def test_only_what_was_asked_for_is_encoded(tmp_path: Path) -> None:
    path = write_deep_clip(tmp_path / "clip.mkv", n_frames=90)
    source = open_source([path], settings=SourceSettings(start_s=1.0, end_s=2.0))
    units = list(source.units())
    recording = tmp_path / "recording.ts"
    recording.write_bytes(b"".join(unit.recorded for unit in units))
    with av.open(str(recording)) as container:
        assert sum(1 for _ in container.decode(video=0)) == 30
    assert source.duration_s == pytest.approx(1.0, abs=2e-3)
    source.close()


def test_a_change_of_depth_is_a_discontinuity(tmp_path: Path) -> None:
    path = tmp_path / "clip.mkv"
    flat = np.full((128, 160), 64, np.uint16)
    with av.open(str(path), "w") as output:
        video = output.add_stream("ffv1", 30)
        video.width, video.height, video.pix_fmt = 160, 128, "yuv420p10le"
        for index in range(6):
            counts = flat if index < 3 else thermal_counts(index, n_bits=10) * 2
            frame = frame_of(counts, pix_fmt="yuv420p10le", n_bits=10)
            frame.pts, frame.time_base = index, Fraction(1, 30)
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
    frames = [unit.frame for unit in units_of(path) if unit.frame is not None]
    assert [frame.pixels.dtype for frame in frames] == [np.uint8] * 3 + [np.uint16] * 3
    assert [frame.is_discontinuous for frame in frames] == [False] * 3 + [True] + [False] * 2
