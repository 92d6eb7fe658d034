"""Errors of the pose: what the metadata gets wrong, once for a mission and anew each frame."""

from dataclasses import dataclass, fields, replace
from typing import Self

import numpy as np

from plainview.geo import (
    body_from_camera,
    camera_angles_from_rotation,
    ecef_from_enu,
    ecef_from_geodetic,
    geodetic_from_ecef,
    ned_from_body,
)
from plainview.model import View, ViewSigma
from plainview.units import wrap_degrees_180, wrap_degrees_360

__all__ = ["PoseError", "erroneous_view"]


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseError:
    """One draw of what is added to the truth.

    Args:
        east_m: Of the position; north and up likewise.
        platform_heading_deg: Of the platform; pitch and roll likewise.
        relative_azimuth_deg: Of the gimbal; elevation and roll likewise.
        field_of_view_ratio: Of both fields of view, as a fraction of them.
        time_s: By how much later the pose is than the picture that it goes with.
    """

    east_m: float
    north_m: float
    up_m: float
    platform_heading_deg: float
    platform_pitch_deg: float
    platform_roll_deg: float
    relative_azimuth_deg: float
    relative_elevation_deg: float
    relative_roll_deg: float
    field_of_view_ratio: float
    time_s: float

    @classmethod
    def draw_shared(cls, generator: np.random.Generator, sigma: ViewSigma) -> Self:
        """Draw what stays the same through a mission."""
        return cls._draw(generator, sigma, "shared")

    @classmethod
    def draw_own(cls, generator: np.random.Generator, sigma: ViewSigma) -> Self:
        """Draw what is new in a frame."""
        return cls._draw(generator, sigma, "own")

    @classmethod
    def _draw(cls, generator: np.random.Generator, sigma: ViewSigma, part: str) -> Self:
        return cls(
            **{
                entry.name: float(generator.normal(0.0, _sigma(sigma, entry.name, part)))
                for entry in fields(cls)
            }
        )

    def __add__(self, other: Self) -> Self:
        """Return both errors together."""
        return type(self)(
            **{
                entry.name: getattr(self, entry.name) + getattr(other, entry.name)
                for entry in fields(self)
            }
        )


_POSITION_PARTS = {
    "east_m": "position_horizontal_m",
    "north_m": "position_horizontal_m",
    "up_m": "position_vertical_m",
}


def _sigma(sigma: ViewSigma, name: str, part: str) -> float:
    both = getattr(sigma, _POSITION_PARTS.get(name, name))
    return 0.0 if both is None else float(getattr(both, part))


def erroneous_view(pose: View, error: PoseError) -> View:
    """Return a pose with errors added; its line of sight follows from its parts.

    Args:
        pose: The true pose of the instant that the metadata speaks of (its basis ``relative``).
        error: What to add; its time has been spent in choosing that instant.
    """
    heading_deg = wrap_degrees_360((pose.platform_heading_deg or 0.0) + error.platform_heading_deg)
    pitch_deg = (pose.platform_pitch_deg or 0.0) + error.platform_pitch_deg
    roll_deg = (pose.platform_roll_deg or 0.0) + error.platform_roll_deg
    azimuth_deg = (pose.sensor_relative_azimuth_deg or 0.0) + error.relative_azimuth_deg
    tilt_deg = (pose.sensor_relative_elevation_deg or 0.0) + error.relative_elevation_deg
    turn_deg = (pose.sensor_relative_roll_deg or 0.0) + error.relative_roll_deg
    body = ned_from_body(
        heading_rad=np.radians(heading_deg),
        pitch_rad=np.radians(pitch_deg),
        roll_rad=np.radians(roll_deg),
    )
    sight = body @ body_from_camera(
        azimuth_rad=np.radians(azimuth_deg),
        elevation_rad=np.radians(tilt_deg),
        roll_rad=np.radians(turn_deg),
    )
    camera_deg = [float(np.degrees(angle)) for angle in camera_angles_from_rotation(sight)]
    stretch = 1.0 + error.field_of_view_ratio
    return replace(
        _moved(pose, error),
        platform_heading_deg=heading_deg,
        platform_pitch_deg=pitch_deg,
        platform_roll_deg=roll_deg,
        sensor_relative_azimuth_deg=wrap_degrees_180(azimuth_deg),
        sensor_relative_elevation_deg=tilt_deg,
        sensor_relative_roll_deg=turn_deg,
        camera_heading_deg=camera_deg[0],
        camera_elevation_deg=camera_deg[1],
        camera_roll_deg=camera_deg[2],
        horizontal_fov_deg=(pose.horizontal_fov_deg or 0.0) * stretch,
        vertical_fov_deg=(pose.vertical_fov_deg or 0.0) * stretch,
    )


def _moved(pose: View, error: PoseError) -> View:
    """Return the pose at its place plus the error; both heights take the vertical part."""
    place = (pose.latitude_deg or 0.0, pose.longitude_deg or 0.0)
    shift = ecef_from_enu(*place) @ [error.east_m, error.north_m, error.up_m]
    moved = ecef_from_geodetic(*place, pose.height_hae_m or 0.0) + shift
    latitude, longitude, height = geodetic_from_ecef(moved)
    return replace(
        pose,
        latitude_deg=float(latitude),
        longitude_deg=float(longitude),
        height_hae_m=float(height),
        altitude_msl_m=(pose.altitude_msl_m or 0.0) + error.up_m,
    )
