"""Whether the clock of the metadata can be right, by what is known beside it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from plainview.misb.ship_clock import ShipClock

__all__ = ["ClockFacts", "ClockVerdict", "Light", "check_clock"]

_NEVER_SET_US: Final = 946_684_800_000_000
"""2000-01-01: clocks that nobody set start in 1970 or 1980."""
_WRITTEN_SLACK_S: Final = 120.0
"""A file's time is rounded (FAT: 2 s) and its machine's clock may be off by a minute or two."""
_AT_ONCE_S: Final = 300.0
"""A recorder closes its file this soon after the last packet."""
_CREATED_SLACK_S: Final = 1800.0
"""Between the start of a recording and the time that its container says it was made at."""
_NIGHT_DEG: Final = -6.0
"""The end of civil twilight: no colours without lamps below it."""
_DAY_DEG: Final = 6.0
_EITHER: Final = "one of the two clocks is wrong, or shows local time"
_LEAST_SHIPS: Final = 2
"""One boat on one ship's line may be chance."""


class Light(StrEnum):
    """What a daylight camera's pictures show."""

    DAYLIGHT = "daylight"
    NIGHT = "night"


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockFacts:
    """What is known of one recording; None for what is not.

    Args:
        first_us: UTC by the metadata, first and last.
        last_us: Likewise.
        written_us: When its file was last written.
        created_us: When its container says that it was made.
        sun_deg: The sun's lowest and highest elevation at the sensor, by the metadata.
        light: What the pictures of a daylight camera show.
        ships: What an AIS log says.
    """

    first_us: int
    last_us: int
    written_us: int | None = None
    created_us: int | None = None
    sun_deg: tuple[float, float] | None = None
    light: Light | None = None
    ships: ShipClock | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClockVerdict:
    """What contradicts a clock and what agrees with it.

    Args:
        faults: A sentence each; empty where nothing contradicts it.
        proofs: A sentence each; only what would have shown an error of hours.
        offset_s: By how much the clock is ahead of UTC, where ships tell.
    """

    faults: tuple[str, ...] = ()
    proofs: tuple[str, ...] = ()
    offset_s: float | None = None


def check_clock(facts: ClockFacts) -> ClockVerdict:
    """Compare the clock of the metadata with what is known beside it.

    A file can be younger than its flight by years: only a flight that ends after its file was
    written is a fault, and only a file that was closed at once agrees with its clock.

    Args:
        facts: What is known.
    """
    if facts.first_us < _NEVER_SET_US:
        return ClockVerdict(
            faults=("By its metadata it was made before 2000: its clock was not set.",)
        )
    said = (_by_file(facts), _by_container(facts), _by_sun(facts), _by_ships(facts))
    ships = facts.ships
    is_told = ships is not None and ships.n_ships >= _LEAST_SHIPS and not ships.is_zero_possible
    return ClockVerdict(
        faults=tuple(sentence for is_fault, sentence in said if is_fault is True),
        proofs=tuple(sentence for is_fault, sentence in said if is_fault is False),
        offset_s=ships.offset_s if ships is not None and is_told else None,
    )


_Said = tuple[bool | None, str]
"""Whether it is a fault (None for neither), and the sentence."""


def _by_file(facts: ClockFacts) -> _Said:
    if facts.written_us is None:
        return None, ""
    after_s = 1e-6 * (facts.written_us - facts.last_us)
    if after_s < -_WRITTEN_SLACK_S:
        late = _span_text(-after_s)
        return True, f"By its metadata it ends {late} after its file was last written: {_EITHER}."
    if after_s <= _AT_ONCE_S:
        return False, "Its file was last written when its metadata ends."
    return None, ""


def _by_container(facts: ClockFacts) -> _Said:
    if facts.created_us is None or facts.created_us < _NEVER_SET_US:
        return None, ""
    if facts.first_us - 1e6 * _CREATED_SLACK_S <= facts.created_us:
        after_s = 1e-6 * (facts.created_us - facts.last_us)
        if after_s <= _CREATED_SLACK_S:
            return False, "Its container was made at the time that its metadata says."
        return None, ""
    early = _span_text(1e-6 * (facts.first_us - facts.created_us))
    return True, f"By its metadata it begins {early} after its container was made: {_EITHER}."


def _by_sun(facts: ClockFacts) -> _Said:
    if facts.sun_deg is None or facts.light is None:
        return None, ""
    lowest, highest = facts.sun_deg
    if facts.light is Light.DAYLIGHT and highest < _NIGHT_DEG:
        return True, (
            f"Its pictures show daylight, and by its metadata the sun was {-highest:.0f} degrees"
            " below the horizon."
        )
    if facts.light is Light.NIGHT and lowest > _DAY_DEG:
        return True, (
            f"Its pictures show night, and by its metadata the sun was {lowest:.0f} degrees high."
        )
    if facts.light is Light.DAYLIGHT and lowest > 0.0:
        return False, "Its pictures show daylight, and by its metadata the sun was up."
    if facts.light is Light.NIGHT and highest < _NIGHT_DEG:
        return False, "Its pictures show night, and by its metadata the sun was down."
    return None, ""


def _by_ships(facts: ClockFacts) -> _Said:
    ships = facts.ships
    if ships is None or ships.offset_s is None:
        return None, ""
    if ships.is_zero_possible:
        return False, f"{ships.n_ships} of its tracks lie on ships of the AIS log."
    if ships.n_ships < _LEAST_SHIPS:
        return None, ""
    side = "ahead of" if ships.offset_s > 0.0 else "behind"
    otherwise = (
        "not as it is" if ships.is_zero_tried else "the log does not reach to the time that it says"
    )
    return True, (
        f"{ships.n_ships} of its tracks lie on ships of the AIS log if its clock is"
        f" {_span_text(abs(ships.offset_s))} {side} UTC; {otherwise}."
    )


def _span_text(span_s: float) -> str:
    """Return a span of time in the unit in which people would say it."""
    for unit, seconds in (("days", 86_400.0), ("hours", 3_600.0), ("minutes", 60.0)):
        if span_s >= 2.0 * seconds:
            return f"{span_s / seconds:.1f} {unit}"
    return f"{span_s:.0f} s"
