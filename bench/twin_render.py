"""How fast the twin draws day, thermal, range and truth of one scene with twenty things.

A turret 300 m over a sea of 8 m/s, sun up, looks 10 degrees down; twenty things of ten kinds lie
in and about its picture, four of them boats under way with their wakes, and time runs on by a
thirtieth of a second from one frame to the next. Both cameras share one pass. What is timed is
`Renderer.render`, and beside it what a frame takes until it leaves its camera: each picture
through `SensorResponse.frame`, with optics, noise, fixed pattern and grey levels. Kernels are
compiled before. The rate on the clock is that of the quickest third of the frames, because other
work on the machine is not ours; the time that the process itself used is beside it, and what two
idle cores would make of it if both were busy throughout, which they are not quite.

Beside the figures stand those of general renderers, measured once on a like machine of two cores
for the scene without range and truth: the graphics library Mesa in software (moderngl on EGL) 134
to 153 frames/s at 640x512, a physical renderer (Mitsuba 3, flat sea, 4 samples a pixel) 3.4.
"""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

import numpy as np

from bench.measured_response import day_camera, thermal_camera
from plainview.model import Band, Camera, View
from plainview.twin.renderer import Renderer
from plainview.twin.sensor_response import SensorResponse
from plainview.twin.world import OBJECT_SIZES_M, SunPosition, World, WorldObject

__all__ = ["run", "twenty_things"]

FIGURES: Final = {(640, 512): 150.0, (1280, 720): 50.0}
N_FRAMES: Final = 90
N_WARM_UP: Final = 5


def twenty_things() -> World:
    """Return a sea with twenty things about the middle of the picture."""
    rng = np.random.default_rng(3)
    kinds = [*OBJECT_SIZES_M, *OBJECT_SIZES_M]
    things = tuple(
        WorldObject(
            object_id=number + 1,
            kind=kind,
            east_m=float(rng.uniform(-200.0, 200.0)),
            north_m=float(rng.uniform(1200.0, 2600.0)),
            course_deg=float(rng.uniform(0.0, 360.0)),
            speed_m_s=4.0 if "boat" in kind else 0.0,
            above_m=30.0 if kind == "bird" else 0.0,
        )
        for number, kind in enumerate(kinds)
    )
    sun = SunPosition(azimuth_deg=60.0, elevation_deg=35.0)
    return World(
        latitude_deg=45.0, longitude_deg=10.0, wind_m_s=8.0, wind_from_deg=240.0, sun=sun,
        objects=things,
    )  # fmt: skip


def frame_rates(
    size: tuple[int, int], n_threads: int, *, has_noise: bool = False
) -> tuple[float, float, bytes]:
    """Return frames a second on the clock and of processor time, and the last frame's bytes."""
    world = twenty_things()
    renderer = Renderer(world, n_threads=n_threads)
    width, height = size
    tangent = np.tan(np.radians(7.0)) * height / width
    view = View(
        latitude_deg=45.0,
        longitude_deg=10.0,
        height_hae_m=world.sea_level_hae_m + 300.0,
        camera_heading_deg=0.0,
        camera_elevation_deg=-10.0,
        camera_roll_deg=0.0,
        horizontal_fov_deg=14.0,
        vertical_fov_deg=float(np.degrees(2.0 * np.arctan(tangent))),
    )
    cameras = [
        (Camera(name=str(band), width_px=width, height_px=height, band=band), view)
        for band in (Band.EO, Band.LWIR)
    ]
    responses = [
        SensorResponse.of_camera(spec, seed=(1,))
        for spec in (day_camera(width, height), thermal_camera(width, height))
    ]
    clock_s, used_s = [], []
    last = b""
    with ThreadPoolExecutor(n_threads) as pool:
        for frame in range(N_WARM_UP + N_FRAMES):
            start_s, start_used_s = time.perf_counter(), time.process_time()
            pictures = renderer.render(cameras, time_s=frame / 30.0)
            shown = [
                response.frame(
                    picture.radiance,
                    focal_length_mm=response.spec.focal_lengths_mm[0],
                    frame_index=frame,
                    time_s=frame / 30.0,
                    pool=pool if n_threads > 1 else None,
                )
                for response, picture in zip(responses, pictures, strict=True)
                if has_noise
            ]
            clock_s.append(time.perf_counter() - start_s)
            used_s.append(time.process_time() - start_used_s)
            last = b"".join(picture.radiance.tobytes() for picture in pictures)
            last += pictures[0].range_m.tobytes()
            last += b"".join(each.counts.tobytes() for each in shown)
    renderer.close()
    quick_s = np.sort(clock_s[N_WARM_UP:])[: N_FRAMES // 3]
    return 1.0 / float(np.median(quick_s)), 1.0 / float(np.median(used_s[N_WARM_UP:])), last


def run() -> dict[str, Any]:
    row: dict[str, Any] = {}
    is_met = True
    for size, figure in FIGURES.items():
        name = f"{size[0]}x{size[1]}"
        for has_noise in (False, True):
            both, _, bytes_2 = frame_rates(size, 2, has_noise=has_noise)
            one, of_processor, bytes_1 = frame_rates(size, 1, has_noise=has_noise)
            what = f"{name}_{'with_noise_and_optics' if has_noise else 'drawn'}"
            row[f"frames_s_{what}"] = {
                "two_threads": round(both, 1),
                "one_thread": round(one, 1),
                "a_second_of_processor_time": round(of_processor, 1),
                "two_seconds_of_it": round(2.0 * of_processor, 1),
                "figure": figure,
            }
            row[f"same_bytes_{what}"] = bytes_1 == bytes_2
            is_met = is_met and bytes_1 == bytes_2 and (both >= figure or not has_noise)
    return {**row, "is_met": is_met}


if __name__ == "__main__":
    print(json.dumps(run(), indent=1))
