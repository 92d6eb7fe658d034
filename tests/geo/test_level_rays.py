"""Bent rays to level surfaces."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.geo import (
    GeoidSurface,
    HeightSurface,
    ecef_from_geodetic,
    ecef_from_ned,
    geodetic_from_ecef,
    geoid_undulation_m,
    intersect_ellipsoid,
    points_on_rays,
)


def sent(
    latitude: float, height_m: float, heading_deg: float, elevation_deg: float
) -> tuple[np.ndarray, np.ndarray]:
    heading, elevation = np.radians([heading_deg, elevation_deg])
    local = [
        np.cos(elevation) * np.cos(heading),
        np.cos(elevation) * np.sin(heading),
        -np.sin(elevation),
    ]
    origin = ecef_from_geodetic(latitude, -30.0, height_m)
    return origin, (ecef_from_ned(latitude, -30.0) @ local)[np.newaxis]


@given(
    latitude=st.floats(-89.0, 89.0),
    height_m=st.floats(300.0, 15_000.0),
    surface_m=st.floats(-100.0, 200.0),
    heading=st.floats(0.0, 360.0),
    elevation=st.floats(-90.0, -5.0),
)
def test_hits_lie_at_the_height_of_the_surface(
    latitude: float, height_m: float, surface_m: float, heading: float, elevation: float
) -> None:
    origin, direction = sent(latitude, height_m, heading, elevation)
    for surface in (
        HeightSurface(height_hae_m=surface_m, sigma_m=0.0),
        GeoidSurface(altitude_msl_m=surface_m, sigma_m=0.0),
    ):
        range_m, _ = surface.intersect(origin, direction)
        place = geodetic_from_ecef(points_on_rays(origin, direction, range_m))
        above_m = geoid_undulation_m(*place[:2]) if isinstance(surface, GeoidSurface) else 0.0
        assert place[2][0] == pytest.approx(float(surface_m + np.squeeze(above_m)), abs=1e-3)


@given(elevation=st.floats(-90.0, -3.0), heading=st.floats(0.0, 360.0))
def test_without_air_the_ellipsoid_is_met_where_a_straight_ray_meets_it(
    elevation: float, heading: float
) -> None:
    origin, direction = sent(52.0, 4000.0, heading, elevation)
    bare = HeightSurface(height_hae_m=0.0, sigma_m=0.0, name="ellipsoid")
    range_m, _ = bare.intersect(origin, direction, refraction=0.0)
    straight = intersect_ellipsoid(origin[np.newaxis], direction)
    assert (
        np.linalg.norm(points_on_rays(origin, direction, range_m, refraction=0.0) - straight) < 1e-3
    )


@given(elevation=st.floats(-30.0, -2.5), heading=st.floats(0.0, 360.0))
def test_air_brings_the_ground_nearer(elevation: float, heading: float) -> None:
    origin, direction = sent(52.0, 4000.0, heading, elevation)
    surface = GeoidSurface(altitude_msl_m=0.0, sigma_m=0.0)
    bent, _ = surface.intersect(origin, direction)
    straight, _ = surface.intersect(origin, direction, refraction=0.0)
    assert bent[0] < straight[0]


def test_the_geoid_is_followed_and_not_taken_as_level() -> None:
    """South of Ceylon the geoid falls by tens of metres within one long look."""
    origin = ecef_from_geodetic(6.0, 78.0, 12_000.0)
    direction = (ecef_from_ned(6.0, 78.0) @ [np.cos(0.07), 0.0, np.sin(0.07)])[np.newaxis]
    range_m, _ = GeoidSurface(altitude_msl_m=0.0, sigma_m=0.0).intersect(origin, direction)
    latitude, longitude, height = geodetic_from_ecef(points_on_rays(origin, direction, range_m))
    below = geoid_undulation_m(6.0, 78.0)
    assert abs(height[0] - below) > 2.0
    assert height[0] == pytest.approx(float(geoid_undulation_m(latitude, longitude)[0]), abs=1e-3)


@pytest.mark.parametrize("elevation_deg", [0.5, 45.0, 90.0, -0.1])
def test_a_ray_above_the_horizon_misses(elevation_deg: float) -> None:
    range_m, outcome = HeightSurface(height_hae_m=0.0, sigma_m=0.0).intersect(
        *sent(52.0, 4000.0, 90.0, elevation_deg)
    )
    assert np.isnan(range_m[0])
    assert outcome[0] == 1


def test_a_camera_below_the_surface_meets_nothing() -> None:
    range_m, _ = HeightSurface(height_hae_m=500.0, sigma_m=0.0).intersect(
        *sent(52.0, 400.0, 90.0, -20.0)
    )
    assert np.isnan(range_m[0])


def test_unknown_and_no_rays_are_legal() -> None:
    surface = GeoidSurface(altitude_msl_m=0.0, sigma_m=0.0)
    origin, direction = sent(52.0, 400.0, 90.0, -20.0)
    assert np.isnan(surface.intersect(origin, direction * np.nan)[0]).all()
    assert surface.intersect(origin, direction[:0])[0].shape == (0,)
