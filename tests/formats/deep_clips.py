"""Thermal clips of more than 8 bits that the tests make for themselves."""

from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import numpy.typing as npt
from av.video.stream import VideoStream

Counts = npt.NDArray[np.uint16]


def thermal_counts(index: int, *, size: tuple[int, int] = (160, 128), n_bits: int = 16) -> Counts:
    """Return a noisy thermal scene that pans, with one hot thing that moves over it."""
    width, height = size
    rng = np.random.default_rng(index)
    y, x = np.mgrid[0:height, 0:width].astype(np.float64)
    x, y = x + index / 3, y + index / 5
    scene = 20_000 + 900 * np.sin(x / 9) + 700 * np.cos(y / 13) + 400 * np.sin((x + y) / 31)
    scene += rng.normal(0.0, 20.0, scene.shape)
    left, top = 30 + index % 100, 40 + index // 4
    scene[top : top + 5, left : left + 6] += 6_000
    return np.asarray(scene.astype(np.uint16) >> (16 - n_bits), np.uint16)


def write_deep_clip(
    path: Path,
    *,
    n_frames: int = 30,
    codec: str = "ffv1",
    pix_fmt: str = "gray16le",
    n_bits: int = 16,
    size: tuple[int, int] = (160, 128),
    options: dict[str, str] | None = None,
) -> Path:
    """Write thermal pictures, 30 frames a second; formats of colour get neutral colour."""
    with av.open(str(path), "w") as output:
        video = cast("VideoStream", output.add_stream(codec, 30, options or {}))
        video.width, video.height = size
        video.pix_fmt = pix_fmt
        for index in range(n_frames):
            counts = thermal_counts(index, size=size, n_bits=n_bits)
            frame = frame_of(counts, pix_fmt=pix_fmt, n_bits=n_bits)
            frame.pts, frame.time_base = index, Fraction(1, 30)
            output.mux(video.encode(frame))
        output.mux(video.encode(None))
    return path


def frame_of(counts: Counts, *, pix_fmt: str, n_bits: int) -> av.VideoFrame:
    """Return a frame whose grey is these counts, sample by sample."""
    if pix_fmt.endswith("be"):
        like = frame_of(counts, pix_fmt=f"{pix_fmt[:-2]}le", n_bits=n_bits)
        return like.reformat(format=pix_fmt)
    height, width = counts.shape
    frame = av.VideoFrame(width, height, pix_fmt)
    _fill(frame, 0, counts)
    for index in range(1, len(frame.planes)):
        plane = frame.planes[index]
        _fill(frame, index, np.full((plane.height, plane.width), 1 << (n_bits - 1), np.uint16))
    return frame


def _fill(frame: av.VideoFrame, index: int, counts: Counts) -> None:
    plane = frame.planes[index]
    rows = np.zeros((plane.buffer_size // plane.line_size, plane.line_size // 2), np.uint16)
    rows[: counts.shape[0], : counts.shape[1]] = counts
    plane.update(rows.tobytes())
