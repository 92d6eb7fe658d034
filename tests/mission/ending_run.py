"""Runs ``plainview`` in a process of its own that ends at a chosen moment.

``python -m tests.mission.ending_run SIGNAL MOMENT N ARGUMENTS...`` sends itself the signal at the
N-th time that the moment comes. Checkpoints and flushes come every frame or so.
"""

import os
import resource
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

MOMENTS = {
    "frame": ("plainview.mission.run_writer", "RunWriter.write"),
    "checkpoint": ("plainview.mission.journal", "Journal.write_checkpoint"),
    "product": ("plainview.mission.products", "write_kml"),
    "publish": ("plainview.mission.folder", "MissionFolder.remove_journal"),
}


def end_at(moment: str, *, number: int, ending: int) -> None:
    """Make this process send itself a signal just before that moment."""
    from importlib import import_module

    module_name, path = MOMENTS[moment]
    owner: Any = import_module(module_name)
    *outer, name = path.split(".")
    for part in outer:
        owner = getattr(owner, part)
    original: Callable[..., Any] = getattr(owner, name)
    n_calls = 0

    def counted(*args: Any, **kwargs: Any) -> Any:
        nonlocal n_calls
        n_calls += 1
        if n_calls == number:
            os.kill(os.getpid(), ending)
        return original(*args, **kwargs)

    setattr(owner, name, counted)


def run_plainview(
    arguments: list[str | Path], *, script: tuple[str, ...] = (), largest_file_bytes: int = 0
) -> subprocess.CompletedProcess[str]:
    """Run the command in a process of its own.

    Args:
        arguments: Of ``plainview``.
        script: What `main` takes before them; nothing means an ordinary run.
        largest_file_bytes: A write beyond fails as on a full disk; 0 sets no limit.
    """

    def limit() -> None:
        if largest_file_bytes:
            resource.setrlimit(resource.RLIMIT_FSIZE, (largest_file_bytes, largest_file_bytes))

    before = [sys.executable, "-m", "tests.mission.ending_run", *(script or ("0", "frame", "0"))]
    return subprocess.run(
        [*before, *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=400,  # the first run on a machine compiles its kernels
        cwd=Path(__file__).parents[2],
        preexec_fn=limit,
    )


def main() -> None:
    """Do what the module says."""
    from plainview.cli.main import run
    from plainview.mission import run as mission_run
    from plainview.mission import run_writer

    ending, moment, number, *arguments = sys.argv[1:]
    mission_run.CHECKPOINT_EVERY_S = 0.05
    run_writer.FLUSH_EVERY_S = 0.0
    if int(number):
        end_at(moment, number=int(number), ending=int(ending))
    signal.signal(signal.SIGINT, signal.default_int_handler)
    sys.argv = ["plainview", *arguments]
    run()


if __name__ == "__main__":
    main()
