"""A mission's recording, or any transport stream, out to a link, in time."""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from plainview.errors import InputError
from plainview.formats.link_address import parse_link
from plainview.formats.link_sender import open_sender
from plainview.formats.paced_stream import DuePackets, paced_packets
from plainview.mission.live_recorder import recordings_in

__all__ = ["Played", "play", "recordings_of"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """What was played.

    Args:
        path: What was played: a file or a mission folder.
        address: Where to, without what must not be told.
        n_bytes: How much.
        duration_s: How long it took on the stream's clock.
        late_s: By how much the latest packets were late.
    """

    path: Path
    address: str
    n_bytes: int
    duration_s: float
    late_s: float


def play(
    source: Path,
    to: str,
    *,
    speed: float = 1.0,
    on_sent: Callable[[int, float], None] | None = None,
) -> Played:
    """Send a recording in step with its own clock.

    The bytes are sent as they are: metadata, the source's and ours, go with the pictures.

    Args:
        source: A transport stream, or a mission folder with a ``recording.ts``.
        to: The link's address.
        speed: How much faster than its clock; 1 is in time.
        on_sent: Is told bytes and seconds as they go out.

    Raises:
        InputError: The source or the address cannot be used.
        DeviceError: The other side does not answer, or went away.
    """
    paths, address = recordings_of(source), parse_link(to)
    packets = _paced(paths)
    first = next(packets, None)
    sender = open_sender(address)
    n_bytes, late_s, due_s = 0, 0.0, 0.0
    began_s = time.monotonic()
    try:
        while first is not None:
            due_s = first.due_s
            ahead_s = began_s + due_s / speed - time.monotonic()
            if ahead_s > 0.0:
                time.sleep(ahead_s)
            late_s = max(late_s, -ahead_s)
            sender.send(first.packets, due_s=due_s)
            n_bytes += len(first.packets)
            if on_sent is not None:
                on_sent(n_bytes, due_s)
            first = next(packets, None)
    finally:
        sender.close()
    return Played(
        path=source, address=address.shown, n_bytes=n_bytes, duration_s=due_s, late_s=late_s
    )


def _paced(paths: list[Path]) -> Iterator[DuePackets]:
    """Yield the packets of files that follow each other, on one clock."""
    begins_s = last_s = 0.0
    for path in paths:
        for due in paced_packets(path):
            last_s = begins_s + due.due_s
            yield DuePackets(last_s, due.packets)
        begins_s = last_s


def recordings_of(source: Path) -> list[Path]:
    """Return the transport streams that are meant: a file, or the recording of a mission folder.

    Raises:
        InputError: The folder has none.
    """
    if not source.is_dir():
        return [source]
    for folder in (source, source / ".journal"):
        if found := recordings_in(folder):
            return found
    raise InputError(
        where=str(source),
        what="has no recording.ts.",
        mend="Give a mission folder that has one, or a transport stream.",
    )
