"""Every scenario that ships: flown for a second, its truth, its mark, its main thing, its AIS."""

import json
import re
from pathlib import Path

import numpy as np
import pyarrow.parquet as pq
import pytest

from plainview.errors import InputError
from plainview.formats.ais_log import read_ais
from plainview.formats.read_log import LogKind
from plainview.formats.scenario_toml import (
    describe_scenarios,
    read_scenario_file,
    scenario_names,
    scenario_path,
)
from plainview.formats.twin_source import FlightOptions
from plainview.mission.fly import fly
from plainview.mission.inspect_logs import inspect_log
from plainview.twin.digital_twin import DigitalTwin
from plainview.twin.simulated_mark import SimulatedMark

MAIN_THINGS = {
    "closed-area": (3, 18.0),
    "harbour": (1, 10.0),
    "migrant-raft": (1, 3.0),
    "missing-hiker": (1, 12.0),
    "person-overboard": (2, 12.0),
}
"""What each is about, and an instant at which it can be seen."""


def small(name: str, folder: Path) -> Path:
    """Write a scenario that ships with smaller pictures and fewer of them."""
    text = scenario_path(name).read_text(encoding="utf-8")
    text = re.sub(r"(?m)^(columns|rows|binning) = .*\n", "", text)
    text = re.sub(r"(?m)^(\[\[cameras\]\].*)$", r"\1\ncolumns = 320\nrows = 256", text)
    text = re.sub(r"(?m)^frames_per_s = .*$", "frames_per_s = 8.0", text)
    path = folder / f"{name}.toml"
    path.write_text(text, encoding="utf-8")
    return path


def test_every_scenario_is_named_and_described() -> None:
    assert set(scenario_names()) == set(MAIN_THINGS)
    assert all(len(description) > 20 for _, description in describe_scenarios())


@pytest.mark.parametrize("name", sorted(MAIN_THINGS))
def test_a_scenario_flies_with_its_truth_and_its_mark(name: str, tmp_path: Path) -> None:
    path = small(name, tmp_path)
    out = tmp_path / "mission"
    options = FlightOptions(seed=2, duration_s=1.0)
    summary = fly(path, out, options=options, is_overlay_drawn=False).mission.summary
    script = read_scenario_file(path).script
    assert summary["state"] == "complete"
    assert summary["counts"]["frames"] == 8
    frames = pq.read_table(out / "truth_frames.parquet").to_pylist()
    assert len(frames) == 8 * len(script.cameras)
    seen = pq.read_table(out / "truth.parquet").to_pylist()
    assert {row["object_id"] for row in seen} <= {each.object_id for each in script.objects}
    assert seen
    read = pq.read_table(out / "frames.parquet").to_pylist()
    assert all(row["source_mission_id"].startswith("SIMULATED") for row in read)
    assert ("ais.nmea" in summary["products"]) == (out / "ais.nmea").exists()


@pytest.mark.parametrize("name", sorted(MAIN_THINGS))
def test_its_main_thing_comes_into_sight_in_marked_pictures(name: str) -> None:
    object_id, time_s = MAIN_THINGS[name]
    flight = read_scenario_file(scenario_path(name))
    assert 20.0 <= flight.script.duration_s <= 40.0
    twin = DigitalTwin(flight, 1)
    twin.advance(round(1e6 * time_s))
    (shot,) = twin.shots((flight.selected,))
    twin.close()
    seen = shot.truth.objects
    row = seen.object_id.tolist().index(object_id)
    assert seen.visible_fraction[row] > 0.3
    assert seen.signal_to_noise[row] > 8.0
    mark = SimulatedMark.for_picture(shot.camera.width_px, shot.camera.height_px)
    x, y, width, height = mark.box_px
    letters = shot.made.pixels[y : y + height, x : x + width][mark.is_letter]
    assert np.ptp(letters) == 0
    assert len({each.kind for each in flight.world.objects}) >= 3


def test_land_of_a_scenario_locates_its_things(tmp_path: Path) -> None:
    """The pipeline gets the ground: places that it computes stand on the hills, not the sea."""
    out = tmp_path / "mission"
    options = FlightOptions(seed=2, duration_s=1.0)
    fly(small("missing-hiker", tmp_path), out, options=options, is_overlay_drawn=False)
    frames = pq.read_table(out / "frames.parquet").to_pylist()
    assert {row["surface"] for row in frames} == {"terrain"}
    assert min(row["frame_center_height_hae_m"] for row in frames) > 150.0


def test_the_fishing_boats_say_what_they_want_to(tmp_path: Path) -> None:
    """One tells its place, one tells another, one is silent; and the log can be inspected."""
    out = tmp_path / "mission"
    path = small("closed-area", tmp_path)
    text = re.sub(r"(?m)^frames_per_s = .*$", "frames_per_s = 1.0", path.read_text())
    path.write_text(text, encoding="utf-8")
    summary = fly(path, out, options=FlightOptions(seed=2), is_overlay_drawn=False).mission.summary
    assert summary["location"]["clock"]["faults"] == []
    assert not [e for e in _events(out) if e["kind"] == "ais_not_compared"]
    log = read_ais(out / "ais.nmea").reports
    assert set(log.mmsi.tolist()) == {211000101, 211000103}
    truth = pq.read_table(out / "truth.parquet").to_pylist()
    for mmsi, object_id, least_m, most_m in ((211000101, 1, 0, 90), (211000103, 3, 3900, 4200)):
        true = next(row for row in truth if row["object_id"] == object_id)
        at = int(np.flatnonzero(log.mmsi == mmsi)[0])
        north_m = 111_300.0 * (log.latitude_deg[at] - true["latitude_deg"])
        east_m = (
            111_300.0 * np.cos(np.radians(54.35)) * (log.longitude_deg[at] - true["longitude_deg"])
        )
        assert least_m <= np.hypot(east_m, north_m) <= most_m
    told = inspect_log(out / "ais.nmea", LogKind.SHIPS)
    assert told["metadata"]["packets"] >= 4
    assert told["metadata"]["packets_damaged"] == 0


def test_a_flight_in_which_nothing_is_sent_says_that_it_compared_nothing(tmp_path: Path) -> None:
    path = small("closed-area", tmp_path)
    text = path.read_text(encoding="utf-8")
    text = re.sub(r"(?m)^(mmsi = .*)$", r"\1\nfrom_s = 60.0", text)
    path.write_text(text, encoding="utf-8")
    out = tmp_path / "mission"
    options = FlightOptions(seed=2, duration_s=0.5)
    fly(path, out, options=options, is_overlay_drawn=False)
    assert (out / "ais.nmea").read_text() == ""
    (event,) = [each for each in _events(out) if each["kind"] == "ais_not_compared"]
    assert "no AIS position" in str(event["what"])


def _events(folder: Path) -> list[dict[str, object]]:
    return [json.loads(line) for line in (folder / "events.jsonl").read_text().splitlines()]


def test_a_thing_behind_the_horizon_is_flown_past_unseen(tmp_path: Path) -> None:
    """A turret may be told to look at it; the truth has it in no frame."""
    path = small("person-overboard", tmp_path)
    text = path.read_text(encoding="utf-8")
    text = text.replace("east_m = 82.0\nnorth_m = -28.0", "east_m = 150000.0\nnorth_m = 0.0")
    text = text.replace("start_s = 0.0\nobject_id = 1", "start_s = 0.0\nobject_id = 2")
    path.write_text(text, encoding="utf-8")
    twin = DigitalTwin(read_scenario_file(path), 1)
    twin.advance(0)
    seen = [shot.truth for shot in twin.shots()]
    twin.close()
    for truth in seen:
        assert 2 not in truth.objects.object_id
        assert -2.0 < (truth.view.camera_elevation_deg or 0.0) < 0.0


def test_a_turret_file_beside_the_scenario_is_refused_by_its_missing_field(
    tmp_path: Path,
) -> None:
    from importlib import resources

    shipped = resources.files("plainview.sensing") / "catalogue" / "turrets" / "ball-25cm.toml"
    text = shipped.read_text(encoding="utf-8")
    path = small("person-overboard", tmp_path)
    own = path.read_text(encoding="utf-8").replace('"ball-25cm"', '"own.toml"')
    path.write_text(own, encoding="utf-8")
    (tmp_path / "own.toml").write_text(text, encoding="utf-8")
    assert read_scenario_file(path).turret.cameras
    lacking = re.sub(r"(?m)^pixel_pitch_um = .*\n", "", text, count=1)
    (tmp_path / "own.toml").write_text(lacking, encoding="utf-8")
    with pytest.raises(InputError, match="pixel_pitch_um") as refused:
        read_scenario_file(path)
    assert "own.toml" in refused.value.where
    assert refused.value.mend


NUMBERS = (
    "duration_s", "frames_per_s", "latitude_deg", "longitude_deg", "horizontal_fov_deg",
    "wind_m_s", "wind_from_deg", "water_c", "air_c", "visibility_km", "radius_m",
    "altitude_msl_m", "speed_m_s", "start_bearing_deg", "start_s", "east_m", "north_m",
    "course_deg", "length_m", "width_m", "temperature_c", "hot_temperature_c",
)  # fmt: skip


@pytest.mark.parametrize("value", ["nan", "inf", "-inf", '"many"', "true"])
@pytest.mark.parametrize("field", NUMBERS)
def test_what_is_no_number_is_refused_everywhere(field: str, value: str, tmp_path: Path) -> None:
    text = scenario_path("person-overboard").read_text(encoding="utf-8")
    changed = re.sub(rf"(?m)^{field} = .*$", f"{field} = {value}", text, count=1)
    assert changed != text
    path = tmp_path / "bad.toml"
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(InputError, match=field) as refused:
        read_scenario_file(path)
    assert refused.value.mend


@pytest.mark.parametrize("field", ["water_c", "air_c", "temperature_c", "hot_temperature_c"])
def test_nothing_is_colder_than_absolute_zero(field: str, tmp_path: Path) -> None:
    text = scenario_path("person-overboard").read_text(encoding="utf-8")
    path = tmp_path / "bad.toml"
    changed = re.sub(rf"(?m)^{field} = .*$", f"{field} = -274.0", text, count=1)
    path.write_text(changed, encoding="utf-8")
    with pytest.raises(InputError, match=field):
        read_scenario_file(path)
