"""A mission of a drawn scene is scored by parts, by cameras, and says what it cannot score."""

import json
import shutil
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from bench.drawn_scene.drawn_clip import DrawnClip
from plainview.errors import InputError
from plainview.geo import distance_and_bearing
from plainview.mission.flight_score_text import flight_score_text
from plainview.mission.reader import Mission
from plainview.mission.score import score_mission
from tests.cli.command import command


@pytest.fixture
def scored(drawn_clip: DrawnClip, whole_mission: Mission, tmp_path: Path) -> Path:
    """Return a copy of the mission of the clip, with its truth."""
    folder = tmp_path / "mission"
    shutil.copytree(whole_mission.path, folder)
    for path in (drawn_clip.truth, drawn_clip.truth_frames):
        shutil.copy(path, folder / path.name)
    return folder


def test_the_parts_of_a_drawn_clip_hold_together(scored: Path) -> None:
    result = score_mission(scored)
    truth = pq.read_table(scored / "truth.parquet").to_pydict()
    shares = result["detection"]["frames"]
    in_picture = [
        share >= result["rules"]["least_visible_fraction"] for share in truth["visible_fraction"]
    ]
    assert shares["overall"]["trials"] == sum(in_picture) > 0
    for key in ("by_range_m", "by_signal_to_noise"):
        for name in ("trials", "successes"):
            assert sum(row[name] for row in shares[key]) == shares["overall"][name]
    for key in ("by_range", "by_depression", "by_range_and_depression"):
        places = sum(row["places"] for row in result["position"][key])
        assert places == result["position"]["overall"]["places"] == result["located"]
    assert result["position"]["overall"]["inside_95_ellipse"] == result["inside_95_ellipse"]
    assert result["position"]["overall"]["error_m"] == result["position_error_m"]
    assert result["position"]["overall"]["predicted_error_m"] == result["predicted_error_m"]
    assert result["continuity"]["gaps"] == result["fragments"]
    assert result["false_alarms"]["false_tracks"] == result["false_tracks"]
    assert result["false_alarms"]["observed_hours"] == pytest.approx(2.0 / 3600.0)
    assert result["time_on_target"]["observed_s"] == pytest.approx(2.0)
    assert result["truth_rows_without_frame"] == 0
    assert result["not_scored"] == {}


def test_the_errors_of_the_camera_are_those_between_the_tables(scored: Path) -> None:
    told = pq.read_table(scored / "frames.parquet").to_pydict()
    true = pq.read_table(scored / "truth_frames.parquet").to_pydict()
    result = score_mission(scored)
    places = [
        (table["sensor_latitude_deg"], table["sensor_longitude_deg"]) for table in (true, told)
    ]
    distance_m, _ = distance_and_bearing(places[0], places[1])
    error = result["sensor_position"]
    assert error["rms_horizontal_m"] == pytest.approx(
        float(np.sqrt(np.mean(distance_m**2))), rel=1e-3
    )
    heading, elevation = (
        np.radians(np.subtract(told[name], true[name]))
        for name in ("camera_heading_deg", "camera_elevation_deg")
    )
    across = np.cos(np.radians(true["camera_elevation_deg"])) * heading
    sight = result["line_of_sight"]
    assert sight["frames"] == len(told["camera"])
    assert sight["rms_mrad"] == pytest.approx(
        1e3 * float(np.sqrt(np.mean(across**2 + elevation**2))), rel=0.01
    )
    stated_deg = np.hypot(told["sight_right_sigma_deg"], told["sight_up_sigma_deg"])
    assert sight["stated_rms_mrad"] == pytest.approx(
        1e3 * np.radians(float(np.sqrt(np.mean(stated_deg**2))))
    )
    assert 0.0 <= sight["inside_95_ellipse"] <= 1.0
    assert sight["mean_right_mrad"] == pytest.approx(1e3 * float(np.mean(across)), abs=0.02)
    assert sight["mean_up_mrad"] == pytest.approx(1e3 * float(np.mean(elevation)), abs=0.02)


def test_one_camera_scores_what_the_whole_does(scored: Path) -> None:
    result = score_mission(scored)
    (camera,) = result["cameras"]
    assert camera["camera"] == "camera-1"
    shared = set(camera) & set(result)
    assert {"found", "missed", "false_tracks", "detection", "position", "line_of_sight"} <= shared
    assert {name: camera[name] for name in shared} == {name: result[name] for name in shared}


def test_a_score_is_one_json_document_and_tables_that_fit(scored: Path) -> None:
    told = command("score", scored, "--json")
    assert json.loads(told.stdout) == json.loads(json.dumps(score_mission(scored)))
    lines = command("score", scored).stdout.splitlines()
    assert max(map(len, lines)) <= 100
    assert len(lines) < 60
    text = "\n".join(lines)
    for part in ("found", "detection", "false alarms", "position", "line of sight", "time on"):
        assert f"\n{part}" in f"\n{text}", part


def test_without_the_true_cameras_the_parts_that_need_them_say_so(scored: Path) -> None:
    (scored / "truth_frames.parquet").unlink()
    result = score_mission(scored)
    assert result["line_of_sight"] is None
    assert result["not_scored"]["line_of_sight"] == "truth_frames.parquet is not there"
    assert result["detection"]["frames"]["overall"]["trials"] > 0
    text = flight_score_text(result)
    assert "not scored: line_of_sight, for truth_frames.parquet is not there" in text
    assert "time on target" in text


@pytest.mark.parametrize(
    ("table", "column"),
    [
        ("truth.parquet", "object_id"),
        ("truth.parquet", "width_px"),
        ("truth_frames.parquet", "camera_heading_deg"),
        ("truth_frames.parquet", "frame_index"),
    ],
)
def test_a_table_of_the_truth_that_lacks_a_column_is_refused_by_name(
    scored: Path, table: str, column: str
) -> None:
    whole = pq.read_table(scored / table)
    pq.write_table(whole.drop_columns([column]), scored / table)
    with pytest.raises(InputError, match=rf"{table}: has no column {column}\."):
        score_mission(scored)


@pytest.mark.parametrize("table", ["truth.parquet", "truth_frames.parquet"])
def test_a_table_of_the_truth_that_is_none_is_refused(scored: Path, table: str) -> None:
    (scored / table).write_bytes(b"no table")
    assert command("score", scored).exit_code == 2


def test_two_cameras_are_scored_by_themselves_and_together(scored: Path) -> None:
    """The same camera twice: shares and errors stay, hours and rows double."""
    once = score_mission(scored)
    for name in ("frames", "tracks", "truth", "truth_frames"):
        table = pq.read_table(scored / f"{name}.parquet")
        place = table.column_names.index("camera")
        other = pa.array(["camera-2"] * len(table), pa.string())
        own = table.set_column(place, "camera", table["camera"].cast(pa.string()))
        both = pa.concat_tables([own, own.set_column(place, "camera", other)])
        pq.write_table(both, scored / f"{name}.parquet")
    twice = score_mission(scored)
    assert [each["camera"] for each in twice["cameras"]] == ["camera-1", "camera-2"]
    for each in twice["cameras"]:
        assert each["detection"] == once["detection"]
        assert each["line_of_sight"] == once["line_of_sight"]
        assert each["false_alarms"] == once["false_alarms"]
    frames, before = twice["detection"]["frames"]["overall"], once["detection"]["frames"]["overall"]
    assert (frames["things"], frames["trials"]) == (before["things"], 2 * before["trials"])
    assert (frames["share"], frames["low"]) == (
        pytest.approx(before["share"]),
        pytest.approx(before["low"]),
    )
    hours = once["false_alarms"]["observed_hours"]
    assert twice["false_alarms"]["observed_hours"] == pytest.approx(2.0 * hours)
    assert twice["time_on_target"]["observed_s"] == once["time_on_target"]["observed_s"]
    assert "\ncamera " in flight_score_text(twice)
    assert "middle_third_share" in " ".join(twice["not_scored"]), "no size of the second is known"


def test_truth_of_frames_that_the_mission_has_not_does_not_count(scored: Path) -> None:
    """A second camera was recorded, and nobody looked at it."""
    once = score_mission(scored)
    truth = pq.read_table(scored / "truth.parquet")
    other = pa.array(["thermal"] * len(truth), pa.string())
    place = truth.column_names.index("camera")
    own = truth.set_column(place, "camera", truth["camera"].cast(pa.string()))
    pq.write_table(
        pa.concat_tables([own, own.set_column(place, "camera", other)]), scored / "truth.parquet"
    )
    both = score_mission(scored)
    assert both["truth_rows_without_frame"] == len(truth)
    assert {**both, "truth_rows_without_frame": 0} == once
    assert f"left out: {len(truth)} rows" in flight_score_text(both)
