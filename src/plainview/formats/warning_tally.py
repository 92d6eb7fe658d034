"""What went wrong with a source and did not stop the work, counted by kind."""

from dataclasses import dataclass
from typing import Final

from plainview.model import CountedWarning

__all__ = [
    "SOURCE_WARNINGS",
    "WarningTally",
    "clock_text",
    "merged_warnings",
    "warnings_of_cameras",
]

SOURCE_WARNINGS: Final = {
    "transport_bytes_lost": (
        "Bytes of the transport stream belong to no packet and were left out.",
        "Copy the file again from its recorder; what lies around the hole is used.",
    ),
    "transport_continuity": (
        "Packets of the transport stream are missing.",
        "Look at the link or the copy that it came from; pictures and metadata there are damaged.",
    ),
    "transport_damaged": (
        "The transport stream breaks its own rules in places.",
        "Copy the file again from its recorder; the rest is used.",
    ),
    "video_decode": (
        "Compressed pictures could not be decoded and were left out.",
        "Copy the file again from its recorder; tracks bridge short holes.",
    ),
    "video_picture_damaged": (
        "Pictures are damaged: parts of them were not received and are guessed by the decoder.",
        "Do not trust what is seen there without the pictures around it.",
    ),
    "video_gap": (
        "The video stops and goes on later.",
        "Tracks end at the gap; look at the recorder or the link if you did not expect it.",
    ),
    "video_clock_step": (
        "The video's clock jumped; the time between the pictures there is not known.",
        "Times after the step are those of the video so far plus one picture.",
    ),
    "video_no_time": (
        "Pictures have no time stamp; they were placed one picture after another.",
        "Convert the recording with its time stamps kept.",
    ),
    "picture_size": (
        "The size of the picture changed in the middle of the video.",
        "Tracks restart at the change; nothing needs to be done.",
    ),
    "lens_of_other_shape": (
        "Pictures have another shape than those that the lens was calibrated for; its principal "
        "point and distortion are not applied to them.",
        "Process the pictures of each shape alone, each with its own calibration.",
    ),
    "turret_camera_unknown": (
        "Which camera of the turret took the pictures is not known: no lens of it is applied; "
        "its errors are.",
        "Name a camera of the turret's file as the mission names it (camera-1), or give the lens "
        "in a calibration.",
    ),
    "turret_lens_zooms": (
        "The lens of the turret's camera zooms: its distortion, which changes with the zoom, is "
        "not applied.",
        "If the footage has one zoom, give its lens in a calibration "
        "(docs/reference/calibration.md).",
    ),
    "video_stream": (
        "The video goes on in another stream of its program: its PID or its codec changed.",
        "Tracks restart at the change; nothing needs to be done.",
    ),
    "video_stream_lost": (
        "The video goes on in another stream of its program that cannot be decoded.",
        "The recording holds its packets; look at the encoder.",
    ),
    "video_streams_left": (
        "The source has further video streams that were recorded but not looked at.",
        "Split the streams into files of their own and process each, or leave out --camera.",
    ),
    "metadata_shared": (
        "One metadata stream serves several cameras, and nothing says of which it speaks: fields "
        "of view and pointing may be those of another camera.",
        "Compare the maps of the cameras; process the right one alone with --camera.",
    ),
    "metadata_of_no_camera": (
        "There are metadata streams of which nothing says to which camera they belong; they are "
        "recorded and not used.",
        "Put each camera and its metadata in a program of their own, or split the file.",
    ),
    "name_misleads": (
        "The file's name says another format than its content.",
        "Rename the file; it was read by its content.",
    ),
    "truncated": (
        "The file ends in the middle of a packet or before its index.",
        "Copy the file again from its recorder; what is there is used.",
    ),
    "recording_streams_left": (
        "Streams of the source cannot be carried in a transport stream and are not in the "
        "recording.",
        "Keep the original file beside the mission folder.",
    ),
    "recording_encoded": (
        "The codec of the video cannot be carried in a transport stream; the recording holds "
        "H.264 made of its pictures, for viewing.",
        "Keep the original file beside the mission folder; pictures of 16 bits are without loss "
        "in raw-<camera>.mkv.",
    ),
    "klv_fallback": (
        "The metadata had to be read by the video library; its places in the file are not known.",
        "Compare the counts of `plainview inspect` with another reader.",
    ),
    "no_metadata": (
        "The source has no KLV metadata: tracks are in pixels only.",
        "Use a recording with MISB metadata if positions are needed.",
    ),
    "metadata_stops": (
        "The metadata stops before the video does.",
        "Positions end there; look at the recorder or the link.",
    ),
    "metadata_gap": (
        "There are gaps in the metadata.",
        "Pictures in a gap are not located; look at the recorder or the link.",
    ),
}
"""Code to what is wrong and how to mend it."""

_OF_THE_INPUT: Final = frozenset(
    {
        "klv_fallback",
        "name_misleads",
        "transport_bytes_lost",
        "transport_continuity",
        "transport_damaged",
        "video_streams_left",
    }
)
"""Warnings on an input, which each camera's reader meets; those of the first camera count."""


@dataclass(slots=True)
class _Count:
    count: int
    first: str


class WarningTally:
    """Counts warnings of one source."""

    def __init__(self) -> None:
        self._counts: dict[str, _Count] = {}

    def add(self, code: str, *, first: str, count: int = 1) -> None:
        """Count a warning; ``first`` says where, and is kept of the first alone."""
        if count <= 0:
            return
        if code not in SOURCE_WARNINGS:
            raise ValueError(f"{code} is not a warning of a source")
        known = self._counts.setdefault(code, _Count(0, first))
        known.count += count

    def set_count(self, code: str, count: int, *, first: str) -> None:
        """Set the count of a warning that something else counts."""
        if count > 0 and code not in self._counts:
            self.add(code, first=first)
        if count > 0:
            self._counts[code].count = count

    def warnings(self) -> tuple[CountedWarning, ...]:
        """Return the warnings so far, in the order in which they first came."""
        return tuple(
            CountedWarning(
                code=code,
                count=known.count,
                first=known.first,
                what=SOURCE_WARNINGS[code][0],
                mend=SOURCE_WARNINGS[code][1],
            )
            for code, known in self._counts.items()
        )


def merged_warnings(parts: list[tuple[CountedWarning, ...]]) -> tuple[CountedWarning, ...]:
    """Return the warnings of several sources as one list, counts of a code added."""
    merged: dict[str, CountedWarning] = {}
    for warning in (warning for part in parts for warning in part):
        known = merged.get(warning.code)
        count = warning.count + (known.count if known else 0)
        base = known or warning
        merged[warning.code] = CountedWarning(
            code=base.code, count=count, first=base.first, what=base.what, mend=base.mend
        )
    return tuple(merged.values())


def warnings_of_cameras(parts: list[tuple[CountedWarning, ...]]) -> tuple[CountedWarning, ...]:
    """Return the warnings of the cameras of one input, each of which has read it by itself."""
    first, *others = parts
    own = [tuple(each for each in said if each.code not in _OF_THE_INPUT) for said in others]
    return merged_warnings([first, *own]) if own else first


def clock_text(time_us: int) -> str:
    """Return a video time as hours, minutes, seconds and tenths.

    >>> clock_text(3_725_250_000)
    '01:02:05.2'
    """
    tenths = time_us // 100_000
    seconds, tenth = divmod(tenths, 10)
    minutes, second = divmod(seconds, 60)
    hour, minute = divmod(minutes, 60)
    return f"{hour:02d}:{minute:02d}:{second:02d}.{tenth}"
