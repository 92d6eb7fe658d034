"""The gimbal: how fast its loop runs, what jitter it leaves, and how fast a whole flight runs."""

import json
import math
import time
from dataclasses import replace
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from plainview.geo.attitude import rotation_x, rotation_y, rotation_z
from plainview.sensing import GimbalSpec, shipped_platform, shipped_turret, turret_names
from plainview.twin.flight_model import FlightModel
from plainview.twin.flight_plan import OrbitPlan, Weather
from plainview.twin.gimbal_motion import GIMBAL_RATE_HZ, GimbalMotion
from plainview.twin.mounted_camera import MountedCamera
from plainview.twin.pointing import Pointing

__all__ = ["N_NODES", "N_STEPS", "PLAIN", "run", "sight_ned"]

Array = npt.NDArray[np.float64]

LEAST_TIMES_REAL: Final = 1000.0
N_STEPS: Final = 200
N_NODES: Final = 11
ELEVATION: Final = -0.5
TONES: Final = ((5.0, 4e-4), (17.0, 1.2e-4), (21.0, 1e-4), (34.0, 6e-5))
SWING_RAD: Final = 7.7e-3
"""With the tones, 5.5 mrad rms of base motion."""
PLAIN: Final = GimbalSpec(
    axes=2,
    is_azimuth_endless=True,
    elevation_low_deg=-120.0,
    elevation_high_deg=30.0,
    azimuth_rate_deg_s=60.0,
    elevation_rate_deg_s=60.0,
    azimuth_acceleration_deg_s2=5000.0,
    elevation_acceleration_deg_s2=5000.0,
    rate_loop_hz=40.0,
    loop_delay_ms=0.5,
    gyro_random_walk_deg_rt_h=0.0,
    gyro_bias_deg_h=0.0,
    encoder_step_deg=0.0,
    friction_deg_s2=0.0,
    imbalance_deg_s2_per_m_s2=0.0,
)
"""Two axes with a loop and a delay, and nothing that is wrong with them."""
WORN: Final = replace(PLAIN, gyro_random_walk_deg_rt_h=0.005, friction_deg_s2=60.0)
CARRIERS: Final = {"ball-10cm": "multirotor", "ball-18cm": "multirotor", "ball-64cm": "plane"}


def sight_ned(rows: Array) -> Array:
    """Return the line of sight (n, 3), north-east-down, of the rows (n, 10) of a gimbal's block."""
    base = rotation_z(rows[:, 6]) @ rotation_y(rows[:, 5]) @ rotation_x(rows[:, 4])
    outer = rotation_z(rows[:, 0]) @ rotation_y(rows[:, 1])
    sight: Array = (base @ outer @ rotation_z(rows[:, 2]) @ rotation_y(rows[:, 3]))[:, :, 0]
    return sight


def _shaken(gimbal: GimbalSpec, length_s: float) -> tuple[float, float]:
    """Return jitter in elevation, microradians rms, and how many times real time the loop runs."""
    motion = GimbalMotion(
        gimbal, generator=np.random.default_rng(1), start_rad=(0.0, ELEVATION), n_steps=N_STEPS
    )
    still = np.zeros((N_NODES, 3))
    way = np.tile([math.cos(ELEVATION), 0.0, -math.sin(ELEVATION)], (N_NODES, 1))
    nodes = (still, still, way, still)
    found, spent_s = [], 0.0
    n_blocks = round(length_s * GIMBAL_RATE_HZ / N_STEPS)
    for block in range(n_blocks):
        instant_s = (block * N_STEPS + np.arange(1, N_STEPS + 1)) / GIMBAL_RATE_HZ
        vibration = np.zeros((N_STEPS, 9))
        swing = SWING_RAD * np.sin(0.2 * np.pi * instant_s)
        tones = sum(peak * np.sin(2.0 * np.pi * hz * instant_s) for hz, peak in TONES)
        vibration[:, :3] = (swing + tones)[:, np.newaxis]
        start_s = time.perf_counter()
        found.append(motion.next_block(nodes, vibration))
        spent_s += time.perf_counter() - start_s if block else 0.0
    rows = np.concatenate(found[n_blocks // 2 :])
    left = 1e6 * float(np.arcsin(-sight_ned(rows)[:, 2]).std())
    return left, (length_s - N_STEPS / GIMBAL_RATE_HZ) / spent_s


def _flown(name: str) -> tuple[float, float]:
    """Return a turret's jitter in a tenth of a second in flight, and times real time."""
    turret = shipped_turret(name)
    carrier = CARRIERS.get(name, "helicopter")
    platform = shipped_platform(carrier)
    flight = FlightModel.draw(
        1,
        platform=platform,
        plan=OrbitPlan(
            latitude_deg=60.0,
            longitude_deg=5.0,
            radius_m=2000.0,
            altitude_msl_m=120.0 if carrier == "multirotor" else 500.0,
            speed_m_s=platform.cruise_speed_m_s,
        ),
        gimbal=turret.gimbal,
        navigation=turret.navigation,
        pointings=(Pointing(start_s=0.0, latitude_deg=60.0, longitude_deg=5.0, height_hae_m=45.0),),
        weather=Weather.of_wind(8.0, from_deg=200.0),
    )
    spec = turret.cameras[0]
    camera = MountedCamera.of(spec, spec.focal_lengths_mm[-1])
    flight.advance(2_000_000)
    start_s = time.perf_counter()
    flight.advance(12_000_000)
    times_real = 10.0 / (time.perf_counter() - start_s)
    share = np.linspace(0.0, 1.0, 101)
    left = []
    for number in range(120, 150):
        flight.advance(100_000 * number)
        path = flight.line_of_sight_in_exposure(
            camera, start_us=100_000 * number, duration_s=0.1, n_points=101
        )[:, :2]
        drift = [np.polyval(np.polyfit(share, part, 2), share) for part in path.T]
        left.append(path - np.stack(drift, axis=-1))
    return 1e6 * float(np.concatenate(left).std()), times_real


def run(*, length_s: float = 60.0) -> dict[str, Any]:
    """Return the row; met where the loop of two axes runs as fast as is asked.

    Args:
        length_s: Of simulated time for each gimbal.
    """
    bands = {
        hz: _shaken(replace(WORN, rate_loop_hz=hz), length_s) for hz in (10.0, 20.0, 40.0, 80.0)
    }
    flights = {
        name: _flown(name) for name in turret_names() if shipped_turret(name).gimbal is not None
    }
    times_real = float(np.median([speed for _, speed in bands.values()]))
    return {
        "figure": f"two axes with friction, gyro and delay at least {LEAST_TIMES_REAL:g} times real"
        f" time at {GIMBAL_RATE_HZ} steps a second",
        "times_real_time": round(times_real),
        "jitter_urad_by_rate_loop_hz": {hz: round(left, 1) for hz, (left, _) in bands.items()},
        "jitter_urad_in_flight": {name: round(left, 1) for name, (left, _) in flights.items()},
        "whole_flight_times_real_time": round(
            float(np.median([speed for _, speed in flights.values()]))
        ),
        "is_met": times_real >= LEAST_TIMES_REAL,
    }


if __name__ == "__main__":
    print(json.dumps(run(), indent=2))
