"""The recording: the source's transport packets as they came, and a stream of ours in it."""

from collections import deque
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO, Final

from plainview.errors import FormatError
from plainview.formats.pes_packets import packets_from_set
from plainview.formats.table_rewriter import TableRewriter
from plainview.formats.transport_packets import PACKET_BYTES
from plainview.formats.written_file import device_error
from plainview.model import State

__all__ = ["TransportStreamRecorder"]

_MAX_WAITING: Final = 4096
"""Payloads that may wait for the tables, which come several times a second."""


class TransportStreamRecorder:
    """Writes a recording: the source's packets pass through, our payloads go between them.

    A recording that was cut off goes on from a ``state``: the source is given again from its
    beginning, what had been recorded of it is read for its tables and not written again, and
    what the file holds beyond is written once more, with the same bytes.

    Args:
        path: The file; without a state it is made anew.
        ticks_from_video_time: Gives the 90 kHz stamp in the recording for a video time, such
            as ``FileSource.recording_ticks``; None from it drops the payload.
        state: What `state` returned before the cut; None begins.

    Raises:
        DeviceError: The file cannot be written.
        FormatError: The file is shorter than the state says.
    """

    def __init__(
        self,
        path: Path,
        *,
        ticks_from_video_time: Callable[[int], int | None],
        state: Mapping[str, object] | None = None,
    ) -> None:
        self._path = path
        self._ticks = ticks_from_video_time
        self._tables = TableRewriter()
        self._waiting: deque[tuple[int, bytes]] = deque(maxlen=_MAX_WAITING)
        self._n_source_bytes = 0
        self._n_skipped_bytes = _integer(state, "n_source_bytes")
        self._n_bytes = _integer(state, "n_bytes")
        self._continuity = _integer(state, "continuity")
        self._n_sets = _integer(state, "n_sets")
        self._file = self._open("wb" if state is None else "r+b")
        self._seek()

    @property
    def n_bytes(self) -> int:
        """How many bytes of the recording are written."""
        return self._n_bytes

    @property
    def n_waiting(self) -> int:
        """How many payloads wait for a table that announces them."""
        return len(self._waiting)

    def state(self) -> State:
        """Return what going on needs; what it counts has left this process when it returns."""
        self.flush()
        return {
            "n_source_bytes": max(self._n_source_bytes, self._n_skipped_bytes),
            "n_bytes": self._n_bytes,
            "continuity": self._continuity,
            "n_sets": self._n_sets,
        }

    def write(self, recorded: bytes) -> None:
        """Take the next bytes of the source, whole packets.

        Raises:
            DeviceError: They cannot be written.
        """
        if len(recorded) % PACKET_BYTES:
            raise ValueError(f"{len(recorded)} bytes are not whole transport packets")
        n_old_bytes = min(len(recorded), max(0, self._n_skipped_bytes - self._n_source_bytes))
        self._tables.rewrite(recorded[:n_old_bytes])
        self._n_source_bytes += len(recorded)
        if n_old_bytes < len(recorded):
            self._put(self._tables.rewrite(recorded[n_old_bytes:]))
            self._put_waiting()

    def write_vmti(self, video_time_us: int, payload: bytes) -> None:
        """Take one stand-alone KLV set of ours, stamped with its frame's time.

        Raises:
            DeviceError: It cannot be written.
        """
        ticks = self._ticks(video_time_us)
        if ticks is not None:
            self._waiting.append((ticks, payload))
            self._put_waiting()

    def flush(self) -> None:
        """Hand what is written to the operating system.

        Raises:
            DeviceError: It cannot be written.
        """
        try:
            self._file.flush()
        except OSError as error:
            raise device_error(self._path, error) from error

    def close(self) -> None:
        """Finish the recording; what a longer, cut-off file held beyond its end is removed.

        Raises:
            DeviceError: It cannot be written.
        """
        if self._file.closed:
            return
        try:
            self._file.truncate()
            self._file.close()
        except OSError as error:
            raise device_error(self._path, error) from error

    def _put_waiting(self) -> None:
        pid = self._tables.announced_pid
        if pid is None or self._n_source_bytes < self._n_skipped_bytes:
            return
        while self._waiting:
            ticks, payload = self._waiting.popleft()
            packets = packets_from_set(
                payload,
                pid=pid,
                pts=ticks,
                continuity=self._continuity,
                sequence=self._n_sets,
            )
            self._n_sets += 1
            self._continuity = (self._continuity + len(packets) // PACKET_BYTES) % 16
            self._put(packets)

    def _put(self, data: bytes) -> None:
        try:
            self._file.write(data)
        except OSError as error:
            raise device_error(self._path, error) from error
        self._n_bytes += len(data)

    def _seek(self) -> None:
        """Go to where the state left off."""
        if self._file.seek(0, 2) < self._n_bytes:
            self._file.close()
            raise FormatError(
                where=str(self._path),
                what=f"is shorter than the {self._n_bytes} bytes that were recorded.",
                mend="Process the footage again into a new folder.",
            )
        self._file.seek(self._n_bytes)

    def _open(self, mode: str) -> IO[bytes]:
        try:
            return self._path.open(mode)
        except OSError as error:
            raise device_error(self._path, error) from error


def _integer(state: Mapping[str, object] | None, name: str) -> int:
    value = 0 if state is None else state.get(name, 0)
    if not isinstance(value, int):
        raise TypeError(f"{name} of a recording's state is {value!r}, not an integer")
    return value
