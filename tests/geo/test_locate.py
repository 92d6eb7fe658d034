"""Locating pixels on surfaces."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.formats.terrain_raster import read_terrain
from plainview.geo import (
    GeoidSurface,
    HeightSurface,
    RayOutcome,
    Refraction,
    Terrain,
    TerrainSurface,
    VerticalDatum,
    choose_surface,
    distance_and_bearing,
    geoid_undulation_m,
    locate_points,
    project_points,
)
from plainview.model import Distortion, UncertaintyBasis
from tests.geo.views import HD, drawn_view, make_view, points_in

SEA = GeoidSurface(altitude_msl_m=0.0, sigma_m=1.2)


def test_the_middle_of_a_camera_that_looks_down_is_the_ground_below_it() -> None:
    view = make_view(camera_elevation_deg=-90.0, camera_roll_deg=0.0)
    points = locate_points(view, HD, [[640.0, 360.0]], surface=SEA)
    assert points.latitude_deg[0] == pytest.approx(58.3, abs=1e-9)
    assert points.longitude_deg[0] == pytest.approx(5.1, abs=1e-9)
    undulation_m = float(geoid_undulation_m(58.3, 5.1))
    assert points.height_hae_m[0] == pytest.approx(undulation_m, abs=1e-3)
    assert points.slant_range_m[0] == pytest.approx(1500.0 - undulation_m, abs=1e-3)


def test_looking_down_a_pixel_is_its_share_of_the_ground() -> None:
    view = make_view(camera_elevation_deg=-90.0, camera_heading_deg=0.0, camera_roll_deg=0.0)
    ground = HeightSurface(height_hae_m=500.0, sigma_m=0.0)
    points = locate_points(view, HD, [[1280.0, 360.0], [640.0, 0.0]], surface=ground)
    distance, bearing = distance_and_bearing(
        (58.3, 5.1), (points.latitude_deg, points.longitude_deg)
    )
    half_width_m = 1000.0 * np.tan(np.radians(4.0))
    half_height_m = 1000.0 * np.tan(np.radians(2.25))
    np.testing.assert_allclose(distance, [half_width_m, half_height_m], rtol=2e-4)
    np.testing.assert_allclose(bearing, [90.0, 0.0], atol=0.02)


@pytest.mark.parametrize("heading_deg", [0.0, 77.0, 180.0, 311.0])
def test_the_optical_axis_meets_the_ground_at_its_heading(heading_deg: float) -> None:
    view = make_view(camera_heading_deg=heading_deg, camera_elevation_deg=-20.0)
    points = locate_points(view, HD, [[640.0, 360.0]], surface=SEA)
    distance, bearing = distance_and_bearing(
        (58.3, 5.1), (points.latitude_deg[0], points.longitude_deg[0])
    )
    assert (bearing - heading_deg + 180.0) % 360.0 == pytest.approx(180.0, abs=1e-3)
    assert distance == pytest.approx(1456.0 / np.tan(np.radians(20.0)), rel=5e-3)


@given(seed=st.integers(0, 2**32 - 1))
def test_a_located_point_is_seen_at_its_pixel_and_no_other_has_a_place(seed: int) -> None:
    rng = np.random.default_rng(seed)
    view, pixels = drawn_view(rng), points_in(HD, rng, 5)
    points = locate_points(view, HD, pixels, surface=SEA)
    found = points.is_located
    seen = project_points(view, HD, points.latitude_deg, points.longitude_deg, points.height_hae_m)
    np.testing.assert_allclose(seen[found], pixels[found], atol=0.05)
    for column in (points.latitude_deg, points.slant_range_m, points.ce90_m):
        np.testing.assert_array_equal(np.isfinite(column), found)


def test_a_pixel_outside_the_picture_is_not_located() -> None:
    pixels = [[-1.0, 300.0], [640.0, 721.0], [640.0, 720.0], [np.nan, 4.0]]
    points = locate_points(make_view(), HD, pixels, surface=SEA)
    outside = RayOutcome.OUTSIDE_PICTURE
    assert points.outcome.tolist() == [outside, outside, RayOutcome.HIT, outside]
    assert np.isnan(points.latitude_deg[[0, 1, 3]]).all()


def test_a_pixel_above_the_horizon_is_sky_and_counted() -> None:
    view = make_view(camera_elevation_deg=0.0, camera_roll_deg=0.0)
    points = locate_points(view, HD, [[640.0, 10.0], [640.0, 700.0]], surface=SEA)
    assert points.outcome.tolist() == [RayOutcome.SKY, RayOutcome.HIT]
    assert points.count(RayOutcome.SKY) == 1
    assert points.is_inside_footprint.tolist() == [False, True]


def test_without_a_pose_or_a_surface_nothing_is_located() -> None:
    for view, surface, outcome in (
        (make_view(camera_roll_deg=None), SEA, RayOutcome.DIRECTION_UNKNOWN),
        (make_view(), None, RayOutcome.NO_VIEW),
    ):
        points = locate_points(view, HD, [[1.0, 1.0]], surface=surface)
        assert points.outcome.tolist() == [outcome]
        assert np.isnan(points.cov_enu_m2).all()
        assert points.surface is None


def test_no_pixels_are_legal() -> None:
    points = locate_points(make_view(), HD, np.empty((0, 2)), surface=SEA, point_sigma_px=[])
    assert len(points) == 0
    assert points.cov_enu_m2.shape == (0, 3, 3)
    assert points.ce90_m.shape == (0,)


def test_the_table_names_its_surface_and_is_read_only() -> None:
    points = locate_points(make_view(), HD, [[1.0, 1.0]], surface=choose_surface(make_view()))
    assert points.surface == "sea_level"
    assert points.uncertainty_basis is UncertaintyBasis.ASSUMED
    with pytest.raises(ValueError, match="read-only"):
        points.latitude_deg[0] = 0.0


def test_a_tall_field_of_view_with_distortion_still_leads_back() -> None:
    camera = type(HD)(
        name="wide",
        width_px=1920,
        height_px=1080,
        distortion=Distortion(radial=(-0.22, 0.06, 0.0), tangential=(0.0005, 0.0)),
    )
    view = make_view(horizontal_fov_deg=60.0, vertical_fov_deg=36.0, camera_elevation_deg=-40.0)
    pixels = points_in(camera, np.random.default_rng(8), 100)
    assert locate_points(view, camera, pixels, surface=SEA).is_located.all()


def test_shared_error_is_part_of_the_total() -> None:
    points = locate_points(make_view(), HD, [[640.0, 360.0]], surface=SEA, point_sigma_px=1.5)
    own = points.cov_enu_m2[0] - points.cov_shared_enu_m2[0]
    assert np.linalg.eigvalsh(own).min() > -1e-6
    assert np.trace(own) > 0.0
    assert np.trace(points.cov_shared_enu_m2[0]) > 0.0


@pytest.mark.parametrize("sigma", [2.0, [2.0, 2.0], [[2.0, 2.0], [2.0, 2.0]]])
def test_pixel_errors_may_be_one_or_many(sigma: object) -> None:
    pixels = [[640.0, 360.0], [10.0, 20.0]]
    points = locate_points(make_view(), HD, pixels, surface=SEA, point_sigma_px=sigma)  # type: ignore[arg-type]
    one = locate_points(make_view(), HD, pixels, surface=SEA, point_sigma_px=2.0)
    np.testing.assert_array_equal(points.cov_enu_m2, one.cov_enu_m2)


@pytest.fixture(scope="module")
def cobb(shared_data: Callable[[str], Path]) -> Terrain:
    return read_terrain(shared_data("dem/cobb.tif"), vertical_datum=VerticalDatum.EGM96)


def test_on_real_ground_points_lie_on_it_and_lead_back(cobb: Terrain) -> None:
    view = make_view(
        latitude_deg=33.9, longitude_deg=-84.6, height_hae_m=1200.0, camera_elevation_deg=-12.0
    )
    pixels = points_in(HD, np.random.default_rng(9), 200)
    points = locate_points(view, HD, pixels, surface=TerrainSurface(terrain=cobb))
    assert points.is_located.all()
    assert points.surface == "terrain"
    ground_m = cobb.height_hae_m(points.latitude_deg, points.longitude_deg)
    np.testing.assert_allclose(points.height_hae_m, ground_m, atol=0.05)
    assert 130.0 < points.height_hae_m.min() < points.height_hae_m.max() < 530.0


def test_on_real_ground_a_look_beyond_the_tile_is_an_edge(cobb: Terrain) -> None:
    view = make_view(
        latitude_deg=33.9,
        longitude_deg=-84.40,
        height_hae_m=1200.0,
        camera_heading_deg=90.0,
        camera_elevation_deg=-5.0,
    )
    points = locate_points(view, HD, [[640.0, 360.0]], surface=TerrainSurface(terrain=cobb))
    assert points.outcome.tolist() == [RayOutcome.EDGE]


def test_the_coefficient_of_refraction_is_used_throughout() -> None:
    view = make_view(camera_elevation_deg=-3.0)
    bent = locate_points(view, HD, [[640.0, 360.0]], surface=SEA)
    straight = locate_points(
        view, HD, [[640.0, 360.0]], surface=SEA, refraction=Refraction(coefficient=0.0)
    )
    assert straight.slant_range_m[0] > bent.slant_range_m[0] * 1.005
