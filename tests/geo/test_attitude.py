"""Rotations and the angles that name them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation, Slerp

from plainview.geo import (
    body_angles_from_rotation,
    body_from_camera,
    camera_angles_from_rotation,
    gimbal_angles_from_rotation,
    interpolate_rotation,
    ned_from_body,
    ned_from_camera,
    quaternion_from_rotation,
    rotation_from_quaternion,
)

turns = st.floats(-np.pi, np.pi)
tilts = st.floats(-np.pi / 2, np.pi / 2)


def drawn_rotations(n: int, seed: int = 1) -> np.ndarray:
    return np.asarray(Rotation.random(n, rng=np.random.default_rng(seed)).as_matrix())


def test_a_level_camera_that_looks_north_has_east_at_its_right_and_the_ground_below() -> None:
    pose = ned_from_camera(heading_rad=0.0, elevation_rad=0.0, roll_rad=0.0)
    np.testing.assert_array_equal(pose @ [0, 0, 1], [1, 0, 0])
    np.testing.assert_array_equal(pose @ [1, 0, 0], [0, 1, 0])
    np.testing.assert_array_equal(pose @ [0, 1, 0], [0, 0, 1])


@pytest.mark.parametrize(
    ("angles", "axis", "ned"),
    [
        ({"heading_rad": np.pi / 2, "pitch_rad": 0.0, "roll_rad": 0.0}, [1, 0, 0], [0, 1, 0]),
        ({"heading_rad": 0.0, "pitch_rad": np.pi / 6, "roll_rad": 0.0}, [1, 0, 0], None),
        ({"heading_rad": 0.0, "pitch_rad": 0.0, "roll_rad": np.pi / 2}, [0, 1, 0], [0, 0, 1]),
    ],
    ids=["heading 90 points the nose east", "pitch up lifts the nose", "roll lowers the right"],
)
def test_each_attitude_angle_turns_the_platform_its_way(
    angles: dict[str, float], axis: list[int], ned: list[int] | None
) -> None:
    turned = ned_from_body(**angles) @ axis
    expected: list[float] = [*ned] if ned else [np.cos(np.pi / 6), 0.0, -0.5]
    np.testing.assert_allclose(turned, expected, atol=1e-15)


def test_a_camera_rolled_clockwise_as_seen_from_behind_sees_its_right_edge_lower() -> None:
    pose = ned_from_camera(heading_rad=0.3, elevation_rad=-0.2, roll_rad=0.1)
    assert (pose @ [1, 0, 0])[2] > 0.0


@given(heading=turns, pitch=tilts, roll=turns)
def test_attitude_agrees_with_scipy(heading: float, pitch: float, roll: float) -> None:
    ours = ned_from_body(heading_rad=heading, pitch_rad=pitch, roll_rad=roll)
    peer = Rotation.from_euler("ZYX", [heading, pitch, roll]).as_matrix()
    np.testing.assert_allclose(ours, peer, atol=1e-14)


@given(heading=turns, elevation=tilts, roll=turns)
def test_angles_of_a_pose_give_the_pose_again(
    heading: float, elevation: float, roll: float
) -> None:
    pose = ned_from_camera(heading_rad=heading, elevation_rad=elevation, roll_rad=roll)
    angles = camera_angles_from_rotation(pose)
    again = ned_from_camera(heading_rad=angles[0], elevation_rad=angles[1], roll_rad=angles[2])
    np.testing.assert_allclose(again, pose, atol=1e-7)
    assert 0.0 <= angles[0] < 2.0 * np.pi


@given(azimuth=turns, elevation=tilts, roll=turns)
def test_gimbal_angles_give_the_pose_again(azimuth: float, elevation: float, roll: float) -> None:
    pose = body_from_camera(azimuth_rad=azimuth, elevation_rad=elevation, roll_rad=roll)
    angles = gimbal_angles_from_rotation(pose)
    again = body_from_camera(azimuth_rad=angles[0], elevation_rad=angles[1], roll_rad=angles[2])
    np.testing.assert_allclose(again, pose, atol=1e-7)
    assert -np.pi <= angles[0] < np.pi


@given(heading=st.floats(0.0, 6.28))
def test_straight_down_the_heading_is_that_of_the_upper_edge(heading: float) -> None:
    pose = ned_from_camera(heading_rad=heading, elevation_rad=-np.pi / 2, roll_rad=0.0)
    found, elevation, roll = camera_angles_from_rotation(pose)
    assert roll == 0.0
    assert elevation == pytest.approx(-np.pi / 2)
    assert np.cos(found - heading) == pytest.approx(1.0)
    up_in_picture = pose @ [0.0, -1.0, 0.0]
    np.testing.assert_allclose(up_in_picture[:2], [np.cos(heading), np.sin(heading)], atol=1e-12)


def test_quaternions_agree_with_scipy_and_lead_back() -> None:
    rotations = drawn_rotations(500)
    ours = quaternion_from_rotation(rotations)
    peer = Rotation.from_matrix(rotations).as_quat(canonical=True, scalar_first=True)
    np.testing.assert_allclose(ours, peer, atol=1e-12)
    np.testing.assert_allclose(rotation_from_quaternion(ours), rotations, atol=1e-12)


@pytest.mark.parametrize("axis", [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 1]])
def test_half_turns_have_their_quaternion(axis: list[int]) -> None:
    half_turn = Rotation.from_rotvec(np.pi * np.array(axis) / np.linalg.norm(axis)).as_matrix()
    again = rotation_from_quaternion(quaternion_from_rotation(half_turn))
    np.testing.assert_allclose(again, half_turn, atol=1e-12)


def test_interpolation_agrees_with_scipys_slerp() -> None:
    ends = drawn_rotations(2, seed=3)
    fractions = np.linspace(0.0, 1.0, 11)
    ours = interpolate_rotation(ends[0], ends[1], fractions)
    peer = Slerp([0.0, 1.0], Rotation.from_matrix(ends))(fractions).as_matrix()
    np.testing.assert_allclose(ours, peer, atol=1e-12)


def test_interpolation_of_headings_across_north_goes_the_short_way() -> None:
    def pose(heading_deg: float) -> np.ndarray:
        return ned_from_camera(
            heading_rad=np.radians(heading_deg), elevation_rad=-0.3, roll_rad=0.0
        )

    heading, _, _ = camera_angles_from_rotation(interpolate_rotation(pose(359.0), pose(3.0), 0.25))
    assert np.degrees(heading) == pytest.approx(0.0, abs=1e-3) or np.degrees(heading) > 359.999


@given(fraction=st.floats(-0.5, 1.5), seed=st.integers(0, 1000))
def test_interpolated_rotations_are_rotations(fraction: float, seed: int) -> None:
    ends = drawn_rotations(2, seed=seed)
    between = interpolate_rotation(ends[0], ends[1], fraction)
    np.testing.assert_allclose(between @ between.T, np.eye(3), atol=1e-12)
    assert np.linalg.det(between) == pytest.approx(1.0)


def test_equal_ends_stay_put() -> None:
    pose = drawn_rotations(1)[0]
    np.testing.assert_allclose(interpolate_rotation(pose, pose, 0.3), pose, atol=1e-15)


def test_many_rotations_are_one_call_and_none_is_legal() -> None:
    angles = np.linspace(-1.0, 1.0, 7)
    many = ned_from_body(heading_rad=angles, pitch_rad=0.1, roll_rad=angles)
    one = ned_from_body(heading_rad=angles[2], pitch_rad=0.1, roll_rad=angles[2])
    np.testing.assert_array_equal(many[2], one)
    none = ned_from_body(heading_rad=np.empty(0), pitch_rad=0.0, roll_rad=np.empty(0))
    assert none.shape == (0, 3, 3)
    assert body_angles_from_rotation(none)[0].shape == (0,)
