"""Bent rays against the closed form of an Earth of effective radius."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.geo import (
    MEAN_EARTH_RADIUS_M,
    HeightSurface,
    apparent_directions,
    ecef_from_geodetic,
    ecef_from_ned,
    geodetic_from_ecef,
    points_on_rays,
    tangents_of_rays,
)

K = 0.13


def sent(
    heading_deg: float, elevation_deg: float, height_m: float
) -> tuple[np.ndarray, np.ndarray]:
    heading, elevation = np.radians([heading_deg, elevation_deg])
    local = [
        np.cos(elevation) * np.cos(heading),
        np.cos(elevation) * np.sin(heading),
        -np.sin(elevation),
    ]
    origin = ecef_from_geodetic(45.0, 7.0, height_m)
    return origin, (ecef_from_ned(45.0, 7.0) @ local)[np.newaxis]


@pytest.mark.parametrize("range_m", [1e3, 1e4, 5e4, 1e5])
def test_a_level_ray_falls_by_k_times_the_earths_own_fall(range_m: float) -> None:
    origin, direction = sent(45.0, 0.0, 0.0)
    bent = points_on_rays(origin, direction, np.array([range_m]), refraction=K)
    straight = points_on_rays(origin, direction, np.array([range_m]), refraction=0.0)
    fall_m = np.linalg.norm(bent - straight)
    assert fall_m == pytest.approx(K * range_m**2 / (2.0 * MEAN_EARTH_RADIUS_M), rel=1e-6)


@pytest.mark.parametrize("range_m", [1e4, 5e4, 1e5])
def test_a_level_ray_climbs_as_over_an_earth_of_effective_radius(range_m: float) -> None:
    origin, direction = sent(45.0, 0.0, 0.0)
    _, _, height = geodetic_from_ecef(
        points_on_rays(origin, direction, np.array([range_m]), refraction=K)
    )
    effective_m = MEAN_EARTH_RADIUS_M / (1.0 - K)
    assert height[0] == pytest.approx(range_m**2 / (2.0 * effective_m), rel=5e-3)


@pytest.mark.parametrize("height_m", [30.0, 300.0, 3000.0])
@pytest.mark.parametrize("coefficient", [0.0, 0.13, 0.25])
def test_the_horizon_dips_as_over_an_earth_of_effective_radius(
    height_m: float, coefficient: float
) -> None:
    effective_m = MEAN_EARTH_RADIUS_M / (1.0 - coefficient)
    dip_deg = np.degrees(np.sqrt(2.0 * height_m / effective_m))
    surface = HeightSurface(height_hae_m=0.0, sigma_m=0.0)
    for share, is_hit in ((0.985, False), (1.015, True)):
        origin, direction = sent(45.0, -share * dip_deg, height_m)
        range_m, _ = surface.intersect(origin, direction, refraction=coefficient)
        assert np.isfinite(range_m[0]) == is_hit


@pytest.mark.parametrize("depression_deg", [2.0, 5.0, 20.0, 60.0])
def test_the_range_to_the_sea_is_that_over_an_earth_of_effective_radius(
    depression_deg: float,
) -> None:
    height_m = 1500.0
    origin, direction = sent(45.0, -depression_deg, height_m)
    surface = HeightSurface(height_hae_m=0.0, sigma_m=0.0)
    range_m, _ = surface.intersect(origin, direction, refraction=K)
    radius_m = MEAN_EARTH_RADIUS_M / (1.0 - K)
    sine = np.sin(np.radians(depression_deg))
    outer_m = radius_m + height_m
    expected_m = outer_m * sine - np.sqrt((outer_m * sine) ** 2 - height_m * (outer_m + radius_m))
    assert range_m[0] == pytest.approx(expected_m, rel=2e-3)


@given(
    heading=st.floats(0.0, 360.0),
    elevation=st.floats(-90.0, 30.0),
    range_m=st.floats(1.0, 300_000.0),
)
def test_a_point_is_seen_in_the_direction_of_its_ray(
    heading: float, elevation: float, range_m: float
) -> None:
    origin, direction = sent(heading, elevation, 5000.0)
    point = points_on_rays(origin, direction, np.array([range_m]), refraction=K)
    seen = apparent_directions(origin, point, refraction=K)
    np.testing.assert_allclose(seen, direction, atol=1e-9)


def test_the_tangent_is_the_way_to_the_next_point() -> None:
    origin, direction = sent(10.0, -3.0, 2000.0)
    step_m = 1.0
    ends = [
        points_on_rays(origin, direction, np.array([40_000.0 + s]), refraction=K)
        for s in (-step_m, step_m)
    ]
    tangent = tangents_of_rays(origin, direction, np.array([40_000.0]), refraction=K)
    np.testing.assert_allclose(tangent, (ends[1] - ends[0]) / (2.0 * step_m), atol=1e-8)


def test_no_rays_are_legal() -> None:
    origin = ecef_from_geodetic(0.0, 0.0, 100.0)
    assert points_on_rays(origin, np.empty((0, 3)), np.empty(0)).shape == (0, 3)
    assert apparent_directions(origin, np.empty((0, 3))).shape == (0, 3)
