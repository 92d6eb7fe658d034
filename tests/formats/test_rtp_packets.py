"""RTP: the header, the order, and what never comes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.errors import FormatError
from plainview.formats.rtp_packets import RtpOrder, read_rtp


def datagram(
    sequence: int,
    payload: bytes,
    *,
    source: int = 7,
    payload_type: int = 33,
    first: int = 0x80,
    between: bytes = b"",
) -> bytes:
    head = bytes([first, payload_type]) + (sequence & 0xFFFF).to_bytes(2) + bytes(4)
    return head + source.to_bytes(4) + between + payload


def test_sources_extension_and_padding_are_left_out() -> None:
    between = bytes(8) + b"\xbe\xde\x00\x01" + bytes(4)
    packet = read_rtp(datagram(9, b"payload\x00\x02", first=0xB2, between=between))
    assert packet is not None
    assert (packet.sequence, packet.payload) == (9, b"payload")


@pytest.mark.parametrize(
    "data",
    [b"", b"\x80" * 11, b"\x40" + bytes(20), b"\x8f" + bytes(20), b"\xa0" + bytes(11) + b"\x09"],
)
def test_what_is_no_rtp_packet_is_none(data: bytes) -> None:
    packet = read_rtp(data)
    assert packet is None or packet.payload == b"" or data[0] == 0x80


@given(st.permutations(range(24)), st.integers(0, 0xFFFF))
def test_any_order_within_the_window_comes_out_right(order: list[int], begin: int) -> None:
    sequence = RtpOrder(where="rtp")
    given = sequence.feed(datagram(begin, b"<"))
    for k in order:
        given += sequence.feed(datagram(begin + 1 + k, bytes([65 + k])))
    assert given + sequence.flush() == b"<" + bytes(range(65, 65 + 24))
    assert sequence.n_lost == 0


@given(st.sets(st.integers(1, 98), max_size=60))
def test_each_packet_that_never_comes_is_counted_once(missing: set[int]) -> None:
    sequence, given = RtpOrder(where="rtp"), b""
    for k in range(100):
        if k not in missing:
            given += sequence.feed(datagram(65530 + k, bytes([k])))
    given += sequence.flush()
    assert given == bytes(k for k in range(100) if k not in missing)
    assert sequence.n_lost == len(missing)


def test_a_packet_that_comes_twice_or_too_late_is_left_out() -> None:
    sequence = RtpOrder(where="rtp")
    given = b"".join(sequence.feed(datagram(k, bytes([k]))) for k in (1, 2, 2, 3, 1, 4))
    assert given == bytes([1, 2, 3, 4])


def test_a_sender_that_begins_anew_is_followed() -> None:
    sequence = RtpOrder(where="rtp")
    given = sequence.feed(datagram(1, b"a")) + sequence.feed(datagram(60_000, b"b", source=8))
    assert given == b"ab"
    assert sequence.n_lost == 0


def test_other_payloads_are_refused_by_name_after_a_while() -> None:
    sequence = RtpOrder(where="rtp://10.0.0.5:5004")

    def feed_all() -> None:
        for k in range(100):
            sequence.feed(datagram(k, b"x", payload_type=96))

    with pytest.raises(FormatError, match="payload type 96"):
        feed_all()
