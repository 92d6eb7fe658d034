"""Clips and transport streams that the tests make for themselves."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import cast

import av
import numpy as np
import numpy.typing as npt
from av.video.stream import VideoStream

LABEL = bytes.fromhex("060e2b34020b01010e01030101000000")
"""The universal label of ST 0601."""


def klv_packet(n: int, *, n_bytes: int = 60) -> bytes:
    """Return a KLV packet with a readable frame around bytes of no meaning."""
    body = bytes([n % 256, n // 256]) * (n_bytes // 2)
    return LABEL + bytes([0x82]) + len(body).to_bytes(2) + body


def picture(index: int, *, width: int = 160, height: int = 120) -> npt.NDArray[np.uint8]:
    """Return a grey ramp with a square that moves."""
    rows, columns = np.mgrid[0:height, 0:width]
    pixels = ((rows + columns) % 200).astype(np.uint8)
    pixels[20:40, 10 + index % 80 : 30 + index % 80] = 255
    return np.repeat(pixels[:, :, np.newaxis], 3, axis=2)


def write_clip(
    path: Path,
    *,
    n_frames: int = 30,
    codec: str = "libx264",
    format_name: str | None = None,
    klv: Iterable[tuple[int, bytes]] = (),
    size: tuple[int, int] = (160, 120),
    options: dict[str, str] | None = None,
    pix_fmt: str = "yuv420p",
    first_pts: int = 0,
    container_options: dict[str, str] | None = None,
) -> Path:
    """Write a short clip, 30 frames a second, with KLV at the given 90 kHz ticks."""
    with av.open(str(path), "w", format=format_name, options=container_options or {}) as output:
        video = cast("VideoStream", output.add_stream(codec, 30, options or {"g": "10"}))
        video.width, video.height = size
        video.pix_fmt = pix_fmt
        data = output.add_data_stream("klv") if klv else None
        packets = list(klv)
        for index in range(n_frames):
            frame = av.VideoFrame.from_ndarray(
                picture(index, width=size[0], height=size[1]), format="bgr24"
            )
            frame.pts = index + first_pts // 3000
            frame.time_base = Fraction(1, 30)
            output.mux(video.encode(frame))
            while data is not None and packets and packets[0][0] <= index * 3000:
                ticks, payload = packets.pop(0)
                packet = av.Packet(payload)
                packet.pts = packet.dts = ticks + first_pts
                packet.time_base = Fraction(1, 90_000)
                packet.stream = data
                output.mux(packet)
        output.mux(video.encode(None))
    return path


def write_pictures(path: Path, pictures: Sequence[npt.NDArray[np.uint8]]) -> Path:
    """Write pictures (H, W, 3) BGR, 30 a second."""
    with av.open(str(path), "w") as output:
        video = output.add_stream("libx264", 30, {"g": "10", "crf": "15"})
        video.height, video.width = pictures[0].shape[:2]
        for pixels in pictures:
            output.mux(video.encode(av.VideoFrame.from_ndarray(pixels, format="bgr24")))
        output.mux(video.encode(None))
    return path
