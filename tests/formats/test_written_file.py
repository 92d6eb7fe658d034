"""Files are there whole or not at all, and an error names the file and what to do."""

import contextlib
import os
from pathlib import Path

import pytest

from plainview.errors import DeviceError, InputError
from plainview.formats.written_file import whole_file, write_given_file


def test_a_file_has_its_name_only_once_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "a.ts"
    path.write_bytes(b"before")
    with whole_file(path) as partial:
        partial.write_bytes(b"after")
        assert path.read_bytes() == b"before"
    assert path.read_bytes() == b"after"
    assert os.listdir(tmp_path) == ["a.ts"]


def test_what_fails_half_way_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "a.ts"
    path.write_bytes(b"before")
    with contextlib.suppress(ValueError), whole_file(path) as partial:
        partial.write_bytes(b"af")
        raise ValueError
    assert path.read_bytes() == b"before"
    assert os.listdir(tmp_path) == ["a.ts"]


def test_no_file_is_made_where_nothing_was_written(tmp_path: Path) -> None:
    with whole_file(tmp_path / "a.ts"):
        pass
    assert os.listdir(tmp_path) == []


def test_a_failing_disk_is_said_with_the_name_that_was_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "a.ts"
    with pytest.raises(DeviceError, match="cannot be written") as caught, whole_file(path) as part:
        part.write_bytes(b"x")
    assert caught.value.where == str(path)
    assert "then run the same command" in caught.value.mend


def test_a_full_disk_is_the_disks_though_a_person_named_the_file() -> None:
    with pytest.raises(DeviceError, match="No space left"):
        write_given_file(Path("/dev/full"), b"x" * 100_000, is_new=False)


@pytest.mark.parametrize("is_new", [True, False])
def test_a_place_where_no_file_can_be_is_the_mistake_of_who_asks(
    is_new: bool, tmp_path: Path
) -> None:
    with pytest.raises(InputError, match="cannot be written"):
        write_given_file(tmp_path / "none" / "a.svg", b"x", is_new=is_new)


def test_a_file_that_is_there_is_written_over_only_where_that_is_meant(tmp_path: Path) -> None:
    path = tmp_path / "a.svg"
    write_given_file(path, b"one", is_new=True)
    write_given_file(path, b"two", is_new=False)
    with pytest.raises(InputError, match="is there already"):
        write_given_file(path, b"three", is_new=True)
    assert path.read_bytes() == b"two"
