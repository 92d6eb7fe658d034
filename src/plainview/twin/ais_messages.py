"""AIS messages as bits and as NMEA sentences, each with the time at which it was received.

Positions in 1e-4 minutes, speeds in tenths of a knot, courses in tenths of a degree; text in the
six-bit alphabet. Messages longer than a sentence holds are cut into several.

Source:
    ITU-R M.1371-5 (02/2014), annex 8: messages 1 to 3, 5, 14, 18, 24; IEC 61162-1 for sentences
    and tag blocks.
"""

from dataclasses import dataclass
from functools import reduce
from operator import xor
from typing import Final

import numpy as np

from plainview.errors import InputError

__all__ = [
    "MobileReport",
    "armoured",
    "broadcast_text",
    "class_a_report",
    "class_a_voyage",
    "class_b_name",
    "class_b_particulars",
    "class_b_report",
    "sentences",
]

_ALPHABET: Final = "@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_ !\"#$%&'()*+,-./0123456789:;<=>?"
_MOST_BITS: Final = 6 * 60
"""Of one sentence's payload."""
_NO_SPEED, _NO_COURSE, _NO_HEADING, _NO_TURN = 1023, 3600, 511, 128
_MOST_KNOTS: Final = 102.2
_RADIO_A: Final = 0
_RADIO_B: Final = 0xE0006
"""Communication state of class B units that carrier-sense: the standard's fixed value."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MobileReport:
    """Where a transmitter says that it is.

    Args:
        mmsi: Its nine digits.
        latitude_deg: WGS84; longitude likewise.
        speed_knots: Over ground; NaN where not known.
        course_deg: Over ground from true north; NaN likewise.
        heading_deg: Of the bow; NaN likewise.
        second: Of the minute, UTC, as its own clock has it.
        status: How it moves: 0 under way, 1 at anchor, 14 a beacon that is active.
        is_accurate: Whether it says that it is within 10 m.
    """

    mmsi: int
    latitude_deg: float
    longitude_deg: float
    speed_knots: float
    course_deg: float
    heading_deg: float
    second: int
    status: int = 0
    is_accurate: bool = True


def _bits(*fields: tuple[int, int]) -> str:
    """Return numbers, each with its width, as bits; negative ones as two's complement."""
    return "".join(format(value & ((1 << width) - 1), f"0{width}b") for value, width in fields)


def _text(text: str, n_characters: int) -> str:
    """Return six-bit text, cut off or filled up with ``@``."""
    wanted = text.upper()[:n_characters].ljust(n_characters, "@")
    codes = [_ALPHABET.find(each) for each in wanted]
    if min(codes, default=0) < 0:
        raise InputError(
            where="text",
            what=f"{text!r} has a character that AIS cannot send.",
            mend="Use capitals, digits and ASCII punctuation.",
        )
    return "".join(format(code, "06b") for code in codes)


def _motion(report: MobileReport) -> str:
    """Return accuracy, place, course, heading and second, as they stand in messages 1 and 18."""
    course = _NO_COURSE
    if np.isfinite(report.course_deg):
        course = round(10.0 * (report.course_deg % 360.0)) % 3600
    heading = _NO_HEADING
    if np.isfinite(report.heading_deg):
        heading = round(report.heading_deg % 360.0) % 360
    return _bits(
        (int(report.is_accurate), 1),
        (round(600_000.0 * report.longitude_deg), 28),
        (round(600_000.0 * report.latitude_deg), 27),
        (course, 12),
        (heading, 9),
        (report.second, 6),
    )


def _speed(report: MobileReport) -> int:
    if not np.isfinite(report.speed_knots):
        return _NO_SPEED
    return round(10.0 * min(report.speed_knots, _MOST_KNOTS))


def class_a_report(report: MobileReport, *, is_turning: bool = False) -> str:
    """Return message 1, or 3 for a ship that changes its course, 168 bits."""
    head = _bits(
        *((3 if is_turning else 1, 6), (0, 2), (report.mmsi, 30), (report.status, 4)),
        *((_NO_TURN, 8), (_speed(report), 10)),
    )
    return head + _motion(report) + _bits((0, 2), (0, 3), (0, 1), (_RADIO_A, 19))


def class_a_voyage(
    mmsi: int,
    *,
    name: str,
    call_sign: str,
    destination: str,
    size_m: tuple[float, float],
    ship_type: int,
) -> str:
    """Return message 5: name, size and destination of a ship, 424 bits.

    Args:
        mmsi: Its nine digits.
        name: At most 20 characters are sent.
        call_sign: At most 7.
        destination: At most 20.
        size_m: Length and width; the antenna is in the middle.
        ship_type: By the standard's table; 30 fishing, 70 cargo.
    """
    head = _bits((5, 6), (0, 2), (mmsi, 30), (0, 2), (0, 30))
    names = _text(call_sign, 7) + _text(name, 20)
    voyage = _bits((1, 4), (0, 4), (0, 5), (24, 5), (60, 6), (0, 8))
    sides = _bits((ship_type, 8)) + _sides(size_m)
    return head + names + sides + voyage + _text(destination, 20) + _bits((0, 1), (0, 1))


def _sides(size_m: tuple[float, float]) -> str:
    """Return the distances of the antenna to bow, stern, port and starboard."""
    length, width = (min(round(each), most) for each, most in zip(size_m, (1022, 126), strict=True))
    bow, port = length // 2, width // 2
    return _bits((bow, 9), (length - bow, 9), (port, 6), (width - port, 6))


def class_b_report(report: MobileReport) -> str:
    """Return message 18, 168 bits."""
    head = _bits((18, 6), (0, 2), (report.mmsi, 30), (0, 8), (_speed(report), 10))
    flags = _bits((0, 2), (1, 1), (0, 1), (0, 1), (1, 1), (0, 1), (0, 1), (0, 1))
    return head + _motion(report) + flags + _bits((_RADIO_B, 20))


def class_b_name(mmsi: int, *, name: str) -> str:
    """Return part A of message 24, 168 bits."""
    return _bits((24, 6), (0, 2), (mmsi, 30), (0, 2)) + _text(name, 20) + _bits((0, 8))


def class_b_particulars(
    mmsi: int, *, call_sign: str, size_m: tuple[float, float], ship_type: int
) -> str:
    """Return part B of message 24, 168 bits, its vendor SIM."""
    head = _bits((24, 6), (0, 2), (mmsi, 30), (1, 2), (ship_type, 8))
    vendor = _text("SIM", 3) + _bits((0, 4), (0, 20))
    return head + vendor + _text(call_sign, 7) + _sides(size_m) + _bits((0, 6))


def broadcast_text(mmsi: int, text: str) -> str:
    """Return message 14: words for everyone."""
    return _bits((14, 6), (0, 2), (mmsi, 30), (0, 2)) + _text(text, len(text))


def armoured(bits: str) -> tuple[str, int]:
    """Return bits as the characters of a payload, and how many bits the last one has too many."""
    n_fill = -len(bits) % 6
    filled = bits + "0" * n_fill
    codes = (int(filled[n : n + 6], 2) for n in range(0, len(filled), 6))
    return "".join(chr(code + 48 + (8 if code > 39 else 0)) for code in codes), n_fill


def _with_sum(text: str) -> str:
    return f"{text}*{reduce(xor, text.encode('ascii'), 0):02X}"


def sentences(bits: str, *, time_us: int, channel: str, sequence: int) -> tuple[str, ...]:
    """Return a message as AIVDM sentences, each behind a tag block with its source and time.

    Args:
        bits: The message.
        time_us: When it was received, UTC.
        channel: ``A`` or ``B``.
        sequence: 0 to 9, what the sentences of one message share.
    """
    parts = [bits[n : n + _MOST_BITS] for n in range(0, len(bits), _MOST_BITS)]
    tag = f"\\{_with_sum(f's:SIMULATED,c:{time_us // 1000}')}\\"
    lines = []
    for number, part in enumerate(parts, start=1):
        payload, n_fill = armoured(part)
        shared = str(sequence) if len(parts) > 1 else ""
        body = f"AIVDM,{len(parts)},{number},{shared},{channel},{payload},{n_fill}"
        lines.append(f"{tag}!{_with_sum(body)}")
    return tuple(lines)
