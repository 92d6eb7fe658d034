"""Defective pixels of a flown thermal camera are not tracked; the boat beside them is."""

from datetime import UTC, datetime

import numpy as np
import pytest

from plainview.formats.settings_toml import RunSettings
from plainview.mission.frame_place import Surfaces
from plainview.mission.pipeline import observe_frame
from plainview.mission.stage_settings import make_stages
from plainview.model import Frame
from plainview.sensing import shipped_platform, shipped_turret
from plainview.twin.digital_twin import DigitalTwin
from plainview.twin.flight_scenario import FlightScenario
from plainview.twin.scenario_script import (
    ScenarioScript,
    ScriptedCamera,
    ScriptedObject,
    ScriptedOrbit,
    ScriptedPointing,
    ScriptedWeather,
)

N_FRAMES = 120
DEFECTS = {"dead": (60, 60), "hot": (60, 250), "blinking": (170, 130)}
"""Rows and columns."""


@pytest.fixture(scope="module")
def frames() -> list[Frame]:
    """A boat beside the middle of the picture, from a helicopter, by night."""
    script = ScenarioScript(
        name="defects",
        start=datetime(2026, 6, 1, 1, tzinfo=UTC),
        duration_s=10.0,
        frames_per_s=15.0,
        latitude_deg=54.0,
        longitude_deg=7.9,
        turret="ball-25cm",
        platform="helicopter",
        cameras=(ScriptedCamera(name="MWIR", columns=320, rows=256, horizontal_fov_deg=7.0),),
        weather=ScriptedWeather(wind_m_s=5.0),
        orbit=ScriptedOrbit(radius_m=700.0, altitude_msl_m=300.0, speed_m_s=40.0),
        pointings=(ScriptedPointing(start_s=0.0, east_m=0.0, north_m=0.0),),
        objects=(
            ScriptedObject(
                object_id=1, kind="small_boat", east_m=8.0, north_m=-4.0, temperature_c=16.0
            ),
        ),
    )
    flight = FlightScenario.of(
        script,
        turret=shipped_turret("ball-25cm"),
        platform=shipped_platform("helicopter"),
        where="test",
    )
    twin = DigitalTwin(flight, 4)
    shown = []
    for index in range(N_FRAMES):
        twin.advance(flight.video_time_us(index))
        shown.append(twin.frame_of(twin.shots()[0], 0))
    twin.close()
    return shown


def spoiled(frame: Frame, index: int) -> Frame:
    pixels = frame.pixels.copy()
    level = int(np.median(pixels))
    pixels[DEFECTS["dead"]] = max(level - 1600, 0)
    pixels[DEFECTS["hot"]] = level + 900
    if index % 5 < 3:
        pixels[DEFECTS["blinking"]] = level + 500
    return Frame(
        pixels=pixels,
        camera=frame.camera,
        frame_index=frame.frame_index,
        video_time_us=frame.video_time_us,
        view=frame.view,
    )


def test_what_does_not_measure_is_not_tracked(frames: list[Frame]) -> None:
    settings = RunSettings()
    stages = make_stages(settings, surfaces=Surfaces.from_settings(settings, terrain=None))
    on_defects, n_boat = [], 0
    for index, frame in enumerate(frames):
        tracks = observe_frame(spoiled(frame, index), stages).tracks
        middles = tracks.box_px[:, :2] + 0.5 * tracks.box_px[:, 2:]
        for name, (row, column) in DEFECTS.items():
            off = np.hypot(middles[:, 0] - column - 0.5, middles[:, 1] - row - 0.5)
            if np.any(off < 2.0):
                on_defects.append((name, index))
        n_boat += bool(len(tracks))
    assert on_defects == []
    assert n_boat > 0.7 * N_FRAMES
