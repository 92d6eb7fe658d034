"""A View with its place on the video's clock, as one metadata set gave it."""

from dataclasses import dataclass

from plainview.model import View

__all__ = ["TimedView"]


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedView:
    """What a KLV stream says once a set has been taken in.

    Args:
        video_time_us: On the clock of the frames; None where the set has no place there.
        time_us: UTC as known (the View's own); None where the set has no time.
        view: Where the camera was and how it looked, as far as the stream says.
        stamp_us: The set's own time stamp as sent, before it is made UTC.
        sensor_key: What must be the same on both sides for Views to be joined: image
            source, field-of-view name, sensor mode, as the source names them.
        stream: The KLV stream that it came on; None where there is only one.
    """

    video_time_us: int | None
    time_us: int | None
    view: View
    stamp_us: int | None = None
    sensor_key: tuple[object, ...] = ()
    stream: int | None = None
