"""Orbits of a small fixed wing beside published ones, and what a milliradian does at 5 km."""

import math
from dataclasses import replace
from typing import Any, Final

import numpy as np

from bench.drawn_scene import Aim, Scenario, read_scenario
from bench.drawn_scene.scenario import Errors
from bench.many_looks import fly
from bench.small_aircraft import GROUND_SIGMA_M, MOVING, ORBIT_LINES
from plainview.geo import MEAN_EARTH_RADIUS_M, HeightSurface, Refraction, locate_points
from plainview.model import Camera, PoseBasis, Sigma, UncertaintyBasis, View, ViewSigma

__all__ = ["geometry_floor", "orbits"]

FLOOR_RANGE_M: Final = 5_000.0


def orbit(seed: int, errors: Errors) -> Scenario:
    """Return a small fixed wing's circle of a minute over a thing at rest, drawn anew."""
    rng = np.random.default_rng([seed, 31])
    scenario = read_scenario("rescue")
    radius_m = float(rng.uniform(100.0, 250.0))
    return replace(
        scenario,
        duration_s=60.0,
        camera=replace(scenario.camera, horizontal_fov_deg=30.0),
        platform=replace(
            scenario.platform,
            radius_m=radius_m,
            altitude_msl_m=float(rng.uniform(60.0, 150.0)),
            speed_m_s=float(rng.uniform(12.0, 16.0)),
            start_bearing_deg=float(rng.uniform(0.0, 360.0)),
            direction=str(rng.choice(["left", "right"])),
            east_m=float(rng.uniform(-30.0, 30.0)),
            north_m=float(rng.uniform(-30.0, 30.0)),
        ),
        gimbal=replace(scenario.gimbal, aims=(Aim(start_s=0.0, object_id=3),)),
        sea=replace(scenario.sea, level_sigma_m=GROUND_SIGMA_M),
        objects=tuple(replace(thing, speed_m_s=0.0) for thing in scenario.objects),
        instrument=errors,
    )


def orbits(n_orbits: int, seed: int) -> dict[str, Any]:
    """Return errors of single looks and of orbits beside the published ones."""
    flown = [fly(seed + n, orbit(seed + n, MOVING)) for n in range(n_orbits)]
    single = float(np.median([each.single_m for each in flown]))
    many = np.array([each.many_m for each in flown])
    return {
        "n": n_orbits,
        "single_look_m_median": round(single, 2),
        "orbit_m_median": round(float(np.median(many)), 2),
        "orbit_m_p90": round(float(np.percentile(many, 90)), 2),
        "place_inside_95_ellipse": round(
            float(np.mean([each.is_place_inside for each in flown])), 3
        ),
        "published_m": ORBIT_LINES,
        "is_under_all": bool(np.median(many) <= min(ORBIT_LINES.values())),
    }


def geometry_floor() -> dict[str, Any]:
    """Return what a milliradian does at 5 km, along the ground and across, by our covariance."""
    told: dict[str, float] = {}
    for depression_deg in (45.0, 10.0, 5.0):
        told[f"along_m_at_{depression_deg:g}_deg"] = _along_m(depression_deg)
    said = {"along_m_at_45_deg": 7.0, "along_m_at_10_deg": 29.0, "along_m_at_5_deg": 57.0}
    return {
        "ours": {name: round(each, 1) for name, each in told.items()},
        "published": said,
        "is_equal": all(abs(told[name] - each) <= 0.03 * each for name, each in said.items()),
    }


def _along_m(depression_deg: float) -> float:
    """Return the longer axis on the sea of a milliradian of elevation, 1-sigma, at 5 km."""
    down = math.radians(depression_deg)
    drop_m = 0.87 * (FLOOR_RANGE_M * math.cos(down)) ** 2 / (2.0 * MEAN_EARTH_RADIUS_M)
    nothing = Sigma(own=0.0, shared=0.0)
    view = View(
        latitude_deg=0.0,
        longitude_deg=0.0,
        height_hae_m=FLOOR_RANGE_M * math.sin(down) - drop_m,
        camera_heading_deg=0.0,
        camera_elevation_deg=-depression_deg,
        camera_roll_deg=0.0,
        horizontal_fov_deg=4.0,
        vertical_fov_deg=3.0,
        pose_basis=PoseBasis.ABSOLUTE,
        sigma=ViewSigma(
            position_horizontal_m=nothing,
            position_vertical_m=nothing,
            camera_heading_deg=nothing,
            camera_elevation_deg=Sigma(own=0.0, shared=math.degrees(1e-3)),
            camera_roll_deg=nothing,
            field_of_view_ratio=nothing,
            time_s=nothing,
            basis=UncertaintyBasis.INSTRUMENT,
        ),
    )
    camera = Camera(name="floor", width_px=640, height_px=480)
    found = locate_points(
        view,
        camera,
        [[320.0, 240.0]],
        surface=HeightSurface(height_hae_m=0.0, sigma_m=0.0),
        refraction=Refraction(sigma=0.0),
    )
    return float(np.sqrt(np.linalg.eigvalsh(found.cov_enu_m2[0, :2, :2])[-1]))
