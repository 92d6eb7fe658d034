import pickle

import pytest

from plainview import errors


@pytest.mark.parametrize("name", errors.__all__)
def test_every_error_says_where_what_and_how_to_mend_it(name: str) -> None:
    kind = getattr(errors, name)
    error = kind(where="a.ts, byte 7", what="is cut.", mend="Copy it again.")
    assert str(error) == "a.ts, byte 7: is cut. Copy it again."
    assert isinstance(error, errors.PlainviewError)
    assert error.exit_code in (1, 2)


def test_an_error_survives_a_process_boundary() -> None:
    error = errors.FormatError(where="a", what="b", mend="c")
    back = pickle.loads(pickle.dumps(error))
    assert (type(back), back.where, back.what, back.mend) == (errors.FormatError, "a", "b", "c")
