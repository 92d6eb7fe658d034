"""Runs a command in this process."""

from typing import Any

from typer.testing import CliRunner

from plainview.cli.main import app


def command(*arguments: object) -> Any:
    """Run ``plainview`` and return its exit code and what it printed; defects are raised."""
    return CliRunner().invoke(
        app, [str(argument) for argument in arguments], catch_exceptions=False
    )
