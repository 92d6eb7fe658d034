"""Magnetic declination: published values, and no answer outside the model's years."""

from datetime import UTC, datetime

import pytest

from plainview.geo import declination_deg


def time_us(year: float) -> int:
    start = datetime(int(year), 1, 1, tzinfo=UTC)
    end = datetime(int(year) + 1, 1, 1, tzinfo=UTC)
    return round((start + (year - int(year)) * (end - start)).timestamp() * 1e6)


# NOAA and BGS, WMM test values, as distributed with each model's report: year, height km,
# latitude, longitude, declination (to 0.01 degree).
PUBLISHED = [
    (2020.0, 0.0, 80.0, 0.0, -1.28),
    (2020.0, 0.0, 0.0, 120.0, 0.16),
    (2020.0, 0.0, -80.0, 240.0, 69.36),
    (2025.0, 0.0, 80.0, 0.0, 1.28),
    (2025.0, 0.0, 0.0, 120.0, -0.16),
    (2025.0, 0.0, -80.0, 240.0, 68.78),
]


@pytest.mark.parametrize(("year", "height_km", "latitude", "longitude", "expected"), PUBLISHED)
def test_the_published_test_values_come_out(
    year: float, height_km: float, latitude: float, longitude: float, expected: float
) -> None:
    found = declination_deg(latitude, longitude, 1e3 * height_km, time_us=time_us(year))
    assert found == pytest.approx(expected, abs=0.02)


@pytest.mark.parametrize("year", [2009.99, 2030.01, 1990.0])
def test_outside_the_models_years_there_is_no_answer(year: float) -> None:
    assert declination_deg(50.0, 0.0, time_us=time_us(year)) is None


@pytest.mark.parametrize("year", [2010.0, 2014.9, 2019.5, 2029.9])
def test_within_them_there_is(year: float) -> None:
    found = declination_deg(50.0, 0.0, time_us=time_us(year))
    assert found is not None
    assert -4.0 < found < 2.0


def test_without_a_time_or_a_place_there_is_no_answer() -> None:
    at = time_us(2026.5)
    assert declination_deg(50.0, 0.0, time_us=None) is None
    assert declination_deg(float("nan"), 0.0, time_us=at) is None
    assert declination_deg(50.0, float("nan"), time_us=at) is None
    assert declination_deg(50.0, 0.0, float("nan"), time_us=at) is None
    assert declination_deg(50.0, 0.0, time_us=10**19) is None


def test_at_the_magnetic_pole_a_compass_has_no_direction() -> None:
    assert declination_deg(85.8, 139.3, time_us=time_us(2025.0)) is None
