"""Sea geometry: the homography between the picture and the sea, and how steeply it looks."""

import numpy as np
import numpy.typing as npt

from bench.drawn_scene.scene import Scene
from plainview.errors import GeometryError
from plainview.geo import camera_directions, enu_m_from_geodetic, ned_from_camera, project_points
from plainview.model import Camera, View

__all__ = ["depression_rad", "fit_homography", "scene_from_picture"]

Array = npt.NDArray[np.float64]


def _nine_points_px(camera: Camera) -> Array:
    """Corners, middles of the edges and middle of the picture, (9, 2)."""
    x, y = np.meshgrid([0.0, 0.5, 1.0], [0.0, 0.5, 1.0])
    x, y = camera.width_px * x, camera.height_px * y
    return np.stack([x.ravel(), y.ravel()], axis=-1)


def _directions_ned(view: View, camera: Camera, points_px: Array) -> Array:
    """Where pixels look, (n, 3) north, east, down, unit length."""
    rotation = ned_from_camera(
        heading_rad=np.radians(view.camera_heading_deg or 0.0),
        elevation_rad=np.radians(view.camera_elevation_deg or 0.0),
        roll_rad=np.radians(view.camera_roll_deg or 0.0),
    )
    seen = camera_directions(
        camera,
        points_px,
        horizontal_fov_deg=view.horizontal_fov_deg or 0.0,
        vertical_fov_deg=view.vertical_fov_deg or 0.0,
    )
    directions: Array = seen @ rotation.T
    return directions


def depression_rad(view: View, camera: Camera, *, n_columns: int, n_rows: int) -> Array:
    """Return how far below the horizontal the middles of a grid look, (n_rows, n_columns).

    The picture is cut into n_columns by n_rows equal cells.
    """
    x, y = np.meshgrid(
        camera.width_px * (np.arange(n_columns) + 0.5) / n_columns,
        camera.height_px * (np.arange(n_rows) + 0.5) / n_rows,
    )
    points_px = np.stack([x.ravel(), y.ravel()], axis=-1)
    down = _directions_ned(view, camera, points_px)[:, 2]
    return np.arcsin(down).reshape(n_rows, n_columns)


def fit_homography(from_points: Array, to_points: Array) -> Array:
    """Return the homography (3, 3) that takes points (n, 2) to points (n, 2), n at least 4.

    Source:
        The direct linear transform with the last element 1, in least squares, on points
        brought to zero mean and unit spread (Hartley, 1997).
    """
    from_unit, to_unit = _normaliser(from_points), _normaliser(to_points)
    x, y = (from_points @ from_unit[:2, :2].T + from_unit[:2, 2]).T
    u, v = (to_points @ to_unit[:2, :2].T + to_unit[:2, 2]).T
    zero, one = np.zeros_like(x), np.ones_like(x)
    rows = np.concatenate(
        [
            np.stack([x, y, one, zero, zero, zero, -u * x, -u * y], axis=-1),
            np.stack([zero, zero, zero, x, y, one, -v * x, -v * y], axis=-1),
        ]
    )
    solved = np.linalg.lstsq(rows, np.concatenate([u, v]), rcond=None)[0]
    unit = np.append(solved, 1.0).reshape(3, 3)
    homography = np.linalg.solve(to_unit, unit @ from_unit)
    scaled: Array = homography / homography[2, 2]
    return scaled


def _normaliser(points: Array) -> Array:
    middle, spread = points.mean(axis=0), max(float(points.std()), 1e-12)
    return np.array(
        [[1.0 / spread, 0.0, -middle[0] / spread], [0.0, 1.0 / spread, -middle[1] / spread],
         [0.0, 0.0, 1.0]]
    )  # fmt: skip


def scene_from_picture(view: View, camera: Camera, scene: Scene) -> Array:
    """Return the homography from pixels to metres east and north of the scene's origin.

    Nine points of the sea about the edges and the middle of the picture are projected
    exactly, on the curved sea with refraction; the homography is fitted to them. What it
    leaves is the bend of the sea over the picture: 0.012 px in the shipped scenario, whose
    pictures span 460 m of sea (a test holds it under 0.03).

    Args:
        view: True pose of the camera.
        camera: Its picture.
        scene: Where the sea is.

    Returns:
        (3, 3), corner convention of pixels.

    Raises:
        GeometryError: The horizon is in the picture, or nearly.
    """
    directions = _directions_ned(view, camera, _nine_points_px(camera))
    if np.min(directions[:, 2]) < np.sin(np.radians(1.0)):
        raise GeometryError(
            where="the drawn picture of the sea",
            what="the horizon is in the picture, which this scene does not draw.",
            mend="Aim lower, or give a narrower field of view.",
        )
    position = enu_m_from_geodetic(
        view.latitude_deg or 0.0,
        view.longitude_deg or 0.0,
        view.height_hae_m or 0.0,
        origin=scene.origin,
    )
    range_m = position[2] / directions[:, 2]
    sea_m = position[:2] + range_m[:, np.newaxis] * directions[:, 1::-1]
    places = scene.places(sea_m)
    seen_px = project_points(
        view, camera, places.latitude_deg, places.longitude_deg, places.height_hae_m
    )
    return fit_homography(seen_px, sea_m)
