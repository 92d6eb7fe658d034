"""Pictures and metadata joined: by container stamps, by picture stamps, by arrival."""

from collections.abc import Mapping
from dataclasses import replace

import numpy as np
import pytest

from plainview.formats.klv_placing import PLACING_SIGMA_S, PlacedBy
from plainview.formats.time_join import TimeJoin
from plainview.misb.damage import DamagePolicy
from plainview.misb.encode import encode_set
from plainview.misb.stamps0604 import PictureStamp
from plainview.model import KlvPayload, PoseBasis, StreamInfo, StreamKind, View, ViewMethod

SECOND = 1_000_000
FRAME_US = 40_000
EPOCH_US = 1_500_000_000 * SECOND
POSE: Mapping[int, object] = {
    5: 10.0,
    6: 0.0,
    7: 0.0,
    13: 40.0,
    14: -70.0,
    15: 1000.0,
    16: 4.0,
    17: 3.0,
    18: 30.0,
    19: -25.0,
    20: 0.0,
}


def payload(
    second: float,
    items: Mapping[int, object],
    *,
    stream: int = 257,
    has_pts: bool = True,
    late_us: int = 0,
) -> KlvPayload:
    time_us = round(second * SECOND)
    video_time_us = time_us + late_us if has_pts else None
    return KlvPayload(
        stream=stream,
        data=encode_set({2: EPOCH_US + time_us, **items, 65: 17}),
        video_time_us=video_time_us,
        pts_us=video_time_us,
    )


def give(join: TimeJoin, *payloads: KlvPayload, near_us: int = 0) -> None:
    for one in payloads:
        join.add_payload(one, near_us=near_us)


def seen(join: TimeJoin, second: float, stamp: PictureStamp | None = None) -> View:
    view = join.view_at(round(second * SECOND), stamp=stamp)
    assert view is not None
    return view


def stamped(second: float) -> PictureStamp:
    return PictureStamp(
        time_us=EPOCH_US + round(second * SECOND),
        is_locked=True,
        is_discontinuous=False,
        is_reversed=False,
        has_reserved_bits=True,
    )


def codes(join: TimeJoin) -> dict[str, int]:
    return {warning.code: warning.count for warning in join.warnings()}


def test_a_set_with_the_stamp_of_a_picture_is_exact() -> None:
    join = TimeJoin()
    give(join, payload(0, POSE), payload(0.04, {**POSE, 18: 31.0}))
    view = seen(join, 0.04)
    assert view.view_method is ViewMethod.EXACT
    assert view.camera_heading_deg == pytest.approx(41.0, abs=3e-3)
    assert join.n_packets == 2
    assert join.n_packets_damaged == 0


@pytest.mark.parametrize("policy", DamagePolicy)
def test_a_set_whose_sum_is_wrong_is_used_where_it_is_asked_for(policy: DamagePolicy) -> None:
    join = TimeJoin(damage=policy)
    sound = payload(0, POSE)
    give(join, replace(sound, data=sound.data[:-1] + bytes([sound.data[-1] ^ 1])))
    assert (join.view_at(0) is not None) == (policy is DamagePolicy.SALVAGE)
    assert join.n_packets_damaged == 1


def test_between_asynchronous_sets_a_view_is_interpolated() -> None:
    join = TimeJoin()
    give(join, payload(0, POSE), payload(1, {**POSE, 5: 14.0}))
    view = seen(join, 0.25)
    assert view.view_method is ViewMethod.INTERPOLATED
    assert view.camera_heading_deg == pytest.approx(41.0, abs=1e-2)
    assert view.time_us == EPOCH_US + SECOND // 4


def test_after_the_metadata_stops_views_are_held_for_a_short_while() -> None:
    join = TimeJoin()
    give(join, payload(0, POSE), payload(0.5, POSE))
    methods = []
    for index in range(40):
        view = join.view_at(index * FRAME_US)
        methods.append(None if view is None else view.view_method)
    assert methods[13:25] == [ViewMethod.HELD] * 12
    assert set(methods[26:]) == {None}
    assert codes(join) == {}


def test_live_views_are_predicted_and_say_so() -> None:
    join = TimeJoin(max_predicted_s=0.2)
    give(join, payload(0, POSE), payload(0.1, {**POSE, 18: 30.5}))
    view = seen(join, 0.14)
    assert view.view_method is ViewMethod.PREDICTED
    assert view.camera_heading_deg == pytest.approx(40.7, abs=1e-2)


def test_without_container_stamps_the_picture_stamps_place_the_metadata() -> None:
    join = TimeJoin()
    for index in range(3):
        join.add_stamp(index * FRAME_US, stamped(index * 0.04))
        give(
            join,
            payload(index * 0.04, {**POSE, 18: 30.0 + index}, has_pts=False),
            near_us=900_000,
        )
    view = seen(join, 0.04, stamped(0.04))
    assert view.view_method is ViewMethod.EXACT
    assert view.camera_heading_deg == pytest.approx(41.0, abs=3e-3)
    (event,) = join.events()
    assert event.kind == "metadata_placed"
    assert event.details["placed_by"] == "picture_stamps"
    assert join.events() == ()


def test_without_any_stamp_arrival_places_it_and_the_instant_is_unsure() -> None:
    join = TimeJoin()
    for index in range(6):
        give(
            join,
            payload(index * 0.04, POSE, has_pts=False),
            near_us=index * FRAME_US + (index % 2) * 10_000,
        )
    view = seen(join, 0.16)
    assert view.sigma is not None
    by_stamp = TimeJoin()
    give(by_stamp, payload(0.16, POSE))
    sure = seen(by_stamp, 0.16).sigma
    assert sure is not None
    assert view.sigma.time_s.shared == pytest.approx(
        np.hypot(sure.time_s.shared, PLACING_SIGMA_S[PlacedBy.ARRIVAL])
    )
    assert [event.details["placed_by"] for event in join.events()] == ["arrival"]


def test_the_pose_comes_from_the_stream_that_has_one_and_names_from_the_others() -> None:
    join = TimeJoin()
    give(
        join,
        payload(0, {3: "NAMES", 10: "ALONE", 48: {1: 1, 3: "//US"}}, stream=100),
        payload(0, {**POSE, 3: "POSE"}, stream=200),
    )
    view = seen(join, 0.0)
    assert view.is_locatable
    assert view.mission_id == "POSE"
    assert view.platform_designation == "ALONE"
    assert view.security_marking == "UNCLASSIFIED//US"


def test_a_marking_said_once_on_another_stream_lasts() -> None:
    join = TimeJoin()
    give(join, payload(0, {48: {1: 1, 3: "//US"}}, stream=100))
    give(join, *(payload(second, POSE, stream=200) for second in range(8)))
    assert seen(join, 7.0).security_marking == "UNCLASSIFIED//US"


def test_of_two_streams_with_a_pose_the_synchronous_one_is_believed() -> None:
    join = TimeJoin()
    join.note_streams(
        [
            StreamInfo(stream=100, kind=StreamKind.KLV, carriage="asynchronous"),
            StreamInfo(stream=200, kind=StreamKind.KLV, carriage="synchronous"),
        ]
    )
    give(join, payload(0, POSE, stream=100), payload(0, {**POSE, 18: 90.0}, stream=200))
    assert seen(join, 0.0).camera_heading_deg == pytest.approx(100.0, abs=3e-3)


def test_of_two_kinds_of_set_on_one_stream_the_younger_standard_is_believed() -> None:
    join = TimeJoin()
    old = {
        "user_defined_time_stamp_us": EPOCH_US,
        "device_latitude_deg": 40.0,
        "device_longitude_deg": -70.0,
        "device_altitude_msl_m": 1000.0,
        "angle_to_north_deg": 200.0,
        "obliquity_angle_deg": -30.0,
        "horizontal_fov_deg": 4.0,
        "vertical_fov_deg": 3.0,
    }
    data = encode_set(old, set_name="EG0104")
    give(join, payload(0, POSE), KlvPayload(stream=257, data=data, video_time_us=0))
    view = seen(join, 0.0)
    assert view.pose_basis is PoseBasis.RELATIVE
    assert view.camera_heading_deg == pytest.approx(40.0, abs=3e-3)
    alone = TimeJoin()
    give(alone, KlvPayload(stream=257, data=data, video_time_us=0))
    assert seen(alone, 0.0).pose_basis is PoseBasis.NORTH_OBLIQUITY


def test_where_the_believed_stream_is_silent_the_other_serves() -> None:
    join = TimeJoin()
    give(join, payload(0, POSE, stream=100), payload(0, POSE, stream=200))
    give(join, payload(5, {**POSE, 18: 90.0}, stream=200))
    assert seen(join, 5.0).camera_heading_deg == pytest.approx(100.0, abs=3e-3)


def test_picture_stamps_that_contradict_the_metadata_are_counted() -> None:
    join = TimeJoin()
    give(join, *(payload(index * 0.04, POSE, late_us=500_000) for index in range(20)))
    for index in range(13, 16):
        seen(join, index * 0.04, stamped(index * 0.04))
    assert codes(join) == {"time_sources_disagree": 3}


def test_picture_stamps_that_agree_are_not_counted() -> None:
    join = TimeJoin()
    give(join, *(payload(index * 0.04, POSE, late_us=20_000) for index in range(5)))
    for index in range(1, 4):
        seen(join, index * 0.04, stamped(index * 0.04))
    assert codes(join) == {}


def test_a_change_of_sensor_is_told_and_not_interpolated_over() -> None:
    join = TimeJoin()
    give(join, payload(0, {**POSE, 11: "EO"}), payload(0.2, {**POSE, 11: "IR", 18: 90.0}))
    assert seen(join, 0.1).view_method is ViewMethod.HELD
    (event,) = join.events()
    assert event.kind == "sensor_change"
    assert event.video_time_us == SECOND // 5


def test_a_damaged_packet_is_counted_and_changes_nothing() -> None:
    join = TimeJoin()
    whole = payload(0, POSE)
    broken = bytearray(payload(0.04, {**POSE, 18: 90.0}).data)
    broken[40] ^= 1
    give(join, whole)
    give(join, KlvPayload(stream=257, data=bytes(broken), video_time_us=FRAME_US))
    assert seen(join, 0.04).camera_heading_deg == pytest.approx(40.0, abs=3e-3)
    assert join.n_packets == 2
    assert join.n_packets_damaged == 1
    assert codes(join) == {"metadata_damaged": 1}


def test_a_stream_of_nothing_gives_no_view() -> None:
    assert TimeJoin().view_at(0) is None
    join = TimeJoin()
    give(join, KlvPayload(stream=1, data=b"\x00" * 40, video_time_us=0))
    assert join.view_at(0) is None


def test_a_lag_that_is_known_is_taken_out() -> None:
    """The set that lies 200 ms after a picture is the one that speaks of it."""
    join = TimeJoin(lag_s=0.2)
    give(join, payload(0, POSE), payload(0.2, {**POSE, 18: 31.0}), payload(0.4, {**POSE, 18: 33.0}))
    assert seen(join, 0.0).camera_heading_deg == pytest.approx(41.0, abs=3e-3)
    assert seen(join, 0.1).camera_heading_deg == pytest.approx(42.0, abs=3e-3)


def test_a_measured_lag_takes_the_place_of_the_assumed_delay() -> None:
    for lag_sigma_s, shared_s in ((None, 0.05), (0.004, 0.004)):
        join = TimeJoin(lag_s=0.2, lag_sigma_s=lag_sigma_s)
        give(join, payload(0.2, POSE))
        sigma = seen(join, 0.0).sigma
        assert sigma is not None
        assert sigma.time_s.shared == pytest.approx(shared_s)


def test_a_lag_is_no_disagreement_with_the_stamps_of_pictures() -> None:
    """Pictures and metadata are stamped by one clock and muxed together; the poses are late."""
    join = TimeJoin(lag_s=0.5)
    for index in range(20):
        join.add_stamp(index * FRAME_US, stamped(index * 0.04))
        give(join, payload(index * 0.04, POSE))
    seen(join, 0.2, stamped(0.2))
    assert codes(join) == {}


def test_a_clock_that_is_known_to_be_ahead_is_put_right() -> None:
    join = TimeJoin(clock_ahead_s=3600.0)
    give(join, payload(0, POSE))
    assert seen(join, 0.0).time_us == EPOCH_US - 3600 * SECOND
