"""A table of a person's file: what can be used is given, what cannot is refused with its place."""

from collections.abc import Callable
from typing import Any

import pytest

from plainview.errors import InputError
from plainview.formats.toml_table import TomlTable


def table(**values: Any) -> TomlTable:
    return TomlTable({"camera": values}, where="a.toml", page="docs/a.md").within("camera")


def test_what_is_left_out_is_none_and_what_is_there_is_given() -> None:
    given = table(x=3, word="up", title="a")
    assert (given.number("x", low=0.0), given.number("y")) == (3.0, None)
    assert (given.choice("word", ("up", "down")), given.choice("other", ("up",))) == ("up", None)
    assert (given.text("title"), given.text("other")) == ("a", None)
    assert given.within("nothing").values == {}
    given.check_names(("x", "word", "title"))


@pytest.mark.parametrize(
    ("use", "what"),
    [
        (lambda given: given.number("x"), "is nan, not a number."),
        (lambda given: given.number("t"), "is True, not a number."),
        (lambda given: given.number("zero", low=0.0, is_above=True), "not a number above 0."),
        (lambda given: given.number("zero", low=1.0), "is 0, not a number from 1 up."),
        (lambda given: given.number("zero", low=1, high=4e9), "from 1 to 4000000000."),
        (lambda given: given.needed_number("none"), "is None, not a number."),
        (lambda given: given.number("huge"), "not a number."),
        (lambda given: given.text("zero"), "is 0, not a text."),
        (lambda given: given.choice("zero", ("a", "b")), "is 0, not one of a, b."),
        (lambda given: given.choice("rows", ("a", "b")), r"is \[1\], not one of a, b."),
        (lambda given: given.check_names(("x", "t")), "is not one of x, t."),
        (lambda given: given.within("zero", holds="`a`"), "is not a table of `a`."),
    ],
)
def test_what_cannot_be_used_is_refused_by_name(
    use: Callable[[TomlTable], object], what: str
) -> None:
    given = table(x=float("nan"), t=True, zero=0, huge=10**400, rows=[1])
    with pytest.raises(InputError, match=what) as caught:
        use(given)
    assert caught.value.where.startswith("a.toml, camera.")
    assert caught.value.mend == "docs/a.md shows every table and field."


def test_the_file_itself_is_named_alone() -> None:
    with pytest.raises(InputError, match="is not a table") as caught:
        TomlTable([], where="a.toml", page="docs/a.md")
    assert caught.value.where == "a.toml"
