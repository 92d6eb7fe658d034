"""The security marking as a local and as a universal set."""

import json

import pytest
import tstrans.klv

from plainview.misb import ST0102, KlvDecodeError, decode_packet, encode_set, frame_packet
from plainview.misb.st0102 import (
    ST0102_UNIVERSAL,
    decode_security_set,
    decode_security_universal_set,
    encode_security_set,
)
from plainview.misb.universal_set import encode_universal_set
from tests.conftest import SharedData
from tests.misb.klv_clips import packets_of_clip

MARKING: dict[int, object] = {
    1: 1,
    2: 14,
    3: "//CAN",
    5: "FOR OFFICIAL USE",
    6: "CAN USA",
    10: "20450101",
    12: 14,
    13: "CAN;USA",
    22: 12,
    23: "2016-12-30",
}


def test_a_marking_comes_back() -> None:
    nested = decode_security_set(encode_security_set(MARKING))
    assert nested.value == MARKING
    assert not nested.damage


def test_another_reader_reads_the_same_marking() -> None:
    peer = tstrans.klv.decode_security(encode_security_set(MARKING))
    assert peer.classifying_country == "//CAN"
    assert peer.object_country_codes == "CAN;USA"
    assert peer.caveats == "FOR OFFICIAL USE"


def test_a_universal_set_says_the_same_as_a_local_one() -> None:
    words = {"security_classification": "UNCLASSIFIED//", "classifying_country": "//CAN"}
    words["country_coding_method"] = "GENC Three Letter"
    nested = decode_security_universal_set(encode_universal_set(words, ST0102_UNIVERSAL))
    assert nested.value == {1: 1, 2: 14, 3: "//CAN"}
    assert not nested.damage


def test_a_word_that_the_standard_does_not_have_stays_a_word() -> None:
    data = encode_universal_set({"security_classification": "PRIVATE"}, ST0102_UNIVERSAL)
    assert decode_security_universal_set(data).value == {1: "PRIVATE"}


def test_both_sets_stand_by_themselves() -> None:
    local = decode_packet(frame_packet(encode_set(MARKING, set_name="ST0102")))
    assert (local.set_name, local.value(3)) == ("ST0102", "//CAN")
    words = {"security_classification": "SECRET//"}
    universal = decode_packet(frame_packet(encode_set(words, set_name="ST0102U")))
    assert universal.set_name == "ST0102U"
    assert universal.value("security_classification") == "SECRET//"


def test_country_codes_are_utf_16_and_read_as_single_bytes_too() -> None:
    item = ST0102.by_number[13]
    assert item.decode(item.encode("CAN;USA")) == "CAN;USA"
    assert item.decode(b"US") == "US"
    with pytest.raises(KlvDecodeError, match="UTF-16"):
        item.decode(b"\xff\xfe\xff")


def test_the_gold_of_a_marking_is_met(shared_data: SharedData) -> None:
    gold = json.loads(shared_data("fmv_klv/kwiver/klv_gold.json").read_text())[0]
    items = {item["key"]["integer"]: item["value"] for item in gold["value"]}
    plain = {
        tag: value["integer"] if isinstance(value, dict) else value for tag, value in items.items()
    }
    assert decode_security_set(encode_security_set(plain)).value == plain


def test_the_marking_of_a_real_clip_is_read(shared_data: SharedData) -> None:
    packet = packets_of_clip(shared_data("fmv_klv/osh/sample-stream_part1.ts"))[0]
    assert decode_packet(packet).value(48) == {22: 9, 1: 1, 2: 1, 3: "//US", 12: 1, 13: "US"}
