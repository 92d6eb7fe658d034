"""What each damage policy gives of truncated, flipped and over-long packets, by every reader."""

import math

import pytest

from plainview.misb import (
    EG0104,
    DamagePolicy,
    KlvFramer,
    KlvPacket,
    LazyReader,
    SetDecoder,
    ViewState,
    ViewStateSettings,
    decode_columns,
    decode_packet,
    encode_set,
    frame_packet,
)
from plainview.misb.ber import encode_ber_length
from plainview.misb.checksum import with_checksum
from plainview.misb.columns import elements_of_packet
from plainview.misb.universal_label import N_LABEL_BYTES, SETS
from plainview.misb.universal_set import encode_universal_set
from plainview.model import KlvPayload
from tests.misb.klv_clips import FLIGHT, flight_packet, packets_of

REJECT, MARK, SALVAGE = DamagePolicy.REJECT, DamagePolicy.MARK, DamagePolicy.SALVAGE
POSE: dict[int, object] = {
    **{tag: value for tag, value in FLIGHT.items() if tag != 65},
    7: 0.0,
    17: 9.0,
    18: 30.0,
    19: -25.0,
    20: 0.0,
    65: 19,
}


def value_place(raw: bytes, tag: int) -> int:
    """Return where an item's value begins."""
    return next(each.start for each in elements_of_packet(raw) or [] if each.tag == tag)


def truncated(raw: bytes) -> bytes:
    """Return a packet that ends in the middle of item 15."""
    return raw[: value_place(raw, 15) + 1]


def flipped(raw: bytes) -> bytes:
    """Return a packet with one bit of the value of item 5 wrong: its structure stands."""
    broken = bytearray(raw)
    broken[value_place(raw, 5)] ^= 0x40
    return bytes(broken)


def misled(raw: bytes) -> bytes:
    """Return a packet whose item 6 says that it is one byte longer: what follows is nonsense."""
    broken = bytearray(raw)
    broken[value_place(raw, 6) - 1] += 1
    return bytes(broken)


def over_long(raw: bytes) -> bytes:
    """Return a packet that says it is 10 MB long."""
    body = raw[N_LABEL_BYTES + 1 :]
    return raw[:N_LABEL_BYTES] + encode_ber_length(10_000_000) + body


RAW = encode_set(POSE)
BROKEN = {
    "truncated": (truncated(RAW), "truncated", [2, 3, 5, 6, 13, 14]),
    "flipped": (flipped(RAW), "checksum", [*POSE, 1]),
    "misled": (misled(RAW), "checksum", [2, 3, 5]),
    "over_long": (over_long(RAW), "length", [*POSE, 1]),
}


@pytest.fixture(params=BROKEN)
def broken(request: pytest.FixtureRequest) -> tuple[bytes, str, list[int]]:
    return BROKEN[request.param]


def test_the_order_of_the_wire_is_that_of_the_items() -> None:
    assert list(decode_packet(frame_packet(RAW)).items) == [*POSE, 1]


@pytest.mark.parametrize("policy", DamagePolicy)
def test_the_damage_is_marked_under_each_policy(
    broken: tuple[bytes, str, list[int]], policy: DamagePolicy
) -> None:
    raw, kind, _ = broken
    metadata = decode_packet(frame_packet(raw), policy=policy)
    assert not metadata.is_whole
    assert kind in [str(each.kind) for each in metadata.damage]
    assert metadata.raw == raw


def test_reject_gives_nothing_of_a_damaged_packet(broken: tuple[bytes, str, list[int]]) -> None:
    metadata = decode_packet(frame_packet(broken[0]), policy=REJECT)
    assert (metadata.items, metadata.repeats, metadata.time_us) == ({}, (), None)
    assert len(LazyReader(policy=REJECT).read(broken[0])) == 0


def test_salvage_gives_what_stands_before_the_damage(
    broken: tuple[bytes, str, list[int]],
) -> None:
    raw, _, tags = broken
    whole = decode_packet(frame_packet(RAW))
    left = decode_packet(frame_packet(raw), policy=SALVAGE)
    assert list(left.items) == tags
    for tag in tags:
        if tag not in {1, 5}:  # item 5 is what was flipped in one of them
            assert left.items[tag] == whole.items[tag]
    assert left.time_us == whole.time_us


def test_columns_and_the_lazy_reader_salvage_the_same(
    broken: tuple[bytes, str, list[int]],
) -> None:
    raw, _, tags = broken
    left = decode_packet(frame_packet(raw), policy=SALVAGE)
    lazy = LazyReader(policy=SALVAGE).read(raw)
    assert not lazy.is_whole
    assert list(lazy) == tags
    columns = decode_columns([RAW, raw], policy=SALVAGE)
    assert columns.is_whole.tolist() == [True, False]
    for tag in tags:
        assert repr(lazy[tag].value) == repr(left.items[tag].value)
        assert columns.wires(tag)[1] == left.items[tag].wire
        if isinstance(left.value(tag), int | float):
            assert columns.numbers[tag][1] == left.value(tag)
    for tag in set(POSE) - set(tags):
        assert math.isnan(columns.numbers.get(tag, [0, math.nan])[1])


def test_marked_packets_have_no_row_of_numbers_as_ever(
    broken: tuple[bytes, str, list[int]],
) -> None:
    for policy in (MARK, REJECT):
        columns = decode_columns([RAW, broken[0]], policy=policy)
        assert columns.is_whole.tolist() == [True, False]
        assert math.isnan(columns.numbers[13][1])


def with_odd_item() -> bytes:
    """Return a whole packet, its sum right, whose item 22 has 4 bytes."""
    body = RAW[N_LABEL_BYTES + 1 : -4] + bytes.fromhex("1604000000ff")
    packet = RAW[:N_LABEL_BYTES] + encode_ber_length(len(body) + 4) + body
    return with_checksum(packet + b"\x01\x02")


def test_an_odd_item_of_a_sound_packet_costs_that_item_or_under_reject_the_packet() -> None:
    raw = with_odd_item()
    for policy, n_items in ((MARK, len(POSE) + 2), (SALVAGE, len(POSE) + 2), (REJECT, 0)):
        metadata = decode_packet(frame_packet(raw), policy=policy)
        assert [str(each.kind) for each in metadata.damage] == ["item_length"]
        assert len(metadata.items) == n_items
        assert len(LazyReader(policy=policy).read(raw)) == n_items
        columns = decode_columns([raw], policy=policy)
        assert columns.is_whole.tolist() == [policy is not REJECT]
        assert (13 in columns.numbers) == (policy is not REJECT)


def locatable(policy: DamagePolicy, *raws: bytes) -> list[bool]:
    state = ViewState(ViewStateSettings(damage=policy))
    decoder = SetDecoder(policy=policy)
    timed = [
        state.update(decoder.decode(packet))
        for number, raw in enumerate(raws)
        for packet in packets_at(raw, number)
    ]
    return [each is not None and each.view.is_locatable for each in timed]


def packets_at(raw: bytes, number: int) -> list[KlvPacket]:
    framer = KlvFramer()
    payload = KlvPayload(stream=0, data=raw, video_time_us=number * 40_000)
    return [*framer.feed(payload), *framer.flush()]


def at(number: int, **changes: object) -> bytes:
    items = {**POSE, 2: 1_700_000_000_000_000 + 40_000 * number}
    items.update({int(name.removeprefix("item_")): each for name, each in changes.items()})
    return encode_set(items)


def test_an_encoder_whose_sums_are_all_wrong_is_read_under_salvage_alone() -> None:
    raws = [at(number)[:-1] + bytes([at(number)[-1] ^ 0xFF]) for number in range(3)]
    assert locatable(SALVAGE, *raws) == [True, True, True]
    assert locatable(MARK, *raws) == [False, False, False]
    assert locatable(REJECT, *raws) == [False, False, False]


def test_what_is_salvaged_is_held_against_what_the_stream_said() -> None:
    """A latitude that a flipped bit put 45 degrees off is not used; the rest of its set is."""
    whole = [at(number) for number in range(20)]
    far = bytearray(at(20))
    far[value_place(bytes(far), 13)] ^= 0x40
    decoder = SetDecoder(policy=SALVAGE)
    for number, raw in enumerate(whole):
        assert all(decoder.decode(each).is_whole for each in packets_at(raw, number))
    (left,) = [decoder.decode(each) for each in packets_at(bytes(far), 20)]
    assert ("implausible", "item 13") in [(str(d.kind), d.place) for d in left.damage]
    assert ("implausible", "item 14") not in [(str(d.kind), d.place) for d in left.damage]


def test_a_universal_set_that_is_cut_keeps_what_came_before() -> None:
    values: dict[str, object] = {
        "device_latitude_deg": 54.0,
        "device_longitude_deg": 10.0,
        "device_altitude_msl_m": 1000.0,
    }
    known = {name: value for name, value in values.items() if name in EG0104.key_of}
    assert len(known) >= 2
    body = encode_universal_set(known, EG0104)
    label = next(each.label for each in SETS if each.name == "EG0104")
    raw = label + encode_ber_length(len(body)) + body
    (packet,) = packets_of(raw[:-3])
    left = decode_packet(packet, policy=SALVAGE)
    assert [*left.items] == [*known][:-1]
    assert decode_packet(packet, policy=REJECT).items == {}


def test_bytes_that_are_no_packet_are_marked_and_give_no_row() -> None:
    for raw in (b"", b"\x06\x0e\x2b\x34", bytes(40), flight_packet()[:18]):
        assert len(LazyReader(policy=SALVAGE).read(raw)) == 0
        assert decode_columns([raw], policy=SALVAGE).numbers == {}
