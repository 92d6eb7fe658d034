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
    enu_m_from_geodetic,
    locate_points,
    project_points,
)
from plainview.model import RangeKind, Sigma, UncertaintyBasis, View, ViewSigma
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


def test_pixels_far_from_the_middle_are_left_as_they_are() -> None:
    view = make_view(sigma=SIGMA)
    pixels = [[640.0, 360.0], [680.0, 360.0]]
    alone = locate_points(view, HD, pixels, surface=SEA)
    range_m = float(alone.slant_range_m[0]) + 40.0
    fused = locate_points(ranged(view, range_m), HD, pixels, surface=SEA)
    assert fused.latitude_deg[0] != alone.latitude_deg[0]
    assert fused.latitude_deg[1] == alone.latitude_deg[1]


def drawn_miss(rng: np.random.Generator, truth: View, surface: HeightSurface) -> tuple[Array, ...]:
    """Return error (3,), covariance (3, 3) with a range, and the two without it, of one draw."""
    sigma = SIGMA

    def error(part: Sigma | None) -> float:
        assert part is not None
        return float(rng.normal(0.0, np.hypot(part.own, part.shared)))

    place = locate_points(truth, HD, MIDDLE, surface=surface)
    here = (float(place.latitude_deg[0]), float(place.longitude_deg[0]))
    true_point = (*here, float(place.height_hae_m[0]))
    north_m, east_m = error(sigma.position_horizontal_m), error(sigma.position_horizontal_m)
    told = replace(
        truth,
        latitude_deg=(truth.latitude_deg or 0.0) + north_m / 111_412.0,
        longitude_deg=(truth.longitude_deg or 0.0)
        + east_m / (111_320.0 * np.cos(np.radians(truth.latitude_deg or 0.0))),
        height_hae_m=(truth.height_hae_m or 0.0) + error(sigma.position_vertical_m),
        camera_heading_deg=(truth.camera_heading_deg or 0.0) + error(sigma.camera_heading_deg),
        camera_elevation_deg=(truth.camera_elevation_deg or 0.0)
        + error(sigma.camera_elevation_deg),
        camera_roll_deg=(truth.camera_roll_deg or 0.0) + error(sigma.camera_roll_deg),
    )
    measured_m = float(place.slant_range_m[0]) + error(RANGE_SIGMA)
    believed = replace(
        surface, height_hae_m=surface.height_hae_m + float(rng.normal(0.0, surface.sigma_m))
    )
    both = [
        locate_points(
            view,
            HD,
            MIDDLE,
            surface=believed,
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


def test_a_fused_place_still_leads_back_near_its_pixel() -> None:
    view = make_view(sigma=SIGMA)
    alone = locate_points(view, HD, MIDDLE, surface=SEA)
    told = ranged(view, float(alone.slant_range_m[0]) + 30.0)
    fused = locate_points(told, HD, MIDDLE, surface=SEA)
    seen = project_points(view, HD, fused.latitude_deg, fused.longitude_deg, fused.height_hae_m)
    assert np.abs(seen - MIDDLE).max() < 40.0
