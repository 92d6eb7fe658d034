"""Grid north against PROJ."""

import numpy as np
import pytest
from pyproj import Proj

from plainview.geo import grid_convergence_deg, grid_position_m, utm_zone


def test_the_convergence_is_that_of_proj() -> None:
    generator = np.random.default_rng(1)
    for zone in (1, 18, 33, 60):
        latitude = generator.uniform(-79.0, 83.0, 50)
        longitude = (6.0 * zone - 183.0 + generator.uniform(-6.0, 6.0, 50) + 180.0) % 360.0 - 180.0
        own = grid_convergence_deg(latitude, longitude, zone=zone)
        projection = Proj(proj="utm", zone=zone, ellps="WGS84")
        factors = projection.get_factors(longitude, latitude)
        assert own == pytest.approx(np.asarray(factors.meridian_convergence), abs=1e-6)


def test_easting_and_northing_are_those_of_proj() -> None:
    generator = np.random.default_rng(2)
    for zone in (1, 32, 60):
        latitude = generator.uniform(-79.0, 83.0, 50)
        longitude = (6.0 * zone - 183.0 + generator.uniform(-6.0, 6.0, 50) + 180.0) % 360.0 - 180.0
        east, north = grid_position_m(latitude, longitude, zone=zone)
        theirs = Proj(proj="utm", zone=zone, ellps="WGS84")(longitude, latitude)
        assert east == pytest.approx(theirs[0], abs=2e-3)
        assert north == pytest.approx(theirs[1], abs=2e-3)


def test_there_is_none_on_the_central_meridian_and_on_the_equator() -> None:
    assert float(grid_convergence_deg(50.0, 9.0, zone=32)) == 0.0
    assert float(grid_convergence_deg(0.0, 11.0, zone=32)) == pytest.approx(0.0, abs=1e-12)


@pytest.mark.parametrize(
    ("latitude", "longitude", "zone"),
    [
        (38.2, -77.4, 18),
        (0.0, -180.0, 1),
        (0.0, 179.9, 60),
        (0.0, 180.0, 1),
        (60.0, 4.0, 32),
        (60.0, 2.9, 31),
        (78.0, 8.9, 31),
        (78.0, 9.0, 33),
        (78.0, 40.0, 37),
        (-80.1, 0.0, None),
        (84.0, 0.0, None),
    ],
)
def test_a_place_has_its_zone(latitude: float, longitude: float, zone: int | None) -> None:
    assert utm_zone(latitude, longitude) == zone
