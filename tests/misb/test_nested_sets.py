"""Sets inside sets: other readers, repeats, depth, and 2,000 damaged values."""

import random

import pytest
import stanag4609.st1206
import tstrans.klv

from plainview.misb import LOCAL_SETS, Item, KlvEncodeError, decode_packet, encode_set, frame_packet
from plainview.misb.damage import DamageKind
from plainview.misb.item_kinds import NestedItem
from plainview.misb.items import decode_item
from plainview.misb.local_set_encode import encode_local_set
from plainview.misb.st0601 import ST0601
from plainview.misb.st0806 import ST0806
from tests.conftest import SharedData
from tests.misb.klv_clips import packets_of, packets_of_clip
from tests.misb.nested_gold import NESTED_TAGS

N_MUTANTS = 2000

RADAR = bytes.fromhex(
    "010240000202200003010104010005044000000006040400000007040300000008040200000009"
    "0202d00a0204380b0203000c0207000d020a000e020f000f040000100010021000110200801204"
    "408000001302050014040080800015040070000017080002d5d02466018018020710190201101a"
    "0203101b0205101c0101"
)
"""A whole ST 1206 set without its polynomial."""

CONTEXT = (2, 65, 13, 14, 5)
"""Tags before a nested item, for those that refer to them."""


@pytest.fixture(scope="module")
def wires(shared_data: SharedData) -> dict[int, bytes]:
    """Return the bytes of every nested item of a gold packet."""
    items = decode_packet(packets_of_clip(shared_data("fmv_klv/kwiver/h264_klv.ts"))[0]).items
    wires = {tag: items[tag].wire for tag in NESTED_TAGS if tag in items and items[tag].wire}
    amended = items[101].value
    assert isinstance(amended, dict)
    return wires | {98: items[101].wire[4:]}


def mutated(data: bytes, generator: random.Random) -> bytes:
    """Return bytes with flips, a cut, a run of other bytes or one put in."""
    damaged = bytearray(data)
    kind = generator.randrange(4)
    if kind == 0:
        for _ in range(generator.choice((1, 1, 2, 8))):
            at = generator.randrange(len(damaged))
            damaged[at] ^= 1 << generator.randrange(8)
    elif kind == 1:
        del damaged[generator.randrange(len(damaged)) :]
    elif kind == 2:
        at = generator.randrange(len(damaged))
        n_bytes = generator.randrange(1, 9)
        damaged[at : at + n_bytes] = generator.randbytes(n_bytes)
    else:
        damaged.insert(generator.randrange(len(damaged)), generator.randrange(256))
    return bytes(damaged)


def test_a_damaged_nested_set_never_raises(wires: dict[int, bytes]) -> None:
    generator = random.Random(5)
    tags = sorted(wires)
    n_marked = 0
    for _ in range(N_MUTANTS):
        tag = generator.choice(tags)
        wire = mutated(wires[tag], generator)
        if tag in ST0601.own_sets:
            raw = encode_set({2: 7, tag: Item(value=None, wire=wire)})
            n_marked += not decode_packet(frame_packet(raw)).is_whole
        else:
            item, damage = decode_item(ST0601.by_number[tag], wire, preceding=CONTEXT)
            assert item.wire == wire
            n_marked += bool(damage)
    assert n_marked > 0.3 * N_MUTANTS


def test_every_nested_item_of_the_standard_is_looked_into() -> None:
    for tag in NESTED_TAGS - ST0601.own_sets:
        kind = ST0601.by_number[tag]
        assert isinstance(kind, NestedItem)
        assert kind.decode_nested or kind.decode_after, tag


def test_damage_says_which_target_and_item_it_is_in() -> None:
    series = bytes.fromhex("030105090502050200010903")
    raw = encode_set({2: 7, 101: Item(value=None, wire=series)}, set_name="ST0903")
    metadata = decode_packet(frame_packet(raw))
    places = {damage.place: damage.kind for damage in metadata.damage}
    assert places["item 101.0.5"] == DamageKind.ITEM_OVERRUN
    assert places["item 101.1.5"] == DamageKind.ITEM_LENGTH
    assert places["item 101.2"] == DamageKind.ITEM_OVERRUN


def test_an_item_that_repeats_is_the_tuple_of_its_values() -> None:
    point = bytes.fromhex("01020001")
    other = bytes.fromhex("01020002")
    wire = b"\x0c\x04" + point + b"\x0c\x04" + other
    item, damage = decode_item(ST0601.by_number[73], wire)
    assert item.value == {12: ({1: 1}, {1: 2})}
    assert not damage


def test_segments_are_sets_of_the_same_standard_and_end_somewhere() -> None:
    wire = encode_local_set({3: "DEEP"}, ST0601)
    for _ in range(3):
        wire = b"\x64" + bytes([len(wire)]) + wire
    metadata = decode_packet(frame_packet(encode_set({2: 7, 101: Item(value=None, wire=wire)})))
    assert metadata.is_whole
    assert metadata.value(101) == {100: {100: {100: {3: "DEEP"}}}}
    for _ in range(30):
        wire = b"\x64" + bytes([len(wire)]) + wire
    deep = decode_packet(frame_packet(encode_set({2: 7, 101: Item(value=None, wire=wire)})))
    assert [damage.kind for damage in deep.damage] == [DamageKind.ITEM_VALUE]


def test_stand_alone_sets_of_targets_are_read(shared_data: SharedData) -> None:
    packets = packets_of(shared_data("fmv_klv/jmisb/0903.bin").read_bytes())
    assert len(packets) == 5
    for packet in packets:
        metadata = decode_packet(packet)
        assert metadata.set_name == "ST0903"
        assert metadata.is_whole
        assert metadata.value(3) == "Example Targeting System"
        assert (metadata.value(8), metadata.value(9)) == (1000, 600)
    first = decode_packet(packets[0]).value(101)
    assert first == (
        {"target_id": 0, 1: 0x05EA12, 2: 0x08127A, 3: 0x063FD6, 5: 15, 107: None},
        {"target_id": 1, 1: 0x055FCD, 2: 0x06F3D4, 3: 0x0606CB, 5: 84, 107: None},
    )  # fmt: skip


def test_stand_alone_rvt_sets_are_read() -> None:
    items = {2: 1_700_000_000_000_000, 3: 90, 12: {1: 1, 2: 54.5, 3: -10.25, 5: 4, 6: "BUOY"}}
    metadata = decode_packet(frame_packet(encode_set(items, set_name="ST0806")))
    assert metadata.time_us == items[2]
    point = metadata.value(12)
    assert isinstance(point, dict)
    assert point[2] == pytest.approx(54.5, abs=1e-7)


def test_the_weapon_item_of_rvt_is_read_and_never_set() -> None:
    assert decode_item(ST0601.by_number[73], bytes.fromhex("0602001e"))[0].value == {6: 30}
    with pytest.raises(KlvEncodeError):
        encode_local_set({6: 30}, ST0806)
    with pytest.raises(KlvEncodeError):
        encode_set({2: 7, 73: {6: 30}})


def test_another_reader_has_the_same_radar_values() -> None:
    peer = stanag4609.st1206.decode_sar_motion_imagery_local_set(RADAR, standalone=False)
    item, damage = decode_item(ST0601.by_number[95], RADAR)
    assert not damage
    assert isinstance(item.value, dict)
    assert item.value[1] == peer.grazing_angle
    assert item.value[2] == peer.ground_plane_squint_angle
    assert item.value[5] == peer.range_resolution
    assert item.value[9] == peer.image_rows
    assert item.value[17] == peer.minimum_detectable_velocity
    assert item.value[19] == peer.pulse_repetition_frequency_scale_factor
    assert item.value[20] == peer.transmit_rf_center_frequency


def test_another_reader_has_the_same_stand_alone_rvt_set() -> None:
    items = {2: 1_700_000_000_000_000, 3: 90, 12: {1: 1, 2: 54.5, 3: -10.25, 5: 4, 6: "BUOY"}}
    peer = tstrans.klv.decode_rvt_standalone(encode_set(items, set_name="ST0806"))
    assert peer.timestamp_us == items[2]
    (point,) = peer.points_of_interest
    assert point.lat_deg == pytest.approx(54.5, abs=1e-7)
    assert point.text == "BUOY"
    again = decode_packet(frame_packet(tstrans.klv.encode_rvt_standalone(peer)))
    assert again.is_whole
    read = again.value(12)
    assert isinstance(read, dict)
    assert read[6] == "BUOY"


def test_a_flipped_bit_in_a_stand_alone_rvt_set_is_seen() -> None:
    raw = bytearray(encode_set({2: 7, 3: 90}, set_name="ST0806"))
    raw[30] ^= 1
    metadata = decode_packet(frame_packet(bytes(raw)))
    assert [damage.kind for damage in metadata.damage] == [DamageKind.CHECKSUM]
    cut = decode_packet(frame_packet(encode_set({2: 7}, set_name="ST0806")[:17] + b"\x00"))
    assert DamageKind.CHECKSUM_MISSING in [damage.kind for damage in cut.damage]


def test_the_sets_that_stand_alone_have_tables() -> None:
    assert set(LOCAL_SETS) == {"ST0601", "ST0102", "ST0903", "ST0806"}
