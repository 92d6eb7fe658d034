"""Two cameras of one turret over one drawn scene, each with a field of view of its own."""

from dataclasses import replace
from pathlib import Path

from bench.drawn_scene import read_scenario
from bench.drawn_scene.drawn_clip import write_drawn_clip

DAY_FOV_DEG, THERMAL_FOV_DEG = 8.0, 11.0


def write_day_and_thermal(
    folder: Path, *, duration_s: float, width_px: int = 128, thermal_rate_hz: float = 25.0
) -> tuple[Path, Path]:
    """Write a clip of each; the thermal pictures are smaller by a fifth."""
    rescue = read_scenario("rescue")
    clips = []
    for name, width, fov_deg, band, rate_hz in (
        ("day", width_px, DAY_FOV_DEG, "EO", 25.0),
        ("thermal", width_px * 4 // 5 // 2 * 2, THERMAL_FOV_DEG, "LWIR", thermal_rate_hz),
    ):
        camera = replace(
            rescue.camera,
            width_px=width,
            height_px=width * 3 // 4 // 2 * 2,
            horizontal_fov_deg=fov_deg,
            band=band,
        )
        scenario = replace(rescue, camera=camera, duration_s=duration_s, frames_per_s=rate_hz)
        clips.append(write_drawn_clip(folder / name, scenario, seed=1).video)
    return clips[0], clips[1]
