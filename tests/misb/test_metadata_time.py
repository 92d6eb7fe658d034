"""UTC from MISP stamps: believed only where the stated leap seconds are those of the date."""

from datetime import UTC, datetime

import pytest

from plainview.misb.metadata_time import (
    ASSUMED_UTC_SIGMA_S,
    MISP_CORRECTED_SIGMA_S,
    metadata_time,
    misp_leap_seconds,
)
from plainview.model import TimeBasis

SECOND = 1_000_000


def us(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * SECOND


@pytest.mark.parametrize(
    ("day", "n_leaps"),
    [
        ("1971-12-31T23:59:59", None),
        ("1972-01-01T00:00:00", 2),
        ("1980-01-06T00:00:00", 11),  # GPS began; 11 is what ST 1603 adds to GPS's count
        ("2005-12-31T23:59:59", 24),
        ("2006-01-01T00:00:00", 25),
        ("2016-12-31T23:59:59", 28),
        ("2017-01-01T00:00:00", 29),
        ("2026-03-14T21:30:00", 29),
    ],
)
def test_misp_time_is_ahead_by_the_leap_seconds_of_the_date(day: str, n_leaps: int | None) -> None:
    assert misp_leap_seconds(us(day)) == n_leaps


def test_a_stamp_beyond_any_date_has_no_leap_seconds() -> None:
    assert misp_leap_seconds((1 << 63) - 1) is None
    assert misp_leap_seconds(-(1 << 63)) is None


@pytest.mark.parametrize(("day", "n_leaps"), [("2015-08-01", 28), ("2024-02-29", 29)])
def test_the_leap_seconds_of_the_date_make_utc(day: str, n_leaps: int) -> None:
    utc_us = us(f"{day}T12:00:00")
    found = metadata_time(utc_us + n_leaps * SECOND, leap_seconds=-n_leaps, correction_us=None)
    assert (found.time_us, found.basis) == (utc_us, TimeBasis.MISP_CORRECTED)
    assert found.sigma_s == MISP_CORRECTED_SIGMA_S
    assert found.doubt is None


def test_a_correction_moves_the_stamp_before_its_leap_seconds_are_looked_up() -> None:
    """A clock that started in 1970 and was put right after the flight."""
    utc_us = us("2024-02-29T12:00:00")
    booted_us = 90 * SECOND
    found = metadata_time(
        booted_us, leap_seconds=-29, correction_us=utc_us + 29 * SECOND - booted_us
    )
    assert (found.time_us, found.basis) == (utc_us, TimeBasis.MISP_CORRECTED)


def test_a_correction_alone_does_not_tie_a_stamp_to_utc() -> None:
    found = metadata_time(us("2024-02-29T12:00:00"), leap_seconds=None, correction_us=-3 * SECOND)
    assert found.time_us == us("2024-02-29T11:59:57")
    assert (found.basis, found.sigma_s) == (TimeBasis.ASSUMED_UTC, ASSUMED_UTC_SIGMA_S)


@pytest.mark.parametrize(
    ("stated", "moved_s"),
    [
        (29, -29),  # the wrong sign: MISP time cannot be behind UTC
        (30, -30),  # the standard's own example
        (-18, -18),  # GPS's count: another scale, or another mistake
        (-37, -37),  # TAI's
        (0, 0),  # says that the stamp is UTC, which MISP time is not
        (-4000, 0),  # no scale at all
        (2_000_000_000, 0),
    ],
)
def test_other_leap_seconds_are_doubted(stated: int, moved_s: int) -> None:
    stamp_us = us("2024-02-29T12:00:00")
    found = metadata_time(stamp_us, leap_seconds=stated, correction_us=None)
    assert found.time_us == stamp_us + moved_s * SECOND
    assert (found.basis, found.sigma_s) == (TimeBasis.ASSUMED_UTC, ASSUMED_UTC_SIGMA_S)
    assert found.doubt is not None
    assert str(stated) in found.doubt


def test_a_leap_second_that_may_have_come_since_is_believed() -> None:
    stamp_us = us("2031-01-01T12:00:00")
    for stated, basis in (
        (-30, TimeBasis.MISP_CORRECTED),
        (-28, TimeBasis.MISP_CORRECTED),
        (-31, TimeBasis.ASSUMED_UTC),
    ):
        assert metadata_time(stamp_us, leap_seconds=stated, correction_us=None).basis is basis


def test_no_stamp_is_no_time() -> None:
    found = metadata_time(None, leap_seconds=-29, correction_us=5)
    assert (found.time_us, found.basis, found.sigma_s) == (None, None, None)
