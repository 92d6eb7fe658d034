"""The journal's raw videos: the 16 bits of each camera that has them, in parts."""

import contextlib
from collections.abc import Mapping
from typing import Any, Final

import numpy as np

from plainview.formats.raw_video import RawCodec, RawVideoWriter, last_raw_time_ms, raw_time_ms
from plainview.mission.journal import Journal
from plainview.model import Frame, State

__all__ = ["RawSink", "are_raw_videos_reached"]

_SUFFIX: Final = ".mkv"
_MAX_PART_MS: Final = 60_000
"""Parts are short, so that the end of the last is found soon."""


class RawSink:
    """Writes pictures of 16 bits; what earlier runs hold is not written again.

    Args:
        journal: Where the parts are.
        codec: How they are packed.
    """

    def __init__(self, journal: Journal, *, codec: RawCodec = RawCodec.FFV1) -> None:
        self._journal = journal
        self._codec = codec
        self._writers: dict[str, RawVideoWriter] = {}
        self._first_ms: dict[str, int] = {}
        self._kept_ms: dict[str, int] = {}
        self._last_ms: dict[str, int] = {}

    def write(self, frame: Frame) -> None:
        """Take one frame; one of 8 bits ends the part of its camera."""
        name, time_ms = frame.camera.name, raw_time_ms(frame.video_time_us)
        if frame.pixels.dtype != np.uint16:
            self._end_part(name)
            return
        self._last_ms[name] = time_ms
        if time_ms <= self._kept(name):
            return
        height_px, width_px = frame.pixels.shape[:2]
        writer = self._writer(name, (width_px, height_px), time_ms)
        counts = np.asarray(frame.pixels, np.uint16)
        writer.write(counts, video_time_us=frame.video_time_us)

    def state(self) -> State:
        """Return the stamp of each camera's last picture."""
        return dict(self._last_ms)

    def restore(self, state: Mapping[str, Any]) -> None:
        """Go on from what `state` returned."""
        self._last_ms = {name: int(last_ms) for name, last_ms in state.items()}

    def close(self) -> None:
        """End every part, also where another could not be ended."""
        with contextlib.ExitStack() as stack:
            for writer in self._writers.values():
                stack.callback(writer.close)

    def _kept(self, name: str) -> int:
        if name not in self._kept_ms:
            self._kept_ms[name] = _last_ms_on_disk(self._journal, name)
        return self._kept_ms[name]

    def _writer(self, name: str, size_px: tuple[int, int], time_ms: int) -> RawVideoWriter:
        """Return the part that is written; a new one for another size, or after a minute."""
        writer = self._writers.get(name)
        if writer is not None and (
            writer.size_px != size_px or time_ms - self._first_ms[name] >= _MAX_PART_MS
        ):
            self._end_part(name)
            writer = None
        if writer is None:
            path = self._journal.next_part(_stem(name), _SUFFIX)
            writer = RawVideoWriter(path, codec=self._codec)
            self._writers[name], self._first_ms[name] = writer, time_ms
        return writer

    def _end_part(self, name: str) -> None:
        writer = self._writers.pop(name, None)
        if writer is not None:
            writer.close()


def are_raw_videos_reached(journal: Journal, state: Mapping[str, Any]) -> bool:
    """Say whether the journal holds every picture that it held in a state of `RawSink`."""
    return all(_last_ms_on_disk(journal, name) >= last_ms for name, last_ms in state.items())


def _last_ms_on_disk(journal: Journal, name: str) -> int:
    """Return the stamp of the last whole picture of a camera; -1 for none."""
    for part in reversed(journal.parts(_stem(name), _SUFFIX)):
        last_ms = last_raw_time_ms(part)
        if last_ms >= 0:
            return last_ms
    return -1


def _stem(name: str) -> str:
    return f"raw-{name}"
