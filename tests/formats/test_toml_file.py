"""TOML files: written only where none is, and read back as they were meant."""

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.errors import DeviceError, InputError
from plainview.formats.toml_file import read_toml, toml_value, write_new_toml

LEAVES = (
    st.booleans()
    | st.integers(-(2**53), 2**53)
    | st.floats(allow_nan=False)
    | st.text(st.characters(exclude_categories=["Cs"]))
)
NAMES = st.from_regex(r"\A[a-z_]+\Z")
VALUES = st.recursive(
    LEAVES, lambda each: st.lists(each, max_size=3) | st.dictionaries(NAMES, each, max_size=3)
)


@given(VALUES)
def test_any_value_is_read_back_as_it_was(value: Any) -> None:
    assert tomllib.loads(f"value = {toml_value(value)}\n")["value"] == value


def test_numbers_are_rounded_where_that_is_asked() -> None:
    assert toml_value({"a": [1.23456789, 2]}, n_digits=3) == "{ a = [1.23, 2] }"
    with pytest.raises(TypeError, match="cannot stand"):
        toml_value(None)


def test_a_file_is_written_once(tmp_path: Path) -> None:
    path = tmp_path / "a.toml"
    write_new_toml(path, "a = 1\n")
    assert read_toml(path, page="docs/x.md") == {"a": 1}
    with pytest.raises(InputError, match="is there already"):
        write_new_toml(path, "a = 2\n")
    assert path.read_text() == "a = 1\n"


def test_a_folder_that_is_not_there_is_the_mistake_of_who_asks(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be written") as caught:
        write_new_toml(tmp_path / "none" / "a.toml", "a = 1\n")
    assert caught.value.exit_code == 2


def test_a_full_disk_is_the_disks_and_leaves_no_half_of_a_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "a.toml"
    make = Path.open

    def full(self: Path, mode: str, **options: Any) -> Any:
        make(self, mode, **options).close()
        return os.fdopen(os.open("/dev/full", os.O_WRONLY), "wb")

    monkeypatch.setattr(Path, "open", full)
    with pytest.raises(DeviceError, match="No space left") as caught:
        write_new_toml(path, "a = 1\n")
    assert caught.value.exit_code == 1
    assert not path.exists()
