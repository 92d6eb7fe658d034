from dataclasses import replace

import numpy as np
import pymap3d
import pytest

from bench.drawn_scene import Scenario, Scene
from bench.drawn_scene.flight import Flight
from bench.drawn_scene.scenario import Aim
from plainview.geo import MEAN_EARTH_RADIUS_M, REFRACTION_COEFFICIENT
from plainview.model import View


def _flight(scenario: Scenario, seed: int = 1) -> Flight:
    scene = Scene.of(scenario, level_m=0.7)
    return Flight.draw(np.random.default_rng(seed), scenario=scenario, scene=scene)


def _place(view: View) -> tuple[float, float, float]:
    assert view.latitude_deg is not None
    assert view.longitude_deg is not None
    assert view.height_hae_m is not None
    return view.latitude_deg, view.longitude_deg, view.height_hae_m


@pytest.mark.parametrize("direction", ["left", "right"])
def test_the_platform_circles_at_its_radius_and_speed(rescue: Scenario, direction: str) -> None:
    scenario = replace(rescue, platform=replace(rescue.platform, direction=direction))
    flight = _flight(scenario)
    start, later = flight.poses(np.array([3.0, 3.01]))
    origin = flight.scene.origin
    east, north, _ = pymap3d.geodetic2enu(*_place(start), *origin)
    east_later, north_later, _ = pymap3d.geodetic2enu(*_place(later), *origin)
    speed = np.hypot(east_later - east, north_later - north) / 0.01
    turn = np.arctan2(east_later, north_later) - np.arctan2(east, north)
    assert np.hypot(east, north) == pytest.approx(1150.0, abs=0.1)
    assert speed == pytest.approx(42.0, rel=1e-3)
    assert (turn > 0.0) == (direction == "right")


def test_the_nose_points_where_the_platform_goes_and_it_banks_into_the_turn(
    calm: Scenario,
) -> None:
    flight = _flight(calm)
    before, view, after = flight.poses(np.array([4.99, 5.0, 5.01]))
    bearing = pymap3d.enu2aer(*pymap3d.geodetic2enu(*_place(after), *_place(before)))[0]
    assert view.platform_heading_deg == pytest.approx(bearing, abs=0.02)
    assert view.platform_roll_deg == pytest.approx(-np.degrees(np.arctan(42**2 / 9.80665 / 1150)))


def test_the_sight_line_is_at_the_aim_by_an_independent_geodesy(calm: Scenario) -> None:
    flight = _flight(calm)
    view = flight.view(2.0)
    held = flight.scene.places(flight.scene.position_of(1, np.array([2.0])))
    azimuth, elevation, slant_m = pymap3d.geodetic2aer(
        held.latitude_deg[0], held.longitude_deg[0], held.height_hae_m[0], *_place(view)
    )
    lift_deg = np.degrees(0.5 * REFRACTION_COEFFICIENT * slant_m / MEAN_EARTH_RADIUS_M)
    assert view.camera_heading_deg == pytest.approx(azimuth, abs=1e-5)
    lifted = elevation + lift_deg * np.cos(np.radians(elevation))
    assert view.camera_elevation_deg == pytest.approx(lifted, abs=1e-5)
    assert view.camera_roll_deg == pytest.approx(0.0, abs=1e-9)


def test_gimbal_angles_on_the_attitude_give_the_sight_line(rescue: Scenario) -> None:
    from plainview.twin.pose_error import PoseError, erroneous_view

    nothing = PoseError(**dict.fromkeys(PoseError.__dataclass_fields__, 0.0))
    view = _flight(rescue).view(7.0)
    again = erroneous_view(view, nothing)
    for name in ("camera_heading_deg", "camera_elevation_deg", "camera_roll_deg"):
        assert getattr(again, name) == pytest.approx(getattr(view, name), abs=1e-9)


def test_the_height_is_the_altitude_over_the_geoid_whatever_the_sea_does(rescue: Scenario) -> None:
    from plainview.geo import geoid_undulation_m

    view = _flight(rescue).view(0.0)
    latitude, longitude, height_m = _place(view)
    assert height_m - geoid_undulation_m(latitude, longitude) == pytest.approx(420.0, abs=0.01)
    assert view.altitude_msl_m == 420.0


def test_rates_are_those_of_the_motion(rescue: Scenario) -> None:
    flight = _flight(rescue)
    view = flight.view(12.0)
    before, after = flight.poses(np.array([11.9, 12.1]))
    assert view.camera_heading_rate_deg_s is not None
    assert before.camera_heading_deg is not None
    assert after.camera_heading_deg is not None
    turned = (after.camera_heading_deg - before.camera_heading_deg) / 0.2
    assert view.camera_heading_rate_deg_s == pytest.approx(turned, abs=0.15)
    assert view.velocity_enu_m_s is not None
    assert np.hypot(*view.velocity_enu_m_s[:2]) == pytest.approx(42.0, rel=1e-3)


def test_disturbances_have_their_stated_sigma(rescue: Scenario) -> None:
    rolls = [
        view.platform_roll_deg
        for seed in range(12)
        for view in _flight(rescue, seed).poses(np.linspace(0.0, 300.0, 60))
    ]
    assert np.std(np.array(rolls, dtype=float)) == pytest.approx(0.5, rel=0.15)


def test_an_aim_is_reached_and_left_without_a_jump(calm: Scenario) -> None:
    gimbal = replace(
        calm.gimbal, aims=(Aim(start_s=0.0), Aim(start_s=5.0, east_m=100.0)), slew_s=2.0
    )
    flight = _flight(replace(calm, gimbal=gimbal))
    headings = [view.camera_heading_deg for view in flight.poses(np.arange(4.0, 8.0, 0.02))]
    steps = np.diff(np.unwrap(np.radians(np.array(headings, dtype=float))))
    assert np.max(np.abs(np.diff(steps))) < np.radians(0.02)
    aimed = flight.scene.places([[100.0, 0.0]])
    view = flight.view(7.5)
    azimuth, _, _ = pymap3d.geodetic2aer(
        aimed.latitude_deg[0], aimed.longitude_deg[0], aimed.height_hae_m[0], *_place(view)
    )
    assert view.camera_heading_deg == pytest.approx(azimuth, abs=1e-4)
