"""The compiled kernels equal the NumPy functions that say the same."""

from dataclasses import replace

import numpy as np
import pytest

from plainview.geo import GeoidSurface, HeightSurface, geoid_undulation_m
from plainview.geo.attitude import ned_from_camera
from plainview.geo.camera_rays import (
    camera_directions,
    focal_lengths_px,
    principal_point_px,
    project_directions,
    rays_from_view,
)
from plainview.geo.covariance import GroundErrors, Rays, covariance_in_numpy, ground_covariance
from plainview.geo.geodetic import (
    ecef_from_enu,
    ecef_from_geodetic,
    ecef_from_ned,
    geodetic_from_ecef,
)
from plainview.geo.level_rays import intersect_level
from plainview.geo.ray_kernels import (
    arrivals_on_rays,
    pixels_of_places,
    places_on_rays,
    pose_of_camera,
)
from plainview.geo.refraction import apparent_directions, points_on_rays, tangents_of_rays
from plainview.model import Camera, PoseBasis, View

K = 0.13
CAMERA = Camera(name="camera-1", width_px=1280, height_px=720)
VIEW = View(
    latitude_deg=-41.3,
    longitude_deg=174.8,
    height_hae_m=1830.0,
    platform_heading_deg=211.0,
    platform_pitch_deg=3.0,
    platform_roll_deg=-14.0,
    sensor_relative_azimuth_deg=77.0,
    sensor_relative_elevation_deg=-12.0,
    sensor_relative_roll_deg=1.0,
    camera_heading_deg=283.0,
    camera_elevation_deg=-4.0,
    camera_roll_deg=6.0,
    horizontal_fov_deg=14.0,
    vertical_fov_deg=8.0,
    velocity_enu_m_s=(30.0, -41.0, 0.5),
    camera_heading_rate_deg_s=1.5,
    camera_elevation_rate_deg_s=-0.5,
)
POSITION = (-41.3, 174.8, 1830.0)
ANGLES_DEG = (283.0, -4.0, 6.0)


def _points_px(n_points: int = 200) -> np.ndarray:
    return np.random.default_rng(3).uniform((0.0, 0.0), (1280.0, 720.0), (n_points, 2))


def _rays(points_px: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    return rays_from_view(VIEW, CAMERA, points_px)


def test_the_pose_is_that_of_the_rotations() -> None:
    origin, pose = pose_of_camera(np.array(POSITION), np.array(ANGLES_DEG))
    heading, elevation, roll = np.radians(ANGLES_DEG)
    camera = ned_from_camera(heading_rad=heading, elevation_rad=elevation, roll_rad=roll)
    np.testing.assert_allclose(origin, ecef_from_geodetic(*POSITION), rtol=1e-15)
    np.testing.assert_allclose(pose, ecef_from_ned(*POSITION[:2]) @ camera, atol=1e-14)


def test_the_directions_are_those_of_the_camera_turned_by_its_pose() -> None:
    points_px = _points_px()
    _, pose = pose_of_camera(np.array(POSITION), np.array(ANGLES_DEG))
    expected = camera_directions(CAMERA, points_px, horizontal_fov_deg=14.0, vertical_fov_deg=8.0)
    np.testing.assert_allclose(_rays(points_px)[1], expected @ pose.T, atol=1e-14)


@pytest.mark.parametrize("surface", ["geoid", "height"])
def test_ranges_and_misses_are_those_of_the_level_solver(surface: str) -> None:
    origin, directions = _rays(_points_px())

    def height_m(latitude: np.ndarray, longitude: np.ndarray) -> np.ndarray:
        is_geoid = surface == "geoid"
        return 0.0 * latitude + (geoid_undulation_m(latitude, longitude) if is_geoid else 20.0)

    expected = intersect_level(origin, directions, height_hae_m=height_m, refraction=K)
    met = (
        GeoidSurface(altitude_msl_m=0.0, sigma_m=1.0)
        if surface == "geoid"
        else HeightSurface(height_hae_m=20.0, sigma_m=1.0)
    )
    ranges, _ = met.intersect(origin, directions, refraction=K)
    assert 0 < np.isnan(ranges).sum() < len(ranges)
    np.testing.assert_array_equal(np.isnan(ranges), np.isnan(expected))
    np.testing.assert_allclose(ranges, expected, atol=0.05, rtol=1e-6)


def test_the_places_are_those_of_the_bent_rays() -> None:
    origin, directions = _rays(_points_px())
    ranges = np.linspace(10.0, 80_000.0, len(directions))
    ranges[5] = np.nan
    expected = geodetic_from_ecef(points_on_rays(origin, directions, ranges, refraction=K))
    places = places_on_rays(origin, directions, ranges, K)
    np.testing.assert_allclose(places[:, :2], np.stack(expected[:2], axis=-1), atol=1e-13)
    np.testing.assert_allclose(places[:, 2], expected[2], atol=1e-8)


def test_the_arrivals_are_the_tangents_of_the_bent_rays() -> None:
    origin, directions = _rays(_points_px())
    ranges = np.linspace(10.0, 80_000.0, len(directions))
    places = places_on_rays(origin, directions, ranges, K)
    tangents = tangents_of_rays(origin, directions, ranges, refraction=K)
    turns = ecef_from_enu(places[:, 0], places[:, 1])
    expected = np.einsum("nij,ni->nj", turns, tangents)
    expected /= np.linalg.norm(expected, axis=-1, keepdims=True)
    arrivals = arrivals_on_rays(origin, directions, ranges, places, K)
    np.testing.assert_allclose(arrivals, expected, atol=1e-12)


def test_the_pixels_are_those_of_the_apparent_directions_and_none_behind() -> None:
    origin, directions = _rays(_points_px())
    places = places_on_rays(origin, directions, np.linspace(-900.0, 50_000.0, len(directions)), K)
    _, pose = pose_of_camera(np.array(POSITION), np.array(ANGLES_DEG))
    seen = apparent_directions(origin, ecef_from_geodetic(*places.T), refraction=K) @ pose
    expected = project_directions(CAMERA, seen, horizontal_fov_deg=14.0, vertical_fov_deg=8.0)
    focal_px = focal_lengths_px(CAMERA, horizontal_fov_deg=14.0, vertical_fov_deg=8.0)
    pixels = pixels_of_places(places, (origin, pose), focal_px, principal_point_px(CAMERA), K)
    assert np.isnan(pixels).any()
    np.testing.assert_allclose(pixels, expected, atol=1e-6)


@pytest.mark.parametrize("basis", [PoseBasis.RELATIVE, PoseBasis.ABSOLUTE])
def test_the_covariance_is_that_of_its_twin(basis: PoseBasis) -> None:
    points_px = _points_px(40)
    view = replace(VIEW, pose_basis=basis)
    origin, directions = _rays(points_px)
    ranges, _ = GeoidSurface(altitude_msl_m=0.0, sigma_m=1.0).intersect(
        origin, directions, refraction=K
    )
    latitude, longitude, _ = places_on_rays(origin, directions, ranges, K).T
    rays = Rays(
        points_px=points_px,
        origin_ecef_m=origin,
        direction_ecef=directions,
        range_m=ranges,
        latitude_deg=latitude,
        longitude_deg=longitude,
        slopes=(np.linspace(-0.02, 0.02, 40), np.linspace(0.01, -0.01, 40)),
    )
    sigma_px = np.random.default_rng(4).uniform(0.1, 3.0, (40, 2))
    errors = GroundErrors(point_sigma_px=sigma_px, surface_sigma_m=4.0)
    compiled = ground_covariance(view, CAMERA, rays, errors=errors)
    twin = covariance_in_numpy(view, CAMERA, rays, errors=errors)
    assert np.isnan(compiled[0]).any()
    assert np.isfinite(compiled[0]).any()
    for ours, expected in zip(compiled, twin, strict=True):
        size = np.abs(expected).max(axis=(1, 2), keepdims=True)
        np.testing.assert_allclose(ours / size, expected / size, atol=1e-9)


def test_no_rays_give_empty_columns() -> None:
    origin, directions = _rays(np.zeros((0, 2)))
    assert directions.shape == (0, 3)
    ranges, outcome = GeoidSurface(altitude_msl_m=0.0, sigma_m=1.0).intersect(
        origin, directions, refraction=K
    )
    assert ranges.shape == outcome.shape == (0,)
    assert places_on_rays(origin, directions, ranges, K).shape == (0, 3)
