"""Logs by themselves through `inspect`, and those beside a video without metadata."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from plainview.formats.read_log import LogKind, log_kind
from plainview.mission.inspect import inspect_file
from plainview.mission.inspect_logs import inspect_log, log_text
from plainview.mission.inspect_text import inspect_text
from tests.cli.command import command
from tests.conftest import SharedData

POSES = "video_time_s,latitude_deg,longitude_deg,height_hae_m,camera_heading_deg\n"


def _inspected(path: Path) -> dict[str, Any]:
    kind = log_kind(path)
    assert kind is not None, path
    return inspect_log(path, kind)


def test_every_kind_of_log_of_the_data_is_known_by_its_content(shared_data: SharedData) -> None:
    wanted = {
        "dji_srt/m2zoom.SRT": LogKind.CAPTIONS,
        "cuav_search/flight.tlog": LogKind.TELEMETRY,
        "ais/SolentAIS_20160112_part1.csv": LogKind.SHIPS,
        "ais/nmea/sample.ais": LogKind.SHIPS,
    }
    for name, kind in wanted.items():
        assert log_kind(shared_data(name)) is kind
    for name in ("fmv_klv/kwiver/h264_no_klv.ts", "fmv_klv/droneklv/Day_Flight.klv"):
        assert log_kind(shared_data(name)) is None


@pytest.mark.parametrize("name", ["m2zoom.SRT", "matrice_300.srt", "p4_rtk.SRT", "air2s.srt"])
def test_captions_say_what_they_hold(name: str, shared_data: SharedData) -> None:
    path = shared_data(f"dji_srt/{name}")
    told = _inspected(path)
    n_captions = sum("-->" in line for line in path.read_text(errors="replace").splitlines())
    assert told["metadata"]["packets"] == n_captions
    assert told["poses"]["with_place"] > 0
    assert (told["poses"]["with_line_of_sight"] > 0) == (name == "p4_rtk.SRT")
    assert told["metadata"]["first_time_us"] is None
    assert "UTC not known" in log_text(told)


def test_a_telemetry_log_says_when_and_how_it_flew(shared_data: SharedData) -> None:
    told = _inspected(shared_data("cuav_search/flight.tlog"))
    assert 0.0 < told["poses"]["motion"]["speed_m_s"]["highest"] < 40.0
    first, last = told["metadata"]["first_time_us"], told["metadata"]["last_time_us"]
    assert (last - first) / 1e6 == pytest.approx(told["poses"]["duration_s"], abs=1e-3)
    assert [warning["code"] for warning in told["warnings"]] == ["sidecar_no_gimbal"]
    assert "2018-08-05T00:59" in log_text(told)


def test_an_ais_log_says_which_ships_and_what_was_left_out(shared_data: SharedData) -> None:
    told = _inspected(shared_data("ais/nmea/sample.ais"))
    assert told["ships"]["reports"] == 1
    assert told["metadata"]["packets_damaged"] == sum(w["count"] for w in told["warnings"])
    assert told["poses"] is None


def test_pose_tables_are_told_by_their_columns(tmp_path: Path) -> None:
    rows = "".join(f"{n},60.0,{5 + 1e-4 * n},120.0,90.0\n" for n in range(20))
    table = tmp_path / "flight.csv"
    table.write_text(POSES + rows + "nothing,1,2,3,4\n")
    told = _inspected(table)
    assert (told["metadata"]["packets"], told["metadata"]["packets_damaged"]) == (21, 1)
    east_m = 1e-4 * 111_195.0 * 0.5
    speed = told["poses"]["motion"]["speed_m_s"]["median"]
    assert speed == pytest.approx(east_m, rel=0.01)
    half = tmp_path / "half.csv"
    half.write_text("video_time_s,latitude_deg,longitude_deg\n0,60.0,\n1,60.0,\n")
    assert _inspected(half)["poses"]["with_place"] == 0
    assert "latitude" not in log_text(_inspected(half)).replace("never      place", "")
    points: list[dict[str, Any]] = [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": [5.0, 60.0, 120.0]},
            "properties": {"video_time_s": float(n)},
        }
        for n in range(3)
    ]
    points.append({"properties": {"video_time_s": 10**400}})
    points.append({"properties": [1, 2], "geometry": []})
    features = tmp_path / "flight.geojson"
    features.write_text(json.dumps({"type": "FeatureCollection", "features": points}))
    assert _inspected(features)["poses"]["n"] == 3


def test_the_command_prints_text_and_json(shared_data: SharedData, tmp_path: Path) -> None:
    path = shared_data("dji_srt/air2s.srt")
    document = json.loads(command("inspect", path, "--json").stdout)
    assert document["container"] == "drone_captions"
    assert "never" in command("inspect", path).stdout
    empty = tmp_path / "empty.srt"
    empty.write_text("1\n00:00:00,000 --> 00:00:01,000\nhello\n")
    refused = command("inspect", empty)
    assert refused.exit_code == 2
    assert "Traceback" not in refused.output


def test_what_stands_beside_a_video_is_told(shared_data: SharedData, tmp_path: Path) -> None:
    video = tmp_path / "DJI_0001.ts"
    shutil.copy(shared_data("fmv_klv/kwiver/h264_no_klv.ts"), video)
    alone = inspect_file(video)
    assert alone["sidecar"] is None
    assert "no_metadata" in [warning["code"] for warning in alone["warnings"]]
    shutil.copy(shared_data("dji_srt/m2zoom.SRT"), tmp_path / "DJI_0001.SRT")
    told = inspect_file(video)
    assert told["sidecar"]["file"] == "DJI_0001.SRT"
    assert told["sidecar"]["poses"]["n"] == told["sidecar"]["records"]
    assert "no_metadata" not in [warning["code"] for warning in told["warnings"]]
    assert "beside the video" in inspect_text(told)
