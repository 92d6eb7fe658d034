"""What is in a file, by its packets alone: streams, times, the metadata and its gaps."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final, TypedDict

import numpy as np
import numpy.typing as npt

from plainview.errors import InputError
from plainview.formats.input_file import HEAD_BYTES, ContentKind, content_kind, open_input
from plainview.formats.klv_carriage import CarriedKlv
from plainview.formats.raw_klv import RAW_STREAM, read_klv_payloads
from plainview.formats.source_reader import SourceReader, open_reader, video_clock_of
from plainview.formats.stream_head import StreamHead, VideoShape, video_shape
from plainview.formats.surveyed_times import SurveyedTimes, TimesOfPackets, times_of_scan
from plainview.formats.transport_packets import PACKET_BYTES
from plainview.formats.transport_scan import ODD_BUT_COUNTED, ScanFacts
from plainview.formats.warning_tally import WarningTally, clock_text
from plainview.model import CountedWarning, StreamInfo, StreamKind
from plainview.units import microseconds_from_seconds, seconds_from_microseconds

__all__ = ["KlvCoverage", "SourceProbe", "VideoSummary", "probe", "probe_scanned"]

_MAX_GAP_S: Final = 3.0
_EXACT_BYTES: Final = 256 << 20
"""A damaged transport stream up to here is read packet by packet: two seconds."""
_VIDEO_SUFFIXES: Final = {".ts", ".m2ts", ".mts", ".mp4", ".mov", ".m4v", ".mkv", ".avi"}
"""A file of KLV alone that is named so misleads."""

Times = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, kw_only=True)
class VideoSummary:
    """The video that would be looked at.

    Args:
        width_px: Columns; height likewise.
        rate_hz: Pictures a second, by their stamps; None where there are too few.
        duration_s: From the first picture to the end of the last.
        n_pictures: How many compressed pictures there are.
        pixel_aspect_ratio: Width of a pixel over its height.
    """

    width_px: int
    height_px: int
    rate_hz: float | None
    duration_s: float
    n_pictures: int
    pixel_aspect_ratio: float


@dataclass(frozen=True, slots=True, kw_only=True)
class KlvCoverage:
    """The payloads of one KLV stream.

    Args:
        stream: The stream.
        n_payloads: How many payloads it has.
        n_without_time: How many of them have no stamp of the container.
        first_us: The video time of the first; last likewise. None where none has a stamp.
        longest_gap_s: The longest silence between two; None where there are fewer than two.
        covered_fraction: The part of the video that lies no further than the largest gap
            that is joined from a payload; None without video.
    """

    stream: int
    n_payloads: int
    n_without_time: int
    first_us: int | None
    last_us: int | None
    longest_gap_s: float | None
    covered_fraction: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceProbe:
    """What is in a file.

    Args:
        path: The file.
        container: Short name of its container, such as ``mpegts``.
        size_bytes: Its size.
        streams: Its streams.
        video: The video; None where it has none.
        klv: Its KLV streams.
        warnings: What is wrong with it.
    """

    path: Path
    container: str
    size_bytes: int
    streams: tuple[StreamInfo, ...]
    video: VideoSummary | None
    klv: tuple[KlvCoverage, ...]
    warnings: tuple[CountedWarning, ...]


def probe(path: Path, *, max_gap_s: float = _MAX_GAP_S) -> SourceProbe:
    """Say what is in a file. All of it is read, no picture is decoded.

    Args:
        path: A recording, or a file of KLV alone.
        max_gap_s: A longer silence of the metadata is a gap.

    Raises:
        InputError: The file cannot be read.
        FormatError: It is no container that can be read.
    """
    with open_input(path) as file:
        kind = content_kind(file.read(HEAD_BYTES))
    if kind is ContentKind.RAW_KLV:
        return _probe_without_video(path, container="klv")
    try:
        reader = open_reader(path)
    except InputError:
        if kind is not ContentKind.TRANSPORT_STREAM:
            raise
        found = _probe_without_video(path, container="mpegts")
        if not found.klv:
            raise
        return found
    try:
        return _Survey(reader, path=path, max_gap_s=max_gap_s).result()
    finally:
        reader.close()


class _Survey:
    """Goes through the packets of one input, one by one."""

    def __init__(self, reader: SourceReader, *, path: Path, max_gap_s: float) -> None:
        self._reader = reader
        self._path = path
        self._max_gap_us = microseconds_from_seconds(max_gap_s)
        self._clock = video_clock_of(reader, start_us=0)
        self._times = TimesOfPackets(self._clock)

    def result(self) -> SourceProbe:
        """Read everything and say what was seen."""
        for packet in self._reader.packets():
            if packet.size:
                self._times.take_picture(pts=packet.pts, dts=packet.dts)
                self._note_klv(self._reader.take_klv(before=self._reader.offset_of(packet)))
                self._reader.take_runs()
        self._times.finish()
        self._note_klv(self._reader.take_klv(before=None))
        return SourceProbe(
            path=self._path,
            container=self._reader.container.format_name,
            size_bytes=self._path.stat().st_size,
            streams=self._reader.streams,
            **_described(
                self._times.times(),
                shape=video_shape(self._reader),
                path=self._path,
                tally=self._reader.tally,
                max_gap_us=self._max_gap_us,
            ),
        )

    def _note_klv(self, payloads: list[CarriedKlv]) -> None:
        for klv in payloads:
            self._times.take_klv(klv.stream, pts=klv.pts)


def probe_scanned(
    path: Path,
    head: StreamHead,
    facts: ScanFacts,
    *,
    max_gap_s: float = _MAX_GAP_S,
    exact_bytes: int = _EXACT_BYTES,
) -> SourceProbe | None:
    """Return the same from a pass over a transport stream; None where only `probe` can tell.

    What is odd but damage alone is told all the same where the file is so large that reading
    it packet by packet would take minutes: pictures are then counted by their PES packets.

    Args:
        path: The file.
        head: What its beginning shows.
        facts: What a whole pass found.
        max_gap_s: A longer silence of the metadata is a gap.
        exact_bytes: The size of the largest damaged file that is left to `probe`.
    """
    size_bytes = path.stat().st_size
    is_left = bool(facts.oddities) and size_bytes <= exact_bytes
    if is_left or not facts.oddities.keys() <= ODD_BUT_COUNTED:
        return None
    name, tally = path.name, head.tally
    tally.set_count(
        "transport_bytes_lost",
        facts.n_dropped_bytes,
        first=f"{name}, byte {facts.first_drop_offset}",
    )
    tally.set_count(
        "transport_continuity",
        facts.n_faults,
        first=f"{name}, near byte {facts.oddities.get('continuity')}",
    )
    tally.set_count("transport_damaged", facts.n_klv_errors, first=name)
    return SourceProbe(
        path=path,
        container=head.container_name,
        size_bytes=size_bytes,
        streams=head.streams,
        **_described(
            times_of_scan(head, facts),
            shape=head.video,
            path=path,
            tally=tally,
            max_gap_us=microseconds_from_seconds(max_gap_s),
        ),
    )


class _Described(TypedDict):
    video: VideoSummary
    klv: tuple[KlvCoverage, ...]
    warnings: tuple[CountedWarning, ...]


def _described(
    times: SurveyedTimes, *, shape: VideoShape, path: Path, tally: WarningTally, max_gap_us: int
) -> _Described:
    """Return what the times of all pictures and payloads say."""
    klv = tuple(_coverage(times, stream, max_gap_us) for stream in sorted(times.klv_us))
    _count(times, klv, tally=tally, name=path.name, max_gap_us=max_gap_us)
    size_bytes = path.stat().st_size
    return _Described(
        video=_video(times, shape),
        klv=klv,
        warnings=tuple(
            _without_hole(warning, path.name, size_bytes) for warning in tally.warnings()
        ),
    )


def _video(times: SurveyedTimes, shape: VideoShape) -> VideoSummary:
    picture_us = times.picture_us
    span_us = int(picture_us[-1] - picture_us[0]) if len(picture_us) > 1 else 0
    rate_hz = (len(picture_us) - 1) / seconds_from_microseconds(span_us) if span_us else None
    return VideoSummary(
        width_px=shape.width_px,
        height_px=shape.height_px,
        rate_hz=rate_hz,
        duration_s=seconds_from_microseconds(span_us) + (1.0 / rate_hz if rate_hz else 0.0),
        n_pictures=len(picture_us) + times.n_untimed_pictures,
        pixel_aspect_ratio=shape.pixel_aspect_ratio,
    )


def _coverage(times: SurveyedTimes, stream: int, max_gap_us: int) -> KlvCoverage:
    times_us = np.sort(times.klv_us[stream])
    n_without_time = times.n_without_time[stream]
    has_times = n_without_time < len(times_us)
    gaps_us = np.diff(times_us)
    return KlvCoverage(
        stream=stream,
        n_payloads=len(times_us),
        n_without_time=n_without_time,
        first_us=int(times_us[0]) if has_times else None,
        last_us=int(times_us[-1]) if has_times else None,
        longest_gap_s=float(gaps_us.max()) * 1e-6 if len(gaps_us) else None,
        covered_fraction=_covered_fraction(times_us, times.picture_us, max_gap_us),
    )


def _covered_fraction(times_us: Times, picture_us: Times, max_gap_us: int) -> float | None:
    if not len(picture_us):
        return None
    after = np.searchsorted(times_us, picture_us)
    before_us = times_us[np.maximum(after - 1, 0)]
    after_us = times_us[np.minimum(after, len(times_us) - 1)]
    distance_us = np.minimum(np.abs(picture_us - before_us), np.abs(after_us - picture_us))
    return float(np.mean(distance_us <= max_gap_us))


def _count(
    times: SurveyedTimes,
    klv: tuple[KlvCoverage, ...],
    *,
    tally: WarningTally,
    name: str,
    max_gap_us: int,
) -> None:
    picture_us = times.picture_us
    tally.add("video_no_time", first=name, count=times.n_untimed_pictures)
    tally.add("video_clock_step", first=name, count=times.n_steps)
    gaps = np.flatnonzero(np.diff(picture_us) > times.max_gap_us)
    if len(gaps):
        where = f"{name}, {clock_text(int(picture_us[gaps[0]]))}"
        tally.add("video_gap", first=where, count=len(gaps))
    if not klv:
        tally.add("no_metadata", first=name)
        return
    times_us = np.sort(np.concatenate(list(times.klv_us.values())))
    gaps = np.flatnonzero(np.diff(times_us) > max_gap_us)
    if len(gaps):
        where = f"{name}, {clock_text(int(times_us[gaps[0]]))}"
        tally.add("metadata_gap", first=where, count=len(gaps))
    if len(picture_us) and picture_us[-1] - times_us[-1] > max_gap_us:
        where = f"{name}, {clock_text(int(times_us[-1]))}"
        tally.add("metadata_stops", first=where)


def _without_hole(warning: CountedWarning, name: str, size_bytes: int) -> CountedWarning:
    """Return a warning, as that of a cut file where all that was lost is its last packet."""
    where = f"{name}, byte {size_bytes - warning.count}"
    is_cut = warning.code == "transport_bytes_lost" and warning.count < PACKET_BYTES
    if not is_cut or warning.first != where:
        return warning
    tally = WarningTally()
    tally.add("truncated", first=where)
    return tally.warnings()[0]


def _probe_without_video(path: Path, *, container: str) -> SourceProbe:
    n_payloads: dict[int, int] = {}
    n_without_time: dict[int, int] = {}
    for payload in read_klv_payloads(path):
        n_payloads[payload.stream] = n_payloads.get(payload.stream, 0) + 1
        n_untimed = n_without_time.get(payload.stream, 0)
        n_without_time[payload.stream] = n_untimed + (payload.pts_us is None)
    carriage = None if container == "klv" else "asynchronous"
    tally = WarningTally()
    if container == "klv" and path.suffix.lower() in _VIDEO_SUFFIXES:
        tally.add("name_misleads", first=path.name)
    return SourceProbe(
        path=path,
        container=container,
        size_bytes=path.stat().st_size,
        streams=tuple(
            StreamInfo(stream=stream, kind=StreamKind.KLV, codec="klv", carriage=carriage)
            for stream in sorted(n_payloads or {RAW_STREAM: 0})
        ),
        video=None,
        klv=tuple(
            KlvCoverage(
                stream=stream,
                n_payloads=n_payloads[stream],
                n_without_time=n_without_time[stream],
                first_us=None,
                last_us=None,
                longest_gap_s=None,
                covered_fraction=None,
            )
            for stream in sorted(n_payloads)
        ),
        warnings=tally.warnings(),
    )
