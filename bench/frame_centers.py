"""Frame centres of real clips from their pose, each read by the convention that its numbers show.

The convention is chosen with the clips' frame centres, corners and ranges. The Views are then
made by it, and the ray through the middle of the picture is brought to the ground: to the
source's own height of it, for Day_Flight to the end of its slant range (item 21), for aphill to
the sea, for it says no height. What is compared is where that lies and where the source says.
"""

import json
import os
from pathlib import Path
from typing import Any, Final

import numpy as np

from plainview.misb import (
    ConventionVerdict,
    North,
    RangeReading,
    ViewState,
    ViewStateSettings,
    location_residual,
)
from plainview.misb.location_residual import LocationResidual
from plainview.mission.convention_prescan import prescan_conventions
from plainview.mission.packet_json import metadata_sets_of

__all__ = ["run"]

FOLDER: Final = "fmv_klv"
DAY_FLIGHT: Final = "droneklv/Day_Flight.klv"
APHILL: Final = "kwiver/aphill_klv_10s.ts"
OSH: Final = "osh/sample-stream_part1.ts"
DAY_FLIGHT_LIMIT_M: Final = 5.0
NORTH_LIMIT_DEG: Final = 0.01
SHARE_LIMIT: Final = 0.0002
DEFECTS: Final = ("items 18 to 20", "items 25 and 42", "item 22")


def data_folder() -> Path:
    beside = Path(__file__).resolve().parents[1].parent / "shared" / "data"
    return Path(os.environ.get("PLAINVIEW_DATA", beside)) / FOLDER


def read(path: Path) -> tuple[ConventionVerdict, LocationResidual]:
    """Return the verdict on a clip and how far its frame centres lie from its own."""
    found = prescan_conventions((path,))
    state = ViewState(ViewStateSettings(convention=found.conventions))
    timed = [state.update(metadata) for metadata in metadata_sets_of(path)]
    assert found.main is not None
    return found.main, location_residual(each.view for each in timed if each is not None)


def residual_of(verdict: ConventionVerdict, quantity: str) -> float:
    return next(row.residual for row in verdict.evidence if row.quantity.startswith(quantity))


def as_standard_of(verdict: ConventionVerdict, quantity: str) -> float | None:
    rows = (row for row in verdict.evidence if row.quantity.startswith(quantity))
    return next(row.residual_as_standard for row in rows)


def day_flight(path: Path) -> dict[str, Any]:
    verdict, residual = read(path)
    named = tuple(defect.items for defect in verdict.defects)
    n_met = int(np.sum(residual.distance_m <= DAY_FLIGHT_LIMIT_M))
    return {
        "convention": None if verdict.chosen is None else verdict.chosen.label,
        "met": f"{n_met} of {residual.n_views} within {DAY_FLIGHT_LIMIT_M:.0f} m",
        "worst_m": round(float(residual.distance_m.max()), 3),
        "defects": list(named),
        "is_met": n_met == residual.n_views == 6 and named == DEFECTS,
    }


def aphill(path: Path) -> dict[str, Any]:
    verdict, residual = read(path)
    bearing = "bearing of the frame centre"
    off_deg = abs(residual_of(verdict, bearing))
    chosen = verdict.chosen
    is_grid = chosen is not None and chosen.north is North.GRID
    flat = (RangeReading.FLAT_EARTH, RangeReading.FLAT_GRID)
    is_flat = chosen is not None and chosen.slant_range in flat
    return {
        "convention": None if chosen is None else chosen.label,
        "grid_zone": None if chosen is None else chosen.grid_zone,
        "bearing_off_grid_convergence_deg": round(off_deg, 5),
        "bearing_off_true_north_deg": round(as_standard_of(verdict, bearing) or 0.0, 4),
        "range": verdict.range_reason,
        "frame_centre_p95_m": round(residual.p95_m or 0.0, 3),
        "is_met": is_grid and off_deg <= NORTH_LIMIT_DEG and is_flat and bool(verdict.range_reason),
    }


def osh(path: Path) -> dict[str, Any]:
    verdict, residual = read(path)
    share = residual.p95_share
    chosen = verdict.chosen
    is_standard = chosen is not None and chosen.label == "st0601" and not verdict.defects
    return {
        "convention": None if chosen is None else chosen.label,
        "share_of_range_p95": share,
        "limit": SHARE_LIMIT,
        "is_met": is_standard and share is not None and share <= SHARE_LIMIT,
    }


def run() -> dict[str, Any]:
    """Return the row."""
    clips = {"day_flight": (DAY_FLIGHT, day_flight), "aphill": (APHILL, aphill), "osh": (OSH, osh)}
    paths = {name: data_folder() / path for name, (path, _) in clips.items()}
    missing = [str(path.name) for path in paths.values() if not path.exists()]
    if missing:
        return {"is_met": None, "skipped": f"{', '.join(missing)} not under PLAINVIEW_DATA"}
    rows = {name: measure(paths[name]) for name, (_, measure) in clips.items()}
    return {**rows, "is_met": all(row["is_met"] for row in rows.values())}


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
