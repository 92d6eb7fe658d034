"""``inspect`` of a long recording: gigabytes a second, against a floor and peers, and its memory.

The stream is the clip generator's at 720p, 30 a second and some 6 Mbit/s, with a KLV packet a
picture. `inspect_file` runs without pictures (they are looked at for a minute at most, however
long the file), once on a short clip before, for kernels compile and modules load on the first
call. The floor reads the file and filters one PID in NumPy; PyAV demuxes everything; tstrans
gives the KLV payloads. Rounds are interleaved; core time is that of the process, and the best
round counts, as others use this machine. Peak memory is ``VmHWM`` of a process of its own.
"""

import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import av
import numpy as np
from tstrans import mpegts

from bench.clip_generator import write_clip
from plainview.mission.inspect import inspect_file

__all__ = ["run"]

LEAST_GB_S: Final = 0.5
MOST_GROWTH: Final = 1.10
N_ROUNDS: Final = 3
_QUALITY: Final = 16.5
"""x264's rate factor that gives some 6 Mbit/s of this sea."""
_LENGTHS_S: Final = {"100 MB": 145.0, "500 MB": 700.0, "1 GB": 1_400.0}
_CHUNK_BYTES: Final = 188 * 16_384
_COMMAND: Final = """
import pathlib, re, sys
from plainview.mission.inspect import inspect_file
inspect_file(pathlib.Path(sys.argv[1]), are_pictures_seen=False)
status = pathlib.Path("/proc/self/status").read_text()
print(re.search(r"VmHWM:\\s*(\\d+) kB", status)[1])
"""


def floor(path: Path) -> int:
    """Read a file and count the packets of one PID: what any pass must do."""
    n_packets = 0
    with path.open("rb") as file:
        while data := file.read(_CHUNK_BYTES):
            words = np.frombuffer(data, ">u4").reshape(-1, 47)[:, 0]
            n_packets += int(np.count_nonzero(words & 0x1FFF00 == 0x102 << 8))
    return n_packets


def demuxed_by_pyav(path: Path) -> int:
    """Count what FFmpeg demuxes through PyAV."""
    with av.open(str(path)) as container:
        return sum(packet.size > 0 for packet in container.demux())


def extracted_by_tstrans(path: Path) -> int:
    """Count the KLV payloads that tstrans extracts."""
    demuxer, n_payloads = mpegts.Demuxer(mpegts.DemuxerConfig()), 0
    with path.open("rb") as file:
        while data := file.read(1 << 20):
            demuxer.feed(data)
            while (event := demuxer.next_event()) is not None:
                n_payloads += isinstance(event, mpegts.DemuxEvent.Metadata)
    return n_payloads


def inspected(path: Path) -> int:
    """Inspect a file and return its KLV packets."""
    return int(inspect_file(path, are_pictures_seen=False)["metadata"]["packets"])


SIDES: Final[dict[str, Callable[[Path], int]]] = {
    "inspect": inspected,
    "floor": floor,
    "pyav": demuxed_by_pyav,
    "tstrans": extracted_by_tstrans,
}


def peak_mib(path: Path) -> float:
    """Inspect a file in a process of its own and return the peak of its memory."""
    ran = subprocess.run(
        [sys.executable, "-c", _COMMAND, str(path)], check=True, capture_output=True, text=True
    )
    return int(ran.stdout.split()[-1]) / 1024.0


def _rates(path: Path) -> dict[str, dict[str, float]]:
    """Return GB/s of core and of wall time, the best round of each side."""
    size_gb = path.stat().st_size / 1e9
    core_s: dict[str, list[float]] = {name: [] for name in SIDES}
    wall_s: dict[str, list[float]] = {name: [] for name in SIDES}
    for _ in range(N_ROUNDS):
        for name, call in SIDES.items():
            begin = time.process_time(), time.perf_counter()
            call(path)
            core_s[name].append(time.process_time() - begin[0])
            wall_s[name].append(time.perf_counter() - begin[1])
    return {
        name: {
            "core": round(size_gb / min(core_s[name]), 3),
            "wall": round(size_gb / min(wall_s[name]), 3),
        }
        for name in SIDES
    }


def run() -> dict[str, Any]:
    """Measure and return the row."""
    peaks: dict[str, float] = {}
    rates: dict[str, dict[str, float]] = {}
    with TemporaryDirectory() as name:
        folder = Path(name)
        inspected(write_clip(folder / "short.ts", duration_s=16.0, quality=_QUALITY))
        sizes = {}
        for length, duration_s in _LENGTHS_S.items():
            path = write_clip(folder / "clip.ts", duration_s=duration_s, quality=_QUALITY)
            sizes[length] = round(path.stat().st_size / 1e6)
            if length == "500 MB":
                rates = _rates(path)
            else:
                peaks[length] = round(peak_mib(path), 1)
            path.unlink()
    growth = peaks["1 GB"] / peaks["100 MB"]
    return {
        "figure": f"inspect without pictures: at least {LEAST_GB_S} GB/s of a core, memory flat",
        "megabytes": sizes,
        "gb_per_s": rates,
        "peak_mib": peaks,
        "growth": round(growth, 3),
        "is_met": rates["inspect"]["core"] >= LEAST_GB_S and growth <= MOST_GROWTH,
    }


if __name__ == "__main__":
    print(run())
