"""The recorder of a live mission: it takes the packets as they come, before anyone reads them."""

import re
import shutil
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from plainview.formats import TransportStreamRecorder
from plainview.formats.transport_packets import PACKET_BYTES, packet_rows, pids_of, starts_of
from plainview.model import Event, State

__all__ = ["LiveRecorder", "RollSettings", "recordings_in"]

_FLUSH_EVERY_S: Final = 0.5
_ROLLED: Final = re.compile(r"recording-(\d{3,})\.ts")
_ASSOCIATION_PID: Final = 0
_LEAST_FREE_BYTES: Final = 256 << 20
"""Below this much room the oldest files go, where they may: tables and videos need some too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RollSettings:
    """Whether the recording is cut into files, and how many of them are kept.

    Args:
        file_bytes: A file is ended at the first table behind this much; None means one file.
        kept_bytes: How much all files may take before the oldest goes; None keeps all.
    """

    file_bytes: int | None = None
    kept_bytes: int | None = None


def recordings_in(folder: Path) -> list[Path]:
    """Return the files of a recording in order; there are none before anything came."""
    whole = folder / "recording.ts"
    rolled = [path for path in folder.glob("recording-*.ts") if _ROLLED.fullmatch(path.name)]
    return ([whole] if whole.exists() else []) + sorted(rolled, key=_number)


class LiveRecorder:
    """A recording that two threads write: one what comes, one what we find in it.

    What an earlier run that was killed has recorded is kept, and the rest is written behind it.

    Args:
        folder: Where the file or the files are.
        roll: Whether it is cut, and what is kept.
        clock: Seconds, monotonic; says when a flush is due.
    """

    def __init__(
        self,
        folder: Path,
        *,
        roll: RollSettings | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._folder = folder
        self._roll = roll or RollSettings()
        self.n_bytes_before = sum(path.stat().st_size for path in recordings_in(folder))
        self._ticks: Callable[[int], int | None] = lambda _: None
        self._path, self._recorder = self._opened()
        self._events: list[Event] = []
        self._clock = clock
        self._flushed_s = clock()
        self._lock = threading.Lock()

    def stamp_by(self, ticks_from_video_time: Callable[[int], int | None]) -> None:
        """Say how our sets are stamped, once the source is open."""
        self._ticks = ticks_from_video_time

    def take_events(self) -> tuple[Event, ...]:
        """Return which files were removed since this was last asked."""
        with self._lock:
            events, self._events = tuple(self._events), []
            return events

    def take(self, packets: bytes) -> None:
        """Record what came, whole packets; within half a second it has left this process.

        Raises:
            DeviceError: They cannot be written.
        """
        with self._lock:
            for part in self._cut(packets):
                self._recorder.write(part)
            now_s = self._clock()
            if now_s - self._flushed_s >= _FLUSH_EVERY_S:
                self._recorder.flush()
                self._make_room()
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

    def _ticks_of(self, video_time_us: int) -> int | None:
        return self._ticks(video_time_us)

    def _opened(self) -> tuple[Path, TransportStreamRecorder]:
        """Open the one file behind what it has, or the next of several."""
        path, n_bytes = self._folder / "recording.ts", 0
        if self._roll.file_bytes is None:
            size = path.stat().st_size if path.exists() else 0
            n_bytes = size - size % PACKET_BYTES
        else:
            numbers = [_number(each) for each in recordings_in(self._folder)]
            path = self._folder / f"recording-{max(numbers, default=-1) + 1:03d}.ts"
        recorder = TransportStreamRecorder(
            path,
            ticks_from_video_time=self._ticks_of,
            state={"n_source_bytes": 0, "n_bytes": n_bytes, "continuity": 0} if n_bytes else None,
        )
        return path, recorder

    def _cut(self, packets: bytes) -> list[bytes]:
        """Begin another file where one is due and a table begins; return what goes into it."""
        limit = self._roll.file_bytes
        if limit is None or self._recorder.n_bytes < limit:
            return [packets]
        rows = packet_rows(packets)
        tables = np.flatnonzero((pids_of(rows) == _ASSOCIATION_PID) & starts_of(rows))
        if not len(tables):
            return [packets]
        at = int(tables[0]) * PACKET_BYTES
        if at:
            self._recorder.write(packets[:at])
        self._recorder.close()
        self._path, self._recorder = self._opened()
        return [packets[at:]]

    def _make_room(self) -> None:
        """Remove whole files, the oldest first, where that was asked for and there is need."""
        kept_bytes = self._roll.kept_bytes
        if kept_bytes is None:
            return
        for path in [each for each in recordings_in(self._folder) if each != self._path]:
            n_bytes = sum(each.stat().st_size for each in recordings_in(self._folder))
            is_full = shutil.disk_usage(self._folder).free < _LEAST_FREE_BYTES
            if n_bytes <= kept_bytes and not is_full:
                return
            if not path.with_suffix(".keep").exists():
                self._remove(path, is_full=is_full)

    def _remove(self, path: Path, *, is_full: bool) -> None:
        n_bytes = path.stat().st_size
        path.unlink()
        why = "the disk was full" if is_full else "only the newest are kept"
        self._events.append(
            Event(
                kind="recording_removed",
                what=f"{path.name} ({n_bytes / 1e6:.1f} MB) was removed: {why}.",
                details={"name": path.name, "bytes": n_bytes, "is_disk_full": is_full},
            )
        )


def _number(path: Path) -> int:
    found = _ROLLED.fullmatch(path.name)
    return -1 if found is None else int(found.group(1))
