"""The head of what comes over a link: its videos, and how they are read on."""

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

import numpy as np

from plainview.errors import DeviceError, FormatError, InputError
from plainview.formats.container import VideoContainer, open_container
from plainview.formats.live_arrivals import begins_anew
from plainview.formats.live_feed import LiveFeed
from plainview.formats.source_camera import (
    SourceCamera,
    camera_name,
    cameras_of,
    check_camera_names,
    pairings_in,
    with_first_stamps,
)
from plainview.formats.transport_packets import PACKET_BYTES, packet_rows, pids_of, starts_of

__all__ = ["LiveHead", "cameras_of_head", "look_at_head", "wait_for_video"]

_FIRST_LOOK_BYTES: Final = 8 << 10
_MOST_HEAD_BYTES: Final = 64 << 20
"""Of a link whose video does not show itself: half a minute at 16 Mbit/s."""
_OTHERS_WITHIN_S: Final = 2.0
"""How long, once one video has begun, the others are waited for that are announced."""
_MOST_JOINING_BYTES: Final = 16 << 20
"""Of a video that comes later and does not show itself."""
_READ_BYTES: Final = 64 << 10


@dataclass(frozen=True, slots=True, kw_only=True)
class LiveHead:
    """What the head tells.

    Args:
        data: The head itself: of a camera that joins later, from the tables before it on.
        announced: The PIDs of all videos, in order.
        shown: Of those that can be decoded, the 33-bit stamp of the first packet; None where it
            has none.
        options: For the demuxer of each.
    """

    data: bytes
    announced: tuple[int, ...]
    shown: Mapping[int, int | None]
    options: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Seen:
    announced: tuple[int, ...]
    shown: Mapping[int, int | None]
    begins_at: int
    has_one_picture_each: bool

    @property
    def is_whole(self) -> bool:
        return set(self.announced) == set(self.shown)


def look_at_head(feed: LiveFeed) -> LiveHead:
    """Wait until the head of what comes tells the videos.

    The head is looked at again as it grows, so that no more is waited for than is needed. Where
    each PES packet holds one picture, the parser of the video library is left out: it holds a
    picture back until the one after has come, a whole frame on top of the one that the end of a
    PES packet costs. A video that is announced and does not come is hardly waited for: it may join
    later.

    Raises:
        InputError: What comes has no video that can be decoded.
        DeviceError: Nothing came until the link was closed.
    """
    n_bytes = 0
    while True:
        before = n_bytes
        head = feed.arrivals.peek(more_than=max(_FIRST_LOOK_BYTES, n_bytes + n_bytes // 8))
        n_bytes = len(head)
        is_last = n_bytes <= before or n_bytes > _MOST_HEAD_BYTES
        seen = _seen_in(head, name=feed.address.shown)
        if seen is not None:
            since_s, now_s = (feed.arrivals.arrived_s(at) for at in (seen.begins_at, n_bytes - 1))
            waited_s = (now_s or 0.0) - (since_s or 0.0)
            if seen.is_whole or is_last or waited_s > _OTHERS_WITHIN_S:
                return _head(head, seen)
        elif is_last:
            raise _no_video(feed, n_bytes)


def cameras_of_head(
    head: LiveHead, *, names: Sequence[str] | None, where: str, start_us: int
) -> tuple[SourceCamera, ...]:
    """Return the cameras that are looked at, on one clock; those that send come first.

    They are numbered as they are announced: a camera has its name whether another sends or not.

    Args:
        head: The head.
        names: The cameras that were asked for; None means all.
        where: The link, for errors.
        start_us: The video time of the first picture.

    Raises:
        InputError: A camera that was asked for is not there, or none of them sends.
    """
    pids = head.announced
    shown = {camera_name(number): pid for number, pid in enumerate(pids) if pid in head.shown}
    check_camera_names(where, names, [camera_name(number) for number in range(len(pids))])
    wanted = [name for name in shown if names is None or name in names]
    if not wanted:
        check_camera_names(where, names, list(shown))
    if len(pids) == 1:
        return (SourceCamera(),)
    cameras = cameras_of(pids, *pairings_in(head.data, pids), names=names)
    if len(cameras) == 1:
        return cameras
    first = (head.shown[shown[name]] for name in wanted)
    stamps = [stamp for stamp in first if stamp is not None]
    sending_first = sorted(cameras, key=lambda camera: camera.name not in shown)
    return with_first_stamps(_giving_in_order(sending_first), stamps, start_us=start_us)


def _giving_in_order(cameras: Sequence[SourceCamera]) -> tuple[SourceCamera, ...]:
    """Return cameras of which the first that has a KLV stream gives it out."""
    given: set[int] = set()
    ordered: list[SourceCamera] = []
    for camera in cameras:
        own = camera.choice.klv
        gives = None if own is None and not ordered else (own or frozenset()) - given
        ordered.append(replace(camera, given=gives))
        given |= own or frozenset()
    return tuple(ordered)


def wait_for_video(
    read: Callable[[int], bytes], *, pid: int, name: str
) -> tuple[LiveHead | None, int]:
    """Read on until a video that has not come yet can be decoded.

    Args:
        read: Returns the next bytes, whole packets; none at the end.
        pid: The video.
        name: Of the link.

    Returns:
        The head that it begins with, None where it never came; and at which byte of what was read
        that begins, or how much of the video came where it could not be decoded.
    """
    held, begins_at, looked_at, n_lost = b"", 0, 0, 0
    while data := read(_READ_BYTES):
        held += data
        rows = packet_rows(held[: len(held) // PACKET_BYTES * PACKET_BYTES])
        pids = pids_of(rows)
        n_old = 0
        if not (pids == pid).any():
            tables = np.flatnonzero(pids == 0)
            n_old = int(tables[-2]) * PACKET_BYTES if len(tables) > 1 else 0
        elif len(held) > looked_at + max(_FIRST_LOOK_BYTES, looked_at // 8):
            looked_at = len(held)
            seen = _seen_in(held, name=name)
            if seen is not None and pid in seen.shown:
                return _head(held, seen), begins_at
        if len(held) > _MOST_JOINING_BYTES:
            n_lost += int(np.count_nonzero(pids == pid))
            n_old, looked_at = len(rows) * PACKET_BYTES, 0
        held, begins_at = held[n_old:], begins_at + n_old
    rows = packet_rows(held[: len(held) // PACKET_BYTES * PACKET_BYTES])
    return None, n_lost + int(np.count_nonzero(pids_of(rows) == pid))


def _head(head: bytes, seen: _Seen) -> LiveHead:
    options = {"probesize": str(max(32, len(head))), "analyzeduration": "0"}
    return LiveHead(
        data=head,
        announced=seen.announced,
        shown=seen.shown,
        options={**options, "fflags": "noparse"} if seen.has_one_picture_each else options,
    )


def _seen_in(head: bytes, *, name: str) -> _Seen | None:
    """Return what a head shows; None without any video."""
    if not head:
        return None
    try:
        container = open_container(
            io.BytesIO(head), path=Path(name), head=head, format_name="mpegts"
        )
    except (FormatError, InputError):
        return None
    try:
        return _seen(container, head)
    finally:
        container.close()


def _seen(container: VideoContainer, head: bytes) -> _Seen:
    shown: dict[int, int | None] = {int(video.id): None for video in container.videos}
    n_pictures = dict.fromkeys(shown, 0)
    begins_at: int | None = None
    for packet in container.packets():
        pid = int(packet.stream.id)
        if pid not in shown or not packet.size:
            continue
        if not n_pictures[pid]:
            shown[pid] = packet.dts if packet.pts is None else packet.pts
        n_pictures[pid] += 1
        if begins_at is None and begins_anew(packet):
            begins_at = packet.pos
    rows = packet_rows(head)
    starts = pids_of(rows)[starts_of(rows)]
    return _Seen(
        announced=tuple(int(each.id) for each in container.streams if each.type == "video"),
        shown=shown,
        begins_at=begins_at or 0,
        has_one_picture_each=all(
            abs(n - int(np.count_nonzero(starts == pid))) <= 1 for pid, n in n_pictures.items()
        ),
    )


def _no_video(feed: LiveFeed, n_bytes: int) -> InputError | DeviceError:
    if n_bytes:
        return InputError(
            where=feed.address.shown,
            what=f"sends a transport stream without video that can be decoded ({n_bytes} bytes"
            " were looked at).",
            mend="Let the encoder repeat its parameter sets (SPS and PPS, or a sequence header)"
            " with each key picture; the recording holds what came.",
        )
    why = feed.status().why
    return DeviceError(
        where=feed.address.shown,
        what=f"nothing came{f': it {why}' if why else '.'}",
        mend="Start the sender, or look at address, port and firewall.",
    )
