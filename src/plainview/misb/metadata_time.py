"""UTC from the time stamps of metadata, and how far it can be believed."""

from dataclasses import dataclass
from typing import Final

from plainview.model import TimeBasis
from plainview.units import MICROSECONDS_PER_SECOND

__all__ = ["ASSUMED_UTC_SIGMA_S", "MISP_CORRECTED_SIGMA_S", "MetadataTime", "metadata_time"]

ASSUMED_UTC_SIGMA_S: Final = 10.7
"""A stamp that its source does not tie to UTC is UTC in older encoders and counts no leap
seconds in newer ones; the two scales are at most 37 s apart, evenly likely in between:
37 / sqrt(12)."""

MISP_CORRECTED_SIGMA_S: Final = 0.05
"""The source's own clock against UTC once it states its leap seconds; assumed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class MetadataTime:
    """UTC of a set.

    Args:
        time_us: Microseconds since 1970; None where the set has no time stamp.
        basis: How UTC was known.
        sigma_s: 1-sigma of that UTC.
    """

    time_us: int | None
    basis: TimeBasis | None
    sigma_s: float | None


def metadata_time(
    stamp_us: int | None, *, leap_seconds: int | None, correction_us: int | None
) -> MetadataTime:
    """Return UTC from a precision time stamp and the items that correct it.

    Args:
        stamp_us: ST 0601 item 2 or its like.
        leap_seconds: Item 136, to be added; None where the source does not send it.
        correction_us: Item 137, to be added; None likewise.

    Source:
        MISB ST 0601 items 136 and 137: both are added, and 137 holds no leap seconds.

    >>> metadata_time(5_000_000, leap_seconds=-2, correction_us=7).time_us
    3000007
    """
    if stamp_us is None:
        return MetadataTime(time_us=None, basis=None, sigma_s=None)
    time_us = stamp_us + (correction_us or 0)
    if leap_seconds is None:
        return MetadataTime(
            time_us=time_us, basis=TimeBasis.ASSUMED_UTC, sigma_s=ASSUMED_UTC_SIGMA_S
        )
    return MetadataTime(
        time_us=time_us + leap_seconds * MICROSECONDS_PER_SECOND,
        basis=TimeBasis.MISP_CORRECTED,
        sigma_s=MISP_CORRECTED_SIGMA_S,
    )
