"""UTC from the time stamps of metadata, and how far it can be believed."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final

from plainview.model import TimeBasis
from plainview.units import MICROSECONDS_PER_SECOND

__all__ = [
    "ASSUMED_UTC_SIGMA_S",
    "MISP_CORRECTED_SIGMA_S",
    "MetadataTime",
    "metadata_time",
    "misp_leap_seconds",
]

ASSUMED_UTC_SIGMA_S: Final = 10.7
"""A stamp that its source does not tie to UTC is UTC in older encoders and counts no leap
seconds in newer ones; the two scales are at most 37 s apart, evenly likely in between:
37 / sqrt(12)."""

MISP_CORRECTED_SIGMA_S: Final = 0.05
"""The source's own clock against UTC once it states its leap seconds; assumed."""

_LEAPS: Final = tuple(
    datetime.fromisoformat(f"{day}T00:00:00+00:00")
    for day in (
        *("1972-07-01", "1973-01-01", "1974-01-01", "1975-01-01", "1976-01-01", "1977-01-01"),
        *("1978-01-01", "1979-01-01", "1980-01-01", "1981-07-01", "1982-07-01", "1983-07-01"),
        *("1985-07-01", "1988-01-01", "1990-01-01", "1991-01-01", "1992-07-01", "1993-07-01"),
        *("1994-07-01", "1996-01-01", "1997-07-01", "1999-01-01", "2006-01-01", "2009-01-01"),
        *("2012-07-01", "2015-07-01", "2017-01-01"),
    )
)
"""The first instant after each leap second (IERS Bulletin C); none since, none announced."""

_FIRST_LEAPS: Final = 2
"""TAI was 10 s ahead of UTC on 1972-01-01, and 8 s ahead of the count of MISP time."""

_BEGIN: Final = datetime(1972, 1, 1, tzinfo=UTC)
_SURE_UNTIL: Final = datetime(2026, 7, 1, tzinfo=UTC)
"""After this the table may lack a leap second: one more or fewer is believed as well."""

_MOST_LEAPS: Final = 37
"""No scale in use is further from UTC: TAI."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataTime:
    """UTC of a set.

    Args:
        time_us: Microseconds since 1970; None where the set has no time stamp.
        basis: How UTC was known.
        sigma_s: 1-sigma of that UTC.
        doubt: What the source says of its leap seconds that cannot be; None where nothing is.
    """

    time_us: int | None
    basis: TimeBasis | None
    sigma_s: float | None
    doubt: str | None = None


def misp_leap_seconds(time_us: int) -> int | None:
    """Return by how many seconds MISP time is ahead of UTC at an instant; None before 1972.

    Source:
        MISB ST 0603 and ST 1603: MISP time counts SI seconds from 1970-01-01, 8 s less than
        TAI; IERS Bulletin C for the leap seconds.

    >>> misp_leap_seconds(1_700_000_000_000_000)
    29
    """
    instant = _instant(time_us)
    if instant is None or instant < _BEGIN:
        return None
    return _FIRST_LEAPS + sum(instant >= leap for leap in _LEAPS)


def metadata_time(
    stamp_us: int | None, *, leap_seconds: int | None, correction_us: int | None
) -> MetadataTime:
    """Return UTC from a precision time stamp and the items that correct it.

    The basis is ``misp_corrected`` only where the leap seconds that the source states are those
    that MISP time is ahead of UTC on that date, with a minus, for they are added. Others are
    taken for what they can only mean, a step back to UTC of up to 37 s, and the basis
    stays ``assumed_utc``: a source with another scale, or a count with the wrong sign (the
    standard's own example is a positive number), is not tied to UTC by it.

    Args:
        stamp_us: ST 0601 item 2 or its like.
        leap_seconds: Item 136, to be added; None where the source does not send it.
        correction_us: Item 137, to be added; None likewise.

    Source:
        MISB ST 0601 items 136 and 137: both are added, and 137 holds no leap seconds.

    >>> metadata_time(1_700_000_029_000_000, leap_seconds=-29, correction_us=7).time_us
    1700000000000007
    """
    if stamp_us is None:
        return MetadataTime(time_us=None, basis=None, sigma_s=None)
    time_us = stamp_us + (correction_us or 0)
    if leap_seconds is None:
        return _assumed(time_us)
    back_us = abs(leap_seconds) * MICROSECONDS_PER_SECOND
    if leap_seconds <= 0 and _is_misp(time_us - back_us, -leap_seconds):
        return MetadataTime(
            time_us=time_us - back_us,
            basis=TimeBasis.MISP_CORRECTED,
            sigma_s=MISP_CORRECTED_SIGMA_S,
        )
    doubt = f"{leap_seconds} leap seconds are stated, which MISP time does not have on that date"
    if abs(leap_seconds) > _MOST_LEAPS:
        return _assumed(time_us, doubt=doubt)
    return _assumed(time_us - back_us, doubt=doubt)


def _assumed(time_us: int, *, doubt: str | None = None) -> MetadataTime:
    return MetadataTime(
        time_us=time_us, basis=TimeBasis.ASSUMED_UTC, sigma_s=ASSUMED_UTC_SIGMA_S, doubt=doubt
    )


def _is_misp(utc_us: int, leap_seconds: int) -> bool:
    """Return whether MISP time is so far ahead of UTC at an instant."""
    known, instant = misp_leap_seconds(utc_us), _instant(utc_us)
    if known is None or instant is None:
        return False
    slack = 1 if instant >= _SURE_UNTIL else 0
    return abs(leap_seconds - known) <= slack


def _instant(time_us: int) -> datetime | None:
    """Return an instant as a date; None beyond the years that a date can have."""
    try:
        return datetime.fromtimestamp(time_us // MICROSECONDS_PER_SECOND, tz=UTC)
    except (OverflowError, OSError, ValueError):
        return None
