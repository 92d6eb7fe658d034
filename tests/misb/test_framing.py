"""Packets found in payloads, however they lie in them."""

import random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from plainview.misb import KlvDecodeError, KlvFramer, decode_packet, frame_packet
from plainview.misb.framing import MAX_PACKET_BYTES
from plainview.misb.universal_label import SETS, nearest_set
from plainview.model import KlvPayload
from tests.conftest import SharedData
from tests.misb.klv_clips import flight_packet, kinds, packets_of, packets_of_clip

FIRST = flight_packet()
SECOND = flight_packet(item_2=1_700_000_000_033_333, item_13=54.2)
UNKNOWN = bytes.fromhex("060e2b34020b01010e0103037f000000") + b"\x03abc"


def test_a_packet_in_a_payload_is_whole() -> None:
    (packet,) = packets_of(FIRST)
    assert packet.raw == FIRST
    assert not packet.damage


def test_several_packets_in_a_payload_are_told_apart() -> None:
    assert [packet.raw for packet in packets_of(FIRST + SECOND + FIRST)] == [FIRST, SECOND, FIRST]


@settings(max_examples=60)
@given(st.lists(st.integers(1, 3 * len(FIRST) - 1), max_size=8, unique=True))
def test_packets_that_run_over_payloads_are_put_together(cuts: list[int]) -> None:
    stream = FIRST + SECOND + FIRST
    ends = [*sorted(cuts), len(stream)]
    pieces = [stream[start:end] for start, end in zip([0, *ends], ends, strict=False)]
    packets = packets_of(*pieces)
    assert b"".join(packet.raw for packet in packets) == stream
    assert [packet.raw for packet in packets if not packet.damage] == [FIRST, SECOND, FIRST]


def test_garbage_comes_out_marked_and_the_packet_after_it_whole() -> None:
    garbage, packet = packets_of(b"\x06\x0e\x01garbage" + FIRST)
    assert kinds(garbage) == ["garbage"]
    assert garbage.raw == b"\x06\x0e\x01garbage"
    assert packet.raw == FIRST
    assert not packet.damage


def test_a_truncated_packet_is_marked_when_the_next_one_begins() -> None:
    cut, whole = packets_of(FIRST[:-10], SECOND)
    assert "truncated" in kinds(cut)
    assert cut.raw == FIRST[:-10]
    assert whole.raw == SECOND
    assert not whole.damage


@pytest.mark.parametrize("n_bytes", range(1, len(FIRST)))
def test_every_truncated_tail_is_marked_and_kept(n_bytes: int) -> None:
    packets = packets_of(FIRST[:n_bytes])
    assert b"".join(packet.raw for packet in packets) == FIRST[:n_bytes]
    assert all(packet.damage for packet in packets)


def test_a_truncated_packet_keeps_the_items_before_the_cut() -> None:
    (cut,) = packets_of(FIRST[:40])
    metadata = decode_packet(cut)
    assert metadata.value(2) == 1_700_000_000_000_000
    assert not metadata.is_whole


def test_a_length_that_reaches_over_the_next_packet_does_not_swallow_it() -> None:
    broken = bytearray(FIRST)
    broken[16] += 40
    packets = packets_of(bytes(broken) + SECOND)
    assert packets[0].damage
    assert packets[0].raw == bytes(broken)
    assert [packet.raw for packet in packets if not packet.damage] == [SECOND]


def test_a_length_that_is_too_short_leaves_a_marked_rest() -> None:
    broken = bytearray(FIRST)
    broken[16] -= 5
    packets = packets_of(bytes(broken) + SECOND)
    assert "checksum_missing" in kinds(packets[0])
    assert kinds(packets[1]) == ["garbage"]
    assert packets[2].raw == SECOND
    assert not packets[2].damage


def test_a_length_that_no_packet_has_does_not_stop_the_stream() -> None:
    label = FIRST[:16]
    huge = label + b"\x88" + (MAX_PACKET_BYTES + 1).to_bytes(8, "big") + FIRST[17:]
    packets = packets_of(huge, SECOND)
    assert "length" in kinds(packets[0])
    assert decode_packet(packets[0]).value(3) == "SEARCH 7"
    assert packets[-1].raw == SECOND
    assert not packets[-1].damage


def test_a_flipped_bit_in_the_label_is_seen() -> None:
    for bit in range(128):
        damaged = bytearray(FIRST)
        damaged[bit // 8] ^= 1 << bit % 8
        packets = packets_of(bytes(damaged), SECOND)
        assert all(packet.damage for packet in packets[:-1])
        assert not packets[-1].damage


def test_the_labels_that_we_know_are_further_apart_than_a_flip() -> None:
    for known in SETS:
        assert nearest_set(known.label) == known


def test_a_set_that_we_do_not_know_is_kept_as_it_is() -> None:
    unknown, whole = packets_of(UNKNOWN + FIRST)
    assert not unknown.damage
    metadata = decode_packet(unknown)
    assert metadata.set_name == "unknown"
    assert metadata.value(UNKNOWN[:16].hex()) == b"abc"
    assert not whole.damage


def test_a_packet_is_stamped_with_the_payload_that_it_began_in() -> None:
    framer = KlvFramer()
    first = KlvPayload(stream=3, data=FIRST[:30], video_time_us=7, pts_us=70, byte_offset=1000)
    second = KlvPayload(stream=3, data=FIRST[30:] + SECOND, video_time_us=8, byte_offset=2000)
    assert framer.feed(first) == []
    packets = framer.feed(second)
    assert [(each.video_time_us, each.pts_us) for each in packets] == [(7, 70), (8, None)]
    assert [each.byte_offset for each in packets] == [1000, 2000 + len(FIRST) - 30]
    assert {each.stream for each in packets} == {3}


def test_streams_are_kept_apart() -> None:
    framer = KlvFramer()
    framer.feed(KlvPayload(stream=1, data=FIRST[:50]))
    (other,) = framer.feed(KlvPayload(stream=2, data=SECOND))
    (first,) = framer.feed(KlvPayload(stream=1, data=FIRST[50:]))
    assert (other.raw, first.raw) == (SECOND, FIRST)


def test_no_more_than_one_packet_is_held() -> None:
    framer = KlvFramer()
    draw = random.Random(2)
    n_out = 0
    for _ in range(200):
        n_out += sum(
            len(packet.raw)
            for packet in framer.feed(KlvPayload(stream=0, data=draw.randbytes(10_000)))
        )
    assert 200 * 10_000 - n_out < MAX_PACKET_BYTES
    assert 200 * 10_000 - n_out < 100


@settings(max_examples=200)
@given(st.lists(st.binary(max_size=60) | st.sampled_from([FIRST, SECOND, FIRST[:16]]), max_size=6))
def test_nothing_is_lost_whatever_comes(pieces: list[bytes]) -> None:
    assert b"".join(packet.raw for packet in packets_of(*pieces)) == b"".join(pieces)


def test_every_packet_of_the_real_clips_is_whole(shared_data: SharedData) -> None:
    for name, n_packets in [
        ("kwiver/aphill_klv_10s.ts", 300),
        ("kwiver/h264_klv.ts", 30),
        ("kwiver/mpeg2_klv.ts", 30),
        ("osh/sample-stream_part1.ts", 170),
        ("droneklv/Day_Flight.klv", 6),
    ]:
        packets = packets_of_clip(shared_data(f"fmv_klv/{name}"))
        assert len(packets) == n_packets
        assert not any(packet.damage for packet in packets)


def test_a_flood_of_broken_labels_is_read_in_one_pass() -> None:
    flood = (FIRST[:16] + b"\x88" + b"\xff" * 8) * 20_000
    packets = packets_of(flood)
    assert len(packets) == 20_000
    assert all("length" in kinds(packet) for packet in packets)


def test_bytes_without_a_packet_are_refused() -> None:
    with pytest.raises(KlvDecodeError, match="no packet"):
        frame_packet(b"")
