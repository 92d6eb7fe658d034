"""Scenarios of the twin: TOML files, shipped or a user's own, with their turret and platform."""

from importlib import resources
from pathlib import Path

from plainview.errors import GeometryError, InputError
from plainview.formats.terrain_raster import read_terrain
from plainview.formats.toml_file import read_toml
from plainview.formats.turret_toml import read_given_turret, read_platform
from plainview.geo import Terrain, VerticalDatum
from plainview.sensing import (
    PlatformSpec,
    TurretSpec,
    platform_names,
    shipped_platform,
    shipped_turret,
    turret_names,
)
from plainview.twin.flight_scenario import FlightScenario, script_from_mapping
from plainview.twin.scenario_script import ScenarioScript

__all__ = [
    "describe_scenarios",
    "read_scenario_file",
    "scenario_files",
    "scenario_names",
    "scenario_path",
    "terrain_path",
]

_PAGE = "docs/reference/scenarios.md"


def scenario_names() -> tuple[str, ...]:
    """Return the names of the scenarios that ship, in alphabetical order."""
    return tuple(sorted(path.stem for path in _shipped_folder().glob("*.toml")))


def describe_scenarios() -> tuple[tuple[str, str], ...]:
    """Return name and description of each scenario that ships."""
    return tuple(
        (name, str(read_toml(scenario_path(name), page=_PAGE).get("description", "")))
        for name in scenario_names()
    )


def _shipped_folder() -> Path:
    return Path(str(resources.files("plainview.twin"))) / "scenarios"


def scenario_path(name_or_file: str) -> Path:
    """Return the file of a scenario that ships, or of a user's own.

    Raises:
        InputError: There is neither such a scenario nor such a file.
    """
    if name_or_file in scenario_names():
        return _shipped_folder() / f"{name_or_file}.toml"
    path = Path(name_or_file)
    if path.suffix != ".toml" and not path.exists():
        raise InputError(
            where=f"scenario {name_or_file}",
            what="is not known, and is no file.",
            mend=f"Give the path of a TOML file, or one of {', '.join(scenario_names())}.",
        )
    return path


def read_scenario_file(path: Path) -> FlightScenario:
    """Read a scenario with the turret and the platform that it names.

    They are names of the catalogue, or files beside the scenario.

    Raises:
        InputError: A file cannot be read or is not TOML, or says something that cannot be; it
            names the field and the reason.
    """
    script = script_from_mapping(read_toml(path, page=_PAGE), where=str(path))
    return FlightScenario.of(
        script,
        turret=_turret(script.turret, path),
        platform=_platform(script.platform, path),
        where=str(path),
        terrain=_terrain(script, path),
    )


def terrain_path(path: Path, script: ScenarioScript) -> Path | None:
    """Return the height model that a scenario names, beside it; None where it names none."""
    land = script.land
    return path.parent / land.terrain if land is not None and land.terrain else None


def scenario_files(path: Path, script: ScenarioScript) -> tuple[tuple[str, Path], ...]:
    """Return the turret and the platform that a scenario names as files beside it, by their use."""
    named = (
        ("turret", script.turret, turret_names()),
        ("platform", script.platform, platform_names()),
    )
    return tuple((use, path.parent / name) for use, name, shipped in named if name not in shipped)


def _terrain(script: ScenarioScript, path: Path) -> Terrain | None:
    """Read the height model that a scenario names; None where it names none."""
    file, land = terrain_path(path, script), script.land
    if file is None or land is None:
        return None
    try:
        return read_terrain(
            file,
            vertical_datum=VerticalDatum(land.vertical_datum) if land.vertical_datum else None,
            sigma_m=land.sigma_m,
        )
    except (InputError, GeometryError) as error:
        raise type(error)(
            where=f"{path}, land, terrain",
            what=f"({file.name}) {error.what}",
            mend=f"{error.mend} A scenario names the datum as vertical_datum beside it."
            if isinstance(error, GeometryError)
            else error.mend,
        ) from error


def _turret(name: str, path: Path) -> TurretSpec:
    if name in turret_names():
        return shipped_turret(name)
    return read_given_turret(str(path.parent / name)).spec


def _platform(name: str, path: Path) -> PlatformSpec:
    if name in platform_names():
        return shipped_platform(name)
    if Path(name).suffix != ".toml":
        raise InputError(
            where=f"{path}, platform",
            what=f"is {name}, which is neither in the catalogue nor a TOML file.",
            mend=f"Give a file beside the scenario, or one of {', '.join(platform_names())}.",
        )
    return read_platform(path.parent / name)
