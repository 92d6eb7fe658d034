"""A user's own turret, from its file."""

from pathlib import Path

import pytest

from plainview.errors import InputError
from plainview.formats.turret_toml import read_given_turret, read_platform, read_turret
from plainview.sensing import platform_names, shipped_platform, shipped_turret, turret_names
from tests.sensing.turret_values import PLATFORM, TURRET


def written(folder: Path, text: str, *, name: str = "own.toml") -> Path:
    path = folder / name
    path.write_text(text)
    return path


def test_a_turret_of_the_users_own_is_read_from_one_file(tmp_path: Path) -> None:
    turret = read_turret(written(tmp_path, TURRET))
    assert turret.name == "test ball"
    assert [camera.name for camera in turret.cameras] == ["day", "thermal"]
    assert read_platform(written(tmp_path, PLATFORM, name="p.toml")).kind == "ship"


def test_the_files_of_the_catalogue_are_read_as_a_users_own_are() -> None:
    from importlib import resources

    folder = resources.files("plainview.sensing").joinpath("catalogue")
    for name in turret_names():
        with resources.as_file(folder.joinpath("turrets", f"{name}.toml")) as path:
            assert read_turret(path) == shipped_turret(name)
    for name in platform_names():
        with resources.as_file(folder.joinpath("platforms", f"{name}.toml")) as path:
            assert read_platform(path) == shipped_platform(name)


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("mass_kg = 5.0\n", "", r"own.toml, mass_kg: is missing. Give it from 0.01 to 1000"),
        ("mass_kg = 5.0", "mass_kg = nan", r"own.toml, mass_kg: is nan, out of range"),
        ("mass_kg = 5.0", "mass_g = 5000.0", r"own.toml, mass_g: is not a field"),
        ("netd_k = 0.05", "netd_k = -0.05", r"cameras 2, thermal, netd_k: is -0.05, out of"),
        ("mass_kg = 5.0", "mass_kg = ", r"own.toml: is not TOML"),
        ("[gimbal]", "[[gimbal]]", r"own.toml, gimbal: is not a table of fields"),
    ],
)
def test_a_bad_file_is_refused_with_its_name_the_field_and_the_reason(
    tmp_path: Path, old: str, new: str, said: str
) -> None:
    assert old in TURRET
    with pytest.raises(InputError, match=said):
        read_turret(written(tmp_path, TURRET.replace(old, new)))


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="cannot be read as text"):
        read_turret(tmp_path / "none.toml")
    (tmp_path / "bytes.toml").write_bytes(b"\xff\xfe\x00")
    with pytest.raises(InputError, match="cannot be read as text"):
        read_turret(tmp_path / "bytes.toml")


def test_a_turret_is_given_by_name_or_by_file(tmp_path: Path) -> None:
    assert read_given_turret("ball-25cm").spec is shipped_turret("ball-25cm")
    own = read_given_turret(str(written(tmp_path, TURRET)))
    assert own.describe() == {"name": "test ball", "file": "own.toml"}
    with pytest.raises(InputError, match=r"neither a turret of the catalogue nor a file. Choose b"):
        read_given_turret("ball-26cm")
    with pytest.raises(InputError, match="cannot be read"):
        read_given_turret(str(tmp_path / "none.toml"))
