"""How well a source locates by the standard's own reading: the `location` of a summary."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from plainview.geo import distance_and_bearing
from plainview.misb import ConventionVerdict
from plainview.mission.convention_prescan import describe_verdict

__all__ = ["describe_location", "location_summary"]

_TRUSTED = ("position", "time", "bearing", "range")
_UNTESTED = "not tested by this version: the standard's own reading is taken"


def describe_location(
    residual_m: npt.NDArray[np.float64],
    *,
    angle_convention: str | None,
    range_kinds: Sequence[str],
    height_datum: str | None,
    verdict: ConventionVerdict | None = None,
) -> dict[str, Any]:
    """Return the `location` object of ``inspect --json`` and ``mission.json``.

    Args:
        residual_m: (n,) distances of computed from reported frame centres.
        angle_convention: How angles were read.
        range_kinds: What slant ranges were worth, each kind once.
        height_datum: What the sensor's height is above, as the source gives it.
        verdict: How the source's numbers are to be read, and why; None where it was not asked.
    """
    chosen = None if verdict is None else verdict.chosen
    known = residual_m[np.isfinite(residual_m)]
    median, p95 = np.percentile(known, [50, 95]).round(3).tolist() if len(known) else (None, None)
    return {
        "angle_convention": angle_convention,
        "north": "true" if verdict is None else None if chosen is None else str(chosen.north),
        "height_datum": height_datum,
        "range_kind": range_kinds[0] if len(range_kinds) == 1 else (list(range_kinds) or None),
        "convention": None if verdict is None else describe_verdict(verdict),
        "residual_m": {"median": median, "p95": p95, "n": len(known)},
        "trusted": {
            **dict.fromkeys(_TRUSTED),
            "why": dict.fromkeys(_TRUSTED, _UNTESTED),
        },
    }


def location_summary(
    frames: pa.Table, *, verdict: ConventionVerdict | None = None
) -> dict[str, Any]:
    """Return `location` for the frames of a mission."""

    def column(name: str) -> npt.NDArray[np.float64]:
        values: npt.NDArray[np.float64] = (
            frames[name].cast(pa.float64()).fill_null(np.nan).to_numpy()
        )
        return values

    residual_m, _ = distance_and_bearing(
        (column("frame_center_latitude_deg"), column("frame_center_longitude_deg")),
        (
            column("reported_frame_center_latitude_deg"),
            column("reported_frame_center_longitude_deg"),
        ),
    )
    conventions = frames["angle_convention"].drop_null().unique().to_pylist()
    return describe_location(
        residual_m,
        angle_convention=conventions[0] if conventions else None,
        range_kinds=frames["slant_range_kind"].drop_null().unique().to_pylist(),
        height_datum=_height_datum(frames),
        verdict=verdict,
    )


def _height_datum(frames: pa.Table) -> str | None:
    if frames["sensor_height_hae_m"].null_count == len(frames):
        return None
    return "WGS84 ellipsoid and EGM96 geoid (one converted from the other where only one is given)"
