import numpy as np
import pytest

from plainview.tracking import TrackerSettings
from plainview.tracking.motion import carry_forward, correct, innovation_cov_px2, warp
from plainview.tracking.track_record import TRACK_DTYPE, Record, Records, make_rules
from tests.tracking.scenes import Array


@pytest.fixture
def rule() -> Record:
    return make_rules(TrackerSettings())[0]


@pytest.fixture
def tracks() -> Records:
    generator = np.random.default_rng(4)
    records = np.zeros(1, TRACK_DTYPE)
    root = generator.normal(0.0, 1.0, (4, 4))
    records["state"] = [400.0, 200.0, 30.0, -20.0]
    records["cov"] = root @ root.T + np.eye(4)
    records["width_px"], records["height_px"] = 12.0, 20.0
    records["n_hits"] = 3
    return records


def test_carrying_forward_is_the_constant_velocity_model(tracks: Records, rule: Record) -> None:
    before = tracks.copy()
    carry_forward(tracks[0], rule, 0.25)
    transition = np.eye(4)
    transition[[0, 1], [2, 3]] = 0.25
    np.testing.assert_allclose(tracks["state"][0], transition @ before["state"][0])
    added = tracks["cov"][0] - transition @ before["cov"][0] @ transition.T
    walk = (2.0 + 0.25 * np.sqrt(240.0)) ** 2
    np.testing.assert_allclose(np.diag(added), walk * np.array([0.25**3 / 3] * 2 + [0.25] * 2))
    np.testing.assert_allclose(tracks["cov"][0], tracks["cov"][0].T)


def test_two_half_steps_are_one_step(tracks: Records, rule: Record) -> None:
    once, twice = tracks.copy(), tracks.copy()
    carry_forward(once[0], rule, 0.4)
    carry_forward(twice[0], rule, 0.2)
    carry_forward(twice[0], rule, 0.2)
    np.testing.assert_allclose(once["cov"], twice["cov"], rtol=1e-12)
    np.testing.assert_allclose(once["state"], twice["state"], rtol=1e-12)


def test_a_warp_is_that_of_a_cloud_of_points(tracks: Records) -> None:
    homography = np.array([[1.01, 0.03, -40.0], [-0.02, 0.98, 25.0], [2e-5, -1e-5, 1.0]])
    state, cov = tracks["state"][0].copy(), tracks["cov"][0].copy()
    assert warp(tracks[0], homography, 0.0)
    cloud = np.random.default_rng(1).multivariate_normal(state, cov, 200_000)

    def project(points: Array) -> Array:
        lifted = np.column_stack([points, np.ones(len(points))]) @ homography.T
        projected: Array = lifted[:, :2] / lifted[:, 2:]
        return projected

    step = 1e-4
    moved = project(cloud[:, :2])
    velocity = (project(cloud[:, :2] + step * cloud[:, 2:]) - moved) / step
    mapped = np.column_stack([moved, velocity])
    np.testing.assert_allclose(tracks["state"][0], mapped.mean(axis=0), atol=0.02)
    np.testing.assert_allclose(tracks["cov"][0], np.cov(mapped.T), rtol=0.03, atol=0.1)
    area = abs(np.linalg.det(np.cov(moved.T)) / np.linalg.det(np.cov(cloud[:, :2].T))) ** 0.5
    np.testing.assert_allclose(
        tracks["width_px"][0] * tracks["height_px"][0], 240.0 * area, rtol=1e-2
    )


def test_a_warp_and_back_changes_nothing(tracks: Records) -> None:
    homography = np.array([[1.01, 0.03, -40.0], [-0.02, 0.98, 25.0], [2e-5, -1e-5, 1.0]])
    before = tracks.copy()
    warp(tracks[0], homography, 0.0)
    warp(tracks[0], np.linalg.inv(homography), 0.0)
    for name in ("state", "cov", "width_px", "height_px"):
        np.testing.assert_allclose(tracks[name], before[name], rtol=1e-9)


def test_a_homography_that_puts_the_track_behind_the_camera_is_refused(tracks: Records) -> None:
    assert not warp(tracks[0], np.array([[1.0, 0, 0], [0, 1.0, 0], [-4e-3, 0, 1.0]]), 0.0)


def test_the_correction_is_the_kalman_filters(tracks: Records, rule: Record) -> None:
    cov, state = tracks["cov"][0].copy(), tracks["state"][0].copy()
    s_xx, s_xy, s_yy = innovation_cov_px2(tracks[0], rule)
    innovation = np.array([[s_xx, s_xy], [s_xy, s_yy]])
    gain = cov[:, :2] @ np.linalg.inv(innovation)
    offset = np.array([1.5, -0.7])
    correct(tracks[0], rule, (1.5, -0.7))
    np.testing.assert_allclose(tracks["state"][0], state + gain @ offset)
    noise = innovation - cov[:2, :2]
    kept = np.eye(4)
    kept[:, :2] -= gain
    joseph = kept @ cov @ kept.T + gain @ noise @ gain.T
    np.testing.assert_allclose(tracks["cov"][0], joseph, rtol=1e-9)
