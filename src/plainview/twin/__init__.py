"""The digital twin: platform, gimbal, world, sensor response, and the truth of everything."""

from plainview.twin.ais_transmitter import AisFaults, AisTrack, Transmitter
from plainview.twin.automatic_identification import Transmission, transmissions
from plainview.twin.digital_twin import DigitalTwin, Shot
from plainview.twin.electronics import Electronics
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
from plainview.twin.flight_scenario import FlightScenario, script_from_mapping
from plainview.twin.matched_filter import matched_signal_to_noise
from plainview.twin.mounted_camera import MountedCamera
from plainview.twin.pointing import ObjectPlaces, Pointing
from plainview.twin.pose_error import PoseError, erroneous_view
from plainview.twin.rangefinder import Rangefinder
from plainview.twin.renderer import RenderedPicture, Renderer
from plainview.twin.scenario_script import ScenarioScript
from plainview.twin.sensor_response import SensorFrame, SensorResponse
from plainview.twin.ship_motion import WaveSpectrum
from plainview.twin.simulated_mark import SIMULATED, SimulatedMark
from plainview.twin.truth import FrameTruth, ObjectsTruth
from plainview.twin.world import OBJECT_SIZES_M, SunPosition, World, WorldObject

__all__ = [
    "OBJECT_SIZES_M",
    "SIMULATED",
    "SIMULATED_MISSION_PREFIX",
    "AisFaults",
    "AisTrack",
    "DigitalTwin",
    "Electronics",
    "FlightModel",
    "FlightNames",
    "FlightPlan",
    "FlightScenario",
    "FrameTruth",
    "MountedCamera",
    "ObjectPlaces",
    "ObjectsTruth",
    "OrbitPlan",
    "Pointing",
    "PoseError",
    "Rangefinder",
    "RenderedPicture",
    "Renderer",
    "RoutePlan",
    "ScenarioScript",
    "SensorFrame",
    "SensorResponse",
    "Shot",
    "SimulatedMark",
    "StandPlan",
    "SunPosition",
    "Transmission",
    "Transmitter",
    "WaveSpectrum",
    "Weather",
    "World",
    "WorldObject",
    "encode_flight_view",
    "erroneous_view",
    "matched_signal_to_noise",
    "misp_stamp_us",
    "plan_of_pattern",
    "read_flight_view",
    "script_from_mapping",
    "transmissions",
]
