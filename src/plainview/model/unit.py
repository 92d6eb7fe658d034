"""A unit: the packets that came from a source, and the frame decoded from them."""

from dataclasses import dataclass
from enum import StrEnum

from plainview.model.frame import Frame

__all__ = ["KlvPayload", "StreamInfo", "StreamKind", "Unit"]


class StreamKind(StrEnum):
    """What a stream of a source carries."""

    VIDEO = "video"
    KLV = "klv"
    AUDIO = "audio"
    DATA = "data"
    """Anything else; kept in the recording, not read."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StreamInfo:
    """One stream of a source, as its container announces it.

    Args:
        stream: The PID in a transport stream, the track's index in other containers.
        kind: What it carries.
        codec: Short name, such as ``h264``; None where not known.
        carriage: ``synchronous`` or ``asynchronous`` for KLV; None for the others.
        details: What a reader wants to see: size, rate, sampling rate, language.
    """

    stream: int
    kind: StreamKind
    codec: str | None = None
    carriage: str | None = None
    details: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KlvPayload:
    """Bytes of a KLV stream as the container delivered them; not yet split into packets.

    Args:
        stream: The stream that they came on (StreamInfo.stream).
        data: The payload.
        video_time_us: On the clock of the frames; None where the payload has no time stamp.
        pts_us: The container's own stamp in microseconds, unwrapped; None likewise.
        byte_offset: Where in the file; None where not known.
    """

    stream: int
    data: bytes
    video_time_us: int | None = None
    pts_us: int | None = None
    byte_offset: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Unit:
    """What came from a source since the unit before.

    Args:
        frame: The frame decoded from it; None for what came after the last frame, and for
            long stretches without any.
        payloads: The KLV payloads that came with it.
        recorded: Bytes of the transport stream that came with it, whole packets; of another
            container, those of a stream copy, or of H.264 made for viewing where its codec
            cannot be carried; empty where neither is made, and where they were recorded as
            they came.
        arrived_s: When the frame's first packet came over a link, seconds of the machine's own
            clock that only goes forward; None of files.
    """

    frame: Frame | None
    payloads: tuple[KlvPayload, ...] = ()
    recorded: bytes = b""
    arrived_s: float | None = None
