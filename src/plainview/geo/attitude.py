"""Attitude: rotations of platform, gimbal and camera, and the angles that name them.

Every rotation is a matrix (..., 3, 3) named ``target_from_source``. The frames are in
``docs/frames.md``: body x forward, y right, z down; camera x right, y down, z forward;
local north-east-down (NED).
"""

from typing import Final

import numpy as np
import numpy.typing as npt

__all__ = [
    "BODY_FROM_LEVEL_CAMERA",
    "LOCK_COSINE",
    "body_angles_from_rotation",
    "body_from_camera",
    "camera_angles_from_rotation",
    "gimbal_angles_from_rotation",
    "interpolate_rotation",
    "ned_from_body",
    "ned_from_camera",
    "quaternion_from_rotation",
    "rotation_from_quaternion",
    "rotation_x",
    "rotation_y",
    "rotation_z",
]

Array = npt.NDArray[np.float64]
Angle = float | Array

BODY_FROM_LEVEL_CAMERA: Final = np.array([[0.0, 0.0, 1.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0]])
"""The camera looks along body x with its picture upright: z is x, x is y, y is z."""
BODY_FROM_LEVEL_CAMERA.flags.writeable = False

LOCK_COSINE: Final = 1e-9
"""Below this cosine of pitch, yaw and roll turn about one axis and cannot be told apart."""


def _rotation(angle_rad: Angle, *, first: int, second: int) -> Array:
    """Return rotations that turn axis ``first`` towards axis ``second``."""
    angle = np.asarray(angle_rad, dtype=np.float64)
    rotation = np.zeros((*angle.shape, 3, 3))
    cosine, sine = np.cos(angle), np.sin(angle)
    third = 3 - first - second
    rotation[..., third, third] = 1.0
    rotation[..., first, first] = cosine
    rotation[..., second, second] = cosine
    rotation[..., second, first] = sine
    rotation[..., first, second] = -sine
    return rotation


def rotation_x(angle_rad: Angle) -> Array:
    """Return the right-handed rotation (..., 3, 3) about x."""
    return _rotation(angle_rad, first=1, second=2)


def rotation_y(angle_rad: Angle) -> Array:
    """Return the right-handed rotation (..., 3, 3) about y."""
    return _rotation(angle_rad, first=2, second=0)


def rotation_z(angle_rad: Angle) -> Array:
    """Return the right-handed rotation (..., 3, 3) about z."""
    return _rotation(angle_rad, first=0, second=1)


def ned_from_body(*, heading_rad: Angle, pitch_rad: Angle, roll_rad: Angle) -> Array:
    """Return the attitude of a platform: yaw, then pitch, then roll from north-east-down.

    Args:
        heading_rad: Clockwise from true north, (...).
        pitch_rad: Nose up positive, (...).
        roll_rad: Right wing down positive, (...).

    Returns:
        (..., 3, 3), from body (x forward, y right, z down) to NED.

    Source:
        MISB ST 0601, items 5 to 7 and 90, 91.
    """
    return rotation_z(heading_rad) @ rotation_y(pitch_rad) @ rotation_x(roll_rad)


def body_from_camera(*, azimuth_rad: Angle, elevation_rad: Angle, roll_rad: Angle) -> Array:
    """Return the pose of a camera on its platform: azimuth, then elevation, then roll.

    Args:
        azimuth_rad: From the nose, clockwise from above, (...).
        elevation_rad: Above the platform's horizontal plane, (...).
        roll_rad: Of the picture, clockwise as seen from behind the camera, (...).

    Returns:
        (..., 3, 3), from camera (x right, y down, z forward) to body. All angles zero:
        the camera looks along body x with its picture upright.

    Source:
        MISB ST 0601, items 18 to 20.
    """
    turn = rotation_z(azimuth_rad) @ rotation_y(elevation_rad) @ rotation_x(roll_rad)
    body_from_camera: Array = turn @ BODY_FROM_LEVEL_CAMERA
    return body_from_camera


def ned_from_camera(*, heading_rad: Angle, elevation_rad: Angle, roll_rad: Angle) -> Array:
    """Return the pose of a camera from the angles of its line of sight.

    Args:
        heading_rad: Clockwise from true north, (...).
        elevation_rad: Above the local horizontal, (...).
        roll_rad: Of the picture's x axis from level, clockwise as seen from behind, (...).

    Returns:
        (..., 3, 3), from camera (x right, y down, z forward) to NED.
    """
    return body_from_camera(azimuth_rad=heading_rad, elevation_rad=elevation_rad, roll_rad=roll_rad)


def body_angles_from_rotation(ned_from_body: Array) -> tuple[Array, Array, Array]:
    """Return heading, pitch and roll of an attitude; the inverse of :func:`ned_from_body`.

    Args:
        ned_from_body: (..., 3, 3).

    Returns:
        Heading [0, 2 pi), pitch [-pi/2, pi/2], roll (-pi, pi], each (...), radians. Straight
        up or down, where heading and roll are one turn, roll is 0 and heading has it all.
    """
    r = np.asarray(ned_from_body, dtype=np.float64)
    cosine = np.hypot(r[..., 0, 0], r[..., 1, 0])
    is_locked = cosine < LOCK_COSINE
    heading = np.where(
        is_locked,
        np.arctan2(-r[..., 0, 1], r[..., 1, 1]),
        np.arctan2(r[..., 1, 0], r[..., 0, 0]),
    )
    pitch = np.arctan2(-r[..., 2, 0], cosine)
    roll = np.where(is_locked, 0.0, np.arctan2(r[..., 2, 1], r[..., 2, 2]))
    heading = np.mod(heading, 2.0 * np.pi)
    return np.where(heading >= 2.0 * np.pi, 0.0, heading), pitch, roll


def camera_angles_from_rotation(ned_from_camera: Array) -> tuple[Array, Array, Array]:
    """Return heading, elevation and roll of a line of sight, as :func:`ned_from_camera` takes.

    Args:
        ned_from_camera: (..., 3, 3).

    Returns:
        Heading [0, 2 pi), elevation [-pi/2, pi/2], roll (-pi, pi], each (...), radians.
        Straight down, roll is 0 and the heading is that of the picture's upper edge.
    """
    return body_angles_from_rotation(ned_from_camera @ BODY_FROM_LEVEL_CAMERA.T)


def gimbal_angles_from_rotation(body_from_camera: Array) -> tuple[Array, Array, Array]:
    """Return azimuth, elevation and roll of a gimbal, as :func:`body_from_camera` takes.

    Args:
        body_from_camera: (..., 3, 3).

    Returns:
        Azimuth [-pi, pi), elevation [-pi/2, pi/2], roll (-pi, pi], each (...), radians.
    """
    azimuth, elevation, roll = camera_angles_from_rotation(body_from_camera)
    return np.where(azimuth >= np.pi, azimuth - 2.0 * np.pi, azimuth), elevation, roll


def quaternion_from_rotation(rotation: Array) -> Array:
    """Return the unit quaternion (..., 4), scalar first and not negative, of each rotation.

    Args:
        rotation: (..., 3, 3).

    Source:
        S. W. Shepperd, "Quaternion from rotation matrix", 1978: divide by the largest part.
    """
    r = np.asarray(rotation, dtype=np.float64)
    xx, yy, zz = r[..., 0, 0], r[..., 1, 1], r[..., 2, 2]
    wx, wy, wz = (
        r[..., 2, 1] - r[..., 1, 2],
        r[..., 0, 2] - r[..., 2, 0],
        r[..., 1, 0] - r[..., 0, 1],
    )
    xy, xz, yz = (
        r[..., 1, 0] + r[..., 0, 1],
        r[..., 0, 2] + r[..., 2, 0],
        r[..., 2, 1] + r[..., 1, 2],
    )
    rows = np.stack(  # four times the outer product of the quaternion with itself
        [
            np.stack([1.0 + xx + yy + zz, wx, wy, wz], axis=-1),
            np.stack([wx, 1.0 + xx - yy - zz, xy, xz], axis=-1),
            np.stack([wy, xy, 1.0 - xx + yy - zz, yz], axis=-1),
            np.stack([wz, xz, yz, 1.0 - xx - yy + zz], axis=-1),
        ],
        axis=-2,
    )
    largest = np.argmax(np.diagonal(rows, axis1=-2, axis2=-1), axis=-1)
    row = np.take_along_axis(rows, largest[..., np.newaxis, np.newaxis], axis=-2)[..., 0, :]
    quaternion = row / np.linalg.norm(row, axis=-1, keepdims=True)
    signed: Array = np.where(quaternion[..., :1] < 0.0, -quaternion, quaternion)
    return signed


def rotation_from_quaternion(quaternion: Array) -> Array:
    """Return the rotation (..., 3, 3) of each quaternion (..., 4), scalar first, any length."""
    q = np.asarray(quaternion, dtype=np.float64)
    w, x, y, z = np.moveaxis(q / np.linalg.norm(q, axis=-1, keepdims=True), -1, 0)
    return np.stack(
        [
            np.stack([1 - 2 * (y * y + z * z), 2 * (x * y - w * z), 2 * (x * z + w * y)], axis=-1),
            np.stack([2 * (x * y + w * z), 1 - 2 * (x * x + z * z), 2 * (y * z - w * x)], axis=-1),
            np.stack([2 * (x * z - w * y), 2 * (y * z + w * x), 1 - 2 * (x * x + y * y)], axis=-1),
        ],
        axis=-2,
    )


def interpolate_rotation(before: Array, after: Array, fraction: Angle) -> Array:
    """Return the rotation at a fraction of the shortest turn from one to another.

    Args:
        before: (..., 3, 3).
        after: (..., 3, 3).
        fraction: (...), 0 gives ``before`` and 1 gives ``after``; beyond them it goes on.

    Returns:
        (..., 3, 3).

    Source:
        K. Shoemake, "Animating rotation with quaternion curves", 1985 (slerp).
    """
    f = np.asarray(fraction, dtype=np.float64)[..., np.newaxis]
    turn = np.swapaxes(np.asarray(before, dtype=np.float64), -1, -2) @ after
    quaternion = quaternion_from_rotation(turn)
    sine = np.linalg.norm(quaternion[..., 1:], axis=-1, keepdims=True)
    half_angle = np.arctan2(sine, quaternion[..., :1])
    axis = quaternion[..., 1:] / np.where(sine > 0.0, sine, 1.0)
    part = np.concatenate(
        [np.cos(f * half_angle), np.sin(f * half_angle) * axis],
        axis=-1,
    )
    return np.asarray(before, dtype=np.float64) @ rotation_from_quaternion(part)
