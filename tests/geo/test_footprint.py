"""Footprints: the outline of a frame on the ground, and that nothing located lies outside."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pytest
import shapely

from plainview.formats.terrain_raster import read_terrain
from plainview.geo import (
    Footprint,
    GeoidSurface,
    GroundPoints,
    HeightSurface,
    TerrainSurface,
    VerticalDatum,
    distance_and_bearing,
    footprint,
    locate_points,
)
from plainview.model import View
from tests.geo.views import HD, drawn_view, make_view, points_in

SEA = GeoidSurface(altitude_msl_m=0.0, sigma_m=1.2)
N_VIEWS = 500
"""Ten thousand were run by hand: none outside."""


def around(view: View, latitude: object, longitude: object) -> npt.NDArray[np.float64]:
    """Return places as metres east and north of the camera by distance and bearing, (n, 2)."""
    here = (view.latitude_deg or 0.0, view.longitude_deg or 0.0)
    distance, bearing = distance_and_bearing(here, (latitude, longitude))  # type: ignore[arg-type]
    angle = np.radians(np.nan_to_num(bearing))
    return np.stack([distance * np.sin(angle), distance * np.cos(angle)], axis=-1)


def outside_share(view: View, outline: Footprint, points: GroundPoints) -> float:
    """Return how far outside the outline the farthest point lies, as a share of its range."""
    polygon = shapely.Polygon(around(view, *outline.ring_deg_m.T[:2]))
    assert polygon.is_valid, shapely.is_valid_reason(polygon)
    found = points.is_located
    places = around(view, points.latitude_deg[found], points.longitude_deg[found])
    apart = shapely.distance(polygon, shapely.points(places))
    return float(np.max(apart / points.slant_range_m[found], initial=0.0))


def test_no_located_point_lies_outside_its_frames_footprint() -> None:
    rng = np.random.default_rng(11)
    n_clipped = n_points = 0
    for _ in range(N_VIEWS):
        view, pixels = drawn_view(rng), points_in(HD, rng, 4)
        outline = footprint(view, HD, surface=SEA)
        points = locate_points(view, HD, pixels, surface=SEA)
        if outline is None:
            assert not points.is_located.any()
            continue
        n_clipped += outline.is_clipped
        n_points += int(points.is_located.sum())
        assert outside_share(view, outline, points) < 1e-3
    assert n_clipped > 0.1 * N_VIEWS
    assert n_points > 2 * N_VIEWS


def test_a_level_look_down_has_a_rectangle_for_a_footprint() -> None:
    view = make_view(camera_elevation_deg=-90.0, camera_heading_deg=0.0, camera_roll_deg=0.0)
    outline = footprint(view, HD, surface=HeightSurface(height_hae_m=500.0, sigma_m=0.0))
    assert outline is not None
    ring = around(view, *outline.ring_deg_m.T[:2])
    half = 1000.0 * np.tan(np.radians([4.0, 2.25]))
    np.testing.assert_allclose(np.abs(ring).max(axis=0), half, rtol=1e-3)
    np.testing.assert_allclose(outline.ring_px[0], [0.0, 0.0])
    np.testing.assert_allclose(ring[0], [-half[0], half[1]], rtol=1e-3)
    assert shapely.Polygon(ring).area == pytest.approx(4.0 * half.prod(), rel=1e-3)
    assert not outline.is_clipped


def test_the_frame_centre_is_where_the_optical_axis_meets_the_surface() -> None:
    view = make_view()
    outline = footprint(view, HD, surface=SEA)
    points = locate_points(view, HD, [[640.0, 360.0]], surface=SEA)
    assert outline is not None
    assert outline.frame_center is not None
    place = (points.latitude_deg[0], points.longitude_deg[0], points.height_hae_m[0])
    assert outline.frame_center == pytest.approx(place)
    assert outline.slant_range_m == pytest.approx(points.slant_range_m[0])
    assert outline.surface == "sea_level"


def test_a_footprint_that_reaches_the_horizon_ends_there() -> None:
    view = make_view(camera_elevation_deg=-2.0, camera_roll_deg=0.0, vertical_fov_deg=8.0)
    outline = footprint(view, HD, surface=SEA)
    assert outline is not None
    assert outline.is_clipped
    distance = np.linalg.norm(around(view, *outline.ring_deg_m.T[:2]), axis=-1)
    horizon_m = np.sqrt(2.0 * 1456.0 * 6_371_000.0 / (1.0 - 0.13))
    assert distance.max() == pytest.approx(horizon_m, rel=0.02)
    assert distance.max() < horizon_m
    dip_deg = np.degrees(np.sqrt(2.0 * 1456.0 * (1.0 - 0.13) / 6_371_000.0))
    above_px = (2.0 - dip_deg) * 720.0 / 8.0
    assert outline.ring_px[:, 1].min() == pytest.approx(360.0 - above_px, abs=1.5)


def test_sky_at_the_centre_leaves_no_frame_centre() -> None:
    view = make_view(camera_elevation_deg=0.5, camera_roll_deg=0.0)
    outline = footprint(view, HD, surface=SEA)
    assert outline is not None
    assert outline.frame_center is None
    assert outline.slant_range_m is None


@pytest.mark.parametrize("changes", [{"camera_elevation_deg": 30.0}, {"camera_heading_deg": None}])
def test_no_ground_in_sight_or_no_pose_has_no_footprint(changes: dict[str, float | None]) -> None:
    assert footprint(make_view(**changes), HD, surface=SEA) is None
    assert footprint(make_view(), HD, surface=None) is None


def test_a_camera_upside_down_sees_the_ground_above() -> None:
    view = make_view(camera_elevation_deg=-1.0, camera_roll_deg=180.0, vertical_fov_deg=10.0)
    outline = footprint(view, HD, surface=SEA)
    assert outline is not None
    assert outline.is_clipped
    assert outline.ring_px[:, 1].max() < 450.0


def test_on_real_ground_points_lie_in_the_footprint(shared_data: Callable[[str], Path]) -> None:
    terrain = read_terrain(shared_data("dem/cobb.tif"), vertical_datum=VerticalDatum.EGM96)
    surface = TerrainSurface(terrain=terrain)
    view = make_view(
        latitude_deg=33.9, longitude_deg=-84.6, height_hae_m=1500.0, camera_elevation_deg=-25.0
    )
    outline = footprint(view, HD, surface=surface)
    points = locate_points(view, HD, points_in(HD, np.random.default_rng(12), 100), surface=surface)
    assert outline is not None
    assert outside_share(view, outline, points) < 0.003
