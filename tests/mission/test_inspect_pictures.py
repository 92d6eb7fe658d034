"""``inspect`` looks at a minute of the pictures: lag and clock are said and mended."""

import json
import os
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from bench.drawn_scene import Aim, Scenario, SceneDrawer, read_scenario
from bench.drawn_scene.drawn_clip import write_drawn_clip
from plainview.errors import FormatError
from plainview.formats.settings_toml import read_settings
from plainview.geo import geodetic_from_enu_m
from plainview.misb import AngleReference
from plainview.mission.inspect import inspect_file
from plainview.mission.inspect_text import inspect_text
from plainview.mission.picture_look import LONGEST_LOOK_S, busiest_stretches
from plainview.mission.process import process
from plainview.mission.progress import Progress
from plainview.mission.request import ProcessRequest
from plainview.twin import PoseError
from tests.cli.command import command
from tests.mission.blind_clips import blind_scenario, write_blind_clip

SEED = 3
AHEAD_S = 1800.0


def late_scenario() -> Scenario:
    """Return a flight whose metadata comes late and whose camera looks here and there."""
    rescue = read_scenario("rescue")
    pair = type(rescue.instrument.time_s)
    aims = [(0.0, 0.0, 0.0), (3.0, 95.0, 40.0), (6.0, -60.0, -50.0), (9.0, 10.0, 60.0)]
    return replace(
        rescue,
        frames_per_s=15,
        duration_s=12.0,
        camera=replace(rescue.camera, width_px=480, height_px=270),
        instrument=replace(rescue.instrument, time_s=pair(own=0.0005, shared=1.5)),
        gimbal=replace(
            rescue.gimbal,
            slew_s=1.5,
            aims=tuple(Aim(start_s=at, east_m=east, north_m=north) for at, east, north in aims),
        ),
    )


@pytest.fixture(scope="module")
def late_clip(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, PoseError]:
    folder = tmp_path_factory.mktemp("late")
    scenario = late_scenario()
    return write_drawn_clip(folder, scenario, seed=SEED).video, SceneDrawer(
        scenario, SEED
    ).shared_error


def test_inspect_finds_the_lag_and_writes_what_takes_it_out(
    late_clip: tuple[Path, PoseError], tmp_path: Path
) -> None:
    clip, error = late_clip
    assert abs(error.time_s) > 0.08
    fix = tmp_path / "fix.toml"
    document = json.loads(command("inspect", clip, "--json", "--fix", fix).stdout)
    location = document["location"]
    lag = location["lag"]
    assert lag["low_s"] <= -error.time_s <= lag["high_s"]
    assert lag["lag_s"] == pytest.approx(
        -error.time_s, abs=0.04
    )  # a pose of later: metadata before
    assert location["trusted"]["time"] is False
    assert "metadata_lag" in {warning["code"] for warning in document["warnings"]}
    settings = read_settings(fix)
    assert settings.metadata_lag_s == pytest.approx(lag["lag_s"])
    request = ProcessRequest(
        inputs=(clip,), out=tmp_path / "mission", settings=settings, is_overlay_drawn=False
    )
    made = process(request).summary["location"]
    assert set(made["lag"]) == set(lag)
    assert set(made["clock"]) == set(location["clock"])
    assert made["lag"]["applied_s"] == settings.metadata_lag_s
    assert made["trusted"]["time"] is True


def test_without_pictures_nothing_is_said_of_a_lag(late_clip: tuple[Path, PoseError]) -> None:
    told: list[Progress] = []
    result = inspect_file(late_clip[0], are_pictures_seen=False, on_progress=told.append)
    assert result["location"]["lag"] is None
    assert result["location"]["pictures"]["seen_s"] == 0.0
    assert told == []
    assert "pictures  " not in inspect_text(result)


def test_progress_is_told_while_pictures_are_looked_at(late_clip: tuple[Path, PoseError]) -> None:
    told: list[Progress] = []
    inspect_file(late_clip[0], on_progress=told.append)
    fractions = [progress.fraction or 0.0 for progress in told]
    assert len(fractions) > 5
    assert fractions == sorted(fractions)
    assert fractions[-1] <= 1.0


def test_a_file_that_is_older_than_its_flight_makes_its_time_untrusted(tmp_path: Path) -> None:
    scenario = replace(blind_scenario(), duration_s=2.0)
    clip = write_blind_clip(
        tmp_path / "clip.ts",
        lambda _: AngleReference.PLATFORM,
        scenario=scenario,
        seed=1,
        taken_out=(3,),
    )
    written_s = 1e-6 * scenario.start_us - 7200.0
    os.utime(clip, (written_s, written_s))
    location = inspect_file(clip)["location"]
    (fault,) = location["clock"]["faults"]
    assert "2.0 hours after its file was last written" in fault
    assert location["trusted"]["time"] is False
    assert "clock_ahead_s" in location["trusted"]["mend"]["time"]


def boats_log(path: Path, scenario: Scenario) -> Path:
    """Write where the boats are, every 10 s for an hour to both sides, by the right clock."""
    origin = (scenario.latitude_deg, scenario.longitude_deg, 0.0)
    rows = ["time,mmsi,lat,lon"]
    for thing in scenario.objects:
        course = np.radians(thing.course_deg)
        for at_s in np.arange(-3600.0, 3600.0, 10.0).tolist():
            way_m = thing.speed_m_s * at_s
            enu_m = np.array(
                [thing.east_m + way_m * np.sin(course), thing.north_m + way_m * np.cos(course), 0.0]
            )
            latitude, longitude, _ = np.ravel(geodetic_from_enu_m(enu_m, origin=origin))
            time_s = 1e-6 * scenario.start_us - AHEAD_S + at_s
            rows.append(f"{time_s:.1f},{235000000 + thing.object_id},{latitude},{longitude}")
    path.write_text("\n".join(rows))
    return path


def test_a_log_of_ships_tells_by_how_much_the_clock_is_wrong(tmp_path: Path) -> None:
    rescue = read_scenario("rescue")
    boats = tuple(
        replace(thing, speed_m_s=speed_m_s, east_m=east_m, north_m=north_m, contrast_k=4.0)
        for thing, speed_m_s, east_m, north_m in zip(
            rescue.objects[:2], (6.0, 7.0), (-25.0, 20.0), (-15.0, 25.0), strict=False
        )
    )
    scenario = replace(
        rescue,
        objects=boats,
        duration_s=10.0,
        gimbal=replace(rescue.gimbal, aims=rescue.gimbal.aims[:1]),
    )
    clip = write_drawn_clip(tmp_path, scenario, seed=SEED).video
    fix = tmp_path / "fix.toml"
    log = boats_log(tmp_path / "ais.csv", scenario)
    document = json.loads(command("inspect", clip, "--ais", log, "--json", "--fix", fix).stdout)
    clock = document["location"]["clock"]
    assert clock["ahead_s"] == pytest.approx(AHEAD_S, abs=30.0)
    assert document["location"]["trusted"]["time"] is False
    assert read_settings(fix).clock_ahead_s == pytest.approx(clock["ahead_s"], abs=0.1)


def test_a_log_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    log = tmp_path / "ais.csv"
    log.write_text("nothing\n")
    with pytest.raises(FormatError, match="holds no AIS position"):
        inspect_file(tmp_path / "clip.ts", ais=log)


def test_the_stretches_that_move_most_are_looked_at_and_no_more_than_a_minute() -> None:
    time_s = np.arange(0.0, 600.0, 0.5)
    moved = np.zeros((len(time_s), 2))
    for at_s in (50.0, 210.0, 330.0, 490.0):
        moved[:, 0] += (at_s / 100.0) * np.tanh((time_s - at_s) / 2.0)
    found = [stretch for _, stretch in busiest_stretches(Path("a.ts"), time_s, moved)]
    assert [stretch.start_s for stretch in found] == [200.0, 320.0, 480.0]
    assert sum(each.end_s - each.start_s for each in found) <= LONGEST_LOOK_S
    steady = np.stack([2.0 * time_s, 0.0 * time_s], axis=1)
    assert all(size < 1e-9 for size, _ in busiest_stretches(Path("a.ts"), time_s, steady))
