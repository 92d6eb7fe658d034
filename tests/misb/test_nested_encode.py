"""Sets inside the set, from values to bytes and back: worked examples, other readers, any value."""

import math
import struct
from typing import Any

import pytest
import stanag4609.st1206
import tstrans.klv
from hypothesis import given
from hypothesis import strategies as st

from plainview.misb import Item, KlvEncodeError, amend_set, decode_packet, encode_set, frame_packet
from plainview.misb.imap import imapb_decode
from plainview.misb.items import decode_nested_set
from plainview.misb.nested_sets import encode_nested_set
from plainview.misb.st0601 import ST0601
from plainview.misb.st1002 import ST1002, ST1202
from plainview.misb.st1010 import decode_sdcc, encode_sdcc
from plainview.misb.st1206 import ST1206
from plainview.misb.st1303 import decode_array, decode_float_array, decode_uint_array
from plainview.misb.st1303_encode import (
    encode_array,
    encode_float,
    encode_float_array,
    encode_imap,
    encode_uint_array,
)
from plainview.misb.st1601 import ST1601
from tests.misb.test_nested_sets import RADAR
from tests.misb.test_st1010 import EXAMPLE

RANGES = bytes.fromhex(
    "010800000000000012340b01020c01480d04438000000e04408000000f0443a000001004437000001101041201"
    "0113030a0101142501020100150202020401" "42c8000042d2000042be000042c80000"
    "00043f8000000440000000"
)  # fmt: skip
"""A range image of one section with ranges in natural form: KWIVER's test has the same values."""

REGISTRATION = bytes.fromhex(
    "0101010204414c474f0303312e30041502040401018580614 51f5b7a815952341b7db0ccd2"
    "05250202040401 4203efc84203efca4203efcd4203efd0424055e5424055e7424055ea424055ed"
    "0608746573742e696d670710aabbccddeeff00112233445566778899"
    "0818010403 02c461000046947000 096000096100096000095f00"
    "0935020604020101500250035004500160026003600460050006000700 0800"
    "0a700b700c700d700a800b800c800d801500160017001800"
    "0a1d02060401010004101410140004202450543034404440443034505420 24".replace(" ", "")
)
"""Four points of two images, with uncertainties: KWIVER's test has the same values."""

ARRAYS_OF_THE_STANDARD = {
    "booleans": ("020504010348a8f0", decode_uint_array, encode_uint_array),
    "unsigned": ("0203030104000c36825e029000007f810001", decode_uint_array, encode_uint_array),
    "biased": ("0105010481020028190d3c", decode_uint_array, encode_uint_array),
    "none": ("01050001", decode_float_array, encode_float_array),
    "mapped": (
        "02040202023f8000004100000000001000200030004000500060007000",
        decode_float_array,
        encode_float_array,
    ),
    "runs": (
        "020a0a0205fa70067800000403000000050405fc090400060303d20405030504ec07050305",
        decode_uint_array,
        encode_uint_array,
    ),
}
"""ST 1303 appendix D, and a mapped array."""


@pytest.mark.parametrize("name", ARRAYS_OF_THE_STANDARD)
def test_arrays_are_written_as_in_the_standards_examples(name: str) -> None:
    text, decode, encode = ARRAYS_OF_THE_STANDARD[name]
    assert encode(decode(bytes.fromhex(text))).hex() == text


@pytest.mark.parametrize(
    ("data", "table"), [(RADAR, ST1206), (RANGES, ST1002), (REGISTRATION, ST1601)]
)
def test_whole_sets_are_written_with_the_bytes_that_they_came_as(data: bytes, table: Any) -> None:
    read = decode_nested_set(data, table)
    assert not read.damage
    assert encode_nested_set(read.value, table) == data


def test_the_example_of_deviations_is_written_with_its_bytes() -> None:
    value = decode_sdcc(EXAMPLE, (2, 65, 13, 14, 5)).value
    assert encode_sdcc(value, (2, 65, 13, 14, 5)) == EXAMPLE


def test_segments_are_written_each_in_its_place() -> None:
    data = bytes.fromhex(
        "65070305425241564f" "640746054c41525259" "640846064a4f484e4e59"
    )  # fmt: skip
    value = {101: {3: "BRAVO"}, 100: ({70: "LARRY"}, {70: "JOHNNY"})}
    assert decode_nested_set(data, ST0601).value == value
    assert encode_nested_set(value, ST0601) == data
    metadata = decode_packet(frame_packet(encode_set({2: 0x1234, 65: 17, 3: "ALPHA", **value})))
    assert metadata.is_whole
    assert metadata.value(100) == {70: "JOHNNY"}
    assert [item.value for _, item in metadata.repeats] == [{70: "LARRY"}]


def test_another_reader_reads_the_radar_values_that_we_write() -> None:
    items = {**_value(RADAR, ST1206), 1: 35.5, 9: 1024}
    peer = stanag4609.st1206.decode_sar_motion_imagery_local_set(
        encode_nested_set(items, ST1206), standalone=False
    )
    assert (peer.grazing_angle, peer.image_rows) == (35.5, 1024)


def test_another_reader_reads_the_deviations_that_we_write() -> None:
    pack = {"members": (13, 14), "sigma": (2.5, 3.5), "rho": (0.25,)}
    raw = encode_set({2: 7, 65: 19, 13: 54.0, 14: 10.0, 102: pack})
    (peer,) = tstrans.klv.decode_uas_datalink(raw).sdcc_flps
    assert peer.preceding_tags[-2:] == (13, 14)
    alone = tstrans.klv.decode_sdcc_flp(encode_sdcc(pack))
    assert (list(alone.std_devs), list(alone.correlations)) == ([2.5, 3.5], [0.25])


def test_deviations_that_do_not_stand_behind_their_items_are_refused() -> None:
    pack = {"members": (13, 14), "sigma": (2.5, 3.5), "rho": ()}
    with pytest.raises(KlvEncodeError, match="do not stand right before"):
        encode_set({2: 7, 13: 54.0, 14: 10.0, 5: 1.0, 102: pack})
    metadata = decode_packet(frame_packet(encode_set({2: 7, 13: 54.0, 14: 10.0, 102: pack})))
    changed = amend_set(metadata, {102: {**pack, "sigma": (1.0, 1.5)}})
    value = decode_packet(frame_packet(changed)).value(102)
    assert isinstance(value, dict)
    assert value["sigma"] == (1.0, 1.5)
    with pytest.raises(KlvEncodeError, match="do not stand right before"):
        amend_set(metadata, {3: "LAST", 102: {**pack, "members": (14, 3)}})


finite = st.floats(allow_nan=False, allow_infinity=False)
single = st.floats(width=32, allow_nan=False, allow_infinity=False)


@given(st.data(), st.integers(1, 6), st.booleans())
def test_any_deviations_come_back(data: st.DataObject, n: int, is_mapped: bool) -> None:
    members = tuple(range(13, 13 + n))
    n_rhos = n * (n - 1) // 2
    codes = st.integers(0, 1 << 15).map(lambda c: imapb_decode(c.to_bytes(2, "big"), -1.0, 1.0))
    rhos = codes if is_mapped else st.one_of(st.just(0.0), st.floats(-1.0, 1.0))
    value: dict[str, Any] = {
        "members": members,
        "sigma": tuple(data.draw(st.lists(finite, min_size=n, max_size=n))),
        "rho": tuple(data.draw(st.lists(rhos, min_size=n_rhos, max_size=n_rhos))),
    }
    if is_mapped:
        value |= {"is_rho_mapped": True, "rho_bytes": 2, "is_sparse": data.draw(st.booleans())}
    wire = encode_sdcc(value, (2, *members))
    read = decode_sdcc(wire, (2, *members)).value
    assert isinstance(read, dict)
    assert {name: read[name] for name in value} == value
    assert encode_sdcc(read, (2, *members)) == wire


@given(
    st.data(), st.lists(st.integers(1, 4), min_size=1, max_size=3), st.sampled_from([1, 2, 4, 5])
)
def test_any_array_comes_back(data: st.DataObject, dimensions: list[int], algorithm: int) -> None:
    n, n_bytes = math.prod(dimensions), data.draw(st.sampled_from([1, 2, 3]))
    value: dict[str, Any] = {
        "dimensions": tuple(dimensions),
        "algorithm": algorithm,
        "element_bytes": n_bytes,
        "low": None,
        "high": None,
    }
    elements = st.integers(0, 3 if algorithm == 5 else 256**n_bytes - 1)
    if algorithm == 2:
        low, high = sorted(data.draw(st.lists(finite, min_size=2, max_size=2, unique=True)))
        if not math.isfinite(high - low):
            return
        value |= {"low": low, "high": high}
        codes = data.draw(st.lists(st.integers(0, 1 << 8 * n_bytes - 1), min_size=n, max_size=n))
        drawn = [imapb_decode(code.to_bytes(n_bytes, "big"), low, high) for code in codes]
        value["elements"] = tuple(
            each if each is not None and low <= each <= high else None for each in drawn
        )
    else:
        value["elements"] = tuple(data.draw(st.lists(elements, min_size=n, max_size=n)))
    wire = encode_uint_array(value)
    assert decode_uint_array(wire) == value
    assert encode_uint_array(decode_uint_array(wire)) == wire


@given(st.floats(-1e4, 1e4), st.floats(1e-2, 1e5), st.integers(1, 5), st.data())
def test_a_mapped_number_that_was_read_is_read_again(
    low: float, span: float, n_bytes: int, data: st.DataObject
) -> None:
    bounds = (low, low + span)
    code = data.draw(st.integers(0, 1 << 8 * n_bytes - 1))
    value = imapb_decode(code.to_bytes(n_bytes, "big"), *bounds)
    if value is not None and bounds[0] <= value <= bounds[1]:
        assert imapb_decode(encode_imap(value, bounds, n_bytes), *bounds) == value


def test_what_is_no_number_is_written_as_its_mark() -> None:
    assert encode_imap(None, (0.0, 1.0), 3) == b"\xd0\x00\x00"
    assert imapb_decode(encode_imap(None, (0.0, 1.0), 3), 0.0, 1.0) is None
    assert math.isnan(struct.unpack(">f", encode_float(None))[0])


def test_a_number_takes_the_fewest_bytes_that_hold_it() -> None:
    items = {1: 0.5, 2: 0.1, 10: 1}
    wire = encode_nested_set(items, ST1202)
    assert [wire[1], wire[7]] == [4, 8]
    assert decode_nested_set(wire, ST1202).value == items


@pytest.mark.parametrize(
    "changes",
    [
        {"elements": (1,)},
        {"algorithm": 6},
        {"element_bytes": 5},
        {"elements": (1, 1e300)},
        {"dimensions": (3,)},
    ],
)
def test_what_is_no_array_is_refused(changes: dict[str, Any]) -> None:
    value = {"dimensions": (2,), "algorithm": 1, "element_bytes": 4, "elements": (1.0, 2.0)}
    assert encode_float_array(value)
    with pytest.raises(ValueError, match=r"."):
        encode_float_array({**value, **changes})


@pytest.mark.parametrize(
    "changes",
    [
        {"rho": (0.1, 0.2)},
        {"sigma_bytes": 0},
        {"sigma_bytes": 16},
        {"is_long": False},
        {"is_sigma_mapped": True},
        {"rho": (2.0,), "is_rho_mapped": True, "rho_bytes": 2},
    ],
)
def test_what_is_no_pack_of_deviations_is_refused(changes: dict[str, Any]) -> None:
    value = {"members": (13, 14), "sigma": (1.0, 2.0), "rho": (0.5,)}
    assert encode_sdcc(value)
    with pytest.raises(ValueError, match=r"."):
        encode_sdcc({**value, **changes})


def test_sigmas_that_are_mapped_to_a_range_nobody_told_are_kept_as_bytes() -> None:
    wire = bytes.fromhex("02" "8012" "0102" "0304")  # fmt: skip
    value = decode_sdcc(wire, (13, 14)).value
    assert isinstance(value, dict)
    assert value["sigma"] == (b"\x01\x02", b"\x03\x04")
    assert encode_sdcc(value) == wire


def test_a_short_parse_control_stays_short() -> None:
    wire = bytes.fromhex("02" "42" "3f80000040000000" "6000")  # fmt: skip
    assert encode_sdcc(decode_sdcc(wire, (13, 14)).value, (13, 14)) == wire


def test_an_item_that_was_read_is_written_by_its_bytes_even_where_they_are_not_canonical() -> None:
    longer = bytes.fromhex("0d08" "4070000000000000")  # fmt: skip
    assert decode_nested_set(longer, ST1002).value == {13: 256.0}
    assert encode_nested_set({13: 256.0}, ST1002) == bytes.fromhex("0d0443800000")
    metadata = decode_packet(frame_packet(encode_set({2: 7, 97: Item(value=None, wire=longer)})))
    assert metadata.items[97].wire == longer
    assert encode_set(metadata.items) == metadata.raw


def _value(data: bytes, table: Any) -> dict[int, Any]:
    value = decode_nested_set(data, table).value
    assert isinstance(value, dict)
    return value


def test_rows_of_uncertainties_are_mapped_each_to_its_own_range() -> None:
    items = _value(REGISTRATION, ST1601)
    assert items[9]["elements"][0] == 1.3125
    items[9] = {**items[9], "elements": (2.0, *items[9]["elements"][1:])}
    read = decode_nested_set(encode_nested_set(items, ST1601), ST1601)
    assert read.value == items
    assert not read.damage
    with pytest.raises(KlvEncodeError, match="natural form"):
        encode_nested_set({9: {**items[9], "algorithm": 2}}, ST1601)


def test_an_array_of_bytes_comes_back() -> None:
    wire = bytes.fromhex("0102020161626364")
    value = decode_array(wire, decode_element=bytes)
    assert encode_array(value, encode_element=lambda each, _: bytes(each)) == wire
