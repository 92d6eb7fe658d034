"""Range performance: published figures that come out, and what a call and a forecast cost."""

import time
import tomllib
from pathlib import Path
from typing import Any, Final

import numpy as np

from plainview.sensing import (
    Task,
    Weather,
    curves_at,
    estimate_niirs,
    range_at,
    range_of_pixels_m,
    scene_of,
    shipped_object,
    shipped_turret,
    viewer_from_camera,
)
from plainview.sensing.johnson import PIXELS_RULE

__all__ = ["run"]

N_CALLS: Final = 20_000
MOST_GIQE_US: Final = 20.0
PUBLISHED: Final = Path(__file__).parents[1] / "tests/data/range/published_ranges.toml"


def within_a_metre(published: dict[str, Any]) -> tuple[int, int]:
    """Return how many of a maker's printed ranges come out to the metre, and of how many."""
    found = []
    for row in published["row"]:
        for kind, size_m in published["size_m"].items():
            for pixels, range_m in zip(PIXELS_RULE.values(), row[f"{kind}_m"], strict=True):
                ours_m = range_of_pixels_m(
                    size_m,
                    pixels,
                    focal_length_mm=row["focal_length_mm"],
                    pitch_um=row["pitch_um"],
                )
                found.append(abs(ours_m - range_m) <= 1.0)
    return sum(found), len(found)


def worst_loss(published: dict[str, Any]) -> float:
    """Return by how much the losses of NIIRS depart from the table of GIQE 5, at worst."""
    across, worst = published["edge_response_across"], 0.0
    for signal_to_noise in (50, 5):
        ratings = [
            estimate_niirs(
                ground_sample_m=0.5,
                edge_responses=(along, across),
                signal_to_noise=signal_to_noise,
            ).niirs
            for along in published["edge_response_along"]
        ]
        losses = np.array(ratings) - ratings[0]
        wanted = np.array(published[f"loss_at_{signal_to_noise}"])
        worst = max(worst, float(np.max(np.abs(losses - wanted))))
    return worst


def giqe_us() -> float:
    """Return the microseconds of a rating, the best of five rounds."""
    rounds = []
    for _ in range(5):
        start_s = time.perf_counter()
        for _ in range(N_CALLS):
            estimate_niirs(ground_sample_m=0.5, edge_responses=(0.3, 0.35), signal_to_noise=50.0)
        rounds.append(time.perf_counter() - start_s)
    return 1e6 * min(rounds) / N_CALLS


def person_in_water() -> dict[str, float]:
    """Return how far a long-wave camera of 55 mm sees a head, and what a forecast costs."""
    camera = shipped_turret("ball-18cm").camera("LWIR")
    viewer = viewer_from_camera(camera, focal_length_mm=55.0, jitter_px=0.25)
    weather = Weather(visibility_m=23_000.0, wind_m_s=8.0, surface_k=288.15, air_k=288.15)
    seen, spent_ms = shipped_object("person-in-water"), []
    for _ in range(5):
        start_s = time.perf_counter()
        scene = scene_of(camera, weather, altitude_m=500.0, is_sea=True)
        curves = curves_at(scene, viewer, seen, false_alarms_per_hour=1.0)
        spent_ms.append(1e3 * (time.perf_counter() - start_s))
    reach = {
        model: range_at(curves.range_m, curves.probability[model][Task.DETECT], level=0.5)
        for model in ("spot", "noise only")
    }
    return {
        "forecast_ms": round(min(spent_ms), 1),
        "spot_m": round(reach["spot"]),
        "noise_only_m": round(reach["noise only"]),
    }


def run() -> dict[str, Any]:
    """Return the row."""
    published = tomllib.loads(PUBLISHED.read_text())
    n_right, n_printed = within_a_metre(published["hikvision"])
    loss, call_us = worst_loss(published["giqe"]), giqe_us()
    return {
        "printed_ranges_to_a_metre": f"{n_right} of {n_printed}",
        "worst_giqe_loss": round(loss, 4),
        "giqe_call_us": round(call_us, 2),
        **person_in_water(),
        "is_met": n_right == n_printed and loss <= 0.01 and call_us < MOST_GIQE_US,
    }
