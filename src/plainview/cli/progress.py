"""Progress on a terminal; in a pipe one line where a run compiles, else silence.

All of it on standard error.
"""

import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Final

from plainview.mission.progress import Progress

__all__ = ["show_progress"]

_PREPARING: Final = "starting"
_COMPILING: Final = "compiling, once for this machine"
_N_READY: Final = 10
"""Frames after which everything that runs for each frame is compiled."""
_SEEN_SLOWED_S: Final = 0.1


@contextmanager
def show_progress(
    *, title: str, is_compiling_told: bool = False
) -> Iterator[Callable[[Progress], None]]:
    """Yield what takes the progress of a run and shows it with rate and time left.

    Args:
        title: What runs.
        is_compiling_told: Whether to say, in a pipe too, that a first run compiles.
    """
    told = [_PREPARING]
    with ExitStack() as stack:
        show, tell = _line(title) if not sys.stderr.isatty() else stack.enter_context(_bar(title))

        def tell_compiling() -> None:
            told.append(_COMPILING)
            tell(_COMPILING)

        if is_compiling_told:
            from plainview.mission.compiling import compiling_told

            stack.enter_context(compiling_told(tell_compiling))
        yield lambda progress: show(progress, told[-1])


def _line(title: str) -> tuple[Callable[[Progress, str], None], Callable[[str], None]]:
    """Return what shows nothing of the progress, and what says a word in a line of its own."""
    return (
        lambda progress, preparing: None,
        lambda word: print(f"{title}: {word}", file=sys.stderr, flush=True),
    )


@contextmanager
def _bar(
    title: str,
) -> Iterator[tuple[Callable[[Progress, str], None], Callable[[str], None]]]:
    """Yield what moves a bar on a terminal, and what says a word beside it."""
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeRemainingColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("{task.description}"),
        BarColumn(),
        TextColumn("{task.percentage:>3.0f} %"),
        TextColumn("{task.fields[rate]}"),
        TimeRemainingColumn(),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        task = bar.add_task(title, total=1.0, rate=_PREPARING)

        def show(progress: Progress, preparing: str) -> None:
            is_ready = progress.n_frames >= _N_READY
            rate = f"{progress.n_frames} frames, {progress.frames_per_s:.0f}/s"
            if progress.slowed_s >= _SEEN_SLOWED_S:
                rate += f", {progress.slowed_s:.1f} s behind the clock"
            told = progress.rate or (rate if is_ready else preparing)
            bar.update(task, completed=progress.fraction, rate=told)

        yield show, lambda word: bar.update(task, rate=word)
