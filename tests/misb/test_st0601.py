"""The table of ST 0601 against the tables of two other readers, and its kinds of item."""

import math
import re
from pathlib import Path

import pytest
import tstrans.klv
from hypothesis import given, settings
from hypothesis import strategies as st
from stanag4609.imap import IMAPB
from stanag4609.st0601 import FIELD_DEFINITIONS, FieldDefinition

from plainview.misb import (
    KlvDecodeError,
    KlvEncodeError,
    decode_packet,
    encode_set,
    frame_packet,
)
from plainview.misb.item_kinds import (
    EnumItem,
    FlagsItem,
    ImapItem,
    IntItem,
    LinearItem,
    NestedItem,
    PackItem,
    TextItem,
    UintItem,
)
from plainview.misb.st0601 import ITEMS, ST0601

LINEAR = [item for item in ITEMS if isinstance(item, LinearItem)]
IMAP = [item for item in ITEMS if isinstance(item, ImapItem)]
FIXED = (LinearItem, EnumItem, FlagsItem, UintItem, IntItem)


def bounds(peer: FieldDefinition) -> tuple[float, float]:
    assert peer.physical_min is not None
    assert peer.physical_max is not None
    return float(peer.physical_min), float(peer.physical_max)


def test_the_table_has_every_item_from_1_to_143_in_order() -> None:
    assert [item.number for item in ITEMS] == list(range(1, 144))


@pytest.mark.parametrize("tag", sorted(FIELD_DEFINITIONS))
def test_an_item_has_the_length_range_and_mark_that_the_peer_has(tag: int) -> None:
    item, peer = ST0601.by_number[tag], FIELD_DEFINITIONS[tag]
    if isinstance(item, LinearItem):
        assert peer.kind == "mapped"
        assert (item.n_bytes, item.is_signed) == (peer.length, peer.signed)
        assert (item.low, item.high) == bounds(peer)
        assert item.out_of_range_code == peer.special_raw
    elif isinstance(item, ImapItem):
        assert peer.kind == "imap"
        assert (item.low, item.high) == bounds(peer)
        assert item.max_bytes == peer.maximum_length
    elif isinstance(item, FIXED):
        assert peer.kind in ("uint", "sint", "timestamp")
        assert isinstance(item, IntItem) == (peer.kind == "sint")
        assert item.n_bytes == peer.length
        if item.n_bytes is None and isinstance(item, UintItem | IntItem):
            assert item.max_bytes == peer.maximum_length
    elif isinstance(item, TextItem):
        assert (peer.kind, item.max_bytes) == ("text", peer.maximum_length)
    else:
        assert isinstance(item, PackItem | NestedItem)
        assert peer.length is None


@pytest.mark.parametrize("item", LINEAR, ids=lambda item: item.name)
@given(fraction=st.floats(0.0, 1.0))
@settings(max_examples=25)
def test_a_linear_item_comes_back_within_half_a_step(item: LinearItem, fraction: float) -> None:
    value = min(item.high, item.low + fraction * (item.high - item.low))
    decoded = item.decode(item.encode(value))
    assert decoded is not None
    assert abs(decoded - value) <= 0.5 * item.step * (1.0 + 1e-9)


@pytest.mark.parametrize("item", [item for item in LINEAR if item.is_signed], ids=lambda i: i.name)
def test_the_lowest_code_of_a_signed_item_means_out_of_range(item: LinearItem) -> None:
    mark = b"\x80" + bytes(item.n_bytes - 1)
    assert item.decode(mark) is None
    assert item.encode(None) == mark
    assert item.decode(item.encode(item.low)) == pytest.approx(item.low, rel=1e-12)


@given(st.lists(st.floats(0.0, 1.0), min_size=len(LINEAR), max_size=len(LINEAR)))
@settings(max_examples=40, deadline=None)
def test_another_reader_reads_the_same_numbers(fractions: list[float]) -> None:
    items: dict[int, object] = {2: 1_700_000_000_000_000, 65: 19}
    for item, fraction in zip(LINEAR, fractions, strict=True):
        items[item.number] = min(item.high, item.low + fraction * (item.high - item.low))
    raw = encode_set(items)
    ours, peer = decode_packet(frame_packet(raw)), tstrans.klv.decode_uas_datalink(raw)
    names = _tstrans_names()
    n_compared = 0
    for item in LINEAR:
        if item.number in names:
            theirs = getattr(peer, names[item.number])
            assert ours.value(item.number) == pytest.approx(theirs, rel=1e-9, abs=1e-12), item.name
            n_compared += 1
    assert n_compared > 50


def _tstrans_names() -> dict[int, str]:
    """Return tag to attribute, as the other reader's own documentation lists them."""
    text = Path(tstrans.klv.__file__).with_suffix(".pyi").read_text()
    found = re.findall(r"^\s*(\w+)\s+Tag\s+(\d+)", text, flags=re.MULTILINE)
    return {int(tag): name for name, tag in found}


@pytest.mark.parametrize("item", IMAP, ids=lambda item: item.name)
@given(fraction=st.floats(0.0, 1.0))
@settings(max_examples=15)
def test_an_imap_item_has_the_bytes_that_the_peer_writes(item: ImapItem, fraction: float) -> None:
    value = min(item.high, item.low + fraction * (item.high - item.low))
    peer = IMAPB(int(item.low), int(item.high), item.n_bytes)
    assert item.encode(value) == peer.encode(value)
    assert item.decode(item.encode(value)) == pytest.approx(peer.decode(peer.encode(value)))


def test_an_item_of_a_wrong_length_says_place_and_mend() -> None:
    with pytest.raises(KlvDecodeError) as raised:
        ST0601.by_number[13].decode(b"\x00")
    assert "item 13 (sensor_latitude_deg): has 1 byte, not 4." in str(raised.value)
    assert "plainview inspect" in raised.value.mend


@pytest.mark.parametrize(
    ("tag", "value"),
    [
        (5, 361.0),
        (13, -90.1),
        (15, math.nan),
        (5, "north"),
        (2, -1),
        (2, 2**64),
        (2, 1.5),
        (8, 256),
        (39, 128),
        (34, 3),
        (3, "x" * 128),
        (3, 5),
        (96, -1.0),
        (104, 1e6),
        (110, 2**32),
        (136, 2**31),
        (66, "text"),
        (95, "text"),
        (97, {13: "far"}),
        (98, {4: {"dimensions": (2,), "algorithm": 1, "element_bytes": 1, "elements": (1,)}}),
        (102, {"members": (13,), "sigma": (1.0, 2.0), "rho": ()}),
        (102, {"members": (), "sigma": (), "rho": ()}),
    ],
)
def test_a_value_that_an_item_cannot_hold_is_refused(tag: int, value: object) -> None:
    with pytest.raises(KlvEncodeError) as raised:
        encode_set({tag: value})
    assert raised.value.where.startswith(("ST 0601 item", "ST 1002 item", "ST 1601 item"))
    assert "cannot be written: " in raised.value.what


@given(st.integers(-(2**63), 2**63 - 1))
def test_signed_integers_take_as_few_bytes_as_they_need(value: int) -> None:
    item = ST0601.by_name["correction_offset_us"]
    wire = item.encode(value)
    assert item.decode(wire) == value
    assert len(wire) == 1 or item.decode(wire[1:]) != value


@given(st.integers(0, 2**64 - 1))
def test_unsigned_integers_come_back(value: int) -> None:
    item = ST0601.by_name["take_off_time_us"]
    assert item.decode(item.encode(value)) == value


def test_text_loses_its_padding_and_keeps_its_letters() -> None:
    item = ST0601.by_name["mission_id"]
    assert item.decode(b"MISSION\x00\x00") == "MISSION"
    assert item.decode("Störtebeker".encode()) == "Störtebeker"
    assert item.decode(b"\x00") == ""
    assert item.encode("") == b"\x00"
    with pytest.raises(KlvDecodeError, match="no text in UTF-8"):
        item.decode(b"\xff\xfe")
