"""One place and one attitude in plain numbers, against the same functions over arrays."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.geo.attitude import body_angles_from_rotation, body_from_camera, ned_from_body
from plainview.geo.geodetic import (
    ecef_from_enu,
    ecef_from_geodetic,
    ecef_from_ned,
    enu_m_from_geodetic,
)
from plainview.geo.geoid import geoid_undulation_m
from plainview.geo.single_pose import (
    body_angles_of_rotation,
    body_from_camera_of_angles,
    ecef_from_enu_at,
    ecef_from_ned_at,
    ecef_of_place,
    enu_m_of_place,
    geoid_undulation_at,
    ned_from_body_of_angles,
)

LATITUDE = st.floats(-90.0, 90.0)
LONGITUDE = st.floats(-360.0, 360.0)
HEIGHT = st.floats(-1_000.0, 100_000.0)
ANGLE = st.floats(-360.0, 360.0)
ROUNDING_M = 1e-8
"""Some units in the last place of an Earth's radius: sines may differ in their last bit."""


@given(LATITUDE, LONGITUDE, HEIGHT)
def test_a_place_is_where_the_arrays_have_it(
    latitude: float, longitude: float, height: float
) -> None:
    expected = ecef_from_geodetic(latitude, longitude, height)
    np.testing.assert_allclose(
        ecef_of_place(latitude, longitude, height), expected, rtol=0.0, atol=ROUNDING_M
    )
    for local, of_arrays in ((ecef_from_enu_at, ecef_from_enu), (ecef_from_ned_at, ecef_from_ned)):
        np.testing.assert_allclose(
            local(latitude, longitude), of_arrays(latitude, longitude), rtol=0.0, atol=1e-15
        )


@given(LATITUDE, LONGITUDE, HEIGHT, st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_a_place_near_another_is_where_the_arrays_have_it(
    latitude: float, longitude: float, height: float, north: float, east: float
) -> None:
    origin, place = (latitude, longitude, height), (latitude + north, longitude + east, 0.0)
    expected = enu_m_from_geodetic(*place, origin=origin)
    np.testing.assert_allclose(
        enu_m_of_place(place, origin=origin), expected, rtol=0.0, atol=ROUNDING_M
    )


@given(st.floats(-95.0, 95.0), LONGITUDE)
def test_the_geoid_is_that_of_the_arrays(latitude: float, longitude: float) -> None:
    expected = float(geoid_undulation_m(latitude, longitude))
    assert geoid_undulation_at(latitude, longitude) == pytest.approx(expected, abs=0, nan_ok=True)


@pytest.mark.parametrize(("latitude", "longitude"), [(math.nan, 0.0), (0.0, math.nan), (91.0, 0.0)])
def test_the_geoid_of_no_place_is_not_known(latitude: float, longitude: float) -> None:
    assert math.isnan(geoid_undulation_at(latitude, longitude))


@given(ANGLE, ANGLE, ANGLE)
def test_an_attitude_is_that_of_the_arrays(first: float, second: float, third: float) -> None:
    angles = np.radians((first, second, third)).tolist()
    body = ned_from_body(heading_rad=angles[0], pitch_rad=angles[1], roll_rad=angles[2])
    camera = body_from_camera(azimuth_rad=angles[0], elevation_rad=angles[1], roll_rad=angles[2])
    found = ned_from_body_of_angles((first, second, third))
    np.testing.assert_allclose(found, body, rtol=0.0, atol=1e-15)
    np.testing.assert_allclose(
        body_from_camera_of_angles((first, second, third)), camera, rtol=0.0, atol=1e-15
    )
    expected = [float(angle) for angle in body_angles_from_rotation(found)]
    assert list(body_angles_of_rotation(found)) == expected


@pytest.mark.parametrize("pitch_deg", [90.0, -90.0])
def test_straight_up_or_down_the_heading_has_the_whole_turn(pitch_deg: float) -> None:
    rotation = ned_from_body_of_angles((30.0, pitch_deg, 10.0))
    heading, pitch, roll = body_angles_of_rotation(rotation)
    assert roll == 0.0
    assert math.degrees(pitch) == pytest.approx(pitch_deg)
    expected = 30.0 - 10.0 if pitch_deg > 0.0 else 40.0
    assert math.degrees(heading) == pytest.approx(expected)
