"""The twin's sensor response: what it was told against what its frames say, and how fast it is.

Transfer, NETD, fixed pattern, electrons, energy and dead pixels are measured back from frames by
the estimators of `bench.measured_response`. The time is that of a day and a thermal frame
together, each with its noise, fixed pattern and grey levels. As others use this machine, the core
time of one thread is judged, the best of many, halved for two cores; the wall time of two threads
that share the rows stands beside it.
"""

import time
from concurrent.futures import Executor, ThreadPoolExecutor
from typing import Any, Final

import numpy as np

from bench.measured_response import (
    FREQUENCIES,
    day_camera,
    edge_transfer,
    frames_of,
    noise_parts,
    photon_transfer,
    point_energy,
    quiet,
    radiance_of,
    specified_transfer,
    thermal_camera,
)
from plainview.twin.sensor_response import SensorResponse

__all__ = ["run"]

SIZES: Final = {"640x512": (640, 512, 1.0), "1280x720": (1280, 720, 3.1)}
"""Columns, rows and the milliseconds that both frames may take on two cores."""
N_TIMED: Final = 60
MOST_MTF: Final = 0.02
MOST_NOISE: Final = 0.03
MOST_ENERGY: Final = 0.02
SHAPE: Final = (240, 160)


def run() -> dict[str, Any]:
    """Return the figures of the row."""
    row: dict[str, Any] = {}
    measured = True
    for part in (_transfers(), _noise(), _energy()):
        measured &= all(part.pop("is_near"))
        row |= part
    is_fast = True
    for name, (columns, rows, most_ms) in SIZES.items():
        core_ms, wall_ms = _both_ms(columns, rows)
        row[f"both_ms_{name}"] = round(0.5 * core_ms, 2)
        row[f"both_wall_ms_{name}"] = round(wall_ms, 2)
        is_fast &= 0.5 * core_ms <= most_ms
    row["is_met"] = measured and is_fast
    return row


def _transfers() -> dict[str, Any]:
    thermal, day = thermal_camera(), day_camera()
    cold, warm = (float(radiance_of(thermal, each)) for each in (290.0, 310.0))
    off = {}
    for spec, levels in ((thermal, (cold, warm)), (day, (5.0, 50.0))):
        found = edge_transfer(SensorResponse.of_camera(spec, seed=(5,)), levels)
        off[spec.name] = float(np.abs(found - specified_transfer(spec, FREQUENCIES)).max())
    return {
        **{f"mtf_off_{name}": round(each, 4) for name, each in off.items()},
        "is_near": [max(off.values()) <= MOST_MTF],
    }


def _noise() -> dict[str, Any]:
    spec = thermal_camera()
    response = SensorResponse.of_camera(spec, seed=(5,))
    flat = {
        kelvin: np.full(SHAPE, float(radiance_of(spec, kelvin))) for kelvin in (299.5, 300.0, 300.5)
    }
    parts = noise_parts(frames_of(response, flat[300.0], 48))
    warm = np.nanmean(frames_of(response, flat[300.5], 24, first=48))
    cold = np.nanmean(frames_of(response, flat[299.5], 24, first=72))
    netd_k, fixed_k = (each / float(warm - cold) for each in (parts.pixel, parts.fixed))
    told_k = spec.netd_k(55.0) or 0.0
    electrons = photon_transfer(day_camera(), levels=(5.0, 15.0, 30.0, 50.0), seed=3)
    ratios = {
        "netd_ratio": netd_k / told_k,
        "fixed_pattern_ratio": fixed_k / 0.02,
        "electrons_a_count_ratio": electrons / (10_000.0 / (4095 * 63 / 64)),
    }
    n_dead = response.dead.n
    return {
        **{name: round(each, 4) for name, each in ratios.items()},
        "dead_pixels": f"{n_dead} of {round(1e-3 * SHAPE[0] * SHAPE[1])}",
        "is_near": [
            *(abs(each - 1.0) <= MOST_NOISE for each in ratios.values()),
            n_dead == round(1e-3 * SHAPE[0] * SHAPE[1]),
        ],
    }


def _energy() -> dict[str, Any]:
    spec = thermal_camera(netd_k=0.01)
    background, hot = (float(radiance_of(spec, each)) for each in (288.0, 320.0))
    energy = point_energy(
        SensorResponse.of_camera(spec, seed=(2,), electronics=quiet()),
        background=background,
        contrast=hot - background,
        cover=0.4,
        n_frames=150,
    )
    return {
        "point_energy_ratio": round(energy, 4),
        "is_near": [abs(energy - 1.0) <= MOST_ENERGY],
    }


def _both_ms(columns: int, rows: int) -> tuple[float, float]:
    """Return core and wall milliseconds of a day and a thermal frame, the best of many."""
    generator = np.random.default_rng(1)
    cameras = []
    for spec, level in ((thermal_camera(columns, rows), 38.0), (day_camera(columns, rows), 20.0)):
        noise = 0.05 * generator.standard_normal((rows + 8, columns + 8), np.float32)
        radiance = (level * (1.0 + noise)).astype(np.float32)
        cameras.append((SensorResponse.of_camera(spec, seed=(1,)), radiance))
    core_s, wall_s = np.inf, np.inf
    with ThreadPoolExecutor(2) as pool:
        for index in range(N_TIMED):
            start_s = time.thread_time()
            _both(cameras, 2 * index, None)
            core_s = min(core_s, time.thread_time() - start_s)
            start_s = time.perf_counter()
            _both(cameras, 2 * index + 1, pool)
            wall_s = min(wall_s, time.perf_counter() - start_s)
    return 1e3 * core_s, 1e3 * wall_s


def _both(cameras: list[tuple[SensorResponse, Any]], index: int, pool: Executor | None) -> None:
    for response, radiance in cameras:
        response.frame(
            radiance,
            focal_length_mm=response.spec.focal_lengths_mm[0],
            frame_index=index,
            time_s=index / 30.0,
            pool=pool,
        )
