"""Numbers put into the meaning of their names, and the lines of sight that follow."""

import math
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.geo import declination_deg, geoid_undulation_m
from plainview.misb import (
    KNOWN_CONVENTIONS,
    UNDECIDED,
    AngleConvention,
    AngleReference,
    FieldReading,
    FixedReading,
    HeightReading,
    North,
    OddLengthReading,
    RangeReading,
    ViewItems,
    camera_angles_under,
    convention_of_set,
    items_by_convention,
)
from plainview.misb.convention_hypotheses import angle_hypotheses
from plainview.misb.convention_samples import aligned_samples
from plainview.misb.view_heights import SensorHeight, sensor_height
from plainview.misb.view_items import Corner, OddLength, Reading
from plainview.misb.view_pose import view_pose
from plainview.model import PoseBasis, RangeKind

ITEMS = ViewItems(
    latitude_deg=Reading(value=38.0),
    longitude_deg=Reading(value=-77.4),
    altitude_msl_m=Reading(value=1000.0, sigma=0.1),
    platform_heading_deg=Reading(value=350.0, sigma=0.002),
    platform_pitch_deg=Reading(value=3.0),
    platform_roll_deg=Reading(value=-12.0),
    relative_azimuth_deg=Reading(value=30.0),
    relative_elevation_deg=Reading(value=-25.0),
    relative_roll_deg=Reading(value=2.0),
    horizontal_fov_deg=Reading(value=1.0),
    vertical_fov_deg=Reading(value=0.75),
    slant_range_m=Reading(value=2000.0),
    frame_center_altitude_msl_m=Reading(value=100.0),
)
STANDARD = KNOWN_CONVENTIONS["st0601"]
TIME_US = 1_600_000_000_000_000


def under(items: ViewItems = ITEMS, **changes: object) -> ViewItems:
    return items_by_convention(items, replace(STANDARD, **changes), time_us=TIME_US)  # type: ignore[arg-type]


def test_the_standard_changes_nothing() -> None:
    assert under() == ITEMS


def test_angles_from_north_are_not_the_gimbals() -> None:
    convention = KNOWN_CONVENTIONS["north_referenced"]
    assert camera_angles_under(ITEMS, convention) == pytest.approx((30.0, -25.0, 2.0))
    read = items_by_convention(ITEMS, convention)
    assert read.relative_azimuth_deg is None
    pose = view_pose(read, SensorHeight())
    assert pose is not None
    assert pose.basis is PoseBasis.ABSOLUTE


def test_stabilised_angles_add_to_the_heading_alone() -> None:
    convention = KNOWN_CONVENTIONS["horizon_stabilised"]
    assert camera_angles_under(ITEMS, convention) == pytest.approx((20.0, -25.0, 2.0))


def test_grid_and_magnetic_north_are_turned_to_the_true_one() -> None:
    true = camera_angles_under(ITEMS, STANDARD)
    grid = camera_angles_under(ITEMS, replace(STANDARD, north=North.GRID, grid_zone=18))
    magnetic = camera_angles_under(ITEMS, replace(STANDARD, north=North.MAGNETIC), time_us=TIME_US)
    assert true is not None
    assert grid is not None
    assert magnetic is not None
    assert grid[0] - true[0] == pytest.approx(-1.478, abs=0.01)
    declination = declination_deg(38.0, -77.4, time_us=TIME_US)
    assert magnetic[0] - true[0] == pytest.approx(declination, abs=0.005)
    assert under(north=North.GRID).platform_heading_deg != ITEMS.platform_heading_deg


def test_magnetic_north_without_a_date_makes_no_line_of_sight() -> None:
    assert camera_angles_under(ITEMS, replace(STANDARD, north=North.MAGNETIC)) is None


def test_an_undecided_source_has_no_line_of_sight_not_even_by_its_corners() -> None:
    corner = Corner(latitude_deg=Reading(value=38.0), longitude_deg=Reading(value=-77.0))
    read = items_by_convention(replace(ITEMS, corners=(corner,) * 4), UNDECIDED)
    assert view_pose(read, SensorHeight(height_hae_m=1000.0)) is None
    assert read.latitude_deg == ITEMS.latitude_deg


def test_signs_and_units_are_put_right() -> None:
    down = replace(ITEMS, relative_elevation_deg=Reading(value=25.0))
    read = under(down, is_elevation_down=True)
    assert read.relative_elevation_deg == Reading(value=-25.0)
    radians = replace(
        ITEMS,
        relative_azimuth_deg=Reading(value=math.radians(300.0)),
        relative_elevation_deg=Reading(value=math.radians(-25.0)),
        relative_roll_deg=Reading(value=math.radians(358.0)),
    )
    read = under(radians, is_in_radians=True)
    assert read.relative_azimuth_deg is not None
    assert read.relative_roll_deg is not None
    assert read.relative_azimuth_deg.value == pytest.approx(-60.0)
    assert read.relative_roll_deg.value == pytest.approx(-2.0)


def test_an_elevation_beyond_the_nadir_is_the_same_line_from_the_other_side() -> None:
    beyond = replace(ITEMS, relative_elevation_deg=Reading(value=-170.0))
    angles = camera_angles_under(beyond, KNOWN_CONVENTIONS["north_referenced"])
    assert angles == pytest.approx((210.0, -10.0, -178.0))


def test_heights_are_read_by_what_they_are() -> None:
    geoid_m = float(geoid_undulation_m(38.0, -77.4))
    ellipsoidal = sensor_height(under(sensor_height=HeightReading.OTHER_DATUM))
    assert ellipsoidal.height_hae_m == pytest.approx(1000.0)
    assert ellipsoidal.altitude_msl_m == pytest.approx(1000.0 - geoid_m)
    feet = under(sensor_height=HeightReading.FEET).altitude_msl_m
    assert feet is not None
    assert (feet.value, feet.sigma) == pytest.approx((304.8, 0.03048))
    angle = under(frame_center_height=HeightReading.ELEVATION_ANGLE)
    assert angle.frame_center_altitude_msl_m is None


def test_ranges_are_read_by_what_they_are() -> None:
    flat = under(slant_range=RangeReading.FLAT_EARTH)
    assert flat.slant_range_m == ITEMS.slant_range_m
    assert flat.slant_range_kind is RangeKind.CALCULATED
    feet = under(slant_range=RangeReading.FEET).slant_range_m
    assert feet is not None
    assert feet.value == pytest.approx(609.6)
    assert under(slant_range=RangeReading.UNUSABLE).slant_range_m is None


def test_fields_of_view_are_read_by_what_they_are() -> None:
    half = under(fields_of_view=FieldReading.HALF)
    assert half.horizontal_fov_deg == Reading(value=2.0)
    radians = under(fields_of_view=FieldReading.RADIANS).vertical_fov_deg
    assert radians is not None
    assert radians.value == pytest.approx(math.degrees(0.75))


def test_an_item_of_another_length_is_read_as_the_convention_has_it() -> None:
    odd = OddLength(
        quantity="target_width_m",
        tag=22,
        n_bytes=4,
        standard_bytes=2,
        code=457,
        step=10_000.0 / 65_535,
        full_step=10_000.0 / 4_294_967_295,
        zero=0.0,
    )
    items = replace(ITEMS, odd_lengths=(odd,))
    assert under(items).target_width_m is None
    width = under(items, odd_lengths=OddLengthReading.STANDARD_STEP).target_width_m
    assert width is not None
    assert width.value == pytest.approx(69.73, abs=0.01)
    small = under(items, odd_lengths=OddLengthReading.FULL_SCALE).target_width_m
    assert small is not None
    assert small.value == pytest.approx(0.00106, abs=1e-5)


def test_a_set_takes_the_convention_of_its_name() -> None:
    north = KNOWN_CONVENTIONS["north_referenced"]
    assert convention_of_set(None, "ST0601") is None
    assert convention_of_set(north, "ST0601") is north
    assert convention_of_set({"ST0601": north}, "EG0104") is None


ANGLES = st.floats(-170.0, 170.0)


@given(
    azimuth=ANGLES,
    elevation=st.floats(-89.0, 89.0),
    roll=st.floats(-40.0, 40.0),
    row=st.integers(0),
)
def test_the_columns_agree_with_the_single_instant(
    azimuth: float, elevation: float, roll: float, row: int
) -> None:
    items = replace(
        ITEMS,
        relative_azimuth_deg=Reading(value=azimuth),
        relative_elevation_deg=Reading(value=elevation),
        relative_roll_deg=Reading(value=roll),
    )
    found = angle_hypotheses(aligned_samples([items]), FixedReading(), time_us=TIME_US)
    at = row % len(found.conventions)
    convention: AngleConvention = found.conventions[at]
    single = camera_angles_under(items, convention, time_us=TIME_US)
    assert single is not None
    columns = (found.heading_deg[at, 0], found.elevation_deg[at, 0])
    off = math.remainder(single[0] - columns[0], 360.0) * math.cos(math.radians(single[1]))
    assert off == pytest.approx(0.0, abs=0.011)
    assert single[1] == pytest.approx(columns[1], abs=1e-6)


def test_every_reference_is_known_by_a_name() -> None:
    assert {each.reference for each in KNOWN_CONVENTIONS.values()} == set(AngleReference)
    assert KNOWN_CONVENTIONS["eg0104"].label == "eg0104"
    label = replace(STANDARD, north=North.GRID, is_elevation_down=True, is_in_radians=True).label
    assert label == "st0601, grid north, elevation positive down, angles in radians"
