"""Sets read with those before in mind, against each read by itself and against columns."""

import math
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from plainview.misb import (
    DamagePolicy,
    KlvFramer,
    KlvPacket,
    MetadataSet,
    PlausibilityCheck,
    SetDecoder,
    ViewState,
    ViewStateSettings,
    decode_columns,
    decode_packet,
    encode_set,
)
from plainview.misb.checksum import with_checksum
from plainview.model import KlvPayload
from tests.conftest import SharedData
from tests.misb.klv_clips import flight_packet, packets_of, packets_of_clip

CLIPS = (
    "osh/sample-stream_part1.ts",
    "kwiver/h264_klv.ts",
    "kwiver/mpeg2_klv.ts",
    "kwiver/aphill_klv_10s.ts",
)


def broken(packets: list[KlvPacket], *, seed: int) -> list[KlvPacket]:
    """Return packets of which some are damaged, some of those with a checksum that holds."""
    draw = np.random.default_rng(seed)
    framer, found = KlvFramer(), []
    for index, packet in enumerate(packets):
        raw = bytearray(packet.raw)
        place = int(draw.integers(len(raw)))
        kind = draw.choice(["flip", "repaired", "cut", "swap", "as it is"], p=[0.05] * 4 + [0.8])
        if kind in ("flip", "repaired"):
            raw[place] ^= 1 << int(draw.integers(8))
        if kind == "repaired" and len(raw) > 4:
            raw = bytearray(with_checksum(bytes(raw[:-2])))
        if kind == "cut":
            del raw[place:]
        if kind == "swap":
            first, second = (2 * int(draw.integers(8, len(raw) // 2 - 2)) for _ in range(2))
            raw[first : first + 2], raw[second : second + 2] = (
                raw[second : second + 2],
                raw[first : first + 2],
            )
        payload = KlvPayload(
            stream=packet.stream, data=bytes(raw), video_time_us=33_367 * index, byte_offset=index
        )
        found += framer.feed(payload)
    return found + framer.flush()


def streams_of(shared_data: SharedData) -> Iterator[list[KlvPacket]]:
    for clip in CLIPS:
        packets = packets_of_clip(shared_data(f"fmv_klv/{clip}"))
        yield [replace(each, video_time_us=33_367 * n) for n, each in enumerate(packets)]
        for seed in range(4):
            yield broken(packets, seed=seed)


def one_by_one(packets: list[KlvPacket]) -> list[MetadataSet]:
    """Return the sets, each read as if none had been before it; only doubts remember."""
    check = PlausibilityCheck()
    return [check.update(decode_packet(packet)) for packet in packets]


def test_sets_with_and_without_memory_are_the_same_to_the_bit(shared_data: SharedData) -> None:
    n_sets = n_damaged = 0
    for packets in streams_of(shared_data):
        decoder = SetDecoder()
        for packet, alone in zip(packets, one_by_one(packets), strict=True):
            metadata = decoder.decode(packet)
            assert repr(metadata) == repr(alone)
            n_sets += 1
            n_damaged += not metadata.is_whole
    assert n_sets > 2_000
    assert n_damaged > 150


@pytest.mark.parametrize("policy", DamagePolicy)
def test_views_with_and_without_memory_are_the_same_to_the_bit(
    shared_data: SharedData, policy: DamagePolicy
) -> None:
    """Without it no item is the one before, so that no number of a View is taken from before."""
    n_views = 0
    for packets in streams_of(shared_data):
        settings = ViewStateSettings(damage=policy)
        decoder = SetDecoder(policy=policy)
        with_memory, without = ViewState(settings), ViewState(settings)
        for packet in packets:
            metadata = decoder.decode(packet)
            fresh = replace(
                metadata, items={key: replace(item) for key, item in metadata.items.items()}
            )
            timed, alone = with_memory.update(metadata), without.update(fresh)
            assert repr(timed) == repr(alone)
            n_views += timed is not None
        assert with_memory.warnings() == without.warnings()
    assert n_views > 1_500


def test_the_numbers_are_those_of_the_columns(shared_data: SharedData) -> None:
    n_numbers = 0
    for packets in streams_of(shared_data):
        decoder, columns = SetDecoder(), decode_columns(packets)
        sets = [decoder.decode(packet) for packet in packets]
        for tag, numbers in columns.numbers.items():
            for row in np.flatnonzero(columns.is_whole & np.isfinite(numbers)).tolist():
                if sets[row].repeats:  # which of them a column has is not said
                    continue
                value = sets[row].items[tag].value
                assert isinstance(value, int | float)
                assert value == numbers[row]
                n_numbers += 1
    assert n_numbers > 20_000


def test_what_is_unchanged_is_not_read_again() -> None:
    packets = packets_of(flight_packet(item_13=54.1), flight_packet(item_13=54.2))
    decoder = SetDecoder()
    first, second = (decoder.decode(packet) for packet in packets)
    assert second.items[3] is first.items[3]
    assert second.items[13] is not first.items[13]
    assert math.isclose(float(str(second.value(13))), 54.2, abs_tol=1e-6)


def test_an_item_that_cannot_be_read_is_damage_though_those_before_could() -> None:
    decoder = SetDecoder()
    sound, unread = flight_packet(item_3="SEARCH 7"), bytearray(flight_packet(item_3="SEARCH 7"))
    place = unread.index(b"SEARCH 7")
    unread[place : place + 2] = b"\xff\xfe"
    for raw in (sound, with_checksum(bytes(unread[:-2])), sound):
        packet = packets_of(raw)[0]
        assert repr(decoder.decode(packet).items) == repr(decode_packet(packet).items)
        assert bool(decode_packet(packet).damage) == (raw is not sound)


def test_layouts_of_one_length_are_told_apart() -> None:
    decoder = SetDecoder()
    first, second = encode_set({2: 5, 13: 1.0}), encode_set({2: 5, 14: 1.0})
    for raw in (first, second, first, second):
        packet = packets_of(raw)[0]
        assert decoder.decode(packet).items == decode_packet(packet).items
