"""A calibration applied to Views: what is taken off, and what their sigma becomes."""

from dataclasses import replace

import pytest

from plainview.geo import CalibratedPart, Calibration, assumed_view_sigma, calibrated_view
from plainview.geo.calibration import one_field_deg
from plainview.model import PoseBasis, Sigma, UncertaintyBasis
from tests.geo.bias_scenes import OWN_DEG, SIGMA
from tests.geo.views import make_relative_view, make_view

CALIBRATION = Calibration(
    parts={
        "boresight_azimuth_deg": CalibratedPart(value=0.5, sigma=0.03),
        "heading_bias_deg": CalibratedPart(value=0.0, sigma=0.0, tied_to="boresight_azimuth_deg"),
        "boresight_elevation_deg": CalibratedPart(value=-0.2, sigma=0.04),
        "focal_length_ratio": CalibratedPart(value=1.02, sigma=0.001),
        "lag_s": CalibratedPart(value=0.1, sigma=0.005),
    }
)


def test_the_sigma_of_what_is_calibrated_is_the_calibrations_and_the_rest_stays() -> None:
    view = make_relative_view()
    found = calibrated_view(replace(view, sigma=SIGMA), CALIBRATION).sigma
    assert found is not None
    assert found.basis is UncertaintyBasis.ESTIMATED
    assert found.relative_azimuth_deg == Sigma(own=OWN_DEG, shared=0.03)
    assert found.platform_heading_deg == Sigma(own=OWN_DEG, shared=0.0)
    assert found.field_of_view_ratio.shared == 0.001
    assert found.platform_roll_deg == SIGMA.platform_roll_deg
    assert found.time_s == SIGMA.time_s  # the lag is taken off where metadata meets pictures


def test_at_another_field_of_view_the_focal_length_is_left_and_the_axis_is_less_sure() -> None:
    view = replace(make_relative_view(), sigma=SIGMA)
    assert view.horizontal_fov_deg is not None
    here = replace(CALIBRATION, horizontal_fov_deg=1.05 * view.horizontal_fov_deg)
    assert here.is_of_field(view)
    assert calibrated_view(view, here) == calibrated_view(view, CALIBRATION)
    wide_deg = 4.0 * view.horizontal_fov_deg
    other = replace(CALIBRATION, horizontal_fov_deg=wide_deg)
    assert not other.is_of_field(view)
    found = calibrated_view(view, other)
    assert found.horizontal_fov_deg == view.horizontal_fov_deg
    assert found.sigma is not None
    assert found.sigma.field_of_view_ratio == SIGMA.field_of_view_ratio
    assert found.sigma.relative_azimuth_deg is not None
    shared_deg = found.sigma.relative_azimuth_deg.shared
    assert shared_deg == pytest.approx((0.03**2 + (0.01 * wide_deg) ** 2) ** 0.5)
    usual = calibrated_view(view, CALIBRATION)
    assert found.camera_heading_deg == usual.camera_heading_deg
    assert found.sigma.platform_roll_deg == SIGMA.platform_roll_deg


def test_views_of_a_zoom_have_no_field_of_view_in_common() -> None:
    views = [replace(make_view(), horizontal_fov_deg=field_deg) for field_deg in (10.0, 10.5, 10.9)]
    assert one_field_deg(views) == 10.5
    assert one_field_deg([*views, replace(make_view(), horizontal_fov_deg=30.0)]) is None
    assert one_field_deg([]) is None


def test_a_source_of_the_cameras_own_angles_takes_both_headings_as_one() -> None:
    sigma = assumed_view_sigma(PoseBasis.ABSOLUTE)
    found = calibrated_view(make_view(sigma=sigma), CALIBRATION)
    assert found.camera_heading_deg == pytest.approx(129.5)
    assert found.sigma is not None
    assert found.sigma.camera_heading_deg is not None
    assert found.sigma.camera_heading_deg.shared == pytest.approx(0.03)
    assert found.sigma.camera_roll_deg == sigma.camera_roll_deg


def test_what_cannot_be_calibrated_is_left_as_it_is() -> None:
    assert calibrated_view(make_view(), None) == make_view()
    corners = make_view(pose_basis=PoseBasis.CORNERS)
    assert calibrated_view(corners, CALIBRATION) is corners
    unknown = make_view(horizontal_fov_deg=None)
    assert calibrated_view(unknown, CALIBRATION) is unknown
