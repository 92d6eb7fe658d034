"""Views between sets: exact at the ends, a rotation between them, never across a step."""

from dataclasses import replace

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.geo.geodetic import ecef_from_geodetic, ecef_from_ned
from plainview.misb.interpolate_view import InterpolationSettings, interpolate_view
from plainview.misb.moved_view import ecef_from_view
from plainview.misb.timed_view import TimedView
from plainview.misb.view_rotations import ned_from_camera_of_gimbal, ned_from_view
from plainview.model import PoseBasis, ReportedGeometry, View, ViewMethod
from plainview.units import wrap_degrees_180
from tests.misb.view_examples import SIGMA, timed, view_of

Array = npt.NDArray[np.float64]
SECOND = 1_000_000
angles = st.tuples(st.floats(0.0, 359.99), st.floats(-30.0, 30.0), st.floats(-40.0, 40.0))
gimbals = st.tuples(st.floats(-180.0, 179.99), st.floats(-90.0, 20.0), st.floats(-179.0, 179.0))


def at(
    video_time_us: int,
    before: TimedView | None,
    after: TimedView | None,
    limits: InterpolationSettings | None = None,
) -> View | None:
    return interpolate_view(
        before, after, video_time_us=video_time_us, settings=limits or InterpolationSettings()
    )


def known(view: View | None) -> View:
    assert view is not None
    return view


def known_array(array: Array | None) -> Array:
    assert array is not None
    return array


def known_number(number: float | None) -> float:
    assert number is not None
    return number


def looks(view: View) -> Array:
    latitude, longitude = known_number(view.latitude_deg), known_number(view.longitude_deg)
    return np.asarray(ecef_from_ned(latitude, longitude) @ known_array(ned_from_view(view)))


def angle_rad(first: Array, second: Array) -> float:
    skew = first.T @ second
    sine = np.linalg.norm(
        [skew[2, 1] - skew[1, 2], skew[0, 2] - skew[2, 0], skew[1, 0] - skew[0, 1]]
    )
    return float(np.arctan2(sine, np.trace(skew) - 1.0))


@given(first=angles, second=angles, gimbal=gimbals, other=gimbals)
@settings(max_examples=40, deadline=None)
def test_at_its_ends_an_interpolated_view_is_what_the_set_said(
    first: tuple[float, float, float],
    second: tuple[float, float, float],
    gimbal: tuple[float, float, float],
    other: tuple[float, float, float],
) -> None:
    before = timed(0, view_of(first, gimbal))
    after = timed(SECOND, view_of(second, other, latitude_deg=40.001))
    for end in (before, after):
        view = known(at(end.video_time_us or 0, before, after))
        assert view.view_method is ViewMethod.EXACT
        still = replace(
            view,
            velocity_enu_m_s=None,
            camera_heading_rate_deg_s=None,
            camera_elevation_rate_deg_s=None,
        )
        assert still == end.view


@given(first=angles, second=angles, gimbal=gimbals, other=gimbals, fraction=st.floats(0.01, 0.99))
@settings(max_examples=60, deadline=None)
def test_the_line_of_sight_turns_evenly_along_the_shortest_way(
    first: tuple[float, float, float],
    second: tuple[float, float, float],
    gimbal: tuple[float, float, float],
    other: tuple[float, float, float],
    fraction: float,
) -> None:
    before, after = timed(0, view_of(first, gimbal)), timed(SECOND, view_of(second, other))
    view = known(at(round(fraction * SECOND), before, after))
    start, middle, end = looks(before.view), looks(view), looks(after.view)
    whole = angle_rad(start, end)
    share = round(fraction * SECOND) / SECOND
    assert angle_rad(start, middle) == pytest.approx(share * whole, abs=1e-6)
    assert angle_rad(middle, end) == pytest.approx((1.0 - share) * whole, abs=1e-6)


@given(first=angles, second=angles, gimbal=gimbals, other=gimbals, fraction=st.floats(0.01, 0.99))
@settings(max_examples=40, deadline=None)
def test_platform_and_gimbal_still_make_the_line_of_sight(
    first: tuple[float, float, float],
    second: tuple[float, float, float],
    gimbal: tuple[float, float, float],
    other: tuple[float, float, float],
    fraction: float,
) -> None:
    before, after = timed(0, view_of(first, gimbal)), timed(SECOND, view_of(second, other))
    view = known(at(round(fraction * SECOND), before, after))
    platform = (view.platform_heading_deg, view.platform_pitch_deg, view.platform_roll_deg)
    relative = (
        view.sensor_relative_azimuth_deg,
        view.sensor_relative_elevation_deg,
        view.sensor_relative_roll_deg,
    )
    assert None not in platform + relative
    made = ned_from_camera_of_gimbal(platform, relative)  # type: ignore[arg-type]
    assert np.max(np.abs(made - known_array(ned_from_view(view)))) < 1e-9


def test_headings_are_interpolated_through_north() -> None:
    level = (0.0, 0.0, 0.0)
    before = timed(0, view_of((359.0, 0.0, 0.0), level))
    after = timed(SECOND, view_of((1.0, 0.0, 0.0), level))
    view = known(at(SECOND // 4, before, after))
    assert view.camera_heading_deg == pytest.approx(359.5)
    assert view.platform_heading_deg == pytest.approx(359.5)
    assert view.camera_heading_rate_deg_s == pytest.approx(2.0)


def test_through_the_nadir_the_look_goes_straight_on() -> None:
    """5 degrees before the nadir to 5 past it: heading flips by 180, the camera does not."""
    platform = (0.0, 0.0, 0.0)
    before = timed(0, view_of(platform, (0.0, -85.0, 0.0)))
    after = timed(SECOND, view_of(platform, (180.0, -85.0, 180.0)))
    view = known(at(SECOND * 3 // 10, before, after))
    assert view.camera_elevation_deg == pytest.approx(-88.0)
    assert wrap_degrees_180(known_number(view.camera_heading_deg)) == pytest.approx(0.0, abs=1e-6)


def test_the_position_moves_on_a_straight_line_and_shows_its_velocity() -> None:
    before = timed(0, view_of(longitude_deg=179.999, height_hae_m=1000.0))
    after = timed(2 * SECOND, view_of(longitude_deg=-179.999, height_hae_m=1020.0))
    view = known(at(SECOND, before, after))
    middle = 0.5 * (
        ecef_from_geodetic(40.0, 179.999, 1000.0) + ecef_from_geodetic(40.0, -179.999, 1020.0)
    )
    assert np.max(np.abs(known_array(ecef_from_view(view)) - middle)) < 1e-6
    assert abs(abs(view.longitude_deg or 0.0) - 180.0) < 1e-6
    assert view.velocity_enu_m_s is not None
    east, north, up = view.velocity_enu_m_s
    metres_a_degree = 85_394.0  # of longitude at 40 degrees north
    assert east == pytest.approx(0.001 * metres_a_degree, rel=1e-3)
    assert abs(north) < 0.01
    assert up == pytest.approx(10.0, abs=0.01)


def test_time_age_and_the_zoom_go_with_the_instant() -> None:
    before = timed(0, view_of(horizontal_fov_deg=4.0, metadata_age_s=0.25))
    after = timed(SECOND, view_of(horizontal_fov_deg=4.41))
    view = known(at(SECOND // 2, before, after))
    assert view.view_method is ViewMethod.INTERPOLATED
    assert view.time_us == 1_000_500_000
    assert view.metadata_age_s == pytest.approx(0.75)
    assert view.horizontal_fov_deg == pytest.approx(4.2)


def test_what_one_set_lacks_is_not_known_between_them() -> None:
    before = timed(0, view_of(reported=ReportedGeometry(slant_range_m=1000.0)))
    after = timed(SECOND, view_of(vertical_fov_deg=None, latitude_deg=None))
    view = known(at(SECOND // 2, before, after))
    assert view.vertical_fov_deg is None
    assert view.latitude_deg is None
    assert view.height_hae_m is None
    assert view.reported is None
    assert view.camera_heading_deg is not None


@pytest.mark.parametrize(
    "after",
    [
        timed(4 * SECOND, view_of()),
        timed(SECOND, view_of(), sensor_key=("IR",)),
        timed(SECOND, view_of(horizontal_fov_deg=1.0)),
        timed(SECOND, view_of(pose_basis=PoseBasis.CORNERS)),
        timed(SECOND, view_of(horizontal_fov_deg=None)),
    ],
    ids=["gap", "sensor", "zoom step", "basis", "field unknown"],
)
def test_across_a_step_a_view_is_held_while_young_and_then_gone(after: TimedView) -> None:
    before = timed(0, view_of())
    held = known(at(SECOND // 4, before, after))
    assert held.view_method is ViewMethod.HELD
    assert held.metadata_age_s == pytest.approx(0.25)
    assert held.camera_heading_deg == before.view.camera_heading_deg
    assert at(SECOND * 3 // 4, before, after) is None


def test_a_held_view_is_unsure_of_its_instant_by_its_age() -> None:
    held = known(at(SECOND // 2, timed(0, view_of()), None))
    assert held.sigma is not None
    assert held.sigma.time_s.own == pytest.approx(np.hypot(SIGMA.time_s.own, 0.5))
    assert held.sigma.time_s.shared == SIGMA.time_s.shared
    assert held.time_us == 1_000_500_000


def test_before_the_first_set_there_is_no_view() -> None:
    assert at(0, None, timed(1, view_of())) is None
    assert at(0, None, None) is None
    assert at(0, timed(1, view_of()), None) is None


def test_live_a_view_is_predicted_by_its_rates_for_a_short_while() -> None:
    moving = view_of(
        (10.0, 0.0, 0.0),
        (0.0, -30.0, 0.0),
        velocity_enu_m_s=(50.0, 0.0, -2.0),
        camera_heading_rate_deg_s=3.0,
        camera_elevation_rate_deg_s=-1.0,
    )
    limits = InterpolationSettings(max_predicted_s=0.2)
    view = known(at(SECOND // 10, timed(0, moving), None, limits))
    assert view.view_method is ViewMethod.PREDICTED
    assert view.camera_heading_deg == pytest.approx(10.3, abs=1e-4)
    assert view.camera_elevation_deg == pytest.approx(-30.1, abs=1e-4)
    assert view.height_hae_m == pytest.approx(999.8, abs=1e-3)
    assert view.altitude_msl_m == pytest.approx(1029.8, abs=1e-3)
    moved = ecef_from_view(view)
    start = ecef_from_view(moving)
    assert moved is not None
    assert start is not None
    assert np.linalg.norm(moved - start) == pytest.approx(np.hypot(5.0, 0.2), abs=1e-6)
    assert (
        known(at(SECOND * 3 // 10, timed(0, moving), None, limits)).view_method is ViewMethod.HELD
    )
    assert at(SECOND, timed(0, moving), None, limits) is None


def test_nothing_is_predicted_without_rates_or_in_a_file() -> None:
    limits = InterpolationSettings(max_predicted_s=0.2)
    still = known(at(SECOND // 10, timed(0, view_of()), None, limits))
    assert still.view_method is ViewMethod.HELD
    moving = timed(0, view_of(velocity_enu_m_s=(1.0, 0.0, 0.0)))
    assert known(at(SECOND // 10, moving, None)).view_method is ViewMethod.HELD


def test_the_gap_can_be_given_alone() -> None:
    before, after = timed(0, view_of()), timed(SECOND, view_of())
    view = interpolate_view(before, after, video_time_us=SECOND // 4, max_gap_s=0.9)
    assert known(view).view_method is ViewMethod.HELD
