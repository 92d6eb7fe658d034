"""Mutated clips through ``inspect`` and ``process``: no crash, hang or traceback.

A small drawn clip is changed at random: flipped bits, overwritten, cut out, doubled and
swapped stretches, a cut end, lost packets. What a command may do is end, or refuse with one of
our errors; anything else is a defect, kept with its seed. The tests run a few in their own
process; ``make soak`` runs 10,000, many in one process, which is started again after a crash.
"""

import os
import queue
import random
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bench.drawn_scene import read_scenario
from bench.drawn_scene.drawn_clip import write_drawn_clip
from plainview.errors import PlainviewError

__all__ = ["mutate", "try_clip", "watched_lines", "write_tiny_clip"]

N_CLIPS = 10_000
N_IN_ONE_PROCESS = 250
LONGEST_S = 300.0
"""Of silence; one clip takes a second, or ten where the machine is busy."""
"""For one process; a hang ends there."""
PACKET_BYTES = 188

Draw = random.Random
Mutation = Callable[[bytearray, Draw], None]


def write_tiny_clip(folder: Path) -> Path:
    """Write a third of a second at 128x96 and return its path."""
    rescue = read_scenario("rescue")
    camera = replace(rescue.camera, width_px=128, height_px=96)
    return write_drawn_clip(folder, replace(rescue, camera=camera, duration_s=0.32), seed=1).video


def _stretch(data: bytearray, draw: Draw) -> slice:
    start = draw.randrange(len(data))
    return slice(start, start + draw.choice((1, 4, 50, 188, 1_000, 5_000)))


def _flip_bits(data: bytearray, draw: Draw) -> None:
    for _ in range(draw.choice((1, 3, 30, 300))):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)


def _overwrite(data: bytearray, draw: Draw) -> None:
    place = _stretch(data, draw)
    n_bytes = len(data[place])
    data[place] = draw.choice((draw.randbytes(n_bytes), b"\x00" * n_bytes, b"\xff" * n_bytes))


def _cut_out(data: bytearray, draw: Draw) -> None:
    del data[_stretch(data, draw)]


def _double(data: bytearray, draw: Draw) -> None:
    place = _stretch(data, draw)
    data[place.start : place.start] = data[place]


def _swap(data: bytearray, draw: Draw) -> None:
    a, b = (draw.randrange(len(data) // PACKET_BYTES) * PACKET_BYTES for _ in range(2))
    one, other = slice(a, a + PACKET_BYTES), slice(b, b + PACKET_BYTES)
    data[one], data[other] = data[other], data[one]


def _cut_end(data: bytearray, draw: Draw) -> None:
    del data[draw.randrange(len(data)) :]


def _lose_packets(data: bytearray, draw: Draw) -> None:
    for _ in range(draw.choice((1, 5, 40))):
        start = draw.randrange(1 + len(data) // PACKET_BYTES) * PACKET_BYTES
        del data[start : start + PACKET_BYTES]


def _change_a_pid(data: bytearray, draw: Draw) -> None:
    start = draw.randrange(max(1, len(data) // PACKET_BYTES)) * PACKET_BYTES
    if start + 3 < len(data):
        data[start + 1] = draw.randrange(256)
        data[start + 2] = draw.randrange(256)


MUTATIONS: tuple[Mutation, ...] = (
    _flip_bits,
    _overwrite,
    _cut_out,
    _double,
    _swap,
    _cut_end,
    _lose_packets,
    _change_a_pid,
)


def mutate(data: bytes, *, seed: int) -> bytes:
    """Return the bytes with one to three mutations, which the seed chooses."""
    draw = random.Random(seed)
    changed = bytearray(data)
    for _ in range(draw.randint(1, 3)):
        if len(changed) > PACKET_BYTES:
            draw.choice(MUTATIONS)(changed, draw)
    return bytes(changed)


def try_clip(path: Path, out: Path, *, is_overlay_drawn: bool) -> str:
    """Inspect and process a clip; return what came of it.

    Returns:
        ``processed`` or the name of the error of ours that refused it.

    Raises:
        Exception: A defect.
    """
    from plainview.mission.inspect import inspect_file, iterate_packets
    from plainview.mission.inspect_text import inspect_text
    from plainview.mission.process import process
    from plainview.mission.request import ProcessRequest

    try:
        inspect_text(inspect_file(path))
        sum(1 for _ in iterate_packets(path))
    except PlainviewError:
        pass
    try:
        process(ProcessRequest(inputs=(path,), out=out, is_overlay_drawn=is_overlay_drawn))
    except PlainviewError as error:
        if not (error.where and error.what and error.mend):
            raise RuntimeError(f"an error that does not say how to mend it: {error}") from error
        return type(error).__name__
    return "processed"


def _try_many(first: int, n_clips: int) -> None:
    """Try some seeds, printing each before it is tried and what came of it after."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        data = write_tiny_clip(folder / "clip").read_bytes()
        for seed in range(first, first + n_clips):
            path = folder / "mutated.ts"
            path.write_bytes(mutate(data, seed=seed))
            print(seed, end=" ", flush=True)
            try:
                outcome = try_clip(path, folder / f"out-{seed}", is_overlay_drawn=seed % 20 == 0)
            except Exception as error:  # every kind is a defect, and is counted
                outcome = f"defect {type(error).__name__}: {error}".replace("\n", " ")
            print(outcome, flush=True)


def _run_many(first: int, n_clips: int) -> list[str]:
    """Try some seeds in processes of their own; return a line each."""

    def command(done: int) -> list[str]:
        module = [sys.executable, "-m", "bench.mutated_clips"]
        return [*module, str(first + done), str(n_clips - done)]

    return watched_lines(command, n_clips, name_of=lambda done: str(first + done))


def watched_lines(
    command: Callable[[int], list[str]], n_lines: int, *, name_of: Callable[[int], str]
) -> list[str]:
    """Return that many lines of a command that is started again where it crashes or hangs.

    Args:
        command: Gives the command that goes on once so many lines are done.
        n_lines: How many lines there are to be.
        name_of: Gives the first word of a line by its number.
    """
    lines: list[str] = []
    while len(lines) < n_lines:
        new, ending = _watched(command(len(lines)))
        if new and len(new[-1].split()) == 1:
            new[-1] += f" defect {ending}"
        if not new:
            new = [f"{name_of(len(lines))} defect {ending} before it began"]
        lines += new
    return lines


def _hand_on(file: int, said: "queue.Queue[bytes]") -> None:
    """Put what comes out of a pipe into a queue until it is closed."""
    while part := os.read(file, 4096):
        said.put(part)


def _watched(command: list[str]) -> tuple[list[str], str]:
    """Run a command that says a word before each clip and one after it; kill it if it is silent.

    Returns:
        What it said, in lines, and how it ended.
    """
    said: queue.Queue[bytes] = queue.Queue()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL) as process:
        stream = process.stdout
        assert stream is not None
        reader = threading.Thread(target=_hand_on, args=(stream.fileno(), said))
        reader.start()
        whole, ending, last_s = b"", "", time.monotonic()
        while not ending:
            try:
                whole += said.get(timeout=1.0)
                last_s = time.monotonic()
            except queue.Empty:
                if not reader.is_alive() and said.empty():
                    ending = f"ended with {process.wait()}"
                elif time.monotonic() - last_s > LONGEST_S:
                    process.kill()
                    ending = "hung"
        reader.join()
    return whole.decode().splitlines(), ending


def run(*, n_clips: int = N_CLIPS) -> dict[str, object]:
    """Try that many clips and return the row."""
    outcomes: Counter[str] = Counter()
    defects: list[str] = []
    start_s = time.perf_counter()
    for first in range(0, n_clips, N_IN_ONE_PROCESS):
        for line in _run_many(first, min(N_IN_ONE_PROCESS, n_clips - first)):
            _, outcome, *_ = line.split(maxsplit=2)
            outcomes[outcome] += 1
            if outcome == "defect":
                defects.append(line)
                print(f"   {line}", flush=True)
        n_done = sum(outcomes.values())
        print(f"   {n_done} clips, {n_done / (time.perf_counter() - start_s):.1f}/s", flush=True)
    return {
        "what": "mutated clips through inspect and process",
        "clips": sum(outcomes.values()),
        "outcomes": dict(outcomes),
        "defects": defects,
        "target": "no crash, hang or traceback",
        "is_met": not defects,
    }


if __name__ == "__main__":
    _try_many(int(sys.argv[1]), int(sys.argv[2]))
