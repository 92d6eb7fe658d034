"""The Units of several cameras that are read by a thread each, as one stream."""

import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from plainview.formats.source_camera import camera_order
from plainview.model import Unit

__all__ = ["CameraStream", "LiveMerge"]


@dataclass(frozen=True, slots=True, kw_only=True)
class CameraStream:
    """What one camera gives.

    Args:
        name: Of the camera.
        units: Begins to yield its Units, which is done in a thread of its own.
        end: Is called in that thread when they are over.
    """

    name: str
    units: Callable[[], Iterator[Unit]]
    end: Callable[[], None]


class LiveMerge:
    """Gives out Units as they come; no camera waits for another.

    Of those that wait, the earliest goes first. A camera whose video has stopped, or is late by
    itself, holds nothing up: what is in order within each camera is nearly so over all of them.

    Args:
        streams: The cameras.
    """

    def __init__(self, streams: Sequence[CameraStream]) -> None:
        self._waiting: dict[str, Unit] = {}
        self._n_running = len(streams)
        self._is_closed = False
        self._error: BaseException | None = None
        self._changed = threading.Condition()
        self._threads = [
            threading.Thread(target=self._run, args=(stream,), name=stream.name, daemon=True)
            for stream in streams
        ]

    def units(self) -> Iterator[Unit]:
        """Yield what comes, once.

        Raises:
            PlainviewError: Reading a camera ended in an error.
        """
        for thread in self._threads:
            thread.start()
        try:
            while (unit := self._next()) is not None:
                yield unit
        finally:
            self._stop()

    def close(self) -> None:
        """Take no more; what the cameras read must meet its end before."""
        self._stop()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def _stop(self) -> None:
        with self._changed:
            self._is_closed = True
            self._changed.notify_all()

    def _next(self) -> Unit | None:
        with self._changed:
            self._changed.wait_for(
                lambda: self._waiting or self._error or not self._n_running or self._is_closed
            )
            if self._error is not None:
                raise self._error
            if not self._waiting or self._is_closed:
                return None
            first = min(self._waiting, key=self._order)
            unit = self._waiting.pop(first)
            self._changed.notify_all()
            return unit

    def _order(self, name: str) -> tuple[int, tuple[int, str]]:
        frame = self._waiting[name].frame
        return -1 if frame is None else frame.video_time_us, camera_order(name)

    def _run(self, stream: CameraStream) -> None:
        error: BaseException | None = None
        try:
            for unit in stream.units():
                if not self._put(stream.name, unit):
                    break
        except BaseException as raised:  # handed to the reader of all, who raises it
            error = raised
        finally:
            stream.end()
            with self._changed:
                self._n_running -= 1
                self._error = self._error or error
                self._changed.notify_all()

    def _put(self, name: str, unit: Unit) -> bool:
        with self._changed:
            self._changed.wait_for(lambda: name not in self._waiting or self._is_closed)
            if self._is_closed:
                return False
            self._waiting[name] = unit
            self._changed.notify_all()
            return True
