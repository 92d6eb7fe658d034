"""Things that are searched for: size, warmth and brightness against the sea, with their sources."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
from typing import Final

from plainview.errors import InputError
from plainview.sensing.checked_fields import build, number, sources, text
from plainview.sensing.johnson import Task

__all__ = ["SeenObject", "seen_objects_from_mapping", "shipped_object", "shipped_object_names"]

_FILE: Final = "seen_objects.toml"


@dataclass(frozen=True, slots=True, kw_only=True)
class SeenObject:
    """A thing on the sea or on land, as cameras see it.

    Args:
        name: What it is called.
        description: What is taken for it, in a sentence.
        place: ``sea`` or ``land``: what lies about it.
        kind: ``person`` or ``thing``; of a person no kind within the class is asked.
        width_m: Across the line of sight; height likewise.
        warmer_by_k: Its apparent temperature over that of the water or ground about it, both
            seen from near and from above; below 0 where it is colder.
        warmer_sigma_k: 1-sigma of that from one such thing to the next.
        visible_contrast: Its radiance by day over that of its surroundings, less 1.
        sources: Where each number comes from, by field.
    """

    name: str = text()
    description: str = text()
    place: str = text(choices=("sea", "land"))
    kind: str = text(choices=("person", "thing"))
    width_m: float = number(low=0.01, high=500.0)
    height_m: float = number(low=0.01, high=500.0)
    warmer_by_k: float = number(low=-50.0, high=500.0)
    warmer_sigma_k: float = number(low=0.0, high=200.0)
    visible_contrast: float = number(low=-1.0, high=100.0)
    sources: Mapping[str, str] = sources()

    @property
    def tasks(self) -> tuple[Task, ...]:
        """What can be asked of pictures of it; of a person never more than that it is one."""
        if self.kind == "person":
            return (Task.DETECT, Task.RECOGNISE)
        return (Task.DETECT, Task.RECOGNISE, Task.CLASSIFY)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Objects:
    objects: tuple[SeenObject, ...]


def seen_objects_from_mapping(values: Mapping[str, object], *, where: str) -> dict[str, SeenObject]:
    """Return things by name, every field checked.

    Raises:
        InputError: A field is refused, or a name is there twice; it says which.
    """
    found: dict[str, SeenObject] = {}
    for one in build(_Objects, values, where=where).objects:
        if one.name in found:
            raise InputError(
                where=f"{where}, objects, {one.name}",
                what="is there twice.",
                mend="Give each object its own name.",
            )
        found[one.name] = one
    return found


def shipped_object(name: str) -> SeenObject:
    """Return a thing that ships with plainview.

    Raises:
        InputError: None has this name.
    """
    known = _shipped()
    if name not in known:
        raise InputError(
            where=f"object {name}",
            what="is not known.",
            mend=f"Choose {', '.join(known)}, or give --objects FILE.toml.",
        )
    return known[name]


def shipped_object_names() -> tuple[str, ...]:
    """Return the names of the things that ship with plainview."""
    return tuple(_shipped())


@cache
def _shipped() -> dict[str, SeenObject]:
    file = resources.files("plainview.sensing").joinpath("data", _FILE)
    return seen_objects_from_mapping(tomllib.loads(file.read_text("utf-8")), where=_FILE)
