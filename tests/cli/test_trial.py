"""``plainview trial`` on a clip with known biases: from picks, from missions, and refused."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from tests.cli.command import command
from tests.mission.biased_clips import BiasedClip, make_biased_clip


@pytest.fixture(scope="module")
def biased(tmp_path_factory: pytest.TempPathFactory) -> BiasedClip:
    return make_biased_clip(tmp_path_factory.mktemp("biased"), seed=3)


@pytest.fixture(scope="module")
def trial(biased: BiasedClip, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("trial") / "trial"
    result = command(
        "trial",
        biased.survey,
        biased.clip.video,
        "--picks",
        biased.named_picks,
        "--settings",
        biased.clip.settings,
        "--out",
        out,
    )
    assert result.exit_code == 0, result.stderr
    assert "6 of 6 surveyed points were seen" in result.stdout
    return out


def document(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "trial.json").read_text())
    return found


def test_ce90_falls_with_a_calibration_that_other_passes_gave(trial: Path) -> None:
    found = document(trial)
    as_sent, calibrated = found["as_sent"]["all"], found["calibrated"]["all"]
    assert as_sent["ce90_m"] > 20.0
    assert calibrated["ce90_m"] < 0.15 * as_sent["ce90_m"]
    assert as_sent["ce90_low_m"] < as_sent["ce90_m"] < as_sent["ce90_high_m"]
    assert calibrated["inside_95_ellipse"] > 0.9
    assert calibrated["n_passes"] >= 6
    bins = found["as_sent"]["bins"]
    assert sum(row["n_looks"] for row in bins) == as_sent["n_looks"]
    assert all(row["range_m"][0] < row["range_m"][1] for row in bins)


def test_the_calibration_is_one_that_process_takes(
    biased: BiasedClip, trial: Path, tmp_path: Path
) -> None:
    settings = ["--settings", biased.clip.settings, "--no-overlay"]
    mission = tmp_path / "calibrated"
    result = command(
        "process",
        biased.clip.video,
        "--out",
        mission,
        "--calibration",
        trial / "calibration.toml",
        *settings,
    )
    assert result.exit_code == 0, result.stderr
    result = command("trial", biased.survey, mission, "--out", tmp_path / "proof", "--json")
    assert result.exit_code == 0, result.stderr
    proof = json.loads(result.stdout)
    assert proof["as_sent"]["all"]["ce90_m"] < 5.0
    assert proof["calibration"] is None
    assert "this flight tests that one" in proof["no_calibration_because"]
    assert proof["applied_calibration"]["name"] == "calibration.toml"
    assert not (tmp_path / "proof" / "calibration.toml").exists()
    assert "As processed" in (tmp_path / "proof" / "report.html").read_text()


def test_a_mission_folder_serves_without_picks(biased: BiasedClip, tmp_path: Path) -> None:
    mission = tmp_path / "mission"
    options = ["--settings", biased.clip.settings, "--no-overlay"]
    assert command("process", biased.clip.video, "--out", mission, *options).exit_code == 0
    result = command("trial", biased.survey, mission, "--out", tmp_path / "trial")
    assert result.exit_code == 0, result.stderr
    found = document(tmp_path / "trial")
    assert found["as_sent"]["all"]["ce90_m"] > 20.0
    assert 0 < sum(point["is_seen"] for point in found["points"]) <= 6


def test_the_report_needs_nothing_else_and_says_that_it_is_simulated(trial: Path) -> None:
    page = (trial / "report.html").read_text()
    assert "SIMULATED" in page
    assert not re.search(r"(?:src|href)=|https?://|url\(", page)
    found = document(trial)
    assert found["inputs"][0]["sha256"] in page
    for heading in ("As sent", "Calibrated", "Calibration", "Surveyed points"):
        assert heading in page


def test_footage_without_picks_is_refused(biased: BiasedClip, tmp_path: Path) -> None:
    result = command("trial", biased.survey, biased.clip.video, "--out", tmp_path / "x")
    assert result.exit_code == 2
    assert "--picks: is missing" in result.stderr
    assert not (tmp_path / "x").exists()


def test_a_folder_that_is_not_empty_is_left_alone(
    biased: BiasedClip, trial: Path, tmp_path: Path
) -> None:
    arguments = ["trial", biased.survey, biased.clip.video, "--picks", biased.named_picks]
    result = command(*arguments, "--out", trial)
    assert result.exit_code == 2
    assert "is not an empty folder" in result.stderr


def test_a_survey_of_another_place_is_refused(biased: BiasedClip, tmp_path: Path) -> None:
    mission = tmp_path / "mission"
    options = ["--settings", biased.clip.settings, "--no-overlay"]
    assert command("process", biased.clip.video, "--out", mission, *options).exit_code == 0
    survey = tmp_path / "elsewhere.csv"
    survey.write_text(biased.survey.read_text().replace("48.4", "47.4"))
    result = command("trial", survey, mission, "--out", tmp_path / "trial")
    assert result.exit_code == 2
    assert "none of them stands on a surveyed point" in result.stderr


@pytest.mark.parametrize(
    ("survey", "said"), [("no.csv", "cannot be read"), ("bad.csv", "lacks the column")]
)
def test_a_survey_that_cannot_be_read_is_refused(
    biased: BiasedClip, tmp_path: Path, survey: str, said: str
) -> None:
    (tmp_path / "bad.csv").write_text("name\nnorth\n")
    result = command("trial", tmp_path / survey, biased.clip.video, "--out", tmp_path / "x")
    assert result.exit_code == 2
    assert said in result.stderr
