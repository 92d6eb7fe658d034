"""Arrays: the examples of ST 1303 appendix D, another reader, and what is none."""

import struct

import pytest
import stanag4609.st1303
from hypothesis import given
from hypothesis import strategies as st

from plainview.misb import KlvDecodeError
from plainview.misb.ber import encode_ber_length
from plainview.misb.st1303 import decode_array, decode_float_array, decode_uint_array


def test_booleans_are_as_in_the_standards_example() -> None:
    array = decode_uint_array(bytes.fromhex("020504010348a8f0"))
    assert array["dimensions"] == (5, 4)
    assert "".join("01"[each] for each in array["elements"]) == "01001000101010001111"


def test_unsigned_integers_are_as_in_the_standards_examples() -> None:
    first = decode_uint_array(bytes.fromhex("0203030104000c36825e029000007f810001"))
    assert first["elements"] == (12, 54, 350, 2, 2048, 0, 127, 128, 1)
    second = decode_uint_array(bytes.fromhex("0105010481020028190d3c"))
    assert second["elements"] == (130, 170, 155, 143, 190)


def test_runs_are_as_in_the_standards_example() -> None:
    data = bytes.fromhex(
        "020a0a0205fa70067800000403000000050405fc090400060303d20405030504ec07050305"
    )
    array = decode_array(data, decode_element=lambda each: int.from_bytes(each, "big", signed=True))
    rows = [array["elements"][start : start + 10] for start in range(0, 100, 10)]
    assert rows[0] == (1656,) * 3 + (-1424,) * 2 + (0,) * 5
    assert rows[5] == (-1015,) * 3 + (-1424,) * 2 + (978,) * 5
    assert rows[9] == (-1015,) * 3 + (-1424,) * 2 + (1260,) * 5


def test_mapped_elements_and_floats_are_read() -> None:
    mapped = decode_float_array(
        bytes.fromhex("02040202023f8000004100000000001000200030004000500060007000")
    )
    assert mapped["elements"] == (1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0, 8.0)
    assert (mapped["low"], mapped["high"]) == (1.0, 8.0)
    plain = decode_float_array(bytes.fromhex("01020401") + struct.pack(">ff", 0.5, float("nan")))
    assert plain["elements"] == (0.5, None)


def test_an_array_that_says_it_has_no_elements_has_none() -> None:
    assert decode_float_array(bytes.fromhex("01050001"))["elements"] == ()


@pytest.mark.parametrize(
    "data",
    [
        "",
        "00",
        "0100",
        "01050401",
        "0102040100000000000000000000",
        "0102020600000000",
        "01ffffffff7f0103",
        "0102010201",
        "020a0a020500000001000009000b01",
        "010201030000",
        "0102030100000000000000",
        "11" + "01" * 20,
    ],
)
def test_bytes_that_are_no_array_raise(data: str) -> None:
    with pytest.raises(KlvDecodeError):
        decode_float_array(bytes.fromhex(data))


@given(
    st.lists(st.integers(1, 4), min_size=1, max_size=3),
    st.integers(1, 4),
    st.integers(2, 5),
    st.binary(max_size=300),
)
def test_what_we_read_another_reader_reads_the_same(
    dimensions: list[int], element_bytes: int, algorithm: int, payload: bytes
) -> None:
    data = bytes([len(dimensions), *dimensions, element_bytes, algorithm]) + payload
    try:
        ours = decode_uint_array(data)["elements"]
    except KlvDecodeError:
        return
    kind = stanag4609.st1303.MDAPElementType.UNSIGNED_INTEGER
    try:
        peer = stanag4609.st1303.decode_mdap(
            encode_ber_length(len(data)) + data, element_type=kind
        ).materialize()
    except stanag4609.errors.DecodeError:
        return
    special = stanag4609.imap.IMAPSpecialValue
    assert [None if isinstance(each, special) else each for each in peer] == list(ours)
