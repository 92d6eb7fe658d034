"""Calibration files: written, read back, and refused by name and reason."""

from pathlib import Path

import pytest

from plainview.errors import InputError
from plainview.formats.calibration_toml import (
    CalibrationFile,
    read_calibration,
    toml_from_calibration,
    write_calibration,
)
from plainview.geo import CalibratedPart, Calibration

CONTENT = CalibrationFile(
    calibration=Calibration(
        parts={
            "boresight_azimuth_deg": CalibratedPart(value=0.4321, sigma=0.02, date="2026-03-14"),
            "heading_bias_deg": CalibratedPart(
                value=0.0, sigma=0.0, tied_to="boresight_azimuth_deg"
            ),
            "lag_s": CalibratedPart(value=-0.08, sigma=0.004),
        },
        horizontal_fov_deg=11.0,
    ),
    made={"footage": [{"name": 'a "b".ts', "sha256": "00ff"}], "n_looks": 12, "is_fine": True},
    residual={"before_px": 20.25, "after_px": 1.5},
    not_determined={"boresight_roll_deg": "not seen by these looks"},
    name="turret.toml",
)


def test_a_calibration_is_read_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "turret.toml"
    write_calibration(path, CONTENT)
    found = read_calibration(path)
    assert found == CONTENT
    assert found.calibration.bias.lag_s == -0.08
    assert found.calibration.lag == CONTENT.calibration.parts["lag_s"]
    assert found.describe()["biases"]["boresight_azimuth_deg"]["sigma"] == 0.02


def test_a_file_that_is_there_is_not_written_over(tmp_path: Path) -> None:
    path = tmp_path / "turret.toml"
    path.write_text("mine")
    with pytest.raises(InputError, match="is there already"):
        write_calibration(path, CONTENT)
    assert path.read_text() == "mine"
    with pytest.raises(InputError, match="cannot be written"):
        write_calibration(tmp_path / "no" / "turret.toml", CONTENT)


def test_a_person_can_write_one_with_two_fields(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text("schema_version = 1\n[boresight_roll_deg]\nvalue = 1.5\nsigma = 0.1\n")
    part = read_calibration(path).calibration.parts["boresight_roll_deg"]
    assert part == CalibratedPart(value=1.5, sigma=0.1)


@pytest.mark.parametrize(
    ("text", "place", "what"),
    [
        ("[lag_s]\nvalue = 1\nsigma = 1\n", "schema_version", "is None, not 1"),
        ("schema_version = 1\n", "file", "names no bias"),
        ("schema_version = 1\n[boresite]\nvalue = 1\n", "boresite", "is not one of"),
        ("schema_version = 1\nlag_s = 2\n", "lag_s", "is not a table"),
        ("schema_version = 1\n[lag_s]\nvalue = 1\n", "lag_s.sigma", "is None, not a number"),
        ("schema_version = 1\n[lag_s]\nvalue = nan\nsigma = 1\n", "lag_s.value", "not a number"),
        ("schema_version = 1\n[lag_s]\nvalue = true\nsigma = 1\n", "lag_s.value", "not a number"),
        ("schema_version = 1\n[lag_s]\nvalue = 1\nsigma = -1\n", "lag_s.sigma", "from 0 up"),
        ("schema_version = 1\n[lag_s]\nvalue = 1\nsigma = 1\nunit = 's'\n", "lag_s.unit", "one of"),
        ("schema_version = 1\n[lag_s]\nvalue = 99\nsigma = 1\n", "lag_s.value", "too large"),
        (
            "schema_version = 1\n[focal_length_ratio]\nvalue = 0.1\nsigma = 1\n",
            "focal_length_ratio.value",
            "too large",
        ),
        (
            "schema_version = 1\n[boresight_roll_deg]\nvalue = 90\nsigma = 1\n",
            "boresight_roll_deg.value",
            "too large",
        ),
        (
            "schema_version = 1\n[lag_s]\nvalue = 1\nsigma = 1\ntied_to = 'x'\n",
            "lag_s.tied_to",
            "is no bias",
        ),
        (
            "schema_version = 1\n[field_of_view]\nhorizontal_deg = 190\n",
            "field_of_view.horizontal_deg",
            "not between 0 and 180",
        ),
        ("schema_version = 1\nfield_of_view = 11\n", "field_of_view", "`horizontal_deg` alone"),
        ("schema_version = 1\nmade = 3\n[lag_s]\nvalue = 1\nsigma = 1\n", "made", "not a table"),
    ],
)
def test_what_cannot_be_used_is_refused_with_its_place(
    tmp_path: Path, text: str, place: str, what: str
) -> None:
    path = tmp_path / "turret.toml"
    path.write_text(text)
    with pytest.raises(InputError, match=what) as caught:
        read_calibration(path)
    assert caught.value.where == f"{path}, {place}"
    assert "docs/reference/calibration.md" in caught.value.mend


def test_a_file_that_is_not_there_or_not_toml_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read"):
        read_calibration(tmp_path / "no.toml")
    path = tmp_path / "bad.toml"
    path.write_text("value = = 1")
    with pytest.raises(InputError, match="is not TOML"):
        read_calibration(path)


def test_the_text_says_what_it_is_for() -> None:
    assert toml_from_calibration(CONTENT).startswith("# A calibration for `plainview process")
