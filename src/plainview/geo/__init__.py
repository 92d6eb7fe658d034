"""Geodesy, geoid, camera rays, terrain values, footprints, covariance."""

from plainview.geo.assumed_sigma import assumed_view_sigma
from plainview.geo.attitude import (
    body_angles_from_rotation,
    body_from_camera,
    camera_angles_from_rotation,
    gimbal_angles_from_rotation,
    interpolate_rotation,
    ned_from_body,
    ned_from_camera,
    quaternion_from_rotation,
    rotation_from_quaternion,
)
from plainview.geo.bias import BiasEstimate, LooksResidual, estimate_biases
from plainview.geo.calibration import (
    ANY_CAMERA,
    CALIBRATED_NAMES,
    CalibratedPart,
    Calibration,
    calibrated_view,
)
from plainview.geo.camera_rays import (
    camera_directions,
    ecef_from_camera,
    focal_lengths_px,
    pixels_in_picture,
    principal_point_px,
    project_directions,
    project_points,
    rays_from_view,
    sensor_position_ecef_m,
)
from plainview.geo.covariance import uncertainty_basis
from plainview.geo.ellipsoid import (
    MEAN_EARTH_RADIUS_M,
    WGS84_ECCENTRICITY_SQUARED,
    WGS84_RADII_M,
    WGS84_SEMI_MAJOR_M,
    intersect_ellipsoid,
    up_from_ecef,
)
from plainview.geo.footprint import Footprint, footprint
from plainview.geo.geodesic import destination, distance_and_bearing
from plainview.geo.geodetic import (
    NED_FROM_ENU,
    ecef_from_enu,
    ecef_from_geodetic,
    ecef_from_ned,
    enu_m_from_geodetic,
    geodetic_from_ecef,
    geodetic_from_enu_m,
)
from plainview.geo.geoid import EGM96_SIGMA_M, geoid_undulation_m
from plainview.geo.grid_north import grid_convergence_deg, grid_position_m, utm_zone
from plainview.geo.ground_points import GroundPoints
from plainview.geo.ground_sensitivity import (
    GroundSensitivity,
    ground_sensitivity,
    places_of_pixels,
)
from plainview.geo.lens import distort_points, undistort_points
from plainview.geo.lens_calibration import LensCalibration, view_with_fields
from plainview.geo.locate import Refraction, locate_points
from plainview.geo.looks import Looks, Things
from plainview.geo.magnetic import declination_deg
from plainview.geo.motion_lag import LagEstimate, LagSettings, MotionWindow, estimate_lag
from plainview.geo.observability import Told
from plainview.geo.pose_bias import BIAS_NAMES, PoseBias, view_without_bias
from plainview.geo.pose_check import heights_apart_m, pose_outcome
from plainview.geo.position_text import format_ddm, format_decimal, format_dms, format_mgrs
from plainview.geo.range_fusion import MEASURED_RANGE_SIGMA
from plainview.geo.range_text import (
    bearing_and_range_text,
    format_bearing,
    format_distance,
    format_height,
    format_speed,
    zulu_date_time_group,
)
from plainview.geo.ray_outcome import NotLocated, RayOutcome, reason_text
from plainview.geo.refraction import (
    REFRACTION_COEFFICIENT,
    REFRACTION_COEFFICIENT_SIGMA,
    apparent_directions,
    points_on_rays,
    tangents_of_rays,
)
from plainview.geo.ship_positions import MAX_REPORT_GAP_S, ship_positions
from plainview.geo.sight_sigma import sight_sigma_deg
from plainview.geo.sun import sun_azimuth_deg, sun_elevation_deg
from plainview.geo.surface import (
    FRAME_CENTER_HEIGHT_SIGMA_M,
    SEA_LEVEL_SIGMA_M,
    GeoidSurface,
    HeightSurface,
    Surface,
    TerrainSurface,
    WithheldSurface,
    choose_surface,
)
from plainview.geo.terrain import TERRAIN_SIGMA_M, Terrain
from plainview.geo.vertical_datum import (
    VerticalDatum,
    height_hae_from_datum_m,
    vertical_datum_from_name,
)
from plainview.geo.view_motion import motion_of_homographies, motion_of_poses

__all__ = [
    "ANY_CAMERA",
    "BIAS_NAMES",
    "CALIBRATED_NAMES",
    "EGM96_SIGMA_M",
    "FRAME_CENTER_HEIGHT_SIGMA_M",
    "MAX_REPORT_GAP_S",
    "MEAN_EARTH_RADIUS_M",
    "MEASURED_RANGE_SIGMA",
    "NED_FROM_ENU",
    "REFRACTION_COEFFICIENT",
    "REFRACTION_COEFFICIENT_SIGMA",
    "SEA_LEVEL_SIGMA_M",
    "TERRAIN_SIGMA_M",
    "WGS84_ECCENTRICITY_SQUARED",
    "WGS84_RADII_M",
    "WGS84_SEMI_MAJOR_M",
    "BiasEstimate",
    "CalibratedPart",
    "Calibration",
    "Footprint",
    "GeoidSurface",
    "GroundPoints",
    "GroundSensitivity",
    "HeightSurface",
    "LagEstimate",
    "LagSettings",
    "LensCalibration",
    "Looks",
    "LooksResidual",
    "MotionWindow",
    "NotLocated",
    "PoseBias",
    "RayOutcome",
    "Refraction",
    "Surface",
    "Terrain",
    "TerrainSurface",
    "Things",
    "Told",
    "VerticalDatum",
    "WithheldSurface",
    "apparent_directions",
    "assumed_view_sigma",
    "bearing_and_range_text",
    "body_angles_from_rotation",
    "body_from_camera",
    "calibrated_view",
    "camera_angles_from_rotation",
    "camera_directions",
    "choose_surface",
    "declination_deg",
    "destination",
    "distance_and_bearing",
    "distort_points",
    "ecef_from_camera",
    "ecef_from_enu",
    "ecef_from_geodetic",
    "ecef_from_ned",
    "enu_m_from_geodetic",
    "estimate_biases",
    "estimate_lag",
    "focal_lengths_px",
    "footprint",
    "format_bearing",
    "format_ddm",
    "format_decimal",
    "format_distance",
    "format_dms",
    "format_height",
    "format_mgrs",
    "format_speed",
    "geodetic_from_ecef",
    "geodetic_from_enu_m",
    "geoid_undulation_m",
    "gimbal_angles_from_rotation",
    "grid_convergence_deg",
    "grid_position_m",
    "ground_sensitivity",
    "height_hae_from_datum_m",
    "heights_apart_m",
    "interpolate_rotation",
    "intersect_ellipsoid",
    "locate_points",
    "motion_of_homographies",
    "motion_of_poses",
    "ned_from_body",
    "ned_from_camera",
    "pixels_in_picture",
    "places_of_pixels",
    "points_on_rays",
    "pose_outcome",
    "principal_point_px",
    "project_directions",
    "project_points",
    "quaternion_from_rotation",
    "rays_from_view",
    "reason_text",
    "rotation_from_quaternion",
    "sensor_position_ecef_m",
    "ship_positions",
    "sight_sigma_deg",
    "sun_azimuth_deg",
    "sun_elevation_deg",
    "tangents_of_rays",
    "uncertainty_basis",
    "undistort_points",
    "up_from_ecef",
    "utm_zone",
    "vertical_datum_from_name",
    "view_with_fields",
    "view_without_bias",
    "zulu_date_time_group",
]
