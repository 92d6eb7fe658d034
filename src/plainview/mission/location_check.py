"""How well a source locates, and what of it may be trusted: the `location` of a summary."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from plainview.geo import distance_and_bearing
from plainview.misb import ConventionVerdict
from plainview.misb.clock_check import ClockVerdict
from plainview.mission.convention_prescan import describe_verdict
from plainview.mission.doctor import DoctorFacts, diagnose
from plainview.mission.lag_watch import FoundLag, narrowest
from plainview.model import RangeKind, TimeBasis

__all__ = ["describe_location", "location_summary"]

_GROUND_SURFACES = ("terrain", "frame_center_height")
"""Surfaces that come from a height of the ground, not from the level of the sea."""


def describe_location(
    residual_m: npt.NDArray[np.float64],
    *,
    angle_convention: str | None,
    range_kinds: Sequence[str],
    height_datum: str | None,
    facts: DoctorFacts,
) -> dict[str, Any]:
    """Return the `location` object of ``inspect --json`` and ``mission.json``.

    Args:
        residual_m: (n,) distances of computed from reported frame centres.
        angle_convention: How angles were read.
        range_kinds: What slant ranges were worth, each kind once.
        height_datum: What the sensor's height is above, as the source gives it.
        facts: What the metadata doctor judges by.
    """
    verdict = facts.verdict
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
        "trusted": diagnose(facts).describe(),
    }


def location_summary(
    frames: pa.Table,
    *,
    verdict: ConventionVerdict | None,
    clocks: tuple[list[FoundLag], ClockVerdict],
    contradictions: tuple[str, ...] = (),
    clock_taken_out_s: float = 0.0,
) -> dict[str, Any]:
    """Return `location` for the frames of a mission.

    Args:
        frames: Columns of its ``frames.parquet``.
        verdict: How its metadata were read.
        clocks: What was found of the lag, a camera each, and of the clock.
        contradictions: What else contradicts its positions, a sentence each.
        clock_taken_out_s: What the settings had taken out of the clock.
    """

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
    range_kinds = frames["slant_range_kind"].drop_null().unique().to_pylist()
    lags, clock = clocks
    facts = DoctorFacts(
        verdict=verdict,
        n_located=len(frames) - frames["surface"].null_count,
        has_ground_height=bool(
            set(_GROUND_SURFACES) & set(frames["surface"].drop_null().unique().to_pylist())
        ),
        range_kinds=tuple(RangeKind(kind) for kind in range_kinds),
        time_bases=tuple(map(TimeBasis, frames["time_basis"].drop_null().unique().to_pylist())),
        clock_faults=clock.faults,
        clock_proof=" ".join(clock.proofs) or None,
        clock_ahead_s=clock.offset_s,
        clock_taken_out_s=clock_taken_out_s,
        lag=narrowest(lags).left if lags else None,
        lag_taken_out_s=narrowest(lags).applied_s if lags else 0.0,
        contradictions=contradictions,
    )
    return describe_location(
        residual_m,
        angle_convention=conventions[0] if conventions else None,
        range_kinds=range_kinds,
        height_datum=_height_datum(frames),
        facts=facts,
    )


def _height_datum(frames: pa.Table) -> str | None:
    if frames["sensor_height_hae_m"].null_count == len(frames):
        return None
    return "WGS84 ellipsoid and EGM96 geoid (one converted from the other where only one is given)"
