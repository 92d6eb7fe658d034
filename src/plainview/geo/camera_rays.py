"""Camera rays: from a pixel to a direction in ECEF, and from a place back to its pixel."""

import math

import numpy as np
import numpy.typing as npt

from plainview.geo.ellipsoid import Array, Vectors
from plainview.geo.geodetic import ecef_from_geodetic
from plainview.geo.lens import distort_points, undistort_points
from plainview.geo.ray_kernels import directions_of_pixels, pixels_of_places, pose_of_camera
from plainview.geo.refraction import REFRACTION_COEFFICIENT, apparent_directions
from plainview.model import Camera, View

__all__ = [
    "camera_directions",
    "ecef_from_camera",
    "focal_lengths_px",
    "pixels_in_picture",
    "principal_point_px",
    "project_directions",
    "project_points",
    "rays_from_view",
    "sensor_position_ecef_m",
]


def principal_point_px(camera: Camera) -> tuple[float, float]:
    """Return where the optical axis meets the picture; the middle where it is not known."""
    if camera.principal_point_px is not None:
        return camera.principal_point_px
    return 0.5 * camera.width_px, 0.5 * camera.height_px


def _focal_length_px(size_px: float, center_px: float, fov_deg: float) -> float:
    """The focal length at which edges at 0 and size are seen fov apart, from the center."""
    sine, cosine = math.sin(math.radians(fov_deg)), math.cos(math.radians(fov_deg))
    product = center_px * (size_px - center_px)
    root = math.sqrt((size_px * cosine) ** 2 + 4.0 * sine**2 * product)
    return (size_px * cosine + root) / (2.0 * sine)


def focal_lengths_px(
    camera: Camera, *, horizontal_fov_deg: float, vertical_fov_deg: float
) -> tuple[float, float]:
    """Return the focal lengths that the fields of view give, in columns and in rows.

    The fields of view are the full angles between the outer edges of the picture, without
    distortion. Off-centre principal points are taken into account.

    Args:
        camera: Its size and principal point.
        horizontal_fov_deg: (0, 180).
        vertical_fov_deg: (0, 180).

    Returns:
        Pixels; NaN for a field of view outside (0, 180).
    """
    center = principal_point_px(camera)
    sizes = (camera.width_px, camera.height_px)
    fields = (horizontal_fov_deg, vertical_fov_deg)
    fx, fy = (
        _focal_length_px(size, middle, fov) if 0.0 < fov < 180.0 else float("nan")
        for size, middle, fov in zip(sizes, center, fields, strict=True)
    )
    return fx, fy


def pixels_in_picture(camera: Camera, points_px: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Say which points (n, 2) lie in the picture, its outer edges included; (n,)."""
    points = np.asarray(points_px, dtype=np.float64)
    size = np.array([camera.width_px, camera.height_px])
    inside: npt.NDArray[np.bool_] = np.all((points >= 0.0) & (points <= size), axis=-1)
    return inside


def camera_directions(
    camera: Camera,
    points_px: npt.ArrayLike,
    *,
    horizontal_fov_deg: float,
    vertical_fov_deg: float,
) -> Vectors:
    """Return the direction in which each pixel looks, lens distortion taken out.

    Args:
        camera: Its size, principal point and distortion.
        points_px: (n, 2) x, y from the outer corner of the top-left pixel.
        horizontal_fov_deg: Full angle across the picture.
        vertical_fov_deg: Full angle down the picture.

    Returns:
        (n, 3) unit vectors, camera frame (x right, y down, z forward); NaN where the lens
        maps nothing to the pixel.
    """
    points = np.asarray(points_px, dtype=np.float64).reshape(-1, 2)
    focal_px = focal_lengths_px(
        camera, horizontal_fov_deg=horizontal_fov_deg, vertical_fov_deg=vertical_fov_deg
    )
    measured = (points - principal_point_px(camera)) / focal_px
    plane = undistort_points(measured, camera.distortion)
    rays = np.concatenate([plane, np.ones((len(plane), 1))], axis=-1)
    directions: Vectors = rays / np.linalg.norm(rays, axis=-1, keepdims=True)
    return directions


def project_directions(
    camera: Camera,
    directions: Vectors,
    *,
    horizontal_fov_deg: float,
    vertical_fov_deg: float,
) -> Array:
    """Return the pixel that looks in each direction; the inverse of :func:`camera_directions`.

    Args:
        camera: Its size, principal point and distortion.
        directions: (n, 3) of any length, camera frame.
        horizontal_fov_deg: Full angle across the picture.
        vertical_fov_deg: Full angle down the picture.

    Returns:
        (n, 2) x, y, inside the picture or not; NaN behind the camera or beyond the lens.
    """
    focal_px = focal_lengths_px(
        camera, horizontal_fov_deg=horizontal_fov_deg, vertical_fov_deg=vertical_fov_deg
    )
    depth = np.where(directions[:, 2] > 0.0, directions[:, 2], np.nan)
    plane = directions[:, :2] / depth[:, np.newaxis]
    points: Array = distort_points(plane, camera.distortion) * focal_px + principal_point_px(camera)
    return points


def _camera_in_ecef(view: View) -> tuple[Array, Array]:
    """Where the camera is (3,) and its pose (3, 3); NaN where the View does not say."""
    if not view.is_locatable:
        return np.full(3, np.nan), np.full((3, 3), np.nan)
    return pose_of_camera(
        np.array([view.latitude_deg, view.longitude_deg, view.height_hae_m], np.float64),
        np.array(
            [view.camera_heading_deg, view.camera_elevation_deg, view.camera_roll_deg], np.float64
        ),
    )


def sensor_position_ecef_m(view: View) -> Array:
    """Return where the camera is, (3,) ECEF, metres; NaN where the View does not say."""
    if view.latitude_deg is None or view.longitude_deg is None or view.height_hae_m is None:
        return np.full(3, np.nan)
    return ecef_from_geodetic(view.latitude_deg, view.longitude_deg, view.height_hae_m)


def ecef_from_camera(view: View) -> Array:
    """Return the pose of the camera, (3, 3); NaN where the View does not say.

    The View's line of sight (``camera_*``) is what geometry uses, whatever its basis.
    """
    return _camera_in_ecef(view)[1]


def rays_from_view(view: View, camera: Camera, points_px: npt.ArrayLike) -> tuple[Array, Vectors]:
    """Return the rays along which pixels of a View look.

    Args:
        view: Where the camera was and how it looked.
        camera: Its size, principal point and distortion.
        points_px: (n, 2) x, y from the outer corner of the top-left pixel.

    Returns:
        The common origin (3,) ECEF, metres, and unit directions (n, 3) ECEF as seen at the
        origin (refraction bends them further on). NaN where the View cannot locate.
    """
    points = np.array(points_px, dtype=np.float64).reshape(-1, 2)
    if view.horizontal_fov_deg is None or view.vertical_fov_deg is None or not view.is_locatable:
        return np.full(3, np.nan), np.full((len(points), 3), np.nan)
    origin, pose = _camera_in_ecef(view)
    fields = (view.horizontal_fov_deg, view.vertical_fov_deg)
    if camera.distortion is None:
        focal_px = focal_lengths_px(
            camera, horizontal_fov_deg=fields[0], vertical_fov_deg=fields[1]
        )
        return origin, directions_of_pixels(points, focal_px, principal_point_px(camera), pose)
    directions = camera_directions(
        camera, points, horizontal_fov_deg=fields[0], vertical_fov_deg=fields[1]
    )
    return origin, directions @ pose.T


def project_points(  # noqa: PLR0917  (a position is one argument in three parts)
    view: View,
    camera: Camera,
    latitude_deg: npt.ArrayLike,
    longitude_deg: npt.ArrayLike,
    height_hae_m: npt.ArrayLike,
    *,
    refraction: float = REFRACTION_COEFFICIENT,
) -> Array:
    """Return the pixels at which places are seen, refraction taken into account.

    Whether something stands in the way, the Earth included, is not asked.

    Args:
        view: Where the camera was and how it looked.
        camera: Its size, principal point and distortion.
        latitude_deg: (n,), WGS84.
        longitude_deg: (n,), WGS84.
        height_hae_m: (n,), above the ellipsoid.
        refraction: The coefficient k.

    Returns:
        (n, 2) x, y, inside the picture or not; NaN behind the camera or where the View
        cannot locate.
    """
    parts = np.broadcast_arrays(latitude_deg, longitude_deg, height_hae_m)
    places = np.stack(parts, axis=-1).astype(np.float64).reshape(-1, 3)
    if view.horizontal_fov_deg is None or view.vertical_fov_deg is None or not view.is_locatable:
        return np.full((len(places), 2), np.nan)
    origin, pose = _camera_in_ecef(view)
    fields = (view.horizontal_fov_deg, view.vertical_fov_deg)
    if camera.distortion is None:
        focal_px = focal_lengths_px(
            camera, horizontal_fov_deg=fields[0], vertical_fov_deg=fields[1]
        )
        return pixels_of_places(
            places, (origin, pose), focal_px, principal_point_px(camera), refraction
        )
    targets = ecef_from_geodetic(places[:, 0], places[:, 1], places[:, 2])
    seen = apparent_directions(origin, targets, refraction=refraction)
    return project_directions(
        camera, seen @ pose, horizontal_fov_deg=fields[0], vertical_fov_deg=fields[1]
    )
