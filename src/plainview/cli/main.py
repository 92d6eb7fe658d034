"""The command line: one file a command; heavy imports wait until a command runs."""

import sys
from typing import Annotated

import typer

from plainview import __version__
from plainview.cli import demo, inspect, process, score
from plainview.errors import PlainviewError

__all__ = ["app", "run"]

app = typer.Typer(
    name="plainview",
    help="See, locate honestly, and account for every use: EO/IR footage with its metadata.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


def _show_version(is_asked: bool) -> None:
    if is_asked:
        typer.echo(f"plainview {__version__}")
        raise typer.Exit


@app.callback()
def _root(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Shared by every command."""


app.command(name="inspect")(inspect.inspect)
app.command(name="process")(process.process)
app.command(name="score")(score.score)
app.command(name="demo")(demo.demo)


def run() -> None:
    """Run the command line; every error of ours becomes one message and an exit code."""
    try:
        app()
    except PlainviewError as error:
        typer.echo(f"plainview: {error}", err=True)
        sys.exit(error.exit_code)
    except KeyboardInterrupt:
        typer.echo("plainview: stopped by you.", err=True)
        sys.exit(1)
    except BrokenPipeError:
        sys.stderr.close()
        sys.exit(1)
