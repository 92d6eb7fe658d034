"""Drawn clips whose metadata says nothing of the ground, by each reading of the angles."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from fractions import Fraction
from pathlib import Path

from bench.drawn_scene import Aim, Scenario, SceneDrawer, read_scenario
from bench.drawn_scene.reported import items_of_view
from plainview.formats import EncoderSettings, write_stanag4609
from plainview.misb import AngleReference, encode_set
from plainview.model import Frame, View

__all__ = ["blind_scenario", "items_under", "write_blind_clip"]

GROUND_ITEMS = (21, 22, 23, 24, 25, 42, 78, *range(26, 34), *range(82, 90))


def blind_scenario(*, turbulence_deg: float = 3.0, duration_s: float = 16.0) -> Scenario:
    """Return a banking, shaken orbit whose camera looks about, where all norths are nearly one."""
    rescue = read_scenario("rescue")
    aims = (
        rescue.gimbal.aims[0],
        Aim(start_s=4.0, east_m=95.0, north_m=40.0),
        Aim(start_s=9.0, east_m=-60.0, north_m=-80.0),
    )
    return replace(
        rescue,
        latitude_deg=52.5,
        longitude_deg=-2.95,  # near the middle of its UTM zone, and declination near 0 in 2026
        frames_per_s=12,
        duration_s=duration_s,
        camera=replace(rescue.camera, width_px=320, height_px=180),
        platform=replace(rescue.platform, turbulence_deg=turbulence_deg),
        gimbal=replace(rescue.gimbal, aims=aims),
    )


def items_under(
    view: View, scenario: Scenario, reference: AngleReference | None
) -> dict[int, object]:
    """Return the ST 0601 items of a View, its angles as a reading has them; None as none has."""
    items = items_of_view(view, scenario)
    if reference is AngleReference.PLATFORM:
        return items
    if reference is None:
        turned_deg = (view.sensor_relative_azimuth_deg or 0.0) + 40.0
        return items | {18: turned_deg % 360.0, 19: -(view.camera_elevation_deg or 0.0) - 25.0}
    heading, platform = view.camera_heading_deg or 0.0, view.platform_heading_deg or 0.0
    start_deg = platform if reference is AngleReference.HORIZON else 0.0
    return items | {
        18: (heading - start_deg) % 360.0,
        19: view.camera_elevation_deg,
        20: (view.camera_roll_deg or 0.0) % 360.0,
    }


def write_blind_clip(
    path: Path,
    references: Callable[[float], AngleReference | None],
    *,
    scenario: Scenario,
    seed: int,
    taken_out: tuple[int, ...] = GROUND_ITEMS,
) -> Path:
    """Fly it and write it, the reading being what ``references`` says of the time."""
    drawer = SceneDrawer(scenario, seed)

    def flown() -> Iterator[tuple[Frame, bytes]]:
        for index in range(scenario.n_frames):
            drawer.advance(scenario.video_time_us(index))
            view = drawer.erroneous_view()
            items = items_under(view, scenario, references(index / scenario.frames_per_s))
            kept = {tag: value for tag, value in items.items() if tag not in taken_out}
            frame = Frame(
                pixels=drawer.pixels(drawer.camera),
                camera=drawer.camera,
                frame_index=index,
                video_time_us=drawer.video_time_us,
                view=None,
            )
            yield frame, encode_set(kept)

    made = list(flown())
    write_stanag4609(
        path,
        frames=(frame for frame, _ in made),
        packets=[packet for _, packet in made],
        settings=EncoderSettings(rate_hz=Fraction(scenario.frames_per_s)),
    )
    return path
