"""Bytes that wait on the disk: written at one end, read at the other, gone when closed."""

import tempfile
from pathlib import Path
from typing import IO

from plainview.errors import DeviceError

__all__ = ["DiskQueue"]


class DiskQueue:
    """A file without a name that holds what does not fit into memory; made when it is needed.

    Args:
        folder: On which disk.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._file: IO[bytes] | None = None
        self._n_written = 0
        self._n_read = 0

    def __len__(self) -> int:
        return self._n_written - self._n_read

    def put(self, data: bytes) -> None:
        """Take the next bytes.

        Raises:
            DeviceError: They cannot be written.
        """
        try:
            if self._file is None:
                # Closed by `close`, or with the process: it has no name that could be left over.
                self._file = tempfile.TemporaryFile(dir=self._folder)  # noqa: SIM115
            self._file.seek(self._n_written)
            self._file.write(data)
        except OSError as error:
            raise self._failed(error) from error
        self._n_written += len(data)

    def take(self, n_bytes: int) -> bytes:
        """Return the oldest bytes, at most so many; what is read is given back to the disk.

        Raises:
            DeviceError: They cannot be read.
        """
        if self._file is None or not len(self):
            return b""
        try:
            self._file.seek(self._n_read)
            data = self._file.read(min(n_bytes, len(self)))
            self._n_read += len(data)
            if not len(self):
                self._file.seek(0)
                self._file.truncate()
                self._n_written = self._n_read = 0
        except OSError as error:
            raise self._failed(error) from error
        return data

    def close(self) -> None:
        """Give the room back."""
        if self._file is not None:
            self._file.close()
            self._file = None
        self._n_written = self._n_read = 0

    def _failed(self, error: OSError) -> DeviceError:
        return DeviceError(
            where=str(self._folder),
            what=f"what came and waits cannot be held on this disk ({error.strerror or error}).",
            mend="Free some space, or let late frames be dropped (without --no-drop).",
        )
