"""What commands print, where, and how they end."""

import json
import os
import pty
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from bench.drawn_scene.drawn_clip import DrawnClip
from plainview.formats.scenario_toml import scenario_path
from plainview.formats.settings_toml import read_settings
from plainview.mission import demo
from plainview.mission.reader import Mission
from tests.cli.command import command
from tests.conftest import SharedData

COMMAND = "from plainview.cli.main import run; run()"


def test_help_names_every_command_and_no_arguments_show_it() -> None:
    result = command("--help")
    assert result.exit_code == 0
    assert all(name in result.stdout for name in ("inspect", "process", "score", "demo"))


@pytest.mark.parametrize(
    "arguments",
    [["bogus"], ["process"], ["process", "a.ts"], ["inspect"], ["inspect", "a.ts", "--no"]],
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    result = command(*arguments)
    assert result.exit_code == 2
    assert result.stdout == ""
    assert "Usage: " in result.stderr


def test_inspect_says_what_is_in_a_clip(drawn_clip: DrawnClip) -> None:
    result = command("inspect", drawn_clip.video)
    assert result.exit_code == 0
    assert "320x180, 25.00 pictures/s, 50 pictures in 2.0 s" in result.stdout
    assert "50 packets (50 ST0601), 0 damaged" in result.stdout
    assert result.stderr == ""


def test_inspect_is_aligned_short_and_ends_in_what_may_be_trusted(drawn_clip: DrawnClip) -> None:
    lines = command("inspect", drawn_clip.video).stdout.splitlines()
    titles = [line for line in lines[1:] if not line.startswith(" ")]
    assert titles[:4] == ["streams", "metadata", "location", "health"]
    assert len(lines) < 60
    assert max(len(line) for line in lines) <= 110
    end = lines[lines.index("what may be trusted") + 1 :]
    parts = ("position", "time", "bearing", "range")
    assert all(any(line.startswith(f"  {part}: ") for line in end) for part in parts)
    assert lines[lines.index("what may be trusted") - 1] == "No problems found."


def test_inspect_does_not_hide_that_a_source_contradicts_itself(shared_data: SharedData) -> None:
    clip = shared_data("fmv_klv/kwiver/h264_klv.ts")
    document = json.loads(command("inspect", clip, "--json").stdout)
    codes = {warning["code"]: warning for warning in document["warnings"]}
    assert codes["convention_undecided"]["count"] == 30
    assert document["location"]["angle_convention"] == "undecided"
    assert document["location"]["north"] is None
    assert document["metadata"]["views_located"] == 0
    text = command("inspect", clip).stdout
    assert "nothing is located" in text
    assert "No problems found." not in text


def test_inspect_names_how_a_source_departs_from_its_standard(shared_data: SharedData) -> None:
    clip = shared_data("fmv_klv/droneklv/Day_Flight.klv")
    document = json.loads(command("inspect", clip, "--json").stdout)
    warning = next(w for w in document["warnings"] if w["code"] == "convention_departs")
    assert all(item in warning["what"] for item in ("items 18 to 20", "items 25 and 42", "item 22"))
    location = document["location"]
    assert (location["angle_convention"], location["north"]) == ("north_referenced", "true")
    assert location["residual_m"]["n"] == 6
    assert location["residual_m"]["p95"] < 5.0
    assert location["convention"]["reading"]["frame_center_height"] == "elevation_angle"
    text = command("inspect", clip).stdout
    assert "Day_Flight.klv: raw KLV, 977 bytes" in text
    assert "No problems found." not in text


def test_inspect_explains_grid_north_and_a_calculated_range(shared_data: SharedData) -> None:
    clip = shared_data("fmv_klv/kwiver/aphill_klv_10s.ts")
    location = json.loads(command("inspect", clip, "--json").stdout)["location"]
    assert (location["angle_convention"], location["north"]) == ("eg0104", "grid")
    assert location["range_kind"] == "calculated"
    assert "flat earth at height 0" in location["convention"]["range"]
    assert location["residual_m"]["p95"] < 2.0


def test_inspect_finds_no_problem_where_there_is_none(shared_data: SharedData) -> None:
    clip = shared_data("fmv_klv/osh/sample-stream_part1.ts")
    text = command("inspect", clip).stdout
    assert "No problems found.\nwhat may be trusted\n  position: may be trusted." in text
    assert "corrections" not in text


def test_corrections_are_written_as_settings_that_process_takes(
    shared_data: SharedData, tmp_path: Path
) -> None:
    clip, fix = shared_data("fmv_klv/kwiver/aphill_klv_10s.ts"), tmp_path / "fix.toml"
    assert command("inspect", clip, "--fix", fix).exit_code == 0
    assert read_settings(fix).values == {
        "metadata": {"angle_convention": "eg0104", "north": "grid", "slant_range": "flat_grid"}
    }
    out = tmp_path / "mission"
    assert command("process", clip, "--settings", fix, "--out", out).exit_code == 0
    location = json.loads((out / "mission.json").read_text())["location"]
    assert location["convention"]["set"]
    assert location["north"] == "grid"
    assert location["trusted"]["range"] is False
    assert "grid north" in location["trusted"]["why"]["bearing"]


def test_corrections_never_overwrite_a_file(shared_data: SharedData, tmp_path: Path) -> None:
    clip, fix = shared_data("fmv_klv/kwiver/aphill_klv_10s.ts"), tmp_path / "fix.toml"
    fix.write_text("mine")
    result = subprocess.run(
        [sys.executable, "-c", COMMAND, "inspect", str(clip), "--fix", str(fix)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 2
    assert f"{fix}: is there already" in result.stderr
    assert fix.read_text() == "mine"


def test_inspect_gives_of_damaged_packets_what_is_asked_for(shared_data: SharedData) -> None:
    clip = shared_data("fmv_klv/klvdata/DynamicConstantMISMMSPacketData.bin")
    n_items = {}
    for policy in ("reject", "mark", "salvage"):
        lines = command("inspect", clip, "--packets", "--damage", policy).stdout.splitlines()
        damaged = [each for line in lines if (each := json.loads(line))["damage"]]
        n_items[policy] = sum(len(each["items"]) for each in damaged)
    assert n_items["reject"] == 0 < n_items["salvage"] <= n_items["mark"]


def test_inspect_of_damaged_metadata_says_that_there_is_no_pose(shared_data: SharedData) -> None:
    clip = shared_data("fmv_klv/klvdata/DynamicConstantMISMMSPacketData.bin")
    text = command("inspect", clip).stdout
    assert "1 packet (1 ST0601), 1 damaged" in text
    assert "pose      not known" in text
    assert "The checksum of metadata packets does not fit." in text
    assert "No metadata packet says where the camera was" in text


def test_inspect_prints_one_document_of_the_contract(drawn_clip: DrawnClip) -> None:
    result = command("inspect", drawn_clip.video, "--json")
    document = json.loads(result.stdout)
    assert {"streams", "metadata", "warnings", "location"} <= set(document)
    location = document["location"]
    assert {"angle_convention", "north", "height_datum", "range_kind"} <= set(location)
    assert location["residual_m"]["median"] < location["residual_m"]["p95"] < 1.0
    parts = {"position", "time", "bearing", "range"}
    assert all(location["trusted"][part] in {True, False, None} for part in parts)
    assert set(location["trusted"]["why"]) == parts


def test_inspect_prints_a_line_for_each_packet(drawn_clip: DrawnClip) -> None:
    result = command("inspect", drawn_clip.video, "--packets")
    packets = [json.loads(line) for line in result.stdout.splitlines()]
    assert len(packets) == 50
    for packet in packets:
        assert list(packet) == ["stream", "pts_us", "time_us", "set", "items", "damage"]
        assert packet["set"] == "ST0601"
        assert packet["items"]["2"] == packet["time_us"]
        assert packet["damage"] == []


def test_each_input_is_a_mission_and_one_that_fails_stops_no_other(
    tiny_clip: DrawnClip, tmp_path: Path
) -> None:
    bad, good = tmp_path / "bad.ts", tmp_path / "good.ts"
    bad.write_text("text " * 100)
    good.write_bytes(tiny_clip.video.read_bytes())
    out = tmp_path / "out"
    result = command("process", bad, good, "--each", "--out", out, "--no-overlay", "--json")
    assert result.exit_code == 2
    first, second = json.loads(result.stdout)
    assert first["state"] == "failed"
    assert first["error"]["mend"].startswith("Give a transport stream")
    assert second["state"] == "complete"
    assert (out / "good" / "mission.json").exists()
    assert result.stderr.endswith("plainview: 1 of 2 inputs failed.\n")
    result = command("process", good, "--each", "--out", out, "--no-overlay")
    assert result.exit_code == 0


def test_two_inputs_of_one_name_cannot_be_missions_each(tmp_path: Path) -> None:
    result = command("process", "a/x.ts", "b/x.ts", "--each", "--out", tmp_path / "out")
    assert result.exit_code == 2
    assert "would hold two missions of the same name" in result.stderr


def test_the_score_of_a_mission_without_truth_is_refused(whole_mission: Mission) -> None:
    result = command("score", whole_mission.path)
    assert result.exit_code == 2
    assert "truth.parquet: is not there" in result.stderr


def test_the_score_of_what_is_no_mission_is_refused(tmp_path: Path) -> None:
    result = command("score", tmp_path)
    assert result.exit_code == 2
    assert "is not a mission folder" in result.stderr


def test_the_demo_flies_processes_and_scores_and_leaves_what_is_done(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    short = tmp_path / "short.toml"
    shipped = scenario_path("person-overboard").read_text(encoding="utf-8")
    short.write_text(shipped.replace("duration_s = 30.0", "duration_s = 3.0"), encoding="utf-8")
    monkeypatch.setattr(demo, "scenario_path", lambda name: short)
    result = command("demo", "--out", tmp_path)
    assert result.exit_code == 0, result.output
    for said in (
        "found ",
        "missed ",
        "false tracks",
        "duplicate tracks",
        "position error",
        "predicted",
        "95 % ellipse",
    ):
        assert said in result.stdout
    written = (tmp_path / "mission-1" / "recording.ts").stat().st_mtime_ns
    result = command("demo", "--out", tmp_path, "--json")
    assert result.exit_code == 0, result.output
    assert_is_score(json.loads(result.stdout))
    assert (tmp_path / "mission-1" / "recording.ts").stat().st_mtime_ns == written
    scored = command("score", tmp_path / "mission-1", "--json")
    assert json.loads(scored.stdout) == json.loads(result.stdout)
    text = command("score", tmp_path / "mission-1").stdout
    assert len(text.splitlines()) < 60
    assert max(map(len, text.splitlines())) <= 100


def assert_is_score(score: dict[str, Any]) -> None:
    assert score["found"] + score["missed"] == score["truth_objects"] > 0
    for name in ("false_tracks", "duplicate_tracks"):
        assert isinstance(score[name], int)
        assert 0 <= score[name] <= score["tracks"]
    for name in ("position_error_m", "predicted_error_m"):
        assert 0.0 < score[name]["median"] <= score[name]["p95"]
    assert 0.0 <= score["inside_95_ellipse"] <= 1.0


def run_on_terminal(arguments: list[str]) -> str:
    """Run a command whose standard error is a terminal; return what the terminal shows."""
    owner, terminal = pty.openpty()
    with subprocess.Popen(
        [sys.executable, "-c", "from plainview.cli.main import run; run()", *arguments],
        stdout=subprocess.PIPE,
        stderr=terminal,
        env={**os.environ, "TERM": "xterm", "COLUMNS": "100"},
    ) as process:
        os.close(terminal)
        shown = b""
        try:
            while data := os.read(owner, 4096):
                shown += data
        except OSError:  # the terminal's other end is closed
            pass
        os.close(owner)
        assert process.wait() == 0
    return shown.decode()


def test_progress_is_shown_on_a_terminal_only(drawn_clip: DrawnClip, tmp_path: Path) -> None:
    arguments = ["process", str(drawn_clip.video), "--out", str(tmp_path / "out"), "--json"]
    shown = run_on_terminal(arguments)
    assert "clip.ts" in shown
    assert "frames, " in shown
    result = command("process", drawn_clip.video, "--out", tmp_path / "other", "--no-overlay")
    assert result.stderr == ""


def test_a_stop_inside_compiled_code_is_a_stop(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """The interpreter raises it as a SystemError whose cause is the Ctrl-C."""

    def stopped(*_: object, **__: object) -> None:
        raise SystemError("returned a result with an exception set") from KeyboardInterrupt()

    monkeypatch.setattr(demo, "fly", stopped)
    result = command("demo", "--out", tmp_path)
    assert result.exit_code == 1
    assert "stopped; the same command goes on" in result.stderr
