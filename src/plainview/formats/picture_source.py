"""Pictures that come one by one as a source: stills, or clips of raw counts."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from fractions import Fraction
from typing import Protocol

from plainview.errors import InputError
from plainview.formats.picture_recording import PictureRecording, recording_ticks
from plainview.formats.source_settings import SourceSettings
from plainview.model import (
    Band,
    Camera,
    CountedWarning,
    Event,
    Frame,
    Pixels,
    Radiometry,
    StreamInfo,
    StreamKind,
    Unit,
    View,
)
from plainview.units import seconds_from_microseconds

__all__ = ["GivenPicture", "PictureReader", "PictureSource"]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GivenPicture:
    """One picture as its reader gives it.

    Args:
        pixels: (H, W) or (H, W, 3) BGR, 8 or 16 bits.
        time_us: From the first picture of the inputs; each later than the one before.
        view: Where the camera was and how it looked; None where nothing says it.
        radiometry: What turns its counts into temperatures; None where that is not known.
        band: What its camera sees; None where it does not say.
        is_discontinuous: Whether the picture before is unrelated.
    """

    pixels: Pixels
    time_us: int
    view: View | None = None
    radiometry: Radiometry | None = None
    band: Band | None = None
    is_discontinuous: bool = False


class PictureReader(Protocol):
    """What gives pictures one by one."""

    @property
    def name(self) -> str:
        """What the inputs are called together."""

    @property
    def codec(self) -> str:
        """What they are, in a word."""

    @property
    def camera(self) -> Camera:
        """The camera, with the size of its first picture."""

    @property
    def duration_s(self) -> float | None:
        """How much time they cover; None where that is not known before they are read."""

    @property
    def n_pictures(self) -> int | None:
        """How many pictures there are; None where that is not known before they are read."""

    @property
    def is_deep(self) -> bool:
        """Whether the first picture has 16 bits."""

    @property
    def rate_hz(self) -> Fraction:
        """Pictures a second, about."""

    @property
    def position_fraction(self) -> float:
        """How much of the inputs was read, from 0 to 1."""

    def pictures(self) -> Iterator[GivenPicture]:
        """Yield the pictures in order, once."""

    def warnings(self) -> tuple[CountedWarning, ...]:
        """What went wrong so far, counted."""

    def take_events(self) -> tuple[Event, ...]:
        """What happened since this was last asked."""

    def close(self) -> None:
        """Let go of the files."""


class PictureSource:
    """Pictures of one camera as a source; implements ``model.Source``.

    Args:
        reader: What gives them.
        settings: How the source is read.

    Raises:
        InputError: The pictures end before the start that was asked for.
    """

    def __init__(self, reader: PictureReader, *, settings: SourceSettings) -> None:
        self._reader = reader
        self._settings = settings
        self._camera = reader.camera
        self._recording: PictureRecording | None = None
        self.n_packets = 0
        self.n_packets_damaged = 0
        whole_s = reader.duration_s
        if settings.start_s and whole_s is not None and settings.start_s >= whole_s:
            raise self._start_refusal(whole_s)

    @property
    def streams(self) -> tuple[StreamInfo, ...]:
        """The one stream of pictures."""
        size = f"{self._camera.width_px}x{self._camera.height_px}"
        return (
            StreamInfo(stream=0, kind=StreamKind.VIDEO, codec=self._reader.codec, details=size),
        )

    @property
    def cameras(self) -> tuple[Camera, ...]:
        """The one camera, with the size of its newest picture."""
        return (self._camera,)

    @property
    def duration_s(self) -> float | None:
        """How much time is read, from the start to the end that were asked for."""
        return self._settings.asked_s(self._reader.duration_s)

    @property
    def planned_rate_hz(self) -> float:
        """Pictures a second of that time, about."""
        n_pictures, whole_s = self._reader.n_pictures, self._reader.duration_s
        return n_pictures / whole_s if n_pictures and whole_s else float(self._reader.rate_hz)

    @property
    def is_deep(self) -> bool:
        """Whether the pictures have 16 bits."""
        return self._reader.is_deep

    @property
    def asked_fraction(self) -> float:
        """The part of the inputs that is asked for; 1 where that is not known."""
        return self._settings.asked_fraction(self._reader.duration_s)

    @property
    def position_fraction(self) -> float:
        """How much of the inputs was read, from 0 to 1."""
        return self._reader.position_fraction

    def units(self) -> Iterator[Unit]:
        """Yield a unit a picture, in order, once."""
        n_frames, shape, depth = 0, None, None
        for picture in self._reader.pictures():
            video_time_us = picture.time_us - self._settings.start_us
            length_us = self._settings.length_us
            if length_us is not None and video_time_us >= length_us:
                break
            if video_time_us < 0:
                continue
            is_new = shape is not None and (shape, depth) != (
                picture.pixels.shape[:2],
                picture.pixels.dtype,
            )
            shape, depth = picture.pixels.shape[:2], picture.pixels.dtype
            self._note_camera(picture)
            yield Unit(
                frame=Frame(
                    pixels=picture.pixels,
                    camera=self._camera,
                    frame_index=n_frames,
                    video_time_us=video_time_us,
                    view=picture.view,
                    is_discontinuous=picture.is_discontinuous or is_new,
                    radiometry=picture.radiometry,
                ),
                recorded=self._recorded(picture, video_time_us),
            )
            n_frames += 1
        if n_frames == 0:
            raise self._nothing_left()
        if self._recording is not None:
            self._recording.finish()
            yield Unit(frame=None, recorded=self._recording.take())

    def recording_ticks(self, video_time_us: int) -> int | None:
        """Return the 90 kHz stamp that a time has in the recording."""
        return recording_ticks(video_time_us)

    def warnings(self) -> tuple[CountedWarning, ...]:
        """What went wrong so far, counted."""
        return self._reader.warnings()

    def events(self) -> tuple[Event, ...]:
        """What happened since this was last asked."""
        return self._reader.take_events()

    def close(self) -> None:
        """Let go of the files."""
        self._reader.close()

    def _note_camera(self, picture: GivenPicture) -> None:
        height_px, width_px = picture.pixels.shape[:2]
        self._camera = replace(
            self._camera,
            width_px=width_px,
            height_px=height_px,
            band=picture.band or self._camera.band,
        )

    def _recorded(self, picture: GivenPicture, video_time_us: int) -> bytes:
        if not self._settings.is_recorded:
            return b""
        if self._recording is None:
            height_px, width_px = picture.pixels.shape[:2]
            self._recording = PictureRecording(
                size_px=(width_px, height_px), rate_hz=self._reader.rate_hz
            )
        self._recording.add(picture.pixels, video_time_us=video_time_us)
        return self._recording.take()

    def _start_refusal(self, whole_s: float) -> InputError:
        return InputError(
            where=self._reader.name,
            what=f"covers {whole_s:.2f} s, and the start is at {self._settings.start_s:g} s.",
            mend="Give a --start that lies before the end.",
        )

    def _nothing_left(self) -> InputError:
        start_s = seconds_from_microseconds(self._settings.start_us)
        if self._settings.start_us:
            return InputError(
                where=self._reader.name,
                what=f"has no picture after the start ({start_s:g} s).",
                mend="Give a --start that lies before the end.",
            )
        return InputError(
            where=self._reader.name,
            what="has no picture that can be read.",
            mend="Copy the files again from the camera.",
        )
