"""The digital twin: platform, gimbal, scene, sensor response, and the truth of everything."""

from plainview.twin.pose_error import PoseError, erroneous_view
from plainview.twin.reported import SIMULATED_MISSION_PREFIX, misp_stamp_us
from plainview.twin.scenario import (
    Aim,
    Scenario,
    SceneObject,
    instrument_settings,
    read_scenario,
    scenario_from_mapping,
)
from plainview.twin.scene import Places, Scene
from plainview.twin.simulated_mark import SIMULATED
from plainview.twin.truth import FrameTruth, ObjectsTruth
from plainview.twin.twin import Twin

__all__ = [
    "SIMULATED",
    "SIMULATED_MISSION_PREFIX",
    "Aim",
    "FrameTruth",
    "ObjectsTruth",
    "Places",
    "PoseError",
    "Scenario",
    "Scene",
    "SceneObject",
    "Twin",
    "erroneous_view",
    "instrument_settings",
    "misp_stamp_us",
    "read_scenario",
    "scenario_from_mapping",
]
