"""Stamps in the picture, against a clip with a known rule and against a peer."""

from fractions import Fraction

import av
import pytest
from hypothesis import given
from hypothesis import strategies as st
from stanag4609 import st0604 as peer

from plainview.misb.stamps0604 import (
    decode_picture_stamp,
    encode_picture_stamp,
    find_picture_stamp,
)
from tests.conftest import SharedData

KWIVER_FIRST_US = 0x000459F4A6AA4AA8


@given(time_us=st.integers(0, 2**63 - 1), is_hevc=st.booleans(), is_locked=st.booleans())
def test_a_stamp_comes_back_as_it_was_written(time_us: int, is_hevc: bool, is_locked: bool) -> None:
    payload = encode_picture_stamp(time_us, is_hevc=is_hevc, is_locked=is_locked)
    stamp = find_picture_stamp(b"\x00\x00\x01\x06\x05\x1c" + payload + b"\x80")
    assert stamp is not None
    assert stamp.time_us == time_us
    assert stamp.is_locked is is_locked
    assert stamp.has_reserved_bits


@given(time_us=st.integers(0, 2**63 - 1))
def test_a_stamp_holds_no_start_code(time_us: int) -> None:
    assert b"\x00\x00\x01" not in encode_picture_stamp(time_us)


@pytest.mark.parametrize("is_hevc", [False, True])
@pytest.mark.parametrize("is_locked", [False, True])
def test_the_peer_writes_the_same_bytes(is_hevc: bool, is_locked: bool) -> None:
    theirs = peer.encode_timestamp_payload(
        KWIVER_FIRST_US,
        stream_type=0x24 if is_hevc else 0x1B,
        time_status=0x1F if is_locked else 0x9F,
    )
    assert encode_picture_stamp(KWIVER_FIRST_US, is_hevc=is_hevc, is_locked=is_locked) == theirs


def test_nanosecond_stamps_are_read_as_microseconds() -> None:
    payload = peer.encode_timestamp_payload(
        1_234_567_891, stream_type=0x24, resolution=peer.TimestampResolution.NANOSECONDS
    )
    stamp = decode_picture_stamp(payload)
    assert stamp is not None
    assert stamp.time_us == 1_234_567


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"MISPmicrosectime",
        encode_picture_stamp(1)[:27],
        b"NISP" + encode_picture_stamp(1)[4:],
        encode_picture_stamp(1)[:19] + b"\x00" + encode_picture_stamp(1)[20:],
    ],
)
def test_what_is_not_a_whole_stuffed_stamp_is_none(payload: bytes) -> None:
    assert decode_picture_stamp(payload) is None
    assert find_picture_stamp(payload) is None


@pytest.mark.parametrize("name", ["h264_klv.ts", "mpeg2_klv.ts"])
def test_the_clips_follow_the_rule_of_their_makers(shared_data: SharedData, name: str) -> None:
    path = shared_data(f"fmv_klv/kwiver/{name}")
    with av.open(str(path)) as container:
        packets = [p for p in container.demux(container.streams.video[0]) if p.size]
        packets.sort(key=lambda packet: packet.pts if packet.pts is not None else -1)
        stamps = [find_picture_stamp(bytes(packet)) for packet in packets]
    times = sorted(stamp.time_us for stamp in stamps if stamp is not None)
    assert times == [KWIVER_FIRST_US + int(i * Fraction(10**6, 30)) for i in range(30)]
