"""Platform motion: where the plan says, at the speed that the wind leaves, with bounded bank."""

import math
from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from plainview.errors import InputError
from plainview.geo import (
    destination,
    distance_and_bearing,
    ecef_from_ned,
    geodetic_from_ecef,
    geoid_undulation_m,
)
from plainview.planning import parallel_track, sector
from plainview.sensing import PlatformSpec, shipped_platform
from plainview.twin.flight_plan import (
    FlightPlan,
    OrbitPlan,
    RoutePlan,
    StandPlan,
    Weather,
    least_turn_radius_m,
    plan_of_pattern,
)
from plainview.twin.platform_motion import PlatformMotion
from plainview.twin.ship_motion import WaveSpectrum

CALM = Weather()
ORBIT = OrbitPlan(
    latitude_deg=60.0, longitude_deg=5.0, radius_m=2500.0, altitude_msl_m=500.0, speed_m_s=70.0
)
STAND = StandPlan(latitude_deg=60.0, longitude_deg=5.0, altitude_msl_m=100.0, heading_deg=30.0)


def flown(
    platform: PlatformSpec,
    plan: FlightPlan,
    weather: Weather = CALM,
    *,
    n: int = 600,
    seed: int = 1,
) -> dict[str, np.ndarray]:
    motion = PlatformMotion(platform, plan, weather=weather, generator=np.random.default_rng(seed))
    blocks = [motion.next_block() for _ in range(n)]
    names = ("position_ecef_m", "velocity_ecef_m_s", "attitude_rad", "rates_rad_s")
    return {name: np.concatenate([getattr(block, name)[:-1] for block in blocks]) for name in names}


@pytest.mark.parametrize("wind_m_s", [0.0, 20.0])
def test_an_orbit_keeps_its_circle_and_its_height_in_any_wind(wind_m_s: float) -> None:
    weather = Weather(wind_from_deg=250.0, wind_m_s=wind_m_s)
    found = flown(shipped_platform("plane"), ORBIT, weather, n=2500)
    latitude, longitude, height = geodetic_from_ecef(found["position_ecef_m"])
    distance_m, bearing = distance_and_bearing((60.0, 5.0), (latitude, longitude))
    assert distance_m == pytest.approx(2500.0, abs=0.01)
    assert height - geoid_undulation_m(latitude, longitude) == pytest.approx(500.0, abs=0.05)
    speed = np.linalg.norm(found["velocity_ecef_m_s"], axis=1)
    assert speed.min() == pytest.approx(70.0 - wind_m_s, abs=0.05)
    assert speed.max() == pytest.approx(70.0 + wind_m_s, abs=0.05)
    assert np.all(np.diff(np.unwrap(np.radians(bearing))) < 0.0)


def test_velocity_and_rates_are_those_of_places_and_angles() -> None:
    found = flown(shipped_platform("plane"), ORBIT, Weather(wind_from_deg=250.0, wind_m_s=15.0))
    moved = (found["position_ecef_m"][2:] - found["position_ecef_m"][:-2]) / 0.02
    assert moved == pytest.approx(found["velocity_ecef_m_s"][1:-1], abs=0.02)
    turned = (found["attitude_rad"][2:] - found["attitude_rad"][:-2]) / 0.02
    assert turned == pytest.approx(found["rates_rad_s"][1:-1], abs=1e-4)


def test_a_platform_crabs_into_the_wind_at_its_airspeed() -> None:
    """The velocity through the air points along the nose, and has the speed of the plan."""
    weather = Weather(wind_from_deg=250.0, wind_m_s=20.0)
    found = flown(shipped_platform("plane"), ORBIT, weather, n=1200)
    latitude, longitude, _ = geodetic_from_ecef(found["position_ecef_m"])
    ned = np.einsum("nji,nj->ni", ecef_from_ned(latitude, longitude), found["velocity_ecef_m_s"])
    toward = math.radians(250.0 + 180.0)
    air = ned - [20.0 * math.cos(toward), 20.0 * math.sin(toward), 0.0]
    assert np.linalg.norm(air[:, :2], axis=1) == pytest.approx(70.0, abs=0.02)
    nose = np.arctan2(air[:, 1], air[:, 0])
    off = np.mod(found["attitude_rad"][:, 2] - nose + np.pi, 2 * np.pi) - np.pi
    assert np.degrees(off[100:]) == pytest.approx(0.0, abs=0.3)


def test_the_bank_is_that_of_a_coordinated_turn() -> None:
    found = flown(shipped_platform("plane"), ORBIT)
    bank = math.degrees(math.atan(70.0**2 / (9.80665 * 2500.0)))
    assert np.degrees(found["attitude_rad"][:, 0]) == pytest.approx(-bank, abs=0.01)


def test_a_search_pattern_is_flown_with_bounded_bank_and_passes_its_waypoints() -> None:
    plane, weather = shipped_platform("plane"), Weather(wind_from_deg=300.0, wind_m_s=8.0)
    pattern = parallel_track((60.0, 5.0), length_m=16e3, width_m=9e3, track_spacing_m=3e3)
    plan = plan_of_pattern(pattern, altitude_msl_m=300.0, speed_m_s=60.0)
    found = flown(plane, plan, weather, n=10_500)
    bank = np.degrees(np.abs(found["attitude_rad"][:, 0]))
    assert 0.8 * plane.bank_limit_deg < bank.max() <= plane.bank_limit_deg + 0.1
    latitude, longitude, _ = geodetic_from_ecef(found["position_ecef_m"][::20])
    radius_m = least_turn_radius_m(plane, speed_m_s=60.0, weather=weather)
    cut_m = radius_m * (math.sqrt(2.0) - 1.0)
    for place in zip(pattern.latitude_deg, pattern.longitude_deg, strict=True):
        nearest_m = np.nanmin(distance_and_bearing(place, (latitude, longitude))[0])
        assert nearest_m <= cut_m + 10.0


def test_a_sector_search_passes_its_datum_three_times() -> None:
    boat = shipped_platform("ship")
    pattern = sector((60.0, 5.0), radius_m=1500.0)
    plan = plan_of_pattern(pattern, altitude_msl_m=15.0, speed_m_s=10.0)
    found = flown(boat, plan, n=14_000)
    latitude, longitude, _ = geodetic_from_ecef(found["position_ecef_m"][::10])
    distance_m, _ = distance_and_bearing((60.0, 5.0), (latitude, longitude))
    near = np.nan_to_num(distance_m) < 30.0
    assert np.count_nonzero(np.diff(near.astype(int)) == 1) + near[0] == 4
    assert np.nan_to_num(distance_m[-1]) == pytest.approx(0.0, abs=5.0)


def test_heights_go_over_from_waypoint_to_waypoint() -> None:
    latitude, longitude = destination(60.0, 5.0, bearing_deg=90.0, distance_m=8e3)
    plan = RoutePlan(
        latitude_deg=(60.0, float(latitude)),
        longitude_deg=(5.0, float(longitude)),
        altitude_msl_m=(300.0, 460.0),
        speed_m_s=80.0,
    )
    found = flown(shipped_platform("plane"), plan, n=900)
    latitudes, longitudes, height = geodetic_from_ecef(found["position_ecef_m"])
    altitude = height - geoid_undulation_m(latitudes, longitudes)
    assert altitude[0] == pytest.approx(300.0, abs=0.05)
    assert altitude[5000] == pytest.approx(380.0, abs=0.5)
    assert np.degrees(found["attitude_rad"][5000, 1]) == pytest.approx(
        shipped_platform("plane").pitch_deg + math.degrees(math.atan(1.6 / 80.0)), abs=0.05
    )


def test_a_mast_stands_and_a_ship_heaves() -> None:
    waves = Weather(waves=WaveSpectrum(significant_height_m=2.0, peak_period_s=8.0, from_deg=90.0))
    ship = flown(
        shipped_platform("ship"),
        StandPlan(latitude_deg=60.0, longitude_deg=5.0, altitude_msl_m=15.0, heading_deg=90.0),
        waves,
        n=3000,
    )
    _, _, height = geodetic_from_ecef(ship["position_ecef_m"])
    assert 0.2 < height.std() < 0.6
    assert np.degrees(ship["attitude_rad"][:, 1].std()) > 0.5
    moved = (ship["position_ecef_m"][2:] - ship["position_ecef_m"][:-2]) / 0.02
    assert moved == pytest.approx(ship["velocity_ecef_m_s"][1:-1], abs=1e-3)


def test_gusts_turn_a_ship_and_do_not_push_it() -> None:
    stand = StandPlan(latitude_deg=60.0, longitude_deg=5.0, altitude_msl_m=15.0)
    found = flown(shipped_platform("ship"), stand, Weather(wind_20ft_m_s=15.0), n=3000)
    assert 0.1 < np.degrees(found["attitude_rad"][:, 2].std()) < 1.0
    assert np.ptp(found["position_ecef_m"], axis=0) == pytest.approx(0.0, abs=1e-6)
    assert Weather.of_wind(0.5, from_deg=0.0).waves is None


def test_the_same_seed_gives_the_same_motion_and_another_another() -> None:
    weather = Weather.of_wind(8.0, from_deg=10.0)
    first, again, other = (
        flown(shipped_platform("plane"), ORBIT, weather, n=50, seed=seed) for seed in (1, 1, 2)
    )
    for name, values in first.items():
        assert np.array_equal(values, again[name])
        assert not np.array_equal(values, other[name])


def route(**changes: Any) -> RoutePlan:
    values: dict[str, Any] = {
        "latitude_deg": (60.0, 60.2, 60.2),
        "longitude_deg": (5.0, 5.0, 5.4),
        "altitude_msl_m": (300.0,),
        "speed_m_s": 70.0,
    }
    return RoutePlan(**(values | changes))


def orbit(**changes: Any) -> OrbitPlan:
    names = ("latitude_deg", "longitude_deg", "radius_m", "altitude_msl_m", "speed_m_s")
    return OrbitPlan(**({name: getattr(ORBIT, name) for name in names} | changes))


REFUSED: list[tuple[str, FlightPlan, Weather, str]] = [
    ("plane", orbit(altitude_msl_m=-10.0), CALM, "under the sea"),
    ("plane", orbit(altitude_msl_m=math.nan), CALM, "altitude_msl_m"),
    ("plane", orbit(altitude_msl_m=19e3), CALM, "goes up to"),
    ("plane", orbit(radius_m=300.0), CALM, "radius_m"),
    ("plane", orbit(speed_m_s=500.0), CALM, "speed_m_s"),
    ("plane", orbit(speed_m_s=math.nan), CALM, "speed_m_s"),
    ("plane", orbit(latitude_deg=math.nan), CALM, "latitude_deg"),
    ("plane", orbit(direction="up"), CALM, "direction"),
    ("plane", ORBIT, Weather(wind_m_s=69.0), "wind_m_s"),
    ("plane", STAND, CALM, "place to stand at"),
    ("mast", ORBIT, CALM, "mast"),
    ("plane", route(latitude_deg=(60.0,), longitude_deg=(5.0,)), CALM, "waypoints"),
    ("plane", route(longitude_deg=(5.0, 5.0, 5.0)), CALM, "waypoint 2"),
    ("plane", route(latitude_deg=(60.0, 60.2, 60.0), longitude_deg=(5.0,) * 3), CALM, "back"),
    ("plane", route(latitude_deg=(60.0, 60.001, 60.001)), CALM, "leg 1"),
    ("plane", route(altitude_msl_m=(1.0, 2.0)), CALM, "altitude_msl_m"),
    ("plane", route(altitude_msl_m=(300.0, 6000.0, 300.0)), CALM, "climb"),
    ("multirotor", STAND, Weather(wind_m_s=70.0), "wind_m_s"),
]


@pytest.mark.parametrize(("name", "plan", "weather", "says"), REFUSED)
def test_an_impossible_flight_is_refused_with_field_and_mend(
    name: str, plan: FlightPlan, weather: Weather, says: str
) -> None:
    platform = shipped_platform("ship" if name == "mast" else name)
    if name == "mast":
        platform = mast()
    with pytest.raises(InputError, match=says) as refused:
        PlatformMotion(platform, plan, weather=weather, generator=np.random.default_rng(1))
    assert refused.value.mend


def mast() -> PlatformSpec:
    return replace(shipped_platform("ship"), kind="mast", sea_keeping=None)


@pytest.mark.parametrize(
    "values",
    [
        {"wind_m_s": math.nan},
        {"wind_m_s": -1.0},
        {"wind_20ft_m_s": 500.0},
        {"waves": WaveSpectrum(significant_height_m=math.nan, peak_period_s=8.0, from_deg=0.0)},
    ],
)
def test_impossible_weather_is_refused_by_field(values: dict[str, Any]) -> None:
    with pytest.raises(InputError, match="weather"):
        Weather(**values)
