"""Turrets and platforms as TOML files: a user's own, beside those that ship."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from plainview.errors import InputError
from plainview.formats.toml_file import read_toml
from plainview.sensing import (
    PlatformSpec,
    TurretSpec,
    platform_from_mapping,
    shipped_turret,
    turret_from_mapping,
    turret_names,
)

__all__ = ["GivenTurret", "read_given_turret", "read_platform", "read_turret"]

_PAGE: Final = "docs/reference/turrets.md"
_SUFFIX: Final = ".toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenTurret:
    """A turret, and where it was found.

    Args:
        spec: The turret.
        path: Its file; None for one of the catalogue.
    """

    spec: TurretSpec
    path: Path | None = None

    def describe(self) -> dict[str, Any]:
        """Return its name, and its file's, as ``mission.json`` keeps them."""
        return {"name": self.spec.name, "file": None if self.path is None else self.path.name}


def read_turret(path: Path) -> TurretSpec:
    """Read a turret from a file.

    Raises:
        InputError: The file cannot be read, is not TOML, or says something that cannot be; it
            names the field and the reason.
    """
    return turret_from_mapping(read_toml(path, page=_PAGE), where=str(path))


def read_platform(path: Path) -> PlatformSpec:
    """Read a platform from a file.

    Raises:
        InputError: The file cannot be read, is not TOML, or says something that cannot be; it
            names the field and the reason.
    """
    return platform_from_mapping(read_toml(path, page=_PAGE), where=str(path))


def read_given_turret(name_or_file: str) -> GivenTurret:
    """Return a turret of the catalogue by its name, or a user's own from its file.

    A name of the catalogue is that turret; a file of the same name is given with its folder, as
    ``./ball-10cm``.

    Raises:
        InputError: There is neither such a turret nor such a file, or the file is refused.
    """
    if name_or_file in turret_names():
        return GivenTurret(spec=shipped_turret(name_or_file))
    path = Path(name_or_file)
    if path.suffix != _SUFFIX and not path.exists():
        raise InputError(
            where=f"turret {name_or_file}",
            what="is neither a turret of the catalogue nor a file.",
            mend=f"Choose {', '.join(turret_names())}, or give a file; {_PAGE} describes one.",
        )
    return GivenTurret(spec=read_turret(path), path=path)
