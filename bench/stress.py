"""Stress: what is left of the ellipse's promise when the stated errors are not the true ones.

And whether the mission says that its numbers do not fit each other (`inconsistent`).

Each mission is a minute of a helicopter that circles over boats and people at sea, with a turret
whose errors are stated as those of a survey-grade one; it has errors of its own each time. One
look of each mission is judged by its 95 % ellipse; the warning is that of the whole mission.
"""

import json
from typing import Any, Final

import numpy as np

from bench.covariance import is_inside, miss_m
from bench.drawn_flights import PIXEL_SIGMA
from bench.drawn_scene import Places, read_scenario
from bench.stressed_missions import STRESSES, Seen, Stress, fly
from plainview.geo import choose_surface, locate_points
from plainview.mission.consistency import ConsistencyWatch
from plainview.mission.frame_place import Surfaces
from plainview.model import LifeStage
from plainview.tracking import LocatorSettings, contact_points_px

__all__ = ["N_WHOLE", "run"]

N_MISSIONS: Final = 3
N_WHOLE: Final = 100
LEAST_FOUND: Final = 0.9
MOST_FALSE: Final = 0.05


def _inside(seen: Seen, generator: np.random.Generator, sigma_m: float) -> bool | None:
    """Say whether one thing of a frame lies in its ellipse; None where none can be located."""
    frame, tracks = seen.observation.frame, seen.observation.all_tracks
    rows = np.flatnonzero(tracks.life_stage == LifeStage.CONFIRMED)
    if frame.view is None or not len(rows):
        return None
    row = int(generator.choice(rows))
    chosen = tracks.select(np.arange(len(tracks)) == row)
    points, _ = contact_points_px(chosen, settings=LocatorSettings())
    surface = choose_surface(frame.view, sea_level_sigma_m=sigma_m)
    found = locate_points(
        frame.view, frame.camera, points, surface=surface, point_sigma_px=PIXEL_SIGMA
    )
    if np.isnan(found.latitude_deg[0]):
        return None
    place = Places(
        latitude_deg=seen.places.latitude_deg[row : row + 1],
        longitude_deg=seen.places.longitude_deg[row : row + 1],
        height_hae_m=seen.places.height_hae_m[row : row + 1],
    )
    return is_inside(miss_m(found, place), found.cov_enu_m2[0])


def judged(stress: Stress, n_missions: int, seed: int) -> dict[str, Any]:
    """Return what is left of the coverage, and how many missions say that they do not fit."""
    sigma_m = read_scenario("rescue").sea.level_sigma_m
    surfaces = Surfaces(terrain=None, sea_level_sigma_m=sigma_m)
    inside, n_warned, reasons = [], 0, dict.fromkeys(("scatter", "outliers", "drift"), 0)
    reasons |= dict.fromkeys(("frame_center", "corners", "range"), 0)
    for mission in range(n_missions):
        generator = np.random.default_rng([seed, mission, 78])
        watch = ConsistencyWatch(camera="camera-1", surfaces=surfaces)
        frames = []
        for seen in fly(seed + mission, stress):
            watch.add(seen.observation)
            frames.append(seen)
        looks = (
            _inside(frames[row], generator, sigma_m) for row in generator.permutation(len(frames))
        )
        inside.append(next(look for look in looks if look is not None))
        found = watch.finish()
        n_warned += found.is_consistent is False
        for test in found.failed:
            reasons[test.name] += 1
    return {
        "n_missions": n_missions,
        "inside_95_ellipse": float(np.mean(inside)),
        "warned": n_warned / n_missions,
        "by": {name: n for name, n in reasons.items() if n},
    }


def run(*, n_missions: int = N_MISSIONS, seed: int = 1) -> dict[str, Any]:
    """Return the row; met where stressed missions warn and honest ones do not."""
    rows = {name: judged(stress, n_missions, seed) for name, stress in STRESSES.items()}
    honest = [row["warned"] for name, row in rows.items() if name.startswith("honest")]
    stressed = [row["warned"] for name, row in rows.items() if not name.startswith("honest")]
    is_whole = n_missions >= N_WHOLE
    least = min(stressed) if is_whole else float(np.mean(stressed))
    return {
        "figure": "`inconsistent` in 90 % of stressed missions and in at most 5 % of honest ones;"
        " in a part of the draws, over all stresses together",
        **rows,
        "is_met": least >= LEAST_FOUND and max(honest) <= MOST_FALSE,
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
