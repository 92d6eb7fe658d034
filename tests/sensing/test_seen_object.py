"""Things that are searched for: what ships is sourced and sane, what is given is checked."""

from typing import Any

import pytest

from plainview.errors import InputError
from plainview.sensing.johnson import Task
from plainview.sensing.seen_object import (
    seen_objects_from_mapping,
    shipped_object,
    shipped_object_names,
)

RAFT: dict[str, Any] = {
    "name": "raft",
    "description": "A raft",
    "place": "sea",
    "kind": "thing",
    "width_m": 2.0,
    "height_m": 1.0,
    "warmer_by_k": 2.0,
    "warmer_sigma_k": 1.0,
    "visible_contrast": 1.0,
    "sources": "assumed",
}


def test_what_is_searched_for_most_ships_and_says_where_each_number_comes_from() -> None:
    assert {"person-in-water", "raft", "boat"} <= set(shipped_object_names())
    for name in shipped_object_names():
        one = shipped_object(name)
        assert one.name == name
        assert set(one.sources) == {
            "width_m",
            "height_m",
            "warmer_by_k",
            "warmer_sigma_k",
            "visible_contrast",
        }
        assert all(one.sources.values())


@pytest.mark.parametrize("name", ["person-in-water", "person-on-land"])
def test_of_a_person_nothing_is_asked_but_that_it_is_one(name: str) -> None:
    assert shipped_object(name).tasks == (Task.DETECT, Task.RECOGNISE)
    assert Task.CLASSIFY in shipped_object("boat").tasks


def test_an_unknown_thing_is_refused_with_those_that_are_known() -> None:
    with pytest.raises(InputError, match=r"submarine: is not known\. Choose person-in-water"):
        shipped_object("submarine")


def test_a_users_own_thing_is_read() -> None:
    found = seen_objects_from_mapping({"objects": [RAFT]}, where="mine.toml")
    assert found["raft"].width_m == 2.0


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("width_m", 0.0),
        ("height_m", float("nan")),
        ("warmer_by_k", -400.0),
        ("kind", "officer"),
        ("place", "air"),
        ("sources", None),
    ],
)
def test_a_field_that_cannot_be_is_refused_by_name(name: str, value: Any) -> None:
    with pytest.raises(InputError, match=rf"mine\.toml, objects 1, {name}"):
        seen_objects_from_mapping({"objects": [{**RAFT, name: value}]}, where="mine.toml")


def test_a_name_that_is_there_twice_and_a_field_that_is_missing_are_refused() -> None:
    with pytest.raises(InputError, match="is there twice"):
        seen_objects_from_mapping({"objects": [RAFT, RAFT]}, where="mine.toml")
    short = {key: value for key, value in RAFT.items() if key != "width_m"}
    with pytest.raises(InputError, match="width_m: is missing"):
        seen_objects_from_mapping({"objects": [short]}, where="mine.toml")
