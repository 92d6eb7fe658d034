"""Joins metadata to pictures: one View for each instant of the video, from all KLV streams."""

from collections import Counter, deque
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from plainview.formats.klv_placing import PLACING_SIGMA_S, KlvPlacing, PictureTimes, PlacedBy
from plainview.geo import Calibration, LensCalibration
from plainview.misb.angle_convention import Conventions
from plainview.misb.damage import DamagePolicy
from plainview.misb.framing import KlvFramer, KlvPacket
from plainview.misb.interpolate_view import InterpolationSettings
from plainview.misb.metadata_set import MetadataSet
from plainview.misb.plausibility import SetDecoder
from plainview.misb.stamps0604 import PictureStamp
from plainview.misb.timed_view import TimedView
from plainview.misb.timeline import Timeline
from plainview.misb.view_sigma import with_more_time_sigma
from plainview.misb.view_state import ViewState, ViewStateSettings
from plainview.model import (
    CountedWarning,
    Event,
    KlvPayload,
    Sigma,
    StreamInfo,
    View,
    ViewSigma,
    changed_view,
)
from plainview.units import microseconds_from_seconds, seconds_from_microseconds

__all__ = ["TimeJoin"]

MAX_DISAGREEMENT_S: Final = 0.1
"""A picture's own stamp and the metadata at its PTS that are further apart contradict each
other: multiplexers move metadata by less than three pictures at 30 a second."""

_FILLED: Final = (
    "security_marking",
    "core_identifier",
    "mission_id",
    "platform_designation",
    "platform_tail_number",
    "image_source",
)
"""What another stream may add to the View of the stream that carries the pose."""

_DISAGREE: Final = CountedWarning(
    code="time_sources_disagree",
    count=0,
    first="",
    what="The stamps in the pictures and the time of the metadata beside them disagree.",
    mend="Positions while the camera turns are off; the container's stamps were believed.",
)


@dataclass(slots=True)
class _Waiting:
    """A set that has not been placed yet, and where the video was when it came."""

    metadata: MetadataSet
    near_us: int


_StreamKey = tuple[int, str]
"""A KLV stream's number and one kind of set on it; a stream may carry two that say the same."""


class _Stream:
    """One kind of set of one KLV stream on its way to Views."""

    def __init__(self, pictures: PictureTimes, settings: InterpolationSettings) -> None:
        self.placing = KlvPlacing(pictures)
        self.timeline = Timeline(settings)
        self.waiting: deque[_Waiting] = deque()
        self.has_pose = False
        self.placed_by: set[PlacedBy] = set()
        self.sensor_key: tuple[object, ...] | None = None
        self.said: dict[str, str] = {}

    def note_names(self, timed: TimedView) -> None:
        """Keep the names and markings that the stream has said so far."""
        for name in _FILLED:
            said = getattr(timed.view, name)
            if said is not None:
                self.said[name] = said


class TimeJoin:
    """Takes KLV payloads as they come and gives the View of each picture.

    The source looks ahead: it gives in all payloads up to the largest gap beyond an instant
    before it asks for the View of that instant. Live it does not, and Views are predicted.

    Args:
        max_gap_s: Sets further apart are not joined.
        instrument: The 1-sigma of the turret where it is known.
        max_predicted_s: How long a View may be carried on by its rates; 0 in files.
        damage: What is done with damaged sets.
        convention: How the source's numbers are to be read; None is the standards' own reading.
        lag_s: By how much the metadata comes too late on the video's clock: what it says of an
            instant lies this much after the picture of that instant. It is taken out.
        lag_sigma_s: 1-sigma of that lag, where it was measured; it takes the place of what is
            assumed of the delay (the shared part of the instant's sigma).
        clock_ahead_s: By how much the clock of the metadata is ahead of UTC; taken out.
        calibration: What is known of the platform's other biases; it is taken off each View.
        lens: What is known of the camera's lens; gives the fields of view where none is sent.

    Attributes:
        came: How many KLV packets came, by stream.
        damaged: How many of them are damaged.
    """

    def __init__(
        self,
        *,
        max_gap_s: float = InterpolationSettings().max_gap_s,
        instrument: ViewSigma | None = None,
        max_predicted_s: float = 0.0,
        damage: DamagePolicy = DamagePolicy.MARK,
        convention: Conventions = None,
        lag_s: float = 0.0,
        lag_sigma_s: float | None = None,
        clock_ahead_s: float = 0.0,
        calibration: Calibration | None = None,
        lens: LensCalibration | None = None,
    ) -> None:
        self._ahead_us = microseconds_from_seconds(clock_ahead_s)
        self._lag_us = microseconds_from_seconds(lag_s)
        self._lag_sigma_s = lag_sigma_s
        self._settings = InterpolationSettings(max_gap_s=max_gap_s, max_predicted_s=max_predicted_s)
        self._framer = KlvFramer()
        self._decoder = SetDecoder(policy=damage)
        self._state = ViewState(
            ViewStateSettings(
                instrument=instrument,
                damage=damage,
                calibration=calibration,
                lens=lens,
                convention=convention,
            )
        )
        self._pictures = PictureTimes()
        self._streams: dict[_StreamKey, _Stream] = {}
        self._synchronous: set[int] = set()
        self._events: list[Event] = []
        self._disagreement = _DISAGREE
        self.came: Counter[int] = Counter()
        self.damaged: Counter[int] = Counter()

    @property
    def n_packets(self) -> int:
        """How many KLV packets came."""
        return self.came.total()

    @property
    def n_packets_damaged(self) -> int:
        """How many of them are damaged."""
        return self.damaged.total()

    def note_streams(self, streams: Iterable[StreamInfo]) -> None:
        """Learn which KLV streams are synchronous; their pose is preferred."""
        for info in streams:
            if info.carriage == "synchronous":
                self._synchronous.add(info.stream)

    def add_stamp(self, video_time_us: int, stamp: PictureStamp) -> None:
        """Take note of the ST 0604 stamp of a picture; the pictures may come out of order."""
        self._pictures.add(video_time_us, stamp_us=stamp.time_us)

    def add_payload(self, payload: KlvPayload, *, near_us: int) -> None:
        """Take in a payload.

        Args:
            payload: As the container gave it.
            near_us: Where the video was when it came, for payloads without a stamp.
        """
        for packet in self._framer.feed(payload):
            self._take(packet, near_us=near_us)

    def finish(self, *, near_us: int) -> tuple[KlvPacket, ...]:
        """Take what is left of packets that the end of the source cut off.

        Args:
            near_us: Where the video was at the end.

        Returns:
            Those packets; they are counted as damaged.
        """
        packets = tuple(self._framer.flush())
        for packet in packets:
            self._take(packet, near_us=near_us)
        for (number, _), stream in self._streams.items():
            self._place_waiting(number, stream)
        return packets

    def view_at(self, video_time_us: int, *, stamp: PictureStamp | None = None) -> View | None:
        """Return the View of a picture; None where the metadata says nothing near it.

        Args:
            video_time_us: When the picture is; pictures are asked for in order.
            stamp: The picture's own stamp, to be compared with the metadata.
        """
        for (number, _), stream in self._streams.items():
            self._place_waiting(number, stream)
        in_order = self._in_order()
        views = [(each, each.timeline.view_at(video_time_us)) for each in in_order]
        known = [(stream, view) for stream, view in views if view is not None]
        if not known:
            return None
        chosen, view = next((each for each in known if each[1].is_locatable), known[0])
        self._compare(chosen, video_time_us, stamp)
        return _filled(view, [stream.said for stream in in_order])

    def warnings(self) -> tuple[CountedWarning, ...]:
        """What went wrong so far, counted."""
        own = (self._disagreement,) if self._disagreement.count else ()
        return self._state.warnings() + own

    def events(self) -> tuple[Event, ...]:
        """What happened since this was last asked."""
        events, self._events = tuple(self._events), []
        return events

    def _take(self, packet: KlvPacket, *, near_us: int) -> None:
        metadata = self._decoder.decode(packet)
        self.came[metadata.stream] += 1
        self.damaged[metadata.stream] += not metadata.is_whole
        key = (metadata.stream, metadata.set_name)
        self._stream(key).waiting.append(_Waiting(metadata, near_us))

    def _stream(self, key: _StreamKey) -> _Stream:
        if key not in self._streams:
            self._streams[key] = _Stream(self._pictures, self._settings)
        return self._streams[key]

    def _in_order(self) -> list[_Stream]:
        """Return the streams: with a pose, synchronous, of the younger standard first."""

        def order(key: _StreamKey) -> tuple[bool, bool, bool, _StreamKey]:
            number, set_name = key
            has_pose = self._streams[key].has_pose
            return not has_pose, number not in self._synchronous, set_name != "ST0601", key

        return [self._streams[key] for key in sorted(self._streams, key=order)]

    def _place_waiting(self, number: int, stream: _Stream) -> None:
        while stream.waiting:
            waiting = stream.waiting.popleft()
            metadata = waiting.metadata
            video_time_us, how = stream.placing.place(
                pts_video_time_us=metadata.video_time_us,
                stamp_us=metadata.time_us,
                near_us=waiting.near_us,
            )
            timed = self._state.update(
                replace(metadata, video_time_us=video_time_us - self._lag_us)
            )
            marking = self._state.marking_of(number)
            if marking is not None:
                stream.said["security_marking"] = marking
            if timed is None:
                continue
            stream.note_names(timed)
            self._note_placing(number, stream, how)
            self._note_sensor(stream, timed)
            stream.has_pose = stream.has_pose or timed.view.pose_basis is not None
            timed = _with_lag_sigma(_with_clock(timed, self._ahead_us), self._lag_sigma_s)
            stream.timeline.add(_with_placing_sigma(timed, how))

    def _note_placing(self, number: int, stream: _Stream, how: PlacedBy) -> None:
        if how in stream.placed_by:
            return
        stream.placed_by.add(how)
        if how is not PlacedBy.PTS:
            self._events.append(
                Event(
                    kind="metadata_placed",
                    what=f"KLV stream {number} has no time stamps of its container; "
                    f"it was placed by {_HOW[how]}.",
                    details={"stream": number, "placed_by": how.value},
                )
            )

    def _note_sensor(self, stream: _Stream, timed: TimedView) -> None:
        before, stream.sensor_key = stream.sensor_key, timed.sensor_key
        if before is not None and before != timed.sensor_key:
            self._events.append(
                Event(
                    kind="sensor_change",
                    what="The source says that another sensor, field of view or mode is used.",
                    video_time_us=max(0, timed.video_time_us or 0),
                    time_us=timed.time_us,
                )
            )

    def _compare(self, stream: _Stream, video_time_us: int, stamp: PictureStamp | None) -> None:
        """Count a picture whose own stamp is not the time of the metadata beside it."""
        if stamp is None or PlacedBy.PTS not in stream.placed_by:
            return
        before, after = stream.timeline.neighbours(video_time_us - self._lag_us)
        nearest = before or after
        if nearest is None or nearest.stamp_us is None or nearest.video_time_us is None:
            return
        sent_us = nearest.video_time_us + self._lag_us
        metadata_us = nearest.stamp_us + video_time_us - sent_us
        if abs(metadata_us - stamp.time_us) > microseconds_from_seconds(MAX_DISAGREEMENT_S):
            off_s = seconds_from_microseconds(metadata_us - stamp.time_us)
            first = f"{seconds_from_microseconds(video_time_us):.3f} s, by {off_s:.3f} s"
            known = self._disagreement
            self._disagreement = replace(known, count=known.count + 1, first=known.first or first)


_HOW: Final = {
    PlacedBy.PICTURE_STAMPS: "the stamps in the pictures",
    PlacedBy.NEIGHBOURS: "the time stamps of those of its packets that have one",
    PlacedBy.ARRIVAL: "the pictures between which it came, which is unsure by some tenths of a "
    "second",
}


def _with_clock(timed: TimedView, ahead_us: int) -> TimedView:
    """Return the View with a known error of its clock taken out."""
    if not ahead_us or timed.time_us is None:
        return timed
    time_us = timed.time_us - ahead_us
    return replace(timed, time_us=time_us, view=changed_view(timed.view, time_us=time_us))


def _with_lag_sigma(timed: TimedView, lag_sigma_s: float | None) -> TimedView:
    """Return the View with what is known of its delay against the picture."""
    sigma = timed.view.sigma
    if sigma is None or lag_sigma_s is None:
        return timed
    time_s = Sigma(own=sigma.time_s.own, shared=lag_sigma_s)
    return replace(timed, view=changed_view(timed.view, sigma=replace(sigma, time_s=time_s)))


def _with_placing_sigma(timed: TimedView, how: PlacedBy) -> TimedView:
    sigma = with_more_time_sigma(timed.view.sigma, shared_s=PLACING_SIGMA_S[how])
    return (
        timed
        if sigma is timed.view.sigma
        else replace(timed, view=changed_view(timed.view, sigma=sigma))
    )


def _filled(view: View, said: list[dict[str, str]]) -> View:
    """Return the View with names and markings that only another stream has said."""
    others = [each for each in said if each]
    missing: dict[str, str] = {}
    for name in _FILLED if others else ():
        if getattr(view, name) is None:
            found = next((each[name] for each in others if name in each), None)
            if found is not None:
                missing[name] = found
    return changed_view(view, **missing) if missing else view
