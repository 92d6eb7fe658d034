"""What `plainview turrets` prints, and that what it prints is a turret again."""

import json
from pathlib import Path

import pytest

from plainview.formats.turret_toml import read_platform, read_turret
from plainview.sensing import platform_names, shipped_platform, shipped_turret, turret_names
from tests.cli.command import command
from tests.sensing.turret_values import TURRET


def test_the_list_names_every_turret_and_platform() -> None:
    result = command("turrets")
    assert result.exit_code == 0
    lines = [line.split() for line in result.stdout.splitlines()]
    assert {line[0] for line in lines} >= {*turret_names(), *platform_names()}


def test_the_list_as_json_is_the_catalogue() -> None:
    found = json.loads(command("turrets", "--json").stdout)
    assert [turret["name"] for turret in found["turrets"]] == list(turret_names())
    assert [platform["name"] for platform in found["platforms"]] == list(platform_names())
    camera = found["turrets"][0]["cameras"][0]
    assert camera["detector"]["sources"]["columns"]
    assert camera["derived"][0]["ifov_rad"] == pytest.approx(1.6e-3 / 4.5)


@pytest.mark.parametrize("name", turret_names())
def test_a_turret_as_toml_is_that_turret_again(name: str, tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(command("turrets", name, "--toml").stdout)
    assert read_turret(path) == shipped_turret(name)
    shown = command("turrets", name).stdout
    assert all(camera.name in shown for camera in shipped_turret(name).cameras)
    assert json.loads(command("turrets", name, "--json").stdout)["name"] == name


def test_a_platform_is_shown_as_its_file(tmp_path: Path) -> None:
    path = tmp_path / "ship.toml"
    path.write_text(command("turrets", "ship").stdout)
    assert read_platform(path) == shipped_platform("ship")
    assert json.loads(command("turrets", "ship", "--json").stdout)["kind"] == "ship"


def test_a_file_of_the_users_own_is_shown_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "mine.toml"
    path.write_text(TURRET)
    result = command("turrets", path)
    assert result.exit_code == 0
    assert "fields with numbers have a source" in result.stdout
    assert "55 mm f/1.2: 7.99 x 6.39 deg" in result.stdout
    path.write_text(TURRET.replace("axes = 4", "axes = 3"))
    result = command("turrets", path)
    assert result.exit_code == 2
    assert "mine.toml, gimbal, axes: is 3. Give 2 or 4." in result.stderr
    assert result.stdout == ""


def test_what_is_no_turret_is_refused() -> None:
    result = command("turrets", "ball-1cm")
    assert result.exit_code == 2
    assert "ball-1cm: is neither a turret of the catalogue nor a file" in result.stderr
    assert command("turrets", "--toml").exit_code == 2
