"""Biases of a pose: what a source gets wrong in the same way through a whole flight."""

from dataclasses import dataclass, fields, replace
from typing import Final, Self

import numpy as np

from plainview.geo.attitude import (
    body_from_camera,
    camera_angles_from_rotation,
    gimbal_angles_from_rotation,
    ned_from_body,
    ned_from_camera,
)
from plainview.geo.covariance_kernel import axes_of_turns
from plainview.geo.ellipsoid import Array, Vectors
from plainview.geo.geodetic import ecef_from_enu, ecef_from_geodetic, geodetic_from_ecef
from plainview.model import PoseBasis, View
from plainview.units import wrap_degrees_180, wrap_degrees_360

__all__ = [
    "BIAS_NAMES",
    "NEUTRAL_BIASES",
    "PoseBias",
    "rotations_about",
    "turn_axes",
    "turned_by_biases",
    "view_without_bias",
]

_OTHER_READING_DEG: Final = 5.0
"""Gimbal angles on the platform's attitude that look further than this from the line of sight
were read in another way (the picture's own angles then serve); a bias is never that large."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PoseBias:
    """What a source says minus what is true, the same through a flight.

    Args:
        heading_bias_deg: Of the platform's heading; pitch and roll likewise. For a source
            that gives the camera's own angles, of the heading of its line of sight.
        boresight_azimuth_deg: Of the camera on its platform; elevation and roll likewise.
        focal_length_ratio: The true focal length over the one that the source's fields of
            view give.
        lag_s: By how much the metadata that stands beside a picture is older than it.
        east_m: Of the sensor's position; north likewise.
        height_offset_m: Of the sensor's height.
    """

    heading_bias_deg: float = 0.0
    pitch_bias_deg: float = 0.0
    roll_bias_deg: float = 0.0
    boresight_azimuth_deg: float = 0.0
    boresight_elevation_deg: float = 0.0
    boresight_roll_deg: float = 0.0
    focal_length_ratio: float = 1.0
    lag_s: float = 0.0
    east_m: float = 0.0
    north_m: float = 0.0
    height_offset_m: float = 0.0

    @classmethod
    def from_array(cls, values: Array) -> Self:
        """Return the biases of an array (b,), in the order of `BIAS_NAMES`."""
        return cls(**dict(zip(BIAS_NAMES, values.tolist(), strict=True)))

    def to_array(self) -> Array:
        """Return the biases as an array (b,), in the order of `BIAS_NAMES`."""
        return np.array([getattr(self, name) for name in BIAS_NAMES])


BIAS_NAMES: Final = tuple(entry.name for entry in fields(PoseBias))
N_TURNS: Final = 6
NEUTRAL_BIASES: Final = PoseBias().to_array()
NEUTRAL_BIASES.flags.writeable = False
"""Of a source without any: 1 for the focal length, else 0."""


def turn_axes(view: View) -> Vectors:
    """Return the axes (6, 3), north-east-down, about which the six angle biases turn a camera.

    An angle that the View's line of sight does not rest on has the axis 0: a bias of it does
    nothing. A source that gives the camera's own angles has three: heading (for which the
    bore-sight's azimuth is another name), elevation and roll.
    """
    if _is_of_gimbal(view):
        angles_deg = (
            view.platform_heading_deg,
            view.platform_pitch_deg,
            view.platform_roll_deg,
            view.sensor_relative_azimuth_deg,
            view.sensor_relative_elevation_deg,
        )
        return axes_of_turns(np.radians(np.array(angles_deg, np.float64)))
    angles_deg = (view.camera_heading_deg or 0.0, view.camera_elevation_deg or 0.0, 0.0, 0.0, 0.0)
    axes = np.zeros((N_TURNS, 3))
    axes[[0, 4, 5]] = axes_of_turns(np.radians(np.array(angles_deg, np.float64)))[:3]
    axes[3] = axes[0]
    return axes


def _is_of_gimbal(view: View) -> bool:
    """Return whether the line of sight is that of the gimbal's angles on the platform's."""
    sight = _ned_from_camera(view)
    platform = (view.platform_heading_deg, view.platform_pitch_deg, view.platform_roll_deg)
    gimbal = (
        view.sensor_relative_azimuth_deg,
        view.sensor_relative_elevation_deg,
        view.sensor_relative_roll_deg,
    )
    is_given = None not in platform and None not in gimbal
    if view.pose_basis is not PoseBasis.RELATIVE or not is_given:
        return False
    heading, pitch, roll = np.radians(np.array(platform, np.float64)).tolist()
    azimuth, elevation, turn = np.radians(np.array(gimbal, np.float64)).tolist()
    body = ned_from_body(heading_rad=heading, pitch_rad=pitch, roll_rad=roll)
    made = body @ body_from_camera(azimuth_rad=azimuth, elevation_rad=elevation, roll_rad=turn)
    cosine = 0.5 * (float(np.trace(made.T @ sight)) - 1.0)
    return cosine > float(np.cos(np.radians(_OTHER_READING_DEG)))


def _ned_from_camera(view: View) -> Array:
    return ned_from_camera(
        heading_rad=np.radians(view.camera_heading_deg or 0.0),
        elevation_rad=np.radians(view.camera_elevation_deg or 0.0),
        roll_rad=np.radians(view.camera_roll_deg or 0.0),
    )


def rotations_about(axis: Array, angle_rad: Array) -> Array:
    """Return rotations (n, 3, 3) about unit axes (n, 3) by angles (n,); an axis 0 turns nothing.

    Source:
        O. Rodrigues, 1840.
    """
    x, y, z = np.moveaxis(axis, -1, 0)
    zero = np.zeros_like(x)
    cross = np.stack(
        [np.stack(row, axis=-1) for row in ((zero, -z, y), (z, zero, -x), (-y, x, zero))], axis=-2
    )
    sine = np.sin(angle_rad)[..., np.newaxis, np.newaxis]
    rest = (1.0 - np.cos(angle_rad))[..., np.newaxis, np.newaxis]
    turned: Array = np.eye(3) + sine * cross + rest * (cross @ cross)
    return turned


def turned_by_biases(target_from_camera: Array, axes: Array, biases_deg: Array) -> Array:
    """Return camera poses (n, 3, 3) with the biases of their angles taken off.

    The angles are nested (heading, pitch, roll, azimuth, elevation, roll), so turning about
    the axes that the reported angles have, in that order from the left, is exact.

    Args:
        target_from_camera: (n, 3, 3) as reported.
        axes: (n, 6, 3), in the same frame.
        biases_deg: (n, 6), or (6,) for all.
    """
    pose = target_from_camera
    angles = np.broadcast_to(-np.radians(biases_deg), (len(axes), N_TURNS))
    for number in reversed(range(N_TURNS)):
        pose = rotations_about(axes[:, number], angles[:, number]) @ pose
    return pose


def view_without_bias(view: View, bias: PoseBias) -> View:
    """Return a View with known biases taken off its place, line of sight and fields of view.

    The platform's attitude stays as the source says it; the line of sight is what changes,
    and the gimbal's angles are those that lead from the one to the other. The lag is not taken
    off here: that belongs where metadata meets pictures. A line of sight that the source's own
    corners gave is left as it is.

    Args:
        view: As reported.
        bias: What to take off.
    """
    if not view.is_locatable or view.pose_basis is PoseBasis.CORNERS:
        return view
    sight = turned_by_biases(
        _ned_from_camera(view)[np.newaxis], turn_axes(view)[np.newaxis], bias.to_array()[:N_TURNS]
    )[0]
    heading, elevation, roll = (float(np.degrees(a)) for a in camera_angles_from_rotation(sight))
    fields_deg = (
        _narrowed_deg(field, bias.focal_length_ratio)
        for field in (view.horizontal_fov_deg, view.vertical_fov_deg)
    )
    horizontal_deg, vertical_deg = fields_deg
    return replace(
        _with_gimbal(_moved(view, bias), sight),
        camera_heading_deg=wrap_degrees_360(heading),
        camera_elevation_deg=elevation,
        camera_roll_deg=roll,
        horizontal_fov_deg=horizontal_deg,
        vertical_fov_deg=vertical_deg,
    )


def _with_gimbal(view: View, ned_from_camera: Array) -> View:
    """Return the View with the gimbal's angles of a line of sight, where it has such angles."""
    platform = (view.platform_heading_deg, view.platform_pitch_deg, view.platform_roll_deg)
    if None in platform or view.sensor_relative_azimuth_deg is None:
        return view
    heading, pitch, roll = np.radians(np.array(platform, np.float64)).tolist()
    body = ned_from_body(heading_rad=heading, pitch_rad=pitch, roll_rad=roll)
    angles = gimbal_angles_from_rotation(body.T @ ned_from_camera)
    azimuth, elevation, turn = (float(np.degrees(angle)) for angle in angles)
    return replace(
        view,
        sensor_relative_azimuth_deg=wrap_degrees_180(azimuth),
        sensor_relative_elevation_deg=elevation,
        sensor_relative_roll_deg=turn,
    )


def _narrowed_deg(field_deg: float | None, focal_length_ratio: float) -> float | None:
    if field_deg is None or focal_length_ratio == 1.0:
        return field_deg
    half = np.tan(0.5 * np.radians(field_deg)) / focal_length_ratio
    return float(2.0 * np.degrees(np.arctan(half)))


def _moved(view: View, bias: PoseBias) -> View:
    """Return the View with the bias of its place taken off; both heights take its height."""
    if not (bias.east_m or bias.north_m or bias.height_offset_m):
        return view
    place = (view.latitude_deg or 0.0, view.longitude_deg or 0.0)
    shift = ecef_from_enu(*place) @ [bias.east_m, bias.north_m, bias.height_offset_m]
    moved = ecef_from_geodetic(*place, view.height_hae_m or 0.0) - shift
    latitude, longitude, height = geodetic_from_ecef(moved)
    msl_m = view.altitude_msl_m
    return replace(
        view,
        latitude_deg=float(latitude),
        longitude_deg=float(longitude),
        height_hae_m=float(height),
        altitude_msl_m=None if msl_m is None else msl_m - bias.height_offset_m,
    )
