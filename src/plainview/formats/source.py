"""What was given as a source: files that are parts of one mission, on one clock."""

import contextlib
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Final, Protocol

from plainview.errors import InputError
from plainview.formats.cptv_clips import CptvClips
from plainview.formats.deep_grey import is_deep_format
from plainview.formats.duration import read_duration_s
from plainview.formats.input_cameras import InputCameras
from plainview.formats.picture_source import PictureSource
from plainview.formats.recognise_inputs import InputsKind, recognise_inputs
from plainview.formats.source_camera import camera_order, find_cameras
from plainview.formats.source_reader import SourceReader, open_reader
from plainview.formats.source_settings import SourceSettings
from plainview.formats.still_reader import StillReader
from plainview.formats.still_words import left_out_event, left_out_warning
from plainview.formats.warning_tally import merged_warnings
from plainview.model import Camera, CountedWarning, Event, Source, StreamInfo, Unit
from plainview.units import seconds_from_microseconds

__all__ = ["FileSource", "InputSource", "SourceSettings", "open_source"]


_PLANNED_RATE_HZ: Final = 30.0


class InputSource(Source, Protocol):
    """A source of files, with what a run wants to know of it beside its units."""

    @property
    def duration_s(self) -> float | None:
        """How much video is read; None where that is not known before it is."""

    @property
    def planned_rate_hz(self) -> float:
        """Pictures a second of that time, about: what room on the disk is planned for."""

    @property
    def is_deep(self) -> bool:
        """Whether it may give pictures of 16 bits."""

    @property
    def asked_fraction(self) -> float:
        """The part of the inputs that lies between the start and the end that were asked for."""

    @property
    def position_fraction(self) -> float:
        """How much of all inputs was read; from 0 to 1."""

    @property
    def n_packets(self) -> int:
        """How many KLV packets came so far."""

    @property
    def n_packets_damaged(self) -> int:
        """How many of them are damaged."""

    def recording_ticks(self, video_time_us: int) -> int | None:
        """Return the 90 kHz stamp that a time has in the recording."""


class FileSource:
    """Files that hold consecutive parts of one mission; implements ``model.Source``."""

    def __init__(self, paths: Sequence[Path], *, settings: SourceSettings) -> None:
        self._paths = tuple(paths)
        self._settings = settings
        self._parts: list[InputCameras] = []
        self._done_warnings: list[tuple[CountedWarning, ...]] = []
        left = left_out_event(settings.left_out)
        self._done_events: list[Event] = [] if left is None else [left]
        further = [_looked_at(path, settings) for path in self._paths[1:]]
        self._open_part(start_us=-settings.start_us)
        lengths = [_length_of(self._paths[0], self._part.reader), *(each[0] for each in further)]
        self._later = {camera.name: camera for _, cameras in further for camera in cameras}
        self._durations_s = [duration_s for duration_s, _ in lengths]
        whole_s = self._whole_s
        is_sure = whole_s is not None and all(is_stated for _, is_stated in lengths)
        if settings.start_s and is_sure and settings.start_s >= (whole_s or 0.0):
            self.close()
            raise self._start_refusal(whole_s or 0.0)

    @property
    def streams(self) -> tuple[StreamInfo, ...]:
        """The streams of the part that is being read."""
        return self._part.reader.streams

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """The cameras of all inputs, each with the size of its newest picture."""
        cameras = self._later | {camera.name: camera for camera in self._part.cameras}
        return tuple(cameras[name] for name in sorted(cameras, key=camera_order))

    @property
    def duration_s(self) -> float | None:
        """How much video all inputs give together, from the start to the end that were asked for.

        None where a container does not know; that of a transport stream is what lies between
        its first and its last stamp.
        """
        return self._settings.asked_s(self._whole_s)

    @property
    def planned_rate_hz(self) -> float:
        """A common rate of video; containers often say theirs wrong."""
        return _PLANNED_RATE_HZ

    @property
    def is_deep(self) -> bool:
        """Whether the part that is being read may give pictures of 16 bits."""
        return is_deep_format(self._part.reader.container.video.pix_fmt)

    @property
    def asked_fraction(self) -> float:
        """The part of the inputs that lies between the start and the end that were asked for.

        1 where no container knows how long it is.
        """
        return self._settings.asked_fraction(self._whole_s)

    @property
    def position_fraction(self) -> float:
        """How much of all inputs was read, by their bytes; from 0 to 1."""
        sizes = [path.stat().st_size for path in self._paths]
        n_done = sum(sizes[: len(self._parts) - 1])
        return (n_done + self._part.position_fraction * self._part.size_bytes) / sum(sizes)

    @property
    def n_packets(self) -> int:
        """How many KLV packets came so far."""
        return sum(part.n_packets for part in self._parts)

    @property
    def n_packets_damaged(self) -> int:
        """How many of them are damaged."""
        return sum(part.n_packets_damaged for part in self._parts)

    def units(self) -> Iterator[Unit]:
        """Yield what comes, in order, once.

        Raises:
            InputError: The video was over before the start that was asked for; known before
                it is read where its containers say how long it is.
        """
        while True:
            yield from self._part.units()
            self._done_events.extend(self._part.events())
            if self._part.is_ended or len(self._parts) == len(self._paths):
                break
            self._open_next_part()
        has_frames = any(part.n_frames for part in self._parts)
        if self._settings.start_s and not has_frames and self._part.end_us <= 0:
            length_us = self._part.end_us + self._settings.start_us
            raise self._start_refusal(seconds_from_microseconds(length_us))

    def recording_ticks(self, video_time_us: int) -> int | None:
        """Return the 90 kHz stamp that a time has in the recording.

        Returns:
            The 33-bit stamp that the picture of that time carries in the bytes of
            ``Unit.recorded``; None before any picture came.
        """
        begun = [part for part in self._parts if part.first_us <= video_time_us]
        return (begun or self._parts)[-1].recording_ticks(video_time_us)

    def warnings(self) -> tuple[CountedWarning, ...]:
        """What went wrong so far, counted over all parts."""
        left = left_out_warning(self._settings.left_out)
        beside = () if left is None else (left,)
        return merged_warnings([beside, *(part.warnings() for part in self._parts)])

    def events(self) -> tuple[Event, ...]:
        """What happened since this was last asked."""
        done, self._done_events = tuple(self._done_events), []
        return done + self._part.events()

    def close(self) -> None:
        """Let go of the files."""
        for part in self._parts:
            part.close()

    @property
    def _whole_s(self) -> float | None:
        known_s = [duration_s for duration_s in self._durations_s if duration_s is not None]
        return sum(known_s) if len(known_s) == len(self._paths) else None

    def _start_refusal(self, whole_s: float) -> InputError:
        names = ", ".join(path.name for path in self._paths)
        video = "video" if len(self._paths) == 1 else "video together"
        return InputError(
            where=names,
            what=f"has {whole_s:.2f} s of {video}, and the start is at"
            f" {self._settings.start_s:g} s.",
            mend="Give a --start that lies before the end of the video.",
        )

    @property
    def _part(self) -> InputCameras:
        return self._parts[-1]

    def _open_part(self, *, start_us: int) -> None:
        last = self._parts[-1] if self._parts else None
        self._parts.append(
            InputCameras(
                self._paths[len(self._parts)],
                settings=self._settings,
                start_us=start_us,
                before=last,
            )
        )

    def _open_next_part(self) -> None:
        last = self._part
        last.close()
        self._open_part(start_us=last.end_us)


def _looked_at(
    path: Path, settings: SourceSettings
) -> tuple[tuple[float | None, bool], list[Camera]]:
    """Return `_length_of` an input that will be opened later, and its cameras, if it can be."""
    with contextlib.closing(open_reader(path)) as reader:
        videos = {video.id: video for video in reader.container.videos}
        first = reader.container.video
        cameras = [
            (plan.name, first if plan.choice.pid is None else videos[plan.choice.pid])
            for plan in find_cameras(path, reader, names=settings.cameras)
        ]
        return _length_of(path, reader), [
            Camera(name=name, width_px=video.width, height_px=video.height)
            for name, video in cameras
        ]


def _length_of(path: Path, reader: SourceReader) -> tuple[float | None, bool]:
    """Return how long an input is, and whether its container states it.

    A transport stream's clock may restart where recordings were joined, so that its first and
    last stamp tell too little.
    """
    return read_duration_s(path, reader), not reader.container.is_transport_stream


def open_source(
    paths: Sequence[Path | str], *, settings: SourceSettings | None = None
) -> InputSource:
    """Open inputs, consecutive parts of one mission.

    Args:
        paths: The files in order: a transport stream, MP4 or Matroska each, with video; or
            stills, or CPTV clips; or a folder of one of these.
        settings: How they are read.

    Returns:
        The source; all inputs have been looked at, the first is open.

    Raises:
        InputError: An input cannot be read, has no video, or ends before the start.
        FormatError: An input is no container that can be read.
    """
    if not paths:
        raise InputError(
            where="inputs", what="none was given.", mend="Give at least one recording."
        )
    found = recognise_inputs([Path(path) for path in paths])
    settings = settings or SourceSettings()
    settings = replace(settings, left_out=settings.left_out + found.left_out)
    if found.kind is InputsKind.STILLS:
        return PictureSource(StillReader(found.paths, settings=settings), settings=settings)
    if found.kind is InputsKind.THERMAL_CLIPS:
        return PictureSource(CptvClips(found.paths, settings=settings), settings=settings)
    return FileSource(found.paths, settings=settings)
