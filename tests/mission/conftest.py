"""Drawn clips that are small enough to be processed many times."""

from dataclasses import replace

import pytest

from bench.drawn_scene import Scenario, read_scenario
from bench.drawn_scene.drawn_clip import DrawnClip, write_drawn_clip
from plainview.mission.reader import Mission, open_mission
from tests.mission.ending_run import run_plainview


def small_scenario(*, width_px: int, height_px: int, duration_s: float) -> Scenario:
    rescue = read_scenario("rescue")
    camera = replace(rescue.camera, width_px=width_px, height_px=height_px)
    return replace(rescue, camera=camera, duration_s=duration_s)


@pytest.fixture(scope="session")
def drawn_clip(tmp_path_factory: pytest.TempPathFactory) -> DrawnClip:
    """Return 2 s of the rescue at 320x180, 50 frames."""
    scenario = small_scenario(width_px=320, height_px=180, duration_s=2.0)
    return write_drawn_clip(tmp_path_factory.mktemp("drawn"), scenario, seed=1)


@pytest.fixture(scope="session")
def tiny_clip(tmp_path_factory: pytest.TempPathFactory) -> DrawnClip:
    """Return a third of a second of it at 128x96."""
    scenario = small_scenario(width_px=128, height_px=96, duration_s=0.32)
    return write_drawn_clip(tmp_path_factory.mktemp("tiny"), scenario, seed=1)


@pytest.fixture(scope="session")
def whole_mission(drawn_clip: DrawnClip, tmp_path_factory: pytest.TempPathFactory) -> Mission:
    """Return the mission of `drawn_clip`, made without interruption; do not write in it."""
    out = tmp_path_factory.mktemp("whole") / "mission"
    made = run_plainview(["process", drawn_clip.video, "--out", out])
    assert made.returncode == 0, made.stderr
    return open_mission(out)
