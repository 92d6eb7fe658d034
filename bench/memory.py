"""Memory of a whole ``process`` run: its peak must not grow with the length of the input.

The clip generator's 720p clip, one minute and thirty minutes long, each processed with every
product by a process of its own, whose peak of resident memory the system reports (``VmHWM``:
``ru_maxrss`` would count what the process that started it had). A few seconds are processed
before, for the first run on a machine compiles its kernels, which takes memory too.
"""

import subprocess
import sys
import tempfile
from pathlib import Path

from bench.clip_generator import write_clip

WARM_UP_S = 4.0
SHORT_S = 60.0
LONG_S = 1_800.0
MOST_GROWTH = 1.10
COMMAND = """
import pathlib, re, sys
from plainview.cli.main import app
try:
    app()
finally:
    status = pathlib.Path("/proc/self/status").read_text()
    print(re.search(r"VmHWM:\\s*(\\d+) kB", status)[1], file=sys.stderr)
"""


def peak_mib(clip: Path, out: Path) -> float:
    """Process a clip and return the peak of resident memory."""
    arguments = [sys.executable, "-c", COMMAND, "process", str(clip), "--out", str(out)]
    ran = subprocess.run(arguments, check=True, capture_output=True, text=True)
    return int(ran.stderr.split()[-1]) / 1024.0


def run(*, short_s: float = SHORT_S, long_s: float = LONG_S) -> dict[str, object]:
    """Process both clips and return the row."""
    peaks: dict[float, float] = {}
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for duration_s in (WARM_UP_S, short_s, long_s):
            clip = write_clip(folder / f"{duration_s:.0f}.ts", duration_s=duration_s)
            peaks[duration_s] = peak_mib(clip, folder / f"mission-{duration_s:.0f}")
            print(f"   {duration_s:.0f} s of input: {peaks[duration_s]:.0f} MiB", flush=True)
            clip.unlink()
    del peaks[WARM_UP_S]
    growth = peaks[long_s] / peaks[short_s]
    return {
        "what": "peak memory of process with every product, 720p",
        "peak_mib": {f"{seconds:.0f} s": round(peak, 1) for seconds, peak in peaks.items()},
        "growth": round(growth, 3),
        "target": f"at most {MOST_GROWTH}",
        "is_met": growth <= MOST_GROWTH,
    }


if __name__ == "__main__":
    print(run(short_s=float(sys.argv[1]), long_s=float(sys.argv[2])))
