"""The pose of a camera from where the corners of its picture lie on the ground."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo.geodetic import (
    NED_FROM_ENU,
    ecef_from_enu,
    ecef_from_geodetic,
    geodetic_from_ecef,
)
from plainview.misb.view_rotations import camera_angles_deg

__all__ = ["Resection", "resect_corners"]

Array = npt.NDArray[np.float64]
Position = tuple[float, float, float]
Corners = tuple[tuple[float, float], ...]

CORNERS_IN_PICTURE: Final = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
"""Clockwise from the top left, in halves of the picture: x right, y down."""

_MAX_MISFIT: Final = 0.05
"""Corners off by more than this share of half the picture are not of one picture."""
_MAX_POSITION_SHARE: Final = 0.1
"""A position less sure than this share of the range is not known."""
_MAX_ANGLE_RAD: Final = np.radians(5.0)
_MAX_FOV_RATIO: Final = 0.2
_N_STEPS: Final = 20
_MAX_STEP: Final = 1.0
"""A step of a radian, of the log of a field or of the whole range leads away, not home."""
_DIFFERENCE: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class Resection:
    """A camera's pose as its picture's corners on the ground tell it.

    Args:
        position: Latitude, longitude (degrees), height above the ellipsoid (metres).
        camera_deg: Heading, elevation, roll of the line of sight at that position.
        fov_deg: Horizontal and vertical field of view.
        misfit: RMS distance of the corners from the picture's own, in halves of it.
        camera_sigma_deg: 1-sigma of heading, elevation, roll from the corners' own.
        fov_sigma_ratio: 1-sigma of the fields of view over them; 0 where they were given.
        position_sigma_m: 1-sigma of the position, root of the trace; 0 where it was given.
    """

    position: Position
    camera_deg: tuple[float, float, float]
    fov_deg: tuple[float, float]
    misfit: float
    camera_sigma_deg: tuple[float, float, float]
    fov_sigma_ratio: float
    position_sigma_m: float


@dataclass(frozen=True, slots=True, kw_only=True)
class _Pose:
    """Place (3,) and rotation (3, 3) in the frame of the corners, and log tan of half fields."""

    position_enu_m: Array
    enu_from_camera: Array
    log_half: Array

    def picture(self, corners_enu_m: Array) -> Array:
        """Project the corners, (4, 2) in halves of the picture; NaN behind the camera."""
        seen = (corners_enu_m - self.position_enu_m) @ self.enu_from_camera
        depth = np.where(seen[:, 2] > 0.0, seen[:, 2], np.nan)
        return seen[:, :2] / depth[:, np.newaxis] / np.exp(self.log_half)

    def moved(self, step: Array, scale_m: float) -> "_Pose":
        """Return the pose after a step: turn (3), log fields (2), place over the scale (3)."""
        return _Pose(
            position_enu_m=self.position_enu_m + scale_m * step[5:],
            enu_from_camera=self.enu_from_camera @ _rotation(step[:3]),
            log_half=self.log_half + step[3:5],
        )


def resect_corners(
    corners_deg: Corners,
    *,
    ground_height_hae_m: float,
    sensor: Position | None = None,
    fov_deg: tuple[float, float] | None = None,
    corner_sigma_m: float = 1.0,
) -> Resection | None:
    """Estimate where a camera looks from the four corners of its picture on the ground.

    Args:
        corners_deg: Four (latitude, longitude), clockwise from the picture's top left.
        ground_height_hae_m: Height of the corners above the ellipsoid.
        sensor: Latitude, longitude (degrees), height above the ellipsoid (metres) of the
            camera; None where it is not known and to be estimated too.
        fov_deg: Horizontal and vertical field of view; None to estimate them too.
        corner_sigma_m: 1-sigma of each corner's east and north.

    Returns:
        The pose by least squares, with its uncertainty; None where the corners do not fit
        one picture, or do not determine what is asked of them (a vertical look without
        position and fields of view, for one).

    Source:
        Start: the plane-to-picture homography and its constraints on the focal lengths
        (Zhang, "A flexible new technique for camera calibration", 2000). Then Gauss-Newton
        on the projected corners.
    """
    origin = (
        float(np.mean([latitude for latitude, _ in corners_deg])),
        _mean_longitude_deg([longitude for _, longitude in corners_deg]),
        ground_height_hae_m,
    )
    corners = _enu_m(np.array([[*corner, ground_height_hae_m] for corner in corners_deg]), origin)
    if sensor is None:
        start = _start_from_homography(corners, fov_deg)
    elif sensor[2] <= ground_height_hae_m:
        return None
    else:
        start = _start_from_position(corners, _enu_m(np.array([sensor]), origin)[0], fov_deg)
    if start is None:
        return None
    is_free = np.array([True] * 3 + [fov_deg is None] * 2 + [sensor is None] * 3)
    pose = _fitted(start, corners, is_free)
    if pose is None:
        return None
    covariance = _covariance(pose, corners, is_free=is_free, corner_sigma_m=corner_sigma_m)
    if covariance is None:
        return None
    return _resection(pose, corners, origin=origin, covariance=covariance)


def _mean_longitude_deg(longitudes_deg: list[float]) -> float:
    turns = np.exp(1j * np.radians(longitudes_deg))
    return float(np.degrees(np.angle(np.mean(turns))))


def _enu_m(positions: Array, origin: Position) -> Array:
    """Return positions (n, 3) latitude, longitude, height in the frame of the origin."""
    offset = ecef_from_geodetic(*positions.T) - ecef_from_geodetic(*origin)
    enu_m: Array = offset @ ecef_from_enu(origin[0], origin[1])
    return enu_m


def _rotation(turn_rad: Array) -> Array:
    """Return the rotation (3, 3) of a turn (3,), by Rodrigues' formula."""
    angle = float(np.linalg.norm(turn_rad))
    x, y, z = (turn_rad / angle if angle > 0.0 else turn_rad).tolist()
    cross = np.array([[0.0, -z, y], [z, 0.0, -x], [-y, x, 0.0]])
    rotation: Array = np.eye(3) + np.sin(angle) * cross + (1.0 - np.cos(angle)) * cross @ cross
    return rotation


def _log_half(fov_deg: tuple[float, float]) -> Array:
    logarithm: Array = np.log(np.tan(0.5 * np.radians(np.array(fov_deg))))
    return logarithm


def _start_from_position(
    corners_enu_m: Array, sensor_enu_m: Array, fov_deg: tuple[float, float] | None
) -> _Pose | None:
    """Start from the directions to the corners: their mean, their sides, their spread."""
    offset = corners_enu_m - sensor_enu_m
    direction = offset / np.linalg.norm(offset, axis=1, keepdims=True)
    forward = np.sum(direction, axis=0)
    across = CORNERS_IN_PICTURE.T @ direction
    enu_from_camera = _frame(forward=forward, right=across[0])
    if enu_from_camera is None:
        return None
    seen = direction @ enu_from_camera
    if np.any(seen[:, 2] <= 0.0):
        return None
    half = np.mean(np.abs(seen[:, :2] / seen[:, 2:]), axis=0)
    if np.any(half <= 0.0):
        return None
    return _Pose(
        position_enu_m=sensor_enu_m,
        enu_from_camera=enu_from_camera,
        log_half=np.log(half) if fov_deg is None else _log_half(fov_deg),
    )


def _frame(*, forward: Array, right: Array) -> Array | None:
    """Return the rotation (3, 3) of a camera that looks forward with its x to the right."""
    depth = np.linalg.norm(forward)
    z = forward / depth if depth > 0.0 else forward
    side = right - np.dot(right, z) * z
    length = np.linalg.norm(side)
    if depth == 0.0 or length == 0.0:
        return None
    x = side / length
    return np.stack([x, np.cross(z, x), z], axis=1)


def _start_from_homography(
    corners_enu_m: Array, fov_deg: tuple[float, float] | None
) -> _Pose | None:
    """Start from the homography of the ground to the picture, and its focal lengths."""
    scale_m = float(np.sqrt(np.mean(corners_enu_m[:, :2] ** 2)))
    if scale_m == 0.0:
        return None
    picture_from_ground = _homography(corners_enu_m[:, :2] / scale_m, CORNERS_IN_PICTURE)
    half = _half_fields(picture_from_ground) if fov_deg is None else np.exp(_log_half(fov_deg))
    if half is None:
        return None
    columns = np.diag([half[0], half[1], 1.0]) @ picture_from_ground
    length = np.sqrt(np.linalg.norm(columns[:, 0]) * np.linalg.norm(columns[:, 1]))
    columns = columns / (length if columns[2, 2] > 0.0 else -length)
    u, _, vt = np.linalg.svd(
        np.stack([columns[:, 0], columns[:, 1], np.cross(columns[:, 0], columns[:, 1])], axis=1)
    )
    camera_from_enu = u @ vt
    position = -camera_from_enu.T @ columns[:, 2] * scale_m
    if np.linalg.det(camera_from_enu) < 0.0 or position[2] <= 0.0:
        return None
    return _Pose(position_enu_m=position, enu_from_camera=camera_from_enu.T, log_half=np.log(half))


def _homography(source: Array, target: Array) -> Array:
    """Return the homography (3, 3) that takes four points (4, 2) to four others."""
    rows = []
    for (x, y), (u, v) in zip(source.tolist(), target.tolist(), strict=True):
        rows.append([x, y, 1.0, 0.0, 0.0, 0.0, -u * x, -u * y, -u])
        rows.append([0.0, 0.0, 0.0, x, y, 1.0, -v * x, -v * y, -v])
    null_vector: Array = np.linalg.svd(np.array(rows))[2][-1]
    return null_vector.reshape(3, 3)


def _half_fields(picture_from_ground: Array) -> Array | None:
    """Return tan of the half fields (2,) that make the homography's columns a rotation's."""
    a, b = picture_from_ground[:, 0], picture_from_ground[:, 1]
    matrix = np.array([[a[0] * b[0], a[1] * b[1]], [a[0] ** 2 - b[0] ** 2, a[1] ** 2 - b[1] ** 2]])
    known = -np.array([a[2] * b[2], a[2] ** 2 - b[2] ** 2])
    if abs(np.linalg.det(matrix)) < 1e-12 * np.linalg.norm(matrix) ** 2:
        return None
    squared = np.linalg.solve(matrix, known)
    return None if np.any(squared <= 0.0) else np.sqrt(squared)


def _fitted(start: _Pose, corners: Array, is_free: npt.NDArray[np.bool_]) -> _Pose | None:
    """Return the pose of least squares, or None where the steps leave the picture."""
    pose = start
    scale_m = _range_m(pose)
    for _ in range(_N_STEPS):
        misfit = (pose.picture(corners) - CORNERS_IN_PICTURE).ravel()
        if not np.all(np.isfinite(misfit)):
            return None
        step = np.zeros(8)
        slope = _slope(pose, corners, scale_m)[:, is_free]
        step[is_free] = -np.linalg.lstsq(slope, misfit, rcond=1e-12)[0]
        if np.max(np.abs(step)) > _MAX_STEP:
            return None
        pose = pose.moved(step, scale_m)
        if np.linalg.norm(step) < 1e-12:
            break
    return pose


def _range_m(pose: _Pose) -> float:
    return float(np.linalg.norm(pose.position_enu_m))


def _slope(pose: _Pose, corners: Array, scale_m: float) -> Array:
    """Return how the picture's corners (8,) change with each part of a step, (8, 8)."""
    columns = []
    for step in np.eye(8) * _DIFFERENCE:
        ahead = pose.moved(step, scale_m).picture(corners)
        behind = pose.moved(-step, scale_m).picture(corners)
        columns.append((ahead - behind).ravel() / (2.0 * _DIFFERENCE))
    return np.stack(columns, axis=1)


def _corner_slope(pose: _Pose, corners: Array) -> Array:
    """Return how the picture's corners (8,) change with each corner's east and north, (8, 8)."""
    columns = []
    for corner in range(4):
        for axis in range(2):
            step = np.zeros((4, 3))
            step[corner, axis] = 0.5
            change = pose.picture(corners + step) - pose.picture(corners - step)
            columns.append(change.ravel())
    return np.stack(columns, axis=1)


def _covariance(
    pose: _Pose, corners: Array, *, is_free: npt.NDArray[np.bool_], corner_sigma_m: float
) -> Array | None:
    """Return the covariance (8, 8) of the parts of a step; None where they are not determined.

    Turns in radians, log fields, place over its range; zero for what was given.
    """
    misfit = float(np.sqrt(np.mean((pose.picture(corners) - CORNERS_IN_PICTURE) ** 2)))
    slope = _slope(pose, corners, _range_m(pose))[:, is_free]
    if not misfit <= _MAX_MISFIT or np.linalg.matrix_rank(slope, tol=1e-9) < np.sum(is_free):
        return None
    gain = np.zeros((8, 8))
    gain[is_free] = np.linalg.pinv(slope) @ _corner_slope(pose, corners)
    covariance: Array = corner_sigma_m**2 * gain @ gain.T
    sigma = np.sqrt(np.diag(covariance))
    is_known = (
        np.max(sigma[:3]) <= _MAX_ANGLE_RAD
        and np.max(sigma[3:5]) <= _MAX_FOV_RATIO
        and np.linalg.norm(sigma[5:]) <= _MAX_POSITION_SHARE
    )
    return covariance if is_known else None


def _resection(pose: _Pose, corners: Array, *, origin: Position, covariance: Array) -> Resection:
    place_ecef_m = (
        ecef_from_geodetic(*origin) + ecef_from_enu(origin[0], origin[1]) @ pose.position_enu_m
    )
    latitude, longitude, height = (float(part) for part in geodetic_from_ecef(place_ecef_m))
    position = (latitude, longitude, height)
    slope = _angle_slope(pose, position, origin)
    heading, elevation, roll = np.sqrt(np.diag(slope @ covariance[:3, :3] @ slope.T)).tolist()
    sigma = np.sqrt(np.diag(covariance))
    across, down = np.degrees(2.0 * np.arctan(np.exp(pose.log_half))).tolist()
    return Resection(
        position=position,
        camera_deg=_camera_deg(pose, position, origin),
        fov_deg=(across, down),
        misfit=float(np.sqrt(np.mean((pose.picture(corners) - CORNERS_IN_PICTURE) ** 2))),
        camera_sigma_deg=(heading, elevation, roll),
        fov_sigma_ratio=float(np.max(sigma[3:5])),
        position_sigma_m=float(np.linalg.norm(sigma[5:]) * _range_m(pose)),
    )


def _camera_deg(pose: _Pose, position: Position, origin: Position) -> tuple[float, float, float]:
    ned_from_origin = (
        NED_FROM_ENU
        @ ecef_from_enu(position[0], position[1]).T
        @ ecef_from_enu(origin[0], origin[1])
    )
    return camera_angles_deg(ned_from_origin @ pose.enu_from_camera)


def _angle_slope(pose: _Pose, position: Position, origin: Position) -> Array:
    """Return how heading, elevation and roll (degrees) change with a turn (radians), (3, 3)."""
    columns = []
    for axis in range(3):
        step = np.zeros(8)
        step[axis] = _DIFFERENCE
        ahead = np.array(_camera_deg(pose.moved(step, 1.0), position, origin))
        behind = np.array(_camera_deg(pose.moved(-step, 1.0), position, origin))
        change = (ahead - behind + 180.0) % 360.0 - 180.0
        columns.append(change / (2.0 * _DIFFERENCE))
    return np.stack(columns, axis=1)
