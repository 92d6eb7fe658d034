"""Which metadata belong to which video, where a transport stream has several videos."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from plainview.formats.program_tables import AnnouncedStream, ProgramMapTable

__all__ = ["KlvPairing", "PairedBy", "pair_klv"]

_POINTER_TAG = 0x25
_METADATA_TAG = 0x26


class PairedBy(StrEnum):
    """What said which metadata belong to a video."""

    PROGRAM = "program"
    """It is the only video of their program."""
    DESCRIPTOR = "descriptor"
    """A metadata pointer of the video names their service."""
    ORDER = "order"
    """As many KLV streams as videos in one program: first to first, by PID."""
    SHARED = "shared"
    """One KLV stream for several videos, and nothing says which."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KlvPairing:
    """The metadata of one video.

    Args:
        video: Its PID.
        klv: The PIDs of its KLV streams.
        by: What said so; None where it has none.
    """

    video: int
    klv: tuple[int, ...] = ()
    by: PairedBy | None = None


def pair_klv(
    videos: Sequence[int], klv: Sequence[int], tables: Iterable[ProgramMapTable]
) -> tuple[KlvPairing, ...]:
    """Return the metadata of each video, in the order of the videos.

    A KLV stream is of the videos of its program. Among several, the descriptors tell; then the
    order of the PIDs, where there are as many as videos; a single one serves all. Where none of
    these tells, a stream is of no video: a field of view of another camera is worse than none.

    Args:
        videos: PIDs of the videos that are looked at.
        klv: PIDs of the KLV streams.
        tables: The programs' maps.

    Source:
        ISO/IEC 13818-1, 2.6.58 (metadata pointer descriptor), 2.6.60 (metadata descriptor).
    """
    programs = tuple(tables)
    groups: dict[tuple[int, ...], list[int]] = {}
    for pid in sorted(klv):
        groups.setdefault(_videos_beside(pid, videos, programs), []).append(pid)
    found: dict[int, list[int]] = {pid: [] for pid in videos}
    by: dict[int, PairedBy] = {}
    for beside, pids in groups.items():
        for video, pid, how in _pairs(beside, pids, programs):
            found[video].append(pid)
            by[video] = how
    return tuple(
        KlvPairing(video=pid, klv=tuple(sorted(found[pid])), by=by.get(pid)) for pid in videos
    )


def _videos_beside(
    pid: int, videos: Sequence[int], programs: Sequence[ProgramMapTable]
) -> tuple[int, ...]:
    """Return the videos of a KLV stream's program; all videos where its program has none."""
    beside: set[int] = set()
    for program in programs:
        pids = {stream.pid for stream in program.streams}
        if pid in pids:
            beside |= pids & set(videos)
    return tuple(video for video in sorted(videos) if video in beside or not beside)


def _pairs(
    videos: tuple[int, ...], klv: list[int], programs: Sequence[ProgramMapTable]
) -> list[tuple[int, int, PairedBy]]:
    if len(videos) == 1:
        return [(videos[0], pid, PairedBy.PROGRAM) for pid in klv]
    pointed = _pointed(videos, klv, programs)
    if pointed:
        return [(video, pid, PairedBy.DESCRIPTOR) for video, pid in pointed]
    if len(klv) == 1:
        return [(video, klv[0], PairedBy.SHARED) for video in videos]
    if len(klv) == len(videos):
        return [(video, pid, PairedBy.ORDER) for video, pid in zip(videos, klv, strict=True)]
    return []


def _pointed(
    videos: tuple[int, ...], klv: list[int], programs: Sequence[ProgramMapTable]
) -> list[tuple[int, int]]:
    """Return video and KLV stream where descriptors tell of every KLV stream; else nothing."""
    streams = {stream.pid: stream for program in programs for stream in program.streams}
    services = {
        tag: {pid: _services(streams[pid], tag) for pid in pids if pid in streams}
        for tag, pids in ((_POINTER_TAG, videos), (_METADATA_TAG, klv))
    }
    of_klv = [each for pid in klv for each in services[_METADATA_TAG].get(pid, ())]
    if len(set(of_klv)) != len(klv):
        return []
    pairs = [
        (video, pid)
        for pid in klv
        for video in videos
        if services[_POINTER_TAG].get(video, set()) & services[_METADATA_TAG].get(pid, set())
    ]
    return pairs if {pid for _, pid in pairs} == set(klv) else []


def _services(stream: AnnouncedStream, tag: int) -> set[int]:
    """Return the metadata service ids of a stream's descriptors of one kind."""
    found, data = set[int](), stream.descriptors
    while len(data) >= 2:
        n_bytes = data[1]
        body, kind, data = data[2 : 2 + n_bytes], data[0], data[2 + n_bytes :]
        place = 6 if body[:2] == b"\xff\xff" else 2
        place += 5 if body[place : place + 1] == b"\xff" else 1
        if kind == tag and place < len(body):
            found.add(body[place])
    return found
