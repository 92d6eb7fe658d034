"""When a recording was made, by its file and by its container."""

from dataclasses import dataclass
from pathlib import Path

import av

from plainview.formats.time_from_text import time_us_from_text

__all__ = ["FileTimes", "read_file_times"]


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTimes:
    """Times that stand beside the metadata; microseconds since 1970, None where there is none.

    Args:
        written_us: When the file was last written, by the clock of the machine that did.
        created_us: When the container says that it was made (MP4, MOV, Matroska).
    """

    written_us: int | None
    created_us: int | None


def read_file_times(path: Path) -> FileTimes:
    """Read the times of a file; what cannot be read is None."""
    try:
        written_us = path.stat().st_mtime_ns // 1000
    except OSError:
        return FileTimes(written_us=None, created_us=None)
    return FileTimes(written_us=written_us, created_us=_created_us(path))


def _created_us(path: Path) -> int | None:
    try:
        with av.open(str(path), metadata_errors="replace") as container:
            return time_us_from_text(container.metadata.get("creation_time", ""))
    except (av.FFmpegError, OSError, ValueError):
        return None
