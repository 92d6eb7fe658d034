"""What cannot be, though its bytes are valid."""

import pytest

from plainview.misb import (
    MetadataSet,
    PlausibilityCheck,
    SetDecoder,
    decode_packet,
    encode_set,
    frame_packet,
)
from tests.conftest import SharedData
from tests.misb.klv_clips import packets_of, packets_of_clip


def flight(index: int) -> dict[int, object]:
    """Return the items of one packet of a smooth flight, 30 a second."""
    return {
        2: 1_700_000_000_000_000 + 33_333 * index,
        3: "SEARCH 7",
        11: "EO Nose",
        13: 54.1 + 1e-5 * index,
        14: 10.2 + 1e-5 * index,
        15: 1200.0,
        16: 12.0,
        17: 6.75,
        18: 75.0 + 0.03 * index,
        19: -21.0,
        21: 3350.0 + index,
        23: 54.11 + 1e-5 * index,
        24: 10.25,
        25: 0.0,
        47: 0,
        65: 19,
    }


def sets_of(n_sets: int, changes: dict[int, dict[int, object]]) -> list[MetadataSet]:
    """Return the sets of a flight as a SetDecoder gives them, some packets changed."""
    decoder = SetDecoder()
    return [
        decoder.decode(frame_packet(encode_set({**flight(index), **changes.get(index, {})})))
        for index in range(n_sets)
    ]


def doubted(metadata: MetadataSet) -> list[str]:
    return [damage.place for damage in metadata.damage if damage.kind == "implausible"]


def test_a_smooth_flight_is_whole() -> None:
    assert all(metadata.is_whole for metadata in sets_of(30, {}))


@pytest.mark.parametrize(
    "clip",
    [
        "osh/sample-stream_part1.ts",
        "kwiver/h264_klv.ts",
        "kwiver/mpeg2_klv.ts",
        "kwiver/aphill_klv_10s.ts",
        "droneklv/Day_Flight.klv",
    ],
)
def test_no_packet_of_a_real_clip_is_doubted(shared_data: SharedData, clip: str) -> None:
    decoder = SetDecoder()
    for packet in packets_of_clip(shared_data(f"fmv_klv/{clip}")):
        assert doubted(decoder.decode(packet)) == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({13: 54.3}, "item 13"),
        ({14: 10.21}, "item 14"),
        ({18: 250.0}, "item 18"),
        ({15: 4000.0}, "item 15"),
        ({17: 90.0}, "horizontal_fov_deg"),
        ({3: "SEABCH 7"}, "item 3"),
        ({47: 0x80}, "item 47"),
        ({200: b"x"}, "item 200"),
        ({16: 0.0}, "item 16"),
        ({2: 5_000_000_000}, "time stamp"),
        ({2: 1_900_000_000_000_000}, "time stamp"),
        ({65: None}, "item 65"),
    ],
)
def test_what_cannot_follow_is_doubted_once(changes: dict[int, object], place: str) -> None:
    sets = sets_of(24, {20: changes})
    assert place in doubted(sets[20])
    assert [index for index, metadata in enumerate(sets) if not metadata.is_whole] == [20]


def test_a_change_that_stays_is_doubted_once_and_then_believed() -> None:
    sets = sets_of(30, {index: {15: 2500.0} for index in range(20, 30)})
    assert [index for index, each in enumerate(sets) if not each.is_whole] == [20]


def test_another_camera_is_no_damage() -> None:
    other: dict[int, object] = {
        11: "IR Nose",
        16: 2.0,
        17: 1.125,
        19: -40.0,
        21: 1800.0,
        23: 54.104,
        24: 10.22,
    }
    sets = sets_of(30, dict.fromkeys(range(20, 30), other))
    assert all(metadata.is_whole for metadata in sets)


def test_a_step_of_zoom_is_no_damage() -> None:
    sets = sets_of(30, {index: {16: 2.0, 17: 1.125} for index in range(20, 30)})
    assert all(metadata.is_whole for metadata in sets)


def test_a_new_scene_is_no_damage() -> None:
    moved: dict[int, object] = {
        13: 20.0,
        14: 50.0,
        15: 300.0,
        18: 0.0,
        23: 20.01,
        24: 50.02,
        25: 40.0,
    }
    sets = sets_of(30, dict.fromkeys(range(20, 30), moved))
    assert all(metadata.is_whole for metadata in sets)


def test_streams_are_judged_apart() -> None:
    check = PlausibilityCheck()
    here, there = flight(0), {**flight(0), 13: -30.0, 14: 100.0}
    for index in range(10):
        for stream, items in ((1, here), (2, there)):
            raw = encode_set({**items, 2: 1_700_000_000_000_000 + 33_333 * index})
            (packet,) = packets_of(raw, stream=stream)
            assert check.update(decode_packet(packet)).is_whole


def test_items_out_of_their_usual_order_are_doubted() -> None:
    sets = [encode_set(flight(index)) for index in range(10)]
    items = flight(10)
    turned = {2: items[2], 65: items[65], **items}
    decoder = SetDecoder()
    for raw in sets:
        decoder.decode(frame_packet(raw))
    assert doubted(decoder.decode(frame_packet(encode_set(turned)))) != []


def test_a_label_that_we_do_not_know_is_doubted_until_it_comes_again() -> None:
    unknown = bytes.fromhex("060e2b34020b01010e0103037f000000") + b"\x03abc"
    decoder = SetDecoder()
    decoder.decode(frame_packet(encode_set(flight(0))))
    first, second = (decoder.decode(frame_packet(unknown)) for _ in range(2))
    assert doubted(first) == ["label"]
    assert second.is_whole


def test_a_packet_whose_checksum_fails_teaches_nothing() -> None:
    decoder = SetDecoder()
    for index in range(12):
        decoder.decode(frame_packet(encode_set(flight(index))))
    far = bytearray(encode_set({**flight(12), 13: 10.0}))
    far[-1] ^= 1
    assert not decoder.decode(frame_packet(bytes(far))).is_whole
    assert decoder.decode(frame_packet(encode_set(flight(13)))).is_whole
    assert "item 13" in doubted(decoder.decode(frame_packet(encode_set({**flight(14), 13: 10.0}))))


def test_doubts_are_the_same_for_the_same_stream() -> None:
    changes: dict[int, dict[int, object]] = {20: {13: 54.3}, 22: {18: 1.0}}
    first, second = sets_of(30, changes), sets_of(30, changes)
    assert [each.damage for each in first] == [each.damage for each in second]
