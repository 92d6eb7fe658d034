"""Corrections that a mission's own tracks propose: found on an orbit, never applied."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from bench.drawn_scene import Aim, Scenario, SceneDrawer, read_scenario
from bench.drawn_scene.drawn_clip import write_drawn_clip
from plainview.formats.settings_toml import read_settings
from plainview.geo import PoseBias, geodetic_from_enu_m
from plainview.mission.process import process
from plainview.mission.proposed_corrections import propose_corrections
from plainview.mission.reader import Mission
from plainview.mission.request import ProcessRequest
from plainview.mission.ship_landmarks import ships_of_tracks
from plainview.mission.track_looks import TrackLooks
from plainview.model import Camera, ShipReports, ShipStatic
from tests.geo.bias_scenes import PLACE, looks_at, orbit_views

Orbit = tuple[Mission, SceneDrawer]


def orbit_scenario(heading_sigma_deg: float) -> Scenario:
    """Return half a circle about a raft at rest, small and slow enough to be rendered often."""
    rescue = read_scenario("rescue")
    pair = type(rescue.instrument.time_s)
    raft = replace(
        rescue.objects[0], kind="raft", length_m=4.0, width_m=4.0, contrast_k=6.0, speed_m_s=0.0
    )
    return replace(
        rescue,
        duration_s=30.0,
        frames_per_s=8.0,
        camera=replace(rescue.camera, width_px=256, height_px=144),
        platform=replace(rescue.platform, radius_m=600.0, speed_m_s=50.0),
        gimbal=replace(rescue.gimbal, aims=(Aim(start_s=0.0, object_id=1),)),
        objects=(raft,),
        instrument=replace(
            rescue.instrument,
            platform_heading_deg=pair(own=0.03, shared=heading_sigma_deg),
        ),
    )


@pytest.fixture(scope="module")
def orbit(tmp_path_factory: pytest.TempPathFactory) -> Orbit:
    folder = tmp_path_factory.mktemp("orbit")
    scenario = orbit_scenario(1.5)
    seed = 7
    clip = write_drawn_clip(folder, scenario, seed=seed)
    request = ProcessRequest(
        inputs=(clip.video,),
        out=folder / "mission",
        settings=read_settings(clip.settings),
        is_overlay_drawn=False,
    )
    return process(request), SceneDrawer(scenario, seed)


def test_an_orbit_over_a_still_thing_proposes_the_heading_bias_that_was_put_in(
    orbit: Orbit,
) -> None:
    mission, drawer = orbit
    error = drawer.shared_error
    true_deg = error.platform_heading_deg + error.relative_azimuth_deg
    assert abs(true_deg) > 0.5
    proposed = mission.summary["location"]["proposed_corrections"]
    (heading,) = [each for each in proposed if each["bias"] == "heading_bias_deg"]
    assert heading["value"] == pytest.approx(true_deg, abs=0.2)
    assert abs(heading["value"] - true_deg) < 3.0 * heading["sigma"]
    assert heading["sigma"] < 0.2 < heading["sigma_beforehand"]
    assert heading["residual"]["after_px"] < 0.85 * heading["residual"]["before_px"]
    assert "Not applied" in heading["mend"]


def test_what_it_rests_on_and_what_it_cannot_tell_is_kept(
    orbit: Orbit,
) -> None:
    looks = orbit[0].summary["location"]["many_looks"]
    assert looks["n_looks"] >= 20
    assert max(looks["arc_deg"]) > 90.0
    told = {each["bias"]: each for each in looks["told"]}
    assert not told["east_m"]["is_determined"]
    assert not told["boresight_elevation_deg"]["is_determined"]


def test_nothing_was_applied(orbit: Orbit) -> None:
    mission, drawer = orbit
    row = mission.frames.slice(100, 1).to_pylist()[0]
    drawer.advance(row["video_time_us"])
    sent = drawer.reported_view()
    assert row["camera_heading_deg"] == pytest.approx(sent.camera_heading_deg, abs=0.2)
    assert "calibration" not in mission.summary["settings"]


def test_a_short_clip_from_one_side_proposes_nothing(whole_mission: Mission) -> None:
    location = json.loads((whole_mission.path / "mission.json").read_text())["location"]
    assert location["proposed_corrections"] == []
    assert location["many_looks"] is None


def sighted(offset_m: Any, *, n_looks: int = 12) -> TrackLooks:
    """Return looks at a ship that goes north-east, located with an offset."""
    views = orbit_views(np.linspace(0.0, 40.0, n_looks))
    moved = np.linspace(0.0, 1.0, n_looks)[:, np.newaxis] * [[60.0, 60.0, 0.0]]
    true = np.stack(geodetic_from_enu_m(moved, origin=PLACE), axis=-1)
    placed = np.stack(geodetic_from_enu_m(moved + offset_m, origin=PLACE), axis=-1)
    looks = looks_at(views, true, bias=PoseBias(), rng=np.random.default_rng(1))
    times_us = 1_000_000 * np.arange(n_looks)
    return TrackLooks(
        camera="camera-1",
        track_id=4,
        surface="sea_level",
        video_time_us=times_us,
        time_us=tuple((1_700_000_000_000_000 + times_us).tolist()),
        views=looks.views,
        points_px=looks.points_px,
        sigma_px=np.full(n_looks, 1.0),
        places=placed,
    )


def reports(ships: dict[int, tuple[float, float]], *, every_s: int = 6) -> ShipReports:
    """Return reports of ships that go as `sighted` does, from an offset east and north."""
    rows = []
    for ship in sorted(ships):
        for second in range(-6, 19, every_s):
            share = second / 11.0
            east_m, north_m = (60.0 * share + off for off in ships[ship])
            place = geodetic_from_enu_m(np.array([[east_m, north_m, 0.0]]), origin=PLACE)
            at_us = 1_700_000_000_000_000 + 1_000_000 * second
            rows.append((ship, at_us, float(place[0][0]), float(place[1][0])))
    mmsi, time_us, latitude, longitude = (np.array(column) for column in zip(*rows, strict=True))
    unknown = np.full(len(rows), np.nan)
    return ShipReports(
        mmsi=mmsi,
        time_us=time_us,
        latitude_deg=latitude,
        longitude_deg=longitude,
        speed_m_s=unknown.copy(),
        course_deg=unknown.copy(),
        heading_deg=unknown.copy(),
        position_sigma_m=np.full(len(rows), 5.0),
        ships={211000000: ShipStatic(length_m=50.0)},
    )


def test_a_track_on_a_ship_of_an_ais_log_is_a_landmark_that_moves() -> None:
    track = sighted([30.0, -20.0, 0.0])
    found = ships_of_tracks([track], reports({211000000: (0.0, 0.0), 212000000: (900.0, 0.0)}))
    ship = found[0]
    assert ship.mmsi == 211000000
    assert ship.sigma_m == pytest.approx(np.hypot(5.0, 10.0))
    assert ship.moved_enu_m[-1] == pytest.approx([60.0, 60.0, 0.0], abs=0.5)
    assert ship.latitude_deg == pytest.approx(PLACE[0], abs=1e-5)


@pytest.mark.parametrize(
    "ships",
    [
        {211000000: (0.0, 0.0), 212000000: (60.0, 0.0)},  # two are near
        {211000000: (700.0, 0.0)},  # none is
        {},
    ],
)
def test_a_track_that_is_not_plainly_one_ship_is_none(
    ships: dict[int, tuple[float, float]],
) -> None:
    told = reports(ships or {211000000: (0.0, 0.0)})
    track = sighted([30.0, -20.0, 0.0])
    if not ships:  # a ship that reports too seldom
        told = reports({211000000: (0.0, 0.0)}, every_s=24)
        track = replace(track, time_us=tuple(time + 40_000_000 for time in track.time_us if time))
    assert ships_of_tracks([track], told) == {}


def test_two_tracks_on_one_ship_are_no_landmarks() -> None:
    tracks = [sighted([30.0, -20.0, 0.0]), sighted([25.0, -10.0, 0.0])]
    assert ships_of_tracks(tracks, reports({211000000: (0.0, 0.0)})) == {}


def test_a_mission_with_an_ais_log_uses_it(orbit: Orbit, tmp_path: Path) -> None:
    """A log in which the raft reports: the place is then known, and with it more of the biases."""
    mission, drawer = orbit
    raft = drawer.scene.places(drawer.scene.object_east_north_m(0.0))
    lines = ["mmsi,time,latitude,longitude"]
    start_us = drawer.scenario.start_us
    for second in range(-10, 50, 10):
        stamp = np.datetime64(start_us + 1_000_000 * second, "us")
        lines.append(f"211000000,{stamp}Z,{raft.latitude_deg[0]:.6f},{raft.longitude_deg[0]:.6f}")
    log = tmp_path / "ais.csv"
    log.write_text("\n".join(lines) + "\n")
    (camera,) = mission.summary["cameras"]
    found = propose_corrections(
        mission.path,
        [Camera(name=camera["name"], width_px=camera["width_px"], height_px=camera["height_px"])],
        settings=read_settings(mission.path.parent / "settings.toml"),
        ais=log,
    )
    assert found["many_looks"]["ships"] == [211000000]
    told = {each["bias"]: each for each in found["many_looks"]["told"]}
    error = drawer.shared_error
    assert told["heading_bias_deg"]["value"] + told["boresight_azimuth_deg"]["value"] == (
        pytest.approx(error.platform_heading_deg + error.relative_azimuth_deg, abs=0.25)
    )
