"""What happens to the video of one input: said as events, counted as warnings."""

from av.video.stream import VideoStream

from plainview.formats.video_clock import FrameTime
from plainview.formats.warning_tally import WarningTally, clock_text
from plainview.model import Event
from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["PartNotes"]


class PartNotes:
    """Takes note of what happens to the video of one input.

    Args:
        name: Of the input.
        tally: Where it is counted.
        camera: Named in what is said, where the input has several.
    """

    def __init__(self, name: str, *, tally: WarningTally, camera: str | None = None) -> None:
        self._name = name
        self._camera = {} if camera is None else {"camera": camera}
        self._tally = tally
        self._events: list[Event] = []
        self._stream_change: dict[str, str | int] | None = None

    def take_events(self) -> tuple[Event, ...]:
        """Return what happened since this was last asked."""
        events, self._events = tuple(self._events), []
        return events

    def add(self, event: Event) -> None:
        """Take an event as it is."""
        self._events.append(event)

    def note_time(self, time: FrameTime, *, is_damaged: bool) -> None:
        """Take note of how the clock came to a frame."""
        if time.gap_us:
            gap_s = time.gap_us / MICROSECONDS_PER_SECOND
            self._note("video_gap", time, what=f"There is no video for {gap_s:.1f} s before.")
        if time.is_step:
            self._note("video_clock_step", time, what="The video's clock jumped.")
        self._tally.add("video_no_time", first=self.where(time), count=int(time.is_guessed))
        self._tally.add("video_picture_damaged", first=self.where(time), count=int(is_damaged))

    def note_size(
        self, time: FrameTime, *, before_px: tuple[int, int], now_px: tuple[int, int]
    ) -> None:
        """Take note of a picture of another width and height."""
        what = f"{before_px[0]}x{before_px[1]} became {now_px[0]}x{now_px[1]}"
        self._note("picture_size", time, what=f"The picture changed its size: {what}.")

    def note_next_stream(self, was: VideoStream, video: VideoStream) -> None:
        """Take note that the next frame is of another stream."""
        self._stream_change = {
            "pid_before": was.id,
            "codec_before": was.codec_context.name,
            "pid_after": video.id,
            "codec_after": video.codec_context.name,
        }

    def note_stream(self, time: FrameTime) -> bool:
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
                details={**details, **self._camera},
            )
        )
        return True

    def _note(self, code: str, time: FrameTime, *, what: str) -> None:
        self._tally.add(code, first=self.where(time))
        self._events.append(
            Event(
                kind=code, what=what, video_time_us=time.video_time_us, details=dict(self._camera)
            )
        )

    def where(self, time: FrameTime) -> str:
        """Return the place of a frame as a person reads it."""
        return f"{self._name}, {clock_text(time.video_time_us)}"
