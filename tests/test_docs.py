"""The documents: every command, option, setting and error has its place; links lead somewhere."""

import dataclasses
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import typer

import plainview
from plainview import errors
from plainview.cli.main import app
from plainview.formats import settings_toml
from plainview.geo import NotLocated
from plainview.model import ViewSigma

ROOT = Path(__file__).parents[1]
REFERENCE = ROOT / "docs" / "reference"
PAGES = sorted([*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")])


def group() -> Any:
    return typer.main.get_command(app)


def test_every_command_and_option_is_described() -> None:
    page = (REFERENCE / "commands.md").read_text()
    for name, command in group().commands.items():
        section = page.split(f"## `plainview {name}", 1)
        assert len(section) == 2, f"`plainview {name}` has no section"
        text = section[1].split("\n## ", 1)[0]
        for parameter in command.params:
            for option in parameter.opts:
                if option.startswith("--") and option != "--help":
                    assert f"`{option}" in text, f"{name} {option} is not described"


def test_every_command_has_an_example_in_its_help() -> None:
    for name, command in group().commands.items():
        assert f"Example: plainview {name} " in command.help
        for parameter in command.params:
            assert parameter.opts[0] == "--help" or getattr(parameter, "help", None), parameter.name


def test_the_page_describes_no_option_that_is_not_there() -> None:
    page = (REFERENCE / "commands.md").read_text()
    known = {option for c in group().commands.values() for p in c.params for option in p.opts}
    known |= {"--help", "--version"}
    assert set(re.findall(r"`(--[a-z-]+)", page)) <= known


def test_every_setting_is_described() -> None:
    page = (REFERENCE / "settings.md").read_text()
    assert page
    source = Path(settings_toml.__file__).read_text()
    names = {field.name for field in dataclasses.fields(settings_toml.RunSettings)}
    names = {name for name in names if f'"{name}"' in source} - {"values"}
    names |= {field.name for field in dataclasses.fields(ViewSigma)} - {"basis", "correlations"}
    assert len(names) > 5
    assert {name for name in names if f"`{name}" not in page and f"`[{name}]" not in page} == set()


def test_every_error_is_described_with_its_exit_code() -> None:
    page = (REFERENCE / "errors.md").read_text()
    for name in errors.__all__:
        exit_code = getattr(errors, name).exit_code
        assert re.search(rf"\| `{name}` \|.*\| {exit_code} \|", page), name


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_links_to_what_is_there_and_names_no_machine(page: Path) -> None:
    text = page.read_text()
    prose = re.sub(r"```.*?```", "", text, flags=re.DOTALL)
    for target in re.findall(r"\]\(([^)#\s]+)[^)]*\)", prose):
        if not re.match(r"[a-z]+:", target):
            assert (page.parent / target).exists(), target
    assert not re.search(r"(?<![\w.])/(home|root|work|tmp|Users)/", text)


def test_every_page_can_be_reached_from_the_readme() -> None:
    seen: set[Path] = set()
    waiting = [ROOT / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in seen or page.suffix != ".md" or not page.exists():
            continue
        seen.add(page)
        targets = re.findall(r"\]\(([^)#\s]+\.md)", page.read_text())
        waiting += [page.parent / target for target in targets if "://" not in target]
    unreached = {str(page.relative_to(ROOT)) for page in PAGES} - {
        str(page.relative_to(ROOT)) for page in seen
    }
    assert unreached == set()


def test_the_paths_that_the_pages_name_exist() -> None:
    for page in (ROOT / "ARCHITECTURE.md", ROOT / "CONTRIBUTING.md", ROOT / "NOTICE", *PAGES):
        text = re.sub(r"```.*?```", "", page.read_text(), flags=re.DOTALL)
        named = set(re.findall(r"(?:src|tests|docs|scripts|bench)/[\w./-]*\w", text))
        homes = (ROOT, ROOT / "docs", page.parent)
        missing = {name for name in named if not any((home / name).exists() for home in homes)}
        assert missing == set(), page.name


def test_the_rooms_of_the_architecture_are_those_of_the_package_and_of_the_contract() -> None:
    rows = re.findall(r"^\| (\d) \| (.*?) \|", (ROOT / "ARCHITECTURE.md").read_text(), re.MULTILINE)
    floors = [re.findall(r"`(\w+)`", rooms) for _, rooms in rows]
    assert [int(floor) for floor, _ in rows] == sorted((int(f) for f, _ in rows), reverse=True)
    package = Path(plainview.__file__).parent
    there = {path.stem for path in package.iterdir() if path.is_dir() or path.suffix == ".py"}
    assert {room for rooms in floors for room in rooms} == there - {"__init__", "__pycache__"}
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    (layers,) = (c["layers"] for c in contracts["contracts"] if c["type"] == "layers")
    held = [re.findall(r"plainview\.(\w+)", layer) for layer in layers]
    lowest = floors[-1]
    assert held == [*floors[:-1], lowest[:1], lowest[1:]]


def test_the_commands_of_the_readme_exist() -> None:
    text = (ROOT / "README.md").read_text()
    blocks = "\n".join(re.findall(r"```\n(.*?)```", text, flags=re.DOTALL))
    targets = set(re.findall(r"^make (\w+)", blocks, flags=re.MULTILINE))
    makefile = (ROOT / "Makefile").read_text()
    assert {"demo", "test"} <= targets
    assert {name for name in targets if f"\n{name}:" not in makefile} == set()
    called = re.findall(r"plainview (\w+)((?: [^\n]*)?)$", blocks, flags=re.MULTILINE)
    for name, rest in called:
        assert name in group().commands
        options = {option for p in group().commands[name].params for option in p.opts}
        assert set(re.findall(r"--[a-z-]+", rest)) <= options


def test_every_reason_why_a_thing_has_no_place_is_described() -> None:
    page = (REFERENCE / "location-reasons.md").read_text()
    described = set(re.findall(r"^\| `([a-z_]+)` \|", page, re.MULTILINE))
    assert described == {str(reason) for reason in NotLocated}
