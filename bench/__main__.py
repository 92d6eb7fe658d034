"""Run every row, or those named, print them and keep them in ``.bench/results.json``."""

import importlib
import json
import os
import platform
import sys
import time
from pathlib import Path

ROWS = (
    "startup",
    "range_figures",
    "range_counted",
    "misb_mutations",
    "misb_repaired",
    "codec",
    "inspect_speed",
    "metadata_share",
    "dropped_packets",
    "osh_frame_center",
    "frame_centers",
    "conventions",
    "covariance",
    "ranged_pixels",
    "covariance_bins",
    "stress",
    "lag",
    "many_looks",
    "published_lines",
    "sensor_response",
    "sea",
    "absurd",
    "locate_speed",
    "gimbal",
    "twin_metadata",
    "registration",
    "tracker",
    "whole_process",
    "kills",
    "live",
    "radiometry",
    "twin_waves",
    "twin_render",
    "fly",
)


def main(names: list[str]) -> int:
    """Run the rows that are named, or all; return 1 where one misses its figure."""
    machine = f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}"
    results: dict[str, object] = {"machine": machine}
    for name in names or ROWS:
        start_s = time.perf_counter()
        row = importlib.import_module(f"bench.{name}").run()
        row["took_s"] = round(time.perf_counter() - start_s, 1)
        results[name] = row
        print(f"== {name}")
        for key, value in row.items():
            print(f"   {key}: {value}")
    Path(".bench").mkdir(exist_ok=True)
    Path(".bench/results.json").write_text(json.dumps(results, indent=1, default=str))
    rows = {name: row for name, row in results.items() if isinstance(row, dict)}
    skipped = [name for name, row in rows.items() if row["is_met"] is None]
    missed = [name for name, row in rows.items() if row["is_met"] is False]
    print(f"missed: {', '.join(missed) or 'none'}; skipped: {', '.join(skipped) or 'none'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
