"""The journal's videos for people: one a camera and kind, in parts that a kill leaves playable."""

import contextlib
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.formats.fragmented_video import FragmentedVideoWriter, n_frames_on_disk
from plainview.mission.journal import Journal
from plainview.model import Frame

__all__ = ["OVERLAY", "STABILISED", "VIDEO_KINDS", "VideoSink", "n_frames_in_video", "video_stem"]

OVERLAY: Final = "overlay"
STABILISED: Final = "stabilised"
VIDEO_KINDS: Final = (OVERLAY, STABILISED)
"""What the videos are named after: ``<kind>-<camera>.mp4``."""
VIDEO_SUFFIX: Final = ".mp4"


def video_stem(kind: str, camera: str) -> str:
    """Return what the parts of a video, and the video, are called before their numbers."""
    return f"{kind}-{camera}"


def n_frames_in_video(journal: Journal, kind: str, *, camera: str) -> int:
    """Return how many frames the parts of a video hold."""
    parts = journal.parts(video_stem(kind, camera), VIDEO_SUFFIX)
    return sum(n_frames_on_disk(part) for part in parts)


class VideoSink:
    """Writes the pictures of one kind; what earlier runs hold is not written again.

    Args:
        journal: Where the parts are.
        kind: One of `VIDEO_KINDS`.
        n_frames_kept: Frames that earlier parts hold, by camera.
    """

    def __init__(self, journal: Journal, kind: str, *, n_frames_kept: dict[str, int]) -> None:
        self._journal = journal
        self._kind = kind
        self._n_frames_kept = n_frames_kept
        self._writers: dict[str, FragmentedVideoWriter] = {}

    def has(self, frame: Frame) -> bool:
        """Say whether an earlier run has written this frame."""
        return frame.frame_index < self._n_frames_kept.get(frame.camera.name, 0)

    def write(self, frame: Frame, picture: npt.NDArray[np.uint8]) -> None:
        """Take the picture (H, W, 3) BGR of a frame that it does not have."""
        name = frame.camera.name
        if name not in self._writers:
            self._writers[name] = FragmentedVideoWriter(
                self._journal.next_part(video_stem(self._kind, name), VIDEO_SUFFIX),
                width_px=picture.shape[1],
                height_px=picture.shape[0],
                pixel_aspect_ratio=frame.camera.pixel_aspect_ratio,
            )
        self._writers[name].write(picture, video_time_us=frame.video_time_us)

    def close(self) -> None:
        """End every part, also where another could not be ended."""
        with contextlib.ExitStack() as stack:
            for writer in self._writers.values():
                stack.callback(writer.close)
