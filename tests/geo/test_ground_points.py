"""The table of ground points."""

import numpy as np
import pytest

from plainview.geo import GroundPoints, RayOutcome
from plainview.model import UncertaintyBasis


def make_points(**changes: object) -> GroundPoints:
    columns: dict[str, object] = {
        "latitude_deg": np.array([58.0, np.nan]),
        "longitude_deg": np.array([5.0, np.nan]),
        "height_hae_m": np.array([40.0, np.nan]),
        "slant_range_m": np.array([900.0, np.nan]),
        "cov_enu_m2": np.stack([np.diag([4.0, 4.0, 1.0]), np.full((3, 3), np.nan)]),
        "cov_shared_enu_m2": np.stack([np.diag([1.0, 1.0, 1.0]), np.full((3, 3), np.nan)]),
        "outcome": np.array([RayOutcome.HIT, RayOutcome.SKY], dtype=np.uint8),
        "surface": "sea_level",
        "uncertainty_basis": UncertaintyBasis.REPORTED,
    }
    return GroundPoints(**(columns | changes))  # type: ignore[arg-type]


def test_errors_are_percentiles_of_the_covariance() -> None:
    points = make_points()
    assert points.ce90_m[0] == pytest.approx(2.0 * 2.1460, rel=1e-3)
    assert points.le90_m[0] == pytest.approx(1.6449, rel=1e-3)
    assert np.isnan(points.ce90_m[1])


def test_what_became_of_each_ray_is_counted() -> None:
    points = make_points()
    assert points.is_located.tolist() == [True, False]
    assert [points.count(outcome) for outcome in (RayOutcome.HIT, RayOutcome.SKY)] == [1, 1]


def test_columns_of_unequal_length_are_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="rows"):
        make_points(latitude_deg=np.zeros(3))


def test_a_table_of_misses_has_the_reason_and_no_place() -> None:
    points = GroundPoints.missed(3, RayOutcome.HOLE, surface="terrain")
    assert len(points) == 3
    assert points.count(RayOutcome.HOLE) == 3
    assert np.isnan(points.latitude_deg).all()
