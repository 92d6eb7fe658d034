"""Every kind of source, mutated, through ``inspect`` and a part through ``process``.

What a command may do is end, or refuse with an error of ours that says how to mend it; a crash,
a hang, a traceback, or memory beyond `MOST_MEMORY_BYTES` is a defect, kept with its kind and seed.
The tests try some of each kind in their own process; ``make soak`` tries 90,000 here beside the
10,000 transport streams of `bench.mutated_clips`.
"""

import gzip
import os
import random
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any, Final

from bench.mutated_clips import mutate, watched_lines
from bench.source_kinds import SOURCE_KINDS, Scale, Written
from plainview.errors import PlainviewError

__all__ = ["MutatedKind", "mutate_text", "run"]

N_ALL: Final = 90_000
N_IN_ONE_PROCESS: Final = 250
MOST_MEMORY_BYTES: Final = 3 << 30
"""Of one process that reads files of some kilobytes; half a gigabyte of it is the libraries."""
_MOST_ADDRESSES: Final = 12 << 30
"""A wild allocation ends here, as a defect and not as the machine's memory."""
_HEAD_BYTES: Final = 600
_PROCESSED_EACH: Final = 5
_DRAWN_EACH: Final = 40
_GZIP: Final = b"\x1f\x8b"
_ODD_WORDS: Final = (
    *("", "nan", "inf", "-inf", "-0.0", "1e308", "9" * 400, "0x10", "null", "{}", "[[[[", "\x00"),
    *(
        "91.0",
        "-181.0",
        "00:61:99,999",
        "-->",
        "\ufffd",
        '"',
        "'",
        ",,,,",
        "\r",
        "\n\n\n",
        "\u0661",
    ),
)


def mutate_text(data: bytes, draw: random.Random) -> bytes:
    """Return a text with a word, line or stretch of it changed."""
    lines = data.split(b"\n")
    for _ in range(draw.randint(1, 3)):
        row = draw.randrange(len(lines))
        how = draw.randrange(5)
        if how == 0:
            del lines[row : row + draw.choice((1, 2, 20))]
        elif how == 1:
            lines[row:row] = lines[row : row + 3] * draw.choice((1, 2, 50))
        elif how == 2:
            other = draw.randrange(len(lines))
            lines[row], lines[other] = lines[other], lines[row]
        else:
            lines[row] = _with_odd_word(lines[row], draw)
        lines = lines or [b""]
    return b"\n".join(lines)


def _with_odd_word(line: bytes, draw: random.Random) -> bytes:
    """Return a line with one of its words replaced."""
    begin = draw.randrange(len(line) + 1)
    end = begin + draw.choice((0, 1, 5, 12))
    return line[:begin] + draw.choice(_ODD_WORDS).encode() + line[end:]


def mutate_file(data: bytes, *, seed: int, is_text: bool) -> bytes:
    """Return a file's bytes mutated: anywhere, in its head, inside its compression, or as text."""
    draw = random.Random(seed)
    if is_text and draw.random() < 0.6:
        return mutate_text(data, draw)
    if data.startswith(_GZIP) and draw.random() < 0.7:
        return gzip.compress(mutate(gzip.decompress(data), seed=seed), mtime=0)
    if draw.random() < 0.5 and len(data) > _HEAD_BYTES:
        return mutate(data[:_HEAD_BYTES], seed=seed) + data[_HEAD_BYTES:]
    return mutate(data, seed=seed)


class MutatedKind:
    """One kind of source, healthy, and what comes of it when it is mutated.

    Args:
        name: A key of `SOURCE_KINDS`.
        folder: An empty folder to work in.
    """

    def __init__(self, name: str, folder: Path) -> None:
        self._kind = SOURCE_KINDS[name]
        self._folder = folder
        self._healthy = folder / "healthy" / "source"
        self._healthy.mkdir(parents=True)
        self._written = self._kind.write(self._healthy, Scale())
        self._files = sorted(
            path for pattern in self._kind.mutated for path in self._healthy.glob(pattern)
        )
        if not self._files:
            raise RuntimeError(f"{name} has no file that is mutated")

    def try_seed(self, seed: int) -> str:
        """Mutate one file as the seed says; return what came of it.

        Returns:
            ``inspected``, ``processed``, or the name of the error of ours that refused it.

        Raises:
            Exception: A defect.
        """
        source = self._folder / "mutated"
        shutil.rmtree(source, ignore_errors=True)
        shutil.copytree(self._healthy, source)
        file = source / self._files[seed % len(self._files)].relative_to(self._healthy)
        file.write_bytes(mutate_file(file.read_bytes(), seed=seed, is_text=self._kind.is_text))
        given = source / self._written.given.relative_to(self._healthy)
        is_processed = self._kind.is_processed and seed % _PROCESSED_EACH == 0
        outcome = _try_inspect(given, are_pictures_seen=is_processed)
        if is_processed:
            out = self._folder / "out"
            shutil.rmtree(out, ignore_errors=True)
            is_drawn = seed % _DRAWN_EACH == 0
            outcome = _try_process(given, out, self._written, is_overlay_drawn=is_drawn)
        if _peak_bytes() > MOST_MEMORY_BYTES:
            raise MemoryError(f"{_peak_bytes() >> 20} MB were used")
        return outcome

    def try_healthy(self) -> str:
        """Return what comes of the source as it was written."""
        outcome = _try_inspect(self._written.given, are_pictures_seen=True)
        if self._kind.is_processed:
            out = self._folder / "out-healthy"
            outcome = _try_process(self._written.given, out, self._written, is_overlay_drawn=False)
        return outcome


def _try_inspect(given: Path, *, are_pictures_seen: bool) -> str:
    """Do what ``plainview inspect`` does."""
    from plainview.formats.recognise_inputs import InputsKind, recognise_inputs
    from plainview.mission.inspect import inspect_file, iterate_packets
    from plainview.mission.inspect_stills import inspect_stills, stills_text
    from plainview.mission.inspect_text import inspect_text

    try:
        found = recognise_inputs((given,))
        if found.kind is not InputsKind.FOOTAGE:
            stills_text(inspect_stills(given, found))
            return "inspected"
        (path,) = found.paths
        inspect_text(inspect_file(path, are_pictures_seen=are_pictures_seen))
        sum(1 for _ in iterate_packets(path))
    except PlainviewError as error:
        return _refused(error)
    return "inspected"


def _try_process(given: Path, out: Path, written: Written, *, is_overlay_drawn: bool) -> str:
    """Do what ``plainview process`` does."""
    from plainview.formats.recognise_inputs import recognise_inputs
    from plainview.formats.settings_toml import settings_from_mapping
    from plainview.mission.process import process
    from plainview.mission.request import ProcessRequest

    try:
        found = recognise_inputs((given,))
        settings = settings_from_mapping(written.settings, where="settings")
        request: dict[str, Any] = {"settings": settings, "is_overlay_drawn": is_overlay_drawn}
        request |= {"kind": found.kind, "left_out": found.left_out}
        process(ProcessRequest(inputs=found.paths, out=out, **request))
    except PlainviewError as error:
        return _refused(error)
    return "processed"


def _refused(error: PlainviewError) -> str:
    if not (error.where and error.what and error.mend):
        raise RuntimeError(f"an error that does not say how to mend it: {error}") from error
    return type(error).__name__


def _peak_bytes() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def _try_many(name: str, first: int, n_seeds: int) -> None:
    """Try some seeds of one kind, printing each before it is tried and what came of it after."""
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_ADDRESSES, _MOST_ADDRESSES))
    with tempfile.TemporaryDirectory() as folder:
        kind = MutatedKind(name, Path(folder))
        for seed in range(first, first + n_seeds):
            print(f"{name}:{seed}", end=" ", flush=True)
            try:
                outcome = kind.try_seed(seed)
            except Exception as error:  # every kind is a defect, and is counted
                outcome = f"defect {type(error).__name__}: {error}".replace("\n", " ")[:500]
            print(outcome, flush=True)


def run(
    *, n_all: int = N_ALL, first_seed: int = 0, names: list[str] | None = None
) -> dict[str, object]:
    """Try that many, spread over the kinds, and return the row."""
    kinds = names or list(SOURCE_KINDS)
    n_each = -(-n_all // len(kinds))
    outcomes: dict[str, Counter[str]] = {name: Counter() for name in kinds}
    defects: list[str] = []
    start_s = time.perf_counter()
    for name in kinds:
        for done in range(0, n_each, N_IN_ONE_PROCESS):
            n_seeds = min(N_IN_ONE_PROCESS, n_each - done)
            for line in _run_many(name, first_seed + done, n_seeds):
                _, outcome, *_ = line.split(maxsplit=2)
                outcomes[name][outcome] += 1
                if outcome == "defect":
                    defects.append(line)
                    print(f"   {line}", flush=True)
        n_s = sum(outcomes[name].values()) / (time.perf_counter() - start_s)
        print(f"   {name}: {dict(outcomes[name])}, {n_s:.1f}/s", flush=True)
        start_s = time.perf_counter()
    return {
        "what": "mutated sources of every kind through inspect, a fifth through process",
        "sources": sum(each.total() for each in outcomes.values()),
        "outcomes": {name: dict(each) for name, each in outcomes.items()},
        "defects": defects,
        "target": "no crash, hang, traceback or unbounded memory",
        "is_met": not defects,
    }


def _run_many(name: str, first: int, n_seeds: int) -> list[str]:
    def command(done: int) -> list[str]:
        module = [sys.executable, "-m", "bench.mutated_sources", name]
        return [*module, str(first + done), str(n_seeds - done)]

    return watched_lines(command, n_seeds, name_of=lambda done: f"{name}:{first + done}")


if __name__ == "__main__":
    if sys.argv[1] == "all":
        print(run(n_all=int(sys.argv[2]), first_seed=int(sys.argv[3]), names=sys.argv[4:] or None))
    else:
        os.environ.setdefault("OMP_NUM_THREADS", "1")
        _try_many(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
