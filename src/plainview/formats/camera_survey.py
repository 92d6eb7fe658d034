"""The cameras of a transport stream with several videos: their rates, and how they go together."""

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.formats.source_camera import find_cameras
from plainview.formats.source_reader import SourceReader, open_reader
from plainview.formats.transport_reader import VideoChoice
from plainview.formats.video_clock import PTS_WRAP

__all__ = ["CameraSummary", "survey_cameras"]

_TICKS_PER_SECOND: Final = 90_000
_MOST_BYTES: Final = 64 << 20
_MOST_PICTURES: Final = 1_500
"""Of each camera: a minute of 25 a second."""

Stamps = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraSummary:
    """One camera, from the beginning of its stream.

    Args:
        name: As the mission will call it.
        stream: The PID of its video.
        width_px: Of its pictures.
        height_px: Of its pictures.
        rate_hz: Pictures a second; None for fewer than two.
        starts_after_s: How long after the first picture of any camera its first is.
        metadata_streams: The KLV streams that are read as its own.
        metadata_by: What said so: ``program``, ``descriptor``, ``order`` or ``shared``; None
            without metadata.
        same_stamp_fraction: How many of its pictures have the stamp of one of the first
            camera's, where both send; 1 is synchronous to the frame. None where they never do.
    """

    name: str
    stream: int
    width_px: int
    height_px: int
    rate_hz: float | None
    starts_after_s: float | None
    metadata_streams: tuple[int, ...]
    metadata_by: str | None
    same_stamp_fraction: float | None


def survey_cameras(path: Path) -> tuple[CameraSummary, ...]:
    """Return the cameras of a transport stream with several videos; nothing of any other input.

    No more than its beginning is read, and no picture decoded.

    Raises:
        InputError: It cannot be read, or has no video.
    """
    with contextlib.closing(open_reader(path)) as reader:
        cameras = find_cameras(path, reader, names=None)
        sizes = {int(video.id): (video.width, video.height) for video in reader.container.videos}
    if len(cameras) < 2:
        return ()
    choice = VideoChoice(
        pid=cameras[0].choice.pid, others=cameras[0].choice.others, is_recorded=False
    )
    with contextlib.closing(open_reader(path, choice=choice)) as reader:
        stamps = _stamps(reader, n_videos=len(cameras))
    first = min((int(each[0]) for each in stamps.values()), default=0)
    reference = stamps.get(_pid(cameras[0].choice), np.zeros(0, np.int64))
    summaries = []
    for camera in cameras:
        pid = _pid(camera.choice)
        own = stamps.get(pid, np.zeros(0, np.int64))
        pairing = camera.pairing
        summaries.append(
            CameraSummary(
                name=camera.name,
                stream=pid,
                width_px=sizes[pid][0],
                height_px=sizes[pid][1],
                rate_hz=_rate_hz(own),
                starts_after_s=(int(own[0]) - first) / _TICKS_PER_SECOND if len(own) else None,
                metadata_streams=() if pairing is None else pairing.klv,
                metadata_by=None if pairing is None or pairing.by is None else pairing.by.value,
                same_stamp_fraction=_same_fraction(own, reference),
            )
        )
    return tuple(summaries)


def _pid(choice: VideoChoice) -> int:
    return -1 if choice.pid is None else choice.pid


def _stamps(reader: SourceReader, *, n_videos: int) -> dict[int, Stamps]:
    """Return the stamps of the pictures at the beginning, unwrapped, in order, by PID."""
    found: dict[int, list[int]] = {}
    near: int | None = None
    for packet in reader.packets():
        if not packet.size or packet.pts is None:
            continue
        near = packet.pts if near is None else near
        half = PTS_WRAP // 2
        near += (packet.pts - near + half) % PTS_WRAP - half
        found.setdefault(int(packet.stream.id), []).append(near)
        is_enough = len(found) == n_videos and min(map(len, found.values())) >= _MOST_PICTURES
        if is_enough or reader.n_bytes_read > _MOST_BYTES:
            break
    return {pid: np.sort(np.array(stamps, np.int64)) for pid, stamps in found.items()}


def _rate_hz(stamps: Stamps) -> float | None:
    span = int(stamps[-1] - stamps[0]) if len(stamps) > 1 else 0
    return (len(stamps) - 1) * _TICKS_PER_SECOND / span if span else None


def _same_fraction(own: Stamps, reference: Stamps) -> float | None:
    """Return how many stamps are among others, of those that lie between their ends."""
    if not len(own) or not len(reference):
        return None
    both = own[(own >= reference[0]) & (own <= reference[-1])]
    return float(np.mean(np.isin(both, reference))) if len(both) else None
