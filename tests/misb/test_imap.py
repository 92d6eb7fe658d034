"""IMAPB against the vectors that jmisb ships, and its inverse."""

import json
import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.misb.imap import (
    imapa_n_bytes,
    imapb_decode,
    imapb_decode_array,
    imapb_encode,
    imapb_step,
)
from tests.conftest import SharedData


def test_every_finite_vector_is_met_both_ways(shared_data: SharedData) -> None:
    vectors = json.loads(shared_data("fmv_klv/jmisb/st1201tests_even.json").read_text())
    n_finite = 0
    for vector in vectors:
        low, high, n_bytes = vector["a"], vector["b"], vector["L"]
        wire = bytes.fromhex(vector["forwardResultHex"].removeprefix("0x"))
        if isinstance(vector["x"], str):
            assert imapb_decode(wire, low, high) is None
            continue
        n_finite += 1
        assert imapb_encode(vector["x"], low, high, n_bytes=n_bytes) == wire
        decoded = imapb_decode(wire, low, high)
        assert decoded == pytest.approx(vector["reverseResult"], rel=1e-12, abs=1e-9)
    assert n_finite > 400


@given(
    st.floats(-1e6, 1e6),
    st.floats(1e-3, 1e6),
    st.floats(0.0, 1.0),
    st.integers(min_value=2, max_value=6),
)
def test_a_value_comes_back_within_a_step(
    low: float, span: float, fraction: float, n_bytes: int
) -> None:
    high = low + span
    value = min(high, max(low, low + fraction * span))
    decoded = imapb_decode(imapb_encode(value, low, high, n_bytes=n_bytes), low, high)
    assert decoded is not None
    rounding = 1e-9 * max(abs(low), abs(high))
    assert abs(decoded - value) <= imapb_step(low, high, n_bytes=n_bytes) + rounding


def test_zero_is_exact_where_the_range_holds_it() -> None:
    assert imapb_decode(imapb_encode(0.0, -900.0, 40_000.0, n_bytes=3), -900.0, 40_000.0) == 0.0


@given(st.lists(st.binary(min_size=3, max_size=3), min_size=1, max_size=20))
def test_columns_decode_as_single_values_do(wires: list[bytes]) -> None:
    codes = np.array([int.from_bytes(wire, "big") for wire in wires], dtype=np.uint64)
    columns = imapb_decode_array(codes, -900.0, 19_000.0, n_bytes=3)
    for value, wire in zip(columns.tolist(), wires, strict=True):
        single = imapb_decode(wire, -900.0, 19_000.0)
        assert math.isnan(value) if single is None else value == single


def test_a_value_outside_the_range_is_refused() -> None:
    with pytest.raises(ValueError, match="not between"):
        imapb_encode(20_000.0, -900.0, 19_000.0, n_bytes=3)
    with pytest.raises(ValueError, match="not between"):
        imapb_encode(math.nan, -900.0, 19_000.0, n_bytes=3)


def test_a_range_without_a_length_or_a_span_is_refused() -> None:
    with pytest.raises(ValueError, match="1 to 8 bytes"):
        imapb_decode(b"", 0.0, 1.0)
    with pytest.raises(ValueError, match="is none"):
        imapb_decode(b"\x00", 1.0, 1.0)


def test_the_standard_needs_three_bytes_for_half_metres() -> None:
    assert imapa_n_bytes(-900.0, 19_000.0, resolution=0.5) == 3
    assert imapa_n_bytes(0.0, 360.0, resolution=0.02) == 2
