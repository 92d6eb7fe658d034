"""The sun's elevation against published places of the sun."""

from datetime import UTC, datetime

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.geo import sun_azimuth_deg, sun_elevation_deg


def us(text: str) -> int:
    return round(datetime.fromisoformat(text).replace(tzinfo=UTC).timestamp()) * 1_000_000


def test_the_worked_example_of_the_solar_position_algorithm() -> None:
    """Reda and Andreas, NREL/TP-560-34302, appendix A.5: 39.872046 degrees before refraction."""
    elevation = sun_elevation_deg(us("2003-10-17T19:30:30"), 39.742476, -105.1786)
    assert elevation == pytest.approx(39.872, abs=0.03)


def test_at_the_equinox_the_sun_stands_over_the_equator_at_noon() -> None:
    """2024-03-20 03:06 UTC; true noon at Greenwich is 12:07:24."""
    assert sun_elevation_deg(us("2024-03-20T12:07:24"), 0.0, 0.0) == pytest.approx(89.8, abs=0.1)


def test_at_the_solstice_the_pole_sees_the_tilt_of_the_earth() -> None:
    assert sun_elevation_deg(us("2024-06-20T20:51:00"), 90.0, 0.0) == pytest.approx(
        23.436, abs=0.02
    )
    assert sun_elevation_deg(us("2024-12-21T09:20:00"), 90.0, 0.0) == pytest.approx(
        -23.436, abs=0.02
    )


def test_arrays_go_in_and_out() -> None:
    times = np.array([us("2024-01-01T00:00:00"), us("2024-01-01T12:00:00")])
    elevation = sun_elevation_deg(times, np.array([50.0, 50.0]), np.array([0.0, 0.0]))
    assert elevation.shape == (2,)
    assert elevation[0] < -55.0 < 15.0 < elevation[1]


@given(
    st.integers(us("1975-01-01T00:00:00"), us("2049-01-01T00:00:00")),
    st.floats(-90.0, 90.0),
    st.floats(-180.0, 180.0),
)
def test_the_other_side_of_the_earth_sees_the_sun_as_far_below(
    time_us: int, latitude: float, longitude: float
) -> None:
    here = sun_elevation_deg(time_us, latitude, longitude)
    there = sun_elevation_deg(time_us, -latitude, longitude + 180.0)
    assert here == pytest.approx(-there, abs=1e-5)


def test_the_azimuth_of_the_published_example() -> None:
    """Reda and Andreas, "Solar position algorithm", NREL/TP-560-34302, table A5.1: 194.340241."""
    time_us = us("2003-10-17T19:30:30")
    azimuth = float(sun_azimuth_deg(time_us, 39.742476, -105.1786))
    assert azimuth == pytest.approx(194.340241, abs=0.02)
