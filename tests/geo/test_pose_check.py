"""Bad input for geometry: a typed reason, the position withheld, and what stays good located."""

import math

import numpy as np
import pytest

from plainview.geo import (
    GeoidSurface,
    HeightSurface,
    NotLocated,
    RayOutcome,
    Terrain,
    TerrainSurface,
    VerticalDatum,
    distance_and_bearing,
    footprint,
    geoid_undulation_m,
    locate_points,
    reason_text,
)
from plainview.geo.pose_check import heights_apart_m
from plainview.model import Sigma, UncertaintyBasis, View, ViewSigma
from tests.geo.views import HD, make_view

SEA = GeoidSurface(altitude_msl_m=0.0, sigma_m=1.2)
MIDDLE = [[640.0, 360.0]]


def ground(height_m: float = 100.0, *, west_deg: float = 4.9, hole: bool = False) -> Terrain:
    """Return level ground around the View's place, with a hole in front of it where asked."""
    heights = np.full((400, 400), height_m)
    if hole:
        heights[150:260, 150:330] = np.nan
    return Terrain.from_heights(
        heights,
        north_deg=58.4,
        west_deg=west_deg,
        latitude_step_deg=0.0005,
        longitude_step_deg=0.001,
        vertical_datum=VerticalDatum.WGS84_ELLIPSOID,
    )


def reason_of(view: View, surface: object = SEA) -> NotLocated | None:
    """Return why the middle of a picture has no place, and check that nothing of it is told."""
    points = locate_points(view, HD, MIDDLE, surface=surface)  # type: ignore[arg-type]
    (reason,) = points.reasons
    numbers = (points.latitude_deg, points.height_hae_m, points.slant_range_m, points.cov_enu_m2)
    assert all(np.isnan(column).all() == (reason is not None) for column in numbers)
    return reason


def test_every_reason_has_a_sentence_and_every_outcome_a_reason() -> None:
    assert all(reason_text(reason) for reason in NotLocated)
    for outcome in RayOutcome:
        reason = outcome.reason
        assert (reason is None) == (outcome is RayOutcome.HIT)
        if reason is not None:
            assert RayOutcome.from_reason(reason) is outcome
    assert RayOutcome.from_reason("not known here") is RayOutcome.NO_VIEW


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"latitude_deg": None}, NotLocated.POSITION_UNKNOWN),
        ({"height_hae_m": None}, NotLocated.HEIGHT_UNKNOWN),
        ({"height_hae_m": None, "altitude_msl_m": 900.0}, NotLocated.DATUM_UNKNOWN),
        ({"camera_heading_deg": None}, NotLocated.DIRECTION_UNKNOWN),
        ({"horizontal_fov_deg": None}, NotLocated.FIELD_OF_VIEW),
        ({"horizontal_fov_deg": 0.0}, NotLocated.FIELD_OF_VIEW),
        ({"vertical_fov_deg": 180.0}, NotLocated.FIELD_OF_VIEW),
        ({"vertical_fov_deg": -4.0}, NotLocated.FIELD_OF_VIEW),
        ({"vertical_fov_deg": math.nan}, NotLocated.FIELD_OF_VIEW),
        ({"latitude_deg": 91.0}, NotLocated.IMPOSSIBLE_VALUE),
        ({"latitude_deg": math.nan}, NotLocated.IMPOSSIBLE_VALUE),
        ({"longitude_deg": math.inf}, NotLocated.IMPOSSIBLE_VALUE),
        ({"camera_roll_deg": math.nan}, NotLocated.IMPOSSIBLE_VALUE),
        ({"height_hae_m": 4e7}, NotLocated.IMPOSSIBLE_VALUE),
        ({"height_hae_m": math.nan}, NotLocated.IMPOSSIBLE_VALUE),
        ({"camera_elevation_deg": 10.0}, NotLocated.ABOVE_HORIZON),
        ({"height_hae_m": -20.0}, NotLocated.PLATFORM_BELOW_SURFACE),
        ({"withheld": "datum_moved"}, NotLocated.DATUM_MOVED),
        ({"withheld": "a word of some other program"}, NotLocated.NO_VIEW),
    ],
)
def test_what_cannot_be_located_says_why(changes: dict[str, object], reason: NotLocated) -> None:
    view = make_view(**changes)
    assert reason_of(view) is reason
    assert footprint(view, HD, surface=SEA) is None


@pytest.mark.parametrize("fov_deg", [0.001, 179.9])
def test_fields_of_view_close_to_nothing_and_to_a_half_turn_are_located(fov_deg: float) -> None:
    view = make_view(horizontal_fov_deg=fov_deg, vertical_fov_deg=fov_deg)
    assert reason_of(view) is None


# Contradictory items


def heights(apart_m: float) -> View:
    geoid_m = float(geoid_undulation_m(58.3, 5.1))
    return make_view(altitude_msl_m=1500.0 - geoid_m + apart_m)


def test_two_heights_that_agree_are_located_and_two_that_do_not_are_not() -> None:
    """An encoder that puts its height above the sea in both items is 46 m off here."""
    assert heights_apart_m(heights(3.0)) == pytest.approx(-3.0, abs=1e-6)
    assert heights_apart_m(make_view()) is None
    assert reason_of(heights(10.0)) is None
    assert reason_of(heights(-25.0)) is NotLocated.HEIGHTS_CONTRADICT
    assert reason_of(make_view(altitude_msl_m=1500.0)) is NotLocated.HEIGHTS_CONTRADICT
    assert reason_of(make_view(altitude_msl_m=math.nan)) is NotLocated.HEIGHTS_CONTRADICT


def test_how_far_two_heights_may_differ_is_what_the_height_is_worth() -> None:
    still = Sigma(own=0.0, shared=0.02)
    sigma = ViewSigma(
        position_horizontal_m=still,
        position_vertical_m=Sigma(own=0.5, shared=1.0),
        camera_heading_deg=still,
        camera_elevation_deg=still,
        camera_roll_deg=still,
        field_of_view_ratio=still,
        time_s=still,
        basis=UncertaintyBasis.INSTRUMENT,
    )
    view = heights(10.0)
    exact = make_view(altitude_msl_m=view.altitude_msl_m, sigma=sigma)
    assert reason_of(view) is None
    assert reason_of(exact) is NotLocated.HEIGHTS_CONTRADICT


# Terrain: below it, with holes, of another zone


def test_a_platform_below_the_terrain_is_told_and_one_above_it_located() -> None:
    surface = TerrainSurface(terrain=ground(1600.0))
    assert reason_of(make_view(), surface) is NotLocated.PLATFORM_BELOW_TERRAIN
    assert reason_of(make_view(), TerrainSurface(terrain=ground(100.0))) is None


def test_a_platform_below_a_height_of_its_frame_centre_is_told() -> None:
    surface = HeightSurface(height_hae_m=1700.0, sigma_m=10.0)
    assert reason_of(make_view(), surface) is NotLocated.PLATFORM_BELOW_SURFACE


def test_ground_in_a_hole_is_withheld_and_ground_beside_it_located() -> None:
    surface = TerrainSurface(terrain=ground(hole=True))
    view = make_view(latitude_deg=58.3, camera_heading_deg=90.0)
    points = locate_points(
        make_view(latitude_deg=58.3, camera_heading_deg=90.0, horizontal_fov_deg=70.0),
        HD,
        [[640.0, 360.0], [640.0, 719.0], [2.0, 700.0]],
        surface=surface,
    )
    assert points.reasons[0] is NotLocated.TERRAIN_HOLE
    assert reason_of(view, surface) is NotLocated.TERRAIN_HOLE
    open_ground = make_view(latitude_deg=58.3, camera_heading_deg=270.0)
    assert reason_of(open_ground, surface) is None


def test_terrain_of_another_zone_covers_nothing() -> None:
    """Six degrees east: what a grid of UTM zone 32 is where the file says 33."""
    surface = TerrainSurface(terrain=ground(west_deg=10.9))
    assert reason_of(make_view(), surface) is NotLocated.OUTSIDE_TERRAIN
    assert reason_of(make_view(camera_elevation_deg=8.0), surface) is NotLocated.ABOVE_HORIZON


# The horizon, the nadir, the antimeridian, the poles


def test_a_horizon_in_the_picture_parts_sky_from_sea() -> None:
    view = make_view(camera_elevation_deg=-1.2, camera_roll_deg=0.0, vertical_fov_deg=10.0)
    rows = np.linspace(0.0, 720.0, 121)
    points = locate_points(view, HD, np.stack([np.full(121, 640.0), rows], axis=1), surface=SEA)
    reasons = list(points.reasons)
    n_sky = reasons.count(NotLocated.ABOVE_HORIZON)
    n_near = reasons.count(NotLocated.HORIZON_IN_ERROR)
    assert n_sky > 40
    assert n_near > 2
    assert reasons == (
        [NotLocated.ABOVE_HORIZON] * n_sky
        + [NotLocated.HORIZON_IN_ERROR] * n_near
        + [None] * (121 - n_sky - n_near)
    )
    ce90_m, range_m = points.ce90_m[points.is_located], points.slant_range_m[points.is_located]
    assert np.all(ce90_m < 1.5 * range_m)


def test_the_better_the_instrument_the_nearer_to_the_horizon_it_locates() -> None:
    still = Sigma(own=0.0, shared=0.02)
    sigma = ViewSigma(
        position_horizontal_m=Sigma(own=0.5, shared=1.0),
        position_vertical_m=Sigma(own=0.5, shared=1.0),
        camera_heading_deg=still,
        camera_elevation_deg=still,
        camera_roll_deg=still,
        field_of_view_ratio=Sigma(own=0.0, shared=0.001),
        time_s=still,
        basis=UncertaintyBasis.INSTRUMENT,
    )
    changes = {"camera_elevation_deg": -1.45, "camera_roll_deg": 0.0}
    assert reason_of(make_view(**changes)) is NotLocated.HORIZON_IN_ERROR
    assert reason_of(make_view(**changes, sigma=sigma)) is None


def test_the_nadir_is_located_whatever_the_heading() -> None:
    for heading_deg in (0.0, 90.0, 213.0):
        view = make_view(camera_elevation_deg=-90.0, camera_heading_deg=heading_deg)
        points = locate_points(view, HD, MIDDLE, surface=SEA)
        assert points.latitude_deg[0] == pytest.approx(58.3, abs=1e-7)
        assert points.longitude_deg[0] == pytest.approx(5.1, abs=1e-7)
        assert np.all(np.linalg.eigvalsh(points.cov_enu_m2[0]) > 0.0)


@pytest.mark.parametrize("heading_deg", [85.0, 275.0])
def test_across_the_antimeridian_places_are_where_they_would_be_elsewhere(
    heading_deg: float,
) -> None:
    surface = HeightSurface(height_hae_m=0.0, sigma_m=1.0)
    ours = 179.999 if heading_deg < 180.0 else -179.999
    there, here = (
        locate_points(
            make_view(longitude_deg=longitude, camera_heading_deg=heading_deg),
            HD,
            MIDDLE,
            surface=surface,
        )
        for longitude in (ours, 0.0)
    )
    assert there.latitude_deg[0] == pytest.approx(float(here.latitude_deg[0]), abs=1e-9)
    turned = (there.longitude_deg[0] - ours + 180.0) % 360.0 - 180.0
    assert turned == pytest.approx(float(here.longitude_deg[0]), abs=1e-9)
    assert np.sign(there.longitude_deg[0]) == -np.sign(ours)
    np.testing.assert_allclose(there.cov_enu_m2, here.cov_enu_m2, rtol=1e-9)


@pytest.mark.parametrize("pole_deg", [90.0, -90.0])
def test_over_a_pole_places_lie_as_far_as_anywhere(pole_deg: float) -> None:
    surface = HeightSurface(height_hae_m=0.0, sigma_m=1.0)
    for latitude_deg in (pole_deg, 0.99999 * pole_deg):
        view = make_view(latitude_deg=latitude_deg)
        points = locate_points(view, HD, MIDDLE, surface=surface)
        assert points.is_located.all()
        distance_m, _ = distance_and_bearing(
            (latitude_deg, 5.1), (points.latitude_deg, points.longitude_deg)
        )
        level_m = np.sqrt(points.slant_range_m[0] ** 2 - 1500.0**2)
        assert distance_m[0] == pytest.approx(level_m, rel=2e-3)
        assert np.all(np.linalg.eigvalsh(points.cov_enu_m2[0]) > 0.0)
