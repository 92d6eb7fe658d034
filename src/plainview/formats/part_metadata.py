"""The metadata of one input for one of its cameras: payloads in, the View of each picture out."""

from pathlib import Path

from plainview.formats.klv_carriage import CarriedKlv
from plainview.formats.metadata_health import MetadataHealth
from plainview.formats.part_sidecar import PartSidecar
from plainview.formats.source_camera import SourceCamera
from plainview.formats.source_reader import SourceReader
from plainview.formats.source_settings import SourceSettings
from plainview.formats.time_join import TimeJoin
from plainview.formats.video_clock import VideoClock
from plainview.geo import LensCalibration
from plainview.misb.stamps0604 import PictureStamp
from plainview.model import CountedWarning, Event, KlvPayload, View

__all__ = ["PartMetadata"]


class PartMetadata:
    """Joins the KLV of an input, or the file beside it, to the pictures of one camera.

    Args:
        path: The input.
        reader: The same, opened.
        clock: Of the camera's video.
        settings: How it is read.
        plan: Which camera it is.
        lens: What is known of its lens.
        start_us: The video time of the input's first picture.
        max_predicted_s: How long a View may be carried on by its rates; 0 in files.
    """

    def __init__(
        self,
        path: Path,
        reader: SourceReader,
        clock: VideoClock,
        *,
        settings: SourceSettings,
        plan: SourceCamera,
        lens: LensCalibration | None,
        start_us: int,
        max_predicted_s: float,
    ) -> None:
        self._name = plan.place_in(path)
        self._reader, self._clock, self._plan = reader, clock, plan
        self._lag_us = settings.metadata_lag_us
        self._join = TimeJoin(
            max_gap_s=settings.max_gap_s,
            instrument=settings.instrument,
            convention=settings.convention,
            damage=settings.damage,
            lag_s=settings.metadata_lag_s,
            lag_sigma_s=settings.metadata_lag_sigma_s,
            clock_ahead_s=settings.clock_ahead_s,
            calibration=settings.calibration,
            lens=lens,
            max_predicted_s=max_predicted_s,
        )
        self._health = MetadataHealth(max_gap_s=settings.max_gap_s, tally=reader.tally)
        self._klv_streams: set[int] = set()
        self._sidecar = PartSidecar(path, reader, settings=settings, start_us=start_us)

    @property
    def known_until_us(self) -> int | None:
        """Up to when every metadata stream is known; None where there is none to wait for."""
        return self._health.known_until_us - self._lag_us if self._reader.has_klv else None

    @property
    def n_packets(self) -> int:
        """How many KLV packets came, without those that another camera counts."""
        return sum(n for stream, n in self._join.came.items() if self._plan.gives_klv(stream))

    @property
    def n_packets_damaged(self) -> int:
        """How many of them are damaged."""
        return sum(n for stream, n in self._join.damaged.items() if self._plan.gives_klv(stream))

    def add_stamp(self, video_time_us: int, stamp: PictureStamp) -> None:
        """Take note of the ST 0604 stamp of a picture; the pictures may come out of order."""
        self._join.add_stamp(video_time_us, stamp)

    def take(self, klv: CarriedKlv) -> KlvPayload | None:
        """Take a payload; return it, or None where another camera gives it out."""
        pts, near_us = klv.pts, self._clock.latest_us
        payload = KlvPayload(
            stream=klv.stream,
            data=klv.data,
            video_time_us=None if pts is None else self._clock.time_us(pts),
            pts_us=None if pts is None else self._clock.unwrapped_us(pts),
            byte_offset=klv.byte_offset,
        )
        if payload.stream not in self._klv_streams:
            self._klv_streams.add(payload.stream)
            self._join.note_streams(self._reader.streams)
        self._join.add_payload(payload, near_us=near_us)
        self._health.add_payload(payload, near_us=near_us, where=self._place(klv.byte_offset))
        return payload if self._plan.gives_klv(payload.stream) else None

    def take_cut_off(self) -> None:
        """Take the metadata that the end of the file cut off: it is damaged, and said."""
        for packet in self._join.finish(near_us=self._clock.latest_us):
            place = self._name
            if packet.byte_offset is not None:
                place = self._place(packet.byte_offset)
            self._reader.tally.add("truncated", first=f"{place}, KLV stream {packet.stream}")

    def view_at(self, video_time_us: int, *, stamp: PictureStamp | None) -> View | None:
        """Return the View of a picture; None where nothing says it."""
        view = self._join.view_at(video_time_us, stamp=stamp)
        return self._sidecar.view_at(video_time_us) if view is None else view

    def finish(self) -> None:
        """Say at the end whether there was metadata, and whether it lasted."""
        if not self._sidecar.is_used:
            self._health.finish(end_us=self._clock.frame_us, where=self._name)

    def warnings(self) -> tuple[CountedWarning, ...]:
        """What went wrong so far, counted."""
        return self._join.warnings() + self._sidecar.warnings

    def events(self) -> tuple[Event, ...]:
        """What happened since this was last asked."""
        sidecar = self._sidecar.take_events()
        return (*sidecar, *self._health.take_events(), *self._join.events())

    def _place(self, offset: int) -> str:
        return f"{self._name}, byte {offset}"
