"""The long things, or those named: ``python -m bench.soak [kills] [absurd] ...``."""

import sys
import time
from collections.abc import Callable, Mapping

from bench import (
    absurd,
    believable,
    conventions,
    covariance_bins,
    flight_soak,
    killed_sources,
    kills,
    link_drops,
    memory,
    mutated_clips,
    mutated_sources,
    stress,
)

SECTIONS: Mapping[str, Callable[[], dict[str, object]]] = {
    "kills": lambda: kills.run(n_kills=kills.N_KILLS),
    "kills_of_every_kind": killed_sources.run,
    "mutations": mutated_clips.run,
    "mutations_of_every_kind": mutated_sources.run,
    "memory": memory.run,
    "absurd": lambda: absurd.run(n_views=absurd.N_VIEWS),
    "conventions": lambda: conventions.run(n_flights=conventions.N_SOAK_FLIGHTS),
    "covariance_bins": lambda: covariance_bins.run(
        n_raw=covariance_bins.N_RAW,
        n_tracked=covariance_bins.N_TRACKED,
        n_long=covariance_bins.N_LONG,
    ),
    "link_drops": lambda: link_drops.run(
        n_drops=link_drops.N_DROPS, seconds_each=link_drops.SECONDS_EACH
    ),
    "believable": believable.run,
    "flight_soak": flight_soak.run,
    "stress": lambda: stress.run(n_missions=stress.N_WHOLE),
}


def main(names: list[str]) -> int:
    """Run the sections that are named, or all; return 1 where one misses its figure."""
    unknown = set(names) - set(SECTIONS)
    if unknown:
        print(f"no such section: {', '.join(sorted(unknown))}; there are {', '.join(SECTIONS)}")
        return 2
    missed = []
    for name in names or SECTIONS:
        print(f"== {name}", flush=True)
        start_s = time.perf_counter()
        row = SECTIONS[name]()
        row["took_s"] = round(time.perf_counter() - start_s, 1)
        for key, value in row.items():
            print(f"   {key}: {value}", flush=True)
        if not row["is_met"]:
            missed.append(name)
    print(f"missed: {', '.join(missed) or 'none'}")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
