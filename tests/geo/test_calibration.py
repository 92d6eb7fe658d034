"""A calibration applied to Views: what is taken off, and what their sigma becomes."""

from dataclasses import replace

import pytest

from plainview.geo import CalibratedPart, Calibration, assumed_view_sigma, calibrated_view
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
