"""The recorder of a live mission: it takes the packets as they come, before anyone reads them."""

import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Final

from plainview.formats import TransportStreamRecorder
from plainview.formats.transport_packets import PACKET_BYTES
from plainview.model import State

__all__ = ["LiveRecorder"]

_FLUSH_EVERY_S: Final = 0.5


class LiveRecorder:
    """A recording that two threads write: one what comes, one what we find in it.

    What an earlier run that was killed has recorded is kept, and the rest is written behind it.

    Args:
        path: The file.
        clock: Seconds, monotonic; says when a flush is due.
    """

    def __init__(self, path: Path, *, clock: Callable[[], float] = time.monotonic) -> None:
        self.n_bytes_before = _whole_bytes(path)
        self._ticks: Callable[[int], int | None] = lambda _: None
        self._recorder = TransportStreamRecorder(
            path,
            ticks_from_video_time=self._ticks_of,
            state={"n_source_bytes": 0, "n_bytes": self.n_bytes_before, "continuity": 0}
            if self.n_bytes_before
            else None,
        )
        self._clock = clock
        self._flushed_s = clock()
        self._lock = threading.Lock()

    def stamp_by(self, ticks_from_video_time: Callable[[int], int | None]) -> None:
        """Say how our sets are stamped, once the source is open."""
        self._ticks = ticks_from_video_time

    def _ticks_of(self, video_time_us: int) -> int | None:
        return self._ticks(video_time_us)

    def take(self, packets: bytes) -> None:
        """Record what came, whole packets; within half a second it has left this process.

        Raises:
            DeviceError: They cannot be written.
        """
        with self._lock:
            self._recorder.write(packets)
            now_s = self._clock()
            if now_s - self._flushed_s >= _FLUSH_EVERY_S:
                self._recorder.flush()
                self._flushed_s = now_s

    def write(self, recorded: bytes) -> None:
        """Do nothing: what came was recorded when it came."""

    def write_vmti(self, video_time_us: int, payload: bytes) -> None:
        """Take one stand-alone KLV set of ours, stamped with its frame's time."""
        with self._lock:
            self._recorder.write_vmti(video_time_us, payload)

    def flush(self) -> None:
        """Hand what is written to the operating system."""
        with self._lock:
            self._recorder.flush()

    def state(self) -> State:
        """Return how far it is; nothing is replayed from a link."""
        with self._lock:
            return self._recorder.state()

    def close(self) -> None:
        """Finish the recording."""
        with self._lock:
            self._recorder.close()


def _whole_bytes(path: Path) -> int:
    """Return how much of a recording is whole packets; 0 where there is none."""
    size = path.stat().st_size if path.exists() else 0
    return size - size % PACKET_BYTES
