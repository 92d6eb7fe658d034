"""Ten minutes of flight in real time: share of two cores, memory, and whether any frame is missing.

Person overboard by night at 640x512, thermal and day camera rendered and recorded, the pipeline on
the thermal one, kept to the clock. A short flight before loads what is compiled. Shares and memory
are those from half a minute after the start, when every buffer has its size, to the last frame;
products are made after that. Where the flight falls behind, simulated time slows, which is told:
other work on the machine does that too, and the share of the cores is then that of what was flown.
"""

import json
import re
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from bench.fly import FRAMES_PER_S, LOADED_S, MOST_SHARE, N_CORES, scenario_text
from plainview.formats.twin_source import FlightOptions
from plainview.mission.fly import fly
from plainview.mission.progress import Progress

__all__ = ["FLOWN_S", "run"]

FLOWN_S: Final = 600.0
SETTLED_S: Final = 30.0
MOST_GROWTH: Final = 1.10
MOST_SLOWED: Final = 0.01
"""Of the time that was flown."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """Where the flight was, and what it had used."""

    n_frames: int
    clock_s: float
    used_s: float
    resident_mib: float


def resident_mib() -> float:
    """Return what of this process lies in memory."""
    found = re.search(r"VmRSS:\s*(\d+) kB", Path("/proc/self/status").read_text())
    return int(found[1]) / 1024.0 if found else float("nan")


def run(*, flown_s: float = FLOWN_S) -> dict[str, Any]:
    """Fly and return the row."""
    marks: list[Mark] = []

    def mark(progress: Progress) -> None:
        if progress.n_frames >= min(SETTLED_S, 0.2 * flown_s) * FRAMES_PER_S:
            used_s = time.process_time()
            marks.append(
                Mark(
                    n_frames=progress.n_frames,
                    clock_s=time.perf_counter(),
                    used_s=used_s,
                    resident_mib=resident_mib(),
                )
            )

    with tempfile.TemporaryDirectory() as name:
        scenario = Path(name) / "flight.toml"
        scenario.write_text(scenario_text("640x512"), encoding="utf-8")
        fly(scenario, Path(name) / "loaded", options=FlightOptions(duration_s=LOADED_S))
        options = FlightOptions(duration_s=flown_s, is_paced=True)
        flown = fly(scenario, Path(name) / "flown", options=options, on_progress=mark)
    first, last = marks[0], marks[-1]
    n_frames = last.n_frames - first.n_frames
    used_ms = 1e3 * (last.used_s - first.used_s) / n_frames
    share = FRAMES_PER_S * used_ms / 1e3 / N_CORES
    early = max(each.resident_mib for each in marks[: max(1, len(marks) // 10)])
    growth = max(each.resident_mib for each in marks[-max(1, len(marks) // 10) :]) / early
    slowed_s = flown.slowed_s or 0.0
    counted = flown.mission.summary["counts"]["frames"]
    return {
        "flown_s": flown_s,
        "share_of_two_cores_at_30_frames_s": round(share, 3),
        "processor_ms_a_frame": round(used_ms, 1),
        "frames_s_on_the_clock": round(n_frames / (last.clock_s - first.clock_s), 1),
        "slowed_s": round(slowed_s, 2),
        "frames_missing": round(flown_s * FRAMES_PER_S) - counted,
        "resident_mib": [round(early, 1), round(growth * early, 1)],
        "growth": round(growth, 3),
        "is_met": share <= MOST_SHARE
        and growth <= MOST_GROWTH
        and counted == round(flown_s * FRAMES_PER_S)
        and slowed_s <= MOST_SLOWED * flown_s,
    }


if __name__ == "__main__":
    print(json.dumps(run(flown_s=float(sys.argv[1]) if len(sys.argv) > 1 else FLOWN_S), indent=1))
