"""Biases found from looks: what is found, how surely, and what cannot be told apart."""

from dataclasses import replace

import numpy as np
import pytest

from plainview.geo import PoseBias, enu_m_from_geodetic, estimate_biases, geodetic_from_enu_m
from plainview.geo.pose_bias import BIAS_NAMES
from tests.geo.bias_scenes import (
    CAMERA,
    PLACE,
    SIGMA,
    SURVEYED,
    UNKNOWN_ON_SURFACE,
    level_view,
    looks_at,
    orbit_views,
    things_at,
)

THING = np.array([PLACE])
AROUND = np.array(
    [
        (PLACE[0] + 0.0009 * north, PLACE[1] + 0.0016 * east, PLACE[2] + 5.0 * up)
        for north, east, up in [(0, 0, 0), (0.5, 0.6, 1), (-0.5, 0.4, 0), (0.4, -0.6, 2)]
    ]
)
WIDE = dict.fromkeys(BIAS_NAMES[:6], 3.0) | {"focal_length_ratio": 0.1}


def sums_over(names: tuple[str, ...], bias: PoseBias) -> float:
    return sum(float(getattr(bias, name)) for name in names)


def test_an_orbit_over_one_still_thing_finds_the_heading_bias_and_the_place() -> None:
    rng = np.random.default_rng(1)
    true = PoseBias(heading_bias_deg=1.7)
    looks = looks_at(orbit_views(np.linspace(0, 140, 40)), THING, bias=true, rng=rng)
    start = THING + np.array([0.0004, -0.0007, 0.0])
    found = estimate_biases(looks, things_at(start, cov_enu_m2=UNKNOWN_ON_SURFACE), camera=CAMERA)
    assert found.bias.heading_bias_deg == pytest.approx(1.7, abs=3.0 * 0.05)
    assert found.sigma_of("heading_bias_deg") < 0.05
    off_m = enu_m_from_geodetic(*found.places[0], origin=PLACE)
    assert np.hypot(*off_m[:2]) < 6.0
    assert found.before.px > 10.0 * found.after.px
    assert found.after.ratio == pytest.approx(1.0, abs=0.25)


def test_known_points_find_bore_sight_and_focal_length() -> None:
    rng = np.random.default_rng(2)
    true = PoseBias(
        boresight_azimuth_deg=1.2,
        boresight_elevation_deg=-0.8,
        boresight_roll_deg=2.0,
        focal_length_ratio=1.05,
    )
    views = orbit_views(np.linspace(0, 350, 60), radius_m=1200.0)
    views += orbit_views(np.linspace(0, 350, 60), radius_m=2500.0, up_m=900.0)
    looks = looks_at(views, AROUND, bias=true, rng=rng)
    found = estimate_biases(
        looks, things_at(AROUND, cov_enu_m2=SURVEYED), camera=CAMERA, prior_sigma=WIDE
    )
    heading = ("heading_bias_deg", "boresight_azimuth_deg")
    assert sums_over(heading, found.bias) == pytest.approx(1.2, abs=0.03)
    for name in ("boresight_elevation_deg", "boresight_roll_deg", "focal_length_ratio"):
        off = getattr(found.bias, name) - getattr(true, name)
        assert abs(off) < 3.5 * found.sigma_of(name), name
    assert found.sigma_of("focal_length_ratio") < 0.002
    assert found.n_rejected == 0


def test_its_covariance_is_what_it_says_over_many_flights() -> None:
    """The mean squared distance over 60 flights is that of chi-square, within 3 sigma."""
    squared, inside = [], []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        prior = np.array(
            [1.0, 0.1, 0.1, 0.02, 0.2, 0.2, 0.01, 0.0, 2.0, 2.0, 4.0]  # those of SIGMA
        )
        drawn = rng.normal(0.0, 1.0, 11) * prior
        drawn[6] += 1.0
        looks = looks_at(
            orbit_views(np.linspace(0, 120, 12)), THING, bias=PoseBias.from_array(drawn), rng=rng
        )
        place = THING + np.array([0.0, 0.0, rng.normal(0.0, 0.5)])
        found = estimate_biases(
            looks,
            things_at(place, cov_enu_m2=UNKNOWN_ON_SURFACE),
            camera=CAMERA,
            prior_sigma={"lag_s": 0.0},
        )
        rows = [row for row in range(11) if row != 7]
        off = (found.bias.to_array() - drawn)[rows]
        squared.append(off @ np.linalg.solve(found.cov[np.ix_(rows, rows)], off))
        off_m = enu_m_from_geodetic(*found.places[0], origin=PLACE)[:2]
        cov = found.place_cov_enu_m2[0][:2, :2]
        inside.append(off_m @ np.linalg.solve(cov, off_m) < 5.991)
    assert np.mean(squared) == pytest.approx(10.0, abs=3.0 * np.sqrt(20.0 / 60))
    assert np.mean(inside) == pytest.approx(0.95, abs=3.0 * np.sqrt(0.05 * 0.95 / 60))


def test_heading_and_azimuth_of_a_level_platform_cannot_be_told_apart() -> None:
    rng = np.random.default_rng(3)
    looks = looks_at(
        orbit_views(np.linspace(0, 150, 30)), AROUND, bias=PoseBias(heading_bias_deg=1.0), rng=rng
    )
    found = estimate_biases(
        looks, things_at(AROUND, cov_enu_m2=SURVEYED), camera=CAMERA, prior_sigma=WIDE
    )
    told = {each.name: each for each in found.told}
    assert "boresight_azimuth_deg" in told["heading_bias_deg"].tied_to
    assert "heading_bias_deg" in told["boresight_azimuth_deg"].tied_to
    assert sums_over(("heading_bias_deg", "boresight_azimuth_deg"), found.bias) == pytest.approx(
        1.0, abs=0.05
    )


def test_an_orbit_cannot_tell_a_height_offset_from_a_tilt_and_says_so() -> None:
    rng = np.random.default_rng(4)
    looks = looks_at(orbit_views(np.linspace(0, 120, 30)), THING, bias=PoseBias(), rng=rng)
    found = estimate_biases(looks, things_at(THING, cov_enu_m2=UNKNOWN_ON_SURFACE), camera=CAMERA)
    told = {each.name: each for each in found.told}
    assert not told["height_offset_m"].is_determined
    assert "boresight_elevation_deg" in told["height_offset_m"].tied_to
    assert told["east_m"].left > 0.95


def test_one_direction_of_look_tells_nothing_of_the_heading() -> None:
    rng = np.random.default_rng(5)
    views = [
        level_view(
            (PLACE[0] - 0.013, PLACE[1], 700.0),
            heading_deg=0.0,
            azimuth_deg=0.0,
            elevation_deg=-24.0,
        )
    ] * 20
    looks = looks_at(views, THING, bias=PoseBias(heading_bias_deg=1.0), rng=rng)
    found = estimate_biases(looks, things_at(THING, cov_enu_m2=UNKNOWN_ON_SURFACE), camera=CAMERA)
    told = {each.name: each for each in found.told}
    assert told["heading_bias_deg"].left > 0.9
    assert found.bias.heading_bias_deg == pytest.approx(0.0, abs=0.2)


def test_a_piece_of_coast_tells_only_what_goes_across_it() -> None:
    """Seen from the south, a coast that runs north says the heading, one that runs east not."""
    rng = np.random.default_rng(6)
    views = [
        level_view(
            (PLACE[0] - 0.013, PLACE[1], 700.0),
            heading_deg=0.0,
            azimuth_deg=0.0,
            elevation_deg=-24.0,
        )
    ] * 20
    looks = looks_at(views, THING, bias=PoseBias(heading_bias_deg=1.0), rng=rng)
    left = {}
    for line, cov in (("north", np.diag([1.0, 1e6, 0.3])), ("east", np.diag([1e6, 1.0, 0.3]))):
        found = estimate_biases(looks, things_at(THING, cov_enu_m2=cov), camera=CAMERA)
        left[line] = next(each.left for each in found.told if each.name == "heading_bias_deg")
    assert left["north"] < 0.2
    assert left["east"] > 0.95


def test_a_ship_whose_motion_is_known_serves_as_a_landmark() -> None:
    rng = np.random.default_rng(7)
    views = orbit_views(np.linspace(0, 90, 20))
    moved = np.linspace(0.0, 1.0, 20)[:, np.newaxis] * [[120.0, -60.0, 0.0]]
    places = np.stack(geodetic_from_enu_m(moved, origin=PLACE), axis=-1)
    looks = looks_at(views, places, bias=PoseBias(heading_bias_deg=-2.0), rng=rng)
    looks = replace(looks, thing=np.zeros(20, np.int64), moved_enu_m=moved)
    ship = things_at(THING, cov_enu_m2=np.diag([25.0, 25.0, 0.3]))
    found = estimate_biases(looks, ship, camera=CAMERA)
    assert found.bias.heading_bias_deg == pytest.approx(-2.0, abs=0.15)
    assert found.after.px < 0.3 * found.before.px


def test_a_lag_shows_while_the_camera_turns() -> None:
    rng = np.random.default_rng(8)
    views = orbit_views(np.linspace(0, 90, 24))
    true_looks = looks_at(views, AROUND, bias=PoseBias(), rng=rng)
    rates = rng.choice([-8.0, 0.0, 8.0], 24)
    late = tuple(
        replace(
            view,
            camera_heading_deg=(view.camera_heading_deg or 0.0) - 0.15 * rate,
            sensor_relative_azimuth_deg=(view.sensor_relative_azimuth_deg or 0.0) - 0.15 * rate,
            camera_heading_rate_deg_s=rate,
            camera_elevation_rate_deg_s=0.0,
        )
        for view, rate in zip(true_looks.views, rates.tolist(), strict=True)
    )
    found = estimate_biases(
        replace(true_looks, views=late),
        things_at(AROUND, cov_enu_m2=SURVEYED),
        camera=CAMERA,
        prior_sigma={"lag_s": 0.5},
    )
    assert found.bias.lag_s == pytest.approx(0.15, abs=0.01)
    assert found.sigma_of("lag_s") < 0.005


def test_a_wrong_pick_is_weighed_down_and_counted() -> None:
    rng = np.random.default_rng(9)
    looks = looks_at(
        orbit_views(np.linspace(0, 120, 30)), AROUND, bias=PoseBias(heading_bias_deg=0.8), rng=rng
    )
    points = looks.points_px.copy()
    points[7] += [220.0, -90.0]
    found = estimate_biases(
        replace(looks, points_px=points), things_at(AROUND, cov_enu_m2=SURVEYED), camera=CAMERA
    )
    assert found.n_rejected == 1
    assert found.bias.heading_bias_deg == pytest.approx(0.8, abs=0.06)


def test_what_is_held_but_not_known_widens_the_rest() -> None:
    rng = np.random.default_rng(10)
    looks = looks_at(orbit_views(np.linspace(0, 90, 20)), AROUND, bias=PoseBias(), rng=rng)
    things = things_at(AROUND, cov_enu_m2=SURVEYED)
    sigmas = []
    for considered, prior in (((), {"roll_bias_deg": 0.0}), (("roll_bias_deg",), {})):
        found = estimate_biases(
            looks, things, camera=CAMERA, prior_sigma=WIDE | prior, considered=considered
        )
        assert found.bias.roll_bias_deg == 0.0
        sigmas.append(found.sigma_of("boresight_elevation_deg"))
    assert sigmas[1] > 2.0 * sigmas[0]


def test_residuals_larger_than_stated_widen_the_covariance() -> None:
    rng = np.random.default_rng(11)
    looks = looks_at(
        orbit_views(np.linspace(0, 120, 40)), AROUND, bias=PoseBias(), rng=rng, sigma_px=4.0
    )
    believed = replace(looks, point_sigma_px=np.full((40, 2), 0.5))
    sharp = tuple(replace(view, sigma=replace(SIGMA)) for view in believed.views)
    found = estimate_biases(
        replace(believed, views=sharp), things_at(AROUND, cov_enu_m2=SURVEYED), camera=CAMERA
    )
    assert found.after.ratio > 1.5
    honest = estimate_biases(looks, things_at(AROUND, cov_enu_m2=SURVEYED), camera=CAMERA)
    assert found.sigma_of("heading_bias_deg") > 0.8 * honest.sigma_of("heading_bias_deg")


def test_a_drift_that_is_allowed_is_found() -> None:
    rng = np.random.default_rng(12)
    views = orbit_views(np.linspace(0, 150, 40))
    time_s = np.linspace(0.0, 60.0, 40)
    moved = time_s[:, np.newaxis] * [[0.3, -0.1, 0.0]]
    places = np.stack(geodetic_from_enu_m(moved, origin=PLACE), axis=-1)
    looks = looks_at(views, places, bias=PoseBias(heading_bias_deg=1.0), rng=rng)
    looks = replace(looks, thing=np.zeros(40, np.int64), time_s=time_s)
    things = replace(
        things_at(THING, cov_enu_m2=UNKNOWN_ON_SURFACE), drift_sigma_m_s=np.full(1, 0.5)
    )
    found = estimate_biases(looks, things, camera=CAMERA)
    assert abs(found.bias.heading_bias_deg - 1.0) < 3.0 * found.sigma_of("heading_bias_deg")
    assert found.sigma_of("heading_bias_deg") < 0.2
