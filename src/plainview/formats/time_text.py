"""Instants as text, in UTC."""

import datetime as dt

__all__ = ["iso_from_time_us", "stamp_text"]


def iso_from_time_us(time_us: int) -> str:
    """Return an instant as ISO 8601 with milliseconds and a Z.

    >>> iso_from_time_us(1_600_000_000_123_456)
    '2020-09-13T12:26:40.123Z'
    """
    whole_s, rest_us = divmod(time_us, 1_000_000)
    instant = dt.datetime.fromtimestamp(whole_s, dt.UTC)
    return f"{instant:%Y-%m-%dT%H:%M:%S}.{rest_us // 1000:03d}Z"


def stamp_text(time_us: int | None) -> str:
    """Return a stamp that nobody has checked as ISO 8601, or as it is where it is no date.

    >>> stamp_text(None), stamp_text(2**64 - 1)
    ('–', '18446744073709551615 µs')
    """
    if time_us is None:
        return "–"
    try:
        return iso_from_time_us(time_us)
    except (ValueError, OverflowError, OSError):
        return f"{time_us} µs"
