"""The legacy universal set, on the real footage that is full of it."""

import json
import math
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.misb import (
    EG0104,
    Item,
    KlvEncodeError,
    MetadataSet,
    decode_packet,
    encode_set,
    frame_packet,
)
from plainview.misb.st0102 import encode_security_set
from tests.conftest import SharedData
from tests.misb.klv_clips import packets_of, packets_of_clip

FLIGHT: dict[str, object] = {
    "device_designation": "Predator",
    "user_defined_time_stamp_us": 1_221_665_012_027_000,
    "device_latitude_deg": 38.15993,
    "slant_range_m": 3430.5,
    "security_local_set": encode_security_set({1: 1}),
}


def read(raw: bytes) -> MetadataSet:
    return decode_packet(frame_packet(raw))


def test_all_packets_of_the_clip_are_whole_and_every_key_is_named(
    shared_data: SharedData,
) -> None:
    packets = packets_of_clip(shared_data("fmv_klv/kwiver/aphill_klv_10s.ts"))
    sets = [decode_packet(packet) for packet in packets]
    assert len(sets) == 300
    for metadata in sets:
        assert metadata.is_whole
        assert len(metadata.items) == 23
        assert metadata.items.keys() <= EG0104.key_of.keys()
        assert None not in [item.value for item in metadata.items.values()]
    times_us = [metadata.time_us or 0 for metadata in sets]
    assert all(0 < after - before < 100_000 for before, after in pairwise(times_us))


def test_the_numbers_of_the_clip_agree_with_each_other(shared_data: SharedData) -> None:
    for packet in packets_of_clip(shared_data("fmv_klv/kwiver/aphill_klv_10s.ts"))[::30]:
        metadata = decode_packet(packet)
        numbers = {
            name: item.value
            for name, item in metadata.items.items()
            if isinstance(item.value, float)
        }
        corners = [numbers[f"corner_{index}_latitude_deg"] for index in (1, 2, 3, 4)]
        assert min(corners) < numbers["frame_center_latitude_deg"] < max(corners)
        north_m = 111_000 * (numbers["frame_center_latitude_deg"] - numbers["device_latitude_deg"])
        up_m = numbers["device_altitude_msl_m"]
        assert math.hypot(north_m, up_m) == pytest.approx(numbers["slant_range_m"], rel=0.02)


def test_the_gold_packet_of_kwiver_is_met(shared_data: SharedData) -> None:
    gold = json.loads(shared_data("fmv_klv/kwiver/klv_gold.json").read_text())[1]
    for item in gold["value"]:
        kind = EG0104.find(bytes.fromhex(item["key"]["hex"].replace(" ", "")))
        assert kind is not None
        assert kind.decode(kind.encode(item["value"])) == item["value"]
    names = {"Device Designation", "Episode Number", "User Defined Timestamp"}
    assert {item["key"]["string"] for item in gold["value"]} == names


def test_a_set_comes_back_with_its_bytes() -> None:
    raw = encode_set(FLIGHT, set_name="EG0104")
    metadata = read(raw)
    assert metadata.is_whole
    assert metadata.value("security_local_set") == {1: 1}
    assert metadata.time_us == 1_221_665_012_027_000
    assert encode_set(metadata.items, set_name="EG0104") == raw


def test_numbers_are_read_in_either_length() -> None:
    key = EG0104.key_of["slant_range_m"]
    kind = EG0104.find(key)
    assert kind is not None
    assert kind.decode(bytes.fromhex("4556 6800")) == 3430.5
    assert kind.decode(bytes.fromhex("40aa cd00 0000 0000")) == 3430.5
    assert kind.decode(bytes.fromhex("7fc00000")) is None


def test_a_key_is_known_in_every_version_of_the_registry() -> None:
    key = bytearray(EG0104.key_of["slant_range_m"])
    key[7] = 9
    kind = EG0104.find(bytes(key))
    assert kind is not None
    assert kind.name == "slant_range_m"


def test_a_key_of_our_own_choice_is_kept_under_its_digits() -> None:
    other = bytes.fromhex("060e2b340101010a0e01010300000000")
    kept = Item(value=b"\x01\x02", wire=b"\x01\x02")
    metadata = read(encode_set({**FLIGHT, other.hex(): kept}, set_name="EG0104"))
    assert metadata.is_whole
    assert metadata.value(other.hex()) == b"\x01\x02"


def test_every_flipped_bit_of_a_key_or_a_length_is_marked() -> None:
    raw = encode_set(FLIGHT, set_name="EG0104")
    n_marked = 0
    for bit in range(8 * 17, 8 * (17 + 17)):
        damaged = bytearray(raw)
        damaged[bit // 8] ^= 1 << bit % 8
        packets = packets_of(bytes(damaged))
        n_marked += any(not decode_packet(packet).is_whole for packet in packets)
    assert n_marked >= 17 * 8 - 4, "up to four bits of the version byte are versions too"


@settings(max_examples=200)
@given(st.binary(max_size=100))
def test_no_bytes_make_the_reader_raise(value: bytes) -> None:
    raw = encode_set({}, set_name="EG0104")[:16] + bytes([len(value)]) + value
    assert read(raw).set_name == "EG0104"


@pytest.mark.parametrize(
    ("name", "value"),
    [("slant_range_m", "far"), ("no_such_key", 1.0), ("user_defined_time_stamp_us", -1)],
)
def test_what_a_set_cannot_hold_is_refused(name: str, value: object) -> None:
    with pytest.raises(KlvEncodeError, match=name):
        encode_set({name: value}, set_name="EG0104")
