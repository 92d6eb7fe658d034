"""Instants from text: ISO 8601, Unix seconds or milliseconds, day first as one country has it."""

import re
from datetime import UTC, datetime
from typing import Final

from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["time_us_from_text"]

_SECONDS: Final = re.compile(r"[0-9]{9,10}(\.[0-9]{1,9})?")
_MILLISECONDS: Final = re.compile(r"[0-9]{12,13}")
"""Nine digits of seconds are 1973, ten reach to 2286; 11 are no time that a log has."""
_DAY_FIRST: Final = "%d/%m/%Y %H:%M:%S"
_LEAST_LENGTH: Final = len("2016-01-12 13:02")


def time_us_from_text(text: str, *, is_day_first: bool = False) -> int | None:
    """Return UTC in microseconds since 1970; None where a text is no time.

    Args:
        text: A time; without an offset it is UTC.
        is_day_first: Whether a date with strokes has its day first; else such a date is none.

    >>> time_us_from_text("2016-01-12 13:02:11.218")
    1452603731218000
    >>> time_us_from_text("1452603731")
    1452603731000000
    """
    text = text.strip()
    if _SECONDS.fullmatch(text):
        return round(float(text) * MICROSECONDS_PER_SECOND)
    if _MILLISECONDS.fullmatch(text):
        return int(text) * 1000
    if len(text) < _LEAST_LENGTH:
        return None
    try:
        if is_day_first:
            instant = datetime.strptime(text, _DAY_FIRST).replace(tzinfo=UTC)
        else:
            instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    if instant.tzinfo is None:
        instant = instant.replace(tzinfo=UTC)
    since = instant - datetime(1970, 1, 1, tzinfo=UTC)
    return (since.days * 86_400 + since.seconds) * MICROSECONDS_PER_SECOND + since.microseconds
