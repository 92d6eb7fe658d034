"""A measured slant range: what it makes of places and of their errors."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest

from plainview.geo import (
    GeoidSurface,
    HeightSurface,
    NotLocated,
    Refraction,
    Terrain,
    TerrainSurface,
    VerticalDatum,
    enu_m_from_geodetic,
    locate_points,
    project_points,
)
from plainview.geo.covariance import error_covariances, ground_covariance
from plainview.geo.covariance_columns import ground_columns
from plainview.geo.surface_look import SurfaceLook
from plainview.model import PartCorrelation, RangeKind, Sigma, UncertaintyBasis, View, ViewSigma
from tests.geo.views import HD, make_view

Array = npt.NDArray[np.float64]
MIDDLE = [[640.0, 360.0]]
SEA = GeoidSurface(altitude_msl_m=0.0, sigma_m=1.2)
RANGE_SIGMA = Sigma(own=2.0, shared=3.0)
SIGMA = ViewSigma(
    position_horizontal_m=Sigma(own=1.0, shared=2.0),
    position_vertical_m=Sigma(own=1.0, shared=5.0),
    camera_heading_deg=Sigma(own=0.05, shared=0.3),
    camera_elevation_deg=Sigma(own=0.05, shared=0.2),
    camera_roll_deg=Sigma(own=0.05, shared=0.2),
    field_of_view_ratio=Sigma(own=0.0, shared=0.01),
    time_s=Sigma(own=0.0, shared=0.0),
    basis=UncertaintyBasis.INSTRUMENT,
)


def ranged(view: View, range_m: float, kind: RangeKind = RangeKind.MEASURED) -> View:
    return replace(view, slant_range_m=range_m, slant_range_kind=kind)


@pytest.mark.parametrize("kind", [RangeKind.CALCULATED, RangeKind.AMBIGUOUS])
def test_only_a_range_that_was_measured_is_used(kind: RangeKind) -> None:
    view = make_view(sigma=SIGMA)
    alone = locate_points(view, HD, MIDDLE, surface=SEA)
    told = locate_points(ranged(view, 6200.0, kind), HD, MIDDLE, surface=SEA)
    assert told.latitude_deg[0] == alone.latitude_deg[0]
    np.testing.assert_array_equal(told.cov_enu_m2, alone.cov_enu_m2)


def test_a_range_pulls_the_place_along_the_ray_and_shortens_its_ellipse() -> None:
    view = make_view(sigma=SIGMA)
    alone = locate_points(view, HD, MIDDLE, surface=SEA)
    range_m = float(alone.slant_range_m[0]) + 60.0
    fused = locate_points(ranged(view, range_m), HD, MIDDLE, surface=SEA, range_sigma=RANGE_SIGMA)
    assert float(fused.slant_range_m[0]) == pytest.approx(range_m, abs=6.0)
    assert fused.ce90_m[0] < 0.9 * alone.ce90_m[0]
    assert np.all(np.linalg.eigvalsh(alone.cov_enu_m2[0] - fused.cov_enu_m2[0]) > -1e-6)
    assert np.all(np.linalg.eigvalsh(fused.cov_shared_enu_m2[0]) > 0.0)
    own = fused.cov_enu_m2[0] - fused.cov_shared_enu_m2[0]
    assert np.all(np.linalg.eigvalsh(own) > -1e-6)


def test_a_range_of_no_worth_changes_nothing() -> None:
    view = make_view(sigma=SIGMA)
    alone = locate_points(view, HD, MIDDLE, surface=SEA)
    vague = Sigma(own=0.0, shared=1e7)
    fused = locate_points(ranged(view, 7000.0), HD, MIDDLE, surface=SEA, range_sigma=vague)
    assert fused.latitude_deg[0] == pytest.approx(float(alone.latitude_deg[0]), abs=1e-7)
    np.testing.assert_allclose(fused.cov_enu_m2, alone.cov_enu_m2, rtol=1e-4)


def test_a_range_that_contradicts_the_surface_withholds_the_middle_and_nothing_else() -> None:
    view = make_view(sigma=SIGMA)
    pixels = [*MIDDLE, [100.0, 100.0]]
    points = locate_points(ranged(view, 1000.0), HD, pixels, surface=SEA)
    assert points.reasons == (NotLocated.RANGE_CONTRADICTS, None)
    assert np.isnan(points.latitude_deg[0])
    assert np.isnan(points.cov_enu_m2[0]).all()


AWAY = [[1150.0, 90.0], [200.0, 600.0]]
"""Two pixels of an HD picture, far from its middle."""


def test_over_the_sea_a_range_corrects_the_rest_of_the_picture_too() -> None:
    view = make_view(sigma=SIGMA)
    alone = locate_points(view, HD, [*MIDDLE, *AWAY], surface=SEA)
    range_m = float(alone.slant_range_m[0]) + 40.0
    fused = locate_points(ranged(view, range_m), HD, AWAY, surface=SEA)
    farther_m = fused.slant_range_m - alone.slant_range_m[1:]
    assert np.all((farther_m > 15.0) & (farther_m < 90.0))
    assert np.all(fused.ce90_m < 0.95 * alone.ce90_m[1:])
    for row in range(len(AWAY)):
        assert np.all(np.linalg.eigvalsh(alone.cov_enu_m2[row + 1] - fused.cov_enu_m2[row]) > -1e-6)
        assert np.all(np.linalg.eigvalsh(fused.cov_shared_enu_m2[row]) > 0.0)
        own = fused.cov_enu_m2[row] - fused.cov_shared_enu_m2[row]
        assert np.all(np.linalg.eigvalsh(own) > -1e-6)


def test_a_pixels_own_error_is_left_as_it_was_by_a_range_to_the_middle() -> None:
    view = make_view(sigma=SIGMA)
    told = ranged(view, float(locate_points(view, HD, MIDDLE, surface=SEA).slant_range_m[0]))
    added = [
        locate_points(each, HD, AWAY, surface=SEA, point_sigma_px=2.0).cov_enu_m2
        - locate_points(each, HD, AWAY, surface=SEA).cov_enu_m2
        for each in (view, told)
    ]
    np.testing.assert_allclose(added[1], added[0], rtol=1e-6, atol=1e-6)


def test_terrain_is_left_as_it_is_away_from_the_middle() -> None:
    view = make_view(sigma=SIGMA)
    flat = TerrainSurface(terrain=flat_terrain(view))
    alone = locate_points(view, HD, [*MIDDLE, *AWAY], surface=flat)
    assert alone.is_located.all()
    told = ranged(view, float(alone.slant_range_m[0]) + 40.0)
    fused = locate_points(told, HD, [*MIDDLE, *AWAY], surface=flat)
    assert fused.latitude_deg[0] != alone.latitude_deg[0]
    np.testing.assert_array_equal(fused.latitude_deg[1:], alone.latitude_deg[1:])
    np.testing.assert_array_equal(fused.cov_enu_m2[1:], alone.cov_enu_m2[1:])


def flat_terrain(view: View) -> Terrain:
    """Return ground at a height of 100 m for a quarter of a degree to each side of a View."""
    latitude, longitude = view.latitude_deg or 0.0, view.longitude_deg or 0.0
    return Terrain.from_heights(
        np.full((501, 501), 100.0, np.float32),
        north_deg=latitude + 0.25,
        west_deg=longitude - 0.25,
        latitude_step_deg=0.001,
        longitude_step_deg=0.001,
        vertical_datum=VerticalDatum.EGM96,
        sigma_m=5.0,
    )


def test_what_the_source_says_of_its_range_stands_above_the_assumed() -> None:
    view = make_view(sigma=SIGMA)
    told = ranged(view, float(locate_points(view, HD, MIDDLE, surface=SEA).slant_range_m[0]) + 9.0)
    areas = [
        float(np.linalg.det(locate_points(each, HD, MIDDLE, surface=SEA).cov_enu_m2[0, :2, :2]))
        for each in (
            replace(told, slant_range_sigma_m=Sigma(own=0.1, shared=0.1)),
            told,
            replace(told, slant_range_sigma_m=Sigma(own=40.0, shared=40.0)),
            view,
        )
    ]
    assert areas == sorted(areas)
    assert areas[0] < 0.9 * areas[1] < 0.1 * areas[2]
    same = replace(told, slant_range_sigma_m=RANGE_SIGMA)
    said = locate_points(same, HD, MIDDLE, surface=SEA)
    asked = locate_points(told, HD, MIDDLE, surface=SEA, range_sigma=RANGE_SIGMA)
    np.testing.assert_array_equal(said.cov_enu_m2, asked.cov_enu_m2)


def test_a_place_that_would_leave_the_picture_stays_and_owns_up_to_it() -> None:
    view = make_view(sigma=SIGMA)
    pixels = [*MIDDLE, [640.0, 2.0], [640.0, 718.0]]
    alone = locate_points(view, HD, pixels, surface=SEA)
    told = ranged(view, float(alone.slant_range_m[0]) + 60.0)
    fused = locate_points(told, HD, pixels, surface=SEA)
    assert fused.latitude_deg[1] == alone.latitude_deg[1]
    assert fused.latitude_deg[2] != alone.latitude_deg[2]
    along = fused.cov_enu_m2[1] - fused.cov_enu_m2[2]
    assert np.trace(along) > 30.0**2


def test_no_corrected_place_leaves_the_picture_or_passes_the_horizon() -> None:
    rng, n_moved = np.random.default_rng(3), 0
    for _ in range(300):
        view = make_view(
            sigma=SIGMA,
            height_hae_m=float(np.exp(rng.uniform(3.0, 9.4))),
            camera_elevation_deg=-float(np.exp(rng.uniform(-1.0, 4.4))),
        )
        pixels = rng.uniform(0.0, 1.0, (4, 2)) * [1280.0, 720.0]
        alone = locate_points(view, HD, [*MIDDLE, *pixels], surface=SEA)
        if not alone.is_located[0]:
            continue
        off_m = float(np.sqrt(np.trace(alone.cov_enu_m2[0])) * rng.normal(0.0, 1.5))
        told = ranged(view, max(1.0, float(alone.slant_range_m[0]) + off_m))
        fused = locate_points(told, HD, pixels, surface=SEA)
        known = fused.is_located
        places = [
            each[known] for each in (fused.latitude_deg, fused.longitude_deg, fused.height_hae_m)
        ]
        seen = project_points(view, HD, *places)
        assert np.all((seen > -0.01) & (seen < [1280.01, 720.01]))
        sensor = (view.latitude_deg or 0.0, view.longitude_deg or 0.0, view.height_hae_m or 0.0)
        for place in np.stack(places, axis=-1).tolist():
            assert enu_m_from_geodetic(*sensor, origin=(place[0], place[1], place[2]))[2] > 0.0
        n_moved += int(np.count_nonzero((fused.latitude_deg != alone.latitude_deg[1:]) & known))
    assert n_moved > 300


def raised(surface: HeightSurface | GeoidSurface, by_m: float) -> HeightSurface | GeoidSurface:
    if isinstance(surface, HeightSurface):
        return replace(surface, height_hae_m=surface.height_hae_m + by_m)
    return replace(surface, altitude_msl_m=surface.altitude_msl_m + by_m)


def erroneous(rng: np.random.Generator, truth: View) -> View:
    """Return a View with errors of `SIGMA`."""

    def error(part: Sigma | None) -> float:
        assert part is not None
        return float(rng.normal(0.0, np.hypot(part.own, part.shared)))

    north_m, east_m = error(SIGMA.position_horizontal_m), error(SIGMA.position_horizontal_m)
    stretch = 1.0 + error(SIGMA.field_of_view_ratio)
    return replace(
        truth,
        latitude_deg=(truth.latitude_deg or 0.0) + north_m / 111_412.0,
        longitude_deg=(truth.longitude_deg or 0.0)
        + east_m / (111_320.0 * np.cos(np.radians(truth.latitude_deg or 0.0))),
        height_hae_m=(truth.height_hae_m or 0.0) + error(SIGMA.position_vertical_m),
        camera_heading_deg=(truth.camera_heading_deg or 0.0) + error(SIGMA.camera_heading_deg),
        camera_elevation_deg=(truth.camera_elevation_deg or 0.0)
        + error(SIGMA.camera_elevation_deg),
        camera_roll_deg=(truth.camera_roll_deg or 0.0) + error(SIGMA.camera_roll_deg),
        horizontal_fov_deg=stretch * (truth.horizontal_fov_deg or 0.0),
        vertical_fov_deg=stretch * (truth.vertical_fov_deg or 0.0),
    )


def drawn_miss(
    rng: np.random.Generator,
    truth: View,
    surface: HeightSurface | GeoidSurface,
    *,
    pixel: list[float] = MIDDLE[0],
    met_m: float = 0.0,
) -> tuple[Array, ...]:
    """Return error (3,), covariance (3, 3) with a range, and the two without it, of one draw.

    The range is to what stands up to ``met_m`` above the true surface in the middle.
    """
    told, level_m = erroneous(rng, truth), float(rng.normal(0.0, surface.sigma_m))
    true_surface = raised(surface, level_m)
    met = raised(true_surface, float(rng.uniform(0.0, met_m)))
    place = locate_points(truth, HD, [pixel], surface=true_surface)
    true_point = [
        float(each[0]) for each in (place.latitude_deg, place.longitude_deg, place.height_hae_m)
    ]
    middle_m = float(locate_points(truth, HD, MIDDLE, surface=met).slant_range_m[0])
    measured_m = middle_m + float(rng.normal(0.0, np.hypot(RANGE_SIGMA.own, RANGE_SIGMA.shared)))
    both = [
        locate_points(
            view,
            HD,
            [pixel],
            surface=surface,
            range_sigma=RANGE_SIGMA,
            refraction=Refraction(sigma=0.0),
        )
        for view in (ranged(told, measured_m), told)
    ]
    parts: list[Array] = []
    for found in both:
        origin = (
            float(found.latitude_deg[0]),
            float(found.longitude_deg[0]),
            float(found.height_hae_m[0]),
        )
        parts += [enu_m_from_geodetic(*true_point, origin=origin), found.cov_enu_m2[0]]
    return tuple(parts)


@pytest.mark.parametrize("elevation_deg", [-8.0, -30.0])
def test_draws_lie_in_the_fused_ellipse_as_often_as_it_says(elevation_deg: float) -> None:
    """In three dimensions; and the fused error is the smaller of the two."""
    rng = np.random.default_rng(9)
    truth = make_view(sigma=SIGMA, camera_elevation_deg=elevation_deg)
    surface = HeightSurface(height_hae_m=100.0, sigma_m=10.0)
    squared, with_m, without_m = [], [], []
    for _ in range(600):
        error, cov, alone, _ = drawn_miss(rng, truth, surface)
        squared.append(float(error @ np.linalg.solve(cov, error)))
        with_m.append(float(np.hypot(*error[:2])))
        without_m.append(float(np.hypot(*alone[:2])))
    assert np.mean(squared) == pytest.approx(3.0, abs=0.4)
    assert 0.92 < np.mean(np.array(squared) < 7.815) < 0.98
    assert np.median(with_m) < np.median(without_m)


@pytest.mark.parametrize("pixel", AWAY)
@pytest.mark.parametrize("elevation_deg", [-8.0, -30.0])
def test_draws_lie_in_their_ellipse_as_often_as_it_says_away_from_the_middle(
    elevation_deg: float, pixel: list[float]
) -> None:
    """Of places on the sea, though the range is to what stands on it; and the ellipse shrinks."""
    rng = np.random.default_rng(10)
    truth = make_view(sigma=SIGMA, camera_elevation_deg=elevation_deg)
    squared, with_m, without_m, shrunk = [], [], [], []
    for _ in range(400):
        error, cov, alone, cov_alone = drawn_miss(rng, truth, SEA, pixel=pixel, met_m=3.0)
        squared.append(float(error[:2] @ np.linalg.solve(cov[:2, :2], error[:2])))
        with_m.append(float(np.hypot(*error[:2])))
        without_m.append(float(np.hypot(*alone[:2])))
        shrunk.append(np.linalg.det(cov[:2, :2]) / np.linalg.det(cov_alone[:2, :2]))
    assert np.mean(squared) == pytest.approx(2.0, abs=0.4)
    assert 0.92 < np.mean(np.array(squared) < 5.991) < 0.98
    assert np.median(with_m) < 0.9 * np.median(without_m)
    assert np.median(shrunk) < 0.7


def test_the_covariance_of_errors_makes_that_of_the_ground() -> None:
    """The errors' own matrix, carried by the columns, is what the kernel sums; correlations too."""
    pair = PartCorrelation(first="camera_elevation_deg", second="position_vertical_m", rho=-0.7)
    view = make_view(sigma=replace(SIGMA, correlations=(pair,)))
    look = SurfaceLook(view=view, camera=HD, surface=SEA, refraction=Refraction())
    rays = look.meet(np.array(AWAY)).rays
    errors = look.errors(np.full((2, 2), 1.5))
    columns = np.moveaxis(ground_columns(view, HD, rays, errors=errors), 0, -1)
    own, shared = error_covariances(view, errors)
    total_m2, shared_m2 = ground_covariance(view, HD, rays, errors=errors)
    carried = [columns @ cov @ np.swapaxes(columns, 1, 2) for cov in (own + shared, shared)]
    np.testing.assert_allclose(carried[0], total_m2, rtol=1e-6, atol=1e-6)
    np.testing.assert_allclose(carried[1], shared_m2, rtol=1e-6, atol=1e-6)


def test_a_fused_place_still_leads_back_near_its_pixel() -> None:
    view = make_view(sigma=SIGMA)
    alone = locate_points(view, HD, MIDDLE, surface=SEA)
    told = ranged(view, float(alone.slant_range_m[0]) + 30.0)
    fused = locate_points(told, HD, MIDDLE, surface=SEA)
    seen = project_points(view, HD, fused.latitude_deg, fused.longitude_deg, fused.height_hae_m)
    assert np.abs(seen - MIDDLE).max() < 40.0
