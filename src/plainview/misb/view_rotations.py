"""The rotations that a View's angles name, and the angles that rotations name."""

import numpy as np
import numpy.typing as npt

from plainview.geo.attitude import (
    body_angles_from_rotation,
    body_from_camera,
    camera_angles_from_rotation,
    gimbal_angles_from_rotation,
    ned_from_body,
    ned_from_camera,
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
    heading, pitch, roll = np.radians(platform_deg).tolist()
    azimuth, elevation, rotation = np.radians(gimbal_deg).tolist()
    return ned_from_body(heading_rad=heading, pitch_rad=pitch, roll_rad=roll) @ body_from_camera(
        azimuth_rad=azimuth, elevation_rad=elevation, roll_rad=rotation
    )


def ned_from_view(view: View) -> Array | None:
    """Return ned_from_camera (3, 3) of a View; None where its line of sight is not known."""
    angles = (view.camera_heading_deg, view.camera_elevation_deg, view.camera_roll_deg)
    if None in angles:
        return None
    heading, elevation, roll = np.radians(np.array(angles, dtype=np.float64)).tolist()
    return ned_from_camera(heading_rad=heading, elevation_rad=elevation, roll_rad=roll)


def ned_from_platform_of_view(view: View) -> Array | None:
    """Return ned_from_body (3, 3) of a View; None where the platform's attitude is not known."""
    angles = (view.platform_heading_deg, view.platform_pitch_deg, view.platform_roll_deg)
    if None in angles:
        return None
    heading, pitch, roll = np.radians(np.array(angles, dtype=np.float64)).tolist()
    return ned_from_body(heading_rad=heading, pitch_rad=pitch, roll_rad=roll)


def camera_angles_deg(ned_from_camera: Array) -> Angles:
    """Return heading [0, 360), elevation and roll of a line of sight, degrees."""
    heading, elevation, roll = _degrees(camera_angles_from_rotation(ned_from_camera))
    return wrap_degrees_360(heading), elevation, roll


def body_angles_deg(ned_from_body: Array) -> Angles:
    """Return heading [0, 360), pitch and roll of a platform, degrees."""
    heading, pitch, roll = _degrees(body_angles_from_rotation(ned_from_body))
    return wrap_degrees_360(heading), pitch, roll


def gimbal_angles_deg(body_from_camera: Array) -> Angles:
    """Return relative azimuth [-180, 180), elevation and roll of a gimbal, degrees."""
    azimuth, elevation, roll = _degrees(gimbal_angles_from_rotation(body_from_camera))
    return wrap_degrees_180(azimuth), elevation, roll


def _degrees(angles_rad: tuple[Array, Array, Array]) -> Angles:
    first, second, third = (float(np.degrees(angle)) for angle in angles_rad)
    return first, second, third
