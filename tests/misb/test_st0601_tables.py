"""The table of ST 0601 line by line against what two further projects publish of theirs.

KWIVER's table (from ST 0601.17) and jmisb's value classes were read by hand and are stated here as
numbers. Where they differ from each other or from us, it says so.
"""

import pytest

from plainview.misb.item_kinds import EnumItem, FlagsItem, ImapItem, IntItem, LinearItem, TextItem
from plainview.misb.item_numbers import UintItem
from plainview.misb.st0601 import ST0601
from plainview.misb.st0601_packs import decode_horizon, encode_horizon

LINEAR = {
    (2, 0.0, 360.0): (5, 35, 64, 71),
    (2, -20.0, 20.0): (6, 50, 52),
    (2, -50.0, 50.0): (7,),
    (4, -90.0, 90.0): (13, 23, 40, 67, 82, 84, 86, 88, 90, 91, 92),
    (4, -180.0, 180.0): (14, 19, 24, 41, 68, 83, 85, 87, 89, 93),
    (2, -900.0, 19_000.0): (15, 25, 38, 42, 54, 69, 75, 76, 78),
    (2, 0.0, 180.0): (16, 17),
    (4, 0.0, 360.0): (18, 20),
    (4, 0.0, 5_000_000.0): (21, 57),
    (2, 0.0, 10_000.0): (22, 58),
    (2, -0.075, 0.075): tuple(range(26, 34)),
    (1, 0.0, 100.0): (36, 55),
    (2, 0.0, 5000.0): (37, 49, 53),
    (1, 0.0, 510.0): (43, 44),
    (2, 0.0, 4095.0): (45, 46),
    (2, -180.0, 180.0): (51,),
    (2, -327.0, 327.0): (79, 80),
}
"""Bytes and range to items. jmisb has item 93 from -90 to 90 in the version that was read, as
early issues may have had it; KWIVER, and the peer that our other test reads, -180 to 180."""

MAPPED = {
    (0.0, 1_500_000.0, 3, 8): (96,),
    (-900.0, 40_000.0, 3, 8): (103, 104, 105),
    (0.0, 21_000.0, 3, 4): (109,),
    (0.0, 360.0, 2, 8): (112,),
    (-900.0, 40_000.0, 3, 4): (113, 114),
    (-1000.0, 1000.0, 3, 4): (117, 118, 119),
    (0.0, 100.0, 2, 3): (120,),
    (1.0, 99_999.0, 3, 4): (132,),
    (0.0, 100.0, 2, 4): (134,),
}
"""Range, the length that is written and the greatest, to items. KWIVER writes 109 in 4 bytes and
134 in 1; any length up to the greatest is read by all."""

UNSIGNED = {1: 2, 2: 8, 8: 1, 9: 1, 56: 1, 60: 2, 61: 1, 62: 2, 65: 1, 72: 8, 123: 1}
"""Item to its bytes."""
UNSIGNED_UP_TO = {110: 4, 111: 4, 131: 8, 133: 4}
SIGNED = {39: 1}
"""jmisb has -128 to 127 degrees and no mark; KWIVER takes -128 for the mark."""
SIGNED_UP_TO = {136: 4, 137: 8}
WORDS = {34: 3, 63: 9, 77: 6, 125: 13, 126: 7}
"""Item to how many words it has."""
BITS = {47: 6, 124: 8}
TEXTS = {129: 32} | dict.fromkeys((3, 4, 10, 11, 12, 59, 70, 106, 107, 108, 135), 127)


def linear() -> list[tuple[int, tuple[int, float, float]]]:
    return [(tag, form) for form, tags in LINEAR.items() for tag in tags]


def mapped() -> list[tuple[int, tuple[float, float, int, int]]]:
    return [(tag, form) for form, tags in MAPPED.items() for tag in tags]


@pytest.mark.parametrize(("tag", "form"), linear())
def test_linear_items(tag: int, form: tuple[int, float, float]) -> None:
    item = ST0601.by_number[tag]
    assert isinstance(item, LinearItem)
    assert (item.n_bytes, item.low, item.high) == form
    is_signed = form[1] == -form[2]
    assert item.is_signed is is_signed
    mark = b"\x80" + bytes(item.n_bytes - 1)
    assert (item.decode(mark) is None) is is_signed
    assert item.decode(b"\x7f" + b"\xff" * (item.n_bytes - 1)) is not None


def test_there_are_no_other_linear_or_mapped_items() -> None:
    ours = {each.number for each in ST0601.items if isinstance(each, LinearItem)}
    assert ours == {tag for tag, _ in linear()}
    ours = {each.number for each in ST0601.items if isinstance(each, ImapItem)}
    assert ours == {tag for tag, _ in mapped()}


@pytest.mark.parametrize(("tag", "form"), mapped())
def test_mapped_items(tag: int, form: tuple[float, float, int, int]) -> None:
    item = ST0601.by_number[tag]
    assert isinstance(item, ImapItem)
    assert (item.low, item.high, item.n_bytes, item.max_bytes) == form


def test_integers_have_their_bytes_and_there_are_no_others() -> None:
    unsigned = {each.number: each for each in ST0601.items if isinstance(each, UintItem)}
    assert unsigned.keys() == UNSIGNED.keys() | UNSIGNED_UP_TO.keys()
    assert {tag: unsigned[tag].n_bytes for tag in UNSIGNED} == UNSIGNED
    assert {tag: unsigned[tag].max_bytes for tag in UNSIGNED_UP_TO} == UNSIGNED_UP_TO
    signed = {each.number: each for each in ST0601.items if isinstance(each, IntItem)}
    assert signed.keys() == SIGNED.keys() | SIGNED_UP_TO.keys()
    assert {tag: signed[tag].n_bytes for tag in SIGNED} == SIGNED
    assert {tag: signed[tag].max_bytes for tag in SIGNED_UP_TO} == SIGNED_UP_TO
    assert signed[39].decode(b"\x80") == -128


def test_words_and_bits_are_as_many_and_have_one_byte() -> None:
    enumerations = {each.number: each for each in ST0601.items if isinstance(each, EnumItem)}
    assert {tag: len(each.names) for tag, each in enumerations.items()} == WORDS
    assert all(sorted(each.names) == list(range(len(each.names))) for each in enumerations.values())
    flags = {each.number: each for each in ST0601.items if isinstance(each, FlagsItem)}
    assert {tag: len(each.names) for tag, each in flags.items()} == BITS
    assert {each.n_bytes for each in enumerations.values()} == {1}
    assert {each.n_bytes for each in flags.values()} == {1}


def test_texts_have_their_greatest_length() -> None:
    texts = {each.number: each.max_bytes for each in ST0601.items if isinstance(each, TextItem)}
    assert texts == TEXTS


def test_the_items_that_may_repeat_are_those_of_the_other_table() -> None:
    assert ST0601.repeatable == {100, 101, 102, 115}


def test_places_of_the_horizon_are_signed_and_have_marks() -> None:
    """As jmisb has them: 4 or 20 bytes, the lowest code for what is not known; KWIVER reads them
    as unsigned, which no other reader does."""
    wire = bytes.fromhex("00323250" "80000000" "c0000000" "40000000" "80000000")  # fmt: skip
    value = decode_horizon(wire)
    assert value["start_latitude_deg"] is None
    assert value["start_longitude_deg"] == pytest.approx(-90.0, abs=1e-6)
    assert value["end_latitude_deg"] == pytest.approx(45.0, abs=1e-6)
    assert value["end_longitude_deg"] is None
    assert encode_horizon(value) == wire
    assert encode_horizon(decode_horizon(wire[:4])) == wire[:4]
