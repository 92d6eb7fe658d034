"""The digital twin: platform, gimbal, scene, sensor response, and the truth of everything."""

from plainview.twin.flight_metadata import (
    SIMULATED_MISSION_PREFIX,
    FlightNames,
    encode_flight_view,
    misp_stamp_us,
    read_flight_view,
)
from plainview.twin.flight_model import FlightModel
from plainview.twin.flight_plan import (
    FlightPlan,
    OrbitPlan,
    RoutePlan,
    StandPlan,
    Weather,
    plan_of_pattern,
)
from plainview.twin.mounted_camera import MountedCamera
from plainview.twin.pointing import ObjectPlaces, Pointing
from plainview.twin.pose_error import PoseError, erroneous_view
from plainview.twin.scenario import (
    Aim,
    Scenario,
    SceneObject,
    instrument_settings,
    read_scenario,
    scenario_from_mapping,
)
from plainview.twin.scene import Places, Scene
from plainview.twin.ship_motion import WaveSpectrum
from plainview.twin.simulated_mark import SIMULATED
from plainview.twin.truth import FrameTruth, ObjectsTruth
from plainview.twin.twin import Twin

__all__ = [
    "SIMULATED",
    "SIMULATED_MISSION_PREFIX",
    "Aim",
    "FlightModel",
    "FlightNames",
    "FlightPlan",
    "FrameTruth",
    "MountedCamera",
    "ObjectPlaces",
    "ObjectsTruth",
    "OrbitPlan",
    "Places",
    "Pointing",
    "PoseError",
    "RoutePlan",
    "Scenario",
    "Scene",
    "SceneObject",
    "StandPlan",
    "Twin",
    "WaveSpectrum",
    "Weather",
    "encode_flight_view",
    "erroneous_view",
    "instrument_settings",
    "misp_stamp_us",
    "plan_of_pattern",
    "read_flight_view",
    "read_scenario",
    "scenario_from_mapping",
]
