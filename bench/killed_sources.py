"""Every kind of source, killed at random moments: each folder opens, and resumes to the same.

Each kind that ``process`` takes is processed once without interruption; then runs of it are killed
(SIGKILL) after a random time, some of them twice, and finished by the same command. `bench.kills`
does the same to one clip of 24 s, which has more checkpoints.
"""

import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Final

import pyarrow.parquet as pq

import plainview
from bench.kills import finish_run, opens_as_what_it_is, start_run
from bench.source_kinds import SOURCE_KINDS, Scale, Written
from plainview.formats.settings_writer import write_settings

__all__ = ["run"]

N_KILLS: Final = 200
SEED: Final = 20260102
SCALE: Final = Scale(duration_s=8.0, size_px=(320, 240), n_stills=90, still_px=(320, 240))
TABLES: Final = ("tracks.parquet", "frames.parquet")
_POLL_S: Final = 0.01


class _KilledKind:
    """One kind of source, its uninterrupted mission, and its kills."""

    def __init__(self, name: str, folder: Path) -> None:
        source = folder / "source"
        source.mkdir(parents=True)
        written = SOURCE_KINDS[name].write(source, SCALE)
        self._arguments = _arguments(written, folder / "settings.toml")
        self._out = folder / "killed"
        whole = folder / "whole"
        finish_run(self._arguments, whole)
        shutil.rmtree(whole)  # the first run also fills the caches of the machine
        self._work_s = _work_s(self._arguments, whole)
        self._expected = _tables(whole)

    def kill(self, draw: random.Random) -> dict[str, bool] | None:
        """Kill one run and finish it; None where it had ended before."""
        shutil.rmtree(self._out, ignore_errors=True)
        if not self._kill(draw):
            return None
        opened = opens_as_what_it_is(self._out)
        was_incomplete = (self._out / ".journal").exists()
        if draw.random() < 0.3:
            self._kill(draw)
        finish_run(self._arguments, self._out)
        same = all(
            one.equals(other) for one, other in zip(_tables(self._out), self._expected, strict=True)
        )
        is_whole = plainview.open(self._out).is_complete
        return {"opened": opened, "same": same and is_whole, "amid": was_incomplete}

    def _kill(self, draw: random.Random) -> bool:
        """Start a run, kill it some time after its journal begins; return whether it still ran."""
        process = start_run(self._arguments, self._out)
        _wait_for_journal(process, self._out)
        time.sleep(draw.uniform(0.0, 1.0) * self._work_s)
        is_running = process.poll() is None
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return is_running


def _wait_for_journal(process: "subprocess.Popen[bytes]", out: Path) -> None:
    while process.poll() is None and not (out / ".journal").exists():
        time.sleep(_POLL_S)


def _work_s(arguments: list[str], out: Path) -> float:
    """Run to the end; return how long it took from the beginning of its journal."""
    process = start_run(arguments, out)
    _wait_for_journal(process, out)
    start_s = time.perf_counter()
    _, message = process.communicate()
    if process.returncode:
        raise RuntimeError(message.decode())
    return time.perf_counter() - start_s


def _arguments(written: Written, settings: Path) -> list[str]:
    """Return what ``plainview process`` is given."""
    if not written.settings:
        return [str(written.given)]
    tables = {name: dict(table) for name, table in written.settings.items()}
    write_settings(settings, tables, remarks=[])
    return [str(written.given), "--settings", str(settings)]


def _tables(out: Path) -> list[Any]:
    return [pq.read_table(out / name) for name in TABLES]


def run(*, n_kills: int = N_KILLS, names: list[str] | None = None) -> dict[str, object]:
    """Kill that many runs, spread over the kinds, and return the row."""
    draw = random.Random(SEED)
    kinds = names or [name for name, kind in SOURCE_KINDS.items() if kind.is_processed]
    n_each = -(-n_kills // len(kinds))
    counts: dict[str, dict[str, int]] = {}
    for name in kinds:
        with tempfile.TemporaryDirectory() as folder:
            killed = _KilledKind(name, Path(folder))
            found: list[dict[str, bool]] = []
            while len(found) < n_each:
                one = killed.kill(draw)
                if one is not None:
                    found.append(one)
        counts[name] = {"kills": len(found)}
        counts[name] |= {what: sum(each[what] for each in found) for what in found[0]}
        print(f"   {name}: {counts[name]}", flush=True)
    n_all = sum(each["kills"] for each in counts.values())
    n_good = [sum(each[what] for each in counts.values()) for what in ("opened", "same")]
    return {
        "what": "every kind of source killed at random moments, finished by the same command",
        "kills": n_all,
        "amid_the_run": sum(each["amid"] for each in counts.values()),
        "opened_as_what_it_is": n_good[0],
        "same_tables_after_resuming": n_good[1],
        "by_kind": counts,
        "target": "all of them",
        "is_met": n_good == [n_all, n_all],
    }


if __name__ == "__main__":
    print(run(n_kills=int(sys.argv[1]), names=sys.argv[2:] or None))
