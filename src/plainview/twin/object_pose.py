"""Object pose: where each thing stands, how the waves hold it, and where it is seen."""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.geo import (
    apparent_directions,
    distort_points,
    ecef_from_enu,
    ecef_from_geodetic,
    geodetic_from_enu_m,
)
from plainview.model import Camera
from plainview.twin.object_shape import Solid
from plainview.twin.sea_rays import Lens
from plainview.twin.wave_kernel import heights_and_slopes
from plainview.twin.wave_tiles import WaveTiles
from plainview.twin.world import World

__all__ = [
    "ObjectPoses",
    "SeenObjects",
    "SolidCorners",
    "poses_of_objects",
    "seen_objects",
    "solid_corners",
]

Array = npt.NDArray[np.float64]

_CORNERS: Final = np.array(
    [[x, y, z] for x in (-1.0, 1.0) for y in (-1.0, 1.0) for z in (-1.0, 1.0)]
)
_UPRIGHT: Final = ("person", "animal", "bird", "vehicle", "buoy", "person_in_water")
"""Kinds that waves lift and do not tilt."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ObjectPoses:
    """Where n things stand.

    Args:
        latitude_deg: (n,) of the middle of the waterline or the feet; longitude likewise.
        height_hae_m: (n,) above the ellipsoid, waves included.
        ecef_m: (n, 3) the same.
        ecef_from_object: (n, 3, 3) from x forward, y to the left, z up.
    """

    latitude_deg: Array
    longitude_deg: Array
    height_hae_m: Array
    ecef_m: Array
    ecef_from_object: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SeenObjects:
    """Where a camera sees n things, each with its solids.

    Args:
        camera_from_object: (n, 3, 3).
        position_m: (n, 3) of each thing in the camera's frame, where it is seen.
        range_m: (n,).
        bounds_px: (n, 4) left, top, right and bottom that hold it; NaN where it is behind.
    """

    camera_from_object: Array
    position_m: Array
    range_m: Array
    bounds_px: Array


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SolidCorners:
    """What the bounds of n things are made of.

    Args:
        points_m: (m, 3) in each thing's own frame.
        owner: (m,) which thing; things stand one after the other.
        first: (n,) where each thing's points start.
    """

    points_m: Array
    owner: npt.NDArray[np.int64]
    first: npt.NDArray[np.int64]


def poses_of_objects(world: World, tiles: WaveTiles, time_s: float) -> ObjectPoses:
    """Return where the things of a world stand at an instant."""
    things = world.objects
    course = np.radians([thing.course_deg for thing in things])
    run_m = np.array([thing.speed_m_s for thing in things]) * time_s
    east = np.array([thing.east_m for thing in things]) + run_m * np.sin(course)
    north = np.array([thing.north_m for thing in things]) + run_m * np.cos(course)
    above = np.array([thing.above_m for thing in things])
    plane = np.stack([east, north, np.zeros_like(east)], axis=-1).reshape(-1, 3)
    latitude, longitude, _ = geodetic_from_enu_m(plane, origin=world.origin)
    ground = np.zeros_like(east) if world.land is None else world.land.heights_m(east, north)
    floats = ((above == 0.0) & (ground <= 0.0)).astype(np.float64)
    wind = world.downwind_enu[:, :2]
    lengths = np.array([thing.size_m[0] for thing in things])
    moved = heights_and_slopes(tiles.long_waves, plane[:, :2] @ wind.T, lengths, time_s)
    height = world.sea_level_hae_m + ground + above + moved[:, 0] * floats
    stiff = np.array([thing.kind in _UPRIGHT for thing in things], dtype=bool)
    tilt_enu = (moved[:, 1:] * (floats * ~stiff)[:, np.newaxis]) @ wind
    up = np.concatenate([-tilt_enu, np.ones((len(things), 1))], axis=-1)
    up /= np.linalg.norm(up, axis=-1, keepdims=True)
    ahead = np.stack([np.sin(course), np.cos(course), np.zeros_like(course)], axis=-1)
    left = np.cross(up, ahead)
    left /= np.linalg.norm(left, axis=-1, keepdims=True)
    enu_from_object = np.stack([np.cross(left, up), left, up], axis=-1)
    return ObjectPoses(
        latitude_deg=latitude,
        longitude_deg=longitude,
        height_hae_m=height,
        ecef_m=ecef_from_geodetic(latitude, longitude, height).reshape(-1, 3),
        ecef_from_object=ecef_from_enu(latitude, longitude) @ enu_from_object,
    )


def seen_objects(
    poses: ObjectPoses,
    corners: SolidCorners,
    camera: Camera,
    *,
    lens: Lens,
    origin_ecef_m: Array,
    ecef_from_camera: Array,
) -> SeenObjects:
    """Return where a camera sees the things, refraction included.

    Args:
        poses: Of n things.
        corners: Of their solids.
        camera: The camera; its distortion.
        lens: Its focal lengths and principal point.
        origin_ecef_m: (3,) where it is.
        ecef_from_camera: (3, 3) its pose.
    """
    directions = apparent_directions(origin_ecef_m, poses.ecef_m)
    ranges = np.linalg.norm(poses.ecef_m - origin_ecef_m, axis=-1)
    position = (directions * ranges[:, np.newaxis]) @ ecef_from_camera
    camera_from_object = ecef_from_camera.T @ poses.ecef_from_object
    bounds = np.full((len(ranges), 4), np.nan)
    if len(ranges):
        owner = corners.owner
        turned = np.matmul(camera_from_object[owner], corners.points_m[..., np.newaxis])[..., 0]
        points = turned + position[owner]
        depth = np.maximum(points[:, 2:], 1e-3 * ranges[owner][:, np.newaxis])
        plane = distort_points(points[:, :2] / depth, camera.distortion)
        pixels = plane * lens.focal_px + lens.center_px
        least, most = (
            reduce.reduceat(pixels, corners.first, axis=0) for reduce in (np.minimum, np.maximum)
        )
        nearest = np.minimum.reduceat(points[:, 2], corners.first)
        is_ahead = nearest > 1e-3 * ranges
        bounds[is_ahead] = np.concatenate([least, most], axis=-1)[is_ahead]
    return SeenObjects(
        camera_from_object=camera_from_object,
        position_m=position,
        range_m=ranges,
        bounds_px=bounds,
    )


def solid_corners(solids: tuple[tuple[Solid, ...], ...]) -> SolidCorners:
    """Return the corners of the boxes around the solids of n things, above their waterlines."""
    owner: list[int] = []
    first: list[int] = []
    points = [np.zeros((0, 3))]
    for n, parts in enumerate(solids):
        first.append(len(owner))
        for part in parts:
            points.append(np.array(part.center_m) + _CORNERS * np.array(part.half_m))
            owner += [n] * len(_CORNERS)
    all_points = np.concatenate(points)
    all_points[:, 2] = np.maximum(all_points[:, 2], 0.0)
    return SolidCorners(
        points_m=all_points,
        owner=np.array(owner, dtype=np.int64),
        first=np.array(first, dtype=np.int64),
    )
