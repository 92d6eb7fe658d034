"""Instants as text, in UTC."""

import datetime as dt

__all__ = ["iso_from_time_us"]


def iso_from_time_us(time_us: int) -> str:
    """Return an instant as ISO 8601 with milliseconds and a Z.

    >>> iso_from_time_us(1_600_000_000_123_456)
    '2020-09-13T12:26:40.123Z'
    """
    whole_s, rest_us = divmod(time_us, 1_000_000)
    instant = dt.datetime.fromtimestamp(whole_s, dt.UTC)
    return f"{instant:%Y-%m-%dT%H:%M:%S}.{rest_us // 1000:03d}Z"
