"""CPTV clips in order, as pictures of one mission."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Final

from plainview.formats.cptv import CptvFrame, CptvHeader, CptvReader
from plainview.formats.picture_source import GivenPicture
from plainview.formats.source_settings import SourceSettings
from plainview.formats.still_words import left_out_event, left_out_warning
from plainview.model import Band, Camera, CountedWarning, Event, TimeBasis, View
from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["CptvClips"]

_LEPTON_RATE_HZ: Final = 9
"""Of the detector in these cameras, where a clip does not say."""
_LEAST_STEP_US: Final = 1_000
_PAUSE_US: Final = MICROSECONDS_PER_SECOND
"""Between clips on the clock of the frames; each View has its own instant."""


@dataclass(slots=True)
class _Clock:
    """Where the pictures of one clip lie on the clock of the frames."""

    start_us: int
    step_us: int
    first_on_us: int | None = None
    last_us: int | None = None
    n_guessed: int = 0

    def take(self, frame: CptvFrame) -> int:
        """Return when the next picture is; one whose own time goes back is a step later."""
        next_us = self.start_us if self.last_us is None else self.last_us + self.step_us
        if frame.time_on_us is None:
            self.n_guessed += 1
        else:
            if self.first_on_us is None:
                self.first_on_us = frame.time_on_us
            own_us = self.start_us + frame.time_on_us - self.first_on_us
            is_later = self.last_us is None or own_us >= self.last_us + _LEAST_STEP_US
            self.n_guessed += not is_later
            next_us = own_us if is_later else next_us
        self.last_us = next_us
        return next_us


class CptvClips:
    """Reads clips one after another.

    Args:
        paths: The clips, in order.
        settings: How the source is read.

    Raises:
        InputError: One cannot be read.
        FormatError: One is no clip.
    """

    codec = "cptv"
    n_pictures = None
    is_deep = True

    def __init__(self, paths: Sequence[Path], *, settings: SourceSettings) -> None:
        self._paths = tuple(paths)
        self._sizes = [path.stat().st_size for path in self._paths]
        self._n_done = 0
        self._reader: CptvReader | None = None
        self._left_out = settings.left_out
        self._n_guessed = self._n_cut_off = 0
        headers = []
        for path in self._paths:
            with CptvReader(path) as reader:
                headers.append(reader.header)
        first = headers[0]
        self.rate_hz = Fraction(first.rate_hz or _LEPTON_RATE_HZ)
        self.camera = Camera(
            name="camera-1", width_px=first.width_px, height_px=first.height_px, band=Band.LWIR
        )
        self._events = _opening_events(headers, self._left_out)

    @property
    def name(self) -> str:
        """What the clips are called together."""
        return ", ".join(path.name for path in self._paths[:3])

    @property
    def duration_s(self) -> float | None:
        """Not known: a clip does not say how many pictures it has."""
        return None

    @property
    def position_fraction(self) -> float:
        """How much of the clips was read, by their bytes."""
        n_read = 0 if self._reader is None else self._reader.n_bytes_read
        return min(1.0, (sum(self._sizes[: self._n_done]) + n_read) / max(1, sum(self._sizes)))

    def pictures(self) -> Iterator[GivenPicture]:
        """Yield the pictures of all clips in order, without their backgrounds."""
        start_us = 0
        for index, path in enumerate(self._paths):
            with CptvReader(path) as self._reader:
                header = self._reader.header
                step_us = round(MICROSECONDS_PER_SECOND / (header.rate_hz or self.rate_hz))
                clock = _Clock(start_us=start_us, step_us=step_us)
                for frame in self._reader.frames():
                    if frame.is_background:
                        continue
                    is_first = clock.last_us is None
                    time_us = clock.take(frame)
                    yield GivenPicture(
                        pixels=frame.counts,
                        time_us=time_us,
                        view=_view(header, time_us - start_us),
                        band=Band.LWIR,
                        is_discontinuous=is_first and index > 0,
                    )
                self._note_end(path, clock)
            self._n_done = index + 1
            start_us = (clock.last_us or start_us) + _PAUSE_US

    def warnings(self) -> tuple[CountedWarning, ...]:
        """What went wrong so far, counted."""
        name = self._paths[0].name
        found = [
            left_out_warning(self._left_out),
            _warning("temperature_unknown", len(self._paths), name),
            _warning("clip_cut_off", self._n_cut_off, name),
            _warning("clip_no_time", self._n_guessed, name),
        ]
        return tuple(each for each in found if each is not None)

    def take_events(self) -> tuple[Event, ...]:
        """What happened since this was last asked."""
        taken, self._events = tuple(self._events), []
        return taken

    def close(self) -> None:
        """Let go of the clip that is open."""
        if self._reader is not None:
            self._reader.close()

    def _note_end(self, path: Path, clock: _Clock) -> None:
        self._n_guessed += clock.n_guessed
        if self._reader is not None and self._reader.is_cut_off:
            self._n_cut_off += 1
            what = f"{path.name} is cut off or damaged; what is whole before is used."
            self._events.append(Event(kind="clip_cut_off", what=what))


def _view(header: CptvHeader, since_us: int) -> View | None:
    """Return when and where a picture was taken; how the camera looked is never said."""
    if header.time_us is None and header.latitude_deg is None:
        return None
    return View(
        time_us=None if header.time_us is None else header.time_us + since_us,
        time_basis=None if header.time_us is None else TimeBasis.ASSUMED_UTC,
        utc_sigma_s=None if header.time_us is None else 1.0,
        latitude_deg=header.latitude_deg,
        longitude_deg=header.longitude_deg,
    )


def _opening_events(
    headers: Sequence[CptvHeader], left_out: Sequence[tuple[str, str]]
) -> list[Event]:
    versions = ", ".join(sorted({str(header.version) for header in headers}))
    models = ", ".join(sorted({header.camera_model or "not said" for header in headers}))
    count = f"{len(headers)} CPTV clip" + "s" * (len(headers) != 1)
    what = (
        f"Taken as one mission of {count} (version {versions}, detector {models}), raw counts of"
        " 16 bits at their own times."
    )
    left = left_out_event(left_out)
    return [*([] if left is None else [left]), Event(kind="source_recognised", what=what)]


def _warning(code: str, count: int, first: str) -> CountedWarning | None:
    if not count:
        return None
    what, mend = _WARNINGS[code]
    return CountedWarning(code=code, count=count, first=first, what=what, mend=mend)


_WARNINGS: Final = {
    "temperature_unknown": (
        "Raw values of 16 bits are kept and shown, and their temperature is unknown: the clips do"
        " not say how they become temperatures.",
        "Compare within a picture; brighter is warmer.",
    ),
    "clip_cut_off": (
        "Clips are cut off or damaged; what is whole before is used.",
        "Copy them again from the camera.",
    ),
    "clip_no_time": (
        "Pictures do not say when they were taken, or say it wrong; they are placed a step after"
        " the one before.",
        "Record version 2 of the format, which has a time for each picture.",
    ),
}
"""Code to what is wrong and how to mend it."""
