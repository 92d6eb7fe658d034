"""What errors do to places: the covariance of `locate_points`, taken apart."""

import numpy as np
import pytest

from plainview.geo import (
    GeoidSurface,
    assumed_view_sigma,
    ground_sensitivity,
    locate_points,
    places_of_pixels,
)
from plainview.model import PoseBasis
from tests.geo.views import HD, make_relative_view, make_view

SEA = GeoidSurface(altitude_msl_m=0.0, sigma_m=1.2)
PIXELS = np.array([[640.0, 360.0], [300.0, 500.0]])


@pytest.mark.parametrize("basis", [PoseBasis.RELATIVE, PoseBasis.ABSOLUTE])
def test_the_parts_add_up_to_the_covariance_of_the_place(basis: PoseBasis) -> None:
    view = make_relative_view() if basis is PoseBasis.RELATIVE else make_view()
    places = places_of_pixels(view, HD, PIXELS, surface=SEA)
    sigma_px = np.full((2, 2), 0.7)
    seen = ground_sensitivity(view, HD, places, surface=SEA, point_sigma_px=sigma_px)
    assert seen.shared.shape == (2, 3, len(seen.terms))
    shared = seen.shared @ np.swapaxes(seen.shared, 1, 2)
    pixel = seen.pixel @ np.swapaxes(seen.pixel, 1, 2)
    found = locate_points(view, HD, PIXELS, surface=SEA, point_sigma_px=sigma_px)
    np.testing.assert_allclose(shared, found.cov_shared_enu_m2, rtol=1e-4, atol=1e-3)
    np.testing.assert_allclose(
        shared + pixel + seen.own_cov_enu_m2, found.cov_enu_m2, rtol=1e-4, atol=1e-3
    )


def test_a_pixel_of_the_sky_has_no_place_and_no_sensitivity() -> None:
    view = make_view(camera_elevation_deg=5.0, sigma=assumed_view_sigma(PoseBasis.ABSOLUTE))
    places = places_of_pixels(view, HD, PIXELS, surface=SEA)
    assert np.isnan(places).all()
    seen = ground_sensitivity(view, HD, places, surface=SEA, point_sigma_px=np.ones((2, 2)))
    assert np.isnan(seen.shared).all()
