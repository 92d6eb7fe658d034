"""What a run shows in a pipe: that it compiles, once, and nothing else."""

import numba
import pytest

from plainview.cli.progress import show_progress
from plainview.mission.progress import Progress


def compile_something() -> None:
    """Compile two functions, which are new each time."""
    for step in (1, 2):
        assert numba.njit(lambda x, step=step: x + step)(1) == 1 + step


def test_a_run_that_compiles_says_so_once(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress(title="fly", is_compiling_told=True) as on_progress:
        compile_something()
        on_progress(Progress(fraction=0.5, n_frames=3, frames_per_s=1.0))
    compile_something()
    assert capsys.readouterr().err == "fly: compiling, once for this machine\n"


def test_a_run_that_finds_all_compiled_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress(title="fly", is_compiling_told=True) as on_progress:
        on_progress(Progress(fraction=0.5, n_frames=3, frames_per_s=1.0))
    assert capsys.readouterr().err == ""


def test_a_command_that_is_not_asked_to_is_silent(capsys: pytest.CaptureFixture[str]) -> None:
    with show_progress(title="a.ts"):
        compile_something()
    assert capsys.readouterr().err == ""
