"""Room on the disk: estimated before the start, and said clearly when it runs out."""

import contextlib
import errno
import io
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from plainview.errors import DeviceError
from plainview.formats import InputSource
from plainview.mission.request import ProcessRequest

__all__ = ["check_disk_space", "estimate_needed_bytes", "translate_disk_errors"]

_FULL: Final = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG)
_VIDEO_BITS_PER_PIXEL: Final = 0.12
"""Of an H.264 video for people at the shipped setting; measured on the generated 720p clip."""
_RAW_BYTES_PER_PIXEL: Final = 1.2
"""Of a raw video whose noise takes five bits, and its parts beside it while they are joined."""
_TABLE_BYTES_PER_FRAME: Final = 2_000
_FIXED_BYTES: Final = 8 << 20


def estimate_needed_bytes(request: ProcessRequest, source: InputSource) -> int:
    """Return roughly how many bytes the mission folder will take.

    The recording is as large as what is read of the inputs; the videos follow from the
    picture's size and the number of frames, which is taken from the inputs' duration where it
    is known. So does the raw video of pictures of 16 bits.
    """
    n_input_bytes = sum(path.stat().st_size for path in request.inputs)
    recording = n_input_bytes * source.asked_fraction
    duration_s = source.duration_s
    if duration_s is None:
        return n_input_bytes * 2 + _FIXED_BYTES
    n_frames = duration_s * source.planned_rate_hz
    pixels = sum(camera.width_px * camera.height_px for camera in source.cameras)
    videos = n_frames * pixels * _VIDEO_BITS_PER_PIXEL / 8 * len(request.video_kinds)
    raw = n_frames * pixels * _RAW_BYTES_PER_PIXEL if source.is_deep else 0
    return int(recording + videos + raw + n_frames * _TABLE_BYTES_PER_FRAME) + _FIXED_BYTES


def check_disk_space(request: ProcessRequest, source: InputSource) -> None:
    """Refuse to start where the disk has too little room.

    Raises:
        DeviceError: There is less room than the estimate.
    """
    needed, free = estimate_needed_bytes(request, source), shutil.disk_usage(request.out).free
    if free < needed:
        raise DeviceError(
            where=str(request.out),
            what=f"has {free / 1e6:.0f} MB free, and about {needed / 1e6:.0f} MB are needed.",
            mend="Free some space, choose another disk, or leave the overlay out (--no-overlay).",
        )


@contextlib.contextmanager
def translate_disk_errors(path: Path) -> Iterator[None]:
    """Turn the operating system's errors about a full or failing disk into one of ours."""
    try:
        yield
    except io.UnsupportedOperation:
        raise  # our own mistake, not the disk's
    except OSError as error:
        if error.errno in _FULL:
            what = "the disk is full."
            mend = "Free some space, then run the same command: it goes on where it stopped."
        else:
            what = f"the disk failed ({error.strerror or error})."
            mend = "Check the disk and the folder's rights, then run the same command."
        raise DeviceError(where=str(error.filename or path), what=what, mend=mend) from error
