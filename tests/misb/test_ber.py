"""BER lengths and BER-OID tags."""

import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stanag4609.klv import ber as peer

from plainview.errors import FormatError
from plainview.misb import (
    KlvDecodeError,
    decode_ber_length,
    decode_ber_oid,
    encode_ber_length,
    encode_ber_oid,
)


@given(st.integers(min_value=0, max_value=2**64 - 1))
def test_a_length_comes_back(n_bytes: int) -> None:
    encoded = encode_ber_length(n_bytes)
    assert decode_ber_length(b"\xff" + encoded + b"rest", 1) == (n_bytes, 1 + len(encoded))


@given(st.integers(min_value=0, max_value=2**62))
def test_a_tag_comes_back(tag: int) -> None:
    encoded = encode_ber_oid(tag)
    assert decode_ber_oid(encoded + b"rest") == (tag, len(encoded))


@given(st.integers(min_value=0, max_value=2**31))
def test_the_peer_writes_the_same_bytes(number: int) -> None:
    assert encode_ber_length(number) == peer.encode_ber_length(number)
    assert encode_ber_oid(number) == peer.encode_ber_oid(number)


@pytest.mark.parametrize("data", ["", "80", "81", "8201", "89010203040506070809", "ff"])
def test_a_broken_length_is_refused(data: str) -> None:
    with pytest.raises(KlvDecodeError):
        decode_ber_length(bytes.fromhex(data))


@pytest.mark.parametrize("data", ["", "81", "ff", "ffffffffffffffffffff01"])
def test_a_broken_tag_is_refused(data: str) -> None:
    with pytest.raises(KlvDecodeError):
        decode_ber_oid(bytes.fromhex(data))


def test_a_long_form_of_a_short_length_is_read() -> None:
    assert decode_ber_length(bytes.fromhex("820005")) == (5, 3)


def test_a_negative_number_is_our_own_mistake() -> None:
    with pytest.raises(ValueError, match="cannot be -1"):
        encode_ber_length(-1)
    with pytest.raises(ValueError, match="cannot be -1"):
        encode_ber_oid(-1)


def test_the_error_says_place_and_mend_and_survives_a_process() -> None:
    with pytest.raises(FormatError) as raised:
        decode_ber_length(b"")
    again = pickle.loads(pickle.dumps(raised.value))
    assert str(again) == str(raised.value)
    assert "plainview inspect" in again.mend
