"""A packet read as far as it is asked, against the same packet decoded whole."""

import pytest

from plainview.misb import LazyReader, decode_packet, encode_set
from tests.conftest import SharedData
from tests.misb.klv_clips import flight_packet, packets_of_clip

CLIPS = ("osh/sample-stream_part1.ts", "kwiver/h264_klv.ts", "kwiver/mpeg2_klv.ts")


def test_each_item_is_that_of_the_packet_decoded_whole(shared_data: SharedData) -> None:
    reader = LazyReader()
    n_items = 0
    for clip in CLIPS:
        for packet in packets_of_clip(shared_data(f"fmv_klv/{clip}")):
            lazy, whole = reader.read(packet.raw), decode_packet(packet)
            assert lazy.is_whole
            assert list(lazy) == list(whole.items)
            for tag in lazy:
                assert lazy[tag].wire == whole.items[tag].wire
                assert repr(lazy[tag].value) == repr(whole.items[tag].value)
                n_items += 1
    assert n_items > 10_000


@pytest.mark.parametrize("n_extra", [0, 1])
def test_a_flipped_bit_anywhere_leaves_no_items(n_extra: int) -> None:
    """Packets of even and of odd length; a layout that was met before does not hide it."""
    raw = flight_packet(item_3="SEARCH 7" + "x" * n_extra)
    reader = LazyReader()
    assert reader.read(raw).is_whole
    for place in range(len(raw)):
        broken = bytearray(raw)
        broken[place] ^= 4
        assert not reader.read(bytes(broken)).is_whole, place


def test_layouts_of_one_length_are_told_apart() -> None:
    reader = LazyReader()
    first, second = encode_set({2: 5, 13: 1.0}), encode_set({2: 5, 14: 1.0})
    for _ in range(2):
        assert list(reader.read(first)) == [2, 13, 1]
        assert list(reader.read(second)) == [2, 14, 1]


@pytest.mark.parametrize("raw", [b"", b"\x06\x0e\x2b\x34", bytes(40), flight_packet()[:30]])
def test_what_is_no_packet_has_no_items(raw: bytes) -> None:
    lazy = LazyReader().read(raw)
    assert not lazy.is_whole
    assert len(lazy) == 0
    assert lazy.value(13) is None
    with pytest.raises(KeyError):
        lazy[13]
