"""How the scene moves across the picture: as poses say it, and as registrations see it.

Both give the same three numbers for a frame: where the point of the scene that was in the
picture's middle at the frame before lies now, to the right and down as tangents of angles, and
by how much the picture turned about it, clockwise, in radians.
"""

import numpy as np
import numpy.typing as npt

__all__ = ["motion_of_homographies", "motion_of_poses"]

Array = npt.NDArray[np.float64]


def motion_of_poses(position_ecef_m: Array, ecef_from_camera: Array, range_m: Array) -> Array:
    """Return how the scene moves across the picture by what poses say.

    Args:
        position_ecef_m: (n, 3) of the camera at consecutive frames.
        ecef_from_camera: (n, 3, 3) of the camera (x right, y down, z forward).
        range_m: (n,) from camera to scene along the line of sight; NaN is taken as far away,
            so that the camera's own travel moves nothing.

    Returns:
        (n, 3) right, down, turned; the first row is NaN, and any that rests on a NaN pose or
        whose point comes to lie behind the camera.

    Source:
        The point ``P + r z`` of the frame before, in the camera frame of this one.
    """
    motion = np.full((len(position_ecef_m), 3), np.nan)
    if len(motion) < 2:
        return motion
    turned = np.swapaxes(ecef_from_camera[1:], -1, -2)
    travelled = np.einsum("nij,nj->ni", turned, position_ecef_m[:-1] - position_ecef_m[1:])
    now_from_before = turned @ ecef_from_camera[:-1]
    nearness = np.where(range_m[:-1] > 0.0, 1.0 / range_m[:-1], 0.0)
    point = now_from_before[..., 2] + nearness[:, np.newaxis] * travelled
    depth = np.where(point[:, 2] > 0.0, point[:, 2], np.nan)
    motion[1:, 0] = point[:, 0] / depth
    motion[1:, 1] = point[:, 1] / depth
    motion[1:, 2] = _turn_rad(now_from_before[:, :2, :2])
    return motion


def motion_of_homographies(
    now_from_before_px: Array, *, middle_px: tuple[float, float]
) -> tuple[Array, Array]:
    """Return how registrations move the middle of the picture.

    Args:
        now_from_before_px: (n, 3, 3) homographies of pixels.
        middle_px: x, y of the picture's middle.

    Returns:
        (n, 2) shift of the middle in pixels, right and down, and (n,) turn about it,
        clockwise, radians; NaN where a homography sends the middle to infinity.
    """
    middle = np.array([*middle_px, 1.0])
    moved = now_from_before_px @ middle
    depth = np.where(np.abs(moved[:, 2]) > 0.0, moved[:, 2], np.nan)
    place = moved[:, :2] / depth[:, np.newaxis]
    slope = now_from_before_px[:, :2, :2] - place[:, :, np.newaxis] * now_from_before_px[:, 2:, :2]
    turn: Array = np.where(np.isnan(depth), np.nan, _turn_rad(slope / depth[:, None, None]))
    return place - middle[:2], turn


def _turn_rad(plane: Array) -> Array:
    """Return the turn (n,) that is nearest to each map (n, 2, 2) of the plane."""
    turn: Array = np.arctan2(plane[:, 1, 0] - plane[:, 0, 1], plane[:, 0, 0] + plane[:, 1, 1])
    return turn
