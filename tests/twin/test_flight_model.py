"""A flight as a whole: truth that fits together, metadata wrong by what they say, same seeds."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from plainview.errors import InputError
from plainview.geo import (
    GeoidSurface,
    distance_and_bearing,
    ecef_from_enu,
    ecef_from_geodetic,
    enu_m_from_geodetic,
    geoid_undulation_m,
    locate_points,
    project_points,
    rays_from_view,
    sensor_position_ecef_m,
)
from plainview.geo.attitude import ned_from_body, ned_from_camera
from plainview.model import ELLIPSE_95_PER_SIGMA, Band, Camera, Sigma, View, ViewSigma
from plainview.sensing import shipped_platform, shipped_turret
from plainview.twin.flight_metadata import (
    FlightNames,
    encode_flight_view,
    items_of_flight_view,
    read_flight_view,
)
from plainview.twin.flight_model import FlightModel
from plainview.twin.flight_plan import OrbitPlan, StandPlan, Weather
from plainview.twin.mounted_camera import MountedCamera
from plainview.twin.navigation_error import NavigationError
from plainview.twin.pointing import Pointing

PLACE = (60.0, 5.0)
SEA_M = float(geoid_undulation_m(*PLACE))
ON_SEA = Pointing(start_s=0.0, latitude_deg=60.0, longitude_deg=5.0, height_hae_m=SEA_M)
AHEAD = Pointing(start_s=0.0, azimuth_deg=0.0, elevation_deg=-20.0)
CAMERA = MountedCamera(
    camera=Camera(name="day", width_px=1280, height_px=720, band=Band.EO),
    horizontal_fov_deg=4.0,
    vertical_fov_deg=2.25,
)
NAMES = FlightNames(mission="orbit", platform="helicopter", camera="day")


def orbit(**changes: Any) -> OrbitPlan:
    values: dict[str, Any] = {
        "latitude_deg": 60.0,
        "longitude_deg": 5.0,
        "radius_m": 2000.0,
        "altitude_msl_m": 500.0,
        "speed_m_s": 45.0,
    }
    return OrbitPlan(**(values | changes))


def drawn(seed: int = 1, **changes: Any) -> FlightModel:
    turret = shipped_turret("ball-38cm")
    values: dict[str, Any] = {
        "platform": shipped_platform("helicopter"),
        "plan": orbit(),
        "gimbal": turret.gimbal,
        "navigation": turret.navigation,
        "pointings": (ON_SEA,),
        "weather": Weather.of_wind(8.0, from_deg=200.0),
    }
    return FlightModel.draw(seed, **(values | changes))


def known(value: float | None) -> float:
    assert value is not None
    return value


def place_of(view: View) -> tuple[float, float, float]:
    return known(view.latitude_deg), known(view.longitude_deg), known(view.height_hae_m)


def off_centre_deg(view: View, camera: MountedCamera = CAMERA) -> float:
    """Return by how much the place lies beside the middle of the picture."""
    pixel = project_points(view, camera.camera, [60.0], [5.0], [SEA_M])[0]
    middle = np.array([0.5 * camera.camera.width_px, 0.5 * camera.camera.height_px])
    return float(np.hypot(*(pixel - middle))) * camera.horizontal_fov_deg / camera.camera.width_px


def test_the_turret_holds_a_place_as_well_as_its_navigation_lets_it() -> None:
    """The miss is an error of attitude, not of the loop: it stays, and is of the stated size."""
    flight = drawn()
    misses = []
    for number in range(10, 100):
        flight.advance(number * 100_000)
        misses.append(off_centre_deg(flight.true_view(CAMERA)))
    assert 0.0 < np.mean(misses) < 4.0 * 0.12
    assert np.std(misses) < 0.02


def test_without_errors_the_place_is_in_the_middle() -> None:
    navigation = shipped_turret("ball-38cm").navigation
    zero: dict[str, Any] = {
        name: replace(pair, own=0.0, shared=0.0) for name, pair in navigation.parts().items()
    }
    flight = drawn(navigation=replace(navigation, **zero))
    flight.advance(3_000_000)
    true, said = flight.true_view(CAMERA), flight.reported_view(CAMERA)
    assert off_centre_deg(true) < 0.01
    assert said.camera_heading_deg == pytest.approx(true.camera_heading_deg, abs=0.002)
    assert said.latitude_deg == true.latitude_deg


def test_the_parts_of_a_true_view_fit_together() -> None:
    flight = drawn()
    flight.advance(4_000_000)
    view = flight.true_view(CAMERA)
    later = flight.true_view(CAMERA, video_time_us=4_010_000)
    moved = enu_m_from_geodetic(*place_of(later), origin=place_of(view)) / 0.01
    assert moved == pytest.approx(view.velocity_enu_m_s, abs=0.2)
    latitude, longitude, height = place_of(view)
    distance_m, _ = distance_and_bearing(PLACE, (latitude, longitude))
    assert distance_m == pytest.approx(2000.0, abs=10.0)
    assert view.altitude_msl_m == pytest.approx(500.0, abs=5.0)
    altitude_m = height - geoid_undulation_m(latitude, longitude)
    assert altitude_m == pytest.approx(known(view.altitude_msl_m), abs=0.02)
    turned = (known(later.camera_heading_deg) - known(view.camera_heading_deg)) / 0.01
    assert turned == pytest.approx(view.camera_heading_rate_deg_s, abs=0.1)


def test_each_camera_looks_beside_the_axis_by_its_bore_sight() -> None:
    flight = drawn()
    flight.advance(1_000_000)
    beside = replace(CAMERA, bore_sight_right_rad=1e-3, bore_sight_down_rad=2e-3)
    origin, axis = rays_from_view(flight.true_view(beside), beside.camera, [[640.0, 360.0]])
    pixel_rad = math.radians(4.0) / 1280.0
    _, ray = rays_from_view(
        flight.true_view(CAMERA),
        CAMERA.camera,
        [[640.0 + 1e-3 / pixel_rad, 360.0 + 2e-3 / pixel_rad]],
    )
    assert np.linalg.norm(axis - ray) < 5e-6
    assert np.all(np.isfinite(origin))
    spec = shipped_turret("ball-38cm").cameras[0]
    wide = MountedCamera.of(spec, spec.focal_lengths_mm[0])
    narrow = MountedCamera.of(spec, spec.focal_lengths_mm[-1])
    assert wide.bore_sight_right_rad != narrow.bore_sight_right_rad
    assert narrow.horizontal_fov_deg < wide.horizontal_fov_deg


def test_the_path_in_an_exposure_is_how_the_true_view_turns() -> None:
    flight = drawn(pointings=(AHEAD,))
    flight.advance(2_000_000)
    path = flight.line_of_sight_in_exposure(CAMERA, start_us=2_000_000, duration_s=0.02, n_points=3)
    assert path[1] == pytest.approx(0.0, abs=1e-12)
    poses = [
        ned_from_camera(
            heading_rad=np.radians(known(view.camera_heading_deg)),
            elevation_rad=np.radians(known(view.camera_elevation_deg)),
            roll_rad=np.radians(known(view.camera_roll_deg)),
        )
        for view in (
            flight.true_view(CAMERA, video_time_us=2_000_000 + step) for step in (0, 10_000, 20_000)
        )
    ]
    for row, pose in zip(path, poses, strict=True):
        sight = (poses[1].T @ pose)[:, 2]
        assert row[:2] == pytest.approx(sight[:2], abs=1e-7)
    assert np.abs(path).max() > 1e-4


def test_time_may_be_let_pass_in_any_steps() -> None:
    at_once, by_steps = drawn(), drawn()
    at_once.advance(3_000_000)
    for until_us in range(0, 3_000_001, 40_000):
        by_steps.advance(until_us)
    for flight in (at_once, by_steps):
        assert flight.video_time_us == 3_000_000
    assert at_once.true_view(CAMERA) == by_steps.true_view(CAMERA)
    assert at_once.reported_view(CAMERA) == by_steps.reported_view(CAMERA)
    assert at_once.reported_view(CAMERA) == at_once.reported_view(CAMERA)
    other = drawn(2)
    other.advance(3_000_000)
    assert other.true_view(CAMERA) != at_once.true_view(CAMERA)


def test_pointings_follow_each_other_and_objects_move() -> None:
    def object_place(number: int, time_s: np.ndarray) -> np.ndarray:
        start = ecef_from_geodetic(60.0, 5.0, SEA_M)
        east = ecef_from_enu(60.0, 5.0)[:, 0]
        return np.asarray(start + 10.0 * number * time_s[:, np.newaxis] * east)

    held = Pointing(start_s=0.0, object_id=1)
    flight = drawn(objects=object_place, pointings=(held,))
    flight.advance(8_000_000)
    view = flight.true_view(CAMERA)
    assert off_centre_deg(view) > 1.0
    flight.advance(8_000_000, (replace(ON_SEA, start_s=9.0), replace(AHEAD, start_s=18.0)))
    flight.advance(16_000_000)
    assert off_centre_deg(flight.true_view(CAMERA)) < 0.5
    flight.advance(30_000_000)
    ahead = flight.true_view(CAMERA)
    assert ahead.sensor_relative_azimuth_deg == pytest.approx(0.0, abs=0.3)
    assert ahead.sensor_relative_elevation_deg == pytest.approx(-20.0, abs=0.3)


def test_the_platforms_state_is_that_of_the_view_and_its_rates_turn_it() -> None:
    flight = drawn()
    flight.advance(4_000_000)
    view = flight.true_view(CAMERA)
    now = flight.platform_state()
    assert now.position_ecef_m == pytest.approx(sensor_position_ecef_m(view), abs=1e-6)
    assert math.degrees(now.attitude_rad[0]) == pytest.approx(known(view.platform_roll_deg))
    step_us = 500
    before, after = (
        flight.platform_state(video_time_us=4_010_000 + sign * step_us) for sign in (-1, 1)
    )
    poses = [
        ned_from_body(heading_rad=each[2], pitch_rad=each[1], roll_rad=each[0])
        for each in (before.attitude_rad, after.attitude_rad)
    ]
    turned = poses[0].T @ poses[1] / (2e-6 * step_us)
    rates = flight.platform_state(video_time_us=4_010_000).body_rates_rad_s
    assert [turned[2, 1], turned[0, 2], turned[1, 0]] == pytest.approx(rates, abs=0.003)


def test_a_thing_without_a_place_is_refused() -> None:
    def nowhere(number: int, time_s: np.ndarray) -> np.ndarray:
        return np.full((len(time_s), 3), np.nan)

    with pytest.raises(InputError, match="object_id 3"):
        drawn(objects=nowhere, pointings=(Pointing(start_s=0.0, object_id=3),))


def test_a_fixed_camera_looks_where_it_was_mounted() -> None:
    turret = shipped_turret("fixed")
    stand = StandPlan(latitude_deg=60.0, longitude_deg=5.0, altitude_msl_m=30.0, heading_deg=90.0)
    mast = replace(shipped_platform("ship"), kind="mast", sea_keeping=None)
    flight = drawn(
        platform=mast, plan=stand, gimbal=None, navigation=turret.navigation, pointings=(AHEAD,)
    )
    flight.advance(5_000_000)
    view = flight.true_view(CAMERA)
    assert view.camera_heading_deg == pytest.approx(90.0, abs=0.1)
    assert view.camera_elevation_deg == pytest.approx(-20.0, abs=0.1)


def test_the_packet_holds_what_the_instruments_say_and_that_it_is_simulated() -> None:
    flight = drawn(start_us=1_770_000_000_000_000)
    flight.advance(2_000_000)
    said = flight.reported_view(CAMERA)
    items = items_of_flight_view(said, NAMES, camera=CAMERA.camera)
    assert items[77] == 5
    assert str(items[3]).startswith("SIMULATED")
    read = read_flight_view(
        encode_flight_view(said, NAMES, camera=CAMERA.camera), said=said, sigma=said.sigma
    )
    assert read.time_us == said.time_us == 1_770_000_002_000_000
    for name, step in (
        ("latitude_deg", 1e-7),
        ("height_hae_m", 0.01),
        ("platform_heading_deg", 0.003),
        ("camera_heading_deg", 0.004),
        ("camera_elevation_deg", 0.001),
        ("camera_roll_deg", 0.004),
        ("horizontal_fov_deg", 0.0015),
    ):
        assert getattr(read, name) == pytest.approx(getattr(said, name), abs=step), name
    assert read.sigma is not None
    assert said.sigma is not None
    assert read.sigma.platform_heading_deg is not None
    assert read.sigma.platform_heading_deg.shared == said.sigma.platform_heading_deg.shared  # type: ignore[union-attr]


def test_navigation_errors_wander_with_the_1_sigma_and_the_time_that_are_stated() -> None:
    spec = shipped_turret("ball-25cm").navigation
    rows = []
    for seed in range(60):
        error = NavigationError(spec, generator=np.random.default_rng(seed), step_s=1.0)
        track = []
        for _ in range(1200):
            track.append(error.wandering)
            error.advance()
        rows.append(track)
    values = np.array(rows)
    stated = (
        [spec.position_horizontal_m.shared] * 2
        + [spec.position_vertical_m.shared, spec.platform_roll_deg.shared]
        + [spec.platform_pitch_deg.shared, spec.platform_heading_deg.shared]
    )
    assert np.sqrt(np.mean(values**2, axis=(0, 1))) == pytest.approx(stated, rel=0.15)
    lag = round(spec.attitude_drift_s / 2.0)
    kept = np.mean(values[:, lag:] * values[:, :-lag], axis=(0, 1)) / np.mean(
        values**2, axis=(0, 1)
    )
    assert kept[5] == pytest.approx(2.0 * math.exp(-1.0), abs=0.12)


def scaled(sigma: ViewSigma, scale: float) -> ViewSigma:
    parts = {
        name: Sigma(own=scale * part.own, shared=scale * part.shared)
        for name in ViewSigma.__dataclass_fields__
        if isinstance(part := getattr(sigma, name), Sigma)
    }
    return replace(sigma, **parts)  # type: ignore[arg-type]


def inside(seed: int, scale: float) -> bool:
    """Say whether a fresh flight's metadata place a thing within their own 95 % ellipse."""
    generator = np.random.default_rng([seed, 77])
    name = ("ball-18cm", "ball-38cm")[seed % 2]
    turret = shipped_turret(name)
    plan = orbit(
        radius_m=float(generator.uniform(800.0, 6000.0)),
        altitude_msl_m=float(generator.uniform(300.0, 2500.0)),
        start_bearing_deg=float(generator.uniform(0.0, 360.0)),
    )
    flight = drawn(seed, gimbal=turret.gimbal, navigation=turret.navigation, plan=plan)
    wide = replace(CAMERA, horizontal_fov_deg=12.0, vertical_fov_deg=6.8)
    flight.advance(700_000)
    pixel = project_points(flight.true_view(wide), wide.camera, [60.0], [5.0], [SEA_M])
    said = flight.reported_view(wide)
    assert said.sigma is not None
    read = read_flight_view(
        encode_flight_view(said, NAMES, camera=wide.camera),
        said=said,
        sigma=scaled(said.sigma, scale),
    )
    found = locate_points(
        read, wide.camera, pixel, surface=GeoidSurface(altitude_msl_m=0.0, sigma_m=0.01)
    )
    assert found.is_located[0]
    off = enu_m_from_geodetic(
        found.latitude_deg, found.longitude_deg, found.height_hae_m, origin=(60.0, 5.0, SEA_M)
    )[0, :2]
    cov = found.cov_enu_m2[0, :2, :2]
    return bool(off @ np.linalg.solve(cov, off) <= ELLIPSE_95_PER_SIGMA**2)


def test_truth_through_the_written_metadata_lands_within_their_own_stated_error() -> None:
    """240 fresh flights; chance moves the share by 0.014, one time in a thousand by 0.047."""
    share = np.mean([inside(seed, 1.0) for seed in range(240)])
    assert 0.903 <= share <= 0.993


def test_a_third_of_the_stated_error_would_be_found_out() -> None:
    assert np.mean([inside(seed, 1.0 / 3.0) for seed in range(60)]) < 0.8


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"pointings": ()}, "pointings"),
    ({"pointings": (replace(ON_SEA, start_s=3.0),)}, "start_s"),
    ({"pointings": (ON_SEA, ON_SEA)}, "start_s"),
    ({"pointings": (replace(ON_SEA, latitude_deg=math.nan),)}, "latitude_deg"),
    ({"pointings": (replace(ON_SEA, height_hae_m=None),)}, "height_hae_m"),
    ({"pointings": (Pointing(start_s=0.0),)}, "says nothing"),
    ({"pointings": (replace(ON_SEA, object_id=1),)}, "2 things"),
    ({"pointings": (Pointing(start_s=0.0, object_id=4),)}, "object_id"),
    ({"plan": orbit(altitude_msl_m=-5.0)}, "under the sea"),
    ({"plan": orbit(speed_m_s=math.nan)}, "speed_m_s"),
]


@pytest.mark.parametrize(("changes", "says"), REFUSED)
def test_an_impossible_flight_is_refused_by_field(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InputError, match=says) as refused:
        drawn(**changes)
    assert refused.value.mend


@pytest.mark.parametrize("name", ["horizontal_fov_deg", "bore_sight_down_rad"])
def test_an_impossible_camera_is_refused_by_field(name: str) -> None:
    with pytest.raises(InputError, match=name):
        replace(CAMERA, **{name: math.nan})  # type: ignore[arg-type]


def test_what_is_long_past_is_not_known_any_more() -> None:
    flight = drawn()
    flight.advance(10_000_000)
    with pytest.raises(ValueError, match="still knows"):
        flight.true_view(CAMERA, video_time_us=1_000_000)
    with pytest.raises(ValueError, match="cannot go back"):
        flight.advance(1_000_000)
