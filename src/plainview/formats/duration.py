"""How long an input is, before it is read: as its container says, or by its first and last PTS."""

from fractions import Fraction
from pathlib import Path
from typing import BinaryIO, Final

import numpy as np

from plainview.formats.input_file import open_input
from plainview.formats.pes_packets import pts_of_packet
from plainview.formats.source_reader import SourceReader
from plainview.formats.transport_packets import PacketAligner, packet_rows, pids_of, starts_of
from plainview.formats.video_clock import PTS_WRAP

__all__ = ["read_duration_s"]

_TICKS_PER_SECOND: Final = 90_000
_CHUNK_BYTES: Final = 1 << 19
_MAX_SEARCHED_BYTES: Final = 1 << 24
"""How much of each end of a transport stream is looked through for a picture with a stamp."""
_MIDDLES: Final = (0.25, 0.5, 0.75)
_DEFAULT_RATE_HZ: Final = 25


def read_duration_s(path: Path, reader: SourceReader) -> float | None:
    """Return how long the video of an input lasts, in seconds.

    Args:
        path: The input.
        reader: The input, opened; what it reads is not touched.

    Returns:
        The time from the first picture to the end of the last; None where the container does
        not say, and where the clock of a transport stream begins anew on the way.
    """
    container = reader.container
    if not container.is_transport_stream:
        return container.duration_s
    rate_hz = Fraction(container.video.average_rate or _DEFAULT_RATE_HZ)
    with open_input(path) as file:
        n_ticks = _EndsOfStream(file, pid=container.video.id).n_ticks()
    return None if n_ticks is None else n_ticks / _TICKS_PER_SECOND + float(1 / rate_hz)


class _EndsOfStream:
    """The stamps of one PID at both ends of a transport stream, and here and there between."""

    def __init__(self, file: BinaryIO, *, pid: int) -> None:
        self._file = file
        self._pid = pid
        self._n_bytes = file.seek(0, 2)

    def n_ticks(self) -> int | None:
        """Return the ticks from the first picture to the last; None where that is not known."""
        first, last = self._stamps_near(0, step=1), self._stamps_near(self._n_bytes, step=-1)
        if not first or not last:
            return None
        begin = first[0] + min(_difference(stamp, first[0]) for stamp in first)
        end = last[0] + max(_difference(stamp, last[0]) for stamp in last)
        middles = [self._stamps_at(int(self._n_bytes * share)) for share in _MIDDLES]
        if any(_steps_back(stamps) for stamps in (first, *middles, last)):
            return None
        places = [0, *((stamps[0] - begin) % PTS_WRAP for stamps in middles if stamps)]
        places.append((end - begin) % PTS_WRAP)
        return places[-1] if places == sorted(places) else None

    def _stamps_near(self, place: int, *, step: int) -> list[int]:
        """Return the stamps of the first chunk that has any, going on in one direction."""
        for n_bytes in range(0, min(self._n_bytes, _MAX_SEARCHED_BYTES), _CHUNK_BYTES):
            begin = place + n_bytes if step > 0 else place - n_bytes - _CHUNK_BYTES
            stamps = self._stamps_at(begin)
            if stamps:
                return stamps
        return []

    def _stamps_at(self, place: int) -> list[int]:
        self._file.seek(max(0, place))
        data = self._file.read(_CHUNK_BYTES + min(0, place))
        stamps = []
        for run in PacketAligner().feed(data, is_end=True):
            rows = packet_rows(run.packets)
            for row in np.flatnonzero((pids_of(rows) == self._pid) & starts_of(rows)):
                stamp = pts_of_packet(rows[row].tobytes())
                if stamp is not None:
                    stamps.append(stamp)
        return stamps


def _steps_back(stamps: list[int]) -> bool:
    """Say whether stamps in file order go back by more than pictures out of order do."""
    latest = 0
    for difference in (_difference(stamp, stamps[0]) for stamp in stamps):
        if latest - difference > _TICKS_PER_SECOND:
            return True
        latest = max(latest, difference)
    return False


def _difference(stamp: int, other: int) -> int:
    """Return how far a 33-bit stamp lies after another, below 0 where it lies before."""
    half = PTS_WRAP // 2
    return (stamp - other + half) % PTS_WRAP - half
