"""Positions, vectors and local frames, with pymap3d and pyproj beside them."""

import numpy as np
import pymap3d
import pyproj
from hypothesis import given
from hypothesis import strategies as st

from plainview.geo import (
    ecef_from_enu,
    ecef_from_geodetic,
    ecef_from_ned,
    enu_m_from_geodetic,
    geodetic_from_ecef,
    geodetic_from_enu_m,
    up_from_ecef,
)

latitudes = st.floats(-90.0, 90.0)
longitudes = st.floats(-180.0, 179.999999)
heights = st.floats(-10_000.0, 1_000_000.0)


def drawn_positions(n: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    rng = np.random.default_rng(2)
    return rng.uniform(-90, 90, n), rng.uniform(-180, 180, n), rng.uniform(-1e4, 1e5, n)


@given(latitude=latitudes, longitude=longitudes, height=heights)
def test_there_and_back_is_the_same_place(latitude: float, longitude: float, height: float) -> None:
    again = geodetic_from_ecef(ecef_from_geodetic(latitude, longitude, height))
    there = ecef_from_geodetic(*again)
    assert np.linalg.norm(there - ecef_from_geodetic(latitude, longitude, height)) < 1e-7
    assert abs(again[0] - latitude) < 1e-10
    assert abs(again[2] - height) < 1e-6
    assert -180.0 <= again[1] < 180.0


def test_vectors_agree_with_pymap3d_and_proj() -> None:
    latitude, longitude, height = drawn_positions(1000)
    ours = ecef_from_geodetic(latitude, longitude, height)
    np.testing.assert_allclose(
        ours, np.stack(pymap3d.geodetic2ecef(latitude, longitude, height), axis=-1), atol=1e-7
    )
    to_ecef = pyproj.Transformer.from_crs("EPSG:4979", "EPSG:4978", always_xy=True)
    np.testing.assert_allclose(
        ours, np.stack(to_ecef.transform(longitude, latitude, height), axis=-1), atol=1e-7
    )


def test_the_poles_and_the_antimeridian_have_their_place() -> None:
    latitude, longitude, height = geodetic_from_ecef(
        ecef_from_geodetic([90.0, -90.0, 0.0], [0.0, 0.0, 180.0], [10.0, 20.0, 30.0])
    )
    np.testing.assert_allclose(latitude, [90.0, -90.0, 0.0])
    np.testing.assert_allclose(height, [10.0, 20.0, 30.0], atol=1e-8)
    assert longitude[2] == -180.0


def test_what_is_not_known_stays_not_known() -> None:
    assert np.isnan(ecef_from_geodetic(np.nan, 0.0, 0.0)).all()
    assert all(np.isnan(part).all() for part in geodetic_from_ecef(np.full((1, 3), np.nan)))


def test_no_positions_are_legal() -> None:
    none = ecef_from_geodetic(np.empty(0), np.empty(0), np.empty(0))
    assert none.shape == (0, 3)
    assert geodetic_from_ecef(none)[0].shape == (0,)
    assert ecef_from_enu(np.empty(0), np.empty(0)).shape == (0, 3, 3)


@given(latitude=latitudes, longitude=longitudes)
def test_local_axes_are_a_right_handed_frame_whose_up_is_the_normal(
    latitude: float, longitude: float
) -> None:
    axes = ecef_from_enu(latitude, longitude)
    np.testing.assert_allclose(axes @ axes.T, np.eye(3), atol=1e-14)
    assert np.linalg.det(axes) > 0.0
    on_ellipsoid = ecef_from_geodetic(latitude, longitude, 0.0)
    np.testing.assert_allclose(axes[:, 2], up_from_ecef(on_ellipsoid), atol=1e-12)
    ned = ecef_from_ned(latitude, longitude)
    np.testing.assert_array_equal(ned[:, 0], axes[:, 1])
    np.testing.assert_array_equal(ned[:, 2], -axes[:, 2])


def test_local_positions_agree_with_pymap3d_and_lead_back() -> None:
    rng = np.random.default_rng(3)
    offsets = rng.normal(0.0, 20_000.0, (200, 3))
    origin = (58.3, 179.99, 120.0)
    places = geodetic_from_enu_m(offsets, origin=origin)
    peer = pymap3d.enu2geodetic(*offsets.T, *origin)
    np.testing.assert_allclose(places[0], peer[0], atol=1e-11)
    np.testing.assert_allclose((places[1] - peer[1] + 180.0) % 360.0, 180.0, atol=1e-10)
    np.testing.assert_allclose(enu_m_from_geodetic(*places, origin=origin), offsets, atol=1e-6)
