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
from plainview.twin.ship_motion import WaveSpectrum
from plainview.twin.simulated_mark import SIMULATED
from plainview.twin.truth import FrameTruth, ObjectsTruth

__all__ = [
    "SIMULATED",
    "SIMULATED_MISSION_PREFIX",
    "FlightModel",
    "FlightNames",
    "FlightPlan",
    "FrameTruth",
    "MountedCamera",
    "ObjectPlaces",
    "ObjectsTruth",
    "OrbitPlan",
    "Pointing",
    "PoseError",
    "RoutePlan",
    "StandPlan",
    "WaveSpectrum",
    "Weather",
    "encode_flight_view",
    "erroneous_view",
    "misp_stamp_us",
    "plan_of_pattern",
    "read_flight_view",
]
