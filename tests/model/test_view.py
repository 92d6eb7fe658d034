"""A View with some parts changed, against what the standard library makes of it."""

from dataclasses import fields, replace

import pytest

from plainview.model import View, ViewMethod, changed_view
from tests.misb.view_examples import view_of


def test_a_changed_view_is_what_replace_makes() -> None:
    view = view_of()
    for each in fields(View):
        changes = {each.name: "another"}
        assert changed_view(view, **changes) == replace(view, **changes)  # type: ignore[arg-type]
    assert changed_view(view) == view == view_of()


def test_the_view_that_was_changed_stays_as_it_was() -> None:
    view = view_of()
    changed = changed_view(view, view_method=ViewMethod.HELD, latitude_deg=None)
    assert (changed.view_method, changed.latitude_deg) == (ViewMethod.HELD, None)
    assert view == view_of()


def test_a_part_that_no_view_has_is_refused() -> None:
    with pytest.raises(TypeError, match="altitude"):
        changed_view(view_of(), altitude=5.0)
