"""``plainview calibrate`` and ``process --calibration`` on a clip with known biases."""

import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow.parquet as pq
import pytest

from bench.drawn_scene.drawn_clip import DrawnClip
from tests.cli.command import command
from tests.mission.biased_clips import BiasedClip, make_biased_clip

Array = npt.NDArray[np.float64]


@pytest.fixture(scope="module")
def biased(tmp_path_factory: pytest.TempPathFactory) -> BiasedClip:
    return make_biased_clip(tmp_path_factory.mktemp("biased"), seed=3)


@pytest.fixture(scope="module")
def calibration(biased: BiasedClip, tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("calibration") / "turret.toml"
    result = command(
        "calibrate",
        biased.clip.video,
        "--points",
        biased.picks,
        "--settings",
        biased.clip.settings,
        "--out",
        out,
    )
    assert result.exit_code == 0, result.stderr
    assert "nothing was applied" in result.stdout
    return out


def truths(biased: BiasedClip) -> dict[str, float]:
    """Return the biases that were put in, by the names of a calibration."""
    error = biased.error
    return {
        "boresight_azimuth_deg": error.relative_azimuth_deg + error.platform_heading_deg,
        "boresight_elevation_deg": error.relative_elevation_deg,
        "boresight_roll_deg": error.relative_roll_deg,
        "focal_length_ratio": 1.0 + error.field_of_view_ratio,
        "lag_s": -error.time_s,
    }


def test_known_points_give_back_the_biases_that_were_put_in(
    biased: BiasedClip, calibration: Path
) -> None:
    found = tomllib.loads(calibration.read_text())
    for name, true in truths(biased).items():
        value = found[name]["value"]
        if name == "boresight_azimuth_deg":
            value += found["heading_bias_deg"]["value"]
        assert abs(value - true) < 3.5 * found[name]["sigma"], name
    sigmas = {name: found[name]["sigma"] for name in truths(biased)}
    assert sigmas["boresight_azimuth_deg"] < 0.05
    assert sigmas["boresight_elevation_deg"] < 0.1
    assert sigmas["focal_length_ratio"] < 0.003
    assert sigmas["lag_s"] < 0.01
    assert found["heading_bias_deg"]["tied_to"] == "boresight_azimuth_deg"
    assert found["lag_s"]["date"].isoformat() == "2026-03-14"
    assert found["residual"]["after_px"] < 0.2 * found["residual"]["before_px"]
    assert found["made"]["footage"][0]["name"] == "clip.ts"
    assert len(found["made"]["footage"][0]["sha256"]) == 64


def test_the_footages_own_motion_gives_lag_and_focal_length(
    biased: BiasedClip, tmp_path: Path
) -> None:
    out = tmp_path / "own.toml"
    result = command(
        "calibrate",
        biased.clip.video,
        "--own-motion",
        "--settings",
        biased.clip.settings,
        "--out",
        out,
        "--json",
    )
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    true = truths(biased)
    for name in ("lag_s", "focal_length_ratio"):
        part = document["biases"][name]
        assert abs(part["value"] - true[name]) < 3.5 * part["sigma"], name
    assert document["biases"]["lag_s"]["sigma"] < 0.05
    assert set(document["biases"]) <= {"lag_s", "focal_length_ratio", "boresight_roll_deg"}
    assert "not taken from looks of this kind" in document["not_determined"]["heading_bias_deg"]
    assert document["made"]["method"] == "own motion"


@pytest.fixture(scope="module")
def missions(
    biased: BiasedClip, calibration: Path, tmp_path_factory: pytest.TempPathFactory
) -> dict[str, Path]:
    """Return the clip processed without and with the calibration."""
    folder = tmp_path_factory.mktemp("missions")
    options: list[object] = ["--settings", biased.clip.settings, "--no-overlay"]
    for name, more in (("as_sent", []), ("calibrated", ["--calibration", calibration])):
        result = command(
            "process", biased.clip.video, "--out", folder / name, *options, *more, "--json"
        )
        assert result.exit_code == 0, result.stderr
    return {name: folder / name for name in ("as_sent", "calibrated")}


def line_of_sight_error_deg(folder: Path, biased: BiasedClip) -> Array:
    """Return by how much each frame's line of sight is off the true one."""
    columns = ["camera_heading_deg", "camera_elevation_deg"]
    tables = [
        pq.read_table(path, columns=columns)
        for path in (folder / "frames.parquet", biased.clip.truth_frames)
    ]
    found, true = (
        np.column_stack([table[name].to_numpy() for name in columns]) for table in tables
    )
    n_rows = min(len(found), len(true))
    off = found[:n_rows] - true[:n_rows]
    off[:, 0] = (off[:, 0] + 180.0) % 360.0 - 180.0
    off[:, 0] *= np.cos(np.radians(true[:n_rows, 1]))
    angle: Array = np.hypot(off[:, 0], off[:, 1])
    return angle


def test_a_calibration_that_is_applied_brings_the_line_of_sight_near_the_true_one(
    biased: BiasedClip, missions: dict[str, Path]
) -> None:
    before = np.nanmedian(line_of_sight_error_deg(missions["as_sent"], biased))
    after = np.nanmedian(line_of_sight_error_deg(missions["calibrated"], biased))
    assert before > 0.4
    assert after < 0.1
    fields = pq.read_table(missions["calibrated"] / "frames.parquet")["horizontal_fov_deg"]
    assert np.nanmedian(fields.to_numpy()) == pytest.approx(11.0, rel=0.003)


def test_another_field_of_view_than_that_of_the_calibration_is_said(
    biased: BiasedClip, calibration: Path, tmp_path: Path
) -> None:
    text = calibration.read_text()
    field_deg = tomllib.loads(text)["field_of_view"]["horizontal_deg"]
    assert field_deg == pytest.approx(11.0, rel=0.2)
    wider = tmp_path / "wide.toml"
    wider.write_text(text.replace(f"horizontal_deg = {field_deg}", "horizontal_deg = 33.0"))
    result = command(
        *("process", biased.clip.video, "--out", tmp_path / "mission", "--no-overlay"),
        *("--calibration", wider, "--end", 1.0, "--json"),
    )
    summary = json.loads(result.stdout)
    assert "calibration_other_field" in {each["code"] for each in summary["warnings"]}
    kept = summary["settings"]["calibration"]
    assert kept["field_of_view"] == {"horizontal_deg": 33.0}
    fields = pq.read_table(tmp_path / "mission" / "frames.parquet")["horizontal_fov_deg"]
    assert np.nanmedian(fields.to_numpy()) == pytest.approx(field_deg, rel=0.001)


def test_a_mission_says_which_calibration_was_applied_and_that_its_errors_are_estimated(
    calibration: Path, missions: dict[str, Path]
) -> None:
    summary: dict[str, Any] = json.loads((missions["calibrated"] / "mission.json").read_text())
    kept = summary["settings"]["calibration"]
    assert kept["name"] == calibration.name
    written = tomllib.loads(calibration.read_text())
    assert kept["biases"]["lag_s"]["value"] == written["lag_s"]["value"]
    assert kept["made"]["footage"] == written["made"]["footage"]
    tracks = pq.read_table(missions["calibrated"] / "tracks.parquet")
    assert set(tracks["uncertainty_basis"].drop_null().to_pylist()) == {"estimated"}
    as_sent = json.loads((missions["as_sent"] / "mission.json").read_text())
    assert "calibration" not in as_sent["settings"]


def test_a_folder_made_without_a_calibration_is_another_mission(
    biased: BiasedClip, calibration: Path, missions: dict[str, Path]
) -> None:
    result = command(
        "process",
        biased.clip.video,
        "--out",
        missions["as_sent"],
        "--settings",
        biased.clip.settings,
        "--no-overlay",
        "--calibration",
        calibration,
    )
    assert result.exit_code == 2
    assert "other settings" in result.stderr


def test_picks_may_name_points_of_a_survey(biased: BiasedClip, tmp_path: Path) -> None:
    out = tmp_path / "named.toml"
    result = command(
        "calibrate",
        biased.clip.video,
        "--points",
        biased.named_picks,
        "--survey",
        biased.survey,
        "--settings",
        biased.clip.settings,
        "--out",
        out,
        "--json",
    )
    assert result.exit_code == 0, result.stderr
    document = json.loads(result.stdout)
    assert document["made"]["n_things"] == 6
    true = truths(biased)["lag_s"]
    assert document["biases"]["lag_s"]["value"] == pytest.approx(true, abs=0.02)


def test_too_few_looks_end_with_1(biased: BiasedClip, tmp_path: Path) -> None:
    picks = tmp_path / "few.csv"
    head, *rows = biased.picks.read_text().splitlines()
    one = next(row for row in rows if row.startswith("40,"))
    picks.write_text(f"{head}\n{one}\n")
    result = command(
        "calibrate", biased.clip.video, "--points", picks, "--out", tmp_path / "few.toml"
    )
    assert result.exit_code == 1
    assert "gives 1 looks, and 5 are needed" in result.stderr
    assert "docs/field-trial.md" in result.stderr
    assert not (tmp_path / "few.toml").exists()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ([], "must be given one and not the other"),
        (["--points", "PICKS", "--own-motion"], "must be given one and not the other"),
        (["--points", "no.csv"], "no.csv: cannot be read"),
        (["--own-motion", "--settings", "no.toml"], "no.toml: cannot be read"),
    ],
)
def test_what_cannot_be_used_ends_with_2(
    tiny_clip: DrawnClip, tmp_path: Path, arguments: list[str], said: str
) -> None:
    result = command("calibrate", tiny_clip.video, *arguments, "--out", tmp_path / "x.toml")
    assert result.exit_code == 2
    assert said in result.stderr
    assert result.stdout == ""


def test_a_pick_outside_the_video_or_the_picture_is_refused_with_its_line(
    tiny_clip: DrawnClip, tmp_path: Path
) -> None:
    place = "48.42,-5.21,50,WGS84 ellipsoid,0.1"
    head = "frame,video_time_s,x_px,y_px,latitude_deg,longitude_deg,height_m,height_datum,sigma_m"
    for row, said in (
        (f"99,,10,10,{place}", "line 2: names frame 99"),
        (f",60,10,10,{place}", "line 2: names 60 s"),
        (f"1,,500,10,{place}", "line 2: lies at 500, 10, outside the picture"),
    ):
        picks = tmp_path / "picks.csv"
        picks.write_text(f"{head}\n{row}\n")
        result = command(
            "calibrate", tiny_clip.video, "--points", picks, "--out", tmp_path / "x.toml"
        )
        assert result.exit_code == 2
        assert said in result.stderr


def test_a_calibration_is_not_written_over_and_a_bad_one_is_refused(
    tiny_clip: DrawnClip, tmp_path: Path
) -> None:
    path = tmp_path / "turret.toml"
    path.write_text("schema_version = 1\n[roll]\nvalue = 1\nsigma = 1\n")
    result = command("calibrate", tiny_clip.video, "--own-motion", "--out", path)
    assert result.exit_code == 2
    assert "is there already" in result.stderr
    result = command("process", tiny_clip.video, "--out", tmp_path / "m", "--calibration", path)
    assert result.exit_code == 2
    assert f"{path}, roll: is not one of schema_version, boresight_azimuth_deg" in result.stderr


def test_help_shows_an_example() -> None:
    result = command("calibrate", "--help")
    assert result.exit_code == 0
    assert "Example: plainview calibrate trial.ts --points picks.csv --out turret.toml" in (
        result.stdout
    )
