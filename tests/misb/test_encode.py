"""Values to packets, and packets changed with every other byte kept."""

import pytest
import tstrans.klv
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.misb import (
    Item,
    ItemKey,
    KlvEncodeError,
    amend_set,
    checksum16,
    decode_packet,
    encode_set,
    frame_packet,
)
from plainview.misb.local_set_encode import encode_item
from plainview.misb.st0601 import ST0601
from tests.conftest import SharedData
from tests.misb.klv_clips import FLIGHT, flight_packet, packets_of_clip

CLIPS = [
    "osh/sample-stream_part1.ts",
    "kwiver/h264_klv.ts",
    "kwiver/mpeg2_klv.ts",
    "kwiver/aphill_klv_10s.ts",
]

NEVER_SET = {60: 0xAFD8, 61: 0xBA, 62: 1743, 140: ()}


@pytest.mark.parametrize("clip", CLIPS)
def test_every_real_packet_is_written_again_to_the_byte(shared_data: SharedData, clip: str) -> None:
    for packet in packets_of_clip(shared_data(f"fmv_klv/{clip}")):
        metadata = decode_packet(packet)
        assert encode_set(metadata.items, set_name=metadata.set_name) == packet.raw


def test_every_value_of_the_gold_packets_is_written_with_the_bytes_that_it_came_as(
    shared_data: SharedData,
) -> None:
    longer, holds_weapon = {117, 119}, {73}
    for packet in packets_of_clip(shared_data("fmv_klv/kwiver/h264_klv.ts")):
        metadata = decode_packet(packet)
        preceding: list[ItemKey] = []
        for tag, item in metadata.items.items():
            assert isinstance(tag, int)
            if tag not in {1} | NEVER_SET.keys() | longer | holds_weapon:
                wire = encode_item(tag, item.value, ST0601, preceding=tuple(preceding))
                assert wire == item.wire, tag
            preceding.append(tag)


def test_a_written_packet_is_whole_for_us_and_for_another_reader() -> None:
    raw = flight_packet()
    assert decode_packet(frame_packet(raw)).is_whole
    peer = tstrans.klv.decode_uas_datalink(raw)
    assert peer.mission_id == "SEARCH 7"
    assert peer.sensor_lat_deg == pytest.approx(54.1, abs=1e-7)


def test_the_time_stamp_comes_first_and_the_checksum_last() -> None:
    metadata = decode_packet(frame_packet(encode_set({65: 19, 3: "A", 2: 7, 1: 5})))
    assert list(metadata.items) == [2, 65, 3, 1]
    assert metadata.is_whole


def test_none_is_written_as_not_known() -> None:
    metadata = decode_packet(frame_packet(encode_set({2: 7, 13: None, 6: None})))
    assert metadata.items[13].wire == b""
    assert not metadata.items[6].is_out_of_range


def test_out_of_range_is_written_as_its_mark() -> None:
    marked = Item(value=None, is_out_of_range=True)
    metadata = decode_packet(frame_packet(encode_set({2: 7, 13: marked})))
    assert metadata.items[13].wire == b"\x80\x00\x00\x00"


@pytest.mark.parametrize("tag", sorted(NEVER_SET))
def test_items_of_weapons_and_laser_codes_are_never_set(tag: int) -> None:
    with pytest.raises(KlvEncodeError, match="never set") as raised:
        encode_set({2: 7, tag: NEVER_SET[tag]})
    assert raised.value.where.startswith(f"ST 0601 item {tag}")
    assert "SCOPE.md" in raised.value.mend
    with pytest.raises(KlvEncodeError, match="never set"):
        encode_set({2: 7, tag: b"\x01\x02"})
    with pytest.raises(KlvEncodeError, match="never set"):
        encode_set({2: 7, tag: Item(value=NEVER_SET[tag])})


def test_items_of_laser_codes_are_not_set_inside_a_segment_either() -> None:
    segment = bytes.fromhex("3e0206cf")
    with pytest.raises(KlvEncodeError, match="never set"):
        encode_set({2: 7, 100: segment})
    with pytest.raises(KlvEncodeError, match="never set"):
        encode_set({2: 7, 100: {62: 1743}})
    with pytest.raises(KlvEncodeError, match="never set"):
        encode_set({2: 7, 100: bytes.fromhex("6404") + segment})
    with pytest.raises(KlvEncodeError, match="never set"):
        encode_set({2: 7, 73: bytes.fromhex("0602001e")})
    assert encode_set({2: 7, 100: Item(value=segment, wire=segment)})
    assert encode_set({2: 7, 101: bytes.fromhex("0302414f")})
    assert encode_set({2: 7, 73: bytes.fromhex("080105")})


@pytest.mark.parametrize("tag", sorted(NEVER_SET))
def test_items_of_weapons_and_laser_codes_are_kept_to_the_byte(
    shared_data: SharedData, tag: int
) -> None:
    packet = packets_of_clip(shared_data("fmv_klv/kwiver/h264_klv.ts"))[0]
    item = decode_packet(packet).items[tag]
    assert item.value is not None
    again = decode_packet(frame_packet(encode_set({2: 7, tag: item})))
    assert again.items[tag] == item


def test_a_value_out_of_range_says_where_and_why() -> None:
    with pytest.raises(KlvEncodeError) as raised:
        encode_set({13: 91.0})
    assert "ST 0601 item 13 (sensor_latitude_deg): cannot be written" in str(raised.value)
    assert "-90.0 to 90.0" in str(raised.value)


def test_an_item_that_is_not_in_the_table_takes_bytes_alone() -> None:
    metadata = decode_packet(frame_packet(encode_set({2: 7, 200: b"abc"})))
    assert metadata.value(200) == b"abc"
    with pytest.raises(KlvEncodeError, match="not in our table"):
        encode_set({2: 7, 200: 5.0})


def test_names_and_numbers_are_not_mixed_up() -> None:
    with pytest.raises(ValueError, match="tag numbers"):
        encode_set({"slant_range_m": 5.0})
    with pytest.raises(ValueError, match="names"):
        encode_set({21: 5.0}, set_name="EG0104")


@pytest.mark.parametrize("clip", CLIPS[:3])
def test_a_packet_that_is_not_changed_is_the_same_bytes(shared_data: SharedData, clip: str) -> None:
    for packet in packets_of_clip(shared_data(f"fmv_klv/{clip}")):
        assert amend_set(decode_packet(packet), {}) == packet.raw


def test_a_change_leaves_every_other_item_as_it_came(shared_data: SharedData) -> None:
    packet = packets_of_clip(shared_data("fmv_klv/kwiver/h264_klv.ts"))[3]
    before = decode_packet(packet)
    after = decode_packet(frame_packet(amend_set(before, {13: 10.0, 8: None})))
    assert after.is_whole
    assert list(after.items) == list(before.items)
    changed = {tag for tag in before.items if after.items[tag] != before.items[tag]}
    assert changed == {1, 8, 13}
    assert after.value(13) == pytest.approx(10.0, abs=1e-7)


def test_a_label_of_an_early_issue_is_kept() -> None:
    early = bytearray(flight_packet())
    early[13] = 4
    early[-2:] = checksum16(bytes(early[:-2])).to_bytes(2, "big")
    before = decode_packet(frame_packet(bytes(early)))
    assert before.is_whole
    assert before.set_name == "ST0601"
    amended = amend_set(before, {15: 900.0})
    assert amended[:16] == bytes(early[:16])
    assert decode_packet(frame_packet(amended)).is_whole


def test_an_item_that_was_not_there_comes_before_the_checksum() -> None:
    before = decode_packet(frame_packet(flight_packet()))
    after = decode_packet(frame_packet(amend_set(before, {47: 16})))
    assert list(after.items) == [*list(before.items)[:-1], 47, 1]
    assert after.is_whole


def test_a_damaged_packet_is_not_amended() -> None:
    damaged = decode_packet(frame_packet(flight_packet()[:-5]))
    with pytest.raises(KlvEncodeError, match="damaged"):
        amend_set(damaged, {13: 10.0})


@settings(max_examples=100)
@given(st.sets(st.sampled_from(sorted(FLIGHT)), min_size=1))
def test_any_items_make_a_whole_packet(tags: set[int]) -> None:
    metadata = decode_packet(frame_packet(encode_set({tag: FLIGHT[tag] for tag in tags})))
    assert metadata.is_whole
    assert metadata.items.keys() == tags | {1}
