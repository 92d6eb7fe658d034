"""Scene pass: what one geometry of cameras gives the kernels: its lens and its rays."""

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from plainview.errors import GeometryError, InputError
from plainview.geo import (
    MEAN_EARTH_RADIUS_M,
    REFRACTION_COEFFICIENT,
    WGS84_RADII_M,
    ecef_from_camera,
    ecef_from_enu,
    ecef_from_geodetic,
    enu_m_from_geodetic,
    focal_lengths_px,
    principal_point_px,
    sensor_position_ecef_m,
    undistort_points,
    up_from_ecef,
)
from plainview.model import Camera, View
from plainview.twin.sea_rays import Lens, SeaRays
from plainview.twin.world import World

__all__ = ["ScenePass", "check_lens", "geometry_key", "pixels_of_bounds"]

Array = npt.NDArray[np.float64]

_LEAST_HEIGHT_M: Final = 1.0
_MOST_HEIGHT_M: Final = 20_000.0
_POSE: Final = (
    "latitude_deg",
    "longitude_deg",
    "height_hae_m",
    "camera_heading_deg",
    "camera_elevation_deg",
    "camera_roll_deg",
    "horizontal_fov_deg",
    "vertical_fov_deg",
)


def geometry_key(camera: Camera, view: View) -> tuple[object, ...]:
    """Return what two cameras share whose pixels look along the same rays."""
    pose = tuple(getattr(view, name) for name in _POSE)
    return (
        camera.width_px,
        camera.height_px,
        principal_point_px(camera),
        camera.distortion,
        *pose,
    )


@dataclass(frozen=True, slots=True, eq=False)
class ScenePass:
    """One geometry of cameras; make it with `of`.

    Args:
        lens: From pixels to directions.
        rays: What meets the sea.
        pixel_rad: Angle of a pixel in the middle.
        origin_ecef_m: (3,) where the camera is.
        ecef_from_camera: (3, 3).
        azimuth_rad: Of the line of sight, from down wind.
        horizon_range_m: Where a ray touches the sea.
        altitude_m: Of the camera over the sea.
    """

    lens: Lens
    rays: SeaRays
    pixel_rad: float
    origin_ecef_m: Array
    ecef_from_camera: Array
    azimuth_rad: float
    horizon_range_m: float
    altitude_m: float

    @classmethod
    def of(cls, world: World, camera: Camera, view: View) -> "ScenePass":
        """Return the pass of a camera over a world.

        Raises:
            InputError: The View has no pose or a number of it is none.
            GeometryError: The camera is under the sea.
        """
        _check_view(camera, view)
        _check_height(world, camera, view)
        lens = _lens_of(camera, view)
        origin, pose = sensor_position_ecef_m(view), ecef_from_camera(view)
        rays = _rays_of(world, origin, pose)
        shape = rays.constants[0] / (1.0 - 2.0 * rays.constants[4] * rays.constants[1])
        return cls(
            lens=lens,
            rays=rays,
            pixel_rad=float(1.0 / lens.focal_px[0]),
            origin_ecef_m=origin,
            ecef_from_camera=pose,
            azimuth_rad=math.atan2(rays.products[4, 2], rays.products[3, 2]),
            horizon_range_m=math.sqrt(shape),
            altitude_m=(view.height_hae_m or 0.0) - world.sea_level_hae_m,
        )


def _check_view(camera: Camera, view: View) -> None:
    for name in _POSE:
        value = getattr(view, name)
        if value is None or not math.isfinite(value):
            raise InputError(
                where=f"the view of camera {camera.name!r}, {name}",
                what="is not said." if value is None else f"is {value}.",
                mend="Give a View with position, line of sight and fields of view.",
            )
    for name in ("horizontal_fov_deg", "vertical_fov_deg"):
        if not 0.0 < getattr(view, name) < 170.0:
            raise InputError(
                where=f"the view of camera {camera.name!r}, {name}",
                what=f"is {getattr(view, name)}.",
                mend="Give a field of view above 0 and below 170 degrees.",
            )


def _check_height(world: World, camera: Camera, view: View) -> None:
    above_m = (view.height_hae_m or 0.0) - world.sea_level_hae_m
    if not _LEAST_HEIGHT_M <= above_m <= _MOST_HEIGHT_M:
        raise GeometryError(
            where=f"the view of camera {camera.name!r}, height_hae_m",
            what=f"puts it {above_m:.1f} m above the sea.",
            mend=f"Put it {_LEAST_HEIGHT_M:g} m to {_MOST_HEIGHT_M / 1000.0:g} km above the sea.",
        )
    if world.land is None:
        return
    east, north, _ = enu_m_from_geodetic(
        view.latitude_deg or 0.0, view.longitude_deg or 0.0, view.height_hae_m or 0.0,
        origin=world.origin,
    )  # fmt: skip
    ground_m = float(world.land.heights_m(np.array(east), np.array(north)))
    if above_m < ground_m + _LEAST_HEIGHT_M:
        raise GeometryError(
            where=f"the view of camera {camera.name!r}, height_hae_m",
            what=f"puts it {above_m:.1f} m above the sea, where the ground is {ground_m:.1f}.",
            mend=f"Put it {_LEAST_HEIGHT_M:g} m or more above the ground.",
        )


def _lens_of(camera: Camera, view: View) -> Lens:
    focal = focal_lengths_px(
        camera,
        horizontal_fov_deg=view.horizontal_fov_deg or 0.0,
        vertical_fov_deg=view.vertical_fov_deg or 0.0,
    )
    terms = np.zeros(5)
    if camera.distortion is not None:
        terms[:] = (*camera.distortion.radial, *camera.distortion.tangential)
    return Lens(
        np.array(focal), np.array(principal_point_px(camera), dtype=np.float64), terms,
        bool(np.any(terms)), np.zeros((2, 0, 0), np.float32),
    )  # fmt: skip


def check_lens(camera: Camera, lens: Lens) -> None:
    """Refuse a lens that folds inside the picture.

    Raises:
        GeometryError: It does.
    """
    x, y = np.meshgrid(np.linspace(0.0, camera.width_px, 9), np.linspace(0.0, camera.height_px, 9))
    points = (np.stack([x.ravel(), y.ravel()], axis=-1) - lens.center_px) / lens.focal_px
    if np.any(np.isnan(undistort_points(points, camera.distortion))):
        raise GeometryError(
            where=f"camera {camera.name!r}, distortion",
            what="folds the picture back on itself inside its edges.",
            mend="Give terms of a lens that reach the corners.",
        )


def _rays_of(world: World, origin_ecef_m: Array, ecef_from_camera: Array) -> SeaRays:
    a, _, b = WGS84_RADII_M + world.sea_level_hae_m
    shape = np.array([1.0, 1.0, (a / b) ** 2])
    up = up_from_ecef(origin_ecef_m)
    along, across = world.downwind_enu @ ecef_from_enu(world.latitude_deg, world.longitude_deg).T
    shaped_origin, shaped_up = shape * origin_ecef_m, shape * up
    vectors = [shaped_origin, np.array([0.0, 0.0, 1.0]), up, along, across, shaped_up]
    offset = origin_ecef_m - ecef_from_geodetic(*world.origin)
    constants = [
        origin_ecef_m @ shaped_origin - a**2,
        shaped_origin @ up,
        up @ shaped_up,
        shape[2] - 1.0,
        0.5 * REFRACTION_COEFFICIENT / MEAN_EARTH_RADIUS_M,
        float(np.linalg.norm(shaped_origin)),
    ]
    return SeaRays(
        np.ascontiguousarray(np.array(vectors) @ ecef_from_camera),
        np.array(constants),
        np.array([offset @ along, offset @ across, up @ along, up @ across]),
    )


def pixels_of_bounds(bounds_px: Array, shape: tuple[int, int]) -> npt.NDArray[np.int64]:
    """Return first column, first row, columns and rows of the pixels that bounds touch, (n, 4).

    Args:
        bounds_px: (n, 4) left, top, right, bottom; NaN for none.
        shape: Rows and columns of the picture.
    """
    bounds = np.nan_to_num(bounds_px, nan=-1e9)
    rows, columns = shape
    first = np.clip(np.floor(bounds[:, :2]), 0, [columns, rows])
    last = np.clip(np.ceil(bounds[:, 2:]), 0, [columns, rows])
    size = np.maximum(last - first, 0.0)
    size[np.any(size == 0.0, axis=-1)] = 0.0
    return np.concatenate([first, size], axis=-1).astype(np.int64)
