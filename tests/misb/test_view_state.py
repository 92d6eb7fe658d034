"""What a stream has said, as Views: report on change, precedence, ages, times, damage."""

from collections.abc import Mapping

import pytest

from plainview.misb.damage import Damage, DamageKind, DamagePolicy
from plainview.misb.metadata_set import Item, MetadataSet
from plainview.misb.timed_view import TimedView
from plainview.misb.view_state import ViewState, ViewStateSettings
from plainview.model import PoseBasis, RangeKind, TimeBasis, View

SECOND = 1_000_000
EPOCH_US = 1_500_000_000 * SECOND
WHOLE: Mapping[int, object] = {
    3: "MISSION 1",
    4: "TAIL",
    5: 350.0,
    6: 0.0,
    7: 0.0,
    10: "PLATFORM",
    11: "EO Nose",
    13: 38.6281550,
    14: -90.220845,
    15: 1000.0,
    16: 4.0,
    17: 3.0,
    18: 30.0,
    19: -25.0,
    20: 2.0,
    21: 2500.0,
    22: 150.0,
    23: 38.64,
    24: -90.21,
    25: 120.0,
}
GEOID_M = -31.628
"""At that place, as published with EGM96."""


def sent(
    second: float, items: Mapping[int, object], *, damage: tuple[Damage, ...] = (), stream: int = 0
) -> MetadataSet:
    time_us = round(second * SECOND)
    return MetadataSet(
        set_name="ST0601",
        items={tag: Item(value=value, wire=b"\x00\x00") for tag, value in items.items()},
        damage=damage,
        time_us=EPOCH_US + time_us,
        stream=stream,
        video_time_us=time_us,
    )


def taken(state: ViewState, metadata: MetadataSet) -> TimedView:
    timed = state.update(metadata)
    assert timed is not None
    return timed


def view_with(**changes: object) -> View:
    """Return the View of one whole set with some items changed; None takes an item out."""
    items = {**WHOLE, **{int(name[5:]): value for name, value in changes.items()}}
    return taken(ViewState(), sent(0, {k: v for k, v in items.items() if v != "absent"})).view


def codes(state: ViewState) -> dict[str, int]:
    return {warning.code: warning.count for warning in state.warnings()}


def test_a_whole_set_makes_a_view_that_locates() -> None:
    timed = taken(ViewState(), sent(2, WHOLE, stream=257))
    view = timed.view
    assert view.is_locatable
    assert view.pose_basis is PoseBasis.RELATIVE
    assert view.camera_heading_deg == pytest.approx(20.0)
    assert view.camera_elevation_deg == pytest.approx(-25.0)
    assert view.angle_convention == "st0601"
    assert (view.mission_id, view.platform_tail_number) == ("MISSION 1", "TAIL")
    assert (view.platform_designation, view.image_source) == ("PLATFORM", "EO Nose")
    assert view.sigma is not None
    assert view.metadata_age_s == 0.0
    assert (timed.video_time_us, timed.stream) == (2 * SECOND, 257)
    assert timed.stamp_us == EPOCH_US + 2 * SECOND
    assert view.reported is not None
    assert view.reported.frame_center_altitude_msl_m == 120.0
    assert view.reported.frame_center_height_hae_m is None
    assert view.reported.corners_deg is None


def test_items_that_are_absent_persist_and_grow_old() -> None:
    state = ViewState()
    taken(state, sent(0, WHOLE))
    view = taken(state, sent(1.5, {18: 31.0})).view
    assert view.camera_heading_deg == pytest.approx(21.0)
    assert view.metadata_age_s == pytest.approx(1.5)
    assert view.mission_id == "MISSION 1"
    everything = taken(state, sent(2, WHOLE)).view
    assert everything.metadata_age_s == 0.0


def test_the_age_is_that_of_the_oldest_part_of_the_pose_alone() -> None:
    state = ViewState()
    taken(state, sent(0, WHOLE))
    pose = {tag: WHOLE[tag] for tag in (5, 6, 7, 13, 14, 15, 16, 17, 18, 19, 20)}
    assert taken(state, sent(3, pose)).view.metadata_age_s == 0.0


@pytest.mark.parametrize("tag", [5, 6, 7, 13, 14, 15, 16, 17, 18, 19, 20])
def test_an_empty_item_is_erased_and_never_held(tag: int) -> None:
    state = ViewState()
    taken(state, sent(0, WHOLE))
    view = taken(state, sent(0.1, {tag: None})).view
    assert not view.is_locatable
    assert view.sigma is None
    assert taken(state, sent(0.2, {tag: WHOLE[tag]})).view.is_locatable


def test_a_number_that_is_not_sent_again_is_not_known_after_a_while() -> None:
    state = ViewState(ViewStateSettings(max_item_age_s=5.0))
    taken(state, sent(0, WHOLE))
    pose = {tag: value for tag, value in WHOLE.items() if tag not in (16, 10)}
    assert taken(state, sent(5, pose)).view.horizontal_fov_deg == 4.0
    late = taken(state, sent(5.1, pose)).view
    assert late.horizontal_fov_deg is None
    assert late.platform_designation == "PLATFORM"


def test_a_jump_of_the_clock_outdates_what_was_said_but_keeps_names() -> None:
    state = ViewState()
    taken(state, sent(100, WHOLE))
    view = taken(state, sent(3, {18: 31.0})).view
    assert view.latitude_deg is None
    assert view.mission_id == "MISSION 1"
    assert codes(state) == {"metadata_clock_step": 1}


@pytest.mark.parametrize(
    ("items", "height_hae_m", "altitude_msl_m"),
    [
        ({}, 1000.0 + GEOID_M, 1000.0),
        ({"item_75": 970.0}, 970.0, 1000.0),
        ({"item_75": 970.0, "item_104": 969.0}, 969.0, 1000.0),
        ({"item_75": 970.0, "item_104": None}, 970.0, 1000.0),
        ({"item_15": "absent", "item_75": 970.0}, 970.0, 970.0 - GEOID_M),
    ],
)
def test_of_the_heights_104_comes_before_75_before_15(
    items: dict[str, object], height_hae_m: float, altitude_msl_m: float
) -> None:
    view = view_with(**items)
    assert view.height_hae_m == pytest.approx(height_hae_m, abs=0.1)
    assert view.altitude_msl_m == pytest.approx(altitude_msl_m, abs=0.1)


def test_heights_that_contradict_the_geoid_are_counted() -> None:
    state = ViewState()
    taken(state, sent(0, {**WHOLE, 75: 968.0}))
    assert codes(state) == {}
    taken(state, sent(1, {75: 1000.0}))
    taken(state, sent(2, {75: 1000.0}))
    assert codes(state)["height_datums_disagree"] == 2


def test_a_height_that_steps_is_withheld_until_it_steps_back() -> None:
    state = ViewState()
    views = [
        taken(state, sent(n, {**WHOLE, 75: height_m})).view
        for n, height_m in enumerate([968.0, 968.0, 1008.0, 1008.0, 968.0])
    ]
    moved = "datum_moved"
    assert [view.withheld for view in views] == [None, None, moved, moved, None]


def test_both_frame_centre_heights_are_kept_as_they_were_said() -> None:
    reported = view_with(item_78=90.0).reported
    assert reported is not None
    assert reported.frame_center_height_hae_m == 90.0
    assert reported.frame_center_altitude_msl_m == 120.0


def test_full_pitch_and_roll_come_before_the_short_ones() -> None:
    view = view_with(item_90=11.0, item_91=-12.0)
    assert (view.platform_pitch_deg, view.platform_roll_deg) == (11.0, -12.0)
    view = view_with(item_90=None, item_91=None)
    assert (view.platform_pitch_deg, view.platform_roll_deg) == (0.0, 0.0)


def test_the_extended_target_width_comes_before_the_short_one() -> None:
    for changes, width_m in (({}, 150.0), ({"item_96": 151.0}, 151.0), ({"item_96": None}, 150.0)):
        reported = view_with(**changes).reported
        assert reported is not None
        assert reported.target_width_m == width_m


OFFSETS = {f"item_{tag}": (0.01, -0.02)[tag % 2] * (1 + tag - 26) for tag in range(26, 34)}
FULL = {f"item_{tag}": (38.0, -90.0)[tag % 2] + 0.1 * (tag - 82) for tag in range(82, 90)}


def test_corner_offsets_are_added_to_the_frame_centre() -> None:
    reported = view_with(**OFFSETS).reported
    assert reported is not None
    assert reported.corners_deg is not None
    assert reported.corners_deg[0] == pytest.approx((38.64 + 0.01, -90.21 - 0.04))
    assert reported.corners_deg[3] == pytest.approx((38.64 + 0.07, -90.21 - 0.16))


def test_full_corners_come_before_offsets_and_only_when_whole() -> None:
    reported = view_with(**OFFSETS, **FULL).reported
    assert reported is not None
    assert reported.corners_deg is not None
    assert reported.corners_deg[1] == pytest.approx((38.2, -89.7))
    partly = view_with(**{**OFFSETS, **FULL, "item_89": None}).reported
    assert partly is not None
    assert partly.corners_deg is not None
    assert partly.corners_deg[0] == pytest.approx((38.65, -90.25))
    neither = view_with(**{**OFFSETS, "item_26": None}).reported
    assert neither is not None
    assert neither.corners_deg is None


@pytest.mark.parametrize(
    ("flags", "version", "kind"),
    [
        (0x10, 12, RangeKind.MEASURED),
        (0x0F, 12, RangeKind.CALCULATED),
        (0x10, 17, RangeKind.MEASURED),
        (0x10, 13, RangeKind.AMBIGUOUS),
        (0x10, 16, RangeKind.AMBIGUOUS),
        (0x10, "absent", RangeKind.AMBIGUOUS),
        ("absent", 12, RangeKind.AMBIGUOUS),
    ],
)
def test_a_range_is_measured_only_where_flags_and_version_say_so(
    flags: object, version: object, kind: RangeKind
) -> None:
    view = view_with(item_47=flags, item_65=version)
    assert view.slant_range_m == 2500.0
    assert view.slant_range_kind is kind
    assert view_with(item_21="absent").slant_range_kind is None


def test_a_stamp_alone_is_assumed_to_be_utc_and_says_how_unsure_that_is() -> None:
    view = view_with()
    assert view.time_us == EPOCH_US
    assert view.time_basis is TimeBasis.ASSUMED_UTC
    assert view.utc_sigma_s == pytest.approx(37.0 / 12.0**0.5, abs=0.05)


def test_leap_seconds_and_the_correction_make_utc() -> None:
    view = view_with(item_136=-29, item_137=250)
    assert view.time_us == EPOCH_US - 29 * SECOND + 250
    assert view.time_basis is TimeBasis.MISP_CORRECTED
    only_correction = view_with(item_137=250)
    assert only_correction.time_us == EPOCH_US + 250
    assert only_correction.time_basis is TimeBasis.ASSUMED_UTC


def test_leap_seconds_persist() -> None:
    state = ViewState()
    taken(state, sent(0, {**WHOLE, 136: -29}))
    timed = taken(state, sent(20, WHOLE))
    assert timed.time_us == EPOCH_US + (20 - 29) * SECOND
    assert timed.stamp_us == EPOCH_US + 20 * SECOND


def test_leap_seconds_that_cannot_be_are_counted_and_tie_nothing_to_utc() -> None:
    state = ViewState()
    assert taken(state, sent(0, {**WHOLE, 136: 29})).view.time_basis is TimeBasis.ASSUMED_UTC
    assert codes(state) == {"leap_seconds_doubtful": 1}


@pytest.mark.parametrize("kind", [DamageKind.CHECKSUM, DamageKind.TRUNCATED, DamageKind.LABEL])
def test_a_set_that_cannot_be_believed_changes_nothing(kind: DamageKind) -> None:
    state = ViewState()
    taken(state, sent(0, WHOLE))
    damage = (Damage(kind=kind, place="packet"),)
    assert state.update(sent(1, {18: 99.0}, damage=damage)) is None
    assert taken(state, sent(2, {})).view.camera_heading_deg == pytest.approx(20.0)
    assert codes(state) == {"metadata_damaged": 1}


def test_damage_can_be_used_on_request() -> None:
    state = ViewState(ViewStateSettings(damage=DamagePolicy.SALVAGE))
    damage = (Damage(kind=DamageKind.CHECKSUM, place="item 1"),)
    assert taken(state, sent(1, WHOLE, damage=damage)).view.is_locatable


def test_a_set_with_one_bad_item_is_used_without_it() -> None:
    state = ViewState()
    damage = (Damage(kind=DamageKind.ITEM_LENGTH, place="item 16"),)
    view = taken(state, sent(0, {**WHOLE, 16: None}, damage=damage)).view
    assert view.camera_heading_deg is not None
    assert not view.is_locatable


@pytest.mark.parametrize(("tag", "value"), [(16, 0.0), (17, 180.0), (13, 91.0), (5, float("nan"))])
def test_what_cannot_be_is_not_known(tag: int, value: float) -> None:
    assert not view_with(**{f"item_{tag}": value}).is_locatable


def test_angles_come_out_in_the_ranges_that_their_names_have() -> None:
    view = view_with(item_5=360.0, item_18=300.0, item_20=358.0, item_14=180.0)
    assert view.platform_heading_deg == 0.0
    assert view.sensor_relative_azimuth_deg == -60.0
    assert view.sensor_relative_roll_deg == -2.0
    assert view.longitude_deg == -180.0


def test_streams_do_not_fill_in_for_each_other() -> None:
    state = ViewState()
    taken(state, sent(0, WHOLE, stream=1))
    assert taken(state, sent(0, {18: 1.0}, stream=2)).view.latitude_deg is None


def test_a_security_set_marks_the_view() -> None:
    assert view_with(item_48={1: 1, 3: "//US"}).security_marking == "UNCLASSIFIED//US"
    assert view_with(item_48={1: 4, 3: "//USA", 5: "NOFORN"}).security_marking == (
        "SECRET//USA//NOFORN"
    )
    assert view_with(item_48={1: 1}).security_marking == "UNCLASSIFIED//"
    assert view_with(item_48={1: 77}).security_marking is None
    assert view_with().security_marking is None


def test_a_security_set_that_stands_alone_marks_its_stream() -> None:
    state = ViewState()
    alone = MetadataSet(set_name="ST0102", items={1: Item(value=2), 3: Item(value="//GB")})
    assert state.update(alone) is None
    assert taken(state, sent(0, WHOLE)).view.security_marking == "RESTRICTED//GB"


def test_a_universal_security_set_marks_its_stream_by_its_words() -> None:
    state = ViewState()
    alone = MetadataSet(
        set_name="ST0102U",
        items={
            "security_classification": Item(value="SECRET//"),
            "classifying_country": Item(value="//NZ"),
        },
    )
    assert state.update(alone) is None
    assert taken(state, sent(0, WHOLE)).view.security_marking == "SECRET//NZ"


def test_an_item_that_contradicts_is_as_if_it_had_not_been_sent() -> None:
    state = ViewState()
    taken(state, sent(0, WHOLE))
    damage = (Damage(kind=DamageKind.IMPLAUSIBLE, place="item 18"),)
    view = taken(state, sent(1, {**WHOLE, 18: 170.0}, damage=damage)).view
    assert view.camera_heading_deg == pytest.approx(20.0)
    assert view.metadata_age_s == 1.0
    assert codes(state) == {"metadata_implausible": 1}


def test_a_set_whose_time_cannot_be_changes_nothing() -> None:
    state = ViewState()
    damage = (Damage(kind=DamageKind.IMPLAUSIBLE, place="time stamp"),)
    assert state.update(sent(1, WHOLE, damage=damage)) is None
    assert codes(state) == {"metadata_damaged": 1}


def test_another_sensor_or_mode_has_another_key() -> None:
    state = ViewState()
    first = taken(state, sent(0, {**WHOLE, 63: 1})).sensor_key
    assert taken(state, sent(1, WHOLE)).sensor_key == first
    assert taken(state, sent(2, {11: "IR Nose"})).sensor_key != first
    assert taken(state, sent(3, {11: "EO Nose", 63: 2})).sensor_key != first


def test_sets_that_make_no_view_are_passed_over() -> None:
    assert ViewState().update(MetadataSet(set_name="ST0903")) is None
