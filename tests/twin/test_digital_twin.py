"""The digital twin as a whole: a scenario flown, its frames, its metadata and its truth."""

from datetime import UTC, datetime
from functools import lru_cache

import numpy as np
import pytest

from plainview.geo import GeoidSurface, enu_m_from_geodetic, locate_points
from plainview.sensing import shipped_platform, shipped_turret
from plainview.twin.digital_twin import DigitalTwin, Shot
from plainview.twin.flight_scenario import FlightScenario
from plainview.twin.pointing import Pointing
from plainview.twin.scenario_script import (
    ScenarioScript,
    ScriptedCamera,
    ScriptedObject,
    ScriptedOrbit,
    ScriptedPointing,
    ScriptedWeather,
)

SEED = 5
SEA = GeoidSurface(altitude_msl_m=0.0, sigma_m=0.3)


def thing(object_id: int, kind: str, *, east_m: float, north_m: float) -> ScriptedObject:
    return ScriptedObject(object_id=object_id, kind=kind, east_m=east_m, north_m=north_m)


@lru_cache(maxsize=1)
def scenario() -> FlightScenario:
    script = ScenarioScript(
        name="small",
        start=datetime(2026, 6, 1, 10, 0, tzinfo=UTC),
        duration_s=2.0,
        latitude_deg=54.0,
        longitude_deg=7.9,
        turret="ball-18cm",
        platform="helicopter",
        cameras=(
            ScriptedCamera(name="LWIR", columns=320, rows=256, horizontal_fov_deg=5.0),
            ScriptedCamera(
                name="day wide", columns=640, rows=512, binning=2, horizontal_fov_deg=5.0
            ),
        ),
        weather=ScriptedWeather(wind_m_s=3.0),
        orbit=ScriptedOrbit(radius_m=400.0, altitude_msl_m=250.0, speed_m_s=25.0),
        pointings=(ScriptedPointing(start_s=0.0, object_id=1),),
        objects=(
            thing(1, "small_boat", east_m=0.0, north_m=0.0),
            thing(2, "buoy", east_m=9.0, north_m=6.0),
            thing(3, "raft", east_m=9000.0, north_m=0.0),
        ),
    )
    return FlightScenario.of(
        script,
        turret=shipped_turret("ball-18cm"),
        platform=shipped_platform("helicopter"),
        where="test",
    )


def flown(*, seed: int = SEED, n_threads: int = 2, n_frames: int = 3) -> list[tuple[Shot, ...]]:
    twin = DigitalTwin(scenario(), seed, n_threads=n_threads)
    shots = []
    for index in range(n_frames):
        twin.advance(scenario().video_time_us(index))
        shots.append(twin.shots())
    twin.close()
    return shots


def test_a_seed_gives_the_same_bytes_on_one_and_two_threads() -> None:
    for ours, theirs in zip(flown(n_threads=2), flown(n_threads=1), strict=True):
        for one, other in zip(ours, theirs, strict=True):
            np.testing.assert_array_equal(one.made.counts, other.made.counts)
            np.testing.assert_array_equal(one.made.pixels, other.made.pixels)
            assert one.packet == other.packet
    other_seed = flown(seed=SEED + 1, n_frames=1)[0][0]
    assert not np.array_equal(other_seed.made.counts, flown(n_frames=1)[0][0].made.counts)


def test_a_thing_lies_where_the_true_view_sees_it() -> None:
    """The foot of the buoy's box, back through the true pose onto the sea, is the buoy."""
    for shot in flown(n_frames=1)[0]:
        objects = shot.truth.objects
        row = objects.object_id.tolist().index(2)
        foot_px = [
            [
                objects.x_px[row] + 0.5 * objects.width_px[row],
                objects.y_px[row] + objects.height_px[row],
            ]
        ]
        found = locate_points(shot.truth.view, shot.camera, foot_px, surface=SEA)
        origin = (
            float(objects.latitude_deg[row]),
            float(objects.longitude_deg[row]),
            float(objects.height_hae_m[row]),
        )
        off = enu_m_from_geodetic(
            found.latitude_deg, found.longitude_deg, found.height_hae_m, origin=origin
        )
        assert np.hypot(*np.ravel(off)[:2]) < 2.5  # the sea's level and waves, at 30 degrees


def test_what_lies_outside_the_picture_is_not_in_its_truth() -> None:
    for shot in flown(n_frames=1)[0]:
        assert 3 not in shot.truth.objects.object_id.tolist()
        assert {1, 2} <= set(shot.truth.objects.object_id.tolist())
        assert np.all(shot.truth.objects.signal_to_noise >= 0.0)


def test_day_and_thermal_show_the_same_thing_at_the_same_place() -> None:
    thermal, day = flown(n_frames=1)[0]
    rows = [shot.truth.objects.object_id.tolist().index(1) for shot in (thermal, day)]
    middles = [
        (shot.truth.objects.x_px[row] + 0.5 * shot.truth.objects.width_px[row])
        / shot.camera.width_px
        for shot, row in zip((thermal, day), rows, strict=True)
    ]
    assert middles[0] == pytest.approx(middles[1], abs=0.05)


def test_the_turret_looks_where_it_is_told() -> None:
    twin = DigitalTwin(scenario(), SEED)
    before = twin.shots((0,))[0].truth.view
    twin.advance(100_000, [Pointing(start_s=0.7, azimuth_deg=0.0, elevation_deg=-60.0)])
    twin.advance(5_000_000)
    after = twin.shots((0,))[0].truth.view
    twin.close()
    assert before.sensor_relative_elevation_deg == pytest.approx(-30.0, abs=12.0)
    assert after.sensor_relative_elevation_deg == pytest.approx(-60.0, abs=0.4)


def test_a_frame_of_one_camera_keeps_the_counts_of_a_thermal_one() -> None:
    twin = DigitalTwin(scenario(), SEED)
    thermal, day = (twin.render(camera) for camera in twin.cameras)
    twin.close()
    assert thermal.pixels.dtype == np.uint16
    assert day.pixels.dtype == np.uint8
    assert thermal.view is not None
    assert thermal.view.sigma is not None
