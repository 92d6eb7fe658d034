import tomllib
from pathlib import Path
from typing import Any

import pytest

from plainview.errors import InputError
from plainview.formats.settings_toml import read_settings
from plainview.formats.settings_writer import settings_text, write_settings

TABLES: dict[str, dict[str, Any]] = {
    "metadata": {"lag_s": 0.25, "lag_sigma_s": 0.01},
    "overlay": {"layout": 'a "quoted" \\ name\n'},
}


def test_what_is_written_is_read_back() -> None:
    assert tomllib.loads(settings_text(TABLES, remarks=["Why:\nbecause", "x"])) == TABLES


def test_a_settings_file_is_taken_by_the_reader_of_settings(tmp_path: Path) -> None:
    path = tmp_path / "fix.toml"
    write_settings(path, {"metadata": TABLES["metadata"]}, remarks=["one remark"])
    assert read_settings(path).values == {"metadata": TABLES["metadata"]}
    assert path.read_text().startswith("# one remark\n")


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "fix.toml"
    path.write_text("mine")
    with pytest.raises(InputError, match="there already"):
        write_settings(path, TABLES)
    assert path.read_text() == "mine"


def test_a_folder_that_is_not_there_is_an_error_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_settings(tmp_path / "none" / "fix.toml", TABLES)
