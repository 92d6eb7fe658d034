"""The stated error of a line of sight: by hand, and against draws of all that makes it."""

from dataclasses import replace

import numpy as np
import pytest

from plainview.geo import assumed_view_sigma, sight_sigma_deg
from plainview.model import PartCorrelation, PoseBasis, Sigma, View
from tests.geo.test_covariance import RATES, disturbed, no_sigma
from tests.geo.views import make_relative_view, make_view

ABSOLUTE = no_sigma(PoseBasis.ABSOLUTE)


def drawn_sigma_deg(view: View, *, n_draws: int) -> tuple[float, float]:
    """Return the scatter to the right and up of a View that is disturbed by its own sigma."""
    rng = np.random.default_rng(4)
    lines = [disturbed(view, rng) for _ in range(n_draws)]
    heading, elevation = (
        np.array([getattr(each, name) - getattr(view, name) for each in lines])
        for name in ("camera_heading_deg", "camera_elevation_deg")
    )
    heading = np.mod(heading + 180.0, 360.0) - 180.0
    across = np.cos(np.radians(view.camera_elevation_deg or 0.0))
    return float(np.std(heading) * across), float(np.std(elevation))


def test_an_error_of_heading_counts_by_the_cosine_of_the_elevation() -> None:
    sigma = replace(
        ABSOLUTE,
        camera_heading_deg=Sigma(own=0.3, shared=0.4),
        camera_elevation_deg=Sigma(own=0.0, shared=0.2),
    )
    view = make_view(camera_elevation_deg=-60.0, sigma=sigma)
    assert sight_sigma_deg(view) == pytest.approx((0.25, 0.2))


def test_a_roll_about_the_line_does_not_move_it_and_straight_down_has_no_heading() -> None:
    rolling = replace(ABSOLUTE, camera_roll_deg=Sigma(own=5.0, shared=5.0))
    assert sight_sigma_deg(make_view(sigma=rolling)) == pytest.approx((0.0, 0.0), abs=1e-9)
    heading = replace(ABSOLUTE, camera_heading_deg=Sigma(own=5.0, shared=5.0))
    straight = make_view(camera_elevation_deg=-90.0, sigma=heading)
    assert sight_sigma_deg(straight) == pytest.approx((0.0, 0.0), abs=1e-9)


def test_the_instant_counts_while_the_camera_turns() -> None:
    sigma = replace(ABSOLUTE, time_s=Sigma(own=0.03, shared=0.04))
    view = make_view(
        camera_elevation_deg=-60.0,
        sigma=sigma,
        camera_heading_rate_deg_s=8.0,
        camera_elevation_rate_deg_s=-2.0,
    )
    assert sight_sigma_deg(view) == pytest.approx((0.05 * 8.0 * 0.5, 0.05 * 2.0))


@pytest.mark.parametrize("elevation_deg", [-20.0, -55.0])
def test_platform_and_gimbal_make_what_draws_of_them_make(elevation_deg: float) -> None:
    view = replace(
        make_relative_view(sensor_relative_elevation_deg=elevation_deg),
        sigma=assumed_view_sigma(PoseBasis.RELATIVE),
        **RATES,
    )
    assert sight_sigma_deg(view) == pytest.approx(drawn_sigma_deg(view, n_draws=3000), rel=0.05)


def test_errors_that_go_together_cancel_or_add() -> None:
    def of(rho: float) -> tuple[float, float] | None:
        part = Sigma(own=0.0, shared=0.1)
        sigma = replace(
            no_sigma(PoseBasis.RELATIVE),
            platform_heading_deg=part,
            relative_azimuth_deg=part,
            correlations=(
                PartCorrelation(
                    first="platform_heading_deg", second="relative_azimuth_deg", rho=rho
                ),
            ),
        )
        level = make_relative_view(
            platform_pitch_deg=0.0, platform_roll_deg=0.0, sensor_relative_elevation_deg=-60.0
        )
        return sight_sigma_deg(replace(level, sigma=sigma))

    assert of(1.0) == pytest.approx((0.1, 0.0), abs=1e-9)
    assert of(-1.0) == pytest.approx((0.0, 0.0), abs=1e-9)
    assert of(0.0) == pytest.approx((0.1 * np.sqrt(0.5), 0.0), abs=1e-9)


def test_a_view_without_a_line_or_without_a_sigma_states_none() -> None:
    assert sight_sigma_deg(View()) is None
    assert sight_sigma_deg(replace(make_view(sigma=ABSOLUTE), camera_heading_deg=None)) is None
    assert sight_sigma_deg(replace(make_view(), sigma=None)) is None
