"""The line of sight of a View, from whichever angles a source gives."""

from dataclasses import dataclass
from typing import Final

from plainview.geo.geoid import geoid_undulation_m
from plainview.misb.resect_corners import Resection, resect_corners
from plainview.misb.view_heights import SensorHeight
from plainview.misb.view_items import (
    FIELDS,
    GIMBAL,
    NORTH,
    PLACE,
    PLATFORM,
    Corner,
    Reading,
    ViewItems,
    oldest_age_s,
    values_of,
)
from plainview.misb.view_rotations import camera_angles_deg, ned_from_camera_of_gimbal
from plainview.model import PoseBasis
from plainview.units import wrap_degrees_360

__all__ = ["ViewPose", "view_pose"]

Angles = tuple[float, float, float]

ASSUMED_CORNER_SIGMA_M: Final = 2.0
"""1-sigma of each corner on the ground beyond its rounding; sources do not say it, assumed."""

_METRES_A_DEGREE: Final = 111_195.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ViewPose:
    """How a camera looks.

    Args:
        camera_deg: Heading, elevation, roll of the line of sight.
        basis: How they were known.
        age_s: Age of the oldest number that they rest on.
        resection: Where they come from the corners.
    """

    camera_deg: Angles
    basis: PoseBasis
    age_s: float
    resection: Resection | None = None


def view_pose(items: ViewItems, height: SensorHeight) -> ViewPose | None:
    """Return the line of sight by the best of what a source gives; None where it gives too little.

    In order: gimbal angles on the platform's attitude; heading and elevation of the line
    of sight (its roll taken as level where it is not sent); the four corners of the picture.
    """
    return _relative_pose(items) or _north_pose(items) or _corner_pose(items, height)


def _relative_pose(items: ViewItems) -> ViewPose | None:
    platform, gimbal = values_of(items, PLATFORM), values_of(items, GIMBAL)
    if platform is None or gimbal is None:
        return None
    rotation = ned_from_camera_of_gimbal(_angles(platform), _angles(gimbal))
    return ViewPose(
        camera_deg=camera_angles_deg(rotation),
        basis=PoseBasis.RELATIVE,
        age_s=oldest_age_s(items, PLATFORM + GIMBAL) or 0.0,
    )


def _north_pose(items: ViewItems) -> ViewPose | None:
    north = values_of(items, NORTH)
    if north is None:
        return None
    roll = items.horizon_roll_deg
    return ViewPose(
        camera_deg=(wrap_degrees_360(north[0]), north[1], 0.0 if roll is None else roll.value),
        basis=PoseBasis.NORTH_OBLIQUITY if roll is None else PoseBasis.ABSOLUTE,
        age_s=oldest_age_s(items, (*NORTH, "horizon_roll_deg")) or 0.0,
    )


def _corner_pose(items: ViewItems, height: SensorHeight) -> ViewPose | None:
    ground_m = _ground_height_hae_m(items)
    if items.corners is None or ground_m is None:
        return None
    corners = tuple(
        (corner.latitude_deg.value, corner.longitude_deg.value) for corner in items.corners
    )
    place, fov = values_of(items, PLACE), values_of(items, FIELDS)
    hae_m = height.height_hae_m
    found = resect_corners(
        corners,
        ground_height_hae_m=ground_m,
        sensor=None if place is None or hae_m is None else (place[0], place[1], hae_m),
        fov_deg=None if fov is None else (fov[0], fov[1]),
        corner_sigma_m=_corner_sigma_m(items.corners),
    )
    if found is None:
        return None
    return ViewPose(
        camera_deg=found.camera_deg,
        basis=PoseBasis.CORNERS,
        age_s=max(reading.age_s for reading in _readings(items.corners)),
        resection=found,
    )


def _ground_height_hae_m(items: ViewItems) -> float | None:
    """Return the height of the frame centre above the ellipsoid, by the source alone."""
    if items.frame_center_height_hae_m is not None:
        return items.frame_center_height_hae_m.value
    if items.frame_center_altitude_msl_m is None or items.corners is None:
        return None
    first = items.corners[0]
    geoid_m = float(geoid_undulation_m(first.latitude_deg.value, first.longitude_deg.value))
    return items.frame_center_altitude_msl_m.value + geoid_m


def _corner_sigma_m(corners: tuple[Corner, ...]) -> float:
    rounding_m = max(reading.sigma for reading in _readings(corners)) * _METRES_A_DEGREE
    return float((rounding_m**2 + ASSUMED_CORNER_SIGMA_M**2) ** 0.5)


def _readings(corners: tuple[Corner, ...]) -> list[Reading]:
    return [
        reading for corner in corners for reading in (corner.latitude_deg, corner.longitude_deg)
    ]


def _angles(values: tuple[float, ...]) -> Angles:
    first, second, third = values
    return first, second, third
