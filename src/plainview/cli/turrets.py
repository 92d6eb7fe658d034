"""``plainview turrets``: the catalogue of turrets and platforms."""

import json
from typing import Annotated, Any

import typer

from plainview.errors import InputError

__all__ = ["turrets"]


def turrets(
    name: Annotated[
        str | None,
        typer.Argument(help="A turret or platform of the catalogue, or a turret's own file."),
    ] = None,
    as_toml: Annotated[
        bool,
        typer.Option("--toml", help="Print it as the file that it is, to begin your own from."),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON document.")] = False,
) -> None:
    """List the turrets and platforms that ship, or show one; a file of your own is checked.

    Example: plainview turrets ball-25cm
    """
    from plainview.cli.turret_text import turret_text
    from plainview.formats.turret_toml import read_given_turret
    from plainview.sensing import (
        describe_platform,
        describe_turret,
        platform_names,
        shipped_platform,
        shipped_text,
        turret_names,
    )

    if as_toml:
        if name not in {*turret_names(), *platform_names()}:
            raise InputError(
                where="--toml",
                what="is for what the catalogue has.",
                mend=f"Give one of {', '.join((*turret_names(), *platform_names()))}.",
            )
        typer.echo(shipped_text(name), nl=False)
    elif name is None:
        _list_all(as_json=as_json)
    elif name in platform_names():
        _print(describe_platform(shipped_platform(name)), shipped_text(name), as_json=as_json)
    else:
        spec = read_given_turret(name).spec
        _print(describe_turret(spec), turret_text(spec), as_json=as_json)


def _list_all(*, as_json: bool) -> None:
    from plainview.cli.turret_text import catalogue_text
    from plainview.sensing import (
        describe_platform,
        describe_turret,
        platform_names,
        shipped_platform,
        shipped_turret,
        turret_names,
    )

    every = [shipped_turret(name) for name in turret_names()]
    platforms = [shipped_platform(name) for name in platform_names()]
    values = {
        "turrets": [describe_turret(turret) for turret in every],
        "platforms": [describe_platform(platform) for platform in platforms],
    }
    _print(values, catalogue_text(every, platforms), as_json=as_json)


def _print(values: dict[str, Any], text: str, *, as_json: bool) -> None:
    typer.echo(json.dumps(values, indent=2) if as_json else text.rstrip("\n"))
