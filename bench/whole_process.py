"""The whole of ``plainview process`` over its floor: decoding the clip and encoding an overlay.

Both run as whole processes, in turn, on the same generated 720p clip; core time is user and
system time of the process and its threads. The first run of each compiles and is not counted.
"""

import json
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.clip_generator import write_clip

N_ROUNDS = 3
CLIP_S = 30.0
MOST_CORE_RATIO = 3.5
LEAST_FRAMES_PER_S = 30.0
FLOOR = """
import sys
from pathlib import Path
import av
from plainview.formats.fragmented_video import FragmentedVideoWriter
with av.open(sys.argv[1]) as container:
    stream = container.streams.video[0]
    size = {"width_px": stream.width, "height_px": stream.height}
    writer = FragmentedVideoWriter(Path(sys.argv[2]), **size)
    for n, frame in enumerate(container.decode(stream)):
        writer.write(frame.to_ndarray(format="bgr24"), video_time_us=n * 33_333)
    writer.close()
"""


def _run(arguments: list[str]) -> tuple[float, float]:
    """Return core and wall seconds of one process."""
    before, start_s = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    subprocess.run(arguments, check=True, capture_output=True)
    after, wall_s = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter() - start_s
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, wall_s


def run() -> dict[str, object]:
    """Measure and return the row."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        clip = write_clip(folder / "clip.ts", duration_s=CLIP_S, width_px=1280, height_px=720)
        return _measure(clip, folder)


def _measure(clip: Path, folder: Path) -> dict[str, object]:
    out, overlay = folder / "mission", folder / "floor.mp4"
    plainview = "from plainview.cli.main import run; run()"
    ours = [sys.executable, "-c", plainview, "process", str(clip), "--out", str(out)]
    floor = [sys.executable, "-c", FLOOR, str(clip), str(overlay)]
    pairs, rates, summary = [], [], {}
    for round_ in range(N_ROUNDS + 1):
        shutil.rmtree(out, ignore_errors=True)
        floor_core_s, _ = _run(floor)
        core_s, wall_s = _run(ours)
        summary = json.loads((out / "mission.json").read_text())
        if round_:
            pairs.append((core_s, floor_core_s))
            rates.append(summary["counts"]["frames"] / wall_s)
    ratio = statistics.median(ours_s / floor_s for ours_s, floor_s in pairs)
    rate = statistics.median(rates)
    return {
        "what": "plainview process, every product, 1280x720, over decode + overlay encode alone",
        "core_time_ratio": round(ratio, 2),
        "core_s_ours_floor": [tuple(round(value, 1) for value in pair) for pair in pairs],
        "frames_per_s": round(rate, 1),
        "wall_share_s": summary["timings_s"],
        "tracks": summary["counts"]["tracks_confirmed"],
        "target": f"at most {MOST_CORE_RATIO} times, at least {LEAST_FRAMES_PER_S} frames/s",
        "is_met": ratio <= MOST_CORE_RATIO and rate >= LEAST_FRAMES_PER_S,
    }


if __name__ == "__main__":
    print(run())
