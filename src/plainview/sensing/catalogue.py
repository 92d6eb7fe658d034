"""The turrets and platforms that ship with plainview."""

import tomllib
from functools import lru_cache
from importlib import resources
from typing import Any

from plainview.sensing.checked_fields import refusal
from plainview.sensing.platform_spec import PlatformSpec, platform_from_mapping
from plainview.sensing.turret_spec import TurretSpec, turret_from_mapping

__all__ = ["platform_names", "shipped_platform", "shipped_text", "shipped_turret", "turret_names"]


def turret_names() -> tuple[str, ...]:
    """Return the names of the turrets that ship, in alphabetical order."""
    return _names("turrets")


def platform_names() -> tuple[str, ...]:
    """Return the names of the platforms that ship, in alphabetical order."""
    return _names("platforms")


@lru_cache(maxsize=32)
def shipped_turret(name: str) -> TurretSpec:
    """Return a turret that ships with plainview.

    Raises:
        InputError: None of that name ships.
    """
    return turret_from_mapping(_values("turrets", name), where=f"catalogue/turrets/{name}.toml")


@lru_cache(maxsize=32)
def shipped_platform(name: str) -> PlatformSpec:
    """Return a platform that ships with plainview.

    Raises:
        InputError: None of that name ships.
    """
    values = _values("platforms", name)
    return platform_from_mapping(values, where=f"catalogue/platforms/{name}.toml")


@lru_cache(maxsize=2)
def _names(kind: str) -> tuple[str, ...]:
    folder = resources.files("plainview.sensing").joinpath("catalogue", kind)
    return tuple(sorted(file.name.removesuffix(".toml") for file in folder.iterdir()))


def shipped_text(name: str) -> str:
    """Return the TOML of a turret or platform that ships.

    Raises:
        InputError: None of that name ships.
    """
    return _text("platforms" if name in _names("platforms") else "turrets", name)


def _values(kind: str, name: str) -> dict[str, Any]:
    return tomllib.loads(_text(kind, name))


def _text(kind: str, name: str) -> str:
    if name not in _names(kind):
        mend = f"Choose {', '.join(_names(kind))}."
        raise refusal(f"{kind.removesuffix('s')} {name}", "is not in the catalogue.", mend=mend)
    file = resources.files("plainview.sensing").joinpath("catalogue", kind, f"{name}.toml")
    return file.read_text(encoding="utf-8")
