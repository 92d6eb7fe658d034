"""Reads the SRT subtitle files that DJI drones write beside their video, in every dialect.

A caption that cannot be read is counted and left out.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from plainview.errors import InputError
from plainview.formats.dji_caption import DjiCaption, parse_dji_caption

__all__ = ["DjiLog", "is_dji_srt", "parse_dji_srt", "read_dji_srt"]

MAX_BYTES: Final = 512 << 20
"""A caption a frame of a day's video; a larger file is none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DjiLog:
    """The captions of a file, and what was wrong with it.

    Args:
        captions: In order of time; those that overlap are the later ones.
        damage: What is wrong, to how often.
        first_damage: What is wrong, to the line where it first is, from 1.
        dialects: Names of the families that were met.
    """

    captions: tuple[DjiCaption, ...]
    damage: Counter[str] = field(default_factory=Counter)
    first_damage: dict[str, int] = field(default_factory=dict)
    dialects: tuple[str, ...] = ()


def read_dji_srt(path: Path) -> DjiLog:
    """Read a file.

    Raises:
        InputError: It cannot be read, or holds no caption of a drone.
    """
    try:
        if path.stat().st_size > MAX_BYTES:
            raise InputError(
                where=str(path),
                what=f"is larger than {MAX_BYTES >> 20} MiB, which no flight's captions are.",
                mend="Give the SRT file that the drone wrote.",
            )
        data = path.read_bytes()
    except OSError as error:
        raise InputError(
            where=str(path),
            what=f"cannot be read ({error.strerror or error}).",
            mend="Give the SRT file that the drone wrote beside its video.",
        ) from error
    log = parse_dji_srt(data.decode("utf-8-sig", errors="replace"))
    if not log.captions:
        raise InputError(
            where=str(path),
            what="holds no caption that says where a drone was.",
            mend="Take it away, or give the SRT file that the drone wrote beside its video.",
        )
    return log


def is_dji_srt(head: str) -> bool:
    """Return whether the first part of a subtitle file is one of a drone."""
    return bool(parse_dji_srt(head).captions)


def parse_dji_srt(text: str) -> DjiLog:
    """Return the captions of a file's text; nothing raises, all that is wrong is counted."""
    damage: Counter[str] = Counter()
    first: dict[str, int] = {}
    found: list[DjiCaption] = []
    dialects: dict[str, None] = {}
    for line_number, times, body in _blocks(text):
        wrong = None
        caption = None
        if times is None:
            wrong = "caption_time"
        else:
            read = parse_dji_caption(times, body)
            if read is None:
                wrong = "caption_unread"
            else:
                caption, dialect = read
                dialects[dialect] = None
                wrong = None if caption.has_position else "no_position"
        if caption is not None and found and caption.start_us < found[-1].start_us:
            wrong, caption = "caption_order", None
        if caption is not None:
            found.append(caption)
        if wrong is not None:
            damage[wrong] += 1
            first.setdefault(wrong, line_number)
    return DjiLog(
        captions=tuple(found), damage=damage, first_damage=first, dialects=tuple(dialects)
    )


_TIME_LINE: Final = re.compile(
    r"^\s*(\d{1,4}):(\d\d):(\d\d)[,.](\d{1,3})\s*-->\s*(\d{1,4}):(\d\d):(\d\d)[,.](\d{1,3})"
)


def _blocks(text: str) -> Iterator[tuple[int, tuple[int, int] | None, str]]:
    """Yield the line, the times and the words of each caption; no times where they are broken."""
    lines = text.splitlines()
    starts = [number for number, line in enumerate(lines) if "-->" in line]
    for place, start in enumerate(starts):
        end = starts[place + 1] - 1 if place + 1 < len(starts) else len(lines)
        body = "\n".join(lines[start + 1 : end])
        if body.strip():
            yield start + 1, _times(lines[start]), body


def _times(line: str) -> tuple[int, int] | None:
    match = _TIME_LINE.match(line)
    if match is None:
        return None
    numbers = [int(each) for each in match.groups()]
    start_us, end_us = (_microseconds(numbers[at : at + 4]) for at in (0, 4))
    return (start_us, end_us) if end_us >= start_us else None


def _microseconds(parts: list[int]) -> int:
    hours, minutes, seconds, milliseconds = parts
    return ((hours * 60 + minutes) * 60 + seconds) * 1_000_000 + milliseconds * 1_000
