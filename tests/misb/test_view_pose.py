"""The line of sight from whichever angles a source gives."""

from dataclasses import replace

import numpy as np
import pytest

from plainview.geo import HeightSurface, geoid_undulation_m, locate_points
from plainview.misb.view_heights import SensorHeight, sensor_height
from plainview.misb.view_items import Corner, Reading, ViewItems
from plainview.misb.view_pose import view_pose
from plainview.misb.view_sigma import view_sigma
from plainview.model import Camera, PoseBasis, Sigma, UncertaintyBasis, View
from tests.misb.view_examples import view_of

PLACED = ViewItems(
    latitude_deg=Reading(value=40.0),
    longitude_deg=Reading(value=-70.0),
    height_hae_m=Reading(value=1000.0),
    horizontal_fov_deg=Reading(value=8.0),
    vertical_fov_deg=Reading(value=6.0),
)
PLATFORM = {
    "platform_heading_deg": Reading(value=350.0, age_s=1.5),
    "platform_pitch_deg": Reading(value=0.0),
    "platform_roll_deg": Reading(value=0.0),
}
GIMBAL = {
    "relative_azimuth_deg": Reading(value=30.0),
    "relative_elevation_deg": Reading(value=-25.0),
    "relative_roll_deg": Reading(value=2.0),
}
NORTH = {
    "north_heading_deg": Reading(value=-2.0, sigma=0.5),
    "horizon_elevation_deg": Reading(value=-35.0),
}


def items_with(*parts: dict[str, Reading], **changes: object) -> ViewItems:
    merged: dict[str, object] = {key: value for part in parts for key, value in part.items()}
    return replace(PLACED, **{**merged, **changes})  # type: ignore[arg-type]


def corners_seen(view: View) -> tuple[Corner, ...]:
    camera = Camera(name="camera-1", width_px=640, height_px=480)
    pixels = np.array([[0.0, 0.0], [640.0, 0.0], [640.0, 480.0], [0.0, 480.0]])
    surface = HeightSurface(height_hae_m=50.0, sigma_m=0.0)
    ground = locate_points(view, camera, pixels, surface=surface)
    return tuple(
        Corner(latitude_deg=Reading(value=latitude), longitude_deg=Reading(value=longitude))
        for latitude, longitude in zip(
            ground.latitude_deg.tolist(), ground.longitude_deg.tolist(), strict=True
        )
    )


def test_gimbal_angles_on_a_level_platform_add_to_its_heading() -> None:
    pose = view_pose(items_with(PLATFORM, GIMBAL, NORTH), SensorHeight())
    assert pose is not None
    assert pose.basis is PoseBasis.RELATIVE
    assert pose.camera_deg == pytest.approx((20.0, -25.0, 2.0))
    assert pose.age_s == 1.5


@pytest.mark.parametrize("missing", [*PLATFORM, *GIMBAL])
def test_without_one_of_the_six_angles_the_north_angles_serve(missing: str) -> None:
    items = replace(items_with(PLATFORM, GIMBAL, NORTH), **{missing: None})  # type: ignore[arg-type]
    pose = view_pose(items, SensorHeight())
    assert pose is not None
    assert pose.basis is PoseBasis.NORTH_OBLIQUITY
    assert pose.camera_deg == (358.0, -35.0, 0.0)


def test_corners_serve_where_there_are_no_angles() -> None:
    truth = view_of((350.0, 0.0, 0.0), (30.0, -40.0, 2.0), vertical_fov_deg=3.0)
    items = items_with(
        corners=corners_seen(truth),
        frame_center_height_hae_m=Reading(value=50.0),
        horizontal_fov_deg=None,
    )
    pose = view_pose(items, SensorHeight(height_hae_m=1000.0))
    assert pose is not None
    assert pose.basis is PoseBasis.CORNERS
    assert pose.camera_deg == pytest.approx((20.0, -40.0, 2.0), abs=2e-3)
    assert pose.resection is not None
    assert pose.resection.fov_deg == pytest.approx((4.0, 3.0), rel=1e-4)


def test_corners_without_a_ground_height_tell_nothing() -> None:
    items = items_with(corners=corners_seen(view_of((350.0, 0.0, 0.0), (30.0, -40.0, 2.0))))
    assert view_pose(items, SensorHeight(height_hae_m=1000.0)) is None


def test_a_height_above_the_sea_serves_the_corners_through_the_geoid() -> None:
    truth = view_of((350.0, 0.0, 0.0), (30.0, -40.0, 2.0))
    geoid_m = float(geoid_undulation_m(40.0, -70.0))
    items = items_with(
        corners=corners_seen(truth),
        frame_center_altitude_msl_m=Reading(value=50.0 - geoid_m),
        horizontal_fov_deg=None,
    )
    pose = view_pose(items, SensorHeight(height_hae_m=1000.0))
    assert pose is not None
    assert pose.camera_deg == pytest.approx((20.0, -40.0, 2.0), abs=2e-2)


def test_nothing_gives_no_line_of_sight() -> None:
    assert view_pose(PLACED, SensorHeight(height_hae_m=1000.0)) is None


ST_LOUIS = {
    "latitude_deg": Reading(value=38.6281550),
    "longitude_deg": Reading(value=269.7791550 - 360.0),
}
ST_LOUIS_GEOID_M = -31.628
"""The first test point that NIMA published with EGM96."""


def test_a_height_above_the_sea_becomes_one_above_the_ellipsoid() -> None:
    height = sensor_height(ViewItems(**ST_LOUIS, altitude_msl_m=Reading(value=500.0)))  # type: ignore[arg-type]
    assert height.altitude_msl_m == 500.0
    assert height.height_hae_m == pytest.approx(500.0 + ST_LOUIS_GEOID_M, abs=0.1)
    back = sensor_height(ViewItems(**ST_LOUIS, height_hae_m=Reading(value=468.372)))  # type: ignore[arg-type]
    assert back.altitude_msl_m == pytest.approx(500.0, abs=0.1)
    assert back.datum_difference_m is None


def test_two_heights_of_one_datum_contradict_the_geoid() -> None:
    same = Reading(value=1000.0)
    height = sensor_height(ViewItems(**ST_LOUIS, altitude_msl_m=same, height_hae_m=same))  # type: ignore[arg-type]
    assert height.height_hae_m == 1000.0
    assert height.altitude_msl_m == 1000.0
    assert height.datum_difference_m == pytest.approx(-ST_LOUIS_GEOID_M, abs=0.1)


def test_heights_are_not_converted_where_the_place_is_not_known() -> None:
    height = sensor_height(ViewItems(altitude_msl_m=Reading(value=10.0)))
    assert (height.altitude_msl_m, height.height_hae_m) == (10.0, None)
    assert sensor_height(PLACED).datum_difference_m is None
    assert sensor_height(ViewItems()) == SensorHeight()


def test_the_rounding_of_an_item_widens_its_own_sigma_alone() -> None:
    items = items_with(PLATFORM, GIMBAL, relative_azimuth_deg=Reading(value=30.0, sigma=0.3))
    pose = view_pose(items, SensorHeight())
    assert pose is not None
    sigma = view_sigma(items, pose)
    plain = view_sigma(items_with(PLATFORM, GIMBAL), pose)
    assert sigma.relative_azimuth_deg is not None
    assert plain.relative_azimuth_deg is not None
    assert sigma.relative_azimuth_deg.own == pytest.approx(
        np.hypot(plain.relative_azimuth_deg.own, 0.3)
    )
    assert sigma.relative_azimuth_deg.shared == plain.relative_azimuth_deg.shared
    assert sigma.relative_elevation_deg == plain.relative_elevation_deg
    assert sigma.basis is UncertaintyBasis.ASSUMED


def test_the_rounding_of_a_position_and_of_fields_is_carried() -> None:
    coarse = items_with(
        PLATFORM,
        GIMBAL,
        latitude_deg=Reading(value=40.0, sigma=1e-3),
        height_hae_m=Reading(value=1000.0, sigma=20.0),
        vertical_fov_deg=Reading(value=6.0, sigma=0.6),
    )
    pose = view_pose(coarse, SensorHeight())
    assert pose is not None
    sigma = view_sigma(coarse, pose)
    assert sigma.position_horizontal_m.own == pytest.approx(111.2, rel=0.01)
    assert sigma.position_vertical_m.own == pytest.approx(20.0, rel=0.01)
    assert sigma.field_of_view_ratio.own == pytest.approx(0.1, rel=0.01)


def test_a_stated_instrument_is_believed_for_the_parts_that_it_states() -> None:
    items = items_with(PLATFORM, GIMBAL)
    pose = view_pose(items, SensorHeight())
    north = view_pose(items_with(NORTH), SensorHeight())
    assert pose is not None
    assert north is not None
    fine = Sigma(own=0.001, shared=0.002)
    instrument = replace(
        view_sigma(items, pose), platform_heading_deg=fine, basis=UncertaintyBasis.INSTRUMENT
    )
    stated = view_sigma(items, pose, instrument=instrument)
    assert stated.platform_heading_deg == fine
    assert stated.basis is UncertaintyBasis.INSTRUMENT
    other = view_sigma(items_with(NORTH), north, instrument=instrument)
    assert other.platform_heading_deg is None
    assert other.camera_heading_deg is not None
    assert other.camera_heading_deg.own > 0.5
    assert other.basis is UncertaintyBasis.ASSUMED
