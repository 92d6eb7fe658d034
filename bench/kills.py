"""Killed at random moments: each folder opens, says incomplete, resumes to the same tracks.

One clip is processed without interruption; then runs are killed (SIGKILL) after a random time,
some of them several times, and finished by the same command. ``make bench`` runs a part of the
draws, ``make soak`` all.
"""

import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq

import plainview
from bench.clip_generator import write_clip

__all__ = ["finish_run", "kill_after", "opens_as_what_it_is", "run", "start_run"]

N_KILLS = 50
CLIP_S = 24.0
SEED = 20260101
COMMAND = "from plainview.cli.main import run; run()"


def start_run(given: Sequence[str], out: Path) -> "subprocess.Popen[bytes]":
    """Start ``plainview process`` with what it is given."""
    arguments = [sys.executable, "-c", COMMAND, "process", *given, "--out", str(out)]
    return subprocess.Popen(arguments, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)


def finish_run(given: Sequence[str], out: Path) -> None:
    """Run to the end with what ``plainview process`` is given.

    Raises:
        RuntimeError: It fails.
    """
    process = start_run(given, out)
    _, message = process.communicate()
    if process.returncode:
        raise RuntimeError(message.decode())


def _tracks(out: Path) -> object:
    return pq.read_table(out / "tracks.parquet")


def kill_after(given: Sequence[str], out: Path, seconds: float) -> bool:
    """Start, kill after some seconds; return whether it was still running."""
    process = start_run(given, out)
    try:
        process.wait(timeout=seconds)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return True
    process.communicate()
    return False


def run(*, n_kills: int = 12) -> dict[str, object]:
    """Kill that many runs and return the row."""
    draw = random.Random(SEED)
    n_killed = n_opened = n_same = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = write_clip(folder / "clip.ts", duration_s=CLIP_S, width_px=640, height_px=360)
        whole, out = folder / "whole", folder / "killed"
        given = [str(clip)]
        finish_run(given, whole)
        start_s = time.perf_counter()
        shutil.rmtree(whole)
        finish_run(given, whole)
        whole_s = time.perf_counter() - start_s
        expected = _tracks(whole)
        while n_killed < n_kills:
            shutil.rmtree(out, ignore_errors=True)
            if not kill_after(given, out, draw.uniform(0.05, 1.0) * whole_s):
                continue
            n_killed += 1
            n_opened += opens_as_what_it_is(out)
            print(f"   {n_killed} killed", flush=True)
            if draw.random() < 0.3:
                kill_after(given, out, draw.uniform(0.2, 0.9) * whole_s)
            finish_run(given, out)
            n_same += _tracks(out).equals(expected)
    return {
        "what": "killed at random moments, finished by the same command",
        "kills": n_killed,
        "opened_as_what_it_is": n_opened,
        "same_tracks_after_resuming": n_same,
        "target": "all of them",
        "is_met": n_killed == n_opened == n_same,
    }


def opens_as_what_it_is(out: Path) -> bool:
    """Whether a folder opens and says what it is.

    One that was killed before its journal was made has nothing to open; one that was killed
    after its summary was published, the last thing of a run, is complete.
    """
    if not out.exists() or not any(out.iterdir()):
        return True
    mission = plainview.open(out)
    return mission.is_complete == (out / "mission.json").exists()


if __name__ == "__main__":
    print(run(n_kills=int(sys.argv[1]) if len(sys.argv) > 1 else N_KILLS))
