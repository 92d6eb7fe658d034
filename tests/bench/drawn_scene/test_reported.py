from dataclasses import replace

import numpy as np
import pytest

from bench.drawn_scene import Scenario, SceneDrawer
from plainview.geo import distance_and_bearing
from plainview.misb import KlvFramer, MetadataSet, decode_packet
from plainview.model import KlvPayload, PoseBasis, RangeKind, TimeBasis, UncertaintyBasis, View
from plainview.twin import SIMULATED, SIMULATED_MISSION_PREFIX, misp_stamp_us

STEPS = {
    "latitude_deg": 180.0 / 2**32,
    "longitude_deg": 360.0 / 2**32,
    "altitude_msl_m": 19_900.0 / 65_535,
    "height_hae_m": 2.0**-6,
    "platform_heading_deg": 360.0 / 65_535,
    "platform_pitch_deg": 180.0 / 2**32,
    "platform_roll_deg": 180.0 / 2**32,
    "sensor_relative_azimuth_deg": 360.0 / 2**32,
    "sensor_relative_elevation_deg": 360.0 / 2**32,
    "sensor_relative_roll_deg": 360.0 / 2**32,
    "horizontal_fov_deg": 180.0 / 65_535,
    "vertical_fov_deg": 180.0 / 65_535,
}
"""Steps of the ST 0601 items that are sent; item 104 is an ST 1201 number of 3 bytes."""


@pytest.fixture
def drawer(rescue: Scenario) -> SceneDrawer:
    drawer = SceneDrawer(rescue, 6)
    drawer.advance(7_000_000)
    return drawer


def _decoded(packet: bytes) -> MetadataSet:
    framer = KlvFramer()
    (whole,) = [*framer.feed(KlvPayload(stream=0, data=packet)), *framer.flush()]
    return decode_packet(whole)


def test_the_reported_view_is_what_the_instruments_say_in_the_steps_of_the_standard(
    drawer: SceneDrawer,
) -> None:
    said, reported = drawer.erroneous_view(), drawer.reported_view()
    for name, step in STEPS.items():
        difference = abs(getattr(reported, name) - getattr(said, name))
        assert difference <= 0.5001 * step, name
    assert reported.platform_heading_deg != said.platform_heading_deg


def test_quantisation_is_spread_evenly_over_a_step(rescue: Scenario) -> None:
    drawer, rest = SceneDrawer(rescue, 6), []
    for frame_index in range(0, 600, 3):
        drawer.advance(rescue.video_time_us(frame_index))
        said, reported = drawer.erroneous_view(), drawer.reported_view()
        assert said.platform_heading_deg is not None
        assert reported.platform_heading_deg is not None
        rest.append(reported.platform_heading_deg - said.platform_heading_deg)
    step = STEPS["platform_heading_deg"]
    assert np.std(rest) == pytest.approx(step / np.sqrt(12.0), rel=0.15)


def test_the_reported_view_can_locate_and_says_how_well(drawer: SceneDrawer) -> None:
    view = drawer.reported_view()
    assert view.is_locatable
    assert view.pose_basis is PoseBasis.RELATIVE
    assert view.sigma is not None
    assert view.sigma.basis is UncertaintyBasis.INSTRUMENT
    assert view.sigma.relative_azimuth_deg is not None
    assert view.sigma.relative_azimuth_deg.shared == 0.05
    assert view.slant_range_kind is RangeKind.CALCULATED


def test_a_reader_gets_the_instant_in_utc(drawer: SceneDrawer) -> None:
    view = drawer.reported_view()
    assert view.time_us == drawer.true_view().time_us
    assert view.time_basis is TimeBasis.MISP_CORRECTED
    assert _decoded(drawer.packet()).time_us == misp_stamp_us(view)


def test_the_metadata_say_that_they_are_simulated(drawer: SceneDrawer) -> None:
    view, items = drawer.reported_view(), _decoded(drawer.packet()).items
    assert view.mission_id is not None
    assert view.mission_id.startswith(SIMULATED_MISSION_PREFIX)
    assert view.platform_designation == "SIMULATED search helicopter"
    assert view.security_marking == f"UNCLASSIFIED//{SIMULATED}"
    assert view.core_identifier is not None
    assert view.core_identifier.startswith("0150:")
    assert items[77].value == 5


def test_the_packet_is_whole(drawer: SceneDrawer) -> None:
    assert _decoded(drawer.packet()).damage == ()


def test_the_reported_frame_centre_is_where_the_reported_sight_line_meets_the_geoid(
    drawer: SceneDrawer,
) -> None:
    from plainview.geo import choose_surface, locate_points

    view = drawer.reported_view()
    surface = choose_surface(view)
    assert surface is not None
    assert surface.name == "sea_level"
    centre = locate_points(view, drawer.camera, [[480.0, 270.0]], surface=surface)
    assert view.reported is not None
    distance_m, _ = distance_and_bearing(
        (float(centre.latitude_deg[0]), float(centre.longitude_deg[0])), _centre(view)
    )
    assert distance_m < 0.15
    assert view.slant_range_m == pytest.approx(float(centre.slant_range_m[0]), abs=0.2)


def _centre(view: View) -> tuple[float, float]:
    assert view.reported is not None
    assert view.reported.frame_center_latitude_deg is not None
    assert view.reported.frame_center_longitude_deg is not None
    return view.reported.frame_center_latitude_deg, view.reported.frame_center_longitude_deg


@pytest.fixture
def telling(rescue: Scenario) -> SceneDrawer:
    """Return the same drawer, whose metadata say how good they are."""
    errors = replace(rescue.instrument, is_accuracy_reported=True)
    drawer = SceneDrawer(replace(rescue, instrument=errors), 6)
    drawer.advance(7_000_000)
    return drawer


def test_metadata_say_how_good_they_are_only_where_the_scenario_asks_for_it(
    drawer: SceneDrawer, telling: SceneDrawer
) -> None:
    assert 102 not in _decoded(drawer.packet()).items
    metadata = _decoded(telling.packet())
    assert metadata.damage == ()
    pack = metadata.value(102)
    assert isinstance(pack, dict)
    order = [tag for tag in metadata.items if isinstance(tag, int)]
    at = order.index(102)
    assert tuple(order[at - len(pack["members"]) : at]) == pack["members"]
    plain = _decoded(drawer.packet())
    assert {tag: metadata.value(tag) for tag in plain.items if tag != 1} == {
        tag: plain.value(tag) for tag in plain.items if tag != 1
    }


def test_a_reader_has_the_errors_of_the_scenario_from_the_packet_alone(
    rescue: Scenario, telling: SceneDrawer
) -> None:
    sigma, truth = telling.reported_view().sigma, rescue.instrument.sigma()
    assert sigma is not None
    assert sigma.basis is UncertaintyBasis.REPORTED
    for name in rescue.instrument.parts():
        if name == "time_s":
            continue
        said, true = getattr(sigma, name), getattr(truth, name)
        total = np.hypot(true.own, true.shared)
        assert np.hypot(said.own, said.shared) == pytest.approx(total, rel=0.02), name
