"""The cameras of one input: which of its videos they are, and which metadata are theirs."""

import contextlib
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np

from plainview.errors import InputError
from plainview.formats.input_file import open_input
from plainview.formats.klv_carriage import CarriedKlv, KlvDemuxer
from plainview.formats.pair_klv import KlvPairing, PairedBy, pair_klv
from plainview.formats.part_notes import PartNotes
from plainview.formats.program_tables import (
    ProgramMapTable,
    SectionAssembler,
    read_program_association,
    read_program_map,
)
from plainview.formats.source_reader import SourceReader, open_reader
from plainview.formats.transport_packets import PacketAligner, PacketRun, packet_rows, pids_of
from plainview.formats.transport_reader import VideoChoice
from plainview.formats.video_clock import PTS_WRAP, SharedClock
from plainview.formats.warning_tally import WarningTally
from plainview.misb.universal_label import N_LABEL_BYTES, set_of_label
from plainview.model import Event, StreamKind

__all__ = [
    "FIRST_CAMERA",
    "SourceCamera",
    "camera_name",
    "camera_order",
    "cameras_of",
    "check_camera_names",
    "find_cameras",
    "find_pairings",
    "pairings_in",
    "with_first_stamps",
    "with_shared_clock",
]

_TIME_BASE: Final = Fraction(1, 90_000)
_HEAD_BYTES: Final = 8 << 20
_MOST_SEARCHED_BYTES: Final = 64 << 20


def camera_name(number: int) -> str:
    """Return the name of a source's camera, from 0."""
    return f"camera-{number + 1}"


def camera_order(name: str) -> tuple[int, str]:
    """Return what sorts names of cameras by their numbers."""
    return len(name), name


FIRST_CAMERA: Final = camera_name(0)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceCamera:
    """One video of an input as a camera.

    Args:
        name: Names it in every table and file.
        choice: What of the input it reads.
        pairing: Which metadata are its own; None where it is the only video, and has all.
        given: The KLV streams whose payloads its Units carry; None means all.
        unpaired: KLV streams that are of no camera, said by the first.
        n_left: Videos of the input that are no cameras of the mission.
        is_one_of_several: Whether the mission looks at others beside it.
        shared: The clock that it has in common with the others; None where there are none.
    """

    name: str = FIRST_CAMERA
    choice: VideoChoice = field(default_factory=VideoChoice)
    pairing: KlvPairing | None = None
    given: frozenset[int] | None = None
    unpaired: tuple[int, ...] = ()
    n_left: int = 0
    is_one_of_several: bool = False
    shared: SharedClock | None = None

    def gives_klv(self, stream: int) -> bool:
        """Say whether its Units carry the payloads of a KLV stream."""
        return self.given is None or stream in self.given

    def place_in(self, path: Path) -> str:
        """Return the name of an input as warnings say it: with the camera, of several."""
        return f"{path.name}, {self.name}" if self.is_one_of_several else path.name

    def tell(self, notes: PartNotes, *, tally: WarningTally, path: Path) -> None:
        """Say which metadata were taken for those of this camera, and what is doubtful of it."""
        event = self.pairing_event()
        if event is not None:
            notes.add(event)
        is_shared = self.pairing is not None and self.pairing.by is PairedBy.SHARED
        tally.add("metadata_shared", first=self.place_in(path), count=int(is_shared))
        tally.add("metadata_of_no_camera", first=path.name, count=len(self.unpaired))

    def pairing_event(self) -> Event | None:
        """Return what says which metadata are its own; None where it is the only video."""
        if self.pairing is None:
            return None
        klv = ", ".join(str(pid) for pid in self.pairing.klv)
        by = None if self.pairing.by is None else self.pairing.by.value
        has = f"the metadata of KLV stream {klv} (by {by})" if klv else "no metadata of its own"
        return Event(
            kind="camera_stream",
            what=f"{self.name} is the video of stream {self.pairing.video}; it has {has}.",
            details={
                "camera": self.name,
                "stream": self.pairing.video,
                "metadata_streams": klv,
                "metadata_by": by,
            },
        )


def find_cameras(
    path: Path, reader: SourceReader, *, names: Sequence[str] | None
) -> tuple[SourceCamera, ...]:
    """Return the cameras of an input that are looked at.

    Args:
        path: The input.
        reader: The same, opened; what it reads is not touched.
        names: The cameras that were asked for; None means all.

    Raises:
        InputError: A camera that was asked for is not there.
    """
    videos = reader.container.videos
    if len(videos) == 1 or not reader.container.is_transport_stream:
        _check_names(path.name, names, [FIRST_CAMERA], reader=reader)
        return (SourceCamera(n_left=len(videos) - 1),)
    pids = [int(video.id) for video in videos]
    _check_names(path.name, names, [camera_name(k) for k in range(len(pids))], reader=reader)
    return cameras_of(pids, *find_pairings(path, pids), names=names)


def cameras_of(
    videos: Sequence[int],
    pairings: Sequence[KlvPairing],
    unpaired: tuple[int, ...],
    *,
    names: Sequence[str] | None,
) -> tuple[SourceCamera, ...]:
    """Return those of the cameras of several videos that are looked at.

    Args:
        videos: The PID of each camera's, in order.
        pairings: The metadata of each.
        unpaired: KLV streams that are of none of them.
        names: The cameras that are looked at; None means all.
    """
    all_names = [camera_name(k) for k in range(len(videos))]
    wanted = [name for name in all_names if names is None or name in names]
    chosen = [each for name, each in zip(all_names, pairings, strict=True) if name in wanted]
    is_any = bool(unpaired) or any(each.klv for each in pairings)
    cameras = _cameras(wanted, chosen, every=pairings, is_any=is_any)
    n_left = len(all_names) - len(wanted)
    return (replace(cameras[0], n_left=n_left, unpaired=unpaired), *cameras[1:])


def check_camera_names(where: str, names: Sequence[str] | None, known: Sequence[str]) -> None:
    """Refuse cameras that are not there.

    Raises:
        InputError: A camera that was asked for is not there.
    """
    if names is not None and not set(names) <= set(known):
        unknown = ", ".join(sorted(set(names) - set(known)))
        raise InputError(
            where=f"{where}, {unknown}",
            what=f"is no camera of this input; it has {', '.join(known)}.",
            mend="Choose among these with --camera; `plainview inspect` says what each is.",
        )


def _check_names(
    where: str, names: Sequence[str] | None, known: Sequence[str], *, reader: SourceReader
) -> None:
    """Refuse cameras that are not there, and let go of the input then."""
    try:
        check_camera_names(where, names, known)
    except InputError:
        reader.close()
        raise


def _cameras(
    names: Sequence[str],
    pairings: Sequence[KlvPairing],
    *,
    every: Sequence[KlvPairing],
    is_any: bool,
) -> tuple[SourceCamera, ...]:
    """Return cameras; a KLV stream is given by the first that has it, the packets by the first.

    Args:
        names: Of the cameras.
        pairings: Of their videos.
        every: Of all videos of the input.
        is_any: Whether any KLV stream is known; what shows itself later is of all cameras.
    """
    given: set[int] = set()
    cameras: list[SourceCamera] = []
    for name, pairing in zip(names, pairings, strict=True):
        own = frozenset(pairing.klv)
        others = frozenset(each.video for each in every) - {pairing.video}
        cameras.append(
            SourceCamera(
                name=name,
                choice=VideoChoice(
                    pid=pairing.video,
                    others=others,
                    klv=own if is_any else None,
                    is_recorded=not cameras,
                ),
                pairing=pairing,
                given=own - given if is_any or cameras else None,
                is_one_of_several=len(names) > 1,
            )
        )
        given |= own
    return tuple(cameras)


def find_pairings(
    path: Path, videos: Sequence[int]
) -> tuple[tuple[KlvPairing, ...], tuple[int, ...]]:
    """Return the metadata of each video of a transport stream, as its beginning shows them.

    Returns:
        A pairing for each video, and the KLV streams that are of none of them.
    """
    with open_input(path) as file:
        return pairings_in(file.read(_HEAD_BYTES), videos)


def pairings_in(
    head: bytes, videos: Sequence[int]
) -> tuple[tuple[KlvPairing, ...], tuple[int, ...]]:
    """Return the same of the head of a transport stream."""
    runs = PacketAligner().feed(head, is_end=True)
    demuxer = KlvDemuxer(is_video_skipped=True)
    carried = [each for run in runs for each in demuxer.feed(run)] + demuxer.flush()
    klv = {info.stream for info in demuxer.streams if info.kind is StreamKind.KLV}
    klv |= set(demuxer.klv_pids)
    klv -= _of_things_alone(carried)
    pairings = pair_klv(videos, sorted(klv), _program_maps(runs))
    paired = {pid for pairing in pairings for pid in pairing.klv}
    return pairings, tuple(sorted(klv - paired))


def _of_things_alone(carried: Sequence[CarriedKlv]) -> set[int]:
    """Return the streams that hold nothing but what was found in pictures (ST 0903).

    They say nothing of how a camera looked; those of a mission's recording name their camera.
    """
    names: dict[int, set[str | None]] = {}
    for each in carried:
        known = set_of_label(each.data[:N_LABEL_BYTES])
        names.setdefault(each.stream, set()).add(None if known is None else known.name)
    return {stream for stream, found in names.items() if found == {"ST0903"}}


def _program_maps(runs: Sequence[PacketRun]) -> list[ProgramMapTable]:
    """Return the first map of each program that some packets announce."""
    if not runs:
        return []
    rows = np.concatenate([packet_rows(run.packets) for run in runs])
    pids = pids_of(rows)
    association, map_pids = SectionAssembler(), set[int]()
    for row in np.flatnonzero(pids == 0):
        for section in association.feed(rows[row].tobytes()):
            map_pids |= set((read_program_association(section) or {}).values())
    found: dict[int, ProgramMapTable] = {}
    for map_pid in sorted(map_pids):
        assembler = SectionAssembler()
        for row in np.flatnonzero(pids == map_pid):
            for section in assembler.feed(rows[row].tobytes()):
                table = read_program_map(section)
                if table is not None:
                    found.setdefault(table.program_number, table)
    return list(found.values())


def with_shared_clock(
    path: Path, cameras: Sequence[SourceCamera], *, start_us: int
) -> tuple[SourceCamera, ...]:
    """Return cameras with one clock, whose beginning is the first picture of any of them."""
    if len(cameras) < 2:
        return tuple(cameras)
    pids = {camera.choice.pid for camera in cameras}
    stamps = _first_stamps(path, cameras[0].choice, pids)
    return with_first_stamps(cameras, stamps, start_us=start_us)


def with_first_stamps(
    cameras: Sequence[SourceCamera], stamps: Sequence[int], *, start_us: int
) -> tuple[SourceCamera, ...]:
    """Return cameras with one clock that begins at the earliest of their first stamps.

    Args:
        cameras: The cameras.
        stamps: The 33-bit stamp of each one's first packet, as far as known.
        start_us: The time that it stands for.
    """
    near = stamps[0] if stamps else 0
    first = near + min((_difference(stamp, near) for stamp in stamps), default=0)
    shared = SharedClock(first_pts=first, start_us=start_us, time_base=_TIME_BASE)
    return tuple(replace(camera, shared=shared) for camera in cameras)


def _first_stamps(path: Path, choice: VideoChoice, pids: set[int | None]) -> list[int]:
    """Return the stamp of each video's first packet, as far as they begin near the beginning."""
    found: dict[int, int] = {}
    with contextlib.closing(open_reader(path, choice=replace(choice, is_recorded=False))) as reader:
        for packet in reader.packets():
            stamp = packet.dts if packet.pts is None else packet.pts
            if packet.size and stamp is not None and packet.stream.id in pids:
                found.setdefault(packet.stream.id, stamp)
            is_over = reader.n_bytes_read > _MOST_SEARCHED_BYTES
            if is_over or len(found) == len(pids):
                break
    return list(found.values())


def _difference(stamp: int, other: int) -> int:
    """Return how far a 33-bit stamp lies after another, below 0 where it lies before."""
    half = PTS_WRAP // 2
    return (stamp - other + half) % PTS_WRAP - half
