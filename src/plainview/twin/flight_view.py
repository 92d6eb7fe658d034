"""Views of a flight: from angles of platform and gimbal to what a camera's geometry needs."""

import numpy as np
import numpy.typing as npt

from plainview.geo import (
    NED_FROM_ENU,
    body_angles_from_rotation,
    camera_angles_from_rotation,
    ecef_from_ned,
    geodetic_from_ecef,
    gimbal_angles_from_rotation,
)
from plainview.geo.attitude import BODY_FROM_LEVEL_CAMERA, rotation_y, rotation_z
from plainview.model import PoseBasis, TimeBasis, View
from plainview.twin.mounted_camera import MountedCamera
from plainview.twin.sight_block import SightBlock, rotations_of_steps

__all__ = ["camera_pose", "sight_path", "true_view_of"]

Array = npt.NDArray[np.float64]


def camera_pose(steps: Array, camera: MountedCamera) -> tuple[Array, Array, Array]:
    """Return the pose of a camera, of angles (..., 7).

    Returns:
        ned_from_camera, body_from_camera and ned_from_body, each (..., 3, 3).
    """
    ned_from_body, body_from_payload = rotations_of_steps(steps)
    beside = rotation_z(camera.bore_sight_right_rad) @ rotation_y(-camera.bore_sight_down_rad)
    body_from_camera = body_from_payload @ (beside @ BODY_FROM_LEVEL_CAMERA)
    return ned_from_body @ body_from_camera, body_from_camera, ned_from_body


def true_view_of(
    block: SightBlock, time_s: float, camera: MountedCamera, *, around: Array, start_us: int
) -> View:
    """Return the true View of a camera at an instant of a block.

    Args:
        block: It holds the instant.
        time_s: From the start of the video.
        camera: Which one.
        around: (2, 8) instants before and after, in seconds, each with its angles (7,), by
            which the line of sight turns.
        start_us: UTC of the start of the video.
    """
    position, velocity, altitude_m = block.place_at(time_s)
    latitude, longitude, height = geodetic_from_ecef(position)
    ned = ecef_from_ned(latitude, longitude)
    enu = NED_FROM_ENU @ (ned.T @ velocity)
    steps = np.stack([block.steps_at(time_s), around[0, 1:], around[1, 1:]])
    ned_from_camera, body_from_camera, ned_from_body = camera_pose(steps, camera)
    heading, pitch, roll = np.degrees(body_angles_from_rotation(ned_from_body[0]))
    azimuth, elevation, turned = np.degrees(gimbal_angles_from_rotation(body_from_camera[0]))
    sights = np.degrees(np.stack(camera_angles_from_rotation(ned_from_camera)))
    sight = sights[:, 0]
    turn = np.mod(sights[:, 2] - sights[:, 1] + 180.0, 360.0) - 180.0
    rates_deg_s = turn / (around[1, 0] - around[0, 0])
    return View(
        time_us=start_us + round(1e6 * time_s),
        time_basis=TimeBasis.SIMULATED,
        latitude_deg=float(latitude),
        longitude_deg=float(longitude),
        height_hae_m=float(height),
        altitude_msl_m=altitude_m,
        platform_heading_deg=float(heading),
        platform_pitch_deg=float(pitch),
        platform_roll_deg=float(roll),
        sensor_relative_azimuth_deg=float(azimuth),
        sensor_relative_elevation_deg=float(elevation),
        sensor_relative_roll_deg=float(turned),
        camera_heading_deg=float(sight[0]),
        camera_elevation_deg=float(sight[1]),
        camera_roll_deg=float(sight[2]),
        pose_basis=PoseBasis.RELATIVE,
        horizontal_fov_deg=camera.horizontal_fov_deg,
        vertical_fov_deg=camera.vertical_fov_deg,
        velocity_enu_m_s=(float(enu[0]), float(enu[1]), float(enu[2])),
        camera_heading_rate_deg_s=float(rates_deg_s[0]),
        camera_elevation_rate_deg_s=float(rates_deg_s[1]),
    )


def sight_path(steps: Array, middle: Array, camera: MountedCamera) -> Array:
    """Return how a camera is turned (n, 3) against its pose at the middle: right, down, clockwise.

    Args:
        steps: (n, 7) angles of the instants.
        middle: (7,) of the middle.
        camera: Which one.
    """
    poses = camera_pose(np.concatenate([steps, middle[np.newaxis]]), camera)[0]
    turned = poses[-1].T @ poses[:-1]
    about = 0.5 * np.stack(
        [
            turned[:, 2, 1] - turned[:, 1, 2],
            turned[:, 0, 2] - turned[:, 2, 0],
            turned[:, 1, 0] - turned[:, 0, 1],
        ],
        axis=-1,
    )
    return np.stack([about[:, 1], -about[:, 0], about[:, 2]], axis=-1)
