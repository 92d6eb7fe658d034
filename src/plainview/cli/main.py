"""The command line: one file a command; heavy imports wait until a command runs."""

import os
import signal
from typing import Annotated, Any

import typer
from typer.core import TyperGroup

from plainview import __version__
from plainview.cli import (
    calibrate,
    demo,
    fly,
    inspect,
    play,
    process,
    score,
    sight_range,
    trial,
    turrets,
    watch,
)
from plainview.errors import PlainviewError

__all__ = ["app", "run"]

os.environ.setdefault("ARROW_DEFAULT_MEMORY_POOL", "system")
"""Arrow's own allocator keeps what a pass over a table has freed: the peak of a run then grows."""


class _Commands(TyperGroup):
    """The commands; every error of ours becomes one message and an exit code."""

    def invoke(self, ctx: Any) -> Any:
        """Run the command that was asked for."""
        try:
            return super().invoke(ctx)
        except PlainviewError as error:
            typer.echo(f"plainview: {error}", err=True)
            raise typer.Exit(error.exit_code) from error
        except (KeyboardInterrupt, SystemError) as stop:
            if isinstance(stop, SystemError) and not isinstance(stop.__cause__, KeyboardInterrupt):
                raise
            typer.echo("plainview: stopped; the same command goes on.", err=True)
            raise typer.Exit(1) from stop


app = typer.Typer(
    name="plainview",
    cls=_Commands,
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
app.command(name="watch")(watch.watch)
app.command(name="fly")(fly.fly)
app.command(name="play")(play.play)
app.command(name="calibrate")(calibrate.calibrate)
app.command(name="range")(sight_range.sight_range)
app.command(name="score")(score.score)
app.command(name="trial")(trial.trial)
app.command(name="turrets")(turrets.turrets)
app.command(name="demo")(demo.demo)


def run() -> None:
    """Run the command line; a request to end (SIGTERM) is taken as Ctrl-C is."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    app()
