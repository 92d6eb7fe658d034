"""Bearings, ranges, speeds, heights and times as text."""

import math
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.geo import (
    bearing_and_range_text,
    destination,
    format_bearing,
    format_distance,
    format_height,
    format_speed,
    zulu_date_time_group,
)


@given(bearing=st.floats(0.0, 360.0))
def test_a_bearing_is_three_figures_below_360(bearing: float) -> None:
    text = format_bearing(bearing, reference="true")
    assert len(text) == len("000° true")
    assert abs((int(text[:3]) - bearing + 180.0) % 360.0 - 180.0) <= 0.5


@pytest.mark.parametrize(
    ("distance_m", "error_m", "text"),
    [
        (1852.0, None, "1.00 NM (1.85 km)"),
        (18_520.0, 200.0, "10.0 NM (18.5 km)"),
        (18_520.0, 5000.0, "10 NM (19 km)"),
        (926.0, None, "0.50 NM (926 m)"),
        (0.0, None, "0.00 NM (0 m)"),
    ],
)
def test_distances_show_both_units_down_to_their_error(
    distance_m: float, error_m: float | None, text: str
) -> None:
    assert format_distance(distance_m, error_m=error_m) == text


def test_speeds_and_heights_show_both_units() -> None:
    assert format_speed(5.144444) == "10.0 kn (5.1 m/s)"
    assert format_height(-30.48) == "-100 ft (-30 m)"


def test_what_is_not_known_has_no_text() -> None:
    assert format_speed(math.nan) is None
    assert format_height(math.nan) is None
    assert format_distance(math.nan) is None
    assert bearing_and_range_text((math.nan, 1.0), (2.0, 3.0)) is None


@given(
    bearing=st.floats(0.0, 359.9),
    distance_m=st.floats(100.0, 50_000.0),
    declination=st.floats(-30.0, 30.0),
)
def test_bearing_and_range_read_back_are_those_that_were_sent(
    bearing: float, distance_m: float, declination: float
) -> None:
    end = destination(48.0, -5.0, bearing_deg=bearing, distance_m=distance_m)
    text = bearing_and_range_text(
        (48.0, -5.0), (float(end[0]), float(end[1])), declination_deg=declination
    )
    assert text is not None
    true_text, magnetic_text, range_text = text.split(", ")
    assert abs((int(true_text[:3]) - bearing + 180.0) % 360.0 - 180.0) <= 0.501
    magnetic = (int(magnetic_text[:3]) - (bearing - declination) + 180.0) % 360.0 - 180.0
    assert abs(magnetic) <= 0.501
    assert float(range_text.split(" ")[0]) * 1852.0 == pytest.approx(distance_m, abs=9.4)


def test_without_a_declination_no_magnetic_bearing_is_shown() -> None:
    text = bearing_and_range_text((48.0, -5.0), (48.1, -5.0))
    assert text == "000° true, 6.00 NM (11.12 km)"


def test_a_place_at_the_datum_itself_has_a_range_and_no_bearing() -> None:
    assert bearing_and_range_text((48.0, -5.0), (48.0, -5.0)) == "0.00 NM (0 m)"


def test_a_date_time_group_is_day_time_zulu_month_year() -> None:
    at = datetime(2026, 11, 21, 11, 3, 40, tzinfo=UTC)
    assert zulu_date_time_group(round(at.timestamp() * 1e6)) == "211103ZNOV26"


@given(at=st.datetimes(datetime(1970, 1, 2), datetime(2069, 1, 1), timezones=st.just(UTC)))  # noqa: DTZ001
def test_a_date_time_group_read_back_is_the_minute_that_was_sent(at: datetime) -> None:
    text = zulu_date_time_group(
        int((at - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds()) * 10**6
    )
    assert text is not None
    year = at.year // 100 * 100 + int(text[-2:])
    months = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    again = datetime(
        year,
        months.index(text[7:10]) + 1,
        int(text[:2]),
        int(text[2:4]),
        int(text[4:6]),
        tzinfo=UTC,
    )
    assert again == at.replace(second=0, microsecond=0)


@pytest.mark.parametrize("time_us", [None, 10**19])
def test_no_time_has_no_group(time_us: int | None) -> None:
    assert zulu_date_time_group(time_us) is None
