"""A file for a muxer that never fails it, and tells later why it could not be written."""

import io
from pathlib import Path

from plainview.formats.written_file import device_error

__all__ = ["CarefulFile"]


class CarefulFile:
    """A file for the muxer that never fails it: FFmpeg's can crash on a write that fails.

    The first failure is kept, what comes after it is dropped, and `check` raises it.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file = io.FileIO(path, "w")
        self._error: OSError | None = None

    def write(self, data: bytes) -> int:
        """Write as much as can be; say that it was all."""
        n_written = 0
        while self._error is None and n_written < len(data):
            try:
                n_written += self._file.write(memoryview(data)[n_written:])
            except OSError as error:
                self._error = error
        return len(data)

    def check(self) -> None:
        """Raise what failed.

        Raises:
            DeviceError: Something could not be written.
        """
        if self._error is not None:
            raise device_error(self._path, self._error) from self._error

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()
