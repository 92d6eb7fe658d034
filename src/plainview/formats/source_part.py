"""One input of a source: its frames with their Views, in order, and all that came with them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from av.video.stream import VideoStream

from plainview.formats.container import CompressedPacket
from plainview.formats.decode_video import DecodedPicture, VideoDecoder
from plainview.formats.klv_carriage import CarriedKlv
from plainview.formats.lens_choice import choose_lens, with_lens
from plainview.formats.metadata_health import MetadataHealth
from plainview.formats.packet_queue import (
    LookAhead,
    PictureOrigin,
    RunUp,
    WaitingPacket,
    WaitingRecord,
)
from plainview.formats.part_sidecar import PartSidecar
from plainview.formats.source_reader import SourceReader, open_reader, video_clock_of
from plainview.formats.source_settings import SourceSettings
from plainview.formats.time_join import TimeJoin
from plainview.formats.video_clock import FrameTime
from plainview.formats.warning_tally import clock_text
from plainview.geo import view_with_fields
from plainview.misb.stamps0604 import find_picture_stamp
from plainview.model import Camera, CountedWarning, Event, Frame, KlvPayload, Unit
from plainview.units import MICROSECONDS_PER_SECOND, microseconds_from_seconds

__all__ = ["SourcePart"]

_CAMERA: Final = "camera-1"
_MAX_RECORD_BYTES: Final = 4 << 20


class SourcePart:
    """One input, opened; its units come once.

    Args:
        path: The input.
        settings: How it is read.
        start_us: The video time of its first picture; below 0 where its beginning is skipped.
        camera: The camera so far, for a part that is not the first; None for the first.
        first_index: The index of its first frame.
    """

    def __init__(
        self,
        path: Path,
        *,
        settings: SourceSettings,
        start_us: int,
        camera: Camera | None = None,
        first_index: int = 0,
    ) -> None:
        self.path = path
        self.reader: SourceReader = open_reader(path, are_pictures_given=settings.is_recorded)
        self.size_bytes = path.stat().st_size
        self.n_frames = 0
        self._settings = settings
        self._first_index = first_index
        self._start_us = start_us
        self._is_first_part = camera is None
        video = self.reader.container.video
        self.clock = video_clock_of(self.reader, start_us=start_us)
        name = _CAMERA if camera is None else camera.name
        self._lens = choose_lens(self.reader, settings.calibration, camera=name, where=str(path))
        self.camera = camera or with_lens(
            Camera(name=_CAMERA, width_px=video.width, height_px=video.height), self._lens
        )
        self._decoder = VideoDecoder(video, n_threads=settings.n_decode_threads)
        self._join = TimeJoin(
            max_gap_s=settings.max_gap_s,
            instrument=settings.instrument,
            convention=settings.convention,
            lag_s=settings.metadata_lag_s,
            lag_sigma_s=settings.metadata_lag_sigma_s,
            clock_ahead_s=settings.clock_ahead_s,
            calibration=settings.calibration,
            lens=self._lens,
        )
        self._health = MetadataHealth(max_gap_s=settings.max_gap_s, tally=self.reader.tally)
        self._ahead = LookAhead(
            span_us=microseconds_from_seconds(settings.max_gap_s) + max(0, settings.metadata_lag_us)
        )
        self._record = WaitingRecord()
        self._run_up = RunUp()
        self._events: list[Event] = []
        self._klv_streams: set[int] = set()
        self._last_offset: int | None = None
        self._is_done = False
        self._n_decode_errors = 0
        self._stream_change: dict[str, str | int] | None = None
        self._depth: np.dtype[Any] | None = None
        self._sidecar = PartSidecar(path, self.reader, settings=settings, start_us=start_us)
        n_left = len(self.reader.container.videos) - 1
        self.reader.tally.add("video_streams_left", first=path.name, count=n_left)

    def units(self) -> Iterator[Unit]:
        """Yield what comes, in order, once."""
        for packet in self.reader.packets():
            if packet.size:
                self._take_packet(packet)
                yield from self._ready_units()
            if self._is_done:
                break
        yield from self._last_units()
        self._finish()

    def warnings(self) -> tuple[CountedWarning, ...]:
        """What went wrong so far, counted."""
        return self.reader.tally.warnings() + self._join.warnings() + self._sidecar.warnings

    def events(self) -> tuple[Event, ...]:
        """What happened since this was last asked."""
        said = (*self._events, *self._sidecar.take_events(), *self._health.take_events())
        events = (*said, *self._join.events())
        self._events = []
        return events

    @property
    def first_us(self) -> int:
        """The video time of the part's first picture."""
        return self._start_us

    @property
    def end_us(self) -> int:
        """The video time of the picture that would come next."""
        last_us = self.clock.frame_us
        if last_us is None or self.clock.latest_us < 0:  # pictures that are skipped have no frame
            last_us = self.clock.latest_us
        return max(self._start_us, last_us + self.clock.interval_us)

    @property
    def next_index(self) -> int:
        """The index of the frame that would come next."""
        return self._first_index + self.n_frames

    @property
    def is_ended(self) -> bool:
        """Whether the end that was asked for has been reached."""
        return self._is_done

    def recording_ticks(self, video_time_us: int) -> int | None:
        """Return the 90 kHz stamp that a time has in the recording; None before any picture."""
        pts = self.clock.pts(video_time_us)
        return None if pts is None else self.reader.recording_ticks(pts)

    @property
    def n_packets(self) -> int:
        """How many KLV packets came."""
        return self._join.n_packets

    @property
    def n_packets_damaged(self) -> int:
        """How many of them are damaged."""
        return self._join.n_packets_damaged

    @property
    def position_fraction(self) -> float:
        """How much of the file was read."""
        return min(1.0, self.reader.n_bytes_read / max(1, self.size_bytes))

    def close(self) -> None:
        """Let go of the file."""
        self.reader.close()

    def _take_packet(self, packet: CompressedPacket) -> None:
        time = self.clock.take_packet(pts=packet.pts, dts=packet.dts)
        stamp = find_picture_stamp(bytes(packet))
        origin = PictureOrigin(time=time, stamp=stamp)
        if stamp is not None and time.time_us is not None:
            self._join.add_stamp(time.time_us, stamp)
        offset = self.reader.offset_of(packet)
        self._ahead.add(WaitingPacket(packet=packet, origin=origin, offset=offset))
        self._last_offset = offset
        self._take_between(before=offset)

    def _take_between(self, *, before: int | None) -> None:
        """Take the metadata and the bytes that lie before a place in the file."""
        for run in self.reader.take_runs():
            self._record.add_run(run)
        for klv in self.reader.take_klv(before=before):
            payload = self._payload(klv)
            if payload.stream not in self._klv_streams:
                self._klv_streams.add(payload.stream)
                self._join.note_streams(self.reader.streams)
            self._join.add_payload(payload, near_us=self.clock.latest_us)
            self._health.add_payload(
                payload, near_us=self.clock.latest_us, where=self._place(klv.byte_offset)
            )
            self._record.add_payload(payload)

    def _take_cut_off(self) -> None:
        """Take the metadata that the end of the file cut off: it is damaged, and said."""
        for packet in self._join.finish(near_us=self.clock.latest_us):
            place = self.path.name
            if packet.byte_offset is not None:
                place = self._place(packet.byte_offset)
            self.reader.tally.add("truncated", first=f"{place}, KLV stream {packet.stream}")

    def _payload(self, klv: CarriedKlv) -> KlvPayload:
        pts = klv.pts
        return KlvPayload(
            stream=klv.stream,
            data=klv.data,
            video_time_us=None if pts is None else self.clock.time_us(pts),
            pts_us=None if pts is None else self.clock.unwrapped_us(pts),
            byte_offset=klv.byte_offset,
        )

    def _ready_units(self) -> Iterator[Unit]:
        known_us = self._health.known_until_us - self._settings.metadata_lag_us
        metadata_us = known_us if self.reader.has_klv else None
        while (
            waiting := self._ahead.pop_ready(
                metadata_us=metadata_us, latest_us=self.clock.latest_us
            )
        ) is not None:
            yield from self._decoded_units(waiting)
        if not self._ahead:
            yield from self._overdue_unit()

    def _decoded_units(self, waiting: WaitingPacket) -> Iterator[Unit]:
        """Decode a picture; before the start only from the last key picture on."""
        time_us = waiting.origin.time.time_us
        if time_us is not None and time_us < 0 and not self._run_up.is_full:
            self._run_up.add(waiting)
            self._record.take_before(self._run_up.offset)
            return
        for each in (*self._run_up.take(), waiting):
            if each.packet.stream is not self._decoder.stream:
                yield from self._units_of(self._decoder.flush())
                self._change_decoder(each.packet)
            yield from self._units_of(self._decoder.decode(each.packet, origin=each.origin))

    def _change_decoder(self, packet: CompressedPacket) -> None:
        """Go on with the stream in which the video goes on."""
        was, video = self._decoder.stream, packet.stream
        if not isinstance(video, VideoStream):
            raise TypeError("a picture has come in a stream that is no video")
        self._n_decode_errors += self._decoder.n_errors
        self._decoder = VideoDecoder(video, n_threads=self._settings.n_decode_threads)
        self._stream_change = {
            "pid_before": was.id,
            "codec_before": was.codec_context.name,
            "pid_after": video.id,
            "codec_after": video.codec_context.name,
        }

    def _note_stream(self, time: FrameTime) -> bool:
        """Say that the video goes on in another stream, with the first frame of it."""
        details, self._stream_change = self._stream_change, None
        if details is None:
            return False
        before = f"PID {details['pid_before']} ({details['codec_before']})"
        after = f"PID {details['pid_after']} ({details['codec_after']})"
        self._events.append(
            Event(
                kind="video_stream",
                what=f"The video goes on in another stream: {before} became {after}.",
                video_time_us=time.video_time_us,
                details=details,
            )
        )
        return True

    def _last_units(self) -> Iterator[Unit]:
        self.clock.finish()
        if not self._is_done:
            self._take_between(before=None)
            self._take_cut_off()
        while not self._is_done and (waiting := self._ahead.pop()) is not None:
            yield from self._decoded_units(waiting)
        if not self._is_done:
            yield from self._units_of(self._decoder.flush())
        yield from self._end_of_recording()

    def _end_of_recording(self) -> Iterator[Unit]:
        """Give out what came after the last picture, and what the recording held back."""
        if self._is_done and not self.reader.is_video_encoded:
            return
        self.reader.end_recording(is_cut=self._is_done)
        for run in self.reader.take_runs():
            self._record.add_run(run)
        recorded, payloads = self._record.take_before(None)
        if recorded or payloads:
            yield Unit(frame=None, payloads=() if self._is_done else payloads, recorded=recorded)

    def _overdue_unit(self) -> Iterator[Unit]:
        """Give out what came without any picture before it grows."""
        if self._record.n_bytes > _MAX_RECORD_BYTES:
            recorded, payloads = self._record.take_before(None)
            yield Unit(frame=None, payloads=payloads, recorded=recorded)

    def _units_of(self, pictures: list[DecodedPicture]) -> Iterator[Unit]:
        for picture in pictures:
            unit = self._unit(picture)
            if unit is not None:
                yield unit

    def _unit(self, picture: DecodedPicture) -> Unit | None:
        origin = picture.origin
        if not isinstance(origin, PictureOrigin):
            raise TypeError("a picture has lost the packet that it came from")
        time = self.clock.take_frame(origin.time, pts=picture.pts)
        length_us = self._settings.length_us
        if length_us is not None and time.video_time_us >= length_us:
            self._is_done = True
            return None
        if time.video_time_us < 0:
            return None
        self._add_to_recording(picture, time)
        next_offset = self._ahead.next_offset if self._ahead else self._last_offset
        recorded, payloads = self._record.take_before(next_offset)
        frame = self._frame(picture, time, origin)
        return Unit(frame=frame, payloads=payloads, recorded=recorded)

    def _add_to_recording(self, picture: DecodedPicture, time: FrameTime) -> None:
        """Hand over a picture whose packets the recording cannot hold; take what came of it."""
        pts = self.clock.pts(time.video_time_us)
        if pts is None:
            return
        self.reader.add_picture(picture.pixels, pts=pts, video_time_us=time.video_time_us)
        for run in self.reader.take_runs():
            self._record.add_run(run)

    def _frame(self, picture: DecodedPicture, time: FrameTime, origin: PictureOrigin) -> Frame:
        is_new_stream = self._note_stream(time)
        is_new_size = self._note_camera(picture, time)
        is_new_depth = self._depth not in (None, picture.pixels.dtype)
        self._depth = picture.pixels.dtype
        self._note_time(time, is_damaged=picture.is_damaged)
        view = self._join.view_at(time.video_time_us, stamp=origin.stamp)
        view = self._sidecar.view_at(time.video_time_us) if view is None else view
        frame = Frame(
            pixels=picture.pixels,
            camera=self.camera,
            frame_index=self._first_index + self.n_frames,
            video_time_us=time.video_time_us,
            view=view and view_with_fields(view, self._lens),
            is_discontinuous=is_new_stream
            or is_new_size
            or is_new_depth
            or time.gap_us > 0
            or time.is_step
            or (self.n_frames == 0 and not self._is_first_part),
            is_interlaced=picture.is_interlaced,
        )
        self.n_frames += 1
        return frame

    def _note_camera(self, picture: DecodedPicture, time: FrameTime) -> bool:
        """Keep the camera's size true; say whether it changed."""
        height_px, width_px = picture.pixels.shape[:2]
        ratio = picture.pixel_aspect_ratio
        was = self.camera
        if (was.width_px, was.height_px, was.pixel_aspect_ratio) == (width_px, height_px, ratio):
            return False
        sized = replace(was, width_px=width_px, height_px=height_px, pixel_aspect_ratio=ratio)
        self.camera = with_lens(sized, self._lens)
        if self._lens is not None and not self._lens.fits(width_px, height_px):
            self.reader.tally.add("lens_of_other_shape", first=self._where(time))
        is_first = self._is_first_part and self.n_frames == 0
        if (was.width_px, was.height_px) == (width_px, height_px) or is_first:
            return False
        what = f"{was.width_px}x{was.height_px} became {width_px}x{height_px}"
        self._note("picture_size", time, what=f"The picture changed its size: {what}.")
        return True

    def _note_time(self, time: FrameTime, *, is_damaged: bool) -> None:
        if time.gap_us:
            gap_s = time.gap_us / MICROSECONDS_PER_SECOND
            self._note("video_gap", time, what=f"There is no video for {gap_s:.1f} s before.")
        if time.is_step:
            self._note("video_clock_step", time, what="The video's clock jumped.")
        tally = self.reader.tally
        tally.add("video_no_time", first=self._where(time), count=int(time.is_guessed))
        tally.add("video_picture_damaged", first=self._where(time), count=int(is_damaged))

    def _note(self, code: str, time: FrameTime, *, what: str) -> None:
        self.reader.tally.add(code, first=self._where(time))
        self._events.append(Event(kind=code, what=what, video_time_us=time.video_time_us))

    def _where(self, time: FrameTime) -> str:
        return f"{self.path.name}, {clock_text(time.video_time_us)}"

    def _place(self, offset: int) -> str:
        return f"{self.path.name}, byte {offset}"

    def _finish(self) -> None:
        n_errors = self._n_decode_errors + self._decoder.n_errors
        self.reader.tally.set_count("video_decode", n_errors, first=self.path.name)
        if not self._sidecar.is_used:
            self._health.finish(end_us=self.clock.frame_us, where=self.path.name)
