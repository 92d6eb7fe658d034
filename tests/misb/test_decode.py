"""Sets decoded whatever is wrong with them."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.misb import MetadataSet, decode_packet, frame_packet
from plainview.misb.ber import encode_ber_length
from plainview.misb.checksum import CHECKSUM_HEADER, with_checksum
from plainview.misb.items import walk_local_set
from tests.conftest import SharedData
from tests.misb.klv_clips import flight_packet, packets_of_clip

LABEL = flight_packet()[:16]
TIME = "0208" + (1_700_000_000_000_000).to_bytes(8, "big").hex()


def decoded(hexadecimal: str) -> MetadataSet:
    """Decode an ST 0601 packet of these items and a right checksum."""
    value = bytes.fromhex(hexadecimal)
    head = LABEL + encode_ber_length(len(value) + 4)
    return decode_packet(frame_packet(with_checksum(head + value + CHECKSUM_HEADER)))


def damage_of(metadata: MetadataSet) -> list[tuple[str, str]]:
    return [(str(each.kind), each.place) for each in metadata.damage]


def test_a_set_has_its_name_time_and_items_in_order() -> None:
    metadata = decode_packet(frame_packet(flight_packet()))
    assert metadata.set_name == "ST0601"
    assert metadata.time_us == 1_700_000_000_000_000
    assert list(metadata.items) == [2, 3, 5, 6, 13, 14, 15, 16, 65, 1]
    assert metadata.value(15) == pytest.approx(1200.0, abs=0.2)
    assert metadata.value(99) is None


def test_an_item_without_length_is_there_and_unknown() -> None:
    metadata = decoded(TIME + "0d00")
    assert metadata.is_whole
    assert metadata.items[13].is_unknown
    assert not metadata.items[13].is_out_of_range


def test_the_mark_for_out_of_range_is_none_with_a_flag() -> None:
    metadata = decoded(TIME + "06028000" + "0d0480000000" + "6003f80000")
    assert metadata.is_whole
    for tag in (6, 13, 96):
        assert metadata.items[tag].is_unknown
        assert metadata.items[tag].is_out_of_range


@pytest.mark.parametrize("item", ["0d03010203", "0d050102030405", "0501ff", "220200ff"])
def test_an_item_of_a_wrong_length_is_damage_and_the_rest_is_kept(item: str) -> None:
    metadata = decoded(TIME + item + "41 01 13")
    assert damage_of(metadata) == [("item_length", f"item {int(item[:2], 16)}")]
    assert metadata.value(int(item[:2], 16)) is None
    assert metadata.items[int(item[:2], 16)].wire == bytes.fromhex(item[4:])
    assert metadata.value(65) == 19


def test_an_item_that_runs_over_the_end_is_damage_and_those_before_are_kept() -> None:
    metadata = decoded(TIME + "0d7f01020304")
    assert damage_of(metadata) == [("item_overrun", "item 13")]
    assert list(metadata.items) == [2]


@pytest.mark.parametrize("tail", ["81", "0d", "0d82", "0d8201"])
def test_a_tag_or_length_that_is_cut_is_damage(tail: str) -> None:
    elements, damage = walk_local_set(bytes.fromhex(TIME + tail))
    assert [each.tag for each in elements] == [2]
    assert [each.kind for each in damage] == ["item_overrun"]


def test_text_that_is_none_is_damage() -> None:
    assert damage_of(decoded(TIME + "0302fffe")) == [("item_value", "item 3")]


def test_a_tag_of_two_bytes_is_read() -> None:
    metadata = decoded(TIME + "8103020107")
    assert metadata.is_whole
    assert metadata.value(131) == 0x107


def test_an_item_that_is_not_in_the_standard_is_kept_as_bytes() -> None:
    metadata = decoded(TIME + "8250 03 616263")
    assert metadata.is_whole
    assert metadata.value(2 << 7 | 0x50) == b"abc"


def test_an_item_that_stands_twice_is_damage_and_both_are_kept() -> None:
    metadata = decoded(TIME + "050200000502ffff")
    assert damage_of(metadata) == [("item_repeated", "item 5")]
    assert metadata.value(5) == 360.0
    assert [(tag, item.value) for tag, item in metadata.repeats] == [(5, 0.0)]


def test_a_command_may_stand_twice() -> None:
    metadata = decoded(TIME + "730501 03 414243" + "730502 03 444546")
    assert metadata.is_whole
    assert metadata.value(115) == {"command_id": 2, "command": "DEF", "time_us": None}
    assert len(metadata.repeats) == 1


def test_damage_inside_a_nested_set_has_its_place() -> None:
    metadata = decoded(TIME + "3006" + "01020101" + "0c00")
    assert damage_of(metadata) == [("item_length", "item 48.1")]
    assert metadata.value(48) == {1: None, 12: None}


def test_garbage_is_a_set_of_its_own() -> None:
    metadata = decode_packet(frame_packet(b"garbage"))
    assert metadata.set_name == "garbage"
    assert damage_of(metadata) == [("garbage", "packet")]
    assert metadata.raw == b"garbage"


@settings(max_examples=300)
@given(st.binary(max_size=120))
def test_no_bytes_make_the_decoder_raise(value: bytes) -> None:
    head = LABEL + encode_ber_length(len(value) + 4)
    metadata = decode_packet(frame_packet(with_checksum(head + value + CHECKSUM_HEADER)))
    assert metadata.set_name == "ST0601"


@settings(max_examples=300)
@given(st.integers(1, 143), st.binary(min_size=1, max_size=40))
def test_no_bytes_of_any_item_make_the_decoder_raise(tag: int, wire: bytes) -> None:
    octets = bytes([tag]) if tag < 128 else bytes([0x81, tag - 128])
    metadata = decoded((octets + bytes([len(wire)]) + wire).hex())
    assert tag in metadata.items
    assert metadata.items[tag].wire in (wire, metadata.raw[-2:])


def test_the_defect_of_a_real_clip_is_one_item_and_the_rest_is_read(
    shared_data: SharedData,
) -> None:
    for packet in packets_of_clip(shared_data("fmv_klv/droneklv/Day_Flight.klv")):
        metadata = decode_packet(packet)
        assert damage_of(metadata) == [("item_length", "item 22")]
        assert metadata.value(12) == "Geodetic WGS84"
        assert metadata.value(13) == pytest.approx(54.67, abs=0.02)
