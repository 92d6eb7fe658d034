"""Progress on a terminal, silence in a pipe; always on standard error."""

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Final

from plainview.mission.progress import Progress

__all__ = ["show_progress"]

_PREPARING: Final = "starting; the first run compiles"
_N_READY: Final = 10
"""Frames after which everything that runs for each frame is compiled."""
_SEEN_SLOWED_S: Final = 0.1


@contextmanager
def show_progress(*, title: str) -> Iterator[Callable[[Progress], None]]:
    """Yield what takes the progress of a run and shows it with rate and time left."""
    if not sys.stderr.isatty():
        yield lambda progress: None
        return
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

        def show(progress: Progress) -> None:
            is_ready = progress.n_frames >= _N_READY
            rate = f"{progress.n_frames} frames, {progress.frames_per_s:.0f}/s"
            if progress.slowed_s >= _SEEN_SLOWED_S:
                rate += f", {progress.slowed_s:.1f} s behind the clock"
            told = progress.rate or (rate if is_ready else _PREPARING)
            bar.update(task, completed=progress.fraction, rate=told)

        yield show
