"""AIS transmitters of a simulated sea: ships, some silent and some wrong, and distress beacons.

Each transmitter has a true track and says where it is at the times of its kind. Faults are
stated: a position that is off or stands still, a clock that is off, times of silence. Every
transmitter says SIMULATED: ships in their name and destination, beacons in their text, and the
tag block of each sentence names it as the source.

Source:
    Static data each 6 minutes: ITU-R M.1371-5, annex 1; texts of beacons: annex 8, message 14.
    That a beacon sends bursts of eight reports 2 s apart once a minute, words with the first and
    fifth, and that part B of message 24 comes 30 s after part A, is assumed.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from plainview.errors import InputError
from plainview.twin.ais_messages import (
    MobileReport,
    broadcast_text,
    class_a_report,
    class_a_voyage,
    class_b_name,
    class_b_particulars,
    class_b_report,
    sentences,
)
from plainview.twin.ais_transmitter import BEACONS, Transmitter
from plainview.twin.normal_noise import noise_key, uniform_at
from plainview.twin.simulated_mark import SIMULATED
from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["Transmission", "transmissions"]

_STATIC_S: Final = 360.0
_SECOND_PART_S: Final = 30.0
_BURST_S: Final = 60.0
_BURST: Final = tuple(2.0 * n for n in range(8))
_SAYS_WORDS: Final = (0, 4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Transmission:
    """One message as a receiver logs it.

    Args:
        time_us: When it was sent and received, UTC.
        mmsi: Who sent it.
        message: Its number in the standard.
        lines: Its sentences, each with a tag block.
    """

    time_us: int
    mmsi: int
    message: int
    lines: tuple[str, ...]


def transmissions(
    transmitters: Iterable[Transmitter], *, start_us: int, duration_s: float, seed: int
) -> tuple[Transmission, ...]:
    """Return everything that is sent in a mission, in order of time.

    Args:
        transmitters: Ships and beacons.
        start_us: UTC of the mission's start.
        duration_s: Of the mission.
        seed: When within its interval each of them begins.

    Raises:
        InputError: Two have the same number, or the mission has no length.
    """
    all_of_them = tuple(transmitters)
    numbers = [each.mmsi for each in all_of_them]
    if len(set(numbers)) < len(numbers):
        raise _refused("mmsi", "is given twice.", "Give each transmitter its own.")
    if not (np.isfinite(duration_s) and duration_s >= 0.0):
        raise _refused("duration_s", f"is {duration_s:g}.", "Give 0 s or more.")
    sent = [
        (time_s, each.mmsi, message, bits)
        for each in all_of_them
        for time_s, message, bits in _sent(
            each, duration_s, key=noise_key(seed, each.mmsi), start_us=start_us
        )
        if not each.faults.is_silent(time_s)
    ]
    sent.sort(key=lambda each: each[:3])
    lines = []
    for number, (time_s, mmsi, message, bits) in enumerate(sent):
        time_us = start_us + round(time_s * 1000.0) * 1000
        text = sentences(bits, time_us=time_us, channel="AB"[number % 2], sequence=number % 10)
        lines.append(Transmission(time_us=time_us, mmsi=mmsi, message=message, lines=text))
    return tuple(lines)


def _sent(
    each: Transmitter, duration_s: float, *, key: np.uint64, start_us: int
) -> Iterator[tuple[float, int, str]]:
    """Yield when a transmitter sends, which message, and its bits."""
    if each.kind in BEACONS:
        yield from _bursts(each, duration_s, key=key, start_us=start_us)
        return
    time_s = each.from_s + uniform_at(key, 0) * each.interval_s(each.from_s)
    while time_s < duration_s:
        report = _stamped(each, time_s, start_us)
        if each.kind == "class_b":
            yield time_s, 18, class_b_report(report)
        else:
            turning = each.is_turning(time_s)
            yield time_s, 3 if turning else 1, class_a_report(report, is_turning=turning)
        time_s += each.interval_s(time_s)
    time_s = each.from_s + uniform_at(key, 1) * min(_STATIC_S, 30.0)
    while time_s < duration_s:
        yield from _static(each, time_s, duration_s)
        time_s += _STATIC_S


def _stamped(each: Transmitter, time_s: float, start_us: int) -> MobileReport:
    """Return what a transmitter says, with the second that its own clock shows."""
    report = each.said(time_s)
    clock_us = start_us + round((time_s + each.faults.clock_offset_s) * 1e6)
    second = clock_us // MICROSECONDS_PER_SECOND % 60
    return replace(report, second=int(second))


def _static(
    each: Transmitter, time_s: float, duration_s: float
) -> Iterator[tuple[float, int, str]]:
    """Yield what a ship says of itself: SIMULATED before its name."""
    name = f"{SIMULATED} {each.name}".strip()
    call_sign = f"SIM{each.mmsi % 10_000:04d}"
    if each.kind == "class_a":
        bits = class_a_voyage(
            each.mmsi,
            name=name,
            call_sign=call_sign,
            destination=SIMULATED,
            size_m=each.size_m,
            ship_type=each.ship_type,
        )
        yield time_s, 5, bits
        return
    yield time_s, 24, class_b_name(each.mmsi, name=name)
    if time_s + _SECOND_PART_S < duration_s:
        bits = class_b_particulars(
            each.mmsi, call_sign=call_sign, size_m=each.size_m, ship_type=each.ship_type
        )
        yield time_s + _SECOND_PART_S, 24, bits


def _bursts(
    each: Transmitter, duration_s: float, *, key: np.uint64, start_us: int
) -> Iterator[tuple[float, int, str]]:
    """Yield the bursts of a beacon: where it is, and words."""
    words = f"{SIMULATED} {BEACONS[each.kind][1]} ACTIVE"
    begins_s = each.from_s + uniform_at(key, 0) * _BURST_S
    while begins_s < duration_s:
        for number, after_s in enumerate(_BURST):
            time_s = begins_s + after_s
            if time_s >= duration_s:
                return
            yield time_s, 1, class_a_report(_stamped(each, time_s, start_us))
            if number in _SAYS_WORDS:
                yield time_s, 14, broadcast_text(each.mmsi, words)
        begins_s += _BURST_S


def _refused(where: str, what: str, mend: str) -> InputError:
    return InputError(where=where, what=what, mend=mend)
