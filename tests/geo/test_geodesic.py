"""Distances and bearings, with pyproj (Karney's geodesics) beside them."""

import numpy as np
import pyproj
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.geo import destination, distance_and_bearing

GEOD = pyproj.Geod(ellps="WGS84")


def test_distances_and_bearings_agree_with_proj() -> None:
    rng = np.random.default_rng(4)
    start = rng.uniform(-89.9, 89.9, 1000), rng.uniform(-180, 180, 1000)
    end = start[0] + rng.normal(0, 5, 1000), start[1] + rng.normal(0, 5, 1000)
    end = np.clip(end[0], -90, 90), end[1]
    distance, bearing = distance_and_bearing(start, end)
    azimuth, _, peer = GEOD.inv(start[1], start[0], end[1], end[0])
    np.testing.assert_allclose(distance, peer, atol=1e-3)
    assert np.max(np.abs((bearing - azimuth + 180.0) % 360.0 - 180.0)) < 1e-6
    assert np.all((bearing >= 0.0) & (bearing < 360.0))


def test_the_worked_example_of_the_flinders_peak_line() -> None:
    """Geocentric Datum of Australia technical manual 2.4: GRS80, the same to 0.1 mm here."""
    flinders = -(37 + 57 / 60 + 3.72030 / 3600), 144 + 25 / 60 + 29.52440 / 3600
    buninyong = -(37 + 39 / 60 + 10.15610 / 3600), 143 + 55 / 60 + 35.38390 / 3600
    distance, bearing = distance_and_bearing(flinders, buninyong)
    assert distance == pytest.approx(54_972.271, abs=1e-3)
    assert bearing == pytest.approx(306 + 52 / 60 + 5.37 / 3600, abs=1e-5)


@given(
    latitude=st.floats(-89.0, 89.0),
    longitude=st.floats(-180.0, 180.0),
    bearing=st.floats(0.0, 359.999),
    distance=st.floats(1.0, 500_000.0),
)
def test_a_destination_lies_where_it_was_sent(
    latitude: float, longitude: float, bearing: float, distance: float
) -> None:
    end = destination(latitude, longitude, bearing_deg=bearing, distance_m=distance)
    again, direction = distance_and_bearing((latitude, longitude), end)
    assert again == pytest.approx(distance, abs=1e-3)
    off_m = np.radians((direction - bearing + 180.0) % 360.0 - 180.0) * distance
    assert abs(off_m) < 2e-3


def test_places_across_the_antimeridian_are_near() -> None:
    distance, bearing = distance_and_bearing((0.0, 179.99), (0.0, -179.99))
    assert distance == pytest.approx(2226.4, abs=0.1)
    assert bearing == pytest.approx(90.0)
    assert destination(0.0, 179.99, bearing_deg=90.0, distance_m=2226.4)[1] < -179.9


def test_a_place_has_no_bearing_to_itself_and_none_is_told_at_the_antipode() -> None:
    distance, bearing = distance_and_bearing(
        ([10.0, 10.0], [20.0, 20.0]), ([10.0, -10.0], [20.0, -160.0])
    )
    assert distance[0] == 0.0
    assert np.isnan(bearing).all()
    assert np.isnan(distance[1])


def test_no_places_are_legal() -> None:
    none = np.empty(0), np.empty(0)
    assert distance_and_bearing(none, none)[0].shape == (0,)
    assert destination(*none, bearing_deg=none[0], distance_m=none[0])[0].shape == (0,)
