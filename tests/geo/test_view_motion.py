"""How the scene moves across the picture, by poses and by homographies."""

import numpy as np
import pytest

from plainview.geo import (
    ecef_from_ned,
    geodetic_from_ecef,
    geodetic_from_enu_m,
    ned_from_camera,
    project_points,
)
from plainview.geo.geodetic import ecef_from_geodetic
from plainview.geo.view_motion import motion_of_homographies, motion_of_poses
from plainview.model import Camera, PoseBasis, View

CAMERA = Camera(name="c", width_px=640, height_px=480)
FOV_DEG = (8.0, 6.0)
MIDDLE = (320.0, 240.0)


def view(heading_deg: float, elevation_deg: float, roll_deg: float, north_m: float) -> View:
    latitude, longitude, height = geodetic_from_enu_m([0.0, north_m, 0.0], origin=(48.0, -5.0, 900))
    return View(
        latitude_deg=float(latitude),
        longitude_deg=float(longitude),
        height_hae_m=float(height),
        camera_heading_deg=heading_deg,
        camera_elevation_deg=elevation_deg,
        camera_roll_deg=roll_deg,
        pose_basis=PoseBasis.ABSOLUTE,
        horizontal_fov_deg=FOV_DEG[0],
        vertical_fov_deg=FOV_DEG[1],
    )


def poses(views: list[View]) -> tuple[np.ndarray, np.ndarray]:
    latitude = np.array([each.latitude_deg for each in views])
    longitude = np.array([each.longitude_deg for each in views])
    names = ("camera_heading_deg", "camera_elevation_deg", "camera_roll_deg")
    angles = np.radians(np.array([[getattr(v, name) for name in names] for v in views], float))
    turn = ned_from_camera(
        heading_rad=angles[:, 0], elevation_rad=angles[:, 1], roll_rad=angles[:, 2]
    )
    height = np.array([each.height_hae_m for each in views])
    position = ecef_from_geodetic(latitude, longitude, height)
    return position, ecef_from_ned(latitude, longitude) @ turn


def test_a_point_of_the_scene_moves_as_projection_says() -> None:
    """Turned, rolled and carried on: the middle's point lies where `project_points` puts it."""
    views = [view(20.0, -30.0, 0.0, 0.0), view(20.4, -29.8, 1.5, 6.0)]
    position, camera = poses(views)
    range_m = 1700.0
    target = position[0] + range_m * camera[0, :, 2]
    latitude, longitude, height = geodetic_from_ecef(target)
    pixel = project_points(views[1], CAMERA, latitude, longitude, height, refraction=0.0)[0]
    focal_px = 0.5 * np.array([640.0, 480.0]) / np.tan(np.radians(FOV_DEG) / 2.0)
    motion = motion_of_poses(position, camera, np.array([range_m, range_m]))
    assert np.isnan(motion[0]).all()
    assert motion[1, :2] * focal_px + MIDDLE == pytest.approx(pixel, abs=1e-6)


def test_a_roll_of_the_camera_turns_the_picture_the_other_way() -> None:
    position, camera = poses([view(20.0, -30.0, 0.0, 0.0), view(20.0, -30.0, 2.0, 0.0)])
    motion = motion_of_poses(position, camera, np.array([np.nan, np.nan]))
    assert motion[1] == pytest.approx([0.0, 0.0, -np.radians(2.0)], abs=1e-9)


def test_a_scene_far_away_is_not_moved_by_travel() -> None:
    position, camera = poses([view(90.0, 0.0, 0.0, 0.0), view(90.0, 0.0, 0.0, 50.0)])
    far = motion_of_poses(position, camera, np.array([np.nan, np.nan]))
    near = motion_of_poses(position, camera, np.array([1000.0, 1000.0]))
    assert far[1, 0] == pytest.approx(0.0, abs=2e-5)
    assert near[1, 0] == pytest.approx(0.05, rel=1e-3)


def test_what_comes_to_lie_behind_the_camera_has_no_place() -> None:
    position, camera = poses([view(0.0, 0.0, 0.0, 0.0), view(170.0, 0.0, 0.0, 0.0)])
    assert np.isnan(motion_of_poses(position, camera, np.array([1e3, 1e3]))[1, :2]).all()


def test_one_pose_alone_has_no_motion() -> None:
    position, camera = poses([view(0.0, 0.0, 0.0, 0.0)])
    assert np.isnan(motion_of_poses(position, camera, np.array([1e3]))).all()


def test_a_homography_shifts_and_turns_the_middle() -> None:
    turn = np.radians(3.0)
    to_middle = np.array([[1.0, 0.0, MIDDLE[0]], [0.0, 1.0, MIDDLE[1]], [0.0, 0.0, 1.0]])
    rotation = np.array(
        [[np.cos(turn), -np.sin(turn), 4.0], [np.sin(turn), np.cos(turn), -2.5], [0.0, 0.0, 1.0]]
    )
    homography = to_middle @ rotation @ np.linalg.inv(to_middle)
    shift_px, turn_rad = motion_of_homographies(homography[np.newaxis], middle_px=MIDDLE)
    assert shift_px[0] == pytest.approx([4.0, -2.5])
    assert turn_rad[0] == pytest.approx(turn)


def test_homography_and_poses_agree_on_a_camera_that_only_turns() -> None:
    views = [view(20.0, -30.0, 0.0, 0.0), view(20.6, -29.5, 1.0, 0.0)]
    position, camera = poses(views)
    focal_px = 0.5 * 640.0 / np.tan(np.radians(FOV_DEG[0]) / 2.0)
    focal_y_px = 0.5 * 480.0 / np.tan(np.radians(FOV_DEG[1]) / 2.0)
    matrix = np.array([[focal_px, 0.0, 320.0], [0.0, focal_y_px, 240.0], [0.0, 0.0, 1.0]])
    homography = matrix @ camera[1].T @ camera[0] @ np.linalg.inv(matrix)
    shift_px, turn_rad = motion_of_homographies(homography[np.newaxis], middle_px=MIDDLE)
    said = motion_of_poses(position, camera, np.array([np.nan, np.nan]))[1]
    assert shift_px[0] / [focal_px, focal_y_px] == pytest.approx(said[:2], abs=1e-12)
    assert turn_rad[0] == pytest.approx(said[2], abs=2e-4)
