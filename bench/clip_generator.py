"""A 720p clip of any length for whole-process benches: ``python -m bench.clip_generator OUT``.

The drawn scene is flown once for a few seconds and then shown forth and back for as long as
is asked, so that motion stays smooth and the pictures need be drawn and compressed once. Each
frame has its metadata packet with a time stamp of its own, so packets and stamps never repeat.
"""

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from pathlib import Path
from typing import Final

import av
import numpy as np
import numpy.typing as npt

from bench.drawn_scene import Scenario, SceneDrawer, read_scenario
from plainview.formats.klv_muxer import KlvMuxer
from plainview.misb import KlvFramer, MetadataSet, amend_set, decode_packet
from plainview.model import KlvPayload
from plainview.twin import misp_stamp_us

__all__ = ["write_clip"]

TICKS_PER_SECOND: Final = 90_000
QUALITY: Final = 18
"""x264's constant rate factor: some 3 Mbit/s of this sea at 720p, as links carry."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class LoopFrame:
    """One frame of the loop, compressed.

    Args:
        access_unit: H.264, Annex B.
        is_key: Whether a decoder can begin with it.
        metadata: Its packet, decoded.
    """

    access_unit: bytes
    is_key: bool
    metadata: MetadataSet


def _scenario(size_px: tuple[int, int], rate_hz: int, loop_s: float) -> Scenario:
    rescue = read_scenario("rescue")
    camera = replace(rescue.camera, width_px=size_px[0], height_px=size_px[1])
    return replace(rescue, camera=camera, frames_per_s=float(rate_hz), duration_s=loop_s)


def _decoded(packet: bytes) -> MetadataSet:
    framer = KlvFramer()
    return decode_packet([*framer.feed(KlvPayload(stream=0, data=packet)), *framer.flush()][0])


def _there_and_back(n_frames: int) -> list[int]:
    return [*range(n_frames), *range(n_frames - 2, 0, -1)]


def _drawn(drawer: SceneDrawer) -> tuple[list[npt.NDArray[np.uint8]], list[MetadataSet]]:
    pictures, metadata = [], []
    for index in range(drawer.scenario.n_frames):
        drawer.advance(drawer.scenario.video_time_us(index))
        pictures.append(drawer.pixels(drawer.camera))
        metadata.append(_decoded(drawer.packet()))
    return pictures, metadata


def _compressed(
    pictures: list[npt.NDArray[np.uint8]], order: list[int], *, rate_hz: int, quality: float
) -> Iterator[tuple[bytes, bool]]:
    """Yield an access unit for each frame; the first of them is a key frame."""
    encoder = av.CodecContext.create("libx264", "w")
    encoder.height, encoder.width = pictures[0].shape
    encoder.pix_fmt = "yuv420p"
    encoder.framerate, encoder.time_base = Fraction(rate_hz), Fraction(1, rate_hz)
    encoder.options = {
        "preset": "veryfast",
        "crf": str(quality),
        "g": str(rate_hz),
        "bf": "0",
        "x264-params": "aud=1:scenecut=0",
    }
    for index, row in enumerate(order):
        frame = av.VideoFrame.from_ndarray(pictures[row], format="gray")
        picture = frame.reformat(format="yuv420p")
        picture.pts = index
        yield from ((bytes(packet), packet.is_keyframe) for packet in encoder.encode(picture))
    yield from ((bytes(packet), packet.is_keyframe) for packet in encoder.encode(None))


def _loop(scenario: Scenario, rate_hz: int, *, seed: int, quality: float) -> list[LoopFrame]:
    pictures, metadata = _drawn(SceneDrawer(scenario, seed))
    order = _there_and_back(len(pictures))
    return [
        LoopFrame(access_unit=access_unit, is_key=is_key, metadata=metadata[row])
        for (access_unit, is_key), row in zip(
            _compressed(pictures, order, rate_hz=rate_hz, quality=quality), order, strict=True
        )
    ]


def write_clip(
    path: Path,
    *,
    duration_s: float,
    width_px: int = 1280,
    height_px: int = 720,
    rate_hz: int = 30,
    loop_s: float = 8.0,
    seed: int = 1,
    quality: float = QUALITY,
) -> Path:
    """Write a transport stream with synchronous KLV and return its path."""
    scenario = _scenario((width_px, height_px), rate_hz, min(loop_s, duration_s))
    loop, muxer = _loop(scenario, rate_hz, seed=seed, quality=quality), KlvMuxer()
    start_us = misp_stamp_us(SceneDrawer(scenario, seed).true_view())
    n_frames = max(1, round(duration_s * rate_hz))
    with path.open("wb") as file:
        for index in range(n_frames):
            shown = loop[index % len(loop)]
            stamp_us = start_us + round(1e6 * index / rate_hz)
            pts = TICKS_PER_SECOND + round(TICKS_PER_SECOND * index / rate_hz)
            file.write(muxer.mux_klv(amend_set(shown.metadata, {2: stamp_us}), pts=pts))
            file.write(
                muxer.mux_picture(shown.access_unit, pts=pts, is_key=shown.is_key, time_us=stamp_us)
            )
    return path


if __name__ == "__main__":
    seconds = float(sys.argv[2]) if len(sys.argv) > 2 else 60.0
    print(write_clip(Path(sys.argv[1]), duration_s=seconds))
