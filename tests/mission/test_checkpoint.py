from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plainview.errors import FormatError
from plainview.mission.checkpoint import decode_checkpoint, encode_checkpoint

leaves = (
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text() | st.binary()
)
trees = st.recursive(
    leaves,
    lambda inner: (
        st.lists(inner)
        | st.dictionaries(st.text() | st.integers(), inner)
        | st.tuples(inner, inner)
    ),
)


@given(st.dictionaries(st.text(), trees))
def test_a_tree_comes_back_as_it_was(tree: dict[str, Any]) -> None:
    assert decode_checkpoint(encode_checkpoint(tree), where="checkpoint") == tree


def test_arrays_come_back_bit_for_bit_with_type_and_shape() -> None:
    arrays = {
        "a": np.array([[np.nan, -0.0], [1e-300, np.inf]]),
        "b": np.zeros((0, 3), np.int16),
        "c": np.array("text"),
        "d": np.float32(0.1),
    }
    back = decode_checkpoint(encode_checkpoint(arrays), where="checkpoint")
    for name, array in arrays.items():
        assert back[name].tobytes() == np.asarray(array).tobytes()
        assert back[name].shape == np.asarray(array).shape


@pytest.mark.parametrize("n_bytes", [0, 10, 200])
def test_a_cut_checkpoint_is_refused_by_name(n_bytes: int) -> None:
    data = encode_checkpoint({"n": 1, "array": np.arange(100)})
    with pytest.raises(FormatError, match="a-file: is not a whole checkpoint"):
        decode_checkpoint(data[:n_bytes], where="a-file")


def test_an_object_is_refused() -> None:
    with pytest.raises(TypeError, match="cannot hold object"):
        encode_checkpoint({"thing": object()})
