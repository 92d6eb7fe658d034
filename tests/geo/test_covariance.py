"""The covariance on the ground, against finite differences and against draws."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest

from plainview.geo import (
    MEAN_EARTH_RADIUS_M,
    GeoidSurface,
    HeightSurface,
    Refraction,
    Surface,
    Terrain,
    TerrainSurface,
    VerticalDatum,
    assumed_view_sigma,
    ecef_from_enu,
    ecef_from_geodetic,
    enu_m_from_geodetic,
    geodetic_from_ecef,
    locate_points,
    sensor_position_ecef_m,
)
from plainview.model import (
    Camera,
    Distortion,
    PartCorrelation,
    PoseBasis,
    Sigma,
    UncertaintyBasis,
    View,
    ViewSigma,
    ellipse_from_covariance,
)
from tests.geo.views import HD, make_relative_view, make_view, n_parts

Array = npt.NDArray[np.float64]
NOTHING = Sigma(own=0.0, shared=0.0)
PIXEL = np.array([[900.0, 500.0]])
RELATIVE_ANGLES = (
    "platform_heading_deg",
    "platform_pitch_deg",
    "platform_roll_deg",
    "sensor_relative_azimuth_deg",
    "sensor_relative_elevation_deg",
    "sensor_relative_roll_deg",
)
CAMERA_ANGLES = ("camera_heading_deg", "camera_elevation_deg", "camera_roll_deg")
RATES: dict[str, Any] = {
    "velocity_enu_m_s": (40.0, -25.0, 3.0),
    "camera_heading_rate_deg_s": 2.0,
    "camera_elevation_rate_deg_s": -1.0,
}


def only(basis: PoseBasis | None, name: str) -> ViewSigma:
    """Return a ViewSigma in which one part is 1, own, and the others nothing."""
    return replace(no_sigma(basis), **{name: Sigma(own=1.0, shared=0.0)})  # type: ignore[arg-type]


def no_sigma(basis: PoseBasis | None) -> ViewSigma:
    """Return a ViewSigma of the basis in which every part is nothing."""
    sigma = assumed_view_sigma(basis)
    return replace(sigma, **dict.fromkeys(n_parts(sigma), NOTHING))  # type: ignore[arg-type]


def moved(view: View, offset_enu_m: Array) -> View:
    """Return the View from elsewhere, its angles kept."""
    assert view.latitude_deg is not None
    assert view.longitude_deg is not None
    axes = ecef_from_enu(view.latitude_deg, view.longitude_deg)
    latitude, longitude, height = geodetic_from_ecef(
        sensor_position_ecef_m(view) + axes @ offset_enu_m
    )
    return replace(
        view,
        latitude_deg=float(latitude),
        longitude_deg=float(longitude),
        height_hae_m=float(height),
    )


def turned(view: View, name: str, step_deg: float) -> View:
    """Return the View with one angle changed, its line of sight with it."""
    if view.pose_basis is not PoseBasis.RELATIVE:
        return replace(view, **{name: getattr(view, name) + step_deg})
    parts = {part: getattr(view, part) for part in RELATIVE_ANGLES}
    parts[name] += step_deg
    again = make_relative_view(**parts)
    line = {angle: getattr(again, angle) for angle in CAMERA_ANGLES}
    return replace(view, **parts, **line)


def later(view: View, step_s: float) -> View:
    """Return the View as it would be at another instant."""
    view = moved(view, np.array(view.velocity_enu_m_s) * step_s)
    return replace(
        view,
        camera_heading_deg=(view.camera_heading_deg or 0.0)
        + (view.camera_heading_rate_deg_s or 0.0) * step_s,
        camera_elevation_deg=(view.camera_elevation_deg or 0.0)
        + (view.camera_elevation_rate_deg_s or 0.0) * step_s,
    )


def zoomed(view: View, ratio: float) -> View:
    """Return the View with its fields of view stretched."""
    return replace(
        view,
        horizontal_fov_deg=(view.horizontal_fov_deg or 0.0) * (1.0 + ratio),
        vertical_fov_deg=(view.vertical_fov_deg or 0.0) * (1.0 + ratio),
    )


def slope_terrain() -> Terrain:
    """Return a tilted plain under the shared Views: it rises to the south-east."""
    latitude = 58.35 - np.arange(601)[:, np.newaxis] * 2e-4
    longitude = 5.05 + np.arange(1001) * 2e-4
    return Terrain.from_heights(
        50.0 + 1500.0 * (58.3 - latitude) + 900.0 * (longitude - 5.1),
        north_deg=58.35,
        west_deg=5.05,
        latitude_step_deg=2e-4,
        longitude_step_deg=2e-4,
        vertical_datum=VerticalDatum.WGS84_ELLIPSOID,
        sigma_m=0.0,
    )


SURFACES: dict[str, Surface] = {
    "sea": GeoidSurface(altitude_msl_m=0.0, sigma_m=0.0),
    "slope": TerrainSurface(terrain=slope_terrain()),
}
NO_AIR_ERROR = Refraction(sigma=0.0)


def difference(views: tuple[View, View], *, surface: Surface, camera: Camera = HD) -> Array:
    """Return how far the located point of one View lies from that of another, ENU."""
    ahead, behind = (
        locate_points(view, camera, PIXEL, surface=surface, refraction=NO_AIR_ERROR)
        for view in views
    )
    origin = (
        float(behind.latitude_deg[0]),
        float(behind.longitude_deg[0]),
        float(behind.height_hae_m[0]),
    )
    return enu_m_from_geodetic(
        ahead.latitude_deg[0], ahead.longitude_deg[0], ahead.height_hae_m[0], origin=origin
    )


def assert_covariance_is(view: View, column: Array, *, surface: Surface, camera: Camera) -> None:
    points = locate_points(view, camera, PIXEL, surface=surface, refraction=NO_AIR_ERROR)
    expected = np.outer(column, column)
    scale = np.abs(expected).max()
    np.testing.assert_allclose(points.cov_enu_m2[0] / scale, expected / scale, atol=0.01)
    np.testing.assert_allclose(points.cov_shared_enu_m2[0] / scale, 0.0, atol=1e-12)


DISTORTED = Camera(
    name="wide",
    width_px=1280,
    height_px=720,
    principal_point_px=(655.0, 352.0),
    distortion=Distortion(radial=(-0.25, 0.08, 0.0), tangential=(0.001, -0.002)),
)
STEPS: dict[str, tuple[Callable[[View, float], View], float]] = {
    "field_of_view_ratio": (zoomed, 1e-4),
    "time_s": (later, 1e-2),
}


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("camera", [HD, DISTORTED], ids=["plain", "distorted"])
@pytest.mark.parametrize("name", [*CAMERA_ANGLES, *STEPS])
def test_each_error_of_an_absolute_pose_moves_the_point_as_a_finite_difference_says(
    name: str, camera: Camera, surface: str
) -> None:
    view = make_view(sigma=only(PoseBasis.ABSOLUTE, name), **RATES)
    step_of, step = STEPS.get(name, (lambda v, s: turned(v, name, s), 1e-4))
    ends = step_of(view, 0.5 * step), step_of(view, -0.5 * step)
    column = difference(ends, surface=SURFACES[surface], camera=camera) / step
    assert_covariance_is(view, column, surface=SURFACES[surface], camera=camera)


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize("name", RELATIVE_ANGLES)
def test_each_angle_of_platform_and_gimbal_moves_the_point_as_a_finite_difference_says(
    name: str, surface: str
) -> None:
    field = name.replace("sensor_relative", "relative")
    view = replace(make_relative_view(), sigma=only(PoseBasis.RELATIVE, field))
    step_deg = 1e-4
    ends = turned(view, name, 0.5 * step_deg), turned(view, name, -0.5 * step_deg)
    column = difference(ends, surface=SURFACES[surface]) / step_deg
    assert_covariance_is(view, column, surface=SURFACES[surface], camera=HD)


@pytest.mark.parametrize("surface", SURFACES)
def test_a_shift_of_the_sensor_shifts_the_point_as_a_finite_difference_says(surface: str) -> None:
    view = make_view(sigma=only(None, "position_vertical_m"))
    up = np.array([0.0, 0.0, 0.5])
    column = difference((moved(view, up), moved(view, -up)), surface=SURFACES[surface])
    assert_covariance_is(view, column, surface=SURFACES[surface], camera=HD)
    level = make_view(sigma=only(None, "position_horizontal_m"))
    points = locate_points(level, HD, PIXEL, surface=SURFACES["sea"], refraction=NO_AIR_ERROR)
    np.testing.assert_allclose(points.cov_enu_m2[0], np.diag([1.0, 1.0, 0.0]), atol=5e-3)


def test_the_error_of_a_pixel_is_own_and_that_of_surface_and_air_is_shared() -> None:
    view = make_view(sigma=no_sigma(None))
    sea = SURFACES["sea"]
    pixel = locate_points(view, HD, PIXEL, surface=sea, point_sigma_px=1.0, refraction=NO_AIR_ERROR)
    assert np.all(pixel.cov_shared_enu_m2 == 0.0)
    assert pixel.cov_enu_m2[0, 0, 0] > 1.0
    air = locate_points(view, HD, PIXEL, surface=sea, refraction=Refraction(sigma=0.07))
    np.testing.assert_array_equal(air.cov_enu_m2, air.cov_shared_enu_m2)
    ahead = locate_points(view, HD, PIXEL, surface=sea, refraction=Refraction(coefficient=0.2))
    behind = locate_points(view, HD, PIXEL, surface=sea, refraction=Refraction(coefficient=0.06))
    along_m = 0.5 * (ahead.slant_range_m - behind.slant_range_m)[0]
    moved_m = abs(along_m) / np.cos(np.radians(16.0))  # the pixel looks 16 degrees down
    assert np.sqrt(np.trace(air.cov_enu_m2[0])) == pytest.approx(moved_m, rel=0.02)


def test_a_pixel_error_in_y_alone_reaches_along_the_look() -> None:
    view = make_view(sigma=no_sigma(None), camera_roll_deg=0.0)
    points = locate_points(
        view,
        HD,
        [[640.0, 360.0]],
        surface=SURFACES["sea"],
        point_sigma_px=[[0.0, 1.0]],
        refraction=NO_AIR_ERROR,
    )
    major, minor, heading_deg = ellipse_from_covariance(points.cov_enu_m2)
    assert heading_deg[0] == pytest.approx(130.0, abs=0.5)
    assert minor[0] < 0.01 * major[0]


@pytest.mark.parametrize("depression_deg", [90.0, 60.0, 30.0, 10.0, 5.0])
def test_the_ellipse_of_an_angular_error_is_longer_than_wide_by_the_cosecant_of_the_look(
    depression_deg: float,
) -> None:
    one_mrad = Sigma(own=float(np.degrees(1e-3)), shared=0.0)
    across = Sigma(own=one_mrad.own / max(np.cos(np.radians(depression_deg)), 1e-6), shared=0.0)
    sigma = replace(no_sigma(None), camera_elevation_deg=one_mrad)
    if depression_deg < 90.0:
        sigma = replace(sigma, camera_heading_deg=across)
    view = make_view(
        sigma=sigma,
        camera_elevation_deg=-depression_deg,
        camera_roll_deg=0.0,
        height_hae_m=500.0,
    )
    points = locate_points(
        view,
        HD,
        [[640.0, 360.0]],
        surface=HeightSurface(height_hae_m=0.0, sigma_m=0.0),
        refraction=Refraction(coefficient=0.0, sigma=0.0),
    )
    major, minor, _ = ellipse_from_covariance(points.cov_enu_m2)
    range_m = points.slant_range_m[0]
    widened = 1.0 + 500.0 / MEAN_EARTH_RADIUS_M  # Snell's law of a sphere without air
    arrival_rad = np.arccos(min(widened * np.cos(np.radians(depression_deg)), 1.0))
    assert major[0] == pytest.approx(1e-3 * range_m / np.sin(arrival_rad), rel=2e-3)
    if depression_deg < 90.0:
        assert minor[0] == pytest.approx(1e-3 * range_m, rel=0.01)


def test_the_vertical_error_is_that_of_the_surface_on_the_level() -> None:
    view = make_view(sigma=assumed_view_sigma(None))
    points = locate_points(view, HD, PIXEL, surface=GeoidSurface(altitude_msl_m=0.0, sigma_m=3.0))
    assert points.cov_enu_m2[0, 2, 2] == pytest.approx(9.0, rel=1e-6)
    assert points.cov_shared_enu_m2[0, 2, 2] == pytest.approx(9.0, rel=1e-6)
    assert points.le90_m[0] == pytest.approx(1.645 * 3.0, rel=1e-3)


def test_a_slope_that_faces_the_camera_shortens_the_ellipse_and_lifts_its_end() -> None:
    view = make_view(sigma=assumed_view_sigma(None))
    level = locate_points(view, HD, PIXEL, surface=HeightSurface(height_hae_m=60.0, sigma_m=0.0))
    slope = locate_points(view, HD, PIXEL, surface=SURFACES["slope"])
    assert slope.ce90_m[0] / slope.slant_range_m[0] < level.ce90_m[0] / level.slant_range_m[0]
    assert slope.cov_enu_m2[0, 2, 2] > 1.0 > level.cov_enu_m2[0, 2, 2]


def test_a_view_without_sigma_is_given_the_assumed_one_and_says_so() -> None:
    without = locate_points(make_view(), HD, PIXEL, surface=SURFACES["sea"])
    given = locate_points(
        make_view(sigma=assumed_view_sigma(PoseBasis.ABSOLUTE)),
        HD,
        PIXEL,
        surface=SURFACES["sea"],
    )
    np.testing.assert_array_equal(without.cov_enu_m2, given.cov_enu_m2)
    assert without.uncertainty_basis is UncertaintyBasis.ASSUMED
    reported = replace(assumed_view_sigma(None), basis=UncertaintyBasis.REPORTED)
    points = locate_points(make_view(sigma=reported), HD, PIXEL, surface=SURFACES["sea"])
    assert points.uncertainty_basis is UncertaintyBasis.REPORTED


def draw_error(part: Sigma | None, rng: np.random.Generator) -> float:
    return 0.0 if part is None else float(rng.normal(0.0, np.hypot(part.own, part.shared)))


def disturbed(view: View, rng: np.random.Generator) -> View:
    """Return the View as an instrument with the View's sigma would report it."""
    sigma = view.sigma
    assert sigma is not None
    for name in RELATIVE_ANGLES:
        field = name.replace("sensor_relative", "relative")
        view = turned(view, name, draw_error(getattr(sigma, field), rng))
    view = later(view, draw_error(sigma.time_s, rng))
    view = zoomed(view, draw_error(sigma.field_of_view_ratio, rng))
    level, height = sigma.position_horizontal_m, sigma.position_vertical_m
    offset = [draw_error(level, rng), draw_error(level, rng), draw_error(height, rng)]
    return moved(view, np.array(offset))


def fraction_inside(*, believed: float, n_draws: int, seed: int) -> float:
    """Return how many true places of 1 lie inside the 95 % ellipse of a sigma that is scaled."""
    rng = np.random.default_rng(seed)
    truth = replace(make_relative_view(), sigma=assumed_view_sigma(PoseBasis.RELATIVE), **RATES)
    n_inside = 0
    for _ in range(n_draws):
        k, altitude_m = 0.13 + rng.normal(0.0, 0.07), rng.normal(0.0, 1.2)
        place = locate_points(
            truth,
            HD,
            PIXEL,
            surface=GeoidSurface(altitude_msl_m=altitude_m, sigma_m=0.0),
            refraction=Refraction(coefficient=k, sigma=0.0),
        )
        seen_px = PIXEL + rng.normal(0.0, 2.0, (1, 2))
        point = locate_points(
            disturbed(truth, rng),
            HD,
            seen_px,
            surface=GeoidSurface(altitude_msl_m=0.0, sigma_m=1.2),
            point_sigma_px=2.0,
        )
        origin = (float(point.latitude_deg[0]), float(point.longitude_deg[0]), 0.0)
        off = enu_m_from_geodetic(
            place.latitude_deg[0], place.longitude_deg[0], 0.0, origin=origin
        )[:2]
        covariance = believed**2 * point.cov_enu_m2[0, :2, :2]
        n_inside += float(off @ np.linalg.solve(covariance, off)) < 5.991
    return n_inside / n_draws


def test_the_95_percent_ellipse_holds_95_percent_of_true_places() -> None:
    assert 0.93 <= fraction_inside(believed=1.0, n_draws=600, seed=4) <= 0.97


def test_a_sigma_that_is_a_third_too_small_is_found_out() -> None:
    assert fraction_inside(believed=0.67, n_draws=300, seed=5) < 0.88


def test_heights_that_ecef_and_enu_agree_on() -> None:
    view = make_view()
    here = ecef_from_geodetic(view.latitude_deg or 0, view.longitude_deg or 0, 1500.0)
    np.testing.assert_allclose(sensor_position_ecef_m(view), here)


def test_correlated_errors_reach_the_ground_as_their_joint_covariance_does() -> None:
    parts = {
        "platform_heading_deg": Sigma(own=0.2, shared=0.1),
        "relative_elevation_deg": Sigma(own=0.1, shared=0.3),
        "position_vertical_m": Sigma(own=2.0, shared=6.0),
    }
    pairs = (
        PartCorrelation(first="platform_heading_deg", second="relative_elevation_deg", rho=-0.6),
        PartCorrelation(first="relative_elevation_deg", second="position_vertical_m", rho=0.7),
    )
    rho = np.array([[1.0, -0.6, 0.0], [-0.6, 1.0, 0.7], [0.0, 0.7, 1.0]])
    sigma = replace(no_sigma(PoseBasis.RELATIVE), **parts, correlations=pairs)  # type: ignore[arg-type]
    view, surface = replace(make_relative_view(), sigma=sigma), SURFACES["slope"]
    found = locate_points(view, HD, PIXEL, surface=surface, refraction=NO_AIR_ERROR)
    up, step_deg = np.array([0.0, 0.0, 0.5]), 1e-4
    angles = ("platform_heading_deg", "sensor_relative_elevation_deg")
    columns = [
        difference(
            (turned(view, name, 0.5 * step_deg), turned(view, name, -0.5 * step_deg)),
            surface=surface,
        )
        / step_deg
        for name in angles
    ]
    columns.append(difference((moved(view, up), moved(view, -up)), surface=surface))
    spread = np.array(columns)
    shared = found.cov_shared_enu_m2[0]
    for part, covariance in (("shared", shared), ("own", found.cov_enu_m2[0] - shared)):
        sizes = np.array([getattr(each, part) for each in parts.values()])
        expected = spread.T @ (np.outer(sizes, sizes) * rho) @ spread
        np.testing.assert_allclose(covariance, expected, rtol=2e-3, atol=0.15)
