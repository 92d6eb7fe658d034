"""Biases: taken off a View, they give back the View that they were put on."""

import numpy as np
import pytest

from plainview.geo import PoseBias, view_without_bias
from plainview.geo.camera_rays import ecef_from_camera
from plainview.geo.pose_bias import BIAS_NAMES, NEUTRAL_BIASES, rotations_about, turn_axes
from plainview.model import PoseBasis, View
from tests.geo.views import make_relative_view, make_view

ANGLES = {
    "heading_bias_deg": ("platform_heading_deg", 200.0),
    "pitch_bias_deg": ("platform_pitch_deg", 4.0),
    "roll_bias_deg": ("platform_roll_deg", -12.0),
    "boresight_azimuth_deg": ("sensor_relative_azimuth_deg", -70.0),
    "boresight_elevation_deg": ("sensor_relative_elevation_deg", -14.0),
    "boresight_roll_deg": ("sensor_relative_roll_deg", 2.0),
}


def with_biases(**biases_deg: float) -> View:
    """Return what a source with these biases reports of `make_relative_view`."""
    changes = {ANGLES[name][0]: ANGLES[name][1] + bias for name, bias in biases_deg.items()}
    return make_relative_view(**changes)


def off_deg(view: View, true: View) -> float:
    """Return the angle between two lines of sight and their pictures' x axes, the larger."""
    cosines = np.sum(ecef_from_camera(view) * ecef_from_camera(true), axis=0)
    return float(np.degrees(np.arccos(np.clip(cosines, -1.0, 1.0))).max())


@pytest.mark.parametrize("name", ANGLES)
def test_a_bias_of_one_angle_is_taken_off_exactly(name: str) -> None:
    reported = with_biases(**{name: 1.5})
    true = make_relative_view()
    assert off_deg(reported, true) > 0.3
    assert off_deg(view_without_bias(reported, PoseBias(**{name: 1.5})), true) < 2e-6


def test_six_large_biases_together_are_taken_off_exactly() -> None:
    biases = dict(zip(ANGLES, (3.0, -2.0, 1.5, 2.5, -3.0, 4.0), strict=True))
    found = view_without_bias(with_biases(**biases), PoseBias(**biases))
    assert off_deg(found, make_relative_view()) < 2e-6


def test_the_platforms_attitude_stays_and_the_gimbal_leads_from_it_to_the_line_of_sight() -> None:
    reported = with_biases(boresight_azimuth_deg=2.0, boresight_elevation_deg=-1.0)
    bias = PoseBias(boresight_azimuth_deg=2.0, boresight_elevation_deg=-1.0)
    found = view_without_bias(reported, bias)
    assert found.platform_heading_deg == reported.platform_heading_deg
    assert found.sensor_relative_azimuth_deg == pytest.approx(-70.0)
    assert found.sensor_relative_elevation_deg == pytest.approx(-14.0)


def test_the_place_moves_back_and_both_heights_with_it() -> None:
    view = make_view(altitude_msl_m=1460.0)
    found = view_without_bias(view, PoseBias(height_offset_m=12.0, north_m=30.0))
    assert found.height_hae_m == pytest.approx(1488.0, abs=1e-3)
    assert found.altitude_msl_m == 1448.0
    metres = 111_195.0 * ((view.latitude_deg or 0.0) - (found.latitude_deg or 0.0))
    assert metres == pytest.approx(30.0, rel=0.005)


def test_a_longer_focal_length_narrows_both_fields() -> None:
    found = view_without_bias(make_view(), PoseBias(focal_length_ratio=1.1))
    half = np.tan(np.radians(4.0)) / 1.1
    assert found.horizontal_fov_deg == pytest.approx(np.degrees(2.0 * np.arctan(half)))
    assert found.vertical_fov_deg is not None
    assert found.vertical_fov_deg < 4.5 / 1.09


def test_a_source_of_the_cameras_own_angles_has_three_axes() -> None:
    axes = turn_axes(make_view())
    assert np.allclose(np.linalg.norm(axes, axis=1), [1, 0, 0, 1, 1, 1])
    assert np.array_equal(axes[0], axes[3])
    found = view_without_bias(make_view(), PoseBias(heading_bias_deg=2.0))
    assert found.camera_heading_deg == pytest.approx(128.0)
    assert found.camera_elevation_deg == pytest.approx(-15.0)


def test_gimbal_angles_that_are_not_those_of_the_line_of_sight_are_not_used() -> None:
    view = make_relative_view()
    other = make_view(
        pose_basis=PoseBasis.RELATIVE,
        camera_heading_deg=10.0,
        **{name: getattr(view, name) for name, _ in ANGLES.values()},
    )
    assert np.linalg.norm(turn_axes(other), axis=1)[1:3].tolist() == [0.0, 0.0]


def test_a_view_of_the_sources_own_corners_or_without_a_pose_stays() -> None:
    bias = PoseBias(boresight_elevation_deg=1.0)
    for view in (make_view(pose_basis=PoseBasis.CORNERS), make_view(camera_roll_deg=None)):
        assert view_without_bias(view, bias) is view


def test_biases_go_to_an_array_and_back() -> None:
    bias = PoseBias(lag_s=0.2, focal_length_ratio=1.01, roll_bias_deg=-0.3)
    assert PoseBias.from_array(bias.to_array()) == bias
    assert dict(zip(BIAS_NAMES, NEUTRAL_BIASES.tolist(), strict=True))["focal_length_ratio"] == 1.0


def test_rotations_turn_as_the_right_hand_and_an_axis_of_zero_turns_nothing() -> None:
    axes = np.array([[0.0, 0.0, 1.0], [0.0, 0.0, 0.0]])
    turned = rotations_about(axes, np.full(2, np.pi / 2)) @ np.array([1.0, 0.0, 0.0])
    assert np.allclose(turned, [[0.0, 1.0, 0.0], [1.0, 0.0, 0.0]])
