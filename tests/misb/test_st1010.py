"""Standard deviations and correlations: worked examples, two other readers, and what is none."""

import struct

import pytest
import stanag4609.st1010
import tstrans.klv
from hypothesis import assume, given
from hypothesis import strategies as st

from plainview.misb import KlvDecodeError, decode_packet, encode_set, frame_packet
from plainview.misb.st1010 import decode_sdcc

EXAMPLE = bytes.fromhex("03b304803f8000004000000000000000200000")
"""Three items, long parse control, sparse: KWIVER's example."""


def test_the_example_refers_to_the_items_before_it_in_their_order() -> None:
    value = decode_sdcc(EXAMPLE, (2, 65, 13, 14, 5)).value
    assert value == {
        "members": (13, 14, 5),
        "sigma": (1.0, 2.0, 0.0),
        "rho": (-0.5, 0.0, 0.0),
        "sigma_bytes": 4,
        "rho_bytes": 3,
        "is_sigma_mapped": False,
        "is_rho_mapped": True,
        "is_sparse": True,
        "is_long": True,
    }


def test_in_a_set_the_items_before_it_are_those_of_the_wire() -> None:
    raw = encode_set({2: 7, 65: 19, 5: 1.0, 14: 2.0, 13: 3.0, 102: EXAMPLE, 3: "AFTER"})
    value = decode_packet(frame_packet(raw)).value(102)
    assert isinstance(value, dict)
    assert value["members"] == (5, 14, 13)


@pytest.mark.parametrize(
    "data",
    [b"", b"\x00\x04", b"\x06\x04", EXAMPLE[:-1], EXAMPLE + b"\x00", b"\x03", b"\x02\xf3\x04\x80",
     b"\x02\xb3\x64\x80", b"\x01\x30\x00\x00\x00"],
)  # fmt: skip
def test_bytes_that_are_no_pack_raise(data: bytes) -> None:
    with pytest.raises(KlvDecodeError):
        decode_sdcc(data, (2, 65, 13, 14, 5))


sizes = st.integers(1, 5)


@given(sizes, st.booleans(), st.sampled_from([0, 4, 8]), st.sampled_from([0, 2, 3]), st.data())
def test_two_other_readers_have_the_same_numbers(
    n_members: int, is_sparse: bool, sigma_bytes: int, rho_bytes: int, data: st.DataObject
) -> None:
    assume(sigma_bytes or rho_bytes)
    n_rhos = n_members * (n_members - 1) // 2
    is_sparse = bool(is_sparse and rho_bytes and n_rhos)
    there = data.draw(st.lists(st.booleans(), min_size=n_rhos, max_size=n_rhos))
    is_sparse = is_sparse and not all(there)
    there = there if is_sparse else [True] * n_rhos
    raw = bytes([n_members, 0x80 | is_sparse << 5 | 0x10 | rho_bytes, sigma_bytes])
    if is_sparse:
        bits = "".join("01"[each] for each in there)
        raw += bytes(int(bits[at : at + 8].ljust(8, "0"), 2) for at in range(0, n_rhos, 8))
    form = {0: "", 4: ">f", 8: ">d"}[sigma_bytes]
    if form:
        raw += b"".join(struct.pack(form, 0.5 * index) for index in range(n_members))
    codes = data.draw(st.lists(st.integers(0, 1 << 8 * rho_bytes - 1 if rho_bytes else 0),
                               min_size=sum(there), max_size=sum(there)))  # fmt: skip
    raw += b"".join(code.to_bytes(rho_bytes, "big") for code in codes)
    ours = decode_sdcc(raw, (13, 14, 15, 5, 6)).value
    assert isinstance(ours, dict)
    peer = stanag4609.st1010.decode_sdcc_flp(raw)
    assert list(peer.standard_deviations) == list(ours["sigma"])
    if rho_bytes:
        rhos = [0.0 if each is None else each for each in peer.correlation_coefficients]
        assert rhos == list(ours["rho"])
    else:
        assert ours["rho"] == ()
    other = tstrans.klv.decode_sdcc_flp(raw)
    assert (list(other.std_devs) or list(ours["sigma"])) == list(ours["sigma"])


def test_another_reader_refers_to_the_same_items() -> None:
    raw = encode_set({2: 7, 65: 19, 5: 1.0, 14: 2.0, 13: 3.0, 102: EXAMPLE, 3: "AFTER"})
    (peer,) = tstrans.klv.decode_uas_datalink(raw).sdcc_flps
    value = decode_packet(frame_packet(raw)).value(102)
    assert isinstance(value, dict)
    assert peer.preceding_tags[-3:] == value["members"]
