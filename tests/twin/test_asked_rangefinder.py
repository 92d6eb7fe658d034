"""A scenario asks the rangefinder: what it meets, what the packet says, and what that is worth."""

from dataclasses import replace
from datetime import UTC, datetime

import numpy as np
import pytest

from plainview.errors import InputError
from plainview.geo import (
    Surface,
    TerrainSurface,
    enu_m_from_geodetic,
    locate_points,
)
from plainview.model import Band, Camera, RangeKind, Sigma, View
from plainview.sensing import shipped_platform, shipped_turret
from plainview.sensing.rangefinder_spec import LAST, RangefinderSpec
from plainview.twin.digital_twin import DigitalTwin, Shot
from plainview.twin.flight_scenario import FlightScenario
from plainview.twin.range_beam import ask_range, beam_returns
from plainview.twin.rangefinder import Rangefinder
from plainview.twin.renderer import Renderer
from plainview.twin.scenario_script import (
    ScenarioScript,
    ScriptedCamera,
    ScriptedObject,
    ScriptedOrbit,
    ScriptedPointing,
    ScriptedWeather,
)
from plainview.twin.scripted_land import ScriptedHills, ScriptedLand
from plainview.twin.scripted_ranges import is_range_asked
from plainview.twin.world import World, WorldObject

BOAT = ScriptedObject(object_id=1, kind="large_boat", east_m=0.0, north_m=0.0)
ROCKS = ScriptedLand(hills=ScriptedHills(lowest_m=20.0, highest_m=60.0), cover="rock")


def script(**given: object) -> ScenarioScript:
    usual = {
        "name": "ranged",
        "start": datetime(2026, 6, 1, 10, tzinfo=UTC),
        "duration_s": 8.0,
        "frames_per_s": 1.0,
        "latitude_deg": 54.0,
        "longitude_deg": -3.0,
        "turret": "ball-25cm",
        "platform": "helicopter",
        "cameras": (
            ScriptedCamera(name="MWIR", columns=128, rows=96, horizontal_fov_deg=1.0),
            ScriptedCamera(name="day wide", columns=128, rows=96, horizontal_fov_deg=3.0),
        ),
        "weather": ScriptedWeather(wind_m_s=4.0),
        "orbit": ScriptedOrbit(radius_m=1200.0, altitude_msl_m=420.0, speed_m_s=35.0),
        "pointings": (ScriptedPointing(start_s=0.0, east_m=0.0, north_m=0.0),),
        "land": ROCKS,
        "range_every_s": 1.0,
    }
    return ScenarioScript(**{**usual, **given})  # type: ignore[arg-type]


def flight(turret: str = "ball-25cm", **given: object) -> FlightScenario:
    return FlightScenario.of(
        script(turret=turret, **given),
        turret=shipped_turret(turret),
        platform=shipped_platform("helicopter"),
        where="test",
    )


def shots_at(scenario: FlightScenario, index: int, *, seed: int) -> tuple[Shot, ...]:
    twin = DigitalTwin(scenario, seed, n_threads=1)
    twin.advance(scenario.video_time_us(index))
    shots = twin.shots()
    twin.close()
    return shots


def place_error(view: View, shot: Shot, surface: Surface) -> tuple[float, float, float]:
    """Return the error of the middle's place, its stated 1-sigma, and the normalised square."""
    middle_px = [[0.5 * shot.camera.width_px, 0.5 * shot.camera.height_px]]
    true = locate_points(shot.truth.view, shot.camera, middle_px, surface=surface)
    found = locate_points(view, shot.camera, middle_px, surface=surface)
    origin = (
        float(true.latitude_deg[0]), float(true.longitude_deg[0]), float(true.height_hae_m[0]),
    )  # fmt: skip
    off = np.ravel(
        enu_m_from_geodetic(
            found.latitude_deg, found.longitude_deg, found.height_hae_m, origin=origin
        )
    )[:2]
    cov = found.cov_enu_m2[0, :2, :2]
    return (
        float(np.hypot(*off)),
        float(np.sqrt(np.trace(cov))),
        float(off @ np.linalg.solve(cov, off)),
    )


def test_a_measured_range_makes_the_real_and_the_stated_error_smaller() -> None:
    scenario = flight()
    assert scenario.terrain is not None
    surface = TerrainSurface(terrain=scenario.terrain)
    ranged, plain, off_m = [], [], []
    for seed in range(12):
        thermal, day = shots_at(scenario, 1, seed=seed)
        view = thermal.read_view()
        assert view.slant_range_kind is RangeKind.MEASURED
        assert view.slant_range_sigma_m == Sigma(own=1.0, shared=1.0)
        # only the camera along which it was measured says so
        assert day.read_view().slant_range_kind is RangeKind.CALCULATED
        ranged.append(place_error(view, thermal, surface))
        calculated = replace(view, slant_range_kind=RangeKind.CALCULATED)
        plain.append(place_error(calculated, thermal, surface))
        middle_px = [[64.0, 48.0]]
        true = locate_points(thermal.truth.view, thermal.camera, middle_px, surface=surface)
        off_m.append((view.slant_range_m or 0.0) - float(true.slant_range_m[0]))
    with_range, without = np.median(ranged, axis=0), np.median(plain, axis=0)
    assert with_range[0] < 0.6 * without[0]
    assert with_range[1] < 0.6 * without[1]
    assert np.mean(np.array(ranged)[:, 2] < 5.99) > 0.8
    # noise and bias of 1 m each, and what the beam's spot over rough ground is
    assert np.sqrt(np.mean(np.square(off_m))) == pytest.approx(1.6, abs=0.9)


def test_without_being_asked_it_is_silent_and_the_rest_of_the_flight_is_the_same() -> None:
    asked, silent = shots_at(flight(), 1, seed=3), shots_at(flight(range_every_s=None), 1, seed=3)
    assert silent[0].read_view().slant_range_kind is RangeKind.CALCULATED
    for one, other in zip(asked, silent, strict=True):
        np.testing.assert_array_equal(one.made.counts, other.made.counts)
    first = shots_at(flight(), 0, seed=3)[0].read_view()
    assert first.slant_range_kind is RangeKind.CALCULATED
    again = shots_at(flight(), 1, seed=3)[0]
    assert again.packet == asked[0].packet


def test_the_sea_at_a_shallow_angle_gives_none_and_the_packet_says_calculated() -> None:
    scenario = flight(land=None)
    kinds = {shots_at(scenario, 1, seed=seed)[0].read_view().slant_range_kind for seed in range(3)}
    assert kinds == {RangeKind.CALCULATED}


CAMERA = Camera(name="c", width_px=64, height_px=48, band=Band.EO)
CAMERA_UP_M = 650.0
"""Over the sea."""


def view_of(north_m: float, up_m: float) -> View:
    """Return the View of a camera over the origin that looks at a place north of it."""
    drop_m = north_m**2 / 2.0 / 6_371_000.0 * (1.0 - 0.13)  # the earth's curve less the ray's
    return View(
        latitude_deg=54.0,
        longitude_deg=-3.0,
        height_hae_m=50.0 + CAMERA_UP_M,
        camera_heading_deg=0.0,
        camera_elevation_deg=-float(np.degrees(np.arctan2(CAMERA_UP_M - up_m + drop_m, north_m))),
        camera_roll_deg=0.0,
        horizontal_fov_deg=2.0,
        vertical_fov_deg=1.5,
    )


def wall(object_id: int, *, north_m: float, east_m: float = 0.0, length_m: float) -> WorldObject:
    """Return a hull 30 m high and 10 m wide that lies across the line of sight."""
    return WorldObject(
        object_id=object_id, kind="flotsam", north_m=north_m, east_m=east_m, course_deg=90.0,
        length_m=length_m, width_m=10.0, height_m=30.0, reflectance=0.5,
    )  # fmt: skip


def renderer_of(*things: WorldObject) -> Renderer:
    world = World(
        latitude_deg=54.0, longitude_deg=-3.0, sea_hae_m=50.0, wind_m_s=2.0, objects=things
    )
    return Renderer(world, n_threads=1)


def test_what_stands_in_the_beam_comes_before_the_sea_behind_it() -> None:
    north_m, up_m = 2500.0, 4.0
    renderer = renderer_of(wall(1, north_m=north_m, length_m=60.0))
    view = view_of(north_m, up_m)
    returns = beam_returns(renderer, (CAMERA, view), beam_width_mrad=0.6, time_s=0.0)
    renderer.close()
    assert returns.range_m.shape == (1,)
    # the near side lies 5 m before the middle, so that it is met 1.3 m higher
    slant = np.hypot(north_m, CAMERA_UP_M - up_m)
    assert returns.range_m[0] == pytest.approx(slant * (north_m - 5.0) / north_m, abs=1.0)
    assert returns.reflectance[0] == pytest.approx(0.5 * north_m / slant, rel=0.02)


def test_half_in_the_beam_is_half_as_bright_and_sea_alone_is_dark() -> None:
    view = view_of(2500.0, 4.0)
    whole, half, none = (
        beam_returns(renderer_of(*things), (CAMERA, view), beam_width_mrad=0.6, time_s=0.0)
        for things in (
            (wall(1, north_m=2500.0, length_m=60.0),),
            (wall(1, north_m=2500.0, east_m=30.0, length_m=60.0),),
            (),
        )
    )
    assert half.reflectance.max() == pytest.approx(0.5 * whole.reflectance.max(), rel=0.1)
    assert none.reflectance.max() < 1e-3


def test_of_two_things_the_first_or_the_last_is_told() -> None:
    renderer = renderer_of(
        wall(1, north_m=2500.0, length_m=60.0),
        replace(wall(2, north_m=2000.0, east_m=10.0, length_m=20.0), height_m=200.0),
    )
    seen_by = (CAMERA, view_of(2500.0, 4.0))
    returns = beam_returns(renderer, seen_by, beam_width_mrad=0.6, time_s=0.0)
    assert returns.range_m[[0, -1]] == pytest.approx([2060.0, 2580.0], abs=20.0)
    spec = RangefinderSpec(
        shortest_m=50.0, longest_m=10e3, noise_m=1.0, bias_m=0.0, rate_hz=1.0, beam_width_mrad=0.6
    )
    told = [
        ask_range(
            Rangefinder(spec=each), renderer, seen_by, time_s=0.0,
            generator=np.random.default_rng(1),
        )
        for each in (spec, replace(spec, returns=LAST))
    ]  # fmt: skip
    renderer.close()
    assert told == pytest.approx([returns.range_m[0], returns.range_m[-1]], abs=4.0)


def test_it_is_asked_every_so_often_or_at_its_instants() -> None:
    def asked(**given: object) -> list[int]:
        said = script(**{"range_every_s": None, "frames_per_s": 10.0, **given})
        return [index for index in range(60) if is_range_asked(said, index)]

    assert asked() == []
    assert asked(range_every_s=2.0) == [20, 40]
    assert asked(range_every_s=1.1) == [11, 22, 33, 44, 55]
    assert asked(range_at_s=(0.0, 1.04, 3.0)) == [0, 11, 30]


@pytest.mark.parametrize(
    ("given", "named"),
    [
        ({"turret": "ball-10cm", "cameras": (ScriptedCamera(name="LWIR"),)}, "range_every_s"),
        ({"range_every_s": 0.5}, "range_every_s"),
        ({"range_every_s": None, "range_at_s": (1.0, 1.5)}, "range_at_s"),
        ({"range_every_s": None, "range_at_s": (1.0, 9.0)}, "range_at_s"),
        ({"range_at_s": (1.0,)}, "range_at_s"),
    ],
)
def test_ranges_that_cannot_be_had_are_refused(given: dict[str, object], named: str) -> None:
    with pytest.raises(InputError, match=named) as refused:
        flight(**given)  # type: ignore[arg-type]
    assert refused.value.mend
