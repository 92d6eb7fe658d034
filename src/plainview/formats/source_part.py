"""One input of a source: its frames with their Views, in order, and all that came with them."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from av.video.stream import VideoStream

from plainview.formats.container import CompressedPacket
from plainview.formats.decode_video import DecodedPicture, VideoDecoder
from plainview.formats.lens_choice import choose_lens, with_lens
from plainview.formats.live_arrivals import CameraArrivals, gap_event
from plainview.formats.packet_queue import (
    LookAhead,
    PictureOrigin,
    RunUp,
    WaitingPacket,
    WaitingRecord,
)
from plainview.formats.part_metadata import PartMetadata
from plainview.formats.part_notes import PartNotes
from plainview.formats.silent_video import SilentVideo
from plainview.formats.source_camera import SourceCamera
from plainview.formats.source_reader import SourceReader, open_reader, video_clock_of
from plainview.formats.source_settings import SourceSettings
from plainview.formats.video_clock import FrameTime
from plainview.geo import view_with_fields
from plainview.misb.stamps0604 import find_picture_stamp
from plainview.model import Camera, CountedWarning, Event, Frame, Unit
from plainview.units import microseconds_from_seconds, seconds_from_microseconds

__all__ = ["SourcePart"]

_MAX_RECORD_BYTES: Final = 4 << 20
_LONG_SILENCE_US: Final = 60_000_000
"""Metadata of a video that has stopped are not kept waiting for its next picture for longer."""


class SourcePart:
    """One input, opened; its units come once.

    Args:
        path: The input.
        settings: How it is read.
        start_us: The video time of its first picture; below 0 where its beginning is skipped.
        camera: The camera so far, for a part that is not the first; None for the first.
        first_index: The index of its first frame.
        reader: What it was opened with; None opens it.
        plan: Which camera it is, of several of an input; None where it is the only one.
        live: When its packets came; None of a file. Then nothing waits for metadata that has not
            come, and nothing is given to be recorded: that was done before.
    """

    def __init__(
        self,
        path: Path,
        *,
        settings: SourceSettings,
        start_us: int,
        camera: Camera | None = None,
        first_index: int = 0,
        reader: SourceReader | None = None,
        plan: SourceCamera | None = None,
        live: CameraArrivals | None = None,
    ) -> None:
        self.path = path
        self.plan = plan = plan or SourceCamera()
        self.reader: SourceReader = reader or open_reader(
            path, are_pictures_given=settings.is_recorded, choice=plan.choice
        )
        self.size_bytes = 0 if live else path.stat().st_size
        self._live = live
        self.n_frames = 0
        self._settings = settings
        self._first_index = first_index
        self._start_us = start_us
        self._is_first_part = camera is None
        self._silent = SilentVideo()
        video = self.reader.container.video
        self.clock = video_clock_of(self.reader, start_us=start_us, shared=plan.shared)
        name = plan.name
        self._lens = choose_lens(self.reader, settings, camera=name, where=str(path))
        self.camera = camera or with_lens(
            Camera(name=name, width_px=video.width, height_px=video.height), self._lens
        )
        self._decoder = VideoDecoder(video, n_threads=settings.n_decode_threads)
        self._metadata = PartMetadata(
            path,
            self.reader,
            self.clock,
            settings=settings,
            plan=plan,
            lens=self._lens,
            start_us=start_us,
            max_predicted_s=live.settings.max_predicted_s if live else 0.0,
        )
        span_us = microseconds_from_seconds(settings.max_gap_s) + max(0, settings.metadata_lag_us)
        if live is not None:
            wait_s = live.settings.max_wait_s
            span_us = microseconds_from_seconds(wait_s) if wait_s else -1
        self._ahead = LookAhead(span_us=span_us)
        self._record = WaitingRecord()
        self._run_up = RunUp()
        self._name = plan.place_in(path)
        self._notes = PartNotes(
            self._name,
            tally=self.reader.tally,
            camera=name if plan.is_one_of_several else None,
        )
        self._last_offset: int | None = None
        self._is_done = False
        self._n_decode_errors = 0
        self._frame_us: int | None = None
        self._depth: np.dtype[Any] | None = None
        self.reader.tally.add("video_streams_left", first=path.name, count=plan.n_left)
        plan.tell(self._notes, tally=self.reader.tally, path=path)

    def units(self) -> Iterator[Unit]:
        """Yield what comes, in order, once."""
        for packet in self.reader.packets():
            if packet.size and packet.stream.id in self.plan.choice.others:
                yield from self._silent_units(packet)
            elif packet.size:
                self._silent.end()
                self._take_packet(packet)
                yield from self._ready_units()
            if self._is_done:
                break
        yield from self._last_units()
        self._finish()

    def warnings(self) -> tuple[CountedWarning, ...]:
        """What went wrong so far, counted."""
        return self.reader.tally.warnings() + self._metadata.warnings()

    def events(self) -> tuple[Event, ...]:
        """What happened since this was last asked."""
        return self._notes.take_events() + self._metadata.events()

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
    def last_offset(self) -> int | None:
        """Where the newest picture that was read begins; None before the first."""
        return self._last_offset

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
        """How many KLV packets came, without those that another camera counts."""
        return self._metadata.n_packets

    @property
    def n_packets_damaged(self) -> int:
        """How many of them are damaged."""
        return self._metadata.n_packets_damaged

    @property
    def position_fraction(self) -> float:
        """How much of the file was read."""
        return min(1.0, self.reader.n_bytes_read / max(1, self.size_bytes))

    def close(self) -> None:
        """Let go of the file."""
        self.reader.close()

    def _take_packet(self, packet: CompressedPacket) -> None:
        offset = self.reader.offset_of(packet)
        arrived_s = self._arrived_s(offset)
        time = self.clock.take_packet(pts=packet.pts, dts=packet.dts)
        stamp = find_picture_stamp(bytes(packet))
        origin = PictureOrigin(time=time, stamp=stamp, arrived_s=arrived_s)
        if stamp is not None and time.time_us is not None:
            self._metadata.add_stamp(time.time_us, stamp)
        self._ahead.add(WaitingPacket(packet=packet, origin=origin, offset=offset))
        self._last_offset = offset
        self._take_between(before=None if self._live else offset)

    def _arrived_s(self, offset: int | None) -> float | None:
        """Return when a picture came over its link, and take note of a gap before it."""
        if self._live is None:
            return None
        gap = self._live.gap_before(offset)
        if gap is not None:
            self.clock.note_silence(microseconds_from_seconds(gap.gap_s))
            if self._live.is_first_to_meet(gap):
                self._notes.add(gap_event(gap, video_time_us=self.clock.latest_us))
        return self._live.arrived_s(offset)

    def _take_between(self, *, before: int | None, has_klv: bool = True) -> None:
        """Take the metadata and the bytes that lie before a place in the file."""
        for run in self.reader.take_runs():
            if self._live is None:
                self._record.add_run(run)
        for klv in self.reader.take_klv(before=before) if has_klv else ():
            payload = self._metadata.take(klv)
            if payload is not None:
                self._record.add_payload(payload)

    def _ready_units(self) -> Iterator[Unit]:
        metadata_us = self._metadata.known_until_us
        while (
            waiting := self._ahead.pop_ready(
                metadata_us=metadata_us, latest_us=self.clock.latest_us
            )
        ) is not None:
            yield from self._decoded_units(waiting)
        if not self._ahead:
            yield from self._overdue_unit()

    def _silent_units(self, packet: CompressedPacket) -> Iterator[Unit]:
        """Take a packet of another camera; give out what came while this one is long silent.

        Its next picture may be the last of the file: the packets that are to be recorded do not
        wait for it, nor, after a minute, its metadata. Over a link metadata do not wait at all.
        """
        if not self._silent.take_other(packet):
            return
        if self._live is not None:
            self._take_between(before=None)
            _, payloads = self._record.take_before(None)
            if payloads:
                yield Unit(frame=None, payloads=payloads, recorded=b"")
            return
        is_long = self._silent.silent_us > _LONG_SILENCE_US
        self._take_between(before=self.reader.offset_of(packet), has_klv=is_long)
        yield from self._overdue_unit()

    def _decoded_units(self, waiting: WaitingPacket) -> Iterator[Unit]:
        """Decode a picture; before the start only from the last key picture on."""
        time_us = waiting.origin.time.time_us
        if time_us is not None and time_us < 0 and not self._run_up.is_full:
            self._run_up.add(waiting)
            self._record.take_before(self._run_up.offset)
            return
        if self._live and not self._live.is_decoded(waiting.packet, waiting.origin.arrived_s):
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
        self._notes.note_next_stream(was, video)

    def _last_units(self) -> Iterator[Unit]:
        self.clock.finish()
        if not self._is_done:
            self._take_between(before=None)
            self._metadata.take_cut_off()
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
        return Unit(frame=frame, payloads=payloads, recorded=recorded, arrived_s=origin.arrived_s)

    def _add_to_recording(self, picture: DecodedPicture, time: FrameTime) -> None:
        """Hand over a picture whose packets the recording cannot hold; take what came of it."""
        pts = self.clock.pts(time.video_time_us)
        if pts is None:
            return
        self.reader.add_picture(picture.pixels, pts=pts, video_time_us=time.video_time_us)
        for run in self.reader.take_runs():
            self._record.add_run(run)

    def _frame(self, picture: DecodedPicture, time: FrameTime, origin: PictureOrigin) -> Frame:
        is_new_stream = self._notes.note_stream(time)
        is_new_size = self._note_camera(picture, time)
        is_new_depth = self._depth not in (None, picture.pixels.dtype)
        self._depth = picture.pixels.dtype
        is_gap_ours = self._live is not None and self._live.take_skipped()
        said = replace(time, gap_us=0) if is_gap_ours else time
        self._notes.note_time(said, is_damaged=picture.is_damaged)
        view = self._metadata.view_at(time.video_time_us, stamp=origin.stamp)
        frame = Frame(
            pixels=picture.pixels,
            camera=self.camera,
            frame_index=self._first_index + self.n_frames,
            video_time_us=time.video_time_us,
            view=view and view_with_fields(view, self._lens),
            is_discontinuous=is_new_stream
            or is_new_size
            or is_new_depth
            or self._is_apart(time)
            or (self.n_frames == 0 and not self._is_first_part),
            is_interlaced=picture.is_interlaced,
        )
        self.n_frames += 1
        return frame

    def _is_apart(self, time: FrameTime) -> bool:
        """Say whether a frame has nothing to do with the one before it.

        After a short gap of a link the pictures decide: the camera has gone on looking.
        """
        before_us, self._frame_us = self._frame_us, time.video_time_us
        if self._live is None or before_us is None:
            return time.gap_us > 0 or time.is_step
        apart_s = seconds_from_microseconds(time.video_time_us - before_us)
        return apart_s > self._live.settings.max_carried_s

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
            self.reader.tally.add("lens_of_other_shape", first=self._notes.where(time))
        is_first = self._is_first_part and self.n_frames == 0
        if (was.width_px, was.height_px) == (width_px, height_px) or is_first:
            return False
        self._notes.note_size(
            time, before_px=(was.width_px, was.height_px), now_px=(width_px, height_px)
        )
        return True

    def _finish(self) -> None:
        n_errors = self._n_decode_errors + self._decoder.n_errors
        self.reader.tally.set_count("video_decode", n_errors, first=self._name)
        self._metadata.finish()
