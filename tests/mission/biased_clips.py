"""A drawn clip whose bore-sight, lag and focal length are wrong by known amounts."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from bench.drawn_scene import Aim, Scenario, SceneDrawer, read_scenario
from bench.drawn_scene.drawn_clip import DrawnClip, write_drawn_clip
from plainview.geo import project_points
from plainview.twin import PoseError

__all__ = ["PLACE_COLUMNS", "BiasedClip", "biased_scenario", "make_biased_clip"]

PLACE_COLUMNS = "latitude_deg,longitude_deg,height_m,height_datum,sigma_m"
PICK_EVERY = 8


@dataclass(frozen=True, slots=True, kw_only=True)
class BiasedClip:
    """A clip with known biases.

    Args:
        clip: What was drawn, through the real muxer.
        error: What its metadata gets wrong through the whole clip.
        picks: A CSV file of picks of its things, their places with them.
        survey: A CSV file of the things alone.
        named_picks: A CSV file of picks that name them.
    """

    clip: DrawnClip
    error: PoseError
    picks: Path
    survey: Path
    named_picks: Path


def biased_scenario(*, duration_s: float = 16.0) -> Scenario:
    """Return a flight over things at rest, its camera turning between them, with large biases."""
    rescue = read_scenario("rescue")
    pair = type(rescue.instrument.time_s)
    instrument = replace(
        rescue.instrument,
        position_horizontal_m=pair(own=0.1, shared=0.5),
        position_vertical_m=pair(own=0.1, shared=0.5),
        platform_heading_deg=pair(own=0.01, shared=0.6),
        platform_pitch_deg=pair(own=0.01, shared=0.01),
        platform_roll_deg=pair(own=0.01, shared=0.01),
        relative_azimuth_deg=pair(own=0.005, shared=0.6),
        relative_elevation_deg=pair(own=0.005, shared=0.8),
        relative_roll_deg=pair(own=0.005, shared=1.5),
        field_of_view_ratio=pair(own=0.0002, shared=0.05),
        time_s=pair(own=0.0005, shared=0.2),
    )
    offsets = [(0.0, 0.0), (-75.0, 55.0), (48.0, -42.0), (62.0, 30.0), (118.0, 78.0), (30.0, -90.0)]
    things = tuple(
        replace(thing, speed_m_s=0.0, east_m=east_m, north_m=north_m)
        for thing, (east_m, north_m) in zip(rescue.objects, offsets, strict=False)
    )
    aims = tuple(
        Aim(start_s=start_s, east_m=east_m, north_m=north_m)
        for start_s, east_m, north_m in [
            (0.0, 0, 0),
            (3.0, 90, 50),
            (8.0, -60, 20),
            (12.0, 20, -60),
        ]
    )
    return replace(
        rescue,
        name="biased",
        duration_s=duration_s,
        camera=replace(rescue.camera, width_px=320, height_px=180),
        platform=replace(rescue.platform, radius_m=800.0, speed_m_s=55.0),
        gimbal=replace(rescue.gimbal, aims=aims, slew_s=2.5),
        objects=things,
        instrument=instrument,
        sea=replace(rescue.sea, level_sigma_m=0.2),
    )


def make_biased_clip(folder: Path, *, seed: int, scenario: Scenario | None = None) -> BiasedClip:
    """Fly it, write it, and pick every thing in every eighth frame with half a pixel of noise."""
    flown = scenario or biased_scenario()
    clip = write_drawn_clip(folder, flown, seed=seed)
    drawer, rng = SceneDrawer(flown, seed), np.random.default_rng(seed)
    places = drawer.scene.places(drawer.scene.object_east_north_m(0.0))
    columns = (places.latitude_deg, places.longitude_deg, places.height_hae_m)
    rows = [
        f"{latitude:.8f},{longitude:.8f},{height:.3f},WGS84 ellipsoid,0.05"
        for latitude, longitude, height in zip(*columns, strict=True)
    ]
    whole, named = [], []
    for index in range(0, flown.n_frames, PICK_EVERY):
        drawer.advance(flown.video_time_us(index))
        pixels = project_points(drawer.true_view(), drawer.camera, *columns)
        for number, (x, y) in enumerate(pixels + rng.normal(0.0, 0.5, pixels.shape)):
            if 0.0 < x < drawer.camera.width_px and 0.0 < y < drawer.camera.height_px:
                pick = f"{index},{x:.2f},{y:.2f},0.5,thing {number + 1}"
                named.append(pick)
                whole.append(f"{pick},{rows[number]}")
    head = "frame,x_px,y_px,sigma_px,name"
    files = {
        "picks.csv": [f"{head},{PLACE_COLUMNS}", *whole],
        "named.csv": [head, *named],
        "survey.csv": [
            f"name,{PLACE_COLUMNS}",
            *(f"thing {number},{row}" for number, row in enumerate(rows, start=1)),
        ],
    }
    for name, lines in files.items():
        (folder / name).write_text("\n".join(lines) + "\n")
    return BiasedClip(
        clip=clip,
        error=drawer.shared_error,
        picks=folder / "picks.csv",
        survey=folder / "survey.csv",
        named_picks=folder / "named.csv",
    )
