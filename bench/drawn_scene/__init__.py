"""A drawn scene: a quick drawer of clips whose truth is known, for tests and benches.

A platform circles over a sea with floating things; pictures are drawn, not rendered: no air, no
optics but a blur, no gimbal but a wobble. Whoever wants the physics flies `plainview.twin`.
"""

from bench.drawn_scene.scenario import (
    Aim,
    Scenario,
    SceneObject,
    instrument_settings,
    read_scenario,
    scenario_from_mapping,
)
from bench.drawn_scene.scene import Places, Scene
from bench.drawn_scene.scene_drawer import SceneDrawer

__all__ = [
    "Aim",
    "Places",
    "Scenario",
    "Scene",
    "SceneDrawer",
    "SceneObject",
    "instrument_settings",
    "read_scenario",
    "scenario_from_mapping",
]
