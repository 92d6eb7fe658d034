"""The parts of a video that was written in several runs become one regular file."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import av

from plainview.formats.written_file import device_error, whole_file

__all__ = ["JoinedForm", "join_packets"]


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedForm:
    """What a joined file is.

    Args:
        container: Its format, by FFmpeg's name.
        time_base: Of the stamps of the packets that it is given.
        options: Of the muxer.
        metadata: Of the whole file.
    """

    container: str
    time_base: Fraction
    options: Mapping[str, str] = field(default_factory=dict)
    metadata: Mapping[str, str] = field(default_factory=dict)


def join_packets(packets: Iterable[Any], out: Path, *, form: JoinedForm) -> int:
    """Copy compressed pictures into one file, which appears in one step.

    Args:
        packets: Of parts that share their form, in order of time, on one clock.
        out: The file to make.
        form: What it is.

    Returns:
        How many pictures it has. No file is made for none.

    Raises:
        DeviceError: The file cannot be written.
    """
    try:
        with whole_file(out) as partial:
            return _copy(packets, partial, form)
    except av.FFmpegError as error:
        raise device_error(out, error) from error


def _copy(packets: Iterable[Any], out: Path, form: JoinedForm) -> int:
    joined: Any = None
    stream: Any = None
    n_pictures = 0
    try:
        for packet in packets:
            if joined is None:
                joined = av.open(str(out), "w", format=form.container, options=dict(form.options))
                joined.metadata.update(form.metadata)
                stream = joined.add_stream_from_template(packet.stream)
                stream.time_base = form.time_base
            packet.stream = stream
            joined.mux(packet)
            n_pictures += 1
    finally:
        if joined is not None:
            joined.close()
    return n_pictures
