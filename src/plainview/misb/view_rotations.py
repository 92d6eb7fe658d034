"""The rotations that a View's angles name, and the angles that rotations name."""

import math

import numpy as np
import numpy.typing as npt

from plainview.geo.attitude import BODY_FROM_LEVEL_CAMERA
from plainview.geo.single_pose import (
    body_angles_of_rotation,
    body_from_camera_of_angles,
    ned_from_body_of_angles,
)
from plainview.model import View
from plainview.units import wrap_degrees_180, wrap_degrees_360

__all__ = [
    "body_angles_deg",
    "camera_angles_deg",
    "gimbal_angles_deg",
    "ned_from_camera_of_gimbal",
    "ned_from_platform_of_view",
    "ned_from_view",
]

Array = npt.NDArray[np.float64]
Angles = tuple[float, float, float]


def ned_from_camera_of_gimbal(platform_deg: Angles, gimbal_deg: Angles) -> Array:
    """Return the camera's rotation from platform attitude and relative gimbal angles.

    Args:
        platform_deg: Heading, pitch, roll.
        gimbal_deg: Relative azimuth, elevation, roll.

    Returns:
        ned_from_camera (3, 3).
    """
    ned_from_camera: Array = ned_from_body_of_angles(platform_deg) @ body_from_camera_of_angles(
        gimbal_deg
    )
    return ned_from_camera


def ned_from_view(view: View) -> Array | None:
    """Return ned_from_camera (3, 3) of a View; None where its line of sight is not known."""
    heading, elevation = view.camera_heading_deg, view.camera_elevation_deg
    roll = view.camera_roll_deg
    if heading is None or elevation is None or roll is None:
        return None
    return body_from_camera_of_angles((heading, elevation, roll))


def ned_from_platform_of_view(view: View) -> Array | None:
    """Return ned_from_body (3, 3) of a View; None where the platform's attitude is not known."""
    heading, pitch, roll = (
        view.platform_heading_deg,
        view.platform_pitch_deg,
        view.platform_roll_deg,
    )
    if heading is None or pitch is None or roll is None:
        return None
    return ned_from_body_of_angles((heading, pitch, roll))


def camera_angles_deg(ned_from_camera: Array) -> Angles:
    """Return heading [0, 360), elevation and roll of a line of sight, degrees."""
    heading, elevation, roll = _degrees(ned_from_camera @ BODY_FROM_LEVEL_CAMERA.T)
    return wrap_degrees_360(heading), elevation, roll


def body_angles_deg(ned_from_body: Array) -> Angles:
    """Return heading [0, 360), pitch and roll of a platform, degrees."""
    heading, pitch, roll = _degrees(ned_from_body)
    return wrap_degrees_360(heading), pitch, roll


def gimbal_angles_deg(body_from_camera: Array) -> Angles:
    """Return relative azimuth [-180, 180), elevation and roll of a gimbal, degrees."""
    azimuth, elevation, roll = body_angles_of_rotation(body_from_camera @ BODY_FROM_LEVEL_CAMERA.T)
    turned = azimuth - 2.0 * math.pi if azimuth >= math.pi else azimuth
    return wrap_degrees_180(math.degrees(turned)), math.degrees(elevation), math.degrees(roll)


def _degrees(ned_from_body: Array) -> Angles:
    first, second, third = body_angles_of_rotation(ned_from_body)
    return math.degrees(first), math.degrees(second), math.degrees(third)
