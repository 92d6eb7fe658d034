"""Straight rays to the ellipsoid, with pymap3d beside them."""

import numpy as np
import pymap3d
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymap3d.los import lookAtSpheroid

from plainview.geo import ecef_from_geodetic, ecef_from_ned, geodetic_from_ecef, intersect_ellipsoid


def ray(
    latitude: float, height_m: float, heading_deg: float, elevation_deg: float
) -> tuple[np.ndarray, np.ndarray]:
    heading, elevation = np.radians([heading_deg, elevation_deg])
    local = [
        np.cos(elevation) * np.cos(heading),
        np.cos(elevation) * np.sin(heading),
        -np.sin(elevation),
    ]
    origin = ecef_from_geodetic(latitude, 12.0, height_m)
    return origin[np.newaxis], (ecef_from_ned(latitude, 12.0) @ local)[np.newaxis]


def test_a_ray_straight_down_meets_the_ground_below() -> None:
    origin, direction = ray(41.0, 3000.0, 0.0, -90.0)
    latitude, longitude, height = geodetic_from_ecef(intersect_ellipsoid(origin, direction))
    np.testing.assert_allclose([latitude[0], longitude[0], height[0]], [41.0, 12.0, 0.0], atol=1e-8)


@given(
    latitude=st.floats(-89.0, 89.0),
    height_m=st.floats(10.0, 20_000.0),
    heading_deg=st.floats(0.0, 360.0),
    elevation_deg=st.floats(-90.0, -6.0),
)
def test_hits_lie_on_the_ellipsoid_and_where_pymap3d_finds_them(
    latitude: float, height_m: float, heading_deg: float, elevation_deg: float
) -> None:
    origin, direction = ray(latitude, height_m, heading_deg, elevation_deg)
    hit = intersect_ellipsoid(origin, direction)
    assert abs(geodetic_from_ecef(hit)[2][0]) < 1e-6
    peer = lookAtSpheroid(latitude, 12.0, height_m, heading_deg, 90.0 + elevation_deg)
    peer_ecef = np.array(pymap3d.geodetic2ecef(peer[0], peer[1], 0.0))
    assert np.linalg.norm(hit[0] - peer_ecef) < 1e-3


def test_a_ray_above_the_horizon_misses() -> None:
    assert np.isnan(intersect_ellipsoid(*ray(0.0, 1000.0, 90.0, 1.0))).all()


@pytest.mark.parametrize("length", [1e-3, 1.0, 1e6])
def test_the_length_of_a_direction_does_not_matter(length: float) -> None:
    origin, direction = ray(41.0, 3000.0, 30.0, -20.0)
    np.testing.assert_allclose(
        intersect_ellipsoid(origin, length * direction),
        intersect_ellipsoid(origin, direction),
        atol=1e-6,
    )


def test_no_rays_are_legal() -> None:
    assert intersect_ellipsoid(np.empty((0, 3)), np.empty((0, 3))).shape == (0, 3)
